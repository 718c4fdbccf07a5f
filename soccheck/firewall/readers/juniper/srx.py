"""Juniper SRX `show configuration | display set` to the rule model.

Sources: Junos OS Security Policies, NAT and Interfaces user guides. Traffic between zones needs a
policy; what no policy takes meets global policies, then `default-policy` (deny unless set). To the
device itself only what `host-inbound-traffic` of the zone or interface names gets through. IPv6 is
dropped unless `family inet6 mode flow-based` is set.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from soccheck.errors import ReadError
from soccheck.firewall.model import (
    PORTS,
    TCP,
    Action,
    Base,
    Chain,
    In,
    Named,
    Note,
    Rule,
    Ruleset,
    all_of,
)
from soccheck.firewall.names import number
from soccheck.firewall.readers.base import Text, established, implied, of_family
from soccheck.firewall.readers.juniper.lines import Config, is_interface, parse
from soccheck.firewall.readers.juniper.nat import SrxTranslations
from soccheck.firewall.readers.juniper.policies import SrxNames, SrxPolicies
from soccheck.firewall.readers.juniper.services import MOVED
from soccheck.firewall.readers.juniper.zones import SrxZones
from soccheck.firewall.readers.ledger import Ledger
from soccheck.firewall.readers.vocabulary import load
from soccheck.firewall.spans import span
from soccheck.phrase import phrase

VOCABULARY = load(__package__)
WORLD = {4: "0.0.0.0/0", 6: "::/0"}


def detect(content: str) -> bool:
    """Tell whether a text is a set-style configuration of an SRX."""
    head = content[:200000]
    return bool(re.search(r"^set (version|security|system|interfaces|groups) ", head, re.M))


def read(texts: Sequence[Text], ledger: Ledger) -> Ruleset:
    """Read one configuration; raises `ReadError`."""
    if len(texts) > 1:
        raise ReadError(texts[1].at(1), phrase("one SRX configuration at a time"))
    config = parse(texts[0], ledger)
    zones = SrxZones(config)
    zones.read()
    names = SrxNames(config, zones.books)
    policies = SrxPolicies(config, names, zones.zones)
    flows = False
    for line in config.each("security forwarding-options family inet6 mode"):
        flows = line.word() == "flow-based"
    where = texts[0].at(1)
    known = established(where, "sessions already allowed")
    text = "family inet6 is not in flow mode"
    six = implied(of_family(6), Action.DROP, where, text, family=6)
    across = [*([] if flows else [six]), known, *policies.rules()]
    chains = {}
    for name, hook, policy, rules in (
        ("prerouting", "prerouting", Action.ACCEPT, SrxTranslations(config, zones.zones).rules()),
        ("filters", "prerouting", Action.ACCEPT, zones.filters),
        ("input", "input", Action.DROP, [known, *zones.rules(), *_moved(config, zones)]),
        ("forward", "forward", policies.default, across),
    ):
        base = Base(
            hook=hook,
            priority=-1 if name == "filters" else 0,
            policy=policy,
            new_only=name == "prerouting",
        )
        chains[name] = Chain(name=name, rules=tuple(rules), where=where, base=base)
    unclear = _missing(config)
    return Ruleset(
        vendor="srx",
        chains=chains,
        families=frozenset({4, 6}),
        zones={zone: tuple(members) for zone, members in zones.zones.items()},
        untrusted=_untrusted(config, (4, 6) if flows else (4,)),
        devices=zones.devices(),
        notes=tuple(n for o in (*names.books.values(), names.apps) for n in o.notes),
        incomplete={4: unclear, 6: unclear} if unclear else {},
    )


def _missing(config: Config) -> tuple[Note, ...]:
    """Return what is not given: a part of a configuration must not look like one that allows nothing."""
    for command in ("security zones", "security policies"):
        if not config.has(command):
            text = f"no line of `{command}` in the input"
            return (Note(kind="not given", where=config.text.at(1), text=text),)
    return ()


def _untrusted(config: Config, families: Sequence[int]) -> tuple[str, ...]:
    """Return where default routes lead; nothing where a family's way out is not named."""
    ways: dict[int, list[str]] = {4: [], 6: []}
    for line in config.each("routing-options"):
        words = line.rest()
        if "next-hop" in words[:-1]:
            hop = words[words.index("next-hop") + 1]
            for family, whole in WORLD.items():
                if whole in words:
                    ways[family].append(hop if is_interface(hop) else "")
    if not all(ways[family] and all(ways[family]) for family in families):
        return ()
    return tuple(dict.fromkeys(way for family in families for way in ways[family]))


def _moved(config: Config, zones: SrxZones) -> list[Rule]:
    """Return what lets packets to a service of the device that listens on another port."""
    out = []
    for service, command in MOVED.items():
        for line in config.each(command):
            try:
                port = number(line.word(), PORTS)
            except ValueError as error:
                line.doubtful(str(error))
                continue
            named = {service, "all", "any-service"}
            names = tuple(
                name
                for (zone, own), lines in zones.inbound.items()
                if any(words[1:2] and words[1] in named for words, _ in lines)
                for name in ([own] if own else zones.zones[zone])
            )
            match = all_of(Named("iif", names), In("proto", span(TCP)), In("dport", span(port)))
            out.append(Rule(match=match, action=Action.ACCEPT, where=line.where, text=line.text))
    return out
