"""`dnat` and `redirect` of nft to rewrites (nft(8), NAT statements)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from soccheck.firewall.model import ADDRTYPE, ANY, Expr, Rewrite, all_of
from soccheck.firewall.readers.linux.nft_fields import side
from soccheck.firewall.readers.linux.nft_left import NftContext, address_spans
from soccheck.firewall.readers.linux.nft_match import named, within
from soccheck.firewall.readers.members import Json, Members, UnmodelledError, brief, one
from soccheck.firewall.spans import Spans, span
from soccheck.phrase import phrase

FAMILY = {"ip": 4, "ip6": 6}


@dataclass(frozen=True, slots=True, kw_only=True)
class Translation:
    """One rewrite, and the packets it is for; 0 stands for either family."""

    when: Expr = ANY
    family: int = 0
    rewrite: Rewrite


def translation(body: Members, family: str, only: int, scope: NftContext) -> Iterator[Translation]:
    """Yield the rewrites of a statement; raises `ValueError` for what is not followed."""
    said = body.get("family")
    if said is not None and said not in FAMILY:
        raise UnmodelledError(phrase("family {what}", what=brief(said)))
    number = FAMILY[said] if said else FAMILY.get(family, only)
    address, port = body.get("addr"), body.get("port")
    local: dict[str, Spans] = (
        {"dtype": span(ADDRTYPE["local"])} if body.section == "redirect" else {}
    )
    ports = {} if port is None else {"dport": _ports(port)}
    if address is None:
        yield Translation(family=number, rewrite=Rewrite(values={**local, **ports}))
        return
    if number == 0:
        raise UnmodelledError(phrase("a rewrite without a family"))
    for when, target in _targets(body, address, scope):
        if isinstance(target, dict) and "concat" in target:
            _, (host, inner) = one(target)
            values = {"dst": address_spans(host, number), "dport": _ports(inner)}
        else:
            values = {"dst": address_spans(target, number), **ports}
        yield Translation(when=when, family=number, rewrite=Rewrite(values=values))


def _ports(port: Json) -> Spans:
    if isinstance(port, dict):
        kind, ends = one(port)
        if kind != "range":
            raise UnmodelledError(phrase("port {port}", port=brief(port)))
        return span(*map(int, ends))
    return span(int(port))


def _targets(body: Members, address: Json, scope: NftContext) -> Iterator[tuple[Expr, Json]]:
    """Yield each target with the packets that are sent there: one, or those of a map."""
    if not (isinstance(address, dict) and "map" in address):
        yield ANY, address
        return
    _, values = one(address)
    found = body.part("map", values)
    left = side(found, found.need("key"), scope)
    data = found.need("data")
    pairs = named(data, scope).elements if isinstance(data, str) else one(data)[1]
    for key, target in sorted(pairs, key=lambda pair: pair[0] == "*"):
        yield all_of(left.needs, within(left, {"set": [key]}, scope)), target
