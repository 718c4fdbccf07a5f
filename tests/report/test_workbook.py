"""The workbook as openpyxl reads it back: typed cells, no formula, laid out for paper, harmless names."""

from __future__ import annotations

import io
import json
import unicodedata
from datetime import date, datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from openpyxl.utils import column_index_from_string
from openpyxl.workbook import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from soccheck.assess.assessment import Assessment
from soccheck.i18n import LANGUAGES, Language
from soccheck.inventory import load as inventory
from soccheck.policy import load as policy
from soccheck.report import renderer
from soccheck.report.formats import xlsx
from soccheck.report.listings import authorities, listing
from soccheck.report.listings.authorities import JudgedInventory
from soccheck.report.report import Layout, Report
from soccheck.report.sheets.sheet import of_texts
from tests.kit import BASE, an_inventory, policies, policy_text, shipped

ROOT = Path(__file__).parents[2]
DAY = date(2024, 6, 30)
HEAD = 3
"""The row of a sheet's head."""


def bytes_of(made: Assessment, code: str = "vi") -> bytes:
    pieces = renderer("xlsx")(Report(assessment=made), Language(code), Layout())
    return b"".join(piece for piece in pieces if isinstance(piece, bytes))


def book_of(made: Assessment, code: str = "vi") -> Workbook:
    return openpyxl.load_workbook(io.BytesIO(bytes_of(made, code)))


def table(sheet: Worksheet) -> list[dict[str, Any]]:
    """Return the rows of a sheet by their heads."""
    head, *rows = list(sheet.iter_rows(min_row=HEAD, values_only=True))
    return [dict(zip(map(str, head), row, strict=True)) for row in rows]


@pytest.fixture(scope="module")
def judged() -> Assessment:
    loaded = inventory.load(ROOT / "inventories/an-giang", "inventories/an-giang")
    found = shipped()
    return Assessment(loaded, policy.in_force(found, DAY), DAY)


@pytest.fixture(scope="module")
def book(judged: Assessment) -> Workbook:
    return book_of(judged, "en")


def test_the_sheets_are_there(book: Workbook, judged: Assessment) -> None:
    assert book.sheetnames == [
        *("Summary", "Form 08", "Systems", "Units", "Failing", "Unknown findings"),
        *("Accepted for a time", "Stated figures", "Evidence", "Policies"),
    ]
    assert len(set(book_of(judged).sheetnames)) == len(book.sheetnames)


def test_numbers_and_days_are_numbers_and_days(book: Workbook) -> None:
    row = table(book["Summary"])[0]
    assert (row["Passing"], row["Total"], row["Share"]) == (39, 39, 100)
    heads = [c.value for c in book["Summary"][HEAD]]
    share = book["Summary"].cell(HEAD + 1, heads.index("Share") + 1)
    assert share.number_format == '0.0"%"'
    systems = book["Systems"]
    column = [c.value for c in systems[HEAD]].index("Approved on") + 1
    days = [systems.cell(r, column) for r in range(HEAD + 1, systems.max_row + 1)]
    assert all(isinstance(cell.value, datetime) for cell in days)
    assert {cell.number_format for cell in days} == {"dd/mm/yyyy"}
    assert {type(row["System"]) for row in table(systems)} == {str}
    ends = [row["Until"] for row in table(book["Accepted for a time"])]
    left = [row["Days left"] for row in table(book["Accepted for a time"])]
    assert ends
    assert [(end.date() - DAY).days for end in ends] == left


def test_every_sheet_is_laid_out_for_paper(book: Workbook) -> None:
    for sheet in book.worksheets:
        assert sheet.freeze_panes == f"A{HEAD + 1}"
        assert sheet.auto_filter.ref.startswith(f"A{HEAD}:")
        setup = sheet.page_setup
        assert (setup.orientation, str(setup.paperSize)) == ("landscape", "9")
        fitting = sheet.sheet_properties.pageSetUpPr
        assert fitting is not None
        assert fitting.fitToPage
        assert (setup.fitToWidth or 1, setup.fitToHeight) == (1, 0)
        assert sheet.print_title_rows == f"${HEAD}:${HEAD}"
        fonts = {(c.font.name, c.font.sz) for row in sheet.iter_rows() for c in row if c.value}
        assert {name for name, _ in fonts} == {"Times New Roman"}
        assert {size for _, size in fonts} <= {12, 14}


def test_letters_are_at_least_8_points_high_on_paper(book: Workbook) -> None:
    """A width counts digits of 12 points, 8 pixels each; a page is fitted to its columns."""
    for sheet in book.worksheets:
        last = sheet.print_area.replace("$", "").partition(":")[2].rstrip("0123456789")
        printed = column_index_from_string(last)
        pixels = 0.0
        for group in sheet.column_dimensions.values():
            alike = min(int(group.max or 0), printed) - int(group.min or 0) + 1
            pixels += 8 * float(group.width) * max(alike, 0)
        inches = 297 / 25.4 - sheet.page_margins.left - sheet.page_margins.right
        size = 12 * min(1, inches * 96 / pixels)
        assert size >= 8, (sheet.title, size)


