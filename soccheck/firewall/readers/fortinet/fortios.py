"""FortiOS `show full-configuration` or a backup to the rule model.

Source: FortiOS CLI Reference. Management access of an interface (`allowaccess`) stands beside the policy.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from soccheck.errors import ReadError
from soccheck.firewall.interface import Interface
from soccheck.firewall.model import (
    Action,
    Base,
    Chain,
    In,
    Note,
    Rule,
    Ruleset,
    Unknown,
    Where,
    all_of,
)
from soccheck.firewall.readers.base import Text, established, implied, of_family
from soccheck.firewall.readers.fortinet.beside import (
    across,
    by_policy,
    leads,
    returning,
    sent_home,
    version_of,
)
from soccheck.firewall.readers.fortinet.interfaces import VdomInterfaces
from soccheck.firewall.readers.fortinet.listeners import VdomListeners
from soccheck.firewall.readers.fortinet.logs import VdomLogs, unkept
from soccheck.firewall.readers.fortinet.management import VdomManagement, reserved
from soccheck.firewall.readers.fortinet.objects import VdomNames
from soccheck.firewall.readers.fortinet.policies import VdomPolicies
from soccheck.firewall.readers.fortinet.tree import Block, parse
from soccheck.firewall.readers.fortinet.vips import VirtualIPs
from soccheck.firewall.readers.ledger import Ledger
from soccheck.firewall.readers.vocabulary import load
from soccheck.firewall.spans import Spans, span, union
from soccheck.phrase import echo, phrase

_HEAD = re.compile(r"^(#config-version=|config (global|vdom|system |firewall ))", re.M)
VOCABULARY = load(__package__, beside="settings.toml")
CHAINS = {
    "prerouting": ("prerouting", 0, Action.ACCEPT),
    "local-in": ("input", -1, Action.ACCEPT),
    "input": ("input", 0, Action.DROP),
    "forward": ("forward", 0, Action.DROP),
}
"""Hook, priority and policy by chain. What a local-in policy lets in needs somebody who listens, too."""
OPENING = (
    "multicast-skip-policy",
    "asymroute",
    "asymroute-icmp",
    "asymroute6",
    "asymroute6-icmp",
    "implicit-allow-dns",
)
"""Switches of `system settings` by which packets pass without a policy; not followed when on."""
OWN = ("manageip", "manageip6", "ip", "ip6")
"""Addresses of the device in transparent mode; not followed."""
SCRIPTS = ("system automation-action", "system auto-script")
"""Sections whose scripts the device runs by itself."""
WATCHED = ("firewall ippool", "firewall ippool6", "system fabric-vpn")
"""Sections of which some setting alone may open something: it is not followed, the others are harmless."""
NOWHERE = ("0.0.0.0 0.0.0.0", "::/0")


def detect(content: str) -> bool:
    """Tell whether a text is a FortiOS configuration."""
    head = content[:200000]
    return bool(_HEAD.search(head)) and bool(re.search(r"^\s*(end|next)\s*$", head, re.M))


def read(texts: Sequence[Text], ledger: Ledger) -> Ruleset:
    """Read one configuration; raises `ReadError`."""
    if len(texts) > 1:
        raise ReadError(texts[1].at(1), phrase("one FortiOS configuration at a time"))
    root = parse(texts[0], ledger)
    settings = root.section("global") or root
    vdoms = [b for b in root.entries("vdom") if b.blocks]
    several = len(vdoms) > 1
    version = version_of(texts[0].content[:4000])
    parts = [_Vdom(v, settings, ledger, version, several=several) for v in vdoms or [root]]
    where = texts[0].at(1)
    crossing = list(across(where, {p.ports.name: p.ports.blocks for p in parts}))
    chains: dict[str, Chain] = {}
    for name, (hook, priority, policy) in CHAINS.items():
        rules = [rule for part in parts for rule in part.rules[name]]
        base = Base(
            hook=hook,
            priority=priority,
            policy=policy,
            new_only=hook == "prerouting",
            policy_log=_logs_rest(hook, [part.logs for part in parts]),
        )
        if hook == "forward":
            rules = [*crossing, *rules, *_quiet_over_six(where, parts)]
        if hook != "prerouting":
            rules = [established(where, phrase("sessions already allowed")), *rules]
        chains[name] = Chain(name=name, rules=tuple(rules), where=where, base=base)
    unclear = tuple(n for part in parts for n in part.unclear)
    unclear += tuple(_domains_not_given(root, settings, where))
    devices = tuple(i for part in parts for i in part.interfaces.values())
    untrusted = dict.fromkeys(i for part in parts for i in part.ports.untrusted)
    return Ruleset(
        vendor="fortios",
        chains=chains,
        families=frozenset({4, 6}),
        zones={name: found for part in parts for name, found in part.ports.zones.items()},
        untrusted=() if any(part.ports.unnamed for part in parts) else tuple(untrusted),
        perhaps_untrusted={n: why for part in parts for n, why in part.ports.perhaps().items()},
        devices=() if unclear else devices,
        notes=tuple(n for part in parts for n in part.names.notes()),
        consoles=tuple(rule for part in parts for rule in part.consoles),
        unkept=tuple(dict.fromkeys(why for part in parts for why in part.unkept)),
        incomplete={4: unclear, 6: unclear} if unclear else {},
    )


class _Vdom:
    """One virtual domain: its interfaces, names and rules."""

    def __init__(
        self,
        root: Block,
        settings: Block,
        ledger: Ledger,
        version: tuple[int, ...],
        *,
        several: bool,
    ) -> None:
        self.root = root
        self.settings = settings
        self.unclear = _not_given(root, settings)
        self.ports = VdomInterfaces(root.name, several)
        self.ports.read(root, settings)
        self.interfaces: dict[str, Interface] = {i.name: i for i in self.ports.interfaces()}
        self.has_six = bool(self.ports.ways[6]) or any(
            6 in one.addresses for one in self.interfaces.values()
        )
        """Whether IPv6 is in use: an address of it, or a way out."""
        self.names = VdomNames()
        self.names.read(root)
        self.logs = VdomLogs(root)
        self.unkept = unkept([settings] if settings is root else [settings, root])
        central = _switches(root)
        _scripts(settings, ledger)
        for path in WATCHED:
            for place in (root, settings):
                list(place.entries(path))
        addresses = [s for i in self.interfaces.values() for s in i.addresses.values()]
        vips = VirtualIPs(ledger, own=union(s for spans in addresses for s in spans))
        vips.read(root, self.names, self.ports.match, self._own)
        policies = VdomPolicies(ledger, self.ports, self.names, vips, central, root.name, self.logs)
        forward, used = policies.forward(root)
        management = VdomManagement(ledger, settings, root, self.interfaces, self.ports.blocks)
        listeners = VdomListeners(settings, root)
        overrides = list(listeners.overrides())
        self.consoles = management.consoles
        self.rules: dict[str, list[Rule]] = {
            "prerouting": vips.rules(used, central=central),
            "local-in": list(policies.local_in(root, reserved(settings))),
            "input": [
                *policies.multicast(root),
                *management.rules(self.ports.match),
                *listeners.rules(self.ports.match),
                *overrides,
                *self._from_other_sides(management, forward),
                *([sent_home(root.where)] if vips.leads_home() else []),
            ],
            "forward": [*forward, *self._returning(version), *_pages(overrides)],
        }

    def _own(self, names: Sequence[str]) -> Spans:
        return self.ports.own_address(names, self.interfaces)

    def _returning(self, version: tuple[int, ...]) -> Iterator[Rule]:
        """Yield what may leave by the interface it came in by."""
        side = () if self.ports.unnamed else self.ports.untrusted
        return returning(version, self.settings, list(self.interfaces.values()), side)

    def _from_other_sides(
        self, management: VdomManagement, forward: Sequence[Rule]
    ) -> Iterator[Rule]:
        """Yield what policies let to the addresses of interfaces that serve anything."""
        leading = leads(forward)
        for block, service in management.served():
            yield from by_policy(leading, self.interfaces[block.name], service, block.where)


def _not_given(root: Block, settings: Block) -> list[Note]:
    """Return what is not there: a part of a configuration must not look like one that allows nothing."""
    return [
        Note(
            kind="not given",
            where=place.where,
            text=phrase("{where}: no `config {path}` in the input", where=place.where, path=path),
        )
        for path, place in (("firewall policy", root), ("system interface", settings))
        if path not in place.blocks
    ]


def _domains_not_given(root: Block, settings: Block, where: Where) -> Iterator[Note]:
    """Yield the virtual domains that are listed, or have interfaces, of which nothing else is there.

    A backup lists all at its head and shows each further down: one that is cut off ends too early.
    """
    shown = {block.name: bool(block.blocks) for block in root.entries("vdom")}
    for block in settings.entries("system interface") if shown else ():
        shown.setdefault(block.get("vdom", "root"), False)
    for name, given in shown.items():
        if not given:
            text = phrase(
                "{where}: nothing of the virtual domain {name} in the input", where=where, name=name
            )
            yield Note(kind="not given", where=where, text=text)


def _switches(root: Block) -> bool:
    """Take the switches of `system settings`; tell whether virtual IPs apply by themselves."""
    system = root.section("system settings")
    if system is None:
        return False
    for key in OPENING:
        if system.flag(key):
            system.record.doubtful(echo(f"{key} enable"))
    for key in OWN:
        if system.get(key, "::/0") not in NOWHERE:
            system.record.doubtful(f"{key} {system.get(key)}")
    return system.flag("central-nat")


def _logs_rest(hook: str, logs: Sequence[VdomLogs]) -> bool:
    """Tell whether what nothing takes at a hook is logged by every virtual domain."""
    if hook not in ("forward", "input"):
        return False
    return all(one.crossing if hook == "forward" else one.local for one in logs)


def _quiet_over_six(where: Where, parts: Sequence[_Vdom]) -> Iterator[Rule]:
    """Yield what stops IPv6 that no policy takes where perhaps only that of IPv4 is logged."""
    if any(part.logs.crossing and part.has_six and not part.logs.crossing_six for part in parts):
        match = all_of(of_family(6), Unknown(echo("fwpolicy6-implicit-log disable")))
        yield implied(match, Action.DROP, where, phrase("no policy takes it"), family=6)


def _scripts(settings: Block, ledger: Ledger) -> None:
    """Take the scripts that the device runs by itself."""
    for path in SCRIPTS:
        for block in settings.entries(path):
            for command in ledger.changing(block.get("script").splitlines()):
                block.record.doubtful(phrase("script: {command}", command=command))


def _pages(overrides: Iterable[Rule]) -> Iterator[Rule]:
    """Yield the pages of web filters at a virtual IP, whose address answers, too; its goal does not."""
    for rule in overrides:
        yield replace(rule, match=all_of(In("dnat", span(1)), rule.match))
