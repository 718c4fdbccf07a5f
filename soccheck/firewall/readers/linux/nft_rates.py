"""What may hold or not as packets come: rates, and updates of sets."""

from __future__ import annotations

from soccheck.firewall.model import Expr, Not, Unknown, all_of, some_of
from soccheck.firewall.readers.linux.nft_left import NftContext
from soccheck.firewall.readers.linux.nft_rules import FRESH
from soccheck.firewall.readers.members import Json, Members, brief
from soccheck.phrase import phrase


def limit(entry: Members, value: Json, scope: NftContext) -> Expr:
    """Return "the rate is not reached", or "it is passed"; the first packet of all is within it."""
    text = phrase("rate limit {what}", what=brief(value))
    over: Json = None
    if isinstance(value, str):
        over = scope.limits.get(value)
    else:
        body = entry.part("limit", value)
        over = bool(body.get("inv", False))
        if body.get("rate_unit", "packets") != "packets":
            over = None
    if over is None:
        return Unknown(text)
    return all_of(Not(FRESH), Unknown(text)) if over else some_of(FRESH, Unknown(text))


def update(value: Json, scope: NftContext) -> Expr:
    """Return "a set is updated": with a rate in it, or where the set is full, it may fail."""
    text = phrase("set update {what}", what=brief(value))
    found = scope.sets.get(str(value.get("set", "")).removeprefix("@"))
    steady = found is not None and not found.full and value.keys() <= {"op", "elem", "set"}
    return some_of(FRESH, Unknown(text)) if steady else Unknown(text)
