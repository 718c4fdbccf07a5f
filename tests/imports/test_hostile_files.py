"""Files that are not what they seem: refused where they stand, in bounded time and memory."""

from __future__ import annotations

import io
import re
import tracemalloc
import unicodedata
import zipfile
from collections.abc import Callable

import openpyxl
import pytest
import xlsxwriter
from openpyxl.styles import Font

from soccheck.errors import InputError
from soccheck.imports import sheets
from soccheck.imports.table import FileForm, Sheet, Unreadable
from soccheck.imports.text import shown

AUTO = FileForm()
MB = 1024 * 1024


def workbook(fill: Callable[[xlsxwriter.Workbook], object]) -> bytes:
    target = io.BytesIO()
    with xlsxwriter.Workbook(target) as book:
        fill(book)
    return target.getvalue()


def plain(*rows: tuple[object, ...]) -> bytes:
    def fill(book: xlsxwriter.Workbook) -> None:
        sheet = book.add_worksheet("Danh sách")
        for number, row in enumerate(rows):
            sheet.write_row(number, 0, row)

    return workbook(fill)


def changed(raw: bytes, name: str, change: Callable[[bytes], bytes]) -> bytes:
    """Return a workbook with the content of a part changed, or a part added."""
    target = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(raw)) as old,
        zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for info in old.infolist():
            text = old.read(info)
            new.writestr(info.filename, change(text) if info.filename == name else text)
        if name not in old.namelist():
            new.writestr(name, change(b""))
    return target.getvalue()


SHEET = "xl/worksheets/sheet1.xml"
HEAD = b"<?xml version='1.0'?><worksheet xmlns='http://schemas.openxmlformats.org/spreadsheetml/2006/main'><sheetData>"
END = b"</sheetData></worksheet>"


def rows_of(count: int, cell: bytes = b"") -> bytes:
    return HEAD + b"".join(b"<row r='%d'>%s</row>" % (n, cell) for n in range(1, count + 1)) + END


