"""A page for each control, in both languages, as the policies have it now; what it says to write is YAML."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from soccheck.facts.catalogue import FACTS
from soccheck.policy.asked import facts_asked
from soccheck.sources import yaml
from tests.cli.run import ROOT, soccheck
from tests.kit import shipped

PAGES = ROOT / "docs" / "controls"
POLICIES = shipped()
CONTROLS = sorted({control.id for item in POLICIES for control in item.controls})


def test_the_pages_are_what_the_policies_say_now(tmp_path: Path) -> None:
    ran = soccheck("docs", "--cases", "tests/policies/cases", "--write", tmp_path, cwd=ROOT)
    assert (ran.code, ran.err) == (0, "")
    made = {path.relative_to(tmp_path): path.read_bytes() for path in tmp_path.rglob("*.md")}
    kept = {path.relative_to(PAGES): path.read_bytes() for path in PAGES.rglob("*.md")}
    assert len(made) == 2 * len(CONTROLS)
    assert made == kept, "run `make docs` and read what changed"


@pytest.mark.parametrize("lang", ["en", "vi"])
def test_every_page_says_what_a_reader_came_for(lang: str) -> None:
    for name in CONTROLS:
        text = (PAGES / lang / f"{name}.md").read_text(encoding="utf-8")
        heads = re.findall(r"^#{2,3} (.+)$", text, re.MULTILINE)
        assert len(heads) >= 6, name
        assert text.count("\n- ") >= 4, name


def test_what_to_write_is_yaml_of_the_facts_that_decide() -> None:
    for edition in POLICIES:
        for control in edition.controls:
            asked = facts_asked(control)
            assert asked, control.id
            assert all((kind, name) in FACTS for kind, name in asked), control.id
    for name in CONTROLS:
        text = (PAGES / "en" / f"{name}.md").read_text(encoding="utf-8")
        for block in re.findall(r"```yaml\n(.*?)```", text, re.DOTALL):
            source = yaml.parse(block.encode(), name)
            assert not source.problems, (name, source.problems)
            assert source.data


def test_one_page_is_printed_offline() -> None:
    ran = soccheck("docs", "AV-REALTIME", cwd=ROOT)
    assert (ran.code, ran.err) == (0, "")
    assert ran.out.startswith("# AV-REALTIME: ")
    assert "realtime: {} # true, false" in ran.out
    assert "linux antivirus" in ran.out
    vietnamese = soccheck("docs", "SL-APPROVED", "--lang", "vi", cwd=ROOT).out
    assert "## Cần kê khai" in vietnamese
    assert "thời hạn thực hiện đến 31/12/2026. Chỉ áp dụng khi:\n\n```\ntất cả\n" in vietnamese


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("AV-REALTIM",), "did you mean 'AV-REALTIME'?"),
        ((), "give a control, or a folder to --write to"),
        (("AV-REALTIME", "--write", "x"), "give a control, or a folder to --write to"),
        (("AV-REALTIME", "--policies", "no-such-folder"), "no-such-folder"),
    ],
)
def test_what_cannot_be_printed(words: tuple[str, ...], message: str) -> None:
    ran = soccheck("docs", *words, cwd=ROOT)
    assert (ran.code, ran.out) == (2, "")
    assert message in ran.err
