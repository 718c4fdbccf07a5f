"""Lay out tables that are no assessment (claims, comparisons, several authorities) in every format."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from soccheck.report.formats import csv as csv_format
from soccheck.report.formats import markdown, table
from soccheck.report.wording.sections import Section


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """Represents what a command prints: a headline, notes, tables, and the document behind them.

    `blocks` are particulars in words, a heading and its lines, before the tables. `columns` and
    `records` are the rows of CSV; its header is English and stable.
    """

    title: str
    notes: Sequence[str]
    blocks: Sequence[tuple[str, Sequence[str]]]
    sections: Sequence[Section]
    columns: Sequence[str]
    records: Sequence[Sequence[object]]
    document: dict[str, Any]


def render(listing: Listing, form: str, width: int) -> str:
    """Return the listing in the format `form`."""
    return _FORMATS[form](listing, width)


def _table(listing: Listing, width: int) -> str:
    parts = [table.wrapped(listing.title, width)]
    parts += [table.wrapped(note, width) for note in listing.notes]
    for head, lines in listing.blocks:
        text = [table.wrapped(head, width, "    ")]
        text += [table.wrapped(f"  {line}", width, "    ") for line in lines]
        parts.append("\n".join(text))
    for section in listing.sections:
        parts.append(table.table(section, width, titled=bool(section.title)))
    return "\n\n".join(parts) + "\n"


def _markdown(listing: Listing, width: int) -> str:
    parts = [f"# {markdown.escaped(listing.title)}"]
    parts += [f"> {markdown.escaped(note)}" for note in listing.notes]
    for head, lines in listing.blocks:
        listed = "\n".join(f"- {markdown.escaped(line)}" for line in lines)
        parts.append(f"## {markdown.escaped(head)}\n\n{listed}")
    for section in listing.sections:
        head = f"## {markdown.escaped(section.title)}\n\n" if section.title else ""
        parts.append(head + markdown.table(section))
    return "\n\n".join(parts) + "\n"


def _csv(listing: Listing, width: int) -> str:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(listing.columns)
    for record in listing.records:
        writer.writerow([csv_format.safe(str(cell)) for cell in record])
    return out.getvalue()


def _json(listing: Listing, width: int) -> str:
    return json.dumps(listing.document, ensure_ascii=False, indent=1) + "\n"


_FORMATS = {"table": _table, "markdown": _markdown, "csv": _csv, "json": _json}
FORMATS = tuple(_FORMATS)
"""The formats a listing can be printed in."""