REFUSED: dict[str, tuple[Callable[[], bytes], str]] = {
    "bomb-one-part": (
        lambda: changed(plain(("a",)), SHEET, lambda _: b" " * 90 * MB),
        "unfolds to more than 200 times",
    ),
    "bomb-sum": (
        lambda: _many_parts(),
        "it unfolds to .* more than",
    ),
    "million-rows": (
        lambda: changed(plain(("a",)), SHEET, lambda _: rows_of(1_000_000)),
        r"f\.xlsx, xl/worksheets/sheet1\.xml: ",
    ),
    "entities": (
        lambda: changed(
            plain(("a",)), SHEET, lambda _: b"<!DOCTYPE x [<!ENTITY a 'b'>]>" + rows_of(1)
        ),
        "it declares entities",
    ),
    "macros": (lambda: changed(plain(("a",)), "xl/vbaProject.bin", lambda _: b"x"), "macros"),
    "binary-workbook": (lambda: changed(plain(("a",)), "xl/workbook.bin", lambda _: b"x"), "XLSB"),
    "document": (
        lambda: changed(plain(("a",)), "word/document.xml", lambda _: b"<a/>"),
        "an archive .ZIP. that is no workbook",
    ),
    "strict": (
        lambda: changed(
            plain(("a",)),
            SHEET,
            lambda text: text.replace(
                b"schemas.openxmlformats.org/spreadsheetml/2006",
                b"purl.oclc.org/ooxml/spreadsheetml",
            ),
        ),
        "Strict Open XML",
    ),
    "pdf": (lambda: b"%PDF-1.7\n", "a file of the form PDF, which is not read as a table"),
    "table-of-html": (lambda: b"<table><tr><td>a</td></tr></table>", "XML or HTML of a form"),
    "page-in-one-file": (lambda: b"MIME-Version: 1.0\n\n<html>", "XML or HTML of a form"),
    "empty": (lambda: b"\xef\xbb\xbf\r\n", "there is nothing in it"),
    "cut-off": (lambda: plain(("a", "b"))[:-40], "not a whole workbook"),
    "no-parts": (lambda: b"PK\x03\x04" + b"\0" * 80, "not a whole workbook"),
    "bad-cell": (
        lambda: changed(
            plain(("a",)), SHEET, lambda _: rows_of(1, b"<c r='A1' t='s'><v>99</v></c>")
        ),
        "not a whole workbook",
    ),
    "columns": (
        lambda: plain(tuple(f"c{n}" for n in range(2_000))),
        r"f\.xlsx, Danh sách, row 1: more than 500 columns",
    ),
    "csv-columns": (lambda: b",".join(b"c%d" % n for n in range(10_000)), "more than 500 columns"),
    "csv-rows": (lambda: b"a,b\n" + b"1,2\n" * 1_000_000, "more than 200000 rows"),
    "nul": (lambda: b"Name,State\nweb-1,On\nweb\0-2,On\n", r"f\.csv:3: a NUL"),
    "utf-16-unmarked": (lambda: "Name,State\n".encode("utf-16-le"), r"f\.csv:1: a NUL"),
    "cut-utf-16": (lambda: "Tên,a\n".encode("utf-16") + b"\x00", r"f\.csv:2: not UTF-16"),
    "tcvn3": (lambda: b"T\xaan h\xd6 th\xe8ng,C\xcap\nM\xb8y tr\xb9m,1\n", r"f\.csv:1: .*TCVN3"),
    "vni": (lambda: "Teân,Caáp\nÑôn vò,1\n".encode("latin-1"), r"f\.csv:2: .*TCVN3 \(ABC\) or VNI"),
    "delimiter-changes": (
        lambda: b"Name,State,Day\nweb-1,On,1\nweb-2;On;2\n",
        r"f\.csv:3: the delimiter changes here",
    ),
    "fewer-fields": (
        lambda: b"Name,State,Day\nweb-1,On,1\nweb-2,On\n",
        r"f\.csv:3: 2 fields, where others have 3",
    ),
    "delimiter-becomes-a-tab": (
        lambda: b"Name;State;Day\nweb-1;On;1\nweb-2\tOn\t2\n",
        r"f\.csv:3: the delimiter changes here",
    ),
    "more-fields": (
        lambda: b"Name;State;Day\nweb-1;Off;On;1\nweb-2;On;2\n",
        r"f\.csv:2: 4 fields, where others have 3",
    ),
    "locked": (
        lambda: (
            bytes.fromhex("d0cf11e0a1b11ae1") + b"\0" * 600 + "EncryptedPackage".encode("utf-16-le")
        ),
        "it is locked with a password",
    ),
    "ods-of-percentages": (
        lambda: _ods(
            b'<table:table-row table:number-rows-repeated="90000">'
            b'<table:table-cell table:number-columns-repeated="400" office:value-type="percentage" '
            b'office:value="1"><text:p>100%</text:p></table:table-cell></table:table-row>'
        ),
        "more than 1000000 cells",
    ),
    "locked-ods": (
        lambda: changed(
            _ods(b""), "META-INF/manifest.xml", lambda _: b"<manifest:encryption-data/>"
        ),
        "it is locked with a password",
    ),
    "open-quote": (lambda: b'Name,State\nweb-1,"On\n', r"f\.csv:2: not CSV"),
    "two-delimiters": (lambda: b"a,b;c\n1,2;3\n", "two delimiters divide the rows alike"),
    "json-nan": (lambda: b'[{"a": NaN}]', "NaN is no number"),
    "json-twice": (lambda: b'[{"a": 1, "a": 2}]', "the key 'a' stands twice"),
    "json-deep": (lambda: b"[" * 200_000, "not JSON"),
    "json-no-list": (lambda: b'{"a": 1}', "no list of objects"),
    "xls-torn": (lambda: bytes.fromhex("d0cf11e0a1b11ae1") + b"\0" * 600, "not a whole workbook"),
    "ods-repeated": (
        lambda: _ods(
            b"<table:table-row table:number-rows-repeated='1048576'>".replace(b"'", b'"')
            + b'<table:table-cell office:value-type="string"><text:p>x</text:p></table:table-cell>'
            + b"</table:table-row>"
        ),
        "one cell stands for 1048576",
    ),
}


def _many_parts() -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as book:
        for number in range(200):
            book.writestr(f"xl/{number}.xml", b"<a>" + b" " * (MB - 9))
    return target.getvalue()


def _ods(rows: bytes, content: bytes = b"") -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as book:
        book.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        content = content or b'<table:table table:name="a">' + rows
        book.writestr("META-INF/manifest.xml", "<manifest:manifest/>")
        body = b"<office:document-content><office:body><office:spreadsheet>" + content
        end = b"</table:table></office:spreadsheet></office:body></office:document-content>"
        book.writestr("content.xml", body + end)
    return target.getvalue()


@pytest.mark.parametrize("name", REFUSED)
def test_refused(name: str) -> None:
    make, said = REFUSED[name]
    raw = make()
    file = "f.xlsx" if raw.startswith(b"PK") else "f.csv"
    tracemalloc.start()
    with pytest.raises(InputError, match=said):
        sheets(raw, file, AUTO)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 150 * MB


def read(raw: bytes) -> Sheet:
    (sheet,) = sheets(raw, "f.xlsx", AUTO)
    return sheet


