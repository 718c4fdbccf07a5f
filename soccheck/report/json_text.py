"""JSON as reports write it: piece by piece, the same bytes each time, harmless to whoever shows it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import UTC, date, timedelta
from fractions import Fraction
from typing import Any

from soccheck.model import BundleInfo, Duration, Figure, Location, YearlySpan
from soccheck.policy.pattern import Pattern
from soccheck.report.wording import words

_UNSAFE = re.compile(
    "[\x7f-\x9f\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ud800-\udfff\ufdd0-\ufdef\ufeff"
    "\ufff9-\ufffb\ufffe\uffff\U000e0000-\U000e0fff\U0010fffe\U0010ffff]"
)
"""What JSON lets through and a terminal obeys; it can only stand in a text, where it may be escaped."""

_ITEM = json.JSONEncoder(ensure_ascii=False)


def written(data: object) -> Iterator[str]:
    """Yield JSON that speaks to no terminal and to no pipeline's runner (`##[`, `##vso[`).

    An iterator in mappings and lists is a list whose items are asked for as they are written, each
    on a line of its own.
    """
    yield from _pieces(data, "\n")
    yield "\n"


def _pieces(data: object, line: str) -> Iterator[str]:
    """Yield JSON of one space a level; `line` is the line break with the spaces of this level."""
    inner = f"{line} "
    if isinstance(data, Iterator):
        opening = "["
        for item in data:
            yield f"{opening}{inner}{_harmless(_ITEM.encode(item))}"
            opening = ","
        yield "[]" if opening == "[" else f"{line}]"
    elif isinstance(data, dict) and _streams(data):
        opening = "{"
        for key, value in data.items():
            yield f"{opening}{inner}{_text(key, inner)}: "
            yield from _pieces(value, inner)
            opening = ","
        yield f"{line}}}"
    elif isinstance(data, list) and _streams(data):
        opening = "["
        for item in data:
            yield f"{opening}{inner}"
            yield from _pieces(item, inner)
            opening = ","
        yield f"{line}]"
    else:
        yield _text(data, line)


def _streams(data: object) -> bool:
    """Return whether there is an iterator in the data."""
    if isinstance(data, dict):
        return any(map(_streams, data.values()))
    return isinstance(data, Iterator) or (isinstance(data, list) and any(map(_streams, data)))


def _text(data: object, line: str) -> str:
    # No text in JSON holds a line break: each of them is one of the layout's.
    return _harmless(json.dumps(data, ensure_ascii=False, indent=1).replace("\n", line))


def _harmless(text: str) -> str:
    text = text.replace("##", "\\u0023#")
    return _UNSAFE.sub(_escaped, text)


def _escaped(match: re.Match[str]) -> str:
    """Return a character as JSON escapes it, one beyond U+FFFF as its two halves (RFC 8259, 7)."""
    units = match[0].encode("utf-16-be", "surrogatepass")
    return "".join(f"\\u{units[i : i + 2].hex()}" for i in range(0, len(units), 2))


def plain(value: object) -> Any:
    """Return a value as JSON has it; dates and durations as text."""
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, timedelta):
        return words.duration(value)
    if isinstance(value, Duration | YearlySpan | Figure | Fraction):
        return str(value)
    if isinstance(value, Pattern):
        return value.pattern
    if isinstance(value, tuple):
        return [plain(item) for item in value]
    return value


def place(where: Location) -> dict[str, Any]:
    """Return a place in a file as the schemas have it."""
    return {"path": where.path, "line": where.line, "column": where.column}


def bundle_document(bundle: BundleInfo) -> dict[str, Any]:
    """Return what is said of an evidence bundle, as the schemas have it."""
    return {
        "digest": bundle.digest,
        "tool": bundle.tool,
        "started": bundle.started.astimezone(UTC).isoformat(),
        "ended": bundle.ended.astimezone(UTC).isoformat(),
        "assets": bundle.assets,
        "failed": bundle.failed,
        "complete": bundle.complete,
        "current": bundle.current,
        "machines": bundle.machines,
        "answered": bundle.answered,
        "missing": list(bundle.missing),
        "strangers": list(bundle.strangers),
        "altered": list(bundle.altered),
        "unproved": list(bundle.unproved),
        "oldest": bundle.oldest.isoformat(),
        "signer": bundle.signer,
    }
