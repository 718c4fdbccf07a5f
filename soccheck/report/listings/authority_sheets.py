"""Several authorities as tables with typed cells: a row each, which leads to the figures behind it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace

from soccheck.assess.assessment import Assessment
from soccheck.i18n import Language
from soccheck.model import Policy, Status
from soccheck.report.report import Report
from soccheck.report.sheets import figures
from soccheck.report.sheets.sheet import ReportSheet, SheetCell, SheetLink, day, text

NamedAssessment = tuple[str, Assessment | None]
"""An authority's name, and what was judged; nothing where it could not be loaded."""


def sheets(
    entries: Sequence[NamedAssessment], policies: Mapping[str, Policy], language: Language
) -> list[ReportSheet]:
    """Return the table of all authorities, then one for each with what it passes."""
    behind = [
        replace(figures.summary(Report(assessment=judged), language), title=name)
        for name, judged in entries
        if judged is not None
    ]
    columns = [
        text(language("Authority"), 34),
        day(language("As of")),
        *figures.standing_columns(language),
        *(text(language.text(policy.title), 16) for policy in policies.values()),
    ]
    rows = [_row(name, judged, policies, len(columns), language) for name, judged in entries]
    title = language("Requirements by authority")
    return [ReportSheet(title=title, columns=columns, rows=rows), *behind]


def _row(
    name: str,
    judged: Assessment | None,
    policies: Mapping[str, Policy],
    width: int,
    language: Language,
) -> list[SheetCell]:
    if judged is None:
        return [name, None, language("NOT LOADED"), *[None] * (width - 3)]
    tallies = {policy.id: judged.headline(policy) for policy in judged.policies}
    counts = Counter[Status](finding.status for finding in judged.findings)
    row: list[SheetCell] = [SheetLink(text=name, to=name), judged.as_of]
    row += figures.standing(counts)
    for policy in policies:
        tally = tallies.get(policy)
        said = "–"
        if tally is not None and tally.total:
            said = f"{language.number(tally.passed)}/{language.number(tally.total)}"
        row.append(said)
    return row
