"""FortiOS `show full-configuration` or a backup to the rule model.

Sources: FortiOS CLI reference (config firewall policy, address, service custom, vip,
local-in-policy; config system interface). Policies apply in file order, not by number; a policy
without `action` denies. Management access of an interface (`allowaccess`) stands beside the policy.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from soccheck.errors import ReadError
from soccheck.firewall.engine.spans import span
from soccheck.firewall.model import (
    ANY,
    NEVER,
    Action,
    Base,
    Chain,
    Expr,
    In,
    Named,
    Not,
    Note,
    Rule,
    Ruleset,
    Unknown,
    Where,
    all_of,
    some_of,
)
from soccheck.firewall.readers.base import Text, checked, implied, of_family, readable
from soccheck.firewall.readers.fortinet.management import access, other_services, trusted
from soccheck.firewall.readers.fortinet.objects import (
    address_object,
    describe,
    flipped,
    service_object,
    side,
    vip_goal,
    vip_proto,
    vip_rules,
)
from soccheck.firewall.readers.fortinet.tree import Block, parse
from soccheck.firewall.readers.objects import Objects

_HEAD = re.compile(r"^(#config-version=|config (global|vdom|system |firewall ))", re.M)
CONDITIONS = (
    "groups", "users", "fsso-groups", "devices", "ztna-ems-tag", "rtp-addr", "src-vendor-mac",
    "network-service-dynamic",
)  # fmt: skip
NOT_FOLLOWED = (
    "firewall vip46", "firewall vip64", "firewall policy46", "firewall policy64",
    "firewall security-policy", "firewall consolidated policy", "firewall proxy-policy",
)  # fmt: skip
"""Sections that can let traffic through in ways not modelled; then nothing is certain."""


def detect(content: str) -> bool:
    """Tell whether a text is a FortiOS configuration."""
    head = content[:200000]
    return bool(_HEAD.search(head)) and bool(re.search(r"^\s*(end|next)\s*$", head, re.M))


def read(texts: Sequence[Text]) -> Ruleset:
    """Read one configuration; raises `ReadError`."""
    if len(texts) > 1:
        raise ReadError(texts[1].at(1), "one FortiOS configuration at a time")
    root = parse(texts[0])
    settings = root.blocks.get("global", root)
    vdoms = [b for b in root.entries("vdom") if b.blocks]
    several = len(vdoms) > 1
    parts = [_Vdom(v, settings, several) for v in vdoms] or [_Vdom(root, settings, False)]
    chains: dict[str, Chain] = {}
    for part in parts:
        with readable(texts[0].at(1), "configuration"):
            part.read()
    where = texts[0].at(1)
    for hook in ("prerouting", "input", "forward"):
        rules = [rule for part in parts for rule in part.rules[hook]]
        policy = Action.ACCEPT if hook == "prerouting" else Action.DROP
        base = Base(
            hook=hook,
            priority=0,
            policy=policy,
            new_only=hook == "prerouting",
            policy_log=hook == "forward" and all(p.logs_implicit for p in parts),
        )
        rules = [*_established(where, hook), *rules]
        chains[hook] = Chain(name=hook, rules=tuple(rules), where=where, base=base)
    zones = {name: found for part in parts for name, found in part.zones.items()}
    unclear = [n for part in parts for n in part.unclear]
    return checked(
        Ruleset(
            vendor="fortios",
            chains=chains,
            families=frozenset({4, 6}),
            zones=zones,
            untrusted=tuple(dict.fromkeys(i for part in parts for i in part.untrusted)),
            notes=tuple(n for part in parts for n in part.all_notes()),
            incomplete={4: tuple(unclear), 6: tuple(unclear)} if unclear else {},
        )
    )


def _established(where: Where, hook: str) -> list[Rule]:
    if hook == "prerouting":
        return []
    return [implied(In("ct", ((1, 2),)), Action.ACCEPT, where, "sessions already allowed")]


class _Vdom:
    """One virtual domain: its objects, policies and interfaces."""

    def __init__(self, root: Block, settings: Block, several: bool) -> None:
        self.root = root
        self.settings = settings
        self.name = root.name
        self.several = several
        self.rules: dict[str, list[Rule]] = {"prerouting": [], "input": [], "forward": []}
        self.notes: list[Note] = []
        self.unclear: list[Note] = []
        self.untrusted: list[str] = []
        self.zones: dict[str, tuple[str, ...]] = {}
        self.addresses = Objects("address")
        self.addresses6 = Objects("address")
        self.services = Objects("service")
        self.vips: dict[str, tuple[Block, int]] = {}
        self.logs_implicit = False

    def all_notes(self) -> Iterator[Note]:
        """Yield what was noted, of objects too."""
        yield from self.notes
        for objects in (self.addresses, self.addresses6, self.services):
            yield from objects.notes

    def read(self) -> None:
        """Fill `rules`."""
        self._zones()
        self._addresses()
        self._services()
        for path, family in (("firewall vip", 4), ("firewall vip6", 6)):
            self.vips |= {b.name: (b, family) for b in self.root.entries(path)}
        for path in NOT_FOLLOWED:
            for block in self.root.entries(path):
                self.unclear.append(
                    Note(kind="left out", where=block.where, text=f"{block.where}: `config {path}`")
                )
                break
        for path, place in (("firewall policy", self.root), ("system interface", self.settings)):
            if path not in place.blocks:
                # A part of a configuration must not look like one that allows nothing.
                text = f"{place.where}: no `config {path}` in the input"
                self.unclear.append(Note(kind="not given", where=place.where, text=text))
        log = self.root.blocks.get("log setting", Block("", self.root.where))
        self.logs_implicit = log.get("fwpolicy-implicit-log") == "enable"
        system = self.root.blocks.get("system settings", Block("", self.root.where))
        self.central = system.get("central-nat") == "enable"
        used: set[str] = set()
        for path, only in (("firewall policy", 0), ("firewall policy6", 6)):
            for block in self.root.entries(path):
                if block.get("status", "enable") != "disable":
                    used |= set(block.words("dstaddr")) | set(block.words("dstaddr6"))
                    with readable(block.where, f"policy {block.name}"):
                        self._policy(block, only)
        self._publish(used)
        self._management()

    def _zones(self) -> None:
        for block in self.root.entries("system zone"):
            self.zones[block.name] = tuple(block.words("interface"))
        for path in ("system sdwan", "system virtual-wan-link"):
            found = self.root.blocks.get(path)
            if found is None:
                continue
            for member in found.entries("members"):
                zone = member.get("zone", "virtual-wan-link")
                self.zones[zone] = (*self.zones.get(zone, ()), member.get("interface"))
        every = tuple(i for z in self.zones.values() for i in z)
        for path in ("router static", "router static6"):
            for route in self.root.entries(path):
                goal = route.get("dst", "0.0.0.0 0.0.0.0")
                if goal in ("0.0.0.0 0.0.0.0", "::/0") and route.get("status") != "disable":
                    device = route.get("device")
                    found_zone = route.words("sdwan-zone")
                    named = self.zones.get(device) or ((device,) if device else ())
                    for zone in found_zone:
                        named = (*named, *self.zones.get(zone, ()))
                    self.untrusted += named or every

    def _interfaces(self, name: str, words: Iterable[str]) -> Expr:
        names: list[str] = []
        for word in words:
            if word == "any":
                return self._inside(name)
            names += self.zones.get(word, (word,))
        return Named(name, tuple(names)) if names else NEVER

    def _inside(self, name: str) -> Expr:
        if not self.several:
            return ANY
        own = [
            b.name
            for b in self.settings.entries("system interface")
            if b.get("vdom", "root") == self.name
        ]
        return Named(name, tuple(own)) if own else NEVER

    def _addresses(self) -> None:
        for path, objects, family in (
            ("firewall address", self.addresses, 4),
            ("firewall address6", self.addresses6, 6),
        ):
            for block in self.root.entries(path):
                objects.leaves[block.name] = address_object(block, family)
            group = "firewall addrgrp" if family == 4 else "firewall addrgrp6"
            for block in self.root.entries(group):
                if block.get("exclude") == "enable":
                    text = f"address group {block.name!r} with exclusions"
                    objects.leaves[block.name] = Unknown(text)
                else:
                    objects.groups[block.name] = (block.where, block.words("member"))
            # Built in, should the file hold no full configuration.
            objects.leaves.setdefault("all", of_family(family))
            objects.leaves.setdefault("none", NEVER)

    def _services(self) -> None:
        for block in self.root.entries("firewall service custom"):
            self.services.leaves[block.name] = service_object(block)
        for block in self.root.entries("firewall service group"):
            self.services.groups[block.name] = (block.where, block.words("member"))
        self.services.leaves.setdefault("ALL", ANY)

    def _policy(self, block: Block, only: int) -> None:
        families = [only] if only else []
        if not only:
            families = [f for f, k in ((4, "dstaddr"), (6, "dstaddr6")) if block.words(k)]
        if not families and block.get("internet-service") == "enable":
            families = [4]
        if not families and block.get("internet-service6") == "enable":
            families = [6]
        if not families:
            raise ReadError(block.where, f"policy {block.name} names no destination")
        for family in families:
            self._policy_of(block, family, only)

    def _policy_of(self, block: Block, family: int, only: int) -> None:
        suffix = "6" if family == 6 and not only else ""
        objects = self.addresses if family == 4 else self.addresses6
        parts = [
            of_family(family),
            self._interfaces("iif", block.words("srcintf")),
            self._interfaces("oif", block.words("dstintf")),
        ]
        action = {"accept": Action.ACCEPT, "ipsec": Action.UNKNOWN}.get(
            block.get("action", "deny"), Action.DROP
        )
        if block.get(f"internet-service{suffix}-src") != "enable":
            src = [
                side(objects.find(n, block.where), "src") for n in block.words("srcaddr" + suffix)
            ]
            parts.append(flipped(some_of(*src), block, f"srcaddr{suffix}-negate"))
        if block.get(f"internet-service{suffix}") == "enable":
            parts.append(Unknown("internet service database"))
        else:
            names = block.words("dstaddr" + suffix)
            parts.append(self._target(block, names, objects, family, action, suffix))
            found = [self.services.find(n, block.where) for n in block.words("service")]
            parts.append(flipped(some_of(*found), block, "service-negate"))
        if block.get(f"internet-service{suffix}-src") == "enable":
            parts.append(Unknown("internet service database"))
        parts += self._conditions(block)
        self.rules["forward"].append(
            Rule(
                match=all_of(*parts),
                action=action,
                where=block.where,
                text=f"policy {block.name}: {describe(block)}",
                family=family,
                log=block.get("logtraffic", "utm") == "all",
                comment=block.get("comments") or block.get("name"),
                label=self.name,
            )
        )

    def _conditions(self, block: Block) -> list[Expr]:
        out: list[Expr] = []
        schedule = block.get("schedule", "always")
        if schedule != "always":
            out.append(Unknown(f"schedule {schedule!r}"))
        out += [Unknown(f"{k} {block.get(k)}") for k in CONDITIONS if block.words(k)]
        if block.get("reputation-minimum", "0") != "0":
            out.append(Unknown("address reputation"))
        return out

    def _target(
        self,
        block: Block,
        names: Sequence[str],
        objects: Objects,
        family: int,
        action: Action,
        suffix: str,
    ) -> Expr:
        plain, published = [], []
        for name in self._expanded(names):
            if name in self.vips and self.vips[name][1] == family:
                published.append(self._mapped(name, family))
            else:
                plain.append(side(objects.find(name, block.where), "dst"))
        direct = flipped(some_of(*plain), block, f"dstaddr{suffix}-negate")
        if self.central:
            return some_of(direct, *published)
        rewritten = In("dnat", span(1))
        if not self.vips or (action is Action.DROP and block.get("match-vip") == "enable"):
            return some_of(direct, *published)
        unsure = Unknown("whether a policy without the VIP takes traffic to the VIP")
        return some_of(all_of(direct, some_of(Not(rewritten), unsure)), *published)

    def _expanded(self, names: Sequence[str]) -> list[str]:
        groups = {
            b.name: b.words("member")
            for path in ("firewall vipgrp", "firewall vipgrp6")
            for b in self.root.entries(path)
        }
        return [m for n in names for m in groups.get(n, [n])]

    def _mapped(self, name: str, family: int) -> Expr:
        block, _ = self.vips[name]
        goal, ports = vip_goal(block, family)
        if goal is None:
            return all_of(In("dnat", span(1)), Unknown(f"where VIP {name!r} leads"))
        parts: list[Expr] = [In("dnat", span(1)), In("dst", goal, family)]
        if ports:
            parts += [In("dport", ports), vip_proto(block)]
        twins = [n for n, (b, f) in self.vips.items()
                 if n != name and f == family and vip_goal(b, f)[0] == goal]  # fmt: skip
        if twins:
            parts.append(Unknown(f"VIP {name!r} or {twins[0]!r}, which lead to the same address"))
        return all_of(*parts)

    def _publish(self, used: set[str]) -> None:
        reached = set(self._expanded(sorted(used)))
        for name, (block, family) in self.vips.items():
            if block.get("status") == "disable" or not (self.central or name in reached):
                continue
            self.rules["prerouting"] += vip_rules(block, family, self._interfaces)

    def _management(self) -> None:
        rules = self.rules["input"]
        for path, family in (
            ("firewall local-in-policy", 4),
            ("firewall local-in-policy6", 6),
        ):
            objects = self.addresses if family == 4 else self.addresses6
            for block in self.root.entries(path):
                if block.get("status", "enable") == "disable":
                    continue
                src = [side(objects.find(n, block.where), "src") for n in block.words("srcaddr")]
                dst = [side(objects.find(n, block.where), "dst") for n in block.words("dstaddr")]
                found = [self.services.find(n, block.where) for n in block.words("service")]
                action = Action.ACCEPT if block.get("action") == "accept" else Action.DROP
                match = all_of(
                    of_family(family),
                    self._interfaces("iif", block.words("intf")),
                    flipped(some_of(*src), block, "srcaddr-negate"),
                    flipped(some_of(*dst), block, "dstaddr-negate"),
                    flipped(some_of(*found), block, "service-negate"),
                    *self._conditions(block),
                )
                rules.append(
                    Rule(match=match, action=action, where=block.where, family=family,
                         text=f"local-in-policy {block.name}: {describe(block)}")
                )  # fmt: skip
        sources = trusted(self.settings)
        for block in self.settings.entries("system interface"):
            if self.several and block.get("vdom", "root") != self.name:
                continue
            if block.get("status") != "down":
                six = block.blocks.get("ipv6", Block("", block.where))
                rules += access(self.settings, block, block.words("allowaccess"), 4, sources)
                rules += access(self.settings, block, six.words("ip6-allowaccess"), 6, sources)
        rules += other_services(self.root, self._interfaces)
