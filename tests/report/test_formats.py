"""Reports: aligned whatever the letters, harmless whatever the names, the same bytes each time."""

from __future__ import annotations

import csv
import io
import json
import re
import unicodedata
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import wcwidth
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from soccheck.assess.assessment import Assessment
from soccheck.i18n import LANGUAGES, Language
from soccheck.report import PRINTED
from soccheck.report.formats.csv import safe
from soccheck.report.formats.markdown import escaped
from soccheck.report.listings.explanation import render as explain
from soccheck.report.wording import words
from soccheck.report.wording.words import clean
from soccheck.sources import schema
from tests.kit import BASE, an_inventory, policies, policy_text
from tests.report.loaded import rendered as text_of

TODAY = date(2024, 6, 30)
NAMES = {
    "plain": "Cổng thông tin điện tử tỉnh",
    "decomposed": unicodedata.normalize("NFD", "Hệ thống giải quyết thủ tục hành chính của tỉnh"),
    "wide": "安江省行政服务信息系统安江省行政服务信息系统安江省行政服务信息系统",
    "mixed": "Sở 資訊 Thông tin 🛡 và Truyền thông",
    "endless": "x" * 120,
    "endless-wide": "信" * 90,
}
HOSTILE = {
    "escape": "\x1b]0;owned\x07\x1b[31mred",
    "csi": "\x9b31mred",
    "lines": "one\ntwo\r\nthree\ttab",
    "bidi": "\u202egnp.exe\u2066\u200f",
    "separator": "a\u2028b\u2029c\x85d",
    "control": "a\x01b\x7f",
    "hidden": "a\u200bb\ufeffc\u00ad",
}
MARKUP = {
    "link": "[click](https://evil.example) ![x](y)",
    "html": "<script>alert(1)</script> <img src=x onerror=y> &amp;",
    "table": "a | b | c",
    "mention": "@everyone #12 `code` *bold* __b__ ~~s~~",
    "backslash": "a\\| b",
}


def _policy(title: str = "one", remediation: str = "mend it") -> str:
    text = policy_text("{dossier.status: approved}", title=json.dumps(title))
    return text.replace("{en: mend it, vi: sửa}", f"{{en: {json.dumps(remediation)}, vi: x}}")


def quoted(name: str) -> str:
    """Return a name as YAML has it, with escapes where it would not be read raw."""
    return json.dumps(name, ensure_ascii=not name.isprintable())


def named(folder: Path, names: dict[str, str], policy: str | None = None) -> Assessment:
    """Return an assessment of a failing, an unknown and a passing system of each name."""
    base, lines = BASE, ["systems:"]
    for key, name in names.items():
        base += f"  {key}: {{type: office, tier: province, name: {{vi: {quoted(name)}}}}}\n"
        for status in ("draft", "", "approved"):
            stated = f", dossier: {{status: {status}, proposed_level: 3}}" if status else ""
            lines.append(
                f"  {key}-{status or 'none'}: {{organization: {key}{stated}, "
                f"name: {{vi: {quoted(name)}}}, regulation: {{number: {quoted(name)}}}}}"
            )
    loaded = an_inventory(folder / "i", "\n".join(lines), base=base)
    found = policies(folder / "p", policy or _policy())
    return Assessment(loaded, found, TODAY)


def rendered(
    made: Assessment, form: str, code: str = "en", *, width: int = 80, color: bool = False
) -> str:
    return text_of(form, made, Language(code), width=width, color=color, limit=20)


# -- layout ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("code", LANGUAGES)
@pytest.mark.parametrize("width", [64, 80, 132])
def test_a_table_fits_the_line(tmp_path: Path, code: str, width: int) -> None:
    text = rendered(named(tmp_path, NAMES), "table", code, width=width)
    for line in text.splitlines():
        assert wcwidth.wcswidth(line) >= 0
        # A word is never cut outside a table: paths are there to be copied.
        assert wcwidth.wcswidth(line) <= width or len(line.split()) <= 2, line
        assert line == line.rstrip()


@pytest.mark.parametrize("code", LANGUAGES)
def test_columns_are_aligned_for_the_eye(tmp_path: Path, code: str) -> None:
    """Every cell begins where the dashes of its column do, counted in columns of the terminal."""
    text = rendered(named(tmp_path, NAMES), "table", code)
    blocks = [block for block in text.split("\n\n") if re.search(r"^-+(  -+)+$", block, re.M)]
    assert len(blocks) >= 4
    for block in blocks:
        lines = block.splitlines()
        at = next(i for i, line in enumerate(lines) if re.fullmatch(r"-+(  -+)+", line))
        gaps = [m.start() for m in re.finditer("  ", lines[at])]
        for line in (*lines[at + 1 :], *_header(lines[:at])):
            columns = _columns(line)
            for gap in gaps:
                assert columns[gap : gap + 2].strip() == "", (gap, line)


