"""Windows Defender Firewall, as JSON of PowerShell, to the rule model.

The file is one object, made on the machine with (each filter is asked once, not per rule):

    $s = @{PolicyStore = 'ActiveStore'}
    @{ profiles = Get-NetFirewallProfile @s; rules = Get-NetFirewallRule @s
       ports = Get-NetFirewallPortFilter @s; addresses = Get-NetFirewallAddressFilter @s
       applications = Get-NetFirewallApplicationFilter @s
       services = Get-NetFirewallServiceFilter @s
       interfaces = Get-NetFirewallInterfaceFilter @s
       interfaceTypes = Get-NetFirewallInterfaceTypeFilter @s
       security = Get-NetFirewallSecurityFilter @s
       active = Get-NetConnectionProfile } | ConvertTo-Json -Depth 4

Sources: Microsoft Learn, NetSecurity module. A block rule beats every allow rule, whatever the
order. ConvertTo-Json writes numbers: Action 2 allow, 4 block; Enabled 1 true, 2 false; Direction 1
in, 2 out; Profile bits 1 domain, 2 private, 4 public, 0 any. A profile's inbound action that is not
configured (0) blocks.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any, TypeAlias

from soccheck.errors import ReadError
from soccheck.firewall.model import (
    ANY,
    Action,
    Base,
    Chain,
    Expr,
    In,
    Named,
    Not,
    Rule,
    Ruleset,
    Unknown,
    Where,
    all_of,
    some_of,
)
from soccheck.firewall.readers.base import Text, checked, implied
from soccheck.firewall.readers.microsoft.filters import LISTENERS, many, protocol, side, words
from soccheck.firewall.spans import span

Json: TypeAlias = Any
PROFILES = {"Domain": 1, "Private": 2, "Public": 4}
CATEGORY = {0: "Public", 1: "Private", 2: "Domain", "Public": "Public", "Private": "Private",
            "DomainAuthenticated": "Domain"}  # fmt: skip


def detect(content: str) -> bool:
    """Tell whether a text is the JSON described above."""
    head = content.lstrip("\ufeff \r\n\t")
    return head.startswith("{") and '"profiles"' in content and '"rules"' in content


def read(texts: Sequence[Text]) -> Ruleset:
    """Read one machine's rules; raises `ReadError`."""
    if len(texts) > 1:
        raise ReadError(texts[1].at(1), "one Windows machine at a time")
    text = texts[0]
    try:
        data = json.loads(text.content.lstrip("\ufeff"))
    except json.JSONDecodeError as error:
        raise ReadError(text.at(error.lineno), f"not JSON, or cut off: {error.msg}") from error
    except RecursionError as error:
        raise ReadError(text.at(1), "nested too deep") from error
    try:
        return checked(_Windows(text, data).read())
    except (KeyError, TypeError, AttributeError, IndexError) as error:
        raise ReadError(text.at(1), f"not the expected objects: {error!r}") from error


