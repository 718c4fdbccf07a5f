"""Who may speak to an ASA itself: `ssh`, `telnet`, `http`, `icmp`, VPN, SNMP and routing protocols.

Source: Cisco ASA Series General Operations CLI Configuration Guide, management access. It stands
beside the access lists, which judge only what crosses the device.
"""

from __future__ import annotations

from collections.abc import Mapping

from soccheck.errors import worded
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
    Not,
    Rule,
    Unknown,
    Where,
    all_of,
    some_of,
)
from soccheck.firewall.readers.base import implied
from soccheck.firewall.readers.cisco.asa_interfaces import AsaInterfaces
from soccheck.firewall.readers.cisco.lines import Command
from soccheck.firewall.readers.cisco.matches import Dialect, icmp_type, side
from soccheck.firewall.readers.ledger import Ledger, Statement
from soccheck.firewall.spans import Spans, span, union
from soccheck.phrase import echo, phrase, series

ROUTING: Mapping[str, tuple[int, int]] = {
    "bgp": (TCP, 179), "rip": (UDP, 520), "ospf": (89, 0), "eigrp": (88, 0), "isis": (124, 0),
}  # fmt: skip
LISTENERS: Mapping[str, tuple[int, Spans]] = {
    "dhcpd enable": (UDP, span(67)),
    "ipv6 dhcp server": (UDP, span(547)),
    "dhcprelay enable": (UDP, span(67)),
    "ipv6 dhcprelay enable": (UDP, span(547)),
    "http redirect": (TCP, span(80)),
}
"""Commands whose next word is the interface on which a service listens."""
ANYWHERE: Mapping[str, tuple[int, Spans]] = {
    "failover lan interface": (105, ()),
    "vpn load-balancing": (UDP, span(9023)),
    "multicast-routing": (103, ()),
    "dhcprelay server": (UDP, span(67)),
    "ipv6 dhcprelay server": (UDP, span(547)),
    "sla monitor responder": (UDP, span(1967)),
}
"""Commands that make the device answer in ways that are not modelled further."""


def at(proto: int, ports: Spans) -> Expr:
    """Return "to these ports of a protocol"."""
    return all_of(In("proto", span(proto)), *([In("dport", ports)] if ports else []))


