"""A firewall that really complies passes the shipped controls on rulesets by its own answer alone.

The configurations of `devices/` are written after the vendors' documentation: one service is published, the
device is managed from inside, and what no rule names is denied and logged. Each device says, too, by which
changes FW-LOGS (`logs`) or FW-DEFAULT (`default`) is not met, is not known, or is met all the same, and
what other changes make of which controls (`weaker`).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from soccheck import audit
from soccheck.assess.assessment import Assessment
from soccheck.bundle import bundle as bundles
from soccheck.collect.asking import entry_of
from soccheck.collect.plan import Target
from soccheck.firewall.from_bundle import configuration
from soccheck.inventory import load as inventory
from soccheck.model import Basis, Status
from soccheck.probes.all import PROBES
from soccheck.probes.base import Answer, Moment
from soccheck.sources.files import Memory
from tests.bundles import host_key, sealed
from tests.kit import read_yaml, shipped

SHIPPED = Path(__file__).parents[2] / "policies"
FOLDER = Path(__file__).parent / "devices"
WHEN = datetime(2026, 9, 1, 8, tzinfo=UTC)
INVENTORY = """
authority: {stated: 2026-09-01}
organizations: {o: {type: office, tier: province}}
systems: {s: {organization: o, dossier: {proposed_level: 4}}}
networks: {lan: {organization: o, type: lan, prefixes: [10.1.0.0/24]}}
hosts: {h: {organization: o, role: server, systems: [s], networks: [lan]}}
firewalls:
  m:
    organization: o
    protects: [lan]
    firewall: {untrusted: [OUTSIDE], admin_prefixes: [10.9.0.0/16]RULESET}
"""
CONTROLS = (
    *("FW-DEFAULT", "FW-EXPOSED", "FW-DENY-L3", "FW-ANY", "FW-ADMIN-L3"),
    *("FW-PARITY", "FW-CLEAN", "FW-LOGS"),
)
NEVER_TOLD = {"FW-IPS", "FW-REVIEWED", "FW-SUPPORT"}
"""Controls about what no configuration says: a licence, a review, the maker's support."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Device:
    """What a device answers, or the file it is exported to."""

    about: str
    outside: str
    platform: str
    probe: str
    texts: dict[str, str]
    """By the question, or by the file's name where no question is asked."""
    states: dict[str, str] = field(default_factory=dict)
    """Of the questions that end otherwise than well."""

    def changed(self, old: str, new: str) -> Device:
        """Return the device with a text in place of another, in the first of its texts that hold it."""
        place = next((n for n, text in self.texts.items() if old in text), None)
        assert place is not None, old
        return replace(self, texts={**self.texts, place: self.texts[place].replace(old, new)})


def told(name: str) -> dict[str, Any]:
    return dict(read_yaml((FOLDER / name / "device.yaml").read_text("utf-8")))


def device(name: str) -> Device:
    data = told(name)
    asked = data.get("answers", {})
    files = asked or {file: file for file in data["rulesets"]}
    return Device(
        about=data["about"],
        outside=data["outside"],
        platform=data.get("platform", ""),
        probe=data.get("probe", "configuration"),
        texts={key: (FOLDER / name / file).read_text("utf-8") for key, file in files.items()},
        states=data.get("states", {}),
    )


def judged(it: Device) -> Assessment:
    ruleset = "" if it.platform else ", ruleset: exported"
    written = INVENTORY.replace("OUTSIDE", it.outside).replace("RULESET", ruleset)
    files = {"a.yaml": written.encode()}
    if not it.platform:
        files |= {f"exported/{name}": text.encode() for name, text in it.texts.items()}
    loaded = inventory.read(Memory(files), "inv")
    editions = shipped()
    if not it.platform:
        return audit.judge(loaded, editions, WHEN.date(), audit.take(None, loaded))
    when = bundles.moment(WHEN)
    bundle = sealed(loaded, {"m": entry(it)}, when, when)
    return audit.judge(loaded, editions, WHEN.date(), audit.take(bundle, loaded))


def entry(it: Device) -> dict[str, Any]:
    """Return what a bundle holds of a device that was asked."""
    probe = PROBES[it.platform, it.probe]
    answers = {
        ask.name: Answer(
            command=ask.command, state=it.states.get(ask.name, "ok"), exit=0, output=""
        )
        for ask in probe.asks
    }
    for name, text in it.texts.items():
        answers[name] = replace(answers[name], output=text)
    target = Target(asset="m", kind="firewall", platform=it.platform, probes=(probe,))
    found = entry_of(target, "ssh://m", answers, Moment(started=WHEN, ended=WHEN))
    return {**found, "host_key": host_key("m")}


DEVICES = sorted(path.parent.name for path in FOLDER.glob("*/device.yaml"))


@pytest.mark.parametrize("name", DEVICES)
def test_a_firewall_that_complies_passes_by_what_it_says_itself(name: str) -> None:
    it = device(name)
    result = judged(it)
    basis = Basis.OBSERVED if it.platform else Basis.IMPORTED
    for control in CONTROLS:
        finding = result.finding(control, "m")
        assert finding is not None, control
        assert finding.result is Status.PASS, (control, result.detail(finding))
        assert result.basis(finding) is basis


def test_a_table_of_pf_that_was_cut_off_is_none_that_is_known() -> None:
    it = device("openbsd")
    held = configuration(
        entry(replace(it, texts={**it.texts, "tables": "table admins\n  10.9.0.1\n"}))
    )
    assert held is not None
    assert "tables" in dict(held.texts)
    for state in ("failed", "too_large", "timeout", "lost"):
        cut = replace(
            it,
            texts={**it.texts, "tables": "table admins\n"},
            states={**it.states, "tables": state},
        )
        held = configuration(entry(cut))
        assert held is not None
        assert "tables" not in dict(held.texts)


def test_every_control_on_firewalls_is_tried_or_never_told() -> None:
    result = judged(device("asa"))
    walked = {f.control.id for f in result.findings if f.control.asset == "firewall"}
    assert walked == {*CONTROLS, *NEVER_TOLD}


def changes(key: str = "logs") -> Iterator[tuple[str, Status, list[str]]]:
    for name in DEVICES:
        for status, pairs in told(name).get(key, {}).items():
            yield from ((name, Status(status), pair) for pair in pairs)


@pytest.mark.parametrize(("name", "status", "pair"), [*changes()])
def test_what_is_logged_of_what_is_denied(name: str, status: Status, pair: list[str]) -> None:
    result = judged(device(name).changed(*pair))
    finding = result.finding("FW-LOGS", "m")
    assert finding is not None
    assert finding.result is status, result.detail(finding)


@pytest.mark.parametrize(("name", "status", "pair"), [*changes("default")])
def test_what_no_rule_names_is_denied(name: str, status: Status, pair: list[str]) -> None:
    result = judged(device(name).changed(*pair))
    finding = result.finding("FW-DEFAULT", "m")
    assert finding is not None
    assert finding.result is status, result.detail(finding)


WEAKER = [(name, change) for name in DEVICES for change in told(name).get("weaker", [])]


@pytest.mark.parametrize(("name", "change"), WEAKER, ids=[f"{n}-{c['why']}" for n, c in WEAKER])
def test_what_a_change_makes_of_controls(name: str, change: dict[str, Any]) -> None:
    it = device(name)
    for old, new in change["put"]:
        it = it.changed(old, new)
    result = judged(it)
    for control, status in change["gives"].items():
        finding = result.finding(control, "m")
        assert finding is not None
        assert finding.result is Status(status), (control, result.detail(finding))
