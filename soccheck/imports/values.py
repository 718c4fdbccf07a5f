"""What a cell states of a fact, by its rule: a value, nothing, or why it cannot be told."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from soccheck.facts.fact import Fact
from soccheck.facts.meant import written
from soccheck.facts.values import CONVERTED, clean
from soccheck.facts.written import folded
from soccheck.imports.dates import moment
from soccheck.imports.map import FactRule
from soccheck.imports.match import IS_MEANT, Index
from soccheck.imports.table import Cell, Unreadable
from soccheck.imports.text import shown
from soccheck.model import Value
from soccheck.phrase import Phrase, phrase
from soccheck.sources import secrets
from soccheck.sources.garbled import garbled

_THOUSANDS = re.compile(r"[1-9]\d{0,2}(?:[., ]\d{3})+\Z")
_NOTHING = frozenset(
    (
        *(
            "x",
            "o",
            "0",
            "n/a",
            "na",
            "nil",
            "none",
            "null",
            "unknown",
            "tbd",
            "yes",
            "no",
            "true",
            "false",
        ),
        *(
            "nt",
            "-nt-",
            "như trên",
            "như dòng trên",
            "có",
            "không",
            "không có",
            "chưa",
            "chưa có",
            "đã có",
        ),
        *("không rõ", "chưa rõ", "không biết", "không xác định", "chưa xác định", "chưa cập nhật"),
        *(
            "đang cập nhật",
            "đang xin",
            "đang làm",
            "đang chờ",
            "bổ sung sau",
            "sẽ bổ sung",
            "same",
            "ditto",
        ),
    )
)
"""What people write where they have no name or number to write, or mean the one above."""
_ERROR = re.compile(
    r"#(?:N/?A|REF!|DIV/0!|VALUE!|NAME\?|NUM!|NULL!|SPILL!|CALC!)|Err:\d{3}|#+", re.IGNORECASE
)
"""What spreadsheets show in the place of a value; in CSV and XLS it is a text like any other."""
_DAY = re.compile(r"(?:ngày )?\d{1,2}[/.-]\d{1,2}[/.-]\d{4}|tháng \d{1,2}(?:/\d{4})?")
_PENDING = re.compile(
    r"\b(?:dự thảo|đang|chưa|sẽ|dự kiến|chờ|draft|pending|not yet)\b|\de\+\d|[?…]|\.\.\."
    r"|\b\d{1,2}-(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec|thg ?\d+)\b"
)
"""What stands in the place of a number that is still to come, or is what a spreadsheet made of one."""
_NO_DECISION = re.compile(r"\b(?:tờ trình|công văn|báo cáo|phiếu|\d+/(?:ttr|cv|bc))\b")
"""Documents that propose or report: what they ask for is not decided."""
_WAYS = ("id", "alias", "code", "name")
_LONGEST = 2000


@dataclass(frozen=True, slots=True, kw_only=True)
class Unsaid:
    """Represents why a cell states nothing: `word` is an entry that has no rule, `day` a refused day.

    `hint` is what to write in it, where that can be told.
    """

    why: Phrase
    kind: str = "other"
    entry: str = ""
    hint: Phrase | None = None


def read(
    rule: FactRule, cell: Cell, taken: datetime, indexes: Mapping[str, Index]
) -> Value | Unsaid | None:
    """Return the value of a rule's fact by a cell; nothing where the cell is empty."""
    if isinstance(cell, Unreadable):
        return Unsaid(why=cell.why)
    if isinstance(cell, str) and _ERROR.fullmatch(cell):
        return Unsaid(why=phrase("the cell shows the error {error}", error=cell))
    if cell is None or (shown(cell) == "" and cell != ()):
        return Unsaid(why=phrase("the cell is empty")) if rule.empty_unknown else None
    if not rule.fact.many:
        return _one(rule, cell, taken, indexes)
    items: Sequence[Cell] = cell if isinstance(cell, tuple) else _parts(rule, shown(cell))
    found = [_one(rule, item, taken, indexes) for item in items]
    trouble = next((item for item in found if isinstance(item, Unsaid)), None)
    flat = [i for item in found for i in (item if isinstance(item, tuple) else (item,))]
    return trouble or tuple(dict.fromkeys(item for item in flat if not isinstance(item, Unsaid)))


def _parts(rule: FactRule, text: str) -> list[str]:
    signs = rule.split or ";"
    parts = [text]
    for sign in signs:
        parts = [piece for part in parts for piece in part.split(sign)]
    return [part.strip() for part in parts if part.strip()]


def _one(
    rule: FactRule, cell: Cell, taken: datetime, indexes: Mapping[str, Index]
) -> Value | Unsaid:
    value = _meant(rule, cell, taken, indexes)
    # What is a value of another type than text is none; what was not understood is shown.
    shows = isinstance(value, Unsaid) or rule.fact.type == "text"
    if shows and secrets.in_text(shown(cell)):
        return Unsaid(why=phrase("the cell looks like a secret"))
    if rule.fact.type == "text" and (lost := garbled(shown(cell))) is not None:
        return Unsaid(why=lost[0])
    return value


