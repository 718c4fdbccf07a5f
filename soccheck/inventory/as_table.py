"""Assets written as tables: the heading and the cells that `inventory.table` reads back unchanged."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Sequence
from datetime import timedelta
from typing import Any

from soccheck.facts.catalogue import FACTS, of_kind
from soccheck.facts.values import encode
from soccheck.inventory.table import FORMULA, ID
from soccheck.model import Asset, Provenance, Value

Rows = list[list[str]]
"""A heading, then a row an asset."""


def rows(kind: str, assets: Iterable[Asset]) -> Rows:
    """Return the assets of a kind as rows of text, a column for each fact that one of them states.

    What a host has from its group or the defaults is not repeated: it stays there.
    """
    told = [_cells(kind, asset) for asset in assets]
    used = {name for cells in told for name in cells}
    order = [name for name in of_kind(kind) if name in used]
    columns = [ID, *order, *sorted(used - set(order) - {ID})]
    return [columns, *([cells.get(name, "") for name in columns] for cells in told)]


def text(lines: Rows, delimiter: str = ",") -> str:
    """Return rows as CSV, no cell of which a spreadsheet takes for a formula (CWE-1236)."""
    held = io.StringIO()
    safe = ([f"'{cell}" if FORMULA.match(cell) else cell for cell in line] for line in lines)
    csv.writer(held, delimiter=delimiter, lineterminator="\n").writerows(safe)
    return held.getvalue()


def _cells(kind: str, asset: Asset) -> dict[str, str]:
    cells = {ID: asset.id}
    for name, value in asset.facts.items():
        above = FACTS.get((kind, name.rpartition(".")[0]))
        if name not in asset.given and (above is None or above.type != "records"):
            cells[name] = _cell(kind, name, value, asset.provenance)
    for item in asset.provenance:
        if item.prefix in asset.given or "[" in item.prefix:
            continue
        head = f"{item.prefix}." if item.prefix and not _is_fact(kind, item.prefix) else ""
        if item.illustrative and not _is_fact(kind, item.prefix):
            cells[f"{head}illustrative"] = "true"
        if item.document is not None:
            beside, _, key = item.prefix.rpartition(".") if head == "" else ("", "", "")
            start = head or (f"{beside}." if beside else "")
            cells[f"{start}source.document"] = item.document
            if item.place is not None:
                cells[f"{start}source.section"] = item.place
            if key:
                had = cells.get(f"{start}source.of", "")
                cells[f"{start}source.of"] = f"{had}; {key}" if had else key
    return cells


def _is_fact(kind: str, name: str) -> bool:
    return (kind, name) in FACTS


def _cell(kind: str, name: str, value: Value, provenance: Sequence[Provenance]) -> str:
    fact = FACTS[kind, name]
    if fact.type == "records":
        entries = value if isinstance(value, tuple) else ()
        told = [
            _plain(entry) | _origin(f"{name}[{i}]", provenance)
            for i, entry in enumerate(entries, 1)
        ]
        return json.dumps(told, ensure_ascii=False)
    if isinstance(value, tuple):
        items = [_text(item) for item in value]
        if not items or any(";" in item or item.startswith("[") for item in items):
            return json.dumps([_plain_one(item) for item in value], ensure_ascii=False)
        return "; ".join(items)
    return _text(value)


def _origin(entry: str, provenance: Iterable[Provenance]) -> dict[str, Any]:
    """Return who says so of an entry of a list, as an inventory writes it."""
    said: dict[str, Any] = {}
    for item in provenance:
        if item.prefix != entry and not item.prefix.startswith(f"{entry}."):
            continue
        if item.illustrative:
            said["illustrative"] = True
        if item.document is not None:
            source = said.setdefault("source", {"document": item.document})
            source |= {"section": item.place} if item.place is not None else {}
            key = item.prefix.removeprefix(entry).lstrip(".")
            source |= {"of": [*source.get("of", []), key]} if key else {}
    return said


def _plain(entry: Any) -> Any:
    """Return an entry of a list, which holds its keys and values in pairs, as JSON has it."""
    return {
        key: [_plain_one(item) for item in value] if isinstance(value, tuple) else _plain_one(value)
        for key, value in entry
    }


def _plain_one(value: Value) -> Any:
    return _span(value) if isinstance(value, timedelta) else encode(value)


def _text(value: Value) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return _span(value) if isinstance(value, timedelta) else str(encode(value))


def _span(value: timedelta) -> str:
    """Return a length of time as an inventory writes it: in days, hours or minutes."""
    seconds = int(value.total_seconds())
    for unit, length in (("d", 86400), ("h", 3600)):
        if seconds % length == 0:
            return f"{seconds // length}{unit}"
    return f"{seconds // 60}min"
