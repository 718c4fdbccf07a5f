"""Who acted when: a unit acts only while it exists, and for an owner only from below it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date

from soccheck.model import Asset, Problem
from soccheck.phrase import Phrase, phrase

_ACTS: dict[str, tuple[tuple[str, str], ...]] = {
    "system": (
        ("dossier.decision.issuer", "dossier.decision.date"),
        ("dossier.appraiser", "dossier.appraised"),
        ("regulation.issuer", "regulation.date"),
        ("inspection.inspector", "inspection.last"),
    ),
    "authority": (("layers.assessment.provider", "layers.assessment.last"),),
}
"""Kind -> who acted, and on which day, by the names of the facts."""

_ACTS_IN_ENTRIES: dict[str, dict[str, tuple[str, str]]] = {
    "system": {
        "inspections": ("organization", "date"),
        "reports": ("to", "sent"),
        "owner_delegates": ("organization", "from"),
    },
    "authority": {"reports": ("to", "sent")},
}
"""Kind -> a list -> who acted in each of its entries, and on which day."""


def check(authority: Asset, ids: Mapping[str, Asset]) -> list[Problem]:
    """Return every act of a unit that did not exist that day, or that is not below whom it acts for.

    A reference to what is not there is a fault of its own.
    """
    problems: list[Problem] = []
    for asset in (authority, *ids.values()):
        for who, when in _ACTS.get(asset.kind, ()):
            unit = ids.get(str(asset.facts.get(who)))
            problems += _out_of_time(asset, who, unit, asset.facts.get(when))
        for records, (who, when) in _ACTS_IN_ENTRIES.get(asset.kind, {}).items():
            for entry in asset.entries(records):
                unit = ids.get(str(entry.get(who)))
                problems += _out_of_time(asset, records, unit, entry.get(when))
        problems += _not_below(asset, authority, ids)
        problems += _former_owner(asset, authority, ids)
    return problems


def _out_of_time(asset: Asset, fact: str, unit: Asset | None, day: object) -> Iterator[Problem]:
    if unit is None or not isinstance(day, date):
        return
    first, last = unit.facts.get("valid.from"), unit.facts.get("valid.to")
    what: Phrase | None = None
    if isinstance(last, date) and last < day:
        what = phrase("{unit} existed until {last}, before {day}", last=last)
    elif isinstance(first, date) and day < first:
        what = phrase("{unit} exists since {first}, after {day}", first=first)
    if what is not None:
        text = phrase("{fact}: {what}", fact=fact, what=what.of(unit=repr(unit.id), day=day))
        hint = phrase("name the unit there was on that day, or correct one of the days")
        yield Problem(asset.where(fact), text, hint)


def _not_below(asset: Asset, authority: Asset, ids: Mapping[str, Asset]) -> Iterator[Problem]:
    """Yield the fault of each who acts for an owner and is no unit below it (NĐ 331/2026, art. 4.3)."""
    owner = str(asset.facts.get("owner") or authority.facts.get("owner"))
    for entry in asset.entries("owner_delegates") if owner in ids else ():
        unit = str(entry.get("organization"))
        if unit in ids and owner not in _above(unit, ids):
            text = phrase(
                "{fact}: {unit} is no unit below the owner, {owner}",
                fact="owner_delegates",
                unit=repr(unit),
                owner=repr(owner),
            )
            hint = phrase("an owner delegates to a unit below it: name one, or state its parent")
            yield Problem(asset.where("owner_delegates"), text, hint)


def _above(unit: str, ids: Mapping[str, Asset]) -> Iterable[str]:
    """Return the units above a unit; of a circle, which is a fault of its own, each once."""
    above: list[str] = []
    while unit in ids and (parent := ids[unit].facts.get("parent")) and parent not in above:
        unit = str(parent)
        above.append(unit)
    return above


def _former_owner(asset: Asset, authority: Asset, ids: Mapping[str, Asset]) -> Iterator[Problem]:
    """Yield the fault of an approval by an owner that was, where no last day tells whether it still was."""
    unit, former = asset.facts.get("dossier.decision.issuer"), authority.facts.get("former_owners")
    if not isinstance(former, tuple) or unit not in former or unit not in ids:
        return
    owner = asset.facts.get("owner") or authority.facts.get("owner")
    if unit != owner and "valid.to" not in ids[str(unit)].facts:
        text = phrase("former_owners: {unit} approves, and states no last day", unit=repr(unit))
        hint = phrase(
            "write {what} at that unit: what it approved until then holds",
            what="valid: {to: 2025-06-30}",
        )
        yield Problem(asset.where("dossier.decision.issuer"), text, hint)
