"""What `ansible-inventory --list` prints: a line a host, its groups and its variables.

Recorded from ansible-core 2.19, where gathered facts come wrapped: `{"__ansible_unsafe": "Debian"}`.
"""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

from soccheck.facts.addresses import is_address
from soccheck.facts.written import plain
from soccheck.imports.dropped import without_secrets
from soccheck.imports.json_table import parsed, tabled
from soccheck.imports.table import Cell, FileForm, Sheet
from soccheck.phrase import Phrase, phrase
from soccheck.sources.bounds import MAX_CELLS, bounded, refused

_OF_EVERY_HOST = ("all", "ungrouped")
_WRAPPED = ("__ansible_unsafe", "__ansible_vault")
_HINT = phrase("save the output of ansible-inventory --list, without --export")


def read(raw: bytes, file: str, options: FileForm) -> list[Sheet]:
    """Return one table: a line a host with `name`, `groups`, `address` and a column a variable.

    What looks like a secret is dropped, and told. Raises `InputError` where it is no such output.
    """
    data = _mapping(parsed(raw, file), "the file", file)
    meta = _mapping(data.pop("_meta", None), "_meta", file)
    variables = _mapping(meta.get("hostvars"), "hostvars", file)
    groups = _groups(data, file)
    bounded(file, len(variables.keys() | groups.keys()))
    rows: list[dict[str, Cell]] = []
    dropped: list[str] = []
    for name in dict.fromkeys([*variables, *groups]):
        given = _mapping(variables.get(name, {}), f"hostvars: {name}", file)
        kept, secret = without_secrets(_unwrapped(given))
        dropped += secret
        rows.append({"name": plain(name) or None, "groups": tuple(groups.get(name, ())) or None})
        rows[-1] |= _cells(kept)
        if is_address(target := str(rows[-1].get("ansible_host", ""))):
            rows[-1]["address"] = target
    first = ("name", "groups", "address", "ansible_host")
    return [replace(sheet, kept=False) for sheet in tabled(file, rows, dropped, first)]


def _wrong(file: str, what: Phrase) -> Exception:
    return refused(file, phrase("no output of ansible-inventory --list: {what}", what=what), _HINT)


def _mapping(found: Any, where: str, file: str) -> dict[str, Any]:
    if not isinstance(found, dict):
        raise _wrong(file, phrase("{where} is no mapping", where=where))
    return found


def _groups(data: dict[str, Any], file: str) -> dict[str, list[str]]:
    """Return, by host, the groups it is in, those they are part of with them."""
    parents: dict[str, list[str]] = {}
    hosts: dict[str, list[str]] = {}
    for name, given in data.items():
        for key, items in _mapping(given, name, file).items():
            names = isinstance(items, list) and all(isinstance(item, str) for item in items)
            if key not in ("hosts", "children") or not names:
                told = phrase("the group {name} has {key}", name=repr(name), key=repr(key))
                raise _wrong(file, told)
            into = hosts if key == "hosts" else parents
            for item in items:
                into.setdefault(item, []).append(name)
    above = {name: _above(name, parents) for name in data}
    if sum(len(above[group]) for groups in hosts.values() for group in groups) > MAX_CELLS:
        bounded(file, cells=MAX_CELLS + 1)
    return {
        host: [
            plain(name)
            for name in dict.fromkeys(each for group in groups for each in above[group])
            if name not in _OF_EVERY_HOST
        ]
        for host, groups in hosts.items()
    }


def _above(name: str, parents: dict[str, list[str]]) -> list[str]:
    found = {name: None}
    left = [name]
    while left:
        for parent in parents.get(left.pop(), ()):
            if parent not in found:
                found[parent] = None
                left.append(parent)
    return list(found)


def _unwrapped(value: Any) -> Any:
    """Return a value without what marks it: text not to be templated, or locked in a vault."""
    if isinstance(value, dict):
        if len(value) == 1 and (wrapped := next(iter(value))) in _WRAPPED:
            return value[wrapped]
        return {name: _unwrapped(inner) for name, inner in value.items()}
    return [_unwrapped(item) for item in value] if isinstance(value, list) else value


def _cells(variables: dict[str, Any]) -> dict[str, Cell]:
    """Return a cell a variable; of gathered facts that are mappings, when they were gathered alone."""
    found: dict[str, Cell] = {}
    for name, value in variables.items():
        if isinstance(value, list) and all(isinstance(v, str | int | float) for v in value):
            found[name] = tuple(plain(str(item)) for item in value) or None
        elif isinstance(value, str):
            found[name] = plain(value) or None
        elif isinstance(value, list | dict):
            if not name.startswith("ansible_"):
                found[name] = json.dumps(value, ensure_ascii=False)
        else:
            found[name] = value
    gathered = variables.get("ansible_date_time")
    if isinstance(gathered, dict) and isinstance(gathered.get("iso8601"), str):
        found["ansible_date_time.iso8601"] = plain(gathered["iso8601"]) or None
    system = [variables.get(f"ansible_distribution{part}") for part in ("", "_version")]
    if all(isinstance(part, str) and part for part in system):
        found["distribution and version"] = plain(" ".join(map(str, system)))
    return found
