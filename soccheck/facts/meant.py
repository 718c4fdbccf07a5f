"""What a person meant who wrote a value otherwise than its type has it, and what to write instead.

People write as offices and spreadsheets do: 30/6/2024, 1.348, 94,2, có, Đã phê duyệt, 10.0.0.1/24.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Callable, Sequence

from soccheck.facts import online
from soccheck.facts.meant_addresses import (
    address,
    has_commas,
    is_mac,
    is_range,
    no_address,
    prefix,
    service,
)
from soccheck.facts.meant_choices import one_of
from soccheck.facts.meant_days import day, no_day, no_whole_day
from soccheck.facts.meant_numbers import (
    amount,
    count,
    integer,
    is_more_than_all,
    is_span,
    no_count,
    number,
    of_a_whole,
    share,
    whole,
)
from soccheck.facts.spoken import NO, NOT_KNOWN, QUALIFYING, SIGNS, UNITS, YES, plain, raised, tidy
from soccheck.phrase import Phrase, phrase

FORMS = {
    "bool": phrase("write true or false"),
    "int": phrase("write a whole number in digits alone: 1348"),
    "number": phrase("write a number with a point before its decimals: 94.2"),
    "text": phrase("write a text"),
    "host_name": phrase("write the name alone, without blanks, as in dichvucong.tinh.example"),
    "url": phrase(
        "write it with https:// or http:// before it, as in https://dichvucong.tinh.example/"
    ),
    "mail": phrase("write vanthu@tinh.example, for example"),
    "date": phrase("write a date as year-month-day: 2024-06-30"),
    "duration": phrase("write 30min, 12h, 3d or 2w"),
    "length": phrase("write 90min, 12h, 3d, 2w, 6mo or 1y"),
    "address": phrase("write 203.0.113.10 or 2001:db8::10"),
    "prefix": phrase("write 203.0.113.0/24 or 2001:db8::/32, host bits zero"),
    "share": phrase("write 97.4%, or about 70% where the source is not exact"),
    "service": phrase("write tcp/22, udp/8000-8010, icmpv6/2 or tcp"),
    "count": phrase("write 13, or about 80 where the source is not exact"),
    "ref": phrase("small letters, digits, '-', '_' and '.', beginning with a letter or a digit"),
}
"""Type -> how its values are written."""

EXAMPLES = {
    "bool": "true",
    "int": "12",
    "number": "0.5",
    "text": "...",
    "host_name": "dichvucong.tinh.example",
    "url": "https://dichvucong.tinh.example/",
    "mail": "vanthu@tinh.example",
    "date": "2026-01-31",
    "duration": "3d",
    "length": "1y",
    "address": "203.0.113.10",
    "prefix": "203.0.113.0/24",
    "share": "97.4%",
    "service": "tcp/22",
    "count": "12",
}
"""Type -> a value of it."""

_NUMBERS = ("int", "number", "count", "share")
EACH = phrase("these are several addresses: write each by itself, with commas between them")
_WRITE = phrase("write {what}")


def hint(kind: str, value: object, values: Sequence[str] = ()) -> Phrase:
    """Return what to write instead of `value` where a `kind` is wanted: what was meant, else the form."""
    text = tidy(str(value)) if not isinstance(value, bool) else ""
    if kind in _NUMBERS and raised(text):
        return FORMS[kind]
    nothing = NOT_KNOWN if kind == "bool" else NOT_KNOWN | NO - {"0", "k", "n"}
    if text and kind not in ("text", "ref", "enum") and plain(text) in nothing:
        return phrase("leave the key out where it is not known: it is then judged unknown")
    if kind == "bool" and plain(text) in SIGNS:
        return phrase("write true if {value} stands for yes, false if it stands for no", value=text)
    if kind == "date" and (partial := no_whole_day(text)) is not None:
        return partial
    if kind == "date" and (other := no_day(text)) is not None:
        return other
    if kind == "ref" and (found := re.match(r"([\w.-]+):([\[{])", text)):
        return phrase("write a blank behind the colon: {what}", what=f"{found[1]}: {found[2]}...")
    if kind == "ref" and re.search(r"[*%]|\[[0-9]+[:.-]|\.\.", text):
        return phrase("write each by its id: no sign stands for several")
    several = re.split(r"\s*[,;]\s*|\s+(?:và|and)\s+", text) if kind == "ref" else []
    if len(several) > 1 and all(_ref(part) == part for part in several):
        return phrase("only one goes here: write {what}", what=several[0])
    if (other := online.told(kind, text)) is not None:
        return other
    meant = written(kind, value, values)
    if meant is not None:
        return _WRITE.of(what=meant)
    if kind in ("duration", "length") and text.isdecimal():
        return phrase("write its unit, too: {number}d for days, {number}h for hours", number=text)
    if kind == "prefix" and (place := address(text)) is not None and "/" not in text:
        network = ipaddress.ip_network((place, 64 if ":" in place else 24), strict=False)
        return phrase("write its length, too, as in {what}", what=network)
    if kind == "share" and re.fullmatch(r"0?[.,][0-9]{1,4}", text):
        part = f"{round(float('0' + text.replace(',', '.').lstrip('0')) * 100, 4):g}%"
        return phrase("write {what} where {value} is a part of 1", what=part, value=text)
    if kind == "share" and (part_of := of_a_whole(text)) is not None:
        return _WRITE.of(what=part_of)
    if kind == "share" and is_more_than_all(text):
        return phrase("a share is 100% at most: what is it a part of?")
    if kind == "address" and (each := listed(kind, value)) and "," in each:
        cells = each[1:-1].replace(", ", "; ").replace('"', "")
        return phrase("write each by itself: {what}; in a table {cells}", what=each, cells=cells)
    if kind == "int" and (found := amount(text)) and (found["sure"] or found["plus"]):
        exact = whole(found) or found["number"]
        return phrase("write {number} if it is exact, else leave the key out", number=exact)
    if kind == "address" and (other := no_address(text)) is not None:
        return other
    if kind == "address" and is_range(text):
        return EACH
    if kind == "int" and (told := no_count(text)) is not None:
        return told
    if kind == "int" and is_span(text):
        return phrase(
            "these are several numbers: write each by itself where a list goes, else the one that is exact"
        )
    if kind not in ("text", "ref", "enum") and text.startswith("="):
        return phrase("this is a spreadsheet's formula: write the value that it gives")
    if kind == "address" and is_mac(text):
        return phrase("this is a MAC address: write the IP address, 203.0.113.10 or 2001:db8::10")
    if kind == "enum":
        return phrase("write one of {values}", values=", ".join(values))
    return FORMS[kind]


def written(kind: str, value: object, values: Sequence[str] = ()) -> str | None:
    """Return what was meant as YAML writes it, where that can be told."""
    if kind == "enum":
        return one_of(value, values)
    read = _READERS.get(kind)
    if read is None or isinstance(value, bool | dict | list):
        return None
    if kind in _NUMBERS and raised(str(value)):
        return None
    return read(tidy(str(value)))


def _bool(text: str) -> str | None:
    word = plain(text)
    if QUALIFYING.search(text):
        return None
    if word in YES:
        return "true"
    return "false" if word in NO else None


def _duration(text: str) -> str | None:
    found = re.fullmatch(r"([0-9]{1,6})\s*([^\W\d]+)\.?", text)
    unit = UNITS.get(plain(found[2])) if found else None
    if found is None or unit is None:
        return None
    amount = int(found[1])
    if unit in ("mo", "y"):  # a machine's age has no calendar: it is given in days
        return None
    return f"{amount}{unit}"


def _length(text: str) -> str | None:
    found = re.fullmatch(r"([0-9]{1,6})\s*([^\W\d]+)\.?", text)
    unit = UNITS.get(plain(found[2])) if found else None
    return f"{int(found[1])}{unit}" if found and unit else None


NUMBERING = re.compile(r"\A\(?(?:[0-9]{1,3}|[A-Za-z]|[IVX]{1,5})(?:\)|\.(?=\s))\s*(?=\w)")
"""What stands before the entries of a numbered list: 1), a., (2), II. with a blank."""


def _ref(text: str) -> str | None:
    """Return the id that a name would have: Sở Y tế is so-y-te."""
    if re.search(r"[{}\[\]<>=]", text):  # no name but a line of something else
        return None
    text = NUMBERING.sub("", text, count=1)
    if found := re.match(r"[a-z]+://([^/:?#\s]+)", text, re.IGNORECASE):
        text = found[1]
    made = re.sub(r"[^a-z0-9._-]+", "-", plain(text, keep="._-")).strip("-._")
    return made or None


_READERS: dict[str, Callable[[str], str | None]] = {
    "bool": _bool,
    "int": integer,
    "number": number,
    "count": count,
    "share": share,
    "host_name": online.host_meant,
    "url": online.page_meant,
    "mail": online.mail_meant,
    "date": day,
    "duration": _duration,
    "length": _length,
    "address": address,
    "prefix": prefix,
    "service": service,
    "ref": _ref,
}


_FROM_TO = re.compile(r"[^-•*·\s].*\s-\s")
"""From one to another; where dashes are an office program's bullets, the first stands at the beginning."""


