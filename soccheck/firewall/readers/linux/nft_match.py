"""Match expressions of `nft -j` (libnftables-json(5)) to expressions of the rule model."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from soccheck.errors import worded
from soccheck.firewall.model import (
    TCP_FLAGS,
    Expr,
    In,
    Not,
    Unknown,
    all_of,
    some_of,
    top,
)
from soccheck.firewall.readers.linux.nft_fields import side
from soccheck.firewall.readers.linux.nft_left import Left, NftContext, NftSet
from soccheck.firewall.readers.members import Json, Members, UnmodelledError, brief, one
from soccheck.firewall.readers.unread import together
from soccheck.firewall.spans import span, union
from soccheck.phrase import echo, phrase


def match(rule: Members, body: Json, scope: NftContext) -> Expr:
    """Return the meaning of a `match` statement; what is not modelled is left unread, and unknown."""
    part = Members(rule.ledger, "match", rule.where, rule.text)
    try:
        part = rule.part("match", body)
        found = _match(part, scope)
        unread = together(part.left())
    except (UnmodelledError, ValueError, KeyError, TypeError, IndexError, AttributeError) as error:
        unread = worded(error)
    part.done = True
    if not unread:
        return found
    rule.doubts.append(phrase("match: {what} ({error})", what=brief(body), error=unread))
    return Unknown(phrase("match {what}", what=brief(body)))


def _match(part: Members, scope: NftContext) -> Expr:
    op, body, right = part.need("op"), part.need("left"), part.need("right")
    if isinstance(body, dict) and body.keys() == {"&"}:
        return _masked(body["&"], op, right)
    left = side(part, body, scope)
    if left.bits is not None and left.name == "flags":
        return all_of(left.needs, _bits(left.bits, op, right))
    if left.bits is not None and op != "in" and isinstance(right, list) and len(right) > 1:
        raise UnmodelledError(phrase("{op} all of several bits", op=op))
    if left.name == "status" and op in ("==", "!="):
        # The kernel compares all bits, of which a packet has others too.
        raise UnmodelledError(echo(f"ct status {op}"))
    if op in ("==", "in"):
        return all_of(left.needs, within(left, right, scope))
    if op == "!=":
        return all_of(left.needs, Not(within(left, right, scope)))
    return all_of(left.needs, _compare(left, op, right))


def within(left: Left, right: Json, scope: NftContext) -> Expr:
    """Return "the left side is the right side, or one of them"; raises `UnmodelledError`."""
    if isinstance(right, str) and right.startswith("@"):
        try:
            elements = named(right, scope).elements
        except UnmodelledError as error:
            return Unknown(worded(error))
        return some_of(*(_element(left, e) for e in elements))
    if isinstance(right, dict) and right.keys() == {"set"}:
        elements = right["set"]
        elements = elements if isinstance(elements, list) else [elements]
        return some_of(*(_element(left, e) for e in elements))
    if isinstance(right, list):
        return some_of(*(left.equals(e) for e in right))
    return left.equals(right)


def named(reference: str, scope: NftContext) -> NftSet:
    """Return a set or map by its reference; raises `UnmodelledError` if what it holds is not known."""
    found = scope.sets.get(reference.removeprefix("@"))
    if found is None:
        raise UnmodelledError(phrase("set {reference} is not given", reference=reference))
    if found.dynamic:
        raise UnmodelledError(phrase("set {reference} changes with traffic", reference=reference))
    if found.odd:
        raise UnmodelledError(phrase("set {reference}: {odd}", reference=reference, odd=found.odd))
    return found


def _element(left: Left, element: Json) -> Expr:
    """Return "the left side is the element"; one with a timeout may have left its set."""
    if not (isinstance(element, dict) and "elem" in element):
        return left.equals(element)
    _, body = one(element)
    exact = left.equals(body["val"])
    more = sorted(body.keys() - {"val", "comment", "counter"})
    return (
        all_of(exact, Unknown(phrase("an element with {names}", names=", ".join(more))))
        if more
        else exact
    )


def _compare(left: Left, op: str, right: Json) -> Expr:
    exact = left.equals(right)
    if not isinstance(exact, In) or len(exact.spans) != 1:
        raise UnmodelledError(phrase("operator {op}", op=op))
    low, high = exact.spans[0]
    limit = top(exact.field, exact.family or 4)
    spans = {
        "<": ((0, low - 1),) if low else (),
        "<=": ((0, high),),
        ">": ((high + 1, limit),) if high < limit else (),
        ">=": ((low, limit),),
    }.get(op)
    if spans is None:
        raise UnmodelledError(phrase("operator {op}", op=op))
    return In(exact.field, spans, exact.family)


def _mask(value: Json, names: Mapping[str, int]) -> int:
    if isinstance(value, dict) and "|" in value:
        return _mask(value["|"], names)
    if isinstance(value, list):
        out = 0
        for item in value:
            out |= _mask(item, names)
        return out
    if isinstance(value, int):
        return value
    if value not in names:
        raise UnmodelledError(phrase("flag {flag}", flag=repr(value)))
    return names[value]


def _bits(names: Mapping[str, int], op: str, right: Json) -> Expr:
    if isinstance(right, dict) and right.keys() == {"set"}:
        wanted = [_mask(r, names) for r in right["set"]]
        inside = In("flags", union((w, w) for w in wanted))
        return Not(inside) if op == "!=" else inside
    value = _mask(right, names)
    # `tcp flags syn` means "syn is among them"; `tcp flags == syn` means "exactly".
    if op == "in":
        return In("flags", union((v, v) for v in range(256) if v & value))
    if op in ("==", "!="):
        inside = In("flags", span(value))
        return Not(inside) if op == "!=" else inside
    raise UnmodelledError(phrase("operator {op} on flags", op=op))


def _masked(parts: Sequence[Json], op: str, right: Json) -> Expr:
    if parts[0] != {"payload": {"protocol": "tcp", "field": "flags"}} or len(parts) != 2:
        raise UnmodelledError(phrase("a bit mask"))
    mask = _mask(parts[1], TCP_FLAGS)
    wanted = right["set"] if isinstance(right, dict) and right.keys() == {"set"} else [right]
    values = {_mask(w, TCP_FLAGS) for w in wanted}
    inside = In("flags", union((v, v) for v in range(256) if v & mask in values))
    if op not in ("==", "!=", "in"):
        raise UnmodelledError(phrase("operator {op}", op=op))
    return all_of(In("proto", span(6)), Not(inside) if op == "!=" else inside)
