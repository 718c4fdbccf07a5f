"""Which commit the gate compares with, and where the inventory was then; or a word why not."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from tests.cli.test_gate import scope
from tests.scratch import DAY, Scratch, soccheck

ON, OFF = "{realtime: true}", "{realtime: false}"
Run = subprocess.CompletedProcess[str]


def worse(scratch: Scratch) -> None:
    scratch.edit("inv/hosts.yaml", ON, OFF)


def better(scratch: Scratch) -> None:
    scratch.edit("inv/hosts.yaml", OFF, ON)


def of(scratch: Scratch, folder: str, *arguments: str) -> Run:
    long = [] if "--report" in arguments else ["--details"]
    return scratch.run("gate", *long, folder, "--policies", "pol", "--as-of", DAY, *arguments)


def said(done: Run) -> str:
    return " ".join((done.stdout + done.stderr).split())


# -- the merge base --------------------------------------------------------------------------------


@pytest.fixture
def behind(scratch: Scratch) -> Scratch:
    """A branch that changes nothing, behind a main that became better."""
    scratch.git("checkout", "-q", "-b", "change")
    scratch.write("README", "a change of something else\n")
    scratch.commit("else")
    scratch.git("checkout", "-q", "main")
    better(scratch)
    scratch.commit("better")
    scratch.git("checkout", "-q", "change")
    return scratch


def test_a_branch_behind_its_base_is_judged_by_where_it_left(behind: Scratch) -> None:
    """As `git diff main...change` shows it: what main has mended since is not this change's doing."""
    left = behind.git("merge-base", "main", "HEAD").strip()
    done = behind.gate("--base", "main")
    assert done.returncode == 0, done.stdout
    assert f"Compared with main...HEAD ({left[:12]})" in said(done)
    done = behind.gate("--base", "main", "--no-merge-base")
    assert done.returncode == 1
    main = behind.git("rev-parse", "main").strip()
    assert f"Compared with main ({main[:12]})" in said(done)


def test_a_branch_that_is_worse_stops_wherever_main_is(behind: Scratch) -> None:
    worse(behind)
    assert behind.gate("--base", "main").returncode == 1
    behind.commit("worse")
    assert behind.gate("--base", "main").returncode == 1
    assert behind.gate("--base", "main", "--no-merge-base").returncode == 1


def test_a_stored_result_and_evidence_are_those_of_the_merge_base(behind: Scratch) -> None:
    behind.git("checkout", "-q", "main")
    behind.baseline("base.json")
    behind.commit("baseline")
    behind.git("checkout", "-q", "change")
    done = behind.gate("--base", "main", "--baseline", "base.json")
    assert done.returncode == 2
    assert "main...HEAD" in done.stderr
    assert (
        behind.gate("--base", "main", "--baseline", "base.json", "--no-merge-base").returncode == 1
    )


def test_branches_without_a_common_commit_are_not_compared(scratch: Scratch) -> None:
    scratch.git("checkout", "-q", "--orphan", "other")
    scratch.commit("a history of its own")
    done = scratch.gate("--base", "main")
    assert done.returncode == 2
    assert "HEAD and main have no commit in common" in done.stderr
    assert scratch.gate("--base", "main", "--no-merge-base").returncode == 0


def test_a_branch_that_left_at_several_commits_is_not_compared_with_one_of_them(
    scratch: Scratch,
) -> None:
    for branch in ("one", "other"):
        scratch.git("checkout", "-q", "-b", branch, "main")
        scratch.write(branch, branch)
        scratch.commit(branch)
    other = scratch.git("rev-parse", "other").strip()
    scratch.git("merge", "-q", "--no-edit", "one")
    scratch.git("checkout", "-q", "one")
    scratch.git("merge", "-q", "--no-edit", other)
    done = scratch.gate("--base", "other")
    assert done.returncode == 2
    assert "HEAD left other at 2 commits" in done.stderr
    assert scratch.gate("--base", "other", "--no-merge-base").returncode == 0


# -- clones ----------------------------------------------------------------------------------------


def cloned(scratch: Scratch, place: Path, *options: str) -> Scratch:
    url = f"file://{scratch.root}"
    subprocess.run(["git", "clone", "-q", *options, url, str(place)], check=True)
    found = Scratch.__new__(Scratch)
    found.root = place
    return found


