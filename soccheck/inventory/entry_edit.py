"""Add waivers, attestations or assets to a file's text, and leave every other byte of it as it is."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

from soccheck.errors import UsageError
from soccheck.phrase import phrase
from soccheck.sources import yaml
from soccheck.sources.source import Source

_PLAIN = re.compile(r"[A-Za-z][A-Za-z0-9._-]*|[0-9]{4}-[0-9]{2}-[0-9]{2}")
_TRAPS = frozenset(("y", "n", "yes", "no", "on", "off", "true", "false", "null"))

_HINT = phrase("write {section}: in lines, one key each, or name another file with --file")

Entry = dict[str, Any]
"""What an entry states, in the order it is written: texts, lists and mappings of them."""


def added(text: str, section: str, new: Mapping[str, Entry]) -> str:
    """Return `text` with entries, by id, at the end of its `section:`, or with that key at the end.

    Raises `UsageError` where that cannot be done and leave all the rest as it is.
    """
    newline = "\r\n" if "\r\n" in text else "\n"
    lines = text.splitlines(keepends=True)
    if lines and not lines[-1].endswith("\n"):
        lines[-1] += newline
    source = yaml.parse(text.encode(), "")
    data = source.data if isinstance(source.data, dict) else {}
    if section in data:
        at, indent = _end(lines, source, section)
        lines[at:at] = [line for n, e in new.items() for line in _written(n, e, indent, newline)]
    else:
        lines += [newline] if any(line.strip() for line in lines) else []
        lines += [f"{section}:{newline}"]
        lines += [line for n, e in new.items() for line in _written(n, e, 2, newline)]
    after = yaml.parse("".join(lines).encode(), "").data
    rest = after if isinstance(after, dict) else {}
    others = {key: value for key, value in rest.get(section, {}).items() if key not in new}
    if {**rest, section: others} != {**data, section: data.get(section, {})}:
        raise UsageError(phrase("the file cannot be added to"), hint=_HINT.of(section=section))
    return "".join(lines)


def _end(lines: list[str], source: Source, section: str) -> tuple[int, int]:
    """Return the line after the last entry of a section, and how deep they stand."""
    head, entries = source.where(section), source.data[section]
    text = phrase("the {section} of this file are written in braces", section=section)
    hint = _HINT.of(section=section)
    if not isinstance(entries, dict) or not entries:
        raise UsageError(text, hint=hint)
    last = source.where(section, list(entries)[-1])
    if last.line == head.line or lines[head.line - 1].partition(":")[2].lstrip().startswith("{"):
        raise UsageError(text, hint=hint)
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
    lines += [f"{pad}  {key}: {yaml_value(value)}{newline}" for key, value in entry.items()]
    return lines


def yaml_value(value: object) -> str:
    """Return a value in YAML's own quotes (JSON's are YAML's); ids and dates need none."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key}: {yaml_value(item)}" for key, item in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(yaml_value(item) for item in value) + "]"
    if isinstance(value, bool | int | float):
        return json.dumps(value)
    text = str(value)
    plain = _PLAIN.fullmatch(text) and text.lower() not in _TRAPS
    return text if plain else json.dumps(text, ensure_ascii=False)
