"""The Linux kernel as the judge: it, the packet evaluator and the sets must agree."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from soccheck.firewall.engine import concrete
from soccheck.firewall.model import ANY, CT, UDP, Ruleset
from soccheck.firewall.packet import Packet
from soccheck.firewall.questions import Analysis
from soccheck.firewall.readers import read
from soccheck.firewall.readers.base import Text
from tests.firewall import netlab
from tests.firewall.kernel_rules import Program, iptables_text, nft_text, packets, programs
from tests.firewall.support import point

PACKETS = 24
RECORDED = Path(__file__).parent / "cases" / "linux" / "firewalld-text"


@pytest.fixture(scope="module")
def lab() -> Iterator[netlab.Lab]:
    reason = netlab.missing()
    if reason:
        pytest.skip(f"packets through the kernel: {reason}")
    with netlab.Lab() as built:
        built.in_firewall("ipset", "create", "none4", "hash:net", "family", "inet")
        built.in_firewall("ipset", "create", "none6", "hash:net", "family", "inet6")
        built.in_firewall("ipset", "add", "none4", "8.8.8.64/26")
        built.in_firewall("ipset", "add", "none6", "2600:0:8000::/33")
        yield built


def route(packet: Packet) -> tuple[int, str]:
    return (1, "") if netlab.is_host(packet.family, packet.dst) else (0, netlab.SERVER_LINK)


def judge(lab: netlab.Lab, ruleset: Ruleset, seed: int) -> int:
    """Send packets and compare; returns how many were judged."""
    ruleset = replace(ruleset, local={f: netlab.own(f) for f in (4, 6)})
    rng = random.Random(seed)
    for family in (4, 6):
        sent = packets(rng, family, PACKETS)
        lab.forget()
        sent = [lab.answering(p) if _can_answer(p, rng) else p for p in sent]
        arrived = lab.send(sent)
        analysis = Analysis(ruleset, family)
        flow = analysis.walker.inbound(analysis.of(ANY))
        missed = [p for p, a in zip(sent, arrived, strict=True) if not a]
        if any(concrete.decide(ruleset, p, route=route).verdict == "accept" for p in missed):
            arrived = lab.wait()
        for packet, place in zip(sent, arrived, strict=True):
            compare(ruleset, analysis, flow.possible, flow.sure, packet, place)
    return 2 * PACKETS


def _can_answer(packet: Packet, rng: random.Random) -> bool:
    return packet.proto == UDP and packet.dtype == 1 and rng.random() < 0.4


def compare(
    ruleset: Ruleset, analysis: Analysis, possible: object, sure: object, packet: Packet, place: str
) -> None:
    named = _named(analysis, packet)
    where = point(analysis, named)
    decision = concrete.decide(ruleset, packet, route=route)
    steps = [s for path in (*decision.accepts, *decision.drops) for s in path]
    context = (packet, place, decision)
    kernel = "accept" if place else "drop"
    # The kernel's answer is one of those the sets allow: the proof that "no" means no.
    if place:
        assert (where & possible).satisfiable(), context  # type: ignore[operator]
    else:
        assert not (where & sure).satisfiable(), context  # type: ignore[operator]
    rewrites = [s.rule.rewrite for s in steps if s.rule and s.rule.rewrite]
    if any("dtype" in r.values for r in rewrites):
        return  # a redirect picks an address of the interface, which the ruleset does not say
    assert decision.verdict == kernel, context
    if not rewrites:
        assert (where & sure).satisfiable() == bool(place), context  # type: ignore[operator]


def _named(analysis: Analysis, packet: Packet) -> Packet:
    """Use the stand-in where no rule names the interface."""
    names = analysis.atoms.names["iif"].names

    def stand_in(name: str) -> str:
        if name in names:
            return name
        fitting = [n for n in names if n.endswith("~") and name.startswith(n[:-1])]
        return max(fitting, key=len)

    return replace(packet, iif=stand_in(packet.iif), oif=stand_in(packet.oif))


def load_nft(lab: netlab.Lab, program: Program) -> Ruleset:
    lab.in_firewall("nft", "-f", "-", stdin=nft_text(program))
    found = read([Text("nft.json", lab.in_firewall("nft", "-j", "list", "ruleset"))])
    same_rules(found, read([Text("nft.txt", lab.in_firewall("nft", "list", "ruleset"))]))
    return found


def same_rules(one: Ruleset, other: Ruleset) -> None:
    """The two listings of nft say the same."""
    for name, chain in one.chains.items():
        assert chain.base == other.chains[name].base
        for a, b in zip(chain.rules, other.chains[name].rules, strict=True):
            assert (a.match, a.action, a.target) == (b.match, b.action, b.target), (a.text, b.text)
            assert (a.rewrite and a.rewrite.values) == (b.rewrite and b.rewrite.values)


def load_iptables(variant: str) -> Callable[[netlab.Lab, Program], Ruleset]:
    def load(lab: netlab.Lab, program: Program) -> Ruleset:
        texts = [Text("ipset", lab.in_firewall("ipset", "save"))]
        for family, tool in ((4, "iptables"), (6, "ip6tables")):
            lab.in_firewall(f"{tool}-{variant}-restore", stdin=iptables_text(program, family))
            texts.append(Text(tool, lab.in_firewall(f"{tool}-{variant}-save")))
        return read(texts)

    return load


def unload_legacy(lab: netlab.Lab) -> None:
    empty = "".join(
        f"*{table}\n" + "".join(f":{chain} ACCEPT [0:0]\n" for chain in chains) + "COMMIT\n"
        for table, chains in (
            ("raw", ("PREROUTING",)),
            ("nat", ("PREROUTING",)),
            ("filter", ("INPUT", "FORWARD")),
        )
    )
    for tool in ("iptables", "ip6tables"):
        lab.in_firewall(f"{tool}-legacy-restore", stdin=empty)


@pytest.mark.parametrize("kind", ["nft", "iptables-nft", "iptables-legacy"])
def test_kernel_agrees(lab: netlab.Lab, kind: str, request: pytest.FixtureRequest) -> None:
    load = load_nft if kind == "nft" else load_iptables(kind.partition("-")[2])
    judged = 0

    @settings(
        max_examples=request.config.getoption("--kernel-rulesets"),
        deadline=None,
        derandomize=True,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(program=programs(), seed=st.integers(0, 1 << 32))
    def check(program: Program, seed: int) -> None:
        nonlocal judged
        lab.clear()
        ruleset = load(lab, program)
        lab.strict_tcp()
        judged += judge(lab, ruleset, seed)

    try:
        check()
    finally:
        lab.clear()
        unload_legacy(lab)
    assert judged >= PACKETS


def test_the_lab_lets_packets_through_without_rules(lab: netlab.Lab) -> None:
    lab.clear()
    sent = packets(random.Random(1), 4, 10) + packets(random.Random(2), 6, 10)
    assert lab.send(sent)
    assert all(lab.wait())


def test_the_lab_sees_a_drop(lab: netlab.Lab) -> None:
    lab.clear()
    rules = "".join(
        f"chain {h} {{ type filter hook {h} priority 0; policy drop; }}\n"
        for h in ("input", "forward")
    )
    lab.in_firewall("nft", "-f", "-", stdin=f"table inet t {{\n{rules}}}\n")
    sent = packets(random.Random(1), 4, 10) + packets(random.Random(2), 6, 10)
    assert lab.send(sent)
    assert not any(lab.wait())


def test_an_answer_is_established(lab: netlab.Lab) -> None:
    lab.clear()
    lab.in_firewall(
        "nft",
        "-f",
        "-",
        stdin="table inet t {\nchain i { type filter hook input priority 0; policy drop;\n"
        "ct state established accept\n}\n}\n",
    )
    found = [p for p in packets(random.Random(3), 6, 60) if p.proto == UDP and p.dtype == 1]
    sent = [lab.answering(p) for p in found]
    assert sent
    assert {p.ct for p in sent} == {CT["established"]}
    assert lab.send(sent)
    assert all(lab.wait())


def test_a_recorded_firewalld_ruleset_is_judged_by_the_kernel(lab: netlab.Lab) -> None:
    """The recorded listing, its interfaces those of the lab, loaded and probed with packets."""
    text = (RECORDED / "ruleset.nft").read_text(encoding="utf-8")
    lab.clear()
    try:
        # The lab's sources are not where its routes lead back: IPv6_rpfilter=no.
        kept = "".join(line for line in text.splitlines(True) if "fib saddr" not in line)
        named = kept.replace('"wan0"', '"in0"').replace('"lan0"', '"eth1"')
        lab.in_firewall("nft", "-f", "-", stdin=named)
        found = read([Text("nft.json", lab.in_firewall("nft", "-j", "list", "ruleset"))])
        same_rules(found, read([Text("nft.txt", lab.in_firewall("nft", "list", "ruleset"))]))
        lab.strict_tcp()
        assert sum(judge(lab, found, seed) for seed in range(20)) == 40 * PACKETS
    finally:
        lab.clear()
