"""What is the machine itself: its own names and addresses, of which nothing that is "another's" may be.

A clock that follows itself, a resolver on the machine, logs sent to the machine prove nothing of others.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Collection

from soccheck.probes.base import Answer, Answers, Ask
from soccheck.probes.shared import LINKS, objects

NAMES = Ask(
    name="own-names",
    purpose="the machine's own names",
    script="cat /proc/sys/kernel/hostname; [ -e /etc/hosts ] || return 0; "
    "grep -hE '^[[:space:]]*[0-9A-Fa-f:]' /etc/hosts; [ $? -lt 2 ]",
)
ASKS = (NAMES, LINKS)

Address = ipaddress.IPv4Address | ipaddress.IPv6Address


def addresses(answers: Answers) -> frozenset[Address]:
    """Return the addresses of the machine's own interfaces; none where they were not told."""
    found = set()
    for link in objects(answers["links"]) or ():
        listed = link.get("addr_info")
        for entry in listed if isinstance(listed, list) else ():
            address = parsed(str(entry.get("local"))) if isinstance(entry, dict) else None
            if address is not None:
                found.add(address)
    return frozenset(found)


def names(answers: Answers) -> frozenset[str]:
    """Return the machine's own names and addresses, in lower case, as a configuration may write them."""
    answer = answers["own-names"]
    first, _, hosts = answer.output.partition("\n")
    own = {str(address) for address in addresses(answers)}
    if answer.said and first.strip():
        own |= {first.strip().lower(), first.strip().lower().partition(".")[0]}
        for line in hosts.splitlines():
            words = line.partition("#")[0].lower().split()
            address = parsed(words[0]) if words else None
            if address is not None and not elsewhere(str(address), own):
                own |= {*words[1:]}
    return frozenset(own)


def untold(answers: Answers) -> Answer | None:
    """Return the answer without which the machine itself may be taken for another, if it is not told.

    Every machine has a name and a loopback link: an answer without is none, though its command ended well,
    as where an `ip` is too old for JSON.
    """
    name = answers[NAMES.name]
    hosts = name.output.partition("\n")[2].splitlines()
    told = all(parsed(line.split()[0]) is not None for line in hosts if line.strip())
    known = name.state == "ok" and told and re.match(r"\S+\n", name.output)
    return addresses_untold(answers) or (None if known else name)


def addresses_untold(answers: Answers) -> Answer | None:
    """Return the answer that tells the machine's addresses, where it lacks some of them."""
    links = answers[LINKS.name]
    listed = objects(links)
    if not listed or not all(isinstance(link.get("addr_info"), list) for link in listed):
        return links
    found = [entry for one in listed for entry in one["addr_info"]]
    if not all(isinstance(entry, dict) and parsed(str(entry.get("local"))) for entry in found):
        return links
    return None


def parsed(text: str) -> Address | None:
    """Return the address that `text` is, without brackets and the link it holds for."""
    try:
        address = ipaddress.ip_address(text.strip("[]").partition("%")[0])
    except ValueError:
        return None
    mapped = address.ipv4_mapped if isinstance(address, ipaddress.IPv6Address) else None
    return mapped or address


def is_host(text: str) -> bool:
    """Return whether a text is an address or can be a name of a machine."""
    return parsed(text) is not None or re.fullmatch(r"[A-Za-z0-9_.-]+", text) is not None


_NOBODYS = tuple(
    ipaddress.ip_network(network)
    for network in (
        *("0.0.0.0/8", "127.0.0.0/8", "224.0.0.0/4", "240.0.0.0/4"),
        *("::/96", "ff00::/8"),
    )
)
"""Addresses that are no other machine's: the own, a group's, every neighbour's, none's (RFC 6890)."""

_OWN_NAMES = re.compile(
    r"(?:.*\.)?localhost[46]?(?:\.localdomain[46]?)?|ip6-l(?:ocalhost|oopback)"
    r"|_outbound|_localdns(?:stub|proxy)|(?:.*\.)?invalid"
)
"""Names that every machine has for itself (nss-myhostname(8)), and those that none has (RFC 6761)."""


def elsewhere(host: str, own: Collection[str] = ()) -> bool:
    """Return whether a target is surely another machine."""
    name = _plain(host)
    address = _address(name)
    if address is not None:
        return str(address) not in own and not any(address in network for network in _NOBODYS)
    number = re.fullmatch(
        r"(?:.*\.)?(?:0x[0-9a-f]*|[0-9]+)", name
    )  # and no address: no host's name
    known = name in own or number or _OWN_NAMES.fullmatch(name)
    return bool(name) and not known and not perhaps_own(host, own)


_SAMPLES = re.compile(r"remote[-_]host")
"""What stands for a name in the sample of forwarding that Red Hat's rsyslog.conf has."""


def perhaps_own(host: str, own: Collection[str]) -> bool:
    """Return whether a target may be another machine or not: a group, a sample, its name with some domain."""
    name = _plain(host)
    if _SAMPLES.fullmatch(name):
        return True
    address = _address(name)
    if address is not None:
        return address.is_multicast or str(address) == "255.255.255.255"
    first = name.partition(".")[0]
    return first in own and name not in own and not any(one.startswith(f"{first}.") for one in own)


def _plain(host: str) -> str:
    return host.strip("[]").rstrip(".").lower()


def _address(name: str) -> Address | None:
    """Return the address that a program takes a name for: `127.1` and `0300.0.2.10` are some."""
    return parsed(name) or counted(name)


_PART = re.compile(r"0x(?P<hex>[0-9a-f]+)|0(?P<octal>[0-7]*)|(?P<decimal>[1-9][0-9]*)")
_BASES = {"hex": 16, "octal": 8, "decimal": 10}


def counted(name: str) -> ipaddress.IPv4Address | None:
    """Return the address that one to four numbers are, the last filling up what is left: inet_aton(3)."""
    found = [_PART.fullmatch(part) for part in name[:80].split(".")]
    parts = [match for match in found if match]
    if len(parts) < len(found) or len(parts) > 4:
        return None
    kinds = [match.lastgroup or "" for match in parts]
    numbers = [
        int(match[kind] or "0", _BASES[kind]) for match, kind in zip(parts, kinds, strict=True)
    ]
    *first, last = numbers
    if any(number > 255 for number in first) or last >= 256 ** (4 - len(first)):
        return None
    return ipaddress.IPv4Address(bytes(first) + last.to_bytes(4 - len(first), "big"))
