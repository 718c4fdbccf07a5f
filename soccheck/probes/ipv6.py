"""IPv6 on a Linux machine: addresses, default route, services, resolvers, kernel settings.

What is said, and by what; any answer that is missing or of another form makes it unknown:
`ipv6.address`  `ip -j addr` lists one of 2000::/3 in use (not tentative, failed, deprecated, tunnelled) on a
    link that is not down, and no bridge of containers or virtual machines; unknown where the loopback or a
    dummy link alone has one; else false.
`ipv6.default_route`  `ip -j -6 route` lists a unicast default of the main table with a next hop whose link is
    up and leads away from the machine; unknown where only another table has one; else false.
`ipv6.listens`  each TCP port that `ss` lists over IPv4 is listed over IPv6, too, beyond the link itself.
`ipv6.resolver_configured`, `ipv6.resolver`  stand in `resolvers.py`.
`ipv6.disabled`, `ipv6.temporary_addresses`, `ipv6.accepts_redirects`, `ipv6.accepts_advertisements`,
    `ipv6.accepts_source_routes`  /proc/sys tells them of every interface that has IPv6: true where it is on
    for one, false where for none; one that is not told makes it unknown.
`ipv6.tunnel`  an automatic tunnel's interface is up, or an address of one is in use; else false.

Sources: RFC 8504 (node requirements), RFC 9099 (operational security), kernel ip-sysctl.
"""

from __future__ import annotations

import ipaddress
import re
from typing import Any

from soccheck.probes import resolvers
from soccheck.probes.base import Answer, Answers, Ask, Learnt, Moment, Probe
from soccheck.probes.itself import parsed
from soccheck.probes.shared import LINKS, ROUTES6, SOCKETS, listeners, objects

_SETTINGS = (
    "disable_ipv6",
    "accept_ra",
    "accept_redirects",
    "accept_source_route",
    "use_tempaddr",
    "forwarding",
)
ASKS = (
    LINKS,
    ROUTES6,
    SOCKETS,
    Ask(
        name="ipv6-settings",
        purpose="the kernel's IPv6 settings of every interface",
        # NOTE: a shell reads byte by byte, and a number under /proc/sys has only its first byte then.
        files=tuple(f"/proc/sys/net/ipv6/conf/*/{name}" for name in _SETTINGS),
        script="for x in /proc/net/if_inet6 /proc/sys/net; do [ -e $x ] && echo $x; done",
    ),
    *resolvers.ASKS,
)
SETTINGS = {
    "use_tempaddr": "ipv6.temporary_addresses",
    "accept_redirects": "ipv6.accepts_redirects",
    "accept_ra": "ipv6.accepts_advertisements",
    "accept_source_route": "ipv6.accepts_source_routes",
}
LEARNS = (
    "ipv6.address",
    "ipv6.default_route",
    "ipv6.disabled",
    "ipv6.listens",
    *resolvers.FACTS,
    "ipv6.tunnel",
    *SETTINGS.values(),
)
_WORLD = ("default", "::/0", "2000::/3")
_TYPES = (
    *("unicast", "local", "anycast", "multicast", "broadcast", "nat"),
    *("unreachable", "blackhole", "prohibit", "throw"),
)
_FLAGS = frozenset(
    (
        *("dead", "linkdown", "onlink", "pervasive", "offload", "trap", "notify", "unresolved"),
        *("rt_offload", "rt_trap", "rt_offload_failed", "offload_failed"),
    )
)
"""Words of iproute2's routes; a type is printed only where it is not unicast."""

_STATES = ("UP", "UNKNOWN", "DOWN", "DORMANT", "LOWERLAYERDOWN", "NOTPRESENT", "TESTING")
_SCOPES = ("global", "link", "site", "host")
_NOT_IN_USE = ("tentative", "dadfailed", "deprecated")
_INWARD = re.compile(
    r"(?:docker|podman|cni-podman|cni|lxcbr|lxdbr|incusbr|virbr)[0-9]+(?:@|\Z)|br-[0-9a-f]{12}\Z|veth|vnet[0-9]|flannel|cali|cilium"
)
"""Links to a machine's own containers and virtual machines, as Docker, libvirt and others name them."""