def test_a_shallow_clone_says_what_to_fetch(behind: Scratch, tmp_path: Path) -> None:
    clone = cloned(behind, tmp_path / "clone", "--depth=1", "--no-single-branch")
    worse(clone)
    done = clone.gate("--base", "origin/main")
    assert done.returncode == 2
    assert "this clone is shallow: where HEAD left origin/main is not in it" in done.stderr
    assert "git fetch --unshallow" in done.stderr
    clone.git("fetch", "-q", "--unshallow")
    assert clone.gate("--base", "origin/main").returncode == 1
    # what is here is enough where the reference itself is an ancestor
    clone = cloned(behind, tmp_path / "two", "--depth=2")
    assert clone.gate("--base", "HEAD^").returncode == 0
    worse(clone)
    assert clone.gate("--base", "HEAD^").returncode == 1


def test_a_shallow_history_is_not_trusted_for_an_older_commit_in_common(
    scratch: Scratch, tmp_path: Path
) -> None:
    """A cut history may show an older common commit: there the debts would be older, too."""
    worse(scratch)
    old = scratch.commit("worse, long ago")
    better(scratch)
    better(scratch)
    scratch.commit("mended")
    scratch.git("checkout", "-q", "-b", "change")
    scratch.commit("nothing")
    scratch.git("checkout", "-q", "main")
    scratch.commit("more")
    clone = cloned(scratch, tmp_path / "clone", "--no-single-branch")
    clone.git("checkout", "-q", "change")
    worse(clone)
    assert clone.gate("--base", "origin/main").returncode == 1
    # as a fetch would write it that cuts main off right above the old commit
    (clone.root / ".git/shallow").write_text(f"{old}\n", encoding="ascii")
    assert clone.gate("--base", "origin/main").returncode == 2


def test_a_repository_of_sha256_names(tmp_path: Path) -> None:
    root = tmp_path / "long"
    root.mkdir()
    subprocess.run(
        ["git", "init", "-q", "-b", "main", "--object-format=sha256", str(root)], check=True
    )
    scratch = Scratch(root)
    assert len(scratch.git("rev-parse", "HEAD").strip()) == 64
    scratch.git("checkout", "-q", "-b", "change")
    assert scratch.gate("--base", "main").returncode == 0
    worse(scratch)
    head = scratch.commit("worse")
    assert scratch.gate("--base", "main").returncode == 1
    assert scratch.gate("--base", head).returncode == 0


def test_the_first_commit_of_all_is_all_new(scratch: Scratch) -> None:
    """A hook runs before it; nothing can be compared, and it says so."""
    scratch.git("checkout", "-q", "--orphan", "first")
    done = scratch.gate()
    assert done.returncode == 1
    assert "STOPPED by new (2), scope (1)." in done.stdout
    assert "HEAD has no such inventory: everything is new here" in said(done)
    assert scratch.gate("--base", "HEAD").returncode == 2
    (scratch.root / ".git/HEAD").write_text(f"{'1' * 40}\n", encoding="ascii")
    done = scratch.gate()
    assert done.returncode == 2
    assert "git knows no commit 'HEAD'" in done.stderr


# -- which commit a name means ---------------------------------------------------------------------


@pytest.mark.parametrize(
    ("other", "asked"),
    [
        ("refs/tags/main", "main"),
        ("refs/tags/origin/main", "origin/main"),
        ("refs/heads/origin/main", "origin/main"),
        ("refs/tags/origin/main", "origin/main~0"),
    ],
)
def test_a_name_of_two_things_is_refused(scratch: Scratch, other: str, asked: str) -> None:
    """Whoever may push a tag would choose what the change is held against."""
    scratch.git("update-ref", "refs/remotes/origin/main", "HEAD")
    scratch.git("checkout", "-q", "-b", "change")
    worse(scratch)
    scratch.commit("worse")
    assert scratch.gate("--base", asked).returncode == 1
    scratch.git("update-ref", other, "HEAD")
    done = scratch.gate("--base", asked)
    assert done.returncode == 2
    assert f"git knows several things by the name {asked!r}" in done.stderr
    assert scratch.gate("--base", "refs/heads/main").returncode == 1


