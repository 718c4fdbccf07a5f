"""What expressions name: addresses, ports and fields, where a translation has to know them exactly."""

from __future__ import annotations

from soccheck.firewall.model import ANY, PORTS, All, Expr, In, Not, Some, span_all
from soccheck.firewall.readers.objects import paired
from soccheck.firewall.spans import Spans, span, union

EVERY_PORT = span(0, PORTS)


def exactly(expr: Expr) -> Spans | None:
    """Return the IPv4 addresses of an expression that names addresses and nothing else."""
    if expr == ANY:
        return span_all(4)
    if isinstance(expr, In):
        return expr.spans if expr.family == 4 else ()
    if isinstance(expr, Some):
        found = [exactly(part) for part in expr.parts]
        if any(part is None for part in found):
            return None
        return union(s for part in found if part for s in part)
    return None


def pairs(outside: Spans, inside: Spans) -> list[tuple[Spans, Spans]]:
    """Return which addresses outside stand for which inside, one for one where both are whole ranges."""
    if not outside or not inside:
        return []
    one = len(outside) == 1 and len(inside) == 1
    return paired(outside, inside) if one else [(outside, inside)]


def ports_of(service: Expr) -> Spans:
    """Return the destination ports that a service takes; all of them where that is not plain."""
    parts = service.parts if isinstance(service, All) else (service,)
    found = [p.spans for p in parts if isinstance(p, In) and p.field == "dport"]
    return found[0] if len(found) == 1 else EVERY_PORT


def speaks_of(expr: Expr, name: str) -> bool:
    """Tell whether an expression asks for a field."""
    if isinstance(expr, In):
        return expr.field == name
    if isinstance(expr, Not):
        return speaks_of(expr.part, name)
    return isinstance(expr, All | Some) and any(speaks_of(part, name) for part in expr.parts)
