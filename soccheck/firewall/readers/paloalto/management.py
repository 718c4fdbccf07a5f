"""Who may speak to a PAN-OS device itself: management profiles, the management interface, listeners.

Sources: PAN-OS Web Interface Help, "Network > Network Profiles > Interface Mgmt" and "Device > Setup >
Interfaces"; PAN-OS Administrator's Guide, "Reference: Port Number Usage" (management, HA, User-ID);
GlobalProtect Administrator's Guide. What is for an own address of a zone needs a security rule beside it; the
management interface does not.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

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
    Rule,
    Unknown,
    all_of,
    some_of,
)
from soccheck.firewall.names import PUBLIC
from soccheck.firewall.readers.paloalto.gateways import PanGateways, on
from soccheck.firewall.readers.paloalto.interfaces import LOCAL, MANAGEMENT, PanSides
from soccheck.firewall.readers.paloalto.routing import unknown
from soccheck.firewall.readers.paloalto.tree import PanNode, names_of
from soccheck.firewall.spans import Spans, address, intersect, span
from soccheck.phrase import Phrase, echo, phrase, series

ECHO = some_of(
    all_of(In("proto", span(ICMP)), In("itype", span(8))),
    all_of(In("proto", span(ICMPV6)), In("itype", span(128))),
)


PROFILE: Mapping[str, Expr] = {
    "ping": ECHO,
    "ssh": on(TCP, 22),
    "telnet": on(TCP, 23),
    "http": on(TCP, 80),
    "https": on(TCP, 443),
    "snmp": on(UDP, 161),
    "http-ocsp": on(TCP, 80),
    "response-pages": on(TCP, 6080, 6081, 6082, 6083),
    "userid-service": on(TCP, 5007),
    "userid-syslog-listener-ssl": on(TCP, 6514),
    "userid-syslog-listener-udp": on(UDP, 514),
}
"""What a management profile opens."""
CONSOLES = ("ssh", "telnet", "http", "https")
"""Those by which the device is managed."""
SYSTEM: Mapping[str, tuple[str, bool | None]] = {
    "disable-https": ("https", True),
    "disable-ssh": ("ssh", True),
    "disable-icmp": ("ping", True),
    "disable-http": ("http", None),
    "disable-telnet": ("telnet", None),
    "disable-snmp": ("snmp", None),
    "disable-http-ocsp": ("http-ocsp", None),
    "disable-userid-service": ("userid-service", None),
    "disable-userid-syslog-listener-ssl": ("userid-syslog-listener-ssl", None),
    "disable-userid-syslog-listener-udp": ("userid-syslog-listener-udp", None),
}
"""Settings of the management interface, what each closes, and whether it is open where nothing is said."""
OTHER_PORTS = some_of(
    on(TCP, 28, 3978, 5006, 5007, 6081, 6082, 28260, 28443, 28769, 28770, 28771, 49160),
    on(UDP, 29281),
    In("proto", span(99)),
)
"""What the management interface may listen on beside: HA, Panorama, User-ID."""
ROUTING: Mapping[str, Expr] = {
    "bgp": on(TCP, 179),
    "ospf": In("proto", span(89)),
    "ospfv3": In("proto", span(89)),
    "rip": on(UDP, 520),
}
MULTICAST = In("proto", ((2, 2), (103, 103)))
BFD = on(UDP, 3784, 3785, 4784)


class PanManagement:
    """The listeners of one device."""

    def __init__(self, root: PanNode, sides: PanSides) -> None:
        self.root = root
        self.sides = sides
        self.untrusted: list[str] = []
        """The management interface, where it may face the Internet."""
        self.addresses: dict[int, Spans] = {}
        """The fixed addresses of the management interface, by family; of one that is not fixed, nothing."""
        self.consoles: list[Rule] = []
        """Where the device is managed, once `rules` were asked for."""

    def rules(self) -> Iterator[Rule]:
        """Yield what lets packets to the device, once a security rule has."""
        yield from self._own()
        yield from self._profiles()
        yield from PanGateways(self.root, self.sides).rules()
        yield from self._answering()
        yield from self._routing()

    def _rule(
        self, node: PanNode, match: Expr, text: Phrase, action: Action = Action.ACCEPT
    ) -> Rule:
        return Rule(match=match, action=action, where=node.where, text=text)

    def _managed(self, name: str, rule: Rule) -> Rule:
        """Return a rule, and keep it where the device is managed by the service that it opens."""
        if name in CONSOLES:
            self.consoles.append(rule)
        return rule

    def _own(self) -> Iterator[Rule]:
        """Yield the services of the management interface."""
        system = self.root.at("deviceconfig", "system") or self.root
        here = Named("iif", (MANAGEMENT,))
        if system is not self.root:
            self._facing(system)
            allowed = _sources(list(system.entries("permitted-ip")))
            service = system.at("service")
        else:
            allowed, service = ANY, None
        for key, (name, opened) in SYSTEM.items():
            said = None if service is None or key not in service else not service.flag(key)
            is_open = opened if said is None else said
            match = all_of(here, PROFILE[name], allowed)
            text = phrase("management interface: {name}", name=name)
            if is_open is None:
                text = phrase("{text}, as long as `{key}` is not said", text=text, key=key)
                match = all_of(match, Unknown(text))
            if is_open is not False:
                yield self._managed(name, self._rule(system, match, text))
        text = phrase("management interface: high availability, Panorama, User-ID")
        yield self._rule(system, all_of(here, OTHER_PORTS, Unknown(text)), text)

    def _facing(self, system: PanNode) -> None:
        """Find whether the management interface may face the Internet: by no private address."""
        kind = system.at("type")
        dynamic = kind is not None and "dhcp-client" in kind
        if kind is not None:
            kind.whole("dhcp-client"), kind.whole("static")
        hidden = False
        self.addresses[6] = ()
        for key in ("ip-address", "ipv6-address"):
            for text in system.words(key):
                try:
                    family, spans = address(text.partition("/")[0])
                except ValueError as error:
                    system.record.doubtful(series([echo(key), worded(error)], ": "))
                    continue
                if family == 6 or not dynamic:
                    self.addresses[family] = spans
                hidden = not intersect(spans, PUBLIC[family])
                dynamic = dynamic or not hidden
        self.sides.managing = {4, *(family for family, own in self.addresses.items() if own)}
        if dynamic or not hidden:
            self.untrusted.append(MANAGEMENT)

    def _profiles(self) -> Iterator[Rule]:
        profiles = {n.word: n for n in self.root.entries(
            "network", "profiles", "interface-management-profile")}  # fmt: skip
        for port in self.sides.ports.values():
            if not port.profile:
                continue
            node, here = port.node, all_of(LOCAL, self.sides.at([port.name]))
            profile = profiles.get(port.profile)
            text = phrase(
                "interface {name}: management profile {profile}",
                name=port.name,
                profile=port.profile,
            )
            if profile is None:
                untold = Unknown(phrase("{text}, not defined", text=text))
                rule = self._rule(node, all_of(here, untold), text)
                self.consoles.append(rule)
                yield rule
                continue
            allowed = _sources(list(profile.entries("permitted-ip")))
            for name, match in PROFILE.items():
                if profile.flag(name):
                    named = series([text, echo(name)], ": ")
                    rule = self._rule(profile, all_of(here, match, allowed), named)
                    yield self._managed(name, rule)
            if profile.flag("https"):
                unsure = Unknown(
                    phrase("whether GlobalProtect moved the web interface to another port")
                )
                match = all_of(here, on(TCP, 4443), allowed, unsure)
                text = phrase("{text}: https beside GlobalProtect", text=text)
                yield self._managed("https", self._rule(profile, match, text))

    def _answering(self) -> Iterator[Rule]:
        """Yield the DHCP and DNS services, which listen on the interfaces they name."""
        for node in self.root.entries("network", "dhcp", "interface"):
            text = phrase("DHCP service on {name}", name=node.word)
            match = all_of(Named("iif", (node.word,)), on(UDP, 67, 547))
            yield self._rule(node, match, text)
        for node in self.root.entries("network", "dns-proxy"):
            names = node.words("interface")
            doubt: Iterable[Expr] = (
                () if "enabled" in node else (Unknown(phrase("whether it is enabled")),)
            )
            if node.flag("enabled", default=True):
                here = (
                    self.sides.at(names)
                    if names
                    else Unknown(phrase("the interfaces of a DNS proxy"))
                )
                match = all_of(LOCAL, here, some_of(on(TCP, 53), on(UDP, 53)), *doubt)
                yield self._rule(node, match, phrase("DNS proxy {name}", name=node.word))

    def _routing(self) -> Iterator[Rule]:
        """Yield the routing protocols, which answer their neighbours and nobody else."""
        for node in self.root.entries("network", "virtual-router"):
            speaks = []
            protocol = node.at("protocol")
            for name, match in ROUTING.items():
                found = protocol.at(name) if protocol is not None else None
                if found is not None:
                    if found.get("enable") != "no":
                        speaks.append(match)
                        for inner in unknown(found):
                            node.record.doubtful(echo(f"{name} {inner.word}"))
                    found.pass_over()
            if protocol is not None:
                for name in ("redist-profile", "redist-profile-ipv6"):
                    protocol.whole(name)
            if node.whole("multicast"):
                speaks.append(MULTICAST)
            if speaks or _watched(node):
                yield self._neighbours(node, speaks)
        for outer in self.root.entries("network", "logical-router"):
            yield self._neighbours(outer, [*ROUTING.values(), MULTICAST])

    def _neighbours(self, node: PanNode, speaks: Sequence[Expr]) -> Rule:
        text = phrase("the routing protocols of {name}", name=node.word)
        return self._rule(node, all_of(some_of(*speaks, BFD), Unknown(text)), text)


def _watched(router: PanNode) -> bool:
    """Tell whether BFD watches a static route."""
    return any(
        set(names_of(router, "routing-table", key, "static-route", name, "bfd", "profile"))
        - {"None"}
        for key in ("ip", "ipv6")
        for name in names_of(router, "routing-table", key, "static-route")
    )


def _sources(nodes: Sequence[PanNode]) -> Expr:
    """Return from where a service may be reached: from everywhere where nothing is said."""
    if not nodes:
        return ANY
    parts: list[Expr] = []
    for node in nodes:
        try:
            family, spans = address(node.word)
            parts.append(In("src", spans, family))
        except ValueError:
            parts.append(Unknown(echo(f"permitted-ip {node.word}")))
    return some_of(*parts)
