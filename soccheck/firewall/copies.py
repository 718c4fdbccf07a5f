"""Rulesets that were handed in for two devices: a ruleset belongs to one, whatever its file looks like.

Compared is what was read, not the text: a copy may have other blanks, quotes, comments, names, secrets and
counters, its rules in another order, a table more that does nothing. Two rulesets are one device's

- where an address that only one device has at a time is both's own;
- where another own address of theirs is the same, and most of what they say;
- where one of them shows no own address, and they say the same.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import islice

from soccheck.errors import SoccheckError
from soccheck.firewall.machines import KEPT, ComparableRuleset, comparable, read_rules, read_whole
from soccheck.firewall.model import (
    Action,
    All,
    Chain,
    Expr,
    Named,
    Not,
    Rewrite,
    Ruleset,
    Some,
    Unknown,
)
from soccheck.firewall.spans import Spans, address
from soccheck.inventory.times import at_one_time
from soccheck.model import Asset, Basis, Configuration, Inventory

_NAMED = 3
"""Devices that are named as having the same ruleset."""
_MOST = 0.5
"""The share of what two rulesets say from which on one may be an altered copy of the other."""
_OF_ALL = [
    address(text) for text in ("0.0.0.0/8", "127.0.0.0/8", "169.254.0.0/16", "fe80::/10", "::/127")
]
"""Networks of which every device has addresses: unspecified, loopback, link-local (RFC 6890)."""
_OF_A_SITE = [
    address(text)
    for text in ("10.0.0.0/8", "100.64.0.0/10", "172.16.0.0/12", "192.168.0.0/16", "fc00::/7")
]
"""Networks that every site may use for itself (RFC 1918, 6598, 4193): two devices may have one address."""

Own = frozenset[tuple[int, int, int]]
"""A device's own addresses: family, first and last."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Read:
    """Represents what tells whose a ruleset is: what it says, and the addresses it shows to be its own."""

    asset: Asset
    configuration: Configuration
    says: frozenset[Hashable]
    written: frozenset[Hashable]
    """What was written of it; what the maker adds is in every device of its."""
    own: Own

    def signs(self) -> Iterator[Hashable]:
        """Yield what another ruleset of the same device has, too: one of them at least."""
        yield self.says
        yield from self.own


def without_copies(
    configurations: Mapping[str, Configuration],
    inventory: Inventory,
    asked: Mapping[str, Configuration] | None = None,
) -> dict[str, Configuration]:
    """Return the configurations, with a problem those that another asset has, too: nobody knows whose it is.

    `asked` are those that machines answered, where the others are files: what was asked of a machine is
    its own, and a file that says the same for another asset is a copy (`same_ruleset`). Two that were asked
    may be one device that showed each asset another kind of host key (`same_machine`). An asset whose
    `firewall.ruleset_shared` is stated may have what others have: where its evidence is from says so.
    """
    given = [*configurations.items(), *(asked or {}).items()]
    read = [found for item in _compared(given) for found in _read(inventory, *item)]
    marked = dict(configurations)
    for one, others in _alike(read):
        configuration = one.configuration
        if configurations.get(one.asset.id) is not configuration:
            continue
        names = ", ".join(dict.fromkeys(other.asset.id for other in others))
        if one.asset.facts.get("firewall.ruleset_shared") is True:
            told = f"{configuration.origin} (ruleset_shared: {names})"
            marked[one.asset.id] = replace(configuration, origin=told)
        elif configuration.basis is Basis.IMPORTED:
            marked[one.asset.id] = replace(configuration, problem=("same_ruleset", names))
        else:
            why = f"{names} answered with the same configuration"
            marked[one.asset.id] = replace(configuration, problem=("same_machine", why))
    return marked


def _compared(
    given: list[tuple[str, Configuration]],
) -> Iterator[tuple[str, Configuration]]:
    """Yield what may be another's: all where files are among them, else what keys do not tell apart."""
    readable = [item for item in given if item[1].problem is None]
    kinds = {held.key_kind for _, held in readable}
    files = any(held.basis is Basis.IMPORTED for _, held in readable)
    if len(readable) > 1 and (len(kinds) > 1 or files):
        yield from readable


