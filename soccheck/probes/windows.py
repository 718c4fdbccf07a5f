"""Firewall and IPv6 of a Windows machine, through PowerShell's JSON.

Sources: NetSecurity, NetTCPIP and DnsClient modules.
Written against the documented properties and sample output; see the README for what was tried.
"""

from __future__ import annotations

import ipaddress

from soccheck.probes.base import Answers, Learnt, Moment, Probe
from soccheck.probes.windows_json import is_json, listing, one, values, word

# -- firewall --------------------------------------------------------------------------------------

LISTENERS = listing(
    "listeners",
    "TCP ports that are listened on",
    "Get-NetTCPConnection -State Listen",
    "LocalAddress",
    "LocalPort",
)
_ACTIONS = {0: "NotConfigured", 2: "Allow", 4: "Block"}
_SWITCH = {0: "False", 1: "True", 2: "NotConfigured"}
FIREWALL_LEARNS = (
    "firewall.active",
    "firewall.default_inbound",
    "firewall.default_inbound_ipv6",
    "firewall.input_chain",
    "firewall.input_chain_ipv6",
    "firewall.logs_denied",
)
LISTENS = ("listens.ipv4", "listens.ipv6")


def firewall(answers: Answers, when: Moment, learnt: Learnt) -> None:
    """Read the firewall profiles in force: every one counts, as a machine may change networks."""
    ports = _ports(answers, learnt, LISTENS)
    if ports is not None:
        for fact, some in zip(LISTENS, ports, strict=True):
            learnt.say(fact, tuple(sorted(some)))
    answer = answers["profiles"]
    profiles = values(answer)
    on = [word(p.get("Enabled"), _SWITCH) or str(p.get("Enabled")) for p in profiles]
    actions = [word(p.get("DefaultInboundAction"), _ACTIONS) for p in profiles]
    if {p.get("Name") for p in profiles} != {"Domain", "Private", "Public"} or "" in actions:
        learnt.blame(answer, *FIREWALL_LEARNS)
        return
    active = all(state == "True" for state in on)
    learnt.say("firewall.active", active)
    # NOTE: NotConfigured blocks; block beats allow, and both hold for IPv4 and IPv6 alike.
    deny = active and all(action != "Allow" for action in actions)
    for fact in FIREWALL_LEARNS[1:3]:
        learnt.say(fact, "deny" if deny else "allow")
    for fact in FIREWALL_LEARNS[3:5]:
        learnt.say(fact, active)
    logged = [word(p.get("LogBlocked"), _SWITCH) or str(p.get("LogBlocked")) for p in profiles]
    learnt.say("firewall.logs_denied", all(state == "True" for state in logged))


def _ports(
    answers: Answers, learnt: Learnt, facts: tuple[str, ...]
) -> tuple[set[int], set[int]] | None:
    answer = answers["listeners"]
    found = values(answer)
    if not found or any(not isinstance(item.get("LocalPort"), int) for item in found):
        learnt.blame(answer, *facts)
        return None
    ports4, ports6 = set[int](), set[int]()
    for item in found:
        address = ipaddress.ip_address(str(item.get("LocalAddress")).partition("%")[0])
        if not address.is_loopback:
            (ports4 if address.version == 4 else ports6).add(item["LocalPort"])
    return ports4, ports6


WINDOWS_FIREWALL = Probe(
    name="firewall",
    platform="windows",
    kinds=("host", "firewall"),
    purpose="Windows Firewall profiles in force, ports listened on",
    asks=(
        listing(
            "profiles",
            "Windows Firewall profiles in force",
            "Get-NetFirewallProfile -PolicyStore ActiveStore",
            "Name",
            "Enabled",
            "DefaultInboundAction",
            "LogBlocked",
        ),
        LISTENERS,
    ),
    learns=(*FIREWALL_LEARNS, *LISTENS),
    may=(),
    parse=firewall,
)


# -- IPv6 ------------------------------------------------------------------------------------------

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
_GLOBAL = ipaddress.IPv6Network("2000::/3")
_TUNNELS = (ipaddress.IPv6Network("2002::/16"), ipaddress.IPv6Network("2001::/32"))
_ADDRESS_STATES = {0: "Invalid", 1: "Tentative", 2: "Duplicate", 3: "Deprecated", 4: "Preferred"}


def ipv6(answers: Answers, when: Moment, learnt: Learnt) -> None:
    """Read IPv6 addresses, route, services and settings."""
    if not is_json(answers["addresses"]):
        learnt.blame(answers["addresses"], "ipv6.address", "ipv6.tunnel")
    usable = []
    for item in values(answers["addresses"]):
        state = word(item.get("AddressState"), _ADDRESS_STATES)
        if state == "Preferred":
            usable.append(ipaddress.IPv6Address(str(item.get("IPAddress")).partition("%")[0]))
    tunnelled = [a for a in usable if any(a in network for network in _TUNNELS)]
    learnt.say("ipv6.address", any(a in _GLOBAL and a not in tunnelled for a in usable))
    learnt.say("ipv6.tunnel", bool(tunnelled) or any(b":\x5e\xfe" in a.packed for a in usable))
    _listed(answers, "route", "ipv6.default_route", learnt)
    ports = _ports(answers, learnt, ("ipv6.listens",))
    if ports is not None:
        learnt.say("ipv6.listens", ports[0] <= ports[1])
    bound = values(answers["bindings"])
    states = [item.get("Enabled") for item in bound]
    if not bound or not all(isinstance(state, bool) for state in states):
        learnt.blame(answers["bindings"], "ipv6.disabled")
    else:
        learnt.say("ipv6.disabled", not any(states))
    if not is_json(answers["resolvers"]):
        learnt.blame(answers["resolvers"], "ipv6.resolver_configured")
    # NOTE: Windows lists fec0:0:0:ffff::1 to ::3 where none is set.
    named = [
        str(name)
        for item in values(answers["resolvers"])
        for name in item.get("ServerAddresses") or ()
    ]
    learnt.say(
        "ipv6.resolver_configured", any(":" in n and not n.startswith("fec0:") for n in named)
    )
    _protocol(answers, learnt)


def _listed(answers: Answers, name: str, fact: str, learnt: Learnt) -> None:
    if is_json(answers[name]):
        learnt.say(fact, any(item.get("NextHop") for item in values(answers[name])))
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
