"""What fails and since when, for people and for programs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from soccheck.history.failing import Failing
from soccheck.history.runs import Run
from soccheck.i18n import Language
from soccheck.model import Severity, Status
from soccheck.report.listings.listing import Listing
from soccheck.report.wording import csv_words, findings, words
from soccheck.report.wording.sections import Section

VERSION = 1
_COLUMNS = (
    *("control", "policy", "asset", "organization", "severity", "status", "since", "days"),
    *("unseen_since", "since_at_least", "sla_days", "days_over"),
)


def listing(found: Sequence[Failing], last: Run, language: Language) -> Listing:
    """Return what fails as a table and as a document."""
    title = language.plural("{n} failing", "{n} failing", len(found))
    over = sum(item.over is not None and item.over > 0 for item in found)
    notes = []
    if over:
        text = language.plural(
            "{n} is over the time its policy gives.",
            "{n} are over the time their policy gives.",
            over,
        )
        notes.append(text)
    day = language("as of {day}").format(day=language.date(last.as_of))
    rows = [_row(item, language) for item in found]
    section = Section(title="", header=_header(language), rows=rows, numbers=frozenset((3, 5)))
    return Listing(
        title=f"{title} · #{last.id} {day}",
        notes=notes,
        blocks=[],
        sections=[section] if rows else [],
        columns=_COLUMNS,
        records=[_record(item) for item in found],
        worded={
            "severity": csv_words.severities(language),
            "status": csv_words.statuses(language),
        },
        document={
            "soccheck": {"format": "failing", "version": VERSION},
            "run": last.id,
            "as_of": last.as_of.isoformat(),
            "failing": [dict(zip(_COLUMNS, _record(item), strict=True)) for item in found],
        },
    )


def _header(language: Language) -> list[str]:
    return [
        language("control"),
        language("asset"),
        language("severity"),
        language("days"),
        language("failing"),
        language("days over"),
    ]


def _row(item: Failing, language: Language) -> list[str]:
    return [
        item.control,
        words.clean(item.asset),
        findings.severity(Severity(item.severity), language),
        language.number(item.days),
        since(item, language),
        language.number(item.over) if item.over is not None and item.over > 0 else "",
    ]


def since(item: Failing, language: Language) -> str:
    """Return since when something fails, and since when it was not seen."""
    day = language.date(item.since)
    if item.begun:
        text = language("since {day} at least").format(day=day)
    else:
        text = language("since {day}").format(day=day)
    if item.unseen is not None:
        unseen = language("unseen since {day}").format(day=language.date(item.unseen))
        return f"{text}, {unseen}"
    if item.status in (Status.WAIVED.value, Status.GRACE.value):
        return f"{text}, {words.status(Status(item.status), language)}"
    return text


def _record(item: Failing) -> list[Any]:
    return [
        item.control,
        item.policy,
        item.asset,
        item.organization,
        item.severity,
        item.status,
        item.since.isoformat(),
        item.days,
        item.unseen.isoformat() if item.unseen is not None else None,
        item.begun,
        item.allowed,
        item.over if item.over is not None and item.over > 0 else None,
    ]
