"""The words of nftables for hooks, policies and verdicts, and the rules that one listed rule becomes."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from soccheck.firewall.model import Action, Expr, In, Rule, all_of
from soccheck.firewall.readers.members import Json, Members, one
from soccheck.firewall.spans import span

FAMILIES = {"ip": frozenset({4}), "ip6": frozenset({6})}
BOTH = frozenset({4, 6})
FRESH = In("fresh", span(1))
VERDICTS = {
    "accept": Action.ACCEPT,
    "drop": Action.DROP,
    "return": Action.RETURN,
    "continue": Action.CONTINUE,
    "reject": Action.REJECT,
    # They change the source, when all is decided.
    "masquerade": Action.ACCEPT,
    "snat": Action.ACCEPT,
}
HOOKS = {
    "prerouting": "prerouting", "input": "input", "forward": "forward", "output": "output",
    "postrouting": "postrouting", "ingress": "prerouting", "egress": "postrouting",
}  # fmt: skip
POLICIES = {"accept": Action.ACCEPT, "drop": Action.DROP}
OUTSIDE = {"ingress": -100_000, "egress": 100_000}
"""Hooks of a device come before all of the way in, and after all of the way out."""


@dataclass(slots=True)
class NftRules:
    """The rules that one listed rule becomes, and what its statements so far let through."""

    entry: Members
    common: dict[str, Any]
    parts: list[Expr] = field(default_factory=list)
    made: list[Rule] = field(default_factory=list)
    lost: bool = False
    """True where a statement was not understood."""
    past: bool = False
    """True where one may send a packet, or a copy of it, past all filters that follow."""

    @property
    def match(self) -> Expr:
        """Return what comes to the next statement."""
        return all_of(*self.parts)

    def add(self, action: Action, match_: Expr | None = None, **more: Any) -> None:
        """Add a rule for what comes to a statement."""
        found = self.match if match_ is None else match_
        self.made.append(Rule(match=found, action=action, **{**self.common, **more}))


def mangled(value: Json) -> str:
    """Return the name of the field that a `mangle` statement sets; raises `UnmodelledError`."""
    kind, body = one(value["key"])
    of = body.get("protocol") or body.get("name") or ""
    return " ".join(f"{kind} {of} {body.get('field') or body.get('key')}".split())


def rendered(expr: Json) -> str:
    """Return the statements of a rule as compact JSON, cut where it grows too long to read."""
    text = json.dumps(expr, separators=(",", ":"), ensure_ascii=False)
    return text if len(text) <= 400 else text[:397] + "..."


def updated(expr: Json) -> Iterator[str]:
    """Yield the names of the sets a rule changes."""
    for statement in expr:
        if isinstance(statement, dict):
            body = statement.get("set") or statement.get("meter") or statement.get("map")
            if not isinstance(body, dict):
                continue
            for key in ("set", "map", "name"):
                name = body.get(key, "")
                if isinstance(name, str) and name:
                    yield name.removeprefix("@")
