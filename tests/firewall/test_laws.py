"""Changes to a ruleset that must not change an answer, and three engines that must agree."""

from __future__ import annotations

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from soccheck.firewall.diff import FIRST, diff
from soccheck.firewall.engine.constants import constants, everything
from soccheck.firewall.engine.ways import Walker
from soccheck.firewall.lint import texts
from soccheck.firewall.model import ANY, CT, Action, All, Expr, In, Named, Not, Ruleset, Some, top
from soccheck.firewall.questions import Analysis
from tests.firewall.make import linux, save
from tests.firewall.support import assert_evaluators_agree

PREFIXES = ("10.0.0.0/8", "10.1.0.0/16", "10.1.2.0/24", "192.0.2.0/25", "0.0.0.0/0")
PORTS = ("22", "80", "80:90", "443", "1000:2000")
ACTIONS = ("ACCEPT", "DROP", "REJECT", "RETURN", "U")


@st.composite
def rules(draw: st.DrawFn, actions: tuple[str, ...] = ACTIONS) -> str:
    words = []
    if draw(st.booleans()):
        words.append(
            f"{draw(st.sampled_from(('', '! ')))}-s {draw(st.sampled_from(PREFIXES[:-1]))}"
        )
    if draw(st.booleans()):
        words.append(f"-d {draw(st.sampled_from(PREFIXES))}")
    proto = draw(st.sampled_from(("tcp", "udp", "")))
    if proto:
        words.append(f"-p {proto} -m {proto} --dport {draw(st.sampled_from(PORTS))}")
    if draw(st.integers(0, 4)) == 0:
        words.append("-m geoip --source-country VN")
    return " ".join([*words, "-j", draw(st.sampled_from(actions))])


CHAIN = st.lists(rules(), min_size=1, max_size=8)
SUB = st.lists(rules(ACTIONS[:-1]), min_size=1, max_size=4)


def built(main: list[str], sub: list[str], policy: str = "DROP") -> Ruleset:
    lines = [f"-A INPUT {r}" for r in main] + [f"-A U {r}" for r in sub]
    return linux(save(*lines, chains="U", policy=policy))


def same(one: Ruleset, other: Ruleset) -> None:
    """Both decide the same packets the same way, and all of them where every match is known."""
    analysis = Analysis(other, 4, [*everything(one), *constants(one, 4), FIRST])
    start = analysis.of(FIRST)
    then = Walker(one, 4, analysis.sets).inbound(start)
    now = analysis.walker.inbound(start)
    assert now.possible == then.possible
    assert now.sure == then.sure
    assert now.dropped == then.dropped
    known = not any(texts(match) for match in (*everything(one), *everything(other)))
    if known:
        assert now.possible == now.sure
    found = diff(one, other, 4)
    assert found.reasons == ()
    assert {c.kind for c in found.changes} <= (set() if known else {"undecided"})


@settings(max_examples=40)
@given(CHAIN, SUB, st.integers(0, 9999))
def test_the_two_evaluators_agree(main: list[str], sub: list[str], seed: int) -> None:
    assert assert_evaluators_agree(built(main, sub), 4, 25, seed) == 25


@settings(max_examples=25)
@given(CHAIN, SUB)
def test_splitting_a_prefix_changes_nothing(main: list[str], sub: list[str]) -> None:
    split: list[str] = []
    for rule in main:
        if "-d 10.0.0.0/8" in rule:
            split += [rule.replace("10.0.0.0/8", half) for half in ("10.0.0.0/9", "10.128.0.0/9")]
        elif "--dport 1000:2000" in rule:
            split += [rule.replace("1000:2000", half) for half in ("1000:1500", "1501:2000")]
        else:
            split.append(rule)
    same(built(main, sub), built(split, sub))


@settings(max_examples=25)
@given(CHAIN, SUB)
def test_inlining_a_chain_changes_nothing(main: list[str], sub: list[str]) -> None:
    whole = [r for r in sub if "RETURN" not in r]
    inlined: list[str] = []
    for rule in main:
        if rule == "-j U":
            inlined += whole
        else:
            inlined.append(rule)
    same(built(main, whole or ["-j DROP"]), built(inlined if whole else main, whole or ["-j DROP"]))


@settings(max_examples=25)
@given(CHAIN, SUB, st.sampled_from(ACTIONS[:3]), CHAIN)
def test_nothing_below_a_catch_all_matters(
    main: list[str], sub: list[str], last: str, below: list[str]
) -> None:
    same(built([*main, f"-j {last}"], sub), built([*main, f"-j {last}", *below], sub))


@settings(max_examples=25)
@given(
    st.permutations([22, 80, 443, 8080, 3306]),
    st.lists(st.sampled_from(ACTIONS[:2]), min_size=5, max_size=5),
)
def test_disjoint_rules_may_be_permuted(order: list[int], actions: list[str]) -> None:
    lines = dict(zip((22, 80, 443, 8080, 3306), actions, strict=True))
    one = [f"-p tcp -m tcp --dport {p} -j {a}" for p, a in lines.items()]
    other = [f"-p tcp -m tcp --dport {p} -j {lines[p]}" for p in order]
    same(built(one, ["-j DROP"]), built(other, ["-j DROP"]))


