"""A rule is said to be idle if, and only if, the ruleset without it lets the same through."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from soccheck.firewall.diff import FIRST
from soccheck.firewall.engine.constants import constants, everything
from soccheck.firewall.engine.ways import Walker
from soccheck.firewall.lint import lint
from soccheck.firewall.model import Ruleset
from soccheck.firewall.questions import Analysis
from tests.firewall.make import linux, save
from tests.firewall.test_laws import ACTIONS, CHAIN, SUB, built

IDLE = ("redundant", "shadowed", "contradicted", "never-matches")


def same(one: Ruleset, other: Ruleset) -> bool:
    analysis = Analysis(other, 4, [*everything(one), *constants(one, 4), FIRST])
    start = analysis.of(FIRST)
    then = Walker(one, 4, analysis.sets).inbound(start)
    now = analysis.walker.inbound(start)
    return now.possible == then.possible and now.dropped == then.dropped


@settings(max_examples=40)
@given(CHAIN, SUB, st.sampled_from(("DROP", "ACCEPT")))
def test_a_rule_is_idle_if_and_only_if_nothing_changes_without_it(
    main: list[str], sub: list[str], policy: str
) -> None:
    ruleset = built(main, sub, policy)
    idle = {(f.where.line, f.kind) for f in lint(ruleset) if f.kind in IDLE}
    called = {chain.name for chain in ruleset.chains.values() if chain.base} | {
        rule.target for chain in ruleset.chains.values() for rule in chain.rules
    }
    decided = not any("geoip" in rule for rule in (*main, *sub))
    for chain in ruleset.chains.values():
        for place, rule in enumerate(chain.rules):
            texts = main if chain.base else sub
            kinds = {kind for line, kind in idle if line == rule.where.line}
            less = [*texts[:place], *texts[place + 1 :]]
            without = built(less, sub, policy) if chain.base else built(main, less, policy)
            if kinds:
                assert same(ruleset, without), (rule.text, kinds)
            elif decided and chain.name in called and texts[place].split()[-1] in ACTIONS[:3]:
                assert not same(ruleset, without), rule.text


def kinds(text: str) -> dict[int, str]:
    return {f.where.line: f.kind for f in lint(linux(text)) if f.kind in IDLE}


def test_what_keeps_a_packet_from_a_log_or_a_mark_is_of_use() -> None:
    quiet = "-A INPUT -p udp -m udp --dport 137 -j DROP"
    assert kinds(save(quiet)) == {6: "redundant"}
    assert kinds(save(quiet, "-A INPUT -j LOG")) == {}
    assert kinds(save(quiet, "-A INPUT -s 10.0.0.0/8 -j LOG", policy="DROP")) == {}


def test_nothing_of_nat_is_redundant() -> None:
    nat = (
        "*nat\n:PREROUTING ACCEPT [0:0]\n:POSTROUTING ACCEPT [0:0]\n:OUT - [0:0]\n"
        "-A PREROUTING -s 10.0.0.0/8 -j ACCEPT\n-A POSTROUTING -j OUT\n"
        "-A OUT -s 10.1.0.0/16 -j ACCEPT\n-A OUT -s 10.0.0.0/8 -j MASQUERADE\n"
        "-A OUT -s 10.9.0.0/16 -j SNAT --to-source 192.0.2.1\nCOMMIT\n"
    )
    assert set(kinds(save(extra=nat)).values()) <= {"shadowed", "contradicted"}


def test_a_rule_of_a_chain_called_twice_is_idle_only_where_both_could_do_without() -> None:
    rules = (
        "-A INPUT -s 10.0.0.0/8 -j U", "-A INPUT -s 10.0.0.0/8 -j DROP",
        "-A INPUT -s 192.0.2.0/24 -j U", "-A INPUT -s 192.0.2.0/24 -j ACCEPT",
    )  # fmt: skip
    needed = "-A U -p tcp -m tcp --dport 22 -j DROP"
    assert 11 not in kinds(save(*rules, needed, chains="U"))
    assert kinds(save(*rules[:2], needed, chains="U"))[9] == "redundant"


def test_many_rules_are_judged_whole() -> None:
    lines = [f"-A INPUT -s 10.{n // 250}.{n % 250}.0/24 -j DROP" for n in range(2500)]
    found = kinds(save(*lines, "-A INPUT -s 10.0.0.0/8 -j ACCEPT", policy="ACCEPT"))
    assert found == {6 + 2500: "redundant"}
    found = kinds(save(*lines, "-A INPUT -j DROP"))
    assert len(found) == 2501
