"""What is demanded of evidence is demanded of both sides, by whom the base trusts."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from tests.cli.test_gate_evidence import FILE, OFF, ON, tell
from tests.scratch import Scratch


def key(folder: Path, name: str) -> Path:
    made = folder / name
    command = ["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(made)]
    subprocess.run(command, check=True)
    return made


def sign(scratch: Scratch, by: Path) -> None:
    (scratch.root / f"{FILE}.sig").unlink(missing_ok=True)
    done = scratch.run("evidence", "sign", FILE, "--key", str(by))
    assert done.returncode == 0, done.stderr


def trust(scratch: Scratch, *keys: Path) -> None:
    lines = [f"soc@a.example {k.with_suffix('.pub').read_text(encoding='utf-8')}" for k in keys]
    scratch.write("signers", "".join(lines))


@pytest.fixture
def signed(scratch: Scratch, tmp_path: Path) -> Scratch:
    ours = key(tmp_path, "ours")
    trust(scratch, ours)
    tell(scratch, web_1=ON, web_2=OFF)
    sign(scratch, ours)
    scratch.commit("signed evidence")
    return scratch


ASKED = ("--evidence", FILE, "--signers", "signers")


def test_signed_on_both_sides_passes(signed: Scratch) -> None:
    done = signed.gate(*ASKED)
    assert done.returncode == 0, done.stderr
    signed.edit("inv/systems.yaml", "proposed_level: 3", "proposed_level: 1")
    assert signed.gate(*ASKED).returncode == 1


def test_a_base_that_is_not_signed_is_not_compared_with(signed: Scratch) -> None:
    """Its failures could be made up, so that a true one would not be new."""
    signature = (signed.root / f"{FILE}.sig").read_bytes()
    signed.git("rm", "-q", f"{FILE}.sig")
    signed.commit("unsigned")
    (signed.root / f"{FILE}.sig").write_bytes(signature)
    done = signed.gate(*ASKED)
    assert done.returncode == 2
    assert "what stands there cannot be judged" in done.stderr
    assert f"{FILE}.sig: it has no such file" in done.stderr
    (signed.root / f"{FILE}.sig").unlink()
    assert f"{FILE}.sig: no such file" in signed.gate(*ASKED).stderr


def test_a_base_that_another_signed_is_not_compared_with(signed: Scratch, tmp_path: Path) -> None:
    sign(signed, key(tmp_path, "theirs"))
    signed.commit("signed by another")
    sign(signed, tmp_path / "ours")
    done = signed.gate(*ASKED)
    assert done.returncode == 2
    assert "the signature does not hold" in done.stderr


def test_a_change_does_not_say_whom_to_trust(signed: Scratch, tmp_path: Path) -> None:
    theirs = key(tmp_path, "theirs")
    trust(signed, tmp_path / "ours", theirs)
    tell(signed, web_1=ON, web_2=ON)
    sign(signed, theirs)
    for _ in range(2):
        done = signed.gate(*ASKED, "--base", "main")
        assert done.returncode == 2
        assert "the signature does not hold" in done.stderr
        signed.git("checkout", "-q", "-B", "change")
        signed.commit("trust me")


def test_signers_that_come_with_the_change_are_refused(scratch: Scratch, tmp_path: Path) -> None:
    theirs = key(tmp_path, "theirs")
    scratch.git("checkout", "-q", "-b", "change")
    trust(scratch, theirs)
    tell(scratch, web_1=ON, web_2=ON)
    sign(scratch, theirs)
    scratch.commit("trust me")
    done = scratch.gate(*ASKED, "--base", "main")
    assert done.returncode == 2
    assert "signers is new: whom to trust is not for the change to say" in done.stderr


def test_signers_outside_of_the_repository_hold_for_both_sides(
    signed: Scratch, tmp_path: Path
) -> None:
    outside = tmp_path / "allowed"
    (signed.root / "signers").rename(outside)
    signed.commit("elsewhere")
    asked = ("--evidence", FILE, "--signers", str(outside))
    assert signed.gate(*asked).returncode == 0
    trusted = outside.read_text(encoding="utf-8")
    trust(signed, key(tmp_path, "theirs"))
    (signed.root / "signers").rename(outside)
    assert signed.gate(*asked).returncode == 2
    outside.write_text(trusted, encoding="utf-8")
    assert signed.gate(*asked).returncode == 0


def test_evidence_of_the_base_is_held_to_the_same_age(scratch: Scratch) -> None:
    """Old failures would excuse new ones."""
    tell(scratch, day=1, web_1=OFF, web_2=OFF)
    scratch.commit("old")
    tell(scratch, day=29, web_1=OFF, web_2=OFF)
    age = ("--evidence", FILE, "--max-evidence-age", "7d")
    done = scratch.gate(*age)
    assert done.returncode == 2
    assert "what stands there cannot be judged" in done.stderr
    assert "its oldest answer is of 2024-06-01, more than 7d before" in done.stderr
    scratch.commit("renewed")
    assert scratch.gate(*age).returncode == 0
