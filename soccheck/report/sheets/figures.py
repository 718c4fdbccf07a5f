"""The tables of figures: by requirement, by system, by unit."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import date

from soccheck.assess.assessment import Assessment
from soccheck.assess.tally import Tally, of_known, worst
from soccheck.i18n import Language
from soccheck.model import Asset, Finding, Policy, Status
from soccheck.report import previous
from soccheck.report.report import Report
from soccheck.report.sheets.sheet import ReportSheet, SheetCell, SheetColumn, number, share, text
from soccheck.report.sheets.sheet import day as day_column
from soccheck.report.unit_parts import answering
from soccheck.report.wording import sections, words

UNMET = (Status.FAIL, Status.UNKNOWN, Status.WAIVED, Status.GRACE)


def summary(report: Report, language: Language) -> ReportSheet:
    """Return each requirement with its controls below it, and what was met in the period before."""
    assessment = report.assessment
    rows: list[list[SheetCell]] = []
    strong = set()
    formerly = previous.controls(report)
    comparing = report.previous is not None

    def then(before: tuple[int, int] | None) -> list[SheetCell]:
        return [per_cent(*before) if before is not None else None] if comparing else []

    for policy in assessment.policies:
        strong.add(len(rows))
        headline = assessment.headline(policy)
        before = previous.headline(report, policy.id)
        before = before and previous.share(report, before, policy.headline.controls)
        title, label = language.text(policy.title), language.text(policy.headline.label)
        rows.append([policy.id, title, label, *_of(headline, then(before), language)])
        for control in policy.controls:
            tally = assessment.tally(assessment.of_control(control))
            before = formerly.get(control.id)
            before = before and previous.share(report, before, [control.id])
            label = (
                "" if tally.counts else sections.kind_words(control.asset, tally.total, language)
            )
            rows.append(
                [
                    control.id,
                    language.text(control.title),
                    label,
                    *_of(tally, then(before), language),
                ]
            )
    columns = [
        text(language("Control"), 16),
        text(language("Requirement"), 52),
        text(language("Counted"), 18),
        number(language("Passing")),
        number(language("Total")),
        share(language("Share")),
        *map(number, unmet_words(language)),
        *([share(language("Share before"))] if comparing else []),
        text(language("Basis"), 20),
    ]
    return ReportSheet(
        title=language("Summary"), columns=columns, rows=rows, strong=frozenset(strong)
    )


def unmet_words(language: Language) -> list[str]:
    """Return the heads of what is not met."""
    return [language("Fail"), language("Unknown"), language("Waived"), language("In time")]


def _of(tally: Tally, then: list[SheetCell], language: Language) -> list[SheetCell]:
    counts = [tally.having(status) for status in UNMET]
    return [
        tally.passed,
        tally.total,
        per_cent(*tally.share),
        *counts,
        *then,
        sections.basis(tally, language),
    ]


def per_cent(passed: int, total: int) -> float | None:
    """Return a share in per cent, one decimal, as `Language.share` writes it; of nothing there is none."""
    if total == 0:
        return None
    tenths = (passed * 2000 + total) // (2 * total)
    tenths = min(tenths, 999) if passed < total else tenths
    return (max(tenths, 1) if passed else tenths) / 10


def systems(assessment: Assessment, language: Language) -> ReportSheet:
    """Return a row for each system: its level, its dossier, and how all that belongs to it stands."""
    rows = []
    for asset in systems_chosen(assessment):
        facts = asset.facts
        statuses = [
            finding.status
            for policy in assessment.policies
            for finding in assessment.parts(asset, policy.controls)
        ]
        level = facts.get("dossier.proposed_level")
        decided = facts.get("dossier.decision.date")
        rows.append(
            [
                asset.id,
                words.name_of(asset, language),
                unit_name(asset, assessment, language),
                level if isinstance(level, int) else None,
                decided if isinstance(decided, date) else None,
                words.clean(str(facts.get("dossier.decision.number", ""))),
                *standing(Counter(statuses)),
            ]
        )
    columns = [
        text(language("System"), 18),
        text(language("Name"), 40),
        text(language("Organisation"), 30),
        number(language("Level"), 8),
        day_column(language("Approved on")),
        text(language("Decision"), 18),
        *standing_columns(language),
    ]
    return ReportSheet(title=language("Systems"), columns=columns, rows=rows)


def systems_chosen(assessment: Assessment) -> list[Asset]:
    """Return the systems that are reported on."""
    chosen = assessment.selection.subjects(assessment.world)
    found = assessment.world.assets("system")
    return [asset for asset in found if chosen is None or asset.id in chosen]


def units(assessment: Assessment, language: Language) -> ReportSheet:
    """Return a row for each unit: its findings, and the headline figures of what it answers for."""
    policies = [policy for policy in assessment.policies if policy.headline.asset != "authority"]
    rows = []
    for unit, found in findings_by_unit(assessment):
        row: list[SheetCell] = [unit.id, words.name_of(unit, language)]
        row += standing(Counter(finding.status for finding in found))
        row += [matrix_cell(unit, policy, assessment, language) for policy in policies]
        rows.append(row)
    columns = [
        text(language("Organisation"), 18),
        text(language("Name"), 36),
        *standing_columns(language),
        *(text(language.text(policy.title), 14) for policy in policies),
    ]
    return ReportSheet(title=language("Units"), columns=columns, rows=rows)


def findings_by_unit(assessment: Assessment) -> list[tuple[Asset, list[Finding]]]:
    """Return the findings by the unit that answers for them; those of no unit under the authority."""
    known = assessment.inventory.assets["organization"]
    by_id: dict[str, list[Finding]] = {name: [] for name in known}
    rest: list[Finding] = []
    for finding in assessment.findings:
        by_id.get(answering(finding.asset, assessment.inventory), rest).append(finding)
    found = [(known[name], items) for name, items in by_id.items() if items]
    return [*found, *([(assessment.inventory.authority, rest)] if rest else [])]


def findings_by_level(
    assessment: Assessment,
) -> list[tuple[int | None, list[Asset], list[Finding]]]:
    """Return the systems by level, with the findings on them and on what belongs to them, each once.

    Those that state no level come last.
    """
    levels: dict[int | None, list[Asset]] = {}
    for asset in systems_chosen(assessment):
        level = asset.facts.get("dossier.proposed_level")
        levels.setdefault(level if isinstance(level, int) else None, []).append(asset)
    return [
        (level, levels[level], _of_systems(levels[level], assessment))
        for level in sorted(levels, key=lambda level: (level is None, level or 0))
    ]


def _of_systems(assets: Iterable[Asset], assessment: Assessment) -> list[Finding]:
    found = {
        (finding.control.id, finding.asset.id): finding
        for asset in assets
        for policy in assessment.policies
        for finding in assessment.parts(asset, policy.controls)
    }
    return list(found.values())


def matrix_cell(unit: Asset, policy: Policy, assessment: Assessment, language: Language) -> str:
    """Return `5/6`: what passes a headline of what a unit answers for; a dash where it counts nothing."""
    statuses = unit_statuses(unit, policy, assessment)
    if not statuses:
        return "–"
    passed = language.number(statuses.count(Status.PASS))
    return f"{passed}/{language.number(len(statuses))}"


def unit_statuses(unit: Asset, policy: Policy, assessment: Assessment) -> list[Status]:
    """Return the statuses of what a headline counts of a unit."""
    return [
        status
        for asset, status in assessment.headline(policy).members
        if asset.id == unit.id or asset.facts.get("organization") == unit.id
    ]


def unit_name(asset: Asset, assessment: Assessment, language: Language) -> str:
    """Return the name of the organisation that answers for an asset; nothing where there is none."""
    unit = assessment.inventory.assets["organization"].get(str(asset.facts.get("organization", "")))
    return words.name_of(unit, language) if unit is not None else ""


def standing(counts: Mapping[Status, int]) -> list[SheetCell]:
    """Return the worst status, and the cells of how many findings have which."""
    total = sum(counts.values()) - counts.get(Status.NOT_APPLICABLE, 0)
    passed = counts.get(Status.PASS, 0)
    present = {status for status, count in counts.items() if count} - {Status.NOT_APPLICABLE}
    return [
        worst(present),
        passed,
        total,
        per_cent(*of_known(passed, total, present)),
        *(counts.get(status, 0) for status in UNMET),
    ]


def standing_columns(language: Language) -> list[SheetColumn]:
    """Return the columns of `standing`."""
    return [
        text(language("Status"), 16),
        number(language("Passing")),
        number(language("Total")),
        share(language("Share")),
        *map(number, unmet_words(language)),
    ]
