"""Azure DevOps logging commands: one issue a failing or unknown finding."""

from __future__ import annotations

from collections.abc import Iterator

from soccheck.i18n import Language
from soccheck.model import Status
from soccheck.report.report import Layout, Report
from soccheck.report.wording import one_line

_DATA = (("%", "%AZP25"), ("\r", "%0D"), ("\n", "%0A"))
_PROPERTY = (*_DATA, (";", "%3B"), ("]", "%5D"))


def render(report: Report, language: Language, layout: Layout) -> Iterator[str]:
    """Yield failing findings as errors, unknown ones and scope changes as warnings."""
    lines = []
    for finding in one_line.active(report):
        kind = "error" if finding.status is Status.FAIL else "warning"
        text = one_line.message(report, finding, language)
        lines.append(_issue(kind, one_line.spot(report, finding), finding.control.id, text))
    for at, text in one_line.scope(report, language):
        lines.append(_issue("warning", at, "scope", text))
    yield "\n".join(lines or [one_line.silence(report, language)]) + "\n"


def _escaped(text: str, pairs: tuple[tuple[str, str], ...]) -> str:
    for character, code in pairs:
        text = text.replace(character, code)
    return text


def _issue(kind: str, at: one_line.PipelinePlace, code: str, text: str) -> str:
    path = _escaped(at.path, _PROPERTY)
    where = f"sourcepath={path};linenumber={at.line};columnnumber={at.column};code={code}"
    return f"##vso[task.logissue type={kind};{where}]{_escaped(text, _DATA)}"
