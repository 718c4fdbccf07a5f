"""The gate, run as users and pipelines run it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from soccheck.report import PRINTED
from soccheck.sources import schema
from tests.scratch import DAY, POLICY, Scratch, soccheck


def scope(scratch: Scratch, *arguments: str) -> list[tuple[str, str]]:
    """Return the codes and subjects of the scope changes, of a result that is what its schema says."""
    scratch.gate("--report", "json=out.json", *arguments)
    data = json.loads((scratch.root / "out.json").read_text(encoding="utf-8"))
    Draft202012Validator(json.loads(schema.text("assessment"))).validate(data)
    return [(item["what"], item["subject"]) for item in data["gate"]["scope_changes"]]


def changes(scratch: Scratch, *arguments: str) -> list[tuple[str, str, str]]:
    scratch.gate("--report", "json=out.json", *arguments)
    data = json.loads((scratch.root / "out.json").read_text(encoding="utf-8"))
    return [(item["state"], item["control"], item["asset"]) for item in data["gate"]["changes"]]


def test_nothing_changed_passes_with_old_debts(scratch: Scratch) -> None:
    assert (
        scratch.run("audit", "--details", "inv", "--policies", "pol", "--as-of", DAY).returncode
        == 1
    )
    done = scratch.gate()
    assert (done.returncode, done.stderr) == (0, "")
    assert "Before this change: 2 failing, 0 unknown." in done.stdout
    assert changes(scratch) == []
    assert scope(scratch) == []


@pytest.mark.parametrize("name", ["CI", "TF_BUILD"])
def test_a_pipeline_compares_no_commit_with_itself(scratch: Scratch, name: str) -> None:
    """Checked out is what is to be judged: HEAD has it all, and the gate would never stop anything."""
    words = ("gate", "--details", "inv", "--policies", "pol", "--as-of", DAY)
    done = soccheck(*words, cwd=scratch.root, env={name: "true"})
    assert done.returncode == 2
    assert "the work tree is as HEAD" in done.stderr
    assert "--base origin/main" in done.stderr
    # After a push, main is what is checked out; a commit that changes something else is compared.
    assert soccheck(*words, "--base", "main", cwd=scratch.root, env={name: "true"}).returncode == 2
    scratch.write("README", "something else\n")
    scratch.commit("else")
    done = soccheck(*words, "--base", "HEAD^", cwd=scratch.root, env={name: "true"})
    assert (done.returncode, "NOTHING TO COMPARE" in done.stdout) == (0, True)
    scratch.edit("inv/hosts.yaml", "{realtime: true}", "{realtime: false}")
    assert soccheck(*words, cwd=scratch.root, env={name: "true"}).returncode == 1


@pytest.mark.parametrize("name", ["inv/hosts.yaml", "inv/more.yaml", "pol/trial.yaml"])
def test_a_pipeline_judges_what_is_committed(scratch: Scratch, name: str) -> None:
    """What a step before the gate has written over the checkout is in no commit that will be merged."""
    words = ("gate", "--details", "inv", "--policies", "pol", "--as-of", DAY)
    pipeline = {"CI": "true"}
    good = (scratch.root / "inv/hosts.yaml").read_text(encoding="utf-8")
    scratch.edit("inv/hosts.yaml", "{realtime: true}", "{realtime: false}")
    scratch.commit("worse")
    scratch.write("out.json", "{}")
    done = soccheck(*words, "--base", "HEAD^", cwd=scratch.root, env=pipeline)
    assert done.returncode == 1, done.stderr
    there = (scratch.root / name).read_text(encoding="utf-8") if "more" not in name else ""
    scratch.write(name, good if name == "inv/hosts.yaml" else f"{there}\n")
    done = soccheck(*words, "--base", "HEAD^", cwd=scratch.root, env=pipeline)
    assert done.returncode == 2
    assert f"{name!r} is not as HEAD has it" in done.stderr
    assert soccheck(*words, "--base", "HEAD^", cwd=scratch.root).returncode in (0, 1), "at a desk"


def test_it_is_said_where_there_was_nothing_to_compare(scratch: Scratch) -> None:
    """Who changed nothing may commit, and is not told that something was found to be good."""
    for form in ("--details", "--report=table", "--report=markdown", "--report=github"):
        done = scratch.run("gate", "inv", "--policies", "pol", "--as-of", DAY, form)
        assert done.returncode == 0
        assert "NOTHING TO COMPARE: HEAD (" in done.stdout
        assert "PASSED" not in done.stdout
    scratch.gate("--report", "json=out.json")
    assert json.loads((scratch.root / "out.json").read_text("utf-8"))["gate"]["same"] is True
    scratch.edit("inv/hosts.yaml", "tags: [old]", "tags: [older]")
    assert "PASSED" in scratch.gate().stdout


def test_a_new_failing_finding_stops(scratch: Scratch) -> None:
    scratch.edit("inv/hosts.yaml", "{realtime: true}", "{realtime: false}")
    done = scratch.gate()
    assert done.returncode == 1
    assert "STOPPED by new (2)." in done.stdout
    assert "web-1" in done.stdout
    assert "inv/hosts.yaml:6:17" in done.stdout
    assert changes(scratch) == [("new", "T-REALTIME", "web-1"), ("worse", "T-HOSTS", "portal")]


def test_a_finding_is_known_by_control_and_asset_never_by_its_line(scratch: Scratch) -> None:
    text = (scratch.root / "inv/hosts.yaml").read_text(encoding="utf-8")
    scratch.write("inv/hosts.yaml", "# a remark\n\n\n" + text)
    assert scratch.gate().returncode == 0
    scratch.git("mv", "inv/hosts.yaml", "inv/machines.yaml")
    assert scratch.gate().returncode == 0
    assert changes(scratch) == []
    assert scope(scratch) == []


def test_resolved_findings_are_said(scratch: Scratch) -> None:
    scratch.edit("inv/hosts.yaml", "{realtime: false}", "{realtime: true}")
    done = scratch.gate()
    assert done.returncode == 0
    assert changes(scratch) == [
        ("resolved", "T-REALTIME", "web-2"),
        ("resolved", "T-HOSTS", "portal"),
    ]
    assert "T-REALTIME web-2: FAIL" in done.stdout
    assert "Before this change: 2 failing" in done.stdout  # those that are met now among them


@pytest.mark.parametrize("waived", [False, True])
def test_a_failing_measure_that_collapses_is_worse(scratch: Scratch, waived: bool) -> None:
    scratch.edit("inv/fleets.yaml", "protected: 95", "protected: 52")
    if waived:
        scratch.edit("inv/waivers.yaml", "[mail-1]", "[pcs]")
        scratch.edit("inv/waivers.yaml", "T-REALTIME", "T-FLEET")
    scratch.commit("failing")
    audit = ("audit", "inv", "--policies", "pol", "--as-of", DAY)
    scratch.run(*audit, "--report", "baseline=base.json", "--report", "json=former.json")
    scratch.edit("inv/fleets.yaml", "protected: 52", "protected: 1")
    stopping = "new+waived" if waived else "new"
    for former in ((), ("--baseline", "base.json"), ("--baseline", "former.json")):
        assert changes(scratch, *former) == [("worse", "T-FLEET", "pcs")]
        assert scratch.gate(*former, "--fail-on", stopping).returncode == 1
    scratch.edit("inv/fleets.yaml", "protected: 1", "protected: 53")
    assert changes(scratch) == [("better", "T-FLEET", "pcs")]
    assert scratch.gate("--fail-on", stopping).returncode == 0


def test_evidence_that_goes_is_incomplete_not_green(scratch: Scratch) -> None:
    scratch.edit("inv/hosts.yaml", "    antivirus: {realtime: false}\n", "")
    assert "STOPPED by scope (2)." in scratch.gate().stdout
    done = scratch.gate("--fail-on", "new")
    assert done.returncode == 3
    assert "INCOMPLETE" in done.stdout
    assert scratch.gate("--allow", "unknown").returncode == 0
    assert scratch.gate("--allow", "everything").returncode == 2
    assert scope(scratch) == [
        ("evidence_lost", "T-REALTIME web-2"),
        ("evidence_lost", "T-HOSTS portal"),
    ]
    assert scratch.gate("--fail-on", "scope").returncode == 1
    assert scratch.gate("--fail-on", "new+unknown").returncode == 1


def test_a_removed_asset_leaves_the_scope_and_can_stop(scratch: Scratch) -> None:
    text = (scratch.root / "inv/hosts.yaml").read_text(encoding="utf-8")
    head, _, rest = text.partition("  web-2:\n")
    scratch.write("inv/hosts.yaml", head + "  mail-1:\n" + rest.partition("  mail-1:\n")[2])
    assert scratch.gate("--fail-on", "new").returncode == 0
    done = scratch.gate("--allow", "unknown")
    assert done.returncode == 1
    assert "STOPPED by scope (1)." in done.stdout
    assert "web-2 (host) is no longer listed" in done.stdout
    assert "formerly inv/hosts.yaml:7:3" in done.stdout
    assert scope(scratch) == [("asset_removed", "web-2")]
    assert ("left", "T-REALTIME", "web-2") in changes(scratch)


def test_an_asset_that_ends_leaves_the_scope(scratch: Scratch) -> None:
    scratch.edit("inv/hosts.yaml", "  web-2:\n", "  web-2:\n    valid: {to: 2024-06-01}\n")
    assert ("asset_ended", "web-2") in scope(scratch)
    assert scratch.gate("--fail-on", "scope").returncode == 1


def test_a_file_less_of_a_ruleset_is_a_scope_change(scratch: Scratch) -> None:
    """What it opened, or what of it nobody understands, would be judged no more."""
    scratch.edit(
        "inv/hosts.yaml",
        "antivirus: {realtime: true}",
        "antivirus: {realtime: true}\n    firewall: {ruleset: rules}",
    )
    for family in ("ip", "ip6"):
        rules = (
            f"table {family} filter {{ chain input {{ type filter hook input priority 0; }} }}\n"
        )
        scratch.write(f"inv/rules/{family}.nft", rules)
    scratch.commit("rules")
    assert "firewall.ruleset" not in scratch.gate().stdout
    scratch.git("rm", "-q", "inv/rules/ip.nft")
    done = scratch.gate()
    assert done.returncode == 1
    assert "firewall.ruleset: rules/ip.nft, rules/ip6.nft" in done.stdout.replace("\n  ", " ")


def test_an_asset_of_another_kind_is_a_scope_change(scratch: Scratch) -> None:
    scratch.write("inv/fleets.yaml", "")
    scratch.write("inv/networks.yaml", "networks:\n  pcs: {organization: so, type: lan}\n")
    assert ("asset_kind", "pcs") in scope(scratch)


@pytest.mark.parametrize(("old", "new"), [("3", "2"), ("proposed_level: 3, ", "")])
def test_a_lowered_level_is_a_scope_change(scratch: Scratch, old: str, new: str) -> None:
    scratch.edit("inv/systems.yaml", old, new)
    assert ("level_lowered", "portal") in scope(scratch)
    assert scratch.gate("--fail-on", "scope").returncode == 1


def test_a_raised_level_is_none(scratch: Scratch) -> None:
    scratch.edit("inv/systems.yaml", "proposed_level: 2", "proposed_level: 4")
    assert scope(scratch) == []


@pytest.mark.parametrize(
    ("old", "new", "what"),
    [
        ("assets: [mail-1]", "assets: [mail-1, web-2]", "waiver_widened"),
        ("assets: [mail-1]", "select: {kind: host}", "waiver_widened"),
        ("expires: 2024-12-31", "expires: 2025-12-31", "waiver_extended"),
        ("granted: 2024-01-01", "granted: 2023-01-01", "waiver_extended"),
        ("granted: 2024-01-01", "granted: 2024-06-29", "waiver_edited"),
        ("control: T-REALTIME", "control: T-LEVEL", "waiver_moved"),
        ("  w-1:", "  w-9:", "waiver_added"),
    ],
)
def test_a_wider_waiver_is_a_scope_change(scratch: Scratch, old: str, new: str, what: str) -> None:
    scratch.edit("inv/waivers.yaml", old, new)
    assert what in {code for code, _ in scope(scratch)}
    assert scratch.gate("--fail-on", "scope").returncode == 1


def test_a_narrower_waiver_is_none(scratch: Scratch) -> None:
    scratch.edit("inv/waivers.yaml", "2024-12-31", "2024-07-31")
    assert scope(scratch) == []


def test_a_waiver_that_selects_reaches_a_new_host_and_says_so(scratch: Scratch) -> None:
    scratch.edit("inv/waivers.yaml", "assets: [mail-1]", "select: {kind: host, tags: [old]}")
    scratch.commit("select")
    scratch.edit("inv/hosts.yaml", "  web-2:\n", "  web-2:\n    tags: [old]\n")
    assert scope(scratch) == [("waiver_widened", "w-1")]
    assert ("new", "T-REALTIME", "web-2") in changes(scratch)  # waived now, was failing


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("severity: high", "severity: low", "severity: high > severity: low"),
        ("target: 90%", "target: 80%", "target: 90% > target: 80%"),
        ("when: {role|in: [server, workstation]}", "when: {role|in: [workstation]}", "when role"),
        ("in: [2, 3, 4, 5]", "in: [1, 2, 3, 4, 5]", "looser"),
        ("{antivirus.realtime: true}", "{antivirus.realtime|exists: true}", "looser"),
    ],
)
def test_a_looser_control_is_a_scope_change(
    scratch: Scratch, old: str, new: str, said: str
) -> None:
    scratch.edit("pol/trial.yaml", old, new)
    assert "control_edited" in {code for code, _ in scope(scratch)}
    done = scratch.gate("--fail-on", "scope")
    assert done.returncode == 1
    assert said in " ".join(done.stdout.split())


def test_a_stricter_control_is_said_and_stops_nothing(scratch: Scratch) -> None:
    scratch.edit("pol/trial.yaml", "target: 90%", "target: 95%")
    done = scratch.gate("--fail-on", "scope")
    assert "T-FLEET edited, stricter" in done.stdout
    assert done.returncode == 0


def test_a_dropped_control_is_a_scope_change(scratch: Scratch) -> None:
    before, _, _ = POLICY.partition("  - id: T-LEVEL")
    scratch.write("pol/trial.yaml", before)
    assert scope(scratch) == [("control_dropped", "T-LEVEL")]


def test_a_whole_policy_dropped_is_a_scope_change(scratch: Scratch) -> None:
    other = POLICY.replace("T-", "U-").replace("policy: trial", "policy: other")
    scratch.write("pol/other.yaml", other)
    (scratch.root / "pol/trial.yaml").unlink()
    dropped = {subject for code, subject in scope(scratch) if code == "control_dropped"}
    assert dropped == {"trial", "T-REALTIME", "T-HOSTS", "T-FLEET", "T-LEVEL"}


def test_a_control_out_of_the_headline_is_a_scope_change(scratch: Scratch) -> None:
    scratch.edit("pol/trial.yaml", "[T-REALTIME]", "[T-LEVEL]")
    assert ("control_edited", "trial") in scope(scratch)


def test_a_smaller_whole_is_a_scope_change(scratch: Scratch) -> None:
    scratch.edit("inv/fleets.yaml", "total: 100", "total: 96")
    assert scope(scratch) == [("total_lowered", "T-FLEET pcs")]


def test_a_finding_that_no_longer_applies_is_a_scope_change(scratch: Scratch) -> None:
    scratch.edit(
        "inv/hosts.yaml",
        "  web-2:\n    organization: so\n    role: server",
        ("  web-2:\n    organization: so\n    role: appliance"),
    )
    done = scratch.gate("--report", "json=out.json")
    if done.returncode == 2:
        pytest.fail(done.stderr)
    assert ("left_scope", "T-REALTIME web-2") in scope(scratch)


def test_a_profile_that_disables_a_control_is_seen(scratch: Scratch) -> None:
    profile = 'policy: soft\nversion: "1"\ntitle: {en: Soft, vi: Mềm}\nextends: trial\n'
    scratch.write("soft.yaml", profile)
    scratch.commit("profile")
    scratch.write("soft.yaml", profile + "disable: {T-REALTIME: too hard}\n")
    scratch.edit("pol/trial.yaml", "[T-REALTIME]", "[T-REALTIME, T-LEVEL]")
    codes = scope(scratch, "--profile", "soft.yaml")
    assert ("control_dropped", "T-REALTIME") in codes


def test_fail_on_takes_statuses_severities_and_newness(scratch: Scratch) -> None:
    assert scratch.gate("--fail-on", "fail").returncode == 1
    assert scratch.gate("--fail-on", "high").returncode == 1
    assert scratch.gate("--fail-on", "critical").returncode == 0
    assert scratch.gate("--fail-on", "new+high").returncode == 0
    assert scratch.gate("--fail-on", "waived").returncode == 0
    scratch.edit("inv/fleets.yaml", "protected: 95", "protected: 9")
    assert scratch.gate("--fail-on", "critical").returncode == 1
    assert scratch.gate("--fail-on", "new+low").returncode == 1
    assert scratch.gate("--fail-on", "new+waived").returncode == 0
    assert scratch.gate("--fail-on", "new+unknown,new+critical").returncode == 1


def test_an_expired_waiver_stops_only_where_asked(scratch: Scratch) -> None:
    scratch.edit("inv/waivers.yaml", "2024-12-31", "2024-06-29")
    scratch.commit("expired")
    done = scratch.gate()
    assert done.returncode == 0
    assert "expired on 29/06/2024 and no longer works" in " ".join(done.stdout.split())
    assert scratch.gate("--fail-on", "expired-waiver").returncode == 1


def test_an_unknown_word_of_fail_on_is_a_usage_error(scratch: Scratch) -> None:
    done = scratch.gate("--fail-on", "everything")
    assert done.returncode == 2
    assert "'everything' is not known" in done.stderr
    assert scratch.gate("--fail-on", "scope+new").returncode == 2


def test_a_reference_and_a_commit_that_is_not_there(scratch: Scratch) -> None:
    scratch.git("checkout", "-q", "-b", "work")
    scratch.edit("inv/hosts.yaml", "{realtime: true}", "{realtime: false}")
    scratch.commit("worse")
    assert scratch.gate().returncode == 0  # against HEAD itself
    assert scratch.gate("--base", "main").returncode == 1
    assert scratch.gate("--base", "HEAD^").returncode == 1
    done = scratch.gate("--base", "nowhere")
    assert done.returncode == 2
    assert "git knows no commit 'nowhere'" in done.stderr
    for option in ("--base", "--baseline", "--evidence"):  # as of a variable that was not set
        done = scratch.gate(option, "")
        assert done.returncode == 2
        assert f"{option} is given, and empty" in done.stderr
    for hostile in ("--output=x", "main:inv", "-h", "main\n"):
        assert scratch.gate(f"--base={hostile}").returncode == 2
    assert not (scratch.root / "x").exists()


def test_the_working_tree_is_left_alone(scratch: Scratch) -> None:
    scratch.edit("inv/hosts.yaml", "{realtime: true}", "{realtime: false}")
    before = scratch.git("status", "--porcelain=v2")
    scratch.gate()
    assert scratch.git("status", "--porcelain=v2") == before
    assert "realtime: false" in (scratch.root / "inv/hosts.yaml").read_text(encoding="utf-8")


def test_a_base_that_cannot_be_trusted_is_not_compared_with(scratch: Scratch) -> None:
    scratch.edit("inv/hosts.yaml", "organization: so", "organisation: so")
    scratch.commit("broken")
    scratch.edit("inv/hosts.yaml", "organisation: so", "organization: so")
    done = scratch.gate()
    assert done.returncode == 2
    assert "what stands there cannot be judged" in done.stderr
    assert "organisation" in done.stderr
    assert scratch.gate("--base", "HEAD^").returncode == 0


def test_an_inventory_that_cannot_be_trusted_is_two(scratch: Scratch) -> None:
    scratch.edit("inv/hosts.yaml", "organization: so", "organisation: so")
    done = scratch.gate()
    assert done.returncode == 2
    assert "inv/hosts.yaml:3:5: unknown key 'organisation'" in done.stderr


def test_outside_of_git_a_baseline_is_needed(scratch: Scratch, tmp_path: Path) -> None:
    arguments = ("audit", "inv", "--policies", "pol", "--as-of", DAY)
    scratch.run(*arguments, "--report", "baseline=base.json", "--report", "json=former.json")
    (scratch.root / ".git").rename(tmp_path / "away")
    done = scratch.gate()
    assert done.returncode == 2
    assert "not in a git work tree" in done.stderr
    for name in ("base.json", "former.json"):
        assert scratch.gate("--baseline", name).returncode == 0
    scratch.edit("inv/hosts.yaml", "{realtime: true}", "{realtime: false}")
    scratch.edit("inv/systems.yaml", "proposed_level: 3", "proposed_level: 2")
    scratch.edit("inv/waivers.yaml", "[mail-1]", "[mail-1, web-2]")
    scratch.edit("inv/fleets.yaml", "total: 100", "total: 97")
    scratch.edit("pol/trial.yaml", "severity: low", "severity: medium")
    for name in ("base.json", "former.json"):
        assert scratch.gate("--baseline", name).returncode == 1
        assert set(scope(scratch, "--baseline", name)) == {
            ("level_lowered", "portal"),
            ("waiver_widened", "w-1"),
            ("total_lowered", "T-FLEET pcs"),
            ("control_edited", "T-LEVEL"),
        }


def test_a_former_result_without_a_scope_is_not_taken_for_unchanged(scratch: Scratch) -> None:
    arguments = ("audit", "inv", "--policies", "pol", "--as-of", DAY)
    scratch.run(*arguments, "--report", "json=former.json")
    path = scratch.root / "former.json"
    data = json.loads(path.read_text(encoding="utf-8"))
    del data["scope"]
    path.write_text(json.dumps(data), encoding="utf-8")
    assert scratch.gate("--baseline", "former.json", "--fail-on", "new").returncode == 0
    done = scratch.gate("--baseline", "former.json")
    assert done.returncode == 1
    assert "does not tell its scope" in done.stdout


def test_a_change_cannot_edit_the_baseline_that_the_base_has(scratch: Scratch) -> None:
    scratch.baseline("base.json")
    scratch.commit("baseline")
    scratch.edit("inv/hosts.yaml", "{realtime: true}", "{realtime: false}")
    scratch.baseline("base.json")
    assert scratch.gate("--baseline", "base.json").returncode == 0
    assert scratch.gate("--baseline", "base.json", "--base", "HEAD").returncode == 1
    assert scratch.gate("--baseline", "no.json", "--base", "HEAD").returncode == 2
    assert scratch.gate("--baseline", "/etc/hostname", "--base", "HEAD").returncode == 2


def test_a_pipeline_reads_no_baseline_that_the_change_brings(scratch: Scratch) -> None:
    scratch.edit("inv/hosts.yaml", "{realtime: true}", "{realtime: false}")
    scratch.baseline("base.json")
    words = ("gate", "inv", "--policies", "pol", "--as-of", DAY, "--baseline", "base.json")
    ci = {"CI": "true"}
    assert soccheck(*words, cwd=scratch.root, env=ci).returncode == 0, "an artefact"
    scratch.commit("worse, and taken for granted")
    done = soccheck(*words, cwd=scratch.root, env=ci)
    assert done.returncode == 2
    assert "base.json is kept in git, and a change can edit it" in done.stderr
    assert "--base REF" in done.stderr
    assert soccheck(*words, cwd=scratch.root).returncode == 0, "at a desk"


def test_a_baseline_has_no_line_numbers_and_the_same_bytes(scratch: Scratch) -> None:
    scratch.baseline("b.json")
    before = (scratch.root / "b.json").read_bytes()
    text = (scratch.root / "inv/hosts.yaml").read_text(encoding="utf-8")
    scratch.write("inv/hosts.yaml", "# moved\n" + text)
    scratch.baseline("b.json")
    assert (scratch.root / "b.json").read_bytes() == before
    assert b'"line"' not in before


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "not JSON"),
        ("[]", "not an object"),
        ("{}", "is missing"),
        ('{"soccheck": {}}', "is missing"),
        ('{"soccheck": {"format": ["baseline"]}}', "not a baseline"),
        ('{"soccheck": {"format": "baseline", "version": 1}}', "not a baseline"),
        ('{"a": 1, "a": 2}', "twice"),
        ("[" * 100_000, "not JSON"),
        ("\udcff", "not JSON"),
    ],
)
def test_a_baseline_that_cannot_be_trusted(scratch: Scratch, text: str, said: str) -> None:
    path = scratch.root / "base.json"
    path.write_bytes(text.encode("utf-8", "surrogateescape"))
    done = scratch.gate("--baseline", "base.json")
    assert done.returncode == 2
    assert said in done.stderr


def test_nothing_assessed_is_three(scratch: Scratch) -> None:
    scratch.edit("pol/trial.yaml", 'version: "1"', 'version: "1"\neffective: {from: 2030-01-01}')
    scratch.commit("later")
    done = scratch.gate()
    assert done.returncode == 3
    assert "INCOMPLETE" in done.stdout


def test_every_format_gives_the_same_exit_code(scratch: Scratch) -> None:
    formats = list(PRINTED)
    assert len(formats) >= 13
    scratch.edit("inv/hosts.yaml", "{realtime: true}", "{realtime: false}")
    codes = {scratch.gate("--report", name).returncode for name in formats}
    assert codes == {1}
    audit = ("audit", "inv", "--policies", "pol", "--as-of", DAY, "--report")
    reports = [f"--report={name}=out.{name}" for name in formats]
    assert scratch.run(*audit[:-1], *reports).returncode == 1


def test_several_reports_in_one_run(scratch: Scratch) -> None:
    done = scratch.gate("--report", "sarif=out.sarif", "--report", "table", "--report=junit=j.xml")
    assert done.returncode == 0
    assert "NOTHING TO COMPARE" in done.stdout
    assert (scratch.root / "out.sarif").exists()
    assert (scratch.root / "j.xml").exists()
    assert scratch.gate("--report", "sarif=out.json").returncode == 0
    assert '"version": "2.1.0"' in (scratch.root / "out.json").read_text()
    assert scratch.gate("--report", "sarif=out.xlsx").returncode == 2
    done = scratch.gate("--report", "table", "--report", "json")
    assert done.returncode == 2
    assert "two reports would be printed" in done.stderr
    done = scratch.gate("--report", "srif")
    assert done.returncode == 2
    assert "did you mean 'sarif'?" in done.stderr
    assert scratch.gate("--report", "sarif=no/where/out").returncode == 2


def test_audit_takes_both_its_old_and_its_general_form(scratch: Scratch) -> None:
    audit = ("audit", "inv", "--policies", "pol", "--as-of", DAY)
    scratch.run(*audit, "--format", "json", "--output", "a.json")
    scratch.run(*audit, "--report", "json=b.json")
    one, other = (scratch.root / name for name in ("a.json", "b.json"))
    assert one.read_bytes() == other.read_bytes()
    done = scratch.run(*audit, "--format", "csv", "--output", "a.csv", "--report", "table")
    assert "Trial province" in done.stdout
    assert (scratch.root / "a.csv").read_bytes().startswith(b"\xef\xbb\xbf")


def test_a_folder_that_a_link_brings_in_is_refused(scratch: Scratch, tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    (scratch.root / "inv").rename(outside)
    (scratch.root / "inv").symlink_to(outside)
    done = scratch.gate()
    assert done.returncode == 2
    assert "not in a git work tree" in done.stderr or "link out of the repository" in done.stderr


def test_it_speaks_vietnamese(scratch: Scratch) -> None:
    done = scratch.gate("--lang", "vi")
    assert "Tỉnh Thử" in done.stdout
    assert "PASSED" not in done.stdout


def test_no_line_is_wider_than_eighty_columns(scratch: Scratch) -> None:
    scratch.edit("inv/hosts.yaml", "{realtime: true}", "{realtime: false}")
    scratch.edit("inv/systems.yaml", "proposed_level: 3", "proposed_level: 2")
    scratch.edit("pol/trial.yaml", "in: [2, 3, 4, 5]", "in: [1, 2, 3, 4, 5]")
    assert max(map(len, scratch.gate().stdout.splitlines())) <= 80


def test_help_says_what_can_be_asked() -> None:
    done = soccheck("gate", "--details", "--help", cwd=Path())
    assert done.returncode == 0
    for word in ("--base", "--baseline", "--fail-on", "--report"):
        assert word in done.stdout
