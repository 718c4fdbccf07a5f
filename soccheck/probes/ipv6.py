"""IPv6 on a Linux machine: addresses, default route, services, resolvers, kernel settings.

What is said, and by what; any answer that is missing or of another form makes it unknown:
`ipv6.address`  `ip -j addr` lists one of 2000::/3 in use (not tentative, failed, deprecated, tunnelled) on a
    link that is not down; else false.
`ipv6.default_route`  `ip -j -6 route` lists a unicast default over a link that is up; else false.
`ipv6.listens`  each TCP port that `ss` lists over IPv4 is listed over IPv6, too, beyond the link itself.
`ipv6.resolver_configured`  a name server in use is an IPv6 address of another machine; false when all are
    IPv4; unknown where the machine asks a resolver of its own, other than systemd's, that may ask anyone.
`ipv6.resolver`  dig was answered NOERROR by such a one; false where none is configured.
`ipv6.disabled` and the settings  /proc/sys tells them of every interface that has IPv6.
`ipv6.tunnel`  an automatic tunnel's interface is up, or an address of one is in use; else false.

Sources: RFC 8504 (node requirements), RFC 9099 (operational security), kernel ip-sysctl.
"""

from __future__ import annotations

import ipaddress
import re
from typing import Any

from soccheck.probes.base import Answer, Answers, Ask, Learnt, Moment, Probe
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
    Ask(name="resolvers", purpose="resolvers in use", script="cat /etc/resolv.conf"),
    Ask(
        name="resolved",
        purpose="resolvers behind systemd-resolved",
        argv=("resolvectl", "dns"),
        path="/run/systemd/resolve",
        slow=True,
    ),
    Ask(
        name="resolver-answers",
        purpose="whether a resolver answers over IPv6",
        script="command -v dig >/dev/null 2>&1 || return 127; "
        "for r in $(sed -n 's/^nameserver[ \\t]*\\([0-9A-Fa-f:]*:[0-9A-Fa-f:.]*\\).*/\\1/p' "
        "/etc/resolv.conf); do "
        "dig +time=2 +tries=1 +noall +comments . NS @$r; done",
    ),
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
    "ipv6.resolver",
    "ipv6.resolver_configured",
    "ipv6.tunnel",
    *SETTINGS.values(),
)
_GLOBAL = ipaddress.IPv6Network("2000::/3")
_TUNNELLED = (ipaddress.IPv6Network("2002::/16"), ipaddress.IPv6Network("2001::/32"))


def parse(answers: Answers, when: Moment, learnt: Learnt) -> None:
    """Read the answers of one machine."""
    _links(answers["links"], learnt)
    routes = objects(answers["routes6"])
    if routes is None:
        learnt.blame(answers["routes6"], "ipv6.default_route")
    usable = [
        r for r in routes or () if r.get("dst") == "default" and r.get("type") in (None, "unicast")
    ]
    dead = ("linkdown", "dead")
    learnt.say("ipv6.default_route", any(not set(dead) & set(r.get("flags", ())) for r in usable))
    ports = listeners(answers["sockets"], of_links=False)
    if ports is None:
        learnt.blame(answers["sockets"], "ipv6.listens")
    else:
        learnt.say("ipv6.listens", ports[0] <= ports[1])
    _resolvers(answers, learnt)
    _settings(answers["ipv6-settings"], learnt)


def _links(answer: Answer, learnt: Learnt) -> None:
    links = objects(answer)
    if not links:
        learnt.blame(answer, "ipv6.address", "ipv6.tunnel")
        return
    up = [link for link in links if link.get("operstate") != "DOWN"]
    addresses = [a for link in up for a in link.get("addr_info", ()) if _in_use(a)]
    learnt.say("ipv6.address", any(_public(a) for a in addresses))
    tunnels = [link for link in links if _automatic(link)]
    learnt.say("ipv6.tunnel", bool(tunnels) or any(_in_tunnel(a) for a in addresses))


def _in_use(address: dict[str, Any]) -> bool:
    bad = any(address.get(flag) for flag in ("tentative", "dadfailed", "deprecated"))
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


_NAMESERVER = re.compile(r"^[ \t]*nameserver[ \t]+([^\s#;]+)", re.MULTILINE)
_RESOLVED = ("127.0.0.53", "127.0.0.54")
"""Where systemd-resolved answers on the machine itself."""

_SERVER = re.compile(r"\[?([0-9A-Fa-f:.]+)(?:%[\w.-]+)?\]?(?::[0-9]+)?(?:#\S*)?\Z")
"""A server as resolvectl prints it: `address`, `[address]:port`, `address%link#name`."""


def _server(word: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    """Return the address a word names; names of links are none, whatever colons they hold."""
    match = _SERVER.match(word)
    try:
        return ipaddress.ip_address(match[1]) if match else None
    except ValueError:
        return None


def _resolvers(answers: Answers, learnt: Learnt) -> None:
    facts = ("ipv6.resolver_configured", "ipv6.resolver")
    configured, resolved = answers["resolvers"], answers["resolved"]
    if configured.state != "ok":
        learnt.blame(configured, *facts)
        return
    named = _NAMESERVER.findall(configured.output)
    if any(name in _RESOLVED for name in named):
        # systemd-resolved stands in front: resolvectl knows whom it asks.
        if resolved.state != "ok":
            learnt.blame(resolved, *facts)
            return
        named = [name for name in named if name not in _RESOLVED]
        lists = (line.partition(":")[2] for line in resolved.output.splitlines())
        named += [word for words in lists for word in words.split()]
    servers = [address for name in named if (address := _server(name)) is not None]
    over6 = [a for a in servers if a.version == 6 and not a.is_loopback and a.ipv4_mapped is None]
    if not over6 and any(address.is_loopback for address in servers):
        detail = "the machine asks a resolver of its own; whom that one asks is not known"
        learnt.fail("unparsed", detail, *facts)
        return
    learnt.say(facts[0], bool(over6))
    if not over6:
        learnt.say(facts[1], False)
        return
    asked = answers["resolver-answers"]
    if asked.exit == 127 or not asked.said:
        absent = asked.exit == 127
        code = "no_command" if absent else asked.problem
        learnt.fail(code, "dig: not there" if absent else asked.detail, facts[1])
    elif not _NAMESERVER.findall(configured.output) or not asked.output.strip():
        learnt.fail("unparsed", "the resolver behind systemd-resolved was not asked", facts[1])
    else:
        learnt.say(facts[1], "status: NOERROR" in asked.output)


_SETTING = re.compile(r"/proc/sys/net/ipv6/conf/([^/\n]+)/(\w+):(-?[0-9]+)")


def _settings(answer: Answer, learnt: Learnt) -> None:
    """Read the kernel's settings: what holds for any interface that has IPv6 counts."""
    facts = ("ipv6.disabled", *SETTINGS.values())
    if not answer.said or "/proc/sys/net" not in answer.output:
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
    live = [s for s in real.values() if s.get("disable_ipv6") == 0]
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
