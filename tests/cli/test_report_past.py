"""`soccheck report` with a history: the run before, since when something fails, and the months."""

from __future__ import annotations

import csv
import json
import re
import zipfile
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from docx import Document
from lxml import html

from tests.cli.run import Ran, inside
from tests.scratch import INVENTORY, POLICY

GIVEN = ("--policies", "pol", "--as-of", "2024-08-20", "--lang", "en")


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for folder in ("inv", "pol"):
        (tmp_path / folder).mkdir()
    for name, text in INVENTORY.items():
        (tmp_path / "inv" / name).write_text(text, encoding="utf-8")
    (tmp_path / "pol/trial.yaml").write_text(POLICY, encoding="utf-8")
    (tmp_path / "soccheck.yaml").write_text(
        "history: {folder: kept}\naudit: {policies: [pol]}\n", encoding="utf-8"
    )
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def run(here: Path, capsys: pytest.CaptureFixture[str]) -> Any:
    def ran(*words: str) -> Ran:
        return inside(capsys, *words)

    return ran


@pytest.fixture
def nights(run: Any, here: Path) -> None:
    """Keep a run of June, a month without one, and one of August with a host that fails since."""
    assert run("run", "inv", "--as-of", "2024-06-10").code == 1
    hosts = here / "inv/hosts.yaml"
    text = hosts.read_text(encoding="utf-8")
    hosts.write_text(
        text.replace("web-1:\n    organization: so\n    role: server\n    systems: [portal]\n"
                     "    antivirus: {realtime: true}",
                     "web-1:\n    organization: so\n    role: server\n    systems: [portal]\n"
                     "    antivirus: {realtime: false}"),
        encoding="utf-8",
    )  # fmt: skip
    assert run("run", "inv", "--as-of", "2024-08-12").code == 1


def days(rows: Iterable[Sequence[Any]]) -> list[tuple[Any, ...]]:
    return [tuple(c.date() if isinstance(c, datetime) else c for c in row) for row in rows]


@pytest.mark.usefixtures("nights")
def test_every_format_says_since_when_and_how_it_went(run: Any, here: Path) -> None:
    forms = [w for f in ("html", "xlsx", "csv", "sarif", "docx") for w in ("--format", f)]
    assert run("report", "inv", *GIVEN, "--previous", "#1", *forms, "-o", "out/").code == 1
    name = "out/inv-2024-08-20"
    rows = csv.DictReader((here / f"{name}.csv").read_text(encoding="utf-8-sig").splitlines())
    since = {
        (row["control"], row["asset"]): (row["failing_since"], row["since_at_least"])
        for row in rows
        if row["failing_since"]
    }
    assert since["T-REALTIME", "web-1"] == ("2024-08-12", "false")
    assert since["T-REALTIME", "web-2"] == ("2024-06-10", "true")
    log = json.loads((here / f"{name}.sarif").read_text(encoding="utf-8"))
    first = {r["provenance"]["firstDetectionTimeUtc"] for r in log["runs"][0]["results"]}
    assert first == {"2024-06-10T00:00:00.000Z", "2024-08-12T00:00:00.000Z"}
    book = openpyxl.load_workbook(here / f"{name}.xlsx")
    failing = days(book["Failing"].iter_rows(min_row=3, values_only=True))
    column = failing[0].index("Failing since")
    assert {row[1]: row[column] for row in failing if row[0] == "T-REALTIME"} == {
        "web-1": date(2024, 8, 12),
        "web-2": "on or before 10/06/2024",
    }
    months = days(book["Month by month"].iter_rows(min_row=4, values_only=True))
    shares = [row[1:6] for row in months[:3]]
    assert shares == [
        (date(2024, 6, 1), 1, *shares[0][2:]),
        (date(2024, 7, 1), None, None, None, None),
        (date(2024, 8, 1), 2, *shares[2][2:]),
    ]
    assert "xl/charts/chart1.xml" in zipfile.ZipFile(here / f"{name}.xlsx").namelist()
    page = html.fromstring((here / f"{name}.html").read_bytes())
    said = page.xpath("//*[local-name()='svg'][@class='curve']/@aria-label")[0]
    for month, (_, _, passed, total, _) in zip(("06", "08"), (shares[0], shares[2]), strict=True):
        assert f"{month}/2024: {passed}/{total} (" in said
    assert "07/2024" not in said
    assert len(page.xpath("(//*[@class='curve'])[1]/*[local-name()='polyline']")) == 2
    assert "Compared with #1 as of 10/06/2024" in page.text_content()
    document = Document(str(here / f"{name}.docx"))
    cells = [c.text for t in document.tables for r in t.rows for c in r.cells]
    assert any("(since 12/08/2024)" in cell for cell in cells)
    assert {"06/2024", "07/2024", "08/2024"} <= set(cells)


