"""Part II of the report: each policy's figure in a sentence, with the list behind it, and its controls.

Its sections are those of `editions.yaml`, whichever policies are judged.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from soccheck.assess import beside
from soccheck.assess.tally import Tally
from soccheck.claims.check import Agreement
from soccheck.i18n import Language
from soccheck.model import Asset, Control, Policy, Score, Status
from soccheck.report import previous
from soccheck.report.official import before, editions
from soccheck.report.official.editions import ResultSection
from soccheck.report.official.paper import Paper, padded, short_day
from soccheck.report.official.told import DocumentMatter, small
from soccheck.report.wording import sections
from soccheck.report.wording.words import name_of

LISTED = 15
"""Names that a footnote lists; more stand in an appendix."""
_WIDE = 8
"""Signs of a figure that fit into a line of its cell, without its stroke."""


def write(paper: Paper, told: DocumentMatter) -> None:
    """Write part II: a numbered item a section, the published figures last."""
    language = told.language
    paper.part("II. " + language("Results"))
    sections_, table = editions.sections(), 2  # part I has the first
    for number, section in enumerate(sections_, start=1):
        paper.item(f"{number}. {language.text(section.title)}")
        parts = _parts(told, section)
        for policy, controls in parts:
            _headline(paper, told, policy, named=len(parts) > 1)
            table += _controls(paper, told, policy, controls, table)
        if not parts:
            paper.text(language("No requirement of this kind was judged."))
    paper.item(f"{len(sections_) + 1}. " + language("Published figures"))
    _published(paper, told)


def _parts(told: DocumentMatter, section: ResultSection) -> list[tuple[Policy, list[Control]]]:
    """Return the policies of a section, each with the controls that its table has.

    Those of other policies stand in the table of the first; each control stands in one table.
    """
    elsewhere = {name for one in editions.sections() for name in one.controls}
    named = {name for one in editions.sections() for name in one.policies}
    judged = told.assessment.policies
    order = [p for name in section.policies for p in judged if p.id == name]
    order += [p for p in judged if section.rest and p.id not in named]
    parts = [(p, [c for c in p.controls if c.id not in elsewhere]) for p in order]
    others = [c for p in judged for c in p.controls if c.id in section.controls]
    if parts:
        parts[0][1].extend(others)
    return parts


def _published(paper: Paper, told: DocumentMatter) -> None:
    language = told.language
    by = {a: sum(claim.agreement is a for claim in told.claims) for a in Agreement}
    if not told.claims:
        paper.text(language("No published figure is stated for checking."))
        return
    text = language(
        "{n} published figures were checked: {agree} agree, {wrong} do not (Appendix IV), "
        "{unchecked} could not be checked."
    )
    paper.text(
        text.format(
            n=padded(len(told.claims), language),
            agree=padded(by[Agreement.AGREES], language),
            wrong=padded(by[Agreement.DISAGREES], language),
            unchecked=padded(by[Agreement.UNCHECKED], language),
        )
    )


def _headline(paper: Paper, told: DocumentMatter, policy: Policy, *, named: bool) -> None:
    """Write the figure of a policy; its title first where the section has several."""
    language = told.language
    tally = told.assessment.headline(policy)
    name = f"{language.text(policy.title)}: " if named else ""
    if not tally.total:
        paper.text(name + language("Nothing was assessed, or no unit is there to count by."))
        return
    text = language("{passed}/{total} {label}, {share}")
    if not tally.share[1]:
        text = language("{passed}/{total} {label}, as nothing is known yet")
    text = text.format(
        passed=padded(tally.passed, language),
        total=padded(tally.total, language),
        label=language.text(editions.counted().get(policy.id) or policy.headline.label),
        share=per_cent(*tally.share, language),
    )
    text += _others(told, tally)
    was = previous.headline(told.report, policy.id)
    if was is not None:
        lacking = before.unknown(told.report.previous, policy.headline.controls)
        text += " " + before.worded(was, tally, lacking, language)
    text += _beside(told, policy) + "."
    paper.text(name + text, [" ".join([*_behind(told, tally), _source(told, tally)])])


def _others(told: DocumentMatter, tally: Tally) -> str:
    """Return how many do not pass, in words: what is unknown is not said to be not met."""
    language = told.language
    words = (
        (Status.FAIL, language("not met {n}")),
        (Status.UNKNOWN, language("not known {n}")),
        (Status.GRACE, language("in time to comply {n}")),
        (Status.WAIVED, language("accepted for a time {n}")),
    )
    counts = Counter(status for _, status in tally.members)
    said = [
        text.format(n=padded(counts[status], language)) for status, text in words if counts[status]
    ]
    return f" ({', '.join(said)})" if said else ""


def _beside(told: DocumentMatter, policy: Policy) -> str:
    """Return how many of those that pass fail a control beside the headline."""
    language = told.language
    parts = [
        language("{n} do not meet: {what}").format(
            n=padded(len(assets), language), what=small(language.text(control.title))
        )
        for control, assets in beside.having(told.assessment, policy, Status.FAIL)
    ]
    return "; " + language("of them {parts}").format(parts="; ".join(parts)) if parts else ""


def _behind(told: DocumentMatter, tally: Tally) -> list[str]:
    """Return the list behind a figure, where it is short; else where it stands."""
    language = told.language
    passing = [_member(told, a, key) for a, s, key in _members(tally) if s is Status.PASS]
    others = [_member(told, a, key) for a, s, key in _members(tally) if s is not Status.PASS]
    if passing and len(passing) <= LISTED:
        return listed(passing, language)
    if others and len(others) <= LISTED:
        return [language("Not among them: {names}.").format(names="; ".join(others))]
    systems = tally.members[0][0].kind == "system" and not others
    appendix = language("Appendix {number}").format(number="I" if systems else "II")
    return [language("The list stands in {appendix}.").format(appendix=appendix)]


def _members(tally: Tally) -> Iterator[tuple[Asset, Status, str]]:
    keys = tally.keys or [""] * len(tally.members)
    for (asset, status), key in zip(tally.members, keys, strict=True):
        yield asset, status, key


def _member(told: DocumentMatter, asset: Asset, key: str) -> str:
    control = told.assessment.controls.get(key)
    if control is not None and asset.kind == "authority":
        return told.language.text(control.title)
    return name_of(asset, told.language)


def listed(names: Sequence[str], language: Language) -> list[str]:
    """Return the note that lists names, where they are few."""
    if not names or len(names) > LISTED:
        return []
    return [language("They are: {names}.").format(names="; ".join(names))]


def _source(told: DocumentMatter, tally: Tally) -> str:
    text = told.language("Source of the figures: {basis}; until {day}.")
    basis = sections.basis(tally, told.language) or told.language("none yet")
    return text.format(basis=basis, day=short_day(told.assessment.as_of))


def _controls(
    paper: Paper, told: DocumentMatter, policy: Policy, controls: Sequence[Control], number: int
) -> int:
    """Write the table of a policy's controls; returns how many tables that are."""
    language = told.language
    tallies = [(c, told.assessment.tally(told.assessment.of_control(c))) for c in controls]
    then = previous.controls(told.report)
    rows = [_control(told, c, tally, then.get(c.id)) for c, tally in tallies if tally.members]
    if not rows:
        return 0
    comparing = told.report.previous is not None
    header = [
        language("Requirement"),
        language("Met/Total"),
        language("Share"),
        language("Not met"),
        language("Unknown"),
        language("In time to comply"),
        language("Accepted for a time"),
        *([language("Period before"), "±"] if comparing else []),
        language("Source"),
    ]
    widths = [53.0, 20.0, 15.0, 14.0, 13.5, 13.5, 13.0, 18.0]
    if comparing:
        widths = [33.0, 17.5, 15.0, 14.0, 12.5, 13.0, 12.5, 14.0, 13.5, 15.0]
    title = language.text(policy.title)
    paper.caption(language("Table {n}. {title}").format(n=number, title=title))
    paper.table(widths, header, rows, centred=range(1, len(header) - 1))
    return 1


