"""Speak the reader's language: messages by gettext, dates and numbers as its readers write them."""

from __future__ import annotations

import gettext
from collections.abc import Callable, Mapping
from datetime import date
from fractions import Fraction
from pathlib import Path

from soccheck.facts.figures import units
from soccheck.facts.values import clean
from soccheck.model import Figure, Problem, Text
from soccheck.phrase import Phrase

PLACES = 4
"""Decimals to which points are printed, as the reports do: 0,4118."""

LANGUAGES = ("en", "vi")
VARIABLE = "SOCCHECK_LANG"
"""The variable of the environment that chooses the language where no option does."""
_PER_CENT = {"en": "\u00a0%", "vi": "%"}
_MARKS = {"en": ",.", "vi": ".,"}
"""Thousands and decimal mark of each language (Unicode CLDR, locales en and vi; tested against it)."""
FOLDER = Path(__file__).parent / "locale"


def chosen(wanted: str | None, environment: Mapping[str, str]) -> str:
    """Return the language asked for, else SOCCHECK_LANG, else the locale's (POSIX order), else English."""
    if wanted:
        return wanted
    if (said := environment.get(VARIABLE, "")[:2]) in LANGUAGES:
        return said
    settings = (environment.get(key) for key in ("LC_ALL", "LC_MESSAGES", "LANG"))
    locale = next((setting for setting in settings if setting), "C")
    if locale.partition(".")[0] in ("C", "POSIX"):
        return "en"  # LANGUAGE counts only where a locale is set (gettext manual, 2.3.2)
    for name in (*environment.get("LANGUAGE", "").split(":"), locale):
        if name[:2] in LANGUAGES and name[2:3] in ("", "_", ".", "-", "@"):
            return name[:2]
    return "en"


class Language:
    """Words, dates and numbers as readers of one language write them."""

    def __init__(self, code: str) -> None:
        self.code = code
        self._marks = str.maketrans(",.", _MARKS[code])
        self._one: Callable[[str], str] = str
        self._many: Callable[[str, str, int], str] = lambda one, many, n: one if n == 1 else many
        if code != "en":  # the language the messages are written in needs no catalogue
            catalogue = gettext.translation("soccheck", FOLDER, [code])
            self._one, self._many = catalogue.gettext, catalogue.ngettext

    def __call__(self, message: str) -> str:
        """Return `message` translated."""
        return self._one(message) if message else ""  # gettext has its header there

    def say(self, sentence: Phrase | str) -> str:
        """Return a sentence translated, with what is said in it; a plain text as it stands."""
        if isinstance(sentence, str):
            return sentence
        values = {
            name: self.say(value) if isinstance(value, Phrase) else value
            for name, value in sentence.values
        }
        return self(sentence.text).format(**values)

    def problem(self, problem: Problem) -> str:
        """Return a fault as a reader sees it: where, what, and what to do next."""
        where = problem.where
        place = self.say(where) if isinstance(where, Phrase) else where
        return self.fault(f"{place}: {self.say(problem.message)}", problem.hint)

    def fault(self, text: str, hint: Phrase | str | None) -> str:
        """Return what is wrong, and what to do next in a line of its own."""
        if not hint:
            return text
        language = self  # as every text for a reader is written, so that it is found and translated
        return f"{text}\n  " + language("hint: {what}").format(what=self.say(hint))

    def plural(self, one: str, many: str, count: int) -> str:
        """Return the form of a message that goes with `count`, with the count in it."""
        return self._many(one, many, count).format(n=self.number(count))

    def text(self, text: Text) -> str:
        """Return a policy's text in this language, else in the one there is, harmless to print."""
        return clean(text.get(self.code) or text.get("en") or next(iter(text.values()), ""))

    def date(self, day: date) -> str:
        """Return a date as day/month/year, which both languages write."""
        return f"{day.day:02d}/{day.month:02d}/{day.year:04d}"

    def number(self, value: float) -> str:
        """Return a number with this language's marks: 2,884.5 or 2.884,5; no more than 3 decimals."""
        text = f"{value:,}" if isinstance(value, int) else f"{value:,.3f}".rstrip("0").rstrip(".")
        return text if self.code == "en" else text.translate(self._marks)

    def decimal(self, value: Fraction, places: int = PLACES, *, trim: bool = True) -> str:
        """Return an exact number rounded, half up, to `places` decimals, idle zeros trimmed: 0,4118."""
        rounded = units(abs(value), places)
        whole, rest = divmod(rounded, 10**places)
        decimals = f"{rest:0{places}d}" if places else ""
        decimals = decimals.rstrip("0") if trim else decimals
        text = self.number(whole) + (_MARKS[self.code][1] + decimals if decimals else "")
        return f"−{text}" if value < 0 and rounded else text

    def per_cent(self, number: str) -> str:
        """Return a number as per cent; Vietnamese offices leave no space before the sign."""
        return f"{number}{_PER_CENT[self.code]}"

    def figure(self, figure: Figure) -> str:
        """Return a figure to its stated precision, and how sure it is: about 70 %."""
        text = self.decimal(figure.number, figure.places, trim=False)
        if figure.unit == "%":
            text = self.per_cent(text)
        elif figure.unit == "x":
            text = f"×{text}"
        language = self  # as every text for a reader is written, so that it is found and translated
        sure = {
            "": "{figure}",
            "about": language("about {figure}"),
            "over": language("over {figure}"),
        }
        return sure[figure.sure].format(figure=text)

    def share(self, passed: int, total: int) -> str:
        """Return the share in per cent, one decimal; only all is 100 %, only none is 0 %."""
        if total == 0:
            return "–"
        tenths = (passed * 2000 + total) // (2 * total)
        if passed < total:
            tenths = min(tenths, 999)
        if passed:
            tenths = max(tenths, 1)
        return self.per_cent(self.number(tenths / 10))
