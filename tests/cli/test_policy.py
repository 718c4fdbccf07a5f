"""`soccheck policy test|lint|diff`, run as authors of policies run them."""

from __future__ import annotations

import pytest

from tests.scratch import POLICY, Scratch, soccheck

BASE = """\
authority: {stated: 2024-06-01}
organizations: {so: {type: department, tier: province}}
systems: {s: {organization: so}}
hosts: {h: {organization: so, role: server, systems: [s], antivirus: {realtime: true}}}
"""
CASES = """\
control: T-REALTIME
as_of: 2024-06-30
asset: h
cases:
  - {status: pass}
  - {status: fail, inventory: {hosts: {h: {antivirus: {realtime: false}}}}}
  - {status: unknown, reason: missing, inventory: {hosts: {h: {antivirus: null}}}}
  - {status: not_applicable, inventory: {hosts: {h: {role: appliance}}}}
"""


@pytest.fixture
def author(scratch: Scratch) -> Scratch:
    before, _, _ = POLICY.partition("  - id: T-HOSTS")
    scratch.write("pol/trial.yaml", before.replace("{value: 90", "{value: 90"))
    scratch.write("cases/trial/base.yaml", BASE)
    scratch.write("cases/trial/T-REALTIME.yaml", CASES)
    return scratch


def run(scratch: Scratch, *arguments: str) -> tuple[int, str, str]:
    done = scratch.run("policy", "test", "cases", "--policies", "pol", *arguments)
    return done.returncode, done.stdout, done.stderr


def test_good_cases_show_a_control_whole(author: Scratch) -> None:
    code, out, err = run(author)
    assert (code, err) == (0, "")
    assert "4 cases, 0 wrong; 1 of 1 controls shown whole" in out
    assert author.run("policy", "test", "cases/trial", "--policies", "pol").returncode == 0


def test_a_wrong_case_shows_the_difference_and_why(author: Scratch) -> None:
    author.edit("cases/trial/T-REALTIME.yaml", "status: pass", "status: fail")
    author.edit("cases/trial/T-REALTIME.yaml", "reason: missing", "reason: stale")
    code, out, _ = run(author)
    assert code == 1
    assert (
        "cases/trial/T-REALTIME.yaml:5:5: T-REALTIME, case 1\n"
        "  - FAIL\n"
        "  + PASS\n"
        "      antivirus.realtime = true; expected"
    ) in out
    assert "  - UNKNOWN (stale)\n  + UNKNOWN (missing)\n" in out
    assert "no case shows PASS" in out


@pytest.mark.parametrize("status", ["pass", "fail", "unknown"])
def test_every_control_needs_all_three(author: Scratch, status: str) -> None:
    lines = [line for line in CASES.splitlines() if f"status: {status}" not in line]
    author.write("cases/trial/T-REALTIME.yaml", "\n".join(lines) + "\n")
    code, out, _ = run(author)
    assert code == 1
    assert f"T-REALTIME of trial: no case shows {status.upper()}" in out


def test_a_control_without_any_case_is_said(author: Scratch) -> None:
    author.write("pol/trial.yaml", POLICY)
    code, out, _ = run(author)
    assert code == 1
    assert "T-LEVEL of trial: no case shows PASS, FAIL, UNKNOWN" in out
    assert "1 of 4 controls shown whole" in out


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("asset: h", "asset: nobody", "T-REALTIME has no finding on 'nobody'"),
        ("control: T-REALTIME", "control: T-NONE", "T-NONE has no finding on 'h'"),
        ("{realtime: false}", "{realtime: maybe}", "its inventory does not load"),
        ("{role: appliance}", "{rôle: x}", "its inventory does not load"),
    ],
)
def test_a_case_that_cannot_be_run_is_wrong(author: Scratch, old: str, new: str, said: str) -> None:
    author.edit("cases/trial/T-REALTIME.yaml", old, new)
    code, out, _ = run(author)
    assert code == 1
    assert said in " ".join(out.split())


def test_a_case_of_no_edition_is_wrong(author: Scratch) -> None:
    (author.root / "cases/trial").rename(author.root / "cases/other")
    code, out, _ = run(author)
    assert code == 1
    assert "no edition 'other' is in force" in out


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("status: pass", "status: passes", "cases/trial/T-REALTIME.yaml:5:6"),
        ("asset: h\n", "", "case 1 has no asset"),
        ("as_of: 2024-06-30", "as_of: 2024-02-30", "case 1 has no as_of"),
        ("cases:", "case:", "unknown key 'case'"),
        ("{status: pass}", "{status: pass, status: fail}", "a second time"),
    ],
)
def test_a_case_file_that_cannot_be_trusted(author: Scratch, old: str, new: str, said: str) -> None:
    author.edit("cases/trial/T-REALTIME.yaml", old, new)
    code, _, err = run(author)
    assert code == 2
    assert said in err


def test_no_case_is_an_error_not_a_success(author: Scratch) -> None:
    (author.root / "cases/trial/T-REALTIME.yaml").unlink()
    code, _, err = run(author)
    assert code == 2
    assert "no case" in err
    assert author.run("policy", "test", "nowhere").returncode == 2


