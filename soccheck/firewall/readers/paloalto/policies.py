"""PAN-OS security rules: what crosses the device, and what reaches its own addresses.

Sources: PAN-OS Web Interface Help, "Policies > Security" and "Building Blocks in a Security Policy Rule"; KCS
article kA10g000000POF8CAO: the first packets of a session are judged by zones, addresses, protocol and ports
alone, and once the application is known all is judged again. So a port is let through as far as App-ID needs:
on a default port of an allowed application the answer is yes, on another that the rule takes it is unknown.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from soccheck.firewall.model import ANY, NEVER, Action, Expr, Not, Rule, Unknown, all_of, some_of
from soccheck.firewall.readers.objects import turned
from soccheck.firewall.readers.paloalto.interfaces import PanSides, PanZone
from soccheck.firewall.readers.paloalto.nat import PanTranslations
from soccheck.firewall.readers.paloalto.objects import DEFAULT, PanNames
from soccheck.firewall.readers.paloalto.tree import PanNode
from soccheck.phrase import Phrase, echo, phrase, said, series

ACTIONS = {
    "allow": Action.ACCEPT,
    "deny": Action.DROP,
    "drop": Action.DROP,
    "reset-client": Action.REJECT,
    "reset-server": Action.REJECT,
    "reset-both": Action.REJECT,
}
TYPES = {"universal": "universal", "intrazone": "intrazone", "interzone": "interzone"}
NARROWING = (
    "source-user", "category", "source-hip", "destination-hip", "hip-profiles", "source-device",
    "destination-device", "source-imsi", "source-imei", "source-nw-slice", "device",
)  # fmt: skip
"""Conditions on who sends or on what is asked for; `any` is none."""
NO_CONDITION = ("any",)
DEFAULT_RULES = {"intrazone-default": "allow", "interzone-default": "deny"}
"""The rules at the end of every rulebase. Source: PAN-OS Web Interface Help, "Policies > Security"."""


class PanPolicies:
    """The security rules of all virtual systems."""

    def __init__(self, sides: PanSides, translations: PanTranslations) -> None:
        self.sides = sides
        self.translations = translations
        self.rules: list[Rule] = []
        self.stopped: list[Rule] = []
        """What rules of other kinds may stop."""
        self.overridden = False
        """True where an application is not what it looks like, but what a rule says."""
        self.unsure_logs: list[Phrase] = []
        """Rules of which is not known whether they log what they deny."""

    def read(self, vsys: str, nodes: Iterator[PanNode], names: PanNames) -> None:
        """Add the rules of one virtual system, in their order."""
        for node in nodes:
            if node.flag("disabled"):
                node.pass_over()
                continue
            self.rules.append(node.ledger.costs(node.record, self._rule(vsys, node, names)))

    def _rule(self, vsys: str, node: PanNode, names: PanNames) -> Rule:
        record = node.record
        sources = self._zones(node, vsys, "from")
        goals = self._zones(node, vsys, "to")
        record.within = self.sides.named("iif", sources) if sources else ANY
        kind = record.choice("rule-type", TYPES, "universal", "universal")
        action = record.choice("action", ACTIONS, "", Action.UNKNOWN)
        sender = names.source(node.words("source"), node.where)
        target = turned(names.source(node.words("destination"), node.where), "dst")
        if node.flag("negate-source"):
            sender = Not(sender)
        if node.flag("negate-destination"):
            target = Not(target)
        service = self._service(node, names, allows=action is Action.ACCEPT)
        match = all_of(
            _between(self.sides, kind, sources, goals),
            sender,
            self.translations.seen(target, service),
            *_conditions(node),
        )
        for key in ("from", "to", "source", "destination", "application", "service"):
            if not node.words(key):
                record.doubtful(phrase("no `{key}`", key=key))
        return Rule(
            match=match,
            action=action,
            where=node.where,
            text=phrase("rule {name}: {what}", name=node.word, what=_shown(node)),
            log=self._logs(node, action, default=True),
            comment=" ".join(node.words("description")),
            label=vsys,
        )

    def _logs(self, node: PanNode, action: Action, *, default: bool) -> bool:
        """Tell whether a rule logs; what it denies has no session that starts, or ends at once.

        No document says which of the two entries tells of it where `log-start` alone is on.
        """
        at_end, at_start = node.flag("log-end", default=default), node.flag("log-start")
        if at_start and not at_end and action is not Action.ACCEPT:
            text = phrase("rule {name} logs the start of sessions alone", name=node.word)
            self.unsure_logs.append(series([said(str(node.where)), text], ": "))
        return at_end or at_start

    def _zones(self, node: PanNode, vsys: str, key: str) -> list[PanZone]:
        wanted = node.words(key)
        found = self.sides.of(vsys, wanted)
        for name in wanted:
            if name != "any" and all(zone.name != name for zone in found):
                node.record.doubtful(
                    phrase(
                        "{key} {name}, which is no zone of {vsys}", key=key, name=name, vsys=vsys
                    )
                )
                return []
        return found

    def _service(self, node: PanNode, names: PanNames, *, allows: bool) -> Expr:
        """Return what a rule takes of protocols and ports."""
        services, apps = node.words("service"), node.words("application")
        everywhere = services == [DEFAULT]
        if DEFAULT in services and not everywhere:
            node.record.doubtful(phrase("service {name}", name=" ".join(services)))
        named = ANY if everywhere else names.service(services, node.where)
        if "any" in apps:
            # Of every application some default port is any port; of one that is denied, not.
            doubt = Unknown(phrase("the default ports of every application"))
            return all_of(named, doubt) if everywhere and not allows else named
        parts: list[Expr] = []
        for name, application in names.applications_of(apps):
            taken = all_of(named, application.at_most) if everywhere else named
            text = phrase("until App-ID knows the application: {name} is denied", name=name)
            if allows:
                text = phrase("until App-ID knows the application: {name} is allowed", name=name)
            if allows and not self.overridden and application.sure != NEVER:
                parts.append(all_of(named, application.sure))
            parts.append(all_of(taken, Unknown(text)))
        return some_of(*parts)

    def defaults(self, vsys: str, overrides: Sequence[PanNode]) -> None:
        """Add the rules that stand at the end of each rulebase; the first that overrides one counts."""
        where = self.sides.root.where
        zones = self.sides.of(vsys, ["any"])
        for name, word in DEFAULT_RULES.items():
            action, log, at = ACTIONS[word], False, where
            changed = next((node for node in overrides if node.word == name), None)
            if changed is not None:
                action = changed.record.choice("action", ACTIONS, word, Action.UNKNOWN)
                log, at = self._logs(changed, action, default=False), changed.where
            within = name == "intrazone-default"
            match = (
                _between(self.sides, "intrazone", zones, zones)
                if within
                else self.sides.named("iif", zones)
            )
            rule = Rule(
                match=match, action=action, where=at, text=name, log=log, label=vsys, implicit=True
            )
            self.rules.append(rule)


def _between(
    sides: PanSides, kind: str, sources: Sequence[PanZone], goals: Sequence[PanZone]
) -> Expr:
    """Return "the packet goes from one of these zones to one of those", as the type of rule has it."""
    if kind == "universal":
        return all_of(sides.named("iif", sources), sides.towards(goals))
    parts = []
    for zone in sources:
        same = kind == "intrazone"
        there = [zone] if same else [g for g in goals if g.name != zone.name]
        parts.append(all_of(sides.named("iif", [zone]), sides.towards(there)))
    return some_of(*parts)


def _conditions(node: PanNode) -> list[Expr]:
    """Return the conditions that hold at some times or for some senders only."""
    out: list[Expr] = []
    for key in NARROWING:
        values = node.words(key)
        if values and tuple(values) != NO_CONDITION:
            out.append(Unknown(echo(f"{key} {' '.join(values)}")))
    schedule = node.get("schedule")
    if schedule:
        out.append(Unknown(phrase("schedule {schedule}", schedule=repr(schedule))))
    target = node.at("target")
    some = target is not None and [*target.entries("devices"), *target.words("tags")]
    if target is not None and (target.flag("negate") or some):
        out.append(Unknown(phrase("only on some of the devices that Panorama manages")))
    return out


def _shown(node: PanNode) -> str:
    keys = ("from", "to", "source", "destination", "application", "service", "action")
    return " ".join(
        f"{key}={','.join(node.record.values[key])}" for key in keys if key in node.record.values
    )
