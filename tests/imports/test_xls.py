"""Old binary workbooks: what LibreOffice saved as XLS says what it says as XLSX; torn ones are refused."""

from __future__ import annotations

import random
import struct
from dataclasses import replace
from pathlib import Path

import pytest

from soccheck.errors import InputError
from soccheck.imports import sheets
from soccheck.imports.table import FileForm, Sheet
from soccheck.imports.text import shown

HERE = Path(__file__).parent / "xls"
AUTO = FileForm()
PAIRS = sorted(path.stem for path in HERE.glob("*.xls"))
LOOKS = (HERE / "looks.xls").read_bytes()


def told(raw: bytes) -> list[tuple[Sheet, list[tuple[int, bool, list[str]]]]]:
    """Return what a workbook says: of each sheet all but its lines, and its lines as they are shown."""
    return [
        (
            replace(sheet, lines=(), merged=tuple(sorted(sheet.merged, key=str))),
            [(line.number, line.hidden, [shown(c) for c in line.cells]) for line in sheet.lines],
        )
        for sheet in sheets(raw, "f", AUTO)
    ]


@pytest.mark.parametrize("name", PAIRS)
def test_an_xls_says_what_the_xlsx_says(name: str) -> None:
    assert told((HERE / f"{name}.xls").read_bytes()) == told((HERE / f"{name}.xlsx").read_bytes())


def test_the_pairs_have_what_they_are_kept_for() -> None:
    (sheet, lines), (hidden, none), _ = told(LOOKS)
    assert (sheet.merged, sheet.hidden_columns, sheet.comments) != ((), (), ())
    assert sheet.coloured == {(8, 3)}
    assert [number for number, unseen, _ in lines if unseen] == [7]
    assert (hidden.hidden, none) == (True, [])
    cells = {(number, at): text for number, _, row in lines for at, text in enumerate(row)}
    assert "struck out" in cells[2, 3]
    assert "struck out" in cells[3, 3]
    assert (cells[4, 3], cells[9, 4], cells[10, 4]) == ("Bật y", "100%", "95.5%")
    assert (cells[7, 5], cells[10, 5], cells[2, 6]) == ("2", "Bật", "2")
    for name, row in (("clock", 3), ("random", 3), ("named", 2)):
        ((_, changing),) = told((HERE / f"{name}.xls").read_bytes())
        assert "change" in changing[row - 1][2][3]


def renamed(raw: bytes, old: int, new: int, length: int = 2) -> bytes:
    """Return an XLS with the kind changed of its first record of a kind."""
    at = raw.index(struct.pack("<HH", old, length), 512)
    return raw[:at] + struct.pack("<H", new) + raw[at + 2 :]


@pytest.mark.parametrize(
    ("raw", "said"),
    [
        (renamed(LOOKS, 0x0042, 0x002F), "it is locked with a password"),
        (LOOKS + "_VBA_PROJECT_CUR".encode("utf-16-le"), "it holds macros"),
        (LOOKS[:1024] + LOOKS[1536:], "not a whole workbook"),
        (renamed(LOOKS, 0x000A, 0x0042, 0), "not a whole workbook"),
        (LOOKS[:3000], "not a whole workbook"),
    ],
)
def test_what_is_no_whole_xls_is_refused(raw: bytes, said: str) -> None:
    with pytest.raises(InputError, match=said):
        sheets(raw, "f.xls", AUTO)


def test_a_torn_xls_is_read_or_refused_and_nothing_else(capsys: pytest.CaptureFixture[str]) -> None:
    chance = random.Random(7)
    refusals = []
    for _ in range(60):
        raw = bytearray(LOOKS)
        for _ in range(chance.choice((1, 3, 20))):
            raw[chance.randrange(512, len(raw))] = chance.randrange(256)
        try:
            sheets(bytes(raw), "f.xls", AUTO)
        except InputError as error:
            refusals.append(str(error))
    assert 0 < len(refusals) < 60
    assert all("\n  hint: " in said for said in refusals)
    assert capsys.readouterr().out == ""


def test_formulas_that_were_not_worked_out_say_nothing() -> None:
    whole, stale = LOOKS, renamed(LOOKS, 0x000C, 0x005E)  # CalcCount becomes Uncalced
    ((_, first), *_), ((_, then), *_) = told(whole), told(stale)
    assert first[6][2][5] == "2"
    assert "value was not saved" in then[6][2][5]


def test_text_in_an_old_font_is_refused_with_its_name_and_cell() -> None:
    font = "Calibri".encode("utf-16-le")
    assert font in LOOKS
    with pytest.raises(InputError, match=r"f\.xls, Danh sách, [A-E]1: text in the font \.VnTime"):
        sheets(LOOKS.replace(font, ".VnTime".encode("utf-16-le")), "f.xls", AUTO)
