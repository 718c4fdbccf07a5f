"""`nft -j list ruleset` to the rule model (libnftables-json(5))."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from soccheck.errors import ReadError
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
    Note,
    Rewrite,
    Rule,
    Unknown,
    Where,
    all_of,
    some_of,
)
from soccheck.firewall.readers.base import Text, of_family
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
OBJECTS = {
    "metainfo", "counter", "quota", "limit", "ct helper", "ct timeout", "ct expectation",
    "secmark", "synproxy", "element",
}  # fmt: skip


@dataclass(slots=True)
class Nft:
    """Everything one dump holds."""

    chains: dict[str, Chain] = field(default_factory=dict)
    notes: list[Note] = field(default_factory=list)
    tables: set[tuple[str, str]] = field(default_factory=set)
    """(family, table) of all it shows."""
    hidden: set[tuple[str, str]] = field(default_factory=set)
    """(family, table) of tables whose matches the JSON hides."""


def detect(content: str) -> bool:
    """Tell whether a text is the JSON listing of nft."""
    head = content.lstrip()[:200]
    return head.startswith("{") and '"nftables"' in head


def items(text: Text, key: str) -> Iterator[tuple[Where, Json]]:
    """Yield the elements of `{"key": [...]}` with the line each begins on."""
    content = text.content
    start = content.find("[", content.find(f'"{key}"'))
    decoder = json.JSONDecoder()
    at, line, counted = start + 1, 1, 0
    if start < 0:
        raise ReadError(text.at(1), f'expected {{"{key}": [...]}}')
    while True:
        while at < len(content) and content[at] in " \t\r\n,":
            at += 1
        line += content.count("\n", counted, at)
        counted = at
        if at < len(content) and content[at] == "]":
            if content[at + 1 :].strip() != "}":
                raise ReadError(text.at(line), "something follows the list")
            return
        try:
            value, at = decoder.raw_decode(content, at)
        except (json.JSONDecodeError, RecursionError) as error:
            raise ReadError(text.at(line), f"not JSON, or cut off: {error}") from error
        yield text.at(line), value


def read(text: Text) -> Nft:
    """Read a dump; raises `ReadError` when it is cut off or no dump of nft."""
    return build(items(text, "nftables"))


def build(listed: Iterable[tuple[Where, Json]]) -> Nft:
    """Put the listed objects together; raises `ReadError` at one that has not its parts."""
    found = Nft()
    dormant: set[tuple[str, str]] = set()
    chains: dict[tuple[str, str, str], tuple[Where, Json]] = {}
    rules: dict[tuple[str, str, str], list[tuple[Where, Json]]] = {}
    sets: dict[tuple[str, str], dict[str, NftSet]] = {}
    for where, item in listed:
        if not isinstance(item, dict) or len(item) != 1:
            raise ReadError(where, f"expected an object with one key: {brief(item)}")
        ((kind, body),) = item.items()
        try:
            if kind == "table":
                found.tables.add((body["family"], body["name"]))
                if "dormant" in body.get("flags", ()):
                    dormant.add((body["family"], body["name"]))
            elif kind == "chain":
                key = (body["family"], body["table"], body["name"])
                if key in chains:
                    raise ReadError(where, f"chain {' '.join(key)} is given twice")
                chains[key] = (where, body)
            elif kind == "rule":
                key = (body["family"], body["table"], body["chain"])
                rules.setdefault(key, []).append((where, body))
            elif kind in ("set", "map", "meter"):
                named = sets.setdefault((body["family"], body["table"]), {})
                if body["name"] in named:
                    raise ReadError(where, f"{kind} {body['name']} is given twice")
                named[body["name"]] = _set(body)
            elif kind == "flowtable":
                found.notes.append(
                    Note(kind="left out", where=where, text=f"flowtable {body.get('name')}")
                )
            elif kind not in OBJECTS:
                raise ReadError(where, f"an object soccheck does not know: {kind}")
        except (KeyError, TypeError, AttributeError) as error:
            raise ReadError(where, f"a {kind} without its parts: {error}") from error
    for lost in rules.keys() - chains.keys():
        raise ReadError(rules[lost][0][0], f"a rule of chain {lost[2]}, which is not listed")
    for key, listed_rules in rules.items():
        for _, body in listed_rules:
            for name in _updated(body.get("expr", [])):
                if name in sets.get(key[:2], {}):
                    sets[key[:2]][name].dynamic = True
    for key, (where, body) in chains.items():
        if key[:2] in dormant:
            found.notes.append(
                Note(kind="left out", where=where, text=f"table {key[1]} is dormant")
            )
        elif key[0] in ("arp", "bridge"):
            found.notes.append(
                Note(kind="left out", where=where, text=f"chain {key[2]} of family {key[0]}")
            )
        else:
            reader = _ChainReader(key, where, body, sets.get(key[:2], {}), found)
            chain = reader.read(rules.get(key, []))
            found.chains[chain.name] = chain
    return found


def _set(body: Json) -> NftSet:
    elements = body.get("elem", [])
    flags = body.get("flags", [])
    flags = [flags] if isinstance(flags, str) else flags
    dynamic = "dynamic" in flags or "timeout" in flags or body.get("timeout") is not None
    return NftSet(body["name"], elements if isinstance(elements, list) else [elements], dynamic)


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


class _ChainReader:
    """Reads the rules of one chain."""

    def __init__(
        self,
        key: tuple[str, str, str],
        where: Where,
        body: Json,
        sets: dict[str, NftSet],
        found: Nft,
    ) -> None:
        self.family, self.table, self.chain = key
        self.where = where
        self.body = body
        self.found = found
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
            or f"{self._name(self.chain)} handle {body.get('handle', '?')}: {render(expr)}"
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
        self.found.hidden.add((self.family, self.table))
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


def _updated(expr: Json) -> Iterator[str]:
    """Yield the names of the sets a rule changes."""
    for statement in expr:
        if isinstance(statement, dict):
            body = statement.get("set") or statement.get("meter")
            name = body.get("set", body.get("name", "")) if isinstance(body, dict) else ""
            if isinstance(name, str) and name:
                yield name.removeprefix("@")


def _limit(value: Json) -> Expr:
    text = f"rate limit {brief(value)}"
    if isinstance(value, dict) and value.get("inv"):
        return all_of(In("fresh", span(0)), Unknown(text))
    return some_of(FRESH, Unknown(text))


def render(expr: Json) -> str:
    """Return the statements of a rule as compact JSON, cut where it grows too long to read."""
    text = json.dumps(expr, separators=(",", ":"), ensure_ascii=False)
    return text if len(text) <= 400 else text[:397] + "..."
