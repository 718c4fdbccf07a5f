"""Days that a spreadsheet may have turned are not believed, and no others are refused for it."""

from __future__ import annotations

import io
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
import xlsxwriter

from soccheck.imports import map_file as maps
from soccheck.imports.dates import DateRule, moment
from soccheck.imports.imported import ImportedRow, ImportFile
from soccheck.imports.read import read
from soccheck.inventory import load as inventories
from soccheck.phrase import Phrase

INVENTORY = inventories.load(Path(__file__).parent / "inventory", "inv")
TAKEN, TODAY = date(2026, 8, 20), date(2026, 11, 1)
HEAD = "Tên máy", "Kết nối lần cuối", "Đã cài đặt"


def entries(seen: list[object]) -> list[ImportedRow]:
    target = io.BytesIO()
    with xlsxwriter.Workbook(target) as book:
        day = book.add_format({"num_format": "dd/mm/yyyy"})
        sheet = book.add_worksheet("Danh sách")
        sheet.write_row(0, 0, HEAD)
        for row, when in enumerate(seen, 1):
            sheet.write_row(row, 0, [f"pc-{row:03}", None, "Có"])
            if isinstance(when, date):
                sheet.write_datetime(row, 1, datetime(when.year, when.month, when.day), day)  # noqa: DTZ001  -- a cell has no zone
            else:
                sheet.write(row, 1, when)
    given = ImportFile(shown="a.xlsx", name="a.xlsx", raw=target.getvalue())
    return list(read([given], maps.load("antivirus-blank"), INVENTORY, TAKEN, TODAY).entries)


@pytest.mark.parametrize(
    ("seen", "doubted"),
    [
        ([date(2026, 4, 5), "25/04/2026"], [0]),
        ([date(2026, 4, 5), "25-04-2026"], [0]),
        ([date(2026, 4, 5), "25/04/2026 08:30"], [0]),
        ([date(2026, 4, 5), date(2026, 4, 25), "25/04/2026", date(2026, 7, 1)], [0, 3]),
        ([date(2026, 5, 5), "25/04/2026"], []),  # the same, turned or not
        ([date(2026, 4, 5), date(2026, 4, 25)], []),  # real days only are believed
        ([date(2026, 4, 5), "05/04/2026"], []),  # text on purpose: it would have been turned
        ([date(2026, 4, 5), "25.04.2026"], []),  # no program makes a day of it
        (["05/04/2026", "25/04/2026"], []),
    ],
)
def test_real_days_beside_days_left_as_text(seen: list[object], doubted: list[int]) -> None:
    found = entries(seen)
    why = {n: str(t.why) for n, e in enumerate(found) for t in e.troubles.values()}
    turned = {n for n, said in why.items() if "turned by the spreadsheet: a.xlsx, " in said}
    assert sorted(turned) == doubted
    assert all("antivirus.installed" not in found[n].facts for n in doubted)


@pytest.mark.parametrize(
    ("seen", "doubted"),
    [
        (["04/25/2026", "05/04/2026", "05/05/2026", "26/04/2026"], [1]),
        (["04-25-2026", "05/04/2026"], [1]),
        (["25/04/2026", "05/04/2026"], []),
    ],
)
def test_texts_beside_one_that_is_written_the_other_way(
    seen: list[object], doubted: list[int]
) -> None:
    found = entries(seen)
    why = {n: str(t.why) for n, e in enumerate(found) for t in e.troubles.values()}
    assert [n for n, said in why.items() if "may be written in the other" in said] == doubted
    assert [n for n in why if n not in doubted] == ([0] if doubted else [])


@pytest.mark.parametrize(
    ("written", "want"),
    [
        ("20/08/2026 10:00:00 SA", "2026-08-20"),
        ("19/08/2026 11:00 CH", "2026-08-19"),
        ("ngày 19 tháng 8 năm 2026", "2026-08-19"),
        ("19 tháng 8, 2026", "2026-08-19"),
        ("19-Thg8-2026", "2026-08-19"),
        ("19/08/26", None),
        ("tháng Tám 2026", None),
        ("20/08/2569", None),
    ],
)
def test_days_as_vietnamese_writes_them(written: str, want: str | None) -> None:
    rule = DateRule(forms=("dd/mm/yyyy", "ngày dd tháng mm năm yyyy"))
    found = moment(written, rule, datetime(2026, 8, 20, tzinfo=UTC))
    assert (None if isinstance(found, Phrase) else found.date().isoformat()) == want


@pytest.mark.parametrize(
    ("seen", "doubted"),
    [
        (["04/05/2026 8:00:00 AM", "05/05/2026 8:00 PM", "06/04/2026"], [0, 2]),
        (["06/04/2026", "04/05/2026 8:00 am"], [0, 1]),
        (["25/04/2026 8:00 AM", "04/05/2026 8:00 AM"], []),
        (["04/05/2026 8:00 SA", "05/04/2026 8:00 CH"], []),
    ],
)
def test_am_and_pm_are_written_with_the_month_first_unless_a_day_shows_otherwise(
    seen: list[object], doubted: list[int]
) -> None:
    assert [n for n, entry in enumerate(entries(seen)) if entry.troubles] == doubted
