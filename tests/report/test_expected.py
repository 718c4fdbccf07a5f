"""What a finding says was expected, also where a comparison must not hold."""

from __future__ import annotations

import pytest

from soccheck.i18n import Language
from soccheck.report.wording import words
from tests.compare.test_unmet import judged
from tests.scratch import INVENTORY


@pytest.mark.parametrize(
    ("kind", "condition", "said"),
    [
        ("host", "antivirus.realtime: true", "≠ true"),
        ("host", "tags|contains_any: [old]", "none of [old]"),
        ("host", "tags|contains: old", "not: contains old"),
        ("host", "role|exists: true", "not stated"),
        ("system", "dossier.proposed_level|lt: 4", "≥ 4"),
        ("system", "dossier.proposed_level|in: [3, 4]", "none of [3, 4]"),
    ],
)
def test_what_must_not_hold_is_said_as_its_opposite(kind: str, condition: str, said: str) -> None:
    assessment = judged(kind, f"{{not: {{{condition}}}}}", dict(INVENTORY))
    finding = next(f for f in assessment.findings if f.result.value in ("pass", "fail"))
    item = assessment.detail(finding).observed[0]
    assert words.wanted(finding, item, Language("en")) == said
    assert item.met is (finding.result.value == "pass")
