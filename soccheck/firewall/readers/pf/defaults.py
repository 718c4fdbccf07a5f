"""What pfSense and OPNsense add by themselves, where `config.xml` alone is given.

Sources: pfSense `filter.inc` (2.7, `filter_rules_generate` and `filter_get_antilockout_ports`); OPNsense
`filter.lib.inc` (24.7, `filter_core_rules_system`). Both let the answers of ICMPv6 and a DHCP server in.
"""

from __future__ import annotations

from collections.abc import Iterator

from soccheck.firewall.model import (
    ANY,
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
from soccheck.firewall.names import addresses
from soccheck.firewall.readers.base import implied, of_family
from soccheck.firewall.readers.ledger import Ledger
from soccheck.firewall.readers.pf import services
from soccheck.firewall.readers.pf.config_interfaces import PfInterfaces, literal
from soccheck.firewall.readers.pf.consoles import ssh_ports, web_ports
from soccheck.firewall.readers.pf.xml import Node
from soccheck.firewall.spans import address, span, union
from soccheck.phrase import echo, phrase

PRIVATE = ("10.0.0.0/8", "127.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "fc00::/7")
CARRIERS = ("100.64.0.0/10",)
"""What OPNsense calls private, too (its `filter_core_rules_system`)."""
IN_USE = ("1.1.1.0/24", "8.8.8.0/24", "2001:4860:4860::/48", "2606:4700:4700::/48")
"""Networks of public resolvers, which are no bogons: what those may send is surely not stopped as theirs."""
CARP = 112
ANYONE = ("0.0.0.0", "::")
"""The gateway of a tunnel that anyone may begin."""
ICMPV6_LINK = ((128, 128), (133, 136))
ICMPV6_IN = ((1, 2), (135, 136))
"""Types that are passed from anywhere: unreachable, too big, neighbour discovery."""


def built_in(root: Node, interfaces: PfInterfaces, where: Where) -> Iterator[Rule]:
    """Yield the rules that stand before those of the user."""
    if not interfaces.six and not interfaces.whole:
        text = phrase(
            "whether IPv6 is allowed: <system> holds no <ipv6allow/>, and may be cut out of a whole"
        )
        match = all_of(of_family(6), Unknown(text))
        yield implied(match, Action.DROP, where, text, log=logs(root, "defaultblock"))
    yield from _neighbours(where)
    for field in ("sport", "dport"):
        match = all_of(In("proto", ((TCP, TCP), (UDP, UDP))), In(field, span(0)))
        log = logs(root, "defaultblock")
        yield implied(match, Action.DROP, where, phrase("port 0"), log=log)
    carp = In("proto", span(CARP))
    yield implied(carp, Action.ACCEPT, where, echo("CARP"))
    yield from services.captive_portals(root, interfaces, where)
    yield from services.clients(interfaces, where)
    bridged = {
        name for node in root.all("bridges", "bridged") for name in node.text("members").split(",")
    }
    private = (*PRIVATE, *CARRIERS) if root.strict else PRIVATE
    for name, node in interfaces.nodes.items():
        here: Expr = Named("iif", (interfaces.devices[name],))
        if node.on("blockpriv"):
            if name in bridged and not root.strict:
                here = all_of(
                    here,
                    Unknown(phrase("{name} is of a bridge, where pfSense blocks none", name=name)),
                )
            side = some_of(*(In("src", s, f) for f, s in map(address, private)))
            yield implied(
                all_of(here, side),
                Action.DROP,
                where,
                phrase("private networks on {name}", name=name),
                log=logs(root, "privatenets"),
            )
        if node.on("blockbogons"):
            used = some_of(*(In("src", s, f) for f, s in map(address, IN_USE)))
            match = all_of(here, Not(used), Unknown(phrase("the bogon list")))
            text = phrase("bogon networks on {name}", name=name)
            yield implied(match, Action.DROP, where, text, log=logs(root, "bogons"))
    yield from services.redirected(root, interfaces, where)
    yield from _anti_lockout(root, interfaces, where)
    yield from services.servers(root, interfaces, where)
    yield from services.of_clients(root, where)
    yield from _ipsec(root, interfaces, where)


def logs(root: Node, kind: str) -> bool:
    """Tell whether the rules of one kind that the system adds log what they block: unless told not to."""
    return not any(node.on(f"nolog{kind}") for node in root.all("syslog"))


def tunables(root: Node, ledger: Ledger, where: Where) -> Iterator[Rule]:
    """Yield what the kernel may be told to pass unseen: on bridges (if_bridge(4)), from tunnels (enc(4))."""
    for node in root.all("sysctl", "item"):
        said = f"{node.text('tunable')}={node.text('value')}"
        if not ledger.is_harmless("tunable", said):
            text = phrase("{what}: packets may pass unseen", what=said)
            yield implied(ANY, Action.UNKNOWN, where, text)


def _neighbours(where: Where) -> Iterator[Rule]:
    """Yield what IPv6 needs: from anywhere, and more from the link."""
    anywhere = all_of(In("proto", span(ICMPV6)), In("itype", ICMPV6_IN))
    yield implied(anywhere, Action.ACCEPT, where, phrase("ICMPv6 that IPv6 cannot do without"))
    sides = (("fe80::/10", ("fe80::/10", "ff02::/16")), ("ff02::/16", ("fe80::/10",)))
    for source, targets in sides:
        match = all_of(
            In("proto", span(ICMPV6)),
            In("itype", ICMPV6_LINK),
            addresses("src", [source]),
            addresses("dst", list(targets)),
        )
        yield implied(match, Action.ACCEPT, where, phrase("ICMPv6 of the link"))


def _anti_lockout(root: Node, interfaces: PfInterfaces, where: Where) -> Iterator[Rule]:
    gui = root.first("system", "webgui")
    off = gui is not None and gui.on("noantilockout")
    device = interfaces.devices.get(_lockout(interfaces, strict=root.strict))
    ports = union((*web_ports(root, gui), *ssh_ports(root, part=not interfaces.whole)))
    if device is None or off:
        return
    match = all_of(
        Named("iif", (device,)), In("dtype", span(1)), In("proto", span(TCP)), In("dport", ports)
    )
    yield implied(match, Action.ACCEPT, where, phrase("anti-lockout rule"))


def _lockout(interfaces: PfInterfaces, *, strict: bool) -> str:
    """Return the interface of the anti-lockout rule: LAN, and the only one where there is one."""
    names = [
        name for name in interfaces.devices if interfaces.devices[name] not in ("lo0", "loopback")
    ]
    if "lan" in names:
        return "lan"
    if strict and "opt1" in names:
        return "opt1"
    return names[0] if len(names) == 1 or (strict and names) else ""


def _ipsec(root: Node, interfaces: PfInterfaces, where: Where) -> Iterator[Rule]:
    """Yield what the gateways of IPsec tunnels may send, which both systems let in by themselves."""
    for phase in root.all("ipsec", "phase2"):
        phase.record.within = Named(
            "iif", ("enc0",)
        )  # what it translates (`natlocalid`) comes in there
    for phase in root.all("ipsec", "phase1"):
        far, name = phase.text("remote-gateway"), phase.text("interface")
        if phase.on("disabled"):
            phase.pass_over()
            continue
        known = literal(far) if far not in ANYONE else None
        service: Expr = some_of(
            all_of(In("proto", span(UDP)), In("dport", ((500, 500), (4500, 4500)))),
            In("proto", span(50, 51)),
        )
        side = known if known is not None else Unknown(phrase("the address of {name}", name=far))
        match = all_of(interfaces.match(name), service, side)
        yield implied(match, Action.ACCEPT, where, phrase("IPsec gateway {name}", name=far))
    for _ in root.all("OPNsense", "Swanctl", "Connections", "Connection"):
        service = all_of(In("proto", span(UDP)), In("dport", ((500, 500), (4500, 4500))))
        match = all_of(
            some_of(service, In("proto", span(50, 51))), Unknown(phrase("the peers of IPsec"))
        )
        yield implied(match, Action.ACCEPT, where, phrase("IPsec connections"))
        break
