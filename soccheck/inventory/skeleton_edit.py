"""Write beside assets of a file, as comments, what is asked for and not stated; nothing else changes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from soccheck.facts.examples import OPEN
from soccheck.sources import yaml
from soccheck.sources.source import Source

MARK = "#: "
"""What a line begins with that states nothing yet, as in the template: taken away, it is YAML."""


def commented(
    text: str, section: str | None, wanted: Mapping[str, Mapping[str, str]], lead: str
) -> tuple[str, list[str]]:
    """Return `text` with lines to fill in below each asset, and the ids of those it cannot be written for.

    `wanted` is by id of the asset, then by dotted name of the fact, what to remark on it; `section` is
    none for the authority, of any id. `lead` stands above each asset's lines. What is read of the text
    stays the same to the value.
    """
    newline = "\r\n" if "\r\n" in text else "\n"
    source = yaml.parse(text.encode(), "")
    if source.problems or not isinstance(source.data, dict):
        return text, list(wanted)
    lines = text.splitlines(keepends=True)
    if lines and not lines[-1].endswith("\n"):
        lines[-1] += newline
    inserted: list[tuple[int, list[str]]] = []
    left = []
    for name, facts in wanted.items():
        path = ("authority",) if section is None else (section, name)
        made = _of_asset(lines, source, path, facts, lead)
        if made is None:
            left.append(name)
        else:
            inserted += made
    # The last first; of two at one line the deeper one comes out above.
    for at, block in sorted(inserted, key=lambda item: (-item[0], _depth(item[1][0]))):
        lines[at:at] = [line + newline for line in block]
    after = "".join(lines)
    read = yaml.parse(after.encode(), "")
    if read.problems or read.data != source.data:
        return text, list(wanted)
    return after, left


def _of_asset(
    lines: list[str],
    source: Source,
    path: tuple[str, ...],
    facts: Mapping[str, str],
    lead: str,
) -> list[tuple[int, list[str]]] | None:
    """Return where which lines go for one asset; nothing where its keys do not stand in lines."""
    if not _in_lines(lines, source, path):
        return None
    places: dict[tuple[str, ...], dict[str, str]] = {}
    for name, remark in facts.items():
        *heads, last = name.split(".")
        inside = path
        while heads and _in_lines(lines, source, (*inside, heads[0])):
            inside = (*inside, heads.pop(0))
        places.setdefault(inside, {})[".".join((*heads, last))] = remark
    made = []
    for inside, mine in places.items():
        at, indent = _end(lines, source, inside)
        start = f"{' ' * indent}{MARK}"
        there = {line.rstrip() for line in lines[source.where(*path).line : at]}
        # What an earlier run wrote and nobody filled in stands there still.
        new = {name: said for name, said in mine.items() if start + _line(name, said) not in there}
        if new:
            block = [f"{' ' * indent}# {lead}", *(start + line for line in _written(new))]
            made.append((at, block))
    return made


def _node(source: Source, path: tuple[str, ...]) -> Any:
    node = source.data
    for step in path:
        node = node.get(step) if isinstance(node, dict) else None
    return node


def _in_lines(lines: list[str], source: Source, path: tuple[str, ...]) -> bool:
    """Return whether a mapping has a line for each key: not in braces, not shared by an alias."""
    node = _node(source, path)
    if not isinstance(node, dict) or not node:
        return False
    head, first = source.where(*path), source.where(*path, next(iter(node)))
    after = lines[head.line - 1][head.column - 1 :].partition(":")[2].partition("#")[0].strip()
    indent = len(lines[first.line - 1]) - len(lines[first.line - 1].lstrip(" "))
    return first.line > head.line and not after and indent == first.column - 1


def _end(lines: list[str], source: Source, path: tuple[str, ...]) -> tuple[int, int]:
    """Return the line after the last of a mapping, and how deep its keys stand."""
    node = _node(source, path)
    first = source.where(*path, next(iter(node)))
    indent = first.column - 1
    at = source.where(*path, list(node)[-1]).line
    while at < len(lines) and lines[at].strip() and _depth(lines[at]) >= indent:
        at += 1
    return at, indent


def _depth(line: str) -> int:
    return len(line) - len(line.lstrip(" "))


def _line(name: str, remark: str) -> str:
    """Return the line of one fact, as deep as its dotted name below the first key that is missing."""
    *heads, last = name.split(".")
    return f"{'  ' * len(heads)}{last}: {OPEN} # {remark}"


def _written(facts: Mapping[str, str], depth: int = 0) -> list[str]:
    """Return the lines of facts by dotted name, nested, each with its remark."""
    found: list[str] = []
    done: set[str] = set()
    pad = "  " * depth
    for name, remark in facts.items():
        head, _, tail = name.partition(".")
        if head in done:
            continue
        done.add(head)
        if not tail:
            found.append(pad + _line(head, remark))
            continue
        inside = {
            other.removeprefix(f"{head}."): said
            for other, said in facts.items()
            if other.startswith(f"{head}.")
        }
        found += [f"{pad}{head}:", *_written(inside, depth + 1)]
    return found
