"""Changes of one configuration a vendor, each with the answers it has to give; see the files for sources."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from soccheck.firewall.queries import parse
from soccheck.firewall.questions import ask
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


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_answers(path: Path) -> None:
    told = yaml.load(path.read_text("utf-8"), Loader=yaml.BaseLoader)
    wrong = []
    for name, case in told["cases"].items():
        ruleset = read([Text(name, changed(told["base"], case))], told["vendor"])
        zones = Zones(ruleset)
        for question, expected in case["ask"].items():
            query = parse(question, zones)
            for family, answer in expected.items():
                got = ask(ruleset, query, int(family))
                if got.answer != answer:
                    wrong.append((name, question, family, answer, got.answer, got.reasons))
    assert wrong == []
