"""Juniper SRX `show configuration | display set` to the rule model.

Sources: Junos OS Security Policies, NAT and Interfaces user guides. Traffic between zones needs a
policy; what no policy takes meets global policies, then `default-policy` (deny unless set). To the
device itself only what `host-inbound-traffic` of the zone or interface names gets through. IPv6 is
dropped unless `family inet6 mode flow-based` is set.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from soccheck.errors import ReadError, worded
from soccheck.firewall.model import (
    ANY,
    PORTS,
    TCP,
    Action,
    Base,
    Chain,
    Expr,
    In,
    Named,
    Note,
    Rule,
    Ruleset,
    Where,
    all_of,
    some_of,
)
from soccheck.firewall.names import number
from soccheck.firewall.readers.base import Text, established, implied, of_family, untold_console
from soccheck.firewall.readers.juniper.crossing import Crossing
from soccheck.firewall.readers.juniper.filters import Filters
from soccheck.firewall.readers.juniper.lines import Config, JunosStatement, parse
from soccheck.firewall.readers.juniper.logs import keeps_filters, keeps_policies
from soccheck.firewall.readers.juniper.names import SrxNames
from soccheck.firewall.readers.juniper.nat import SrxTranslations
from soccheck.firewall.readers.juniper.policies import SrxPolicies
from soccheck.firewall.readers.juniper.services import CONSOLES, MOVED
from soccheck.firewall.readers.juniper.zones import SrxZones
from soccheck.firewall.readers.ledger import Ledger
from soccheck.firewall.readers.vocabulary import load
from soccheck.firewall.spans import span, union
from soccheck.phrase import phrase

VOCABULARY = load(__package__, "statements.toml")


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
    kept, unkept = keeps_policies(config)
    policies = SrxPolicies(config, names, zones.zones, kept=kept)
    kept, unsure = keeps_filters(config)
    filters = Filters(config, kept=kept)
    mode = "drop"
    for line in config.each("security forwarding-options family inet6 mode"):
        mode = line.word()
    where = texts[0].at(1)
    known = established(where, phrase("sessions already allowed"))
    between, guarding = policies.rules()
    across = [*_six(where, mode, forwards=True), known, *between]
    served = [*zones.rules(), *_moved(config, zones)]
    crossing = Crossing(zones.addresses(), zones.dynamic)
    served = crossing.served(served, between, policies.default)
    managed = [*_six(where, mode), known, *crossing.logged(between, where), *served]
    chains = _chains(
        where,
        policies.default,
        {
            "prerouting": SrxTranslations(config, zones.zones).rules(),
            "filters": [*zones.filters, *(filters.bound(*one) for one in zones.bound)],
            "junos-host": [*_six(where, mode), known, *crossing.judged(guarding)],
            "input": managed,
            "forward": across,
        },
    )
    outside, incomplete = _outside(config, zones, six=mode != "drop")
    return Ruleset(
        vendor="srx",
        chains=chains | (filters.chains() if zones.bound else {}),
        families=frozenset({4, 6}),
        zones={zone: tuple(members) for zone, members in zones.zones.items()},
        untrusted=outside,
        perhaps_untrusted=zones.perhaps(),
        devices=zones.devices(),
        local=zones.whole(),
        anycast=True,
        consoles=tuple(_consoles(config, zones)),
        unkept=(*unkept, *(unsure if zones.bound else ()), *policies.unclear()),
        notes=tuple(n for o in (*names.books.values(), names.apps) for n in o.notes),
        incomplete=incomplete,
    )


def _outside(
    config: Config, zones: SrxZones, *, six: bool
) -> tuple[tuple[str, ...], dict[int, tuple[Note, ...]]]:
    """Return where default routes lead, and what is not told of each family.

    IPv6 whose way out is not told leaves what is said of IPv4 as it is.
    """
    devices = zones.devices()
    six = six and (not devices or any(6 in device.families for device in devices))
    outside = zones.untrusted((4, 6) if six else (4,))
    unclear = _missing(config) or (() if outside else _cut_off(config, zones))
    found = {4: unclear, 6: unclear}
    if six and not outside:
        outside = zones.untrusted((4,))
        where = config.text.at(1)
        text = phrase("{where}: no IPv6 default route names the outer interface", where=where)
        if outside:
            found[6] = (*unclear, Note(kind="left out", where=where, text=text))
    return outside, {family: notes for family, notes in found.items() if notes}


def _chains(where: Where, default: Action, rules: Mapping[str, Sequence[Rule]]) -> dict[str, Chain]:
    chains = {}
    for name, hook, priority, policy in (
        ("prerouting", "prerouting", 0, Action.ACCEPT),
        ("filters", "prerouting", -1, Action.ACCEPT),
        ("input", "input", 0, Action.DROP),
        ("junos-host", "input", 1, Action.ACCEPT),
        ("forward", "forward", 0, default),
    ):
        base = Base(hook=hook, priority=priority, policy=policy, new_only=name == "prerouting")
        chains[name] = Chain(name=name, rules=tuple(rules[name]), where=where, base=base)
    return chains


def _six(where: Where, mode: str, *, forwards: bool = False) -> list[Rule]:
    """Return what comes before all policies over IPv6: in packet mode none of them judges it.

    Source: Junos OS CLI Reference, `mode (Security Forwarding Options)`.
    """
    if mode == "drop" and forwards:
        text = phrase("family inet6 is not in flow mode")
        return [implied(of_family(6), Action.DROP, where, text, family=6)]
    if mode in ("drop", "flow-based"):
        return []
    text = phrase("family inet6 is in mode {mode}, which no policy judges", mode=mode)
    return [implied(of_family(6), Action.UNKNOWN, where, text, family=6)]


def _missing(config: Config) -> tuple[Note, ...]:
    """Return what is not given: a part of a configuration must not look like one that allows nothing."""
    for command in ("security zones", "security policies"):
        if not config.has(command):
            text = phrase("no line of `{command}` in the input", command=command)
            return (Note(kind="not given", where=config.text.at(1), text=text),)
    return ()


def _cut_off(config: Config, zones: SrxZones) -> tuple[Note, ...]:
    """Return the default route that leads over an interface that is deactivated, as far as is told."""
    if not zones.anywhere or all(words[0] != "interfaces" for words in config.inactive):
        return ()
    where, line = zones.anywhere[0].where, zones.anywhere[0].text
    text = phrase("{line}: perhaps over an interface that is deactivated", line=line)
    return (Note(kind="left out", where=where, text=text),)


def _consoles(config: Config, zones: SrxZones) -> Iterator[Rule]:
    """Yield where the device is managed: by services that are configured, on the interfaces they name."""
    if not config.has("system"):
        yield untold_console(config.text.at(1))
    for command, port in CONSOLES.items():
        wanted = command.split()
        lines = [line for line in config.lines if _bare(line)[: len(wanted)] == wanted]
        rests = [_bare(line)[len(wanted) :] for line in lines]
        told = [text for rest in rests if rest[:1] == ["port"] for text in rest[1:2]]
        moved = [int(text) for text in told if text.isdecimal()]
        listed = [name for rest in rests if rest[:1] == ["interface"] for name in rest[1:]]
        names = [name for name in listed if name not in ("[", "]")]
        for line in lines[:1]:
            ports = union((number, number) for number in moved or [port])
            match = all_of(_on(names, zones), In("proto", span(TCP)), In("dport", ports))
            yield Rule(match=match, action=Action.ACCEPT, where=line.where, text=line.text)


def _bare(line: JunosStatement) -> list[str]:
    """Return the words of a line, of one of a group without the group's name."""
    return line.words[2:] if line.words[:1] == ["groups"] else line.words