_APART = r"|\s+(?![/\s]|255\.)|\s*/\s*(?=(?!255\.)[0-9]{1,3}(?:\.[0-9]{1,3}){3})"
"""What stands between two addresses: a blank, or a stroke that no length or mask follows."""


def none(value: object) -> Phrase | None:
    """Return what to write in the place of a word for nothing where a list is wanted."""
    if isinstance(value, bool) or plain(str(value)) not in NOT_KNOWN | NO - {"0", "k", "n"}:
        return None
    return phrase("write [] where there is none; leave the key out where it is not known")


_ALL = ("tat ca", "toan bo", "moi", "all", "every", "het", "cac")


def ids(value: object) -> Phrase | None:
    """Return what to write where ids go in a list, and a word for all or several words stand."""
    text = tidy(str(value))
    if plain(text).startswith(_ALL) and " " not in plain(text).removeprefix("tat ca").strip():
        return phrase("write each by its id, in a list: [a, b]")
    words = _words(text)
    if words:
        each, one = f"[{', '.join(words)}]", f"[{'-'.join(words)}]"
        return phrase("write {each} for several, {one} for one", each=each, one=one)
    return None


def each_id(value: object) -> Phrase | None:
    """Return what to write where one id goes, in a list, and several words stand."""
    words = _words(tidy(str(value)))
    if not words:
        return None
    several, one = ", ".join(words), "-".join(words)
    return phrase("write {each} for several, {one} for one", each=several, one=one)


