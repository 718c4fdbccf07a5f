"""Assets as a table: `hosts.csv` beside the YAML, one row an asset and a column a fact.

A heading is a key as YAML nests it, its parts joined by a dot (`os.family`); `id` is the asset's id. An
empty cell states nothing. A list is parted by semicolons or written as JSON, as a list of mappings is. What a
cell says is held to the same schema as YAML, and its faults are told at its line and column.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from soccheck.facts import meant
from soccheck.facts.catalogue import FACTS, STATEMENT, of_kind
from soccheck.facts.fact import Fact
from soccheck.inventory.facts_of import Statements
from soccheck.inventory.table_cells import STATED, cell_value, column_fact
from soccheck.inventory.table_lines import a_sum, column_meant, no_heading, no_row
from soccheck.model import Asset, Location, Mark, Problem, Value
from soccheck.phrase import Phrase, phrase
from soccheck.sources import csv_text, schema, secrets
from soccheck.sources.csv_text import CellMarks, CsvRow
from soccheck.sources.garbled import garbled
from soccheck.sources.source import Source
from soccheck.sources.yaml_text import MARKUP, no_text, unmerged

ID = "id"
FORMULA = re.compile(r"'*[=+@\uff1d\uff0b\uff0d\uff20]|'*-(?![0-9.]+\Z)")
"""What a spreadsheet takes for a formula, or would but for the apostrophes before it."""
_IS_PAGE = (
    phrase("this is a page or a document of an office program, no table"),
    phrase("open it in the program it is of, and save it as CSV UTF-8"),
)
_AT_ONCE = 5000
"""Rows that are held to the schema together."""


def kind_of(name: str) -> str:
    """Return the kind of asset a table holds, by its file's name."""
    return re.split(r"[-_. ]", name.rpartition("/")[2].lower())[0].removesuffix("s")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Column:
    """Represents a column: its key as YAML nests it, and the fact that it states.

    A cell that is `plain` says a fact's value and nothing else: the same again where it stands again.
    """

    name: str
    keys: tuple[str, ...]
    fact: Fact
    plain: bool


