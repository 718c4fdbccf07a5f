"""Formats read by the code of those they are for: every field comes back, and nothing else is obeyed."""

from __future__ import annotations

import functools
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
from lxml import html

from soccheck.model import Status
from soccheck.report.formats import github
from soccheck.report.report import Report
from soccheck.report.wording import one_line as line
from tests import npm
from tests.report.loaded import assessment
from tests.report.loaded import rendered as text_of
from tests.scratch import Scratch

AZURE = "5.281.0"
TOOLKIT = "1.11.1"
NAME = "h;o]s,t:s%0A%AZP25 [x]|`é.yaml"
"""A file's name that would end a property of any runner's command."""


@pytest.fixture
def attacked(hostile: Scratch) -> Scratch:
    """The hostile repository, its hosts in a file whose name attacks as well."""
    (hostile.root / "inv/hosts.yaml").rename(hostile.root / "inv" / NAME)
    hostile.commit("renamed")
    hostile.edit("inv/systems.yaml", "proposed_level: 3", "proposed_level: 2")
    hostile.edit(f"inv/{NAME}", "realtime: false", "realtime: true")
    return hostile


# -- Azure -----------------------------------------------------------------------------------------


def parsed(text: str) -> list[dict[str, Any]]:
    """Return the lines as Microsoft's task library reads them; each gives itself when written again."""
    modules = npm.installed("azure-pipelines-task-lib", AZURE)
    script = """data.map(line => {
        const found = require('azure-pipelines-task-lib/taskcommand').commandFromString(line);
        return {command: found.command, properties: found.properties, message: found.message,
                again: found.toString()};
    })"""
    found: list[dict[str, Any]] = npm.answer(modules, script, text.splitlines())
    return found


def test_azure_reads_every_field_as_it_was_meant(attacked: Scratch) -> None:
    judged, language = assessment(attacked)
    text, report = text_of("azure", judged, language), Report(assessment=judged)
    findings = line.active(report)
    assert len(findings) >= 3
    for item, finding in zip(parsed(text), findings, strict=True):
        at = line.spot(report, finding)
        assert item["command"] == "task.logissue"
        assert item["properties"] == {
            "type": "error" if finding.status is Status.FAIL else "warning",
            "sourcepath": at.path,
            "linenumber": str(at.line),
            "columnnumber": str(at.column),
            "code": finding.control.id,
        }
        assert item["message"] == line.message(report, finding, language)
    assert NAME in {Path(item["properties"]["sourcepath"]).name for item in parsed(text)}


def test_azure_sees_one_command_a_line_of_a_gate(attacked: Scratch) -> None:
    done = attacked.gate("--report", "azure")
    assert done.returncode in (0, 1, 3), done.stderr
    lines = done.stdout.splitlines()
    for text, item in zip(lines, parsed(done.stdout), strict=True):
        # The agent looks for the mark anywhere in a line, and takes the first.
        assert text.startswith("##vso[task.logissue type=")
        assert item["command"] == "task.logissue"
        assert set(item["properties"]) == {
            "type", "sourcepath", "linenumber", "columnnumber", "code",
        }  # fmt: skip
        assert item["again"].replace(";]", "]") == text
    assert "scope" in {item["properties"]["code"] for item in parsed(done.stdout)}


# -- GitHub ----------------------------------------------------------------------------------------


def commands(items: list[tuple[str, dict[str, str], str]]) -> list[str]:
    """Return the lines that GitHub's own toolkit writes for these annotations."""
    modules = npm.installed("@actions/core", TOOLKIT)
    script = """for (const [kind, properties, message] of data)
        require('@actions/core/lib/command').issueCommand(kind, properties, message);"""
    return npm.run(modules, script, items).splitlines()


def test_github_is_told_what_its_toolkit_would_tell(attacked: Scratch) -> None:
    judged, language = assessment(attacked)
    text, report = text_of("github", judged, language), Report(assessment=judged)
    expected = []
    for finding in line.active(report):
        at = line.spot(report, finding)
        place = {"file": at.path, "line": str(at.line), "col": str(at.column)}
        kind = "error" if finding.status is Status.FAIL else "warning"
        message = line.message(report, finding, language)
        expected.append((kind, {**place, "title": finding.control.id}, message))
    assert 3 <= len(expected) <= github.SHOWN
    assert text.splitlines() == commands(expected)
    assert NAME in {Path(item[1]["file"]).name for item in expected}


# -- the step summary ------------------------------------------------------------------------------

_ELEMENTS = {
    *("html", "body", "h1", "h2", "h3", "h4", "p", "ul", "li", "blockquote", "strong", "em"),
    *("table", "thead", "tbody", "tr", "th", "td", "code", "br", "hr"),
}


@functools.cache
def renderer() -> str:
    found = shutil.which("cmark-gfm")
    if found is None:
        pytest.skip("cmark-gfm is not here")
    return found


def rendered(text: str) -> html.HtmlElement:
    """Return Markdown as GitHub's own renderer makes it, raw HTML let through to be seen."""
    command = [renderer(), "--unsafe"]
    for extension in ("table", "strikethrough", "autolink", "tasklist"):
        command += ["-e", extension]
    done = subprocess.run(command, input=text, capture_output=True, text=True, check=True)
    return html.fromstring(f"<html><body>{done.stdout}</body></html>")


def test_the_step_summary_shows_a_name_and_runs_none_of_it(attacked: Scratch) -> None:
    done = attacked.gate("--report", "summary", "--limit", "0")
    assert done.returncode in (0, 1, 3), done.stderr
    page = rendered(done.stdout)
    assert {item.tag for item in page.iter()} <= _ELEMENTS
    said = page.text_content()
    for whole in ("<script>alert(1)</script>", "[l](javascript:x)", "*b* _i_ ~~s~~", "<!--"):
        assert whole in said
    assert page.findall(".//table")
    for table in page.iter("table"):
        assert len({len(row) for row in table.iter("tr")}) == 1  # no name adds a cell
    # What a name marks up would be an element of its own around the name's words.
    for item in page.iter("strong", "em", "code"):
        assert item.text_content() not in ("b", "i", "code")


def test_the_step_summary_renders_as_tables_and_headings(scratch: Scratch) -> None:
    judged, language = assessment(scratch)
    page = rendered(text_of("summary", judged, language))
    assert len(page.findall(".//h1")) == 1
    rows = [[cell.text_content() for cell in row] for row in page.iter("tr")]
    assert any("FAIL" in cell or "%" in cell for row in rows for cell in row)


def test_what_is_left_out_of_a_list_is_an_item_of_its_own(attacked: Scratch) -> None:
    attacked.edit("inv/waivers.yaml", "2024-12-31", "2025-12-31")
    page = rendered(attacked.gate("--report", "summary", "--limit", "1").stdout)
    assert [item.text_content()[:5] for item in page.iter("li")][1] == "… and"
