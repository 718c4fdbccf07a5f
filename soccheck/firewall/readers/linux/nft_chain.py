"""One chain of `nft -j list ruleset` and its rules to the rule model (libnftables-json(5))."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from soccheck.firewall.model import (
    ADDRTYPE,
    ANY,
    CT,
    Action,
    Base,
    Chain,
    Expr,
    In,
    Named,
    Rewrite,
    Rule,
    Unknown,
    Where,
    all_of,
    some_of,
)
from soccheck.firewall.readers.base import of_family
from soccheck.firewall.readers.linux.nft_fields import (
    Json,
    NftSet,
    Scope,
    UnmodelledError,
    address_spans,
    brief,
    side,
)
from soccheck.firewall.readers.linux.nft_match import match, within
from soccheck.firewall.spans import Spans, span

FAMILIES = {"ip": frozenset({4}), "ip6": frozenset({6}), "inet": frozenset({4, 6})}
FRESH = In("fresh", span(1))
VERDICTS = {"accept": Action.ACCEPT, "drop": Action.DROP, "return": Action.RETURN}
SILENT = {
    "counter", "ct helper", "ct timeout", "ct expectation", "secmark", "dup",
    "last", "comment", "ct_helper", "flow",
}  # fmt: skip
"""Statements after which the rule goes on as if they were not there."""


def _base(family: str, body: Json) -> Base | None:
    if "hook" not in body:
        return None
    hook, priority = body["hook"], int(body.get("prio", 0))
    policy = Action.DROP if body.get("policy", "accept") == "drop" else Action.ACCEPT
    if hook == "ingress":
        return Base(hook="prerouting", priority=priority - 100000, policy=Action.ACCEPT)
    return Base(
        hook=hook,
        priority=priority,
        policy=policy,
        families=FAMILIES.get(family, frozenset({4, 6})),
        new_only=body.get("type") == "nat",
    )


class ChainReader:
    """Reads the rules of one chain; a table whose matches nft hides is added to `hidden`."""

    def __init__(
        self,
        key: tuple[str, str, str],
        where: Where,
        body: Json,
        sets: dict[str, NftSet],
        hidden: set[tuple[str, str]],
    ) -> None:
        self.family, self.table, self.chain = key
        self.where = where
        self.body = body
        self.hidden = hidden
        self.base = _base(self.family, body)
        self.devices = body.get("dev", ())
        if isinstance(self.devices, str):
            self.devices = (self.devices,)
        early = self.base is not None and self.base.hook in ("prerouting", "output")
        tracked = not (early and self.base is not None and self.base.priority <= -200)
        self.scope = Scope(sets, tracked)
        families = FAMILIES.get(self.family, frozenset({4, 6}))
        self.only = next(iter(families)) if len(families) == 1 else 0

    def read(self, rules: Iterable[tuple[Where, Json]]) -> Chain:
        """Return the chain."""
        out: list[Rule] = []
        for where, body in rules:
            out += self._rule(where, body)
        if self.body.get("hook") == "ingress" and self.body.get("policy") == "drop":
            policy = {"text": f"policy of {self.chain}", "implicit": True}
            out.append(self._made(ANY, Action.DROP, self.where, policy))
        return Chain(
            name=self._name(self.chain), rules=tuple(out), where=self.where, base=self.base
        )

    def _name(self, chain: str) -> str:
        return f"{self.family} {self.table}/{chain}"

    def _made(self, match_: Expr, action: Action, where: Where, extra: dict[str, Any]) -> Rule:
        if self.devices and self.base is not None:
            match_ = all_of(Named("iif", tuple(self.devices)), match_)
        return Rule(
            match=match_, action=action, where=where, family=self.only, label=self.table, **extra
        )

    def _rule(self, where: Where, body: Json) -> list[Rule]:
        expr = body.get("expr", [])
        text = (
            body.get("text")
            or f"{self._name(self.chain)} handle {body.get('handle', '?')}: {_render(expr)}"
        )
        common = {"text": text, "comment": str(body.get("comment", ""))}
        parts: list[Expr] = []
        out: list[Rule] = []
        for statement in expr:
            kind, value = self._split(statement)
            if kind == "match":
                parts.append(match(value, self.scope))
            elif kind == "limit":
                parts.append(_limit(value))
            elif kind in ("quota", "ct count"):
                parts.append(Unknown(f"{kind} {brief(value)}"))
            elif kind in ("set", "meter"):
                parts.append(_update(value))
            elif kind == "mangle" and _marks(value):
                continue
            elif kind == "xt":
                extra, action, log = self._xt(value)
                parts += extra
                if action is not None:
                    out.append(self._made(all_of(*parts), action, where, {**common, "log": log}))
            elif kind == "vmap":
                out += self._vmap(all_of(*parts), value, where, common)
                # What the map does not hold goes on with the next statement.
            elif kind == "log":
                out.append(
                    self._made(all_of(*parts), Action.CONTINUE, where, {**common, "log": True})
                )
            elif kind not in SILENT:
                out.append(self._verdict(all_of(*parts), kind, value, where, common))
        if not out:
            out.append(self._made(all_of(*parts), Action.CONTINUE, where, common))
        return out

    def _split(self, statement: Json) -> tuple[str, Json]:
        if isinstance(statement, str):
            return statement, None
        ((kind, value),) = statement.items()
        return str(kind), value

    def _xt(self, value: Json) -> tuple[list[Expr], Action | None, bool]:
        name = value.get("name") if isinstance(value, dict) else None
        self.hidden.add((self.family, self.table))
        if isinstance(value, dict) and value.get("type") == "target":
            action = {"REJECT": Action.REJECT, "LOG": Action.CONTINUE}.get(
                str(name), Action.UNKNOWN
            )
            return [], action, name == "LOG"
        return [Unknown(f"xt match {name}, which nft hides; give iptables-save too")], None, False

    def _verdict(
        self, match_: Expr, kind: str, value: Json, where: Where, common: dict[str, Any]
    ) -> Rule:
        if kind in VERDICTS:
            return self._made(match_, VERDICTS[kind], where, common)
        if kind == "reject":
            return self._made(match_, Action.REJECT, where, common)
        if kind == "continue":
            return self._made(match_, Action.CONTINUE, where, common)
        if kind in ("jump", "goto"):
            action = Action.JUMP if kind == "jump" else Action.GOTO
            goal = {**common, "target": self._name(value["target"])}
            return self._made(match_, action, where, goal)
        if kind in ("masquerade", "snat"):
            return self._made(match_, Action.ACCEPT, where, common)
        if kind == "notrack":
            rewrite = Rewrite(values={"ct": span(CT["untracked"])}, final=False, text="notrack")
            return self._made(match_, Action.REWRITE, where, {**common, "rewrite": rewrite})
        if kind in ("dnat", "redirect"):
            try:
                rewrite = self._translate(kind, value or {})
            except (ValueError, KeyError, TypeError):
                return self._made(match_, Action.UNKNOWN, where, common)
            named = {"ip": 4, "ip6": 6}.get((value or {}).get("family", ""))
            if named is not None:
                match_ = all_of(of_family(named), match_)
            return self._made(match_, Action.REWRITE, where, {**common, "rewrite": rewrite})
        return self._made(match_, Action.UNKNOWN, where, common)

    def _translate(self, kind: str, value: Json) -> Rewrite:
        values: dict[str, Spans] = {}
        family = {"ip": 4, "ip6": 6}.get(value.get("family", self.family), self.only)
        if kind == "redirect":
            values["dtype"] = span(ADDRTYPE["local"])
        elif "addr" in value:
            if family == 0:
                raise UnmodelledError("a rewrite without a family")
            values["dst"] = address_spans(value["addr"], family)
        if "port" in value:
            ports = value["port"]
            if isinstance(ports, dict) and "range" in ports:
                values["dport"] = span(ports["range"][0], ports["range"][1])
            else:
                values["dport"] = span(int(ports))
        return Rewrite(values=values, text=f"{kind} {brief(value)}")

    def _vmap(self, before: Expr, value: Json, where: Where, common: dict[str, Any]) -> list[Rule]:
        data = value["data"]
        try:
            left = side(value["key"], self.scope)
            if isinstance(data, str):
                named = self.scope.sets.get(data.removeprefix("@"))
                if named is None or named.dynamic:
                    raise UnmodelledError(f"verdict map {data}")
                pairs = named.elements
            else:
                pairs = data["set"]
            out = []
            for key, verdict in pairs:
                kind, goal = self._split(verdict)
                expr = all_of(before, left.needs, within(left, {"set": [key]}, self.scope))
                out.append(self._verdict(expr, kind, goal, where, common))
        except (UnmodelledError, ValueError, KeyError, TypeError) as error:
            unknown = all_of(before, Unknown(f"verdict map {brief(value)} ({error})"))
            return [self._made(unknown, Action.UNKNOWN, where, common)]
        return out


def _update(value: Json) -> Expr:
    """Return what an update of a set matches: with a rate in it, or a full set, it may fail."""
    text = f"set update {brief(value)}"
    if isinstance(value, dict) and "stmt" not in value and "set" in value:
        return some_of(FRESH, Unknown(text))
    return Unknown(text)


def _marks(value: Json) -> bool:
    """Tell whether a mangle only marks the packet; a rewrite of the packet is another thing."""
    if value is None:
        return True
    key = value.get("key", {}) if isinstance(value, dict) else {}
    return bool(set(key) & {"meta", "ct"}) and isinstance(key, dict)


def _limit(value: Json) -> Expr:
    text = f"rate limit {brief(value)}"
    if isinstance(value, dict) and value.get("inv"):
        return all_of(In("fresh", span(0)), Unknown(text))
    return some_of(FRESH, Unknown(text))


def _render(expr: Json) -> str:
    """Return the statements of a rule as compact JSON, cut where it grows too long to read."""
    text = json.dumps(expr, separators=(",", ":"), ensure_ascii=False)
    return text if len(text) <= 400 else text[:397] + "..."
