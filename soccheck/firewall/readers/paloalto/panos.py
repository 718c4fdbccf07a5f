"""Palo Alto Networks PAN-OS: the running configuration, as XML or as `set` lines, to the rule model.

Sources: PAN-OS Administrator's Guide and Web Interface Help 9.1 to 11.1; Panorama Administrator's Guide on
the order of rules (those before, those of the device, those after, the default ones).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from soccheck.errors import ReadError
from soccheck.firewall.model import (
    ADDRTYPE,
    Action,
    Base,
    Chain,
    In,
    Named,
    Not,
    Note,
    Rule,
    Ruleset,
    Unknown,
    all_of,
    some_of,
)
from soccheck.firewall.readers.base import Text, established, implied, of_family
from soccheck.firewall.readers.learned import perhaps_outside
from soccheck.firewall.readers.ledger import Ledger
from soccheck.firewall.readers.paloalto.interfaces import LAYER2, MANAGEMENT, PanSides
from soccheck.firewall.readers.paloalto.management import PanManagement
from soccheck.firewall.readers.paloalto.nat import PanTranslations
from soccheck.firewall.readers.paloalto.objects import PanNames
from soccheck.firewall.readers.paloalto.policies import PanPolicies
from soccheck.firewall.readers.paloalto.protection import judged_anew
from soccheck.firewall.readers.paloalto.routes import Routes
from soccheck.firewall.readers.paloalto.routing import speakers, steered
from soccheck.firewall.readers.paloalto.stopping import stopping
from soccheck.firewall.readers.paloalto.tree import PanNode, names_of, parse
from soccheck.firewall.readers.vocabulary import load
from soccheck.firewall.spans import span
from soccheck.phrase import phrase

VOCABULARY = load(__package__, beside="settings.toml")
_XML = re.compile(r"<config [^>]*urldb=|<mgt-config>|<deviceconfig>")
_SET = re.compile(
    r"^set (config )?(deviceconfig|rulebase|mgt-config|shared|vsys \S+) "
    r"|^set (network (interface|profiles|virtual-router) |zone \S+ network )",
    re.MULTILINE,
)
RULES = ("security", "rules")
SECURITY = "security"


def detect(content: str) -> bool:
    """Tell whether a text is a configuration of PAN-OS."""
    head = content[:200000]
    found = _XML if head.lstrip()[:1] == "<" else _SET
    return bool(found.search(head))


def read(texts: Sequence[Text], ledger: Ledger) -> Ruleset:
    """Read one configuration; raises `ReadError`."""
    if len(texts) > 1:
        raise ReadError(texts[1].at(1), phrase("one PAN-OS configuration at a time"))
    root = parse(texts[0], ledger)
    for key in ("device-group", "template"):
        if key in root.inner or key in names_of(root, "vsys", "vsys1"):
            text = phrase("a configuration of Panorama: give that of a firewall it manages")
            raise ReadError(root.where, text)
    unclear = _missing(root)
    sides = PanSides(root)
    sides.unsettled = _several_devices(root)
    translations = PanTranslations(sides)
    policies = PanPolicies(sides, translations)
    pushed = root.at("policy", "panorama")
    notes: list[Note] = []
    for vsys in root.entries("vsys"):
        places = [vsys, *([pushed] if pushed else []), *_opened(root, "shared")]
        names = PanNames(places)
        _virtual_system(vsys, pushed, names, translations, policies)
        notes += [*names.addresses.notes, *names.services.notes]
    management = PanManagement(root, sides)
    services = list(management.rules())
    routes = Routes(root, sides)
    outside = routes.untrusted()
    elsewhere = [*_elsewhere(sides, policies, management)]
    chains = _chains(sides, routes, policies, translations.rules, services, elsewhere)
    return Ruleset(
        vendor="panos",
        chains=chains,
        families=frozenset({4, 6}),
        zones=sides.zone_names(),
        untrusted=(*outside, *management.untrusted) if outside else (),
        perhaps_untrusted=perhaps_outside(
            [*routes.leading(), *speakers(root), *steered(root, _outward(sides, outside))],
            {name: port.nets for name, port in sides.ports.items()},
        ),
        local=sides.local(management.addresses),
        anycast=True,
        consoles=tuple(management.consoles),
        unkept=tuple(policies.unsure_logs),
        devices=() if unclear or _unread_interfaces(ledger) else tuple(sides.devices()),
        notes=tuple(notes),
        incomplete={4: unclear, 6: unclear} if unclear else {},
    )


def _outward(sides: PanSides, outside: Sequence[str]) -> frozenset[str]:
    """Return the interfaces that lead to the Internet, and the zones that hold no other."""
    zones = (zone for zone, names in sides.zone_names().items() if {*names} <= {*outside})
    return frozenset([*outside, *(zones if outside else ())])


def _chains(
    sides: PanSides,
    routes: Routes,
    policies: PanPolicies,
    translated: Sequence[Rule],
    services: Sequence[Rule],
    elsewhere: Sequence[Rule],
) -> dict[str, Chain]:
    """Return the chains: the policies judge what crosses the device, and what is for it, too."""
    where = sides.root.where
    known = established(where, phrase("sessions already allowed"))
    own = implied(
        Named("iif", (MANAGEMENT,)), Action.ACCEPT, where, phrase("the management interface")
    )
    group = implied(
        all_of(In("dtype", span(2, 3)), Unknown(phrase("broadcast and multicast to the device"))),
        Action.ACCEPT,
        where,
        phrase("broadcast and multicast to the device"),
    )
    unplaced = _unplaced(sides)
    jump = implied(all_of(), Action.JUMP, where, phrase("the security rules"), target=SECURITY)
    of_sessions = replace(known, match=all_of(known.match, Not(judged_anew(sides.root, sides))))
    chains = {
        SECURITY: Chain(name=SECURITY, rules=tuple(policies.rules), where=where),
    }
    # What the rules judge is logged by them; that it gets nowhere then is no denial.
    ways = [replace(rule, log=True) for rule in (*routes.sent_back(), *routes.no_way())]
    before = (*_without_policy(sides), *_between_systems(sides), *unplaced)
    across = [of_sessions, *policies.stopped, *before, jump]
    for name, hook, priority, policy, rules in (
        ("nat", "prerouting", 0, Action.ACCEPT, translated),
        (
            "own-security",
            "input",
            0,
            Action.DROP,
            [of_sessions, *elsewhere, own, group, *unplaced, jump],
        ),
        ("own-services", "input", 1, Action.DROP, [known, *services]),
        ("forward", "forward", 0, Action.DROP, across),
        ("ways", "forward", 1, Action.ACCEPT, [known, *ways]),
    ):
        base = Base(hook=hook, priority=priority, policy=policy, new_only=name == "nat")
        chains[name] = Chain(name=name, rules=tuple(rules), where=where, base=base)
    return chains


def _elsewhere(sides: PanSides, policies: PanPolicies, management: PanManagement) -> Iterator[Rule]:
    """Yield what becomes of packets to the address of the management interface by another one, and back.

    They are not for the device there, but cross it: no denial beside those of the security rules. The
    management interface forwards nothing to the others' addresses.
    """
    logged = all(r.log for r in policies.rules if r.action is Action.DROP and not r.implicit)
    here = Named("iif", (MANAGEMENT,))
    own = [In("dst", spans, family) for family, spans in management.addresses.items() if spans]
    text = phrase("the address of the management interface does not answer by another one")
    match = all_of(Not(here), some_of(*own))
    yield implied(match, Action.DROP, sides.root.where, text, log=logged)
    if 4 in management.addresses:  # else it may have any
        text = phrase("the management interface answers at its own address alone")
        match = all_of(here, In("dtype", span(ADDRTYPE["local"])), Not(some_of(*own)))
        yield implied(match, Action.DROP, sides.root.where, text, log=logged)


def _opened(root: PanNode, *path: str) -> list[PanNode]:
    found = root.at(*path)
    return [] if found is None else [found]


def _virtual_system(
    vsys: PanNode,
    pushed: PanNode | None,
    names: PanNames,
    translations: PanTranslations,
    policies: PanPolicies,
) -> None:
    """Read the rules of one virtual system, between those that Panorama pushed before and after."""
    bases = [
        pushed.at("pre-rulebase") if pushed else None,
        vsys.at("rulebase"),
        pushed.at("post-rulebase") if pushed else None,
    ]
    found = [base for base in bases if base is not None]
    for base in found:
        if list(base.entries("application-override", "rules")):
            policies.overridden = True
    for base in found:
        translations.read(vsys.word, base.entries("nat", "rules"), names)
    for base in found:
        policies.read(vsys.word, base.entries(*RULES), names)
        policies.stopped += stopping(base, names)
    own_first = [b for b in (vsys.at("rulebase"), bases[2], bases[0]) if b is not None]
    overrides = [n for base in own_first for n in base.entries("default-security-rules", "rules")]
    policies.defaults(vsys.word, overrides)


def _missing(root: PanNode) -> tuple[Note, ...]:
    """Return what is not given: a part of a configuration must not look like one that allows nothing."""
    out = []
    systems = root.inner["vsys"].inner.values() if "vsys" in root.inner else []
    if not any("rulebase" in vsys.inner for vsys in systems) and "policy" not in root.inner:
        out.append(phrase("no `{key}` in the input", key="rulebase"))
    if not any("zone" in vsys.inner for vsys in systems):
        out.append(phrase("no `{key}` in the input", key="zone"))
    if not names_of(root, "network", "interface"):
        out.append(phrase("no `{key}` in the input", key="network interface"))
    managed = any(
        names_of(root, "deviceconfig", "system", key) for key in ("panorama", "panorama-server")
    )
    if managed and "policy" not in root.inner:
        out.append(phrase("Panorama manages the device, and what it pushed is not in the input"))
    return tuple(Note(kind="not given", where=root.where, text=text) for text in out)


def _unread_interfaces(ledger: Ledger) -> bool:
    """Tell whether an interface may be otherwise than read."""
    return any(entry.section.startswith("network/interface") for entry, _, _ in ledger.unread())


def _several_devices(root: PanNode) -> bool:
    """Tell whether the device shares addresses with another, which no interface shows."""
    group = root.at("deviceconfig", "high-availability", "group")
    if group is None:
        return False
    # Before version 9 the group had a number.
    groups = [group] if "mode" in group else [n.open("deviceconfig/high-availability/group")
                                              for n in group.inner.values() if n.inner]  # fmt: skip
    modes = [node.at("mode") for node in groups]
    return any(mode is not None and mode.whole("active-active") for mode in modes)


def _without_policy(sides: PanSides) -> Iterator[Rule]:
    """Yield what passes between interfaces of layer 2 where no rule looks at IPv6."""
    if sides.six:
        return
    names = tuple(port.name for port in sides.ports.values() if port.kind in LAYER2)
    if names:
        text = phrase("IPv6 between interfaces of layer 2, with IPv6 firewalling off")
        match = all_of(of_family(6), Named("iif", names))
        yield implied(match, Action.UNKNOWN, sides.root.where, text, family=6)


def _unplaced(sides: PanSides) -> list[Rule]:
    """Return what may pass by interfaces that no zone is known to hold."""
    names = sides.unplaced()
    text = phrase("in which zone an interface is")
    way = some_of(Named("iif", names), Named("oif", names))
    rule = implied(all_of(way, Unknown(text)), Action.ACCEPT, sides.root.where, text)
    return [rule] if names else []


def _between_systems(sides: PanSides) -> Iterator[Rule]:
    """Yield what may pass from one virtual system to another by an external zone."""
    systems = dict.fromkeys(zone.vsys for zone in sides.zones)
    for vsys in systems:
        if not any(z.vsys == vsys and z.kind == "external" for z in sides.zones):
            continue
        others = [z for z in sides.zones if z.vsys != vsys]
        here = sides.named("iif", sides.of(vsys, ["any"]))
        text = phrase("from {vsys} to another virtual system", vsys=vsys)
        match = all_of(here, sides.towards(others), Unknown(text))
        yield implied(match, Action.ACCEPT, sides.root.where, text)
