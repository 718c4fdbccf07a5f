"""A device that does not log what it denies is no better where its configuration says less.

Each change of `devices/` by which FW-LOGS is not met is tried on: of a line that it shares with the device
that complies, the second half, or one word, is taken away or put otherwise. `LEFT` says what is better all
the same, and why. A sample is tried; `SOCCHECK_SILENCE=all` tries all.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from dataclasses import replace

import pytest

from soccheck.errors import SoccheckError
from soccheck.firewall.facts import facts
from soccheck.firewall.from_bundle import configuration
from soccheck.firewall.readers import read
from soccheck.firewall.readers.base import Text
from soccheck.firewall.zones import Zones
from tests.firewall.test_silence import ENGINE_GOOD
from tests.policies.test_observed_firewalls import DEVICES, Device, changes, device, entry
from tests.probes.weaker import weaker

EACH = 1 if os.environ.get("SOCCHECK_SILENCE") == "all" else 211
KINDS = ("half", "blank", "odd")
LEFT = (
    (
        r"access-(list|group) ",
        "of a list that is not there, or elsewhere, the levels deny, and log it",
    ),
    (
        r"syslog host \S+ any",
        "a host of the log may have any name: one that takes everything keeps it",
    ),
    (
        r"inet6 address",
        "an interface may have any name: without the address nothing comes in by this one",
    ),
    (
        r"network interface ethernet \S+ layer3 ip ",
        "an interface may have any name: without the address no route leads by this one",
    ),
    (r"term \S+ then accept", "a term may have any name, and accept everything"),
    (r"log stream", "a stream of the log may have any name, and take everything"),
    (r"no ip http", "without its `no` the web server serves the port that is let to it"),
)


def told(it: Device) -> dict[str, object]:
    texts = tuple(it.texts.items())
    if it.platform:
        held = configuration(entry(it))
        assert held is not None
        texts = held.texts
    try:
        ruleset = read([Text(*text) for text in texts])
    except SoccheckError:
        return {}
    found = facts(ruleset, Zones(ruleset))
    return {f"firewall.{name}": fact.value for name, fact in found.items()}


def walk(name: str) -> Iterator[tuple[str, str, str]]:
    """Yield fact, kind of loss and line, wherever a shorter text is better."""
    complies = device(name)
    lines = {line for text in complies.texts.values() for line in text.splitlines()}
    number = 0
    for of, status, pair in changes():
        if of != name or status == "pass":
            continue
        weak = complies.changed(*pair)
        whole = told(weak)
        shorter = [
            (key, kind, output)
            for key, text in weak.texts.items()
            for kind, output in (weaker(text) if whole else ())
        ]
        for key, kind, output in shorter:
            kept = output.splitlines()
            lost = [line for line in weak.texts[key].splitlines() if line not in kept]
            number += 1
            if kind not in KINDS or number % EACH or not {*lost} <= lines or not lost:
                continue
            now = told(replace(weak, texts={**weak.texts, key: output}))
            for fact, good in ENGINE_GOOD.items():
                if fact in now and now[fact] == good != whole[fact]:
                    yield fact, kind, lost[0]


@pytest.mark.parametrize("name", DEVICES)
def test_a_configuration_that_says_less_is_no_better(name: str) -> None:
    found = [one for one in walk(name) if not any(re.search(line, one[2]) for line, _ in LEFT)]
    assert found == []
