"""Whether a firewall logs what it denies to the Internet.

Denied is a first packet from the Internet that a rule, a policy or a list of the device itself stops. What
is for many at once, no router brings from there (RFC 1812, 5.3.5; RFC 2644). That a rate is limited, and
whether an entry tells of one packet or of many, is not asked.

`true`: something is denied, no such packet may be stopped without a rule on its way that surely logs it,
and nothing tells that what rules log may be kept nowhere. `false`: one packet is surely stopped, and no
rule that may log it took it. Else unknown. What each product logs beside its rules, and where it keeps it,
its reader says: `cisco/asa_logging.py`, `cisco/ios_logging.py`, `juniper/logs.py`.
"""

from __future__ import annotations

from collections.abc import Mapping

from soccheck.errors import TooComplexError
from soccheck.firewall.boxes import packet_text
from soccheck.firewall.engine import concrete
from soccheck.firewall.engine.bdd import Set, bounded
from soccheck.firewall.engine.ways import Walker
from soccheck.firewall.fact_names import LearnedFact
from soccheck.firewall.family import Family
from soccheck.firewall.model import Chain, Expr, In, all_of
from soccheck.firewall.spans import span
from soccheck.phrase import Phrase, phrase, said, series

NAME = "logs_denied"
ONE: Mapping[int, Expr] = {4: In("dtype", ((0, 1),)), 6: In("dtype", ((0, 1), (4, 4)))}
"""Packets for one destination; an anycast address of IPv6 stands for one, too."""
MAY_BE_OFF = phrase("a filter that may be off: one of its profiles is not on")


def logging(families: Mapping[int, Family], out: dict[str, LearnedFact]) -> None:
    """Write whether every denied first packet from the Internet is logged."""
    unsure = [reason for family in families.values() for reason in family.reasons]
    if any(is_doubted(c) for f in families.values() for c in f.ruleset.chains.values()):
        unsure.append(MAY_BE_OFF)
    denied = perhaps = False
    for family in families.values():
        if family.analysis is None:
            continue
        try:
            with bounded():
                refused, stopped, why, silent = _of_family(family)
        except TooComplexError as error:
            unsure.append(error.said)
            continue
        if silent:
            shown = (why, *family.ruleset.unkept)
            out[NAME] = LearnedFact(name=NAME, value=False, shown=shown)
            return
        denied, perhaps = denied or refused, perhaps or stopped
        unsure += [why] if why else []
    if perhaps and not denied:
        unsure.append(phrase("whether anything is denied is not known"))
    unsure += [reason for family in families.values() for reason in family.ruleset.unkept]
    value = None if unsure else denied
    if not denied and not unsure:
        unsure = [phrase("nothing is denied")]
    out[NAME] = LearnedFact(name=NAME, value=value, shown=tuple(dict.fromkeys(unsure)))


def _of_family(family: Family) -> tuple[bool, bool, Phrase, bool]:
    """Return whether one family surely denies anything and perhaps does, what is lost, and whether surely."""
    assert family.analysis is not None
    analysis, ruleset = family.analysis, family.ruleset
    walker = Walker(ruleset, family.family, analysis.sets, unlogged="surely")
    whole = ruleset.anycast and family.family in ruleset.local
    one = ONE[4 if whole else family.family]
    asked = all_of(family.queries["internet"].match, In("fresh", span(1)), one)
    surely, start = analysis.walker.terms(asked)
    flow = analysis.walker.inbound(start)
    denied = analysis.walker.consistent(start) & ~flow.possible
    refused = family.sure_of_side(start, denied).satisfiable()
    stopped = flow.dropped.satisfiable()
    lost = walker.inbound(start).dropped
    if not lost.satisfiable():
        return refused, stopped, Phrase(""), False
    silent = Walker(ruleset, family.family, analysis.sets, unlogged="perhaps")
    certain = silent.inbound(start).dropped & ~flow.possible & surely
    certain &= _deliverable(family, start, certain)
    certain = family.sure_of_side(start, certain)
    known = certain.satisfiable()
    packet, _ = analysis.packet(certain if known else lost)
    decision = concrete.decide(ruleset, packet)
    shown = packet_text(packet)
    if known and decision.verdict == "drop" and not decision.unsure:
        return refused, stopped, phrase("dropped without a log entry: {packet}", packet=shown), True
    why = phrase("perhaps not logged: {packet}", packet=shown)
    doubts = [said(text) for _, text in decision.unsure]
    if doubts:
        why = series([why, *dict.fromkeys(doubts)][:3], "; ")
    return refused, stopped, why, False


def _deliverable(family: Family, asked: Set, certain: Set) -> Set:
    """Return the packets that cross the device, or are for an address that surely is its own.

    Where it shows none, one of those that are lost is for an own address only if they are lost to any.
    """
    assert family.analysis is not None
    walker, sets = family.analysis.walker, family.analysis.sets
    own = family.ruleset.answering(family.family)
    across = ~sets.named("oif", ("",))
    if own:
        return across | sets.number("dst", own)
    others = walker.consistent(asked) & sets.named("oif", ("",)) & ~certain
    return across | ~sets.forget(others, ("dst",))


def is_doubted(chain: Chain) -> bool:
    """Tell whether a chain is of a filter that may be off."""
    return chain.base is not None and chain.base.doubted
