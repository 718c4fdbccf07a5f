"""iptables-save and ip6tables-save, of the legacy and the nft variant, to the rule model."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from soccheck.errors import ReadError, quoted, worded
from soccheck.firewall.model import Action, Base, Chain, Rule, Unknown, Where, all_of
from soccheck.firewall.readers.base import Text, implied, of_family
from soccheck.firewall.readers.ledger import Ledger
from soccheck.firewall.readers.linux.ipset import IpSet
from soccheck.firewall.readers.linux.quoting import words_of
from soccheck.firewall.readers.linux.xtables import rule as read_rule
from soccheck.firewall.readers.linux.xtables_args import Args, LostError, XtablesNames
from soccheck.firewall.readers.linux.xtables_family import family_of
from soccheck.firewall.readers.linux.xtables_recent import entries
from soccheck.firewall.readers.linux.xtables_target import Goal
from soccheck.phrase import Phrase, echo, phrase

HOOKS = {
    "PREROUTING": "prerouting",
    "INPUT": "input",
    "FORWARD": "forward",
    "OUTPUT": "output",
    "POSTROUTING": "postrouting",
}
PRIORITIES = {"raw": -300, "mangle": -150, "nat": -100, "filter": 0, "security": 50}
REWRITING = ("raw", "mangle", "nat")
"""Tables that see packets before they are routed."""
_HEADER = re.compile(r"#.*\b(ip6?tables)(?:-(?:nft|legacy))?-save v[\d.]+(?: \((\w+)\))?")
_TABLE = re.compile(r"\*(\w+)$")
_CHAIN = re.compile(r":(\S+) (ACCEPT|DROP|-)(?: \[\d+:\d+\])?$")
_COUNT = re.compile(r"\[\d+:\d+\] ")


@dataclass(slots=True)
class Tables:
    """The tables of one family and variant, while they are read."""

    family: int
    variant: str
    chains: dict[str, list[Rule]] = field(default_factory=dict)
    bases: dict[str, tuple[Where, Base | None]] = field(default_factory=dict)
    tables: set[str] = field(default_factory=set)

    @property
    def prefix(self) -> str:
        """Return what the names of these chains begin with."""
        return f"{'ip6' if self.family == 6 else 'ip'}{'-legacy' if self.variant else ''}"

    def said(self, table: str) -> Mapping[str, tuple[Base | None, list[Phrase | str]]]:
        """Return what a table says, without where it stands and what it has counted."""
        keys = self._keys(table)
        return {key: (self.bases[key][1], [rule.text for rule in self.chains[key]]) for key in keys}

    def lines(self, key: str) -> list[Where]:
        """Return the places of a chain's rules as they are listed; what stands for a policy is none."""
        rules = (r for r in self.chains[key] if not (r.implicit and r.where == self.bases[key][0]))
        return list(dict.fromkeys(rule.where for rule in rules))

    def put(self, key: str, others: Mapping[int, Sequence[Rule]]) -> None:
        """Put the rules of another listing in place of those at some numbers."""
        places = self.lines(key)
        for number, rules in others.items():
            targeted = [replace(r, target=r.target.replace(" ", "/", 1)) for r in rules]
            at = [n for n, r in enumerate(self.chains[key]) if r.where == places[number]]
            self.chains[key][at[0] : at[-1] + 1] = targeted

    def drop(self, table: str) -> None:
        """Forget a table."""
        for key in self._keys(table):
            del self.chains[key], self.bases[key]
        self.tables.discard(table)

    def key(self, table: str, chain: str) -> str:
        """Return the full name of a chain."""
        return f"{self.prefix}/{table}/{chain}"

    def _keys(self, table: str) -> list[str]:
        return [key for key in self.chains if key.startswith(f"{self.prefix}/{table}/")]


def detect(content: str) -> bool:
    """Tell whether a text is the output of iptables-save."""
    head = content[:20000]
    if _HEADER.search(head):
        return True
    return bool(
        re.search(r"^\*(filter|nat|mangle|raw|security)\s*$", head, re.M)
        and re.search(r"^:\w+ (ACCEPT|DROP|-) ", head, re.M)
    )


def read(text: Text, sets: Mapping[str, IpSet], ledger: Ledger) -> list[Tables]:
    """Read the tables; raises `ReadError` at a line that is of no table, or a missing COMMIT."""
    dump = _Dump(text, sets, ledger)
    number = 0
    for number, raw in text.numbered():
        line = raw.rstrip()
        if line.startswith("#"):
            dump.header(line)
        elif line:
            dump.line(line, text.at(number))
    if dump.table:
        raise ReadError(
            text.at(number),
            phrase("the file ends inside table {table}: COMMIT is missing", table=dump.table),
        )
    return list(dump.found.values())


