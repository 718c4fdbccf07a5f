"""`soccheck report`: what goes where, narrowed, split, of a result, of several; and read back."""

from __future__ import annotations

import json
import re
import subprocess
import unicodedata
from collections import Counter
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from soccheck.cli import report_files
from soccheck.report import REPORTS
from tests.cli.run import ROOT, Ran, inside
from tests.scratch import DAY, INVENTORY, POLICY

GIVEN = ("--policies", "pol", "--as-of", DAY, "--lang", "en")
SHARED = {name: form for name, form in REPORTS.items() if form.printed or name == "xlsx"}
"""All formats but the documents of an office, which have rules of their own."""


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name, text in INVENTORY.items():
        (tmp_path / "inv").mkdir(exist_ok=True)
        (tmp_path / "inv" / name).write_text(text, encoding="utf-8")
    (tmp_path / "pol").mkdir()
    (tmp_path / "pol/trial.yaml").write_text(POLICY, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def run(here: Path, capsys: pytest.CaptureFixture[str]) -> Any:
    def ran(*words: str) -> Ran:
        return inside(capsys, *words)

    return ran


def test_several_formats_go_to_a_folder(run: Any, here: Path) -> None:
    words = [word for form in SHARED for word in ("--format", form)]
    ran = run("report", "inv", *GIVEN, *words, "-o", "out")
    assert (ran.code, ran.out) == (1, "")
    names = {path.name for path in (here / "out").iterdir()}
    assert names == {f"inv-{DAY}{form.suffix}" for form in SHARED.values()}
    assert all(path.stat().st_size for path in (here / "out").iterdir())


def test_a_format_goes_to_its_file_or_is_printed(run: Any, here: Path) -> None:
    ran = run(
        "report", "inv", *GIVEN, "--format", "html", "-o", "a.html", "--format", "csv", "-o", "b"
    )
    assert ran.code == 1
    assert (here / "a.html").read_text(encoding="utf-8").startswith("<!doctype html>")
    assert (here / "b").read_bytes().startswith(b"\xef\xbb\xbfpolicy,")
    assert run("report", "inv", *GIVEN).out.startswith("<!doctype html>")


def test_the_exit_code_is_that_of_the_audit(run: Any, here: Path) -> None:
    audit = run("audit", "inv", *GIVEN, "--format", "json")
    assert run("report", "inv", *GIVEN, "--format", "json") == audit
    assert audit.code == 1
    for name in ("hosts.yaml", "fleets.yaml", "waivers.yaml"):
        (here / "inv" / name).unlink()
    assert run("report", "inv", *GIVEN, "--format", "json").code == 3


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--format", "xlsx"), "xlsx is no text that could be printed\n  hint: give it a file: --output"),
        (("--format", "xlsx", "--format", "csv"), "hint: say where to: --output FOLDER"),
        (("--format", "csv", "-o", "a", "-o", "b"), "2 --output for 1 --format"),
        (("--format", "csv", "-o", "a", "--format", "html", "-o", "./a"), "to one file"),
        (("--format", "csv", "--format", "html", "-o", "/dev/null"), "/dev/null: not a folder"),
        (("--split", "system", "out"), "hint: write --split organization FOLDER"),
        (("--split", "organization", "out", "--organization", "so"), "goes with neither"),
        (("--split", "organization", "out", "--format", "baseline"), "a baseline is of the whole"),
        (("--organization", "sa"), "--organization: there is no 'sa'\n  hint: known here: so"),
        (("--organization", "so", "--previous", "b.json"), "the whole inventory"),
        (("--previous", "pol/trial.yaml"), "this is a policy"),
        (("--period", "2024"), "'2024' is no period\n  hint: write 2025-12-15..2026-12-14"),
        (("--period", "2024-06-30..2024-01-01"), "is no period"),
        (("--signers", "x"), "--signers does nothing without --evidence"),
        (("--evidence", "a", "--evidence", "b"), "several bundles for one inventory"),
    ],
)  # fmt: skip
def test_what_cannot_be_written_is_refused(run: Any, words: tuple[str, ...], said: str) -> None:
    ran = run("report", "inv", *GIVEN, *words)
    assert ran.code == 2
    assert said in ran.err
    assert ran.out == ""


