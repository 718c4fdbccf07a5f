"""Add a waiver to a file's text, and leave every other byte of it as it is."""

from __future__ import annotations

import json
import re

from soccheck.errors import UsageError
from soccheck.sources import yaml
from soccheck.sources.source import Source

_PLAIN = re.compile(r"[A-Za-z][A-Za-z0-9._-]*|[0-9]{4}-[0-9]{2}-[0-9]{2}")
_TRAPS = frozenset(("y", "n", "yes", "no", "on", "off", "true", "false", "null"))

_HINT = "write waivers: in lines, one key each, or name another file with --file"

Entry = dict[str, str | list[str] | dict[str, str | list[str]]]
"""What a waiver states, in the order it is written."""


def added(text: str, name: str, entry: Entry) -> str:
    """Return `text` with a waiver at the end of its `waivers:`, or with that key at the end.

    Raises `UsageError` where that cannot be done and leave all the rest as it is.
    """
    newline = "\r\n" if "\r\n" in text else "\n"
    lines = text.splitlines(keepends=True)
    if lines and not lines[-1].endswith("\n"):
        lines[-1] += newline
    source = yaml.parse(text.encode(), "")
    data = source.data if isinstance(source.data, dict) else {}
    if "waivers" in data:
        at, indent = _end(lines, source, data["waivers"])
        lines[at:at] = _written(name, entry, indent, newline)
    else:
        lines += [newline] if any(line.strip() for line in lines) else []
        lines += [f"waivers:{newline}", *_written(name, entry, 2, newline)]
    after = yaml.parse("".join(lines).encode(), "").data
    rest = after if isinstance(after, dict) else {}
    others = {key: value for key, value in rest.get("waivers", {}).items() if key != name}
    if {**rest, "waivers": others} != {**data, "waivers": data.get("waivers", {})}:
        raise UsageError("the file cannot be added to", hint=_HINT)
    return "".join(lines)


def _end(lines: list[str], source: Source, waivers: object) -> tuple[int, int]:
    """Return the line after the last waiver, and how deep waivers stand."""
    head = source.where("waivers")
    if not isinstance(waivers, dict) or not waivers:
        raise UsageError("the waivers of this file are written in braces", hint=_HINT)
    last = source.where("waivers", list(waivers)[-1])
    if last.line == head.line or lines[head.line - 1].partition(":")[2].lstrip().startswith("{"):
        raise UsageError("the waivers of this file are written in braces", hint=_HINT)
    indent = last.column - 1
    at = last.line
    while at < len(lines) and (not lines[at].strip() or _depth(lines[at]) > indent):
        at += 1
    while not lines[at - 1].strip():
        at -= 1
    return at, indent


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
