"""Find, in a report's sentences, points kept and lost, and what rose or fell by how much."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import NamedTuple

NUMBER = r"[0-9]{1,9}(?:[.,][0-9]{1,9}){0,4}"
"""A number as reports write it, in either decimal style."""

_SCORE = re.compile(
    rf"(?<![0-9A-Za-zÀ-ỹ/.,-])({NUMBER}) ?(?:điểm|points?)? ?/ ?({NUMBER}) ?(?:điểm|points?)"
    rf"(?: ?\((?:mất|lost) ({NUMBER}) ?(?:điểm|points?)?)?"
)
_CHANGE = re.compile(
    rf"(tăng|giảm|tụt|up|down) (?:thêm )?({NUMBER}) (điểm|hạng|bậc|points?|places?)", re.I
)
_RANK = re.compile(
    r"hạng (?:thứ )?([0-9]{1,4})(?:/([0-9]{1,4}))?(?![0-9./])|([0-9]{1,4})/([0-9]{1,4})"
)
_POINTS = re.compile(rf"(?<![/0-9.,])({NUMBER}) ?(?:điểm|points?)")
_SINCE = re.compile(
    rf"(?<![0-9.,/])({NUMBER}) ?%?(?: ?điểm)?,? (tăng|giảm|cao hơn|thấp hơn) ({NUMBER}) ?(?:%|điểm|points?)"
    rf"[^.;()0-9]{{0,30}}so với [^.;()]{{0,40}}\(({NUMBER}) ?%?(?: ?điểm)?\)",
    re.I,
)
_FROM_TO = re.compile(
    rf"từ ({NUMBER}) ?%? (?:xuống|lên)(?: còn| đến)? ({NUMBER}) ?%?,? (tăng|giảm) ({NUMBER})(?![0-9])",
    re.I,
)
_OUT_OF = re.compile(
    rf"(?<![0-9.,/])({NUMBER}) điểm trên (?:thang )?(?:điểm )?(?:tối đa )?({NUMBER}) điểm"
    rf"(?:,? (?:bị trừ|mất|lost) ({NUMBER}) điểm)?",
    re.I,
)


class Told(NamedTuple):
    """Represents what was found: where it begins and ends, and its figures by field.

    `whole` says that all of its figures stand between the two.
    """

    start: int
    end: int
    fields: Mapping[str, str]
    whole: bool = True


def scores(text: str) -> Iterator[Told]:
    """Yield `0,5/1 điểm (mất 0,5 điểm)` and `1,5 điểm trên thang điểm 2 điểm`."""
    for match in (*_SCORE.finditer(text), *_OUT_OF.finditer(text)):
        fields = {"points": match[1], "maximum": match[2]}
        yield Told(*match.span(), {**fields, "lost": match[3]} if match[3] else fields)


def changes(text: str) -> Iterator[Told]:
    """Yield what rose or fell, told in one go or with its figures somewhere around."""
    for match in _SINCE.finditer(text):
        now, word, amount, then = match.groups()
        yield Told(*match.span(), _change(then, now, amount, word.lower() in ("tăng", "cao hơn")))
    for match in _FROM_TO.finditer(text):
        then, now, word, amount = match.groups()
        yield Told(*match.span(), _change(then, now, amount, word.lower() == "tăng"))
    for match in _CHANGE.finditer(text):
        in_points = match[3].lower().startswith(("điểm", "point"))
        last = _last(text[max(0, match.start() - 250) : match.start()], in_points)
        first = _first(text[match.end() : match.end() + 250], in_points)
        if last is not None and first is not None:
            # A better rank is a smaller number.
            grows = (match[1].lower() in ("tăng", "up")) == in_points
            yield Told(*match.span(), _change(first, last, match[2], grows), whole=False)


def _change(then: str, now: str, amount: str, grows: bool) -> dict[str, str]:
    return {"from": then, "to": now, "change": amount if grows else f"-{amount}"}


def _last(before: str, in_points: bool) -> str | None:
    if in_points:
        scores_ = list(_SCORE.finditer(before)) or list(_POINTS.finditer(before))
        return scores_[-1][1] if scores_ else None
    ranks = list(_RANK.finditer(before))
    return (ranks[-1][1] or ranks[-1][3]) if ranks else None


def _first(after: str, in_points: bool) -> str | None:
    match = (_POINTS if in_points else _RANK).search(after)
    if match is None:
        return None
    return match[1] if in_points else (match[1] or match[3])
