"""What pipelines read, validated by official schemas or by the real consumer."""

from __future__ import annotations

import csv
import functools
import io
import json
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from lxml import etree

from soccheck.sources import schema
from tests import npm
from tests.scratch import DAY, Scratch

DATA = Path(__file__).parent / "schemas"
MULTITOOL = "5.7.0"


@pytest.fixture
def worse(scratch: Scratch) -> Scratch:
    """A change with a new failure, a new unknown, a resolved one, one that left, a waived one."""
    scratch.edit("inv/hosts.yaml", "{realtime: true}", "{realtime: false}")
    scratch.edit("inv/hosts.yaml", "    antivirus: {realtime: true}\n", "")
    scratch.edit(
        "inv/hosts.yaml",
        "  mail-1:",
        "  spare:\n    organization: so\n"
        "    role: server\n    tags: [old]\n    antivirus: {realtime: false}\n  mail-1:",
    )
    scratch.edit("inv/waivers.yaml", "[mail-1]", "[spare]")
    scratch.edit("inv/systems.yaml", "  mail:\n", "  post:\n")
    scratch.edit("inv/hosts.yaml", "systems: [mail]", "systems: [post]")
    return scratch


def written(scratch: Scratch, form: str, *arguments: str) -> str:
    done = scratch.gate("--report", f"{form}=out", *arguments)
    assert done.returncode in (0, 1, 3), done.stderr
    return (scratch.root / "out").read_text(encoding="utf-8")


def audited(scratch: Scratch, form: str) -> str:
    done = scratch.run("audit", "inv", "--policies", "pol", "--as-of", DAY, "--report", form)
    assert done.returncode in (0, 1, 3), done.stderr
    return done.stdout


# -- SARIF -----------------------------------------------------------------------------------------


@functools.cache
def multitool() -> str:
    """Return Microsoft's validator."""
    modules = npm.installed("@microsoft/sarif-multitool-linux", MULTITOOL)
    tool = modules / "@microsoft/sarif-multitool-linux/Sarif.Multitool"
    tool.chmod(0o755)
    return str(tool)


