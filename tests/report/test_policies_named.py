"""Policies and profiles that do not come with soccheck, or take something out, are named in the head."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import pytest

from soccheck.cli import shipped
from tests.cli.run import ROOT, inside

INVENTORY = str(ROOT / "inventories" / "an-giang")
AUDIT = ("audit", "--details", INVENTORY, "--as-of", "2024-06-30", "--lang", "en")
PLAIN = tuple(word for word in AUDIT if word != "--details")
WEAK = """
policy: weak
version: "1"
extends: antivirus
title: {en: Antivirus, vi: Phòng, chống mã độc}
disable: {AV-REALTIME: nobody has it}
parameters: {signatures_max_age: 90d}
"""


def _head(out: str) -> str:
    return " ".join(out.partition("Requirement")[0].split())


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "weak.yaml").write_text(WEAK.replace("Phòng, chống", "Phòng chống"))
    return tmp_path


def test_the_shipped_ones_need_no_word(capsys: pytest.CaptureFixture[str]) -> None:
    assert "shipped" not in _head(inside(capsys, *AUDIT).out)
    copied = Path("policies")
    copied.mkdir()
    for path in shipped.folder("policies").glob("*.yaml"):
        (copied / path.name).write_bytes(path.read_bytes())
    assert "shipped" not in _head(inside(capsys, *AUDIT, "--policies", "policies").out)


@pytest.mark.parametrize("form", ["table", "markdown"])
def test_an_own_policy_that_looks_like_the_shipped_one_is_named(
    form: str, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    raw = (shipped.folder("policies") / "antivirus.yaml").read_bytes() + b"# weaker\n"
    Path("policies").mkdir()
    Path("policies/antivirus.yaml").write_bytes(raw)
    found = inside(capsys, *PLAIN, "--policies", "policies", "--format", form)
    digest = hashlib.sha256(raw).hexdigest()
    said = " ".join(found.out.split()).replace("\\", "")
    assert (
        f"Not shipped with soccheck: antivirus 2026.1 (policies/antivirus.yaml, {digest[:16]})."
        in said
    )


def test_a_profile_says_what_it_takes_out_and_sets(capsys: pytest.CaptureFixture[str]) -> None:
    given = (*PLAIN, "--policy", "antivirus", "--profile", "weak.yaml")
    head = _head(inside(capsys, *given, "--details").out)
    assert "Not shipped with soccheck: weak 1 (weak.yaml, " in head
    assert "The profile weak 1 takes out AV-REALTIME." in head
    assert "The profile weak 1 sets signatures_max_age." in head
    (policy,) = json.loads(inside(capsys, *given, "--format", "json").out)["policies"]
    assert [file["shipped"] for file in policy["files"]] == [True, False]
    assert policy["files"][1]["disabled"] == ["AV-REALTIME"]
    assert policy["files"][1]["overridden"] == ["signatures_max_age"]
    strict = _head(inside(capsys, *AUDIT, "--profile", "strict").out)
    assert "The profile strict 1 sets signatures_max_age, unlicensed_products." in strict
    assert "Not shipped" not in strict
