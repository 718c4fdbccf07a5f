"""The addresses at which an IOS device answers itself, where its configuration shows all of them.

A running configuration prints `ip address` or `no ip address` for each interface that is routed. Source:
Cisco IOS IP Addressing Configuration Guide; an address that is shared (HSRP, VRRP, GLBP), translated or an
alias is one, too.
"""

from __future__ import annotations

from collections.abc import Mapping

from soccheck.firewall.readers.cisco.lines import Command
from soccheck.firewall.spans import Spans, union

NOT_ROUTED = (["no", "ip", "address"], ["switchport"], ["ip", "unnumbered"])
SHARED = ("standby", "vrrp", "glbp", "redundancy")
BESIDE = (
    ["ip", "nat"],
    ["ip", "alias"],
    ["ip", "slb"],
    ["ip", "local"],
    ["webvpn"],
    ["crypto", "map"],
)
"""Lines, of the whole device, that may make it answer at other addresses."""


def whole_addresses(root: Command, own: Mapping[str, Spans], off: set[str]) -> Mapping[int, Spans]:
    """Return all IPv4 addresses of the device; nothing where it may have others, or some are down."""
    interfaces = [line for line in root.below if line.words[0] == "interface"]
    beside = any(line.words[: len(w)] == w for line in root.below for w in BESIDE)
    if beside or off or not own or not all(map(_is_whole, interfaces)):
        return {}
    return {4: union(s for spans in own.values() for s in spans)}


def _is_whole(interface: Command) -> bool:
    """Tell whether an interface has no address but those it shows."""
    lines = [line.words for line in interface.below]
    addresses = [words[2:] for words in lines if words[:2] == ["ip", "address"]]
    fixed = all(words and words[0][0].isdigit() for words in addresses)
    unrouted = any(words[: len(w)] == w for words in lines for w in NOT_ROUTED)
    return fixed and bool(addresses or unrouted) and all(words[0] not in SHARED for words in lines)
