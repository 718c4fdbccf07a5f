"""Which number was meant: 1.348, 1 348 máy, khoảng 80, 1,5 triệu, 94,2 %."""

from __future__ import annotations

import re
from fractions import Fraction

from soccheck.facts.meant_addresses import PORTS
from soccheck.facts.spoken import digits, plain
from soccheck.phrase import Phrase, phrase

_AMOUNT = re.compile(
    r"(?P<sure>about|over|khoảng|gần|độ|hơn|trên|~|>)?\s*"
    r"(?P<number>[0-9][0-9., \u00a0'’]*[0-9]|[0-9])\s*(?P<plus>\+)?\s*(?P<unit>%|[^\W\d].*)?\Z",
    re.IGNORECASE,
)
_TIMES = {
    **dict.fromkeys(("tram", "hundred"), 100),
    **dict.fromkeys(("nghin", "ngan", "k", "thousand"), 1_000),
    **dict.fromkeys(("trieu", "tr", "million"), 1_000_000),
    **dict.fromkeys(("ty", "ti", "billion"), 1_000_000_000),
}
"""Word behind a number -> what it is multiplied by."""
_GROUPS = re.compile(r"[0-9]{1,3}([., \u00a0'’])[0-9]{3}(?:\1[0-9]{3})*\Z")
_SURE = {"khoảng": "about", "gần": "about", "độ": "about", "~": "about", "about": "about"}


_COUNTED = frozenset(
    (
        *("%", "phan", "tram", "per", "cent", "percent", "may", "tinh", "chu", "bo", "chiec"),
        *("cai", "nguoi", "dung", "luot", "tai", "khoan", "thiet", "bi", "don", "vi", "co", "quan"),
        *("he", "thong", "can", "vien", "chuc", "cong", "ho", "so", "thu", "tuc", "dich", "vu"),
        *("van", "ban", "dong", "mang", "machines", "computers", "pcs", "pc", "servers", "hosts"),
        *("devices", "users", "units", "people"),
    )
)
"""Words of what is counted; of any other behind a number nobody knows what it takes back."""


_IN_WORDS = re.compile(
    r"(?<=[0-9])\s*\((?:bằng chữ:?\s*)?(?:\b(?:một|mốt|hai|ba|bốn|tư|năm|lăm|sáu|bảy|bẩy|tám|chín|mười|mươi"
    r"|trăm|nghìn|ngàn|linh|lẻ|không|máy|bộ|chiếc|người|hệ thống)\b\s*)+\)\Z",
    re.IGNORECASE,
)
"""A number once more in words, as official papers have it."""


def amount(text: str) -> re.Match[str] | None:
    """Return the parts of a number with what is counted and how sure it is, where every word is known."""
    found = _AMOUNT.match(_IN_WORDS.sub("", re.sub("%{2,}", "%", text.rstrip(" ;"))))
    unit = plain((found and found["unit"]) or "", keep=" %").split()
    return found if all(word in _COUNTED or word in _TIMES for word in unit) else None


def _digits(number: str) -> str | None:
    """Return a whole number without the marks of its thousands."""
    if number.isdecimal():
        return number.lstrip("0") or "0"
    if _GROUPS.match(number):
        return re.sub(r"[., \u00a0'’]", "", number).lstrip("0") or "0"
    return None


def whole(found: re.Match[str]) -> str | None:
    """Return an amount as a whole number: `1,5 triệu` is 1500000."""
    unit = plain(found["unit"] or "")
    times = _TIMES.get(unit) or _TIMES.get(unit.partition(" ")[0], 1)
    if times == 1:
        return _digits(re.sub(r"[.,]0{1,2}\Z", "", found["number"]))
    if not re.fullmatch(r"[0-9]+(?:[.,][0-9]{1,2})?", found["number"]):
        return None
    exact = Fraction(found["number"].replace(",", ".")) * times
    return str(exact.numerator) if exact.denominator == 1 else None


_PORT = re.compile(r"(?:tcp\s*/\s*|(?:port|cổng)\s+)?([0-9]{1,5})(?:\s*/\s*tcp)?", re.IGNORECASE)
"""A port as scanners and firewalls write it: 22/tcp."""


