"""What was imported: files, their rows, and an account of every row."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from soccheck.imports import values as cells
from soccheck.imports.map import ImportMap
from soccheck.imports.match import Index
from soccheck.imports.rows import RowKind
from soccheck.model import Asset, Value
from soccheck.phrase import Phrase


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportFile:
    """Represents a file that is imported: how its path is printed, its name, and its bytes."""

    shown: str
    name: str
    raw: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportedFile:
    """Represents a file that was read: its digest, when it was taken, and what its rows are."""

    shown: str
    sha256: str
    sheet: str
    taken: datetime
    counts: Mapping[RowKind, tuple[int, ...]]
    hidden: tuple[int, ...]
    other_sheets: tuple[str, ...]
    hidden_sheets: tuple[str, ...]
    missing: tuple[str, ...]
    dropped: tuple[str, ...]
    hidden_columns: tuple[str, ...]
    comments: tuple[str, ...]
    coloured: tuple[str, ...]
    ruled: tuple[str, ...]
    ruled_elsewhere: bool
    not_read: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportedRow:
    """Represents what one row says: of which asset, or why of none, and its facts.

    `name` is what the row calls it; `place` is the row; `when` the time that what it shows is of; `raw` its
    cells by heading, without what looks like a secret; `perhaps` are assets it may be about.
    """

    file: ImportedFile
    row: int
    place: Phrase
    name: str
    asset: Asset | None
    why: Phrase | None
    when: datetime
    facts: Mapping[str, Value]
    troubles: Mapping[str, cells.Unsaid]
    raw: Mapping[str, str]
    called: str = ""
    perhaps: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Imported:
    """Represents an import: its files, the entries of all, and the assets no entry is about."""

    map: ImportMap
    files: tuple[ImportedFile, ...]
    entries: tuple[ImportedRow, ...]
    unmatched_assets: tuple[Asset, ...]
    indexes: Mapping[str, Index] = field(repr=False)
