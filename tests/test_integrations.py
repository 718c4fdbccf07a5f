"""The hooks, the GitHub action and the GitLab template: their own steps, run for real."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import sysconfig
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.cli.test_gate_evidence import tell
from tests.kit import read_yaml
from tests.scratch import DAY, PIPELINE, Scratch

ROOT = Path(__file__).parents[1]
Run = subprocess.CompletedProcess[str]
QUICK = {"PIP_COMPILE": "0"}
"""Leaves out what takes pip longest where each package is imported once or never."""
SATISFIED = {**QUICK, "PYTHONPATH": sysconfig.get_path("purelib")}
"""Has pip find the dependencies of soccheck, though not soccheck, among those that are here.

The GitHub action's first step shows that they are installed where none is.
"""


def checked(kind: str, path: Path) -> None:
    command = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", kind, str(path)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_files_hold_to_the_schemas_of_their_readers() -> None:
    checked("vendor.github-actions", ROOT / "action.yml")
    checked("vendor.gitlab-ci", ROOT / "ci" / "gitlab.yml")
    for what, name in (
        ("manifest", ".pre-commit-hooks.yaml"),
        ("config", ".pre-commit-config.yaml"),
    ):
        command = [sys.executable, "-m", "pre_commit", f"validate-{what}", name]
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout


# -- pre-commit ------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """This repository as it stands, in a commit of its own: what pre-commit clones."""
    root = tmp_path_factory.mktemp("source") / "soccheck"
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    for name in listed.stdout.split("\0"):
        if name and not name.startswith("tests/") and (ROOT / name).is_file():
            (root / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / name, root / name)
    who = ("-c", "user.name=Tester", "-c", "user.email=tester@trial.example")
    for arguments in (("init", "-q", "-b", "main"), ("add", "-A"), ("commit", "-q", "-m", "all")):
        subprocess.run(["git", *who, *arguments], cwd=root, check=True, capture_output=True)
    return root


def test_pre_commit_stops_a_commit_that_makes_it_worse(
    scratch: Scratch, source: Path, tmp_path: Path
) -> None:
    head = subprocess.run(
        ["git", "rev-parse", "HEAD"], cwd=source, capture_output=True, text=True, check=True
    ).stdout.strip()
    gate = ["inv", "--policies", "pol", "--as-of", DAY]
    hooks = [
        {"id": "soccheck-validate", "args": ["inv", "--policies", "pol"]},
        {"id": "soccheck-gate", "args": gate},
        {"id": "soccheck-waivers", "args": gate},
        {"id": "soccheck-policies", "args": ["--policies", "pol"]},
    ]
    config = {"repos": [{"repo": str(source), "rev": head, "hooks": hooks}]}
    scratch.write(".pre-commit-config.yaml", yaml.safe_dump(config))
    scratch.edit("inv/waivers.yaml", "[mail-1]", "[web-2]")
    scratch.edit("pol/trial.yaml", "parameters:\n", "")
    scratch.edit("pol/trial.yaml", "  share: {value: 90, title: {en: share, vi: tỉ lệ}}\n", "")
    scratch.commit("hooks")

    def run(option: str = "--all-files") -> Run:
        return subprocess.run(
            [sys.executable, "-m", "pre_commit", "run", option, "--color=never"],
            cwd=scratch.root,
            capture_output=True,
            text=True,
            check=False,
            timeout=600,
            env={
                **{k: v for k, v in os.environ.items() if k not in PIPELINE},
                "PRE_COMMIT_HOME": str(tmp_path / "cache"),
                "LANG": "C.UTF-8",
                **SATISFIED,
            },
        )

    done = run()
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.count("Passed") == 4
    scratch.edit("inv/hosts.yaml", "{realtime: true}", "{realtime: false}")
    scratch.git("add", "-A")
    done = run()
    assert done.returncode == 1
    assert re.search(r"soccheck gate\.+Failed", done.stdout)
    assert re.search(r"soccheck validate\.+Passed", done.stdout)
    assert "inv/hosts.yaml:6:17" in done.stdout
    scratch.edit("inv/hosts.yaml", "organization: so", "organisation: so")
    scratch.git("add", "-A")
    assert re.search(r"soccheck validate\.+Failed", run().stdout)
    # a commit that only deletes a file is looked at, too
    scratch.git("reset", "-q", "--hard")
    scratch.git("rm", "-q", "inv/fleets.yaml")
    done = run("--verbose")
    assert done.stdout.count("Passed") == 3, done.stdout
    assert "Skipped" not in done.stdout
    assert re.search(r"soccheck gate\.+Failed", done.stdout)
    assert "pcs (fleet) is no longer listed" in done.stdout


# -- GitHub ----------------------------------------------------------------------------------------


def evaluated(text: str, event: dict[str, Any], name: str) -> str:
    """Return a default as GitHub fills it in: `||` of paths into the event, or a test of its name."""

    def value(term: str) -> Any:
        if term == "github.event_name != 'push'":
            return name != "push"
        found: Any = event
        for step in term.removeprefix("github.event.").split("."):
            found = found.get(step) if isinstance(found, dict) else None
        return found

    def filled(match: re.Match[str]) -> str:
        found = next((v for v in map(value, match[1].split(" || ")) if v is not None), "")
        return str(found).lower() if isinstance(found, bool) else str(found)

    return re.sub(r"\$\{\{ (.*?) \}\}", filled, text)


class Action:
    """Runs the steps of the composite action as a runner does, for an event."""

    def __init__(
        self,
        scratch: Scratch,
        folder: Path,
        name: str = "pull_request",
        event: dict[str, Any] | None = None,
    ) -> None:
        self.scratch = scratch
        self.name = name
        self.event = event or {}
        self.action: dict[str, Any] = read_yaml((ROOT / "action.yml").read_text("utf-8"))
        self.temp = folder / "temp"
        self.temp.mkdir(parents=True)
        self.output, self.summary = folder / "output", folder / "summary"

    def step(self, number: int, inputs: dict[str, str]) -> Run:
        known = {
            name: evaluated(item.get("default", ""), self.event, self.name)
            for name, item in self.action["inputs"].items()
        }
        known |= inputs
        step = self.action["runs"]["steps"][number]

        def filled(text: str) -> str:
            return re.sub(r"\$\{\{ inputs\.([a-z-]+) \}\}", lambda m: known[m[1]], text)

        assert "${{" not in step["run"]  # an input is never pasted into a script
        env = {name: filled(text) for name, text in step.get("env", {}).items()}
        self.output.write_text("", encoding="utf-8")
        self.summary.write_text("", encoding="utf-8")
        github = {
            "GITHUB_EVENT_NAME": self.name,
            "RUNNER_TEMP": str(self.temp),
            "GITHUB_ACTION_PATH": str(ROOT),
            "GITHUB_OUTPUT": str(self.output),
            "GITHUB_STEP_SUMMARY": str(self.summary),
        }
        return subprocess.run(
            ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", step["run"]],
            cwd=self.scratch.root,
            capture_output=True,
            text=True,
            check=False,
            timeout=600,
            env={**os.environ, "LANG": "C.UTF-8", **QUICK, **env, **github},
        )


def installed(action: Action) -> Action:
    """Take the command that is here for the one that the first step installs."""
    action.temp.joinpath("soccheck/bin").mkdir(parents=True)
    (action.temp / "soccheck/bin/soccheck").symlink_to(Path(sys.executable).parent / "soccheck")
    return action


def test_the_github_action_annotates_summarises_and_stops(scratch: Scratch, tmp_path: Path) -> None:
    action = Action(scratch, tmp_path)
    assert action.step(0, {}).returncode == 0
    inputs = {"inventory": "inv", "base": "main", "policies": "pol", "as-of": DAY}
    scratch.git("checkout", "-q", "-b", "change")
    scratch.commit("nothing")
    done = action.step(1, inputs)
    assert done.returncode == 0, done.stdout + done.stderr
    assert action.output.read_text(encoding="utf-8") == "exit-code=0\n"
    scratch.edit("inv/hosts.yaml", "{realtime: true}", "{realtime: false}")
    scratch.commit("worse")
    done = action.step(1, inputs)
    assert done.returncode == 1
    assert "::error file=inv/hosts.yaml,line=6,col=17,title=T-REALTIME::web-1" in done.stdout
    assert action.output.read_text(encoding="utf-8") == "exit-code=1\n"
    assert "STOPPED by new (2)" in action.summary.read_text(encoding="utf-8")
    assert (scratch.root / "soccheck.sarif").exists()
    assert action.step(1, inputs | {"fail-on": "critical"}).returncode == 0
    # what a machine answered holds on both sides, whatever is stated of it
    tell(scratch, "evidence.json", web_1={"antivirus.realtime": True})
    assert action.step(1, inputs | {"evidence": "evidence.json"}).returncode == 0
    # what cannot be loaded is said in lines that the problem matcher takes
    scratch.edit("inv/hosts.yaml", "organization: so", "organisation: so")
    scratch.commit("a slip")
    done = action.step(1, inputs)
    assert done.returncode == 2
    assert action.output.read_text(encoding="utf-8") == "exit-code=2\n"
    (matcher,) = read_yaml((ROOT / "ci/problem-matcher.json").read_text("utf-8"))["problemMatcher"]
    found = [re.match(matcher["pattern"][0]["regexp"], line) for line in done.stderr.splitlines()]
    assert ("inv/hosts.yaml", "3", "5") in [match.groups()[:3] for match in found if match]


@pytest.mark.parametrize("base", ["", "0" * 40, "0" * 64])
def test_the_github_action_says_so_where_an_event_names_no_commit(
    scratch: Scratch, tmp_path: Path, base: str
) -> None:
    """Not HEAD, which has the change already, and not whatever git dies with."""
    action = Action(scratch, tmp_path)
    done = action.step(1, {"inventory": "inv", "base": base, "policies": "pol"})
    assert done.returncode == 2
    assert "::error::this event names no commit to compare with" in done.stdout
    assert action.output.read_text(encoding="utf-8") == "exit-code=2\n"


def test_the_github_action_takes_a_hostile_input_as_a_word(
    scratch: Scratch, tmp_path: Path
) -> None:
    action = installed(Action(scratch, tmp_path))
    for text in ("$(touch pwned)", "x; touch pwned", "--help", "-o x", "`touch pwned`"):
        for name in sorted(action.action["inputs"].keys() - {"language", "sarif", "merge-base"}):
            inputs = {"inventory": "inv", "base": "main", "policies": "pol", name: text}
            done = action.step(1, inputs)
            assert done.returncode != 0, (name, text)
    assert not (scratch.root / "pwned").exists()


INPUTS = {"inventory": "inv", "policies": "pol", "as-of": DAY}


def checkout(scratch: Scratch, place: Path, ref: str, *options: str) -> Scratch:
    """Check out one reference of a repository as actions/checkout does: one commit, no branch."""
    place.mkdir(parents=True)
    found = Scratch.__new__(Scratch)
    found.root = place
    form = scratch.git("rev-parse", "--show-object-format").strip()
    found.git("init", "-q", f"--object-format={form}")
    found.git("remote", "add", "origin", f"file://{scratch.root}")
    scratch.git("config", "uploadpack.allowAnySHA1InWant", "true")  # as GitHub's servers
    found.git("fetch", "-q", "--no-tags", *(options or ("--depth=1",)), "origin", ref)
    found.git("checkout", "-q", "--detach", "FETCH_HEAD")
    return found


def pulled(scratch: Scratch) -> dict[str, Any]:
    """Make what GitHub checks out for a pull request: its branch `change` merged into main."""
    scratch.git("checkout", "-q", "--detach", "main")
    scratch.git("merge", "-q", "--no-ff", "--no-edit", "change")
    scratch.git("update-ref", "refs/pull/1/merge", "HEAD")
    return {"pull_request": {"base": {"sha": scratch.git("rev-parse", "main").strip()}}}


def changed(scratch: Scratch, bad: bool) -> None:
    """Make a branch `change`, and let main go on after it."""
    scratch.git("checkout", "-q", "-b", "change")
    scratch.write("README", "changed\n")
    if bad:
        scratch.edit("inv/hosts.yaml", "{realtime: true}", "{realtime: false}")
    scratch.commit("change")
    scratch.git("checkout", "-q", "main")
    scratch.edit("inv/systems.yaml", "proposed_level: 2", "proposed_level: 3")
    scratch.commit("main goes on")


@pytest.mark.parametrize("depth", ["--depth=1", "--no-tags"])
@pytest.mark.parametrize("bad", [False, True])
def test_the_action_judges_a_pull_request(
    scratch: Scratch, tmp_path: Path, bad: bool, depth: str
) -> None:
    """The checkout has one commit, or all: either way the base is its own side."""
    changed(scratch, bad)
    event = pulled(scratch)
    clone = checkout(scratch, tmp_path / "clone", "refs/pull/1/merge", depth)
    action = installed(Action(clone, tmp_path, "pull_request", event))
    done = action.step(1, INPUTS)
    assert done.returncode == (1 if bad else 0), done.stdout + done.stderr
    assert action.output.read_text(encoding="utf-8") == f"exit-code={int(bad)}\n"


@pytest.mark.parametrize("bad", [False, True])
def test_the_action_judges_the_head_of_a_pull_request_by_where_it_left(
    scratch: Scratch, tmp_path: Path, bad: bool
) -> None:
    """With `ref: head.sha` the branch itself is checked out: what main did since is not its doing."""
    changed(scratch, bad)
    event = pulled(scratch)
    clone = checkout(scratch, tmp_path / "clone", "refs/heads/change")
    action = installed(Action(clone, tmp_path, "pull_request", event))
    done = action.step(1, INPUTS)
    assert done.returncode == (1 if bad else 0), done.stdout + done.stderr
    assert action.step(1, {**INPUTS, "merge-base": "false"}).returncode == 1  # main's level


def test_the_action_asks_origin_for_its_branch_again(scratch: Scratch, tmp_path: Path) -> None:
    """A clone that is used again has main of another day, since when a fix came that the change undoes."""
    old = scratch.git("rev-parse", "main").strip()
    scratch.edit("inv/hosts.yaml", "{realtime: false}", "{realtime: true}")
    scratch.commit("a fix")
    scratch.git("checkout", "-q", "-b", "change")
    scratch.git("revert", "--no-edit", "HEAD")
    clone = checkout(scratch, tmp_path / "clone", "refs/heads/change", "--no-tags")
    clone.git("update-ref", "refs/remotes/origin/main", old)
    done = installed(Action(clone, tmp_path)).step(1, {**INPUTS, "base": "origin/main"})
    assert done.returncode == 1, done.stdout + done.stderr


def test_the_action_refuses_to_compare_the_base_with_itself(
    scratch: Scratch, tmp_path: Path
) -> None:
    """`pull_request_target` checks out the base unless told otherwise: nothing would be worse."""
    changed(scratch, bad=True)
    event = pulled(scratch)
    clone = checkout(scratch, tmp_path / "clone", "refs/heads/main")
    action = installed(Action(clone, tmp_path, "pull_request_target", event))
    done = action.step(1, INPUTS)
    assert done.returncode == 2
    assert "::error::the base itself is checked out, not the change" in done.stdout
    assert action.output.read_text(encoding="utf-8") == "exit-code=2\n"


@pytest.mark.parametrize("bad", [False, True])
def test_the_action_judges_a_merge_group(scratch: Scratch, tmp_path: Path, bad: bool) -> None:
    changed(scratch, bad)
    base = scratch.git("rev-parse", "main").strip()
    scratch.git("checkout", "-q", "-b", "gh-readonly-queue/main/pr-1")
    scratch.git("merge", "-q", "--no-ff", "--no-edit", "change")
    clone = checkout(scratch, tmp_path / "clone", "refs/heads/gh-readonly-queue/main/pr-1")
    event = {"merge_group": {"base_sha": base, "head_sha": "x"}}
    done = installed(Action(clone, tmp_path, "merge_group", event)).step(1, INPUTS)
    assert done.returncode == (1 if bad else 0), done.stdout + done.stderr


@pytest.mark.parametrize("bad", [False, True])
def test_the_action_judges_a_push_by_what_was_there_before(
    scratch: Scratch, tmp_path: Path, bad: bool
) -> None:
    before = scratch.git("rev-parse", "HEAD").strip()
    if bad:
        scratch.edit("inv/hosts.yaml", "{realtime: true}", "{realtime: false}")
    scratch.commit("one")
    scratch.commit("two")
    clone = checkout(scratch, tmp_path / "clone", "refs/heads/main")
    done = installed(Action(clone, tmp_path, "push", {"before": before})).step(1, INPUTS)
    assert done.returncode == (1 if bad else 0), done.stdout + done.stderr
    assert (clone.root / ".git/shallow").exists()  # two commits are enough


def test_the_action_judges_a_forced_push_by_what_it_replaces(
    scratch: Scratch, tmp_path: Path
) -> None:
    """Not by where the two part, which may be long ago, and worse."""
    scratch.edit("inv/hosts.yaml", "{realtime: false}", "{realtime: true}")
    before = scratch.commit("mended")
    scratch.git("reset", "-q", "--hard", "HEAD^")
    scratch.commit("forced over it")
    clone = checkout(scratch, tmp_path / "clone", "refs/heads/main")
    action = installed(Action(clone, tmp_path, "push", {"before": before}))
    done = action.step(1, INPUTS)
    assert done.returncode == 1, done.stdout + done.stderr
    assert "T-REALTIME::web-2" in done.stdout
    gone = installed(Action(clone, tmp_path / "b", "push", {"before": "1" * 40}))
    done = gone.step(1, INPUTS)
    assert done.returncode == 2
    assert f"::error::cannot fetch {'1' * 40}" in done.stdout
    assert gone.output.read_text(encoding="utf-8") == "exit-code=2\n"


@pytest.mark.parametrize(
    ("name", "event"),
    [
        ("push", {"before": "0" * 40}),
        ("push", {"before": "0" * 64}),
        ("schedule", {"schedule": "0 1 * * *"}),
        ("workflow_dispatch", {"inputs": None}),
        ("workflow_run", {"workflow_run": {"head_sha": "x"}}),
        ("release", {}),
        ("issue_comment", {"issue": {"pull_request": {}}}),
    ],
)
def test_the_action_asks_for_a_base_where_an_event_names_none(
    scratch: Scratch, tmp_path: Path, name: str, event: dict[str, Any]
) -> None:
    changed(scratch, bad=True)
    clone = checkout(scratch, tmp_path / "clone", "refs/heads/change")
    action = installed(Action(clone, tmp_path, name, event))
    done = action.step(1, INPUTS)
    assert done.returncode == 2
    assert "::error::this event names no commit to compare with; say which" in done.stdout
    # and what it says to write works, though the checkout has no such branch
    done = action.step(1, {**INPUTS, "base": "origin/main", "merge-base": "true"})
    assert done.returncode == 1, done.stdout + done.stderr
    assert "T-REALTIME::web-1" in done.stdout


def test_the_action_says_why_a_first_inventory_is_all_new(scratch: Scratch, tmp_path: Path) -> None:
    scratch.git("checkout", "-q", "--orphan", "start")
    scratch.git("rm", "-rqf", "--cached", "inv")
    scratch.git("commit", "-q", "-m", "no inventory yet")
    scratch.git("branch", "-f", "main")
    scratch.git("checkout", "-q", "-b", "change")
    scratch.commit("the inventory")
    scratch.git("update-ref", "refs/pull/1/merge", "HEAD")
    event = {"pull_request": {"base": {"sha": scratch.git("rev-parse", "main").strip()}}}
    clone = checkout(scratch, tmp_path / "clone", "refs/pull/1/merge")
    action = installed(Action(clone, tmp_path, "pull_request", event))
    done = action.step(1, INPUTS)
    assert done.returncode == 1, done.stdout + done.stderr
    summary = " ".join(action.summary.read_text(encoding="utf-8").split())
    assert "has no such inventory: everything is new here" in summary
    assert "STOPPED by new (2), scope (1)" in summary


def test_the_action_works_in_a_linked_work_tree_and_a_repository_of_sha256_names(
    tmp_path: Path,
) -> None:
    root = tmp_path / "long"
    root.mkdir()
    subprocess.run(["git", "init", "-q", "-b", "main", "--object-format=sha256", root], check=True)
    scratch = Scratch(root)
    changed(scratch, bad=True)
    event = pulled(scratch)
    clone = checkout(scratch, tmp_path / "clone", "refs/pull/1/merge")
    done = installed(Action(clone, tmp_path, "pull_request", event)).step(1, INPUTS)
    assert done.returncode == 1, done.stdout + done.stderr
    beside = tmp_path / "beside"
    clone.git("worktree", "add", "-q", "--detach", str(beside))
    clone.root = beside
    done = installed(Action(clone, tmp_path / "two", "pull_request", event)).step(1, INPUTS)
    assert done.returncode == 1, done.stdout + done.stderr
    assert "T-REALTIME::web-1" in done.stdout


def test_the_action_refuses_an_inventory_in_a_submodule(scratch: Scratch, tmp_path: Path) -> None:
    other = Scratch(tmp_path / "other")
    allowed = ("-c", "protocol.file.allow=always")
    scratch.git(*allowed, "submodule", "add", "-q", str(other.root), "sub")
    base = scratch.commit("submodule")
    scratch.edit("sub/inv/hosts.yaml", "{realtime: true}", "{realtime: false}")
    scratch.commit("else")
    event = {"pull_request": {"base": {"sha": base}}}
    action = installed(Action(scratch, tmp_path, "pull_request", event))
    done = action.step(1, {**INPUTS, "inventory": "sub/inv"})
    assert done.returncode == 2
    assert "sub/inv is in a submodule or another repository inside" in done.stderr


@pytest.mark.parametrize(("allow", "code"), [("", 1), ("unknown", 0), ("everything", 2)])
def test_the_action_lets_pass_what_becomes_unknown_where_it_is_allowed(
    scratch: Scratch, tmp_path: Path, allow: str, code: int
) -> None:
    base = scratch.git("rev-parse", "HEAD").strip()
    scratch.edit("inv/hosts.yaml", "    antivirus: {realtime: false}\n", "")
    scratch.commit("stated later")
    event = {"pull_request": {"base": {"sha": base}}}
    action = installed(Action(scratch, tmp_path, "pull_request", event))
    done = action.step(1, {**INPUTS, "allow": allow})
    assert done.returncode == code, done.stdout + done.stderr


def test_the_action_demands_signatures_and_age(scratch: Scratch, tmp_path: Path) -> None:
    tell(scratch, "evidence.json", day=1, web_1={"antivirus.realtime": True})
    base = scratch.commit("evidence")
    scratch.commit("else")
    action = installed(Action(scratch, tmp_path, "pull_request", {"before": base}))
    inputs = {**INPUTS, "evidence": "evidence.json"}
    assert action.step(1, inputs).returncode == 0
    done = action.step(1, {**inputs, "max-evidence-age": "7d"})
    assert (done.returncode, "more than 7d before" in done.stderr) == (2, True)
    done = action.step(1, {**inputs, "signers": "signers"})
    assert (done.returncode, "signers: no such file" in done.stderr) == (2, True)


# -- GitLab ----------------------------------------------------------------------------------------


def test_the_gitlab_template_reports_and_stops(scratch: Scratch, tmp_path: Path) -> None:
    template = read_yaml((ROOT / "ci/gitlab.yml").read_text(encoding="utf-8"))["soccheck"]
    today = datetime.now(UTC).date()
    scratch.edit("inv/authority.yaml", "2024-06-01", (today - timedelta(days=1)).isoformat())
    scratch.edit("inv/fleets.yaml", "protected: 95", "protected: 100")
    scratch.commit("recent")
    remote = tmp_path / "remote"
    scratch.git("clone", "-q", "--bare", str(scratch.root), str(remote))
    scratch.git("remote", "add", "origin", str(remote))
    base = scratch.git("rev-parse", "HEAD").strip()
    env = {
        **os.environ,
        "LANG": "C.UTF-8",
        **SATISFIED,
        **template["variables"],
        "SOCCHECK_PACKAGE": str(ROOT),
        "SOCCHECK_INVENTORY": "inv",
        "CI_MERGE_REQUEST_DIFF_BASE_SHA": base,
    }
    whole = template["script"]
    installed = [line for line in whole if "venv" not in line and "pip install" not in line]
    assert len(whole) - len(installed) == 2

    def run(script: list[str] = installed) -> Run:
        return subprocess.run(
            ["bash", "-eo", "pipefail", "-c", "\n".join(script)],
            cwd=scratch.root,
            capture_output=True,
            text=True,
            check=False,
            timeout=600,
            env=env,
        )

    scratch.edit("inv/hosts.yaml", "tags: [old]", "tags: [older]")
    done = run(whole)
    assert done.returncode == 0, done.stdout + done.stderr
    scratch.edit("inv/fleets.yaml", "protected: 100", "protected: 9")
    done = run()
    assert done.returncode == 1
    assert "AV-FLEET" in done.stdout  # by the shipped policies
    tell(scratch, "of this night.json", web_1={"antivirus.realtime": True})
    env["SOCCHECK_EVIDENCE"] = "of this night.json"
    assert "1 of 3 machines answered" in " ".join(run().stdout.split())
    for name in template["artifacts"]["reports"].values():
        assert (scratch.root / name).stat().st_size > 0
    # of a merged result it is the target that is compared with, not where the branch left it
    scratch.edit("inv/fleets.yaml", "protected: 9", "protected: 100")
    assert run().returncode == 0
    scratch.edit("inv/authority.yaml", "tier: province", "tier: commune")
    target = scratch.commit("main goes on")
    scratch.git("push", "-q", "origin", "HEAD:main")
    assert run().returncode == 1
    env["CI_MERGE_REQUEST_TARGET_BRANCH_SHA"] = target
    scratch.edit("inv/hosts.yaml", "tags: [older]", "tags: [oldest]")
    assert run().returncode == 0
    # outside of a merge request there is no base
    del env["CI_MERGE_REQUEST_TARGET_BRANCH_SHA"], env["CI_MERGE_REQUEST_DIFF_BASE_SHA"]
    assert run().returncode != 0
    env["CI_MERGE_REQUEST_DIFF_BASE_SHA"] = ""
    assert run().returncode != 0
