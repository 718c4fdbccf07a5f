"""Statements of an SRX that may let packets past its policies make every answer unknown."""

from __future__ import annotations

import pytest

from soccheck.firewall.readers import read
from soccheck.firewall.readers.base import Text
from tests.firewall.make import answer

BASE = """set version 21.4R3
set interfaces ge-0/0/0 unit 0 family inet address 198.51.100.2/24
set security zones security-zone untrust interfaces ge-0/0/0.0
set security zones security-zone trust interfaces ge-0/0/1.0
set security policies from-zone trust to-zone untrust policy out match source-address any
set security policies from-zone trust to-zone untrust policy out match destination-address any
set security policies from-zone trust to-zone untrust policy out match application any
set security policies from-zone trust to-zone untrust policy out then permit
"""
QUESTION = "tcp/80 in ge-0/0/0.0 out ge-0/0/1.0"


@pytest.mark.parametrize(
    "line",
    [
        "set firewall family inet filter OUT term all then packet-mode",
        "set groups g security policies default-policy permit-all",
        "set security forwarding-options family mpls mode packet-based",
        "set security flow allow-dns-reply",
        "set logical-systems ls security policies default-policy permit-all",
        "set something new",
    ],
)
def test_what_may_pass_the_policies_by_is_not_passed_over(line: str) -> None:
    assert answer(read([Text("srx", BASE)]), QUESTION).answer == "no"
    found = answer(read([Text("srx", f"{BASE}{line}\n")]), QUESTION)
    assert found.answer == "unknown"
    assert any("srx:9" in str(reason) for reason in found.reasons)


def test_what_is_deactivated_is_not_there() -> None:
    text = f"{BASE}set security policies default-policy permit-all\n"
    assert answer(read([Text("srx", text)]), QUESTION).answer == "yes"
    text += "deactivate security policies default-policy\n"
    assert answer(read([Text("srx", text)]), QUESTION).answer == "no"