def test_no_replacement_graft_or_graph_changes_a_side(scratch: Scratch) -> None:
    base = scratch.git("rev-parse", "HEAD").strip()
    scratch.git("checkout", "-q", "-b", "change")
    worse(scratch)
    head = scratch.commit("worse")
    scratch.git("replace", base, head)
    assert scratch.gate("--base", base).returncode == 1
    scratch.git("replace", "-d", base)
    # main, by a graft, would be a child of the change
    grafts = scratch.root / ".git/info/grafts"
    grafts.parent.mkdir(exist_ok=True)
    grafts.write_text(f"{base} {head}\n", encoding="ascii")
    assert scratch.gate("--base", "main").returncode == 1


@pytest.mark.parametrize(
    "variables",
    [
        {"GIT_OBJECT_DIRECTORY": "{other}/objects"},
        {"GIT_ALTERNATE_OBJECT_DIRECTORIES": "{other}/objects"},
        {"GIT_NAMESPACE": "x"},
        {"GIT_WORK_TREE": "{other}/.."},
        {"GIT_INDEX_FILE": "/nowhere"},
        {"GIT_GRAFT_FILE": "{grafts}"},
        {"GIT_SHALLOW_FILE": "{grafts}"},
        {"GIT_REPLACE_REF_BASE": "refs/heads/"},
        {"GIT_CEILING_DIRECTORIES": "/"},
        {"GIT_CONFIG_COUNT": "1", "GIT_CONFIG_KEY_0": "core.worktree", "GIT_CONFIG_VALUE_0": "/"},
        {"GIT_CONFIG_COUNT": "1", "GIT_CONFIG_KEY_0": "core.bare", "GIT_CONFIG_VALUE_0": "true"},
        {"GIT_CONFIG_PARAMETERS": "'core.commitgraph=true'"},
        {"GIT_LITERAL_PATHSPECS": "1", "GIT_GLOB_PATHSPECS": "0", "GIT_ICASE_PATHSPECS": "0"},
        {"GIT_TRACE": "1", "GIT_TRACE_SETUP": "1"},
        {"LC_ALL": "vi_VN.UTF-8", "LANGUAGE": "vi"},
    ],
    ids=lambda found: "-".join(found),
)
def test_no_variable_changes_a_side(
    scratch: Scratch, tmp_path: Path, variables: dict[str, str]
) -> None:
    other = Scratch(tmp_path / "other")
    worse(other)
    other.commit("worse")
    base = scratch.git("rev-parse", "HEAD").strip()
    worse(scratch)
    scratch.git("checkout", "-q", "-b", "change")
    head = scratch.commit("worse")
    grafts = tmp_path / "grafts"
    grafts.write_text(f"{base} {head}\n", encoding="ascii")
    env = {
        name: value.format(other=other.root / ".git", grafts=grafts)
        for name, value in variables.items()
    }
    gate = ("gate", "--details", "inv", "--policies", "pol", "--as-of", DAY, "--base", "main")
    assert soccheck(*gate, cwd=scratch.root, env=env).returncode == 1


# -- where the inventory was -----------------------------------------------------------------------


def test_an_inventory_that_the_base_has_not_is_all_new(scratch: Scratch) -> None:
    for path in (scratch.root / "inv").iterdir():
        scratch.write(f"other/{path.name}", path.read_text(encoding="utf-8"))
    for form in ("table", "markdown", "summary"):
        done = of(scratch, "other", "--report", form)
        assert done.returncode == 1
        assert "STOPPED by new (2), scope (1)." in done.stdout
        assert "has no such inventory: everything is new here" in said(done)


@pytest.mark.parametrize("place", ["other", "a/b/inv", "inv2"])
def test_an_inventory_that_was_moved_is_compared_with_where_it_was(
    scratch: Scratch, place: str
) -> None:
    (scratch.root / place).parent.mkdir(parents=True, exist_ok=True)
    scratch.git("mv", "inv", place)
    done = of(scratch, place)
    assert done.returncode == 0, done.stdout
    assert "The inventory was in inv then." in said(done)
    assert "Before this change: 2 failing" in said(done)
    scratch.edit(f"{place}/hosts.yaml", ON, OFF)
    assert of(scratch, place).returncode == 1
    scratch.edit(f"{place}/hosts.yaml", OFF, ON)
    scratch.git("rm", "-qf", f"{place}/fleets.yaml")
    done = of(scratch, place)
    assert "STOPPED by scope (1)." in done.stdout
    assert "formerly inv/fleets.yaml:2:3" in done.stdout


