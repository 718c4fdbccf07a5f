"""Every folder of `bad/` is refused with exactly the faults of its `expected.txt`, in reading order."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from soccheck.errors import InputError, UsageError
from soccheck.inventory import load as inventory
from soccheck.model import Problem
from tests.kit import BASE, written

CASES = sorted(path for path in (Path(__file__).parent / "bad").iterdir() if path.is_dir())


def faults(folder: Path, shown: str) -> list[Problem]:
    with pytest.raises(InputError) as caught:
        inventory.load(folder, shown)
    assert caught.value.exit_code == 2
    problems = [problem for problem in caught.value.problems if isinstance(problem, Problem)]
    assert len(problems) == len(caught.value.problems)
    return problems


@pytest.mark.parametrize("folder", CASES, ids=lambda folder: folder.name)
def test_bad(folder: Path) -> None:
    problems = faults(folder, folder.name)
    said = "".join(f"{problem}\n" for problem in problems)
    assert said == (folder / "expected.txt").read_text(encoding="utf-8")
    assert len(problems) == len(set(problems)), "said twice"
    for problem in problems:
        assert problem.hint, f"what is to be done? {problem}"
        assert "hunter2" not in str(problem), "a secret is not repeated"


def lines(folder: Path) -> list[str]:
    return [f"{problem.where}: {problem.message}" for problem in faults(folder, "inv")]


def test_no_such_folder(tmp_path: Path) -> None:
    (tmp_path / "file.yaml").write_text(BASE)
    with pytest.raises(UsageError, match="no such folder") as caught:
        inventory.load(tmp_path / "none", "inventories/none")
    assert "soccheck init" in str(caught.value.hint)
    with pytest.raises(UsageError, match="is a file: an inventory is a folder"):
        inventory.load(tmp_path / "file.yaml", "file.yaml")


def test_empty_folder(tmp_path: Path) -> None:
    assert lines(tmp_path) == ["inv:1:1: no inventory here: no YAML file"]


def test_link_out_of_the_folder(tmp_path: Path) -> None:
    inv = written(tmp_path / "inv", a=BASE)
    outside = written(tmp_path / "outside", b="systems: {s: {organization: o}}")
    (inv / "file.yaml").symlink_to(outside / "b.yaml")
    (inv / "folder").symlink_to(outside)
    assert lines(inv) == [
        "inv/file.yaml:1:1: the link leads out of the folder",
        "inv/folder:1:1: the link leads out of the folder",
    ]


def test_link_within_the_folder_is_a_file_like_any_other(tmp_path: Path) -> None:
    inv = written(tmp_path, a=BASE)
    written(inv / "sub", b="systems: {s: {organization: o}}")
    (inv / "z.yaml").symlink_to(inv / "sub" / "b.yaml")
    assert lines(inv) == [
        "inv/z.yaml:1:11: a second asset 's': the first stands among the systems at inv/sub/b.yaml:1:11"
    ]


@pytest.mark.parametrize("target", ["b.yaml", "missing.yaml"])
def test_link_that_leads_nowhere(tmp_path: Path, target: str) -> None:
    """Left out in silence, its assets would be missing from every figure."""
    (written(tmp_path, a=BASE) / "b.yaml").symlink_to(target)
    (line,) = lines(tmp_path)
    assert line.startswith("inv/b.yaml:1:1: cannot be read: ")


def test_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(written(tmp_path, a=BASE) / "b.yaml")
    assert lines(tmp_path) == ["inv/b.yaml:1:1: not an ordinary file"]


def test_folder_that_cannot_be_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    closed = written(tmp_path, a=BASE) / "closed"
    closed.mkdir()
    scandir = os.scandir

    def refusing(path: str) -> object:
        if Path(path) == closed:
            raise PermissionError(13, "Permission denied", str(path))
        return scandir(path)

    monkeypatch.setattr(os, "scandir", refusing)
    assert lines(tmp_path) == ["inv/closed:1:1: cannot be read: Permission denied"]


def test_a_hostile_file_name_is_made_harmless(tmp_path: Path) -> None:
    name = "a\x1b[31m\u202e.yaml"
    (tmp_path / name).write_text("a: 1\n")
    (problem, *_) = faults(tmp_path, "inv")
    assert str(problem.where) == "inv/a\\u001b[31m\\u202e.yaml:1:1"


def test_not_utf_8_among_other_faults(tmp_path: Path) -> None:
    written(tmp_path, a=BASE, c="systems: {s: {organization: p}}")
    (tmp_path / "b.yaml").write_bytes(b"systems: {t: {organization: \xff}}")
    assert lines(tmp_path) == ["inv/b.yaml:1:29: not UTF-8: byte 0xff"]
