"""Several bundles made one: of an asset's probe the later answer stays."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from soccheck.bundle import bundle as bundles
from soccheck.bundle.same_machine import ids, own_ids
from soccheck.errors import InputError
from soccheck.facts.catalogue import FACTS
from soccheck.model import Problem
from soccheck.phrase import phrase

Json = dict[str, Any]


def merge(given: list[tuple[str, Json]], replaced: set[str] | None = None) -> Json:
    """Return one bundle of several of the same inventory; of an asset's probe the later answer stays.

    An answer is kept against a later failure to get one: it ages by the control's `max_age`, while a
    time-out says nothing about the machine. Where another machine answered for the asset since, nothing that
    the former one said stays, and `replaced` takes in the asset. Raises `InputError` when the inventories
    differ, or two answers of one moment do.
    """
    first = given[0][1]
    problems: list[Problem] = []
    assets: dict[str, Json] = {}
    for name, told in _told(given).items():
        former = told[0][1]
        for shown, entry in told[1:]:
            problems += _unordered(name, shown, former, entry)
            if replaced is not None and _is_another(*_by_age(former, entry)):
                replaced.add(name)
            former = _merged(former, entry)
        assets[name] = former
    if problems:
        raise InputError(problems)
    together = {
        **first,
        "assets": assets,
        "started": min(b["started"] for _, b in given),
        "ended": max(b["ended"] for _, b in given),
        "complete": not any(bundles.failed(entry) for entry in assets.values())
        and not any(_lacks_unsaid(bundle) for _, bundle in given),
    }
    return bundles.sealed(together)


def _told(given: list[tuple[str, Json]]) -> dict[str, list[tuple[str, Json]]]:
    """Return each asset's entries with their files, from the oldest on, whichever is named first."""
    first_shown, first = given[0]
    found: dict[str, list[tuple[str, Json]]] = {}
    for shown, bundle in given:
        if bundle["inventory"]["digest"] != first["inventory"]["digest"]:
            text = phrase(
                "the bundle is of another state of the inventory than {first_shown}",
                first_shown=first_shown,
            )
            hint = phrase("merge what was collected for one inventory")
            raise InputError([Problem(shown, text, hint)])
        for name, entry in bundle["assets"].items():
            found.setdefault(name, []).append((shown, entry))
    for told in found.values():
        told.sort(key=lambda one: _age(one[1]))
    return found


_ONE = phrase("leave out the bundle that is wrong, or collect again")


def _lacks_unsaid(bundle: Json) -> bool:
    """Return whether a bundle is not complete, and does not say which machine failed."""
    return not bundle["complete"] and not any(map(bundles.failed, bundle["assets"].values()))


_UNORDERED = phrase(
    "another bundle has another answer of the same moment, and neither is the later"
)


def _unordered(name: str, shown: str, one: Json, other: Json) -> Iterator[Problem]:
    """Yield why two entries of an asset cannot be joined: what was answered at one moment differs."""
    for probe in _both(one, other):
        text = phrase("{asset}, {probe}: {what}", asset=name, probe=probe, what=_UNORDERED)
        yield Problem(shown, text, _ONE)
    if one["kind"] != other["kind"]:
        text = phrase("{asset}: another bundle has it as another kind of asset", asset=name)
        raise InputError([Problem(shown, text, _ONE)])


def _both(one: Json, other: Json) -> Iterator[str]:
    """Yield the probes whose answers of one moment differ, or are of two machines."""
    another = _is_another(*_by_age(one, other))
    for probe in sorted(one["probes"].keys() & other["probes"].keys()):
        a, b = one["probes"][probe], other["probes"][probe]
        answered = a["problem"] is None and b["problem"] is None
        at_once = a["started"] <= b["ended"] and b["started"] <= a["ended"]
        differ = another or _lasting(a, one["kind"]) != _lasting(b, other["kind"])
        if answered and at_once and differ:
            yield probe


def _lasting(record: Json, kind: str) -> Json:
    """Return what a record says of facts that do not change by themselves."""
    facts = record["facts"].items()
    return {name: value for name, value in facts if FACTS[kind, name].type != "duration"}


def _merged(one: Json, other: Json) -> Json:
    older, newer = _by_age(one, other)
    another = _is_another(older, newer)
    records = dict(newer["probes"])
    for probe, record in older["probes"].items():
        if another and record["basis"] == "observed":
            continue
        if probe not in records or _rank(record) > _rank(records[probe]):
            records[probe] = record
    merged = {**newer, "probes": records}
    # What tells which machine it is stays with the answer that said so, though that be redacted later.
    merged.pop("machine_id", None)
    told = ids({**newer, "probes": records})
    return merged | ({"machine_id": min(told)} if told else {})


def _by_age(one: Json, other: Json) -> tuple[Json, Json]:
    """Return the older entry and the newer; who answered is newer than who did not, or was imported."""
    older, newer = sorted((one, other), key=_age)
    return older, newer


def _age(entry: Json) -> tuple[bool, bool, str]:
    return entry["platform"] != "imported", _answered(entry), entry["ended"]


def _answered(entry: Json) -> bool:
    """Return whether an asset gave any answer, though one of its probes may have failed."""
    return any(record["answers"] or record["facts"] for record in entry["probes"].values())


def _is_another(one: Json, other: Json) -> bool:
    """Return whether two machines may have answered for one asset: what the former said is not of the later.

    One host key tells that it was one machine, unless the machine-ids differ; and so does one machine-id
    where keys of two kinds were shown. Who gave no answer, or was imported, is no machine.
    """
    if len({one["platform"], other["platform"]} - {"imported"}) > 1:
        return True
    if "imported" in (one["platform"], other["platform"]) or not _answered(one):
        return False
    mine, others = own_ids(one), own_ids(other)
    if mine and others and not mine & others:
        return True
    if one.get("host_key") == other.get("host_key"):
        return False
    kinds = {entry.get("host_key_type") for entry in (one, other) if "host_key" in entry}
    return not mine & others or len(kinds) == 1


def _rank(record: Json) -> tuple[bool, str, bool]:
    """Return what says which of two records stays: the later answer, and of one answer the whole."""
    whole = all("output" in answer for answer in record["answers"].values())
    return record["problem"] is None, record["ended"], whole
