"""What reports say of counted things: `2,884/4,120 (70 %)` with who stands behind it, and score tables."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from soccheck.assess.assessment import Assessment
from soccheck.assess.scores import Counted
from soccheck.facts.figures import half_up
from soccheck.i18n import PLACES, Language
from soccheck.model import Control, Figure, Finding, Measure, Score, Status
from soccheck.report.overview import unit_of
from soccheck.report.wording import labels, reasons, words
from soccheck.report.wording.sections import Section


def scored(points: Fraction, score: Score, counted: Counted, language: Language) -> str:
    """Return `7/17 (41.2 %): 0.4118 of 1 points, 0.5882 lost`."""
    text = language("{points} of {maximum} points, {lost} lost").format(
        points=language.decimal(points),
        maximum=language.decimal(score.maximum),
        lost=_lost(points, score.maximum, language),
    )
    return text if isinstance(counted, Fraction) else f"{words.counted(counted, language)}: {text}"


def _lost(points: Fraction, maximum: Fraction, language: Language) -> str:
    """Return the points lost, such that what is printed adds up to the maximum."""
    return language.decimal(maximum - half_up(points, PLACES))


def required(control: Control, language: Language) -> str:
    """Return what a control with a measure or a score asks for: `a ≥ 100 % × b`."""
    require = control.require
    assert isinstance(require, Measure | Score)
    target = language.per_cent(language.decimal(require.target))

    def called(name: str) -> str:
        return labels.fact_name(control.asset, name, language)

    if isinstance(require, Measure):
        ways = []
        if require.passed:
            ways.append(f"{called(require.passed)} ≥ {target} × {called(require.of or '')}")
        if require.share:
            ways.append(f"{called(require.share)} ≥ {target}")
        return (" " + language("or") + " ").join(ways)
    maximum = language.decimal(require.maximum)
    if require.measure is not None:
        text = language("{maximum} points × {passed} / {of}, at least {target} of them")
        passed, of = called(require.measure.passed or ""), called(require.measure.of or "")
        return text.format(maximum=maximum, passed=passed, of=of, target=target)
    what = called(require.points) if require.points else " + ".join(require.of)
    return f"{what} ≥ {target} × {maximum}"


def by_unit(assessment: Assessment, language: Language, limit: int) -> list[Section]:
    """Return each measure counted over several assets, by organisation, the smallest share first.

    At most `limit` rows a measure are shown (0: all); what is left out is said.
    """
    found = []
    for policy in assessment.policies:
        for control in policy.controls:
            findings = [
                finding
                for finding in assessment.of_control(control)
                if finding.status is not Status.NOT_APPLICABLE
            ]
            if isinstance(control.require, Measure) and len(findings) > 1:
                found.append(_counts(control, findings, assessment, language, limit))
    return found


def _counts(
    control: Control,
    findings: Sequence[Finding],
    assessment: Assessment,
    language: Language,
    limit: int,
) -> Section:
    rows = []
    ordered = sorted(findings, key=_smallest)
    for finding in ordered[:limit] if limit else ordered:
        figure = words.counted(finding.counted, language) or language("not stated")
        unit = unit_of(finding.asset, assessment)
        rows.append([words.name_of(unit, language), figure, words.status(finding.status, language)])
    if more := len(ordered) - len(rows):
        rows.append([language.plural("… and {n} more", "… and {n} more", more), "", ""])
    header = [language("Organisation"), language("Counted"), language("Status")]
    title = f"{control.id} {language.text(control.title)}"
    return Section(title=title, header=header, rows=rows, numbers=frozenset({1}))


def _smallest(finding: Finding) -> float:
    """Return the share to sort by; a float keeps apart whatever prints differently."""
    counted = finding.counted
    if isinstance(counted, tuple):
        return counted[0] / counted[1]
    return float(counted.number / 100) if isinstance(counted, Figure) else -1


def scores(assessment: Assessment, language: Language) -> list[Section]:
    """Return a table a policy that has scores: points, maximum, lost and why."""
    tables = []
    for policy in assessment.policies:
        scored_ = [control for control in policy.controls if isinstance(control.require, Score)]
        if scored_:
            rows = [row for line in _tree(scored_) for row in _rows(line, assessment, language)]
            header = [
                language("Criterion"),
                language("Points"),
                language("Maximum"),
                language("Lost"),
                language("Why"),
            ]
            title = language("Points: {policy}").format(policy=language.text(policy.title))
            tables.append(
                Section(title=title, header=header, rows=rows, numbers=frozenset({1, 2, 3}))
            )
    return tables


def _tree(controls: Sequence[Control]) -> list[tuple[Control, Control | None]]:
    """Return each score, a domain before its criteria; the second is the domain to close after it."""
    by_id = {control.id: control for control in controls}
    parts = {c.id: c.require.of if isinstance(c.require, Score) else () for c in controls}
    inside = {name for names in parts.values() for name in names}
    ordered: list[tuple[Control, Control | None]] = []
    for control in controls:
        if control.id in inside:
            continue
        ordered.append((control, None))
        names = parts[control.id]
        ordered += [
            (by_id[name], control if name == names[-1] else None) for name in names if name in by_id
        ]
    return ordered


def _rows(
    line: tuple[Control, Control | None], assessment: Assessment, language: Language
) -> list[list[str]]:
    control, domain = line
    rows = [_row(finding, assessment, language) for finding in assessment.of_control(control)]
    if domain is not None:
        rows += _rest(domain, assessment, language)
    return rows


def _row(finding: Finding, assessment: Assessment, language: Language) -> list[str]:
    control, score = finding.control, finding.control.require
    assert isinstance(score, Score)
    title = language.text(control.title)
    maximum = language.decimal(score.maximum)
    points = assessment.points(finding)
    if points is None:
        detail = assessment.detail(finding)
        return [title, language("not known"), maximum, "–", reasons.reason(detail, language)]
    why = []
    if not isinstance(finding.counted, Fraction):
        why.append(words.counted(finding.counted, language))
    if score.why and (text := finding.asset.facts.get(score.why)):
        why.append(words.clean(str(text)))
    lost = _lost(points, score.maximum, language)
    return [title, language.decimal(points), maximum, lost, "; ".join(why)]


def _rest(domain: Control, assessment: Assessment, language: Language) -> list[list[str]]:
    """Return what a domain holds beyond the criteria listed, so that the table adds up."""
    score = domain.require
    assert isinstance(score, Score)
    rows = []
    for finding in assessment.of_control(domain):
        parts = [assessment.finding(name, finding.asset.id) for name in score.of]
        known = [assessment.points(part) if part else None for part in parts]
        maxima = [p.control.require.maximum for p in parts if p]  # type: ignore[union-attr]
        maximum = score.maximum - sum(maxima, Fraction(0))
        if maximum == 0:
            continue
        whole = assessment.points(finding)
        title = language("other criteria, not stated one by one")
        points = None
        if whole is not None and None not in known:
            points = whole - sum((p for p in known if p is not None), Fraction(0))
        if points is None or not 0 <= points <= maximum:
            row = [title, language("not known"), language.decimal(maximum), "–", ""]
        else:
            lost = _lost(points, maximum, language)
            row = [title, language.decimal(points), language.decimal(maximum), lost, ""]
        rows.append(row)
    return rows
