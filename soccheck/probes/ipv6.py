"""IPv6 on a Linux machine: addresses, default route, services, resolvers, kernel settings.

What is said, and by what; any answer that is missing or of another form makes it unknown:
`ipv6.address`, `ipv6.tunnel`  stand in `ipv6_links.py`, `ipv6.default_route` in `ipv6_route.py`.
`ipv6.listens`  each TCP port that `ss` lists over IPv4 is listed over IPv6, too, beyond the link itself.
`ipv6.resolver_configured`, `ipv6.resolver`  stand in `resolvers.py`.
`ipv6.disabled`, `ipv6.temporary_addresses`, `ipv6.accepts_redirects`, `ipv6.accepts_advertisements`,
    `ipv6.accepts_source_routes`  /proc/sys tells them of every interface that has IPv6: true where it is on
    for one, false where for none; one that is not told makes it unknown.

Sources: RFC 8504 (node requirements), RFC 9099 (operational security), kernel ip-sysctl.
"""

from __future__ import annotations

import re

from soccheck.probes import ipv6_links, ipv6_route, resolvers
from soccheck.probes.base import Answer, Answers, Ask, Learnt, Moment, Probe
from soccheck.probes.shared import LINKS, ROUTES6, RULES6, SOCKETS, listeners

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
    RULES6,
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


def parse(answers: Answers, when: Moment, learnt: Learnt) -> None:
    """Read the answers of one machine."""
    ipv6_links.learn(answers["links"], learnt)
    ipv6_route.default_route(answers, learnt)
    ports = listeners(answers["sockets"], of_links=False)
    if ports is None:
        learnt.blame(answers["sockets"], "ipv6.listens")
    elif not any(ports):
        learnt.fail("unparsed", "no TCP port that is listened on was seen", "ipv6.listens")
    else:
        learnt.say("ipv6.listens", ports[0] <= ports[1])
    resolvers.learn(answers, learnt)
    _settings(answers["ipv6-settings"], learnt)


_PRESENT = ("/proc/net/if_inet6", "/proc/sys/net")
_SETTING = re.compile(r"/proc/sys/net/ipv6/conf/([^/\n]+)/(\w+):(-?[0-9]{1,10})")


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