_GLOBAL = ipaddress.IPv6Network("2000::/3")
_TUNNELLED = (ipaddress.IPv6Network("2002::/16"), ipaddress.IPv6Network("2001::/32"))


def parse(answers: Answers, when: Moment, learnt: Learnt) -> None:
    """Read the answers of one machine."""
    _links(answers["links"], learnt)
    routes = objects(answers["routes6"])
    if routes is None or not all(_told(route) for route in routes):
        learnt.blame(answers["routes6"], "ipv6.default_route")
        routes = []
    usable = [r for r in routes if r.get("dst") in _WORLD and r.get("type") in (None, "unicast")]
    alive = [r.get("table", "main") for r in usable if _alive(r)]
    if alive and "main" not in alive:
        detail = f"only table {alive[0]} has a default route"
        learnt.fail("unparsed", detail, "ipv6.default_route")
    learnt.say("ipv6.default_route", "main" in alive)
    ports = listeners(answers["sockets"], of_links=False)
    if ports is None:
        learnt.blame(answers["sockets"], "ipv6.listens")
    elif not any(ports):
        learnt.fail("unparsed", "no TCP port that is listened on was seen", "ipv6.listens")
    else:
        learnt.say("ipv6.listens", ports[0] <= ports[1])
    resolvers.learn(answers, learnt)
    _settings(answers["ipv6-settings"], learnt)


def _told(route: dict[str, Any]) -> bool:
    """Return whether a route has what `ip` tells of every one, in words that are known."""
    hops, kind = route.get("nexthops", [route]), route.get("type", "unicast")
    return (
        (
            route.get("dst") == "default"
            or parsed(str(route.get("dst")).partition("/")[0]) is not None
        )
        and kind in _TYPES
        and isinstance(hops, list)
        and all(isinstance(hop, dict) for hop in hops)
        and (kind != "unicast" or all(isinstance(hop.get("dev"), str) for hop in hops))
        and all(_known(one.get("flags")) for one in (route, *hops))
    )


def _known(flags: object) -> bool:
    return isinstance(flags, list) and all(
        isinstance(flag, str) and flag in _FLAGS for flag in flags
    )


def _alive(route: dict[str, Any]) -> bool:
    """Return whether one of a route's next hops leads over a link that is up, and away."""
    hops = [hop for hop in route.get("nexthops", [route]) if not _within(str(hop.get("dev")))]
    return any(not {"linkdown", "dead"} & {*hop["flags"], *route["flags"]} for hop in hops)


def _within(link: str) -> bool:
    """Return whether a link leads to the machine itself, or to what runs on it."""
    return link == "lo" or re.match(r"dummy[0-9]", link) is not None or bool(_INWARD.match(link))


def _links(answer: Answer, learnt: Learnt) -> None:
    links = objects(answer)
    if not links or not all(_whole(link) for link in links):
        learnt.blame(answer, "ipv6.address", "ipv6.tunnel")
        return
    up = [link for link in links if link["operstate"] in ("UP", "UNKNOWN")]
    addresses = [a for link in up for a in link.get("addr_info", ()) if _in_use(a)]
    public = {link["ifname"] for link in up for a in link["addr_info"] if _in_use(a) and _public(a)}
    outward = {name for name in public if not _INWARD.match(name)}
    if outward and all(map(_within, outward)):
        detail = f"only {min(outward)} has a global address, which nobody is beside"
        learnt.fail("unparsed", detail, "ipv6.address")
    learnt.say("ipv6.address", bool(outward))
    tunnels = [link for link in links if _automatic(link)]
    learnt.say("ipv6.tunnel", bool(tunnels) or any(_in_tunnel(a) for a in addresses))


def _whole(link: dict[str, Any]) -> bool:
    """Return whether a link has what `ip` tells of every one: without it, it may be down or another's."""
    name, listed = link.get("ifname"), link.get("addr_info")
    return (
        isinstance(name, str)
        and bool(name)
        and isinstance(link.get("flags"), list)
        and link.get("operstate") in _STATES
        and isinstance(listed, list)
        and all(isinstance(one, dict) and _whole_address(one) for one in listed)
    )


