"""IPv6 on a Windows machine, through PowerShell's JSON.

What is said, and by what; an answer that is missing or of another form makes it unknown:
`ipv6.address`  an address of the Internet is in state Preferred, and is none of a tunnel; false where there
    is none; unknown where no registry hands out its range (`ipv6_addresses.py`).
`ipv6.default_route`  a route to ::/0 has a next hop that another machine can be; else false.
`ipv6.listens`  each TCP port listened on over IPv4 is listened on over IPv6, beyond the links, too.
`ipv6.disabled`  IPv6 is bound to no adapter; false where it is bound to one, and an address is there;
    unknown where none is: the registry's DisabledComponents leaves it bound.
`ipv6.resolver_configured`  a resolver with an IPv6 address of another machine is set; false where none is;
    unknown where the only one is the machine itself.
`ipv6.tunnel`  a preferred address is one of 6to4, Teredo or ISATAP; false where none is; unknown where the
    state of one is not told.
`ipv6.temporary_addresses`, `ipv6.accepts_redirects`  Get-NetIPv6Protocol says of the setting anything but
    Disabled; false where it says Disabled; unknown where it says none of its words.

Sources: NetTCPIP and DnsClient modules. Written against the documented properties and sample output.
"""

from __future__ import annotations

import ipaddress

from soccheck.probes.base import Answers, Learnt, Moment, Probe
from soccheck.probes.ipv6_addresses import nobodys, public, tunnelled
from soccheck.probes.itself import parsed
from soccheck.probes.windows_json import LISTENERS, is_json, listing, one, ports, values, word

IPV6_LEARNS = (
    "ipv6.address",
    "ipv6.default_route",
    "ipv6.disabled",
    "ipv6.listens",
    "ipv6.resolver_configured",
    "ipv6.tunnel",
    "ipv6.temporary_addresses",
    "ipv6.accepts_redirects",
)
_ISATAP = (b"\x00\x00\x5e\xfe", b"\x02\x00\x5e\xfe")
"""How the lower half of an address of ISATAP begins: RFC 5214, 6.1."""
_ADDRESS_STATES = {0: "Invalid", 1: "Tentative", 2: "Duplicate", 3: "Deprecated", 4: "Preferred"}


def ipv6(answers: Answers, when: Moment, learnt: Learnt) -> None:
    """Read IPv6 addresses, route, services and settings."""
    if not is_json(answers["addresses"]):
        learnt.blame(answers["addresses"], "ipv6.address", "ipv6.tunnel")
    usable = []
    for item in values(answers["addresses"]):
        state = word(item.get("AddressState"), _ADDRESS_STATES)
        if not state or parsed(str(item.get("IPAddress"))) is None:
            learnt.blame(answers["addresses"], "ipv6.address", "ipv6.tunnel")
        elif state == "Preferred":
            usable.append(ipaddress.IPv6Address(str(item.get("IPAddress")).partition("%")[0]))
    outward = [address for address in usable if public(address)]
    if odd := nobodys(outward):
        detail = f"no registry is known to hand out {odd}, its global address"
        learnt.fail("unparsed", detail, "ipv6.address")
    learnt.say("ipv6.address", bool(outward))
    automatic = any(tunnelled(a) or a.packed[8:12] in _ISATAP for a in usable)
    learnt.say("ipv6.tunnel", automatic)
    _listed(answers, "route", "ipv6.default_route", learnt)
    listening = ports(answers, learnt, ("ipv6.listens",), of_links=False)
    if listening is not None:
        learnt.say("ipv6.listens", listening[0] <= listening[1])
    bound = values(answers["bindings"])
    states = [item.get("Enabled") for item in bound]
    if not bound or not all(isinstance(state, bool) for state in states):
        learnt.blame(answers["bindings"], "ipv6.disabled")
    else:
        if any(states) and not values(answers["addresses"]):
            learnt.blame(answers["addresses"], "ipv6.disabled")
        learnt.say("ipv6.disabled", not any(states))
    _resolvers(answers, learnt)
    _protocol(answers, learnt)


