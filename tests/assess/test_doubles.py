"""One thing under several ids is told: of what they share, and of what may well be two."""

from __future__ import annotations

import pytest

from soccheck.assess.doubles import doubles
from soccheck.inventory import load as inventory
from soccheck.sources.files import Memory

UNITS = """
authority: {stated: 2026-01-01}
organizations:
  so: {type: department, tier: province, name: {vi: Sở Y tế}, code: H01.01}
  khac: {type: department, tier: province, name: {vi: Sở khác}}
  phong: {type: office, tier: province, name: {vi: Phòng Hòa giải}, parent: so}
"""
SAME = {
    "a machine by its name with a domain and without": """
hosts:
  web-1: {organization: so, role: server}
  web-1.vi-du.example: {organization: so, role: server, addresses: [10.0.0.1]}
""",
    "a machine by its id with another dash": """
hosts:
  web-1: {organization: so, role: server}
  web_1: {organization: so, role: server}
""",
    "a machine that is named by its address": """
hosts:
  web-1: {organization: so, role: server, addresses: [10.0.0.1]}
  10.0.0.1: {organization: so, role: server}
""",
    "a unit beside that into which it was merged": """
organizations:
  moi: {type: department, tier: province, predecessors: [khac], valid: {from: 2025-07-01}}
""",
    "the machines of a unit that is gone and of its successor": """
organizations:
  cu: {type: department, tier: province, valid: {to: 2025-06-30}}
  moi: {type: department, tier: province, predecessors: [cu], valid: {from: 2025-07-01}}
fleets:
  a: {organization: cu, workstations: {total: 30}}
  b: {organization: moi, workstations: {total: 50}}
""",
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
    "a network within another of its type": """
networks:
  a: {organization: so, type: servers, prefixes: [10.1.0.0/16]}
  b: {organization: so, type: servers, prefixes: [10.1.2.0/24, 10.9.0.0/24]}
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
    "a unit by its code": """
organizations: {so-2: {type: office, tier: district, parent: khac, name: {vi: Khác}, code: h01.01}}
""",
    "a unit by its name, with the tone on the other vowel": """
organizations: {p-2: {type: office, tier: province, parent: so, name: {vi: Phòng Hoà giải}}}
""",
    "a system by its users in one decision": """
systems:
  a: {organization: so, name: {vi: Một cửa}, criteria: {users: 120500}, dossier: {decision: {number: 12/QĐ}}}
  b: {organization: khac, name: {vi: DVC}, criteria: {users: 120500}, dossier: {decision: {number: 12/qđ}}}
""",
    "a machine with and without its address": """
hosts:
  a: {organization: so, role: server, name: {vi: Máy chủ web}, addresses: [192.0.2.1]}
  b: {organization: so, role: server, name: {vi: Máy chủ Web}}
""",
    "a machine of two units by an address that only one can have": """
hosts:
  a: {organization: so, role: server, addresses: [10.0.0.1, 203.0.113.9]}
  b: {organization: khac, role: server, addresses: [10.0.0.2, "::ffff:203.0.113.9"]}
""",
    "a machine as a host and as a firewall": """
hosts: {a: {organization: so, role: server, addresses: [10.0.0.1, 10.0.1.1]}}
firewalls: {b: {organization: so, addresses: [10.0.0.2, 10.0.1.1]}}
""",
    "a firewall of two units by its name and what is behind it": """
networks: {lan: {organization: so, type: lan, prefixes: [10.0.0.0/24]}}
firewalls:
  a: {organization: so, name: {vi: Tường lửa biên}, protects: [lan], addresses: [10.0.0.1]}
  b: {organization: khac, name: {vi: Tường lửa biên}, protects: [lan]}
""",
    "a page by its address, with its port and path": """
endpoints:
  a: {organization: so, type: portal, url: "https://cong.vi-du.example/mot-cua/"}
  b: {organization: khac, type: portal, url: "https://cong.vi-du.example.:443/mot-cua"}
""",
    "a service by its name, and by the address of its page": """
endpoints:
  a: {organization: so, type: portal, url: "https://cong.vi-du.example/"}
  b: {organization: khac, type: portal, host_name: cong.vi-du.example}
""",
    "a network by one of its ranges": """
networks:
  a: {organization: so, type: lan, prefixes: [10.1.2.0/24, "2001:db8::/64"]}
  b: {organization: so, type: servers, prefixes: [10.1.2.0/24]}
""",
    "a group of machines by the count of the unit above": """
fleets:
  a: {organization: so, workstations: {total: 40}}
  b: {organization: phong, workstations: {total: 40}}
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
    "a unit and the one that took over its code": """
organizations:
  cu: {type: office, tier: province, name: {vi: Cũ}, code: H01.09, valid: {to: 2025-06-30}}
  moi: {type: office, tier: province, name: {vi: Mới}, code: H01.09, valid: {from: 2025-07-01}}
""",
    "machines of two units with one short name": """
hosts:
  web-1: {organization: so, role: server}
  web-1.khac.example: {organization: khac, role: server}
  web-1.phong.example: {organization: phong, role: server}
""",
    "machines of one unit in two domains": """
hosts:
  web-1.a.example: {organization: so, role: server}
  web-1.b.example: {organization: so, role: server}
""",
    "machines with one short name, each with its address": """
hosts:
  web-1: {organization: so, role: server, addresses: [192.0.2.1]}
  web-1.dmz.example: {organization: so, role: server, addresses: [192.0.2.2]}
""",
    "a unit that was gone when its successor began, and what each counts": """
organizations:
  cu: {type: department, tier: province, valid: {to: 2025-06-30}}
  moi: {type: department, tier: province, predecessors: [cu], valid: {from: 2025-07-01}}
fleets:
  a: {organization: cu, workstations: {total: 30}, valid: {to: 2025-06-30}}
  b: {organization: moi, workstations: {total: 50}, valid: {from: 2025-07-01}}
  c: {organization: moi, lans: {total: 2}}
""",
    "systems that one decision approves": """
systems:
  a: {organization: so, name: {vi: Một cửa}, criteria: {users: 120}, dossier: {decision: {number: 12/QĐ}}}
  b: {organization: so, name: {vi: Thư}, criteria: {users: 90}, dossier: {decision: {number: 12/QĐ}}}
  c: {organization: so, name: {vi: Mạng}, dossier: {decision: {number: 12/QĐ}}}
""",
    "communes whose names differ in a mark alone": """
organizations:
  a: {type: commune, tier: commune, name: {vi: Xã Bình Thạnh}}
  b: {type: commune, tier: commune, name: {vi: Xã Bình Thành}}
""",
    "machines of two units with one private address": """
hosts:
  a: {organization: so, role: server, addresses: [192.0.2.1, 192.168.1.1]}
  b: {organization: khac, role: server, addresses: [192.0.2.2, 192.168.1.1]}
""",
    "pages of one portal": """
endpoints:
  a: {organization: so, type: portal, host_name: cong.vi-du.example, url: "https://cong.vi-du.example/a"}
  b: {organization: so, type: portal, host_name: cong.vi-du.example, url: "https://cong.vi-du.example/b"}
""",
    "a wide area network and its parts": """
networks:
  wide: {organization: so, type: wan, prefixes: [10.1.0.0/16]}
  part: {organization: so, type: servers, prefixes: [10.1.2.0/24]}
  next: {organization: so, type: servers, prefixes: [10.1.3.0/24]}
  theirs: {organization: khac, type: servers, prefixes: [10.1.0.0/16]}
""",
    "uplinks to the Internet": """
networks:
  a: {organization: so, type: internet, prefixes: [0.0.0.0/0], untrusted: true}
  b: {organization: so, type: internet, prefixes: [0.0.0.0/0], untrusted: true}
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
