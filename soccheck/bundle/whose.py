"""Why what a bundle says of an asset may be of another machine: no evidence is told by its id alone."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

from soccheck.bundle.same_machine import indistinct, is_several, twins
from soccheck.facts.addresses import is_address, plain
from soccheck.facts.values import clean
from soccheck.model import Asset, Inventory, local
from soccheck.probes.platforms import platform_of, states_platform

Doubt = tuple[str, str]
"""A problem's code, and why."""

_PLACE = re.compile(
    r"ssh://(?:[^\0-\x1f\x7f]*@)?(?:\[[0-9a-fA-F:.]+(?:%[^\s\]]+)?\]|[^\s\0-\x1f\x7f:@/\[\]]{1,253})"
    r"(?::[1-9][0-9]{0,4})?(?: via [^\s\0-\x1f\x7f]+)?"
)
"""Where a machine can have been asked: ssh://[USER@]HOST[:PORT][ via JUMP]."""
_HERE = ("", ".", "..")
"""Names of folders that tell nothing of whose they are: of an inventory that was read from no folder."""


def doubts(bundle: dict[str, Any], inventory: Inventory) -> dict[str, Doubt]:
    """Return, by asset, why its answers prove nothing of it: the code and the particulars.

    Beside what the bundle tells of itself: one of another state of the inventory may be another
    authority's (`foreign`: the folder has another name), or the asset may be elsewhere since (`moved`):
    what answered was asked where the inventory does not have it.
    """
    found = of_itself(bundle)
    found = _too_early(bundle, inventory) | _of_another_kind(bundle, inventory) | found
    found = _at_others(bundle, inventory) | found
    if bundle["inventory"]["digest"] == inventory.digest:
        return found
    theirs, own = _last(bundle["inventory"]["folder"]), inventory.name or _last(inventory.folder)
    if theirs != own and own not in _HERE:
        why = f"collected for {clean(theirs)!r}, and this is another state of {clean(own)!r}"
        return dict.fromkeys(bundle["assets"], ("foreign", why)) | found
    for name, entry in bundle["assets"].items():
        asset = inventory.find(name)
        if entry["platform"] == "imported":
            continue  # no machine was asked: its row was found to be the asset's by name
        if asset is not None and name not in found and not _is_at(asset, entry["origin"]):
            found[name] = ("moved", "the inventory has it at another address now")
    return found


def _too_early(bundle: dict[str, Any], inventory: Inventory) -> dict[str, Doubt]:
    """Return the assets that answered before the inventory has them: another machine was there then."""
    found = {}
    for name, entry in bundle["assets"].items():
        asset = inventory.find(name)
        begins = asset.facts.get("valid.from") if asset is not None else None
        told = [r["ended"] for r in entry["probes"].values() if r["basis"] == "observed"]
        if isinstance(begins, date) and told and local(min(told)).date() < begins:
            why = f"it answered before the inventory has it, which is from {begins} on"
            found[name] = ("moved", why)
    return found


def _of_another_kind(bundle: dict[str, Any], inventory: Inventory) -> dict[str, Doubt]:
    """Return the assets that the inventory says have another system, or maker, than what was asked."""
    found = {}
    for name, entry in bundle["assets"].items():
        asset, platform = inventory.find(name), entry["platform"]
        if asset is None or platform == "imported" or not states_platform(asset):
            continue
        if platform != platform_of(asset):
            why = f"it was asked as {platform}, and the inventory has {platform_of(asset)} there"
            found[name] = ("moved", why)
    return found


def _at_others(bundle: dict[str, Any], inventory: Inventory) -> dict[str, Doubt]:
    """Return the assets that answered where the inventory has another alone: at ssh's own port, or at its."""
    stated = {plain(str(address)) for asset in inventory for address in _addresses(asset)}
    ports: dict[tuple[str, str], set[str]] = {}
    for one in inventory:
        if "ssh.port" in one.facts and "ssh.jump" not in one.facts:
            for host in _known(one):
                ports.setdefault((host, str(one.facts["ssh.port"])), set()).add(one.id)
    found = {}
    for name, entry in bundle["assets"].items():
        asset, origin = inventory.find(name), entry["origin"]
        if asset is None or " via " in origin:
            continue
        place = _host(origin), origin.rpartition(":")[2]
        at = place[1] == "22" and place[0] in stated and not _is_at(asset, origin)
        if at or name not in ports.get(place, {name}):
            found[name] = ("moved", "it answered where the inventory has another machine")
    return found


def of_itself(bundle: dict[str, Any]) -> dict[str, Doubt]:
    """Return, by asset, what a bundle tells against its answers, whatever the inventory.

    Two assets may be one machine (`same_machine`); a machine whose host key is not kept, or of which it is
    not told where it was asked, may be any, and so may one whose answers are of several, or that told no more
    of itself than another (`nameless`).
    """
    found = {
        name: ("nameless", "no host key is kept with its answers")
        for name, entry in bundle["assets"].items()
        if "host_key" not in entry and _was_asked(entry)
    }
    found |= {
        name: ("nameless", "where it was asked is not told")
        for name, entry in bundle["assets"].items()
        if _was_asked(entry) and not _PLACE.fullmatch(entry["origin"])
    }
    found |= {
        name: ("nameless", "its answers are of several machines")
        for name, entry in bundle["assets"].items()
        if is_several(entry)
    }
    found |= {name: ("nameless", why) for name, why in indistinct(bundle["assets"]).items()}
    same = twins(bundle["assets"]).items()
    return found | {name: ("same_machine", why) for name, why in same}


def _was_asked(entry: dict[str, Any]) -> bool:
    """Return whether a machine answered: the connection, which is always verified, then told its key."""
    records = entry["probes"].values()
    return any(r["basis"] == "observed" and (r["answers"] or r["facts"]) for r in records)


def _last(folder: str) -> str:
    return folder.rstrip("/").rpartition("/")[2]


def _is_at(asset: Asset, origin: str) -> bool:
    """Return whether an origin is where the inventory has an asset, as far as it says."""
    place, _, via = origin.partition(" via ")
    port = place.rpartition(":")[2]
    if port.isdecimal() and asset.facts.get("ssh.port", int(port)) != int(port):
        return False
    # Of a jump host's name ssh_config may make any address; an address is what it says.
    jump = _host(f"ssh://{str(asset.facts.get('ssh.jump') or '').rpartition(',')[2].strip()}")
    if (jump and not via) or (is_address(jump) and jump != _host(f"ssh://{via}")):
        return False
    known = _known(asset)
    # What no address is stated of is known to ssh_config by its id, as anything may be.
    return not known or _host(origin) in {*known, asset.id}


def _known(asset: Asset) -> set[str]:
    """Return where the inventory has an asset, by address or name."""
    named = asset.facts.get("ssh.address")
    return {plain(text) for text in (*_addresses(asset), *([str(named)] if named else []))}


def _addresses(asset: Asset) -> list[str]:
    addresses = asset.facts.get("addresses", ())
    assert isinstance(addresses, tuple)
    return [str(address) for address in addresses]


def _host(origin: str) -> str:
    """Return the host of `ssh://user@host:port via ...`."""
    place = origin.partition("://")[2].partition(" ")[0].rpartition("@")[2]
    if place.startswith("["):
        return plain(place[1:].partition("]")[0])
    return plain(place.rpartition(":")[0] if place.count(":") == 1 else place)
