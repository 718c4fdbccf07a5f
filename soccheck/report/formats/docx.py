"""The official report of an office (BÁO CÁO): parts I to IV and six appendices. NĐ 30/2020, Mẫu 1.4."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date

from soccheck.claims import check as claims
from soccheck.i18n import Language
from soccheck.model import Asset, Status
from soccheck.report.official import annual, appendices, editions, results, shortcomings, tasks
from soccheck.report.official.annual import SystemRow
from soccheck.report.official.paper import Paper, padded, short_day
from soccheck.report.official.told import DocumentMatter, head_of, period_of
from soccheck.report.report import Layout, Report
from soccheck.report.wording import heads, words

_YEAR = re.compile(r"\b(?:19|20)[0-9]{2}\b")
_LEGAL = ("Luật", "Nghị định", "Thông tư", "Chỉ thị", "Quyết định")
"""How a source begins that a document can be based on, the highest first."""
_UNNUMBERED = re.compile(f"^({'|'.join(_LEGAL)}) (?=[0-9])")
"""A source that is cited by its number, without the word for it (NĐ 30/2020, Phụ lục I, II.6)."""


def render(report: Report, language: Language, layout: Layout) -> Iterator[bytes]:
    """Yield the report; every figure in it is one of the assessment's."""
    asked, day = period_of(report), report.assessment.as_of
    period = replace(asked, end=max(asked.start, min(asked.end, day)))
    told = DocumentMatter(
        report=report,
        language=language,
        head=head_of(report, "report"),
        edition=editions.edition(period.end),
        annual=annual.of_selection(report.assessment, period),
        claims=claims.check(report.assessment.inventory),
    )
    paper = Paper(language)
    _head(paper, told)
    _situation(paper, told)
    results.write(paper, told)
    shortcomings.write(paper, told)
    tasks.write(paper, told)
    _end(paper, told)
    appendices.write(paper, told)
    for blank in paper.blanks:
        report.blank(blank)
    yield paper.saved()


def _head(paper: Paper, told: DocumentMatter) -> None:
    language, head = told.language, told.head
    issuer = told.name(head.issuer)
    paper.head(head, issuer)
    day = short_day(told.assessment.as_of)
    subject = language.text(told.edition.subject)
    scope = heads.scope(told.assessment, language)
    until = language("(figures until {day})")
    if scope:
        until = language("(on {scope} alone; figures until {day})")
    paper.title(language("REPORT"), subject, until.format(day=day, scope=scope))
    paper.addressed(head.to)
    paper.basis([*_basis(told), *map(words.clean, head.basis)])
    text = language(
        "{issuer} reports the results from {start} to {end}, figures until {day}, as follows:"
    )
    if scope:
        text = language(
            "{issuer} reports the results of {scope} from {start} to {end}, figures until {day}, "
            "as follows:"
        )
    text = text.format(
        issuer=paper.or_blank(issuer, language("the issuing organisation (issuer)")),
        scope=scope,
        start=short_day(told.period.start),
        end=short_day(told.period.end),
        day=day,
    )
    paper.text(f"{head.mandate.rstrip(';., ')}, {text}" if head.mandate else text)


def _end(paper: Paper, told: DocumentMatter) -> None:
    language = told.language
    text = language("This is the report of {issuer} on the {subject}./.")
    paper.text(
        text.format(
            subject=language.text(told.edition.subject),
            issuer=paper.or_blank(
                told.name(told.head.issuer), language("the issuing organisation (issuer)")
            ),
        )
    )
    paper.signed(told.head)


def _basis(told: DocumentMatter) -> Iterator[str]:
    """Yield the texts the report is based on: the edition's, then those its policies are grounded on.

    What another edition is of was not yet, or is no longer, what the report follows.
    """
    language, edition = told.language, told.edition
    others = [c.named for one in editions.editions() for c in one.basis]
    seen = {citation.named for citation in edition.basis}
    texts = [citation.text for citation in edition.basis]
    grounds: list[str] = []
    for policy in told.assessment.policies:
        for reference in (r for control in policy.controls for r in control.references):
            source = words.clean(reference.source)
            legal = source.startswith(_LEGAL) and reference.verified not in ("seed", "unverified")
            later = any(int(y) > told.assessment.as_of.year for y in _YEAR.findall(source))
            if not legal or later or source in seen or any(name in source for name in others):
                continue
            seen.add(source)
            grounds.append(source)
    grounds.sort(
        key=lambda source: next(n for n, kind in enumerate(_LEGAL) if source.startswith(kind))
    )
    for source in grounds:
        numbered = _UNNUMBERED.sub(r"\1 số ", source)
        texts.append(editions.cited().get(source, {"vi": numbered}))
    for text in texts:
        yield language("On the basis of {text}").format(text=language.text(text))


# -- part I ----------------------------------------------------------------------------------------


