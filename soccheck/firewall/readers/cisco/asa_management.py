"""Who may speak to an ASA itself: `ssh`, `telnet`, `http`, `icmp`, VPN, SNMP and routing protocols.

Source: Cisco ASA Series General Operations CLI Configuration Guide, management access. It stands
beside the access lists, which judge only what crosses the device.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from soccheck.errors import ReadError
from soccheck.firewall.model import (
    ANY,
    ICMP,
    ICMPV6,
    TCP,
    UDP,
    Action,
    Expr,
    In,
    Named,
    Rule,
    Unknown,
    Where,
    all_of,
    some_of,
)
from soccheck.firewall.names import port
from soccheck.firewall.readers.base import implied, readable
from soccheck.firewall.readers.cisco.access_lists import Dialect, Words, side
from soccheck.firewall.spans import span

ROUTING = {"bgp": (TCP, 179), "rip": (UDP, 520), "ospf": (89, 0), "eigrp": (88, 0)}


@dataclass(slots=True)
class Interface:
    """One named interface and its security level."""

    name: str
    level: int
    where: Where
    up: bool = True


class Management:
    """The management access of one configuration."""

    def __init__(
        self,
        lines: Sequence[tuple[Words, str]],
        interfaces: Mapping[str, Interface],
        dialect: Dialect,
    ) -> None:
        self.lines = lines
        self.interfaces = interfaces
        self.dialect = dialect
        self.rules: list[Rule] = []
        self.icmp: dict[str, list[tuple[Words, str]]] = {}
        self.https = 0

    def read(self, where: Where) -> list[Rule]:
        """Return what lets packets to the device; raises `ReadError`."""
        for words, text in self.lines:
            with readable(words.where, text):
                self._take(words, text)
        with readable(where, "icmp"):
            self._icmp()
        return self.rules

    def _take(self, words: Words, text: str) -> None:
        where = words.where
        found = words.words
        match: Expr
        if found[:3] == ["http", "server", "enable"]:
            self.https = port(found[3]) if len(found) > 3 else 443
            return
        if found[0] == "icmp":
            self.icmp.setdefault(found[-1], []).append((Words(found[1:-1], where), text))
            return
        if found[0] == "router":
            proto, number_ = ROUTING.get(found[1], (TCP, 0))
            parts: list[Expr] = [In("proto", span(proto)), Unknown(f"peers of {text}")]
            match = all_of(*parts, *([In("dport", span(number_))] if number_ else []))
        elif found[0] == "webvpn":
            match = all_of(
                Named("iif", (found[2],)),
                In("proto", ((TCP, TCP), (UDP, UDP))),
                In("dport", span(443)),
            )
        elif found[0] == "crypto":
            if found[1] not in ("ikev1", "ikev2", "isakmp") or found[2:3] != ["enable"]:
                return
            match = all_of(
                Named("iif", (found[3],)),
                some_of(
                    all_of(In("proto", span(UDP)), In("dport", ((500, 500), (4500, 4500)))),
                    In("proto", ((50, 51),)),
                ),
            )
        elif found[0] == "snmp-server":
            if found[1:2] != ["host"] or len(found) < 4:
                return
            match = all_of(
                Named("iif", (found[2],)),
                In("proto", span(UDP)),
                In("dport", span(161)),
                side(Words(["host", found[3]], where), self.dialect, "src", 0),
            )
        elif found[0] == "dhcpd":
            if found[1:2] != ["enable"]:
                return
            match = all_of(Named("iif", (found[2],)), In("proto", span(UDP)), In("dport", span(67)))
        else:
            if found[-1] not in self.interfaces or len(found) < 3:
                return
            ports = {"ssh": 22, "telnet": 23, "http": 0}[found[0]]
            source = found[1:-1] if len(found) > 3 else [found[1]]
            source = [{"0": "0.0.0.0"}.get(w, w) for w in source]
            try:
                from_ = side(Words(source, where), self.dialect, "src", 0)
            except ValueError as error:
                raise ReadError(where, f"{text!r}: {error}") from error
            if not ports and not any(
                w.words[:3] == ["http", "server", "enable"] for w, _ in self.lines
            ):
                return
            served = ports or self.https or 443
            match = all_of(
                Named("iif", (found[-1],)), from_, In("proto", span(TCP)), In("dport", span(served))
            )
        self.rules.append(Rule(match=match, action=Action.ACCEPT, where=where, text=text))

    def _icmp(self) -> None:
        ping = In("proto", ((ICMP, ICMP), (ICMPV6, ICMPV6)))
        for name, interface in self.interfaces.items():
            entries = self.icmp.get(name, [])
            for words, text in entries:
                if words.peek() == "unreachable":
                    continue
                action = Action.ACCEPT if words.take() == "permit" else Action.DROP
                from_ = side(words, self.dialect, "src", 0)
                kind = Unknown(" ".join(words.words)) if words else ANY
                match = all_of(ping, Named("iif", (name,)), from_, kind)
                self.rules.append(Rule(match=match, action=action, where=words.where, text=text))
            if not entries:
                match = all_of(ping, Named("iif", (name,)))
                self.rules.append(
                    implied(match, Action.ACCEPT, interface.where, f"ICMP to {name} by default")
                )
