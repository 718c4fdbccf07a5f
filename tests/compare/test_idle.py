"""What is named as idle is so: every kind of edit of it, of every policy and of a sample, changes nothing."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from copy import deepcopy
from functools import cache
from typing import Any

import pytest
import yaml

from soccheck import audit
from soccheck.assess.assessment import Assessment
from soccheck.compare import gate
from soccheck.compare.attributes import APART, IDLE_FACTS, IDLE_PROPERTIES, POSITION
from soccheck.compare.changes import Comparison, compare
from soccheck.compare.choices import named
from soccheck.compare.fail_on import rules
from soccheck.compare.former import former
from soccheck.errors import InputError
from soccheck.facts.catalogue import FACTS
from soccheck.inventory import load as inventory
from soccheck.model import Control, Group, Leaf, Measure, Policy, Quantifier, Score
from soccheck.policy import load as policy
from soccheck.policy.file import Written
from soccheck.sources.files import Memory
from tests.assess.test_left_out import Strings, Texts, figures
from tests.compare.test_pulls import DAY, base
from tests.kit import shipped

Way = tuple[str | int, ...]
TEXT = {"en": "Something else", "vi": "Điều khác"}
ENOUGH = 4
KINDS = 3
"""Of assets, that a fact of all of them is tried on."""
PLACES = 1
"""Of one kind, that are tried: in a file, or of assets that state a fact, and of those that do not."""


@cache
def parsed() -> dict[str, Any]:
    return {n: yaml.load(t, Texts) for n, t in base().items() if n.endswith(".yaml")}


def written(data: dict[str, Any], changed: str) -> dict[str, bytes]:
    """Return all files, one of them as it is changed."""
    found = {name: text.encode() for name, text in base().items()}
    text = yaml.dump(data[changed], Dumper=Strings, allow_unicode=True, sort_keys=False)
    return {**found, changed: text.encode()}


def policies_of(files: dict[str, bytes]) -> list[Policy]:
    found = [Written(n, raw) for n, raw in files.items() if n.startswith("policies/")]
    return policy.read(found)


def of_inventory(files: dict[str, bytes], rules_: list[Policy] | None = None) -> Assessment:
    kept = {name: raw for name, raw in files.items() if not name.startswith("policies/")}
    loaded = inventory.read(Memory(kept), "inv")
    return audit.judge(loaded, rules_ if rules_ is not None else list(shipped()), DAY)


@cache
def before() -> Assessment:
    return of_inventory({name: text.encode() for name, text in base().items()})


def assert_same(now: Assessment, was: Assessment, what: object) -> None:
    found = compare(now, former(was, "base"))
    assert (found.scope, found.changes) == ([], []), what
    assert figures(now) == figures(was), what


def found_at(data: Any, words: list[str], way: Way = ()) -> Iterator[Way]:
    """Yield the ways to what a path of a schema names, and to mappings that could have it."""
    if isinstance(data, list):
        for i, item in enumerate(data):
            yield from found_at(item, words, (*way, i))
        return
    if not isinstance(data, dict):
        return
    word, rest = words[0], words[1:]
    for key in data if word == "*" else [word]:
        if not rest:
            yield (*way, key)
        elif key in data:
            yield from found_at(data[key], rest, (*way, key))


def at(data: Any, way: Way) -> Any:
    for step in way:
        data = data[step]
    return data


ANOTHER: dict[str, Callable[[Any], list[Any]]] = {
    "version": lambda old: [f"{old}.1"],
    "order": lambda old: [(old or 0) + 7],
    "note": lambda old: [TEXT],
    "title": lambda old: [TEXT if isinstance(old, dict) else "Something else"],
    "remediation": lambda old: [TEXT],
    "reference": lambda old: [_reference(old, "primary"), _reference(old, "unverified")],
    "why": lambda old: ["par.cloud.why", "par.portal.why", "ndxp.why"],
    "issuer": lambda old: ["Something else"],
    "number": lambda old: ["1/XX"],
    "report": lambda old: [{"number": "7/BC", "place": "X"}],
}
"""The last word of what is idle -> other valid values of it."""


def _reference(old: Any, verified: str) -> Any:
    one = {"source": "Another law", "clause": "1", "verified": verified, "note": TEXT}
    return [one] if isinstance(old, list) else one


def edits(data: Any, way: Way) -> Iterator[Any]:
    """Yield a document with what stands at `way` taken away, changed or added."""
    above, key = way[:-1], way[-1]
    old = at(data, above).get(key)
    for new in [None, *ANOTHER[str(key)](old)]:
        made = deepcopy(data)
        if new is not None:
            at(made, above)[key] = new
        elif old is not None:
            del at(made, above)[key]
        if made != data:
            yield made


POLICIES = [name for name in base() if name.startswith("policies/")]


@pytest.mark.parametrize("path", IDLE_PROPERTIES["policy"])
def test_an_idle_property_of_a_policy(path: str) -> None:
    tried = 0
    for name in random.Random(path).sample(POLICIES, len(POLICIES)):
        data = parsed()[name]
        ways = list(found_at(data, path.split("."))) if tried < ENOUGH else []
        for way in random.Random(path).sample(ways, min(PLACES, len(ways))):
            for made in edits(data, way):
                try:
                    (new,) = policies_of({name: written({name: made}, name)[name]})
                except InputError:
                    continue  # what must be there
                tried += 1
                found = [new if p.path == name else p for p in shipped()]
                now = audit.judge(before().inventory, found, DAY)
                assert_same(now, before(), (name, way))
    assert tried > 1, path


@pytest.mark.parametrize("path", IDLE_PROPERTIES["inventory"])
def test_an_idle_property_of_an_inventory(path: str) -> None:
    tried = 0
    for name, data in parsed().items():
        if name.startswith("policies/") or not (path == "report" or path.split(".")[0] in data):
            continue
        for way in list(found_at(data, path.split(".")))[:PLACES]:
            for made in edits(data, way):
                try:
                    now = of_inventory(written({name: made}, name))
                except InputError:
                    continue
                tried += 1
                assert_same(now, before(), (name, way))
    assert tried, path


def asked_of(control: Control) -> set[str]:
    """Return every fact that a control names, whatever it does with it."""
    found: set[str] = set()
    grace, expects = control.grace, control.expects
    conditions: list[object] = [
        control.when,
        control.require,
        grace and grace.when,
        expects and expects.when,
    ]
    for one in conditions:
        if isinstance(one, Leaf | Group | Quantifier):
            found |= set(named(one))
            found |= {name.removeprefix("authority.") for name in found}
        elif isinstance(one, Measure):
            found |= {name for name in (one.passed, one.of, one.share) if name}
        elif isinstance(one, Score):
            found |= {one.points or "", *one.of}
    return found | ({grace.since} if grace is not None and grace.since else set())


def not_asking(fact: str) -> list[Policy]:
    """Return the policies without the controls that name a fact; what those ask is seen by findings."""
    return [
        kept
        for one in shipped()
        for kept in policy.of_controls(
            [one], frozenset(c.id for c in one.controls if fact not in asked_of(c))
        )
    ]


def assets(kind: str) -> list[tuple[str, Way]]:
    """Return the file of every asset of a kind, and the way to it."""
    if kind == "authority":
        return [(name, (kind,)) for name, data in parsed().items() if kind in data]
    return [
        (name, (f"{kind}s", id_))
        for name, data in parsed().items()
        if not name.startswith("policies/")
        for id_ in data.get(f"{kind}s", {})
    ]


def values(kind: str, name: str) -> list[Any]:
    """Return valid values of a fact."""
    fact = FACTS[kind, name]
    if fact.type == "ref":
        found: list[Any] = [way[1] for of in fact.values for _, way in assets(of)][:3]
    elif fact.type == "records":
        entry = {"control": "SL-APPROVED", "expected": "2031-01-01", "note": "x"}
        return [[entry], [{**entry, "organization": assets("organization")[0][1][1]}]]
    else:
        found = list(fact.values or EXAMPLES[fact.type])[:3]
        found = [int(one) for one in found] if fact.type == "int" else found
    return [[one] for one in found] if fact.many else found


EXAMPLES: dict[str, list[Any]] = {
    "text": ["khac", "web.ag.example", "rulesets/fw-bien.conf"],
    "host_name": ["khac", "web.ag.example"],
    "url": ["https://khac.ag.example", "https://web.ag.example/a?b=1"],
    "mail": ["soc@ag.example"],
    "date": ["2020-01-31", "2031-01-31"],
    "int": [1, 5, 900000],
    "bool": [True, False],
    "address": ["192.0.2.77"],
    "prefix": ["192.0.2.64/28"],
}


def fact_edits(kind: str, name: str) -> Iterator[tuple[str, Way, Any]]:
    """Yield a file, with a fact of one of its assets taken away, changed, or added."""
    *above, last = name.split(".")
    places = assets(kind)
    random.Random(name).shuffle(places)
    tried = {True: 0, False: 0}
    for file, way in places:
        there = at(parsed()[file], way)
        for word in above:
            there = there.get(word, {}) if isinstance(there, dict) else {}
        has = isinstance(there, dict) and last in there
        tried[has] += 1
        if tried[has] > PLACES:
            continue
        for new in [None, *values(kind, name)]:
            made = deepcopy(parsed()[file])
            node = at(made, way)
            for word in above:
                node = node.setdefault(word, {})
            if new is None:
                if not has:
                    continue
                del node[last]
            else:
                node[last] = new
            if made != parsed()[file]:
                yield file, way, made


def compared(
    kind: str, name: str, was: Assessment, rules_: list[Policy]
) -> Iterator[tuple[object, Comparison, Assessment]]:
    """Yield what every edit of a fact makes of a sample, compared with what it was."""
    base_ = former(was, "base")
    for file, way, made in fact_edits(kind, name):
        try:
            now = of_inventory(written({file: made}, file), rules_)
        except InputError:
            continue  # what could not be is refused
        yield (file, way), compare(now, base_), now


BESIDE = {
    *("plans.control", "plans.expected", "plans.organization", "plans.note"),  # with `plans`
    *("group", "formerly"),  # have tests of their own
}


@pytest.mark.parametrize("name", sorted(IDLE_FACTS.keys() - BESIDE))
def test_an_idle_fact(name: str) -> None:
    rules_, tried = not_asking(name), 0
    was = audit.judge(before().inventory, rules_, DAY)
    counted = figures(was)
    kinds = sorted(kind for kind, known in FACTS if known == name)
    for kind in random.Random(name).sample(kinds, min(KINDS, len(kinds))):
        for where, found, now in compared(kind, name, was, rules_):
            tried += 1
            assert (found.scope, found.changes) == ([], []), where
            assert figures(now) == counted, where
    assert tried > 1


WORSE = sorted(POSITION | APART)


@pytest.mark.parametrize("name", WORSE)
def test_an_edit_of_what_places_an_asset_stops(name: str) -> None:
    for kind in sorted(kind for kind, known in FACTS if known == name):
        edits_ = compared(kind, name, before(), list(shipped()))
        assert any(gate.judge(now, found, rules(())).code == 1 for _, found, now in edits_), kind
