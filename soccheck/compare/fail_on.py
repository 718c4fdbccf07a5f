"""What stops a change: the rules of `--fail-on`."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from soccheck.compare.changes import BAD
from soccheck.errors import UsageError
from soccheck.model import Finding, Severity, Status
from soccheck.phrase import Phrase, phrase

_STATUSES = {status.value: status for status in BAD}
_SEVERITIES = {severity.value: severity for severity in Severity}
_OTHERS = ("scope", "expired-waiver")


@dataclass(frozen=True, slots=True, kw_only=True)
class StopRule:
    """Represents what stops a change: findings by status, severity and newness, or `kind` otherwise."""

    text: str
    kind: str
    statuses: tuple[Status, ...] = (Status.FAIL,)
    severities: tuple[Severity, ...] = tuple(Severity)
    new: bool = False

    def fits(self, finding: Finding, is_new: bool) -> bool:
        """Return whether a finding is one that stops."""
        return (
            self.kind == "finding"
            and finding.status in self.statuses
            and finding.control.severity in self.severities
            and (is_new or not self.new)
        )


def rules(texts: Iterable[str]) -> list[StopRule]:
    """Return the rules of `--fail-on`: any of a comma's parts stops, all of a plus's words must fit."""
    found = [_rule(part.strip()) for text in texts for part in text.split(",")]
    return found or [_rule("new"), _rule("scope")]


def _known(word: str) -> Phrase:
    """Return what to write in the place of a word that is none."""
    known = (*_STATUSES, *_SEVERITIES, "new", *_OTHERS)
    parts = re.split(r"[\s;|/]+", word.lower())
    if all(part in known for part in parts):
        return phrase("write {what}", what=",".join(parts))
    return phrase(
        "known: {known}; new+high is a new finding of high severity or worse",
        known=", ".join(known),
    )


def _rule(text: str) -> StopRule:
    if text in _OTHERS:
        return StopRule(text=text, kind=text)
    statuses, severities, new = [], [], False
    for word in text.split("+"):
        if word in _STATUSES:
            statuses.append(_STATUSES[word])
        elif word in _SEVERITIES:
            severities.append(_SEVERITIES[word])
        elif word == "new":
            new = True
        else:
            raise UsageError(
                phrase("--fail-on: {word} is not known, or not together", word=repr(word)),
                hint=_known(word),
            )
    order = list(Severity)
    # The least of the severities named: `high` means high or worse.
    last = max((order.index(severity) for severity in severities), default=len(order) - 1)
    return StopRule(
        text=text,
        kind="finding",
        statuses=tuple(statuses) or (Status.FAIL,),
        severities=tuple(order[: last + 1]),
        new=new,
    )
