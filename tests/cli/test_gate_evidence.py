"""The gate with evidence: what machines answered holds on both sides, and cannot be edited away."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from soccheck.bundle import bundle as evidence
from soccheck.inventory import load as inventory
from tests.bundles import bundle, record
from tests.scratch import DAY, Scratch, soccheck

ON, OFF = {"antivirus.realtime": True}, {"antivirus.realtime": False}
FILE = "evidence.json"


def tell(scratch: Scratch, file: str = FILE, day: int = 20, **hosts: dict[str, Any] | None) -> Path:
    """Write a bundle of what hosts answered (web_1 for web-1); nothing for one that did not answer."""
    when = f"2024-06-{day:02d}T00:00:00.000Z"
    lost = {"code": "timeout", "detail": ""}
    probes = {
        name.replace("_", "-"): {
            "antivirus": record(facts, when)
            if facts is not None
            else record({}, when, problem=lost, problems={"antivirus.realtime": lost})
        }
        for name, facts in hosts.items()
    }
    made = bundle(inventory.load(scratch.root / "inv", "inv"), probes)
    path = scratch.root / file
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(evidence.dumps(made))
    return path


def judged(scratch: Scratch, *arguments: str) -> tuple[int, set[tuple[str, str, str]], set[str]]:
    """Return the exit code, the changes, and the codes of the scope changes."""
    done = scratch.gate("--evidence", FILE, "--report", "json=out.json", *arguments)
    assert done.returncode in (0, 1, 3), done.stderr
    found = json.loads((scratch.root / "out.json").read_text(encoding="utf-8"))["gate"]
    changes = {(c["state"], c["control"], c["asset"]) for c in found["changes"]}
    (scratch.root / "out.json").unlink()
    return done.returncode, changes, {item["what"] for item in found["scope_changes"]}


def test_the_same_evidence_holds_on_both_sides(scratch: Scratch) -> None:
    tell(scratch, web_1=OFF, web_2=OFF)
    assert judged(scratch) == (0, set(), set())
    # To state what a machine denies makes nothing better, and nothing new.
    scratch.edit("inv/hosts.yaml", "{realtime: false}", "{realtime: true}")
    assert judged(scratch) == (0, set(), set())
    scratch.edit("inv/hosts.yaml", "    antivirus: {realtime: true}\n", "")
    assert judged(scratch) == (0, set(), set())


def test_a_pipeline_holds_head_not_against_itself_by_new_evidence(scratch: Scratch) -> None:
    tell(scratch, web_1=ON)
    scratch.commit("evidence")
    tell(scratch, day=21, web_1=ON)
    words = ("gate", "inv", "--policies", "pol", "--as-of", DAY, "--evidence", FILE)
    done = soccheck(*words, "--fail-on", "new", cwd=scratch.root, env={"CI": "true"})
    assert done.returncode == 2
    assert "nothing would be compared" in " ".join(done.stderr.split())


@pytest.mark.parametrize("kept", [False, True])
def test_a_change_is_judged_by_evidence_whether_git_keeps_it_or_not(
    scratch: Scratch, kept: bool
) -> None:
    tell(scratch, web_1=OFF, web_2=ON)
    if kept:
        scratch.commit("evidence")
    scratch.edit("inv/systems.yaml", "  mail:\n", "  post:\n")
    scratch.edit("inv/hosts.yaml", "systems: [portal]", "systems: [post]")
    scratch.edit("inv/hosts.yaml", "systems: [mail]", "systems: [post]")
    code, changes, scope = judged(scratch)
    assert code == 1
    assert ("new", "T-HOSTS", "post") in changes  # web-1, which it now has, is unprotected
    assert ("resolved", "T-HOSTS", "portal") in changes
    assert "asset_removed" in scope
    assert not {item for item in scope if item.startswith("evidence")}


def test_evidence_kept_in_git_counts_as_either_side_has_it(scratch: Scratch) -> None:
    tell(scratch, web_1=ON, web_2=ON)
    scratch.commit("evidence")
    tell(scratch, day=25, web_1=OFF, web_2=ON)
    code, changes, scope = judged(scratch)
    assert code == 1
    assert changes == {("new", "T-REALTIME", "web-1"), ("new", "T-HOSTS", "portal")}
    assert scope == {"evidence_changed"}
    words = " ".join(scratch.gate("--evidence", FILE).stdout.split())
    assert "the evidence in evidence.json is another: 01/02/2026" in words


def test_evidence_that_a_change_edits_can_stop(scratch: Scratch) -> None:
    tell(scratch, web_1=OFF, web_2=OFF)
    scratch.commit("evidence")
    tell(scratch, web_1=ON, web_2=ON)
    code, changes, scope = judged(scratch)
    assert (code, scope) == (1, {"evidence_changed"})
    assert {state for state, *_ in changes} == {"resolved"}
    assert judged(scratch, "--fail-on", "new")[0] == 0


def test_deleted_evidence_is_no_way_to_look_better(scratch: Scratch) -> None:
    scratch.edit("inv/hosts.yaml", "{realtime: false}", "{realtime: true}")
    tell(scratch, web_1=OFF, web_2=ON)
    scratch.commit("evidence")
    (scratch.root / FILE).unlink()
    done = scratch.gate("--evidence", FILE)
    assert done.returncode == 2
    assert "evidence.json is deleted, and the base is judged by it" in done.stderr


def test_what_was_seen_to_fail_is_not_resolved_by_somebodys_word(scratch: Scratch) -> None:
    scratch.edit("inv/hosts.yaml", "{realtime: false}", "{realtime: true}")
    tell(scratch, web_1=OFF, web_2=ON)
    scratch.commit("evidence")
    tell(scratch, web_2=ON)
    code, changes, scope = judged(scratch)
    assert (code, changes) == (1, set())
    assert scope == {"evidence_changed", "basis_weakened"}
    words = " ".join(scratch.gate("--evidence", FILE).stdout.split())
    assert "T-REALTIME web-1: was observed, is now only declared" in words
    assert judged(scratch, "--fail-on", "new")[:2] == (0, set())


def test_a_forged_bundle_beside_a_stored_result_is_seen(scratch: Scratch) -> None:
    tell(scratch, web_1=ON, web_2=OFF)
    audit = ("audit", "inv", "--policies", "pol", "--as-of", DAY, "--evidence", FILE)
    scratch.run(*audit, "--report", "baseline=base.json")
    scratch.commit("evidence and baseline")
    arguments = ("--baseline", "base.json", "--base", "HEAD")
    assert judged(scratch, *arguments) == (0, set(), set())
    tell(scratch, web_1=ON, web_2=ON)
    code, _, scope = judged(scratch, *arguments)
    assert (code, scope) == (1, {"evidence_changed"})
    (scratch.root / FILE).unlink()
    assert scratch.gate("--evidence", FILE, *arguments).returncode == 2


def test_one_machine_less_in_the_evidence_is_seen(scratch: Scratch) -> None:
    tell(scratch, web_1=OFF, web_2=ON, mail_1=ON)
    scratch.commit("evidence")
    tell(scratch, web_2=ON, mail_1=ON)
    assert judged(scratch)[2] == {"evidence_changed", "basis_weakened"}
    tell(scratch, web_1=None, web_2=ON, mail_1=ON)
    assert judged(scratch)[2] == {"evidence_changed", "basis_weakened"}


def test_evidence_that_a_change_brings_along_serves_both_sides_and_is_said(
    scratch: Scratch,
) -> None:
    scratch.git("checkout", "-q", "-b", "work")
    tell(scratch, web_1=OFF, web_2=OFF)
    scratch.commit("evidence")
    assert judged(scratch, "--base", "main") == (1, set(), {"evidence_added"})


def test_an_artefact_outside_of_git_serves_both_sides(scratch: Scratch, tmp_path: Path) -> None:
    outside = tmp_path / "elsewhere.json"
    tell(scratch, web_1=OFF, web_2=OFF).rename(outside)
    scratch.edit("inv/hosts.yaml", "{realtime: false}", "{realtime: true}")
    done = scratch.gate("--evidence", str(outside))
    assert (done.returncode, done.stderr) == (0, "")
    assert "Before this change: 3 failing" in " ".join(done.stdout.split())


def test_a_link_for_evidence_is_refused(scratch: Scratch, tmp_path: Path) -> None:
    good = tell(scratch, "other.json", web_1=ON, web_2=ON)
    tell(scratch, web_1=OFF, web_2=OFF)
    scratch.commit("evidence")
    (scratch.root / FILE).unlink()
    (scratch.root / FILE).symlink_to(good)
    done = scratch.gate("--evidence", FILE)
    assert done.returncode == 2
    assert "is a link, or behind one" in done.stderr
    (scratch.root / "base.json").symlink_to(good)
    assert scratch.gate("--baseline", "base.json", "--base", "HEAD").returncode == 2


def test_evidence_that_is_nowhere_or_not_to_be_trusted(scratch: Scratch) -> None:
    done = scratch.gate("--evidence", "no.json")
    assert done.returncode == 2
    assert "no.json: cannot be read" in done.stderr
    path = tell(scratch, web_1=OFF)
    path.write_bytes(path.read_bytes().replace(b":false", b":true", 1))
    assert scratch.gate("--evidence", FILE).returncode == 2
    scratch.commit("not to be trusted")
    tell(scratch, web_1=OFF)
    done = scratch.gate("--evidence", FILE)
    assert done.returncode == 2
    assert "what stands there cannot be judged" in done.stderr


def test_a_machine_that_becomes_another_kind(scratch: Scratch) -> None:
    scratch.git("checkout", "-q", "-b", "work")
    scratch.write("inv/networks.yaml", "networks:\n  pc: {organization: so, type: lan}\n")
    scratch.commit("a network")
    (scratch.root / "inv/networks.yaml").unlink()
    scratch.edit("inv/hosts.yaml", "  web-1:", "  pc: {organization: so, role: server}\n  web-1:")
    tell(scratch, pc=ON, web_1=ON, web_2=ON)
    _, _, scope = judged(scratch)
    assert "asset_kind" in scope


def test_a_baseline_keeps_what_was_seen_from_what_is_only_said(scratch: Scratch) -> None:
    scratch.edit("inv/hosts.yaml", "{realtime: false}", "{realtime: true}")
    tell(scratch, web_1=ON, web_2=ON)
    audit = ("audit", "inv", "--policies", "pol", "--as-of", DAY, "--evidence", FILE)
    scratch.run(*audit, "--report", "baseline=base.json", "--report", "json=former.json")
    for former in ("base.json", "former.json"):
        # Evidence is newer every night: that is no scope change.
        tell(scratch, day=29, web_1=ON, web_2=ON)
        assert judged(scratch, "--baseline", former) == (0, set(), set())
        tell(scratch, day=29, web_1=ON)
        assert judged(scratch, "--baseline", former)[2] == {"basis_weakened"}
        done = scratch.gate("--baseline", former, "--report", "json=out.json")
        assert done.returncode == 1
        said = json.loads((scratch.root / "out.json").read_text(encoding="utf-8"))
        whats = {item["what"] for item in said["gate"]["scope_changes"]}
        assert whats == {"evidence_removed", "basis_weakened"}


@pytest.mark.parametrize("new", ["valid: {from: 2024-01-01}", "tags: [x]"])
def test_an_asset_that_begins_sooner_may_be_another_machine(scratch: Scratch, new: str) -> None:
    scratch.edit(
        "pol/trial.yaml", "severity: high", "evidence: {accept: [observed]}\n    severity: high"
    )
    scratch.edit(
        "inv/hosts.yaml", "role: server\n", "role: server\n    valid: {from: 2024-06-25}\n"
    )
    tell(scratch, web_1=ON, web_2=OFF)
    scratch.commit("evidence")
    scratch.edit("inv/hosts.yaml", "valid: {from: 2024-06-25}", new)
    # An answer of before it was there was none of it.
    assert judged(scratch) == (1, {("resolved", "T-REALTIME", "web-1")}, {"asset_edited"})