def _header(lines: list[str]) -> list[str]:
    """Return the header's lines, below the title and its underline."""
    rule = [i for i, line in enumerate(lines) if set(line) == {"="}]
    return lines[rule[-1] + 1 :] if rule else lines


def _columns(line: str) -> str:
    """Return a line with one character for each column of the terminal."""
    cells = ""
    for letter in line:
        cells += letter if wcwidth.wcwidth(letter) == 1 else "x" * max(wcwidth.wcwidth(letter), 0)
    return cells


def test_colour_repeats_what_a_word_says(tmp_path: Path) -> None:
    made = named(tmp_path, NAMES)
    plain, coloured = rendered(made, "table"), rendered(made, "table", color=True)
    assert "\x1b" not in plain
    assert "\x1b[" in coloured
    assert re.sub(r"\x1b\[[0-9;]*m", "", coloured) == plain
    for line in coloured.splitlines():
        assert line.count("\x1b[0m") * 2 == line.count("\x1b["), "colour ends on its line"


@pytest.mark.parametrize("form", PRINTED)
def test_nothing_to_say_is_said(tmp_path: Path, form: str) -> None:
    loaded = an_inventory(tmp_path / "i", "")
    for found in (policies(tmp_path / "p", _policy()), []):
        text = rendered(Assessment(loaded, found, TODAY), form)
        assert text.endswith("\n")
        if form in ("table", "markdown"):
            assert ("nothing assessed" if found else "nothing was assessed") in text


def test_the_rows_left_out_are_counted(tmp_path: Path) -> None:
    made = named(tmp_path, NAMES)
    for form in ("table", "markdown"):
        text = text_of(form, made, Language("en"), limit=2)
        assert "and 10 more" in text
        assert "and 10 more" not in rendered(made, form)


# -- what people and machines wrote does no harm ----------------------------------------------------

_CONTROL = re.compile(
    "[\x00-\x09\x0b-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2066-\u2069\ufeff\u00ad]"
)


@pytest.mark.parametrize("form", PRINTED)
@pytest.mark.parametrize("code", LANGUAGES)
def test_no_name_speaks_to_the_terminal(tmp_path: Path, form: str, code: str) -> None:
    policy = _policy(HOSTILE["escape"] + HOSTILE["bidi"], HOSTILE["csi"] + HOSTILE["lines"])
    text = rendered(named(tmp_path, HOSTILE, policy), form, code)
    text = text.replace("\r\n", "\n") if form == "csv" else text
    assert _CONTROL.search(text) is None
    # Those tell no name: JSON's forms ids, OpenMetrics counts.
    if form not in ("json", "baseline", "openmetrics"):
        assert "\\u001b[31mred" in text.replace("\\\\", "\\").replace("\\[", "[")
    for line in text.splitlines():
        assert not line.startswith(("two", "three")), "a name cannot begin a line of its own"


@pytest.mark.parametrize("code", LANGUAGES)
def test_explanations_are_harmless_too(tmp_path: Path, code: str) -> None:
    made = named(tmp_path, HOSTILE, _policy(HOSTILE["escape"], HOSTILE["lines"]))
    text = "".join(explain(made, made.policies[0].controls[0], made.findings, Language(code), 80))
    assert _CONTROL.search(text) is None


@given(st.text())
def test_clean_text_is_printable_and_says_the_same(text: str) -> None:
    made = clean(text)
    assert all(c.isprintable() or unicodedata.category(c) == "Zs" for c in made)
    assert clean(made) == made
    if text.isprintable():
        assert made == text
    made.encode("utf-8")


def test_markdown_shows_names_as_they_stand(tmp_path: Path) -> None:
    made = named(tmp_path, MARKUP, _policy(MARKUP["link"], MARKUP["html"]))
    text = rendered(made, "markdown")
    for line in text.splitlines():
        bare = re.sub(r"\\.", "", line)
        assert "<" not in bare
        assert "](" not in bare
        assert "`" not in bare
        assert "@" not in bare
    for block in re.findall(r"(?:^\|.*\n)+", text, re.M):
        counts = {len(re.findall(r"(?<!\\)(?:\\\\)*\|", line)) for line in block.splitlines()}
        assert len(counts) == 1, "a cell opened a column of its own"


