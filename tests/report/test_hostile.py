"""A pull request is untrusted: what it names must not speak to a terminal, a runner, or a browser."""

from __future__ import annotations

import csv
import io
import json
import re
import subprocess
import sys
import unicodedata
from collections.abc import Callable
from pathlib import Path

import pytest
from lxml import etree

from soccheck.report import PRINTED
from tests.payload import HOSTILE
from tests.scratch import DAY, POLICY, Scratch


def spoken(text: str, form: str) -> list[str]:
    """Return the lines of a log that a terminal or a runner would obey."""
    bad = []
    for line in text.split("\n"):
        line = line.removesuffix("\r") if form == "csv" else line
        if [c for c in line if unicodedata.category(c) in ("Cc", "Cf")]:
            bad.append(line)
        if form == "github" and re.match(r"::(error|warning|notice) [^:]*::", line):
            line = line[2:]
        if form == "azure" and line.startswith("##vso[task.logissue "):
            line = line[2:]
        if re.match(r"\s*::\s*[a-z-]*[g-z-]", line, re.I) or re.search(r"##(\[|vso\[)", line, re.I):
            bad.append(line)
    return bad


@pytest.mark.parametrize("form", PRINTED)
def test_no_report_obeys_a_name(hostile: Scratch, form: str) -> None:
    audit = ("audit", "inv", "--policies", "pol", "--as-of", DAY, "--report", form)
    for done in (hostile.run(*audit), hostile.gate("--report", form)):
        assert done.returncode in (1, 3), done.stderr
        assert len(done.stdout) > 200
        assert spoken(done.stdout, form) == []
        assert spoken(done.stderr, "") == []


@pytest.mark.parametrize(
    "command",
    [
        ("explain", "inv", "T-REALTIME", "--policies", "pol", "--as-of", DAY),
        ("validate", "inv", "--policies", "pol"),
        ("waiver", "list", "inv", "--policies", "pol", "--as-of", DAY),
        ("waiver", "lint", "inv", "--policies", "pol", "--as-of", DAY),
        ("policy", "list", "--policies", "pol"),
        ("policy", "show", "trial", "--policies", "pol"),
        ("policy", "lint", "--policies", "pol"),
        ("policy", "diff", "old.yaml", "pol/trial.yaml"),
    ],
)
def test_no_command_obeys_a_name(hostile: Scratch, command: tuple[str, ...]) -> None:
    hostile.write("old.yaml", POLICY)
    done = hostile.run(*command)
    assert done.returncode in (0, 1, 3), done.stderr
    assert done.stdout
    assert spoken(done.stdout + done.stderr, "") == []


def test_markdown_shows_a_name_and_runs_none_of_it(hostile: Scratch) -> None:
    for form in ("markdown", "summary"):
        text = hostile.gate("--report", form).stdout
        assert "script" in text
        for mark in ("<", "[l]", "![", "@team", "`code", "*b", "~~", "|"):
            for match in re.finditer(re.escape(mark), text):
                line = text[text.rfind("\n", 0, match.start()) + 1 : match.start()]
                if mark == "|" and (line == "" or line[-1] in " -:"):
                    continue  # the table's own
                if text.startswith("<br>", match.start()):
                    continue  # a cell's next line
                assert line.endswith("\\"), text[match.start() - 40 : match.end() + 10]


def test_xml_holds_a_name_as_text(hostile: Scratch) -> None:
    text = hostile.gate("--report", "junit").stdout
    root = etree.fromstring(text.encode())
    assert root.findall(".//script") == []
    assert "<!--" not in text
    said = " ".join(item.get("message") or "" for item in root.findall(".//*"))
    assert "<script>alert(1)</script> ]]> <!--" in said


def test_xml_has_no_character_it_cannot_hold() -> None:
    from soccheck.report.formats.junit import legal

    every = "".join(
        map(chr, [*range(0x250), *range(0xD7F0, 0xE010), 0xFFFD, 0xFFFE, 0xFFFF, 0x1F600])
    )
    text = legal(every)
    root = etree.Element("a")
    root.text = text  # lxml refuses what XML cannot hold
    root.set("b", text)


