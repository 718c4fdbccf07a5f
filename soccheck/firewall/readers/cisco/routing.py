"""Where an ASA or a router of IOS may get a default route, or sends packets by a route map.

Sources: Cisco IOS IP Routing command references (`network`, `neighbor`, `ip ospf area`, `ip policy
route-map`), IPsec (`reverse-route`); ASA General Operations CLI Configuration Guide, routing. What stands
in a `router` section and is neither read here nor known to be harmless leaves open where routes lead.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from soccheck.firewall.readers.cisco.lines import Command
from soccheck.firewall.readers.learned import Speaker
from soccheck.firewall.readers.vocabulary import ROUTES
from soccheck.phrase import phrase

PROTOCOLS = ("bgp", "eigrp", "isis", "ospf", "ospfv3", "rip")
ENABLING = re.compile(
    r"(ip|ipv6) ospf \S+ area |ospfv3 \S+ .*area |(ip|ipv6) router |ipv6 (eigrp|rip) \S+|isis$"
    r"|(ip|ipv6) nhrp shortcut|ip address negotiated"
)
"""Commands by which an interface itself joins a protocol, or takes routes of NHRP (DMVPN) or a peer."""
STEERING = re.compile(r"(?:(?:ip|ipv6)(?: local)? policy|policy-route) route-map (\S+)")
TUNNEL = re.compile(r"Tunnel|Virtual-Template")
MARKING = re.compile(
    r"set (ip(v6)? (precedence|tos|df|dscp|qos-group)|metric|metric-type|tag|local-preference|community"
    r"|as-path|weight|origin|level) "
)
"""What a route map may set without sending a packet elsewhere."""


def speakers(
    root: Command, names: Mapping[str, str], outward: frozenset[str] = frozenset()
) -> Iterator[Speaker]:
    """Yield the lines by which a default route may come, of interfaces under their `names`.

    `outward` are those that lead to the Internet: a route map that steers what comes in there tells nothing.
    """
    mapped: list[str] = []
    steered: list[str] = []
    for line in root.below:
        if line.words[0] == "interface":
            name = names.get("".join(line.words[1:]), "")
            for inner in line.below:
                if ENABLING.match(inner.text) and name:
                    yield Speaker(where=inner.where, text=inner.text, side=name)
                mapped += [name] if inner.text.startswith("crypto map ") and name else []
                steers = STEERING.match(inner.text)
                steered += [steers[1]] if steers and name not in outward else []
        elif line.words[0] == "router":
            yield from _router(line, names)
        elif line.words[:2] == ["crypto", "map"] and line.words[3:4] == ["interface"]:
            mapped += line.words[4:5]
        else:
            steers = STEERING.match(line.text)
            steered += [steers[1]] if steers else []
    yield from _steered(root, names, steered)
    yield from _reversed(root, names, mapped)


def _router(line: Command, names: Mapping[str, str]) -> Iterator[Speaker]:
    """Take what says over what a protocol runs; a protocol that is not known runs anywhere."""
    kind = "".join(line.words[1:2])
    line.rest()
    if kind not in PROTOCOLS:
        line.hooks = frozenset({ROUTES})
        line.doubtful(phrase("a routing protocol that is not known"))
    below = list(_below(line))
    groups = {" ".join(i.words[1:2]) for i in below if i.words[0::2] == ["neighbor", "peer-group"]}
    for inner in below:
        side = ""
        if inner.words[0] == "neighbor" and len(inner.words) > 1:
            side = names.get(inner.words[1], inner.words[1])
        elif inner.words[:3] == ["bgp", "listen", "range"]:
            side = "".join(inner.words[3:4])
        elif inner.words[0] == "network" and kind != "bgp":
            side = _network(inner)
        if side:
            inner.rest()
            if side not in groups:
                yield Speaker(where=inner.where, text=f"{line.text}: {inner.text}", side=side)


def _below(line: Command) -> Iterator[Command]:
    for inner in line.below:
        yield inner
        yield from _below(inner)


def _steered(root: Command, names: Mapping[str, str], maps: list[str]) -> Iterator[Speaker]:
    """Yield where route maps send packets: addresses or interfaces, or who knows where."""
    for line in root.below:
        if line.words[0] == "route-map" and line.words[1:2] and line.words[1] in maps:
            for inner in line.below:
                if inner.words[0] == "set" and not MARKING.match(inner.text):
                    named = [names.get(word, word) for word in inner.words[1:]]
                    known = {*names.values()}
                    goals = [w for w in named if w in known or re.match(r"[\da-fA-F]+[.:]", w)]
                    for side in goals or [""]:
                        text = f"{line.text}: {inner.text}"
                        yield Speaker(where=inner.where, text=text, side=side)


def _reversed(root: Command, names: Mapping[str, str], mapped: list[str]) -> Iterator[Speaker]:
    """Yield the interfaces of VPNs whose peers may bring routes: `reverse-route`, IKEv2 that authorizes.

    A profile of IKEv2 that authorizes takes routes by default, by a policy that no configuration prints
    (FlexVPN and Internet Key Exchange Version 2 Configuration Guide, "IKEv2 Smart Defaults").
    """
    tunnels = [names[name] for name in names if TUNNEL.match(name)]
    for line in root.below:
        for words, key, sides in (
            (("crypto map", "crypto dynamic-map"), "reverse-route", mapped),
            (("crypto ipsec profile",), "reverse-route", tunnels),
            (("crypto ikev2 authorization",), "route", tunnels),
            (("crypto ikev2 profile",), "authorization", tunnels),
        ):
            if line.text.startswith(words):
                for inner in (line, *line.below):
                    for side in sides if key in inner.words else ():
                        yield Speaker(where=inner.where, text=inner.text, side=side)


def leads_out(goal: list[str]) -> bool:
    """Tell whether a route of an address and a mask leads to the world, or to a half of it."""
    base, mask = (*goal[:2], "", "")[:2]
    return (base, mask) in (("0", "0"), ("0.0.0.0", "0")) or mask in (
        "0.0.0.0", "128.0.0.0", "192.0.0.0", "224.0.0.0",
    )  # fmt: skip


def _network(line: Command) -> str:
    """Return the networks of a `network` command, whose mask may be left out, or be inverse, or a host's."""
    if len(line.words) < 2:
        return ""
    base, mask = line.words[1], "".join(line.words[2:3])
    if mask[:1].isdecimal():
        return base if mask == "0.0.0.0" and base != mask else f"{base}/{mask}"
    first = base.partition(".")[0]
    length = 24 if not first.isdecimal() or int(first) > 191 else 16 if int(first) > 127 else 8
    return f"{base}/{length}" if base != "0.0.0.0" else "0.0.0.0/0"