def _control(
    told: DocumentMatter, control: Control, tally: Tally, was: before.Ratio | None
) -> list[str]:
    language = told.language
    statuses = (Status.FAIL, Status.UNKNOWN, Status.GRACE, Status.WAIVED)
    counts = [str(tally.having(status)) for status in statuses]
    figure, share = _ratio(tally, language), per_cent(*tally.share, language)
    if tally.counts and (not tally.total or tally.uncounted or tally.shares):
        figure, share = _points(told, control) or sections.result(tally, "", language), "–"
    then: list[str] = []
    if told.report.previous is not None:
        lacking = before.unknown(told.report.previous, [control.id])
        then = before.cells(was, tally, lacking, language)
    basis = sections.basis(tally, language) or "–"
    return [language.text(control.title), figure, share, *counts, *then, basis]


def _ratio(tally: Tally, language: Language) -> str:
    """Return passed of total as a cell has it."""
    return _in_cell(language.number(tally.passed), language.number(tally.total))


def _in_cell(passed: str, total: str) -> str:
    """Return a figure for a narrow cell, in two lines where it would be parted within a number."""
    return f"{passed}/{total}" if len(passed) + len(total) < _WIDE else f"{passed}/\n{total}"


def _points(told: DocumentMatter, control: Control) -> str:
    """Return the points of a score of the maximum; nothing of what is no score, or not known."""
    language, findings = told.language, told.assessment.of_control(control)
    points = told.assessment.points(findings[0]) if len(findings) == 1 else None
    if points is None or not isinstance(control.require, Score):
        return ""
    of = _in_cell(language.decimal(points), language.decimal(control.require.maximum))
    return language("{points} points").format(points=of)


def per_cent(passed: int, total: int, language: Language) -> str:
    """Return a share as offices write it: 94,2%, without a blank."""
    return language.share(passed, total).replace("\u00a0", "")