class AsaManagement:
    """The services of the device, as the rules that let packets to them."""

    def __init__(
        self, root: Command, ports: AsaInterfaces, dialect: Dialect, ledger: Ledger
    ) -> None:
        self.root = root
        self.ports = ports
        self.dialect = dialect
        self.ledger = ledger
        self.out: list[Rule] = []
        self.consoles: list[Rule] = []
        """Where the device is managed, once `rules` were asked for."""

    def rules(self, where: Where) -> list[Rule]:
        """Return what lets packets to the device."""
        self._consoles()
        self._webvpn()
        self._listeners()
        for words in self.root.each("router"):
            kind = words.rest()[0] if words else ""
            proto, number = ROUTING.get(kind, (0, 0))
            asked = at(proto, span(number) if number else ()) if proto else ANY
            self._accept(words, all_of(asked, Unknown(phrase("peers of {line}", line=words.text))))
        self._icmp()
        return self.out

    def _accept(self, words: Command, match: Expr) -> None:
        self.out.append(Rule(match=match, action=Action.ACCEPT, where=words.where, text=words.text))

    def _consoles(self) -> None:
        """Take `ssh`, `telnet` and `http`: a source, then the interface."""
        server = self.root.last("http server enable")
        web = self._port(server, 443) if server is not None else None
        for name, port in (("ssh", 22), ("telnet", 23), ("http", web)):
            for words in self.root.each(name):
                first = words.peek()
                if not (first[:1].isdecimal() or ":" in first or first in self.dialect.names):
                    words.at = 0  # a setting of the service: known to be harmless, or unread
                    continue
                source = self._source(words)
                if source is not None and port is not None:
                    doubt = self._lowest(words.words[-1]) if name == "telnet" else ()
                    self._accept(words, all_of(source, at(TCP, span(port)), *doubt))
                    self.consoles.append(self.out[-1])

    def _lowest(self, name: str) -> tuple[Expr, ...]:
        """Return the doubt about Telnet to the interface of the lowest level: by a VPN tunnel only.

        Source: Command Reference, `telnet`.
        """
        levels = {key: level for key, (level, _) in self.ports.levels.items()}
        if levels.get(name, 100) > min(levels.values(), default=0):
            return ()
        return (
            Unknown(
                phrase(
                    "Telnet to {name}, of the lowest security level, by a VPN tunnel only",
                    name=name,
                )
            ),
        )

    def _source(self, words: Command) -> Expr | None:
        """Read `SOURCE INTERFACE`; a line that cannot be read counts as unread."""
        rest = words.rest()
        *source, name = [{"0": "0.0.0.0"}.get(word, word) for word in rest]
        side_of = Statement(self.ledger, words.section, words.where, words.text, words=source)
        try:
            from_ = side(side_of, self.dialect, "src", 0)
            if side_of or (self.ports.levels and name not in self.ports.levels):
                raise ValueError(phrase("no such interface"))
        except ValueError as error:
            words.doubtful(series([echo(" ".join(rest)), worded(error)], ": "))
            return None
        return all_of(self._entered(name), from_)

    def _entered(self, name: str) -> Expr:
        """Return what comes in by an interface and is not for another's address, which does not answer there.

        A tunnel's peer may ask another's, and has its rules (`asa_tunnels`); the members of a bridge group
        have no address of their own. Sources: General Operations CLI Configuration Guide, "Guidelines for
        Management Access"; Command Reference, `icmp`.
        """
        parts: list[Expr] = [Named("iif", (name,))]
        own = self.ports.found[name].addresses if name in self.ports.found else {}
        for family, spans in own.items():
            there = (d.addresses.get(family, ()) for d in self.ports.found.values())
            beyond = [s for found in there for s in found if s not in spans]
            parts += [Not(In("dst", union(beyond), family))] if beyond else []
        return all_of(*parts)

    def _port(self, words: Command, default: int) -> int:
        """Take a port that may follow; one that cannot be read makes the line doubtful."""
        if not words:
            return default
        try:
            found = self.dialect.port(words.peek())
        except ValueError as error:
            words.doubtful(worded(error))
            return default
        words.word()
        return found

    def _webvpn(self) -> None:
        """Take the gateway: `port` moves its TCP listener, `dtls port` the one of UDP."""
        for section in self.root.each("webvpn"):
            moved, dtls = section.last("port"), section.last("dtls port")
            tcp = self._port(moved, 443) if moved is not None else 443
            udp = self._port(dtls, 443) if dtls is not None else 443
            for words in section.each("enable"):
                iface = Named("iif", (words.word(),))
                both = some_of(at(TCP, span(tcp)), at(UDP, span(udp)))
                self._accept(words, all_of(iface, both))
                words.skip("tls-only")

    def _over_udp(self) -> None:
        """Take the port on which clients send IPsec over UDP, where a group policy lets them."""
        groups = list(self.root.each("group-policy"))
        ports = {10000}
        for line in (inner for group in groups for inner in group.each("ipsec-udp-port")):
            ports.add(self._port(line, 10000))
        for group in groups:
            group.at = 0  # which group it is, and whose
            for words in group.each("ipsec-udp enable"):
                listens = In("dport", union((port, port) for port in ports))
                self._accept(
                    words, all_of(In("proto", span(UDP)), listens, Unknown(echo(words.text)))
                )

    def _logins(self) -> None:
        """Take the pages where users log in (Command Reference, `aaa authentication listener`)."""
        for words in self.root.each("aaa authentication listener"):
            if words.skip("no-logout-button"):
                words.rest()
                continue
            kind, iface = words.word(), Named("iif", (words.word(),))
            port = 443 if kind == "https" else 80
            if words.skip("port"):
                port = self._port(words, port)
            words.skip("redirect")
            self._accept(words, all_of(iface, at(TCP, span(port))))

    def _orders(self) -> None:
        """Take where AAA servers may order what a user may do (RFC 5176; 1700 unless a port is given)."""
        for group in self.root.each("aaa-server"):
            for words in group.each("dynamic-authorization"):
                words.skip("port")
                orders = at(UDP, span(self._port(words, 1700)))
                self._accept(words, all_of(orders, Unknown(echo(words.text))))

    def _listeners(self) -> None:
        self._over_udp()
        self._logins()
        self._orders()
        for kind in ("ikev1", "ikev2", "isakmp"):
            for words in self.root.each(f"crypto {kind} enable"):
                iface = Named("iif", (words.word(),))
                ike = some_of(at(UDP, ((500, 500), (4500, 4500))), In("proto", ((50, 51),)))
                self._accept(words, all_of(iface, ike))
                if words.skip("client-services"):
                    words.skip("port")
                    self._accept(words, all_of(iface, at(TCP, span(self._port(words, 443)))))
        for command, (proto, ports) in LISTENERS.items():
            for words in self.root.each(command):
                iface = Named("iif", (words.word(),))
                moved = (
                    span(self._port(words, ports[0][0])) if command == "http redirect" else ports
                )
                self._accept(words, all_of(iface, at(proto, moved)))
        for command, (proto, ports) in ANYWHERE.items():
            for words in self.root.each(command):
                self._accept(words, all_of(at(proto, ports), Unknown(echo(words.text))))
                words.drop()
        for section in self.root.below:
            for words in section.each("bfd") if section.words[0] == "interface" else ():
                detects = In("dport", ((3784, 3785), (4784, 4784)))
                match = all_of(In("proto", span(UDP)), detects, Unknown(phrase("the peers of BFD")))
                self._accept(words, match)
                words.drop()
        listen = self.root.last("snmp-server listen-port")
        snmp = self._port(listen, 161) if listen is not None else 161
        for words in self.root.each("snmp-server host"):
            self._snmp(words, snmp)

    def _snmp(self, words: Command, port: int) -> None:
        name, source = words.word(), words.word()
        words.rest()  # the community, the version and the port that traps are sent to
        host = Statement(
            self.ledger, words.section, words.where, words.text, words=["host", source]
        )
        try:
            from_ = side(host, self.dialect, "src", 0)
        except ValueError:
            from_ = Unknown(phrase("the host {source}", source=source))
        self._accept(words, all_of(Named("iif", (name,)), at(UDP, span(port)), from_))

    def _icmp(self) -> None:
        """Take `icmp` and `ipv6 icmp`: an interface without a line answers everybody."""
        for family, proto, command in ((4, ICMP, "icmp"), (6, ICMPV6, "ipv6 icmp")):
            ping = In("proto", span(proto))
            told: set[str] = set()
            for words in self.root.each(command):
                if words.peek() not in ("permit", "deny"):
                    words.at = 0
                    continue
                name = words.words[-1]
                action = Action.ACCEPT if words.word() == "permit" else Action.DROP
                del words.words[-1]
                told.add(name)
                try:
                    from_ = side(words, self.dialect, "src", family)
                except ValueError as error:
                    from_ = Unknown(series([echo(words.text), worded(error)], ": "))
                kind = icmp_type(words, self.dialect, family)
                rest = [Unknown(echo(" ".join(words.rest())))] if words else []
                match = all_of(ping, self._entered(name), from_, kind, *rest)
                self.out.append(
                    Rule(match=match, action=action, where=words.where, text=words.text)
                )
            for name, (_, where) in self.ports.levels.items():
                if name not in told:
                    match = all_of(ping, self._entered(name))
                    text = phrase("ICMP to {name} by default", name=name)
                    self.out.append(implied(match, Action.ACCEPT, where, text))
