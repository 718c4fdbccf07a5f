"""What page one says, in words; the formats only lay it out."""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping
from datetime import date

from soccheck.assess.assessment import Assessment
from soccheck.i18n import Language
from soccheck.model import Finding, Severity, Status
from soccheck.report.causes import Cause
from soccheck.report.due import Due, DueKind
from soccheck.report.overview import ChangeTotals, Duty, Grounds, Overview, SubjectRow, unit_of
from soccheck.report.report import Report
from soccheck.report.wording import evidence, findings, notes, past, sections, words
from soccheck.report.wording.sections import Section

_SHORTEST = 10
"""Characters of a unit's name that still tell which unit it is."""
_NAMED = 3
"""Units without anything listed that are named; of more, the first."""


def verdict_word(overview: Overview, language: Language) -> str:
    """Return the verdict in a word or two, which colour only repeats."""
    if overview.code == 1:
        return language("NOT COMPLIANT")
    return language("COMPLIANT") if overview.code == 0 else language("NOT ESTABLISHED")


def verdict(overview: Overview, assessment: Assessment, language: Language) -> str:
    """Return whose report this is, of when, and how it turned out in one sentence."""
    return language("{authority}, as of {day}: {verdict}. {totals}.").format(
        authority=words.name_of(assessment.inventory.authority, language),
        day=language.date(assessment.as_of),
        verdict=verdict_word(overview, language),
        totals=totals(overview, language),
    )


def totals(overview: Overview, language: Language) -> str:
    """Return how many findings fail, by severity, and how many are unknown; where none is, how many pass."""
    counts = overview.statuses
    failing, unknown_ = counts.get(Status.FAIL, 0), counts.get(Status.UNKNOWN, 0)
    if not failing and not unknown_:
        passing = counts.get(Status.PASS, 0)
        said = language.plural("{n} finding passes", "{n} findings pass", passing)
        return f"{said}, {lacking(overview, language)}" if overview.lacking else said
    said = language.plural("{n} finding fails", "{n} findings fail", failing)
    by_severity = ", ".join(
        f"{language.number(overview.severities[item])} {findings.severity(item, language)}"
        for item in Severity
        if overview.severities.get(item)
    )
    if by_severity:
        said += f" ({by_severity})"
    said += f", {language.plural('{n} unknown', '{n} unknown', unknown_)}"
    return f"{said}, {lacking(overview, language)}" if overview.lacking else said


def change(item: ChangeTotals, language: Language) -> str:
    """Return what is new, worse, resolved and gone since the side compared with."""
    text = language(
        "Since {day} ({name}): {failing} newly failing, {unknown} newly unknown, {worse} worse, "
        "{resolved} resolved, {left} left the scope."
    )
    return text.format(
        day=language.date(item.as_of),
        name=words.clean(item.name),
        failing=language.number(item.new.get(Status.FAIL, 0)),
        unknown=language.number(item.new.get(Status.UNKNOWN, 0)),
        worse=language.number(sum(item.worse.values())),
        resolved=language.number(sum(item.resolved.values())),
        left=language.number(sum(item.left.values())),
    )


def grounds(item: Grounds, as_of: date, language: Language) -> str:
    """Return what the figures stand on: of when, who answered, how old it is, signed or not."""
    machines = language.number(item.machines)
    stated = _stated(item.stated, as_of, language)
    if item.bundle is None or item.day is None or item.oldest is None:
        text = language("Evidence: stated on {stated}; 0 of {machines} machines asked.")
        return text.format(stated=stated, machines=machines)
    text = language(
        "Evidence: {answered} of {machines} machines answered, the oldest answer on {oldest} ({age}); "
        "{signed}; the rest is stated on {stated}."
    )
    return text.format(
        answered=language.number(item.answered),
        machines=machines,
        oldest=language.date(item.oldest),
        age=age((as_of - item.oldest).days, language),
        signed=evidence.signed(item.bundle.signer, language),
        stated=stated,
    )


def _stated(day: date, as_of: date, language: Language) -> str:
    """Return of which day the inventory is, and whether that is not of now."""
    text = "{day}"
    if day > as_of:
        text = language("{day}, after the as-of day")
    elif (as_of - day).days > notes.FRESH:
        text = language("{day}, older than a month")
    return text.format(day=language.date(day))


def worklist(folder: str) -> str:
    """Return the command that says what each unit has to do."""
    return f"soccheck worklist {words.clean(folder)}"


def sample(assessment: Assessment, language: Language) -> list[str]:
    """Return how much of the inventory is made up, if any of it is."""
    made_up, total = notes.made_up(assessment)
    if not made_up:
        return []
    text = language("Sample: {count}/{total} assets.")
    return [text.format(count=language.number(made_up), total=language.number(total))]


def age(days: int, language: Language) -> str:
    """Return how old something is; what is yet to come is after the as-of day."""
    if days < 0:
        return language("after the as-of day")
    return language.plural("{n} day old", "{n} days old", days)


def rows(overview: Overview, language: Language) -> Section:
    """Return a row a subject: its label's tally, then all findings on it by status."""
    shown = (Status.FAIL, Status.UNKNOWN, Status.WAIVED, Status.GRACE)
    cells = [
        [
            language.text(subject.policy.short),
            _result(subject, language),
            *(language.number(subject.statuses.get(status, 0)) for status in shown),
        ]
        for subject in overview.subjects
    ]
    header = [
        language("Subject"),
        language("Result"),
        language("Fail"),
        language("Unknown"),
        language("waived").capitalize(),
        language("in time").capitalize(),
    ]
    return Section(title="", header=header, rows=cells, numbers=frozenset({2, 3, 4, 5}))


