"""The change to an inventory's files that would make it say what its machines answered, as a diff."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import pairwise

from soccheck.assess.drift import Drift, written
from soccheck.model import Location

CONTEXT = 3
"""Unchanged lines shown around a change, as git and patch have it."""


def change(
    drifts: Iterable[Drift], texts: Mapping[str, str], names: Mapping[str, str]
) -> tuple[str, list[Drift]]:
    """Return a unified diff of the inventory's files, and the drifts to be mended by hand.

    `texts` are the files' texts, line breaks as they stand, and `names` what the diff calls them, both
    by path as locations have it. Only a value that stands on one line is changed; what follows it, a
    comment too, stays. Answers that contradict each other change nothing.
    """
    lines = {path: _lines(text) for path, text in texts.items()}
    changed: dict[str, dict[int, str]] = {path: {} for path in texts}
    left = []
    # From the right to the left, so that columns before a change still hold.
    for drift in sorted(drifts, key=lambda d: d.where, reverse=True):
        where = drift.where
        number = where.line - 1
        before = lines.get(where.path, [])[number : where.line]
        line = _mended(changed[where.path].get(number, before[0]), where, drift) if before else None
        if line is None:
            left.append(drift)
        else:
            changed[where.path][number] = line
    return "".join(_diff(names[path], lines[path], changed[path]) for path in lines), left


def _lines(text: str) -> list[str]:
    """Return the lines as git and patch count them; none where a reader of YAML counts others."""
    if re.search(r"\r(?!\n)", text):
        return []
    return re.findall(r"[^\n]*\n|[^\n]+", text)


def _mended(line: str, where: Location, drift: Drift) -> str | None:
    """Return the line with its value changed; none unless its key stands there and both values are plain."""
    key = re.escape(drift.fact.rpartition(".")[2])
    plain = r"\[[^\[\]{}\n]*\]|\"[^\"\\\n]*\"|'[^'\n]*'|[^\s,\[\]{}#\"'&*!|>][^,\[\]{}#\r\n]*?"
    pattern = re.compile(rf"({key}\s*:\s+)({plain})(?=\s*(?:[,}}\r\n]|\s#|$))")
    match = pattern.match(line, where.column - 1)
    value = drift.observed
    if match is None or value is None:
        return None
    return line[: match.end(1)] + written(value) + line[match.end(2) :]


def _diff(name: str, before: Sequence[str], changed: Mapping[int, str]) -> str:
    """Return the diff of one file, whose changed lines are known by their number."""
    if not changed:
        return ""
    mark = "\t" if " " in name else ""  # ends a name with a blank in it, as git writes it
    parts = [f"--- a/{name}{mark}\n+++ b/{name}{mark}\n"]
    for start, end in _hunks(sorted(changed), len(before)):
        span = f"{start + 1},{end - start}"
        parts.append(f"@@ -{span} +{span} @@\n")
        parts += _hunk(before, changed, start, end)
    return "".join(parts)


def _hunks(numbers: Sequence[int], total: int) -> Iterator[tuple[int, int]]:
    """Yield the first and the last line but one of each hunk; those that would meet are one."""
    start = numbers[0]
    for one, following in pairwise((*numbers, None)):
        assert one is not None
        if following is None or following - one > 2 * CONTEXT:
            yield max(start - CONTEXT, 0), min(one + CONTEXT + 1, total)
            start = following or 0


def _hunk(before: Sequence[str], changed: Mapping[int, str], start: int, end: int) -> Iterator[str]:
    """Yield the lines of a hunk; neighbours that change stand together, first as they were."""
    number = start
    while number < end:
        run = number
        while run < end and run in changed:
            run += 1
        if run == number:
            yield _said(" ", before[number])
            number += 1
            continue
        yield from (_said("-", before[n]) for n in range(number, run))
        yield from (_said("+", changed[n]) for n in range(number, run))
        number = run


def _said(sign: str, line: str) -> str:
    return (
        f"{sign}{line}" if line.endswith("\n") else f"{sign}{line}\n\\ No newline at end of file\n"
    )