class AssetTable:
    """Reads one table: `assets` are what it states, or `problems` why nothing of it is believed."""

    def __init__(self, raw: bytes, path: str, kind: str) -> None:
        self.kind = kind
        self.source = Source(path)
        self.problems: list[Problem] = no_text(raw, path) or unmerged(raw, path)
        if MARKUP.match(raw):
            self.problems = [Problem(Location(path, 1, 1), *_IS_PAGE)]
        self.assets: list[Asset] = []
        self.used_documents: list[tuple[str, Location]] = []
        self.columns: list[_Column] = []
        self.id_column = 0
        self.places: dict[str, int] = {}
        self.orders: dict[tuple[int, ...], tuple[int, ...]] = {}
        if not self.problems:
            found = csv_text.rows(raw.decode("utf-8"), path, self.problems)
            heading = next(found, None)
            if heading is not None:
                self._heading(heading)
            elif not self.problems:
                hint = phrase("write a heading with the column id, or take the file away")
                self.problems.append(
                    Problem(Location(path, 1, 1), phrase("there is nothing in it"), hint)
                )
            rows = list(found)
            if self.columns:
                self._shape(rows)
            if not self.problems:
                self._read(rows)

    def _fault(self, row: CsvRow, index: int, message: Phrase, hint: Phrase) -> None:
        where = self.source.location((row.line, row.columns[min(index, len(row.columns) - 1)]))
        self.problems.append(Problem(where, message, hint))

    def _heading(self, row: CsvRow) -> None:
        """Take in the heading: the key of each column, and the fact that it states."""
        known = [name for name in of_kind(self.kind) if column_fact(self.kind, name) is not None]
        if (wrong := no_heading(row.cells)) is not None:
            self._fault(row, *wrong)
            return
        for index, name in enumerate(row.cells):
            fact = STATED if name == ID else column_fact(self.kind, name)
            if row.cells.index(name) < index:
                text = phrase("a second column {name}", name=repr(name))
                self._fault(row, index, text, phrase("keep one"))
            elif fact is None:
                above = FACTS.get((self.kind, name.rpartition(".")[0]))
                hint = phrase("see `soccheck facts {kind}`", kind=self.kind)
                hint = column_meant(name, [ID, *known], hint)
                if above is not None and above.type == "records":
                    hint = phrase("write the list as JSON in the column {name}", name=above.name)
                self._fault(row, index, phrase("no fact {name}", name=repr(name)), hint)
            keys, told = tuple(name.split(".")), fact or STATED
            plain = told.type != "records" and STATEMENT.isdisjoint(keys) and name != ID
            self.columns.append(_Column(name=name, keys=keys, fact=told, plain=plain))
        self.places = {column.name: at for at, column in enumerate(self.columns)}
        if ID not in row.cells:
            hint = phrase("begin with the column id: the asset's name in the inventory")
            self._fault(row, 0, phrase("no column {name}", name=repr(ID)), hint)
        else:
            self.id_column = row.cells.index(ID)

    def _shape(self, rows: Sequence[CsvRow]) -> None:
        """Note rows of another length than the heading's, and ids that are missing or stand twice."""
        first: dict[str, CsvRow] = {}
        for row in rows:
            if len(row.cells) != len(self.columns):
                text = phrase(
                    "{n} cells under a heading of {m}", n=len(row.cells), m=len(self.columns)
                )
                hint = phrase(
                    "part every row as the heading is parted; quote a cell that holds the sign"
                )
                self._fault(row, len(self.columns), text, hint)
                continue
            name = row.cells[self.id_column]
            if (wrong := a_sum(name) or no_row(row.cells, self.id_column)) is not None:
                self._fault(row, self.id_column, *wrong)
            elif not name:
                self._fault(
                    row, 0, phrase("no id"), phrase("give the asset's name in the inventory")
                )
            elif (known := name if name in first else meant.written("ref", name)) in first:
                mark = first[known].line, first[known].columns[self.id_column]
                where = self.source.location(mark)
                text = phrase("a second row {name}", name=repr(name))
                hint = phrase("the first is at {place}: keep one", place=where)
                self._fault(row, self.id_column, text, hint)
            first.setdefault(name, row)

    def _read(self, rows: Sequence[CsvRow]) -> None:
        """Take in the rows, some at a time; a cell that a row before it has in its column says the same.

        Where anything is wrong all are taken at once and every cell is read, so that every fault is told.
        """
        met: list[dict[str, Value]] = [{} for _ in self.columns]
        told: list[set[str]] = [{""} for _ in self.columns]
        for first in range(0, len(rows), _AT_ONCE):
            self._take(rows[first : first + _AT_ONCE], told, met)
            if self.problems:
                break
        if self.problems:
            self.assets, self.problems, self.used_documents = [], [], []
            self._take(rows, None, None)

    def _take(
        self,
        rows: Sequence[CsvRow],
        told: list[set[str]] | None,
        met: list[dict[str, Value]] | None,
    ) -> None:
        """Take in rows; by column, `told` has the texts that were met before, and `met` what they state."""
        source = self.source = Source(self.source.path)
        nodes: dict[str, dict[str, Any]] = {}
        marks: list[Mark] = []
        for row in rows:
            node: dict[str, Any] = {}
            for index, text in enumerate(row.cells):
                if not text or index == self.id_column:
                    continue
                if told is not None:
                    if text in told[index]:
                        continue
                    if self.columns[index].plain:
                        told[index].add(text)
                self._put(node, index, text, row)
            nodes[row.cells[self.id_column]] = node
            marks.append((row.line, row.columns[self.id_column]))
        source.data = {f"{self.kind}s": nodes}
        source.marks[id(source.data)] = [(1, 1)]
        source.marks[id(nodes)] = marks
        self.problems += schema.check("inventory", source)
        if not self.problems:
            self._assets(rows, nodes, marks, met)

    def _put(self, node: dict[str, Any], index: int, text: str, row: CsvRow) -> None:
        """Put a cell where its key nests it, with its place."""
        if wrong := secrets.in_text(text) or garbled(text):
            self._fault(row, index, *wrong)
        column, mark = self.columns[index], (row.line, row.columns[index])
        for key in column.keys[:-1]:
            self._mark(node, key, mark)
            node = node.setdefault(key, {})
        self._mark(node, column.keys[-1], mark)
        said = text[1:] if text.startswith("'") and FORMULA.match(text) else text
        value = cell_value(column.fact, said)
        node[column.keys[-1]] = value
        if isinstance(value, list):
            self._mark_items(value, mark)

    def _mark(self, node: dict[str, Any], key: str, mark: Mark) -> None:
        if key not in node:
            self.source.marks.setdefault(id(node), []).append(mark)

    def _mark_items(self, value: Any, mark: Mark) -> None:
        """Give all that a cell holds the place of the cell."""
        items = value.values() if isinstance(value, dict) else value
        if isinstance(value, dict | list):
            self.source.marks[id(value)] = [mark] * len(value)
            for item in items:
                self._mark_items(item, mark)

    def _assets(
        self,
        rows: Sequence[CsvRow],
        nodes: dict[str, dict[str, Any]],
        marks: Sequence[Mark],
        met: list[dict[str, Value]] | None,
    ) -> None:
        for row, (name, node), mark in zip(rows, nodes.items(), marks, strict=True):
            statements = Statements(self.source, self.kind)
            statements.take(node)
            self.problems += statements.problems
            self.used_documents += statements.used_documents
            stated = statements.facts
            facts: dict[str, Value] = {}
            for column, text, known in zip(
                self.columns, row.cells, met or (), strict=met is not None
            ):
                if text and column.plain:
                    if column.name in stated:
                        known[text] = stated[column.name]
                    if text in known:  # else it is among the problems, and nothing here is believed
                        facts[column.name] = known[text]
            facts |= stated
            at = tuple(map(self._column_of, facts))
            self.assets.append(
                Asset(
                    kind=self.kind,
                    id=name,
                    facts=facts,
                    at=self.source.location(mark),
                    marks=CellMarks(row, self.orders.setdefault(at, at)),
                    provenance=tuple(statements.provenance),
                )
            )

    def _column_of(self, fact: str) -> int:
        """Return the column that states a fact; of a list's keys, that of the list."""
        while fact not in self.places:
            fact = fact.rpartition(".")[0]
        return self.places[fact]