def remarks(log: Path) -> list[tuple[str, str]]:
    """Return what the multitool says against a log: rule and level, notes left out."""
    out = log.with_suffix(".validated.sarif")
    command = [multitool(), "validate", str(log), "--output", str(out), "--log", "ForceOverwrite"]
    command += ["--rule-kind", "Sarif;Ghas", "--level", "Error;Warning"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stdout
    run = json.loads(out.read_text(encoding="utf-8-sig"))["runs"][0]
    return [(item["ruleId"], item.get("level", "warning")) for item in run.get("results", [])]


@pytest.mark.parametrize("form", ["sarif", "sarif-full"])
def test_sarif_holds_to_its_schema_and_to_the_multitool(
    worse: Scratch, form: str, tmp_path: Path
) -> None:
    official = json.loads((DATA / "sarif-2.1.0.json").read_text(encoding="utf-8-sig"))
    for name, text in (
        ("gate", written(worse, form)),
        ("audit", audited(worse, form)),
    ):
        log = json.loads(text)
        assert log["version"] == "2.1.0"
        Draft202012Validator(official).validate(log)
        path = tmp_path / f"{name}.sarif"
        path.write_text(text, encoding="utf-8")
        assert remarks(path) == []


def test_the_multitool_does_find_faults(worse: Scratch, tmp_path: Path) -> None:
    log = json.loads(audited(worse, "sarif"))
    log["runs"][0]["results"][0]["locations"][0]["physicalLocation"]["region"]["startLine"] = -1
    path = tmp_path / "bad.sarif"
    path.write_text(json.dumps(log), encoding="utf-8")
    assert remarks(path) != []


def results(text: str) -> list[dict[str, Any]]:
    (run,) = json.loads(text)["runs"]
    found: list[dict[str, Any]] = run["results"]
    return found


def test_every_sarif_result_has_a_line_of_a_file_in_the_repository(worse: Scratch) -> None:
    for form in ("sarif", "sarif-full"):
        found = results(written(worse, form))
        assert found
        for item in found:
            (location,) = item["locations"]
            place = location["physicalLocation"]
            assert (worse.root / place["artifactLocation"]["uri"]).is_file()
            assert place["region"]["startLine"] >= 1
            assert place["region"]["startColumn"] >= 1


def test_paths_start_at_the_top_of_the_repository_wherever_it_is_run(worse: Scratch) -> None:
    arguments = ("audit", ".", "--policies", "../pol", "--as-of", DAY, "--report")
    for form, said in (
        ("sarif", '"uri": "inv/hosts.yaml"'),
        ("gitlab", '"path": "inv/hosts.yaml"'),
        ("github", "file=inv/hosts.yaml,"),
        ("azure", "sourcepath=inv/hosts.yaml;"),
    ):
        assert said in worse.run(*arguments, form, cwd=worse.root / "inv").stdout
        whole = ("audit", str(worse.root / "inv"), "--policies", "pol", "--as-of", DAY)
        assert said in worse.run(*whole, "--report", form).stdout


def test_sarif_has_active_failures_only_unless_all_is_asked_for(worse: Scratch) -> None:
    plain = results(written(worse, "sarif"))
    assert {(item["kind"], item["level"] != "none") for item in plain} == {("fail", True)}
    assert not [item for item in plain if "suppressions" in item or "baselineState" in item]
    named = {item["locations"][0]["logicalLocations"][0]["name"] for item in plain}
    assert "spare" not in named  # waived

    full = results(written(worse, "sarif-full"))
    assert {item["kind"] for item in full} == {"pass", "fail", "review"}
    for item in full:
        assert (item["level"] == "none") == (item["kind"] != "fail")
    (waived,) = [item for item in full if "suppressions" in item]
    assert waived["suppressions"][0]["kind"] == "external"
    assert waived["suppressions"][0]["status"] == "accepted"
    assert "being replaced" in waived["suppressions"][0]["justification"]
    assert {item["baselineState"] for item in full} >= {"new", "unchanged", "absent"}


def test_sarif_fingerprints_last_when_lines_move(scratch: Scratch) -> None:
    def prints() -> dict[str, int]:
        return {
            item["partialFingerprints"]["controlAndAsset/v1"]: item["locations"][0][
                "physicalLocation"
            ]["region"]["startLine"]
            for item in results(audited(scratch, "sarif"))
        }

    before = prints()
    text = (scratch.root / "inv/hosts.yaml").read_text(encoding="utf-8")
    scratch.write("inv/hosts.yaml", "\n\n" + text)
    after = prints()
    assert before.keys() == after.keys()
    assert before != after


def test_sarif_is_cut_to_what_a_consumer_takes(
    scratch: Scratch, monkeypatch: pytest.MonkeyPatch
) -> None:
    from soccheck.report.formats import sarif
    from tests.report.loaded import assessment, rendered

    monkeypatch.setattr(sarif, "MAX_RESULTS", 1)
    judged, language = assessment(scratch)
    (run,) = json.loads(rendered("sarif", judged, language))["runs"]
    assert len(run["results"]) == 1
    assert run["results"][0]["ruleId"] == "T-REALTIME"  # the severer of the two
    (note,) = run["invocations"][0]["toolExecutionNotifications"]
    assert "1 failing findings are left out" in note["message"]["text"]


# -- JUnit -----------------------------------------------------------------------------------------


def test_junit_holds_to_the_schema_of_jenkins(worse: Scratch) -> None:
    official = etree.XMLSchema(etree.parse(str(DATA / "junit-10.xsd")))
    for text in (written(worse, "junit"), audited(worse, "junit")):
        official.assertValid(etree.fromstring(text.encode()))


def test_junit_has_a_case_for_every_finding(worse: Scratch) -> None:
    data = json.loads(audited(worse, "json"))
    root = etree.fromstring(audited(worse, "junit").encode())
    statuses = [item["status"] for item in data["findings"]]
    assert len(root.findall(".//testcase")) == len(statuses)
    assert len(root.findall(".//failure")) == statuses.count("fail") == 3
    assert len(root.findall(".//error")) == statuses.count("unknown") == 2
    assert len(root.findall(".//skipped")) == statuses.count("waived") == 1
    (skipped,) = root.findall(".//skipped")
    assert "being replaced" in (skipped.get("message") or "")
    for name in ("tests", "failures", "errors", "skipped"):
        whole = sum(int(suite.get(name) or "0") for suite in root.findall("testsuite"))
        assert whole == {"tests": len(statuses), "failures": 3, "errors": 2, "skipped": 1}[name]
    names = [case.get("name") for case in root.findall(".//testcase")]
    assert "T-REALTIME Protection is on" in names


def test_junit_of_nothing_assessed_is_no_success(scratch: Scratch) -> None:
    scratch.edit("pol/trial.yaml", 'version: "1"', 'version: "1"\neffective: {from: 2030-01-01}')
    root = etree.fromstring(audited(scratch, "junit").encode())
    etree.XMLSchema(etree.parse(str(DATA / "junit-10.xsd"))).assertValid(root)
    assert len(root.findall(".//error")) == 1


# -- GitHub, Azure ---------------------------------------------------------------------------------

_COMMAND = re.compile(
    r"::(error|warning|notice) (?:file=([^,:]+),line=(\d+),col=(\d+),)?title=([^,:]+)::(.+)"
)


def test_github_annotates_what_is_new_at_its_line(worse: Scratch) -> None:
    lines = written(worse, "github").splitlines()
    found = [match.groups() for line in lines if (match := _COMMAND.fullmatch(line))]
    assert len(found) == len(lines)
    kinds = [kind for kind, *_ in found]
    assert kinds == sorted(kinds)  # errors first: only the first ten are shown
    assert ("error", "inv/hosts.yaml", "6", "17", "T-REALTIME") in [item[:5] for item in found]
    assert not [item for item in found if "web-2: FAIL" in item[5]]  # an old debt
    assert any(item[4] == "Scope changes" for item in found)


def test_github_shows_ten_of_a_kind_and_counts_the_rest(scratch: Scratch) -> None:
    host = "  h-{}: {{organization: so, role: server, antivirus: {{realtime: false}}}}\n"
    text = "".join(host.format(number) for number in range(25))
    scratch.write("inv/more.yaml", f"hosts:\n{text}")
    lines = written(scratch, "github").splitlines()
    assert sum(line.startswith("::error ") for line in lines) == 10
    assert lines[-1] == "::notice title=soccheck::15 more are in the report."


def test_github_escapes_what_would_end_a_command() -> None:
    from soccheck.report.formats import azure, github
    from soccheck.report.wording import one_line as line

    at = line.PipelinePlace(path="a:b,c%d\n.yaml", line=1, column=1)
    text = github._command("error", at, "t:i,t", "m\r\n::set-output name=x::y%0A")
    assert text == (
        "::error file=a%3Ab%2Cc%25d%0A.yaml,line=1,col=1,title=t%3Ai%2Ct"
        "::m%0D%0A::set-output name=x::y%250A"
    )
    text = azure._issue(
        "error", line.PipelinePlace(path="a;b]c%\n", line=1, column=1), "C", "m\n]##vso[x]%0A"
    )
    assert text == (
        "##vso[task.logissue type=error;sourcepath=a%3Bb%5Dc%AZP25%0A;linenumber=1;"
        "columnnumber=1;code=C]m%0A]##vso[x]%AZP250A"
    )


def test_azure_logs_an_issue_a_finding(worse: Scratch) -> None:
    lines = written(worse, "azure").splitlines()
    pattern = re.compile(
        r"##vso\[task\.logissue type=(error|warning);sourcepath=inv/[a-z.]+;linenumber=\d+;"
        r"columnnumber=\d+;code=[A-Za-z-]+\].+"
    )
    assert lines
    assert all(pattern.fullmatch(line) for line in lines)


def test_the_step_summary_stays_within_a_mebibyte(
    scratch: Scratch, monkeypatch: pytest.MonkeyPatch
) -> None:
    from soccheck.report.formats import summary
    from tests.report.loaded import assessment, rendered

    judged, language = assessment(scratch)
    whole = rendered("summary", judged, language)
    assert "longer than can be shown" not in whole
    monkeypatch.setattr(summary, "MAX_BYTES", 900)
    cut = rendered("summary", judged, language)
    assert len(cut.encode()) <= 900
    assert cut.rstrip().endswith("The report is longer than can be shown here.")
    assert whole.startswith(cut.split("\n\n")[0])


# -- GitLab ----------------------------------------------------------------------------------------


_TEXT, _NUMBER = {"type": "string", "minLength": 1}, {"type": "integer", "minimum": 1}
DEGRADATION = {
    "type": "object",
    "required": ["description", "fingerprint", "severity", "location"],
    "properties": {
        "description": _TEXT,
        "check_name": _TEXT,
        "fingerprint": _TEXT,
        "severity": {"enum": ["info", "minor", "major", "critical", "blocker"]},
        "location": {
            "type": "object",
            "required": ["path", "lines"],
            "properties": {
                "path": {"type": "string", "pattern": r"^[^./]"},
                "lines": {
                    "type": "object",
                    "required": ["begin"],
                    "properties": {"begin": _NUMBER},
                },
            },
        },
    },
    "additionalProperties": False,
}
"""What GitLab asks of an item, and its documentation: the first that is otherwise ends its reading.

After `Gitlab::Ci::Parsers::Codequality::CodeClimate` and the schema it judges by; no stricter reader of
GitLab's runs outside of GitLab.
"""


def test_gitlab_takes_every_item(worse: Scratch) -> None:
    for text in (written(worse, "gitlab"), audited(worse, "gitlab")):
        items = json.loads(text)
        assert len(items) == 5
        for item in items:
            Draft202012Validator(DEGRADATION).validate(item)
            assert (worse.root / item["location"]["path"]).is_file()
        assert len({item["fingerprint"] for item in items}) == len(items)


def test_gitlab_takes_every_item_of_a_hostile_change(hostile: Scratch) -> None:
    items = json.loads(written(hostile, "gitlab"))
    assert items
    for item in items:
        Draft202012Validator(DEGRADATION).validate(item)


# -- TAP -------------------------------------------------------------------------------------------


def test_tap_is_read_by_a_real_harness(worse: Scratch) -> None:
    if shutil.which("prove") is None:
        pytest.skip("prove is not here")
    audited_text = audited(worse, "tap")
    (worse.root / "out.tap").write_text(audited_text, encoding="utf-8")
    done = subprocess.run(
        ["prove", "-v", "-e", "cat", "out.tap"],
        cwd=worse.root,
        capture_output=True,
        text=True,
        check=False,
    )
    assert "Parse errors" not in done.stdout
    assert "Result: FAIL" in done.stdout
    findings = json.loads(audited(worse, "json"))["findings"]
    assert f"Tests={len(findings)}" in done.stdout
    bad = sum(item["status"] in ("fail", "unknown") for item in findings)
    assert f"Failed {bad}/{len(findings)} subtests" in done.stdout


def test_tap_of_what_passes_is_green_and_of_nothing_is_a_skip(scratch: Scratch) -> None:
    scratch.edit("inv/hosts.yaml", "{realtime: false}", "{realtime: true}")
    (scratch.root / "out.tap").write_text(audited(scratch, "tap"), encoding="utf-8")
    done = subprocess.run(
        ["prove", "-e", "cat", "out.tap"],
        cwd=scratch.root,
        capture_output=True,
        text=True,
        check=False,
    )
    assert "Result: PASS" in done.stdout
    scratch.edit("pol/trial.yaml", 'version: "1"', 'version: "1"\neffective: {from: 2030-01-01}')
    assert audited(scratch, "tap").startswith("TAP version 13\n1..0 # SKIP ")


# -- CSV, JSON, baseline ---------------------------------------------------------------------------


def test_csv_has_a_row_for_every_finding(worse: Scratch) -> None:
    rows = list(csv.DictReader(io.StringIO(audited(worse, "csv"))))
    findings = json.loads(audited(worse, "json"))["findings"]
    assert [(r["control"], r["asset"], r["status"]) for r in rows] == [
        (f["control"], f["asset"], f["status"]) for f in findings
    ]


@pytest.mark.parametrize(("form", "name"), [("json", "assessment"), ("baseline", "baseline")])
def test_our_own_formats_hold_to_their_published_schemas(
    worse: Scratch, form: str, name: str
) -> None:
    published = json.loads(schema.text(name))
    Draft202012Validator.check_schema(published)
    for text in (written(worse, form), audited(worse, form)):
        Draft202012Validator(published).validate(json.loads(text))


@pytest.mark.parametrize("name", schema.NAMES)
def test_every_key_of_a_published_schema_says_what_it_is(name: str) -> None:
    bare: list[str] = []

    def walk(node: object, path: str) -> None:
        if isinstance(node, dict):
            for key, value in node.get("properties", {}).items():
                if "description" not in value and "$ref" not in value:
                    bare.append(f"{path}/{key}")
            for key, value in node.items():
                walk(value, f"{path}/{key}")
        elif isinstance(node, list):
            for item in node:
                walk(item, path)

    walk(json.loads(schema.text(name)), "")
    assert bare == []
