"""Every figure of every format is the JSON's: what is counted once is printed the same everywhere."""

from __future__ import annotations

import csv
import functools
import io
import json
import re
import subprocess
from collections import Counter
from collections.abc import Callable
from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import Any

import jsonschema
import openpyxl
import pytest
from lxml import etree, html

from soccheck import audit
from soccheck.assess.assessment import Assessment
from soccheck.compare import former
from soccheck.compare.changes import compare
from soccheck.i18n import Language
from soccheck.inventory import load as inventory
from soccheck.model import Status
from soccheck.policy import load as policy
from soccheck.report import REPORTS, renderer
from soccheck.report.report import Layout, Report
from soccheck.sources import schema
from tests.kit import an_inventory, policies, policy_text, shipped
from tests.report.official.opened import opened, words

ROOT = Path(__file__).parents[2]
DAY = date(2024, 6, 30)
UNMET = ("failing", "unknown", "waived", "grace")


@pytest.fixture(scope="module")
def judged() -> Assessment:
    loaded = inventory.load(ROOT / "inventories/an-giang", "inventories/an-giang")
    found = shipped()
    return Assessment(loaded, policy.in_force(found, DAY), DAY)


@functools.cache
def written(judged: Assessment, form: str, code: str = "en") -> bytes:
    layout = Layout(width=400, limit=0, details=True)
    pieces = renderer(form)(Report(assessment=judged), Language(code), layout)
    return b"".join(p if isinstance(p, bytes) else p.encode() for p in pieces)


@pytest.fixture(scope="module")
def data(judged: Assessment) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(written(judged, "json"))
    return found


def statuses(data: dict[str, Any]) -> Counter[str]:
    return Counter(finding["status"] for finding in data["findings"])


def headlines(data: dict[str, Any]) -> list[tuple[int, ...]]:
    lines = [policy["headline"] for policy in data["policies"]]
    return [(h["passed"], h["total"], *(h[name] for name in UNMET)) for h in lines]


def figures(data: dict[str, Any]) -> list[tuple[int, ...]]:
    """Return the figures of each policy and then of each of its controls."""
    found = []
    for one, line in zip(data["policies"], headlines(data), strict=True):
        found.append(line)
        for control in one["controls"]:
            tally = control["tally"]
            found.append((tally["passed"], tally["total"], *(tally[name] for name in UNMET)))
    return found


def with_share(data: dict[str, Any]) -> list[bool]:
    """Return whether each figure has a share: none of nothing, of what is unknown, or of no whole."""
    found = []
    for one in data["policies"]:
        found.append(not {*one["headline"]["members"].values()} <= {"unknown"})
        for control in one["controls"]:
            of = [f["status"] for f in data["findings"] if f["control"] == control["id"]]
            known = {*of} - {"unknown", "not_applicable"}
            tally = control["tally"]
            found.append(bool(known) and tally["total"] > 0 and "unsized" not in tally)
    return found


def test_findings_are_counted_in_one_way(judged: Assessment, data: dict[str, Any]) -> None:
    """A unit that nothing is listed for is unknown, and no finding: it is in no count of findings."""
    counts = statuses(data)
    summary = data["summary"]
    assert summary["statuses"] == {name: counts[name] for name in summary["statuses"]}
    assert sum(line[3] for line in headlines(data)) == counts["unknown"]
    for part in ("subjects", "organizations"):
        for name in summary["statuses"]:
            assert sum(row["statuses"][name] for row in summary[part]) == counts[name]
    assert sum(item["count"] for item in summary["unknowns"]) == counts["unknown"]
    assert summary["lacking"] == ["du-lich"]
    layout = Layout(width=400)
    page = "".join(map(str, renderer("table")(Report(assessment=judged), Language("en"), layout)))
    assert f"{counts['unknown']} unknown, 1 unit with nothing listed." in page
    assert "Antivirus: nothing listed for du-lich" in page
    told = written(judged, "html").decode()
    assert f"UNKNOWN {counts['unknown']}," in told
    change = compare(judged, former.former(judged, "then"))
    unknown = sum(n for (_, status), n in change.counts.items() if status.value == "unknown")
    assert unknown == change.before[Status.UNKNOWN] == counts["unknown"]