def test_the_period_ends_on_the_day_that_is_judged(run: Any) -> None:
    given = [word for word in GIVEN if word not in ("--as-of", DAY)]
    out = run("report", "inv", *given, "--period", f"2023-07-01..{DAY}").out
    assert "as of 30/06/2024 · period 01/07/2023 to 30/06/2024" in out


def test_no_report_takes_the_place_of_what_it_is_made_of(run: Any, here: Path) -> None:
    before = {path: path.read_bytes() for path in here.rglob("*.yaml")}
    for file in ("inv/systems.yaml", "pol/trial.yaml"):
        ran = run(
            "report", "inv", *GIVEN, "--format", "html", "-o", "a", "--format", "csv", "-o", file
        )
        assert (ran.code, ran.out) == (2, "")
        assert f"{file}: it would be lost, and the command reads it" in ran.err
        assert not (here / "a").exists()
    assert {path: path.read_bytes() for path in here.rglob("*.yaml")} == before
    (here / "b").write_text("", encoding="utf-8")
    (here / "a").symlink_to("b")
    ran = run("report", "inv", *GIVEN, "--format", "html", "-o", "a", "--format", "csv", "-o", "b")
    assert (ran.code, (here / "b").read_text(encoding="utf-8")) == (2, "")


def test_a_result_is_reported_as_it_was(run: Any, here: Path) -> None:
    run("audit", "inv", *GIVEN, "--format", "json", "--output", "r.json")
    for form in ("html", "csv", "markdown"):
        by_result = run("report", "r.json", "--policies", "pol", "--lang", "en", "--format", form)
        assert by_result == run("report", "inv", *GIVEN, "--format", form)


def test_a_result_of_something_else_is_refused(run: Any, here: Path) -> None:
    run("audit", "inv", *GIVEN, "--format", "json", "--output", "r.json")
    again = ("report", "r.json", "--policies", "pol", "--lang", "en")
    refused = run(*again, "--as-of", "2024-07-01")
    assert (refused.code, "judged as of another day" in refused.err) == (2, True)
    refused = run("report", "r.json", "--lang", "en")
    assert "the policies of this result are no longer what is there" in refused.err
    data = json.loads((here / "r.json").read_text(encoding="utf-8"))
    changed = json.loads(json.dumps(data))
    next(f for f in changed["findings"] if f["status"] == "fail")["status"] = "pass"
    (here / "changed.json").write_text(json.dumps(changed), encoding="utf-8")
    refused = run("report", "changed.json", "--policies", "pol", "--lang", "en")
    assert "the findings of this result are no longer what is there" in refused.err
    hosts = here / "inv/hosts.yaml"
    hosts.write_text(hosts.read_text(encoding="utf-8") + "\n", encoding="utf-8")
    refused = run(*again)
    assert "r.json: the files of this result are no longer what is there" in refused.err
    assert "make it anew: soccheck audit inv --format json" in refused.err
    run("audit", "inv", *GIVEN, "--report", "baseline=b.json")
    assert "b.json: not a result of soccheck audit" in run("report", "b.json", "--lang", "en").err
    run("audit", "inv", *GIVEN, "--report", "json=n.json", "--organization", "so")
    assert "narrowed" in run("report", "n.json", "--lang", "en").err


@pytest.mark.parametrize(
    "place",
    [
        ("policies", 0, "headline", "passed"),
        ("policies", 0, "controls", 0, "tally", "total"),
        ("findings", 0, "observed", 0, "value"),
        ("inventory", "authority", "en"),
        ("exit_code",),
    ],
)
def test_a_result_whose_figures_were_changed_is_refused(
    run: Any, here: Path, place: tuple[Any, ...]
) -> None:
    run("audit", "inv", *GIVEN, "--format", "json", "--output", "r.json")
    data = json.loads((here / "r.json").read_text(encoding="utf-8"))
    inside_ = data
    for key in place[:-1]:
        inside_ = inside_[key]
    inside_[place[-1]] = {"value": "other", "en": "Other"}.get(place[-1], 0)
    (here / "r.json").write_text(json.dumps(data), encoding="utf-8")
    refused = run("report", "r.json", "--policies", "pol", "--lang", "en")
    assert refused.code == 2
    assert "r.json: the figures of this result are no longer what is there" in refused.err


