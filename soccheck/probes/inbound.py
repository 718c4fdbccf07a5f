"""What a Linux packet filter does with inbound traffic no rule names: one packet walked through it.

This answers the two or three questions the inventory declares; the exact analysis of a ruleset is the
firewall engine's. The packet is a stranger's first, to a port no rule names. Each match is true, false
or unknown for it, so a chain ends in a set of outcomes; only a set of one is an answer.
"""

from __future__ import annotations

import fnmatch
import ipaddress
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

Truth = bool | None
_DEEPEST = 32  # the kernel allows 16 jumps; more is a circle
_MOST_STEPS = 200_000


class Packet(NamedTuple):
    """Represents the stranger's packet: address family, protocol, and the interfaces it may come in by."""

    family: int
    protocol: str
    interfaces: frozenset[str]


class Rule(NamedTuple):
    """Represents one rule as far as it matters: its matches, whether it logs, and what it decides.

    `verdict` is `accept`, `drop`, `return`, `jump`, `goto`, `unknown` or empty; `limited` says it
    matches only up to a rate.
    """

    matches: Sequence[Match]
    verdict: str = ""
    target: str = ""
    logs: bool = False
    limited: bool = False


class Match(NamedTuple):
    """Represents one condition: what is looked at, the values that fit, and whether it is negated."""

    key: str
    values: tuple[str, ...]
    negated: bool = False


class Base(NamedTuple):
    """Represents a chain the kernel calls for inbound packets of some families."""

    families: tuple[int, ...]
    chain: str
    policy: str


class Filter(NamedTuple):
    """Represents one loaded ruleset: its base chains on the input hook and all chains' rules."""

    bases: tuple[Base, ...]
    chains: Mapping[str, Sequence[Rule]]


class Outcome(NamedTuple):
    """Represents what may happen to the packet, whether it may fall through, and whether it is logged."""

    verdicts: frozenset[str]
    falls: bool
    logged: bool


# -- one match -------------------------------------------------------------------------------------


def matches(match: Match, packet: Packet) -> Truth:
    """Return whether the packet fits a match; none when that cannot be told."""
    result = _KEYS.get(match.key, _unknown)(match.values, packet)
    if result is None:
        return None
    return result is not match.negated


def _unknown(values: Iterable[str], packet: Packet) -> Truth:
    return None


def _any(results: Iterable[Truth]) -> Truth:
    unsure = False
    for result in results:
        if result:
            return True
        unsure = unsure or result is None
    return None if unsure else False


def _family(values: Iterable[str], packet: Packet) -> Truth:
    return f"ipv{packet.family}" in values


def _protocol(values: Iterable[str], packet: Packet) -> Truth:
    number = {"tcp": "6", "udp": "17"}[packet.protocol]
    return any(value in (packet.protocol, number, "all", "0") for value in values)


def _state(values: Iterable[str], packet: Packet) -> Truth:
    return any(value.lower() in ("new", "untracked") for value in values)


def _source(values: Iterable[str], packet: Packet) -> Truth:
    return _any(_from(value, packet) for value in values)


def _from(value: str, packet: Packet) -> Truth:
    """Return whether a stranger is in an address range: in all of the Internet, not in a named part."""
    try:
        network = ipaddress.ip_network(value, strict=False)
    except ValueError:
        return None
    if network.version != packet.family:
        return False
    if network.prefixlen == 0:
        return True
    if network.version == 4:
        return None if network.prefixlen < 8 else False
    if network.prefixlen > 16:
        return False
    return network.overlaps(ipaddress.ip_network("2000::/3"))


def _destination(values: Iterable[str], packet: Packet) -> Truth:
    return _any(_to(value, packet) for value in values)


def _to(value: str, packet: Packet) -> Truth:
    try:
        network = ipaddress.ip_network(value, strict=False)
    except ValueError:
        return None
    if network.version != packet.family:
        return False
    if network.prefixlen == 0:
        return True
    # An address of the machine may be meant, so only what no unicast goes to is certain.
    return False if network.is_multicast or network.is_loopback else None


def _port(values: Iterable[str], packet: Packet) -> Truth:
    return _any(_is_port(value) for value in values)