def _situation(paper: Paper, told: DocumentMatter) -> None:
    language = told.language
    paper.part("I. " + language("General situation"))
    paper.item("1. " + language("Organisation of the work"))
    owner = paper.or_blank(told.name(told.owner), language("the owner of the information systems"))
    paper.text(language("Owner of the information systems: {name}.").format(name=owner))
    paper.text(_specialists(paper, told))
    operators = list(dict.fromkeys(row.operator for row in told.annual.rows if row.operator))
    text = language("Operating units: {n}.").format(n=padded(len(operators), language))
    lacking = sum(row.operator is None for row in told.annual.rows)
    if lacking:
        missing = language("{n} information systems state no operating unit.")
        text += " " + missing.format(n=padded(lacking, language))
    names = [told.name(unit) for unit in operators]
    paper.text(text, results.listed(names, language))
    _levels(paper, told)


def _specialists(paper: Paper, told: DocumentMatter) -> str:
    language, authority = told.language, told.assessment.inventory.authority.facts
    units = [told.name(unit) for unit in told.specialists(str(told.owner))]
    names = "; ".join(units) or paper.blank(told.specialised())
    number, day = (authority.get(f"specialists_decision.{key}") for key in ("number", "date"))
    document = paper.or_blank(
        str(number) if number else None,
        language("the document that designates the specialised unit (specialists_decision)"),
    )
    if day is not None:
        text = language("{unit}: {names} (designated by {document} of {day}).")
        return text.format(
            unit=told.specialised(),
            names=names,
            document=document,
            day=short_day(day),
        )
    text = language("{unit}: {names} (designated by {document}).")
    return text.format(unit=told.specialised(), names=names, document=document)


def _levels(paper: Paper, told: DocumentMatter) -> None:
    """Write how many systems of each level there are, and how many are so."""
    language, rows = told.language, told.annual.rows
    paper.item("2. " + language("Information systems under management"))
    running = sum(_runs(told, row.system) for row in rows)
    text = language(
        "{total} information systems are under management, {running} of them in operation."
    )
    if any("operation.since" not in row.system.facts for row in rows):
        text = language(
            "{total} information systems are under management, {running} of them are stated to be in "
            "operation."
        )
    source = language("Source: the inventory, whose statements hold for {day}.")
    paper.text(
        text.format(total=padded(len(rows), language), running=padded(running, language)),
        [source.format(day=short_day(told.assessment.inventory.stated))],
    )
    header = [
        language("Level"),
        language("Total"),
        language("In operation"),
        language("Approved"),
        language("By the right authority"),
        language("With a regulation"),
        language("Plan all in place"),
        language("Inspected in the period"),
    ]
    levels: tuple[int | None, ...] = (1, 2, 3, 4, 5, None)
    table = []
    for level in levels:
        name = str(level) if level is not None else language("Not determined")
        found = [row for row in rows if row.level == level]
        table.append([name, *map(str, _counts(told, found))])
    table.append([language("Sum"), *map(str, _counts(told, rows))])
    paper.caption(language("Table {n}. {title}").format(n=1, title=language("Systems by level")))
    paper.table((28, 16, 18, 20, 22, 18, 20, 18), header, table, centred=range(8), total=True)
    _not_stated(paper, told)


def _not_stated(paper: Paper, told: DocumentMatter) -> None:
    """Write of how many systems it is not known, in what the table of levels counts: they are in no count."""
    language, rows = told.language, told.annual.rows
    unknown = (
        (
            sum("operation.since" not in row.system.facts for row in rows),
            language("the day since when they are in operation"),
        ),
        (
            sum(row.implementation is None for row in rows),
            language("how much of their plan is in place"),
        ),
        (sum(row.inspected is None for row in rows), language("inspections with their days")),
    )
    parts = [
        language("{what}: {n} systems").format(what=what, n=padded(count, language))
        for count, what in unknown
        if count
    ]
    if parts:
        text = language("Not stated, and in no count of the table: {parts}.")
        paper.text(text.format(parts="; ".join(parts)))


def _runs(told: DocumentMatter, system: Asset) -> bool:
    since = system.facts.get("operation.since")
    return isinstance(since, date) and since <= told.assessment.as_of


def _counts(told: DocumentMatter, rows: Sequence[SystemRow]) -> list[int]:
    """Return the figures of a line of the table of levels."""
    controls = editions.level_controls()

    def passing(column: str) -> int:
        found = (told.assessment.finding(controls[column], row.system.id) for row in rows)
        return sum(f is not None and f.status is Status.PASS for f in found)

    return [
        len(rows),
        sum(_runs(told, row.system) for row in rows),
        passing("approved"),
        passing("authority"),
        passing("regulation"),
        sum(row.implementation == "full" for row in rows),
        sum("periodic" in (row.inspected or ()) for row in rows),
    ]
