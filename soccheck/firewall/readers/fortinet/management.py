"""Who may speak to a FortiGate itself: `allowaccess`, trusted hosts, VPN gateways, local services.

Sources: FortiOS Administration Guide, interface settings and administrators; FortiOS Ports, "FortiGate
open ports". It stands beside the policies, which judge only what crosses the device.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

from soccheck.firewall.interface import Interface
from soccheck.firewall.model import (
    ANY,
    NEVER,
    PORTS,
    TCP,
    UDP,
    Expr,
    In,
    Named,
    Not,
    Rule,
    Unknown,
    all_of,
    some_of,
)
from soccheck.firewall.names import number
from soccheck.firewall.readers.base import of_family
from soccheck.firewall.readers.fortinet.access import (
    ACCESS,
    MADE_OF_OTHERS,
    PING,
    moved,
    opened,
    trusted,
)
from soccheck.firewall.readers.fortinet.switches import beside
from soccheck.firewall.readers.fortinet.tree import Block
from soccheck.firewall.readers.ledger import Ledger
from soccheck.firewall.spans import Spans, span, union
from soccheck.phrase import echo, phrase

IKE: Spans = ((500, 500), (4500, 4500))
IKE_MOVED = ("ike-port", "ike-natt-port")
"""Settings of `system settings` that move IKE and its way through NAT (CLI Reference)."""
PHASE1 = ("vpn ipsec phase1-interface", "vpn ipsec phase1")
CONSOLES = ("https", "http", "ssh", "telnet", "fgfm")
"""Words of `allowaccess` by which the device is managed; by `fgfm` FortiManager installs ("FMG-Access")."""
VRRP = 112
Match = Callable[[str, Iterable[str]], Expr]


def reserved(settings: Block) -> tuple[str, ...]:
    """Return the interfaces that each member of a cluster keeps for its own management."""
    block = settings.section("system ha")
    if block is None or not block.flag("ha-mgmt-status"):
        return ()
    listed = [entry.get("interface") for entry in block.entries("ha-mgmt-interfaces")]
    return (*block.words("ha-mgmt-interface"), *listed)


class VdomManagement:
    """The services of one virtual domain's device side."""

    def __init__(
        self,
        ledger: Ledger,
        settings: Block,
        root: Block,
        interfaces: Mapping[str, Interface],
        blocks: Sequence[Block],
    ) -> None:
        self.ledger = ledger
        self.settings = settings
        self.root = root
        self.interfaces = interfaces
        self.blocks = blocks
        self.sources = trusted(settings)
        self.consoles: list[Rule] = []
        """Where the device is managed, once `rules` were asked for."""

    def rules(self, match: Match) -> Iterator[Rule]:
        """Yield what interfaces and gateways let in; `match` resolves interface names."""
        self._ports()
        for block in self.blocks:
            yield from self._interface(block, match)
        yield from self._ssl_vpn(match)
        yield from self._ipsec()

    def _ports(self) -> None:
        """Take where services listen that no interface serves, too: there it changes nothing."""
        for access in (access for served in ACCESS.values() for access in served):
            moved(access, self.settings, self.root)
        system = self.settings.section("system global")
        if system is not None:
            system.flag("admin-telnet", default=True)

    def served(self) -> Iterator[tuple[Block, Expr]]:
        """Yield the interfaces that serve anything, with each thing they serve."""
        for block in self.blocks:
            six = block.section("ipv6")
            words = [(4, word) for word in block.words("allowaccess")]
            words += [
                (6, word) for word in (six.words("ip6-allowaccess") if six is not None else ())
            ]
            for family, word in words if not self._down(block) else ():
                yield block, all_of(of_family(family), self._access(word, family))
            for names, service in self._gateways():
                if block.name in names:
                    yield block, service

    def _gateways(self) -> Iterator[tuple[list[str], Expr]]:
        """Yield the interfaces and services of VPN gateways."""
        ssl = self.root.section("vpn ssl settings")
        if ssl is not None and ssl.flag("status", default=True):
            yield ssl.words("source-interface"), self._ssl_service(ssl)
        elif ssl is not None:
            ssl.pass_over()
        for path in PHASE1:
            for block in self.root.entries(path):
                ike = all_of(In("proto", span(UDP)), In("dport", IKE))
                yield [block.get("interface")], some_of(ike, In("proto", span(50, 51)))

    def _ssl_service(self, ssl: Block) -> Expr:
        port = ssl.get("port", "443")
        try:
            listens: Expr = In("dport", span(number(port, PORTS)))
        except ValueError:
            listens = Unknown(phrase("port {port}", port=port))
        return all_of(In("proto", ((TCP, TCP), (UDP, UDP))), listens)

    def _interface(self, block: Block, interfaces: Match) -> Iterator[Rule]:
        if self._down(block):
            block.pass_over()
            return
        six = block.section("ipv6")
        # What is made of others may be more than its name says.
        if block.get("type") not in MADE_OF_OTHERS:
            block.record.within = some_of(*(Named(side, (block.name,)) for side in ("iif", "oif")))
        here = interfaces("iif", [block.name])
        for family, owner, key in ((4, block, "allowaccess"), (6, six, "ip6-allowaccess")):
            for word in owner.words(key) if owner is not None else ():
                at = self._addressed(block.name, family)
                match = all_of(of_family(family), here, at, self._access(word, family))
                text = phrase("interface {name}: allowaccess {word}", name=block.name, word=word)
                yield opened(block, match, text, family)
                if word in CONSOLES:
                    device = self.interfaces.get(block.name)
                    own = device.addresses if device is not None else {}
                    side = some_of(here, In("dst", own[family], family)) if family in own else here
                    match = all_of(of_family(family), side, self._access(word, family))
                    self.consoles.append(opened(block, match, text, family))
        sharing = [*block.entries("vrrp"), *(six.entries("vrrp6") if six is not None else ())]
        for inner in sharing:
            text = phrase(
                "interface {name}: the other routers of VRRP {group}",
                name=block.name,
                group=inner.name,
            )
            yield opened(inner, all_of(here, In("proto", span(VRRP)), Unknown(text)), text)
        for inner in block.entries("secondaryip"):
            for word in inner.words("allowaccess"):
                match = all_of(of_family(4), here, self._access(word, 4))
                text = phrase(
                    "interface {name}, second address: {what}", name=block.name, what=word
                )
                yield opened(inner, match, text, 4)
                if word in CONSOLES:
                    self.consoles.append(opened(inner, match, text, 4))
        yield from beside(block, here, self.root)

    def _down(self, block: Block) -> bool:
        """Tell whether an interface, or the one that it is a part of, is switched off."""
        names = {one.name: one for one in self.blocks}
        seen = set[str]()
        at: Block | None = block
        while at is not None and at.name not in seen:
            seen.add(at.name)
            if at.get("status") == "down":
                return True
            at = names.get(at.get("interface"))
        return False

    def _addressed(self, name: str, family: int) -> Expr:
        """Return "for an address of that interface"; of others it is not known whether they answer there."""
        own = self.interfaces[name].addresses.get(family) if name in self.interfaces else None
        if not own:
            return ANY
        known = union(
            s for device in self.interfaces.values() for s in device.addresses.get(family, ())
        )
        # Those of other interfaces take a policy (`by_policy`).
        other = all_of(
            Not(In("dst", known, family)),
            Unknown(phrase("whether {name} answers for the address", name=name)),
        )
        return some_of(In("dst", own, family), other)

    def _access(self, word: str, family: int) -> Expr:
        if word == "ping":
            proto, kind = PING[family]
            return all_of(In("proto", span(proto)), In("itype", span(kind)), self.sources[family])
        if word not in ACCESS:
            return Unknown(echo(f"allowaccess {word}"))
        system = self.settings.section("system global")
        if (
            word == "telnet"
            and system is not None
            and not system.flag("admin-telnet", default=True)
        ):
            return NEVER
        parts = []
        for access in ACCESS[word]:
            if access.family not in (0, family):
                continue
            ports = moved(access, self.settings, self.root)
            doubt = [] if access.sure else [Unknown(phrase("what {word} listens on", word=word))]
            service = all_of(In("proto", span(access.proto)), In("dport", ports), *doubt)
            parts.append(all_of(service, self.sources[family]) if access.trusted else service)
        if word == "https" and (
            system is None or system.flag("admin-https-redirect", default=True)
        ):
            answers = Unknown(
                phrase("whether `admin-https-redirect` answers where only HTTPS is allowed")
            )
            parts.append(all_of(self._access("http", family), answers))
        return some_of(*parts)

    def _ssl_vpn(self, interfaces: Match) -> Iterator[Rule]:
        ssl = self.root.section("vpn ssl settings")
        if ssl is None:
            return
        names = ssl.words("source-interface")
        if not ssl.flag("status", default=True):
            ssl.pass_over()
            return
        parts: list[Expr] = [interfaces("iif", names), self._ssl_service(ssl)]
        limits = ("source-address", "source-address6")
        if any(ssl.words(key) and ssl.words(key) != ["all"] for key in limits):
            parts.append(Unknown(phrase("the source addresses of the SSL VPN")))
        for key in (*limits, "source-address-negate", "source-address6-negate"):
            ssl.words(key)
        if names:
            yield opened(ssl, all_of(*parts), echo("SSL VPN"))
        if names and ssl.flag("https-redirect"):
            here = [parts[0], In("proto", span(TCP)), In("dport", span(80))]
            limited = (
                [Unknown(phrase("the source addresses of the SSL VPN"))] if len(parts) > 3 else []
            )
            yield opened(ssl, all_of(*here, *limited), echo("SSL VPN: https-redirect"))

    def _ipsec(self) -> Iterator[Rule]:
        system = self.root.section("system settings")
        ports = list(IKE)
        for key in IKE_MOVED if system is not None else ():
            value = system.get(key) if system is not None else ""
            if value.isdecimal():
                ports.append((int(value), int(value)))
            elif value and system is not None:
                system.record.doubtful(f"{key} {value}")
        over_tcp = system.get("ike-tcp-port", "4500") if system is not None else "4500"
        for path in PHASE1:
            for block in self.root.entries(path):
                here = Named("iif", (block.get("interface"),))
                carried: list[Expr] = [
                    all_of(In("proto", span(UDP)), In("dport", union(ports))),
                    In("proto", span(50, 51)),
                ]
                if block.get("transport", "udp") != "udp":
                    tcp: list[Expr] = [
                        In("proto", span(TCP)),
                        Unknown(phrase("IKE over TCP, port {port}", port=over_tcp)),
                    ]
                    carried.append(all_of(*tcp))
                text = echo(f"IPsec {block.name}")
                yield opened(block, all_of(here, some_of(*carried)), text)
