"""Changes of one configuration a vendor, each with the answers it has to give; see the files for sources."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from soccheck.firewall.model import Ruleset
from soccheck.firewall.queries import parse
from soccheck.firewall.questions import Analysis, answer, unknown_family
from soccheck.firewall.readers import read
from soccheck.firewall.readers.base import Text
from soccheck.firewall.zones import Zones

FILES = sorted((Path(__file__).parent / "variants").glob("*.yaml"))
PLACE = "%%"
"""Where the base takes what a case adds."""


def changed(base: str, case: dict[str, Any]) -> str:
    """Return the base with the change of a case, or what a case has instead of it."""
    if "instead" in case:
        return str(case["instead"])
    for pattern in case.get("without", []):
        base, found = re.subn(pattern, "", base, flags=re.MULTILINE)
        assert found, pattern
    for old, new in case.get("replace", {}).items():
        assert old in base, old
        base = base.replace(old, new)
    return base.replace(PLACE, case.get("add", ""))


def answers(ruleset: Ruleset, asked: dict[str, dict[str, str]]) -> dict[tuple[str, str], str]:
    """Return the answer to each question in each family, by one analysis a family."""
    zones = Zones(ruleset)
    queries = {question: parse(question, zones) for question in asked}
    found = {}
    for family in sorted({family for expected in asked.values() for family in expected}):
        missing = unknown_family(ruleset, int(family))
        analysis = Analysis(ruleset, int(family), [query.match for query in queries.values()])
        for question, expected in asked.items():
            if family in expected:
                got = "unknown" if missing else answer(analysis, queries[question]).answer
                found[question, family] = got
    return found


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_answers(path: Path) -> None:
    told = yaml.load(path.read_text("utf-8"), Loader=yaml.CBaseLoader)
    wrong = []
    for name, case in told["cases"].items():
        ruleset = read([Text(name, changed(told["base"], case))], told["vendor"])
        got = answers(ruleset, case["ask"])
        for question, expected in case["ask"].items():
            for family, right in expected.items():
                if got[question, family] != right:
                    wrong.append((name, question, family, right, got[question, family]))
    assert wrong == []
