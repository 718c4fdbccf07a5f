"""A made-up inventory of any size, one host a block of 59 lines."""

from __future__ import annotations

import random
from pathlib import Path

HEAD = """\
authority: {stated: 2024-06-30, owner: committee, specialists: [department]}
documents: {register: {title: Register of machines}}
organizations:
  committee: {type: committee, tier: province}
  department: {type: department, tier: province}
systems:
"""


def write(folder: Path, hosts: int, seed: int = 1) -> None:
    """Write an inventory of `hosts` hosts on one system in twenty hosts, in one file of hosts."""
    random_ = random.Random(seed)
    systems = max(1, hosts // 20)
    lines = [HEAD.rstrip()]
    lines += [
        f"  system-{i}: {{organization: department, dossier: {{proposed_level: {i % 4 + 1}}}}}"
        for i in range(systems)
    ]
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "authority.yaml").write_text("\n".join(lines) + "\n", encoding="utf-8")
    blocks = [_host(i, systems, random_) for i in range(hosts)]
    (folder / "hosts.yaml").write_text("hosts:\n" + "".join(blocks), encoding="utf-8")


def _flag(random_: random.Random, share: float = 0.9) -> str:
    return "true" if random_.random() < share else "false"


def _day(random_: random.Random) -> str:
    return f"2024-{random_.randrange(1, 7):02d}-{random_.randrange(1, 29):02d}"


def _host(i: int, systems: int, random_: random.Random) -> str:
    """Return one host in 59 lines."""
    r = random_

    def flag(share: float = 0.9) -> str:
        return _flag(r, share)

    def day() -> str:
        return _day(r)

    return f"""\
  host-{i:06d}:
    name:
      vi: Máy chủ số {i}
      en: Server {i}
    note: rack {i % 40}, unit {i % 42}
    organization: department
    role: {r.choice(["server", "workstation"])}
    systems:
      - system-{i % systems}
    tags:
      - production
      - site-{i % 7}
      - rack-{i % 40}
    addresses:
      - 10.{i // 62500}.{i // 250 % 250}.{i % 250 + 1}
      - 2001:db8:{i >> 16:x}::{i & 0xFFFF:x}
    valid:
      from: {day()}
    os:
      family: {r.choice(["linux", "windows"])}
      name: "Debian 12"
      supported_until: 2028-06-30
    antivirus:
      product: Illustrative Antivirus
      installed: {flag()}
      running: {flag()}
      realtime: {flag()}
      mode: {r.choice(["normal", "normal", "passive"])}
      signatures_updated: {day()}
      signatures_age: {r.randrange(9)}d
      central: {flag(0.8)}
      edr: {flag(0.5)}
      autorun_off: {flag()}
      licence_until: 2025-{r.randrange(1, 13):02d}-01
      tamper_protection: {flag()}
      last_scan: {day()}
    firewall:
      active: {flag()}
      default_inbound: {r.choice(["deny", "deny", "allow"])}
      default_inbound_ipv6: {r.choice(["deny", "deny", "allow"])}
      logs_denied: {flag()}
    ipv6:
      address: {flag()}
      default_route: {flag()}
      listens: {flag(0.7)}
      resolver: {flag(0.7)}
    monitoring:
      agent: {flag()}
      logs_forwarded: {flag()}
      source:
        document: register
        section: "2"
        page: {i % 90 + 1}
    clock:
      synchronised: {flag()}
      source:
        document: register
        section: "3"
        page: {i % 90 + 1}
"""
