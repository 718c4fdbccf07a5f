"""What a bundle proves of an inventory's assets, and what a report says of the bundle.

A fact counts where it follows from the raw answer it was read from, or where that answer was redacted.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from soccheck.bundle import bundle as bundles
from soccheck.bundle import whose
from soccheck.bundle.rederive import Reread, rereadings
from soccheck.errors import InputError
from soccheck.facts.catalogue import FACTS
from soccheck.facts.kinds import NAMES
from soccheck.facts.values import decode
from soccheck.model import Basis, BundleInfo, Evidence, EvidenceByAsset, Inventory, Problem, local
from soccheck.phrase import phrase

Json = dict[str, Any]
Rereadings = Mapping[str, Mapping[str, Reread]]
"""What reading the answers again gave, by asset, then by probe."""

_MACHINES = ("host", "firewall")
"""Kinds of asset that are asked."""


def read_again(bundle: Json, inventory: Inventory) -> Rereadings:
    """Return what reading the raw answers again gives, for the assets that the inventory has."""
    own = {n: e for n, e in bundle["assets"].items() if inventory.find(n) is not None}
    return {name: rereadings(entry) for name, entry in own.items()}


def by_asset(bundle: Json, inventory: Inventory, again: Rereadings) -> EvidenceByAsset:
    """Return the bundle's evidence on the inventory's assets; that of rulesets is learnt later.

    Raises `InputError` when an asset has become another kind; an asset the inventory no longer has
    is left out, as no control is judged on it.
    """
    found: dict[str, dict[str, list[Evidence]]] = {}
    doubts = whose.doubts(bundle, inventory)
    problems = []
    for name, entry in bundle["assets"].items():
        asset = inventory.find(name)
        if asset is None:
            continue
        if asset.kind != entry["kind"]:
            text = phrase(
                "the evidence is of a {entry} {name}, which is now a {kind}",
                entry=NAMES[entry["kind"]],
                name=repr(name),
                kind=NAMES[asset.kind],
            )
            problems.append(Problem(asset.at, text, phrase("collect again")))
            continue
        known = found.setdefault(
            name, {}
        )  # a ruleset is read later, whether or not facts stand here
        for probe, record in entry["probes"].items():
            base = _base(probe, record, entry)
            for fact, answer in _answers(record, entry, base, again[name][probe], doubts.get(name)):
                known.setdefault(fact, []).append(answer)
    if problems:
        raise InputError(problems)
    return found


def _base(probe: str, record: Json, entry: Json) -> Evidence:
    return Evidence(
        value=None,
        basis=Basis(record["basis"]),
        when=local(record["ended"]),
        origin=record.get("origin") or f"{probe} probe at {entry['origin']}",
        since=_begun(record, entry),
    )


def _answers(
    record: Json, entry: Json, base: Evidence, again: Reread, doubt: whose.Doubt | None
) -> Iterator[tuple[str, Evidence]]:
    """Yield a record's facts and problems; of what may be another machine's every fact is a problem."""
    problems = {**record["problems"], **again.untold}
    if doubt is not None:
        code, why = doubt
        told = replace(base, origin=f"{base.origin}: {why}", problem=code)
        yield from ((fact, told) for fact in {**record["facts"], **problems, **again.altered})
        return
    for fact, belied in again.altered.items():
        yield fact, replace(base, origin=f"{base.origin}: {belied}", problem="not_derived")
    for fact, raw in record["facts"].items():
        if fact not in again.altered:
            yield fact, replace(base, value=decode(FACTS[entry["kind"], fact], raw))
    for fact, problem in problems.items():
        if fact not in again.altered:
            why = f": {problem['detail']}" if problem["detail"] else ""
            yield fact, replace(base, origin=f"{base.origin}{why}", problem=problem["code"])


def _begun(record: Json, entry: Json) -> datetime:
    """Return since when a record was asked for: what one connection brought has no order among itself."""
    together = entry["started"] <= record["started"] and record["ended"] <= entry["ended"]
    return local((entry if together else record)["started"])


def info(
    bundle: Json, inventory: Inventory, again: Rereadings, signer: str | None = None
) -> BundleInfo:
    """Return what a report says about a bundle; `signer` signed it, where that was checked."""
    asked = bundle["assets"]
    own = {asset.id for asset in inventory if asset.kind in _MACHINES or asset.id in asked}
    return BundleInfo(
        digest=bundle["manifest"]["sha256"],
        tool=bundle["tool"],
        started=local(bundle["started"]),
        ended=local(bundle["ended"]),
        assets=len(bundle["assets"]),
        failed=sum(bundles.failed(entry) is not None for entry in bundle["assets"].values()),
        complete=bundle["complete"],
        current=bundle["inventory"]["digest"] == inventory.digest,
        machines=len(own),
        answered=sum(
            name in own and bundles.failed(entry) is None for name, entry in asked.items()
        ),
        missing=tuple(sorted(own - asked.keys())),
        strangers=tuple(sorted(asked.keys() - own)),
        altered=tuple(sorted(n for n, r in again.items() if any(x.altered for x in r.values()))),
        unproved=tuple(
            sorted(n for n, r in again.items() if any(x.end == "unread" for x in r.values()))
        ),
        oldest=bundles.oldest(bundle),
        signer=signer,
    )
