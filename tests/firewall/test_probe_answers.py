"""What the engine says of recorded answers: a case of `tests/probes/firewall` says what they show.

`shows` are facts with their values, `unshown` (fact: code) those that the answers leave open.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from soccheck.firewall.from_bundle import configuration
from soccheck.firewall.learn import learn
from soccheck.inventory import load as inventory
from soccheck.model import Evidence
from soccheck.probes.base import Answer
from soccheck.sources.files import Memory
from tests.firewall.gathering import entry
from tests.probes.test_corpus import CASES, GOOD, read_case

HOST = """
authority: {stated: 2024-06-30}
organizations: {o: {type: office, tier: province}}
hosts: {h: {organization: o, role: server}}
"""
FIREWALLS = [path for path in CASES if path.parent.name == "firewall"]
LINUX = [path for path in FIREWALLS if "windows" not in path.name]


def told(answers: Mapping[str, Answer], platform: str = "linux") -> dict[str, Evidence]:
    held = configuration(entry("h", answers, platform=platform))
    assert held is not None
    loaded = inventory.read(Memory({"a.yaml": HOST.encode()}), "inv")
    return {fact: found[-1] for fact, found in learn({"h": held}, loaded, {})["h"].items()}


@pytest.mark.parametrize("path", FIREWALLS, ids=lambda path: path.stem)
def test_the_answers_show_what_the_case_says(path: Path) -> None:
    case = read_case(path)
    found = told(case.answers, case.probe.platform)
    assert case.shows or case.unshown
    assert {fact: found[fact].value for fact in case.shows} == case.shows
    open_ = {fact: (found[fact].value, found[fact].problem) for fact in case.unshown}
    assert open_ == {fact: (None, code) for fact, code in case.unshown.items()}


@pytest.mark.parametrize("path", LINUX, ids=lambda path: path.stem)
def test_a_ruleset_that_did_not_come_is_never_good_news(path: Path) -> None:
    answers = read_case(path).answers
    whole = told(answers)
    for name in ("nft", "iptables", "ip6tables", "iptables-legacy", "legacy-tables", "ipset"):
        fewer = told({**answers, name: Answer(command=name, state="lost")})
        for fact, good in GOOD.items():
            if fact in fewer and fewer[fact].value == good:
                assert whole[fact].value == good, f"{fact} out of a lost {name}"


@pytest.mark.parametrize("path", LINUX, ids=lambda path: path.stem)
@pytest.mark.parametrize("name", ["nft", "iptables", "ip6tables-legacy", "legacy-tables"])
def test_a_ruleset_that_nobody_asked_for_leaves_all_open(path: Path, name: str) -> None:
    """An earlier release did not ask for it: it may be there, and open or close anything."""
    made = entry("h", read_case(path).answers)
    del made["probes"]["firewall"]["answers"][name]
    held = configuration(made)
    assert held is not None
    assert held.problem is not None
    assert not held.texts