def test_a_unit_with_nothing_listed_is_never_green(tmp_path: Path) -> None:
    """No finding says that it is unknown; the exit code, page one and the page all do."""
    text = """
systems: {a: {organization: o}, b: {organization: o}}
hosts: {h: {organization: o, role: server, systems: [a], antivirus: {installed: true}}}
"""
    asked = policy_text("{antivirus.installed: true}", asset="host", headline="system")
    loaded = an_inventory(tmp_path / "inv", text)
    made = audit.judge(loaded, policies(tmp_path / "pol", asked), DAY)
    assert {finding.status.value for finding in made.findings} == {"pass"}
    said = "1 finding passes, 1 unit with nothing listed."
    page = "".join(
        map(str, renderer("table")(Report(assessment=made), Language("en"), Layout(width=200)))
    )
    assert f"NOT ESTABLISHED. {said}" in page
    assert '<p class="verdict v-unknown">' in written(made, "html").decode()
    assert json.loads(written(made, "json"))["summary"]["lacking"] == ["b"]
    assert made.exit_code() == 3


@pytest.mark.parametrize("code", ["en", "vi"])
def test_xlsx(judged: Assessment, data: dict[str, Any], code: str) -> None:
    book = openpyxl.load_workbook(io.BytesIO(written(judged, "xlsx", code)))
    rows = list(book.worksheets[0].iter_rows(min_row=4, values_only=True))
    assert [(r[3], r[4], *r[6:10]) for r in rows] == figures(data)
    assert {True, False} <= set(with_share(data))
    for row, shared in zip(rows, with_share(data), strict=True):
        passed, total, share = row[3], row[4], row[5]
        assert (share is None) is (not shared)
        if isinstance(passed, int) and isinstance(total, int) and share is not None:
            assert share == pytest.approx(100 * passed / total, abs=0.1)
            assert (share == 100) is (passed == total)
    units = list(book.worksheets[3].iter_rows(min_row=4, values_only=True))
    counts = statuses(data)
    applying = sum(counts.values()) - counts["not_applicable"]
    assert sum(int(str(r[3])) for r in units) == counts["pass"]
    assert sum(int(str(r[4])) for r in units) == applying
    assert book.worksheets[4].max_row - 3 == counts["fail"]
    assert book.worksheets[5].max_row - 3 == counts["unknown"]
    assert book.worksheets[6].max_row - 3 == counts["waived"] + counts["grace"]


def of_units(data: dict[str, Any]) -> list[list[object]]:
    """Return of each unit what passes, applies and does not pass, and its part of each headline."""
    found: list[list[object]] = []
    policies = [p["id"] for p in data["policies"] if p["headline"]["asset"] != "authority"]
    for unit in data["summary"]["organizations"]:
        counts = unit["statuses"]
        applying = sum(counts.values()) - counts["not_applicable"]
        parts = [unit["headlines"].get(name) for name in policies]
        shares = [f"{part['passed']}/{part['total']}" if part else "–" for part in parts]
        unmet = [counts[name] for name in ("fail", "unknown", "waived", "grace")]
        found.append([counts["pass"], applying, *unmet, *shares])
    return found


def test_units_and_duties(judged: Assessment, data: dict[str, Any]) -> None:
    book = openpyxl.load_workbook(io.BytesIO(written(judged, "xlsx")))
    rows = book.worksheets[3].iter_rows(min_row=4, values_only=True)
    assert [[*r[3:5], *r[6:10], *(cell or "–" for cell in r[10:])] for r in rows] == of_units(data)
    tree = html.fromstring(written(judged, "html").decode())
    bars = tree.xpath("//section[@aria-label='By organisation']//figcaption/span/text()")
    told = [text.partition(" · ")[0].replace(",", "") for text in bars]
    assert told == [f"{unit[0]}/{unit[1]}" for unit in of_units(data)]
    duties = tree.xpath("//table[@id='duties-1']/tbody/tr")
    shown = [[int(n) for n in row.xpath("td[@class='n']/@data-value")[:2]] for row in duties]
    stated = [[duty["failing"], duty["unknown"]] for duty in data["summary"]["duties"]]
    assert shown == stated


@pytest.mark.parametrize("code", ["en", "vi"])
def test_html(judged: Assessment, data: dict[str, Any], code: str) -> None:
    tree = html.fromstring(written(judged, "html", code).decode())
    rows = tree.xpath("//table[@id='figures-1']/tbody/tr")
    numbers = [
        tuple(int(float(n)) for n in row.xpath("td[@class='n']/@data-value")) for row in rows
    ]
    for found, line, shared in zip(numbers, figures(data), with_share(data), strict=True):
        share = 1 if shared else 0  # between what passes and what does not
        assert (*found[:2], *found[2 + share :]) == line
    shown = [" ".join(card.text_content().split()) for card in tree.xpath("//p[@class='big']")]
    for text, (passed, total, *_) in zip(shown, headlines(data), strict=True):
        assert text.startswith(f"{passed}/{total} ")
    verdict = tree.xpath("//p[contains(@class, 'verdict')]")[0].text_content()
    sums = [sum(column) for column in zip(*headlines(data), strict=True)]
    assert {
        int(n.replace(".", "").replace(",", "")) for n in re.findall(r"\d[\d.,]*\d|\d", verdict)
    } == {
        statuses(data)["pass"],
        *sums[2:],
    }
    each: Counter[str] = Counter(tree.xpath("//table[@id='unmet-2']/tbody/tr/td[1]/@class"))
    assert each == {"w-fail": statuses(data)["fail"], "w-unknown": statuses(data)["unknown"]}


