"""The answers of one basis about a fact: which are the latest, and whether they leave it settled."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from soccheck.model import Evidence, Value

SILENT = frozenset(
    ("unreachable", "refused", "host_key", "auth", "timeout", "lost", "not_collected")
)
"""Problems that say nothing of the machine: it gave no answer, so what it said before still stands."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Latest:
    """Represents what was said last: the answers without an order among them, the last one last.

    `unread` is what was looked at since they were asked for, and not understood.
    """

    said: tuple[Evidence, ...]
    unread: Evidence | None

    @property
    def contradict(self) -> bool:
        """Return whether the answers say unlike things."""
        return any(unlike(answer.value, self.said[0].value) for answer in self.said)


def latest(told: Sequence[Evidence], failed: Sequence[Evidence]) -> Latest:
    """Return the latest of the answers `told`, one at least, beside those that `failed`; any order.

    An answer that came while another was being asked for is no later than it, and no earlier. One asked
    for after the other had come takes its place.
    """
    last = max(told, key=lambda answer: answer.when)
    begun = last.since or last.when
    unread = [a for a in failed if a.when >= begun and a.problem not in SILENT]
    return Latest(
        said=(*(a for a in told if a.when >= begun and a is not last), last),
        unread=max(unread, key=lambda a: a.when, default=None),
    )


def unlike(one: Value | None, other: Value | None) -> bool:
    """Return whether two values of a fact say different things; the order of a list says nothing."""
    if isinstance(one, tuple) and isinstance(other, tuple):
        return sorted(map(str, one)) != sorted(map(str, other))
    return (type(one), one) != (type(other), other)
