"""Writes docs/examples/imports/danh-muc.xlsx, the made-up list of `docs/imports.md`; the file is kept.

`python -m tests.imports.hour`
"""

from __future__ import annotations

import unicodedata
from datetime import date, timedelta
from pathlib import Path

import openpyxl

UNITS = (
    "Trung tâm Công nghệ thông tin",
    "Văn phòng UBND tỉnh",
    "Sở Y tế",
    "Sở Giáo dục và Đào tạo",
)
SUBJECTS = (
    *("thư điện tử công vụ", "quản lý văn bản", "giải quyết thủ tục hành chính", "báo cáo tỉnh"),
    *("hội nghị truyền hình", "chữ ký số", "cổng thông tin", "giám sát an toàn thông tin"),
    *("quản lý cán bộ", "thi đua khen thưởng", "khiếu nại tố cáo", "phản ánh hiện trường"),
    *("nền tảng tích hợp", "kho dữ liệu dùng chung", "bản đồ số", "quản lý đầu tư công"),
    *("quản lý bệnh viện", "hồ sơ sức khỏe", "tiêm chủng", "quản lý dược"),
    *("đặt lịch khám", "giám định y tế", "dân số", "an toàn thực phẩm"),
    *("quản lý trường học", "tuyển sinh đầu cấp", "học bạ số", "thư viện số"),
    *("thi trực tuyến", "quản lý văn bằng", "bồi dưỡng giáo viên", "phổ cập giáo dục"),
    *("dân cư cấp xã", "đất đai", "hộ tịch", "giao thông"),
    *("du lịch", "môi trường", "nông nghiệp"),
)
LEVELS = (3, "Cấp độ 2", "II", "2")
FIRST = date(2024, 1, 8)


def main() -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "Danh mục"
    sheet["A1"] = "DANH MỤC HỆ THỐNG THÔNG TIN VÀ HỒ SƠ ĐỀ XUẤT CẤP ĐỘ"
    sheet.merge_cells("A1:J1")
    sheet["A2"] = "(Số liệu đến ngày 01/08/2026)"
    heads = ["STT", "Tên hệ thống thông tin", "Chủ quản", "Đơn vị vận hành"]
    for column, text in enumerate(heads, 1):
        sheet.cell(4, column, text)
        sheet.merge_cells(start_row=4, end_row=5, start_column=column, end_column=column)
    sheet["E4"] = "Hồ sơ cấp độ"
    sheet.merge_cells("E4:I4")
    for column, text in enumerate(
        ["Cấp độ", "Tình trạng", "Số quyết định", "Ngày", "Cơ quan phê duyệt"], 5
    ):
        sheet.cell(5, column, unicodedata.normalize("NFD", text))
    row = 6
    for number, subject in enumerate(SUBJECTS):
        if number % 16 == 0:
            sheet.cell(row, 1, ("I", "II", "III")[number // 16])
            sheet.cell(row, 2, ("Dùng chung", "Y tế, giáo dục", "Chuyên ngành")[number // 16])
            row += 1
            first = row
        day = FIRST + timedelta(days=19 * number)
        sheet.cell(row, 1, number + 1)
        name = f"Hệ thống {subject}"
        sheet.cell(row, 2, unicodedata.normalize("NFD", name) if number % 3 else name)
        if number % 16 == 0:
            sheet.cell(row, 3, "Ủy ban nhân dân tỉnh")
            last = min(first + 15, first + len(SUBJECTS) - number - 1)
            sheet.merge_cells(start_row=first, end_row=last, start_column=3, end_column=3)
        sheet.cell(row, 4, UNITS[(number // 8) % 4])
        sheet.cell(row, 5, LEVELS[number % 4])
        sheet.cell(row, 6, "Đã phê duyệt" if number != 21 else "xong")
        sheet.cell(row, 7, f"{100 + number}/QĐ-UBND")
        sheet.cell(row, 8, day if number % 2 else f"{day:%d.%m.%Y}")
        sheet.cell(row, 9, "Ủy ban nhân dân tỉnh")
        if number == 9:
            sheet.cell(row, 8, "7/2024")
        row += 1
    sheet.cell(row, 1, "Tổng cộng")
    sheet.cell(row, 2, len(SUBJECTS))
    folder = Path(__file__).parents[2] / "docs" / "examples" / "imports"
    book.save(folder / "danh-muc.xlsx")


if __name__ == "__main__":
    main()
