"""Part IV of the report: what is to be done, and by whom."""

from __future__ import annotations

from soccheck.claims.check import Agreement
from soccheck.model import Finding, Status, Waiver
from soccheck.report.official.paper import Paper, padded, short_day
from soccheck.report.official.told import DocumentMatter, remedy, small
from soccheck.report.overview import overview, unit_of
from soccheck.report.wording.words import name_of

UNITS = 10
"""Units that the report names with their tasks; the others are in its appendices."""

TASKS = 3
"""Tasks that it names of each."""


def write(paper: Paper, told: DocumentMatter) -> None:
    """Write part IV."""
    language = told.language
    paper.part("IV. " + language("Tasks, solutions; proposals"))
    paper.item("1. " + language("For the operating units and other organisations"))
    _of_units(paper, told)
    paper.item("2. " + language("For {unit}").format(unit=small(told.specialised())))
    _of_specialists(paper, told)
    owner = told.name(told.owner) or language("the owner of the information systems")
    paper.item("3. " + language("For {unit}").format(unit=owner))
    _of_owner(paper, told)
    ministry = language.text(told.edition.ministry)
    paper.item("4. " + language("For {unit}").format(unit=ministry))
    _of_ministry(paper, told)


def due(finding: Finding) -> str:
    """Return the day by which a finding will be met, as plans, waivers and the law have it."""
    for entry in finding.asset.entries("plans"):
        if entry["control"] == finding.control.id:
            return short_day(entry["expected"])
    if finding.excuse is None:
        return ""
    return short_day(
        finding.excuse.expires if isinstance(finding.excuse, Waiver) else finding.excuse
    )


def _of_units(paper: Paper, told: DocumentMatter) -> None:
    """Write what each unit has to mend, those with the most first; the authority's own is its owner's."""
    language = told.language
    page = overview(told.assessment)
    units = [duty for duty in page.duties if duty.unit.kind == "organization"]
    failing = [duty for duty in units if duty.statuses.get(Status.FAIL)]
    if not failing:
        paper.text(language("Nothing is known to be mended."))
        return
    text = language("- {unit}: mend {n} findings that are not met, first of all: {tasks}.")
    for duty in failing[:UNITS]:
        of_unit: dict[str, list[Finding]] = {}
        for finding in page.worst:  # the worst first
            if unit_of(finding.asset, told.assessment) is duty.unit:
                of_unit.setdefault(finding.control.id, []).append(finding)
        tasks = [_task(found, told) for found in of_unit.values()]
        paper.text(
            text.format(
                unit=name_of(duty.unit, language),
                n=padded(duty.statuses[Status.FAIL], language),
                tasks="; ".join(tasks[:TASKS]),
            )
        )
    if len(failing) > UNITS:
        text = language("Another {n} organisations have what is not met in Appendix II.")
        paper.text(text.format(n=padded(len(failing) - UNITS, language)))
    days = language("Day by which it is done: {day}.")
    paper.text(days.format(day=paper.blank(language("the day by which tasks are done (part IV)"))))


def _task(found: list[Finding], told: DocumentMatter) -> str:
    language = told.language
    text = small(remedy(found[0].control, language).partition(". ")[0])
    return language("{task} ({n})").format(task=text, n=padded(len(found), language))


def _of_specialists(paper: Paper, told: DocumentMatter) -> None:
    language = told.language
    submitted = [row for row in told.annual.rows if row.status == "submitted"]
    unknown = sum(f.status is Status.UNKNOWN for f in told.assessment.judged)
    wrong = [claim for claim in told.claims if claim.agreement is Agreement.DISAGREES]
    texts = [
        (len(submitted), language("- Appraise the level dossiers that were sent: {n} systems.")),
        (
            unknown,
            language("- See to it that what is not known is stated or measured: {n} findings."),
        ),
        (
            len(wrong),
            language("- Review the published figures that do not add up: {n} (Appendix IV)."),
        ),
    ]
    _those(paper, told, texts)


def _of_owner(paper: Paper, told: DocumentMatter) -> None:
    language = told.language
    waiting = [row for row in told.annual.rows if row.status == "appraised"]
    texts = [
        (len(waiting), language("- Approve the level dossiers that are appraised: {n} systems."))
    ]
    texts += [
        (
            1,
            f"- {language.text(control.title)}: {small(remedy(control, language))}.",
        )
        for finding in told.assessment.judged
        if finding.asset.kind == "authority" and finding.status is Status.FAIL
        for control in (finding.control,)
    ]
    _those(paper, told, texts)


def _of_ministry(paper: Paper, told: DocumentMatter) -> None:
    language = told.language
    waiting = [r for r in told.annual.rows if r.status == "submitted" and (r.level or 0) >= 4]
    texts = [(len(waiting), language("- Appraise the dossiers of level 4 and 5: {n} systems."))]
    _those(paper, told, texts)


def _those(paper: Paper, told: DocumentMatter, texts: list[tuple[int, str]]) -> None:
    """Write those that there are any of; where there are none, the blank for what people propose."""
    language = told.language
    written = [text.replace("{n}", padded(count, language)) for count, text in texts if count]
    for text in written:
        paper.text(text)
    if not written:
        paper.text(
            "- " + paper.blank(language("proposals that figures do not give (part IV)")) + "."
        )
