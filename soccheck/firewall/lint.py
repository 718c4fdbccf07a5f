"""Findings on rules: shadowed, never matching, redundant, any-any, undefined, undescribed, unknown."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from soccheck.errors import TooComplexError
from soccheck.firewall.boxes import open_ports
from soccheck.firewall.engine.aftermath import DECIDING
from soccheck.firewall.engine.bdd import bounded
from soccheck.firewall.model import (
    ANY,
    EVERY,
    LOOPBACK,
    TCP,
    TCP_FLAGS,
    Action,
    All,
    Expr,
    In,
    Named,
    Not,
    Rule,
    Ruleset,
    Some,
    Unknown,
    Where,
    all_of,
    some_of,
    span_all,
)
from soccheck.firewall.names import INTERNET
from soccheck.firewall.queries import NEW
from soccheck.firewall.spans import intersect, span
from soccheck.firewall.unneeded import MOST_BLOCKERS, Reach, dead, redundant, unentered, walked
from soccheck.phrase import Phrase, echo, phrase, said, series

SEVERITY = {
    "any-any": "error",
    "undefined": "error",
    "shadowed": "warning",
    "contradicted": "error",
    "never-matches": "warning",
    "redundant": "warning",
    "unused-chain": "warning",
    "unknown": "info",
    "left out": "info",
    "undescribed": "info",
    "not judged": "warning",
}
"""Kinds of findings; `contradicted` is shadowed by rules that do the opposite."""
EXCLUDED = phrase("its parts exclude each other")
SAME = phrase("what follows does the same")
BEFORE = phrase("by the chains before it")
UNUSED = phrase("no packet gets to this chain")
NOTHING = Phrase("")
NEARLY_ALL = 60000
"""Ports a rule must take to count as any; earlier rules may have taken some."""
FROM_INTERNET = all_of(
    NEW,
    Not(Named("iif", LOOPBACK)),
    some_of(*(In("src", spans, family) for family, spans in INTERNET.items())),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleFinding:
    """One finding on one rule, chain or object."""

    kind: str
    where: Where
    text: Phrase | str
    by: tuple[Where, ...] = ()
    """The rules that take all that would reach it."""
    note: Phrase = NOTHING

    def why(self) -> Phrase:
        """Return what explains the finding: the rules it is due to, or a remark."""
        if not self.by:
            return self.note
        rules = [echo(str(where)) for where in self.by[:MOST_BLOCKERS]]
        if len(self.by) > MOST_BLOCKERS:
            rules.append(phrase("and more, not listed"))
        return phrase("by {rules}", rules=series(rules))

    @property
    def severity(self) -> str:
        """Return `error`, `warning` or `info`."""
        return SEVERITY[self.kind]


def lint(ruleset: Ruleset) -> list[RuleFinding]:
    """Return every finding, in the order of the files."""
    out = [
        RuleFinding(kind=n.kind if n.kind in SEVERITY else "left out", where=n.where, text=n.text)
        for n in ruleset.notes
    ]
    rules = [(c, r) for c in ruleset.chains.values() for r in c.rules if not r.implicit]
    for _, rule in rules:
        out += _of_rule(rule)
    try:
        with bounded():
            asked = (FROM_INTERNET, _side(ruleset))
            reaches = [walked(ruleset, family, asked) for family in sorted(ruleset.families)]
            out += _unreached(ruleset, reaches)
            out += [
                RuleFinding(kind="redundant", where=rule.where, text=rule.text, note=SAME)
                for rule in redundant(ruleset, reaches)
            ]
            out += _any_any(ruleset, reaches)
    except TooComplexError as error:
        first = next(iter(ruleset.chains.values()))
        out.append(RuleFinding(kind="not judged", where=first.where, text=error.said))
    return sorted(out, key=lambda f: (f.where, f.kind))


def _of_rule(rule: Rule) -> Iterable[RuleFinding]:
    unknown = texts(rule.match)
    if unknown:
        yield RuleFinding(
            kind="unknown", where=rule.where, text=rule.text, note=series(unknown, "; ")
        )
    if not rule.comment and rule.action in (*DECIDING, Action.REWRITE):
        yield RuleFinding(kind="undescribed", where=rule.where, text=rule.text)


def texts(expr: Expr) -> list[Phrase]:
    """Return the unknown parts of a match."""
    if isinstance(expr, Unknown):
        return [said(expr.text)]
    if isinstance(expr, Not):
        return texts(expr.part)
    if isinstance(expr, All | Some):
        return list(dict.fromkeys(t for part in expr.parts for t in texts(part)))
    return []


def is_any_any(ruleset: Ruleset, rule: Rule) -> bool:
    """Tell whether an accepting rule limits neither source, destination nor service.

    A rule on interfaces counts when one of them is untrusted; established connections, the
    loopback interface and rules of inner interfaces do not.
    """
    parts = rule.match.parts if isinstance(rule.match, All) else (rule.match,)
    for part in parts:
        if isinstance(part, In):
            whole = part.family and part.spans == span_all(part.family)
            new = part.field == "ct" and any(low == 0 for low, _ in part.spans)
            if not whole and not new and not _takes_new_tcp(part):
                return False
        elif isinstance(part, Named) and part.field == "iif":
            if set(part.names) <= set(LOOPBACK):
                return False
            if EVERY not in ruleset.untrusted and not set(part.names) & {*ruleset.untrusted, EVERY}:
                return False
        elif isinstance(part, Named):
            # Back to where it came from opens nothing, as firewalld does within a zone.
            if part.names and set(part.names) <= set(ruleset.untrusted):
                return False
        elif part != ANY and not _takes_new_tcp(part):
            return False
    return rule.label not in ("nat", "raw", "mangle", "security")


def _takes_new_tcp(part: Expr) -> bool:
    """Tell whether all that a match asks for is that of TCP a packet is the first one: `flags S/SA` of pf."""
    if isinstance(part, Some):
        other = Not(In("proto", span(TCP)))
        return other in part.parts and all(p == other or _takes_new_tcp(p) for p in part.parts)
    return (
        isinstance(part, In)
        and part.field == "flags"
        and bool(intersect(part.spans, span(TCP_FLAGS["syn"])))
    )


def _any_any(ruleset: Ruleset, reaches: Sequence[Reach]) -> Iterable[RuleFinding]:
    """Yield unlimited accepting rules that really take nearly every port from the Internet."""
    out: list[RuleFinding] = []
    rules = [r for c in ruleset.chains.values() for r in c.rules if not r.implicit]
    for rule in rules:
        if rule.action is not Action.ACCEPT or texts(rule.match) or not is_any_any(ruleset, rule):
            continue
        for reach in reaches:
            hit = reach.inbound.get(id(rule))
            if hit is None:
                continue
            outside = hit & reach.analysis.of(all_of(FROM_INTERNET, _side(ruleset)))
            ports = open_ports(reach.analysis, outside, TCP)
            if sum(high - low + 1 for low, high in ports) >= NEARLY_ALL:
                note = echo(f"IPv{reach.analysis.family}")
                out.append(RuleFinding(kind="any-any", where=rule.where, text=rule.text, note=note))
    return out


def _side(ruleset: Ruleset) -> Expr:
    """Return "the packet comes in on the untrusted side", where that is known."""
    return Named("iif", ruleset.untrusted) if ruleset.untrusted else ANY


def _unreached(ruleset: Ruleset, reaches: Sequence[Reach]) -> Iterable[RuleFinding]:
    """Yield the chains nothing gets to, and the rules of others that nothing gets to."""
    for chain in unentered(ruleset, reaches):
        yield RuleFinding(kind="unused-chain", where=chain.where, text=chain.name, note=UNUSED)
    for found in dead(ruleset, reaches):
        kind, note = "shadowed", NOTHING
        if not found.matches and found.rule.momentary:
            continue
        if not found.matches:
            kind, note = "never-matches", EXCLUDED
        elif not found.blockers:
            note = BEFORE
        elif found.contradicted:
            kind = "contradicted"
        by = tuple(rule.where for rule in found.blockers)
        yield RuleFinding(kind=kind, where=found.rule.where, text=found.rule.text, by=by, note=note)
