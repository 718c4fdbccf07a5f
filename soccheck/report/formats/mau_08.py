"""The yearly letter on the security of information systems: Mẫu số 08 of Decree 331/2026."""

from __future__ import annotations

from collections.abc import Iterator

from soccheck.errors import ContradictionError
from soccheck.i18n import Language
from soccheck.report.official import editions, letter_appendices, letter_units
from soccheck.report.official.paper import Paper, padded, short_day
from soccheck.report.official.rows import WIDTHS, header, row
from soccheck.report.official.told import DocumentMatter, head_of, of_sender
from soccheck.report.report import Layout, Report
from soccheck.report.wording import evidence


def render(report: Report, language: Language, layout: Layout) -> Iterator[bytes]:
    """Yield the letter; raises `ContradictionError` with what cannot all be true: it is not made then."""
    content = of_sender(report)
    if content.contradictions:
        raise ContradictionError(content.contradictions)
    told = DocumentMatter(
        report=report,
        language=language,
        head=head_of(report, report.sender),
        edition=editions.edition(content.period.end, letter=True),
        annual=content,
        letter=True,
    )
    paper = Paper(language)
    _head(paper, told)
    _counts(paper, told)
    letter_units.write(paper, told)
    _systems(paper, told)
    _end(paper, told)
    letter_appendices.write(paper, told)
    for blank in paper.blanks:
        report.blank(blank)
    yield paper.saved()


def _to(told: DocumentMatter) -> tuple[str, ...]:
    """Return whom it goes to; by the law the owner's to the ministry, the others to the owner."""
    if told.head.to:
        return told.head.to
    if told.report.sender == "owner":
        return (told.language.text(told.edition.ministry),)
    owner = told.name(told.owner)
    return (owner,) if owner else ()


def _head(paper: Paper, told: DocumentMatter) -> None:
    language, period = told.language, told.period
    subject = language.text(told.edition.subject)
    issuer = told.issuer()
    paper.head(told.head, issuer, language("Re: {subject}").format(subject=subject))
    paper.addressed(_to(told))
    text = language(
        "Under {text}, {issuer} reports the {subject} from {start} to {end} as follows:"
    )
    paper.text(
        text.format(
            text=language.text(told.edition.basis[-1].text),
            issuer=paper.or_blank(issuer, language("the issuing organisation (issuer)")),
            subject=subject,
            start=short_day(period.start),
            end=short_day(period.end),
        )
    )
    day = told.assessment.as_of
    if day < period.end:  # a letter drawn up early speaks of no day to come
        paper.text(language("(figures until {day})").format(day=short_day(day)))


def _counts(paper: Paper, told: DocumentMatter) -> None:
    """Write part 1: seven counts, each of the rows of part 3."""
    language, counts = told.language, told.annual.counts
    paper.item("1. " + language("General information"))
    inspected = language(
        "Systems with an approved level that had their periodic {security} inspection"
    )
    texts = (
        (language("Systems under management"), counts.total),
        (language("Systems classified (their type is determined)"), counts.classified),
        (language("Systems whose level dossier is drawn up"), counts.built),
        (language("Systems whose level dossier is appraised"), counts.appraised),
        (language("Systems whose level is approved"), counts.approved),
        (inspected.format(security=told.security), counts.inspected),
    )
    for what, count in texts:
        paper.text(f"- {what}: {padded(count, language)};")
    done = language("Time by which the levels of all systems are expected to be approved")
    if counts.done_by is not None:
        when = short_day(counts.done_by)
    elif counts.total and counts.approved == counts.total:
        when = language("all are approved")
    else:
        when = paper.blank(done)
    paper.text(f"- {done}: {when}.")


def _systems(paper: Paper, told: DocumentMatter) -> None:
    language = told.language
    paper.turn(landscape=True)
    paper.item("3. " + language("The information systems under management in detail"))
    rows = [row(paper, told, number, one) for number, one in enumerate(told.annual.rows, start=1)]
    paper.table(WIDTHS, header(told), rows, centred=(0, 4, 8, 10), numbers=True)


def _end(paper: Paper, told: DocumentMatter) -> None:
    language = told.language
    paper.turn(landscape=False)
    paper.text(
        language(
            "Notes: columns (6), (10) and (12) have the words that the form allows; “……” stands for "
            "what is not stated."
        )
    )
    assessment = told.assessment
    said = (*evidence.of(assessment, language), *evidence.doubts(assessment, language))
    if said:
        paper.text(" ".join(said))
    added = (c.number for c in told.edition.contents if c.at in letter_appendices.ADDED)
    text = language(
        "Contents {numbers} of those that {source} ({clause}) asks for are in the appendices."
    )
    paper.text(
        text.format(
            numbers=", ".join(map(str, added)),
            source=told.edition.source,
            clause=told.edition.clause,
        )
    )
    end = language("These are the {subject}; {issuer} respectfully reports to {to}./.")
    paper.text(
        end.format(
            subject=language.text(told.edition.subject),
            issuer=paper.or_blank(told.issuer(), language("the issuing organisation (issuer)")),
            to=", ".join(_to(told)) or paper.blank(language("whom it is addressed to (to)")),
        )
    )
    paper.signed(told.head)
