"""One thing under several ids is told: of what they share, and of what may well be two."""

from __future__ import annotations

import pytest

from soccheck.assess.doubles import doubles
from soccheck.inventory import load as inventory
from soccheck.sources.files import Memory

UNITS = """
authority: {stated: 2026-01-01}
organizations:
  so: {type: department, tier: province, name: {vi: Sở Y tế}}
  khac: {type: department, tier: province, name: {vi: Sở khác}}
"""
SAME = {
    "a system by its name, in other letters and blanks": """
systems:
  a: {organization: so, name: {vi: Một cửa điện tử, en: One-stop shop}}
  b: {organization: so, name: {vi: "MỘT  cửa điện tử", en: one-stop shop}}
""",
    "a unit by its name": """
organizations: {so-2: {type: office, tier: province, name: {vi: sở y tế}}}
""",
    "a page by its address": """
endpoints:
  a: {organization: so, type: portal, url: "https://cong.vi-du.example/"}
  b: {organization: khac, type: portal, url: "http://Cong.vi-du.example"}
""",
    "a service by its name and type": """
endpoints:
  a: {organization: so, type: mail, host_name: thu.vi-du.example}
  b: {organization: khac, type: mail, host_name: THU.vi-du.example.}
""",
    "a network by its ranges": """
networks:
  a: {organization: so, type: lan, prefixes: [192.0.2.0/25, "2001:db8::/64"]}
  b: {organization: so, type: servers, prefixes: ["2001:db8::/64", 192.0.2.0/25]}
""",
    "a system by its name and the decision on it": """
systems:
  a: {organization: so, name: {vi: Một cửa}, dossier: {decision: {number: 12/QĐ-UBND}}}
  b: {organization: khac, name: {vi: MỘT CỬA}, dossier: {decision: {number: 12/qđ-ubnd}}}
""",
    "a group of machines by its name and count": """
fleets:
  a: {organization: so, name: {vi: Máy trạm}, workstations: {total: 40}}
  b: {organization: khac, name: {vi: Máy  trạm}, workstations: {total: 40}}
""",
    "a network of two units by ranges that only one can have": """
networks:
  a: {organization: so, type: lan, prefixes: [203.0.113.0/24]}
  b: {organization: khac, type: lan, prefixes: [203.0.113.0/24]}
""",
    "a machine without an address by its name": """
firewalls:
  a: {organization: so, name: {vi: Tường lửa}}
  b: {organization: so, name: {vi: tường lửa}}
""",
    "a machine by an address that is not its first": """
hosts:
  a: {organization: so, role: server, addresses: [192.0.2.1, 192.0.2.2]}
  b: {organization: so, role: server, addresses: [192.0.2.2, 192.0.2.1]}
""",
}
OTHERS = {
    "machines that have addresses of their own": """
hosts:
  a: {organization: so, role: server, name: {vi: Máy chủ}, addresses: [192.0.2.1]}
  b: {organization: so, role: server, name: {vi: Máy chủ}, addresses: [192.0.2.2]}
""",
    "groups of machines that are called alike": """
fleets:
  a: {organization: so, name: {vi: Máy trạm}, workstations: {total: 40}}
  b: {organization: khac, name: {vi: Máy trạm}, workstations: {total: 41}}
""",
    "systems of two units": """
systems:
  a: {organization: so, name: {vi: Một cửa}}
  b: {organization: khac, name: {vi: Một cửa}}
""",
    "private ranges of two units": """
networks:
  a: {organization: so, type: lan, prefixes: [192.168.1.0/24]}
  b: {organization: khac, type: lan, prefixes: [192.168.1.0/24]}
""",
    "two services of one name": """
endpoints:
  a: {organization: so, type: mail, host_name: thu.vi-du.example}
  b: {organization: so, type: portal, host_name: thu.vi-du.example}
""",
}


def found(text: str) -> list[list[str]]:
    files = {"a.yaml": UNITS.encode(), "b.yaml": text.encode()}
    loaded = inventory.read(Memory(files), "inv")
    return [[asset.id for asset in sharing] for _, _, sharing in doubles(loaded)]


@pytest.mark.parametrize("text", SAME.values(), ids=SAME)
def test_one_thing_under_two_ids_is_found_once(text: str) -> None:
    assert len(found(text)) == 1
    assert len(found(text)[0]) == 2


@pytest.mark.parametrize("text", OTHERS.values(), ids=OTHERS)
def test_two_things_are_two(text: str) -> None:
    assert found(text) == []