def test_what_is_filled_in_is_keyed_by_control_and_asset(
    book: Workbook, judged: Assessment
) -> None:
    found = table(book["Failing"]) + table(book["Unknown findings"])
    keys = {(row["Control"], row["Asset"]) for row in found}
    wanted = {
        (f.control.id, f.asset.id) for f in judged.findings if f.status.value in ("fail", "unknown")
    }
    assert keys == wanted
    assert len(found) == len(keys)
    for row in found:
        assert [row[n] for n in ("Unit in charge", "Deadline", "State of work", "Remark")] == [
            None
        ] * 4


def test_the_same_report_is_the_same_bytes(judged: Assessment) -> None:
    assert bytes_of(judged) == bytes_of(judged)


HOSTILE = {
    "formula": '=hyperlink("http://evil.example","click")',
    "plus": "+1+1",
    "minus": "-1",
    "at": "@SUM(1)",
    "array": "{=1+1}",
    "link": "http://evil.example/x",
    "internal": "internal:Sheet1!A1",
    "number": "00012",
    "script": "<script>alert(1)</script>]]>",
    "override": "abc\u202egpj.exe",
    "control": "a\x01b\x1b[31m\x07",
    "lines": "one\ntwo\r\nthree",
    "escape": "_x0041_ _x000D_",
    "long": "Đ" * 4000,
    "endless": "x" * 40_000,
    "nfd": unicodedata.normalize("NFD", "Sở Thông tin và Truyền thông"),
}


@pytest.mark.parametrize("code", LANGUAGES)
def test_no_name_becomes_a_formula_or_a_link(tmp_path: Path, code: str) -> None:
    systems = "".join(
        f"  {key}: {{organization: o, name: {{vi: {json.dumps(text)}}}, dossier: {{status: approved, "
        f"decision: {{number: {json.dumps(text)}, date: 2024-01-05}}}}}}\n"
        for key, text in HOSTILE.items()
    )
    for key, head in HOSTILE.items():  # whatever stands in the heads: title, control, authority
        folder = tmp_path / key
        base = BASE.replace("vi: Tỉnh", f"vi: {json.dumps(head)}")
        text = policy_text("{dossier.status: approved}", title=json.dumps(head))
        made = Assessment(
            an_inventory(folder / "i", f"systems:\n{systems}", base=base),
            policies(folder / "p", text),
            DAY,
        )
        book = book_of(made, code)
        cells = [c for sheet in book.worksheets for row in sheet.iter_rows() for c in row]
        assert {c.data_type for c in cells} <= {"s", "n", "d", "inlineStr"}
        assert [c for c in cells if c.hyperlink is not None] == []
        texts = [c.value for c in cells if isinstance(c.value, str)]
        assert max(map(len, texts)) <= 32_767
        assert not [t for t in texts if set(t) & set("\x01\x07\x1b\u202e")]
        assert {HOSTILE["formula"], HOSTILE["number"]} <= set(texts)
        # As the file has it (ISO 29500-1, 22.9.2.19): a spreadsheet shows what was written.
        assert "_x005F_x0041_ _x005F_x000D_" in texts
        assert unicodedata.normalize("NFC", HOSTILE["nfd"]) in {
            unicodedata.normalize("NFC", t) for t in texts
        }


def test_several_authorities_are_a_row_each_that_leads_to_its_figures(tmp_path: Path) -> None:
    names = ["A'b [x]:*?/\\", "Tỉnh " + "rất dài " * 20 + "1", "Tỉnh " + "rất dài " * 20 + "2"]
    policy_ = policy_text("{dossier.status: approved}")
    entries = []
    for number, name in enumerate(names):
        base = BASE.replace("vi: Tỉnh, en: Province", f"vi: {json.dumps(name)}")
        loaded = an_inventory(tmp_path / f"i{number}", "systems: {s: {organization: o}}", base=base)
        made = Assessment(loaded, policies(tmp_path / f"p{number}", policy_), DAY)
        entries.append(JudgedInventory(folder=f"i{number}", assessment=made))
    entries.append(JudgedInventory(folder="gone", assessment=None, problems=("not there",)))
    shown = authorities.listing(entries, Language("vi"))
    raw = b"".join(map(bytes, listing.render(shown, "xlsx", 80, Language("vi"))))  # type: ignore[arg-type]
    book = openpyxl.load_workbook(io.BytesIO(raw))
    first = book.worksheets[0]
    assert len(book.worksheets) == 4
    rows = list(first.iter_rows(min_row=HEAD + 1))
    assert len(rows) == 4
    for row, sheet in zip(rows, book.worksheets[1:], strict=False):
        link = row[0].hyperlink
        assert link is not None
        assert link.location == "'" + sheet.title.replace("'", "''") + "'!A1"
        assert sheet["A1"].value == row[0].value
    assert rows[3][0].hyperlink is None
    page = "".join(map(str, listing.render(shown, "html", 80, Language("vi"))))
    for number in (2, 3, 4):
        assert page.count(f'href="#part-{number}"') == 2  # the row, and the contents
        assert f'<section id="part-{number}"' in page


def test_no_sheet_has_the_name_that_excel_keeps() -> None:
    tables = [of_texts(title, ["a"], [["b"]]) for title in ("History", "[x]:*?/\\'", "HISTORY")]
    book = openpyxl.load_workbook(
        io.BytesIO(b"".join(xlsx.workbook(tables, "head", Language("en"))))
    )
    assert book.sheetnames == ["History (2)", "x", "HISTORY (3)"]
