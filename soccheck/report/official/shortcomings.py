"""Part III of the report: what is not met, the worst first, with causes; and what is not known."""

from __future__ import annotations

from collections import Counter

from soccheck.model import Severity, Status
from soccheck.report.official.paper import Paper, padded
from soccheck.report.official.told import DocumentMatter, found_and_asked, ground
from soccheck.report.wording import findings, sections
from soccheck.report.wording.findings import Trouble
from soccheck.report.wording.words import name_of

WORST = 10
"""Shortcomings that part III names; all stand in Appendix II."""


def write(paper: Paper, told: DocumentMatter) -> None:
    """Write part III."""
    language = told.language
    paper.part("III. " + language("Shortcomings and their causes"))
    paper.item("1. " + language("What is not met"))
    order = list(Severity)
    failing = [t for t in findings.troubles(told.assessment, 0) if t.counts.get(Status.FAIL)]
    failing.sort(key=lambda t: (order.index(t.control.severity), -t.counts[Status.FAIL]))
    for trouble in failing[:WORST]:
        paper.text(_item(told, trouble))
    if not failing:
        paper.text(language("No requirement is known not to be met."))
    if len(failing) > WORST:
        text = language("Another {n} requirements that are not met stand in Appendix II.")
        paper.text(text.format(n=padded(len(failing) - WORST, language)))
    _unknown(paper, told)


def _item(told: DocumentMatter, trouble: Trouble) -> str:
    """Return a shortcoming: what, of how many, the cause on the first of them, and the ground."""
    language, control = told.language, trouble.control
    first = next(f for f in trouble.findings if f.status is Status.FAIL)
    found, asked = found_and_asked(told, first)
    why = (
        language("{found}, where {asked} is asked").format(found=found, asked=asked)
        if asked
        else found
    )
    members = told.assessment.tally(told.assessment.of_control(control)).members
    text = language(
        "- {title} ({severity}): not met by {n}/{total} {kind}. Cause, at {asset}: {why}. Ground: {ground}."
    )
    return text.format(
        title=language.text(control.title).rstrip("."),
        severity=findings.severity(control.severity, language),
        n=padded(trouble.counts[Status.FAIL], language),
        total=padded(len(members), language),
        kind=sections.kind_words(control.asset, len(members), language),
        asset=name_of(first.asset, language),
        why=why.rstrip("."),
        ground=ground(control),
    )


def _unknown(paper: Paper, told: DocumentMatter) -> None:
    language = told.language
    paper.item("2. " + language("What is not known"))
    unknown = [f for f in told.assessment.judged if f.status is Status.UNKNOWN]
    if not unknown:
        paper.text(language("Nothing of what applies is unknown."))
        return
    text = language("{n} findings lack information: nothing can be said of them yet. They are of:")
    paper.text(text.format(n=padded(len(unknown), language)))
    counts = Counter(language.text(finding.policy.title) for finding in unknown)
    for number, (title, count) in enumerate(counts.items(), start=1):
        end = ";" if number < len(counts) else "."
        paper.text(f"- {title}: {padded(count, language)}{end}")
