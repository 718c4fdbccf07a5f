"""Ids that assets had before: each may stand once, and only where it is no asset's any more."""

from __future__ import annotations

from collections.abc import Mapping

from soccheck.facts.kinds import NAMES
from soccheck.model import Asset, Problem
from soccheck.phrase import phrase


def former_ids(asset: Asset) -> tuple[str, ...]:
    """Return the ids that an asset says it had."""
    said = asset.facts.get("formerly", ())
    return tuple(map(str, said)) if isinstance(said, tuple) else ()


def check(ids: Mapping[str, Asset]) -> list[Problem]:
    """Return every former id that an asset still has, and every one that two assets say they had.

    Otherwise an asset could go, and another one that stays be taken for it.
    """
    problems: list[Problem] = []
    first: dict[str, Asset] = {}
    for asset in ids.values():
        where = asset.where("formerly")
        for name in former_ids(asset):
            if name in ids:
                text = phrase(
                    "formerly: {name} is the {kind} at {at}",
                    name=repr(name),
                    kind=NAMES[ids[name].kind],
                    at=ids[name].at,
                )
                hint = phrase("name only an id that this asset had and no asset has any more")
                problems.append(Problem(where, text, hint))
            other = first.setdefault(name, asset)
            if other is not asset:
                text = phrase(
                    "formerly: {name} was {id} by {where}",
                    name=repr(name),
                    id=repr(other.id),
                    where=other.where("formerly"),
                )
                problems.append(
                    Problem(where, text, phrase("only one of the two can be that asset"))
                )
    return problems
