"""What headings and entries are known to mean: by the shipped maps, with and without marks, abbreviated."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from soccheck.imports import map_file as maps
from soccheck.imports.map import FactRule
from soccheck.imports.text import bare

ORDINALS = frozenset(("stt", "tt", "no", "#", "so tt", "so thu tu"))
"""Headings of the column that numbers the entries."""
_OWN = ("nmap", "openscap")
"""Forms whose columns are named here and by nobody else."""
_SHORT = {
    "cntt": "cong nghe thong tin", "attt": "an toan thong tin", "httt": "he thong thong tin",
    "qd": "quyet dinh", "hs": "ho so", "dv": "don vi", "cq": "co quan", "cb": "can bo", "sl": "so luong",
    "pm": "phan mem", "csdl": "co so du lieu", "hsdxcd": "ho so de xuat cap do",
    "av": "antivirus", "pc": "phong chong", "sd": "su dung", "os": "operating system", "hdh": "he dieu hanh",
}  # fmt: skip
"""Abbreviation in a heading -> what it stands for, without marks."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Meaning:
    """Represents what a heading is known for: a fact's rule, a key, or when a machine was seen."""

    kind: str
    rule: FactRule | None = None
    match: tuple[str, ...] = ()
    seen: bool = False


Known = Mapping[tuple[str, str], Sequence[Meaning]]
"""Kind of asset and heading without marks -> what it may mean."""


def known_meanings() -> Known:
    """Return what headings mean by the shipped maps."""
    found: dict[tuple[str, str], list[Meaning]] = {}
    for heading, meaning in _of_maps():
        found.setdefault(heading, []).append(meaning)
    return found


def _of_maps() -> Iterator[tuple[tuple[str, str], Meaning]]:
    known = [by for by in map(maps.load, maps.shipped()) if by.options.format not in _OWN]
    for by in known:
        for key in by.key:
            for column in key.columns:
                yield (by.kind, heading_words(column)), Meaning(kind=by.kind, match=key.match)
    for by in known:
        for column in by.seen.columns if by.seen else ():
            yield (by.kind, heading_words(column)), Meaning(kind=by.kind, seen=True)
        for rule in by.rules:
            named = [*rule.columns, *(rule.fact.title or {}).values()]
            for column in named if rule.fact.name not in ("name.vi", "organization") else ():
                yield (by.kind, heading_words(column)), Meaning(kind=by.kind, rule=rule)


def heading_words(text: str) -> str:
    """Return the words of a heading: small letters without marks, abbreviations written out."""
    words = re.findall(r"[a-z0-9]+", bare(text))
    return " ".join(_SHORT.get(word, word) for word in words)


def meanings_of(title: str, known: Known) -> list[Meaning]:
    """Return what a heading may mean, for each kind of asset: whole, or its lower or upper half."""
    if not title or heading_words(title) in ORDINALS:
        return []
    parts = [heading_words(part) for part in (title, *reversed(title.split(" / ")))]
    found: list[Meaning] = []
    for kind in dict.fromkeys(kind for kind, _ in known):
        found += next((known[kind, part] for part in parts if (kind, part) in known), ())
    return found
