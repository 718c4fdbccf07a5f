"""Lay out tables that are no assessment (claims, comparisons, several authorities) in every format."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from soccheck.i18n import Language
from soccheck.report import columns, json_text
from soccheck.report.formats import csv, html, markdown, xlsx
from soccheck.report.page.parts import PagePart
from soccheck.report.sheets import sheet
from soccheck.report.sheets.sheet import ReportSheet
from soccheck.report.wording.csv_words import Worded
from soccheck.report.wording.sections import Section


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """Represents what a command prints: a headline, notes, tables, and the document behind them.

    `blocks` are particulars in words, a heading and its lines, before the tables. `columns` and
    `records` are the rows of CSV, `worded` the words of the codes in its columns. `sheets` are the tables
    of a page and a workbook; where there are none these have the `sections`.
    """

    title: str
    notes: Sequence[str]
    blocks: Sequence[tuple[str, Sequence[str]]]
    sections: Sequence[Section]
    columns: Sequence[str]
    records: Sequence[Sequence[object]]
    document: dict[str, Any]
    worded: Worded = field(default_factory=dict)
    sheets: Sequence[ReportSheet] = ()


def render(
    listing: Listing, form: str, width: int, language: Language
) -> Iterator[str] | Iterator[bytes]:
    """Yield the listing in the format `form`."""
    if form == "html":
        return _html(listing, language)
    if form == "xlsx":
        return xlsx.workbook(_sheets(listing), listing.title, language)
    if form == "csv":
        return csv.rows(listing.columns, listing.records, listing.worded, language)
    return _FORMATS[form](listing, width)


def _sheets(listing: Listing) -> Sequence[ReportSheet]:
    return listing.sheets or [
        sheet.of_texts(section.title or listing.title, section.header, section.rows)
        for section in listing.sections
    ]


def _html(listing: Listing, language: Language) -> Iterator[str]:
    parts = [
        PagePart(id=f"part-{number}", title=table.title, tables=[table])
        for number, table in enumerate(_sheets(listing), 1)
    ]
    particulars = [
        PagePart(id=f"about-{number}", title=head, lines=lines)
        for number, (head, lines) in enumerate(listing.blocks, 1)
    ]
    return html.page(
        listing.title, "", [*parts[:1], *particulars, *parts[1:]], language, notes=listing.notes
    )


def _table(listing: Listing, width: int) -> Iterator[str]:
    parts = [columns.wrapped(listing.title, width)]
    parts += [columns.wrapped(note, width) for note in listing.notes]
    for head, lines in listing.blocks:
        text = [columns.wrapped(head, width, "    ")]
        text += [columns.wrapped(f"  {line}", width, "    ") for line in lines]
        parts.append("\n".join(text))
    for section in listing.sections:
        parts.append(columns.table(section, width, titled=bool(section.title)))
    yield "\n\n".join(parts) + "\n"


def _markdown(listing: Listing, width: int) -> Iterator[str]:
    parts = [f"# {markdown.escaped(listing.title)}"]
    parts += [f"> {markdown.escaped(note)}" for note in listing.notes]
    for head, lines in listing.blocks:
        listed = "\n".join(f"- {markdown.escaped(line)}" for line in lines)
        parts.append(f"## {markdown.escaped(head)}\n\n{listed}")
    for section in listing.sections:
        head = f"## {markdown.escaped(section.title)}\n\n" if section.title else ""
        parts.append(head + markdown.table(section))
    yield "\n\n".join(parts) + "\n"


def _json(listing: Listing, width: int) -> Iterator[str]:
    return json_text.written(listing.document)


_FORMATS = {"table": _table, "markdown": _markdown, "json": _json}
FORMATS = ("table", "markdown", "csv", "json", "html", "xlsx")
"""The formats a listing can be printed in."""
