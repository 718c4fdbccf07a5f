"""Counts that cannot be right: a part that is more than its whole, and one unit's machines stated twice."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from soccheck.inventory.times import at_one_time
from soccheck.model import Asset, Problem, Value
from soccheck.phrase import phrase

_WHOLES: dict[str, dict[str, tuple[str, ...]]] = {
    "fleet": {
        "workstations.total": (
            *("workstations.installed", "workstations.licensed"),
            *("workstations.protected", "workstations.central"),
            *("workstations.edr", "workstations.ipv6"),
        ),
        # Protected is licensed, on and up to date: installed and licensed, then. A console manages what
        # is installed.
        "workstations.installed": ("workstations.protected", "workstations.central"),
        "workstations.licensed": ("workstations.protected",),
        "lans.total": ("lans.firewalled", "lans.ips"),
    },
    "system": {"admins.total": ("admins.certified",)},
    "organization": {
        "staff.it_fulltime": ("staff.it_security",),
        "training.due": ("training.trained",),
    },
}
"""Kind -> a count -> the counts that are part of it, by the catalogue's meanings ("of these")."""

_IN_ENTRIES: dict[str, dict[str, tuple[tuple[str, str], ...]]] = {
    "system": {
        "inspections": (("findings", "mended"),),
        "regulation.checks": (("checked", "breached"), ("breached", "mended")),
    },
}
"""Kind -> a list -> a count of its entries and one that is part of it."""


def overcounted(kind: str, facts: Mapping[str, Value]) -> Iterator[tuple[str, str]]:
    """Yield each count that is more than one that it is part of, with that."""
    for whole, parts in _WHOLES.get(kind, {}).items():
        total = facts.get(whole)
        for name in parts:
            part = facts.get(name)
            if isinstance(part, int) and isinstance(total, int) and part > total:
                yield name, whole


def check(assets: Iterable[Asset]) -> list[Problem]:
    """Return every count that is more than what it is part of, and every fleet counted twice."""
    problems: list[Problem] = []
    first: dict[tuple[object, str, object], list[Asset]] = {}
    for asset in assets:
        problems += [_overcounted(asset, *pair) for pair in overcounted(asset.kind, asset.facts)]
        for whole in _WHOLES.get(asset.kind, {}):
            # Two offices may well have one local network each; as many machines are the same ones.
            if whole == "workstations.total" and asset.facts.get(whole):
                key = (asset.facts.get("organization"), whole, asset.facts[whole])
                problems += _twice(asset, whole, first.setdefault(key, []))
        for records, pairs in _IN_ENTRIES.get(asset.kind, {}).items():
            problems += _overcounted_in_entries(asset, records, pairs)
    return problems


def _overcounted_in_entries(
    asset: Asset, records: str, pairs: Iterable[tuple[str, str]]
) -> Iterator[Problem]:
    for entry in asset.entries(records):
        for whole, part in pairs:
            total, count = entry.get(whole), entry.get(part)
            if isinstance(total, int) and isinstance(count, int) and count > total:
                text = phrase(
                    "{part}: {count} are more than {whole}, {total}",
                    part=f"{records}.{part}",
                    count=count,
                    whole=f"{records}.{whole}",
                    total=total,
                )
                yield Problem(asset.where(records), text, phrase("correct one of the two counts"))


def _overcounted(asset: Asset, name: str, whole: str) -> Problem:
    text = phrase(
        "{part}: {count} are more than {whole}, {total}",
        part=name,
        count=asset.facts[name],
        whole=whole,
        total=asset.facts[whole],
    )
    return Problem(asset.where(name), text, phrase("correct one of the two counts"))


def _twice(asset: Asset, whole: str, others: list[Asset]) -> list[Problem]:
    """Return the fault of a second fleet of one unit with the same count, at a time the first exists."""
    same = next((other for other in others if at_one_time(asset, other)), None)
    others.append(asset)
    if same is None:
        return []
    text = phrase(
        "{whole}: {count} as in {other} of the same unit: {place}",
        whole=whole,
        count=asset.facts[whole],
        other=repr(same.id),
        place=same.where(whole),
    )
    hint = phrase("count a unit's machines once: where they are others, add them up in one fleet")
    return [Problem(asset.where(whole), text, hint)]
