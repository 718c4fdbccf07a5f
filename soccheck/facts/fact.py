"""What a fact of the catalogue is, and how a row of its tables is read."""

from __future__ import annotations

from dataclasses import dataclass

from soccheck.model import KINDS, Text
from soccheck.phrase import phrase

OBSERVED_DAYS = 31
"""Days that an observation counts, unless a fact says otherwise: machines are asked once a month at least.

A choice of this catalogue's; no source sets it. A control's `max_age` may ask for fresher answers.
"""

TYPES = {
    "bool": phrase("bool"),
    "int": phrase("int"),
    "number": phrase("number"),
    "text": phrase("text"),
    "host_name": phrase("host name"),
    "url": phrase("address of a page"),
    "mail": phrase("mail address"),
    "date": phrase("date"),
    "address": phrase("address"),
    "prefix": phrase("prefix"),
    "duration": phrase("duration"),
    "age": phrase("age"),
    "service": phrase("service"),
    "share": phrase("share"),
    "count": phrase("count"),
    "enum": phrase("enum"),
    "ref": phrase("ref"),
    "records": phrase("records"),
}
"""Type of a fact, or of what is made of one -> what a sentence about a policy calls it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """Represents one entry: its type, the kinds of asset it is about, and what it means.

    Types: `bool`, `int`, `number`, `text`, `host_name`, `url`, `mail`, `date`, `address`, `prefix`, and
    `duration` (`3d`, `12h`),
    `service` (`tcp/22`, `maybe udp/53`, of those in `values`),
    `share` (a per cent without numerator: `97.4%`, `about 70%`), `count` (`13`, `about 80`),
    `enum` (one of `values`; so may an `int` be), `ref` (the id of an asset of the kinds in `values`),
    `records` (a list of mappings).
    `many` makes it a list; an `int` is at most `most`. Counts have no unit; a `unit` is given otherwise.
    `title` is what reports call a figure, by language; facts that are no figure have none.
    `observed_days` is how long an answer of a machine is evidence of the fact: what nobody has looked
    at since may have changed.
    """

    name: str
    type: str
    kinds: tuple[str, ...]
    meaning: str
    values: tuple[str, ...] = ()
    many: bool = False
    unit: str | None = None
    most: int | None = None
    required: bool = False
    title: Text | None = None
    observed_days: int = OBSERVED_DAYS


def fact(
    kinds: str,
    name: str,
    type_: str,
    meaning: str,
    *,
    unit: str | None = None,
    most: int | None = None,
    en: str = "",
    vi: str = "",
) -> Fact:
    """Return the fact that a row states.

    `kinds` are separated by spaces, `*` for all that an inventory lists. The type is written with its
    values (`enum:draft,approved`, `ref:host`), in brackets where it makes a list, and with `!` at the end
    where every asset of the kind must state it. `en` and `vi` are what reports call it.
    """
    required = type_.endswith("!")
    inner = type_.removesuffix("!")
    many = inner.startswith("[")
    inner, _, values = inner.strip("[]").partition(":")
    return Fact(
        name=name,
        type=inner,
        kinds=tuple(kinds.replace("*", " ".join(KINDS)).split()),
        meaning=meaning,
        values=tuple(values.split(",")) if values else (),
        many=many,
        unit=unit,
        most=most,
        required=required,
        title={"en": en, "vi": vi} if en else None,
    )
