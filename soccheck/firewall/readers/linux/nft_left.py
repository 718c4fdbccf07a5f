"""What a left side of `nft -j` is, and how a header field is compared with one value."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

from soccheck.firewall.model import Expr, In, Named, span_all, top
from soccheck.firewall.readers.members import Json, UnmodelledError, brief, one
from soccheck.firewall.spans import Spans, address, span
from soccheck.phrase import Phrase, phrase

Reader: TypeAlias = Callable[[Json], Expr]
NOTHING = Phrase("")
NFPROTO = {"ipv4": 4, "ipv6": 6, "ip": 4, "ip6": 6, 2: 4, 10: 6}


@dataclass(slots=True)
class NftSet:
    """A named set or map: its elements, and whether packets change it."""

    name: str
    elements: list[Json]
    dynamic: bool = False
    full: bool = False
    """True where nothing can be added."""
    odd: Phrase = NOTHING
    """What of it is not followed."""


@dataclass(slots=True)
class NftContext:
    """What names mean in a table, and whether connections are tracked yet."""

    sets: Mapping[str, NftSet] = field(default_factory=dict)
    limits: Mapping[str, bool | None] = field(default_factory=dict)
    """Named rate limits: whether each matches what is over it; None where that is not known."""
    chains: Collection[str] = ()
    tracked: bool = True


@dataclass(frozen=True, slots=True)
class Left:
    """A left side: what must hold for it to exist, and how to compare it with one value."""

    needs: Expr
    equals: Reader
    bits: Mapping[str, int] | None = None
    """Names of the bits of a bit field, which compares by mask."""
    name: str = ""


def number(name: str, symbols: Callable[[str], int] | None = None, family: int = 0) -> Reader:
    """Return how a number, a range or a symbol is compared with a field."""

    def quantity(value: Json) -> int:
        if isinstance(value, bool) or not isinstance(value, int | str):
            raise UnmodelledError(phrase("value {value}", value=brief(value)))
        if isinstance(value, int):
            return value
        return symbols(value) if symbols else int(value, 0)

    def read(value: Json) -> Expr:
        if isinstance(value, dict):
            kind, ends = one(value)
            if kind != "range":
                raise UnmodelledError(phrase("value {value}", value=brief(value)))
            return In(name, span(*map(quantity, ends)), family)
        if value == "*":
            return In(name, span(0, top(name, 4)), family)
        return In(name, span(quantity(value)), family)

    return read


def of_address(name: str, family: int) -> Reader:
    """Return how an address or a range of them is compared with a field."""

    def read(value: Json) -> Expr:
        return In(name, address_spans(value, family), family)

    return read


def address_spans(value: Json, family: int) -> Spans:
    """Read an address, `{"prefix"}` or `{"range"}`; raises `ValueError`."""
    text = value
    if isinstance(value, dict):
        kind, body = one(value)
        if kind == "prefix" and body.keys() == {"addr", "len"}:
            text = f"{body['addr']}/{body['len']}"
        elif kind == "range":
            text = "-".join(body)
    if not isinstance(text, str):
        raise UnmodelledError(phrase("address {name}", name=brief(value)))
    if text == "*":
        return span_all(family)
    found, spans = address(text)
    if found != family:
        raise UnmodelledError(
            phrase("{address} is no IPv{family} address", address=text, family=family)
        )
    return spans


def interface(name: str) -> Reader:
    """Return how the name of an interface is compared with a field."""

    def read(value: Json) -> Expr:
        if not isinstance(value, str):
            raise UnmodelledError(phrase("interface {name}", name=brief(value)))
        return Named(name, (value,))

    return read
