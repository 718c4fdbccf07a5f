"""The addresses at which an IOS device answers itself, where its configuration shows all of them.

A running configuration prints `ip address` or `no ip address` for each interface that is routed. Source:
Cisco IOS IP Addressing Configuration Guide; an address that is shared (HSRP, VRRP, GLBP), translated or an
alias is one, too.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from soccheck.firewall.readers.cisco.lines import Command
from soccheck.firewall.spans import Spans, address, union

NOT_ROUTED = (["no", "ip", "address"], ["switchport"], ["ip", "unnumbered"])
SHARED = ("standby", "vrrp", "glbp", "redundancy")
BESIDE: Mapping[int, Sequence[Sequence[str]]] = {
    0: (["webvpn"], ["crypto", "map"]),
    4: (
        ["ip", "nat", "inside"],
        ["ip", "nat", "outside"],
        ["ip", "nat", "source"],
        ["ip", "alias"],
        ["ip", "slb"],
    ),
    6: (["ipv6", "nat"], ["ipv6", "general-prefix"], ["nat64"]),
}
"""Lines, of the whole device, that may make it answer at other addresses of a family, or of any."""
LINK = address("fe80::/10")[1]


def whole_addresses(root: Command, own: Mapping[str, Spans], off: set[str]) -> Mapping[int, Spans]:
    """Return all addresses of the device by family; none where it may have others, or some are down.

    Of IPv6 those of the link are its own, and of each network the first (RFC 4291, 2.6.1).
    """
    interfaces = [line for line in root.below if line.words[0] == "interface"]
    shared = any(inner.words[0] in SHARED for line in interfaces for inner in line.below)
    if off or shared or _has(root, BESIDE[0]):
        return {}
    out: dict[int, Spans] = {}
    if own and all(map(_is_whole, interfaces)) and not _has(root, BESIDE[4]):
        out[4] = union(s for spans in own.values() for s in spans)
    found = [_of_six(inner.words[2:]) for line in interfaces for inner in line.below
             if inner.words[:2] == ["ipv6", "address"]]  # fmt: skip
    if found and all(found) and not _has(root, BESIDE[6]):
        out[6] = union(s for spans in (LINK, *found) for s in spans)
    return out


def _has(root: Command, commands: Sequence[Sequence[str]]) -> bool:
    return any(line.words[: len(w)] == [*w] for line in root.below for w in commands)


def _of_six(words: Sequence[str]) -> Spans:
    """Return an address and the anycast address of its network; none where it is not fixed."""
    text = "".join(words[:1])
    if list(words[1:]) == ["link-local"]:
        return LINK
    if "/" not in text or words[1:] not in ([], ["anycast"]):
        return ()
    try:
        own, net = address(text.partition("/")[0])[1], address(text)[1]
    except ValueError:
        return ()
    return union((*own, (net[0][0], net[0][0])))


def _is_whole(interface: Command) -> bool:
    """Tell whether an interface has no IPv4 address but those it shows."""
    lines = [line.words for line in interface.below]
    addresses = [words[2:] for words in lines if words[:2] == ["ip", "address"]]
    fixed = all(words and words[0][0].isdecimal() for words in addresses)
    return fixed and bool(
        addresses or any(words[: len(w)] == w for words in lines for w in NOT_ROUTED)
    )
