"""GitHub workflow commands: annotations at the lines concerned, within the limits GitHub shows.

Ten of a type in a step are shown; the rest is in the step summary (`--report summary=FILE`).
"""

from __future__ import annotations

from soccheck.assess.assessment import Assessment
from soccheck.i18n import Language
from soccheck.model import Status
from soccheck.report.wording import one_line as line

SHOWN = 10
_DATA = (("%", "%25"), ("\r", "%0D"), ("\n", "%0A"))
_PROPERTY = (*_DATA, (":", "%3A"), (",", "%2C"))


def render(
    assessment: Assessment, language: Language, *, width: int, color: bool, limit: int
) -> str:
    """Return failing findings as errors, unknown ones and scope changes as warnings."""
    errors: list[str] = []
    warnings: list[str] = []
    for finding in line.active(assessment):
        failing = finding.status is Status.FAIL
        at = line.spot(assessment, finding)
        text = line.message(assessment, finding, language)
        kind = "error" if failing else "warning"
        (errors if failing else warnings).append(_command(kind, at, finding.control.id, text))
    title = language("Scope changes")
    for at, text in line.scope(assessment, language):
        warnings.append(_command("warning", at, title, text))
    lines = [*errors[:SHOWN], *warnings[:SHOWN]]
    left = len(errors) + len(warnings) - len(lines)
    if left:
        text = language.plural("{n} more is in the report.", "{n} more are in the report.", left)
        lines.append(f"::notice title=soccheck::{_escaped(text, _DATA)}")
    return "\n".join(lines or [language("soccheck: nothing to say of this change")]) + "\n"


def _escaped(text: str, pairs: tuple[tuple[str, str], ...]) -> str:
    for character, code in pairs:
        text = text.replace(character, code)
    return text


def _command(kind: str, at: line.Place, title: str, text: str) -> str:
    path, heading = _escaped(at.path, _PROPERTY), _escaped(title, _PROPERTY)
    where = f"file={path},line={at.line},col={at.column},title={heading}"
    return f"::{kind} {where}::{_escaped(text, _DATA)}"