def test_a_spreadsheet_runs_no_cell(scratch: Scratch) -> None:
    for start in ("=cmd|' /C calc'!A0+1", "+1", "-1", "@SUM(1)"):
        scratch.edit(
            "inv/hosts.yaml", "  web-2:\n", f"  web-2:\n    name: {{vi: {json.dumps(start)}}}\n"
        )
        done = scratch.run("audit", "inv", "--policies", "pol", "--as-of", DAY, "--report", "csv")
        cells = [cell for row in csv.reader(io.StringIO(done.stdout)) for cell in row]
        assert not [cell for cell in cells if cell.startswith(("=", "+", "-", "@", "\t", "\r"))]
        scratch.git("checkout", "-q", "inv/hosts.yaml")


def test_json_holds_a_name_whole(hostile: Scratch) -> None:
    data = json.loads(hostile.gate("--report", "json").stdout)
    assert data["inventory"]["authority"]["en"] == HOSTILE


def test_sarif_and_gitlab_stay_what_they_are(hostile: Scratch) -> None:
    for form in ("sarif", "sarif-full", "gitlab", "baseline"):
        json.loads(hostile.gate("--report", form).stdout)


@pytest.mark.parametrize(
    "text",
    [
        'hosts: {"\\e[2J::set-output name=a::b": {organization: so}}',
        'hosts: {h: {"\\n::error::x": 1}}',
        'hosts: {h: {organization: "\\n::error::x"}}',
        'hosts: {h: {organization: so, role: "##vso[task.complete]\\e[2J"}}',
        "hosts: {h: !%1B%5B2J%0A::error::x 1}",
        'hosts: {h: {organization: so, "##[error]": 1}}',
        "hosts: *nothing",
        'a: "\\u2028::error::"',
    ],
)
def test_an_error_message_obeys_nothing(scratch: Scratch, text: str) -> None:
    scratch.write("inv/bad.yaml", text)
    done = scratch.gate()
    assert done.returncode == 2
    assert spoken(done.stderr, "") == []


def test_a_reference_from_a_branch_name_obeys_nothing(scratch: Scratch) -> None:
    done = scratch.gate("--base", "x\n::error::y\x1b[2J##[error]z")
    assert done.returncode == 2
    assert spoken(done.stderr, "") == []


def test_clean_leaves_addresses_and_words_alone() -> None:
    from soccheck.facts.values import clean

    for text in ("2001:db8::1", "::1", "::ffff:192.0.2.1", "fe80::dead:beef", "a: b", "C# ## x"):
        assert clean(text) == text
    assert clean("::set-output x") == ": :set-output x"
    assert clean("a##[b]##vso[c]") == "a# #[b]# #vso[c]"


# -- bombs -----------------------------------------------------------------------------------------