def test_a_result_without_its_inventory_is_refused(run: Any, here: Path) -> None:
    run("audit", "inv", *GIVEN, "--format", "json", "--output", "r.json")
    (here / "inv").rename(here / "elsewhere")
    refused = run("report", "r.json", "--policies", "pol", "--lang", "en")
    assert refused.code == 2
    assert "r.json: the inventory it was made of is not here: inv" in refused.err
    given = ("--inventory", "elsewhere", "--policies", "pol", "--lang", "en", "--format", "html")
    moved = run("report", "r.json", *given)
    assert moved.code == 1
    (here / "elsewhere").rename(here / "inv")
    assert moved.out == run("report", "inv", *GIVEN, "--format", "html").out
    assert "does nothing without a result" in run("report", "inv", *given).err


def test_the_period_before_stands_beside(run: Any, here: Path) -> None:
    run("audit", "inv", *GIVEN, "--format", "json", "--output", "before.json")
    hosts = here / "inv/hosts.yaml"
    hosts.write_text(
        hosts.read_text(encoding="utf-8").replace("{realtime: false}", "{realtime: true}"),
        encoding="utf-8",
    )
    ran = run(
        "report",
        "inv",
        *GIVEN,
        "--previous",
        "before.json",
        "-o",
        "out/",
        "--format",
        "html",
        "--format",
        "xlsx",
    )
    assert ran.err == ""
    text = (here / f"out/inv-{DAY}.html").read_text(encoding="utf-8")
    before = json.loads((here / "before.json").read_text(encoding="utf-8"))["policies"][0][
        "headline"
    ]
    assert f"before: {before['passed']}/{before['total']} (" in text
    assert "Compared with before.json as of 30/06/2024" in text
    sheet = openpyxl.load_workbook(here / f"out/inv-{DAY}.xlsx")["Summary"]
    head = [cell.value for cell in sheet[3]]
    assert sheet.cell(4, head.index("Share before") + 1).value == pytest.approx(
        100 * before["passed"] / before["total"], abs=0.05
    )


def counted(path: Path) -> Counter[str]:
    data = json.loads(path.read_text(encoding="utf-8"))
    return Counter(finding["status"] for finding in data["findings"])


