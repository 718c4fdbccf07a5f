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
    if any(parsed(str(entry.get("local"))) is None for one in listed for entry in one["addr_info"]):
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


def elsewhere(host: str, own: Collection[str] = ()) -> bool:
    """Return whether a target is another machine; one that is a mere number is none that can be told."""
    name = host.strip("[]").rstrip(".").lower()
    address = parsed(name)
    if address is not None:
        return not (address.is_loopback or address.is_unspecified or str(address) in own)
    return bool(name) and not (
        name in own
        or re.match(
            r"(?:127|0177|0x7f)\.|(?:0x[0-9a-f]+|[0-9]+)\Z", name
        )  # as inet_aton(3) reads it
        or re.match(r"localhost[46]?(?:\.localdomain[46]?)?\Z|ip6-l(?:ocalhost|oopback)\Z", name)
        or name.endswith(".localhost")
    )