def bounded(scratch: Scratch, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run the command with a gigabyte and twenty seconds of CPU, which no input may use up."""

    # Set by a shell, not between fork and exec: there the size of the tests' own process would count.
    limited = ["sh", "-c", 'ulimit -v 1048576 && ulimit -t 20 && exec "$@"', "sh"]
    return subprocess.run(
        [*limited, sys.executable, "-m", "soccheck", *arguments],
        cwd=scratch.root,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )


def laughs() -> str:
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{i}: &a{i} [{', '.join([f'*a{i - 1}'] * 9)}]" for i in range(1, 12)]
    return "\n".join(lines)


BOMBS: dict[str, Callable[[], str]] = {
    "laughs": laughs,
    "deep": lambda: "a: " + "[" * 20_000,
    "deep-mappings": lambda: "\n".join(" " * i + "a:" for i in range(2_000)),
    "wide": lambda: "hosts: {" + ", ".join(f"h{i}: 1" for i in range(20_000)) + "}",
    "same-keys": lambda: "hosts:\n" + "  a: 1\n" * 20_000,
    "two-halves-of-same-keys": lambda: (
        "hosts:\n" + "".join(f"  k{i % 10_000}: 1\n" for i in range(20_000))
    ),
    "long-line": lambda: "a: " + "x" * 2_000_000,
    "long-number": lambda: "a: " + "1" * 2_000_000,
    "traps": lambda: "a:\n" + "  - no\n" * 20_000,
    "documents": lambda: "---\na: 1\n" * 20_000,
    "anchors": lambda: "".join(f"k{i}: &a{i} 1\n" for i in range(20_000)),
    "dangling": lambda: (
        "hosts:\n"
        + "".join(
            f"  host-{i:05d}: {{organization: nobody-{i:05d}, role: server, systems: [nothing-{i}]}}\n"
            for i in range(3_000)
        )
    ),
    "unknown-keys": lambda: (
        "hosts:\n"
        + "".join(f"  host-{i:05d}: {{organisation{i}: so, role: server}}\n" for i in range(3_000))
    ),
}


@pytest.mark.parametrize("name", BOMBS)
def test_a_bomb_is_refused_in_bounded_time_and_memory(scratch: Scratch, name: str) -> None:
    scratch.write("inv/bomb.yaml", BOMBS[name]())
    done = bounded(scratch, "gate", "--details", "inv", "--policies", "pol", "--as-of", DAY)
    assert done.returncode == 2, done.stderr[-2000:]
    assert "inv/bomb.yaml:" in done.stderr
    assert len(done.stderr) < 1_000_000


def test_a_bomb_in_the_base_is_refused_too(scratch: Scratch) -> None:
    scratch.write("inv/bomb.yaml", laughs())
    scratch.commit("bomb")
    (scratch.root / "inv/bomb.yaml").unlink()
    done = bounded(scratch, "gate", "--details", "inv", "--policies", "pol", "--as-of", DAY)
    assert done.returncode == 2
    assert "what stands there cannot be judged" in done.stderr


def test_a_pattern_of_a_policy_cannot_run_for_ever(scratch: Scratch) -> None:
    scratch.edit(
        "pol/trial.yaml",
        "{dossier.proposed_level|in: [2, 3, 4, 5]}",
        "{name.vi|re: '(a+)+(b+)+'}",
    )
    scratch.edit("inv/systems.yaml", "  portal:\n", f"  portal:\n    name: {{vi: {'a' * 40}!}}\n")
    done = bounded(scratch, "gate", "--details", "inv", "--policies", "pol", "--as-of", DAY)
    assert done.returncode == 1
    assert "T-LEVEL" in done.stdout


@pytest.mark.parametrize("pattern", ["(?=a)b", r"(a)\1", "x{1000}{1000}{1000}", "a)|(b", "("])
def test_a_pattern_that_cannot_be_bounded_does_not_load(scratch: Scratch, pattern: str) -> None:
    scratch.edit(
        "pol/trial.yaml",
        "{dossier.proposed_level|in: [2, 3, 4, 5]}",
        f"{{name.vi|re: {json.dumps(pattern)}}}",
    )
    done = bounded(scratch, "policy", "list", "--policies", "pol")
    assert done.returncode == 2
    assert "not a regular expression" in done.stderr


def test_a_policy_link_out_of_its_folder_is_refused(scratch: Scratch, tmp_path: Path) -> None:
    (tmp_path / "secret.yaml").write_text("secret: text\n", encoding="utf-8")
    (scratch.root / "pol/link.yaml").symlink_to(tmp_path / "secret.yaml")
    done = scratch.gate()
    assert done.returncode == 2
    assert "pol/link.yaml:1:1: the link leads out of the folder" in done.stderr
    assert "secret: text" not in done.stderr
    named = scratch.run("policy", "list", "--policies", "pol/link.yaml")
    assert named.returncode == 2
    assert "the link leads out of the folder" in named.stderr
