"""Add a waiver to a file's text, and leave every other byte of it as it is."""

from __future__ import annotations

import json
import re

import yaml

from soccheck.errors import UsageError

_PLAIN = re.compile(r"[A-Za-z][A-Za-z0-9._-]*|[0-9]{4}-[0-9]{2}-[0-9]{2}")
_TRAPS = frozenset(("y", "n", "yes", "no", "on", "off", "true", "false", "null"))

Entry = dict[str, str | list[str] | dict[str, str | list[str]]]
"""What a waiver states, in the order it is written."""


def added(text: str, name: str, entry: Entry) -> str:
    """Return `text` with a waiver at the end of its `waivers:`, or with that key at the end.

    Raises `UsageError` where the waivers are written in braces.
    """
    newline = "\r\n" if "\r\n" in text else "\n"
    lines = text.splitlines(keepends=True)
    if lines and not lines[-1].endswith("\n"):
        lines[-1] += newline
    found = _waivers(text)
    if found is None:
        start = [newline] if any(line.strip() for line in lines) else []
        written = [*start, f"waivers:{newline}", *_written(name, entry, 2, newline)]
        return "".join([*lines, *written])
    if not isinstance(found, yaml.MappingNode) or found.flow_style or not found.value:
        hint = "write waivers: in lines, one key each, or name another file with --file"
        raise UsageError("the waivers of this file are written in braces", hint=hint)
    indent = found.start_mark.column
    at = _end(lines, found.end_mark.line, indent)
    return "".join([*lines[:at], *_written(name, entry, indent, newline), *lines[at:]])


def _waivers(text: str) -> yaml.Node | None:
    root = yaml.compose(text, Loader=yaml.CSafeLoader)
    for key, value in root.value if isinstance(root, yaml.MappingNode) else ():
        if key.value == "waivers":
            node: yaml.Node = value
            return node
    return None


def _end(lines: list[str], at: int, indent: int) -> int:
    """Return the line after the last waiver: what stands less deep belongs to what follows."""
    at = min(at, len(lines))
    while at and (not lines[at - 1].strip() or _depth(lines[at - 1]) < indent):
        at -= 1
    return at


def _depth(line: str) -> int:
    return len(line) - len(line.lstrip(" "))


def _written(name: str, entry: Entry, indent: int, newline: str) -> list[str]:
    pad = " " * indent
    lines = [f"{pad}{name}:{newline}"]
    lines += [f"{pad}  {key}: {_value(value)}{newline}" for key, value in entry.items()]
    return lines


def _value(value: object) -> str:
    """Return a value in YAML's own quotes (JSON's are YAML's); ids and dates need none."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key}: {_value(item)}" for key, item in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(_value(item) for item in value) + "]"
    text = str(value)
    plain = _PLAIN.fullmatch(text) and text.lower() not in _TRAPS
    return text if plain else json.dumps(text, ensure_ascii=False)