def _on(names: Sequence[str], zones: SrxZones) -> Expr:
    """Return "it comes in by one of these, or is for its address"; anywhere where none is named."""
    if not names or "all" in names:
        return ANY
    units = tuple(name if "." in name else f"{name}.*" for name in names)
    own = [
        of for name, of in zones.addresses().items() if {name, name.partition(".")[0]} & {*names}
    ]
    targets = [In("dst", spans, family) for of in own for family, spans in of.items()]
    return some_of(Named("iif", units), *targets)


def _moved(config: Config, zones: SrxZones) -> list[Rule]:
    """Return what lets packets to a service of the device that listens on another port."""
    out = []
    for service, command in MOVED.items():
        for line in config.each(command):
            try:
                port = number(line.word(), PORTS)
            except ValueError as error:
                line.doubtful(worded(error))
                continue
            named = {service, "all", "any-service"}
            names = tuple(
                name
                for (zone, own), lines in zones.inbound.items()
                if any(words[1:2] and words[1] in named for words, _ in lines)
                for name in ([own] if own else zones.zones[zone])
            )
            match = all_of(zones.by(names), In("proto", span(TCP)), In("dport", span(port)))
            out.append(Rule(match=match, action=Action.ACCEPT, where=line.where, text=line.text))
    return out
