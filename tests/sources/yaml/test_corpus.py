"""Every file of `good/` reads as the JSON beside it; every file of `bad/` gives the faults beside it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from soccheck.sources import files, yaml
from soccheck.sources.files import content

HERE = Path(__file__).parent
GOOD = sorted((HERE / "good").glob("*.yaml"))
BAD = sorted((HERE / "bad").glob("*.yaml"))


@pytest.mark.parametrize("path", GOOD, ids=lambda path: path.stem)
def test_good(path: Path) -> None:
    source = yaml.parse(content(path), path.name)
    assert source.problems == []
    expected = json.loads(path.with_suffix(".json").read_text(encoding="utf-8"))
    assert source.data == expected
    assert repr(source.data) == repr(expected)  # true is not 1, and 1 is not 1.0


@pytest.mark.parametrize("path", BAD, ids=lambda path: path.stem)
def test_bad(path: Path) -> None:
    source = yaml.parse(content(path), path.name)
    said = "".join(f"{problem}\n" for problem in source.problems)
    assert said == path.with_suffix(".expected").read_text(encoding="utf-8")
    for problem in source.problems:
        assert problem.hint, f"what is to be done? {problem}"
        assert "hunter2" not in str(problem), "a secret is not repeated"


def test_nothing_lies_about_unused() -> None:
    for folder, suffix in (("good", ".json"), ("bad", ".expected")):
        stems = [{p.stem for p in (HERE / folder).glob(f"*{s}")} for s in (".yaml", suffix)]
        assert stems[0] == stems[1]


def test_a_file_that_is_not_there_or_no_file(tmp_path: Path) -> None:
    missing = yaml.parse(content(tmp_path / "no.yaml"), "no.yaml")
    folder = yaml.parse(content(tmp_path), "folder")
    assert [str(p).splitlines()[0] for p in missing.problems + folder.problems] == [
        "no.yaml:1:1: cannot be read: No such file or directory",
        "folder:1:1: not an ordinary file",
    ]


def test_a_file_too_large_is_not_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "MAX_BYTES", 10)
    (tmp_path / "a.yaml").write_text("a: 1\nb: 2\nc: 3\n")
    (problem,) = yaml.parse(content(tmp_path / "a.yaml"), "a.yaml").problems
    assert str(problem) == (
        "a.yaml:1:1: the file has 15 bytes, more than 10\n  hint: split it into several files"
    )


def test_aliases_may_repeat_what_a_large_file_shares() -> None:
    lines = ["shared: &shared {a: 1, b: 2, c: 3}", "items:"]
    lines += [f"  i{n}: {{id: {n}, common: *shared}}" for n in range(30_000)]
    source = yaml.parse("\n".join(lines).encode(), "a.yaml")
    assert source.problems == []


@pytest.mark.parametrize("width", [2, 3, 10, 30])
def test_no_alias_bomb_unfolds(width: int) -> None:
    """Whatever its shape, what comes out is bounded by what was written."""
    lines = ["a0: &a0 [x]"]
    lines += [f"a{i}: &a{i} [{', '.join([f'*a{i - 1}'] * width)}]" for i in range(1, 39)]
    source = yaml.parse("\n".join(lines).encode(), "a.yaml")
    (problem,) = source.problems
    assert "aliases unfold to more than" in str(problem.message)
    assert source.data is None
