"""The profiles of a Windows firewall: which is in force, what it does by default, and where it is off."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from soccheck.firewall.interface import Interface
from soccheck.firewall.model import (
    ANY,
    Action,
    Doubt,
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
from soccheck.firewall.readers.members import Json, Members
from soccheck.firewall.readers.microsoft.filters import either_of, many, words
from soccheck.phrase import Phrase, echo, phrase, series

PROFILES = {"Domain": 1, "Private": 2, "Public": 4}
CATEGORY = {0: "Public", 1: "Private", 2: "Domain", "Public": "Public", "Private": "Private",
            "DomainAuthenticated": "Domain"}  # fmt: skip


_KEPT = re.compile(
    r"NotConfigured|(%systemroot%|%windir%|[a-z]:\\windows)\\system32\\logfiles\\firewall\\[\w.-]+",
    re.I,
)
"""The folder that Windows makes for the firewall's log (Microsoft Learn, `PrivateProfile_LogFile`). Into
another its service may write only where somebody gave it the right."""
MERGED = ("AllowLocalFirewallRules", "AllowUserApps", "AllowUserPorts")
"""Whether the machine's own rules are applied: all, those of programs, those of ports (Firewall CSP)."""


def active_of(connections: Json) -> list[str]:
    """Return the profiles in force; none where that is not known."""
    found = [CATEGORY.get(c["NetworkCategory"], "") for c in many(connections)]
    return [] if "" in found else found


def connected(connections: Json) -> tuple[Interface, ...]:
    """Return the interfaces that networks are connected by, as far as they are named."""
    names = [c.get("InterfaceAlias") for c in many(connections)]
    return tuple(Interface(name=n) for n in dict.fromkeys(names) if isinstance(n, str) and n)


def is_word(value: Json, wanted: int) -> bool:
    """Compare an action or direction given as a number or as PowerShell's word for it."""
    names = {
        "allowbypass": 3,
        "allow": 2,
        "block": 4,
        "notconfigured": 0,
        "inbound": 1,
        "outbound": 2,
    }
    return bool((names.get(value.lower(), -1) if isinstance(value, str) else value) == wanted)


def is_on(value: Json) -> bool:
    """Tell whether a setting is on: 1, true or the word."""
    return value is True or value == 1 or value == "True"


def is_off(value: Json) -> bool:
    """Tell whether a profile's setting is off: 0, false or the word (2 is "not configured")."""
    return value is False or value == 0 or value == "False"


@dataclass(frozen=True, slots=True)
class ProfileDefaults:
    """What profiles say of one direction: where they are off, closed, and what they do by default."""

    off: list[Rule]
    closed: list[Rule]
    default: list[Rule]


