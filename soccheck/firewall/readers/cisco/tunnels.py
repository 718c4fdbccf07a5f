"""What peers of VPN tunnels send past the access lists of an interface.

Sources: Cisco ASA VPN CLI Configuration Guide, "Configure IPsec to Bypass ACLs" (`sysopt connection
permit-vpn` is the default and not printed); Cisco IOS, "Crypto Access Check on Clear-Text Packets"
(12.3(8)T and later). Which packets a tunnel really carries is for its peers to say, so that they are unknown.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from soccheck.firewall.model import ANY, Action, Expr, Rule, Where, all_of, some_of
from soccheck.firewall.readers.cisco.lines import Command
from soccheck.firewall.readers.objects import mirrored
from soccheck.phrase import Phrase, echo

ENTRY = re.compile(
    r"ipsec-(isakmp|manual)( dynamic \S+( discover)?| profile \S+)?|gdoi|match address \S+"
    r"|interface \S+( ipv6-local-address \S+)?"
    r"|set (peer|pfs|reverse-route|ikev1|ikev2|transform-set|security-association|security-policy"
    r"|trustpoint|isakmp-profile|ikev2-profile|nat-t-disable|connection-type|df-bit|phase1-mode"
    r"|ikev1-phase1-mode|tfc-packets|validate-icmp-errors|identity|group|ip|nat|mixed-mode)( .*)?"
    r"|client (configuration address (initiate|respond)|(authentication|accounting) list \S+)"
    r"|isakmp (authorization list|profile) \S+|(isakmp-profile|local-address) \S+"
    r"|redundancy( \S+.*)?"
)
"""What may stand behind the name, or the number, of an entry of a crypto map.

Sources: Cisco IOS Security Command Reference; Cisco ASA Series Command Reference, `crypto map`.
"""
ListsByName = Mapping[str, Sequence[Rule]]


@dataclass(slots=True)
class CryptoMaps:
    """The crypto maps of one configuration."""

    lists: dict[str, list[str]] = field(default_factory=dict)
    """The access lists of each map; an empty name where its peers may choose what they send."""
    bound: list[tuple[str, str, Where]] = field(default_factory=list)
    """Map, interface and line, where a map names its interface (ASA)."""

    def read(self, root: Command) -> None:
        """Take the maps; an entry without a list is one whose peers choose."""
        dynamic = self._entries(root, "crypto dynamic-map", {})
        self.lists = self._entries(root, "crypto map", dynamic)

    def _entries(
        self, root: Command, command: str, dynamic: Mapping[str, list[str]]
    ) -> dict[str, list[str]]:
        found: dict[str, dict[str, list[str]]] = {}
        for line in root.each(command):
            name, (number, *rest) = line.word(), line.rest() or [""]
            said = " ".join(rest if number.isdecimal() else [number, *rest])
            if said and ENTRY.fullmatch(said) is None:
                line.doubtful(echo(said))
            if number == "interface" and rest:
                self.bound.append((name, rest[0], line.where))
            if not number.isdecimal():
                continue
            lists = found.setdefault(name, {}).setdefault(number, [])
            if rest[:2] == ["match", "address"]:
                lists += rest[2:3]
            if "dynamic" in rest[:-1]:
                lists += dynamic.get(rest[rest.index("dynamic") + 1], [""])
            for inner in line.each("match address"):
                lists += inner.rest()[:1]
        return {
            name: [listed for lists in entries.values() for listed in lists or [""]]
            for name, entries in found.items()
        }

    def protected(self, name: str, lists: ListsByName) -> Expr:
        """Return what the lists of a map choose to send into its tunnels."""
        return some_of(*(_chosen(listed, lists) for listed in self.lists.get(name, [""])))


def decrypted(iface: Expr, sent: Expr, where: Where, text: Phrase) -> Rule:
    """Return the rule for what comes out of tunnels: the turned side of what goes into them."""
    return passing(all_of(iface, mirrored(sent)), where, text)


def passing(match: Expr, where: Where, text: Phrase) -> Rule:
    """Return the rule for packets of a tunnel, which may pass whatever the lists say."""
    return Rule(match=match, action=Action.UNKNOWN, where=where, text=text, implicit=True)


def _chosen(name: str, lists: ListsByName) -> Expr:
    if name not in lists:
        return ANY
    return some_of(*(rule.match for rule in lists[name] if rule.action is not Action.DROP))
