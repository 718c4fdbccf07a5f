"""What changed between two runs, and why, for people and for programs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

from soccheck.compare.changes import State
from soccheck.history.causes import ChangeCause
from soccheck.history.cells import ABSENT
from soccheck.history.changes import RunChange, RunChanges
from soccheck.i18n import Language
from soccheck.model import Status
from soccheck.report.listings.listing import Listing
from soccheck.report.wording import csv_words, words
from soccheck.report.wording.sections import Section

VERSION = 1
_COLUMNS = (
    *("state", "control", "asset", "organization", "severity", "before", "after"),
    *("cause", "by_calendar", "detail"),
)


def summary(found: RunChanges, language: Language) -> list[str]:
    """Return what changed in a few lines."""
    lines = [_title(found, language)]
    if found.before is None:
        return lines
    lines += [_counts(found, language)]
    calendar = sum(change.by_calendar for change in found.changes)
    if found.changes:
        lines.append(_causes(found, language))
    if calendar:
        text = language.plural(
            "{n} of them by the calendar alone: nobody did anything.",
            "{n} of them by the calendar alone: nobody did anything.",
            calendar,
        )
        lines.append(text)
    if found.note:
        lines.append(found.note)
    return lines


def listing(found: RunChanges, language: Language) -> Listing:
    """Return the changes as tables and as a document."""
    title, *notes = summary(found, language)
    acted = [change for change in found.changes if not change.by_calendar]
    aged = [change for change in found.changes if change.by_calendar]
    sections = [_section(state_word(s, language), s, acted, language) for s in State]
    sections += [_aged(aged, language)]
    return Listing(
        title=title,
        notes=notes,
        blocks=[],
        sections=[section for section in sections if section.rows],
        columns=_COLUMNS,
        records=[_record(change) for change in found.changes],
        worded=_worded(language),
        document=document(found),
    )


def _worded(language: Language) -> csv_words.Worded:
    return {
        "state": {state.value: state_word(state, language) for state in State},
        "severity": csv_words.severities(language),
        "before": csv_words.statuses(language),
        "after": csv_words.statuses(language),
        "cause": {cause.value: cause_word(cause, language) for cause in ChangeCause},
    }


def document(found: RunChanges) -> dict[str, Any]:
    """Return the changes as JSON has them."""
    made: dict[str, Any] = {
        "soccheck": {"format": "changes", "version": VERSION},
        "before": _side(found.before, found.before_as_of),
        "after": _side(found.name, found.as_of),
        "changes": [dict(zip(_COLUMNS, _record(change), strict=True)) for change in found.changes],
    }
    if found.note:
        made["note"] = found.note
    return made


def _side(name: str | None, day: Any) -> dict[str, str] | None:
    return {"name": name, "as_of": day.isoformat()} if name is not None else None


def _record(change: RunChange) -> list[object]:
    return [
        change.state.value,
        change.control,
        change.asset,
        change.organization,
        change.severity or None,
        change.before,
        change.after,
        change.cause.value,
        change.by_calendar,
        change.detail,
    ]


def _title(found: RunChanges, language: Language) -> str:
    day = language.date(found.as_of)
    if found.before is None or found.before_as_of is None:
        text = language("{name} of {day}: the first run, with nothing to compare with.")
        return text.format(name=found.name, day=day)
    text = language("{name} of {day}, compared with {before} of {before_day}")
    before_day = language.date(found.before_as_of)
    return text.format(name=found.name, day=day, before=found.before, before_day=before_day)


def _counts(found: RunChanges, language: Language) -> str:
    if not found.changes:
        return language("Nothing changed.")
    count = Counter(change.state for change in found.changes)
    parts = [f"{state_word(s, language)}: {language.number(count[s])}" for s in State if count[s]]
    return ", ".join(parts) + "."


def _causes(found: RunChanges, language: Language) -> str:
    count = Counter(change.cause for change in found.changes)
    named = sorted(count.items(), key=lambda item: (-item[1], item[0].value))
    parts = [f"{cause_word(cause, language)} {language.number(n)}" for cause, n in named]
    return language("Why: {causes}.").format(causes=", ".join(parts))


def _section(title: str, state: State, changes: Sequence[RunChange], language: Language) -> Section:
    mine = [change for change in changes if change.state is state]
    return Section(title=title, header=_header(language), rows=_rows(mine, language))


def _aged(changes: Sequence[RunChange], language: Language) -> Section:
    """Return what came by the calendar, apart from what somebody changed."""
    title = language("By the calendar alone")
    return Section(title=title, header=_header(language), rows=_rows(changes, language))


def _header(language: Language) -> list[str]:
    return [
        language("control"),
        language("asset"),
        language("before"),
        language("now"),
        language("why"),
    ]


def _rows(changes: Sequence[RunChange], language: Language) -> list[list[str]]:
    return [
        [
            change.control,
            words.clean(change.asset),
            status_word(change.before, language),
            status_word(change.after, language),
            _why(change, language),
        ]
        for change in changes
    ]


def _why(change: RunChange, language: Language) -> str:
    word = cause_word(change.cause, language)
    shown = (
        change.detail
        if change.cause in (ChangeCause.WAIVER, ChangeCause.GRACE, ChangeCause.SILENT)
        else None
    )
    return f"{word}: {words.clean(shown)}" if shown else word


def status_word(status: str, language: Language) -> str:
    """Return a status as a word, that of what no run speaks of included."""
    return "–" if status == ABSENT else words.status(Status(status), language)


def state_word(state: State, language: Language) -> str:
    """Return how a finding stands to its former self, as a word."""
    return {
        State.NEW: language("new"),
        State.WORSE: language("worse"),
        State.BETTER: language("better"),
        State.RESOLVED: language("resolved"),
        State.UNCHANGED: language("unchanged"),
        State.LEFT: language("left the scope"),
    }[state]


def cause_word(cause: ChangeCause, language: Language) -> str:
    """Return why a finding changed, as words."""
    return {
        ChangeCause.FIRST: language("first run"),
        ChangeCause.AGED: language("aged"),
        ChangeCause.WAIVER: language("waiver"),
        ChangeCause.GRACE: language("time to comply"),
        ChangeCause.POLICY: language("policy"),
        ChangeCause.EVIDENCE: language("evidence"),
        ChangeCause.SILENT: language("machine silent"),
        ChangeCause.INVENTORY: language("inventory"),
        ChangeCause.SCOPE: language("scope"),
        ChangeCause.TOOL: language("another version of soccheck"),
        ChangeCause.NOT_KNOWN: language("not known"),
    }[cause]