def to_six(text: str) -> str:
    """Rename IPv4 to IPv6, address by address."""
    for four, six in (("10.1.2.0/24", "2001:db8:1:2::/64"), ("10.1.0.0/16", "2001:db8:1::/48"),
                      ("10.0.0.0/8", "2001:db8::/32"), ("192.0.2.0/25", "3fff::/32"),
                      ("0.0.0.0/0", "::/0")):  # fmt: skip
        text = text.replace(four, six)
    return text


@settings(max_examples=25)
@given(CHAIN, SUB)
def test_ipv4_renamed_to_ipv6_fares_the_same(main: list[str], sub: list[str]) -> None:
    four = built(main, sub)
    lines = [f"-A INPUT {to_six(r)}" for r in main] + [f"-A U {to_six(r)}" for r in sub]
    six = linux(save(*lines, chains="U", v6=True))
    kinds = []
    for ruleset, family, sources in (
        (four, 4, ("10.1.2.3/32", "10.1.9.9/32", "10.9.9.9/32", "192.0.2.5/32", "8.8.8.8/32")),
        (six, 6, ("2001:db8:1:2::3/128", "2001:db8:1:9::9/128", "2001:db8:9::9/128", "3fff::5/128",
                  "2600::8/128")),
    ):  # fmt: skip
        found = []
        for source in sources:
            for port in (22, 85, 443, 1999, 9999):
                from tests.firewall.make import answer

                for proto in ("tcp", "udp"):
                    question = f"{proto}/{port} from {source} to {source} in eth0"
                    found.append(answer(ruleset, question, family).answer)
        kinds.append(found)
    assert kinds[0] == kinds[1]


def z3_sets(ruleset: Ruleset, question: Expr) -> tuple[bool, bool]:
    """Return (possibly accepted, surely accepted) for flat INPUT rules, by z3."""
    z3 = pytest.importorskip("z3")
    names = ("src", "dst", "proto", "dport", "ct", "flags")
    width = {n: max(1, top(n, 4).bit_length()) for n in names}
    variables = {n: z3.BitVec(n, width[n]) for n in names}
    free = iter(range(10**6))

    def term(expr: Expr) -> object:
        if isinstance(expr, In):
            if expr.field not in variables:
                return z3.BoolVal(True)
            v, w = variables[expr.field], width[expr.field]
            return z3.Or(*(
                z3.And(z3.UGE(v, z3.BitVecVal(a, w)), z3.ULE(v, z3.BitVecVal(b, w)))
                for a, b in expr.spans
            ))  # fmt: skip
        if isinstance(expr, Named):
            return z3.BoolVal(True)
        if isinstance(expr, Not):
            inner = expr.part
            return z3.BoolVal(True) if isinstance(inner, Named) else z3.Not(term(inner))
        if isinstance(expr, All):
            return z3.And(*(term(p) for p in expr.parts))
        if isinstance(expr, Some):
            return z3.Or(*(term(p) for p in expr.parts))
        return z3.Bool(f"unknown{next(free)}")

    (chain,) = ruleset.bases("input", 4)
    accepted = z3.BoolVal(False)
    for rule in reversed(chain.rules):
        if rule.action is Action.RETURN:
            accepted = z3.If(term(rule.match), z3.BoolVal(False), accepted)
        else:
            accepted = z3.If(term(rule.match), z3.BoolVal(rule.action is Action.ACCEPT), accepted)
    results = []
    asked = z3.And(term(question), variables["ct"] == CT["new"])
    for goal in (accepted, z3.Not(accepted)):
        solver = z3.Solver()
        solver.add(asked, goal)
        results.append(str(solver.check()) == "sat")
    return results[0], results[1]


@settings(max_examples=40)
@given(st.lists(rules(ACTIONS[:4]), min_size=1, max_size=8), st.sampled_from(PORTS[:4]),
       st.sampled_from(("10.1.2.3", "8.8.8.8", "192.0.2.1")))  # fmt: skip
def test_z3_gives_the_same_answers(main: list[str], port: str, source: str) -> None:
    """On a question of one point z3, free to choose the unknowns, says what is possible."""
    from soccheck.firewall.queries import parse
    from soccheck.firewall.zones import Zones
    from tests.firewall.make import answer

    ruleset = built(main, ["-j DROP"])
    question = f"tcp/{port.split(':')[0]} from {source} to 10.1.2.9 in eth0"
    query = parse(question, Zones(ruleset))
    can_pass, can_stop = z3_sets(ruleset, query.match)
    expected = "no" if not can_pass else "unknown" if can_stop else "yes"
    got = answer(ruleset, question).answer
    # One unknown used in two rules is two unknowns to both engines.
    assert got == expected


def test_no_atom_is_lost() -> None:
    ruleset = built([f"-s {p} -j ACCEPT" for p in PREFIXES], ["-j DROP"])
    analysis = Analysis(ruleset, 4)
    axis = analysis.atoms.numbers["src"]
    assert sum(high - low + 1 for low, high in map(axis.values, range(len(axis)))) == 1 << 32
    rng = random.Random(1)
    for _ in range(50):
        low, high = sorted(rng.sample(range(len(axis)), 2))
        spans = ((axis.values(low)[0], axis.values(high)[1]),)
        inside = analysis.sets.number("src", spans)
        for atom in range(len(axis)):
            held = (analysis.sets.atom("src", atom) & inside).satisfiable()
            assert held == (low <= atom <= high)
    assert (analysis.of(ANY) & ~analysis.sets.full).satisfiable() is False