class _Dump:
    """The tables found so far, and the one the next line stands in."""

    def __init__(self, text: Text, sets: Mapping[str, IpSet], ledger: Ledger) -> None:
        self.text = text
        self.sets = sets
        self.ledger = ledger
        self.recent = entries(text)
        self.found: dict[tuple[int, str], Tables] = {}
        self.family = 0
        self.variant = ""
        self.table = ""
        self.current = Tables(0, "")
        self.lines: list[tuple[Where, str]] = []

    def header(self, line: str) -> None:
        """Take family and variant from a comment that names them."""
        header = _HEADER.match(line)
        if header:
            self.family = 6 if header[1] == "ip6tables" else 4
            # NOTE: the legacy variant prints no variant; only the nft one names itself.
            self.variant = "" if header[2] == "nf_tables" else "legacy"
            self._tables(self.family)

    def line(self, line: str, where: Where) -> None:
        """Read one line that is no comment; a table is read at its end, when its chains are known."""
        if line.startswith("*"):
            self._open(line, where)
        elif not self.table:
            raise ReadError(where, phrase("a line outside any table: {line}", line=repr(line[:60])))
        elif line == "COMMIT":
            self._commit()
        elif line.startswith(":"):
            _declare(self.current, self.table, line, where)
        elif line.split()[0] in ("-N", "--new-chain") and len(line.split()) == 2:
            _declare(self.current, self.table, f":{line.split()[1]} -", where)
        else:
            self.lines.append((where, line))

    def _open(self, line: str, where: Where) -> None:
        if self.table:
            raise ReadError(
                where, phrase("table {table} has no COMMIT before this line", table=self.table)
            )
        named = _TABLE.match(line)
        if not named or named[1] not in PRIORITIES:
            raise ReadError(where, phrase("not a table of iptables: {line}", line=repr(line[:60])))
        self.table = named[1]
        known = self.family or family_of(self.text)
        self.current = self._tables(known)
        if self.table in self.current.tables:
            raise ReadError(
                where,
                phrase("table {table} of IPv{known} is given twice", table=self.table, known=known),
            )
        self.current.tables.add(self.table)

    def _tables(self, family: int) -> Tables:
        return self.found.setdefault((family, self.variant), Tables(family, self.variant))

    def _commit(self) -> None:
        tables, table = self.current, self.table
        chains = {key.split("/", 2)[2] for key in tables.chains if f"/{table}/" in key}
        names = XtablesNames(tables.family, table, self.sets, chains, self.recent)
        for where, line in self.lines:
            chain, words, text = _appended(line, where)
            if chain not in chains:
                raise ReadError(
                    where,
                    phrase(
                        "chain {chain} is not declared in table {table}", chain=chain, table=table
                    ),
                )
            key = tables.key(table, chain)
            tables.chains[key] += _rules(tables, names, key, (where, words, text), self.ledger)
        for chain in sorted(chains & HOOKS.keys()):
            _unsaid_policy(tables, tables.key(table, chain), chain)
        self.table, self.lines = "", []


def _declare(tables: Tables, table: str, line: str, where: Where) -> None:
    found = _CHAIN.match(line)
    if not found:
        raise ReadError(where, phrase("not a chain: {line}", line=repr(line[:60])))
    name, policy = found[1], found[2]
    key = tables.key(table, name)
    if key in tables.bases:
        raise ReadError(where, phrase("chain {name} is declared twice", name=name))
    base = None
    if name in HOOKS:
        hook = HOOKS[name]
        priority = PRIORITIES[table]
        if table == "nat" and hook in ("input", "postrouting"):
            priority = 100
        base = Base(
            hook=hook,
            priority=priority,
            policy=Action.ACCEPT if policy == "ACCEPT" else Action.DROP,
            families=frozenset({tables.family}),
            new_only=table == "nat",
        )
    tables.bases[key] = (where, base)
    # A policy of `-` leaves that of the kernel as it is (iptables-restore).
    unsaid = base is not None and policy == "-"
    tables.chains[key] = [implied(_UNSAID, Action.ACCEPT, where, echo(line))] if unsaid else []


_UNSAID = Unknown(phrase("the policy of the chain is not said"))


def _unsaid_policy(tables: Tables, key: str, chain: str) -> None:
    """Move what stands for a policy that is not said behind the rules of its chain."""
    rules = tables.chains[key]
    if rules and rules[0].match is _UNSAID:
        rules.append(replace(rules.pop(0), text=phrase("the policy of {chain}", chain=chain)))


def _appended(line: str, where: Where) -> tuple[str, list[str], str]:
    """Return chain, words and text of `-A CHAIN ...`; raises `ReadError` for anything else."""
    text = _COUNT.sub("", line, count=1) if line.startswith("[") else line
    try:
        words = words_of(text)
    except ValueError as error:
        raise ReadError(
            where, phrase("cannot read the rule: {error}", error=quoted(error))
        ) from error
    if len(words) < 2 or words[0] not in ("-A", "--append"):
        raise ReadError(where, phrase("expected `-A CHAIN ...`: {line}", line=repr(line[:60])))
    return words[1], words[2:], text


def _rules(
    tables: Tables,
    names: XtablesNames,
    key: str,
    written: tuple[Where, Sequence[str], str],
    ledger: Ledger,
) -> list[Rule]:
    """Return the rule of a line; two for one that may do anything to a packet."""
    where, words, text = written
    entry = ledger.statement("rule", where, text, words)
    args = Args(entry, names)
    common = {"where": where, "text": text, "family": tables.family, "label": names.table}
    rewrites = names.table in REWRITING
    try:
        match, goal = read_rule(args)
    except LostError as error:
        entry.doubts.append(phrase("cannot be read: {error}", error=worded(error)))
        match, goal = of_family(tables.family), Goal(Action.UNKNOWN)
    entry.within = match
    if names.table == "mangle" and key.endswith("/POSTROUTING") and goal.rewrite is not None:
        goal = Goal(Action.CONTINUE)  # nothing looks at a TTL any more
    rule = Rule(
        match=all_of(match, goal.only),
        action=goal.action,
        target=tables.key(names.table, goal.target) if goal.target else "",
        rewrite=goal.rewrite,
        log=goal.log,
        comment=args.comment,
        **common,  # type: ignore[arg-type]
    )
    if goal.past:
        return [rule]  # what is unread of it may let packets by in every hook: the ledger says so
    return ledger.costs_all(entry, rule, rewrites=rewrites)


def chains(found: Iterable[Tables]) -> dict[str, Chain]:
    """Return the chains of all tables by their full names."""
    return {
        key: Chain(name=key, rules=tuple(rules), where=t.bases[key][0], base=t.bases[key][1])
        for t in found
        for key, rules in t.chains.items()
    }
