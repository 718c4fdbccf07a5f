"""Shares of tables are read from the columns that give them, or named as not checked."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from soccheck.claims import documents, scan
from tests.claims.test_documents import docx, paragraph
from tests.claims.test_scan import key
from tests.kit import read_yaml

CASES = read_yaml((Path(__file__).parent / "reports" / "tables.yaml").read_text(encoding="utf-8"))


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["about"])
def test_a_table(case: dict[str, object]) -> None:
    scanned = scan.scan(str(case["says"]))
    assert [key(item) for item in scanned.found] == case.get("found", [])
    assert [key(item) for item in scanned.found if item.wrong] == case.get("wrong", [])
    assert [[s.written, s.line, s.column] for s in scanned.unread] == case.get("unread", [])


def row(*cells: str) -> str:
    return "<w:tr>" + "".join(f"<w:tc>{paragraph(cell)}</w:tc>" for cell in cells) + "</w:tr>"


def test_a_table_of_a_word_document(tmp_path: Path) -> None:
    wide = f'<w:tr><w:tc><w:tcPr><w:gridSpan w:val="2"/></w:tcPr>{paragraph("Cộng")}</w:tc>'
    wide += "".join(f"<w:tc>{paragraph(cell)}</w:tc>" for cell in ("9", "16", "65")) + "</w:tr>"
    body = row("TT", "Đơn vị", "Đã duyệt", "Tổng số", "Tỷ lệ (%)")
    body += row("1", "Sở A", "4", "6", "66,7") + row("2", "Sở B", "5", "10", "50") + wide
    text = documents.text_of(docx(tmp_path / "a.docx", f"<w:tbl>{body}</w:tbl>"), "a.docx")
    found = scan.scan(text).found
    assert [key(item) for item in found] == [
        ["ratio", "4", "6", "66,7"],
        ["ratio", "5", "10", "50"],
        ["ratio", "9", "16", "65"],
        ["sum", "9", "4", "5"],
        ["sum", "16", "6", "10"],
    ]
    assert [item.says for item in found if item.wrong] == ["Cộng | 9 | 16 | 65"]


def test_a_page_laid_out_by_a_table_is_read_as_sentences(tmp_path: Path) -> None:
    body = "<w:tbl>" + row("UBND TỈNH", "Có 4/6 sở, đạt 66%.") + "</w:tbl>"
    text = documents.text_of(docx(tmp_path / "a.docx", body), "a.docx")
    assert [key(item) for item in scan.scan(text).found] == [["ratio", "4", "6", "66"]]


CELLS = st.sampled_from(
    ["", "5", "6", "83,3", "83,3%", "12/15", "Tổng số", "Tỷ lệ", "a", "(1)", "1.028"]
)


def to_be_told(rows: list[list[str]]) -> int:
    """Return how many per cents with their sign stand behind a count and another figure, or beside them."""
    counts = shares = told = 0
    for cells in rows:
        here = cells.count("83,3%")
        shares += here
        counts += sum(cell[:1].isdecimal() and "%" not in cell for cell in cells)
        if here and counts and counts + shares > 2:
            told += here
    return told


@settings(max_examples=100, deadline=None)
@given(st.lists(st.lists(CELLS, min_size=1, max_size=6), max_size=4), st.sampled_from("|\t"))
def test_no_share_of_a_row_is_lost(rows: list[list[str]], mark: str) -> None:
    """Every per cent with its sign is found, named, or stands where nothing could give it."""
    scanned = scan.scan("\n".join(mark.join(cells) for cells in rows))
    told = sum(item.fields.get("per_cent") == "83,3" for item in scanned.found)
    named = sum(one.written.count("83,3%") for one in scanned.unread)
    assert told + named >= to_be_told(rows)
