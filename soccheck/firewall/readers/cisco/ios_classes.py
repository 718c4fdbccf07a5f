"""Policies of an IOS interface that drop a class of packets: they can only stop more than the lists do.

Source: Cisco IOS Quality of Service Solutions Command Reference, `drop`, `police` and `service-policy`.
"""

from __future__ import annotations

from collections.abc import Iterator

from soccheck.firewall.model import Action, Named, Rule, Unknown, all_of
from soccheck.firewall.readers.cisco.lines import Command
from soccheck.phrase import echo

SIDES = {"in": "iif", "out": "oif"}


def stopped_classes(root: Command, line: Command, name: str, way: str) -> list[Rule]:
    """Return what policies of an interface may stop on the way `in` or `out`."""
    dropping, out = _dropping(root), []
    for words in line.each(f"service-policy {way}put"):
        if dropping & set(words.rest()):
            match = all_of(Named(SIDES[way], (name,)), Unknown(echo(words.text)))
            out.append(Rule(match=match, action=Action.DROP, where=words.where, text=words.text))
    return out


def _dropping(root: Command) -> set[str]:
    """Return the policies of which a class, or a policy within, drops what it need not."""
    lines = {
        line.words[-1]: [inner.words for inner in _all(line)]
        for line in root.below
        if line.words[:1] == ["policy-map"]
    }
    out = {
        name
        for name, inner in lines.items()
        if any(w[:1] == ["drop"] or "conform-action drop" in " ".join(w) for w in inner)
    }
    for _ in lines:
        out |= {name for name, inner in lines.items() if any(
            w[:1] == ["service-policy"] and w[-1] in out for w in inner)}  # fmt: skip
    return out


def _all(line: Command) -> Iterator[Command]:
    for inner in line.below:
        yield inner
        yield from _all(inner)
