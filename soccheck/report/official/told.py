"""What an official document is written from: one assessment, what is asked, and the edition that holds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from datetime import date

from soccheck.assess.assessment import Assessment
from soccheck.assess.detail import Observed
from soccheck.claims.check import Checked
from soccheck.errors import UsageError
from soccheck.facts.catalogue import lookup
from soccheck.i18n import Language
from soccheck.model import Control, DocumentHead, Finding, Location, Value
from soccheck.phrase import phrase
from soccheck.report.official.annual import Annual, annual
from soccheck.report.official.editions import ReportingEdition, ReportPeriod, edition
from soccheck.report.official.paper import DOTS, Paper, short_day
from soccheck.report.report import Report
from soccheck.report.wording import findings, words


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentMatter:
    """Represents what a document tells of, in the language it is written in, and its head."""

    report: Report
    language: Language
    head: DocumentHead
    edition: ReportingEdition
    annual: Annual
    claims: Sequence[Checked] = ()
    letter: bool = False

    @property
    def assessment(self) -> Assessment:
        """Return what was judged."""
        return self.report.assessment

    @property
    def period(self) -> ReportPeriod:
        """Return the days reported on."""
        return self.annual.period

    def name(self, unit: Value | None) -> str:
        """Return the name of an organisation, or nothing where there is none."""
        asset = self.assessment.inventory.assets["organization"].get(str(unit))
        return words.name_of(asset, self.language) if asset is not None else ""

    @property
    def owner(self) -> Value | None:
        """Return the id of the owner of the authority's systems."""
        return self.assessment.inventory.authority.facts.get("owner")

    @property
    def security(self) -> str:
        """Return the law's word for what is reported on."""
        return self.language.text(self.edition.security)

    def specialists(self, owner: str) -> list[str]:
        """Return the ids of the specialised units of an owner that exist on the day of the report."""
        inventory = self.assessment.inventory
        there = {unit.id for unit in self.assessment.world.assets("organization")}
        unit = inventory.assets["organization"].get(owner)
        if unit is not None and "specialist" in unit.facts:
            return [str(unit.facts["specialist"])]
        listed = inventory.authority.facts.get("specialists", ()) if owner == self.owner else ()
        return [str(u) for u in listed if u in there] if isinstance(listed, tuple) else []

    def issuer(self) -> str:
        """Return whose document it is: of whom its head says so, else of a letter's sender."""
        unit = unit_of(self.report)
        senders = {
            "owner": unit or self.owner,
            "specialist": next(iter(self.specialists(str(self.owner))), None),
            "operator": unit,
        }
        sender = senders[self.report.sender] if self.letter else None
        return self.name(self.head.issuer or sender)

    def specialised(self) -> str:
        """Return what the specialised unit is called, with a capital."""
        text = self.language("The specialised {security} unit").format(security=self.security)
        return text[:1].upper() + text[1:]


def period_of(report: Report) -> ReportPeriod:
    """Return the period reported on: the one asked for, else the yearly one of the day of the figures."""
    if report.period is not None:
        return ReportPeriod(start=report.period[0], end=report.period[1])
    day = report.assessment.as_of
    return edition(day).period_of(day)


def unit_of(report: Report) -> str | None:
    """Return the id of the one organisation a report is narrowed to."""
    units = report.assessment.selection.organizations
    return units[0] if len(units) == 1 else None


def of_sender(report: Report) -> Annual:
    """Return the yearly report of a sender: an operating unit's, or an owner's, is on its own systems.

    Raises `UsageError` where the rules for its period, or whose it is, are not known.
    """
    period, sender, unit = period_of(report), report.sender, unit_of(report)
    edition(period.end, letter=True)  # it must be known what a letter on such a period has
    if sender == "operator" and unit is None:
        raise UsageError(
            phrase("which operating unit's letter is it?"),
            hint=phrase("name it: --organization ID"),
        )
    return annual(report.assessment, period, fact=sender, unit=unit)


def head_of(report: Report, document: str) -> DocumentHead:
    """Return the head of a document: what the command line states, else the inventory."""
    nothing = DocumentHead(at=Location("report", 1, 1))
    known = report.assessment.inventory.heads.get(document, nothing)
    given = report.head
    if given is None:
        return known
    stated = {f.name: getattr(given, f.name) for f in fields(given) if f.name != "at"}
    return replace(known, **{name: value for name, value in stated.items() if value})


def found_and_asked(told: DocumentMatter, finding: Finding) -> tuple[str, str]:
    """Return what was found where a requirement is not met, and what was asked; the first that decides."""
    detail, language = told.assessment.detail(finding), told.language
    for item in detail.observed:
        if item.met is False and not item.context:
            wanted = words.wanted(finding, item, language)
            name = "" if item.asset is finding.asset else words.name_of(item.asset, language) + ": "
            return name + _observed(told, item), _asked(item, wanted, language)
    why = findings.why(finding, detail, language)
    return (why[0][0] if why else "–"), ""


def _observed(told: DocumentMatter, item: Observed) -> str:
    """Return what was found in words; an organisation by its name."""
    said = words.observation(item, told.language)
    fact = lookup(item.asset.kind, item.fact)
    if fact is None or fact.type != "ref" or "organization" not in fact.values:
        return said
    unit = str(item.chosen.value)
    return f"{said.removesuffix(unit)}{told.name(unit) or unit}"


def _asked(item: Observed, wanted: str, language: Language) -> str:
    """Return what was asked without signs, which no office writes."""
    least, most = language("at least {value}"), language("at most {value}")
    if isinstance(item.chosen.value, date):
        least, most = language("not before {value}"), language("not later than {value}")
    signs = {"= ": "{value}", "≥ ": least, "≤ ": most, "≠ ": language("other than {value}")}
    for sign, text in signs.items():
        if wanted.startswith(sign):
            return text.format(value=wanted.removeprefix(sign))
    return wanted


def attached(paper: Paper, told: DocumentMatter, kind: str) -> str:
    """Return the line below an appendix's title: with which document it goes."""
    language, head = told.language, told.head
    day = short_day(head.date) if head.date is not None else "…/…/……"
    text = language("(Attached to {kind} {number} of {day} of {issuer})")
    return text.format(kind=kind, number=paper.number(head), day=day, issuer=told.issuer() or DOTS)


def ground(control: Control) -> str:
    """Return the text a requirement is grounded on."""
    reference = control.references[0]
    return words.clean(", ".join(part for part in (reference.source, reference.clause) if part))


def remedy(control: Control, language: Language) -> str:
    """Return what to do where a requirement is not met, without the mark that ends it."""
    return language.text(control.remediation).rstrip(". ")


def small(text: str) -> str:
    """Return a text within a sentence: its first letter small, unless the word is an abbreviation."""
    return text if text[1:2].isupper() else text[:1].lower() + text[1:]
