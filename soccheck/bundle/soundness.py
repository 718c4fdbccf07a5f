"""What is wrong with a bundle whose form is right: digests that do not fit, facts nobody can have learned."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from soccheck.bundle import canonical_json
from soccheck.facts.catalogue import FACTS
from soccheck.facts.values import decode

Json = dict[str, Any]


def faults(bundle: Json) -> Iterator[str]:
    """Yield every time that is none, every text that was not digested so, every fact that cannot be."""
    yield from _times("the bundle", bundle, bundle)
    for name, entry in bundle["assets"].items():
        yield from _times(name, entry, bundle)
        for probe, record in entry["probes"].items():
            yield from _times(f"{name}, {probe}", record, bundle)
            yield from _texts(f"{name}, {probe}", record)
            yield from _facts(f"{name}, {probe}", entry["kind"], record)
            yield from _learned(f"{name}, {probe}", entry, probe, record)


def _times(who: str, part: Json, bundle: Json) -> Iterator[str]:
    """Yield the times that are none, and those nobody can have collected at; all are in one form."""
    for key in ("started", "ended"):
        try:
            datetime.fromisoformat(part[key])
        except ValueError:
            yield f"{who}: {key} {part[key]}: there is no such time"
    if part["ended"] < part["started"]:
        yield f"{who}: it ended before it began"
    elif part["started"] < bundle["started"] or bundle["ended"] < part["ended"]:
        yield f"{who}: it is of another time than the bundle"


def _texts(who: str, record: Json) -> Iterator[str]:
    for ask, answer in record["answers"].items():
        for text in ("output", "error"):
            if text in answer and canonical_json.sha256(answer[text]) != answer[f"{text}_sha256"]:
                yield f"{who}, {ask}: the {text} is not what was digested"


def _facts(who: str, kind: str, record: Json) -> Iterator[str]:
    """Yield what a record says of facts that its kind of asset does not have, or twice."""
    for fact, value in record["facts"].items():
        known = FACTS.get((kind, fact))
        if known is None:
            yield f"{who}: {kind} has no fact {fact!r}"
        elif decode(known, value) is None:
            yield f"{who}: {fact} is not of type {known.type}"
        if fact in record["problems"]:
            yield f"{who}: {fact} has a value and a problem"
    for fact in record["problems"]:
        if (kind, fact) not in FACTS:
            yield f"{who}: {kind} has no fact {fact!r}"
    if record["problem"] is not None and record["facts"]:
        yield f"{who}: facts of a machine that did not answer ({record['problem']['code']})"
    if record["facts"] and not record["answers"]:
        yield f"{who}: facts without an answer that they could follow from"


def _learned(who: str, entry: Json, name: str, record: Json) -> Iterator[str]:
    """Yield what is no answer that the probe of that name gives, on that platform, of that kind of asset."""
    from soccheck.probes import PROBES  # all parsers, only where there is a bundle

    if (record["basis"] == "imported") != name.startswith("import."):
        yield f"{who}: its basis is not that of what it is called: only import.MAP is imported"
        return
    if record["basis"] == "imported":
        if "origin" not in record:
            yield f"{who}: it does not say where it was imported from"
        return
    probe = PROBES.get((entry["platform"], name))
    if probe is None:
        yield f"{who}: {entry['platform']} machines are not asked this"
        return
    if entry["kind"] not in probe.kinds:
        yield f"{who}: {entry['kind']} is not asked this"
    given = {*probe.learns, *probe.may, *probe.shows}
    for fact in record["facts"]:
        if fact not in given:
            yield f"{who}: the probe does not learn {fact}"