def _words(text: str) -> list[str]:
    """Return words of which each can be an id."""
    words = text.split()
    fit = len(words) > 1 and all(re.fullmatch(r"[a-z0-9][a-z0-9._-]*", word) for word in words)
    return words if fit else []


def listed(kind: str, value: object, values: Sequence[str] = ()) -> str | None:
    """Return the list that was meant by one value, or by several with commas between them."""
    if kind in ("address", "prefix", "service") and _FROM_TO.match(tidy(str(value))):
        return None
    parting = r"\s*[;\n]\s*" if has_commas(tidy(str(value))) else r"\s*[,;\n]\s*"
    if kind in ("address", "prefix", "ref", "service"):
        parting += r"|\s+(?:và|and|&)\s+" + (_APART if kind == "address" else "")
    if kind == "int":
        parting += r"|\s+(?:và|and|&)?\s*"
    bare = re.sub(r"(?:\A|(?<=\s))[-•*·]\s*(?=\w)", "", tidy(str(value)))
    parts = [part for part in re.split(parting, bare) if part]
    items = [_item(kind, part, values) for part in parts]
    if not items or None in items:
        return None
    return "[" + ", ".join(item for item in items if item is not None) + "]"


def _item(kind: str, part: str, values: Sequence[str]) -> str | None:
    if kind == "int" and re.search(r"[0-9][.,]", part):
        return None  # 22.443 may be two numbers
    if kind == "text":
        return part if re.fullmatch(r"[A-Za-z][\w./-]*", part) else quoted(part)
    meant = written(kind, part, values)
    if meant is not None and kind in ("address", "prefix") and ":" in meant:
        return quoted(meant)
    return meant


def quoted(text: str) -> str:
    """Return a text in double quotes, as YAML has it."""
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def scalar(value: object) -> str:
    """Return a value that is no list and has no keys, as YAML has it."""
    return str(value).lower() if isinstance(value, bool) else str(value)
