"""Small inventories and bundles that tests of evidence share."""

from __future__ import annotations

import base64
import hashlib
from pathlib import Path
from typing import Any

from soccheck.bundle import bundle as evidence
from soccheck.bundle import canonical_json as canonical
from soccheck.inventory import load as inventory
from soccheck.model import Inventory

HOST = """
  {name}:
    organization: office
    role: server
    {system}
    addresses: [{address}]
    antivirus: {{installed: true, realtime: true}}
"""


def write_inventory(
    folder: Path, hosts: dict[str, str], system: str = "os: {family: linux}"
) -> Inventory:
    """Write an inventory of servers (id -> address) and return it, loaded."""
    folder.mkdir(exist_ok=True)
    text = "authority: {stated: 2026-01-31}\n"
    text += "organizations:\n  office: {type: office, tier: province}\n"
    text += "hosts:\n" + "".join(
        HOST.format(name=n, address=a, system=system) for n, a in hosts.items()
    )
    (folder / "all.yaml").write_text(text, encoding="utf-8")
    return inventory.load(folder, folder.name)


def answer(output: str, error: str = "") -> dict[str, Any]:
    return {
        "command": "cat /x",
        "state": "ok",
        "exit": 0,
        "output": output,
        "output_sha256": canonical.sha256(output),
        "error": error,
        "error_sha256": canonical.sha256(error),
    }


def redacted(output: str) -> dict[str, Any]:
    """Return an answer whose texts were taken out: no parser can hold facts against it."""
    whole = answer(output)
    return {key: value for key, value in whole.items() if key not in ("output", "error")}


def record(
    facts: dict[str, Any],
    when: str = "2026-02-01T00:00:00.000Z",
    output: str = "đã bật\n",
    problem: dict[str, str] | None = None,
    problems: dict[str, Any] | None = None,
    *,
    kept: bool = False,
) -> dict[str, Any]:
    """Return a record of facts that stand for themselves; with its answer `kept`, it belies them."""
    return {
        "basis": "observed",
        "started": when,
        "ended": when,
        "facts": facts,
        "problem": problem,
        "problems": problems or {},
        "answers": {} if problem else {"one": answer(output) if kept else redacted(output)},
    }


def host_key(name: str) -> str:
    """Return the fingerprint of a key that no other name has."""
    digest = hashlib.sha256(name.encode()).digest()
    return f"SHA256:{base64.b64encode(digest).decode().rstrip('=')}"


def bundle(loaded: Inventory, assets: dict[str, dict[str, dict[str, Any]]]) -> dict[str, Any]:
    """Return a sealed bundle of hosts: id -> probe -> record."""
    when = "2026-02-01T00:00:00.000Z"
    entries = {
        name: {
            "kind": "host",
            "origin": f"ssh://{name}",
            "platform": "linux",
            "host_key": host_key(name),
            "started": min(when, *(r["started"] for r in p.values())),
            "ended": max(when, *(r["ended"] for r in p.values())),
            "probes": p,
        }
        for name, p in assets.items()
    }
    times = [when, *(r["ended"] for probes in assets.values() for r in probes.values())]
    return sealed(loaded, entries, min(times), max(times))


def sealed(loaded: Inventory, entries: dict[str, Any], started: str, ended: str) -> dict[str, Any]:
    """Return a sealed bundle of the entries of assets."""
    return evidence.sealed(
        {
            "format": evidence.FORMAT,
            "version": evidence.VERSION,
            "tool": "soccheck test",
            "inventory": {"digest": loaded.digest, "folder": loaded.folder},
            "started": started,
            "ended": ended,
            "complete": True,
            "assets": entries,
        }
    )
