"""What is not in force on the as-of day is compared, too: a later edition, asset or waiver."""

from __future__ import annotations

import json

import pytest

from tests.cli.test_gate import scope
from tests.scratch import DAY, POLICY, Scratch

LATER = POLICY.replace('version: "1"', 'version: "2"\neffective: {from: 2024-07-01}')


@pytest.fixture
def coming(scratch: Scratch) -> Scratch:
    """A second edition from tomorrow on, and a host that begins with it."""
    scratch.edit("pol/trial.yaml", 'version: "1"', 'version: "1"\neffective: {to: 2024-06-30}')
    scratch.write("pol/trial-2.yaml", LATER)
    text = (
        "  web-9:\n    organization: so\n    role: server\n    valid: {from: 2024-07-01}\n"
        "    antivirus: {realtime: true}\n"
    )
    scratch.edit("inv/hosts.yaml", "  web-1:\n", text + "  web-1:\n")
    scratch.commit("coming")
    assert scratch.gate().returncode == 0
    return scratch


@pytest.mark.parametrize(
    ("old", "new", "subject"),
    [
        ("target: 90%", "target: 80%", "T-FLEET 2024-07-01.."),
        ("severity: high", "severity: low", "T-REALTIME 2024-07-01.."),
        ("controls: [T-REALTIME]", "controls: [T-LEVEL]", "trial 2024-07-01.."),
        ("  - id: T-LEVEL", "  - id: T-OTHER", "T-LEVEL 2024-07-01.."),
        ("{from: 2024-07-01}", "{from: 2024-07-02}", "trial 2024-07-01.."),
        ("{from: 2024-07-01}", "{from: 2024-07-01, to: 2024-07-02}", "trial 2024-07-01.."),
    ],
)
def test_a_later_edition_is_compared(coming: Scratch, old: str, new: str, subject: str) -> None:
    """Otherwise nobody would see it: tomorrow both sides have it."""
    audit = ("audit", "inv", "--policies", "pol", "--as-of", DAY)
    coming.run(*audit, "--report", "baseline=base.json", "--report", "json=former.json")
    coming.edit("pol/trial-2.yaml", old, new)
    for former in ((), ("--baseline", "base.json"), ("--baseline", "former.json")):
        assert coming.gate(*former).returncode == 1
        assert subject in {name for _, name in scope(coming, *former)}


def test_what_a_stored_result_does_not_tell_is_said(coming: Scratch) -> None:
    coming.baseline("base.json")
    told = json.loads((coming.root / "base.json").read_text(encoding="utf-8"))
    del told["later"], told["scope"]["ended"]
    (coming.root / "old.json").write_text(json.dumps(told), encoding="utf-8")
    policy = POLICY.replace("trial", "past").replace("T-", "P-")
    ended = policy.replace('version: "1"', 'version: "1"\neffective: {to: 2024-01-01}')
    coming.write("pol/past.yaml", ended)
    new, old = (
        " ".join(coming.gate("--baseline", name).stdout.split())
        for name in ("base.json", "old.json")
    )
    for said in ("a stored result tells of its own day alone", "edits that change reports of past"):
        assert said in old
        assert said not in new


def test_a_later_edition_that_goes_is_a_scope_change(coming: Scratch) -> None:
    (coming.root / "pol/trial-2.yaml").unlink()
    assert ("control_dropped", "trial 2024-07-01..") in scope(coming)


def test_a_later_edition_that_is_stricter_stops_nothing(coming: Scratch) -> None:
    coming.edit("pol/trial-2.yaml", "target: 90%", "target: 95%")
    assert coming.gate().returncode == 0


def test_a_control_of_an_edition_in_force_that_comes_later_is_compared(scratch: Scratch) -> None:
    scratch.edit(
        "pol/trial.yaml", "asset: fleet\n", "asset: fleet\n    effective: {from: 2024-12-01}\n"
    )
    scratch.commit("later")
    scratch.edit("pol/trial.yaml", "target: 90%", "target: 80%")
    assert scope(scratch) == [("control_edited", "T-FLEET 2024-12-01..")]


def test_what_has_come_into_force_is_held_to_what_it_was(coming: Scratch) -> None:
    """A stored result of yesterday, and an edition that is in force today."""
    audit = ("audit", "inv", "--policies", "pol", "--as-of", DAY)
    coming.run(*audit, "--report", "baseline=base.json")
    gate = (
        "gate",
        "--details",
        "inv",
        "--policies",
        "pol",
        "--as-of",
        "2024-07-01",
        "--baseline",
        "base.json",
    )
    before = coming.run(*gate)
    coming.edit("pol/trial-2.yaml", "target: 90%", "target: 80%")
    done = coming.run(*gate)
    assert "T-FLEET 2024-07-01.." not in before.stdout
    assert "T-FLEET 2024-07-01.." in done.stdout
    assert done.returncode == 1


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("{realtime: true}\n  web-1", "{realtime: false}\n  web-1"),
        ("    antivirus: {realtime: true}\n  web-1", "  web-1"),
        ("{from: 2024-07-01}", "{from: 2024-08-01}"),
        ("{from: 2024-07-01}", "{from: 2024-07-01, to: 2024-07-02}"),
        ("role: server\n    valid", "role: appliance\n    valid"),
        ("web-9", "web-8"),
    ],
)
def test_an_asset_that_begins_later_is_compared(coming: Scratch, old: str, new: str) -> None:
    coming.edit("inv/hosts.yaml", old, new)
    assert coming.gate().returncode == 1
    assert {subject for _, subject in scope(coming)} <= {"web-8", "web-9", "T-REALTIME web-9"}


