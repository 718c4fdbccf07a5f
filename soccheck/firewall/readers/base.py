"""What every reader shares: named texts, bounds on input, and the checks on what was read."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from soccheck.errors import ReadError, quoted
from soccheck.firewall.model import (
    CT,
    PORTS,
    TCP,
    Action,
    Chain,
    Expr,
    In,
    Not,
    Rewrite,
    Rule,
    Ruleset,
    Unknown,
    Where,
    all_of,
    some_of,
    span_all,
)
from soccheck.firewall.spans import Spans, span, union
from soccheck.inventory.rulesets import MAX_BYTES as MAX_BYTES
from soccheck.phrase import Phrase, phrase

MAX_NESTING = 64
ALLOWED = phrase("connections already allowed")
NO_CONSOLE = (25, 53, 110, 119, 143, 179, 465, 563, 587, 853, 993, 995, 1194, 1723)
"""TCP ports by which nobody manages a device: mail, news, DNS, BGP, OpenVPN, PPTP (IANA)."""


@dataclass(frozen=True, slots=True)
class Text:
    """One input file: the name to cite and its content."""

    name: str
    content: str

    def at(self, line: int) -> Where:
        """Return a line of this file as a place to cite."""
        return Where(file=self.name, line=line)

    def numbered(self) -> Iterable[tuple[int, str]]:
        """Return the lines with their numbers, from 1; only line feeds end a line."""
        return enumerate(self.content.replace("\r\n", "\n").split("\n"), 1)


@contextmanager
def readable(where: Where, text: str) -> Iterator[None]:
    """Turn a line that has not the words it should have into a `ReadError` at that line."""
    try:
        yield
    except (ValueError, IndexError, KeyError) as error:
        shown = text if len(text) <= 80 else text[:77] + "..."
        raise ReadError(
            where,
            phrase("cannot be read: {error}: {shown}", error=quoted(error), shown=repr(shown)),
        ) from error


def checked(ruleset: Ruleset) -> Ruleset:
    """Return the ruleset if every jump has a target and none leads back to itself.

    Raises `ReadError` at the line of the jump otherwise: such a ruleset has no meaning.
    """
    done: set[str] = set()
    for name in ruleset.chains:
        _visit(ruleset.chains, name, done)
    return ruleset


def _visit(chains: Mapping[str, Chain], root: str, done: set[str]) -> None:
    path: dict[str, None] = {}
    stack: list[tuple[str, Sequence[Rule]]] = []

    def enter(name: str) -> None:
        path[name] = None
        stack.append((name, [r for r in chains[name].rules if r.target]))

    if root not in done:
        enter(root)
    while stack:
        name, rules = stack[-1]
        if not rules:
            stack.pop()
            path.pop(name)
            done.add(name)
            continue
        rule, stack[-1] = rules[0], (name, rules[1:])
        if rule.action not in (Action.JUMP, Action.GOTO):
            continue
        if rule.target not in chains:
            raise ReadError(
                rule.where,
                phrase("the rule jumps to {target}, which is not there", target=repr(rule.target)),
            )
        if rule.target in path:
            raise ReadError(
                rule.where,
                phrase("the jump to {target} leads back to itself", target=repr(rule.target)),
            )
        if rule.target not in done:
            enter(rule.target)


def implied(match: Expr, action: Action, where: Where, text: Phrase, **more: Any) -> Rule:
    """Return a rule that the vendor adds by itself, and so is no subject of lint."""
    return Rule(match=match, action=action, where=where, text=text, implicit=True, **more)


def untold_console(where: Where, *elsewhere: Expr) -> Rule:
    """Return where a device may be managed that does not show what answers, and what surely is not there."""
    text = phrase("whether the device is managed there")
    others = In("dport", union((port, port) for port in NO_CONSOLE))
    match = all_of(In("proto", span(TCP)), *map(Not, (others, *elsewhere)), Unknown(text))
    return implied(match, Action.ACCEPT, where, text)


def established(where: Where, text: Phrase = ALLOWED) -> Rule:
    """Return the rule by which a stateful firewall lets on what belongs to a connection."""
    return implied(In("ct", span(CT["established"], CT["related"])), Action.ACCEPT, where, text)


def untranslated(match: Expr, where: Where, text: Phrase | str, family: int = 4) -> Rule:
    """Return the rule for a translation that is not modelled: it may send what it matches anywhere."""
    return Rule(
        match=all_of(match, Unknown(phrase("a translation not followed: {text}", text=text))),
        action=Action.REWRITE,
        rewrite=Rewrite(values={"dst": span_all(family), "dport": ((0, PORTS),)}),
        where=where,
        text=text,
        family=family,
    )


def either(field: str, found: Mapping[int, Spans]) -> Expr:
    """Return "the field is in the set of its family"."""
    return some_of(*(In(field, spans, family) for family, spans in found.items()))


def merged(parts: Iterable[tuple[int, Spans]]) -> dict[int, Spans]:
    """Return address sets gathered per family."""
    out: dict[int, list[tuple[int, int]]] = {}
    for family, spans in parts:
        out.setdefault(family, []).extend(spans)
    return {family: union(found) for family, found in out.items()}


def of_family(family: int) -> Expr:
    """Return "the packet is of this family"."""
    return In("src", span_all(family), family)
