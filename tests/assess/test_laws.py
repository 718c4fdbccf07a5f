"""Laws of judging: the compiled condition is the plain three-valued one, and the trace says the same."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from soccheck.assess.compile import compile_condition
from soccheck.assess.evaluate import judge
from soccheck.assess.evidence import View, World
from soccheck.assess.explain import Explainer
from soccheck.facts.catalogue import of_kind
from soccheck.model import (
    Asset,
    Basis,
    Condition,
    Control,
    Duration,
    Effective,
    Evidence,
    Group,
    Headline,
    Inventory,
    Leaf,
    Location,
    Policy,
    Quantifier,
    Severity,
    Status,
    Value,
)
from soccheck.policy.right_side import AS_OF

AT = Location("a.yaml", 1, 1)
TODAY = date(2024, 6, 30)
DAYS = [TODAY + timedelta(days=n) for n in (-400, -366, -365, -31, -30, -1, 0, 1)]

# -- random conditions and random partial facts -----------------------------------------------------

_FACTS: dict[str, st.SearchStrategy[Any]] = {
    "criteria.administrative_procedures": st.booleans(),
    "monitoring.soc": st.booleans(),
    "criteria.users": st.integers(0, 3),
    "criteria.basic_data_subjects": st.integers(0, 3),
    "regulation.number": st.sampled_from(["1", "12", "a"]),
    "hosting": st.sampled_from(["own", "rented", "cloud"]),
    "operation.since": st.sampled_from(DAYS),
    "regulation.date": st.sampled_from(DAYS),
    "inspection.kinds": st.lists(st.sampled_from(["periodic", "before_use"]), unique=True).map(
        tuple
    ),
    "changes.date": st.lists(st.sampled_from(DAYS), max_size=3).map(tuple),
}
_LENGTHS = st.sampled_from(
    [Duration(seconds=3600), Duration(days=30), Duration(months=1), Duration(months=12)]
)


def _leaf(
    fact: str, operator: str, value: object, *transforms: str, other: str | None = None
) -> Leaf:
    return Leaf(
        fact=fact, transforms=transforms, operator=operator, value=value, other=other, at=AT
    )


_ORDER = ["lt", "lte", "gt", "gte"]
_BOOLS = ["criteria.administrative_procedures", "monitoring.soc"]
_INTS = ["criteria.users", "criteria.basic_data_subjects"]
_DATES = ["operation.since", "regulation.date"]
_TEXTS = ["own", "rented", "cloud"]
_LEAVES: st.SearchStrategy[Leaf] = st.one_of(
    st.builds(_leaf, st.sampled_from(_BOOLS), st.sampled_from(["eq", "ne"]), st.booleans()),
    st.builds(
        _leaf, st.sampled_from(_INTS), st.sampled_from([*_ORDER, "eq", "ne"]), st.integers(0, 3)
    ),
    st.builds(
        _leaf, st.just("hosting"), st.sampled_from(["eq", "ne"]), st.sampled_from([*_TEXTS, "x"])
    ),
    st.builds(
        _leaf,
        st.just("hosting"),
        st.sampled_from(["in", "not_in"]),
        st.lists(st.sampled_from(_TEXTS), min_size=1, unique=True).map(tuple),
    ),
    st.builds(
        _leaf,
        st.sampled_from(_INTS),
        st.sampled_from(["in", "not_in"]),
        st.sampled_from([(0,), (1, 2)]),
    ),
    st.builds(
        _leaf,
        st.sampled_from(_DATES),
        st.sampled_from([*_ORDER, "eq", "ne"]),
        st.sampled_from([AS_OF, *DAYS]),
    ),
    st.builds(
        lambda fact, operator, length: _leaf(fact, operator, length, "age"),
        st.sampled_from(_DATES),
        st.sampled_from(_ORDER),
        _LENGTHS,
    ),
    st.builds(
        lambda which, operator, length: _leaf("changes.date", operator, length, which, "age"),
        st.sampled_from(["max", "min"]),
        st.sampled_from(_ORDER),
        _LENGTHS,
    ),
    st.builds(
        lambda fact, operator, n: _leaf(fact, operator, n, "count"),
        st.sampled_from(["inspection.kinds", "changes.date"]),
        st.sampled_from([*_ORDER, "eq"]),
        st.integers(0, 3),
    ),
    st.builds(
        _leaf,
        st.just("inspection.kinds"),
        st.just("contains"),
        st.sampled_from(["periodic", "before_use"]),
    ),
    st.builds(
        _leaf,
        st.just("inspection.kinds"),
        st.sampled_from(["contains_all", "contains_any"]),
        st.sampled_from([("periodic",), ("periodic", "before_use")]),
    ),
    st.builds(
        lambda operator: _leaf(
            "operation.since", operator, "regulation.date", other="regulation.date"
        ),
        st.sampled_from([*_ORDER, "eq"]),
    ),
    st.builds(
        lambda operator: _leaf(
            "criteria.users",
            operator,
            "criteria.basic_data_subjects",
            other="criteria.basic_data_subjects",
        ),
        st.sampled_from([*_ORDER, "ne"]),
    ),
    st.builds(
        _leaf, st.just("regulation.number"), st.just("startswith"), st.sampled_from(["1", "a"])
    ),
    st.builds(_leaf, st.sampled_from(sorted(_FACTS)), st.just("exists"), st.booleans()),
)


def _groups(inner: st.SearchStrategy[Condition]) -> st.SearchStrategy[Condition]:
    def group(join: str, size: int, most: int) -> st.SearchStrategy[Condition]:
        parts = st.lists(inner, min_size=size, max_size=most).map(tuple)
        return parts.map(lambda found: Group(join=join, parts=found, at=AT))

    quantifier = st.builds(
        lambda quantity, when, require: Quantifier(
            quantity=quantity, kind="system", when=when, require=require, at=AT
        ),
        st.sampled_from(["every", "some"]),
        st.none() | inner,
        inner,
    )
    return st.one_of(
        group("all", 1, 4), group("any", 1, 4), group("not", 1, 1), group("if", 2, 2), quantifier
    )


CONDITIONS: st.SearchStrategy[Condition] = st.recursive(_LEAVES, _groups, max_leaves=8)
FACTS = st.fixed_dictionaries({}, optional=_FACTS)

# -- the plain reading, written from design.md, for comparison --------------------------------------


def plainly(
    condition: Condition, facts: Mapping[str, Value], related: Sequence[Mapping[str, Value]]
) -> bool | None:
    """Judge a condition the slow and obvious way."""
    if isinstance(condition, Leaf):
        return _plain_leaf(condition, facts)
    if isinstance(condition, Quantifier):
        return _plain_quantifier(condition, related)
    results = [plainly(part, facts, related) for part in condition.parts]
    if condition.join == "not":
        return None if results[0] is None else not results[0]
    if condition.join == "if":
        results = [None if results[0] is None else not results[0], results[1]]
    decisive = condition.join != "all"
    if decisive in results:
        return decisive
    return None if None in results else not decisive


def _plain_quantifier(node: Quantifier, related: Sequence[Mapping[str, Value]]) -> bool | None:
    results: list[bool | None] = []
    for facts in related:
        fits = True if node.when is None else plainly(node.when, facts, related)
        if fits is None:
            results.append(None)
        elif fits:
            results.append(plainly(node.require, facts, related))
    decisive = node.quantity == "some"
    if decisive in results:
        return decisive
    return None if not results or None in results else not decisive


def _plain_leaf(leaf: Leaf, facts: Mapping[str, Value]) -> bool | None:
    value: Any = facts.get(leaf.fact)
    if leaf.operator == "exists":
        return (value is not None) is leaf.value
    right: Any = facts.get(leaf.other) if leaf.other else leaf.value
    right = TODAY if right == AS_OF else right
    if value is None or right is None:
        return None
    for step in leaf.transforms:
        if step == "count":
            value = len(value)
        elif step in ("max", "min"):
            if not value:
                return None
            value = max(value) if step == "max" else min(value)
        elif value > TODAY:
            return None
    if "age" in leaf.transforms:
        # At most a year old: no earlier than a year ago.
        value, right = right.before(TODAY), value
    tests: dict[str, Callable[[], bool]] = {
        "eq": lambda: value == right,
        "ne": lambda: value != right,
        "lt": lambda: value < right,
        "lte": lambda: value <= right,
        "gt": lambda: value > right,
        "gte": lambda: value >= right,
        "in": lambda: value in right,
        "not_in": lambda: value not in right,
        "contains": lambda: right in value,
        "contains_all": lambda: all(item in value for item in right),
        "contains_any": lambda: any(item in value for item in right),
        "startswith": lambda: value.startswith(right),
    }
    return tests[leaf.operator]()


# -- worlds -----------------------------------------------------------------------------------------


def world(
    facts: Mapping[str, Value],
    related: Sequence[Mapping[str, Value]] = (),
    evidence: Mapping[str, Sequence[Evidence]] | None = None,
) -> World:
    """Return a world of one asset, `it`, to which others of its kind belong."""
    every = {"it": facts, **{f"r{i}": other for i, other in enumerate(related)}}
    assets = {name: Asset(kind="system", id=name, facts=f, at=AT) for name, f in every.items()}
    others = tuple(asset for name, asset in assets.items() if name != "it")
    inventory = Inventory(
        attestations=(),
        folder="inv",
        authority=Asset(kind="authority", id="a", facts={}, at=AT),
        stated=TODAY,
        assets={"system": assets},
        documents={},
        waivers=(),
        claims=(),
        digest="0" * 64,
        related=lambda asset, kind: others,
    )
    return World(inventory, {"it": evidence} if evidence else {}, TODAY)


def policy_of(
    condition: Condition, accept: tuple[Basis, ...] = tuple(Basis), max_age: Duration | None = None
) -> Policy:
    control = Control(
        id="T-ONE",
        title={"en": "one"},
        asset="system",
        when=None,
        require=condition,
        accept=accept,
        max_age=max_age,
        severity=Severity.HIGH,
        label={"en": "fine"},
        references=(),
        remediation={"en": "mend it"},
        effective=Effective(),
        grace=None,
        at=AT,
    )
    return Policy(
        id="test",
        version="1",
        title={"en": "test"},
        effective=Effective(),
        parameters={},
        headline=Headline(asset="system", controls=("T-ONE",), label={"en": "fine"}),
        controls=(control,),
        path="p.yaml",
        digest="0" * 64,
        order=1,
        note={},
    )


def judged(condition: Condition, here: World) -> bool | None:
    view = View(here, tuple(Basis), None)
    asset = here.inventory.assets["system"]["it"]
    return compile_condition(condition, here, view)(view(asset), asset)


RESULTS = {True: Status.PASS, False: Status.FAIL, None: Status.UNKNOWN}


@settings(max_examples=200)
@given(CONDITIONS, FACTS, st.lists(FACTS, max_size=3))
def test_compiled_is_the_plain_reading(
    condition: Condition, facts: dict[str, Value], related: list[dict[str, Value]]
) -> None:
    assert judged(condition, world(facts, related)) is plainly(condition, facts, related)


@settings(max_examples=150)
@given(CONDITIONS, st.none() | CONDITIONS, FACTS, st.lists(FACTS, max_size=3))
def test_the_trace_gives_the_finding(
    require: Condition,
    when: Condition | None,
    facts: dict[str, Value],
    related: list[dict[str, Value]],
) -> None:
    here = world(facts, related)
    policy = policy_of(require)
    control = replace(policy.controls[0], when=when)
    policy = replace(policy, controls=(control,))
    for finding in judge([policy], here):
        why = Explainer(here).detail(finding)
        assert bool(why.reason) is (finding.result is Status.UNKNOWN)
        if finding.asset.id != "it" or finding.result is Status.NOT_APPLICABLE:
            continue
        if finding.result is Status.UNKNOWN:
            assert why.about or why.reason == "uncomparable"
        else:
            # What decided: an observation that bears the result out, or related assets at hand.
            assert why.observed or isinstance(require, Quantifier | Group)
            assert all(seen.met is not None for seen in why.observed)


def _monotone(condition: Condition) -> bool:
    """Return whether more facts can only settle a condition: it asks neither `exists` nor of others."""
    if isinstance(condition, Leaf):
        return condition.operator != "exists"
    return isinstance(condition, Group) and all(_monotone(part) for part in condition.parts)


@settings(max_examples=150)
@given(CONDITIONS.filter(_monotone), FACTS, FACTS)
def test_more_facts_never_turn_a_decided_result(
    condition: Condition, facts: dict[str, Value], more: dict[str, Value]
) -> None:
    before = judged(condition, world(facts))
    after = judged(condition, world({**more, **facts}))
    assert before is None or after is before


@given(CONDITIONS.filter(_monotone))
def test_nothing_stated_is_never_a_pass(condition: Condition) -> None:
    (finding,) = judge([policy_of(condition)], world({}))
    assert finding.result is Status.UNKNOWN


@given(CONDITIONS, FACTS, st.lists(FACTS, max_size=2))
def test_exactly_one_finding_for_each_asset(
    condition: Condition, facts: dict[str, Value], related: list[dict[str, Value]]
) -> None:
    findings = judge([policy_of(condition)], world(facts, related))
    assert [f.asset.id for f in findings] == ["it", *(f"r{i}" for i in range(len(related)))]


# -- evidence ---------------------------------------------------------------------------------------

_WHEN = st.sampled_from([TODAY + timedelta(days=n) for n in (-40, -8, -7, -1, 0, 1, 5)])
_EVIDENCE = st.builds(
    lambda value, basis, day, problem: Evidence(
        value=None if problem else value,
        basis=basis,
        when=datetime(day.year, day.month, day.day, 12, tzinfo=UTC),
        origin="x",
        problem=problem,
    ),
    st.booleans(),
    st.sampled_from(Basis),
    _WHEN,
    st.sampled_from([None, None, "denied", "timeout"]),
)


def _best(
    answers: list[Evidence], declared: bool | None, accept: tuple[Basis, ...], oldest: date | None
) -> bool | None:
    """Choose the slow and obvious way: of each accepted basis, strongest first, the last answers by now.

    An observation lasts a month; what it found to be otherwise is not taken from anybody's earlier word.
    """
    outdated: list[tuple[date, bool]] = []

    def settled(value: bool, day: date) -> bool | None:
        return None if any(day <= on and value != was for on, was in outdated) else value

    for basis in accept:
        if basis is Basis.DECLARED:
            if declared is not None:
                return settled(declared, TODAY)
            continue
        past = [a for a in answers if a.basis is basis and a.when.date() <= TODAY]
        last = max((a.when for a in past if a.problem is None), default=None)
        if last is None and past and basis is Basis.ATTESTED:
            return None  # what ran out, or was changed, gives way to nobody's word
        if last is None:
            continue
        since = [a for a in past if a.when >= last]
        said = {a.value for a in since if a.problem is None}
        month = basis is Basis.OBSERVED and (TODAY - last.date()).days > 31
        if month or (oldest is not None and last.date() < oldest):
            of_last = next(a.value for a in reversed(since) if a.problem is None)
            outdated.append((last.date(), of_last is True))
            continue
        # A time-out takes nothing back; what was looked at and not understood does, for good.
        if len(said) > 1 or "denied" in {a.problem for a in since}:
            return None
        return settled(said == {True}, last.date())
    return None


@settings(max_examples=150)
@given(
    st.lists(_EVIDENCE, max_size=5),
    st.none() | st.booleans(),
    st.sets(st.sampled_from(Basis), min_size=1),
    st.sampled_from([None, Duration(days=7), Duration(months=1)]),
)
def test_the_strongest_accepted_and_fresh_evidence_decides(
    answers: list[Evidence], declared: bool | None, bases: set[Basis], max_age: Duration | None
) -> None:
    accept = tuple(basis for basis in Basis if basis in bases)
    facts: dict[str, Value] = {} if declared is None else {"monitoring.soc": declared}
    here = world(facts, evidence={"monitoring.soc": answers} if answers else None)
    policy = policy_of(_leaf("monitoring.soc", "eq", True), accept, max_age)
    (finding,) = judge([policy], here)
    expected = _best(answers, declared, accept, max_age.before(TODAY) if max_age else None)
    assert finding.result is RESULTS[expected]
    why = Explainer(here).detail(finding)
    if expected is None:
        assert why.reason in {
            *("missing", "stale", "later", "basis", "denied", "timeout", "contradicted"),
        }
    else:
        assert why.basis in accept
        (seen,) = why.observed
        for other in why.drift:
            assert other.value != expected
            assert other.when.date() <= TODAY
            assert seen.chosen.basis is not None
            assert list(Basis).index(other.basis) > list(Basis).index(seen.chosen.basis)


def test_every_fact_used_here_is_in_the_catalogue() -> None:
    assert _FACTS.keys() <= of_kind("system").keys()