def _read(inventory: Inventory, name: str, configuration: Configuration) -> Iterator[_Read]:
    """Yield what a ruleset is known by; nothing where it cannot be read, as then it proves nothing."""
    asset = inventory.find(name)
    if asset is None:
        return
    try:
        ruleset = read_whole(configuration)
    except SoccheckError:
        return
    says, written = _said(comparable(configuration))
    yield _Read(
        asset=asset, configuration=configuration, says=says, written=written, own=_own(ruleset)
    )


def _alike(read: list[_Read]) -> Iterator[tuple[_Read, list[_Read]]]:
    """Yield each ruleset that others are like, with a few of them; who shares no sign is not compared."""
    by_sign: dict[Hashable, list[_Read]] = {}
    for one in read:
        for sign in one.signs():
            by_sign.setdefault(sign, []).append(one)
    for one in read:
        near = {id(other): other for sign in one.signs() for other in by_sign[sign]}
        like = (
            other
            for other in near.values()
            if other.asset is not one.asset
            and at_one_time(one.asset, other.asset)
            and _one_device(one, other)
        )
        if others := list(islice(like, _NAMED)):
            yield one, others


def _one_device(one: _Read, other: _Read) -> bool:
    if one.configuration.basis is other.configuration.basis is Basis.OBSERVED:
        apart = one.configuration.key_kind == other.configuration.key_kind
        return not apart and bool(one.own & other.own) and one.says == other.says
    if not (one.own and other.own):
        return bool(one.says) and one.says == other.says
    both = one.own & other.own
    if any(not _within(address, _OF_A_SITE) for address in both):
        return True
    most = _MOST * len(one.written | other.written)
    return bool(both) and (one.says == other.says or len(one.written & other.written) > most)


# -- what tells one ruleset from another -----------------------------------------------------------


def _own(ruleset: Ruleset) -> Own:
    # One for many routers at once is in `local` alone.
    local = {f: spans for f, spans in ruleset.local.items() if f == 4 or not ruleset.anycast}
    shown: Iterable[Mapping[int, Spans]] = (local, *(d.addresses for d in ruleset.devices))
    every = {(family, *span) for one in shown for family, spans in one.items() for span in spans}
    return frozenset(address for address in every if not _within(address, _OF_ALL))


def _within(own: tuple[int, int, int], networks: Iterable[tuple[int, Spans]]) -> bool:
    family, low, _ = own
    return any(
        family == of and first <= low <= last for of, spans in networks for first, last in spans
    )


@lru_cache(KEPT)
def _said(rules: ComparableRuleset) -> tuple[frozenset[Hashable], frozenset[Hashable]]:
    """Return all that a ruleset says, and what was written of it."""
    ruleset = read_rules(rules)
    written = frozenset(_rules(ruleset, implicit=False))
    bases = (base for chain in ruleset.chains.values() for base in _of_base(ruleset.vendor, chain))
    return written.union(bases, _rules(ruleset, implicit=True)), written


def _rules(ruleset: Ruleset, *, implicit: bool) -> Iterator[Hashable]:
    """Yield what rules say, without their order, places, chains and remarks."""
    for chain in ruleset.chains.values():
        for rule in chain.rules:
            if rule.implicit is implicit:
                rewrite = _rewritten(rule.rewrite)
                yield ruleset.vendor, rule.action, rule.family, _meaning(rule.match), rewrite


def _of_base(vendor: str, chain: Chain) -> Iterator[Hashable]:
    """Yield what a chain decides by itself; one that lets everything on is as good as none."""
    if chain.base is not None and chain.base.policy is not Action.ACCEPT:
        yield vendor, chain.base.hook, chain.base.policy, chain.base.doubted


def _rewritten(rewrite: Rewrite | None) -> Hashable:
    return frozenset(rewrite.values.items()) if rewrite is not None else None


def _meaning(expr: Expr) -> Hashable:
    """Return a condition without the order of its parts; interfaces are one in any letter case."""
    if isinstance(expr, Named):
        return expr.field, frozenset(name.casefold() for name in expr.names)
    if isinstance(expr, All | Some):
        return type(expr), frozenset(_meaning(part) for part in expr.parts)
    if isinstance(expr, Not):
        return Not, _meaning(expr.part)
    return str(expr.text) if isinstance(expr, Unknown) else expr
