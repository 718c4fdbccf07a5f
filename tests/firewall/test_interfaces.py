"""What is not there, or cannot carry a packet, carries none; `ask` and `show` say the same of it."""

from __future__ import annotations

from pathlib import Path

import pytest

from soccheck.facts.services import MAYBE
from soccheck.firewall.boxes import ranges
from soccheck.firewall.fact_names import LearnedFact
from soccheck.firewall.facts import facts
from soccheck.firewall.interface import Interface
from soccheck.firewall.model import ANY, PORTS, Action, Base, Chain, Rule, Ruleset, Where
from soccheck.firewall.names import port_range
from soccheck.firewall.spans import complement, union
from soccheck.firewall.zones import Zones
from tests.firewall.make import answer, linux, save
from tests.firewall.test_cases import GOOD, name, ruleset

TOP = Where(file="fw", line=1)


def device(*devices: Interface) -> Ruleset:
    """Return a router that lets everything through, with these interfaces."""
    accept = Rule(match=ANY, action=Action.ACCEPT, where=TOP, text="permit any")
    chains = {
        hook: Chain(
            name=hook,
            rules=(accept,),
            where=TOP,
            base=Base(hook=hook, priority=0, policy=Action.DROP),
        )
        for hook in ("input", "forward")
    }
    return Ruleset(vendor="x", chains=chains, families=frozenset({4, 6}), devices=devices)


A, B = Interface(name="a"), Interface(name="b")


@pytest.mark.parametrize(
    ("devices", "question", "four", "six"),
    [
        ((A, B), "tcp/22 in a out b", "yes", "yes"),
        ((A, Interface(name="b", up=False)), "tcp/22 in a out b", "no", "no"),
        ((A, Interface(name="b", up=False)), "tcp/22 in b", "no", "no"),
        ((A, Interface(name="b", families=frozenset({4}))), "tcp/22 in a out b", "yes", "no"),
        ((Interface(name="a", families=frozenset({4})),), "tcp/22 from internet", "yes", "no"),
        ((A, Interface(name="b", management_only=True)), "tcp/22 in a out b", "no", "no"),
        ((A, Interface(name="b", management_only=True)), "tcp/22 in b out a", "no", "no"),
        ((A, Interface(name="b", management_only=True)), "tcp/22 in b to host", "yes", "yes"),
        ((), "tcp/22 in a out b", "yes", "yes"),
    ],
)
def test_what_cannot_carry_a_packet_carries_none(
    devices: tuple[Interface, ...], question: str, four: str, six: str
) -> None:
    found = device(*devices)
    assert (answer(found, question, 4).answer, answer(found, question, 6).answer) == (four, six)


def test_why_nothing_comes_in_is_said() -> None:
    found = device(Interface(name="a", families=frozenset({4})))
    (reason,) = answer(found, "tcp/22 from internet", 6).reasons
    assert str(reason) == "no interface asked for takes IPv6"
    loop = answer(found, "tcp/22 to 127.0.0.1", 4)
    (reason,) = loop.reasons
    assert (loop.answer, str(reason)) == (
        "no",
        "loopback addresses do not come in over a network",
    )


@pytest.mark.parametrize("side", ["from 127.0.0.1", "to 127.255.255.255", "from ::1", "to ::1"])
def test_a_packet_of_the_loopback_comes_in_over_the_loopback_only(side: str) -> None:
    found = linux(save(policy="ACCEPT", forward="ACCEPT"), save(policy="ACCEPT", v6=True))
    family = 6 if ":" in side else 4
    assert answer(found, f"tcp/22 {side}", family).answer == "no"
    assert answer(found, f"tcp/22 {side} in lo", family).answer == "yes"


@pytest.mark.parametrize("folder", GOOD, ids=name)
def test_ask_and_show_agree(folder: Path) -> None:
    """What `show` lists as open is open, perhaps open or closed to `ask` just so."""
    found = ruleset(folder)
    told = facts(found, Zones(found))
    for family in (4, 6):
        assert_asked_as_shown(found, told[f"open_ipv{family}"], family)


def assert_asked_as_shown(found: Ruleset, fact: LearnedFact, family: int) -> None:
    value = fact.value
    translated = {str(t).partition(": ")[0] for t in fact.shown if str(t).endswith("translated")}
    across = found.vendor not in ("linux", "windows")
    rest = " from internet" + ("" if across else " to host")
    if value is None:
        assert answer(found, f"tcp/22{rest}", family).answer == "unknown"
        return
    assert isinstance(value, list)
    for proto in ("tcp", "udp"):
        runs: dict[str, list[tuple[int, int]]] = {"yes": [], "unknown": [], "translated": []}
        for item in value:
            kind = "unknown" if item.startswith(MAYBE) else "yes"
            service = item.removeprefix(MAYBE)
            if service.startswith(f"{proto}/"):
                # What is asked for is the port as a packet comes in.
                kind = "translated" if item in translated else kind
                runs[kind].append(port_range(service.partition("/")[2]))
        sent = runs.pop("translated")
        runs["no"] = list(complement(union((*runs["yes"], *runs["unknown"], *sent)), PORTS))
        for expected, spans in runs.items():
            for run in spans[:2]:
                question = f"{proto}/{ranges((run,))}{rest}"
                got = answer(found, question, family)
                assert got.answer == expected, (question, got.reasons)


@pytest.mark.parametrize("folder", GOOD, ids=name)
def test_what_is_off_carries_nothing(folder: Path) -> None:
    """`ask` finds nothing through an interface that `show` says is down or without a family."""
    found = ruleset(folder)
    for device in found.devices:
        for family in sorted(found.families):
            if not device.carries(family):
                if found.called(device.name) != device.name:
                    continue  # a port: asked of what it is a port of
                for question in (f"any in {device.name}", f"any out {device.name}"):
                    assert answer(found, question, family).answer == "no", question
