"""A unit's list of what to do: its days, its order, and that the units' lists together are the whole."""

from __future__ import annotations

import csv
import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from tests.cli.run import ROOT, Ran, inside, soccheck

AN_GIANG = ("worklist", "inventories/an-giang", "--as-of", "2024-06-30", "--lang", "en")
SEVERITIES = ["critical", "high", "medium", "low"]
UNMET = {"fail", "unknown", "waived", "grace"}


@pytest.fixture(autouse=True)
def _at_the_root(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)


def listed(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[Ran, list[dict[str, str]]]:
    ran = inside(capsys, *AN_GIANG, "--format", "csv", *words)
    return ran, list(csv.DictReader(ran.out.splitlines()))


def audited(capsys: pytest.CaptureFixture[str], *words: str) -> list[dict[str, Any]]:
    ran = inside(capsys, "audit", *AN_GIANG[1:], "--format", "json", *words)
    found: list[dict[str, Any]] = json.loads(ran.out)["findings"]
    return [item for item in found if item["status"] in UNMET]


def keys(rows: list[dict[str, Any]]) -> list[tuple[str, str, str]]:
    return sorted((row["control"], row["asset"], row["status"]) for row in rows)


@pytest.mark.parametrize(
    "words",
    [
        (),
        ("--organization", "so-yt"),
        ("--severity", "high", "--status", "fail"),
        ("--system", "lris"),
        ("--control", "FW-DEFAULT"),
        ("--asset", "fw-so-yt.ag.example"),
        ("--level", "3"),
        ("--basis", "declared"),
        ("--organization", "so-yt", "--policy", "antivirus"),
    ],
)
def test_the_list_has_what_the_audit_finds(
    words: tuple[str, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    ran, rows = listed(capsys, *words)
    found = audited(capsys, *words)
    assert ran.code == inside(capsys, "audit", *AN_GIANG[1:], *words).code
    assert keys(rows) == keys(found)
    assert found


def test_the_worst_stands_first_and_what_is_accepted_last(
    capsys: pytest.CaptureFixture[str],
) -> None:
    _, rows = listed(capsys)
    order = [
        (
            row["status"] in ("waived", "grace"),
            SEVERITIES.index(row["severity"]),
            row["organization"],
        )
        for row in rows
    ]
    units = [(late, severity, unit or "_") for late, severity, unit in order]
    assert units == sorted(units)


def test_days_are_those_of_waivers_of_the_law_and_promised(
    capsys: pytest.CaptureFixture[str],
) -> None:
    _, rows = listed(capsys)
    by_kind = Counter(row["due_kind"] for row in rows)
    assert by_kind["waiver"] == sum(row["status"] == "waived" for row in rows)
    assert all(row["due"] for row in rows if row["status"] in ("waived", "grace"))
    assert by_kind["grace"]


@pytest.mark.parametrize("form", ["csv", "json"])
def test_the_units_lists_are_together_the_whole(
    form: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    ran = inside(capsys, *AN_GIANG, "--split", "organization", str(tmp_path), "--format", form)
    assert ran.code == 1
    rows: list[dict[str, Any]] = []
    for file in sorted(tmp_path.iterdir()):
        text = file.read_text(encoding="utf-8-sig")
        mine = (
            json.loads(text)["tasks"] if form == "json" else list(csv.DictReader(text.splitlines()))
        )
        unit = file.name.partition(".")[0]
        assert {row["organization"] or "_" for row in mine} <= {unit}
        rows += mine
    whole = keys(audited(capsys))
    assert keys(rows) == whole
    counts = Counter(status for _, _, status in whole)
    told = ran.out.splitlines()[-1].split()
    assert told == ["All", *(str(counts[s]) for s in ("fail", "unknown", "waived", "grace"))]


def test_what_it_says_of_a_unit() -> None:
    ran = soccheck(*AN_GIANG, "--organization", "so-yt", cwd=ROOT)
    text = " ".join(ran.out.split())
    for said in (
        "Narrowed by --organization so-yt: 141 of 2,658 findings are shown.",
        "AV-INSTALLED · critical",
        "to do: Install the product",
        "FAIL syt-pc-03.ag.example: antivirus.installed = false; expected true",
        "(time to comply until 31/12/2024)",
    ):
        assert said in text, said


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("--organization", "so-y-te"), "--organization: there is no 'so-y-te'"),
        (("--split", "system", "x"), "a report is split by organization only"),
        (("--split", "organization", "x", "--output", "y"), "--split goes without --output"),
        (("--signers", "x"), "--signers does nothing without --evidence"),
    ],
)
def test_what_makes_no_sense_is_refused(
    words: tuple[str, ...], message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    ran = inside(capsys, *AN_GIANG, *words)
    assert (ran.code, ran.out) == (2, "")
    assert message in ran.err
