"""An option that would do nothing is refused, and says what it is for."""

from __future__ import annotations

from pathlib import Path

import pytest

from soccheck.cli.narrowing import NAMES
from tests.cli.run import ROOT, inside

HERE = "inventories/an-giang"
BOTH = (HERE, "inventories/hau-giang")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("audit", *BOTH, "--details"), "--details is for one inventory"),
        (("audit", HERE, "--details", "--format", "csv"), "--details does nothing for csv"),
        (
            ("audit", HERE, "--details", "--report", "json={tmp}/r.json"),
            "--details does nothing for json",
        ),
        (
            ("gate", HERE, "--details", "--report", "sarif={tmp}/r.sarif"),
            "--details does nothing for sarif",
        ),
        (
            ("report", HERE, "--format", "csv", "--previous", "x.json", "-o", "{tmp}/r.csv"),
            "--previous does nothing for csv",
        ),
        (
            ("report", HERE, "--format", "json", "--config", "x.yaml", "-o", "{tmp}/r.json"),
            "--config does nothing for json",
        ),
        (("firewall", "show", "x", "--json", "--rules"), "--rules does nothing for --json"),
        (("firewall", "diff", "x", "y", "--json", "--details"), "--details does nothing for --j"),
        (
            ("diff", "README.md", "LICENSE", "--authority", "an-giang"),
            "--authority does nothing for two files",
        ),
        (("audit", *BOTH, "--limit", "3"), "--limit is for one inventory"),
        (
            ("audit", HERE, "--details", "--previous", "x.json"),
            "--previous does nothing for table --details",
        ),
        (("compare", *BOTH, "--details", "--format", "csv"), "--details does nothing for csv"),
        (
            ("report", HERE, "--format", "csv", "--head", "number=5", "-o", "{tmp}/r.csv"),
            "--head does nothing for csv",
        ),
        (
            ("report", HERE, "--format", "docx", "--from", "specialist", "-o", "{tmp}/r.docx"),
            "--from does nothing for docx",
        ),
        (
            ("report", *BOTH, "--format", "xlsx", "--head", "number=5", "-o", "{tmp}/r.xlsx"),
            "--head is for one inventory",
        ),
        (("evidence", "show", "e", "--statement", "--asset", "h"), "--asset does nothing for --st"),
        (
            ("evidence", "show", "e", "--raw", "p", "--problems"),
            "--problems does nothing for --raw",
        ),
        (("worklist", HERE, "--status", "pass"), "--status pass does nothing here"),
        (("fill", HERE, "--status", "fail"), "--status fail does nothing here"),
        (
            ("gate", HERE, "--baseline", "x", "--no-merge-base"),
            "--no-merge-base does nothing for --baseline",
        ),
        (
            ("gate", HERE, "--baseline", "x", "--base-inventory", "y"),
            "--base-inventory does nothing for --baseline",
        ),
    ],
)
def test_it_is_refused(
    words: tuple[str, ...],
    said: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(ROOT)
    ran = inside(capsys, *(word.format(tmp=tmp_path) for word in words), "--lang", "en")
    assert (ran.code, ran.out) == (2, "")
    assert said in ran.err
    assert "hint: " in ran.err
    assert not list(tmp_path.iterdir())


def test_a_gate_is_of_the_whole(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """What narrows a report would let a change pass that makes something else worse."""
    monkeypatch.chdir(ROOT)
    for name in (*NAMES.values(), "--asset", "--by"):
        ran = inside(capsys, "gate", HERE, name, "x", "--lang", "en")
        assert (ran.code, ran.out) == (2, "")
        assert f"{name}: the whole change is judged" in ran.err
        assert f"soccheck audit INVENTORY {name} ..." in ran.err
