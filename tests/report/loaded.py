"""An assessment of the scratch repository, and reports as text, for tests of one format."""

from __future__ import annotations

from datetime import date

from soccheck.assess.assessment import Assessment
from soccheck.i18n import Language
from soccheck.inventory import load as inventory
from soccheck.policy import load as policy
from soccheck.report import renderer
from soccheck.report.report import Layout, Report
from tests.scratch import DAY, Scratch


def assessment(scratch: Scratch) -> tuple[Assessment, Language]:
    """Return the assessment, and English."""
    policies = policy.load([(scratch.root / "pol", "pol")])
    loaded = inventory.load(scratch.root / "inv", "inv")
    return Assessment(loaded, policies, date.fromisoformat(DAY)), Language("en")


def rendered(
    form: str,
    judged: Assessment,
    language: Language,
    *,
    width: int = 80,
    color: bool = False,
    limit: int = 0,
) -> str:
    """Return a whole report as text."""
    layout = Layout(width=width, color=color, limit=limit, details=True)
    return "".join(map(str, renderer(form)(Report(assessment=judged), language, layout)))
