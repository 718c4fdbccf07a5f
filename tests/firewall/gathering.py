"""Bundles as `soccheck collect` writes them, of machines whose listings a test gives."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from soccheck.bundle import bundle as evidence
from soccheck.bundle import canonical_json as canonical
from soccheck.collect.asking import _written
from soccheck.model import Inventory
from soccheck.probes.all import PROBES
from soccheck.probes.base import Answer, Moment, read
from soccheck.probes.shared import MACHINE_ID
from soccheck.probes.windows_identity import MACHINE_GUID
from tests.bundles import host_key

WHEN = datetime(2026, 8, 20, tzinfo=UTC)


def around(*addresses: str, interface: str = "eth0") -> dict[str, str]:
    """Return what `ip -j` prints of a machine with these addresses."""
    links = [
        {"ifname": "lo", "flags": ["LOOPBACK"], "addr_info": [{"local": "127.0.0.1"}]},
        {"ifname": interface, "flags": ["UP"], "addr_info": [{"local": a} for a in addresses]},
    ]
    route = [{"dst": "default", "gateway": "192.0.2.1", "dev": interface}]
    return {"links": json.dumps(links), "routes": json.dumps(route), "routes6": "[]"}


def entry(
    name: str,
    texts: Mapping[str, str | Answer],
    *,
    kind: str = "host",
    platform: str = "linux",
    probe: str = "firewall",
) -> dict[str, Any]:
    """Return the entry of a machine that answered some questions, and which machine it is.

    Of the others there was no command.
    """
    asked = PROBES[platform, probe]
    itself = {ask.name: f"{canonical.sha256(name)}  -\n" for ask in (MACHINE_ID, MACHINE_GUID)}
    answers = {}
    for ask in asked.asks:
        text = texts.get(ask.name, itself.get(ask.name))
        if isinstance(text, Answer):
            answers[ask.name] = text
        elif text is None:
            answers[ask.name] = Answer(command=ask.command, state="absent")
        else:
            answers[ask.name] = Answer(command=ask.command, state="ok", exit=0, output=text)
    facts, problems = read(asked, kind, answers, Moment(started=WHEN, ended=WHEN))
    at = evidence.moment(WHEN)
    record = {
        "basis": "observed",
        "started": at,
        "ended": at,
        "facts": facts,
        "problem": None,
        "problems": problems,
        "answers": {name: _written(answer) for name, answer in answers.items()},
    }
    times = {"started": at, "ended": at}
    return {
        **times,
        "kind": kind,
        "origin": f"ssh://{name}",
        "platform": platform,
        "host_key": host_key(name),
        "probes": {probe: record},
    }


def gathered(inventory: Inventory | None, assets: Mapping[str, dict[str, Any]]) -> dict[str, Any]:
    """Return the sealed bundle of some entries."""
    at = evidence.moment(WHEN)
    of = {"digest": inventory.digest, "folder": inventory.folder} if inventory else {}
    return evidence.sealed(
        {
            "format": evidence.FORMAT,
            "version": evidence.VERSION,
            "tool": "soccheck test",
            "inventory": of or {"digest": "0" * 64, "folder": "inv"},
            "started": at,
            "ended": at,
            "complete": True,
            "assets": dict(assets),
        }
    )
