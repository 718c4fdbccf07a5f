"""Both sides of the gate are read at the path as it is written: no link, submodule or variable changes it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.scratch import DAY, Scratch, soccheck

GATE = ("gate", "--details", "inv", "--policies", "pol", "--as-of", DAY)


def worse(scratch: Scratch) -> None:
    scratch.edit("inv/hosts.yaml", "{realtime: true}", "{realtime: false}")


def of(scratch: Scratch, folder: str) -> subprocess.CompletedProcess[str]:
    return scratch.run("gate", "--details", folder, "--policies", "pol", "--as-of", DAY)


@pytest.mark.parametrize("name", ["inv", "pol"])
def test_a_folder_that_becomes_a_link_is_refused(scratch: Scratch, name: str) -> None:
    """Otherwise both sides would read the folder that it leads to, and nothing would be worse."""
    for path in (scratch.root / name).iterdir():
        scratch.write(f"other/{path.name}", path.read_text(encoding="utf-8"))
    scratch.commit("another")
    (scratch.root / name).rename(scratch.root / f"{name}-was")
    (scratch.root / name).symlink_to("other")
    done = scratch.gate()
    assert done.returncode == 2
    assert f"{name} is a link, or behind one" in done.stderr
    assert "what is judged must be what is reviewed" in done.stderr


def test_a_parent_that_becomes_a_link_is_refused(scratch: Scratch) -> None:
    for folder in ("a", "b"):
        for path in (scratch.root / "inv").iterdir():
            scratch.write(f"{folder}/inv/{path.name}", path.read_text(encoding="utf-8"))
    scratch.commit("two")
    assert of(scratch, "a/inv").returncode == 0
    (scratch.root / "a").rename(scratch.root / "was")
    (scratch.root / "a").symlink_to("b")
    for given in ("a/inv", "./b/../a/inv", str(scratch.root / "a" / "inv")):
        done = of(scratch, given)
        assert done.returncode == 2, given
        assert "is a link, or behind one" in done.stderr


def test_a_link_that_dots_hide_is_refused(scratch: Scratch) -> None:
    """`link/../inv` is another folder than `inv` to whoever opens it."""
    for path in (scratch.root / "inv").iterdir():
        scratch.write(f"deep/inv/{path.name}", path.read_text(encoding="utf-8"))
    scratch.write("deep/below/x.txt", "")
    (scratch.root / "link").symlink_to("deep/below")
    scratch.commit("link")
    done = of(scratch, "link/../inv")
    assert done.returncode == 2
    assert "link/../inv is a link, or behind one" in done.stderr


def test_a_link_at_the_base_is_refused(scratch: Scratch) -> None:
    (scratch.root / "inv").rename(scratch.root / "real")
    (scratch.root / "inv").symlink_to("real")
    base = scratch.commit("link")
    (scratch.root / "inv").unlink()
    (scratch.root / "real").rename(scratch.root / "inv")
    done = scratch.gate()
    assert done.returncode == 2
    assert f"inv is a link in {base[:12]}" in done.stderr


def test_a_link_above_the_repository_changes_nothing(scratch: Scratch, tmp_path: Path) -> None:
    way = tmp_path / "way"
    way.symlink_to(scratch.root)
    inventory = str(way / "inv")
    for code in (0, 1):
        done = soccheck(
            "gate",
            "--details",
            inventory,
            "--policies",
            str(way / "pol"),
            "--as-of",
            DAY,
            cwd=tmp_path,
        )
        assert done.returncode == code, done.stderr
        worse(scratch)


def test_a_folder_that_becomes_a_submodule_is_refused(scratch: Scratch, tmp_path: Path) -> None:
    """Its reference would be one of its own repository: the same as what is checked out."""
    other = Scratch(tmp_path / "other")
    for path in (scratch.root / "inv").iterdir():
        scratch.write(f"sub/inv/{path.name}", path.read_text(encoding="utf-8"))
    scratch.commit("an ordinary folder")
    assert of(scratch, "sub/inv").returncode == 0
    scratch.git("rm", "-rqf", "sub")
    allowed = ("-c", "protocol.file.allow=always")
    scratch.git(*allowed, "submodule", "add", "-q", str(other.root), "sub")
    done = of(scratch, "sub/inv")
    assert done.returncode == 2
    assert "sub/inv is in a submodule" in done.stderr
    inside = soccheck(*GATE, cwd=scratch.root / "sub")
    assert inside.returncode == 0, "the submodule's own gate"
    base = scratch.commit("submodule")
    scratch.git("rm", "-qf", "sub")
    for path in (scratch.root / "inv").iterdir():
        scratch.write(f"sub/inv/{path.name}", path.read_text(encoding="utf-8"))
    done = of(scratch, "sub/inv")
    assert done.returncode == 2
    assert f"sub is a submodule in {base[:12]}" in done.stderr


@pytest.mark.parametrize("variable", ["GIT_DIR", "GIT_COMMON_DIR"])
def test_a_variable_changes_no_side(scratch: Scratch, tmp_path: Path, variable: str) -> None:
    other = Scratch(tmp_path / "other")
    worse(other)
    other.commit("worse")
    worse(scratch)
    env = {variable: str(other.root / ".git")}
    done = soccheck(*GATE, cwd=scratch.root, env=env)
    assert done.returncode == 1, done.stderr


def test_a_hook_of_a_linked_work_tree_compares_with_its_own_head(
    scratch: Scratch, tmp_path: Path
) -> None:
    hook = scratch.root / ".git/hooks/pre-commit"
    hook.parent.mkdir(exist_ok=True)
    hook.write_text(f"#!/bin/sh\nexec {sys.executable} -m soccheck {' '.join(GATE)}\n")
    hook.chmod(0o755)
    beside = tmp_path / "beside"
    scratch.git("worktree", "add", "-q", "-b", "beside", str(beside))
    scratch.root = beside
    scratch.commit("nothing")
    good = (beside / "inv/hosts.yaml").read_text(encoding="utf-8")
    worse(scratch)
    with pytest.raises(subprocess.CalledProcessError) as stopped:
        scratch.commit("worse")
    assert "T-REALTIME" in stopped.value.stderr + stopped.value.stdout
    scratch.write("inv/hosts.yaml", good)  # where the gate looks, and not what is committed
    with pytest.raises(subprocess.CalledProcessError) as stopped:
        scratch.git("commit", "-qm", "worse")
    assert "'inv/hosts.yaml' is not as it is about to be committed" in stopped.value.stderr


@pytest.mark.parametrize("name", ["inv/waivers.yaml", "inv/new.yaml", "pol/trial.yaml"])
def test_a_hook_judges_what_is_committed(scratch: Scratch, name: str) -> None:
    """The work tree has the file as before, or has one more; the commit has it not."""
    hook = {"GIT_INDEX_FILE": ".git/index"}
    scratch.write("inv/notes.txt", "no part of the inventory\n")
    assert soccheck(*GATE, cwd=scratch.root, env=hook).returncode == 0
    if name == "inv/new.yaml":
        scratch.write(name, NEW)
    else:
        scratch.git("rm", "-q", "--cached", name)
    done = soccheck(*GATE, cwd=scratch.root, env=hook)
    assert done.returncode == 2
    assert f"'{name}' is not as it is about to be committed" in done.stderr
    assert f"git add {name}" in " ".join(done.stderr.split())
    scratch.git("add", name)
    assert soccheck(*GATE, cwd=scratch.root, env=hook).returncode == 0


@pytest.mark.parametrize("flag", ["--skip-worktree", "--assume-unchanged"])
@pytest.mark.parametrize("name", ["inv/hosts.yaml", "pol/trial.yaml"])
def test_a_file_that_git_overlooks_is_not_judged(scratch: Scratch, flag: str, name: str) -> None:
    """Commits may have anything where the work tree has the good copy."""
    scratch.git("update-index", flag, name)
    done = scratch.gate()
    assert done.returncode == 2
    assert f"'{name}': git does not tell what changed in it" in done.stderr
    assert f"-{flag.removeprefix('-')} {name}".replace("--", "--no-", 1) in done.stderr
    told = soccheck(*GATE, cwd=scratch.root, env={"GIT_LITERAL_PATHSPECS": "1"})
    assert (told.returncode, told.stderr) == (2, done.stderr)
    scratch.git("update-index", flag.replace("--", "--no-"), name)
    assert scratch.gate().returncode == 0


def test_a_sparse_work_tree_is_not_judged(scratch: Scratch) -> None:
    scratch.git("sparse-checkout", "set", "--no-cone", "/*", "!/inv/fleets.yaml")
    done = scratch.gate("--fail-on", "new")
    assert done.returncode == 2
    assert "git sparse-checkout disable" in done.stderr
    scratch.git("sparse-checkout", "set", "--no-cone", "/inv", "/pol")
    assert scratch.gate().returncode == 0


@pytest.mark.parametrize("name", ["filter=x", "ident", "working-tree-encoding=UTF-7"])
def test_a_file_that_git_alters_is_not_judged(scratch: Scratch, name: str) -> None:
    scratch.write(".gitattributes", f"inv/hosts.yaml {name}\n*.csv filter=lfs\n* eol=lf\n")
    done = scratch.gate()
    assert done.returncode == 2
    assert "'inv/hosts.yaml': git does not tell what changed in it" in done.stderr
    assert f"take {name} out of" in done.stderr.replace("ident=set", "ident")


@pytest.mark.parametrize("name", ["filter=x", "ident"])
def test_a_file_that_git_would_alter_is_not_judged(scratch: Scratch, name: str) -> None:
    """A new file is not in the index yet; a commit of it would have something else."""
    scratch.write(".gitattributes", f"inv/new.yaml {name}\n")
    scratch.write("inv/new.yaml", NEW)
    done = scratch.gate()
    assert done.returncode == 2
    assert "'inv/new.yaml': git does not tell what changed in it" in done.stderr


NEW = "hosts: {web-3: {organization: so, role: server, antivirus: {realtime: true}}}\n"


@pytest.mark.parametrize(
    ("name", "text", "told"),
    [
        ("inv/mail.yaml", None, ".gitignore"),
        ("inv/mail.yaml", None, ".git/info/exclude"),
        ("inv/below/hosts.csv", "id,organization,role\nweb-3,so,server\n", ".gitignore"),
        ("inv/fw.conf", "config system global\nend\n", ".gitignore"),
        ("inv/signed.pdf", "%PDF", ".gitignore"),
        ("pol/more.yaml", "policy: more\n", ".gitignore"),
    ],
)
def test_a_file_that_git_does_not_keep_is_not_judged(
    scratch: Scratch, name: str, text: str | None, told: str
) -> None:
    """It may supply at one desk what the commit leaves out: here the host that it deletes."""
    hosts = (scratch.root / "inv/hosts.yaml").read_text(encoding="utf-8")
    kept, mark, moved = hosts.partition("  mail-1:")
    scratch.write(told, f"{name}\n.hidden\n*.bak\n")
    if text is None:
        scratch.write("inv/hosts.yaml", kept)
    elif name == "inv/fw.conf":
        text_ = "firewalls: {fw: {organization: so, firewall: {ruleset: fw.conf}}}\n"
        scratch.write("inv/firewalls.yaml", text_)
    elif name == "inv/signed.pdf":
        scratch.write("inv/attestations.yaml", ATTESTED)
    scratch.write("inv/.hidden/hosts.yaml", NEW)
    scratch.write("inv/hosts.yaml.bak", NEW)
    scratch.commit("what git keeps of it")
    scratch.write(name, text if text is not None else f"hosts:\n{mark}{moved}")
    if name.startswith("pol/"):
        scratch.write(name, (scratch.root / "pol/trial.yaml").read_text().replace("T-", "M-"))
        scratch.edit(name, "policy: trial", "policy: more")
    done = scratch.gate()
    assert done.returncode == 2
    assert f"'{name}': git does not tell what changed in it" in done.stderr
    assert f"git check-ignore -v {name}" in " ".join(done.stderr.split())


ATTESTED = f"""\
attestations:
  a-1:
    assets: [portal]
    facts: {{dossier.status: approved}}
    signer: Nguyễn Văn A
    role: Director
    document: {{path: signed.pdf, sha256: {"a" * 64}}}
    from: 2024-01-01
    to: 2024-12-31
"""


@pytest.mark.parametrize("name", ["inv/more", "pol"])
@pytest.mark.parametrize("registered", [True, False])
def test_a_repository_inside_is_not_judged(
    scratch: Scratch, tmp_path: Path, name: str, registered: bool
) -> None:
    """A commit would have the id of another repository's commit, and none of its files."""
    other = tmp_path / "other"
    other.mkdir()
    if name == "pol":
        (scratch.root / "pol/trial.yaml").rename(other / "trial.yaml")
        scratch.git("rm", "-rqf", "pol")
        scratch.commit("policies go")
        scratch.git("reset", "-q", "--soft", "HEAD~1")
    else:
        (other / "hosts.yaml").write_text(NEW, encoding="utf-8")
    for words in (("init", "-q"), ("add", "-A"), ("commit", "-qm", "other")):
        scratch.git("-C", str(other), *words)
    if registered:
        allowed = ("-c", "protocol.file.allow=always")
        scratch.git(*allowed, "submodule", "add", "-q", "--force", str(other), name)
    else:
        scratch.git("clone", "-q", str(other), name)
    done = scratch.gate()
    assert done.returncode == 2
    assert f"'{name}" in done.stderr
    assert "keep its files in this repository" in " ".join(done.stderr.split())