def test_the_parts_of_a_split_add_up_to_the_whole(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(ROOT)
    given = ("report", "inventories/an-giang", "--as-of", "2024-06-30")
    ran = inside(capsys, *given, "--format", "json", "--split", "organization", tmp_path / "parts")
    whole = inside(capsys, *given, "--format", "json", "-o", tmp_path / "whole.json")
    assert ran.code == whole.code == 1
    parts = sorted((tmp_path / "parts").iterdir())
    assert len(parts) > 20
    assert sum((counted(part) for part in parts), Counter[str]()) == counted(
        tmp_path / "whole.json"
    )
    keys = [
        (finding["control"], finding["asset"])
        for part in parts
        for finding in json.loads(part.read_text(encoding="utf-8"))["findings"]
    ]
    assert len(keys) == len(set(keys))


@pytest.mark.parametrize("form", ["html", "xlsx", "csv", "json", "markdown", "table"])
def test_several_authorities(run: Any, here: Path, form: str) -> None:
    other = here / "other"
    other.mkdir()
    for name, text in INVENTORY.items():
        (other / name).write_text(text.replace("Tỉnh Thử", "Tỉnh Khác"), encoding="utf-8")
    ran = run("report", "inv", "other", "gone", *GIVEN, "--format", form, "-o", "out/")
    assert ran.code == 2  # the weightiest: one could not be loaded
    assert "gone could not be loaded" in ran.err
    (path,) = (here / "out").iterdir()
    assert path.name == f"authorities{REPORTS[form].suffix}"
    refused = run("report", "inv", "other", *GIVEN, "--format", "sarif", "-o", "x")
    assert (refused.code, "sarif is a report on one inventory" in refused.err) == (2, True)
    assert run("report", "inv", "inv/", *GIVEN).code == 2
    assert run("report", "inv", "other", *GIVEN, "--organization", "so").code == 2


# -- a filled workbook ------------------------------------------------------------------------------

SHEET, HEAD = "Failing", 3


def filled(
    here: Path, run: Any, rows: dict[tuple[str, str], dict[str, object]], code: str = "en"
) -> str:
    """Write a workbook of the report, with what a reader fills in beside findings."""
    words = [w for w in GIVEN if w not in ("--lang", "en")]
    run("report", "inv", *words, "--lang", code, "--format", "xlsx", "-o", "report.xlsx")
    book = openpyxl.load_workbook(here / "report.xlsx")
    for sheet in book.worksheets:
        head = {cell.value: number for number, cell in enumerate(sheet[HEAD], 1)}
        for number in range(HEAD + 1, sheet.max_row + 1):
            key = (sheet.cell(number, 1).value, sheet.cell(number, 2).value)
            if len(head) == 14:
                for name, value in rows.get(key, {}).items():  # type: ignore[arg-type]
                    sheet.cell(number, head[name]).value = value  # type: ignore[assignment]
    book.save(here / "filled.xlsx")
    return "filled.xlsx"


def read(run: Any, file: str) -> Ran:
    ran: Ran = run("report", "read", file, "inv", *GIVEN)
    return ran


WEB, PORTAL = ("T-REALTIME", "web-2"), ("T-HOSTS", "portal")


def test_a_filled_workbook_is_a_change_that_loads(run: Any, here: Path) -> None:
    file = filled(
        here,
        run,
        {
            WEB: {
                "Deadline": date(2024, 12, 31),
                "Unit in charge": unicodedata.normalize("NFD", "trial DEPARTMENT"),
                "Remark": 'mua "bản quyền": =1+1\nnăm sau',
                "State of work": "mended",
            },
            PORTAL: {"Remark": "after web-2"},
        },
    )
    ran = read(run, file)
    assert (ran.code, ran.err) == (0, "2 rows filled in.\n")
    plan = "{control: T-REALTIME, expected: 2024-12-31, organization: so, "
    assert f'+    plans: [{plan}note: "mua \\"bản quyền\\": =1+1 năm sau"}}]\n' in ran.out
    assert '+    note: "T-HOSTS: after web-2"\n' in ran.out
    assert (
        "# T-REALTIME web-2: soccheck attest add inv --asset web-2 --fact antivirus.realtime=true"
        in ran.out
    )
    (here / "change.diff").write_text(ran.out, encoding="utf-8")
    subprocess.run(["git", "apply", "change.diff"], cwd=here, check=True)
    assert run("validate", "inv", "--policies", "pol").code == 0
    # What is promised is no proof: nothing is judged otherwise.
    assert run("audit", "inv", *GIVEN, "--format", "table").code == 1
    again = read(run, file)
    assert "+" not in again.out.replace("\n+++", "")
    assert again.err.count("by hand: ") == 2


def test_a_workbook_that_was_worked_on_is_read_or_refused_never_passed_over(
    run: Any, here: Path
) -> None:
    file = filled(here, run, {WEB: {"State of work": "under way"}})
    ran = read(run, file)
    assert (ran.code, ran.out) == (0, "")
    assert ", Failing, K4: T-REALTIME web-2" in ran.err
    book = openpyxl.load_workbook(here / file)
    book["Failing"].insert_cols(5)  # cells that the file does not have
    book["Failing"].cell(HEAD, 5).value = "Mine"
    book.save(here / file)
    assert ", Failing, L4: T-REALTIME web-2" in read(run, file).err
    book["Failing"].cell(HEAD, 11).value = "By when"
    book.save(here / file)
    ran = read(run, file)
    assert (ran.code, ran.out) == (2, "")
    assert f"{file}, Failing, A3: no single column: Deadline" in ran.err
    book["Failing"].sheet_state = "hidden"
    book.save(here / file)
    assert f"{file}, Failing: a hidden sheet" in read(run, file).err


def test_the_vietnamese_workbook_is_read_as_well(run: Any, here: Path) -> None:
    file = filled(here, run, {WEB: {"Hạn": "31/12/2024", "Trạng thái": "ĐÃ KHẮC PHỤC"}}, "vi")
    ran = read(run, file)
    assert ran.code == 0
    assert "{control: T-REALTIME, expected: 2024-12-31}" in ran.out
    assert "attest add" in ran.out


@pytest.mark.parametrize(
    ("cells", "said"),
    [
        ({"Deadline": "at the end of the year"}, "J4: no day: 'at the end of the year'"),
        ({"Deadline": 45000.5}, "J4: no day: 45000.5"),
        ({"Deadline": "31/02/2024"}, "J4: no day: '31/02/2024'"),
        ({"Deadline": "=TODAY()"}, "J4: no day: a formula whose value was not saved"),
        ({"Deadline": date(2024, 6, 29)}, "J4: 2024-06-29 was before the day of the report"),
        ({"Deadline": "=TODAY()"}, "J4: "),
        ({"State of work": "nearly"}, "K4: no state: 'nearly'"),
        ({"State of work": True}, "K4: no text: True"),
        ({"Unit in charge": "somebody"}, "I4: no unit of the inventory: 'somebody'"),
        ({"Remark": 5}, "L4: no text: 5"),
        ({"Remark": "a\u202eb"}, "L4: holds a control character"),
        ({"Remark": "x", "Control": "T-NONE"}, "A4: no finding of T-NONE on web-2"),
        ({"Remark": "x", "Asset": "web-9"}, "A4: no finding of T-REALTIME on web-9"),
        ({"Remark": "x", "Asset": None}, "B4: empty, and something is filled in beside it"),
        ({"Remark": "x", "Control": 7}, "A4: no text: 7"),
    ],
)
def test_what_is_not_understood_is_refused_with_its_cell(
    run: Any, here: Path, cells: dict[str, object], said: str
) -> None:
    ran = read(run, filled(here, run, {WEB: cells}))
    assert (ran.code, ran.out) == (2, "")
    assert re.search(r"^filled.xlsx, Failing, " + re.escape(said), ran.err, re.M), ran.err
    assert "hint: " in ran.err


def test_a_row_that_stands_twice_is_refused(run: Any, here: Path) -> None:
    filled(here, run, {WEB: {"Remark": "one"}})
    book = openpyxl.load_workbook(here / "filled.xlsx")
    sheet = book[SHEET]
    sheet.append([cell.value for cell in sheet[HEAD + 1]])
    book.save(here / "filled.xlsx")
    ran = read(run, "filled.xlsx")
    assert ran.code == 2
    assert "stands twice: also at filled.xlsx, Failing, A4" in ran.err


def test_another_workbook_is_refused(run: Any, here: Path) -> None:
    book = openpyxl.Workbook()
    book.save(here / "other.xlsx")
    assert "no sheet with columns to fill in" in read(run, "other.xlsx").err
    (here / "text.xlsx").write_text("no workbook", encoding="utf-8")
    assert read(run, "text.xlsx").code == 2
    assert read(run, "gone.xlsx").code == 2


def test_an_empty_workbook_changes_nothing(run: Any, here: Path) -> None:
    assert read(run, filled(here, run, {})) == (0, "", "0 rows filled in.\n")


def test_a_report_has_a_name_that_every_system_takes(tmp_path: Path) -> None:
    day = date(2024, 6, 30)
    assert report_files.stem("inv", day) == "inv-2024-06-30"
    assert report_files.stem("a\n<b>:\u202ec\udcff", day) == "a__b___c_-2024-06-30"
    for unit, name in (("con", "_con.csv"), ("lpt1.x", "_lpt1.x.csv"), ("console", "console.csv")):
        assert report_files.in_folder(["csv"], str(tmp_path), unit) == [
            ("csv", str(tmp_path / name))
        ]


def test_a_report_asked_for_otherwise_is_told_how(capsys: pytest.CaptureFixture[str]) -> None:
    for typed, meant in (
        ("html:out.html", "--report html=out.html"),
        ("xlsx out.xlsx", "--report xlsx=out.xlsx"),
        ("bao-cao.docx", "--report docx=bao-cao.docx"),
        ("HTML=out.html", "html"),
    ):
        ran = inside(capsys, "audit", "inv", "--report", typed)
        assert ran.code == 2
        assert "did you mean" in ran.err
        assert meant in ran.err.splitlines()[-1]
