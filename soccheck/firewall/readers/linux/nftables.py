"""`nft -j list ruleset` to the rule model (libnftables-json(5))."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from soccheck.errors import ReadError
from soccheck.firewall.model import (
    Chain,
    Note,
    Where,
)
from soccheck.firewall.readers.base import Text
from soccheck.firewall.readers.linux.nft_chain import ChainReader
from soccheck.firewall.readers.linux.nft_fields import Json, NftSet, brief

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


@dataclass(slots=True)
class _Listed:
    """The objects of a dump by their keys, before its chains are read."""

    tables: set[tuple[str, str]] = field(default_factory=set)
    dormant: set[tuple[str, str]] = field(default_factory=set)
    chains: dict[tuple[str, str, str], tuple[Where, Json]] = field(default_factory=dict)
    rules: dict[tuple[str, str, str], list[tuple[Where, Json]]] = field(default_factory=dict)
    sets: dict[tuple[str, str], dict[str, NftSet]] = field(default_factory=dict)
    notes: list[Note] = field(default_factory=list)

    def add(self, kind: str, body: Json, where: Where) -> None:
        """Add one object; raises `ReadError` at a name given twice or an unknown kind."""
        if kind == "table":
            self.tables.add((body["family"], body["name"]))
            if "dormant" in body.get("flags", ()):
                self.dormant.add((body["family"], body["name"]))
        elif kind == "chain":
            key = (body["family"], body["table"], body["name"])
            if key in self.chains:
                raise ReadError(where, f"chain {' '.join(key)} is given twice")
            self.chains[key] = (where, body)
        elif kind == "rule":
            key = (body["family"], body["table"], body["chain"])
            self.rules.setdefault(key, []).append((where, body))
        elif kind in ("set", "map", "meter"):
            named = self.sets.setdefault((body["family"], body["table"]), {})
            if body["name"] in named:
                raise ReadError(where, f"{kind} {body['name']} is given twice")
            named[body["name"]] = _set(body)
        elif kind == "flowtable":
            self.notes.append(
                Note(kind="left out", where=where, text=f"flowtable {body.get('name')}")
            )
        elif kind not in OBJECTS:
            raise ReadError(where, f"an object soccheck does not know: {kind}")

    def mark_changing_sets(self) -> None:
        """Mark the sets that rules change, so that what they hold is unknown."""
        for key, rules in self.rules.items():
            named = self.sets.get(key[:2], {})
            for _, body in rules:
                for name in _updated(body.get("expr", [])):
                    if name in named:
                        named[name].dynamic = True


def build(items: Iterable[tuple[Where, Json]]) -> Nft:
    """Put the listed objects together; raises `ReadError` at one that has not its parts."""
    listed = _Listed()
    for where, item in items:
        if not isinstance(item, dict) or len(item) != 1:
            raise ReadError(where, f"expected an object with one key: {brief(item)}")
        ((kind, body),) = item.items()
        try:
            listed.add(kind, body, where)
        except (KeyError, TypeError, AttributeError) as error:
            raise ReadError(where, f"a {kind} without its parts: {error}") from error
    for lost in listed.rules.keys() - listed.chains.keys():
        raise ReadError(listed.rules[lost][0][0], f"a rule of chain {lost[2]}, which is not listed")
    listed.mark_changing_sets()
    found = Nft(notes=listed.notes, tables=listed.tables)
    for key, (where, body) in listed.chains.items():
        if key[:2] in listed.dormant:
            found.notes.append(
                Note(kind="left out", where=where, text=f"table {key[1]} is dormant")
            )
        elif key[0] in ("arp", "bridge"):
            found.notes.append(
                Note(kind="left out", where=where, text=f"chain {key[2]} of family {key[0]}")
            )
        else:
            reader = ChainReader(key, where, body, listed.sets.get(key[:2], {}), found.hidden)
            chain = reader.read(listed.rules.get(key, []))
            found.chains[chain.name] = chain
    return found


def _set(body: Json) -> NftSet:
    elements = body.get("elem", [])
    flags = body.get("flags", [])
    flags = [flags] if isinstance(flags, str) else flags
    dynamic = "dynamic" in flags or "timeout" in flags or body.get("timeout") is not None
    return NftSet(body["name"], elements if isinstance(elements, list) else [elements], dynamic)


def _updated(expr: Json) -> Iterator[str]:
    """Yield the names of the sets a rule changes."""
    for statement in expr:
        if isinstance(statement, dict):
            body = statement.get("set") or statement.get("meter")
            name = body.get("set", body.get("name", "")) if isinstance(body, dict) else ""
            if isinstance(name, str) and name:
                yield name.removeprefix("@")
