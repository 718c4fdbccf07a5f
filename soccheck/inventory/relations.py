"""How assets belong together: references checked, and followed for conditions on related assets."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from soccheck.facts.catalogue import of_kind
from soccheck.facts.fact import Fact
from soccheck.facts.kinds import LINKS, NAMES, THROUGH
from soccheck.facts.near import near
from soccheck.model import KINDS, Asset, Location, Problem
from soccheck.phrase import Phrase, phrase, series

_SHOWN = 8
"""Units of a circle that a fault names."""

_GUESSED = 50
"""Faults that say which id may have been meant: each is compared with every id there is."""

_REFERENCES = {
    kind: {name: fact for name, fact in of_kind(kind).items() if fact.type == "ref"}
    for kind in ("authority", *KINDS)
}


class Related:
    """Finds the assets of a kind that belong to an asset; each answer is worked out once."""

    def __init__(self, assets: Mapping[str, Mapping[str, Asset]]) -> None:
        self._assets = assets
        self._links: dict[tuple[str, str], list[Asset]] | None = None
        self._known: dict[tuple[str, str], Sequence[Asset]] = {}

    def __call__(self, asset: Asset, kind: str) -> Sequence[Asset]:
        """Return the assets of `kind` related to `asset`, in inventory order, each once."""
        if asset.kind == "authority":
            return tuple(self._assets[kind].values())
        found = self._known.get((asset.id, kind))
        if found is None:
            steps = THROUGH.get((asset.kind, kind), (kind,))
            current: Iterable[Asset] = (asset,)
            for step in steps:
                following = {n.id: n for a in current for n in self._direct(a, step)}
                current = following.values()
            found = self._known[asset.id, kind] = tuple(current)
        return found

    def _direct(self, asset: Asset, kind: str) -> list[Asset]:
        if self._links is None:
            self._links = self._linked()
        return self._links.get((asset.id, kind), [])

    def _linked(self) -> dict[tuple[str, str], list[Asset]]:
        links: dict[tuple[str, str], list[Asset]] = {}
        everything = {a.id: a for kind in KINDS for a in self._assets[kind].values()}
        for asset in everything.values():
            for name in LINKS:
                value = asset.facts.get(name, ())
                for other in value if isinstance(value, tuple) else (value,):
                    target = everything[str(other)]
                    links.setdefault((target.id, asset.kind), []).append(asset)
                    links.setdefault((asset.id, target.kind), []).append(target)
        return links


def check(
    authority: Asset, ids: Mapping[str, Asset], organizations: Mapping[str, Asset]
) -> list[Problem]:
    """Return every reference to an asset that is not there or of another kind, and every circle."""
    problems: list[Problem] = []
    for asset in (authority, *ids.values()):
        for name in _REFERENCES[asset.kind].keys() & asset.facts.keys():
            fact, value = _REFERENCES[asset.kind][name], asset.facts[name]
            for other in value if isinstance(value, tuple) else (value,):
                target = ids.get(str(other))
                if target is None or target.kind not in fact.values:
                    near = ids if len(problems) < _GUESSED else {}
                    problems.append(_dangling(asset, fact, str(other), target, near))
    for fact_name in ("parent", "predecessors"):
        problems += _circles(organizations, fact_name)
    return problems


def _dangling(
    asset: Asset, fact: Fact, other: str, target: Asset | None, near: Mapping[str, Asset]
) -> Problem:
    """Return the fault of a reference to an asset that is not there, or of another kind."""
    kind = series(NAMES[one] for one in fact.values)
    what = phrase("no {kind} {id}", kind=kind, id=repr(other))
    if target is not None:
        what = phrase("{id} names one of the {kinds}", id=repr(other), kinds=f"{target.kind}s")
        wanted = ", ".join(f"{one}s" for one in fact.values)
        hint = phrase("write the id of one of the {kinds}", kinds=wanted)
    else:
        hint = suggestion(other, [i for i, a in near.items() if a.kind in fact.values])
    text = phrase("{fact}: {what}", fact=fact.name, what=what)
    return Problem(asset.where(fact.name), text, hint)


def _circles(organizations: Mapping[str, Asset], name: str) -> list[Problem]:
    """Return one fault a circle: a unit that is, over some steps, its own parent or predecessor."""
    problems = []
    done: set[str] = set()
    for start in organizations:
        trail: list[str] = []
        depth: dict[str, int] = {}  # unit on the trail -> where on it
        # A walk with an explicit trail: a chain of units may be longer than Python's stack.
        stack: list[tuple[str, bool]] = [(start, False)]
        while stack:
            unit, leaving = stack.pop()
            if leaving:
                del depth[trail.pop()]
                done.add(unit)
                continue
            if unit in depth:
                where: Location = organizations[unit].where(name)
                way = _round(unit, trail, depth[unit])
                text = phrase("{fact}: a circle: {way}", fact=name, way=way)
                hint = phrase("a unit cannot come before itself")
                problems.append(Problem(where, text, hint))
                continue
            if unit in done or unit not in organizations:
                continue
            depth[unit] = len(trail)
            trail.append(unit)
            stack.append((unit, True))
            value = organizations[unit].facts.get(name, ())
            nexts = value if isinstance(value, tuple) else (value,)
            stack.extend((str(other), False) for other in nexts)
    return problems


def _round(unit: str, trail: Sequence[str], first: int) -> str:
    """Return the way from a unit back to itself; of a long one only how it begins and ends."""
    length = len(trail) - first
    if length <= _SHOWN:
        return " > ".join((*trail[first:], unit))
    head = " > ".join(trail[first : first + _SHOWN - 2])
    return f"{head} > ... {length - _SHOWN + 1} more ... > {trail[-1]} > {unit}"


def suggestion(word: str, known: Iterable[str]) -> Phrase:
    """Return a hint that names the id nearest to `word`."""
    return near(word, known, phrase("add it, or correct the id"))