def test_an_authority_of_several_files_that_was_moved(scratch: Scratch) -> None:
    scratch.write("inv/figures.yaml", "authority: {soc: {operating: true}}\n")
    scratch.write("inv/zones.yaml", "report: {place: Thử}\n")
    scratch.commit("figures")
    scratch.git("mv", "inv", "other")
    done = of(scratch, "other")
    assert done.returncode == 0, done.stderr
    assert "The inventory was in inv then." in said(done)


def test_a_moved_inventory_keeps_what_is_said_of_the_authority(scratch: Scratch) -> None:
    path = scratch.root / "pol/trial.yaml"
    control = """\
  - id: T-PLAN
    title: {en: There is a plan, vi: Có kế hoạch}
    asset: authority
    require: {owner: another}
    severity: high
    label: {en: planned, vi: có kế hoạch}
    reference: [{source: made up, verified: unverified}]
    remediation: {en: Make one., vi: Lập kế hoạch.}
"""
    path = scratch.root / "pol/trial.yaml"
    path.write_text(path.read_text(encoding="utf-8") + control, encoding="utf-8")
    assert scratch.gate().returncode == 1
    scratch.commit("plan")
    scratch.git("mv", "inv", "other")
    done = of(scratch, "other")
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize("kept", ["hosts.yaml", "deep/hosts.yaml"])
def test_a_part_of_an_inventory_is_not_taken_for_the_whole(scratch: Scratch, kept: str) -> None:
    """What stays behind would be in no figure any more, and the other side would not have it either."""
    if "/" in kept:
        (scratch.root / "inv/deep").mkdir()
        scratch.git("mv", "inv/hosts.yaml", "inv/deep/hosts.yaml")
        scratch.git("mv", "inv/waivers.yaml", "inv/deep/waivers.yaml")
        (scratch.root / "inv/a").mkdir()
        for name in ("authority", "systems", "fleets"):
            scratch.git("mv", f"inv/{name}.yaml", f"inv/a/{name}.yaml")
        scratch.commit("deeper")
        assert scratch.gate().returncode == 0
        scratch.git("mv", "inv/a", "other")
    else:
        scratch.git("mv", "inv", "other")
        scratch.git("rm", "-qf", "other/hosts.yaml", "other/waivers.yaml")
    done = of(scratch, "other")
    if "/" in kept:
        assert done.returncode == 2
        assert "other was moved, and it is not clear from where" in done.stderr
        done = of(scratch, "other", "--base-inventory", "inv")
    assert done.returncode == 1
    assert "web-2 (host) is no longer listed" in done.stdout


def test_one_of_several_that_were_moved_is_asked_for(scratch: Scratch) -> None:
    for path in (scratch.root / "inv").iterdir():
        scratch.write(f"two/{path.name}", path.read_text(encoding="utf-8"))
    scratch.commit("two")
    scratch.git("mv", "inv", "a")
    assert of(scratch, "a").returncode == 0
    scratch.git("mv", "two", "b")
    done = of(scratch, "a")
    assert done.returncode == 2
    assert "--base-inventory FOLDER; no longer there: inv/authority.yaml, two/" in done.stderr
    assert of(scratch, "a", "--base-inventory", "inv").returncode == 0
    done = of(scratch, "a", "--base-inventory", "nowhere")
    assert done.returncode == 2
    assert "has no folder nowhere" in done.stderr


def test_policies_that_the_base_has_not_are_a_scope_change(scratch: Scratch) -> None:
    """Moved and made easier at once, they would find nothing that fails, and so nothing new."""
    scratch.git("mv", "pol", "rules")
    scratch.edit(
        "rules/trial.yaml", "{antivirus.realtime: true}", "{antivirus.realtime|exists: true}"
    )
    scratch.edit(
        "rules/trial.yaml", "{antivirus.realtime: true}", "{antivirus.realtime|exists: true}"
    )
    gate = ("gate", "--details", "inv", "--policies", "rules", "--as-of", DAY)
    done = scratch.run(*gate)
    assert done.returncode == 1
    assert "there were no policies in rules: what they asked is not known" in said(done)


# -- assets that were renamed ----------------------------------------------------------------------


