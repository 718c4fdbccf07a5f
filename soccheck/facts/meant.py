"""What a person meant who wrote a value otherwise than its type has it, as YAML writes it.

People write as offices and spreadsheets do: 30/6/2024, 1.348, 94,2, có, Đã phê duyệt, 10.0.0.1/24.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from soccheck.facts import online
from soccheck.facts.meant_addresses import address, has_commas, prefix, service
from soccheck.facts.meant_choices import one_of
from soccheck.facts.meant_days import day
from soccheck.facts.meant_numbers import count, integer, number, share
from soccheck.facts.spoken import NO, NOT_KNOWN, QUALIFYING, UNITS, YES, plain, raised, tidy
from soccheck.phrase import Phrase, phrase

NUMBERS = ("int", "number", "count", "share")
_WRITE = phrase("write {what}")


def written(kind: str, value: object, values: Sequence[str] = ()) -> str | None:
    """Return what was meant as YAML writes it, where that can be told."""
    if kind == "enum":
        return one_of(value, values)
    read = _READERS.get(kind)
    if read is None or isinstance(value, bool | dict | list):
        return None
    if kind in NUMBERS and raised(str(value)):
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
    if re.search(r"[{}\[\]<>=]|\A#", text):  # no name but a line of something else
        return None
    text = NUMBERING.sub("", text, count=1)
    if found := re.match(r"[a-z]+://([^/:?#\s]+)", text, re.IGNORECASE):
        text = found[1]
    text = plain(text.lower().translate(_LOOK_ALIKE), keep="._-")
    return re.sub(r"[^a-z0-9._-]+", "-", text).strip("-._") or None


_LOOK_ALIKE = str.maketrans("асеһіјорѕухο", "acehijopsyxo")
"""Cyrillic and Greek small letters that look like Latin ones."""


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


ALL = ("tat ca", "toan bo", "moi", "all", "every", "het", "cac")


def ids(value: object) -> Phrase | None:
    """Return what to write where ids go in a list, and a word for all or several words stand."""
    text = tidy(str(value))
    if plain(text).startswith(ALL) and " " not in plain(text).removeprefix("tat ca").strip():
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
