"""What to write instead of a value that its type does not have: what was meant, else how it is written."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Callable, Sequence

from soccheck.facts import online
from soccheck.facts.meant import ALL, NUMBERS, listed, written
from soccheck.facts.meant_addresses import address, is_mac, is_range, no_address
from soccheck.facts.meant_days import no_day, no_whole_day
from soccheck.facts.meant_numbers import (
    amount,
    is_more_than_all,
    is_span,
    no_count,
    of_a_whole,
    whole,
)
from soccheck.facts.spoken import NO, NOT_KNOWN, SIGNS, plain, raised, tidy
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

EACH = phrase("these are several addresses: write each by itself, with commas between them")
_WRITE = phrase("write {what}")


def hint(kind: str, value: object, values: Sequence[str] = ()) -> Phrase:
    """Return what to write instead of `value` where a `kind` is wanted: what was meant, else the form."""
    text = tidy(str(value)) if not isinstance(value, bool) else ""
    if kind in NUMBERS and raised(text):
        return FORMS[kind]
    nothing = NOT_KNOWN if kind == "bool" else NOT_KNOWN | NO - {"0", "k", "n"}
    if text and kind not in ("text", "ref", "enum") and plain(text) in nothing:
        return phrase("leave the key out where it is not known: it is then judged unknown")
    if kind in _FIRST and (told := _FIRST[kind](text)) is not None:
        return told
    if (told := online.told(kind, text)) is not None:
        return told
    if (meant := written(kind, value, values)) is not None:
        return _WRITE.of(what=meant)
    if kind in _ELSE and (told := _ELSE[kind](text)) is not None:
        return told
    if kind not in ("text", "ref", "enum") and text.startswith("="):
        return phrase("this is a spreadsheet's formula: write the value that it gives")
    if kind == "enum":
        return phrase("write one of {values}", values=", ".join(values))
    return FORMS[kind]


def _no_bool(text: str) -> Phrase | None:
    if plain(text) not in SIGNS:
        return None
    return phrase("write true if {value} stands for yes, false if it stands for no", value=text)


def _no_date(text: str) -> Phrase | None:
    return no_whole_day(text) or no_day(text)


def _no_ref(text: str) -> Phrase | None:
    if found := re.match(r"([\w.-]+):([\[{])", text):
        return phrase("write a blank behind the colon: {what}", what=f"{found[1]}: {found[2]}...")
    if re.search(r"[*%]|\[[0-9]+[:.-]|\.\.", text) or plain(text) in ALL:
        return phrase("write each by its id: no sign stands for several")
    several = re.split(r"\s*[,;]\s*|\s+(?:và|and)\s+", text)
    if len(several) > 1 and all(written("ref", part) == part for part in several):
        return phrase("only one goes here: write {what}", what=several[0])
    return None


def _no_length(text: str) -> Phrase | None:
    if not text.isdecimal():
        return None
    return phrase("write its unit, too: {number}d for days, {number}h for hours", number=text)


def _no_prefix(text: str) -> Phrase | None:
    place = address(text)
    if place is None or "/" in text:
        return None
    length, whole_ = (64, 128) if ":" in place else (24, 32)
    network = ipaddress.ip_network((place, length), strict=False)
    if str(network.network_address) != place:  # the network around it would be more than was said
        return phrase(
            "write {one} for this address alone; of a network its first address and its length",
            one=f"{place}/{whole_}",
        )
    return phrase("write its length, too, as in {what}", what=network)


def _all_or_one(text: str) -> Phrase | None:
    if not re.fullmatch(r"1(?:[.,]0+)?", text):
        return None
    return phrase("write 100% where 1 stands for all of them, 1% where it is one of a hundred")


def _no_share(text: str) -> Phrase | None:
    if re.fullmatch(r"0?[.,][0-9]{1,4}", text):
        part = f"{round(float('0' + text.replace(',', '.').lstrip('0')) * 100, 4):g}%"
        return phrase("write {what} where {value} is a part of 1", what=part, value=text)
    if (part_of := of_a_whole(text)) is not None:
        return _WRITE.of(what=part_of)
    if is_more_than_all(text):
        return phrase("a share is 100% at most: what is it a part of?")
    return None


def _no_address(text: str) -> Phrase | None:
    if (each := listed("address", text)) and "," in each:
        cells = each[1:-1].replace(", ", "; ").replace('"', "")
        return phrase("write each by itself: {what}; in a table {cells}", what=each, cells=cells)
    if (other := no_address(text)) is not None:
        return other
    if is_range(text):
        return EACH
    if is_mac(text):
        return phrase("this is a MAC address: write the IP address, 203.0.113.10 or 2001:db8::10")
    return None


def _no_int(text: str) -> Phrase | None:
    if (found := amount(text)) and (found["sure"] or found["plus"]):
        exact = whole(found) or found["number"]
        return phrase("write {number} if it is exact, else leave the key out", number=exact)
    if (told := no_count(text)) is not None:
        return told
    if is_span(text):
        return phrase(
            "these are several numbers: write each by itself where a list goes, else the one that is exact"
        )
    return None


_FIRST: dict[str, Callable[[str], Phrase | None]] = {
    "bool": _no_bool,
    "date": _no_date,
    "ref": _no_ref,
    "share": _all_or_one,
}
"""What is told of a kind before what may have been meant."""
_ELSE: dict[str, Callable[[str], Phrase | None]] = {
    "duration": _no_length,
    "length": _no_length,
    "prefix": _no_prefix,
    "share": _no_share,
    "address": _no_address,
    "int": _no_int,
}
"""What is told of a kind where nothing was meant that can be told."""