def is_span(text: str) -> bool:
    """Return whether a text is whole numbers from one to another: 8000-8010."""
    return re.fullmatch(r"[0-9]+\s*(?:-|đến|to)\s*[0-9]+", text) is not None


def integer(text: str) -> str | None:
    """Return the whole number that was meant, where nothing says that it is not exact."""
    if port := _PORT.fullmatch(text):
        return _digits(port[1])
    if text.lower() in PORTS:
        return str(PORTS[text.lower()])
    found = amount(text)
    if found is None or found["sure"] or found["plus"] or found["unit"] == "%":
        return None
    return whole(found)


def count(text: str) -> str | None:
    """Return the count that was meant, with about or over where it is not exact."""
    found = amount(text)
    number = whole(found) if found else None
    if found is None or number is None or found["unit"] == "%":
        return None
    if not found["sure"] and not found["plus"]:
        return number
    return f"{_SURE.get((found['sure'] or '').lower(), 'over')} {number}"


def number(text: str) -> str | None:
    """Return the number that was meant, with a point before its decimals."""
    found = amount(text)
    if found is None or found["sure"]:
        return None
    if plain(found["unit"] or "").partition(" ")[0] in _TIMES:
        return whole(found)
    digits = found["number"]
    if re.fullmatch(r"[0-9]{1,3}(\.[0-9]{3})*,[0-9]+", digits):
        digits = digits.replace(".", "").replace(",", ".")
    elif re.fullmatch(r"[0-9]+,[0-9]+", digits):
        digits = digits.replace(",", ".")
    elif (told := _digits(digits)) is not None:
        return told
    if not re.fullmatch(r"[0-9]+\.[0-9]+", digits):
        return None
    return digits.rstrip("0").rstrip(".")


def share(text: str) -> str | None:
    """Return the share that was meant, from 1% to 100%."""
    found = amount(text)
    if found is None or (found["unit"] or "%") not in ("%", "phần trăm", "per cent", "percent"):
        return None
    number = found["number"].replace(",", ".")
    if not re.fullmatch(r"[0-9]{1,3}(\.[0-9]{1,9})?", number) or not 1 <= float(number) <= 100:
        return None
    sure = f"{_SURE.get(found['sure'].lower(), 'over')} " if found["sure"] else ""
    return f"{sure}{number}%"


def is_more_than_all(text: str) -> bool:
    """Return whether a share is of more than a hundred."""
    found = amount(text)
    return found is not None and found["number"].isdecimal() and int(found["number"]) > 100


def of_a_whole(text: str) -> str | None:
    """Return the share that a part of a whole is, where two decimals tell it exactly."""
    found = re.fullmatch(r"([0-9]{1,9})\s*/\s*([0-9]{1,9})", text)
    if found is None or not 0 < int(found[2]) >= int(found[1]):
        return None
    share = Fraction(100 * int(found[1]), int(found[2]))
    return f"{float(share):g}%" if (share * 100).denominator == 1 else None


_OF = re.compile(r"(?P<part>[0-9]{1,9})\s*/\s*[0-9]{1,9}")
_ADDED = re.compile(r"[0-9]{1,9}(?:\s*\+\s*[0-9]{1,9})+")


def no_count(text: str) -> Phrase | None:
    """Return what to write where a share, a fraction, a sum or a part of one stands for a whole number."""
    if found := _OF.fullmatch(text):
        return phrase(
            "write {number}; what it is a part of stands under a key of its own",
            number=found["part"],
        )
    if _ADDED.fullmatch(text):
        return phrase(
            "write {number}", number=sum(int(part) for part in re.findall("[0-9]+", text))
        )
    if re.fullmatch(r"[0-9][0-9.,]*\s*%", text):
        return phrase("write how many there are: this is a share")
    if re.fullmatch(r"(?=.*[0-9])[0-9OolI]{2,9}", text):
        meant = digits(text).lstrip("0")
        return phrase("a letter stands in it: is {number} meant?", number=meant or "0")
    exact = number(text) if re.search(r"[0-9][.,][0-9]", text) else None
    if exact is not None and "." in exact:
        return phrase("{number} is no whole number: which one is meant?", number=exact)
    return None
