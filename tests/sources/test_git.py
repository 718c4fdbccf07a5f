"""Reading a folder, and the same folder as git keeps it: the same files, the same refusals."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from soccheck.errors import UsageError
from soccheck.sources import files
from soccheck.sources.commits import named
from soccheck.sources.files import Entry, Fault, Folder, Memory
from soccheck.sources.git import Repository, Tree
from soccheck.sources.work_tree import top
from tests.scratch import Scratch


def tree(repository: Repository, path: str, ref: str = "HEAD") -> Tree:
    found = repository.tree(named(repository, ref), path)
    assert found is not None
    return found


def both(scratch: Scratch) -> tuple[list[Entry], list[Entry]]:
    scratch.commit("next")
    with Repository(scratch.root, os.environ) as repository:
        return Folder(scratch.root / "inv").entries(), tree(repository, "inv").entries()


def names(entries: list[Entry]) -> list[tuple[str, str | None]]:
    return [(entry.name, str(entry.fault.message) if entry.fault else None) for entry in entries]


def test_a_commit_has_the_files_a_folder_has_in_the_same_order(scratch: Scratch) -> None:
    for name in ("a/b.yaml", "a-b.yaml", "a.yaml", "Z.yml", ".hidden.yaml", "x/.y/z.yaml", "n.txt"):
        scratch.write(f"inv/{name}", "hosts: {}\n")
    on_disk, in_git = both(scratch)
    assert names(on_disk) == names(in_git)
    assert [entry.name for entry in on_disk][:4] == ["Z.yml", "a/b.yaml", "a-b.yaml", "a.yaml"]
    with Repository(scratch.root, os.environ) as repository:
        found = tree(repository, "inv")
        for entry in found.entries():
            raw = (scratch.root / "inv" / entry.name).read_bytes()
            assert found.read(entry) == raw


def test_links_are_judged_alike(scratch: Scratch) -> None:
    links = {
        "inside.yaml": "hosts.yaml",
        "sub/up.yaml": "../hosts.yaml",
        "out.yaml": "../pol/trial.yaml",
        "root.yaml": "/etc/passwd",
        "far.yaml": "../../../../etc/passwd",
        "none.yaml": "nothing.yaml",
        "out.txt": "/etc/passwd",
        "folder": "..",
        "hidden-file.yaml": ".kept.yaml",
        "hidden-folder": ".kept",
        "into-hidden.yaml": ".kept/hosts.yaml",
        "through-hidden.yaml": ".kept/up.yaml",
        ".kept/up.yaml": "../hosts.yaml",
    }
    scratch.write("inv/.kept.yaml", "hosts: {}\n")
    scratch.write("inv/.kept/hosts.yaml", "hosts: {}\n")
    for name, target in links.items():
        path = scratch.root / "inv" / name
        path.parent.mkdir(exist_ok=True)
        path.symlink_to(target)
    on_disk, in_git = both(scratch)
    assert names(on_disk) == names(in_git)
    said = dict(names(in_git))
    assert said["inside.yaml"] is None
    assert said["sub/up.yaml"] is None
    assert said["none.yaml"] == "cannot be read: the link leads nowhere"
    for name in ("out.yaml", "root.yaml", "far.yaml", "out.txt", "folder"):
        assert said[name] == str(files.LEADS_OUT)
    for name in ("hidden-file.yaml", "hidden-folder", "into-hidden.yaml"):
        assert said[name] == str(files.HIDDEN.message)
    assert said["through-hidden.yaml"] is None
    assert not [name for name in said if name.startswith(".")]
    with Repository(scratch.root, os.environ) as repository:
        found = tree(repository, "inv")
        entries = {entry.name: entry for entry in found.entries()}
        assert found.read(entries["inside.yaml"]) == found.read(entries["hosts.yaml"])
        assert isinstance(found.read(entries["root.yaml"]), Fault)


def test_a_link_in_a_commit_is_a_fault_of_the_gate_too(scratch: Scratch) -> None:
    (scratch.root / "inv/out.yaml").symlink_to("/etc/passwd")
    scratch.commit("link")
    done = scratch.gate()
    assert done.returncode == 2
    assert "inv/out.yaml:1:1: the link leads out of the folder" in done.stderr
    (scratch.root / "inv/out.yaml").unlink()
    done = scratch.gate()
    assert done.returncode == 2
    assert "what stands there cannot be judged" in done.stderr
    assert "the link leads out of the folder" in done.stderr


def test_a_chain_of_links_ends(scratch: Scratch) -> None:
    for one, other in (("a.yaml", "b.yaml"), ("b.yaml", "a.yaml")):
        (scratch.root / "inv" / one).symlink_to(other)
    scratch.commit("circle")
    with Repository(scratch.root, os.environ) as repository:
        said = dict(names(tree(repository, "inv").entries()))
    assert said["a.yaml"] == said["b.yaml"] == "cannot be read: the link leads nowhere"
    assert scratch.gate().returncode == 2


def test_a_submodule_is_said_not_passed_over(scratch: Scratch, tmp_path: Path) -> None:
    other = Scratch(tmp_path / "other")
    scratch.git(
        "-c", "protocol.file.allow=always", "submodule", "add", "-q", str(other.root), "inv/sub"
    )
    scratch.commit("submodule")
    with Repository(scratch.root, os.environ) as repository:
        assert ("sub", "a submodule is not read") in names(tree(repository, "inv").entries())


def test_a_file_name_that_cannot_be_printed_is_refused(scratch: Scratch) -> None:
    for name in (b"a\n::set-output name=x::y.yaml", b"b\x1b[2J.yaml", b"c\xff.yaml"):
        Path(os.fsdecode(os.fsencode(scratch.root / "inv") + b"/" + name)).write_text("{}")
    on_disk, in_git = both(scratch)
    assert names(on_disk) == names(in_git)
    assert sum(entry.fault is not None for entry in in_git) == 3
    done = scratch.gate()
    assert done.returncode == 2
    assert "\x1b" not in done.stderr
    assert not [line for line in done.stderr.splitlines() if line.lstrip().startswith("::")]


def test_a_huge_file_is_refused_before_it_is_read(
    scratch: Scratch, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = scratch.root / "inv/huge.yaml"
    with path.open("wb") as file:
        file.truncate(files.MAX_BYTES + 1)
    done = scratch.gate()
    assert done.returncode == 2
    assert "inv/huge.yaml:1:1: the file has 536870913 bytes" in done.stderr
    path.write_text("x" * 4000 + "\n", encoding="utf-8")
    scratch.commit("large")
    monkeypatch.setattr(files, "MAX_BYTES", 3000)
    with Repository(scratch.root, os.environ) as repository:
        found = tree(repository, "inv")
        contents = {entry.name: found.read(entry) for entry in found.entries()}
    assert isinstance(contents["huge.yaml"], Fault)
    assert isinstance(contents["hosts.yaml"], bytes)  # the answer after it is still its own


def test_what_is_not_there(scratch: Scratch, tmp_path: Path) -> None:
    with Repository(scratch.root, os.environ) as repository:
        commit = named(repository, "HEAD")
        assert repository.tree(commit, "nothing") is None
        assert repository.tree(commit, "inv/hosts.yaml") is None
        assert repository.blob(commit, "inv") is None
        assert repository.blob(commit, "inv/hosts.yaml") is not None
        assert repository.get("HEAD\nHEAD") is None
        for ref in ("", "-h", "HEAD:inv", "0" * 40):
            with pytest.raises(UsageError):
                named(repository, ref)
    with (
        Repository(tmp_path, os.environ) as repository,
        pytest.raises(UsageError, match="cannot be asked"),
    ):
        named(repository, "HEAD")


def test_the_whole_repository_can_be_the_folder(scratch: Scratch) -> None:
    with Repository(scratch.root, os.environ) as repository:
        assert "inv/hosts.yaml" in [entry.name for entry in tree(repository, "").entries()]


def test_a_replaced_commit_is_not_believed(scratch: Scratch) -> None:
    before = scratch.git("rev-parse", "HEAD").strip()
    scratch.edit("inv/hosts.yaml", "{realtime: true}", "{realtime: false}")
    after = scratch.commit("worse")
    assert scratch.gate("--base", before).returncode == 1
    scratch.git("replace", before, after)
    assert scratch.gate("--base", before).returncode == 1


def test_repositories_with_long_ids_work(scratch: Scratch, tmp_path: Path) -> None:
    root = tmp_path / "long"
    root.mkdir()
    made = subprocess.run(
        ["git", "init", "-q", "--object-format=sha256", str(root)], capture_output=True, check=False
    )
    if made.returncode:
        pytest.skip("this git has no SHA-256 repositories")
    for name in ("inv", "pol"):
        (scratch.root / name).rename(root / name)
    scratch.root = root
    scratch.commit("base")
    assert scratch.gate().returncode == 0
    scratch.edit("inv/hosts.yaml", "{realtime: true}", "{realtime: false}")
    assert scratch.gate().returncode == 1


def test_a_shallow_clone_and_a_work_tree_work(scratch: Scratch, tmp_path: Path) -> None:
    scratch.commit("second")
    shallow = tmp_path / "shallow"
    scratch.git("clone", "-q", "--depth=1", f"file://{scratch.root}", str(shallow))
    beside = tmp_path / "beside"
    scratch.git("worktree", "add", "-q", str(beside), "HEAD")
    for root in (shallow, beside):
        scratch.root = root
        assert top(root / "inv") == root.resolve()
        assert scratch.gate().returncode == 0
    assert scratch.gate("--base", "HEAD^").returncode == 0


def test_memory_lies_over_a_folder(scratch: Scratch) -> None:
    over = Memory({"hosts.yaml": b"new", "z.yaml": b"z"}, Folder(scratch.root / "inv"))
    contents = {entry.name: over.read(entry) for entry in over.entries()}
    assert contents["hosts.yaml"] == b"new"
    assert contents["z.yaml"] == b"z"
    assert contents["fleets.yaml"] == (scratch.root / "inv/fleets.yaml").read_bytes()
    assert list(contents) == sorted(contents)


def test_a_folder_git_cannot_list_is_an_error_not_an_empty_one(scratch: Scratch) -> None:
    scratch.write("inv/below/more.yaml", "hosts: {}\n")
    commit = scratch.commit("below")
    key = scratch.git("rev-parse", f"{commit}:inv/below").strip()
    (scratch.root / ".git/objects" / key[:2] / key[2:]).unlink()
    with (
        Repository(scratch.root, os.environ) as repository,
        pytest.raises(UsageError, match=r"cannot be asked: (fatal|error): ") as caught,
    ):
        repository.tree(commit, "inv")
    assert "git fsck" in str(caught.value.hint)


def test_a_folder_that_is_executable_or_deep_is_read_whole(scratch: Scratch) -> None:
    deep = "/".join(["d"] * 60)
    scratch.write(f"inv/{deep}/a.yaml", "hosts: {}\n")
    scratch.write("inv/run.yaml", "hosts: {}\n").chmod(0o755)
    on_disk, in_git = both(scratch)
    assert names(on_disk) == names(in_git)
    assert {"run.yaml", f"{deep}/a.yaml"} <= {entry.name for entry in in_git}


def test_a_commit_is_read_from_a_folder_below_the_top(scratch: Scratch) -> None:
    with Repository(scratch.root / "inv", os.environ) as repository:
        assert "hosts.yaml" in [entry.name for entry in tree(repository, "inv").entries()]
