"""The facts policies judge a firewall by; what cannot be proved either way is a reason instead."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import takewhile

from soccheck.errors import TooComplexError
from soccheck.facts.services import MAYBE
from soccheck.firewall.boxes import ranges
from soccheck.firewall.consoles import consoles
from soccheck.firewall.engine.bdd import bounded
from soccheck.firewall.fact_names import FACTS, LearnedFact, Value
from soccheck.firewall.facts_of_family import STEPS, less
from soccheck.firewall.family import Family
from soccheck.firewall.lint import RuleFinding, lint, texts
from soccheck.firewall.logged import MAY_BE_OFF, is_doubted, logging
from soccheck.firewall.model import (
    ANY,
    EVERY,
    Action,
    All,
    Base,
    Chain,
    Doubt,
    Expr,
    Rule,
    Ruleset,
    Some,
    Unknown,
    all_of,
    some_of,
)
from soccheck.firewall.questions import of_rule, unknown_family
from soccheck.firewall.zones import Zone, Zones
from soccheck.phrase import Phrase, phrase

COUNTED = (
    "shadowed_rules", "redundant_rules", "never_matching_rules", "undefined_objects", "undescribed_rules",
    "any_any_rules",
)  # fmt: skip
"""Counts of faults, of which there are surely none only where all was read."""
NOT_ESTABLISHED = phrase("not established")
_NO_SIDE = phrase("which interfaces lead to the Internet is not known")


def facts(ruleset: Ruleset, zones: Zones, across: bool | None = None) -> dict[str, LearnedFact]:
    """Return every fact of `FACTS`; pure, and the same for the same input.

    `across` says whether packets not addressed to the device count too. Unless said, they do for a
    device made to forward, and not for a Linux or Windows host, which forwards what it publishes.
    """
    out: dict[str, LearnedFact] = {}
    if across is None:
        across = ruleset.vendor not in ("linux", "windows")
    families = {f: Family(ruleset, f, zones, across) for f in (4, 6)}
    for family in families.values():
        _write(family, out)
    _parity(families, out)
    logging(families, out)
    _filtering(ruleset, out)
    _rules(replace(ruleset, untrusted=zones.internet().interfaces), out)
    _perhaps_any_any(ruleset, zones.internet(), out)
    reasons = tuple(dict.fromkeys(r for f in families.values() for r in f.reasons))
    return {
        name: out.get(name, LearnedFact(name=name, value=None, shown=reasons or (NOT_ESTABLISHED,)))
        for name in FACTS
    }


def _write(family: Family, out: dict[str, LearnedFact]) -> None:
    """Write the facts of one family; one that is too complex says so and hinders no other."""
    for step in (*STEPS, consoles):
        try:
            with bounded():
                step(family, out)
        except TooComplexError as error:
            family.reasons = (error.said,)


def _parity(families: Mapping[int, Family], out: dict[str, LearnedFact]) -> None:
    four, six = (families[f].ports.get("open") for f in (4, 6))
    if four is None or six is None:
        reasons = tuple(dict.fromkeys(r for f in families.values() for r in f.reasons))
        out["only_ipv6"] = LearnedFact(
            name="only_ipv6", value=None, shown=reasons or (NOT_ESTABLISHED,)
        )
        return
    value: list[str] = []
    for word in ("", MAYBE):
        for proto in six[0]:
            sure = less(six[0][proto], four[1][proto])
            found = less(less(six[1][proto], four[0][proto]), sure) if word else sure
            value += [f"{word}{proto}/{ranges((run,))}" for run in found]
    shown = [line for line in out["open_ipv6"].shown if str(line).partition(": ")[0] in value]
    out["only_ipv6"] = LearnedFact(name="only_ipv6", value=value, shown=tuple(shown))


def _refuses(chain: Chain, ruleset: Ruleset) -> bool | None:
    """Return whether a chain refuses anything, itself or by those it jumps to; nothing where that is unknown.

    A chain that can only accept decides nothing: what ufw leaves behind when it is disabled is none, nor is
    one that is switched off (`pfctl -d`), whose reader lets all pass before its rules.
    """
    implied = takewhile(lambda rule: rule.implicit, chain.rules)
    before = [rule.match for rule in implied if rule.action is Action.ACCEPT]
    if ANY in before:
        return False
    if is_doubted(chain) or any(isinstance(match, Unknown) for match in before):
        return None
    if chain.base is not None and chain.base.policy in (Action.DROP, Action.REJECT):
        return True
    seen, waiting = {chain.name}, [chain]
    unsure = False
    while waiting:
        for rule in waiting.pop().rules:
            if rule.action in (Action.DROP, Action.REJECT):
                return True
            unsure = unsure or rule.action is Action.UNKNOWN
            if rule.target in ruleset.chains and rule.target not in seen:
                seen.add(rule.target)
                waiting.append(ruleset.chains[rule.target])
    return None if unsure else False


def _guards(base: Base, hook: str) -> bool:
    """Return whether a chain stands before a hook: its own, or one before the routing (pf, IOS)."""
    return base.hook == hook or base.decides


def _filtering(ruleset: Ruleset, out: dict[str, LearnedFact]) -> None:
    """Write whether there is a filter at all, and whether what comes to the device passes one."""
    hidden = {family: unknown_family(ruleset, family) for family in (4, 6)}
    bases = [(c.base, _refuses(c, ruleset)) for c in ruleset.chains.values() if c.base is not None]
    inbound = {
        f: [refuses for base, refuses in bases if _guards(base, "input") and f in base.families]
        for f in (4, 6)
    }
    all_ = [
        refuses for base, refuses in bases if _guards(base, "input") or _guards(base, "forward")
    ]
    everywhere = tuple(dict.fromkeys(text for texts in hidden.values() for text in texts))
    for name, found, reasons in (
        ("active", all_, everywhere),
        ("input_chain", inbound[4], hidden[4]),
        ("input_chain_ipv6", inbound[6], hidden[6]),
    ):
        # One filter that refuses is proof whatever else there is; that there is none needs all of them.
        value = True if True in found else None if None in found or reasons else False
        why = reasons or (MAY_BE_OFF,)
        out[name] = LearnedFact(name=name, value=value, shown=() if value is not None else why)


def _rules(ruleset: Ruleset, out: dict[str, LearnedFact]) -> None:
    rules = [r for c in ruleset.chains.values() for r in c.rules if not r.implicit]
    findings = lint(ruleset)
    hidden = tuple(dict.fromkeys(text for f in (4, 6) for text in unknown_family(ruleset, f)))

    unread = _unread(ruleset)

    def put(name: str, value: Value | None, found: Sequence[RuleFinding] = ()) -> None:
        shown = tuple(map(_shown, found[:20]))
        if value == 0 and name in COUNTED and unread:
            value, shown = None, unread  # what was not read may be one of them
        if hidden:
            value, shown = None, (*hidden, *shown)  # of half a ruleset no number is the whole one
        out[name] = LearnedFact(name=name, value=value, shown=shown)

    for name, kinds in (
        ("shadowed_rules", ("shadowed", "contradicted")),
        ("redundant_rules", ("redundant",)),
        ("never_matching_rules", ("never-matches",)),
    ):
        missed = [f for f in findings if f.kind == "not judged"]
        found = [f for f in findings if f.kind in kinds]
        put(name, None if missed else len(found), missed or found)
    undefined = [f for f in findings if f.kind == "undefined"]
    put("undefined_objects", len(undefined), undefined)
    undescribed = [f for f in findings if f.kind == "undescribed"]
    put("undescribed_rules", len(undescribed), undescribed)
    any_any = [f for f in findings if f.kind == "any-any"]
    missed = [f for f in findings if f.kind == "not judged"] or _doubted_any_any(ruleset, any_any)
    put("any_any_rules", None if missed else len(any_any), missed or any_any)
    unknown = [r for r in rules if texts(r.match) or r.action is Action.UNKNOWN]
    put("unknown_share", round(len(unknown) / len(rules), 4) if rules else 0.0)
    put("rules", len(rules))


def _unread(ruleset: Ruleset) -> tuple[Phrase, ...]:
    """Return the rules that stand for what was not read, and may do anything."""
    places = {note.where for note in ruleset.notes if note.kind == "not read"}
    rules = (r for c in ruleset.chains.values() for r in c.rules if r.where in places)
    found = (of_rule(r.where, r.text) for r in rules if r.action is Action.UNKNOWN)
    return tuple(dict.fromkeys(found))[:20]


def _doubted_any_any(ruleset: Ruleset, known: Sequence[RuleFinding]) -> list[RuleFinding]:
    """Return the rules that let anything in if they hold, or do it, where that is not known."""
    chains = {
        name: replace(chain, rules=tuple(map(_held, chain.rules)))
        for name, chain in ruleset.chains.items()
    }
    if chains == ruleset.chains:
        return []
    found = [f for f in lint(replace(ruleset, chains=chains)) if f.kind == "any-any"]
    return [f for f in found if (f.where, f.text) not in {(k.where, k.text) for k in known}]


def _held(rule: Rule) -> Rule:
    if rule.action is Action.UNKNOWN:
        return replace(rule, action=Action.ACCEPT, match=_sure(rule.match))
    return replace(rule, match=_sure(rule.match)) if rule.action is Action.ACCEPT else rule


def _sure(expr: Expr) -> Expr:
    """Return a match without the doubts whether it holds at all."""
    if isinstance(expr, Doubt):
        return ANY
    if not isinstance(expr, All | Some):
        return expr
    parts = tuple(map(_sure, expr.parts))
    if parts == expr.parts:
        return expr
    if isinstance(expr, All):
        return all_of(*parts)
    return ANY if ANY in parts else some_of(*parts)


def _shown(found: RuleFinding) -> Phrase:
    """Return where a finding on a rule is, and what explains it or else the rule."""
    return of_rule(found.where, found.why() or found.text)


def _perhaps_any_any(ruleset: Ruleset, side: Zone, out: dict[str, LearnedFact]) -> None:
    """Leave open how many rules let anything in, where some do by what is perhaps the untrusted side."""
    names = tuple(name for name, _ in side.perhaps if name not in side.interfaces)
    reasons = tuple(text for _, text in side.perhaps)
    if not side.interfaces:
        names, reasons = (EVERY,), (_NO_SIDE,)
    if not names:
        return
    known = out["any_any_rules"]
    perhaps = replace(ruleset, untrusted=names)
    found = [_shown(f) for f in lint(perhaps) if f.kind == "any-any"]
    new = [text for text in found if text not in known.shown]
    if new and known.value is not None:
        why = (*dict.fromkeys(reasons), *known.shown, *new)
        out["any_any_rules"] = replace(known, value=None, shown=why)