@pytest.mark.usefixtures("nights")
def test_a_report_on_an_earlier_day_is_told_nothing_later(run: Any) -> None:
    given = ("--policies", "pol", "--as-of", "2024-07-20", "--lang", "en")
    assert ",2024-08-12," not in run("report", "inv", *given, "--format", "csv").out
    page = run("report", "inv", *given, "--format", "html").out
    assert "06/2024: " in page
    assert "08/2024: " not in page


def test_a_run_there_is_not_is_refused(run: Any, here: Path) -> None:
    refused = run("report", "inv", *GIVEN, "--previous", "7")
    assert (refused.code, "7: no such file, and no history" in refused.err) == (2, True)
    assert run("report", "inv", *GIVEN).code == 1  # a history that is still to begin is no fault
    run("run", "inv", "--as-of", "2024-06-10")
    refused = run("report", "inv", *GIVEN, "--previous", "7")
    assert (refused.code, "no run 7" in refused.err) == (2, True)
    (here / "other.yaml").write_text("history: {folder: nothing}\n", encoding="utf-8")
    refused = run("report", "inv", *GIVEN, "--config", "other.yaml")
    assert (refused.code, "no history here" in refused.err) == (2, True)


def test_a_month_of_which_nothing_is_known_has_no_share(run: Any, here: Path) -> None:
    assert run("run", "inv", "--as-of", "2024-06-10").code == 1
    hosts = here / "inv/hosts.yaml"
    stated = hosts.read_text(encoding="utf-8")
    hosts.write_text(re.sub(" +antivirus: .*\n", "", stated), encoding="utf-8")
    assert run("run", "inv", "--as-of", "2024-07-10").code in (1, 3)
    assert "0/2 unknown" in run("trend", "--lang", "en").out
    figures = json.loads(run("trend", "--format", "json").out)["months"][1]["figures"]
    assert figures["trial"] == {"passed": 0, "total": 2, "unknown": True}
    by = run("trend", "--by", "level", "--format", "csv", "--lang", "en").out
    assert "2024-07,2,2024-07-10,2,1,3,false" in by
    forms = ("html", "xlsx", "docx", "table", "markdown")
    run("report", "inv", *GIVEN, *(w for form in forms for w in ("--format", form)), "-o", "out")
    page = html.parse(here / "out/inv-2024-08-20.html").getroot()
    curve = page.cssselect("svg.curve")[0]
    assert curve.get("aria-label") == "Trial: 06/2024: 1/2 (50\u00a0%); 07/2024: all 2 unknown"
    assert len(curve.cssselect("circle")) == 1
    assert page.cssselect(".card .big span")[0].text == "–"
    book = openpyxl.load_workbook(here / "out/inv-2024-08-20.xlsx")
    rows = [[cell.value for cell in row] for row in book["Month by month"].iter_rows(min_row=4)]
    assert [row[3:] for row in rows] == [[1, 2, 50], [0, 2, None]]
    assert book["Summary"]["D4"].value == 0
    assert book["Summary"]["F4"].value is None
    text = " ".join(p.text for p in Document(str(here / "out/inv-2024-08-20.docx")).paragraphs)
    assert "0/2 safe, as nothing is known yet" in text
    for ending in ("txt", "md"):
        written = (here / f"out/inv-2024-08-20.{ending}").read_text(encoding="utf-8")
        assert "0/2 safe" in written
        assert not re.search(r"0/2 safe[ |]+0", written)


@pytest.mark.usefixtures("nights")
def test_a_history_that_is_kept_without_settings_is_told(run: Any, here: Path) -> None:
    (here / "kept").rename(here / "history")
    (here / "soccheck.yaml").unlink()
    text = run("report", "inv", *GIVEN, "--format", "csv").out
    assert "2024-06-10" in text