def _meant(
    rule: FactRule, cell: Cell, taken: datetime, indexes: Mapping[str, Index]
) -> Value | Unsaid:
    text = shown(cell)
    if rule.words is not None:
        value = rule.words.get(folded(text))
        if value is None:
            told = clean(text[:80])
            why = phrase("{entry} has no meaning in the map", entry=repr(told))
            return Unsaid(why=why, kind="word", entry=told)
        return value
    if rule.date is not None:
        when = moment(cell, rule.date, taken)
        if isinstance(when, Phrase):
            return Unsaid(why=when, kind="day", entry=text, hint=_meant_by("date", text))
        return when.date()
    if rule.reference:
        return _reference(rule.fact, text, indexes)
    return _typed(rule.fact, cell, text)


def _meant_by(kind: str, text: str) -> Phrase | None:
    """Return what to write in a cell, where that can be told."""
    meant = written(kind, text)
    return phrase("write {what}", what=meant) if meant is not None and meant != text else None


def _reference(fact: Fact, text: str, indexes: Mapping[str, Index]) -> str | Unsaid:
    found = {
        key
        for kind in fact.values
        if kind in indexes
        for key in indexes[kind].candidates(text, _WAYS)
    }
    if len(found) == 1:
        return found.pop()
    told = repr(clean(text[:80]))
    if not found:
        why = phrase("nothing in the inventory is called {name}", name=told)
        known = (indexes[kind].suggested(text) for kind in fact.values if kind in indexes)
        meant = next(filter(None, known), None)
        return Unsaid(why=why, hint=IS_MEANT.of(id=meant) if meant else None)
    return Unsaid(
        why=phrase("{name} may be several: {ids}", name=told, ids=", ".join(sorted(found)))
    )


def _typed(fact: Fact, cell: Cell, text: str) -> Value | Unsaid:
    """Return a cell as its fact's type has it."""
    no = Unsaid(
        why=phrase("{value} is not of type {type}", value=repr(clean(text[:80])), type=fact.type),
        hint=_meant_by(fact.type, text),
    )
    if fact.type in ("int", "count", "number"):
        return _number(fact, cell, text) if fact.type != "number" else _decimal(text, no)
    if fact.type == "text":
        if isinstance(cell, date):
            why = phrase("a spreadsheet made the day {day} of what was typed", day=text)
            return Unsaid(why=why)
        if folded(text).strip(" ()[]") in _NOTHING or not re.search(r"\w", text):
            return Unsaid(why=phrase("{entry} names nothing", entry=repr(clean(text[:80]))))
        if text.endswith("*"):
            return Unsaid(why=phrase("{entry} refers to a note", entry=repr(clean(text[:80]))))
        if fact.name.endswith(".number") and not _is_number(fact.name, folded(text)):
            return Unsaid(why=phrase("{entry} has no number yet", entry=repr(clean(text[:80]))))
        return clean(text) if len(text) <= _LONGEST else no
    if fact.type == "enum":
        return text if text in fact.values else no
    if fact.type == "address":
        text = _without_length(text)
    convert = CONVERTED.get(fact.type)
    value: Value | None = convert(text) if convert is not None else None
    return no if value is None else value


def _is_number(name: str, text: str) -> bool:
    """Return whether a text is the number of a signed document; of a decision, no letter's or report's.

    A draft's number is written in when it is signed.
    """
    undated = _DAY.sub("", text)
    signed = re.search(r"\d", undated.partition("/")[0]) and not _PENDING.search(text)
    return bool(signed) and not (name.endswith(".decision.number") and _NO_DECISION.search(text))


def _without_length(text: str) -> str:
    """Return an address without the length of its network; a network is no address, and stays."""
    try:
        found = ipaddress.ip_interface(text)
    except ValueError:
        return text
    network = found.network
    return (
        text if found.ip == network.network_address and network.num_addresses > 1 else str(found.ip)
    )


def _number(fact: Fact, cell: Cell, text: str) -> Value | Unsaid:
    if isinstance(cell, str) and _THOUSANDS.match(text):
        text = re.sub(r"[., ]", "", text)
    why = phrase("{value} is no whole number", value=repr(clean(text[:80])))
    no = Unsaid(why=why, hint=None if isinstance(cell, bool | date) else _meant_by("int", text))
    if isinstance(cell, bool) or not text.isascii() or not text.isdecimal() or len(text) > 15:
        return no
    if len(text) > 1 and text.startswith("0"):  # a telephone's number, a code: nobody counts so
        return Unsaid(why=why)
    if fact.values and text not in fact.values:
        return Unsaid(why=phrase("{fact} cannot be {value}", fact=fact.name, value=text))
    return int(text)


def _decimal(text: str, no: Unsaid) -> Value | Unsaid:
    return float(text.replace(",", ".")) if re.fullmatch(r"\d{1,12}(?:[.,]\d{1,6})?", text) else no
