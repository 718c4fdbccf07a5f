"""What is wrong with a bundle whose form is right: digests that do not fit, facts nobody can have learned."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from soccheck.bundle import canonical_json
from soccheck.bundle.same_machine import ids
from soccheck.errors import quoted
from soccheck.facts.catalogue import FACTS
from soccheck.facts.fact import TYPES
from soccheck.facts.kinds import NAMES, ONE
from soccheck.facts.values import decode
from soccheck.model import local
from soccheck.phrase import Phrase, phrase

Json = dict[str, Any]


def faults(bundle: Json) -> Iterator[Phrase]:
    """Yield every time that is none, every text that was not digested so, every fact that cannot be."""
    yield from _times(phrase("the bundle"), bundle, bundle)
    for name, entry in bundle["assets"].items():
        yield from _times(name, entry, bundle)
        if "machine_id" in entry and entry["machine_id"] not in ids(entry):
            yield phrase("{who}: its machine-id is not the one that it answered", who=name)
        for probe, record in entry["probes"].items():
            yield from _times(f"{name}, {probe}", record, bundle)
            yield from _texts(f"{name}, {probe}", record)
            yield from _facts(f"{name}, {probe}", entry["kind"], record)
            yield from _learned(f"{name}, {probe}", entry, probe, record)


def _times(who: str | Phrase, part: Json, bundle: Json) -> Iterator[Phrase]:
    """Yield the times that are none, and those nobody can have collected at; all are in one form."""
    for key in ("started", "ended"):
        try:
            local(part[key])
        except ValueError:
            text = phrase("{who}: {key} {time}: there is no such time")
            yield text.of(who=who, key=key, time=part[key])
    if part["ended"] < part["started"]:
        yield phrase("{who}: it ended before it began", who=who)
    elif part["started"] < bundle["started"] or bundle["ended"] < part["ended"]:
        yield phrase("{who}: it is of another time than the bundle", who=who)


def _texts(who: str, record: Json) -> Iterator[Phrase]:
    """Yield the texts that are not what was digested; redaction takes both of an answer, or none."""
    for ask, answer in record["answers"].items():
        if answer["state"] == "ok" and answer.get("exit", 0) not in (None, 0):
            told = quoted(f"state ok, exit {answer['exit']}")
            yield phrase("{who}: {what}", who=f"{who}, {ask}", what=told)
        if len({text in answer for text in _TEXTS}) > 1:
            yield phrase("{who}, {ask}: half of its answer is missing", who=who, ask=ask)
        for text in _TEXTS:
            if text in answer and canonical_json.sha256(answer[text]) != answer[f"{text}_sha256"]:
                yield phrase(
                    "{who}, {ask}: {text} is not what was digested", who=who, ask=ask, text=text
                )


_TEXTS = ("output", "error")


def _facts(who: str, kind: str, record: Json) -> Iterator[Phrase]:
    """Yield what a record says of facts that its kind of asset does not have, or twice."""
    for fact, value in record["facts"].items():
        known = FACTS.get((kind, fact))
        if known is None:
            yield phrase("{who}: {what}", who=who, what=_no_fact(kind, fact))
        elif decode(known, value) is None:
            yield phrase(
                "{who}: {fact} is not of type {type}", who=who, fact=fact, type=TYPES[known.type]
            )
        if fact in record["problems"]:
            yield phrase("{who}: {fact} has a value and a problem", who=who, fact=fact)
    for fact in record["problems"]:
        if (kind, fact) not in FACTS:
            yield phrase("{who}: {what}", who=who, what=_no_fact(kind, fact))
    if record["problem"] is not None and record["facts"]:
        yield phrase(
            "{who}: facts of a machine that did not answer ({code})",
            who=who,
            code=record["problem"]["code"],
        )
    states = {answer["state"] for answer in record["answers"].values()}
    if record["facts"] and states and states <= _SILENT:
        text = phrase("{who}: facts of a machine that did not answer ({code})")
        yield text.of(who=who, code=min(states))
    if record["facts"] and not record["answers"]:
        yield phrase("{who}: facts without an answer that they could follow from", who=who)


_SILENT = frozenset(("lost", "timeout"))
"""States of answers that were never given."""


def _no_fact(kind: str, fact: str) -> Phrase:
    return phrase("{kind} has no fact {name}", kind=ONE.get(kind, kind), name=repr(fact))


def _learned(who: str, entry: Json, name: str, record: Json) -> Iterator[Phrase]:
    """Yield what is no answer that the probe of that name gives, on that platform, of that kind of asset."""
    from soccheck.probes.all import PROBES  # all parsers, only where there is a bundle

    if (record["basis"] == "imported") != name.startswith("import."):
        yield phrase(
            "{who}: its basis is not that of what it is called: only import.MAP is imported",
            who=who,
        )
        return
    if record["basis"] == "imported":
        if "origin" not in record:
            yield phrase("{who}: it does not say where it was imported from", who=who)
        return
    probe = PROBES.get((entry["platform"], name))
    if probe is None:
        yield phrase(
            "{who}: {platform} machines are not asked this", who=who, platform=entry["platform"]
        )
        return
    if entry["kind"] not in probe.kinds:
        yield phrase("{who}: {kind} is not asked this", who=who, kind=NAMES[entry["kind"]])
    given = {*probe.learns, *probe.may, *probe.shows}
    for fact in record["facts"]:
        if fact not in given:
            yield phrase("{who}: the probe does not learn {fact}", who=who, fact=fact)
