"""What `soccheck report` asks and tells of official documents: their heads, contradictions, and blanks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import click

from soccheck.errors import ContradictionError, UsageError
from soccheck.facts import values
from soccheck.i18n import Language
from soccheck.model import DocumentHead, Location
from soccheck.phrase import phrase
from soccheck.report.official.editions import edition
from soccheck.report.official.told import of_sender, period_of
from soccheck.report.report import Report

LETTERS = ("mau-08", "mau-08-pdf")
"""Formats that are the yearly letter."""
_HEADED = ("docx", "pdf", "xlsx", *LETTERS)
"""Formats with the head of an official document."""
_HEEDED = {
    "--from": LETTERS,
    "--head": _HEADED,
    "--previous": ("html", "xlsx", "docx", "pdf"),
    "--config": ("html", "xlsx", "docx", "pdf", "csv", "sarif", "sarif-full"),
}
"""Option -> formats that it changes."""

_TEXTS = ("superior", "number", "symbol", "place", "mandate", "signer", "issuer")
_LISTS = ("to", "basis", "signs_as", "recipients")


class Blanks:
    """Keeps what documents leave blank, each once, to be told at the end."""

    def __init__(self) -> None:
        self._found: dict[str, None] = {}

    def add(self, what: str) -> None:
        """Keep one."""
        self._found[what] = None

    def tell(self, language: Language) -> None:
        """Print what is left to fill in, where there is any."""
        if not self._found:
            return
        count = len(self._found)
        click.echo(
            language.plural(
                "{n} blank is left to fill in:", "{n} blanks are left to fill in:", count
            ),
            err=True,
        )
        for what in self._found:
            click.echo(f"  - {what}", err=True)


def head(texts: Sequence[str]) -> DocumentHead | None:
    """Return what --head states; several of a list are parted by `;`. Raises `UsageError` for others."""
    if not texts:
        return None
    stated: dict[str, Any] = {}
    for text in texts:
        key, sign, value = text.partition("=")
        if not sign or not value.strip() or key not in (*_TEXTS, *_LISTS, "date"):
            names = ", ".join((*_TEXTS, *_LISTS, "date"))
            hint = phrase("write KEY=VALUE, with one of {names}", names=names)
            raise UsageError(phrase("--head {value} states nothing", value=repr(text)), hint=hint)
        if key in _LISTS:
            stated[key] = tuple(part.strip() for part in value.split(";") if part.strip())
        elif key == "date":
            stated[key] = values.typed_day(value)
            if stated[key] is None:
                hint = phrase("write its day: --head date=2026-12-18")
                raise UsageError(phrase("{value} is no day", value=repr(value)), hint=hint)
        else:
            stated[key] = value.strip()
    return DocumentHead(at=Location("--head", 1, 1), **stated)


def refuse_unheeded(forms: Sequence[str], given: Mapping[str, bool]) -> None:
    """Raise `UsageError` for an option that is given, and that no format asked for heeds."""
    for name, heeding in _HEEDED.items():
        if given[name] and set(forms).isdisjoint(heeding):
            text = phrase("{option} does nothing for {forms}", option=name, forms=", ".join(forms))
            raise UsageError(text, hint=phrase("it is for: {names}", names=", ".join(heeding)))


def refuse_split(forms: Sequence[str]) -> None:
    """Raise `UsageError` for a letter of each unit: an operating unit's has its own number and signer."""
    if any(form in LETTERS for form in forms):
        hint = phrase("write each by itself: --from operator --organization ID")
        raise UsageError(phrase("the yearly letter is not split"), hint=hint)


def refuse_contradictions(report: Report, forms: Sequence[str]) -> None:
    """Raise `ContradictionError`, before anything is written, where statements contradict each other."""
    if any(form in LETTERS for form in forms):
        content = of_sender(report)
        if content.contradictions:
            raise ContradictionError(content.contradictions)


def tell_due(report: Report, forms: Sequence[str], language: Language) -> None:
    """Print before which day a letter that was written is due."""
    if any(form in LETTERS for form in forms):
        period = period_of(report)
        due = edition(period.end, letter=True).due_day(report.sender, period)
        text = language("The letter is due before {day}.")
        click.echo(text.format(day=language.date(due)), err=True)
