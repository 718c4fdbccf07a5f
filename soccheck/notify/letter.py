"""A digest in words: subject, what stands first, paragraphs, and how silence is to be read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from soccheck.facts.values import clean
from soccheck.history.causes import ChangeCause
from soccheck.i18n import Language
from soccheck.model import Severity, Status
from soccheck.notify.digest import Digest, DigestKind, News
from soccheck.report.listings.run_changes import cause_word, status_word
from soccheck.report.wording import findings, words

_MOST = 25
"""Lines of a paragraph; a message is read on a telephone, and the report has the rest."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Paragraph:
    """Represents a paragraph: its title with the count, its lines, and what is said below them."""

    title: str
    lines: Sequence[str]
    more: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """Represents a message in one language; every text of it is plain, and of one line."""

    subject: str
    lead: Sequence[str]
    paragraphs: Sequence[Paragraph]
    tail: Sequence[str]
    link: str | None = None


def letter(digest: Digest, language: Language) -> Letter:
    """Return a digest in words; what others wrote is made harmless, and stays on its line."""
    acted = [item for item in digest.news if not item.by_calendar]
    aged = [item for item in digest.news if item.by_calendar]
    paragraphs = [
        _paragraph(title, [n for n in acted if n.state in states], language)
        for title, states in _titles(language)
    ]
    paragraphs.append(
        _paragraph(language("By the calendar alone: nobody did anything"), aged, language)
    )
    return Letter(
        subject=_subject(digest, language),
        lead=_lead(digest, language),
        paragraphs=[p for p in paragraphs if p.lines],
        tail=_tail(digest, language),
        link=digest.link,
    )


def _titles(language: Language) -> list[tuple[str, tuple[str, ...]]]:
    return [
        (language("To be done"), ("",)),
        (language("New"), ("new",)),
        (language("Worse"), ("worse",)),
        (language("Better"), ("better",)),
        (language("Resolved"), ("resolved",)),
        (language("Left the scope"), ("left",)),
    ]


def _paragraph(title: str, news: Sequence[News], language: Language) -> Paragraph:
    rest = len(news) - _MOST
    more = ""
    if rest > 0:
        more = language.plural("and {n} more", "and {n} more", rest)
    return Paragraph(
        title=f"{title} ({language.number(len(news))})",
        lines=[_line(item, language) for item in news[:_MOST]],
        more=more,
    )


def _line(item: News, language: Language) -> str:
    parts = [status_word(item.after, language)]
    if item.severity in set(Severity):
        parts.append(findings.severity(Severity(item.severity), language))
    head = " · ".join(parts)
    text = f"{head} · {clean(item.asset)}: {language.text(item.title)} ({item.control})"
    said = []
    if item.state:
        said.append(language("was {status}").format(status=status_word(item.before, language)))
    if item.cause:
        said.append(language("why: {cause}").format(cause=why(item, language)))
    return f"{text} – {', '.join(said)}" if said else text


def why(item: News, language: Language) -> str:
    """Return why a finding changed, as words."""
    word = cause_word(ChangeCause(item.cause), language)
    shown = (
        item.detail
        if item.cause in (ChangeCause.WAIVER, ChangeCause.GRACE, ChangeCause.SILENT)
        else None
    )
    return f"{word}: {clean(shown)}" if shown else word


def _subject(digest: Digest, language: Language) -> str:
    place = f"{language.text(digest.authority)} {language.date(digest.as_of)}"
    return f"soccheck · {place}: {_gist(digest, language)}"


def _gist(digest: Digest, language: Language) -> str:
    """Return the message in a few words, what fails anew before all."""
    if digest.kind is DigestKind.TEST:
        return language("a trial message")
    if digest.kind is DigestKind.QUIET:
        return language("nothing changed")
    if digest.kind is DigestKind.FIRST:
        counts = _counts(digest, language)
        return language("first message; {counts}").format(counts=counts or "0")
    acted = [item for item in digest.news if not item.by_calendar]
    bad = [item for item in acted if item.state in ("new", "worse")]
    failing = sum(item.after == Status.FAIL.value for item in bad)
    unknown = sum(item.after == Status.UNKNOWN.value for item in bad)
    resolved = sum(item.state == "resolved" for item in acted)
    others = len(acted) - failing - unknown - resolved
    aged = len(digest.news) - len(acted)
    parts = [
        (failing, language.plural("{n} failing anew", "{n} failing anew", failing)),
        (unknown, language.plural("{n} unknown anew", "{n} unknown anew", unknown)),
        (resolved, language.plural("{n} resolved", "{n} resolved", resolved)),
        (others, language.plural("{n} other change", "{n} other changes", others)),
        (aged, language.plural("{n} by the calendar", "{n} by the calendar", aged)),
    ]
    return ", ".join(text for count, text in parts if count)


def _counts(digest: Digest, language: Language) -> str:
    order = (Status.FAIL, Status.UNKNOWN, Status.WAIVED, Status.GRACE, Status.PASS)
    counts = [(s, digest.statuses.get(s.value, 0)) for s in order]
    return ", ".join(f"{words.status(s, language)} {language.number(n)}" for s, n in counts if n)


def _lead(digest: Digest, language: Language) -> list[str]:
    if digest.kind is DigestKind.TEST:
        return [language("This is a trial: messages of soccheck reach this address.")]
    day = language.date(digest.as_of)
    if digest.since is None or digest.since_day is None:
        lines = [language("Run {run} of {day}.").format(run=digest.run, day=day)]
    else:
        text = language("Run {run} of {day}, compared with {before} of {before_day}.")
        before_day = language.date(digest.since_day)
        values = {"run": digest.run, "before": digest.since, "before_day": before_day}
        lines = [text.format(day=day, **values)]
    if digest.kind is DigestKind.FIRST:
        lines.append(language("From now on only what changes is told, each finding once."))
    if digest.kind is DigestKind.QUIET:
        lines.append(language("Nothing changed since the last message."))
    counts = _counts(digest, language)
    if counts:
        lines.append(language("How all findings stand: {counts}.").format(counts=counts))
    else:
        lines.append(language("Nothing was assessed."))
    if digest.silent:
        text = language.plural(
            "{n} machine did not answer.", "{n} machines did not answer.", digest.silent
        )
        lines.append(text)
    return lines


def _tail(digest: Digest, language: Language) -> list[str]:
    if digest.heartbeat is None:
        return []
    text = language.plural(
        "Nothing for more than {n} day means that soccheck does not run: ask whoever runs it.",
        "Nothing for more than {n} days means that soccheck does not run: ask whoever runs it.",
        digest.heartbeat,
    )
    return [text]
