"""FortiOS policies: what crosses the device, and local-in policies, which guard the device itself.

Source: FortiOS CLI Reference, `config firewall policy` and `config firewall local-in-policy`. Policies
apply in file order, not by number; a policy without `action` denies.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from soccheck.firewall.model import (
    ADDRTYPE,
    TCP,
    Action,
    Expr,
    In,
    Named,
    Not,
    Rule,
    Unknown,
    all_of,
    some_of,
)
from soccheck.firewall.readers.base import implied, of_family
from soccheck.firewall.readers.fortinet.interfaces import VdomInterfaces
from soccheck.firewall.readers.fortinet.logs import VdomLogs
from soccheck.firewall.readers.fortinet.objects import VdomNames, flipped
from soccheck.firewall.readers.fortinet.tree import Block
from soccheck.firewall.readers.fortinet.vips import VirtualIPs
from soccheck.firewall.readers.ledger import Ledger
from soccheck.firewall.readers.objects import turned
from soccheck.firewall.spans import span
from soccheck.phrase import echo, phrase

ACTIONS = {"accept": Action.ACCEPT, "deny": Action.DROP, "ipsec": Action.UNKNOWN}
LOCAL_ACTIONS = {"accept": Action.ACCEPT, "deny": Action.DROP}
LOGS = {"all": True, "utm": False, "disable": False}
OPENING = (
    "learning-mode",
    "permit-any-host",
    "permit-stun-host",
    "nat46",
    "nat64",
    "pcp-inbound",
    "natinbound",
    "inbound",
    "cgn-eif",
    "cgn-sw-eif-ctrl",
    "eif-check",
    "eif-learn",
)
"""Switches by which a policy lets in more than it names; not followed when on."""
SHOWN = (
    "srcintf",
    "dstintf",
    "intf",
    "srcaddr",
    "dstaddr",
    "srcaddr6",
    "dstaddr6",
    "service",
    "action",
)


def describe(block: Block) -> str:
    """Return an entry on one line."""
    values = block.record.values
    return " ".join(f"{k}={','.join(values[k])}" for k in SHOWN if values.get(k))


@dataclass(slots=True)
class VdomPolicies:
    """Reads the policies of one virtual domain."""

    ledger: Ledger
    ports: VdomInterfaces
    names: VdomNames
    vips: VirtualIPs
    central: bool
    """True where virtual IPs apply by themselves, not by the policies that name them."""
    label: str
    logs: VdomLogs

    def forward(self, root: Block) -> tuple[list[Rule], set[str]]:
        """Return the rules of what crosses the device, and the destinations they name."""
        rules: list[Rule] = []
        used: set[str] = set()
        for path, only in (("firewall policy", 0), ("firewall policy6", 6)):
            for block in root.entries(path):
                if not block.flag("status", default=True):
                    block.pass_over()
                    continue
                used |= set(block.words("dstaddr")) | set(block.words("dstaddr6"))
                families = [only] if only else self._families(block)
                found = [self._policy(block, family, only) for family in families]
                if block.record.left():
                    used |= set(self.vips.found)  # it may name any
                rules += [self.ledger.costs(block.record, rule) for rule in found]
        for block, members in self.ports.together:
            sides = (self.ports.match(name, members) for name in ("iif", "oif"))
            text = phrase("{text}: its members talk to each other", text=block.record.text)
            rules.append(implied(all_of(*sides), Action.ACCEPT, block.where, text))
        return rules, used

    def _families(self, block: Block) -> list[int]:
        """Return the families of a policy; one that names no destination may be of either."""
        found = [
            family
            for family, suffix in ((4, ""), (6, "6"))
            if block.words(f"dstaddr{suffix}") or block.flag(f"internet-service{suffix}")
        ]
        if not found:
            block.record.doubtful(phrase("no destination is named"))
        return found or [4, 6]

    def _policy(self, block: Block, family: int, only: int) -> Rule:
        suffix = "6" if family == 6 and not only else ""
        record = block.record
        bounds = [
            self.ports.match("iif", block.words("srcintf")),
            self.ports.match("oif", block.words("dstintf")),
        ]
        # The far network of a policy's tunnel may begin, the other way round.
        sides = [] if "ipsec" in record.values.get("action", ()) else bounds
        record.within = all_of(*sides, *([of_family(only)] if only else []))
        action = record.choice("action", ACTIONS, "deny", Action.UNKNOWN)
        for key in OPENING:
            if block.flag(key):
                record.doubtful(echo(f"{key} enable"))
        parts = [of_family(family), *bounds]
        source = self.names.side(block, f"srcaddr{suffix}", family, "src")
        if block.flag(f"internet-service{suffix}-src"):
            source = Unknown(phrase("internet service database"))
        parts.append(source)
        service = self.names.service(block)
        target = self._target(block, family, action, suffix)
        if block.flag(f"internet-service{suffix}"):
            parts.append(Unknown(phrase("internet service database")))
        else:
            parts += [target, service]
        parts += conditions(block, self.names)
        return Rule(
            match=all_of(*parts),
            action=action,
            where=block.where,
            text=phrase("policy {name}: {what}", name=block.name, what=describe(block)),
            family=family,
            log=record.choice("logtraffic", LOGS, "utm", False),
            comment=" ".join(record.values.get("comments") or record.values.get("name") or ()),
            label=self.label,
        )

    def _target(self, block: Block, family: int, action: Action, suffix: str) -> Expr:
        objects = self.names.addresses[family]
        listed: list[Expr] = []
        published: list[Expr] = []
        for name in self.vips.expanded(block.words(f"dstaddr{suffix}")):
            vip = self.vips.found.get(name)
            if vip is not None and vip.family == family:
                published.append(self.vips.let_through(name))
            else:
                listed.append(turned(objects.find(name, block.where), "dst"))
        if published and block.flag(f"dstaddr{suffix}-negate"):
            return Unknown(phrase("a policy for what is not sent to a VIP"))
        direct = flipped(some_of(*listed), block, f"dstaddr{suffix}-negate")
        if block.flag("match-vip-only"):
            sent_on = all_of(In("dnat", span(1)), Unknown(echo("`match-vip-only`")))
            return all_of(sent_on, some_of(direct, *published))
        matches_vip = block.flag("match-vip", default=True)
        if "match-vip" not in block.record:
            matches_vip = False
        if self.central or not self.vips.found or (action is Action.DROP and matches_vip):
            return some_of(direct, *published)
        unsure = Unknown(phrase("whether a policy without the VIP takes traffic to the VIP"))
        return some_of(all_of(direct, some_of(Not(In("dnat", span(1))), unsure)), *published)

    def local_in(self, root: Block, reserved: Sequence[str]) -> Iterator[Rule]:
        """Yield the rules of local-in policies; they do not surely bind `reserved` interfaces.

        Source: FortiOS CLI Reference, `ha-mgmt-intf-only`.
        """
        for path, family in (("firewall local-in-policy", 4), ("firewall local-in-policy6", 6)):
            for block in root.entries(path):
                if not block.flag("status", default=True):
                    block.pass_over()
                    continue
                record = block.record
                interfaces = [*block.words("intf"), *block.words("srcintf")]
                bounds = [of_family(family), self.ports.match("iif", interfaces)]
                record.within = all_of(*bounds)
                parts = [
                    *bounds,
                    self.names.side(block, "srcaddr", family, "src"),
                    self.names.side(block, "dstaddr", family, "dst"),
                    self.names.service(block),
                    *conditions(block, self.names),
                ]
                doubt = Unknown(phrase("whether it binds the management of a cluster's members"))
                if block.flag("ha-mgmt-intf-only"):
                    parts.append(doubt)
                elif reserved:
                    parts.append(some_of(Not(Named("iif", tuple(reserved))), doubt))
                if block.flag("internet-service-src"):
                    parts[2] = Unknown(phrase("internet service database"))
                action = record.choice("action", LOCAL_ACTIONS, "deny", Action.UNKNOWN)
                logged = action is Action.DROP and self.logs.of_local_policy(block)
                rule = Rule(
                    match=all_of(*parts),
                    action=action,
                    where=block.where,
                    family=family,
                    text=echo(f"local-in-policy {block.name}: {describe(block)}"),
                    log=logged is not False,
                )
                if logged is None:
                    doubt = Unknown(phrase("whether a local-in policy without `logtraffic` logs"))
                    match = all_of(rule.match, doubt)
                    yield replace(rule, match=match, log=False, implicit=True)
                yield self.ledger.costs(record, rule)

    def multicast(self, root: Block) -> Iterator[Rule]:
        """Yield what may be sent on to a group of receivers; whom it lets through is not followed."""
        for path in ("firewall multicast-policy", "firewall multicast-policy6"):
            for block in root.entries(path):
                on = block.flag("status", default=True)
                block.pass_over()
                # A group takes no TCP (RFC 1122, 4.2.3.10).
                group = all_of(
                    In("dtype", span(ADDRTYPE["multicast"])), Not(In("proto", span(TCP)))
                )
                if on:
                    match = all_of(group, Unknown(echo(f"`config {path}`")))
                    yield implied(match, Action.ACCEPT, block.where, echo(f"{path} {block.name}"))


def conditions(block: Block, names: VdomNames) -> list[Expr]:
    """Return the conditions of a rule that hold at some times or for some senders only."""
    out: list[Expr] = []
    schedule = block.get("schedule", "always")
    if schedule != "always" or not names.always:
        out.append(Unknown(phrase("schedule {schedule}", schedule=repr(schedule))))
    kinds = ("reputation-minimum", "reputation-minimum6")
    return out + [
        Unknown(phrase("address reputation")) for key in kinds if block.get(key, "0") != "0"
    ]
