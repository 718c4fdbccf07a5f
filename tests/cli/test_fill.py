"""The skeleton of what is not stated: git takes it, it says nothing by itself, and filled in it loads."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from tests.cli.run import ROOT, Ran, inside

PROVINCES = sorted(path.name for path in (ROOT / "inventories").iterdir())
LINE = re.compile(r"^( *)#: (.*)$")
VALUE = re.compile(r"^( *(?:#: )? *\S+): \{\} # (.*)$")


def git(folder: Path, *words: str, text: str | None = None) -> None:
    done = subprocess.run(
        ["git", *words], cwd=folder, input=text, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr


def findings(capsys: pytest.CaptureFixture[str], *words: str) -> list[dict[str, Any]]:
    ran = inside(capsys, "audit", "inv", *words, "--format", "json")
    assert ran.code in (0, 1, 3), ran.err
    found: list[dict[str, Any]] = json.loads(ran.out)["findings"]
    return found


def filled(
    folder: Path, name: str, day: str, capsys: pytest.CaptureFixture[str]
) -> tuple[Ran, list[dict[str, Any]]]:
    shutil.copytree(ROOT / name, folder / "inv")
    git(folder, "init", "-q")
    before = findings(capsys, "--as-of", day)
    ran = inside(capsys, "fill", "inv", "--as-of", day, "--lang", "en")
    assert ran.code == 0
    return ran, before


@pytest.mark.parametrize("name", PROVINCES)
def test_git_takes_it_and_nothing_is_judged_otherwise(
    name: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    stated = {"an-giang": "2024-06-30"}.get(name, "2019-11-30")
    ran, before = filled(tmp_path, f"inventories/{name}", stated, capsys)
    assert ran.out.count("\n+") > 5
    git(tmp_path, "apply", "--check", text=ran.out)
    git(tmp_path, "apply", text=ran.out)
    if name == "binh-duong":  # what nobody filled in is not written a second time
        assert inside(capsys, "fill", "inv", "--as-of", stated, "--lang", "en").out == ""
    after = findings(capsys, "--as-of", stated)
    same = [(f["control"], f["asset"], f["status"]) for f in before]
    assert [(f["control"], f["asset"], f["status"]) for f in after] == same


def test_every_line_is_of_a_key_that_is_asked_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    ran, before = filled(tmp_path, "inventories/an-giang", "2024-06-30", capsys)
    unknown = {f["control"] for f in before if f["status"] == "unknown"}
    lines = [line[1:] for line in ran.out.splitlines() if line.startswith("+ ")]
    values = [match for line in lines if (match := VALUE.match(line))]
    assert len(values) == int(re.findall(r"^(\d+) lines to fill in", ran.err, re.MULTILINE)[0])
    for value in values:
        named = value[2].rsplit(" · ", 1)[1].removesuffix(", …").split(", ")
        assert set(named) <= unknown, value[0]


TRIAL = """\
authority: {stated: 2024-06-01, name: {vi: Tỉnh, en: Province}}
organizations:
  o: {type: office, tier: province}
systems:
  a:
    organization: o
    dossier:
      proposed_level: 3
hosts:
  h:
    organization: o
    role: server
    systems: [a]
    antivirus:
      installed: true

  in-braces: {organization: o, role: server, systems: [a]}
"""


@pytest.fixture
def trial(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Path:
    monkeypatch.chdir(tmp_path)
    file = tmp_path / "inv" / "all.yaml"
    file.parent.mkdir()
    file.write_text(TRIAL, encoding="utf-8")
    git(tmp_path, "init", "-q")
    ran = inside(capsys, "fill", "inv", "--as-of", "2024-06-30", "--policy", "antivirus")
    assert "all.yaml:17:3: in-braces: antivirus.installed" in ran.err
    git(tmp_path, "apply", text=ran.out)
    return file


def uncommented(text: str) -> str:
    return "\n".join(LINE.sub(r"\1\2", line) for line in text.splitlines()) + "\n"


def test_what_is_not_edited_is_refused(trial: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """An example that is only taken over is no answer: every value there is must have been written."""
    text = trial.read_text(encoding="utf-8")
    count = len(re.findall(r": \{\} # ", text))
    assert count > 3
    trial.write_text(uncommented(text), encoding="utf-8")
    ran = inside(capsys, "validate", "inv", "--lang", "en")
    assert ran.code == 2
    lines = {n for n, line in enumerate(trial.read_text().splitlines(), 1) if ": {} # " in line}
    assert {int(n) for n in re.findall(r"all\.yaml:(\d+):", ran.err)} == lines


def test_filled_in_it_loads_and_is_judged(trial: Path, capsys: pytest.CaptureFixture[str]) -> None:
    words = ("--as-of", "2024-06-30", "--policy", "antivirus")
    before = {f["control"]: f["status"] for f in findings(capsys, *words) if f["asset"] == "h"}

    def written(line: str) -> str:
        match = VALUE.match(line)
        if match is None:
            return line
        form = match[2].partition(" · ")[0].removeprefix("for example ").partition(" (")[0]
        return f"{match[1]}: {form.partition(', ')[0]}"

    text = uncommented(trial.read_text(encoding="utf-8"))
    trial.write_text("\n".join(map(written, text.splitlines())) + "\n", encoding="utf-8")
    after = {f["control"]: f["status"] for f in findings(capsys, *words) if f["asset"] == "h"}
    assert list(before.values()).count("unknown") > 1
    # The day of the example is yet to come: what nobody edited with care is no good news either.
    assert [control for control, status in after.items() if status == "unknown"] == ["AV-FRESH"]


def test_filters_narrow_it(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    given = ("fill", str(ROOT / "inventories/an-giang"), "--as-of", "2024-06-30")
    whole = inside(capsys, *given).out
    part = inside(capsys, *given, "--organization", "so-yt").out
    assert 0 < part.count("#: ") < whole.count("#: ")
    refused = inside(capsys, *given, "--organization", "so-y-te", "--lang", "en")
    assert (refused.code, refused.out) == (2, "")
    assert "hint: write --organization so-yt" in refused.err