@pytest.mark.parametrize("form", ["table", "markdown"])
def test_tables(judged: Assessment, data: dict[str, Any], form: str) -> None:
    text = written(judged, form).decode()
    for one, (passed, total, *unmet) in zip(data["policies"], headlines(data), strict=True):
        title = re.escape(one["title"]["en"])
        line = re.search(rf"^\W*{title}\s.*\s{passed}/{total}\s.*$", text, re.M)
        assert line is not None, (title, passed, total)
        after = line[0].partition(f" {passed}/{total} ")[2]
        numbers = [int(n) for n in re.findall(r"(?<=[ |])\d+(?=[ |])", after.partition("%")[2])]
        assert numbers[: len(unmet)] == unmet


def _of_csv(raw: bytes) -> Counter[str]:
    return Counter(row["status"] for row in csv.DictReader(io.StringIO(raw.decode())))


def _of_sarif(raw: bytes) -> Counter[str]:
    found: Counter[str] = Counter()
    for result in json.loads(raw)["runs"][0]["results"]:
        excused = "excused" if result.get("suppressions") else "fail"
        words = {
            "pass": "pass",
            "notApplicable": "not_applicable",
            "review": "unknown",
            "fail": excused,
        }
        found[words[result["kind"]]] += 1
    return found


def _of_junit(raw: bytes) -> Counter[str]:
    found: Counter[str] = Counter()
    for suite in etree.fromstring(raw).findall("testsuite"):
        for name in ("tests", "failures", "errors", "skipped"):
            found[name] += int(suite.get(name, ""))
    return found


def _of_tap(raw: bytes) -> Counter[str]:
    found: Counter[str] = Counter()
    for line in raw.decode().splitlines():
        if match := re.match(r"(not )?ok \d+ - .*?( # SKIP| # TODO|$)", line):
            found[(match[1] or "") + match[2].strip()] += 1
    return found


def _of_metrics(raw: bytes) -> Counter[str]:
    found: Counter[str] = Counter()
    for line in raw.decode().splitlines():
        if match := re.match(r'soccheck_findings\{.*status="(\w+)"\} (\d+)', line):
            found[match[1]] += int(match[2])
    return found


def _of_baseline(raw: bytes) -> Counter[str]:
    found = json.loads(raw)["findings"].values()
    return Counter(status for assets in found for status in assets.values())


def _lines(pattern: str) -> Callable[[bytes], Counter[str]]:
    return lambda raw: Counter(active=len(re.findall(pattern, raw.decode(), re.M)))


COUNTED: dict[str, Callable[[bytes], Counter[str]]] = {
    "csv": _of_csv,
    "sarif-full": _of_sarif,
    "sarif": lambda raw: Counter(fail=len(json.loads(raw)["runs"][0]["results"])),
    "junit": _of_junit,
    "tap": _of_tap,
    "openmetrics": _of_metrics,
    "baseline": _of_baseline,
    "gitlab": lambda raw: Counter(active=len(json.loads(raw))),
    "azure": _lines("^##vso.task.logissue "),
}


@pytest.mark.parametrize("form", COUNTED)
def test_counts(judged: Assessment, data: dict[str, Any], form: str) -> None:
    counts = statuses(data)
    applying = +Counter({k: v for k, v in counts.items() if k != "not_applicable"})
    excused, skipped = counts["waived"] + counts["grace"], counts["not_applicable"]
    active = Counter(active=counts["fail"] + counts["unknown"])
    sarif = Counter({k: counts[k] for k in ("pass", "fail", "unknown", "not_applicable")})
    sarif["excused"] = excused
    junit = {"failures": counts["fail"], "errors": counts["unknown"], "skipped": skipped + excused}
    tap = {"": counts["pass"], "not ": active["active"], "# SKIP": skipped, "not # TODO": excused}
    wanted: dict[str, Counter[str]] = {
        "csv": counts,
        "sarif-full": sarif,
        "sarif": Counter(fail=counts["fail"]),
        "junit": Counter({"tests": sum(counts.values()), **junit}),
        "tap": Counter(tap),
        "openmetrics": applying,
        "baseline": applying,
        "gitlab": active,
        "azure": active,
    }
    assert COUNTED[form](written(judged, form)) == wanted[form]