def _whole_address(address: dict[str, Any]) -> bool:
    if address.get("family") != "inet6":
        return address.get("family") == "inet"
    flags = [address[flag] for flag in _NOT_IN_USE if flag in address]
    known = parsed(str(address.get("local"))) is not None
    return known and address.get("scope") in _SCOPES and all(type(flag) is bool for flag in flags)


def _in_use(address: dict[str, Any]) -> bool:
    bad = any(address.get(flag) for flag in _NOT_IN_USE)
    return address.get("family") == "inet6" and address.get("scope") == "global" and not bad


def _parsed(address: dict[str, Any]) -> ipaddress.IPv6Address:
    return ipaddress.IPv6Address(str(address.get("local")))


def _public(address: dict[str, Any]) -> bool:
    return _parsed(address) in _GLOBAL and not _in_tunnel(address)


def _in_tunnel(address: dict[str, Any]) -> bool:
    return any(_parsed(address) in network for network in _TUNNELLED)


def _automatic(link: dict[str, Any]) -> bool:
    """Return whether an interface is an automatic tunnel that is up; sit0 exists, down, by itself."""
    named = re.match(r"(teredo|isatap|tun6to4|6to4)", str(link.get("ifname")))
    sit = link.get("link_type") == "sit" and link.get("ifname") != "sit0"
    return "UP" in link.get("flags", ()) and bool(named or sit)


_PRESENT = ("/proc/net/if_inet6", "/proc/sys/net")
_SETTING = re.compile(r"/proc/sys/net/ipv6/conf/([^/\n]+)/(\w+):(-?[0-9]+)")


def _settings(answer: Answer, learnt: Learnt) -> None:
    """Read the kernel's settings: what holds for any interface that has IPv6 counts."""
    facts = ("ipv6.disabled", *SETTINGS.values())
    if not answer.said or "/proc/sys/net" not in answer.output:
        learnt.blame(answer, *facts)
        return
    lines = answer.output.splitlines()
    if not all(_SETTING.fullmatch(line) or line in _PRESENT for line in lines):
        learnt.blame(answer, *facts)
        return
    table: dict[str, dict[str, int]] = {}
    for interface, name, value in _SETTING.findall(answer.output):
        table.setdefault(interface, {})[name] = int(value)
    if not table:
        if "/proc/net/if_inet6" in answer.output:
            learnt.blame(answer, *facts)
            return
        learnt.say("ipv6.disabled", True)  # the kernel was started without IPv6
        for fact in SETTINGS.values():
            learnt.say(fact, False)
        return
    real = {name: s for name, s in table.items() if name not in ("all", "default", "lo")}
    if not real or any("disable_ipv6" not in settings for settings in real.values()):
        learnt.fail("unparsed", "whether IPv6 is on is not told for every interface", *facts)
        return
    live = [s for s in real.values() if s["disable_ipv6"] == 0]
    learnt.say("ipv6.disabled", not live)
    everywhere = table.get("all", {})
    for name, fact in SETTINGS.items():
        if any(name not in settings for settings in live):
            learnt.fail("unparsed", f"{name} is not told for every interface", fact)
        learnt.say(fact, any(_on(name, settings, everywhere) for settings in live))


def _on(name: str, settings: dict[str, int], everywhere: dict[str, int]) -> bool:
    """Return whether a setting is on for an interface; see the kernel's ip-sysctl."""
    value = settings.get(name, 0)
    router = settings.get("forwarding", 0) or everywhere.get("forwarding", 0)
    if name in ("accept_ra", "accept_redirects") and router:
        return value == 2 if name == "accept_ra" else False
    if name == "accept_source_route":  # the lesser of the two counts: exthdrs.c
        value = min(value, everywhere.get(name, value))
    return value > 0


IPV6 = Probe(
    name="ipv6",
    platform="linux",
    kinds=("host", "firewall"),
    purpose="IPv6 addresses, default route, services, resolvers, kernel settings",
    asks=ASKS,
    learns=LEARNS,
    may=(),
    parse=parse,
)
