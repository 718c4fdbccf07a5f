"""Writes danh-muc.xlsx: what a clerk keeps, with all that makes it hard to read. Run once; the file is kept.

`python -m tests.imports.messy.make`
"""

from __future__ import annotations

import unicodedata
from datetime import date
from pathlib import Path

import openpyxl
from openpyxl.styles import Font

NBSP = "\u00a0"


def decomposed(text: str) -> str:
    return unicodedata.normalize("NFD", text)


def main() -> None:
    book = openpyxl.Workbook()
    guide = book.active
    assert guide is not None
    guide.title = "Hướng dẫn"
    guide["A1"] = "Điền vào trang Danh mục. Mỗi hệ thống một dòng."
    sheet = book.create_sheet("Danh mục HTTT")
    sheet["A1"] = "UBND TỈNH THỬ"
    sheet["A2"] = "DANH MỤC HỆ THỐNG THÔNG TIN"
    sheet.merge_cells("A2:J2")
    sheet["A3"] = "(Số liệu đến ngày 01/08/2026)"
    top = ["STT", "Tên hệ thống\nthông tin", "Chủ quản", "Đơn vị vận hành", "Đưa vào sử dụng"]
    for column, text in enumerate(top, 1):
        sheet.cell(5, column, text)
        sheet.merge_cells(start_row=5, end_row=6, start_column=column, end_column=column)
    sheet["F5"] = decomposed("Hồ sơ cấp độ")
    sheet.merge_cells("F5:I5")
    for column, text in enumerate(
        ["Cấp độ", "Tình  trạng", decomposed("Số quyết định"), "Ngày"], 6
    ):
        sheet.cell(6, column, text)
    sheet["J5"] = "Ghi chú"
    sheet.merge_cells("J5:J6")
    for column in range(1, 11):
        sheet.cell(7, column, f"({column})")
    rows: dict[int, list[object]] = {
        8: ["I", "Cấp tỉnh"],
        9: [
            1,
            decomposed("Hệ thống thư điện tử công vụ"),
            "Ủy ban nhân dân tỉnh",
            "Trung tâm Công nghệ thông tin",
            date(2019, 4, 5),
            3,
            "Đã phê duyệt",
            "15/QĐ-UBND",
            "05/04/2022",
            None,
        ],
        10: [
            2,
            f"Cổng{NBSP}thông tin  điện tử tỉnh",
            None,
            "TT-CNTT",
            "4/2020",
            "Cấp độ 3",
            "Đã được phê duyệt",
            "16/QĐ-UBND",
            date(2022, 4, 5),
            "nâng cấp",
        ],
        11: [
            3,
            "Hệ thống quản lý văn bản",
            None,
            decomposed("Sở Khoa học và Công nghệ"),
            43831,
            "II",
            "Đã trình",
            None,
            None,
            None,
        ],
        12: [
            4,
            "Cơ sở dữ liệu dân cư",
            None,
            "Sở Khoa học và Công nghệ",
            "05/13/2020",
            "4?",
            "Đã phê duyệt",
            "",
            "4/2022",
            None,
        ],
        13: [None, "Cộng cấp tỉnh: 4"],
        14: ["II. Sở, ban, ngành"],
        15: [
            5,
            "Phần mềm quản lý bệnh viện",
            decomposed("Sở Y tế"),
            "h05.20",
            "31/12/2021",
            "Cấp độ  2",
            "đã phê duyệt",
            '=HYPERLINK("http://vb.example/7","7/QĐ-SYT")',
            "15/06/2023",
            None,
        ],
        16: [
            6,
            "Hệ thống đặt lịch khám",
            None,
            None,
            None,
            2,
            "Chưa làm",
            None,
            None,
            "ẩn, chờ xác nhận",
        ],
        17: ["STT", "Tên hệ thống thông tin", "Chủ quản", "Đơn vị vận hành"],
        18: ["III", "Cấp xã"],
        19: [
            7,
            "Trang thông tin phường An Phú",
            "UBND phường An Phú",
            "UBND phường An Phú",
            "30/02/2021",
            1,
            "Đang xây dựng",
            None,
            None,
            None,
        ],
        20: [
            8,
            "Tổng đài 1022",
            "Ủy ban nhân dân tỉnh",
            "Trung tâm Công nghệ thông tin",
            "01/01/2024",
            "I",
            "Đang xây dựng",
            None,
            None,
            None,
        ],
        21: ["Tổng cộng", 8],
        23: ["Ghi chú: số liệu do các đơn vị báo cáo"],
    }
    for number, cells in rows.items():
        for column, value in enumerate(cells, 1):
            if value is not None:
                sheet.cell(number, column, value)
    sheet.merge_cells("C9:C12")
    sheet.merge_cells("A14:J14")
    sheet.row_dimensions[16].hidden = True
    sheet["A8"].font = sheet["A14"].font = Font(bold=True)
    book.save(Path(__file__).parent / "danh-muc.xlsx")


if __name__ == "__main__":
    main()
