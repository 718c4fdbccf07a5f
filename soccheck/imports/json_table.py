"""Tables in JSON: a list of objects, as the APIs of consoles answer."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from soccheck.errors import quoted
from soccheck.facts.written import plain
from soccheck.imports.dropped import without_secrets
from soccheck.imports.table import Cell, FileForm, Line, Sheet
from soccheck.phrase import phrase
from soccheck.sources.bounds import bounded, refused

_DEEP = 6
_PAGES = ("next", "previous", "nextLink", "@odata.nextLink")
_COUNTS = ("count", "total", "total_affected_items", "@odata.count")
"""What APIs say of a list they give in pages: where the others are, and how many entries there are in all."""


def read(raw: bytes, file: str, options: FileForm) -> list[Sheet]:
    """Return the list at `path` as one table: a line an object, `a.b` the column of an inner value.

    The first line holds the names. Raises `InputError` where the text is no such list.
    """
    data = parsed(raw, file)
    around: list[dict[str, Any]] = []
    for step in options.path.split(".") if options.path else ():
        around += [data] if isinstance(data, dict) else []
        data = data.get(step) if isinstance(data, dict) else None
    if not isinstance(data, list) or not all(isinstance(item, dict) for item in data):
        where = options.path or "the file"
        text = phrase("{where} is no list of objects", where=where)
        raise refused(
            file, text, phrase("name where it stands in the map, under table: path: data")
        )
    for mapping in around:
        _whole(mapping, len(data), file)
    pairs = [without_secrets(item) for item in data]
    dropped = [name for _, inside in pairs for name in inside]
    return tabled(file, [dict(_flat(item, "", _DEEP)) for item, _ in pairs], dropped)


def _whole(around: Mapping[str, Any], found: int, file: str) -> None:
    """Raise `InputError` where what stands around a list says that it is one page of several."""
    pages = [name for name in _PAGES if around.get(name)]
    counts = {name: around[name] for name in _COUNTS if isinstance(around.get(name), int)}
    short = next((f"{name}: {count}" for name, count in counts.items() if count != found), None)
    if not pages and short is None:
        return
    text = phrase(
        "one page of several: {n} entries, and it says {what}", n=found, what=short or pages[0]
    )
    hint = phrase("ask for all at once, as by limit=0, or join the pages into one file")
    raise refused(file, text, hint)


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
