"""Which assets of a bundle turn out to be one machine: what it says is then proof of neither of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from soccheck.bundle import canonical_json as canonical
from soccheck.bundle import network_cards
from soccheck.bundle.network_cards import K
from soccheck.facts.addresses import plain
from soccheck.probes.shared import BOOT, MACHINE_ID, machine_id

Json = dict[str, Any]


def twins(assets: dict[str, Any]) -> dict[str, str]:
    """Return, by asset, why it is taken for the machine that another asset is, too.

    One machine has one host key of a kind, whatever its addresses, and answers at one place, whoever logs
    in. Copies of an image have one machine-id until each is given its own: two keys of one kind tell them
    apart, where their network cards are told, none is in both, and they do not run on one start of a kernel,
    as a network namespace or a container does; two servers of one machine have keys of their own. A machine
    may show one asset its Ed25519 key and another its RSA key.
    """
    found: dict[str, str] = {}
    for trait, names in _alike(assets):
        for name in names:
            found.setdefault(name, f"{_others(name, names)} answered with the same {trait}")
    return found


def _alike(assets: Mapping[K, Json]) -> Iterator[tuple[str, list[K]]]:
    """Yield what assets have in common that are one machine, for all anybody knows, and the assets."""
    told = {name: entry for name, entry in assets.items() if _answered(entry)}
    by_trait: dict[str, list[K]] = {}
    by_image: dict[str, list[K]] = {}
    for name, entry in told.items():
        for trait in _traits(entry):
            by_trait.setdefault(trait, []).append(name)
        for digest in own_ids(entry):
            by_image.setdefault(f"machine-id {digest[:16]}", []).append(name)
    alike = list(by_trait.items())
    for trait, names in by_image.items():
        alike += ((trait, same) for same in _of_an_image({name: told[name] for name in names}))
    alike += network_cards.shared(told)
    yield from ((trait[:_LONG], names) for trait, names in alike if len(names) > 1)


def _of_an_image(entries: Mapping[K, Json]) -> Iterator[list[K]]:
    """Yield which assets of one machine-id nothing tells apart."""
    kinds = {entry.get("host_key_type") for entry in entries.values()}
    if len(kinds) > 1 or None in kinds or any(map(network_cards.are_untold, entries.values())):
        yield list(entries)
    else:
        yield from network_cards.holders(entries).values()
        by_start: dict[str, list[K]] = {}
        for name, entry in entries.items():
            for start in _starts(entry):
                by_start.setdefault(start, []).append(name)
        yield from by_start.values()


def indistinct(assets: Mapping[str, Json]) -> dict[str, str]:
    """Return, by asset, why nothing tells it from others: all were asked which machine they are, in vain."""
    by_platform: dict[str, list[str]] = {platform: [] for platform in _ASKED}
    for name, entry in assets.items():
        asked = network_cards.were_asked(entry) and entry["platform"] in by_platform
        untold = not own_ids(entry) and network_cards.are_untold(entry)
        if asked and untold and _answered(entry):
            by_platform[entry["platform"]].append(name)
    return {
        name: f"neither it nor {_others(name, names)} told {_ASKED[platform]}"
        for platform, names in by_platform.items()
        for name in names
        if len(names) > 1
    }


def _others(name: str, names: list[str]) -> str:
    """Return the first of the others."""
    others = [other for other in names[: _SHOWN + 1] if other != name][:_SHOWN]
    return ", ".join(others) + (", ..." if len(names) > len(others) + 1 else "")


def across(bundles: Mapping[str, Json]) -> list[tuple[tuple[str, str], tuple[str, str], str]]:
    """Return each two assets of two inventories that are one machine, and what they have in common.

    `bundles` gives each inventory's bundle. Addresses tell nothing here: many networks may have one.
    """
    entries = {
        (folder, name): {**entry, "origin": ""}
        for folder, bundle in bundles.items()
        for name, entry in bundle["assets"].items()
    }
    found: dict[tuple[tuple[str, str], tuple[str, str]], str] = {}
    for trait, (first, *others) in _alike(entries):
        for other in others:
            if other[0] != first[0]:
                found.setdefault((first, other), trait)
    return [(one, other, trait) for (one, other), trait in found.items()]


def _answered(entry: Json) -> bool:
    return any(record["answers"] or record["facts"] for record in entry["probes"].values())


def ids(entry: Json) -> set[str]:
    """Return the digests of machine-ids that an asset's answers tell; the entry's own, where none is kept."""
    answers = [record["answers"].get(MACHINE_ID.name, {}) for record in entry["probes"].values()]
    told = {machine_id(answer.get("output", "")) for answer in answers} - {None}
    kept = {entry["machine_id"]} if "machine_id" in entry else set()
    return {found for found in told if found is not None} or kept


def own_ids(entry: Json) -> set[str]:
    """Return the digests of an asset's machine-ids, without what is no machine's own."""
    return ids(entry) - _NO_IDS


def _starts(entry: Json) -> set[str]:
    """Return the digests of the starts of a kernel that an asset answered from: redaction leaves these."""
    answers = [record["answers"].get(BOOT.name, {}) for record in entry["probes"].values()]
    told = {answer["output_sha256"] for answer in answers if answer.get("state") == "ok"}
    return told - {canonical.sha256("")}


_NO_IDS = frozenset({canonical.sha256(f"soccheck {'0' * 32}")})
"""Digests of what is no machine-id: machine-id(5) has it that one is not all zeros."""
_ASKED = {
    "linux": "a machine-id (systemd-machine-id-setup makes one) or network cards (ip -j addr)",
    "windows": "a machine-id (MachineGuid) or network cards (Get-NetAdapter)",
}
"""What a machine is told by, and how it comes by it, by platform."""
_SHOWN = 5
"""Other assets that are named."""
_LONG = 120
"""Characters of what they have in common."""


def _traits(entry: Json) -> Iterator[str]:
    """Yield what no two machines have in common."""
    scheme, _, place = entry["origin"].partition("://")
    if scheme == "ssh" and place:
        at, via, jump = place.partition(" via ")
        yield f"address {_spot(at)}{via}{_spot(jump) if jump else ''}"
    if "host_key" in entry:
        yield f"host key {entry['host_key']}"


def _spot(at: str) -> str:
    """Return `[user@]host[:port]` in one spelling, whoever logs in; without a port it is 22, as ssh has it.

    A user's name may have an @ in it (USER@DOMAIN), a host's cannot.
    """
    at = at.rpartition("@")[2]
    if at.endswith("]") or ":" not in at:
        at += ":22"
    address, _, port = at.rpartition(":")
    return f"{plain(address)}:{port}"


def is_several(entry: Json) -> bool:
    """Return whether what stands as one asset's answers was told by several machines.

    Cards come and go; a machine that is asked twice has one of them still. Of a machine-id that was
    redacted, the digest of its answer is left.
    """
    cards = list(network_cards.cards(entry))
    apart = any(one.isdisjoint(other) for one in cards for other in cards)
    answers = [record["answers"].get(MACHINE_ID.name, {}) for record in entry["probes"].values()]
    digests = {one["output_sha256"] for one in answers if one.get("state") == "ok"}
    return len(ids(entry)) > 1 or len(digests - {canonical.sha256("")}) > 1 or apart
