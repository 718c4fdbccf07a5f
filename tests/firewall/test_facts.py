"""What the facts of a firewall say of each other: nothing is denied by a filter that is not there."""

from __future__ import annotations

from pathlib import Path

import pytest

from soccheck.firewall.facts import facts
from soccheck.firewall.zones import Zones
from tests.firewall.test_cases import GOOD, name, ruleset


@pytest.mark.parametrize("folder", GOOD, ids=name)
def test_what_is_denied_is_denied_by_a_filter(folder: Path) -> None:
    found = ruleset(folder)
    told = {fact: learned.value for fact, learned in facts(found, Zones(found)).items()}
    across = found.vendor not in ("linux", "windows")
    for default, chain in (
        ("default_inbound", "input_chain"),
        ("default_inbound_ipv6", "input_chain_ipv6"),
    ):
        if told[default] == "deny":
            assert told["active"] is True
            assert across or told[chain] is True
        if told["active"] is False:
            assert told[default] in ("allow", None)
    if told["active"] is False:
        assert told["logs_denied"] is not True