@pytest.mark.parametrize("font", [".VnTime", ".VNTIMEH", "VNI-Times"])
def test_text_in_an_old_font_is_refused_with_its_name_and_cell(font: str) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet["A1"], sheet["B2"] = "Name", "M¸y tr¹m"
    sheet["A2"] = "web-1"  # what is ASCII is the same in all of them
    sheet["A2"].font = sheet["B2"].font = Font(name=font)
    target = io.BytesIO()
    book.save(target)
    with pytest.raises(InputError, match=rf"f\.xlsx, Sheet, B2: text in the font {font}"):
        sheets(target.getvalue(), "f.xlsx", AUTO)


def test_an_old_font_of_a_part_of_a_text_is_seen() -> None:
    part = b'<si><r><rPr><rFont val=".VnTime"/></rPr><t>B\xc3\x8et</t></r></si></sst>'
    raw = changed(plain(("a",)), "xl/sharedStrings.xml", lambda text: text.replace(b"</sst>", part))
    raw = changed(raw, SHEET, lambda text: text.replace(b"<v>0</v>", b"<v>1</v>"))
    with pytest.raises(InputError, match=r"f\.xlsx, Danh sách, A1: text in the font \.VnTime"):
        sheets(raw, "f.xlsx", AUTO)


CLOCK: dict[str, str | int] = {
    "=TODAY()": "changes by itself",
    '=IF(NOW()>1,"a","b")': "changes by itself",
    "=A1": "over cells, in a workbook whose formulas change",
    "=the_day": "over cells, in a workbook whose formulas change",
    '=INDIRECT("[a.xlsx]S!A1")': "from what a text names",
    "=1+1": 7,
    '="TODAY("&"x"': 7,
}


def test_what_a_clock_says_is_none_of_a_list() -> None:
    def fill(book: xlsxwriter.Workbook) -> None:
        sheet = book.add_worksheet()
        for at, formula in enumerate(CLOCK):
            sheet.write_formula(0, at, formula, value=7)

    cells = read(workbook(fill)).lines[0].cells
    for cell, want in zip(cells, CLOCK.values(), strict=True):
        assert cell == want or (isinstance(cell, Unreadable) and str(want) in str(cell.why))


def test_a_workbook_whose_elements_have_a_prefix_hides_nothing() -> None:
    def fill(book: xlsxwriter.Workbook) -> None:
        sheet = book.add_worksheet()
        sheet.merge_range("A1:B1", "Máy")
        sheet.write_row(1, 0, ["web-1", "On"])
        sheet.set_row(1, None, None, {"hidden": True})
        sheet.write_row(2, 0, ["web-2", "On"])

    def prefixed(text: bytes) -> bytes:
        text = re.sub(rb"<(/?)([a-zA-Z])", rb"<\1x:\2", text).replace(b"xmlns=", b"xmlns:x=")
        return text.replace(b'<x:row r="3"', b'<x:row r="3" ht="0"')

    sheet = read(changed(workbook(fill), SHEET, prefixed))
    assert [line.number for line in sheet.lines if line.hidden] == [2, 3]
    assert len(sheet.merged) == 1


def test_a_formula_counts_with_the_value_that_was_saved_and_with_nothing_else() -> None:
    def fill(book: xlsxwriter.Workbook) -> None:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["saved", "unsaved", "elsewhere", "error", "text"])
        sheet.write_formula(1, 0, "=1+1", value=2)
        sheet.write_formula(1, 1, "=1+1", value=2)
        sheet.write_formula(1, 2, "=[list.xlsx]Sheet1!A1", value="On")
        sheet.write_formula(1, 3, "=1/0", value="#DIV/0!")
        sheet.write_formula(1, 4, '="[a]"&"b!"', value="[a]b!")

    raw = changed(
        workbook(fill), SHEET, lambda text: text.replace(b'<v>2</v></c><c r="C2"', b'</c><c r="C2"')
    )
    cells = read(raw).lines[1].cells
    assert cells[0] == 2
    said = [str(cell.why) if isinstance(cell, Unreadable) else cell for cell in cells[1:]]
    assert "value was not saved" in str(said[0])
    assert "another file" in str(said[1])
    assert said[2] == "the cell shows the error #DIV/0!"
    assert said[3] == "[a]b!"


def test_hidden_rows_hidden_sheets_and_merged_cells_are_seen() -> None:
    def fill(book: xlsxwriter.Workbook) -> None:
        sheet = book.add_worksheet("Danh sách")
        sheet.merge_range("A1:B1", "Máy")
        sheet.write_row(1, 0, ["web-1", "On"])
        sheet.write_row(2, 0, ["web-2", "On"])
        sheet.set_row(2, None, None, {"hidden": True})
        book.add_worksheet("Ẩn").hide()

    sheet, unseen = sheets(workbook(fill), "f.xlsx", AUTO)
    assert (unseen.name, unseen.hidden, unseen.lines) == ("Ẩn", True, ())
    assert [(line.number, line.hidden) for line in sheet.lines] == [
        (1, False),
        (2, False),
        (3, True),
    ]
    assert [(m.top, m.bottom, m.left, m.right) for m in sheet.merged] == [(1, 1, 0, 1)]


