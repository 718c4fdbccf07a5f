"""Who says so: whether what was made up, or nobody's, is passed off as a document's."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from soccheck.compare.scope import MADE_UP, ScopedAsset, said
from soccheck.compare.scope_change import ScopeChange
from soccheck.model import Asset
from soccheck.policy.edits import Direction

_SHOWN = 3
"""Of the facts that a change names; more are counted."""


def passed_off(asset: Asset, was: ScopedAsset, is_: ScopedAsset) -> Iterator[ScopeChange]:
    """Yield the facts which there were, and which are said to be from another document, or made up no more.

    That a fact is said to be made up, or from no document any more, claims no more than before.
    """
    if was.origins == is_.origins:
        return
    moved: dict[tuple[str | None, str | None], list[str]] = {}
    for fact in said(asset):
        before, after = _of(was.origins, fact), _of(is_.origins, fact)
        if before != after and _there(was, fact):
            moved.setdefault((before, after), []).append(fact)
    for (before, after), facts in moved.items():
        if after or (before == MADE_UP and after is None):
            yield ScopeChange(
                what="asset_edited",
                subject=asset.id,
                before=_written(before),
                after=f"{_written(after)} ({_few(facts)})".lstrip(),
                at=asset.where(facts[0].partition("[")[0]),
                direction=Direction.CHANGED,
            )


def _there(was: ScopedAsset, fact: str) -> bool:
    """Return whether a fact was there; a stored result of an older version tells a list alone."""
    return was.stated is None or not was.stated.isdisjoint((fact, fact.partition("[")[0]))


def _few(facts: Sequence[str]) -> str:
    more = [f"+ {len(facts) - _SHOWN}"] if len(facts) > _SHOWN else []
    return ", ".join([*facts[:_SHOWN], *more])


def _of(origins: Mapping[str, str], fact: str) -> str | None:
    """Return the document that a fact is from, by the nearest word that tells; nothing where none does."""
    while fact and fact not in origins:
        fact = fact[: max(fact.rfind("."), fact.rfind("["), 0)]
    return origins.get(fact)


def _written(origin: str | None) -> str:
    if origin is None:
        return ""
    return "illustrative: true" if origin == MADE_UP else f"source: {origin}"