def _result(subject: SubjectRow, language: Language) -> str:
    """Return the label's tally and another reader's; where all of it passes, how many other findings fail."""
    tally, among = subject.tally, subject.policy.headline.among
    said = sections.result(tally, language.text(subject.policy.headline.label), language)
    if subject.among is not None and among is not None:
        passed, total = map(language.number, subject.among)
        said += f" ({passed}/{total} {language.text(among.some)})"
    if subject.others and tally.passed == tally.total:
        said += "; " + language.plural("{n} other fails", "{n} other findings fail", subject.others)
    return said


def worst(finding: Finding, report: Report, language: Language, fits: Callable[[str], bool]) -> str:
    """Return a failing finding in a line: how severe, which asset of which unit, what is not met, since when.

    Where a line with the unit's name does not fit, the name is cut; its id stands for it in none at all.
    """
    unit = unit_of(finding.asset, report.assessment)
    severity = findings.severity(finding.control.severity, language)
    since = past.told(report, finding, language)
    label = language.text(finding.control.label) + (f", {since}" if since else "")
    if unit is finding.asset:
        text = language("{severity}: {asset}: not met: {label}")
        return text.format(severity=severity, asset=words.name_of(unit, language), label=label)
    text = language("{severity}: {asset} ({unit}): not met: {label}")
    name = words.name_of(unit, language)
    cut = (f"{name[:length].rstrip()}…" for length in range(len(name) - 1, _SHORTEST - 1, -1))
    for shown in (name, *cut):
        line = text.format(severity=severity, asset=finding.asset.id, unit=shown, label=label)
        if fits(line):
            return line
    return text.format(severity=severity, asset=finding.asset.id, unit=unit.id, label=label)


def lacking(overview: Overview, language: Language) -> str:
    """Return of how many units nothing is listed that could be judged."""
    return language.plural(
        "{n} unit with nothing listed",
        "{n} units with nothing listed",
        len(overview.lacking),
    )


def duty(item: Duty, language: Language) -> str:
    """Return a unit with how much of it fails and is unknown, and its nearest day."""
    fail, unknown_ = (
        language.number(item.statuses.get(status, 0)) for status in (Status.FAIL, Status.UNKNOWN)
    )
    day = f" ({language.date(item.nearest)})" if item.nearest else ""
    return f"{words.name_of(item.unit, language)} {fail}+{unknown_}{day}"


def due(item: Due, assessment: Assessment, language: Language) -> str:
    """Return what falls due on a day."""
    template = {
        DueKind.WAIVER: language("{day} waiver {about} ends"),
        DueKind.GRACE: language("{day} time to comply ends: {about} ({count})"),
        DueKind.EXPECTED: language("{day} expected: {about} ({count})"),
        DueKind.ATTESTATION: language("{day} attestation {about} ends"),
        DueKind.EDITION: language("{day} new edition in force: {about}"),
    }[item.kind]
    if item.kind is DueKind.EXPECTED and item.day < assessment.as_of:
        template = language("overdue since {day}: {about} ({count})")
    return template.format(
        day=language.date(item.day),
        about=_about(item, assessment, language),
        count=language.number(len(item.assets)),
    )


def _about(item: Due, assessment: Assessment, language: Language) -> str:
    """Return what a day is about, as its reader knows it."""
    if item.about in assessment.controls:
        return language.text(assessment.controls[item.about].label)
    expected = {
        "dossier.expected": language("dossier approved"),
        "implementation.expected": language("protection plan in place"),
    }
    if item.kind is DueKind.EDITION:
        titles = {policy.id: language.text(policy.short) for policy in assessment.coming}
        return titles.get(item.about, item.about)
    return expected.get(item.about, words.clean(item.about))


def unknowns(overview: Overview, language: Language) -> list[str]:
    """Return the causes, the first with how many unknown findings there are: `60 of 127: no ruleset`."""
    total = language.number(overview.statuses.get(Status.UNKNOWN, 0))
    said: list[str] = []
    for item in overview.unknowns:
        text = language("{count}: {cause}") if said else language("{count} of {total}: {cause}")
        count, cause = language.number(item.count), _causes(language)[item.cause]
        said.append(text.format(count=count, total=total, cause=cause))
    for row in overview.subjects:
        if row.lacking:
            text = language("{subject}: nothing listed for {units}")
            units = words.clean(", ".join(asset.id for asset in row.lacking[:_NAMED]))
            if len(row.lacking) > _NAMED:
                units += ", …"
            said.append(text.format(subject=language.text(row.policy.short), units=units))
    return said


@functools.cache
def _causes(language: Language) -> Mapping[Cause, str]:
    return {
        Cause.NOT_STATED: language("not stated"),
        Cause.NO_RULESET: language("no ruleset handed in"),
        Cause.NOT_LISTED: language("nothing listed that it asks of"),
        Cause.OUTDATED: language("evidence too old or of another day"),
        Cause.SILENT: language("the machine did not answer"),
        Cause.UNREAD: language("the answer could not be read"),
        Cause.NOT_ACCEPTED: language("the control asks for stronger evidence"),
        Cause.DOUBTED: language("the evidence contradicts itself"),
        Cause.UNDECIDED: language("the figures do not decide it"),
    }
