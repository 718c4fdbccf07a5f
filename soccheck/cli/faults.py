"""Say what is wrong with what was given, in the reader's language, and no more of it than is read."""

from __future__ import annotations

from soccheck.errors import InputError, SoccheckError
from soccheck.facts.values import clean
from soccheck.i18n import Language
from soccheck.model import Problem

MOST = 25
"""Faults that are printed; whoever gave the wrong folder has thousands."""


def told(error: SoccheckError, language: Language) -> str:
    """Return what to print of an error: what is wrong, where, and what to do next.

    File names and what files hold are in it: nothing of it may speak to the terminal.
    """
    if not isinstance(error, InputError):
        return _safe(language.fault(language.say(error.said), error.hint))
    faults = each(error, language)
    lines = faults[:MOST]
    if len(faults) > MOST:
        places = {str(p.where).partition(":")[0] for p in error.problems if isinstance(p, Problem)}
        more = language.plural("{n} file", "{n} files", len(places))
        text = language.plural("{n} fault", "{n} faults", len(faults))
        rest = language("{faults} in {files}; the first {shown} stand above: correct these first")
        lines.append(rest.format(faults=text, files=more, shown=MOST))
    return _safe("\n".join(lines))


def each(error: SoccheckError, language: Language) -> list[str]:
    """Return every fault of an input, or the one that an error is."""
    if not isinstance(error, InputError):
        return [language.fault(language.say(error.said), error.hint)]
    return [
        language.problem(item) if isinstance(item, Problem) else str(item)
        for item in error.problems
    ]


def _safe(text: str) -> str:
    return "\n".join(clean(line) for line in text.split("\n"))
