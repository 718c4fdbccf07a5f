"""Clients and servers for which pfSense and OPNsense let packets in by themselves.

Sources: pfSense `filter.inc` (`filter_rules_generate`), OPNsense `filter.lib.inc`
(`filter_core_rules_system`) and its plugins for captive portals, Kea, Dnsmasq and DHCP relays.
"""

from __future__ import annotations

from collections.abc import Iterator

from soccheck.firewall.model import (
    ICMP,
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
from soccheck.firewall.names import addresses, number
from soccheck.firewall.readers.base import implied, of_family
from soccheck.firewall.readers.pf.config_interfaces import PfInterfaces, literal
from soccheck.firewall.readers.pf.xml import Node
from soccheck.firewall.spans import Spans, span
from soccheck.phrase import phrase

OSPF = 89
PORTAL = 8000
"""A captive portal of number n listens on 8000 + n, and one above it for HTTPS."""
LINK = ("fe80::/10",)
LOCAL = "Local Database"
"""Users of the firewall itself, for whom no rules are sent."""


def clients(interfaces: PfInterfaces, where: Where) -> Iterator[Rule]:
    """Yield what a DHCPv6 client gets, before any rule of the user."""
    for name, node in interfaces.nodes.items():
        if node.text("ipaddrv6") in ("dhcp6", "slaac"):
            here = Named("iif", (interfaces.devices[name],))
            answers = _udp(here, 6, span(547), span(546))
            yield implied(
                answers, Action.ACCEPT, where, phrase("DHCPv6 client on {name}", name=name)
            )
            link = all_of(_udp(here, 6, span(546), span(546)), addresses("src", list(LINK)))
            yield implied(link, Action.ACCEPT, where, phrase("DHCPv6 client on {name}", name=name))


def late_clients(interfaces: PfInterfaces, where: Where) -> Iterator[Rule]:
    """Yield what clients get where no rule of the user matches."""
    for name, node in interfaces.nodes.items():
        here = Named("iif", (interfaces.devices[name],))
        four, six = node.text("ipaddr"), node.text("ipaddrv6")
        if four == "dhcp":
            match = _udp(here, 4, span(67), span(68))
            yield implied(match, Action.ACCEPT, where, phrase("DHCP client on {name}", name=name))
        if four == "pptp":
            match = all_of(here, of_family(4), In("proto", span(47)))
            yield implied(match, Action.ACCEPT, where, phrase("PPTP client on {name}", name=name))
        if six in ("6rd", "6to4"):
            far = literal(node.text("gateway-6rd")) or Unknown(phrase("the relay of 6rd"))
            side: Expr = far if six == "6rd" else of_family(4)
            match = all_of(here, side, In("proto", span(41)))
            yield implied(
                match, Action.ACCEPT, where, phrase("{six} on {name}", six=six, name=name)
            )


def servers(root: Node, interfaces: PfInterfaces, where: Where) -> Iterator[Rule]:
    """Yield what DHCP servers and relays get."""
    for outer in root.all("dhcpd"):
        for node in outer.each():
            device = interfaces.devices.get(node.tag)
            # Of an empty element one release takes it for on: what lets in more is taken.
            on = "enable" in node and node.text("enable") != "0"
            if on and device is not None:
                match = all_of(Named("iif", (device,)), _asking())
                yield implied(
                    match, Action.ACCEPT, where, phrase("DHCP server on {name}", name=node.tag)
                )
                yield from _failover(node, device, where)
    for outer in root.all("dhcpdv6"):
        for node in outer.each():
            if node.on("enable") and node.tag in interfaces.devices:
                yield _six(interfaces.devices[node.tag], node.tag, where)
    for name, node in interfaces.nodes.items():
        if "track6-interface" in node and node.text("track6-interface"):
            yield _six(interfaces.devices[name], name, where)
    for node in root.all("dhcrelay"):
        match = all_of(interfaces.match(node.text("interface")), _asking())
        if node.on("enable"):
            yield implied(match, Action.ACCEPT, where, phrase("DHCP relay"))
    for node in root.all("dhcrelay6"):
        # OPNsense and pfSense ask for the interfaces alone, not whether the relay is on.
        for name in filter(None, node.text("interface").split(",")):
            if name in interfaces.devices:
                yield _six(interfaces.devices[name], name, where)
    yield from _of_models(root, interfaces, where)


def _of_models(root: Node, interfaces: PfInterfaces, where: Where) -> Iterator[Rule]:
    """Yield what OPNsense lets in for Kea, Dnsmasq and relays (`kea.inc`, `dnsmasq.inc`, `dhcrelay.inc`)."""
    for family, section in ((4, "dhcp4"), (6, "dhcp6")):
        for node in root.all("OPNsense", "Kea", section, "general"):
            said = filter(None, node.text("interfaces").split(","))
            sides = said if node.on("enabled") and node.text("fwrules") != "0" else ()
            for name in sides:
                device = interfaces.devices.get(name, name)
                ask = all_of(Named("iif", (device,)), _asking())
                rule = implied(ask, Action.ACCEPT, where, phrase("DHCP by {name}", name="Kea"))
                yield rule if family == 4 else _six(device, name, where)
    for node in root.inner:
        # The rest of it names hosts: nothing of it is taken.
        if (
            root.strict
            and node.tag == "dnsmasq"
            and any(i.tag == "dhcp_ranges" for i in node.inner)
        ):
            yield _dhcp("Dnsmasq", where)
    for _ in root.all("OPNsense", "DHCRelay", "relays", "relay"):
        yield _dhcp("DHCRelay", where)


def _dhcp(name: str, where: Where) -> Rule:
    service = _service(UDP, ((67, 67), (546, 547)))
    match = all_of(service, Unknown(phrase("the servers of {name}", name=name)))
    return implied(match, Action.ACCEPT, where, phrase("DHCP by {name}", name=name))


def captive_portals(root: Node, interfaces: PfInterfaces, where: Where) -> Iterator[Rule]:
    """Yield the pages of captive portals."""
    for outer in root.all("captiveportal"):
        for node in outer.each():
            on = node.on("enable")
            ports: list[tuple[int, int]] = []
            try:
                zone = number(node.text("zoneid") or "0", 50000)
                for key, port in (
                    ("listenporthttps", PORTAL + 1 + zone),
                    ("listenporthttp", PORTAL + zone),
                ):
                    chosen = number(node.text(key) or str(port), 65535)
                    ports.append((chosen, chosen))
            except ValueError:
                ports = [(0, 65535)]
            here = interfaces.match(node.text("interface"))
            node.record.within = here
            match = all_of(here, _service(TCP, tuple(ports)), In("dtype", span(1)))
            if on:
                yield implied(
                    match, Action.ACCEPT, where, phrase("captive portal {name}", name=node.tag)
                )
    for node in root.all("OPNsense", "captiveportal", "zones", "zone"):
        on = node.text("enabled") != "0"
        unsure = Unknown(phrase("the ports of a captive portal"))
        match = all_of(
            In("proto", ((ICMP, ICMP), (TCP, TCP), (UDP, UDP))), In("dtype", span(1)), unsure
        )
        here = interfaces.match(node.text("interfaces"))
        if on:
            yield implied(all_of(here, match), Action.ACCEPT, where, phrase("captive portal"))


def redirected(root: Node, interfaces: PfInterfaces, where: Where) -> Iterator[Rule]:
    """Yield what helpers take to themselves past the rules: TFTP, 6in4, routing, challenges of ACME.

    Sources: pfSense `filter.inc` (`filter_nat_rules_generate`), OPNsense `acmeclient.inc` (its anchors) and
    `frr.inc` (`frr_firewall`).
    """
    for node in root.all("system"):
        for name in node.text("tftpinterface").split(","):
            if name in interfaces.devices:
                match = all_of(interfaces.match(name), _service(UDP, span(69)))
                yield implied(
                    match, Action.UNKNOWN, where, phrase("TFTP proxy on {name}", name=name)
                )
    for node in root.all("diag", "ipv6nat"):
        if node.on("enable"):
            match = all_of(interfaces.match("wan"), of_family(4), In("proto", span(41)))
            yield implied(match, Action.UNKNOWN, where, phrase("IPv6 over IPv4 (ipv6nat)"))
    for node in root.all("OPNsense", "quagga", "general"):
        running = node.text("enabled") != "0"
        if node.on("fwrules") and running:
            match = In("proto", span(OSPF))
            yield implied(match, Action.UNKNOWN, where, phrase("OSPF, as FRR lets it in by itself"))
    for node in root.all("OPNsense", "AcmeClient", "settings"):
        if node.on("enabled"):
            match = _service(TCP, ((80, 80), (443, 443)))
            yield implied(match, Action.UNKNOWN, where, phrase("challenges of the ACME client"))


def of_clients(root: Node, where: Where) -> Iterator[Rule]:
    """Yield what a RADIUS server may let its clients do, by rules that it sends at their log-in.

    Sources: pfSense `openvpn.attributes.php` and `ipsec.attributes.php`, which fill the anchors `openvpn/*`
    and `ipsec/*` before the user's rules.
    """
    for node in root.all("openvpn", "openvpn-server"):
        number_of = node.text("vpnid")
        if node.text("authmode") not in ("", LOCAL):
            text = phrase(
                "what {source} sends for clients of OpenVPN", source=node.text("authmode")
            )
            sides = Named("iif", ("openvpn", f"ovpns{number_of}"))
            yield implied(all_of(sides, Unknown(text)), Action.ACCEPT, where, text)
    for node in root.all("ipsec", "client"):
        if node.text("user_source") not in ("", LOCAL, "system"):
            text = phrase(
                "what {source} sends for clients of IPsec", source=node.text("user_source")
            )
            yield implied(
                all_of(Named("iif", ("enc0",)), Unknown(text)), Action.ACCEPT, where, text
            )


def _failover(node: Node, device: str, where: Where) -> Iterator[Rule]:
    """Yield what the other DHCP server of a pair may send."""
    peer = node.text("failover_peerip")
    if peer:
        side: Expr = literal(peer) or Unknown(phrase("the address of {name}", name=peer))
        service = all_of(In("proto", ((TCP, TCP), (UDP, UDP))), In("dport", span(519, 520)))
        match = all_of(Named("iif", (device,)), service, side, In("dtype", span(1)))
        yield implied(match, Action.ACCEPT, where, phrase("DHCP failover on {name}", name=node.tag))


def _asking() -> Expr:
    """Return what a client sends to a DHCP server: from port 68 to all, or to the firewall itself."""
    everyone = In("dst", span(0xFFFFFFFF), 4)
    sides = some_of(everyone, In("dtype", span(1)))
    return all_of(of_family(4), _service(UDP, span(67)), In("sport", span(68)), sides)


def _six(device: str, name: str, where: Where) -> Rule:
    match = all_of(
        Named("iif", (device,)),
        _service(UDP, span(546, 547)),
        addresses("src", [*LINK, "ff02::/16"]),
        some_of(addresses("dst", [*LINK, "ff02::/16"]), In("dtype", span(1))),
    )
    return implied(match, Action.ACCEPT, where, phrase("DHCPv6 server on {name}", name=name))


def _service(proto: int, ports: Spans) -> Expr:
    return all_of(In("proto", span(proto)), In("dport", ports))


def _udp(here: Expr, family: int, source: Spans, target: Spans) -> Expr:
    return all_of(here, of_family(family), _service(UDP, target), In("sport", source))