class _Windows:
    """One machine's rules while they are read."""

    def __init__(self, text: Text, data: Json) -> None:
        self.text = text
        self.data = data
        self.filters: dict[str, Mapping[str, Json]] = {
            kind: {str(f["InstanceID"]): f for f in many(data.get(kind))}
            for kind in (
                "ports",
                "addresses",
                "applications",
                "services",
                "interfaces",
                "interfaceTypes",
                "security",
            )
        }
        for kind in ("ports", "addresses", "applications"):
            if kind not in data:
                raise ReadError(text.at(1), f"the filters {kind!r} are not in the file")
        self.active = [CATEGORY.get(c["NetworkCategory"], "") for c in many(data.get("active"))]
        self.lines: dict[str, int] = {}
        for line, raw in text.numbered():
            if '"InstanceID"' in raw:
                name = raw.partition(":")[2].strip(' ,"\r')
                self.lines.setdefault(name, line)

    def read(self) -> Ruleset:
        """Return the ruleset."""
        top = self.text.at(1)
        known = implied(In("ct", ((1, 2),)), Action.ACCEPT, top, "connections already allowed")
        loop = implied(Named("iif", ("lo",)), Action.ACCEPT, top, "loopback is not filtered")
        chains = {}
        for hook, direction in (("input", 1), ("output", 2)):
            off, closed, default = self._profiles(direction)
            rules = [
                r
                for r in many(self.data["rules"])
                if _is(r["Direction"], direction) and _on(r["Enabled"])
            ]
            blocks = [self._rule(r, direction) for r in rules if _is(r["Action"], 4)]
            allows = [self._rule(r, direction) for r in rules if _is(r["Action"], 2)]
            base = Base(hook=hook, priority=0, policy=Action.DROP, policy_log=self._logs())
            # An allow rule for authenticated peers may be set to beat the block rules.
            over = [
                self._rule(r, direction)
                for r in rules
                if _is(r["Action"], 2)
                and _on(
                    self.filters["security"].get(str(r["InstanceID"]), {}).get("OverrideBlockRules")
                )
            ]
            ordered = [loop, *off, known, *closed, *over, *blocks, *allows, *default]
            chains[hook] = Chain(name=hook, rules=tuple(ordered), where=top, base=base)
        chains["forward"] = Chain(
            name="forward",
            rules=(implied(Unknown("whether this machine routes"), Action.ACCEPT, top, "routing"),),
            where=top,
            base=Base(hook="forward", priority=0, policy=Action.DROP),
        )
        return Ruleset(vendor="windows", chains=chains, families=frozenset({4, 6}))

    def _logs(self) -> bool:
        return all(_on(p.get("LogBlocked")) for p in many(self.data["profiles"]))

    def _in_profile(self, name: str) -> Expr:
        if not self.active:
            return Unknown(f"whether the {name} profile is active")
        if name not in self.active:
            return Not(ANY)
        return ANY if set(self.active) == {name} else Unknown(f"which network is {name}")

    def _profiles(self, direction: int) -> tuple[list[Rule], list[Rule], list[Rule]]:
        off: list[Rule] = []
        closed: list[Rule] = []
        default: list[Rule] = []
        key = "DefaultInboundAction" if direction == 1 else "DefaultOutboundAction"
        for profile in many(self.data["profiles"]):
            name = str(profile["Name"])
            match = self._in_profile(name)
            where = self._where(str(profile.get("InstanceID", "")))
            if not _on(profile["Enabled"]):
                if not _off(profile["Enabled"]):
                    match = all_of(match, Unknown(f"whether the {name} profile is on"))
                off.append(implied(match, Action.ACCEPT, where, f"the {name} profile is off"))
            if direction == 1 and _off(profile.get("AllowInboundRules")):
                closed.append(
                    implied(match, Action.DROP, where, f"the {name} profile ignores allow rules")
                )
            allowed = _is(profile[key], 2) or (direction == 2 and _is(profile[key], 0))
            action = Action.ACCEPT if allowed else Action.DROP
            default.append(implied(match, action, where, f"{name} profile: {key}"))
        return off, closed, default

    def _where(self, name: str) -> Where:
        return self.text.at(self.lines.get(name, 1))

    def _rule(self, rule: Json, direction: int) -> Rule:
        name = str(rule["InstanceID"])
        where = self._where(name)
        shown = str(rule.get("DisplayName") or name)
        try:
            parts = [self._profile_of(rule), *self._parts(name, direction)]
        except ValueError as error:
            raise ReadError(where, f"rule {shown!r}: {error}") from error
        action = Action.DROP if _is(rule["Action"], 4) else Action.ACCEPT
        return Rule(
            match=all_of(*parts),
            action=action,
            where=where,
            text=f"{shown} ({name})",
            comment=str(rule.get("Description") or ""),
        )

    def _profile_of(self, rule: Json) -> Expr:
        value = rule.get("Profile", rule.get("Profiles", 0))
        if isinstance(value, str):
            names = [n.strip() for n in value.split(",")]
            bits = 0 if "Any" in names else sum(PROFILES[n] for n in names)
        else:
            bits = int(value)
        if bits in (0, 7, 0x7FFFFFFF):
            return ANY
        return some_of(*(self._in_profile(n) for n, bit in PROFILES.items() if bits & bit))

    def _listener(self, name: str) -> Expr:
        """Return for which packets the program or service that a rule is bound to takes them."""
        application = self.filters["applications"].get(name, {})
        programs = words(application.get("Program"))
        services = words(self.filters["services"].get(name, {}).get("Service"))
        packages = words(application.get("Package"))
        bound = [*programs, *(f"service {s}" for s in services), *packages]
        if not bound:
            return ANY
        which = Unknown(f"only for {', '.join(bound)}")
        if packages or len(programs) > 1 or len(services) > 1:
            return which
        program = programs[0].replace("\\", "/").rpartition("/")[2].lower() if programs else ""
        found = LISTENERS.get((program, services[0].lower() if services else ""), ())
        own = (all_of(In("proto", span(proto)), In("dport", span(port))) for proto, port in found)
        return some_of(*own, which)

    def _parts(self, name: str, direction: int) -> list[Expr]:
        ports = self.filters["ports"].get(name)
        addresses = self.filters["addresses"].get(name)
        if ports is None or addresses is None:
            return [Unknown("its port and address filters are not in the file")]
        local, remote = ("dst", "src") if direction == 1 else ("src", "dst")
        out = [
            protocol(ports, direction),
            side(local, addresses.get("LocalAddress", addresses.get("LocalIP"))),
            side(remote, addresses.get("RemoteAddress", addresses.get("RemoteIP"))),
        ]
        out.append(self._listener(name))
        kind = self.filters["interfaceTypes"].get(name, {})
        out += [
            Unknown(f"only on {v} interfaces") for v in words(kind.get("InterfaceType")) if v != "0"
        ]
        alias = words(self.filters["interfaces"].get(name, {}).get("InterfaceAlias"))
        if alias:
            out.append(Named("iif" if direction == 1 else "oif", tuple(alias)))
        security = self.filters["security"].get(name, {})
        for key in ("Authentication", "Encryption"):
            if str(security.get(key, "0")) not in ("0", "NotRequired", "None"):
                out.append(Unknown(f"{key.lower()} required"))
        return out


def _is(value: Json, wanted: int) -> bool:
    """Compare an action or direction given as a number or as PowerShell's word for it."""
    names = {"allow": 2, "block": 4, "notconfigured": 0, "inbound": 1, "outbound": 2}
    return bool((names.get(value.lower(), -1) if isinstance(value, str) else value) == wanted)


def _on(value: Json) -> bool:
    """Tell whether a setting is on: 1, true or the word."""
    return value is True or value == 1 or value == "True"


def _off(value: Json) -> bool:
    """Tell whether a profile's setting is off: 0, false or the word (2 is "not configured")."""
    return value is False or value == 0 or value == "False"
