"""Match expressions of `nft -j` (libnftables-json(5)) to expressions of the rule model."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

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
from soccheck.firewall.readers.linux.nft_fields import (
    Json,
    Left,
    Scope,
    UnmodelledError,
    brief,
    side,
)
from soccheck.firewall.spans import span, union


def match(body: Json, scope: Scope) -> Expr:
    """Return the meaning of a `match` statement; what is not modelled is unknown by its text."""
    try:
        return _match(body, scope)
    except (UnmodelledError, ValueError, KeyError, TypeError, IndexError) as error:
        return Unknown(f"match {brief(body)} ({error})")


def _match(body: Json, scope: Scope) -> Expr:
    op, right = body["op"], body["right"]
    if isinstance(body["left"], dict) and "&" in body["left"]:
        return _masked(body["left"]["&"], op, right)
    left = side(body["left"], scope)
    if left.bits is not None and left.name == "flags":
        return all_of(left.needs, _bits(left.bits, op, right))
    if op in ("==", "in"):
        return all_of(left.needs, within(left, right, scope))
    if op == "!=":
        return all_of(left.needs, Not(within(left, right, scope)))
    return all_of(left.needs, _compare(left, op, right))


def within(left: Left, right: Json, scope: Scope) -> Expr:
    """Return "the left side is the right side, or one of them"."""
    if isinstance(right, str) and right.startswith("@"):
        found = scope.sets.get(right[1:])
        if found is None:
            return Unknown(f"set {right} is not given")
        if found.dynamic:
            return Unknown(f"set {right} changes with traffic")
        return some_of(*(left.equals(_plain(e)) for e in found.elements))
    if isinstance(right, dict) and "set" in right:
        elements = right["set"]
        elements = elements if isinstance(elements, list) else [elements]
        return some_of(*(left.equals(_plain(e)) for e in elements))
    if isinstance(right, list):
        return some_of(*(left.equals(e) for e in right))
    return left.equals(right)


def _plain(element: Json) -> Json:
    if isinstance(element, dict) and "elem" in element:
        body = element["elem"]
        if "timeout" in body or "limit" in body:
            raise UnmodelledError("an element with a timeout or limit")
        return body["val"]
    return element


def _compare(left: Left, op: str, right: Json) -> Expr:
    exact = left.equals(right)
    if not isinstance(exact, In) or len(exact.spans) != 1:
        raise UnmodelledError(f"comparison {op}")
    low, high = exact.spans[0]
    limit = top(exact.field, exact.family or 4)
    spans = {
        "<": ((0, low - 1),) if low else (),
        "<=": ((0, high),),
        ">": ((high + 1, limit),) if high < limit else (),
        ">=": ((low, limit),),
    }.get(op)
    if spans is None:
        raise UnmodelledError(f"operator {op}")
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
        raise UnmodelledError(f"flag {value!r}")
    return names[value]


def _bits(names: Mapping[str, int], op: str, right: Json) -> Expr:
    if isinstance(right, dict) and "set" in right:
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
    raise UnmodelledError(f"operator {op} on flags")


def _masked(parts: Sequence[Json], op: str, right: Json) -> Expr:
    body = parts[0]
    if body.get("payload", {}).get("field") != "flags" or body["payload"]["protocol"] != "tcp":
        raise UnmodelledError("a bit mask")
    mask = _mask(parts[1], TCP_FLAGS)
    wanted = right["set"] if isinstance(right, dict) and "set" in right else [right]
    values = {_mask(w, TCP_FLAGS) for w in wanted}
    inside = In("flags", union((v, v) for v in range(256) if v & mask in values))
    if op not in ("==", "!=", "in"):
        raise UnmodelledError(f"operator {op}")
    return all_of(In("proto", span(6)), Not(inside) if op == "!=" else inside)
