"""The lists behind the figures: what is accepted for a time, what reports state, evidence, policies."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from soccheck.assess.assessment import Assessment
from soccheck.claims.check import Agreement, Checked
from soccheck.claims.check import check as check_claims
from soccheck.i18n import Language
from soccheck.model import Asset, Basis, Finding, Policy, Status, Waiver
from soccheck.report.report import Report
from soccheck.report.sheets.figures import unit_name
from soccheck.report.sheets.sheet import ReportSheet, SheetCell, number, text
from soccheck.report.sheets.sheet import day as day_column
from soccheck.report.wording import claims as claim_words
from soccheck.report.wording import findings, sections, words


def accepted(assessment: Assessment, language: Language) -> ReportSheet:
    """Return every failure that is accepted for a time, by a waiver or by the law, with the days left."""
    columns = [
        text(language("Control"), 16),
        text(language("Requirement"), 34),
        text(language("Asset"), 18),
        text(language("Name"), 26),
        text(language("Status"), 16),
        text(language("Waiver"), 16),
        text(language("Reason"), 36),
        text(language("Approver"), 24),
        day_column(language("From")),
        day_column(language("Until")),
        number(language("Days left")),
    ]
    rows = (
        _accepted(finding, assessment, language)
        for finding in assessment.findings
        if finding.excuse is not None
    )
    return ReportSheet(title=language("Accepted for a time"), columns=columns, rows=rows)


def _accepted(finding: Finding, assessment: Assessment, language: Language) -> list[SheetCell]:
    excuse = finding.excuse
    end = excuse.expires if isinstance(excuse, Waiver) else excuse
    by: list[SheetCell] = ["", language("the law gives time to comply"), "", None]
    if isinstance(excuse, Waiver):
        reason, approver = words.clean(excuse.reason), words.clean(excuse.approver)
        by = [excuse.id, reason, approver, excuse.granted]
    return [
        finding.control.id,
        language.text(finding.control.title),
        finding.asset.id,
        words.name_of(finding.asset, language),
        finding.status,
        *by,
        end,
        (end - assessment.as_of).days if end is not None else None,
    ]


def claims(assessment: Assessment, language: Language) -> ReportSheet:
    """Return every figure that reports state, those that do not add up first."""
    columns = [
        text(language("Claim"), 18),
        text(language("Verdict"), 18),
        text(language("Stated"), 22),
        text(language("What it comes to"), 48),
        text(language("Text"), 52),
        text(language("Source"), 28),
        text(language("Where"), 26),
    ]
    return ReportSheet(
        title=language("Stated figures"),
        columns=columns,
        rows=[_claim(item, language) for item in claims_checked(assessment)],
    )


def claims_checked(assessment: Assessment) -> list[Checked]:
    """Return the claims checked, those that do not add up first, then those that cannot be checked."""
    order = (Agreement.DISAGREES, Agreement.UNCHECKED, Agreement.AGREES)
    checked = check_claims(assessment.inventory)
    return sorted(checked, key=lambda item: order.index(item.agreement))


def _claim(item: Checked, language: Language) -> list[SheetCell]:
    said = [
        claim_words.worded(check, language)
        for check in (*item.itself, *item.inventory)
        if check.agreement is not Agreement.AGREES
    ]
    claim = item.claim
    verdict = {
        Agreement.DISAGREES: language("DOES NOT ADD UP"),
        Agreement.UNCHECKED: language("not checked"),
        Agreement.AGREES: language("agrees"),
    }[item.agreement]
    return [
        claim.id,
        verdict,
        claim_words.stated(claim, language),
        "\n".join(said),
        words.clean(claim.says),
        words.clean(f"{claim.document} {claim.place or ''}".strip()),
        words.clean(str(claim.at)),
    ]


def evidence(assessment: Assessment, language: Language) -> ReportSheet:
    """Return, of each asset, on what its findings stand."""
    columns = [
        text(language("Asset"), 20),
        text(language("Kind"), 16),
        text(language("Name"), 34),
        text(language("Organisation"), 30),
        *(number(words.basis(basis, language), 14) for basis in Basis),
        number(language("No evidence"), 14),
        text(language("Where"), 36),
    ]
    return ReportSheet(
        title=language("Evidence"), columns=columns, rows=_evidence(assessment, language)
    )


def _evidence(assessment: Assessment, language: Language) -> Iterator[list[SheetCell]]:
    counts: dict[str, Counter[Basis | None]] = {}
    assets: dict[str, Asset] = {}
    for finding in assessment.findings:
        if finding.status is not Status.NOT_APPLICABLE:
            assets[finding.asset.id] = finding.asset
            counts.setdefault(finding.asset.id, Counter())[assessment.basis(finding)] += 1
    for name, asset in assets.items():
        yield [
            name,
            sections.kind_words(asset.kind, 1, language),
            words.name_of(asset, language),
            unit_name(asset, assessment, language),
            *(counts[name][basis] for basis in Basis),
            counts[name][None],
            words.clean(str(asset.at)),
        ]


def policies(report: Report, language: Language) -> ReportSheet:
    """Return every control with the policy it is of, and where in the law it comes from."""
    columns = [
        text(language("Policy"), 18),
        text(language("Edition"), 12),
        text(language("Control"), 16),
        text(language("Requirement"), 44),
        text(language("Severity"), 12),
        text(language("Reference"), 52),
        text(language("To do"), 44),
        text(language("Where"), 34),
        text("SHA-256", 20),
    ]
    rows = (row for policy in report.assessment.policies for row in _controls(policy, language))
    return ReportSheet(title=language("Policies"), columns=columns, rows=rows)


def _controls(policy: Policy, language: Language) -> Iterator[list[SheetCell]]:
    for control in policy.controls:
        yield [
            words.clean(policy.id),
            words.clean(policy.version),
            control.id,
            language.text(control.title),
            findings.severity(control.severity, language),
            words.references(control.references, language),
            language.text(control.remediation),
            words.clean(str(control.at)),
            policy.digest,
        ]
