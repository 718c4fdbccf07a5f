"""What spreadsheets say beside their texts: struck out, merged, commented, a second table below."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.cell.text import InlineFont
from openpyxl.comments import Comment
from openpyxl.formatting.rule import Rule
from openpyxl.styles import Font, PatternFill
from openpyxl.styles.differential import DifferentialStyle

from soccheck.imports import map_file as maps
from soccheck.imports.imported import Imported, ImportFile
from soccheck.imports.read import read
from soccheck.imports.rows import RowKind
from soccheck.inventory import load as inventories

INVENTORY = inventories.load(Path(__file__).parent / "inventory", "inv")
BLANK = maps.MAPS / "antivirus-blank.yaml"
HEAD = ["Tên máy", "Kết nối lần cuối", "Đã cài đặt", "Bảo vệ thời gian thực"]
REALTIME = "antivirus.realtime"


def row(name: str, state: str | None = "Bật") -> list[str | None]:
    return [name, "28/06/2024", "Có", state]


def imported(change: Callable[[Any], None], by: str = str(BLANK)) -> Imported:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for each in (HEAD, row("web-1"), row("web-2"), row("web-3")):
        sheet.append(each)
    change(sheet)
    held = io.BytesIO()
    book.save(held)
    given = ImportFile(shown="l.xlsx", name="l_2024-06-28.xlsx", raw=held.getvalue())
    return read([given], maps.load(by), INVENTORY, None, date(2024, 7, 1))


def stated(found: Imported) -> dict[int, object]:
    """Return, by row, what it states of the protection; `?` where it is told that nothing is known."""
    return {
        e.row: e.facts.get(REALTIME, "?" if REALTIME in e.troubles else None) for e in found.entries
    }


def strike(sheet: Any, *cells: str) -> None:
    for cell in cells:
        sheet[cell].font = Font(strike=True)


def merge(sheet: Any, *ranges: str) -> None:
    for each in ranges:
        sheet.merge_cells(each)


def part(sheet: Any) -> None:
    sheet["D2"] = CellRichText(TextBlock(InlineFont(strike=True), "Bật"), " ")
    sheet["D3"] = CellRichText(TextBlock(InlineFont(b=True), "Bật"))


def fill(sheet: Any, *cells: str, empty: str) -> None:
    sheet[empty].value = None
    for cell in cells:
        sheet[cell].fill = PatternFill("solid", fgColor="00FF00")


def coloured(sheet: Any) -> None:
    fill(sheet, "D2", empty="D2")


def note(sheet: Any, cell: str) -> None:
    sheet[cell] = "Bật*"


@pytest.mark.parametrize(
    ("change", "want"),
    [
        (lambda s: strike(s, "D2"), {2: "?", 3: True, 4: True}),
        (lambda s: strike(s, "A3", "B3", "C3", "D3"), {2: True, 3: "?", 4: True}),
        (part, {2: "?", 3: True, 4: True}),
        (lambda s: merge(s, "D2:D3"), {2: "?", 3: "?", 4: True}),
        (lambda s: merge(s, "B2:B4"), {2: "?", 3: "?", 4: "?"}),
        (lambda s: merge(s, "A2:A3", "D2:D3"), {2: True, 3: True, 4: True}),
        (coloured, {2: "?", 3: True, 4: True}),
        (lambda s: fill(s, "A2", "B2", "C2", "D2", empty="D2"), {2: None, 3: True, 4: True}),
        (lambda s: note(s, "D3"), {2: True, 3: "?", 4: True}),
    ],
)
def test_what_is_struck_out_merged_or_a_colour_states_nothing(
    change: Callable[[Any], None], want: dict[int, object]
) -> None:
    assert stated(imported(change)) == want


def test_a_struck_name_is_no_name() -> None:
    whole, struck = imported(lambda s: None), imported(lambda s: strike(s, "A3"))
    assert [entry.asset is None for entry in whole.entries[:2]] == [False, False]
    assert [entry.asset is None for entry in struck.entries[:2]] == [False, True]


def test_the_map_can_say_that_merged_cells_are_of_each_row(tmp_path: Path) -> None:
    own = tmp_path / "map.yaml"
    text = BLANK.read_text(encoding="utf-8")
    own.write_text(
        text.replace("seen:", "rows: {fill: [Bảo vệ thời gian thực]}\nseen:", 1), "utf-8"
    )
    found = imported(lambda s: merge(s, "D2:D3"), str(own))
    assert stated(found) == {2: True, 3: True, 4: True}


@pytest.mark.parametrize(
    ("below", "unread"),
    [
        ([[], HEAD, row("web-3")], (6, 7)),
        ([["Máy đã thanh lý"], HEAD, row("web-3")], (6, 7)),
        ([["Tên máy", "Bản quyền", "Người dùng", "Phòng"], row("web-3")], (5, 6)),
        ([HEAD, row("web-3")], ()),
    ],
)
def test_a_second_table_is_none_of_the_first(below: list[Any], unread: tuple[int, ...]) -> None:
    def change(sheet: Any) -> None:
        for each in below:
            sheet.append(each)

    found = imported(change)
    assert found.files[0].counts.get(RowKind.UNREAD, ()) == unread


def test_comments_and_hidden_columns_are_told() -> None:
    def change(sheet: Any) -> None:
        sheet["D2"].comment = Comment("đã tắt từ hôm qua", "kt")
        sheet.column_dimensions.group("C", "D", hidden=True)

        sheet["D3"].fill = PatternFill("solid", fgColor="FF0000")
        sheet.parent.create_sheet("Cũ").sheet_state = "veryHidden"

    (file,) = imported(change).files
    assert (file.comments, file.hidden_columns) == (("D2",), ("C:D",))
    assert (file.coloured, file.hidden_sheets, file.other_sheets) == (("D3",), ("Cũ",), ())


def test_colours_by_a_rule_say_nothing_and_are_told() -> None:
    def rules(sheet: Any) -> None:
        red = DifferentialStyle(fill=PatternFill(bgColor="FF0000"))
        rule = Rule(type="expression", dxf=red, formula=['$D2="Tắt"'])
        sheet.conditional_formatting.add("C2:D9", rule)
        sheet.conditional_formatting.add("B2:B9", Rule(type="containsText", text="x", dxf=red))
        sheet.conditional_formatting.add("H2:H9", rule)
        sheet["D3"] = sheet["B4"] = None

    found = imported(rules)
    assert sorted(found.files[0].ruled) == ["B2:B9", "C2:D9"]
    assert stated(found) == {2: True, 3: "?", 4: "?"}  # when web-3 last reported is not said
    assert "a rule may give it a colour" in str(found.entries[1].troubles[REALTIME].why)


@pytest.mark.parametrize(
    ("form", "want"),
    [('"Tắt"', True), ("@", True), ('_(@_)', True), ('"Không: "@', "?"), (";;;", "?"), ("0;-0;0;x", "?")],
)  # fmt: skip
def test_a_cell_whose_form_shows_another_text(form: str, want: object) -> None:
    found = imported(lambda sheet: setattr(sheet["D2"], "number_format", form))
    assert stated(found) == {2: want, 3: True, 4: True}


def test_columns_that_no_map_reads_are_told() -> None:
    def more(sheet: Any) -> None:
        for at, text in enumerate(("Ghi chú", None, "x"), 5):
            sheet.cell(1, at).value = text if at == 5 else None
            sheet.cell(2, at).value = text

    assert imported(more).files[0].not_read == ("Ghi chú", "G")


def test_a_percentage_is_no_count(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["Đơn vị", "Tổng số máy trạm", "Đã cài đặt", "Có bản quyền", "Được bảo vệ"])
    sheet.append(["may-tram-khcn", 40, 1, 0.95, "39/40"])
    sheet["C2"].number_format, sheet["D2"].number_format = "0%", "0.0%"
    book.save(tmp_path / "l_2024-06-28.xlsx")
    raw = (tmp_path / "l_2024-06-28.xlsx").read_bytes()
    given = ImportFile(shown="l.xlsx", name="l_2024-06-28.xlsx", raw=raw)
    by = maps.load("workstations-by-unit")
    (entry,) = read([given], by, INVENTORY, None, date(2024, 7, 1)).entries
    assert entry.facts == {"workstations.total": 40}
    assert [str(entry.troubles[f"workstations.{n}"].why) for n in ("installed", "licensed")] == [
        "l.xlsx, Sheet, C2: '100%' is no whole number",
        "l.xlsx, Sheet, D2: '95%' is no whole number",
    ]


NUMBERS = dict.fromkeys(
    ("100/QĐ-UBND", "Số 7/QĐ", "Quyết định 12", "QĐ số 5 ngày 01/02/2024", "2024", "12/QĐ-BCA"),
    True,
) | dict.fromkeys(
    (
        *("-", "nt", "N/A", "Chưa có", "(chưa)", "0", "100/QĐ-UBND*", "…/QĐ-UBND", "/QĐ-UBND"),
        *("Đang trình 2024", "Dự thảo 3", "QĐ ngày 1/2/2024", "100/QĐ-UBND (dự thảo)", "#N/A"),
        *("chưa có (dự kiến tháng 9/2026)", "Tờ trình 12/TTr-STTTT", "15/CV-UBND", "1,00E+02"),
        *("12.../QĐ-UBND", "100/QĐ?"),
    ),
    False,
)


def test_what_stands_for_a_number_that_is_not_there_is_none() -> None:
    head = "Tên hệ thống;Đơn vị vận hành;Số quyết định\n"
    raw = head + "".join(f"Hệ thống {n};tt-cntt;{text}\n" for n, text in enumerate(NUMBERS))
    given = ImportFile(shown="l.csv", name="l_2024-06-28.csv", raw=raw.encode())
    by = maps.load("level-dossier-systems")
    found = read([given], by, INVENTORY, None, date(2024, 7, 1)).entries
    named = ["dossier.decision.number" in entry.facts for entry in found]
    assert dict(zip(NUMBERS, named, strict=True)) == NUMBERS


def test_where_a_tone_stands_makes_no_other_name() -> None:
    raw = "Tên hệ thống;Đơn vị vận hành;Chủ quản*\nA;tt-cntt;UỶ BAN NHÂN DÂN TỈNH\n".encode()
    given = ImportFile(shown="l.csv", name="l_2024-06-28.csv", raw=raw)
    by = maps.load("level-dossier-systems")
    (entry,) = read([given], by, INVENTORY, None, date(2024, 7, 1)).entries
    assert entry.facts["owner"] == "ubnd-tinh"


@pytest.mark.parametrize(
    ("version", "known"),
    [
        ("12.0 bản 3", True),
        ("PhÇn mÒm diÖt virus th«ng dông", False),
        ("Ph?n m?m diệt virus", False),
    ],
)
def test_letters_that_were_lost_state_nothing(version: str, known: bool) -> None:
    def change(sheet: Any) -> None:
        for line, said in enumerate(("Phiên bản phần mềm", version, "7.1", "7.1"), 1):
            sheet.cell(line, 5).value = said

    first = imported(change).entries[0]
    assert first.facts.get("antivirus.version") == (version if known else None)
    assert ("antivirus.version" in first.troubles) is not known
