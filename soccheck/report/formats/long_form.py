"""The long form of the report for a terminal: every finding, in 80 columns; colour repeats what words say."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from soccheck.assess.assessment import Assessment
from soccheck.compare.gate import GateResult
from soccheck.i18n import Language
from soccheck.model import Finding, Status
from soccheck.report.columns import heading, table, wrapped
from soccheck.report.report import Layout, Report
from soccheck.report.wording import (
    changes,
    findings,
    measures,
    notes,
    policies,
    sections,
    silences,
    words,
)
from soccheck.report.wording.findings import Trouble
from soccheck.report.wording.silences import Silence

_ROWS = 20
"""Findings of a control that are shown unless more are asked for."""

_COLOURS = {
    Status.PASS: "32",
    Status.FAIL: "31;1",
    Status.UNKNOWN: "33;1",
    Status.WAIVED: "36",
    Status.GRACE: "36",
    Status.NOT_APPLICABLE: "2",
}


def render(report: Report, language: Language, layout: Layout) -> Iterator[str]:
    """Yield the whole report; where the gate judged a change, what it says of it."""
    parts = (
        _whole(report, language, layout)
        if report.gate is None
        else _gate(report, report.gate, language, layout)
    )
    yield next(parts)
    for part in parts:
        yield f"\n\n{part}"
    yield "\n"


def _whole(report: Report, language: Language, layout: Layout) -> Iterator[str]:
    assessment = report.assessment
    width, limit = layout.width, layout.rows(_ROWS)
    yield wrapped(sections.title(assessment, language, report.period), width)
    for note in (*policies.notes(report, language), *notes.notes(assessment, language)):
        yield wrapped(note, width)
    yield table(sections.summary(assessment, language), width, titled=False)
    silent, others = silences.apart(assessment, assessment.findings)
    yield from _silent(silent, language, layout)
    title = language("Failing and unknown")
    yield from _troubles(title, findings.grouped(others, limit), assessment, language, layout)
    for section in (
        *measures.scores(assessment, language),
        sections.controls(assessment, language),
        *measures.by_unit(assessment, language, limit),
        *sections.groups(assessment, language),
    ):
        yield table(section, width)


def _gate(report: Report, result: GateResult, language: Language, layout: Layout) -> Iterator[str]:
    """Yield what a reviewer needs of a change, and no older debts."""
    assessment = report.assessment
    width, limit = layout.width, layout.rows(_ROWS)
    comparison = result.comparison
    yield wrapped(sections.title(assessment, language), width)
    yield wrapped(changes.against(comparison, language), width)
    for note in (
        *changes.notes(comparison, language),
        *policies.notes(report, language),
        *notes.notes(assessment, language),
    ):
        yield wrapped(note, width)
    yield wrapped(changes.judgement(result, language), width)
    yield table(changes.counted(comparison, language), width, titled=False)
    title = language("New, or not accepted")
    silent, others = silences.apart(assessment, result.findings)
    yield from _silent(silent, language, layout)
    found = findings.grouped(others, limit)
    yield from _troubles(title, found, assessment, language, layout)
    scope = [
        "\n".join([wrapped(f"  {text}", width, "    "), *([f"      {at}"] if at else [])])
        for text, at in changes.scope(result, language)
    ]
    resolved = [
        wrapped(f"  {text}", width, "    ") for text in changes.resolved(comparison, language)
    ]
    for title, lines in ((language("Scope changes"), scope), (language("Resolved"), resolved)):
        if lines:
            yield "\n".join([heading(title), *changes.shortened(lines, limit, language)])
    older = changes.older(result, assessment, language)
    if older:
        yield wrapped(older, width)


def _silent(silent: Sequence[Silence], language: Language, layout: Layout) -> Iterator[str]:
    """Yield the machines that gave no answer, each with all that is unknown for it."""
    limit = layout.rows(_ROWS)
    lines = [
        wrapped(f"  {item.asset.id}: {silences.line(item, language)}", layout.width, "    ")
        for item in silent
    ]
    if lines:
        title = heading(language("Machines that did not answer"))
        yield "\n".join([title, *changes.shortened(lines, limit, language)])


def _troubles(
    title: str,
    found: Sequence[Trouble],
    assessment: Assessment,
    language: Language,
    layout: Layout,
) -> Iterator[str]:
    """Yield the controls in trouble below their title; nothing where there is none."""
    if found:
        yield heading(title)
    for trouble in found:
        yield _trouble(trouble, assessment, language, layout)


def _trouble(trouble: Trouble, assessment: Assessment, language: Language, layout: Layout) -> str:
    """Return a control in trouble: what it asks, what to do, and each asset with its evidence."""
    control, width = trouble.control, layout.width
    head = f"{control.id}  {language.text(control.title)}"
    counts = findings.trouble_line(trouble, language)
    severity = findings.severity(control.severity, language)
    lines = [
        wrapped(head, width, "    "),
        wrapped(f"  {counts} · {severity}", width, "    "),
        wrapped(
            "  " + language("to do") + f": {language.text(control.remediation)}", width, "    "
        ),
    ]
    for finding in trouble.findings:
        lines += _finding(finding, assessment, language, layout)
    if trouble.more:
        lines.append(
            "  "
            + language.plural("… and {n} more", "… and {n} more", trouble.more)
            + f": soccheck explain {assessment.inventory.folder} {control.id}"
        )
    return "\n".join(lines)


def _finding(
    finding: Finding, assessment: Assessment, language: Language, layout: Layout
) -> Iterator[str]:
    """Yield a finding's lines: its status and asset, and why with where to check it."""
    width = layout.width
    word = words.status(finding.status, language)
    shown = f"\033[{_COLOURS[finding.status]}m{word}\033[0m" if layout.color else word
    name = words.name_of(finding.asset, language)
    named = f"  {finding.asset.id}" + (f"  {name}" if name != finding.asset.id else "")
    first, *rest = wrapped(word + named, width - 2, "    ").splitlines()
    yield "  " + shown + first[len(word) :]
    for line in rest:
        yield "  " + line
    for text, where in findings.why_and_what_to_write(finding, assessment, language):
        yield wrapped(f"      {text}", width, "        ")
        if where:
            yield wrapped(f"        {where}", width, "          ")
