"""The report as a workbook (ECMA-376): a sheet a table, no formula from data, to print and to fill in."""

from __future__ import annotations

import re
import tempfile
import textwrap
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from soccheck.i18n import Language
from soccheck.model import Status
from soccheck.report.report import Layout, Report
from soccheck.report.sheets import sheets
from soccheck.report.sheets.sheet import ColumnKind, ReportSheet, SheetCell, SheetColumn, SheetLink
from soccheck.report.sheets.unmet import forms, state_words
from soccheck.report.wording import evidence, heads, past, words

if TYPE_CHECKING:
    from xlsxwriter import Workbook
    from xlsxwriter.worksheet import Worksheet

_CHUNK = 1 << 16
_MOST_LETTERS = 32_767
_MOST_ROWS = 1_048_576
"""What a cell and a sheet can hold (Excel specifications and limits)."""
_NAME = 31
_FORBIDDEN = re.compile(r"[\[\]:*?/\\\x00-\x1f]")
"""What a sheet's name can hold."""
_RESERVED = "history"
"""A name that Excel keeps for itself (Microsoft, "Rename a worksheet")."""
_HEAD = 2
"""Rows above a table's head: the sheet's title, and whose and of when it is."""
_TYPEFACE = {"font_name": "Times New Roman", "font_size": 12}
_FONT = {**_TYPEFACE, "valign": "top"}
_A4 = 9
_MARGIN = 0.3
"""Inches of paper left white at the sides."""
_PRINTED = 1590
"""Pixels of columns that are printed across A4 with letters of at least 8 points, two thirds of 12."""
_DIGIT, _PADDING = 8, 6
"""Pixels of a digit of 12 points, and of what a column adds to its digits (ECMA-376, 18.3.1.13)."""
_NARROWEST = {
    ColumnKind.TEXT: 9,
    ColumnKind.NUMBER: 8,
    ColumnKind.SHARE: 8,
    ColumnKind.DAY: 11,
    ColumnKind.FORM: 11,
}
"""Letters that a column keeps, however many there are beside it."""
_CHART_COLUMNS, _CHART_ROWS = 15, 24
"""Columns and rows that a chart beside a table takes."""
_LINE, _MOST_LINES = 21, 25
"""Pixels of a line of 12 points, and the lines that a row may be high (Excel takes 409 points)."""


def render(report: Report, language: Language, layout: Layout) -> Iterator[bytes]:
    """Yield the workbook; rows are written as they are made, each sheet from a file of its own."""
    about = evidence.of(report.assessment, language)
    head = " · ".join([heads.line(report, language), *past.run(report, language), *about])
    return workbook(list(sheets(report, language)), head, language)


def workbook(tables: Sequence[ReportSheet], head: str, language: Language) -> Iterator[bytes]:
    """Yield a workbook of these tables, `head` below the title of each."""
    from xlsxwriter import Workbook

    with tempfile.TemporaryFile() as file:
        options = {
            "constant_memory": True,
            "strings_to_formulas": False,
            "strings_to_urls": False,
            "strings_to_numbers": False,
            # A column's width counts digits of this typeface: it is as wide wherever it is opened.
            "default_format_properties": _TYPEFACE,
        }
        with Workbook(file, options) as book:
            formats = _formats(book)
            # Always the same bytes: what is reported is of a day, not of the moment it was written.
            book.set_properties({"title": head[:255], "created": datetime(2000, 1, 1)})  # noqa: DTZ001  -- no zone
            names = _names(tables)
            links = dict(zip((table.title for table in tables), names, strict=True))
            for name, table in zip(names, tables, strict=True):
                sheet = book.add_worksheet(name)
                _write(sheet, table, head, formats, links, language)
                if table.curves:
                    _draw(book, sheet, name, table)
        file.seek(0)
        while chunk := file.read(_CHUNK):
            yield chunk


