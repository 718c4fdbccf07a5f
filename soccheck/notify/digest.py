"""What there is to tell one recipient, as values: which findings, and how all of them stand."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum

from soccheck.model import Severity, Status, Text

_SEVERITIES = [severity.value for severity in Severity]
_WORST = (Status.FAIL, Status.UNKNOWN, Status.WAIVED, Status.GRACE, Status.PASS)
_STATUSES = [status.value for status in _WORST]


class DigestKind(StrEnum):
    """What a message is: the first one, of changes, a sign of life, or a trial."""

    FIRST = "first"
    CHANGES = "changes"
    QUIET = "quiet"
    TEST = "test"


@dataclass(frozen=True, slots=True, kw_only=True)
class News:
    """Represents a finding to tell of: what it was, what it is, why, and whether the calendar alone did it.

    `state` is how it stands to its former self, empty in a first message; `before` and `after` are
    statuses, or `absent`.
    """

    control: str
    title: Text
    policy: str
    remediation: Text
    asset: str
    organization: str | None
    severity: str
    state: str
    before: str
    after: str
    cause: str = ""
    by_calendar: bool = False
    detail: str | None = None

    def order(self) -> tuple[int, int, str, str]:
        """Return what news is sorted by: the worst status first, then the severest."""
        status = _STATUSES.index(self.after) if self.after in _STATUSES else len(_STATUSES)
        known = self.severity in _SEVERITIES
        severity = _SEVERITIES.index(self.severity) if known else len(_SEVERITIES)
        return status, severity, self.control, self.asset


@dataclass(frozen=True, slots=True, kw_only=True)
class Digest:
    """Represents all that one recipient is told of a run, the worst first.

    `statuses` count all findings that the recipient answers for. `silent` are machines that did not
    answer. `heartbeat` are the days after which a recipient who hears nothing should ask.
    """

    kind: DigestKind
    authority: Text
    run: str
    as_of: date
    news: tuple[News, ...] = ()
    statuses: Mapping[str, int]
    since: str | None = None
    since_day: date | None = None
    silent: int = 0
    heartbeat: int | None = None
    link: str | None = None


def ordered(news: Iterable[News]) -> tuple[News, ...]:
    """Return news, the worst first."""
    return tuple(sorted(news, key=News.order))


def concerning(news: Iterable[News], organizations: tuple[str, ...]) -> tuple[News, ...]:
    """Return the news of some organisations; of all where none is named."""
    return tuple(n for n in news if not organizations or n.organization in organizations)


def merged(nights: Iterable[Iterable[News]]) -> tuple[News, ...]:
    """Return what several nights' news comes to, the oldest first: what came and went is told no more.

    A message that could not be delivered is told again with the next one.
    """
    found: dict[tuple[str, str], News] = {}
    for news in nights:
        for item in news:
            key = (item.control, item.asset)
            earlier = found.get(key)
            if earlier is not None:
                calendar = earlier.by_calendar and item.by_calendar
                item = replace(item, before=earlier.before, by_calendar=calendar)
            found[key] = item
    return ordered(item for item in found.values() if not _came_and_went(item))


def _came_and_went(item: News) -> bool:
    return item.before == item.after and item.state != "worse"
