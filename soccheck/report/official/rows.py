"""The list of systems, with the twelve columns of Mẫu số 08 and the values it allows."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from soccheck.phrase import Phrase, phrase
from soccheck.report.official.annual import IssuedDecision, SystemRow
from soccheck.report.official.paper import Paper, short_day
from soccheck.report.official.told import DocumentMatter
from soccheck.report.wording.words import name_of

WIDTHS = (10.3, 30.0, 21.0, 22.0, 12.0, 19.0, 26.0, 26.0, 22.0, 19.0, 22.0, 17.7)
"""Columns, in mm; a page across has 247 between its margins."""

DOTS = "……"


def header(told: DocumentMatter) -> list[str]:
    """Return the heads of the columns."""
    language = told.language
    texts = [
        language("No."),
        language("Information system"),
        language("Owner"),
        language("Operating unit"),
        language("Proposed level"),
        language("State of the approval of its level"),
        language("Decision that approves its level"),
        language("{security} regulation of the system"),
        language("Approval of the dossier expected"),
        language("{security} plan in place"),
        language("Plan expected to be in place"),
        language("{security} inspected"),
    ]
    formatted = (text.format(security=told.security) for text in texts)
    return [text[:1].upper() + text[1:] for text in formatted]


def row(paper: Paper, told: DocumentMatter, number: int, one: SystemRow) -> list[str]:
    """Return the cells of a system; what is lacking is remembered as blank."""
    for what in blanks(one, name_of(one.system, told.language)):
        paper.blank(told.language.say(what))
    return cells(told, number, one)


def cells(told: DocumentMatter, number: int, one: SystemRow) -> list[str]:
    """Return the cells of a system."""
    language, name = told.language, name_of(one.system, told.language)
    approved, full = one.status == "approved", one.implementation == "full"
    kinds = {
        "before_use": language("Before it is put into use"),
        "periodic": language("Periodic"),
    }
    inspected = DOTS
    if one.inspected is not None:
        inspected = "; ".join(kinds[kind] for kind in one.inspected)
    return [
        str(number),
        name,
        told.name(one.owner) or DOTS,
        told.name(one.operator) or DOTS,
        str(one.level) if one.level is not None else DOTS,
        _status(told, one),
        decision(told, one.decision) if approved else "",
        decision(told, one.regulation) or (DOTS if approved else ""),
        "" if approved else _day(one.approval_expected),
        _implementation(told, one),
        "" if full else _day(one.implementation_expected),
        inspected,
    ]


def decision(told: DocumentMatter, one: IssuedDecision) -> str:
    """Return a decision as its number, its day and who issued it."""
    if not one:
        return ""
    return told.language("{number} of {day}, {issuer}").format(
        number=one.number or DOTS,
        day=_day(one.day),
        issuer=told.name(one.issuer) or DOTS,
    )


def _day(day: date | None) -> str:
    return short_day(day) if day is not None else DOTS


def _status(told: DocumentMatter, one: SystemRow) -> str:
    language = told.language
    words = {
        "draft": language("Being drafted"),
        "submitted": language("Sent for appraisal"),
        "appraised": language("Appraised"),
        "approved": language("Approved"),
    }
    return words[one.status] if one.status is not None else DOTS


def _implementation(told: DocumentMatter, one: SystemRow) -> str:
    language = told.language
    words = {
        "none": language("Not in place"),
        "partial": language("Some items in place"),
        "full": language("All in place"),
    }
    return words[one.implementation] if one.implementation is not None else DOTS


def blanks(row: SystemRow, name: str) -> Sequence[Phrase]:
    """Return what of a row could not be filled in, of those that the form asks for."""
    approved, full = row.status == "approved", row.implementation == "full"
    asked = (
        (row.owner is None, phrase("{system}: owner (column 3)", system=name)),
        (row.operator is None, phrase("{system}: operating unit (column 4)", system=name)),
        (row.level is None, phrase("{system}: proposed level (column 5)", system=name)),
        (row.status is None, phrase("{system}: state of the dossier (column 6)", system=name)),
        (
            approved and not row.regulation.whole,
            phrase("{system}: regulation, its number, day and issuer (column 8)", system=name),
        ),
        (
            not approved and row.approval_expected is None,
            phrase("{system}: day its approval is expected (column 9)", system=name),
        ),
        (
            row.implementation is None,
            phrase("{system}: how much of its plan is in place (column 10)", system=name),
        ),
        (
            not full and row.implementation_expected is None,
            phrase("{system}: day its plan is expected to be in place (column 11)", system=name),
        ),
        (
            row.inspected is None,
            phrase("{system}: inspections with their days (column 12)", system=name),
        ),
        (row.type is None, phrase("{system}: its type (part 1)", system=name)),
    )
    return [what for missing, what in asked if missing]
