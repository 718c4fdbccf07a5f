"""Programs on pfSense and OPNsense that take connections and make others in their place: `proxies.toml`.

What the filter lets in to their port may come to any server behind them, on the port of that, or go where
the client says. Which of them it is, their own rules say, that are not followed.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from soccheck.firewall.model import (
    TCP,
    UDP,
    Action,
    Base,
    Chain,
    In,
    Rewrite,
    Rule,
    Unknown,
    Where,
    all_of,
    span_all,
)
from soccheck.firewall.names import port_range
from soccheck.firewall.readers.pf.xml import OFF, Node
from soccheck.firewall.readers.vocabulary import table
from soccheck.firewall.spans import Spans, span, union
from soccheck.phrase import phrase

ANY_PORT = span(0, 65535)
IDLE = ("disabled", "disable", "inactive")


@dataclass(frozen=True, slots=True, kw_only=True)
class Proxy:
    """A program and the elements of its ports."""

    name: str
    at: str
    on: str
    listens: tuple[str, ...]
    serves: tuple[str, ...]


PROXIES = [
    Proxy(**{**found, "listens": tuple(found["listens"]), "serves": tuple(found["serves"])})
    for found in table(__package__, "proxies.toml")["proxy"]
]


def proxied(root: Node) -> Iterator[Rule]:
    """Yield where packets to the device may go on to after the filter let them in."""
    for proxy in PROXIES:
        for node in _at(root, proxy.at):
            listens = union(p for path in proxy.listens for p in _ports(node, path, ()))
            if not listens or not _is_on(node, proxy.on):
                continue
            serves = union(p for path in proxy.serves for p in _ports(node, path, listens))
            if proxy.serves and not serves:
                continue
            text = phrase("a server behind {name}", name=proxy.name)
            arriving = (In("proto", ((TCP, TCP), (UDP, UDP))), In("dport", listens))
            match = all_of(In("dtype", span(1)), *arriving, Unknown(text))
            for family in (4, 6):
                values = {"dst": span_all(family), "dport": serves or ANY_PORT}
                yield Rule(
                    match=match,
                    action=Action.REWRITE,
                    where=node.where,
                    text=text,
                    family=family,
                    rewrite=Rewrite(values=values),
                    implicit=True,
                )


def after_the_filter(rules: list[Rule], where: Where) -> dict[str, Chain]:
    """Return the chains by which packets go on to servers; the rule that let them in has decided on them."""
    if not rules:
        return {}
    sent = Rule(
        match=In("dnat", span(1)),
        action=Action.ACCEPT,
        where=where,
        text=phrase("what a proxy asks for in the place of its client"),
        implicit=True,
    )
    chains = {}
    for name, priority, found in (("proxies", 100, rules), ("proxied", 101, [sent])):
        base = Base(
            hook="prerouting",
            priority=priority,
            policy=Action.ACCEPT,
            new_only=True,
            decides=name == "proxied",
        )
        chains[name] = Chain(name=name, rules=tuple(found), where=where, base=base)
    return chains


def _ports(node: Node, path: str, silent: Spans) -> Iterator[tuple[int, int]]:
    """Yield the ports that leaves at a path hold; of an element that says none, those that are given."""
    outer, _, leaf = path.rpartition("/")
    for holder in _at(node, outer, live=True):
        said = [item.strip() for item in _leaf(holder, leaf).split(",") if item.strip()]
        yield from _read(said) if said else silent


def _read(items: Iterable[str]) -> Iterator[tuple[int, int]]:
    for item in items:
        if item.startswith("unix@"):
            continue
        try:
            yield port_range(item.rpartition(":")[2])
        except ValueError:  # the name of an alias
            yield from ANY_PORT


def _is_on(node: Node, path: str) -> bool:
    """Tell whether a program is on, as the system at hand means it; one that does not say so is."""
    outer, _, leaf = path.rpartition("/")
    said = [
        text.strip() for holder in _at(node, outer) for text in holder.record.values.get(leaf, ())
    ]
    if node.strict:
        return not said or any(text not in OFF for text in said)
    return bool(said)


def _at(node: Node, path: str, *, live: bool = False) -> Iterator[Node]:
    """Yield the elements at a path, or those that are not off by themselves; nothing of them is taken."""
    if not path:
        yield node
        return
    first, _, rest = path.partition("/")
    for inner in node.inner:
        idle = _leaf(inner, "enabled") == "0" or _leaf(inner, "status") in IDLE
        if inner.tag == first and not (live and idle):
            yield from _at(inner, rest, live=live)


def _leaf(node: Node, tag: str) -> str:
    return "".join(node.record.values.get(tag, ())).strip()
