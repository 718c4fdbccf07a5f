"""Tables in JSON: a list of objects, as the APIs of consoles answer."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from soccheck.errors import quoted
from soccheck.imports.dropped import without_secrets
from soccheck.imports.table import Cell, FileForm, Line, Sheet
from soccheck.imports.text import plain
from soccheck.phrase import phrase
from soccheck.sources.bounds import bounded, refused

_DEEP = 6


def read(raw: bytes, file: str, options: FileForm) -> list[Sheet]:
    """Return the list at `path` as one table: a line an object, `a.b` the column of an inner value.

    The first line holds the names. Raises `InputError` where the text is no such list.
    """
    data = parsed(raw, file)
    if isinstance(data, dict) and data.get("next"):
        text = phrase("one page of several: another follows it")
        raise refused(file, text, phrase("ask for all at once, as by limit=0"))
    for step in options.path.split(".") if options.path else ():
        data = data.get(step) if isinstance(data, dict) else None
    if not isinstance(data, list) or not all(isinstance(item, dict) for item in data):
        where = options.path or "the file"
        text = phrase("{where} is no list of objects", where=where)
        raise refused(
            file, text, phrase("name where it stands in the map, under table: path: data")
        )
    pairs = [without_secrets(item) for item in data]
    dropped = [name for _, inside in pairs for name in inside]
    return tabled(file, [dict(_flat(item, "", _DEEP)) for item, _ in pairs], dropped)


def parsed(raw: bytes, file: str) -> Any:
    """Return what JSON text says; raises `InputError` where it is none, or says a thing twice."""
    try:
        return json.loads(raw.decode("utf-8-sig"), object_pairs_hook=_once, parse_constant=_none)
    except (ValueError, RecursionError) as error:
        raise refused(file, phrase("not JSON: {what}", what=quoted(error))) from error


def tabled(
    file: str,
    rows: Sequence[Mapping[str, Cell]],
    dropped: Iterable[str] = (),
    first: Iterable[str] = (),
    above: Sequence[Line] = (),
) -> list[Sheet]:
    """Return rows by column as the one table of a file, below the lines `above`.

    The columns `first` are there even where no row has them; `dropped` names secrets. Raises
    `InputError` for more than is read.
    """
    names = list(dict.fromkeys([*first, *(name for row in rows for name in row)]))
    bounded(file, len(rows), len(names), len(rows) * len(names))
    head = Line(number=0, cells=tuple(names))
    lines = [
        Line(number=number, cells=tuple(row.get(name) for name in names))
        for number, row in enumerate(rows, 1)
    ]
    once = tuple(dict.fromkeys(dropped))
    return [Sheet(file=file, name="", lines=[*above, head, *lines], dropped=once)]


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise ValueError(f"the key {twice!r} stands twice in one object")
    return found


def _none(text: str) -> None:
    raise ValueError(f"{text} is no number")


def _flat(item: dict[str, Any], prefix: str, depth: int) -> list[tuple[str, Cell]]:
    found: list[tuple[str, Cell]] = []
    for name, value in item.items():
        if isinstance(value, dict) and depth:
            found += _flat(value, f"{prefix}{name}.", depth - 1)
        elif isinstance(value, list) and all(isinstance(v, str | int | float) for v in value):
            found.append((f"{prefix}{name}", tuple(plain(str(v)) for v in value) or None))
        elif isinstance(value, list | dict):
            found.append((f"{prefix}{name}", json.dumps(value, ensure_ascii=False)))
        else:
            cell = (plain(value) or None) if isinstance(value, str) else value
            found.append((f"{prefix}{name}", cell))
    return found
