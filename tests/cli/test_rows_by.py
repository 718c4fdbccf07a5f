"""A row an asset, a unit or a control: every finding in exactly one, and what cannot be is refused."""

from __future__ import annotations

import json
import re
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from soccheck.bundle import bundle as evidence
from tests import bundles
from tests.cli.run import ROOT, inside

AN_GIANG = ("audit", "inventories/an-giang", "--as-of", "2024-06-30", "--lang", "en")
CELL = re.compile(r"(\d+)\+(\d+)")


@pytest.fixture(autouse=True)
def _wide(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    monkeypatch.setenv("COLUMNS", "160")


@pytest.fixture(scope="module")
def whole() -> Counter[str]:
    from tests.cli.run import soccheck

    ran = soccheck(*AN_GIANG, "--format", "json", cwd=ROOT)
    found: list[dict[str, Any]] = json.loads(ran.out)["findings"]
    return Counter(item["status"] for item in found)


def rows(text: str) -> list[list[str]]:
    """Return the cells of the tables' rows."""
    found, below = [], False
    for line in text.splitlines():
        if re.fullmatch(r"[- ]+", line) and "--" in line:
            below = True
        elif not line:
            below = False
        elif below:
            found.append(re.split(r" {2,}", line.strip()))
    return found


@pytest.mark.parametrize("by", ["control", "organization"])
def test_every_finding_is_in_one_row(
    by: str, whole: Counter[str], capsys: pytest.CaptureFixture[str]
) -> None:
    ran = inside(capsys, *AN_GIANG, "--by", by, "--limit", "0")
    assert ran.code == 1
    first = 3 if by == "control" else 1
    told = rows(ran.out)
    assert told
    for place, status in enumerate(("fail", "unknown", "waived", "grace"), first + 1):
        assert sum(int(row[place]) for row in told) == whole[status], status
    assert sum(int(row[first].split("/")[0]) for row in told) == whole["pass"]


def test_every_asset_is_one_line(whole: Counter[str], capsys: pytest.CaptureFixture[str]) -> None:
    ran = inside(capsys, *AN_GIANG, "--by", "asset", "--limit", "0")
    cells = [CELL.match(cell) for row in rows(ran.out) for cell in row[1:]]
    told = [cell for cell in cells if cell]
    assert sum(int(cell[1]) for cell in told) == whole["fail"]
    assert sum(int(cell[2]) for cell in told) == whole["unknown"]
    assert sum(row[0] == "syt-pc-03.ag.example" for row in rows(ran.out)) == 1


def test_a_limit_says_how_many_are_left(capsys: pytest.CaptureFixture[str]) -> None:
    short = inside(capsys, *AN_GIANG, "--by", "control", "--limit", "3").out
    full = inside(capsys, *AN_GIANG, "--by", "control", "--limit", "0").out
    left = int(re.findall(r"… and (\d+) more", short)[0])
    assert len(rows(full)) == left + 3


def test_a_silent_machine_is_one_line_that_says_so(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    loaded = bundles.write_inventory(tmp_path / "inv", {"a": "203.0.113.1", "b": "203.0.113.2"})
    answers = {
        "a": {"antivirus": bundles.record({"antivirus.installed": True})},
        "b": {"antivirus": bundles.record({}, problem={"code": "unreachable", "detail": ""})},
    }
    file = tmp_path / "e.json"
    file.write_bytes(evidence.dumps(bundles.bundle(loaded, answers)))
    ran = inside(
        capsys,
        *("audit", str(tmp_path / "inv"), "--as-of", "2026-02-02", "--evidence", str(file)),
        *("--by", "asset", "--policy", "antivirus", "--lang", "en"),
    )
    lines = [line for line in ran.out.splitlines() if line.startswith(("a ", "b "))]
    assert len(lines) == 2
    assert "no answer" in next(line for line in lines if line.startswith("b "))
    assert "no answer" not in next(line for line in lines if line.startswith("a "))


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("--by", "machine"), "'machine' is not one of"),
        (("--by", "asset", "--details"), "--by chooses the rows of the table's one page"),
        (("--by", "asset", "--format", "json"), "--by chooses the rows of the table's one page"),
        (("--by", "asset", "inventories/hau-giang"), "--by is for one inventory"),
    ],
)
def test_what_makes_no_sense_is_refused(
    words: tuple[str, ...], message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    ran = inside(capsys, *AN_GIANG, *words)
    assert (ran.code, ran.out) == (2, "")
    assert message in ran.err