def rename(scratch: Scratch, old: str, new: str) -> None:
    """Give an asset another id, wherever it is named, and say what it was."""
    for path in (scratch.root / "inv").iterdir():
        text = path.read_text(encoding="utf-8").replace(
            f"  {old}:\n", f"  {new}:\n    formerly: [{old}]\n"
        )
        path.write_text(
            text.replace(f"[{old}]\n    reason", f"[{new}]\n    reason"), encoding="utf-8"
        )


@pytest.mark.parametrize("name", ["web-2", "mail-1"])
def test_a_renamed_asset_is_the_same(scratch: Scratch, name: str) -> None:
    audit = ("audit", "inv", "--policies", "pol", "--as-of", DAY)
    scratch.run(*audit, "--report", "baseline=base.json", "--report", "json=former.json")
    rename(scratch, name, "new-name")
    for former in ((), ("--baseline", "base.json"), ("--baseline", "former.json")):
        done = scratch.gate(*former)
        assert done.returncode == 0, done.stdout
        assert scope(scratch, *former) == []
        told = f"Compared as the same by what formerly: says: {name} → new-name."
        assert told in said(done)
    assert told in said(scratch.gate("--report", "summary"))
    scratch.commit("renamed")
    assert scratch.gate().returncode == 0
    assert scratch.gate("--base", "HEAD^").returncode == 0


def test_references_to_a_renamed_asset_are_the_same(scratch: Scratch) -> None:
    rename(scratch, "portal", "gate-way")
    text = (scratch.root / "inv/hosts.yaml").read_text(encoding="utf-8")
    scratch.write("inv/hosts.yaml", text.replace("[portal]", "[gate-way]"))
    done = scratch.gate()
    assert done.returncode == 0, done.stdout
    assert scope(scratch) == []


@pytest.mark.parametrize(
    ("old", "new", "what"),
    [
        ("role: server", "role: workstation", "asset_edited"),
        ("systems: [portal]", "systems: [mail]", "asset_edited"),
        ("    role: server\n", "    role: server\n    valid: {to: 2024-07-15}\n", "asset_ends"),
    ],
)
def test_a_new_name_hides_no_worsening(scratch: Scratch, old: str, new: str, what: str) -> None:
    rename(scratch, "web-1", "new-name")
    assert scratch.gate().returncode == 0
    scratch.edit("inv/hosts.yaml", old, new)
    assert (what, "new-name") in scope(scratch)
    scratch.edit("inv/hosts.yaml", new, old)
    scratch.edit("inv/hosts.yaml", ON, OFF)
    assert "STOPPED by new (2)." in scratch.gate().stdout


def test_two_assets_that_become_one_are_one_less(scratch: Scratch) -> None:
    scratch.write(
        "inv/hosts.yaml",
        "hosts:\n  web:\n    formerly: [web-1, web-2]\n    organization: so\n    role: server\n"
        "    systems: [portal]\n    antivirus: {realtime: true}\n"
        "  mail-1: {organization: so, role: server, tags: [old], systems: [mail], "
        "antivirus: {realtime: true}}\n",
    )
    assert scope(scratch) == [("asset_removed", "web-1"), ("asset_removed", "web-2")]


@pytest.mark.parametrize("name", ["web-1", "web-2", "portal", "web-9"])
def test_a_former_id_that_is_an_assets_is_a_fault(scratch: Scratch, name: str) -> None:
    """Of the one that stays, and of itself; an id that no asset ever had harms nothing."""
    scratch.edit("inv/hosts.yaml", "  web-1:\n", f"  web-1:\n    formerly: [{name}]\n")
    done = scratch.gate()
    if name == "web-9":
        assert done.returncode == 0
        return
    assert done.returncode == 2
    assert f"inv/hosts.yaml:3:5: formerly: {name!r} is the " in done.stderr
    assert scratch.run("validate", "inv", "--policies", "pol").returncode == 2


def test_a_former_id_that_is_named_twice_is_a_fault(scratch: Scratch) -> None:
    scratch.edit("inv/hosts.yaml", "  web-1:\n", "  web-1:\n    formerly: [old]\n")
    scratch.edit("inv/systems.yaml", "  mail:\n", "  mail:\n    formerly: [old]\n")
    done = scratch.gate()
    assert done.returncode == 2
    assert ": formerly: 'old' was " in done.stderr
    scratch.edit("inv/systems.yaml", "    formerly: [old]\n", "")
    scratch.edit("inv/hosts.yaml", "[old]", "[old, old]")
    assert scratch.gate().returncode == 2


