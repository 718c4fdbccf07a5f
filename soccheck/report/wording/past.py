"""What the history says of a report, in words: since when a finding fails, and a month's figure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import date
from fractions import Fraction

from soccheck.assess.assessment import Assessment
from soccheck.compare.changes import State, compare
from soccheck.compare.former import Former
from soccheck.i18n import Language
from soccheck.model import Finding, Status
from soccheck.report.report import FailingSince, Report, TrendMonth

_BARS = "▁▂▃▄▅▆▇█"
_GAP = "·"


def run(report: Report, language: Language) -> Iterator[str]:
    """Yield as which run of the history a report is kept, what is new in it, and how the months went."""
    if report.kept is None:
        return
    text = language("Kept in the history as run {run}; head of the chain {chain}.")
    yield text.format(run=language.number(report.kept.run), chain=report.kept.chain)
    if report.previous is not None:
        yield _since_last(report.assessment, report.previous, language)
    if len(report.trend) > 1:
        yield _months(report.trend, language)


def _since_last(assessment: Assessment, previous: Former, language: Language) -> str:
    """Return how many findings are another since the run before, by how they stand to it."""
    moved = Counter(compare(assessment, previous).moved.values())
    words = {
        State.NEW: language("new"),
        State.WORSE: language("worse"),
        State.BETTER: language("better"),
        State.RESOLVED: language("resolved"),
        State.LEFT: language("left the scope"),
    }
    counts = [f"{word} {language.number(moved[s])}" for s, word in words.items() if moved[s]]
    text = language("Since run {run} of {day}: {changes}.")
    return text.format(
        run=previous.name,
        day=language.date(previous.as_of),
        changes=", ".join(counts) or language("nothing changed"),
    )


def _months(trend: Sequence[TrendMonth], language: Language) -> str:
    """Return the headline figures of all policies together, a bar a month; a gap where nothing is known."""
    shares = [_share(item) for item in trend]
    bars = "".join(_GAP if s is None else _BARS[int(s * (len(_BARS) - 1))] for s in shares)
    told = [s for s in shares if s is not None]
    text = language("All headlines together, {first} to {last}: {bars} {before} to {now} %.")
    return text.format(
        first=month(trend[0].first),
        last=month(trend[-1].first),
        bars=bars,
        before=language.decimal(told[0] * 100, 1) if told else "-",
        now=language.decimal(told[-1] * 100, 1) if told else "-",
    )


def _share(item: TrendMonth) -> Fraction | None:
    if item.headlines.keys() <= item.unknown:
        return None
    total = sum(total for _, total in item.headlines.values())
    return Fraction(sum(passed for passed, _ in item.headlines.values()), total) if total else None


def known(report: Report, finding: Finding) -> FailingSince | None:
    """Return since when a finding fails that fails now, or failed when it was seen last."""
    found = report.since.get((finding.control.id, finding.asset.id))
    unseen = found is not None and finding.result is Status.UNKNOWN and found.unseen is not None
    return found if finding.result is Status.FAIL or unseen else None


def since(report: Report, finding: Finding, language: Language) -> date | str | None:
    """Return the day since which a finding fails, in words where that is not all there is to say."""
    found = known(report, finding)
    if found is None or (not found.at_least and found.unseen is None):
        return found.day if found is not None else None
    day = language.date(found.day)
    said = language("on or before {day}").format(day=day) if found.at_least else day
    if found.unseen is None:
        return said
    unseen = language("unseen since {day}").format(day=language.date(found.unseen))
    return f"{said}, {unseen}"


def told(report: Report, finding: Finding, language: Language) -> str:
    """Return since when a finding fails, within a sentence; nothing where it is not known."""
    found = since(report, finding, language)
    if found is None:
        return ""
    day = language.date(found) if isinstance(found, date) else found
    return language("since {day}").format(day=day)


def month(first: date) -> str:
    """Return a month as readers write it: 09/2026."""
    return f"{first:%m/%Y}"