def _resolvers(answers: Answers, learnt: Learnt) -> None:
    """Read whether a resolver of another machine is configured; Windows lists fec0:: where none is."""
    fact = "ipv6.resolver_configured"
    answer = answers["resolvers"]
    for needed in (answer, answers["addresses"]):
        if not is_json(needed):
            learnt.blame(needed, fact)
            return
    own = {parsed(str(item.get("IPAddress"))) for item in values(answers["addresses"])}
    items = values(answer)
    listed = [item["ServerAddresses"] or [] for item in items if "ServerAddresses" in item]
    named = [name for names in listed if isinstance(names, list) for name in names]
    servers = [parsed(str(name)) for name in named]
    whole = len(listed) == len(items) and all(isinstance(names, list) for names in listed)
    if not whole or None in servers:
        learnt.blame(answer, fact)
    over6 = [a for a in servers if isinstance(a, ipaddress.IPv6Address) and not a.is_site_local]
    if over6 and all(address.is_loopback or address in own for address in over6):
        detail = "the machine asks a resolver of its own; whom that one asks is not known"
        learnt.fail("unparsed", detail, fact)
    learnt.say(fact, bool(over6))


def _listed(answers: Answers, name: str, fact: str, learnt: Learnt) -> None:
    if is_json(answers[name]):
        hops = [parsed(str(item.get("NextHop") or "")) for item in values(answers[name])]
        own = {parsed(str(item.get("IPAddress"))) for item in values(answers["addresses"])}
        nobody = (hop is None or hop.version == 4 or hop.is_multicast or hop in own for hop in hops)
        if any(nobody) or any(hop and hop.is_loopback for hop in hops):
            learnt.blame(answers[name], fact)
        # `::` is a route onto the link itself: it leads nowhere beyond.
        learnt.say(fact, any(hop and not hop.is_unspecified for hop in hops))
    else:
        learnt.blame(answers[name], fact)


def _protocol(answers: Answers, learnt: Learnt) -> None:
    settings = one(answers["protocol"])
    known = {
        "UseTemporaryAddresses": "ipv6.temporary_addresses",
        "IcmpRedirects": "ipv6.accepts_redirects",
    }
    names = {0: "Disabled", 1: "Enabled", 2: "Always", 3: "Counter"}
    for name, fact in known.items():
        state = word((settings or {}).get(name), names)
        if not state:
            learnt.blame(answers["protocol"], fact)
        learnt.say(fact, state != "Disabled")


WINDOWS_IPV6 = Probe(
    name="ipv6",
    platform="windows",
    kinds=("host", "firewall"),
    purpose="IPv6 addresses, default route, services, resolvers, settings",
    asks=(
        listing(
            "addresses",
            "IPv6 addresses",
            "Get-NetIPAddress -AddressFamily IPv6",
            "IPAddress",
            "AddressState",
        ),
        listing(
            "route",
            "IPv6 default route",
            "Get-NetRoute -AddressFamily IPv6 | Where-Object DestinationPrefix -eq '::/0'",
            "NextHop",
        ),
        listing(
            "bindings",
            "whether IPv6 is bound to the adapters",
            "Get-NetAdapterBinding -ComponentID ms_tcpip6",
            "Name",
            "Enabled",
        ),
        listing(
            "resolvers",
            "IPv6 resolvers",
            "Get-DnsClientServerAddress -AddressFamily IPv6",
            "InterfaceAlias",
            "ServerAddresses",
        ),
        listing(
            "protocol",
            "IPv6 settings",
            "Get-NetIPv6Protocol",
            "UseTemporaryAddresses",
            "IcmpRedirects",
        ),
        LISTENERS,
    ),
    learns=IPV6_LEARNS,
    may=(),
    parse=ipv6,
)
