"""The report as GitHub-flavoured Markdown, for a pull request or a step summary."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

import tabulate

from soccheck.assess.assessment import Assessment
from soccheck.compare.gate import GateResult
from soccheck.i18n import Language
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
from soccheck.report.wording.sections import Section
from soccheck.report.wording.silences import Silence

_SPECIAL = re.compile(r"([\\`*_{}\[\]<>#|~@!])")


def escaped(text: str) -> str:
    """Return text that Markdown shows as it stands: no markup, links, mentions or HTML."""
    return _SPECIAL.sub(r"\\\1", text).replace("\n", " ")


def render(report: Report, language: Language, layout: Layout) -> Iterator[str]:
    """Yield the whole report; where the gate judged a change, what it says of it."""
    limit = layout.rows(20)
    if report.gate is not None:
        parts = _gate(report, report.gate, language, limit)
    else:
        parts = _whole(report, language, limit)
    yield "\n\n".join(parts) + "\n"


def _notes(report: Report, language: Language) -> list[str]:
    return [*policies.notes(report, language), *notes.notes(report.assessment, language)]


def _whole(report: Report, language: Language, limit: int) -> list[str]:
    assessment = report.assessment
    head, *rest = sections.title(assessment, language, report.period).split(" · ")
    parts = [f"# {escaped(head)}", escaped(" · ".join(rest))]
    parts += [f"> {escaped(note)}" for note in _notes(report, language)]
    parts.append(table(sections.summary(assessment, language)))
    silent, others = silences.apart(assessment, assessment.findings)
    parts += _silent(silent, language, limit)
    found = findings.grouped(others, limit)
    if found:
        parts.append("## " + escaped(language("Failing and unknown")))
        parts += [_trouble(item, assessment, language) for item in found]
    more = [
        *measures.scores(assessment, language),
        sections.controls(assessment, language),
        *measures.by_unit(assessment, language, limit),
        *sections.groups(assessment, language),
    ]
    parts += [f"## {escaped(section.title)}\n\n{table(section)}" for section in more]
    return parts


def _gate(report: Report, result: GateResult, language: Language, limit: int) -> list[str]:
    assessment = report.assessment
    comparison = result.comparison
    head, *rest = sections.title(assessment, language).split(" · ")
    parts = [
        f"# {escaped(head)}: {escaped(changes.judgement(result, language))}",
        escaped(" · ".join([*rest, changes.against(comparison, language)])),
        *(f"> {escaped(note)}" for note in changes.notes(comparison, language)),
        *(f"> {escaped(note)}" for note in _notes(report, language)),
        table(changes.counted(comparison, language)),
    ]
    silent, others = silences.apart(assessment, result.findings)
    parts += _silent(silent, language, limit)
    found = findings.grouped(others, limit)
    if found:
        parts.append("## " + escaped(language("New, or not accepted")))
        parts += [_trouble(item, assessment, language) for item in found]
    scope = [
        f"{text} ({where})" if where else text for text, where in changes.scope(result, language)
    ]
    resolved = changes.resolved(comparison, language)
    for title, lines in ((language("Scope changes"), scope), (language("Resolved"), resolved)):
        if lines:
            shown = (f"- {escaped(text)}" for text in changes.shortened(lines, limit, language))
            parts.append(f"## {escaped(title)}\n\n" + "\n".join(shown))
    older = changes.older(result, assessment, language)
    return [*parts, *([escaped(older)] if older else [])]


def table(section: Section) -> str:
    """Return a section as a pipe table."""
    align = ["right" if i in section.numbers else "left" for i in range(len(section.header))]
    return tabulate.tabulate(
        [
            ["<br>".join(map(escaped, cell.split("\n"))).strip() for cell in row]
            for row in section.rows
        ],
        [escaped(cell) for cell in section.header],
        tablefmt="pipe",
        colalign=align if section.rows else None,
        disable_numparse=True,
    )


def _silent(silent: Sequence[Silence], language: Language, limit: int) -> list[str]:
    """Return the machines that gave no answer, each with all that is unknown for it."""
    lines = [f"- {escaped(f'{item.asset.id}: {silences.line(item, language)}')}" for item in silent]
    if not lines:
        return []
    title = "## " + escaped(language("Machines that did not answer"))
    return [title, "\n".join(changes.shortened(lines, limit, language))]


def _trouble(trouble: Trouble, assessment: Assessment, language: Language) -> str:
    control = trouble.control
    counts = findings.trouble_line(trouble, language)
    severity = findings.severity(control.severity, language)
    rows = []
    for finding in trouble.findings:
        why = findings.why_and_what_to_write(finding, assessment, language)
        rows.append(
            [
                words.status(finding.status, language),
                f"{finding.asset.id}",
                "; \n".join(text for text, _ in why),
                "; \n".join(dict.fromkeys(where for _, where in why if where)),
            ]
        )
    header = [language("Status"), language("Asset"), language("Why"), language("Where")]
    text = [
        f"### {control.id} {escaped(language.text(control.title))}",
        escaped(f"{counts} · {severity} · {words.references(control.references, language)}"),
        escaped(language("to do") + f": {language.text(control.remediation)}"),
        table(Section(title="", header=header, rows=rows)),
    ]
    if trouble.more:
        text.append(escaped(language.plural("… and {n} more", "… and {n} more", trouble.more)))
    return "\n\n".join(text)
