"""`nft -j list ruleset` to the rule model (libnftables-json(5))."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from soccheck.errors import ReadError, quoted
from soccheck.firewall.model import CT, Chain, Expr, In, Note, Rule, Where, all_of
from soccheck.firewall.names import protocol
from soccheck.firewall.readers.base import Text, of_family
from soccheck.firewall.readers.ledger import Ledger
from soccheck.firewall.readers.linux.nft_chain import ChainReader
from soccheck.firewall.readers.linux.nft_compat import of_iptables
from soccheck.firewall.readers.linux.nft_frames import LEFT_OUT, of_frames
from soccheck.firewall.readers.linux.nft_left import NftContext, NftSet
from soccheck.firewall.readers.linux.nft_rules import updated
from soccheck.firewall.readers.linux.nft_translate import FAMILY
from soccheck.firewall.readers.members import Json, Members, UnmodelledError, brief, members
from soccheck.firewall.readers.unread import together
from soccheck.firewall.spans import span
from soccheck.phrase import phrase


@dataclass(slots=True)
class Nft:
    """Everything one dump holds."""

    chains: dict[str, Chain] = field(default_factory=dict)
    notes: list[Note] = field(default_factory=list)
    tables: set[tuple[str, str]] = field(default_factory=set)
    """(family, table) of all it shows."""
    hidden: set[tuple[str, str]] = field(default_factory=set)
    """(family, table) of tables whose matches the JSON hides."""
    instead: dict[str, dict[int, list[Rule]]] = field(default_factory=dict)
    """Of chains that iptables-save shows too, the rules by number that it does not show as they are."""


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
        raise ReadError(text.at(1), phrase('expected {{"{key}": [...]}}', key=key))
    while True:
        while at < len(content) and content[at] in " \t\r\n,":
            at += 1
        line += content.count("\n", counted, at)
        counted = at
        if at < len(content) and content[at] == "]":
            if content[at + 1 :].strip() != "}":
                raise ReadError(text.at(line), phrase("something follows the list"))
            return
        try:
            value, at = decoder.raw_decode(content, at)
        except (json.JSONDecodeError, RecursionError) as error:
            raise ReadError(
                text.at(line), phrase("not JSON, or cut off: {error}", error=quoted(error))
            ) from error
        yield text.at(line), value


def read(text: Text, ledger: Ledger, shown: Callable[[str], int | None] = lambda _: None) -> Nft:
    """Read a dump; raises `ReadError` when it is cut off or no dump of nft.

    Chains that iptables-save has `shown` too, with so many rules, are left to it: it says what nft hides.
    """
    try:
        return build(items(text, "nftables"), ledger, shown)
    except (KeyError, TypeError, AttributeError, IndexError) as error:
        raise ReadError(
            text.at(1), phrase("not the expected objects: {error}", error=quoted(repr(error)))
        ) from error


OF_BASES = ("type", "hook")
"""What a base chain has, and no other one."""
TABLE_FLAGS = ("dormant", "owner", "persist")
SET_FLAGS = ("constant", "interval", "timeout", "dynamic")


@dataclass(slots=True)
class _Listed:
    """The objects of a dump by their keys, before its chains are read."""

    ledger: Ledger
    tables: set[tuple[str, str]] = field(default_factory=set)
    dormant: set[tuple[str, str]] = field(default_factory=set)
    chains: dict[tuple[str, str, str], Members] = field(default_factory=dict)
    rules: dict[tuple[str, str, str], list[tuple[Where, Json]]] = field(default_factory=dict)
    sets: dict[tuple[str, str], dict[str, NftSet]] = field(default_factory=dict)
    limits: dict[tuple[str, str], dict[str, bool | None]] = field(default_factory=dict)
    elements: list[Members] = field(default_factory=list)

    def add(self, kind: str, body: Json, where: Where) -> None:
        """Add one object; raises `ReadError` at a name given twice."""
        if kind == "rule":
            key = (body["family"], body["table"], body["chain"])
            statements = body["expr"]
            told = statements or "text" in body
            if not isinstance(statements, list) or not all(statements) or not told:
                raise UnmodelledError(phrase("a rule that does nothing"))
            self.rules.setdefault(key, []).append((where, body))
        if kind in ("rule", "metainfo"):
            return
        entry = members(self.ledger, kind, where, f"{kind} {body.get('name', '')}", body)
        if kind in OBJECTS and self.ledger.may_take("object", kind):
            OBJECTS[kind](self, entry)

    def _table(self, entry: Members) -> None:
        table = (entry.need("family"), entry.need("name"))
        self.tables.add(table)
        flags = entry.get("flags", ())
        flags = [flags] if isinstance(flags, str) else flags
        # nft 1.0.6 writes the name of the table where the flag should stand.
        sure = [flag for flag in flags if flag in TABLE_FLAGS and flag != table[1]]
        if "dormant" in sure:
            self.dormant.add(table)
        elif odd := [flag for flag in flags if flag not in (*sure, table[1])]:
            raise UnmodelledError(phrase("flag {flag}", flag=str(odd[0])))
        entry.doubts += [f"flag {flag}" for flag in flags if flag not in sure]

    def _chain(self, entry: Members) -> None:
        key = (entry.need("family"), entry.need("table"), entry.need("name"))
        if key[:2] not in self.tables:
            raise UnmodelledError(phrase("table {name} is not listed", name=" ".join(key[:2])))
        if any(word in entry.values for word in OF_BASES) and not all(
            entry.values.get(word) for word in OF_BASES
        ):
            raise UnmodelledError(phrase("its place among the hooks is not told"))
        if key in self.chains:
            raise ReadError(
                entry.where, phrase("chain {names} is given twice", names=" ".join(key))
            )
        self.chains[key] = entry

    def _named(self, entry: Members) -> dict[str, NftSet]:
        return self.sets.setdefault((entry.need("family"), entry.need("table")), {})

    def _set(self, entry: Members) -> None:
        named, name = self._named(entry), entry.need("name")
        if name in named:
            raise ReadError(
                entry.where,
                phrase("{section} {name} is given twice", section=entry.section, name=name),
            )
        elements, flags = entry.get("elem", []), entry.get("flags", [])
        flags = [flags] if isinstance(flags, str) else flags
        elements = elements if isinstance(elements, list) else [elements]
        fading = "dynamic" in flags or "timeout" in flags or entry.get("timeout") is not None
        entry.doubts += [
            phrase("flag {flag}", flag=flag) for flag in flags if flag not in SET_FLAGS
        ]
        entry.doubts += [
            brief(statement)
            for statement in entry.get("stmt", [])
            if not (isinstance(statement, dict) and statement.keys() == {"counter"})
        ]
        size = entry.get("size")
        full = isinstance(size, int) and len(elements) >= size
        named[name] = NftSet(name, elements, fading, full)
        # What is not read of a set makes unknown the rules that look there.
        named[name].odd = together(self.ledger.noted(entry))

    def _element(self, entry: Members) -> None:
        self.elements.append(entry)

    def _limit(self, entry: Members) -> None:
        named = self.limits.setdefault((entry.need("family"), entry.need("table")), {})
        name, over = entry.need("name"), bool(entry.get("inv", False))
        bytewise = entry.get("rate_unit", "packets") != "packets"
        named[name] = None if self.ledger.noted(entry) or bytewise else over

    def _flowtable(self, entry: Members) -> None:
        """Leave it unread: packets of a connection in it go by all chains of the way across."""
        entry.within = In("ct", span(CT["established"], CT["related"]))
        entry.hooks = frozenset({"forward", "postrouting"})
        entry.doubts.append(phrase("connections it holds go by the forward chains"))

    def _expectation(self, entry: Members) -> None:
        """Leave it unread: a rule that names it lets such a connection in, as one that is related."""
        parts: list[Expr] = []
        if "protocol" in entry.values and "dport" in entry.values:
            parts = [
                In("proto", span(protocol(str(entry.get("protocol"))))),
                In("dport", span(int(entry.get("dport")))),
            ]
        if entry.get("l3proto") in FAMILY:
            parts.append(of_family(FAMILY[entry.get("l3proto")]))
        entry.within = all_of(*parts)
        entry.hooks = frozenset({"input", "forward"})
        entry.doubts.append(phrase("connections that it expects count as related"))

    def change_sets(self) -> None:
        """Add listed elements to their sets, and mark the sets that rules change."""
        for entry in self.elements:
            found = self._named(entry).get(entry.need("name"))
            added = entry.need("elem")
            if found is None:
                raise ReadError(entry.where, phrase("elements of a set that is not listed"))
            found.elements += added if isinstance(added, list) else [added]
        for key, rules in self.rules.items():
            named = self.sets.get(key[:2], {})
            for _, body in rules:
                for name in updated(body.get("expr", [])):
                    if name in named:
                        named[name].dynamic = True


OBJECTS: Mapping[str, Callable[[_Listed, Members], None]] = {
    "table": _Listed._table,
    "chain": _Listed._chain,
    "set": _Listed._set,
    "map": _Listed._set,
    "meter": _Listed._set,
    "element": _Listed._element,
    "limit": _Listed._limit,
    "flowtable": _Listed._flowtable,
    "ct expectation": _Listed._expectation,
}
"""What a dump lists; an object that is neither here nor harmless by `words.toml` is unread."""


def build(
    items: Iterable[tuple[Where, Json]], ledger: Ledger, shown: Callable[[str], int | None]
) -> Nft:
    """Put the listed objects together; raises `ReadError` at one that has not its parts."""
    listed = _Listed(ledger)
    for where, item in items:
        if not isinstance(item, dict) or len(item) != 1:
            raise ReadError(
                where, phrase("expected an object with one key: {item}", item=brief(item))
            )
        ((kind, body),) = item.items()
        try:
            listed.add(kind, body, where)
        except (KeyError, TypeError, AttributeError, UnmodelledError) as error:
            raise ReadError(
                where, phrase("a {kind} without its parts: {error}", kind=kind, error=quoted(error))
            ) from error
    for lost in listed.rules.keys() - listed.chains.keys():
        raise ReadError(
            listed.rules[lost][0][0],
            phrase("a rule of chain {lost}, which is not listed", lost=lost[2]),
        )
    listed.change_sets()
    found = Nft(tables=listed.tables)
    for key, entry in listed.chains.items():
        why = phrase("is dormant") if key[:2] in listed.dormant else None
        why = phrase("of family {family}", family=key[0]) if key[0] in LEFT_OUT else why
        rules = listed.rules.get(key, [])
        if why:
            entry.pass_over()
            text = phrase(
                "chain {chain} of table {table}, {why}", chain=key[2], table=key[1], why=why
            )
            found.notes.append(Note(kind="left out", where=entry.where, text=text))
            if key[:2] not in listed.dormant:
                of_frames(ledger, key, rules)
            continue
        scope = NftContext(
            listed.sets.get(key[:2], {}),
            listed.limits.get(key[:2], {}),
            {name for *table, name in listed.chains if tuple(table) == key[:2]},
        )
        reader = ChainReader(key, entry, scope, found.hidden)
        lines = shown(reader.name)
        if lines is None:
            found.chains[reader.name] = reader.read(rules)
        else:
            found.instead[reader.name] = _beside(reader, rules, lines)
    return found


def _beside(
    reader: ChainReader, rules: Sequence[tuple[Where, Json]], lines: int
) -> dict[int, list[Rule]]:
    """Return the rules, by number, that iptables-save does not show as they are; it has so many lines."""
    odd = [n for n, (_, body) in enumerate(rules) if not of_iptables(body["expr"])]
    reader.entry.pass_over()
    if odd and lines != len(rules):
        reader.entry.done = False
        reader.entry.doubts.append(
            phrase(
                "{lines} rules by iptables-save and {rules} by nft, of which iptables made not all",
                lines=lines,
                rules=len(rules),
            )
        )
        return {}
    return {n: reader.rule(*rules[n]) for n in odd}