def test_a_new_asset_that_begins_later_is_said(scratch: Scratch) -> None:
    """Put off by a day it would come in without having been judged by anybody."""
    host = "organization: so, role: server, antivirus: {realtime: false}"
    scratch.edit(
        "inv/hosts.yaml", "hosts:\n", f"hosts:\n  web-9: {{{host}, valid: {{from: 2024-07-01}}}}\n"
    )
    assert scope(scratch) == [("asset_coming", "web-9")]
    done = scratch.gate()
    assert done.returncode == 1
    assert "web-9 is new, and is not judged before 01/07/2024" in done.stdout


@pytest.mark.parametrize("granted", ["2024-07-01", "2030-01-01"])
def test_a_waiver_that_begins_later_is_a_scope_change(scratch: Scratch, granted: str) -> None:
    waiver = "{control: T-REALTIME, assets: [web-2], reason: later, approver: Director"
    scratch.edit(
        "inv/waivers.yaml",
        "waivers:\n",
        f"waivers:\n  w-2: {waiver}, granted: {granted}, expires: 2031-01-01}}\n",
    )
    assert scope(scratch) == [("waiver_added", "w-2")]
    scratch.commit("later")
    scratch.edit("inv/waivers.yaml", "expires: 2031-01-01", "expires: 2032-01-01")
    assert scope(scratch) == [("waiver_extended", "w-2")]


def test_what_only_a_later_edition_asks_is_judged_on_its_first_day(scratch: Scratch) -> None:
    """On that day both sides have the edit, and today no control names the fact."""
    scratch.edit("pol/trial.yaml", 'version: "1"', 'version: "1"\neffective: {to: 2024-06-30}')
    scratch.write("pol/trial-2.yaml", LATER.replace("antivirus.realtime", "antivirus.installed"))
    scratch.edit("inv/hosts.yaml", "{realtime: true}", "{realtime: true, installed: true}")
    scratch.commit("coming")
    scratch.baseline("base.json")
    for former in ((), ("--baseline", "base.json")):
        assert scratch.gate(*former).returncode == 0
        for new, what, said in (
            ("installed: false", "fails_later", "will fail from 01/07/2024 on"),
            ("product: clamav", "unknown_later", "will be unknown from 01/07/2024 on"),
        ):
            scratch.edit("inv/hosts.yaml", "installed: true", new)
            assert (what, "T-REALTIME web-1") in scope(scratch, *former)
            done = scratch.gate(*former)
            assert done.returncode == 1
            assert f"T-REALTIME web-1 {said}" in " ".join(done.stdout.split())
            assert scratch.gate("--allow", "unknown", *former).returncode == (what == "fails_later")
            scratch.edit("inv/hosts.yaml", new, "installed: true")
    scratch.edit("inv/hosts.yaml", "installed: true", "installed: false")
    scratch.commit("worse")
    scratch.edit("inv/hosts.yaml", "installed: false", "installed: true")
    assert scratch.gate("--allow", "unknown").returncode == 0


@pytest.mark.parametrize(
    ("old", "new", "subject"),
    [
        ("target: 90%", "target: 80%", "T-FLEET ..2024-05-31"),
        ("  - id: T-LEVEL", "  - id: T-OTHER", "T-LEVEL ..2024-05-31"),
        ("{to: 2024-05-31}", "{to: 2024-05-30}", "trial ..2024-05-31"),
        ("controls: [T-REALTIME]", "controls: [T-LEVEL]", "trial ..2024-05-31"),
    ],
)
def test_an_edition_that_has_ended_is_compared(
    scratch: Scratch, old: str, new: str, subject: str
) -> None:
    """A report of a past day is made by what was in force then."""
    scratch.write(
        "pol/trial-0.yaml",
        POLICY.replace('version: "1"', 'version: "0"\neffective: {to: 2024-05-31}'),
    )
    scratch.edit("pol/trial.yaml", 'version: "1"', 'version: "1"\neffective: {from: 2024-06-01}')
    scratch.commit("ended")
    scratch.baseline("base.json")
    scratch.edit("pol/trial-0.yaml", old, new)
    for former in ((), ("--baseline", "base.json")):
        assert subject in {name for _, name in scope(scratch, *former)}
        assert scratch.gate(*former).returncode == 1
