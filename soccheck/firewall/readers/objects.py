"""Named objects and groups of them, resolved without recursion, so that no nesting is too deep."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

from soccheck.errors import ReadError
from soccheck.firewall.model import (
    All,
    Expr,
    In,
    Named,
    Not,
    Note,
    Some,
    Unknown,
    Where,
    some_of,
    span_all,
)
from soccheck.firewall.spans import Spans, span
from soccheck.phrase import Phrase, phrase


@dataclass(slots=True)
class Objects:
    """One name space: leaves by what they match, groups by their members."""

    kind: Phrase
    leaves: dict[str, Expr] = field(default_factory=dict)
    groups: dict[str, tuple[Where, Sequence[str]]] = field(default_factory=dict)
    notes: list[Note] = field(default_factory=list)
    fallback: Callable[[str], Expr | None] = lambda _: None
    """Meaning of a name that nothing defines, such as a service built into the device."""
    _done: dict[str, Expr] = field(default_factory=dict)

    def find(self, name: str, where: Where) -> Expr:
        """Return what a name matches; an undefined one is unknown and noted.

        Raises `ReadError` when a group holds itself.
        """
        stack, open_ = [name], set[str]()
        while stack:
            at = stack[-1]
            if at in self._done:
                stack.pop()
            elif at in self.leaves:
                self._done[at] = self.leaves[at]
            elif at not in self.groups:
                self._done[at] = self._undefined(at, where)
            else:
                place, members = self.groups[at]
                missing = [m for m in members if m not in self._done]
                if not missing:
                    self._done[at] = some_of(*(self._done[m] for m in members))
                    open_.discard(at)
                    continue
                if at in open_:
                    raise ReadError(
                        place,
                        phrase("the {kind} group {at} holds itself", kind=self.kind, at=repr(at)),
                    )
                open_.add(at)
                if any(m in open_ for m in missing):
                    raise ReadError(
                        place,
                        phrase("the {kind} group {at} holds itself", kind=self.kind, at=repr(at)),
                    )
                stack.extend(missing)
        return self._done[name]

    def _undefined(self, name: str, where: Where) -> Expr:
        found = self.fallback(name)
        if found is not None:
            return found
        text = phrase("{kind} {name} is not defined", kind=self.kind, name=repr(name))
        self.notes.append(Note(kind="undefined", where=where, text=text))
        return Unknown(text)


def turned(expr: Expr, name: str) -> Expr:
    """Turn an address object, kept as a source, to the side it is used on."""
    return _renamed(expr, "src", name)


def moved(expr: Expr, name: str) -> Expr:
    """Turn a port object, kept as a destination port, to the side it is used on."""
    return _renamed(expr, "dport", name)


def mirrored(expr: Expr) -> Expr:
    """Turn what goes one way into what comes back: its sources are destinations."""
    for one, other in (("src", "dst"), ("sport", "dport")):
        for old, new in ((one, ""), (other, one), ("", other)):
            expr = _renamed(expr, old, new)
    return expr


def leaving(expr: Expr) -> Expr:
    """Turn what comes in by some interfaces into what goes out by them."""
    return _renamed(expr, "iif", "oif")


def asks(expr: Expr, field: str) -> bool:
    """Tell whether a match depends on a field of the packet, more than by its family."""
    if isinstance(expr, In) and expr.family and expr.spans == span_all(expr.family):
        return False
    if isinstance(expr, In | Named):
        return expr.field == field
    parts = (expr.part,) if isinstance(expr, Not) else getattr(expr, "parts", ())
    return any(asks(part, field) for part in parts)


def _renamed(expr: Expr, old: str, new: str) -> Expr:
    if isinstance(expr, In | Named):
        return replace(expr, field=new) if expr.field == old else expr
    if isinstance(expr, Not):
        return Not(_renamed(expr.part, old, new))
    if isinstance(expr, All | Some):
        return replace(expr, parts=tuple(_renamed(p, old, new) for p in expr.parts))
    return expr


def paired(outside: Spans, inside: Spans) -> list[tuple[Spans, Spans]]:
    """Pair the addresses of two ranges one to one; beyond 256 the target is any of the range."""
    (low, high), (start, end) = outside[0], inside[0]
    if high - low != end - start or high - low >= 256:
        return [(outside, inside)]
    return [(span(low + n), span(start + n)) for n in range(high - low + 1)]
