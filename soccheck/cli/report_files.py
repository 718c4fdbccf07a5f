"""Where the reports of `soccheck report` go: their files' names, and a report for each unit."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from soccheck.assess.assessment import Assessment
from soccheck.errors import UsageError
from soccheck.phrase import phrase
from soccheck.report import REPORTS
from soccheck.report.report import Report
from soccheck.report.unit_parts import unit_parts

_NAMELESS = frozenset('<>:"|?*\\')
_DEVICES = frozenset(
    ("CON", "PRN", "AUX", "NUL", *(f"{device}{n}" for device in ("COM", "LPT") for n in range(10)))
)
"""Signs and names that no file has where reports are read (Windows, "Naming Files, Paths, and
Namespaces")."""

Wanted = list[tuple[str, str | None]]
"""Formats, each with the file it is written to, or none to print it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitReport:
    """Represents one report to write, and as what."""

    report: Report
    wanted: Wanted


def stem(folder: str, as_of: date) -> str:
    """Return the name of a report's file in a folder, without how it ends: `an-giang-2026-12-14`."""
    name = "".join(
        c if c.isprintable() and c not in _NAMELESS else "_" for c in Path(folder).resolve().name
    )
    return f"{name}-{as_of.isoformat()}"


def wanted(forms: Sequence[str], outputs: Sequence[str], name: str) -> Wanted:
    """Return the formats with their files; raises `UsageError` where one would not know which is which."""
    if not outputs and len(forms) == 1:
        return [(forms[0], None)]
    if not outputs:
        hint = phrase("say where to: --output FOLDER")
        raise UsageError(phrase("several reports cannot be printed one after the other"), hint=hint)
    if len(outputs) == 1 and (len(forms) > 1 or _is_folder(outputs[0])):
        return in_folder(forms, outputs[0], name)
    if len(outputs) != len(forms):
        hint = phrase("give one folder, or a file for each format in their order")
        text = phrase(
            "{outputs} --output for {forms} --format", outputs=len(outputs), forms=len(forms)
        )
        raise UsageError(text, hint=hint)
    if len(set(map(os.path.realpath, outputs))) < len(outputs):
        raise UsageError(phrase("two reports would be written to one file"))
    return list(zip(forms, outputs, strict=True))


def in_folder(forms: Sequence[str], folder: str, name: str) -> Wanted:
    """Return a file in a folder, made if need be, for each format; raises `UsageError` if it cannot be."""
    try:
        Path(folder).mkdir(parents=True, exist_ok=True)
    except OSError as error:
        text = phrase("{path}: not a folder", path=folder)
        raise UsageError(
            text, hint=phrase("name one that is there, or that can be made")
        ) from error
    if name.partition(".")[0].upper() in _DEVICES:
        name = f"_{name}"  # no id begins so
    return [(form, str(Path(folder, f"{name}{REPORTS[form].suffix}"))) for form in forms]


def split(report: Report, forms: Sequence[str], folder: str) -> list[UnitReport]:
    """Return a report for each unit that answers for anything, and one for what none answers for."""
    return [
        UnitReport(report=about(report, part), wanted=in_folder(forms, folder, unit))
        for unit, part in unit_parts(report.assessment).items()
    ]


def about(report: Report, assessment: Assessment) -> Report:
    """Return a report on a part of what was judged."""
    return replace(report, assessment=assessment)


def _is_folder(output: str) -> bool:
    return output.endswith(os.sep) or os.path.isdir(output)
