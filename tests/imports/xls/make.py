"""Writes the workbooks beside it, each as XLSX and as XLS by LibreOffice. Run once; the files are kept.

`python -m tests.imports.xls.make`
"""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from datetime import date, datetime, time, timedelta
from pathlib import Path

import openpyxl
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.cell.text import InlineFont
from openpyxl.comments import Comment
from openpyxl.formatting.rule import Rule
from openpyxl.styles import Font, PatternFill
from openpyxl.styles.differential import DifferentialStyle
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.formula import ArrayFormula
from openpyxl.worksheet.worksheet import Worksheet

HERE = Path(__file__).parent
OTHERS = (
    HERE.parent / "messy" / "danh-muc.xlsx",
    HERE.parent / "samples" / "kaspersky-protection-report" / "components_2026-08-20.xlsx",
)
"""Workbooks of other tests."""
HEAD = ["Tên máy", "Kết nối lần cuối", "Đã cài đặt", "Bảo vệ thời gian thực", "Số"]
STRUCK = InlineFont(strike=True)


def listed() -> tuple[openpyxl.Workbook, Worksheet]:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "Danh sách"
    sheet.append(HEAD)
    for number in range(1, 16):
        sheet.append([f"web-{number}", date(2024, 6, number), "Có", "Bật", number])
    return book, sheet


def looks() -> openpyxl.Workbook:
    book, sheet = listed()
    sheet["D2"].font = Font(strike=True)
    sheet["D3"] = CellRichText("x ", TextBlock(STRUCK, "Bật"), " y")
    sheet["D4"] = CellRichText(TextBlock(InlineFont(b=True), "Bật"), " y")
    sheet.merge_cells("D5:D6")
    sheet.row_dimensions[7].hidden = True
    sheet.column_dimensions.group("H", "I", hidden=True)
    sheet["D8"].fill = PatternFill("solid", fgColor="FF0000")
    sheet["D8"] = sheet["D9"] = None
    sheet["E9"], sheet["E10"] = 1, 0.955
    sheet["E9"].number_format, sheet["E10"].number_format = "0%", "0.0%"
    sheet["D11"].comment = Comment("đã tắt", "kt")
    sheet["D12"].number_format = '"Không: "@'
    sheet["F2"], sheet["F3"] = time(9, 30), datetime(2024, 5, 6, 7, 8, 9)  # noqa: DTZ001  -- a cell has no zone
    sheet["F4"], sheet["F5"], sheet["F6"] = True, 1.5, timedelta(hours=30)
    for at, formula in enumerate(
        ("=E2+1", '="a"&"b"', '=INDIRECT("E2")', '=IF(E3>1,"Bật","Tắt")', "=1/0", "=SUM(E2:E5)"), 7
    ):
        sheet[f"F{at}"] = formula
    sheet["G2"] = ArrayFormula("G2:G3", "=E2:E3*2")
    red = DifferentialStyle(fill=PatternFill(bgColor="FF0000"))
    rule = Rule(type="expression", dxf=red, formula=['$D2="Tắt"'])
    sheet.conditional_formatting.add("C2:D9", rule)
    book.create_sheet("Ẩn").sheet_state = "hidden"
    book.create_sheet("Trống")
    return book


def clock() -> openpyxl.Workbook:
    book, sheet = listed()
    sheet["D2"], sheet["D3"], sheet["D4"] = "=TODAY()", '=IF(D2>1,"Bật","Tắt")', "=1+1"
    return book


def random() -> openpyxl.Workbook:
    book, sheet = listed()
    sheet["D2"], sheet["D3"] = "=RANDBETWEEN(1,3)", '=IF(D2>1,"Bật","Tắt")'
    return book


def named() -> openpyxl.Workbook:
    book, sheet = listed()
    book.defined_names["hom_nay"] = DefinedName("hom_nay", attr_text="TODAY()")
    sheet["D2"] = '=IF(hom_nay>1,"Bật","Tắt")'
    return book


def convert(form: str, folder: Path, *files: Path) -> None:
    words = ["soffice", f"-env:UserInstallation=file://{folder}/user", "--headless"]
    words += ["--convert-to", form, "--outdir", str(folder), *map(str, files)]
    subprocess.run(words, check=True, capture_output=True)


def main() -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "made").mkdir()
        for make in (looks, clock, random, named):
            make().save(folder / "made" / f"{make.__name__}.xlsx")
        made = (*(folder / "made").glob("*.xlsx"), *OTHERS)
        for form in ("xlsx", "xls"):  # each from what was made, so that formulas are worked out
            convert(form, folder, *made)
            for path in folder.glob(f"*.{form}"):
                shutil.copy(path, HERE)


if __name__ == "__main__":
    main()
