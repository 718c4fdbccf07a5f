"""Where assets are asked over SSH: two at one place are one machine, and what it answers proves neither."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from soccheck.facts.addresses import is_address, plain
from soccheck.inventory.times import at_one_time
from soccheck.model import Asset, Problem
from soccheck.phrase import phrase

_PORT = 22
_KINDS = ("host", "firewall")


def check(assets: Iterable[Asset]) -> list[Problem]:
    """Return the fault of every second asset that is asked at the jump host, address and port of another.

    An asset that is asked by a name is at its first address, too. A port that is not stated is 22,
    whatever an ssh_config says.
    """
    problems: list[Problem] = []
    first: dict[tuple[str, str, int], list[Asset]] = {}
    for asset in assets:
        if asset.kind not in _KINDS:
            continue
        problems += _misplaced(asset)
        found: dict[str, tuple[Asset, str]] = {}
        for fact, place in _places(asset):
            others = first.setdefault(place, [])
            for other in others:
                if at_one_time(asset, other):
                    found.setdefault(other.id, (other, fact))
            others.append(asset)
        for other, fact in found.values():
            text = phrase(
                "{fact}: {asset} is asked at the same place: {place}",
                fact=fact,
                asset=repr(other.id),
                place=other.at,
            )
            hint = phrase(
                "correct one of the two, or state the port or the jump host that tells them apart"
            )
            problems.append(Problem(asset.where(fact), text, hint))
    return problems


def _misplaced(asset: Asset) -> Iterator[Problem]:
    """Yield the fault of an address with a user or a port in it, which is a name that nobody has."""
    named = str(asset.facts.get("ssh.address") or "")
    head, _, tail = named.rpartition(":")
    whole = is_address(named.strip("[]").partition("%")[0])
    for wrong, part, hint in (
        (not whole and any(c in named for c in "/ "), named, phrase("state the name alone")),
        ("@" in named, named.rpartition("@")[0], phrase("state it as ssh.user")),
        (head and not whole, tail, phrase("state it as ssh.port")),
    ):
        if wrong:
            text = phrase("ssh.address: {part} is no part of a name or address", part=repr(part))
            yield Problem(asset.where("ssh.address"), text, hint)
            return


def doubts(assets: Iterable[Asset]) -> Iterator[Problem]:
    """Yield a remark for each asset behind a jump host at the address and port at which one without is."""
    direct: dict[tuple[str, int], list[Asset]] = {}
    behind: list[tuple[Asset, str, tuple[str, int]]] = []
    for asset in assets:
        for fact, (jump, address, port) in _places(asset):
            if jump:
                behind.append((asset, fact, (address, port)))
            else:
                direct.setdefault((address, port), []).append(asset)
    for asset, fact, place in behind:
        for other in direct.get(place, ()):
            if is_address(place[0]) and at_one_time(asset, other):
                text = phrase(
                    "{fact}: {asset} is asked at this address, too, without a jump host: {place}",
                    fact=fact,
                    asset=repr(other.id),
                    place=other.at,
                )
                hint = phrase("two networks may share an address; one machine is listed once")
                yield Problem(asset.where(fact), text, hint)


def _places(asset: Asset) -> Iterator[tuple[str, tuple[str, str, int]]]:
    """Yield each place an asset is asked at, once, with the fact that says so."""
    stated = asset.facts.get("addresses")
    first = str(stated[0]) if isinstance(stated, tuple) and stated else ""
    named = str(asset.facts.get("ssh.address") or "")
    port = asset.facts.get("ssh.port")
    number = port if isinstance(port, int) else _PORT
    jump = ",".join(_hop(hop) for hop in str(asset.facts.get("ssh.jump") or "").split(",") if hop)
    at = [("ssh.address", plain(named))] if named else []
    if first and (not named or not is_address(plain(named))):
        at.append(("addresses", plain(first)))
    for fact, address in at:
        yield fact, (jump, address, number)


def _hop(hop: str) -> str:
    """Return a jump host of `[user@]name[:port]` without who logs in, in one spelling."""
    name = hop.strip().rpartition("@")[2]
    if name.startswith("["):
        name, _, port = name[1:].partition("]")
        port = port.removeprefix(":")
    elif name.count(":") == 1:
        name, _, port = name.partition(":")
    else:
        port = ""
    return f"[{plain(name)}]:{port or _PORT}"
