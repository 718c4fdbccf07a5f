"""iptables-save and ip6tables-save, of the legacy and the nft variant, to the rule model."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from soccheck.errors import ReadError
from soccheck.firewall.model import Action, Base, Chain, Note, Rule, Where
from soccheck.firewall.readers.base import Text
from soccheck.firewall.readers.linux.ipset import IpSet
from soccheck.firewall.readers.linux.xtables import match
from soccheck.firewall.readers.linux.xtables_args import Args
from soccheck.firewall.readers.linux.xtables_target import target

HOOKS = {
    "PREROUTING": "prerouting",
    "INPUT": "input",
    "FORWARD": "forward",
    "OUTPUT": "output",
    "POSTROUTING": "postrouting",
}
PRIORITIES = {"raw": -300, "mangle": -150, "nat": -100, "filter": 0, "security": 50}
_HEADER = re.compile(r"#.*\b(ip6?tables)(?:-(?:nft|legacy))?-save v[\d.]+(?: \((\w+)\))?")
_TABLE = re.compile(r"\*(\w+)$")
_CHAIN = re.compile(r":(\S+) (ACCEPT|DROP|-)(?: \[\d+:\d+\])?$")
_COUNT = re.compile(r"\[\d+:\d+\] ")
_SIX = re.compile(r"ipv6-icmp|icmp6|-[sd] \S*:\S*/|ip6t|rt --rt-type")


@dataclass(slots=True)
class Tables:
    """The tables of one family and variant, while they are read."""

    family: int
    variant: str
    chains: dict[str, list[Rule]] = field(default_factory=dict)
    bases: dict[str, tuple[Where, Base | None]] = field(default_factory=dict)
    notes: list[Note] = field(default_factory=list)
    tables: set[str] = field(default_factory=set)

    @property
    def prefix(self) -> str:
        """Return what the names of these chains begin with."""
        return f"{'ip6' if self.family == 6 else 'ip'}{'-legacy' if self.variant else ''}"

    def said(self, table: str) -> Mapping[str, tuple[Base | None, list[str]]]:
        """Return what a table says, without where it stands and what it has counted."""
        keys = self._keys(table)
        return {key: (self.bases[key][1], [rule.text for rule in self.chains[key]]) for key in keys}

    def drop(self, table: str) -> None:
        """Forget a table."""
        for key in self._keys(table):
            del self.chains[key], self.bases[key]
        self.tables.discard(table)

    def _keys(self, table: str) -> list[str]:
        return [key for key in self.chains if key.startswith(f"{self.prefix}/{table}/")]


def detect(content: str) -> bool:
    """Tell whether a text is the output of iptables-save."""
    head = content[:20000]
    if _HEADER.search(head):
        return True
    return bool(
        re.search(r"^\*(filter|nat|mangle|raw|security)\s*$", head, re.M)
        and re.search(r"^:\w+ (ACCEPT|DROP) ", head, re.M)
    )


def read(text: Text, sets: Mapping[str, IpSet]) -> list[Tables]:
    """Read the tables; raises `ReadError` at a line that cannot be read or a missing COMMIT."""
    dump = _Dump(text, sets)
    number = 0
    for number, raw in text.numbered():
        line = raw.rstrip()
        if line.startswith("#"):
            dump.header(line)
        elif line:
            dump.line(line, text.at(number))
    if dump.table:
        raise ReadError(
            text.at(number), f"the file ends inside table {dump.table}: COMMIT is missing"
        )
    for tables in dump.found.values():
        _resolve(tables)
    return list(dump.found.values())


class _Dump:
    """The tables found so far, and the one the next line stands in."""

    def __init__(self, text: Text, sets: Mapping[str, IpSet]) -> None:
        self.text = text
        self.sets = sets
        self.found: dict[tuple[int, str], Tables] = {}
        self.family = 0
        self.variant = ""
        self.table = ""
        self.current: Tables | None = None

    def header(self, line: str) -> None:
        """Take family and variant from a comment that names them."""
        header = _HEADER.match(line)
        if header:
            self.family = 6 if header[1] == "ip6tables" else 4
            # NOTE: the legacy variant prints no variant; only the nft one names itself.
            self.variant = "" if header[2] == "nf_tables" else "legacy"
            self._tables(self.family)

    def line(self, line: str, where: Where) -> None:
        """Read one line that is no comment."""
        if line.startswith("*"):
            self._open(line, where)
        elif not self.table or self.current is None:
            raise ReadError(where, f"a line outside any table: {line[:60]!r}")
        elif line == "COMMIT":
            self.table = ""
        elif line.startswith(":"):
            _declare(self.current, self.table, line, where)
        else:
            _rule(self.current, self.table, line, where, self.sets)

    def _open(self, line: str, where: Where) -> None:
        if self.table:
            raise ReadError(where, f"table {self.table} has no COMMIT before this line")
        named = _TABLE.match(line)
        if not named or named[1] not in PRIORITIES:
            raise ReadError(where, f"not a table of iptables: {line[:60]!r}")
        self.table = named[1]
        # Without a header the family shows only in the rules themselves.
        known = self.family or (6 if _SIX.search(self.text.content) else 4)
        self.current = self._tables(known)
        if self.table in self.current.tables:
            raise ReadError(where, f"table {self.table} of IPv{known} is given twice")
        self.current.tables.add(self.table)

    def _tables(self, family: int) -> Tables:
        return self.found.setdefault((family, self.variant), Tables(family, self.variant))


def _declare(tables: Tables, table: str, line: str, where: Where) -> None:
    found = _CHAIN.match(line)
    if not found:
        raise ReadError(where, f"not a chain: {line[:60]!r}")
    name, policy = found[1], found[2]
    key = f"{tables.prefix}/{table}/{name}"
    if key in tables.bases:
        raise ReadError(where, f"chain {name} is declared twice")
    base = None
    if name in HOOKS and policy != "-":
        hook = HOOKS[name]
        priority = PRIORITIES[table]
        if table == "nat" and hook in ("input", "postrouting"):
            priority = 100
        base = Base(
            hook=hook,
            priority=priority,
            policy=Action.DROP if policy == "DROP" else Action.ACCEPT,
            families=frozenset({tables.family}),
            new_only=table == "nat",
        )
    tables.bases[key] = (where, base)
    tables.chains[key] = []


def _rule(tables: Tables, table: str, line: str, where: Where, sets: Mapping[str, IpSet]) -> None:
    text = _COUNT.sub("", line, count=1) if line.startswith("[") else line
    try:
        words = shlex.split(text) if '"' in text or "'" in text or "\\" in text else text.split()
    except ValueError as error:
        raise ReadError(where, f"cannot read the rule: {error}") from error
    if len(words) == 2 and words[0] in ("-N", "--new-chain"):
        _declare(tables, table, f":{words[1]} -", where)
        return
    if len(words) < 2 or words[0] not in ("-A", "--append"):
        raise ReadError(where, f"expected `-A CHAIN ...`: {line[:60]!r}")
    key = f"{tables.prefix}/{table}/{words[1]}"
    if key not in tables.chains:
        raise ReadError(where, f"chain {words[1]} is not declared in table {table}")
    args = Args(words[2:], tables.family, table, where, sets)
    expr = match(args)
    goal = target(args)
    tables.chains[key].append(
        Rule(
            match=expr,
            action=goal.action,
            target=goal.target,
            rewrite=goal.rewrite,
            where=where,
            text=text,
            family=tables.family,
            log=goal.log,
            comment=args.comment,
            label=table,
        )
    )


def _resolve(tables: Tables) -> None:
    """Tell jumps to chains from targets soccheck does not know."""
    for key, rules in tables.chains.items():
        table = key.split("/")[1]
        for place, rule in enumerate(rules):
            if rule.action not in (Action.JUMP, Action.GOTO):
                continue
            full = f"{tables.prefix}/{table}/{rule.target}"
            if full in tables.chains:
                rules[place] = _replaced(rule, rule.action, full)
            else:
                tables.notes.append(
                    Note(
                        kind="undefined",
                        where=rule.where,
                        text=f"target {rule.target} is neither chain nor known",
                    )
                )
                rules[place] = _replaced(rule, Action.UNKNOWN, "")


def _replaced(rule: Rule, action: Action, goal: str) -> Rule:
    return Rule(
        match=rule.match,
        action=action,
        target=goal,
        where=rule.where,
        text=rule.text,
        family=rule.family,
        comment=rule.comment,
        label=rule.label,
    )


def chains(found: Iterable[Tables]) -> dict[str, Chain]:
    """Return the chains of all tables by their full names."""
    return {
        key: Chain(name=key, rules=tuple(rules), where=t.bases[key][0], base=t.bases[key][1])
        for t in found
        for key, rules in t.chains.items()
    }