def _is_port(value: str) -> Truth:
    low, dash, high = value.replace(":", "-").partition("-")
    if not dash:
        return False  # one named port
    if not (low.isdigit() or not low) or not (high.isdigit() or not high):
        return None
    width = int(high or 65535) - int(low or 0)
    if width >= 65534:
        return True
    return None if width >= 32768 else False


def _interface(values: Iterable[str], packet: Packet) -> Truth:
    return _any(_is_interface(value, packet) for value in values)


def _is_interface(value: str, packet: Packet) -> Truth:
    if value == "lo":
        return False
    if not packet.interfaces:
        return None
    hit = [fnmatch.fnmatchcase(name, value.replace("+", "*")) for name in packet.interfaces]
    return True if all(hit) else (None if any(hit) else False)


def _address_type(values: Iterable[str], packet: Packet) -> Truth:
    return any(value.lower() in ("local", "host", "unicast") for value in values)


_KEYS = {
    "family": _family,
    "protocol": _protocol,
    "state": _state,
    "source": _source,
    "destination": _destination,
    "port": _port,
    "interface": _interface,
    "type": _address_type,
}


# -- the walk --------------------------------------------------------------------------------------


class _Walk:
    def __init__(self, chains: Mapping[str, Sequence[Rule]], packet: Packet) -> None:
        self.chains = chains
        self.packet = packet
        self.steps = 0

    def chain(self, name: str, depth: int = 0) -> Outcome:
        """Return what a chain does with the packet."""
        verdicts: set[str] = set()
        logged = False
        if depth > _DEEPEST or name not in self.chains:
            return Outcome(frozenset({"accept", "drop"}), True, False)
        for rule in self.chains[name]:
            self.steps += 1
            if self.steps > _MOST_STEPS:
                return Outcome(frozenset({"accept", "drop"}), True, False)
            fits = self.fits(rule)
            if fits is False:
                continue
            logged = logged or (rule.logs and fits is True)
            surely = fits is True and not rule.limited
            ends, falls = self.decided(rule, depth)
            verdicts |= ends.verdicts
            logged = logged or (ends.logged and surely)
            if surely and not falls:
                return Outcome(frozenset(verdicts), ends.falls, logged)
        return Outcome(frozenset(verdicts), True, logged)

    def fits(self, rule: Rule) -> Truth:
        unsure = False
        for match in rule.matches:
            result = matches(match, self.packet)
            if result is False:
                return False
            unsure = unsure or result is None
        return None if unsure else True

    def decided(self, rule: Rule, depth: int) -> tuple[Outcome, bool]:
        """Return a fitting rule's outcome, and whether the next rule may be reached."""
        nothing = Outcome(frozenset(), False, False)
        if rule.verdict in ("accept", "drop"):
            return Outcome(frozenset({rule.verdict}), False, False), False
        if rule.verdict == "return":
            return Outcome(frozenset(), True, False), False
        if rule.verdict == "unknown":
            return Outcome(frozenset({"accept", "drop"}), False, False), True
        if rule.verdict in ("jump", "goto"):
            below = self.chain(rule.target, depth + 1)
            return below, below.falls and rule.verdict == "jump"
        return nothing, True


def walk(filters: Iterable[Filter], packet: Packet) -> Iterator[tuple[frozenset[str], bool]]:
    """Yield, for every base chain of the packet's family, the possible verdicts and whether it logs."""
    for one in filters:
        steps = _Walk(one.chains, packet)
        for base in one.bases:
            if packet.family not in base.families:
                continue
            outcome = steps.chain(base.chain)
            verdicts = outcome.verdicts | ({base.policy} if outcome.falls else set())
            yield frozenset(verdicts), outcome.logged


def default(
    filters: Sequence[Filter], family: int, interfaces: frozenset[str]
) -> tuple[str | None, bool]:
    """Return `deny` or `allow` for what no rule names, none when unsure, and whether it is logged.

    A packet must pass every base chain: one sure drop denies. Both TCP and UDP must be denied.
    """
    results: list[Truth] = []
    logged = True
    for protocol in ("tcp", "udp"):
        packet = Packet(family, protocol, interfaces)
        ends = list(walk(filters, packet))
        denying = [log for verdicts, log in ends if verdicts == {"drop"}]
        unsure = any(len(verdicts) > 1 for verdicts, _ in ends)
        results.append(True if denying else (None if unsure else False))
        logged = logged and any(denying)
    if all(results):
        return "deny", logged
    return ("allow" if False in results else None), False