TONES = "\u0300\u0301\u0303\u0309\u0323"


def with_tone(letter: str) -> str:
    """Return a letter as Windows-1258 has it: the vowel, then its tone."""
    apart = unicodedata.normalize("NFD", letter)
    tones = "".join(sign for sign in apart if sign in TONES)
    rest = "".join(sign for sign in apart if sign not in TONES)
    return unicodedata.normalize("NFC", rest) + tones


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1258"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_encoding_and_delimiter_are_found(encoding: str, delimiter: str) -> None:
    rows = [["Tên máy", "Tình trạng", "Ghi chú"], ["máy-1", "Bật", ""], ["đơn vị", "Tắt", "một"]]
    text = "".join(delimiter.join(row) + "\r\n" for row in rows)
    if encoding == "cp1258":  # it has vowels, and tones as signs of their own
        text = "".join(map(with_tone, text))
    (sheet,) = sheets(text.encode(encoding), "f.csv", AUTO)
    found = [[shown(cell) for cell in line.cells] for line in sheet.lines]
    assert found == rows


ODS = b"""
<style:style style:name="gone"><style:text-properties style:text-line-through-style="solid"/></style:style>
<style:style style:name="red"><style:table-cell-properties fo:background-color="#ff0000"/></style:style>
<style:style style:name="light" style:parent-style-name="red"/>
<table:table table:name="a"><table:table-column/><table:table-column table:visibility="collapse"/>
<table:table-row table:number-rows-repeated="2">
<table:table-cell office:value-type="percentage" office:value="1"><text:p>100%</text:p></table:table-cell>
<table:table-cell office:value-type="percentage" office:value="0.5"><text:p>50%</text:p></table:table-cell>
<table:table-cell office:value-type="float" office:value="1"><text:p>1</text:p></table:table-cell>
<table:table-cell table:style-name="light"/>
</table:table-row>
<table:table-row-group table:display="false"><table:table-row>
<table:table-cell table:style-name="gone" office:value-type="string"><text:p>x</text:p></table:table-cell>
<table:table-cell office:value-type="string"
 table:number-rows-spanned="2"><text:p>y</text:p></table:table-cell>
<table:table-cell table:formula="of:=NOW()" office:value-type="float" office:value="7"/>
<table:table-cell office:value-type="string"><office:annotation/><text:p/></table:table-cell>
</table:table-row></table:table-row-group>
<calcext:conditional-format calcext:target-range-address="a.A1:a.B3"/>
""".replace(b"\n", b"")


def test_what_an_open_document_says_beside_its_values() -> None:
    (sheet,) = sheets(_ods(b"", ODS), "f.ods", AUTO)
    first, second, third = sheet.lines
    assert first.cells == second.cells == ("100%", "50%", 1, None)
    assert [isinstance(cell, Unreadable) for cell in third.cells] == [True, False, True, False]
    assert [line.hidden for line in sheet.lines] == [False, False, True]
    assert [(m.top, m.bottom, m.left) for m in sheet.merged] == [(3, 4, 1)]
    assert (sheet.hidden_columns, sheet.comments) == (("B",), ("D3",))
    assert sheet.coloured == {(1, 3), (2, 3)}
    assert list(map(str, sheet.ruled)) == ["A1:B3"]


# As LibreOffice 7.4 writes the form ;;;"Tắt"; beside it a text that is shown as it is, with a comment.
SHOWN = """
<table:table-row>
<table:table-cell office:value-type="string"
 office:string-value="Bật"><text:p>Tắt</text:p></table:table-cell>
<table:table-cell office:value-type="string" office:string-value="a  b">
<office:annotation><text:p>c</text:p></office:annotation>
<text:p>a<text:s text:c="2"/>b</text:p></table:table-cell>
</table:table-row>
""".replace("\n", "")


def test_a_form_of_an_open_document_that_shows_another_text_states_nothing() -> None:
    (sheet,) = sheets(_ods(SHOWN.encode()), "f.ods", AUTO)
    assert [isinstance(cell, Unreadable) for cell in sheet.lines[0].cells] == [True, False]


def test_excel_names_its_own_delimiter() -> None:
    (sheet,) = sheets(b"sep=;\na,b;c\n1,2;3\n", "f.csv", AUTO)
    assert [line.cells for line in sheet.lines] == [("a,b", "c"), ("1,2", "3")]
    assert [line.number for line in sheet.lines] == [2, 3]
