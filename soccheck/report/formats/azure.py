"""Azure DevOps logging commands: one issue a failing or unknown finding."""

from __future__ import annotations

from soccheck.assess.assessment import Assessment
from soccheck.i18n import Language
from soccheck.model import Status
from soccheck.report.wording import one_line as line

_DATA = (("%", "%AZP25"), ("\r", "%0D"), ("\n", "%0A"))
_PROPERTY = (*_DATA, (";", "%3B"), ("]", "%5D"))


def render(
    assessment: Assessment, language: Language, *, width: int, color: bool, limit: int
) -> str:
    """Return failing findings as errors, unknown ones and scope changes as warnings."""
    lines = []
    for finding in line.active(assessment):
        kind = "error" if finding.status is Status.FAIL else "warning"
        text = line.message(assessment, finding, language)
        lines.append(_issue(kind, line.spot(assessment, finding), finding.control.id, text))
    for at, text in line.scope(assessment, language):
        lines.append(_issue("warning", at, "scope", text))
    return "\n".join(lines or [language("soccheck: nothing to say of this change")]) + "\n"


def _escaped(text: str, pairs: tuple[tuple[str, str], ...]) -> str:
    for character, code in pairs:
        text = text.replace(character, code)
    return text


def _issue(kind: str, at: line.Place, code: str, text: str) -> str:
    path = _escaped(at.path, _PROPERTY)
    where = f"sourcepath={path};linenumber={at.line};columnnumber={at.column};code={code}"
    return f"##vso[task.logissue type={kind};{where}]{_escaped(text, _DATA)}"
