"""A ruleset that says less of a rule is no better: parts of the recorded answers are taken away in turn.

A part of a list that is not there is nothing anybody could tell (a ruleset may have any rules, a rule may
limit less or more): of rules, tables, links and routes only what stands is blanked, nulled or made odd, and
keys are left out. `LEFT` says what gets better all the same, and why. Of what there is a sample is tried;
`SOCCHECK_SILENCE=all` tries all.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from tests.firewall.test_probe_answers import FIREWALLS, told
from tests.probes.test_corpus import GOOD, read_case
from tests.probes.weaker import weaker

EACH = 1 if os.environ.get("SOCCHECK_SILENCE") == "all" else 211
KINDS = ("blank", "odd", "null", "empty", "key", "half")
PORTS = ("sockets", "listeners")
"""Of these `tests/probes/test_silence.py` tells."""

ENGINE_GOOD: dict[str, Any] = {
    **{fact: good for fact, good in GOOD.items() if fact.startswith("firewall.")},
    **{
        f"firewall.default_deny_{hook}_ipv{family}": True
        for hook in ("input", "forward")
        for family in (4, 6)
    },
    "firewall.input_chain": True,
    "firewall.input_chain_ipv6": True,
    "firewall.any_any_rules": 0,
}


def walk() -> Iterator[tuple[str, str, str, str]]:
    """Yield question, kind of loss, fact and answer, wherever a shorter answer is better."""
    number = 0
    for path in FIREWALLS:
        case = read_case(path)
        whole = told(case.answers, case.probe.platform)
        for name, answer in case.answers.items():
            for kind, output in weaker(answer.output) if name not in PORTS else ():
                number += 1
                if kind not in KINDS or number % EACH:
                    continue
                less = {**case.answers, name: replace(answer, output=output)}
                now = told(less, case.probe.platform)
                for fact, good in ENGINE_GOOD.items():
                    if now[fact].value == good != whole[fact].value:
                        yield name, kind, fact, f"{path.stem}: {output}"


INBOUND = (
    *("firewall.default_inbound", "firewall.default_inbound_ipv6"),
    "firewall.any_any_rules",
)
_FLAG = "nft prints the flag of a dormant table, and none of others; an empty set matches nothing"
_NAME = "an interface, or a program, may have any name"
_NARROWS = "a match that is not understood narrows its rule; `firewall.unknown_share` counts it"
LEFT: dict[tuple[str, str], tuple[tuple[str, ...], str]] = {
    ("ip6tables", "half"): (
        INBOUND[2:],
        "a kernel without tables prints a remark alone, or nothing",
    ),
    ("ip6tables", "odd"): (INBOUND, _NAME),
    ("iptables", "blank"): (INBOUND, "without its `!` a rule is another one"),
    ("legacy-tables", "blank"): (INBOUND[2:], "a kernel that has no such table names none"),
    ("nft", "empty"): (tuple(ENGINE_GOOD), _FLAG),
    ("nft", "key"): (tuple(ENGINE_GOOD), _FLAG),
    ("nft", "null"): (INBOUND[2:], _NARROWS),
    ("nft", "odd"): (INBOUND, f"{_NAME}; {_NARROWS}"),
    ("routes", "odd"): (INBOUND, _NAME),
    ("routes6", "blank"): (tuple(ENGINE_GOOD), "an answer without text tells of no route"),
    ("routes6", "odd"): (INBOUND, _NAME),
    ("rules", "odd"): ((*INBOUND, "firewall.logs_denied"), _NAME),
}


def test_a_ruleset_that_says_less_is_no_better() -> None:
    left = {(name, kind, fact) for (name, kind), (facts, _) in LEFT.items() for fact in facts}
    found = {one[:3]: one[3] for one in walk() if one[:3] not in left}
    assert not found