@pytest.mark.parametrize("stored", [False, True])
def test_a_former_id_of_another_kind_is_a_fault(scratch: Scratch, stored: bool) -> None:
    audit = ("audit", "inv", "--policies", "pol", "--as-of", DAY)
    scratch.run(*audit, "--report", "baseline=base.json")
    scratch.write("inv/fleets.yaml", "")
    scratch.write(
        "inv/networks.yaml", "networks:\n  lan: {organization: so, type: lan, formerly: [pcs]}\n"
    )
    done = scratch.gate(*(("--baseline", "base.json") if stored else ()))
    assert done.returncode == 2
    assert "inv/networks.yaml:2:" in done.stderr
    assert "formerly: 'pcs' was a fleet, and this is a network" in done.stderr


NAMED = """\
systems:
  portal: {name: {vi: "PORTAL", en: Portal}, organization: so, dossier: {proposed_level: 3, status: approved}}
  mail: {name: {vi: "MAIL", en: Mail}, organization: so, dossier: {proposed_level: 2, status: approved}}
"""


@pytest.mark.parametrize(
    ("portal", "mail", "taken"),
    [
        ("Thư  điện tử", "Cổng dịch vụ", ["mail", "portal"]),
        ("thư điện tử", "Thư cũ", ["portal"]),
        ("Cổng dịch vụ công", "Thư điện tử tỉnh", []),
        ("Thư điện tử", "Thư điện tử", []),  # both are called so: nobody is taken for the other
    ],
)
def test_what_another_was_called(
    scratch: Scratch, portal: str, mail: str, taken: list[str]
) -> None:
    """Two systems that exchange names would exchange what a reader of the report thinks of them."""
    names = {"PORTAL": "Cổng dịch vụ", "MAIL": "Thư điện tử"}
    text = NAMED
    for word, name in names.items():
        text = text.replace(word, name)
    scratch.write("inv/systems.yaml", text)
    scratch.commit("named")
    audit = ("audit", "inv", "--policies", "pol", "--as-of", DAY)
    scratch.run(*audit, "--report", "baseline=base.json", "--report", "json=former.json")
    scratch.write("inv/systems.yaml", NAMED.replace("PORTAL", portal).replace("MAIL", mail))
    for former in ((), ("--baseline", "base.json"), ("--baseline", "former.json")):
        done = scratch.gate(*former)
        assert done.returncode == bool(taken), done.stdout
        told = [("name_taken", name) for name in taken]
        assert sorted(scope(scratch, *former)) == told
    if taken:
        assert "is called what" in said(done)


def test_a_new_system_takes_no_name(scratch: Scratch) -> None:
    text = NAMED.replace("PORTAL", "Cổng").replace("MAIL", "Thư")
    scratch.write("inv/systems.yaml", text)
    scratch.commit("named")
    new = "  other: {name: {vi: Thư}, organization: so, dossier: {proposed_level: 2}}\n"
    scratch.write("inv/systems.yaml", text + new)
    assert ("name_taken", "other") not in scope(scratch)
    scratch.write("inv/systems.yaml", text.replace('vi: "Thư"', 'vi: "Thư cũ"') + new)
    assert ("name_taken", "other") in scope(scratch)


def test_more_of_what_fails_is_unknown(scratch: Scratch) -> None:
    """It would pass as an old debt; once that is paid, nobody knows the rest."""
    two = "{all: [{antivirus.realtime: true}, {antivirus.central: true}]}"
    scratch.edit("pol/trial.yaml", "require: {antivirus.realtime: true}", f"require: {two}")
    scratch.edit("inv/hosts.yaml", OFF, "{realtime: false, central: true}")
    scratch.commit("two things")
    scratch.edit("inv/hosts.yaml", "{realtime: false, central: true}", OFF)
    assert ("more_unknown", "T-REALTIME web-2") in scope(scratch)
    done = scratch.gate()
    assert done.returncode == 1
    assert "T-REALTIME web-2 fails, and more of it is unknown: antivirus.central" in said(done)
    assert scratch.gate("--allow", "unknown").returncode == 0