def _formats(book: Workbook) -> dict[str, Any]:
    """Return the cell formats by name, each kind also bold for rows that sum up others."""
    kinds: dict[str, dict[str, Any]] = {
        "text": {"text_wrap": True, "num_format": "@"},
        "number": {"num_format": "#,##0"},
        "day": {"num_format": "dd/mm/yyyy", "align": "center"},
        "share": {"num_format": '0.0"%"'},
        "form": {"text_wrap": True, "bg_color": "#FFF9E5"},
        "form_day": {"num_format": "dd/mm/yyyy", "align": "center", "bg_color": "#FFF9E5"},
    }
    made = {name: book.add_format({**_FONT, "border": 1, **kind}) for name, kind in kinds.items()}
    for name, kind in kinds.items():
        made[f"{name} strong"] = book.add_format({**_FONT, "border": 1, **kind, "bold": True})
    head = {"bold": True, "border": 1, "text_wrap": True, "align": "center", "valign": "vcenter"}
    made["head"] = book.add_format({**_FONT, **head, "bg_color": "#E7EDF5"})
    made["title"] = book.add_format({**_FONT, "bold": True, "font_size": 14})
    made["plain"] = book.add_format(_FONT)
    return made


def _write(
    sheet: Worksheet,
    table: ReportSheet,
    head: str,
    formats: dict[str, Any],
    links: Mapping[str, str],
    language: Language,
) -> None:
    """Write a table to a sheet of its own, laid out for the screen and for paper.

    `links` are the names of sheets by the titles of their tables.
    """
    widths = _widths(table)
    for index, width in enumerate(widths):
        sheet.set_column(index, index, width)
    sheet.write_string(0, 0, table.title, formats["title"])
    sheet.write_string(1, 0, head, formats["plain"])
    sheet.set_row_pixels(_HEAD, _head_pixels(widths, table.columns))
    for index, column in enumerate(table.columns):
        sheet.write_string(_HEAD, index, column.title, formats["head"])
    last = _HEAD
    for number, row in enumerate(table.rows):
        if last + 1 == _MOST_ROWS - 1:
            sheet.write_string(last + 1, 0, language("… more than a sheet holds: see the CSV"))
            break
        last += 1
        said = [_said(cell, links, language) for cell in row]
        sheet.set_row_pixels(last, _pixels(widths, said))
        _row(sheet, last, table.columns, said, formats, " strong" if number in table.strong else "")
    _laid_out(sheet, table, last, language)


def _draw(book: Workbook, sheet: Worksheet, name: str, table: ReportSheet) -> None:
    """Draw the curves of a table beside it: its last column over its second, a gap where a cell is empty."""
    chart = book.add_chart({"type": "line"})
    days, shares = 1, len(table.columns) - 1
    for curve in table.curves:
        first = _HEAD + 1 + curve.first
        last = first + curve.rows - 1
        chart.add_series(
            {
                "name": curve.title,
                "categories": [name, first, days, last, days],
                "values": [name, first, shares, last, shares],
                "marker": {"type": "automatic"},
            }
        )
    chart.set_title({"name": table.title})
    chart.set_x_axis({"num_format": "mm/yyyy", "date_axis": True, "major_unit_type": "months"})
    chart.set_y_axis({"min": 0, "max": 100, "num_format": '0"%"'})
    chart.set_legend({"position": "bottom"})
    chart.set_size({"width": 900, "height": 480})
    chart.show_blanks_as("gap")
    sheet.insert_chart(_HEAD, len(table.columns) + 1, chart)


def _said(cell: SheetCell, links: Mapping[str, str], language: Language) -> SheetCell:
    """Return a cell as the workbook has it: a status in words, a link by its sheet's name."""
    if isinstance(cell, SheetLink):
        return SheetLink(text=cell.text, to=links[cell.to])
    return words.status(cell, language) if isinstance(cell, Status) else cell


def _names(tables: Sequence[ReportSheet]) -> list[str]:
    """Return a name that a sheet can have for each table, no two of them alike."""
    names: list[str] = []
    for table in tables:
        plain = _FORBIDDEN.sub(" ", unicodedata.normalize("NFC", table.title)).strip(" '") or "-"
        name, number = plain[:_NAME].rstrip(" '"), 1
        while name.casefold() in (_RESERVED, *map(str.casefold, names)):
            number += 1
            name = f"{plain[: _NAME - 6].rstrip()} ({number})"
        names.append(name)
    return names