class Profiles:
    """The profiles of one machine."""

    def __init__(self, entries: Sequence[Members], active: Sequence[str], top: Where) -> None:
        self.active = active
        self.top = top
        self.states = [_settings(entry) for entry in entries]

    @property
    def log(self) -> bool:
        """Tell whether every profile logs what it drops."""
        return bool(self.states) and all(state["LogBlocked"] for state in self.states)

    @property
    def on(self) -> bool | None:
        """Tell whether every profile filters, as a machine may change networks; None where some may."""
        states = [state["Enabled"] for state in self.states]
        if len(states) == len(PROFILES) and all(map(is_on, states)):
            return None if any(map(self._would_open, self.states)) else True
        return False if states and all(map(is_off, states)) else None

    def _would_open(self, state: Mapping[Any, Json]) -> bool:
        """Tell whether a profile that is not in force lets in what no rule names."""
        if state["name"] in self.active:
            return False
        shut = any(is_word(state[1], word) for word in (0, 4)) or state[1] is None
        return not shut or bool(_spared(state))

    @property
    def elsewhere(self) -> list[Phrase]:
        """Return which profiles write their log to a place of which nothing tells whether that can be."""
        return [
            phrase(
                "the log of the {name} profile is {file}: whether the firewall may write there is not known",
                name=state["name"],
                file=echo(state["LogFileName"]),
            )
            for state in self.states
            if state["LogBlocked"] and not _KEPT.fullmatch(state["LogFileName"])
        ]

    @property
    def ignore_local(self) -> bool:
        """Tell whether a profile does not apply the rules of the machine's own."""
        return any(is_off(state[key]) for state in self.states for key in MERGED)

    def holds(self, name: str) -> Expr:
        """Return "the profile is in force for the packet"."""
        if not self.active:
            return Doubt(phrase("whether the {name} profile is active", name=name))
        if name not in self.active:
            return Not(ANY)
        return (
            ANY
            if set(self.active) == {name}
            else Doubt(phrase("which network is {name}", name=name))
        )

    def of(self, entry: Members) -> Expr:
        """Return "a profile that the rule names is in force"."""
        value = either_of(entry, "Profiles", "Profile")
        if isinstance(value, str):
            names = [n.strip() for n in value.split(",")]
            if not set(names) <= {"Any", *PROFILES}:
                return Doubt(phrase("profile {value}", value=value))
            bits = 0 if "Any" in names else sum(PROFILES[n] for n in names)
        else:
            bits = int(value)
        if bits in (0, 7, 0x7FFFFFFF):
            return ANY
        return some_of(*(self.holds(n) for n, bit in PROFILES.items() if bits & bit))

    def defaults(self, direction: int) -> ProfileDefaults:
        """Return the rules that stand for the profiles in one direction (1 in, 2 out)."""
        off: list[Rule] = []
        closed: list[Rule] = []
        default: list[Rule] = []
        for state in self.states:
            name, where = state["name"], state["where"]
            match = self.holds(name)
            if not is_on(state["Enabled"]):
                unsure = (
                    []
                    if is_off(state["Enabled"])
                    else [Unknown(phrase("whether {name} is on", name=name))]
                )
                text = phrase("the {name} profile is off", name=name)
                off.append(implied(all_of(match, *unsure), Action.ACCEPT, where, text))
            spared = _spared(state)
            if spared:
                side = Named("iif" if direction == 1 else "oif", tuple(spared))
                text = phrase(
                    "the {name} profile is off on {names}", name=name, names=", ".join(spared)
                )
                off.append(implied(all_of(match, side), Action.ACCEPT, where, text))
            if direction == 1 and is_off(state["AllowInboundRules"]):
                text = phrase("the {name} profile ignores allow rules", name=name)
                closed.append(implied(match, Action.DROP, where, text, log=state["LogBlocked"]))
            default += _default(state, match, direction)
        for name in PROFILES.keys() - {state["name"] for state in self.states}:
            match = all_of(
                self.holds(name), Unknown(phrase("the {name} profile is not given", name=name))
            )
            default.append(
                implied(match, Action.ACCEPT, self.top, phrase("profile {name}", name=name))
            )
        return ProfileDefaults(off, closed, default)


def _spared(state: Mapping[Any, Json]) -> list[str]:
    """Return the interfaces on which a profile is off."""
    return [name for name in state["DisabledInterfaceAliases"] if name != "NotConfigured"]


def _default(state: Mapping[Any, Json], match: Expr, direction: int) -> list[Rule]:
    value = state[direction]
    text = phrase("{name} profile: default action", name=state["name"])
    if is_word(value, 2) or (direction == 2 and (is_word(value, 0) or value is None)):
        return [implied(match, Action.ACCEPT, state["where"], text)]
    closes = implied(match, Action.DROP, state["where"], text, log=state["LogBlocked"])
    if is_word(value, 4) or is_word(value, 0):
        return [closes]
    shown = phrase("not given") if value is None else echo(str(value))
    unsure = all_of(match, Unknown(series([text, shown], " ")))
    return [implied(unsure, Action.ACCEPT, state["where"], text), closes]


def _settings(profile: Members) -> Mapping[Any, Json]:
    """Take what a profile says, once for both directions."""
    return {
        "name": str(profile.need("Name")),
        "where": profile.where,
        "Enabled": profile.get("Enabled"),
        "AllowInboundRules": profile.get("AllowInboundRules"),
        **{key: profile.get(key) for key in MERGED},
        "DisabledInterfaceAliases": words(profile.get("DisabledInterfaceAliases")),
        1: profile.get("DefaultInboundAction"),
        2: profile.get("DefaultOutboundAction"),
        "LogBlocked": is_on(profile.get("LogBlocked")),
        "LogFileName": str(profile.get("LogFileName") or "NotConfigured"),
    }
