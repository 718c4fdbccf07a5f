"""Tell the fractions and multiples that reports write in words: `một phần ba`, `halved`, `gấp rưỡi`.

A fraction in words is told roughly: it is the nearest of those that people say. One within a point of its
figure is taken for it, one off by more than `_LOOSE` points is false; between the two nobody can tell.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

from soccheck.claims.passage import NUMBER
from soccheck.claims.scan_counts import DOWN, THEN, UP
from soccheck.claims.scan_rough import how_sure
from soccheck.facts import figures

_MANY = {"một": 1, "hai": 2, "ba": 3, "bốn": 4, "a": 1, "an": 1, "one": 1, "two": 2, "three": 3}
_MANY |= {"four": 4, "five": 5, "năm": 5, "sáu": 6, "mười": 10, "six": 6, "ten": 10}
_MANY |= {"bảy": 7, "tám": 8, "chín": 9, "seven": 7, "eight": 8, "nine": 9}
_PARTS = {"hai": 2, "ba": 3, "tư": 4, "bốn": 4, "năm": 5, "sáu": 6, "mười": 10}
_PARTS |= {"half": 2, "halve": 2, "third": 3, "quarter": 4, "fourth": 4, "fifth": 5, "tenth": 10}
_PARTS |= {"two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "ten": 10}
_PAIRS = (("vi", "of_vi"), ("en", "of_en"), ("out", "of_out"))
_TENS = {"ten": 10, "twenty": 20, "thirty": 30, "forty": 40, "fifty": 50, "sixty": 60}
_TENS |= {"seventy": 70, "eighty": 80, "ninety": 90}
_SIGNS = {"½": (1, 2), "⅓": (1, 3), "⅔": (2, 3), "¼": (1, 4), "¾": (3, 4)}
_TIMES = {"đôi": "2", "rưỡi": "1,5", "doubled": "2", "twice": "2", "tripled": "3", "trebled": "3"}
_TIMES |= {"quadrupled": "4", "double": "2", "triple": "3", "twofold": "2", "threefold": "3"}

FRACTION = (
    r"(?:(?P<vi>một|hai|ba|bốn|năm|bảy|tám|chín) phần (?P<of_vi>hai|ba|tư|bốn|năm|sáu|mười)\b"
    r"|(?P<nửa>(?:một )?nửa\b)"
    r"|(?P<digit>(?<![0-9.,/])[1-9])/(?P<of_digit>[2-9]|10)(?![0-9/.,]?[0-9])"
    r"|(?:(?P<en>an?|one|two|three|four)[ -](?P<of_en>half|halve|third|quarter|fifth|tenth)s?"
    r"|(?P<en_half>half))\b"
    r"|(?P<out>one|two|three|four|five|six|seven|eight|nine) (?:in|out of)"
    r" (?P<of_out>two|three|four|five|six|ten)\b"
    r"|(?P<tens>ten|twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety) per ?cent\b"
    r"|cứ (?P<of_each>[0-9]{1,3}) [^\W\d_]{1,9}(?: [^\W\d_]{1,9}){0,2} có (?P<each>[0-9]{1,3}) [^\W\d_]{1,9}"
    r"|(?P<sign>[½⅓⅔¼¾]))"
)
_CHANGE = re.compile(
    rf"\b(?:(?P<up>{UP})|(?P<down>{DOWN})){THEN}"
    rf"(?P<rough>(?: (?!gấp|to\b|than\b)[^\W\d_]+){{0,3}}?) {FRACTION}"
    r"|\b(?P<halved>halved)\b",
    re.I,
)
_MULTIPLE = re.compile(
    rf"\bgấp(?P<rough>(?: (?:hơn|gần|khoảng|trên))?) (?:(?P<word>đôi|rưỡi)\b"
    rf"|(?P<number>{NUMBER}|hai|ba|bốn|năm|sáu|mười) lần(?P<half> rưỡi)?)"
    r"|\b(?P<verb>doubled|tripled|trebled|quadrupled|twice|twofold|threefold)\b"
    rf"|(?<![0-9.,])(?P<many>{NUMBER}|two|three|four|five|ten)(?: times|-?fold)\b",
    re.I,
)
_NEAR, _LOOSE = 1, 4
"""Percentage points up to which a fraction is what it says, and from which on it is not."""

_TENTH = Fraction(1, 10)


@dataclass(frozen=True, slots=True, kw_only=True)
class Worded:
    """Represents a fraction or a multiple as it stands in a text, and the figure that says the same.

    `signed` is its sign as a change, 0 for a share; `sure` as of any figure; `written` without that.
    """

    start: int
    end: int
    value: Fraction
    written: str
    signed: int
    sure: Literal["", "about", "over"]

    @property
    def told(self) -> str:
        """The figure as a claim states it: `about -33%`, `x1,5`."""
        return f"{self.sure} {self.written}".lstrip()

    def fits(self, then: Fraction, now: Fraction) -> bool | None:
        """Return whether it is the change between two figures; nothing where it nearly is."""
        if self.written.startswith(figures.TIMES):
            return self._near(now / then, self.value * _TENTH)
        return self._near((now - then) / then * 100, Fraction(_LOOSE))

    def is_share(self, part: Fraction, whole: Fraction) -> bool | None:
        """Return whether it is a share; nothing where it nearly is."""
        return self._near(part / whole * 100, Fraction(_LOOSE))

    def _near(self, computed: Fraction, loose: Fraction) -> bool | None:
        stated = figures.read(self.told)
        if figures.agrees(stated, computed):
            return True
        if stated.sure != "about":
            return False
        return False if abs(stated.number - computed) > loose else None


def fraction_of(match: re.Match[str]) -> Fraction:
    """Return the fraction that a match of `FRACTION` tells."""
    told = {name: text.lower() for name, text in match.groupdict().items() if text}
    if "sign" in told:
        return Fraction(*_SIGNS[told["sign"]])
    if "nửa" in told or "en_half" in told:
        return Fraction(1, 2)
    if "digit" in told:
        return Fraction(int(told["digit"]), int(told["of_digit"]))
    if "tens" in told:
        return Fraction(_TENS[told["tens"]], 100)
    if "each" in told:
        return Fraction(int(told["each"]), int(told["of_each"]) or 1)
    many, of = next(pair for pair in _PAIRS if pair[1] in told)
    return Fraction(_MANY[told[many]], _PARTS[told[of]])


def worded_changes(text: str) -> Iterator[Worded]:
    """Yield `giảm một phần ba`, `halved`, `gấp 2,5 lần`, in no order."""
    for match in _CHANGE.finditer(text):
        sign = 1 if match["up"] else -1
        value = Fraction(1, 2) if match["halved"] else fraction_of(match)
        rough = how_sure((match["rough"] or "").rstrip() or text[: match.start()][-16:])
        yield Worded(
            start=match.start(),
            end=match.end(),
            value=value,
            written=f"{'-' if sign < 0 else ''}{figures.half_up(value * 100, 0)}%",
            signed=sign,
            sure="over" if rough == "over" else "about",
        )
    for match in _MULTIPLE.finditer(text):
        yield _multiple(text, match)


def _multiple(text: str, match: re.Match[str]) -> Worded:
    """Return a multiple; one in words or whole is told roughly."""
    told = (match["word"] or match["verb"] or match["number"] or match["many"]).lower()
    number = _TIMES.get(told) or str(_MANY.get(told, told))
    number = f"{number},5" if match["half"] else number
    rough = how_sure((match["rough"] or "").rstrip() or text[: match.start()][-16:])
    sure: Literal["", "about", "over"] = "" if "," in number and not rough else "about"
    return Worded(
        start=match.start(),
        end=match.end(),
        value=figures.read(number).number,
        written=f"{figures.TIMES}{number if ',' in number else f'{number},0'}",
        signed=1,
        sure="over" if rough == "over" else sure,
    )


_SHARE = re.compile(
    rf"(?<![^\W_])(?:(?:tương đương|bằng|chiếm|tức|khoảng|gần|hơn|đạt)(?: với| là)?"
    rf"(?: khoảng)? (?=[0-9])|(?![0-9])){FRACTION}",
    re.I,
)
_OF = re.compile(
    r" (?:of(?! (?:the )?(?:year|month|20))|số|tổng)\b| ?[(.,;]|\Z|(?: [^\W\d_]+){1,5} ?\("
)
"""What follows a share in words; `a quarter ago` is none."""

_UNDER = re.compile(
    r"(?<!just )(?:fewer than|less than|under|below|dưới|chưa (?:đến|tới|đầy)) \Z", re.I
)
"""What makes a share in words a bound: `fewer than half` is no half."""


def worded_shares(text: str) -> Iterator[Worded]:
    """Yield `ba phần tư`, `more than half`, `1/4`, that no change is told by."""
    changed = [range(match.start(), match.end()) for match in _CHANGE.finditer(text)]
    for match in _SHARE.finditer(text):
        if any(match.start() in place for place in changed) or not _OF.match(text, match.end()):
            continue
        if _UNDER.search(text, max(0, match.start() - 16), match.start()):
            continue
        value = fraction_of(match)
        yield Worded(
            start=match.start(),
            end=match.end(),
            value=value,
            written=str(figures.half_up(value * 100, 0)),
            signed=0,
            sure=_share_is_sure(text, match),
        )


def _share_is_sure(text: str, match: re.Match[str]) -> Literal["", "about", "over"]:
    """Return how sure a share in words is: `ninety per cent` is no rougher than `90%`."""
    rough = how_sure(text[: match.start()][-16:])
    if rough == "over":
        return "over"
    return "" if match["tens"] and not rough else "about"
