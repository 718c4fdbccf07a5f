"""What soccheck.yaml says of how is judged is the gate's as well, and an edit of it is never silent."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from soccheck.cli.gate_settings import IDLE
from tests.cli.test_gate import scope
from tests.compare.test_properties import is_at, properties
from tests.kit import read_yaml
from tests.scratch import DAY, POLICY, Scratch, soccheck

Run = subprocess.CompletedProcess[str]
BASE = """\
audit: {policies: [pol, more], profiles: [own.yaml], only: [trial], max_evidence_age: 30d, signers: keys}
health: {last_run: 2d, silent: 7d}
"""
PROFILE = """\
policy: own
version: "1"
extends: trial
title: {en: Own, vi: Riêng}
parameters: {share: 91}
"""
GATE = ("gate", "--details", "inv", "--as-of", DAY)

EDITS = [
    ("policies: [pol, more]", "policies: [pol]"),
    ("profiles: [own.yaml]", "profiles: [own.yaml, weak.yaml]"),
    ("profiles: [own.yaml], ", ""),
    ("only: [trial]", "only: [trial, more]"),
    (", signers: keys", ""),
    ("signers: keys", "signers: mine"),
    ("max_evidence_age: 30d", "max_evidence_age: 9y"),
    (", max_evidence_age: 30d", ""),
    ("signers: keys", "signers: keys, evidence: bundle.json"),
    ("last_run: 2d", "last_run: 99d"),
    (", silent: 7d", ""),
]
IDLE_EDITS = """\
history: {folder: elsewhere, keep: {daily: 3}}
reports: [{format: json, file: out.json}]
language: vi
notify: {webhook: [{name: siem, url_file: url, body: ocsf}]}
"""


@pytest.fixture
def ruled(scratch: Scratch) -> Scratch:
    """A repository with settings, a profile, and a second policy that nothing names."""
    scratch.write("soccheck.yaml", BASE)
    scratch.write("own.yaml", PROFILE)
    scratch.write("weak.yaml", PROFILE.replace("policy: own", "policy: weak"))
    more = POLICY.replace("T-", "U-").replace("policy: trial", "policy: more")
    scratch.write("more/more.yaml", more)
    scratch.commit("settings")
    return scratch


def edited(scratch: Scratch, *arguments: str) -> list[str]:
    return [of for what, of in scope(scratch, *arguments) if what == "settings_edited"]


def test_it_judges_by_what_the_settings_say(ruled: Scratch) -> None:
    done = ruled.run(*GATE)
    assert done.returncode == 0, done.stderr
    assert "policies: trial 1" in done.stdout
    ruled.edit("pol/trial.yaml", "{antivirus.realtime: true}", "{antivirus.realtime|exists: true}")
    assert ruled.run(*GATE).returncode == 1
    assert ruled.run(*GATE, "--policies", "more").returncode == 2, "the profile extends trial"


@pytest.mark.parametrize(("old", "new"), EDITS)
def test_an_edit_of_how_is_judged_stops(ruled: Scratch, old: str, new: str) -> None:
    ruled.edit("soccheck.yaml", old, new)
    for base in ((), ("--base", "main")):
        done = ruled.run(*GATE, *base)
        assert done.returncode == 1, done.stdout + done.stderr
        assert "soccheck.yaml edited, " in done.stdout
        assert "soccheck.yaml:1:1" in done.stdout
    ruled.commit("edited")
    assert ruled.run(*GATE).returncode == 0
    assert ruled.run(*GATE, "--base", "HEAD^").returncode == 1


def test_every_setting_is_compared_or_named_as_idle(ruled: Scratch) -> None:
    """Proved by the edits above and below; `evidence` and all of the others are among them."""

    compared = set()
    for old, new in EDITS:
        one, other = (read_yaml(text) for text in (BASE, BASE.replace(old, new)))
        for section in one.keys() | other.keys():
            compared |= {
                f"{section}.{key}"
                for key in one[section].keys() | other[section].keys()
                if one[section].get(key) != other[section].get(key)
            }
    left = {
        path
        for path in properties("settings")
        if not any(is_at(path, item) or is_at(item, path) for item in (*IDLE, *compared))
    }
    assert left == set()
    ruled.write("url", "https://siem.example/\n")
    ruled.write("soccheck.yaml", BASE + IDLE_EDITS)
    done = ruled.run(*GATE)
    assert done.returncode == 0, done.stdout + done.stderr
    assert {line.partition(":")[0] for line in IDLE_EDITS.splitlines()} == IDLE.keys()


@pytest.mark.parametrize(
    ("old", "new"),
    [("max_evidence_age: 30d", "max_evidence_age: 7d"), ("silent: 7d", "silent: 1d")],
)
def test_a_stricter_setting_is_said_and_stops_nothing(ruled: Scratch, old: str, new: str) -> None:
    ruled.edit("soccheck.yaml", old, new)
    done = ruled.run(*GATE)
    assert done.returncode == 0, done.stdout
    assert "soccheck.yaml edited, stricter" in done.stdout


def test_the_same_settings_written_otherwise_are_the_same(ruled: Scratch) -> None:
    ruled.edit("soccheck.yaml", "policies: [pol, more]", "policies: [./more/, pol]")
    ruled.edit("soccheck.yaml", "audit:", "# a remark\naudit:")
    assert ruled.run(*GATE).returncode == 0


def test_options_win(ruled: Scratch) -> None:
    ruled.edit("soccheck.yaml", "only: [trial]", "only: [more]")
    ruled.edit("soccheck.yaml", "30d", "90d")
    ruled.edit("soccheck.yaml", "[pol, more]", "[nowhere]")
    words = ("--policy", "trial", "--policies", "pol", "--max-evidence-age", "30d")
    assert ruled.run(*GATE, *words).returncode == 2, "an age is asked of a bundle that is not there"
    ruled.edit("soccheck.yaml", "90d", "30d")
    assert edited(ruled, "--policy", "trial") == []
    assert ruled.run(*GATE, *words[:4]).returncode == 0


def test_settings_that_come_or_go_are_compared(ruled: Scratch) -> None:
    (ruled.root / "soccheck.yaml").unlink()
    done = ruled.run(*GATE, "--policies", "pol")
    assert done.returncode == 1
    assert "formerly soccheck.yaml:1:1" in done.stdout
    ruled.commit("gone")
    ruled.write("soccheck.yaml", BASE)
    assert ruled.run(*GATE).returncode == 0, "what git does not keep is no part of a change"
    ruled.git("add", "soccheck.yaml")
    assert ruled.run(*GATE).returncode == 1


def test_settings_that_git_does_not_keep_are_no_part_of_a_change(ruled: Scratch) -> None:
    ruled.git("rm", "-q", "--cached", "soccheck.yaml")
    ruled.write(".gitignore", "soccheck.yaml\n")
    ruled.git("commit", "-qam", "ignored")
    ruled.edit("soccheck.yaml", "30d", "90d")
    assert ruled.run(*GATE).returncode == 0


def test_they_are_found_above_the_inventory(ruled: Scratch) -> None:
    for path in (ruled.root / "inv").iterdir():
        ruled.write(f"a/b/inv/{path.name}", path.read_text(encoding="utf-8"))
    ruled.git("mv", "soccheck.yaml", "a/soccheck.yaml")
    ruled.edit("a/soccheck.yaml", "[pol, more]", "[../pol, ../more]")
    ruled.edit("a/soccheck.yaml", "[own.yaml]", "[../own.yaml]")
    ruled.commit("deeper")
    words = ("gate", "--details", "a/b/inv", "--as-of", DAY)
    assert ruled.run(*words).returncode == 0
    ruled.edit("a/soccheck.yaml", "silent: 7d", "silent: 99d")
    done = ruled.run(*words)
    assert (done.returncode, "a/soccheck.yaml edited" in done.stdout) == (1, True)
    inside = soccheck("gate", "inv", "--as-of", DAY, cwd=ruled.root / "a/b")
    assert inside.returncode == 1
    assert ruled.run(*words, "--config", "nowhere.yaml").returncode == 2


def test_evidence_of_the_settings_may_be_collected_elsewhere(ruled: Scratch) -> None:
    ruled.edit("soccheck.yaml", ", signers: keys", ", evidence: bundle.json")
    ruled.commit("evidence")
    done = ruled.run(*GATE)
    assert done.returncode == 0
    assert done.stderr == "soccheck.yaml: bundle.json is not here: judged without it\n"
    bundle = ruled.write("bundle.json", "{}")
    assert ruled.run(*GATE).returncode == 2, "it is no bundle"
    ruled.commit("kept")
    bundle.unlink()
    done = ruled.run(*GATE)
    assert done.returncode == 2
    assert "bundle.json is deleted, and the base is judged by it" in done.stderr


def test_settings_of_the_base_that_cannot_be_read(ruled: Scratch, tmp_path: Path) -> None:
    ruled.write("soccheck.yaml", "audit: {policy: x}\n")
    assert ruled.run(*GATE).returncode == 2
    base = ruled.commit("bad")
    ruled.write("soccheck.yaml", BASE)
    done = ruled.run(*GATE)
    assert done.returncode == 2
    assert f"soccheck.yaml ({base[:12]}):1:9" in done.stderr
