"""The difference to the period before, in a sentence and in cells of a table."""

from __future__ import annotations

from collections.abc import Iterable

from soccheck.assess.tally import Tally
from soccheck.compare.former import Former
from soccheck.i18n import Language
from soccheck.model import Status

Ratio = tuple[int, int]
"""How many passed, of how many."""


def unknown(former: Former | None, controls: Iterable[str]) -> int:
    """Return how many findings of some controls were unknown then: their figure compares with none."""
    names = set(controls)
    found = former.findings.items() if former is not None else ()
    return sum(name in names and item.status is Status.UNKNOWN for (name, _), item in found)


def worded(before: Ratio, tally: Tally, lacking: int, language: Language) -> str:
    """Return the figure before and the difference: (the period before: 37/39, up by 5,1 points).

    Where `lacking` findings were unknown then, no difference is told: nobody knows how much was met. Nor is
    it said that less is met where nobody knows of all that is not met now.
    """
    was = f"{before[0]}/{before[1]}"
    if lacking:
        text = language("(the period before: {was}, with {n} findings unknown: not compared)")
        return text.format(was=was, n=language.number(lacking))
    tenths = _tenths(tally.share) - _tenths(before)
    if _doubtful(tenths, tally):
        text = language("(the period before: {was}; not compared, as not all is known now)")
        return text.format(was=was)
    if not tenths:
        return language("(the period before: {was}, no change)").format(was=was)
    text = language("(the period before: {was}, up by {points} percentage points)")
    if tenths < 0:
        text = language("(the period before: {was}, down by {points} percentage points)")
    return text.format(was=was, points=language.number(abs(tenths) / 10))


def cells(before: Ratio | None, tally: Tally, lacking: int, language: Language) -> list[str]:
    """Return the figure before and the difference in percentage points, as cells of a table."""
    if before is not None and lacking:
        return [f"{before[0]}/{before[1]}", "–"]
    if before is None or not before[1] or not tally.total:
        return ["–", "–"]
    tenths = _tenths(tally.share) - _tenths(before)
    if _doubtful(tenths, tally):
        return [f"{before[0]}/{before[1]}", "–"]
    sign = "+" if tenths > 0 else "−" if tenths < 0 else ""
    return [f"{before[0]}/{before[1]}", f"{sign}{language.number(abs(tenths) / 10)}"]


def _doubtful(tenths: int, tally: Tally) -> bool:
    """Return whether a difference may come from what nobody knows now."""
    return tenths < 0 and any(status is Status.UNKNOWN for _, status in tally.members)


def _tenths(ratio: Ratio) -> int:
    passed, total = ratio
    return (passed * 2000 + total) // (2 * total) if total else 0
