"""The cases of Linux that say by which tool they load: the kernel gives their answers too.

A case with `kernel: nft`, `iptables-nft` or `iptables-legacy` is loaded in a namespace. Of each question some
packets are sent: where the answer is `no` none may arrive, where it is `yes` all do.
"""

from __future__ import annotations

import random
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from soccheck.firewall.model import ICMP, ICMPV6, TCP, UDP, In, Named, all_of, some_of
from soccheck.firewall.packet import Packet
from soccheck.firewall.queries import Query, parse
from soccheck.firewall.questions import Analysis, ask
from soccheck.firewall.readers import read
from soccheck.firewall.readers.base import Text
from soccheck.firewall.spans import address, span
from soccheck.firewall.zones import Zones
from tests.firewall import netlab
from tests.firewall.test_cases import GOOD, load, name
from tests.firewall.test_kernel import unload_legacy

KERNEL = [folder for folder in GOOD if "kernel" in load(folder)[0]]
PACKETS = 3
STRANGERS = {4: "8.0.0.0/8", 6: "2600::/16"}


@pytest.fixture(scope="module")
def lab() -> Iterator[netlab.Lab]:
    reason = netlab.missing()
    if reason:
        pytest.skip(f"packets through the kernel: {reason}")
    with netlab.Lab() as built:
        yield built


def put(lab: netlab.Lab, kind: str, texts: list[Text]) -> None:
    """Load the texts of a case as the tool of its kind does."""
    lab.clear()
    unload_legacy(lab)
    lab.in_firewall("ipset", "flush")
    lab.in_firewall("ipset", "destroy")
    for text in texts:
        if text.content.startswith("create "):
            lab.in_firewall("ipset", "restore", stdin=text.content)
        elif kind == "nft":
            words = ("-j",) if text.content.lstrip().startswith("{") else ()
            lab.in_firewall("nft", *words, "-f", "-", stdin=text.content)
        else:
            six = "ip6tables" in text.content.split("\n")[0]
            tool = f"{'ip6tables' if six else 'iptables'}-{kind.partition('-')[2]}-restore"
            lab.in_firewall(tool, stdin=text.content)


def packets(query: Query, family: int, analysis: Analysis, rng: random.Random) -> list[Packet]:
    """Return packets of a question that the lab can send."""
    own = netlab.HOST[family], netlab.BEHIND[family]
    host, behind = (address(prefix)[1] for prefix in own)
    local = [(low + 1, high) for low, high in host]
    ends = some_of(
        all_of(In("dst", tuple(local), family), In("dtype", span(1)), Named("oif", ("",))),
        all_of(
            In("dst", behind, family), In("dtype", span(0)), Named("oif", (netlab.SERVER_LINK,))
        ),
    )
    icmp = all_of(
        In("proto", span(ICMP if family == 4 else ICMPV6)),
        In("itype", span(8 if family == 4 else 128)),
        In("icode", span(0)),
    )
    syn = all_of(In("proto", span(TCP)), In("flags", span(2)))
    part = analysis.of(query.match) & analysis.sets.universe
    for expr in (
        ends,
        Named("iif", netlab.CLIENT_LINKS),
        some_of(In("proto", span(UDP)), In("proto", span(253)), syn, icmp),
        In("frag", span(0)), In("rt", span(0)), In("ct", span(0)), In("fresh", span(1)),
        In("rpath", span(1)), In("stype", span(0)), In("dnat", span(0)),
    ):  # fmt: skip
        part &= analysis.of(expr)
    part = analysis.walker.consistent(part)
    # An answer to a source behind the firewall would arrive there too.
    strange = part & analysis.of(In("src", address(STRANGERS[family])[1], family))
    part = strange if strange.satisfiable() else part
    found: list[Packet] = []
    while part.satisfiable() and len(found) < PACKETS:
        packet, atoms = analysis.packet(part)
        part &= ~analysis.point(atoms)
        link = packet.iif if packet.iif in netlab.CLIENT_LINKS else rng.choice(netlab.CLIENT_LINKS)
        sport = packet.sport if packet.proto in (TCP, UDP) else rng.randrange(1, 60000)
        found.append(replace(packet, iif=link, sport=sport))
    return found


@pytest.mark.parametrize("folder", KERNEL, ids=name)
def test_the_kernel_says_the_same(folder: Path, lab: netlab.Lab) -> None:
    case, texts = load(folder)
    ruleset = replace(read(texts), local={f: netlab.own(f) for f in (4, 6)})
    zones = Zones(ruleset)
    put(lab, case["kernel"], texts)
    wrong, sent, decided = [], 0, 0
    for question, expected in case["ask"].items():
        query = parse(question, zones)
        for family in map(int, expected):
            answer = ask(ruleset, query, family).answer
            if answer == "unknown":
                continue
            decided += 1
            lab.forget()
            analysis = Analysis(ruleset, family, [query.match, *_constants(family)])
            tried = packets(query, family, analysis, random.Random(question))
            arrived = lab.send(tried)
            if answer == "yes" and not all(arrived):
                arrived = lab.wait()
            if answer == "no":
                time.sleep(0.002)
            sent += len(tried)
            if answer == "no" and any(arrived):
                wrong.append((question, family, "no", tried))
            if answer == "yes" and tried and not any(arrived):
                wrong.append((question, family, "yes", tried))
    assert wrong == []
    assert sent >= decided / 2


def _constants(family: int) -> list[In | Named]:
    prefixes = (netlab.HOST[family], netlab.BEHIND[family])
    first = address(prefixes[0])[1][0][0]
    return [
        *(In("dst", address(p)[1], family) for p in prefixes),
        In("dst", span(first), family),
        In("src", address(STRANGERS[family])[1], family),
        Named("iif", netlab.CLIENT_LINKS),
        Named("oif", (netlab.SERVER_LINK,)),
        *(In("proto", span(p)) for p in (UDP, 253, ICMP, ICMPV6)),
        In("itype", span(8)),
        In("itype", span(128)),
        In("icode", span(0)),
        In("ct", span(0)), In("flags", span(2)),
    ]  # fmt: skip