@given(st.text(st.sampled_from("ab|\\`*_<>[]()!@#~\n{}&"), max_size=20))
def test_markdown_escapes_can_be_undone(text: str) -> None:
    assert re.sub(r"\\(.)", r"\1", escaped(text)) == text.replace("\n", " ")


# -- CSV --------------------------------------------------------------------------------------------

FORMULAS = {
    "equals": "=cmd|' /C calc'!A0+1",
    "plus": "+1+1",
    "minus": "-2+3",
    "at": "@SUM(1)",
    "tab": "\t=1",
    "wide": "＝1+1",
    "quote": 'a "quoted", thing; x',
}


def rows(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text, newline=""), strict=True))


def test_csv_reads_back(tmp_path: Path) -> None:
    names = {**NAMES, **FORMULAS}
    made = named(tmp_path, names)
    text = rendered(made, "csv", "vi")
    found = rows(rendered(made, "csv"))
    assert text.count("\r\n") == len(made.findings) + 1
    assert len(found) == len(made.findings)
    for row, finding in zip(found, made.findings, strict=True):
        name = clean(names[finding.asset.id.rpartition("-")[0]])
        assert row["name"].removeprefix("'") == name
        assert (row["asset"], row["status"]) == (finding.asset.id, finding.status.value)
        assert row["as_of"] == "2024-06-30"
        assert re.search(r"inv/a\.yaml:\d+:\d+", row["where"])
        assert row["why"]


def test_csv_follows_the_language_with_the_codes_beside(tmp_path: Path) -> None:
    made = named(tmp_path, NAMES)
    english, vietnamese = (
        list(csv.reader(io.StringIO(rendered(made, "csv", code), newline="")))
        for code in ("en", "vi")
    )
    head, status = english[0], english[0].index("status")
    for name in ("kind", "organization", "status", "result", "severity", "basis"):
        assert head[head.index(name) + 1] == f"{name}_name"
    assert vietnamese[0][status : status + 2] == ["Trạng thái (mã)", "Trạng thái"]
    assert len(set(vietnamese[0])) == len(head)
    assert not set(vietnamese[0]) & set(head)
    for one, other, finding in zip(english[1:], vietnamese[1:], made.findings, strict=True):
        assert one[status] == other[status] == finding.status.value
        assert one[status + 1] == words.status(finding.status, Language("en"))
        assert other[status + 1] == words.status(finding.status, Language("vi"))


def test_no_cell_is_a_formula(tmp_path: Path) -> None:
    made = named(tmp_path, FORMULAS, _policy("=1+1", "@x"))
    for row in rows(rendered(made, "csv")):
        for cell in row.values():
            assert not cell.startswith(("=", "+", "-", "@", "\t", "\r", "＝"))


@given(st.text())
def test_a_safe_cell_keeps_its_text(cell: str) -> None:
    assert safe(cell).removeprefix("'").endswith(cell.removeprefix("'"))
    assert not safe(cell).startswith(("=", "+", "-", "@", "\t", "\r"))


# -- JSON -------------------------------------------------------------------------------------------


def _document(made: Assessment) -> Any:
    return json.loads(rendered(made, "json"))


@pytest.mark.parametrize("names", [NAMES, HOSTILE, MARKUP, FORMULAS])
def test_json_holds_to_its_schema(tmp_path: Path, names: dict[str, str]) -> None:
    made = named(tmp_path, names)
    document = _document(made)
    Draft202012Validator(json.loads(schema.text("assessment"))).validate(document)
    assert document["exit_code"] == made.exit_code()
    assert len(document["findings"]) == len(made.findings)
    statuses = [finding["status"] for finding in document["findings"]]
    headline = document["policies"][0]["headline"]
    assert headline["passed"] == statuses.count("pass") == len(names)
    assert headline["total"] == len(headline["members"]) == 3 * len(names)


def test_json_is_the_same_to_the_byte(tmp_path: Path) -> None:
    one, other = (rendered(named(tmp_path / "x", NAMES), "json", code) for code in LANGUAGES)
    assert one == other, "two runs, two languages"


