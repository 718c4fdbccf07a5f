"""Destination and static NAT of an SRX: from its lines to rewrites of the destination.

Source: Junos OS NAT user guide. A static mapping comes before a rule of destination NAT. Several lines of
one kind in a rule are alternatives.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from soccheck.firewall.model import (
    ANY,
    PORTS,
    Action,
    Expr,
    In,
    Named,
    Rewrite,
    Rule,
    all_of,
    some_of,
)
from soccheck.firewall.names import number
from soccheck.firewall.readers.base import untranslated
from soccheck.firewall.readers.juniper.lines import Config, JunosStatement
from soccheck.firewall.readers.juniper.services import protocol
from soccheck.firewall.readers.objects import paired
from soccheck.firewall.spans import Spans, address, span, union
from soccheck.phrase import Phrase, echo

KINDS = ("static", "destination")
SOURCE = (
    *("address-persistent", "description", "interface", "pool-default-port-range"),
    *("pool-default-twin-port-range", "pool-utilization-alarm", "port-randomization"),
    *("port-round-robin", "port-scaling-enlargement", "session-drop-hold-down"),
    *("session-persistence-scan", "traceoptions"),
)
"""Statements of source NAT beside its pools and rule sets."""
POOL = (
    *("address", "address-persistent", "address-pooling", "address-shared", "description"),
    *("host-address-base", "overflow-pool", "pool-utilization-alarm", "port", "routing-instance"),
)
MATCH = (
    *("application", "destination-address", "destination-address-name", "destination-port"),
    *("protocol", "source-address", "source-address-name", "source-port"),
)
ORIGINS = ("interface", "zone", "routing-instance")
"""Where the packets of a rule set come from; the narrower one counts (NAT user guide, "NAT Rule Sets")."""


@dataclass(slots=True)
class _Translation:
    """One rule while its lines are read."""

    conditions: dict[str, list[Expr]] = field(default_factory=dict)
    outside: list[tuple[int, Spans]] = field(default_factory=list)
    goal: Spans | None = None
    values: dict[str, Spans] = field(default_factory=dict)
    off: bool = False


class SrxTranslations:
    """The translations of one configuration."""

    def __init__(self, config: Config, zones: Mapping[str, Sequence[str]]) -> None:
        self.zones = zones
        self.lines: dict[tuple[str, str, str], list[JunosStatement]] = {}
        self.origins: dict[tuple[str, str], list[str]] = {}
        self.kinds: dict[tuple[str, str], str] = {}
        self.pools: dict[str, list[JunosStatement]] = {}
        for line in config.each("security nat destination pool"):
            self.pools.setdefault(line.word(), []).append(line)
        for line in config.each("security nat source"):
            # By a persistent binding others are sent on to who stands behind it, where a policy lets them
            # (NAT user guide, "Persistent NAT Configuration Overview"), and so perhaps by an unknown word.
            line.hooks = frozenset({"prerouting"})
            if _is_of_senders(line.words[3:]):
                line.rest()
        for kind in KINDS:
            for line in config.each(f"security nat {kind} rule-set"):
                name = line.word()
                if line.skip("from"):
                    what, values = line.word(), line.values()
                    self.origins.setdefault((kind, name), []).extend(
                        self._origin((kind, name), what, values)
                    )
                elif line.skip("rule"):
                    self.lines.setdefault((kind, name, line.word()), []).append(line)

    def _origin(self, rule_set: tuple[str, str], what: str, values: Sequence[str]) -> list[str]:
        self.kinds[rule_set] = what if what in ORIGINS else ORIGINS[-1]
        if what == "zone":
            return [i for value in values for i in self.zones.get(value, ())]
        # A routing instance is not modelled: it may be any interface.
        return list(values) if what == "interface" else ["*"]

    def _precedence(self, key: tuple[str, str, str]) -> int:
        """Return what a rule set counts: of an interface before a zone's, that before an instance's."""
        return ORIGINS.index(self.kinds.get(key[:2], ORIGINS[-1]))

    def rules(self) -> list[Rule]:
        """Return the rewrites, in the order the device tries them."""
        out: list[Rule] = []
        for wanted in KINDS:
            found = [key for key in self.lines if key[0] == wanted]
            for kind, rule_set, name in sorted(found, key=self._precedence):
                lines = self.lines[kind, rule_set, name]
                names = self.origins.get((kind, rule_set), [])
                origin: Expr = Named("iif", tuple(names)) if names and "all" not in names else ANY
                text = echo(f"{kind} nat {rule_set} rule {name}")
                try:
                    out += self._rule(text, origin, lines)
                except (ValueError, IndexError):
                    out.append(untranslated(origin, lines[0].where, text))
                for line in lines:
                    line.pass_over()
        for lines in self.pools.values():
            for line in lines:
                line.pass_over()
        return out

    def _rule(self, text: Phrase, origin: Expr, lines: Sequence[JunosStatement]) -> list[Rule]:
        """Return the rewrites of one rule; raises `ValueError` for one that is not modelled."""
        found = _Translation()
        for line in lines:
            self._line(found, line)
            if line.left():
                raise ValueError(line.text)
        parts = [origin, *(some_of(*exprs) for exprs in found.conditions.values())]
        goal, where = found.goal, lines[0].where
        if not found.outside or (goal is None and not found.off):
            raise ValueError(text)
        out = []
        for family, spans in found.outside:
            if found.off or goal is None:
                match = all_of(*parts, In("dst", spans, family))
                out.append(Rule(match=match, action=Action.ACCEPT, where=where, text=text))
                continue
            out += [
                Rule(
                    match=all_of(*parts, In("dst", there, family)),
                    action=Action.REWRITE,
                    rewrite=Rewrite(values={"dst": inside, "dtype": span(0), **found.values}),
                    where=where,
                    text=text,
                    family=family,
                )
                for there, inside in paired(spans, goal)
            ]
        return out

    def _line(self, found: _Translation, line: JunosStatement) -> None:
        """Take one line of a rule; raises `ValueError`."""
        if line.skip("match", "destination-address"):
            found.outside += [address(value) for value in line.values()]
        elif line.skip("match"):
            key = line.word()
            found.conditions.setdefault(key, []).append(_match(key, line))
        elif line.skip("then", "destination-nat", "off"):
            found.off = True
        elif line.skip("then", "destination-nat", "pool"):
            found.goal, found.values = self._pool(line.word())
        elif line.skip("then", "static-nat", "prefix", "mapped-port"):
            found.values["dport"] = _ports(line.rest())
        elif line.skip("then", "static-nat", "prefix", "routing-instance"):
            line.rest()
        elif line.skip("then", "static-nat", "prefix"):
            found.goal = address(line.word())[1]
        elif line.skip("description"):
            line.rest()

    def _pool(self, name: str) -> tuple[Spans | None, dict[str, Spans]]:
        """Return the targets of a pool and their port; raises `ValueError`."""
        goal: list[tuple[int, int]] = []
        values: dict[str, Spans] = {}
        for line in self.pools.get(name, []):
            words = line.words[line.at :]
            if words[:1] == ["description"] or words[:1] == ["routing-instance"]:
                continue
            if words[:2] == ["address", "port"]:
                values["dport"] = span(number(words[2], PORTS))
            elif words[:1] == ["address"] and words[1] != "to":
                goal += address(words[1])[1]
                if words[2:3] == ["port"]:
                    values["dport"] = span(number(words[3], PORTS))
                elif words[2:3] == ["to"]:
                    low, high = (w.partition("/")[0] for w in (words[1], words[3]))
                    goal = list(address(f"{low}-{high}")[1])
            else:
                raise ValueError(line.text)
        return (union(goal) or None), values


def _is_of_senders(words: Sequence[str]) -> bool:
    """Tell whether a line of source NAT is known, and changes what senders look like, no more."""
    at = tuple(words)
    if at[:1] == ("pool",):
        return at[2:3] == () or at[2] in POOL
    if at[:1] != ("rule-set",):
        return at[:1] == () or at[0] in SOURCE
    if at[2:3] != ("rule",):
        return at[2:3] == () or at[2] in ("from", "to", "description")
    if at[4:5] == ("match",):
        return at[5:6] == () or at[5] in MATCH
    if at[4:6] == ("then", "source-nat"):
        return at[6:] in (("off",), ("interface",)) or (at[6:7] == ("pool",) and len(at) == 8)
    return at[4:5] in ((), ("description",))


def _match(key: str, line: JunosStatement) -> Expr:
    """Read one condition; raises `ValueError` for one that is not modelled."""
    values = line.values()
    if key in ("destination-port", "source-port"):
        return In("dport" if key[0] == "d" else "sport", _ports(values))
    if key == "protocol":
        return some_of(*(In("proto", span(protocol(value))) for value in values))
    if key == "source-address":
        found = [address(value) for value in values]
        return some_of(*(In("src", spans, family) for family, spans in found))
    raise ValueError(f"{key} {' '.join(values)}")


def _ports(values: Sequence[str]) -> Spans:
    low, *rest = values
    high = rest[1] if rest[:1] == ["to"] else low
    if len(values) not in (1, 3):
        raise ValueError(" ".join(values))
    return span(number(low, PORTS), number(high, PORTS))
