"""What a yearly letter adds to its form: contents the rules ask for and the form has no column for."""

from __future__ import annotations

from collections.abc import Iterator

from soccheck.report.official import met
from soccheck.report.official.paper import Paper, short_day
from soccheck.report.official.rows import DOTS
from soccheck.report.official.told import DocumentMatter, attached
from soccheck.report.wording.words import name_of

ADDED = ("national_list", "compliance", "requirements")
"""Contents that stand in an appendix, in this order."""


def write(paper: Paper, told: DocumentMatter) -> None:
    """Write the appendices that the edition asks for."""
    language = told.language
    asked = {content.at for content in told.edition.contents}
    titles = {
        "national_list": language(
            "Information systems with grounds for the list of systems important to national security"
        ),
        "compliance": language("Compliance with the {security} regulation in operation").format(
            security=told.security
        ),
        "requirements": language("Measures of the approved plan, by each requirement"),
    }
    writers = {"national_list": _national, "compliance": _compliance, "requirements": _requirements}
    numerals = iter(("I", "II", "III"))
    for name in ADDED:
        if name in asked:
            number = language("Appendix {number}").format(number=next(numerals))
            of = attached(paper, told, language("Letter"))
            paper.appendix(number, titles[name], of, landscape=name == "requirements")
            writers[name](paper, told)


def _national(paper: Paper, told: DocumentMatter) -> None:
    language = told.language
    states = {"draft": language("Being drafted"), "submitted": language("Submitted")}
    rows: list[list[str]] = []
    unsaid = 0
    for one in told.annual.rows:
        facts = one.system.facts
        unsaid += "national_proposal.criterion" not in facts
        if facts.get("national_proposal.criterion") is not True:
            continue
        name = name_of(one.system, language)
        clause = facts.get("national_proposal.clause")
        state = states.get(str(facts.get("national_proposal.status")))
        if clause is None:
            paper.blank(language("{system}: the criterion it meets").format(system=name))
        if state is None:
            paper.blank(language("{system}: state of its proposal").format(system=name))
        rows.append([str(len(rows) + 1), name, str(clause or DOTS), state or DOTS])
    if unsaid:
        text = language.plural(
            "{n} system: whether it meets a criterion of the national list",
            "{n} systems: whether they meet a criterion of the national list",
            unsaid,
        )
        dots = paper.blank(text)
    if not rows:
        paper.text(dots if unsaid else language("None."))
        return
    head = [
        language("No."),
        language("Information system"),
        language("Criterion it meets"),
        language("State of the dossier"),
    ]
    paper.table((12, 68, 45, 35), head, rows, centred=(0,))


def _compliance(paper: Paper, told: DocumentMatter) -> None:
    language = told.language
    rows: list[list[str]] = []
    unsaid = 0
    for one in told.annual.rows:
        unsaid += "regulation.checks" not in one.system.facts
        name = name_of(one.system, language)
        for entry in one.system.entries("regulation.checks"):
            if entry["date"] not in told.period:
                continue
            cells = [entry.get(key) for key in ("checked", "breached", "mended")]
            if None in cells:
                paper.blank(language("{system}: results of the check").format(system=name))
            day = short_day(entry["date"])
            values = [DOTS if cell is None else str(cell) for cell in cells]
            rows.append([str(len(rows) + 1), name, day, *values])
    if unsaid:
        text = language.plural(
            "{n} system: checks of whether its regulation is kept",
            "{n} systems: checks of whether their regulation is kept",
            unsaid,
        )
        paper.blank(text)
    head = [
        language("No."),
        language("Information system"),
        language("Day of the check"),
        language("Rules checked"),
        language("Not kept"),
        language("Put right"),
    ]
    empty = [[DOTS] * len(head)] if unsaid else [["", language("None."), "", "", "", ""]]
    paper.table((12, 60, 24, 22, 20, 22), head, rows or empty, centred=(0, 2, 3, 4, 5))


def _requirements(paper: Paper, told: DocumentMatter) -> None:
    language = told.language
    head = [
        language("No."),
        language("Information system"),
        language("Group of requirements"),
        language("Requirement"),
        language("Met in full, or not"),
        language("Plan to complete it"),
        language("Unit in charge"),
    ]
    rows = list(_requirement_rows(paper, told))
    paper.table((11, 40, 34, 80, 26, 28, 28), head, rows, centred=(0, 5))


def _requirement_rows(paper: Paper, told: DocumentMatter) -> Iterator[list[str]]:
    language, number = told.language, 0
    answers = {
        True: language("Met in full"),
        False: language("Not met in full"),
        None: DOTS,
    }
    for one in told.annual.rows:
        name, unknown = name_of(one.system, language), 0
        for item in met.requirements(told.assessment, one.system, language):
            number += 1
            text = item.text
            if item.met is None:
                unknown += item.count
                text = language.plural(
                    "{n} requirement that is not known to be met",
                    "{n} requirements that are not known to be met",
                    item.count,
                )
            plan = short_day(item.by) if item.by is not None else "" if item.met else DOTS
            unit = told.name(item.unit) or told.name(one.operator)
            yield [str(number), name, item.group, text, answers[item.met], plan, unit]
        if unknown:
            text = language.plural(
                "{n} requirement: whether it is met",
                "{n} requirements: whether they are met",
                unknown,
            )
            paper.blank(f"{name}: {text}")
