"""The policies of an SRX: what is permitted between zones.

Source: Junos OS Security Policies user guide.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from soccheck.firewall.model import (
    ANY,
    Action,
    Expr,
    Named,
    Not,
    Rule,
    Unknown,
    Where,
    all_of,
    some_of,
)
from soccheck.firewall.readers.base import implied
from soccheck.firewall.readers.juniper.lines import Config, JunosStatement
from soccheck.firewall.readers.juniper.names import SrxNames
from soccheck.firewall.readers.objects import turned
from soccheck.firewall.readers.unread import together
from soccheck.phrase import Phrase, echo, phrase, series

HOST = "junos-host"
"""The zone of the device itself: its policies judge what `host-inbound-traffic` has let in."""
UNSURE = Unknown(phrase("whether a global policy judges what is for the device itself"))
SIDES = {
    "src": phrase("source address"),
    "dst": phrase("destination address"),
    "app": phrase("application"),
}
NARROWING = ("tunnel", "firewall-authentication", "destination-address")
"""What may follow `then permit` and binds it to more than the match."""
BESIDE = ("application-services", "tcp-options", "services-offload", "no-services-offload")
"""What may follow it and looks into the session that it lets in."""
EXCLUDED = {"source-address-excluded": "src", "destination-address-excluded": "dst"}
PARTS = ("source-address", "destination-address", "application", "from-zone", "to-zone")
MATCHES = ("source-identity", "source-end-user-profile", "dynamic-application", "url-category")
"""Conditions that only narrow a policy."""


@dataclass(slots=True)
class SrxPolicy:
    """One policy: its lines, and what they say once they are read."""

    name: str
    pair: tuple[str, str]
    where: Where
    lines: list[JunosStatement] = field(default_factory=list)
    sides: dict[str, list[Expr]] = field(default_factory=lambda: {"src": [], "dst": [], "app": []})
    zones: dict[str, list[str]] = field(default_factory=dict)
    """Zones by `from` and `to`; none for all of them."""
    flips: set[str] = field(default_factory=set)
    """The sides that hold for all addresses but those that are named."""
    action: Action | None = None
    logs: list[str] = field(default_factory=list)
    """When it logs: as a session begins, which one that is denied does, or as it ends."""
    comment: str = ""
    extra: list[Expr] = field(default_factory=list)

    @property
    def text(self) -> Phrase:
        """Return its name and zones, for a reader."""
        source, target = (side or "any" for side in self.pair)
        return phrase(
            "policy {name} from {source} to {target}",
            name=self.name,
            source=source,
            target=target,
        )

    def read(self, names: SrxNames) -> None:
        """Take the words of its lines."""
        self.zones = {
            key: [z] if z else [] for key, z in zip(("from", "to"), self.pair, strict=True)
        }
        for line in self.lines:
            if line.skip("match"):
                self._match(line, names)
            elif line.skip("then"):
                self._then(line)
            elif line.skip("description"):
                self.comment = " ".join(line.rest())
            elif line.skip("scheduler-name"):
                self.extra.append(
                    Unknown(phrase("schedule {schedule}", schedule=" ".join(line.rest())))
                )

    def _then(self, line: JunosStatement) -> None:
        word = line.word()
        if word == "log":
            self.logs += line.rest()
        elif word in ("permit", "deny", "reject"):
            self.action = Action.ACCEPT if word == "permit" else Action.DROP
            if line.peek() in NARROWING:
                self.extra.append(Unknown(echo(line.text)))
            known = (*NARROWING, *BESIDE) if word == "permit" else ("profile", "ssl-proxy")
            if not line or line.peek() in known:
                line.rest()
        elif word != "count":
            line.at -= 1

    def _match(self, line: JunosStatement, names: SrxNames) -> None:
        key = line.word()
        if key in EXCLUDED:
            self.flips.add(EXCLUDED[key])
            return
        if key not in (*PARTS, *MATCHES):
            line.at -= 1
            return
        for value in line.values():
            if key == "source-address":
                self.sides["src"].append(names.find(self.zones["from"], value, line.where))
            elif key == "destination-address":
                found = names.find(self.zones["to"], value, line.where)
                self.sides["dst"].append(turned(found, "dst"))
            elif key == "application":
                self.sides["app"].append(names.apps.find(value, line.where))
            elif key in ("from-zone", "to-zone"):
                self.zones[key.partition("-")[0]].append(value)
            elif value != "any":
                self.extra.append(Unknown(echo(f"{key} {value}")))

    def _side(self, key: str) -> Expr:
        """Return what one side takes; where nothing is named, something else may say it."""
        return (
            some_of(*self.sides[key])
            if self.sides[key]
            else Unknown(phrase("no {what}", what=SIDES[key]))
        )

    def match(self) -> Expr:
        """Return what it takes, apart from its zones."""
        return all_of(
            *(_flip(self._side(s), s in self.flips) for s in ("src", "dst")),
            self._side("app"),
            *self.extra,
        )


class SrxPolicies:
    """All policies, as the rules of what crosses the device."""

    def __init__(
        self, config: Config, names: SrxNames, zones: Mapping[str, Sequence[str]], *, kept: bool
    ) -> None:
        self.kept = kept
        """Whether what they log is kept."""
        self.names = names
        self.zones = zones
        self.default = Action.DROP
        for line in config.each("security policies default-policy"):
            self.default = Action.ACCEPT if line.skip("permit-all") else Action.DROP
            line.skip("deny-all")
        found: dict[tuple[str, str, str], SrxPolicy] = {}
        for line in config.each("security policies from-zone"):
            source, _, goal = line.word(), line.skip("to-zone"), line.word()
            if line.skip("policy"):
                self._line(found, (source, goal), line)
        for line in config.each("security policies global policy"):
            self._line(found, ("", ""), line)
        self.policies = sorted(found.values(), key=lambda policy: not policy.pair[0])

    def _line(
        self,
        found: dict[tuple[str, str, str], SrxPolicy],
        pair: tuple[str, str],
        line: JunosStatement,
    ) -> None:
        name = line.word()
        policy = found.setdefault((*pair, name), SrxPolicy(name, pair, line.where))
        policy.lines.append(line)

    def rules(self) -> tuple[list[Rule], list[Rule]]:
        """Return what is between zones, then the global policies; and what is for the device itself."""
        across: list[Rule] = []
        own: list[Rule] = []
        guarded: list[Expr] = []
        for policy in self.policies:
            policy.read(self.names)
            sources, goals = policy.zones["from"], policy.zones["to"]
            everywhere = not goals or "any" in goals
            if sources != [HOST] and (HOST in goals or everywhere):
                rule = self._rule(policy, to_host=True)
                doubt = () if HOST in goals else (UNSURE,)
                own.append(replace(rule, match=all_of(rule.match, *doubt)))
            if sources != [HOST] and goals != [HOST]:
                across.append(self._rule(policy, to_host=False))
            if HOST in goals:
                guarded.append(self._interfaces("iif", sources))
            for line in policy.lines:
                line.pass_over()
        if not guarded:
            return across, []
        text = phrase("what no policy of junos-host judges")
        where = self.policies[0].where
        return across, [*own, implied(some_of(*guarded), Action.UNKNOWN, where, text)]

    def unclear(self) -> tuple[Phrase, ...]:
        """Return the policies that deny and log the ends of sessions alone."""
        return tuple(
            phrase("{policy}: whether `session-close` logs what is denied", policy=policy.text)
            for policy in self.policies
            if policy.action is Action.DROP and policy.logs and "session-init" not in policy.logs
        )

    def _rule(self, policy: SrxPolicy, *, to_host: bool) -> Rule:
        sides = [self._interfaces("iif", policy.zones["from"])]
        if not to_host:
            sides.append(self._interfaces("oif", policy.zones["to"]))
        unread = [text for line in policy.lines for text in line.left()]
        if unread or policy.action is None:
            # It may take more than what is read of it, and do otherwise with it.
            unread = unread or [phrase("neither permit nor deny")]
            shown = phrase("not read: {text}", text=series([policy.text, together(unread)], ": "))
            action, match = Action.UNKNOWN, all_of(*sides)
            return Rule(match=match, action=action, where=policy.where, text=shown)
        return Rule(
            match=all_of(*sides, policy.match()),
            action=policy.action,
            where=policy.where,
            text=policy.text,
            log=self.kept and bool(policy.logs),
            comment=policy.comment,
        )

    def _interfaces(self, name: str, zones: Sequence[str]) -> Expr:
        if not zones or "any" in zones:
            return ANY
        names = tuple(i for zone in zones for i in self.zones.get(zone, ()))
        return ANY if "all" in names else Named(name, names)


def _flip(expr: Expr, flip: bool) -> Expr:
    return Not(expr) if flip else expr