def test_json_with_waiver_measure_grace_and_related(tmp_path: Path) -> None:
    text = """
    documents: {d: {title: t}}
    systems: {s: {organization: o, operation: {since: 2024-06-01}, dossier: {status: draft}}}
    hosts:
      h: {organization: o, role: server, systems: [s], source: {document: d, section: I.1}}
      i: {organization: o, role: server, systems: [s], illustrative: true, antivirus: {running: false}}
    fleets: {f: {organization: o, workstations: {protected: 1, total: 2}}}
    waivers:
      w: {control: A-ONE, assets: [s], reason: r, approver: p, granted: 2024-01-01, expires: 2024-12-31}
    """
    measure = "{measure: {passed: workstations.protected, of: workstations.total}}"
    texts = [
        policy_text("{dossier.status: approved}", policy="a", control="A-ONE"),
        policy_text(measure, asset="fleet", policy="b", control="B-ONE", extra="target: 99.5%"),
        policy_text(
            "{every: {asset: host, require: {antivirus.running: true}}, operation.since|age|lte: 1mo,"
            " regulation.number|re: '[0-9]+', dossier.proposed_level|in: [1, 2]}",
            policy="c",
            control="C-ONE",
            extra="grace: {period: 1y, since: operation.since}",
        ),
    ]
    made = Assessment(an_inventory(tmp_path / "i", text), policies(tmp_path / "p", *texts), TODAY)
    document = _document(made)
    Draft202012Validator(json.loads(schema.text("assessment"))).validate(document)
    found = {finding["control"]: finding for finding in document["findings"]}
    assert found["A-ONE"]["excuse"]["waiver"] == "w"
    assert found["B-ONE"]["counted"] == {"passed": 1, "total": 2}
    assert found["C-ONE"]["excuse"] == {"grace": True, "until": "2025-06-01"}
    assert (found["C-ONE"]["result"], found["C-ONE"]["status"]) == ("fail", "grace")
    (tally,) = (p["headline"] for p in document["policies"] if p["id"] == "c")
    assert (tally["grace"], tally["waived"], tally["failing"]) == (1, 0, 0)
    for form in PRINTED:
        for code in LANGUAGES:
            assert rendered(made, form, code)


def test_what_the_law_gives_time_for_is_called_so_in_every_format(tmp_path: Path) -> None:
    text = "systems: {s: {organization: o, dossier: {status: draft}}}"
    policy = policy_text("{dossier.status: approved}", extra="grace: {until: 2025-06-01}")
    made = Assessment(an_inventory(tmp_path / "i", text), policies(tmp_path / "p", policy), TODAY)
    assert made.exit_code() == 0
    for form in ("table", "markdown", "summary"):
        english, vietnamese = (rendered(made, form, code) for code in ("en", "vi"))
        assert "IN TIME" in english
        assert "01/06/2025" in english
        assert "WAIVED" not in english
        assert "TRONG THỜI HẠN" in vietnamese
        assert "CHẤP NHẬN TẠM THỜI" not in vietnamese
    assert ",grace,IN TIME,fail,FAIL," in rendered(made, "csv")
    assert "# TODO in time to comply until" in rendered(made, "tap")
    junit = rendered(made, "junit")
    assert 'skipped="1"' in junit
    assert "in time to comply until" in junit
    (result,) = json.loads(rendered(made, "sarif-full"))["runs"][0]["results"]
    assert result["properties"] == {"status": "grace"}
    assert "by the law" in result["suppressions"][0]["justification"]
    assert json.loads(rendered(made, "sarif"))["runs"][0]["results"] == []
    assert json.loads(rendered(made, "gitlab")) == []
    assert json.loads(rendered(made, "baseline"))["findings"]["T-ONE"] == {"s": "grace"}


# -- figures ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("passed", "total", "share"),
    [
        *((0, 0, "–"), (0, 10, "0\u00a0%"), (10, 10, "100\u00a0%"), (999, 1000, "99.9\u00a0%")),
        *((9999, 10000, "99.9\u00a0%"), (1, 10000, "0.1\u00a0%"), (1, 3, "33.3\u00a0%")),
        *((2, 3, "66.7\u00a0%"), (2884, 4120, "70\u00a0%"), (999_999_999, 10**9, "99.9\u00a0%")),
    ],
)
def test_only_all_is_100_per_cent(passed: int, total: int, share: str) -> None:
    assert Language("en").share(passed, total) == share
    vietnamese = share.replace(".", ",").replace("\u00a0", "")
    assert Language("vi").share(passed, total) == vietnamese


@given(st.integers(0, 10**6), st.integers(1, 10**6))
def test_a_share_rounds_to_neither_end(passed: int, total: int) -> None:
    passed = min(passed, total)
    share = Language("en").share(passed, total)
    number = float(share.removesuffix("\u00a0%"))
    assert (number == 100) is (passed == total)
    assert (number == 0) is (passed == 0)
    assert abs(number - 100 * passed / total) <= 0.1
