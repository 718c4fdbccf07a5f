"""The hooks, the GitHub action and the GitLab template: their own steps, run for real."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.cli.test_gate_evidence import tell
from tests.scratch import DAY, Scratch

ROOT = Path(__file__).parents[1]
Run = subprocess.CompletedProcess[str]


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
            env={**os.environ, "PRE_COMMIT_HOME": str(tmp_path / "cache"), "LANG": "C.UTF-8"},
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


class Action:
    """Runs the steps of the composite action as a runner does."""

    def __init__(self, scratch: Scratch, folder: Path) -> None:
        self.scratch = scratch
        self.action: dict[str, Any] = yaml.safe_load((ROOT / "action.yml").read_text("utf-8"))
        self.temp = folder / "temp"
        self.temp.mkdir()
        self.output, self.summary = folder / "output", folder / "summary"

    def step(self, number: int, inputs: dict[str, str]) -> Run:
        known = {name: item.get("default", "") for name, item in self.action["inputs"].items()}
        known |= inputs
        step = self.action["runs"]["steps"][number]

        def filled(text: str) -> str:
            return re.sub(r"\$\{\{ inputs\.([a-z-]+) \}\}", lambda m: known[m[1]], text)

        assert "${{" not in step["run"]  # an input is never pasted into a script
        env = {name: filled(text) for name, text in step.get("env", {}).items()}
        self.output.write_text("", encoding="utf-8")
        self.summary.write_text("", encoding="utf-8")
        github = {
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
            env={**os.environ, "LANG": "C.UTF-8", **env, **github},
        )


def test_the_github_action_annotates_summarises_and_stops(scratch: Scratch, tmp_path: Path) -> None:
    action = Action(scratch, tmp_path)
    assert action.step(0, {}).returncode == 0
    inputs = {"inventory": "inv", "base": "main", "policies": "pol", "as-of": DAY}
    scratch.git("checkout", "-q", "-b", "change")
    done = action.step(1, inputs)
    assert done.returncode == 0, done.stderr
    assert action.output.read_text(encoding="utf-8") == "exit-code=0\n"
    scratch.edit("inv/hosts.yaml", "{realtime: true}", "{realtime: false}")
    done = action.step(1, inputs)
    assert done.returncode == 1
    assert "::error file=inv/hosts.yaml,line=6,col=17,title=T-REALTIME::web-1" in done.stdout
    assert action.output.read_text(encoding="utf-8") == "exit-code=1\n"
    assert "STOPPED by new (1)" in action.summary.read_text(encoding="utf-8")
    assert (scratch.root / "soccheck.sarif").exists()
    assert action.step(1, inputs | {"fail-on": "critical"}).returncode == 0
    # what a machine answered holds on both sides, whatever is stated of it
    tell(scratch, "evidence.json", web_1={"antivirus.realtime": True})
    assert action.step(1, inputs | {"evidence": "evidence.json"}).returncode == 0
    # what cannot be loaded is said in lines that the problem matcher takes
    scratch.edit("inv/hosts.yaml", "organization: so", "organisation: so")
    done = action.step(1, inputs)
    assert done.returncode == 2
    assert action.output.read_text(encoding="utf-8") == "exit-code=2\n"
    (matcher,) = yaml.safe_load((ROOT / "ci/problem-matcher.json").read_text("utf-8"))[
        "problemMatcher"
    ]
    found = [re.match(matcher["pattern"][0]["regexp"], line) for line in done.stderr.splitlines()]
    assert ("inv/hosts.yaml", "3", "5") in [match.groups()[:3] for match in found if match]


@pytest.mark.parametrize("base", ["", "0" * 40])
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
    action = Action(scratch, tmp_path)
    action.temp.joinpath("soccheck/bin").mkdir(parents=True)
    (action.temp / "soccheck/bin/soccheck").symlink_to(Path(sys.executable).parent / "soccheck")
    for text in ("$(touch pwned)", "x; touch pwned", "--help", "-o x", "`touch pwned`"):
        for name in ("inventory", "base", "fail-on", "policies", "as-of", "baseline", "evidence"):
            inputs = {"inventory": "inv", "base": "main", "policies": "pol", name: text}
            done = action.step(1, inputs)
            assert done.returncode != 0, (name, text)
    assert not (scratch.root / "pwned").exists()


# -- GitLab ----------------------------------------------------------------------------------------


def test_the_gitlab_template_reports_and_stops(scratch: Scratch, tmp_path: Path) -> None:
    template = yaml.safe_load((ROOT / "ci/gitlab.yml").read_text(encoding="utf-8"))["soccheck"]
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
        **template["variables"],
        "SOCCHECK_PACKAGE": str(ROOT),
        "SOCCHECK_INVENTORY": "inv",
        "CI_MERGE_REQUEST_DIFF_BASE_SHA": base,
    }
    script = "\n".join(template["script"])

    def run() -> Run:
        return subprocess.run(
            ["bash", "-eo", "pipefail", "-c", script],
            cwd=scratch.root,
            capture_output=True,
            text=True,
            check=False,
            timeout=600,
            env=env,
        )

    done = run()
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
