"""The tables of what comes next: which unit must act, and what falls due."""

from __future__ import annotations

from soccheck.i18n import Language
from soccheck.model import Status
from soccheck.report.due import DueKind
from soccheck.report.overview import Overview
from soccheck.report.sheets.sheet import ReportSheet, SheetCell, day, number, text
from soccheck.report.wording import findings, words

_NAMED = 5
"""Assets of a day that are named; of more, how many there are."""


def duties(seen: Overview, language: Language) -> ReportSheet:
    """Return the units with something to do, the most failing first."""
    columns = [
        text(language("Organisation"), 36),
        number(language("Fail")),
        number(language("Unknown")),
        text(language("Severity")),
        day(language("Nearest day")),
    ]
    rows = [
        [
            words.name_of(duty.unit, language),
            duty.statuses.get(Status.FAIL, 0),
            duty.statuses.get(Status.UNKNOWN, 0),
            findings.severity(duty.severity, language) if duty.severity is not None else "",
            duty.nearest,
        ]
        for duty in seen.duties
    ]
    return ReportSheet(title=language("Who must act"), columns=columns, rows=rows)


def dues(seen: Overview, language: Language) -> ReportSheet:
    """Return what falls due, the nearest day first."""
    kinds = {
        DueKind.WAIVER: language("a waiver ends"),
        DueKind.GRACE: language("the time to comply ends"),
        DueKind.EXPECTED: language("promised for this day"),
        DueKind.ATTESTATION: language("an attestation ends"),
        DueKind.EDITION: language("new requirements come into force"),
    }
    columns = [
        day(language("Day")),
        text(language("What")),
        text(language("About")),
        number(language("Assets")),
        text(language("Which")),
    ]
    rows: list[list[SheetCell]] = []
    for due in seen.dues:
        named = [asset.id for asset in due.assets[:_NAMED]]
        more = ["…"] if len(due.assets) > _NAMED else []
        which = ", ".join([*named, *more])
        rows.append([due.day, kinds[due.kind], words.clean(due.about), len(due.assets), which])
    return ReportSheet(title=language("What falls due"), columns=columns, rows=rows)
