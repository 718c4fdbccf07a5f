"""GitHub workflow commands: annotations at the lines concerned, within the limits GitHub shows.

Ten of a type in a step are shown; the rest is in the step summary (`--report summary=FILE`).
"""

from __future__ import annotations

from collections.abc import Iterator

from soccheck.i18n import Language
from soccheck.model import Status
from soccheck.report.report import Layout, Report
from soccheck.report.wording import one_line

SHOWN = 10
_DATA = (("%", "%25"), ("\r", "%0D"), ("\n", "%0A"))
_PROPERTY = (*_DATA, (":", "%3A"), (",", "%2C"))


def render(report: Report, language: Language, layout: Layout) -> Iterator[str]:
    """Yield failing findings as errors, unknown ones and scope changes as warnings."""
    errors: list[str] = []
    warnings: list[str] = []
    for finding in one_line.active(report):
        failing = finding.status is Status.FAIL
        at = one_line.spot(report, finding)
        text = one_line.message(report, finding, language)
        kind = "error" if failing else "warning"
        (errors if failing else warnings).append(_command(kind, at, finding.control.id, text))
    title = language("Scope changes")
    for at, text in one_line.scope(report, language):
        warnings.append(_command("warning", at, title, text))
    lines = [*errors[:SHOWN], *warnings[:SHOWN]]
    left = len(errors) + len(warnings) - len(lines)
    if left:
        text = language.plural("{n} more is in the report.", "{n} more are in the report.", left)
        lines.append(f"::notice title=soccheck::{_escaped(text, _DATA)}")
    yield "\n".join(lines or [one_line.silence(report, language)]) + "\n"


def _escaped(text: str, pairs: tuple[tuple[str, str], ...]) -> str:
    for character, code in pairs:
        text = text.replace(character, code)
    return text


def _command(kind: str, at: one_line.PipelinePlace, title: str, text: str) -> str:
    path, heading = _escaped(at.path, _PROPERTY), _escaped(title, _PROPERTY)
    where = f"file={path},line={at.line},col={at.column},title={heading}"
    return f"::{kind} {where}::{_escaped(text, _DATA)}"
