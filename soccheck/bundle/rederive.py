"""Whether what a record says follows from the raw answers it keeps, as the parsers here read them.

A digest fits whatever was written over; only reading the answers again tells what a machine said.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

from soccheck.facts.catalogue import FACTS
from soccheck.phrase import Phrase, phrase
from soccheck.probes.all import PROBES
from soccheck.probes.base import Moment, Probe, answers_of, read

Json = dict[str, Any]
End = Literal["same", "wrong", "unread", "silent", "imported"]
_BROKEN = ("lost", "timeout", "too_large", "no_command")
"""States of answers that a session which broke off leaves."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reread:
    """Represents what reading a record's answers again gave.

    `end` is `same`; `wrong`, where what it says does not follow; `unread`, where the answers were redacted;
    `silent`, where there was no answer and no fact is claimed; `imported`, where the row is kept and
    the map that says what it means is not. `altered` tells, by fact, what does not
    follow; `untold` holds problems of facts that the record passes over.
    """

    end: End
    altered: Mapping[str, Phrase] = field(default_factory=dict)
    untold: Mapping[str, Json] = field(default_factory=dict)


def rereadings(entry: Mapping[str, Any]) -> dict[str, Reread]:
    """Return, by probe, what reading an asset's answers again gives."""
    return {name: reread(entry, name) for name in entry["probes"]}


def reread(entry: Mapping[str, Any], name: str) -> Reread:
    """Return what reading the answers of a probe's record again gives."""
    record, kind = entry["probes"][name], entry["kind"]
    if record["basis"] == "imported":
        return Reread(end="imported")
    probe = PROBES[entry["platform"], name]
    answers = record["answers"]
    broken = all(answer["state"] in _BROKEN for answer in answers.values())
    if record["problem"] is not None and broken:
        return Reread(end="silent", untold=_passed_over(probe, kind, record, record["problem"]))
    when = Moment(
        started=datetime.fromisoformat(record["started"]),
        ended=datetime.fromisoformat(record["ended"]),
    )
    try:
        facts, problems = read(probe, kind, answers_of(record), when)
    except KeyError:
        untold = _passed_over(probe, kind, record, _REDACTED)
        return Reread(end="unread", untold=untold)
    altered = _altered(probe, record["facts"], facts)
    told = {*record["facts"], *record["problems"]}
    untold = {fact: problem for fact, problem in problems.items() if fact not in told}
    if record["problem"] is not None:
        # Nothing is claimed; but an answer that tells a fact was no failure to ask.
        return Reread(end="wrong" if facts else "silent", altered=altered, untold=untold)
    same = (facts, problems) == (record["facts"], record["problems"])
    return Reread(end="same" if same else "wrong", altered=altered, untold=untold)


_REDACTED = {"code": "not_collected", "detail": "the raw answers were redacted"}


def _passed_over(probe: Probe, kind: str, record: Json, problem: Json) -> dict[str, Json]:
    """Return the problem for each fact the probe always tells of, and the record does not."""
    told = {*record["facts"], *record["problems"]}
    known = [fact for fact in probe.learns if (kind, fact) in FACTS]
    return {fact: problem for fact in known if fact not in told}


def _altered(probe: Probe, said: Json, follows: Json) -> dict[str, Phrase]:
    """Return what does not follow, by fact; what rulesets show is read by the firewall engine alone."""
    found = {}
    for fact in sorted({*said, *follows} - {*probe.shows}):
        if fact not in follows:
            found[fact] = phrase("its raw answers do not tell it")
        elif fact not in said:
            text = phrase("its raw answers say {value}, which was left out")
            found[fact] = text.of(value=_short(follows[fact]))
        elif said[fact] != follows[fact]:
            text = phrase("its raw answers say {value}, not {other}")
            found[fact] = text.of(value=_short(follows[fact]), other=_short(said[fact]))
    return found


def _short(value: object) -> str:
    text = {True: "true", False: "false"}.get(value) if isinstance(value, bool) else None
    return text or (str(value) if len(str(value)) <= _LONG else f"{str(value)[:_LONG]}...")


_LONG = 100