def _of_pdf(content: bytes) -> str:
    told = ["pdftotext", "-raw", "-", "-"]
    return subprocess.run(told, input=content, capture_output=True, check=True).stdout.decode()


def _of_docx(content: bytes) -> str:
    return words(opened(content))


@pytest.mark.parametrize(("form", "read"), [("docx", _of_docx), ("pdf", _of_pdf)])
def test_the_official_report(
    judged: Assessment, data: dict[str, Any], form: str, read: Callable[[bytes], str]
) -> None:
    text = "".join(read(written(judged, form)).split())
    for one, (passed, total, *_) in zip(data["policies"], headlines(data), strict=True):
        members = Counter(one["headline"]["members"].values())
        others = [("not met", "fail"), ("not known", "unknown")]
        others += [("in time to comply", "grace"), ("accepted for a time", "waived")]
        said = ", ".join(f"{word} {members[name]}" for word, name in others if members[name])
        share = "".join(Language("en").share(passed, total).split())
        label = "".join(one["headline"]["label"]["en"].split())
        lead = rf"{passed}/{total}[^/]*?{re.escape(label)}[^/]*?,{re.escape(share)}"
        found = re.search(rf"{lead}(\([^)]*\))?", text)
        assert found is not None, one["id"]
        assert (found[1] or "").strip("()") == "".join(said.split()), one["id"]
        assert sum(members.values()) == total


def _cells(content: bytes) -> list[list[list[str]]]:
    """Return the cells of each table of a document, lines of a cell joined."""
    return [
        [["".join(cell.text.split("\n")) for cell in row.cells] for row in table.rows]
        for table in opened(content).tables
    ]


def test_the_tables_of_the_official_report(judged: Assessment, data: dict[str, Any]) -> None:
    tables = _cells(written(judged, "docx"))
    rows = {r[0]: r for t in tables if t[0][:2] == ["Requirement", "Met/Total"] for r in t[1:]}
    points = {f["control"]: f["score"]["decimal"] for f in data["findings"] if "score" in f}
    seen = 0
    for control in (c for one in data["policies"] for c in one["controls"]):
        tally, row = control["tally"], rows.pop(control["title"]["en"], None)
        of = {f["status"] for f in data["findings"] if f["control"] == control["id"]}
        assert (row is None) is (of <= {"not_applicable"}), control["id"]
        if row is None:
            continue
        assert [int(cell) for cell in row[3:7]] == [
            tally[name] for name in ("failing", "unknown", "grace", "waived")
        ]
        figure = row[1].replace(",", "")
        if tally["total"]:
            assert figure.startswith(f"{tally['passed']}/{tally['total']}"), control["id"]
            seen += 1
        elif control["id"] in points:
            stated = Fraction(points[control["id"]]["points"])
            assert Fraction(figure.partition("/")[0]) == stated, control["id"]
    assert (rows, seen > 80) == ({}, True)
    levels = next(table for table in tables if table[0][:2] == ["Level", "Total"])
    numbers = [[int(cell) for cell in row[1:]] for row in levels[1:]]
    assert numbers[-1] == [sum(column) for column in zip(*numbers[:-1], strict=True)]
    assert numbers[-1][0] == data["inventory"]["assets"]["system"]
    assert numbers[-1][2] == data["policies"][0]["controls"][0]["tally"]["passed"]
    failing = next(table for table in tables if table[0][:2] == ["No.", "Id"])
    assert len(failing) - 1 == statuses(data)["fail"]


def test_the_yearly_letter(judged: Assessment, data: dict[str, Any]) -> None:
    text = "".join(_of_docx(written(judged, "mau-08", "vi")).split())
    counts = {
        what: int(number)
        for what, number in re.findall(r"-(Tổngsốhệthốngthôngtin[^:]*):(\d+);", text)
    }
    systems = data["inventory"]["assets"]["system"]
    assert len(counts) == 6
    assert counts["Tổngsốhệthốngthôngtinthuộcphạmviquảnlý"] == systems
    approved = data["policies"][0]["headline"]["passed"]
    assert counts["Tổngsốhệthốngthôngtinđãđượcphêduyệtcấpđộ"] == approved


def test_every_format_is_compared() -> None:
    by_hand = {"html", "xlsx", "table", "markdown", "json"}
    cut = {"github", "summary"}  # cut by what their reader takes; made of the same lines
    documents = {"docx", "pdf", "mau-08", "mau-08-pdf"}  # the last is made of the one before it
    assert set(REPORTS) == {*COUNTED, *by_hand, *cut, *documents}


def test_the_schema_has_all_that_json_says(data: dict[str, Any]) -> None:
    published = json.loads(schema.text("assessment"))
    jsonschema.Draft202012Validator(published).validate(data)
