"""No line of a Cisco device of which a word is not understood leaves what is told of one that complies.

Each file of `lines/` adds lines to a configuration of `devices/`: what it tells one by one (a sample;
`SOCCHECK_SILENCE=all` tries all), what is harmless at once.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest

from soccheck.errors import SoccheckError
from soccheck.firewall.facts import facts
from soccheck.firewall.readers import read
from soccheck.firewall.readers.base import Text
from soccheck.firewall.zones import Zone, Zones
from tests.kit import read_yaml
from tests.policies.test_observed_firewalls import device

FILES = sorted((Path(__file__).parent / "lines").glob("*.yaml"))
EACH = 1 if os.environ.get("SOCCHECK_SILENCE") == "all" else 13
COUNTS = ("rules", "undescribed_rules", "unknown_share")


def told(text: str, outside: str) -> dict[str, object]:
    try:
        ruleset = read([Text("show", text)])
    except SoccheckError:
        return {}
    given = {
        "internet": Zone(name="internet", internet=True, interfaces=(outside,)),
        "admins": Zone(name="admins", prefixes=("10.9.0.0/16",)),
    }
    found = facts(ruleset, Zones(ruleset, given))
    return {name: fact.value for name, fact in found.items() if name not in COUNTS}


def added(case: str) -> str:
    return "".join(f"{' ' * at}{part.strip()}\n" for at, part in enumerate(case.split("|")))


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_lines_of_a_device(path: Path) -> None:
    data: dict[str, Any] = read_yaml(path.read_text("utf-8"))
    it = device(data["device"])
    (base,) = it.texts.values()
    place = f"{data['before']}\n"
    assert place in base

    def after(*cases: str) -> dict[str, object]:
        return told(base.replace(place, "".join(map(added, cases)) + place, 1), it.outside)

    whole = told(base, it.outside)
    assert [case for case in data["told"][::EACH] if after(case) == whole] == []
    assert after(*data["harmless"]) == whole