def test_lint_says_what_an_author_should_mend(author: Scratch) -> None:
    done = author.run("policy", "lint", "--policies", "pol", "--as-of", "2024-06-30")
    said = " ".join(done.stdout.split())
    assert done.returncode == 1
    assert "the parameter share is not used" in said
    assert "T-REALTIME: nobody has checked its reference" in said
    author.edit("pol/trial.yaml", "parameters:\n", "")
    author.edit("pol/trial.yaml", "  share: {value: 90, title: {en: share, vi: tỉ lệ}}\n", "")
    assert author.run("policy", "lint", "--policies", "pol").returncode == 0


@pytest.mark.parametrize(
    ("old", "new", "code", "said"),
    [
        (
            "    severity: high",
            "    effective: {to: 2019-12-31}\n    severity: high",
            1,
            "T-REALTIME is never in force",
        ),
        (
            "    severity: high",
            "    grace: {until: 2021-01-01}\n    severity: high",
            0,
            "T-REALTIME: the time to comply was over on 01/01/2021",
        ),
        (
            "    severity: high",
            "    evidence: {accept: [observed]}\n    severity: high",
            0,
            "T-REALTIME takes evidence of any age",
        ),
        *(
            ("require: {antivirus.realtime: true}", require, 1, "T-REALTIME requires nothing")
            for require in (
                "require: {role|exists: true}",
                "require: {role|in: [server, workstation, appliance]}",
                "require: {any: [{antivirus.realtime: true}, {antivirus.realtime: false}]}",
                "require: {antivirus.realtime|in: [true, false]}",
                "require: {any: [{antivirus.product|exists: true}, {antivirus.product|exists: false}]}",
                "require: {antivirus.product|re: '.*'}",
                "require: {all: [{firewall.rules|gte: 0}, {role|exists: true}]}",
                "require: {if: {antivirus.realtime: true}, then: {antivirus.realtime|exists: true}}",
                "require: {role|in: [server, workstation]}",
            )
        ),
        (
            "require: {antivirus.realtime: true}",
            "require: {not: {any: [{antivirus.product|re: '\\w+'}, {antivirus.realtime: false}]}}",
            0,
            r"the pattern of antivirus.product has \w, \d, \s, \b or [:a:], which know ASCII only: use \p{L}",
        ),
        (
            "require: {antivirus.realtime: true}",
            "require: {antivirus.product|re: 'Kas*'}",
            1,
            "the star of the pattern of antivirus.product repeats the letter before it: any text is .*",
        ),
    ],
)
def test_lint_codes(scratch: Scratch, old: str, new: str, code: int, said: str) -> None:
    text = POLICY.replace("parameters:\n", "").replace(
        "  share: {value: 90, title: {en: share, vi: tỉ lệ}}\n", "effective: {from: 2020-01-01}\n"
    )
    assert old in text
    scratch.write("pol/trial.yaml", text.replace(old, new, 1))
    done = scratch.run("policy", "lint", "--policies", "pol", "--as-of", "2024-06-30")
    assert done.returncode == code, done.stdout + done.stderr
    assert said in " ".join(done.stdout.split())


def test_lint_finds_days_without_an_edition(scratch: Scratch) -> None:
    head = 'version: "1"'
    scratch.edit("pol/trial.yaml", head, f"{head}\neffective: {{to: 2023-12-31}}")
    later = POLICY.replace(head, 'version: "2"\neffective: {from: 2024-01-02}')
    scratch.write("pol/later.yaml", later)
    done = scratch.run("policy", "lint", "--policies", "pol")
    assert done.returncode == 1
    assert "no edition is in force between the days 2023-12-31 .. 2024-01-02" in " ".join(
        done.stdout.split()
    )


def test_diff_says_what_became_stricter_and_what_was_dropped(scratch: Scratch) -> None:
    text = POLICY.replace("target: 90%", "target: 95%").replace("severity: high", "severity: low")
    text = text.replace("T-LEVEL", "T-OTHER")
    scratch.write("new.yaml", text)
    done = scratch.run("policy", "diff", "pol/trial.yaml", "new.yaml")
    assert done.returncode == 0
    said = done.stdout
    assert "- T-LEVEL  Level is at least 2" in said
    assert "+ T-OTHER  Level is at least 2" in said
    assert "~ T-REALTIME\n    looser: severity\n      high > low\n" in said
    assert "~ T-FLEET\n    stricter: target\n      90% > 95%\n" in said
    assert said.endswith("1 dropped, 1 new, 3 kept\n")
    done = scratch.run("policy", "diff", "pol/trial.yaml", "trial@9", "--policies", "pol")
    assert done.returncode == 2
    assert "known: trial@1" in done.stderr


def test_the_shipped_policies_pass_their_tests_and_have_nothing_to_mend() -> None:
    from pathlib import Path

    root = Path(__file__).parents[2]
    done = soccheck("policy", "test", "tests/policies/cases/ipv6", cwd=root)
    assert done.returncode == 0, done.stdout
    assert " 0 wrong" in done.stdout
    assert soccheck("policy", "lint", cwd=root).returncode == 0
    done = soccheck("policy", "diff", "security-level@2016", "security-level@2026", cwd=root)
    assert done.returncode == 0
    assert "+ SL-PLANNED" in done.stdout
