"""The report as one page: self-contained, no network, its own pictures, a strict content security policy."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from importlib import resources
from typing import TYPE_CHECKING, Any

from soccheck import __version__
from soccheck.assess.tally import worst
from soccheck.i18n import Language
from soccheck.model import Figure, Status
from soccheck.report.overview import Overview, overview
from soccheck.report.page import bars, curves, parts
from soccheck.report.page.parts import PagePart
from soccheck.report.report import Layout, Report
from soccheck.report.sheets.sheet import ColumnKind, SheetCell, SheetColumn, SheetLink
from soccheck.report.wording import heads, notes, policies, words

if TYPE_CHECKING:
    from markupsafe import Markup

_BUFFER = 200
"""Pieces of the page that are written together."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Verdict:
    status: str
    word: str
    counts: str


@dataclass(frozen=True, slots=True, kw_only=True)
class _Group:
    title: str
    bars: Sequence[bars.Bar]


def render(report: Report, language: Language, layout: Layout) -> Iterator[str]:
    """Yield the page, its rows written as they are made."""
    assessment = report.assessment
    seen = overview(assessment)
    said = [*policies.notes(report, language), *notes.notes(assessment, language)]
    units, levels = bars.by_unit(assessment, language), bars.by_level(assessment, language)
    groups = [
        _Group(title=language("By organisation"), bars=units),
        _Group(title=language("By level"), bars=levels),
    ]
    return page(
        language("Compliance report"),
        heads.line(report, language),
        parts.of_report(report, seen, language),
        language,
        verdict=_verdict(seen, language),
        notes=said,
        bars=bars.headlines(seen, report, language),
        groups=[group for group in groups if group.bars],
        curves=curves.headlines(report, language),
    )


def page(
    title: str, head: str, sections: Sequence[PagePart], language: Language, **more: Any
) -> Iterator[str]:
    """Yield a page of these sections; `more` is what the template shows above them."""
    from jinja2 import Environment, PackageLoader, StrictUndefined
    from markupsafe import Markup

    environment = Environment(
        loader=PackageLoader("soccheck.report", "page"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    style, script = _file("page.css"), _file("page.js")
    given = {
        "code": language.code,
        "title": title,
        "head": head,
        "sections": sections,
        "verdict": None,
        "notes": [],
        "bars": [],
        "groups": [],
        "curves": [],
        "legend": [(status.value, words.status(status, language)) for status in bars.SHOWN],
        "t": _texts(language),
        "foot": language("Written by soccheck {version}.").format(version=__version__),
        "shown": _shown(language, {part.title: part.id for part in sections}),
        "style": Markup(style),
        "script": Markup(script),
        "style_hash": _digest(style),
        "script_hash": _digest(script),
        **more,
    }
    stream = environment.get_template("page.html").stream(given)
    stream.enable_buffering(_BUFFER)
    yield from stream
    yield "\n"


def _texts(language: Language) -> dict[str, str]:
    return {
        "search": language("Search"),
        "status": language("Status"),
        "all": language("all"),
        "shown": language("shown"),
        "more": language("Show more rows"),
        "skip": language("To the content"),
        "contents": language("Contents"),
        "shares": language("How much is met"),
        "curves": language("Month by month"),
        "notes": language("What a reader must know"),
    }


def _file(name: str) -> str:
    return resources.files("soccheck.report.page").joinpath(name).read_text(encoding="utf-8")


def _digest(text: str) -> str:
    """Return what a content security policy knows a style or a script by (CSP Level 3, 6.7.2)."""
    digest = hashlib.sha256(text.encode()).digest()
    return f"sha256-{base64.b64encode(digest).decode('ascii')}"


def _verdict(seen: Overview, language: Language) -> _Verdict:
    """Return the worst of all findings, and how many there are of each status."""
    status = Status.UNKNOWN if seen.code == 3 else worst(seen.statuses)
    counts = bars.counted(seen.statuses, language)
    word = words.status(status, language) if counts else language("nothing assessed")
    return _Verdict(status=status.value, word=word, counts=counts)


def _shown(
    language: Language, anchors: Mapping[str, str]
) -> Callable[[SheetColumn, SheetCell], Markup]:
    """Return the function that writes a cell; what a number or a day sorts by stands beside its text."""
    from markupsafe import Markup, escape

    statuses: Mapping[Status, Markup] = {
        status: Markup('<td class="w-{}">{}</td>').format(
            status.value, words.status(status, language)
        )
        for status in Status
    }
    empty = Markup("<td></td>")

    def shown(column: SheetColumn, value: SheetCell) -> Markup:
        if value is None or value == "":
            return empty
        if isinstance(value, Status):
            return statuses[value]
        if isinstance(value, SheetLink):
            return Markup('<td><a href="#{}">{}</a></td>').format(anchors[value.to], value.text)
        if isinstance(value, str):
            return Markup("<td>") + escape(value) + Markup("</td>")
        if isinstance(value, date):
            return _number(value.toordinal(), language.date(value))
        if column.kind is ColumnKind.SHARE:
            places = 0 if value == int(value) else 1
            figure = Figure(number=Fraction(str(value)), places=places, unit="%")
            return _number(value, language.figure(figure))
        return _number(value, language.number(value))

    return shown


def _number(value: float, text: str) -> Markup:
    from markupsafe import Markup

    return Markup('<td class="n" data-value="{}">{}</td>').format(value, text)