def _row(
    sheet: Worksheet,
    number: int,
    columns: Sequence[SheetColumn],
    row: Sequence[SheetCell],
    formats: dict[str, Any],
    strong: str,
) -> None:
    for index, (column, value) in enumerate(zip(columns, row, strict=True)):
        style = formats[f"{column.kind.value}{strong}"]
        if value is None or value == "":
            sheet.write_blank(number, index, None, style)
        elif isinstance(value, SheetLink):
            quoted = value.to.replace("'", "''")
            sheet.write_url(number, index, f"internal:'{quoted}'!A1", style, value.text)
        elif isinstance(value, date):
            sheet.write_datetime(number, index, value, style)
        elif isinstance(value, str):
            sheet.write_string(number, index, _fitting(value), style)
        else:
            sheet.write_number(number, index, value, style)


def _widths(table: ReportSheet) -> list[float]:
    """Return how wide the columns are, in letters: narrower where the paper would else make letters small."""
    printed = table.columns[: table.on_paper]
    least = [min(column.width, _NARROWEST[column.kind]) for column in printed]
    more = [column.width - small for column, small in zip(printed, least, strict=True)]
    room = (_PRINTED - len(printed) * _PADDING) / _DIGIT - sum(least)
    share = min(1.0, max(0.0, room / sum(more))) if any(more) else 1.0
    widths = [round(small + share * rest, 1) for small, rest in zip(least, more, strict=True)]
    return [*widths, *(column.width for column in table.columns[len(printed) :])]


def _head_pixels(widths: Sequence[float], columns: Sequence[SheetColumn]) -> int:
    """Return how high the head is for its titles, broken between words."""
    titles = zip(widths, columns, strict=True)
    return _LINE * max(
        len(textwrap.wrap(one.title, max(1, int(width) - 1))) for width, one in titles
    )


def _pixels(widths: Sequence[float], row: Sequence[SheetCell]) -> int:
    """Return how high a row is for its longest text; programs that open the workbook do not work it out."""
    lines = max(
        (
            sum(1 + int(_letters(line) // width) for line in value.split("\n"))
            for width, value in zip(widths, row, strict=True)
            if isinstance(value, str)
        ),
        default=1,
    )
    return _LINE * max(1, min(lines, _MOST_LINES))


def _letters(line: str) -> float:
    """Return how many digits a line is as wide as; capitals take more."""
    return len(line) * (1.35 if line.isupper() else 1)


def _fitting(text: str) -> str:
    return text if len(text) <= _MOST_LETTERS else f"{text[: _MOST_LETTERS - 1]}…"


def _laid_out(sheet: Worksheet, table: ReportSheet, last: int, language: Language) -> None:
    """Freeze the head, filter below it, print on A4 across, and offer the states where one is asked for."""
    width = len(table.columns) - 1
    sheet.freeze_panes(_HEAD + 1, 0)
    sheet.autofilter(_HEAD, 0, max(last, _HEAD), width)
    sheet.set_landscape()
    sheet.set_paper(_A4)
    sheet.fit_to_pages(1, 0)
    sheet.set_margins(left=_MARGIN, right=_MARGIN, top=0.6, bottom=0.6)
    sheet.repeat_rows(_HEAD)
    on_paper = table.on_paper or len(table.columns)
    if table.curves:
        on_paper, last = on_paper + _CHART_COLUMNS, max(last, _HEAD + _CHART_ROWS)
    sheet.print_area(0, 0, last, on_paper - 1)
    sheet.set_footer("&C&P/&N")
    _, deadline, state, _ = forms(language)
    for index, column in enumerate(table.columns):
        if column.kind is not ColumnKind.FORM or last == _HEAD:
            continue
        if column.title == state:
            choices = list(state_words(language).values())
            rule: dict[str, Any] = {"validate": "list", "source": choices, "error_type": "stop"}
            sheet.data_validation(_HEAD + 1, index, last, index, rule)
        elif column.title == deadline:
            earliest = date(2000, 1, 1)
            rule = {"validate": "date", "criteria": ">", "value": earliest, "error_type": "stop"}
            sheet.data_validation(_HEAD + 1, index, last, index, rule)
