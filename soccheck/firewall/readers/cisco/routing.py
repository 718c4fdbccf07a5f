"""Where an ASA or a router of IOS speaks routing protocols: their sections, and commands of interfaces.

Sources: Cisco IOS IP Routing command references (`network`, `neighbor remote-as`, `ip ospf area`); ASA
General Operations CLI Configuration Guide, routing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from soccheck.firewall.readers.cisco.lines import Command
from soccheck.firewall.readers.learned import Speaker

ENABLING = re.compile(
    r"(ip|ipv6) ospf \S+ area |ospfv3 \S+ .*area |(ip|ipv6) router |ipv6 (eigrp|rip) \S+|isis$"
)
"""Commands by which an interface itself joins a protocol."""
LISTENING = re.compile(r"bgp listen range (\S+)|neighbor ([\da-fA-F.:]+) (remote-as|peer-group) ")


def speakers(root: Command, names: dict[str, str]) -> Iterator[Speaker]:
    """Yield the lines by which a routing protocol runs, of interfaces under their `names`; none is taken."""
    for line in root.below:
        if line.words[0] == "interface":
            hardware = "".join(line.words[1:])
            for inner in line.below:
                if ENABLING.match(inner.text) and hardware in names:
                    yield Speaker(where=inner.where, text=inner.text, side=names[hardware])
        elif line.words[0] == "router":
            for inner in _below(line):
                side = _peer(inner) if line.words[1:2] == ["bgp"] else _network(inner)
                if side:
                    yield Speaker(where=inner.where, text=f"{line.text}: {inner.text}", side=side)


def _below(line: Command) -> Iterator[Command]:
    for inner in line.below:
        yield inner
        yield from _below(inner)


def _peer(line: Command) -> str:
    found = LISTENING.match(line.text)
    return (found[1] or found[2]) if found else ""


def _network(line: Command) -> str:
    """Return the networks of a `network` command, whose mask may be left out, or be inverse, or a host's."""
    if line.words[0] != "network" or len(line.words) < 2:
        return ""
    base, mask = line.words[1], "".join(line.words[2:3])
    if mask[:1].isdigit():
        return base if mask == "0.0.0.0" and base != mask else f"{base}/{mask}"
    first = base.partition(".")[0]
    length = 24 if not first.isdigit() or int(first) > 191 else 16 if int(first) > 127 else 8
    return f"{base}/{length}" if base != "0.0.0.0" else "0.0.0.0/0"
