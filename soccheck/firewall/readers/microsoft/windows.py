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

`listeners`, where it is given, says who listens, and so what a rule bound to a program opens:

    listeners = Get-NetTCPConnection -State Listen | Select-Object @{n='Protocol';e={'TCP'}}, LocalPort,
        LocalAddress, @{n='Program';e={(Get-Process -Id $_.OwningProcess).Path}},
        @{n='Services';e={(Get-CimInstance Win32_Service -Filter "ProcessId=$($_.OwningProcess)").Name}}

`forwarding` (of each `Get-NetIPInterface`, its `Forwarding` as text) and `translating` (the names of
`Get-NetNat`) say whether the machine sends on what is not for it, which no rule judges; else that is unknown.

Sources: Microsoft Learn, NetSecurity module. A block rule beats every allow rule, whatever the
order. ConvertTo-Json writes numbers: Action 2 allow, 3 allow (what is secured, past every block),
4 block; Enabled 1 true, 2 false; Direction 1
in, 2 out; Profile bits 1 domain, 2 private, 4 public, 0 any. A profile's inbound action that is not
configured (0) blocks.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace

from soccheck.errors import ReadError, quoted, worded
from soccheck.firewall.interface import Interface
from soccheck.firewall.model import (
    ANY,
    Action,
    Base,
    Chain,
    Doubt,
    Expr,
    Named,
    Rule,
    Ruleset,
    Unknown,
    Where,
    all_of,
)
from soccheck.firewall.readers.base import Text, established, implied, untold_console
from soccheck.firewall.readers.ledger import Ledger
from soccheck.firewall.readers.members import Json, Members, members
from soccheck.firewall.readers.microsoft import filters
from soccheck.firewall.readers.microsoft.filters import many, objects, ruled, spelled, words
from soccheck.firewall.readers.microsoft.listeners import bound, listed
from soccheck.firewall.readers.microsoft.profiles import (
    Profiles,
    active_of,
    connected,
    is_on,
    is_word,
)
from soccheck.firewall.readers.microsoft.states import enforced, is_another_s, state
from soccheck.firewall.readers.vocabulary import load
from soccheck.phrase import echo, phrase, series

VOCABULARY = load(__package__)
_NAMED = re.compile(r'"InstanceID"\s*:\s*"([^"]*)"')


def detect(content: str) -> bool:
    """Tell whether a text is the JSON described above."""
    head = content.lstrip("\ufeff \r\n\t")
    return head.startswith("{") and '"profiles"' in content and '"rules"' in content


def read(texts: Sequence[Text], ledger: Ledger) -> Ruleset:
    """Read one machine's rules; raises `ReadError`."""
    if len(texts) > 1:
        raise ReadError(texts[1].at(1), phrase("one Windows machine at a time"))
    text = texts[0]
    try:
        data = json.loads(text.content.lstrip("\ufeff"))
    except json.JSONDecodeError as error:
        raise ReadError(
            text.at(error.lineno), phrase("not JSON, or cut off: {msg}", msg=error.msg)
        ) from error
    except RecursionError as error:
        raise ReadError(text.at(1), phrase("nested too deep")) from error
    try:
        return _Windows(text, data, ledger).read()
    except (KeyError, TypeError, AttributeError, IndexError, ValueError) as error:
        raise ReadError(
            text.at(1), phrase("not the expected objects: {error}", error=quoted(repr(error)))
        ) from error


KINDS = (
    "ports", "addresses", "applications", "services", "interfaces", "interfaceTypes", "security",
)  # fmt: skip
NEEDED = KINDS[:3]
LOCAL = (1, "Local")
"""Where a rule of the machine's own comes from (PolicyStoreSourceType)."""


class _Windows:
    """One machine's rules while they are read."""

    def __init__(self, text: Text, data: Json, ledger: Ledger) -> None:
        self.text = text
        self.ledger = ledger
        self.lines: dict[str, int] = {}
        for line, raw in text.numbered():
            for name in _NAMED.findall(raw):
                self.lines.setdefault(name, line)
        for profile in many(data.get("profiles")):
            key = "DisabledInterfaceAliases"
            if key in profile:
                profile[key] = spelled(profile[key], data)
        self.file = members(ledger, "file", text.at(1), "the export", data)
        self.filters: dict[str, dict[str, list[Json]]] = {}
        for kind in KINDS:
            if kind in NEEDED and kind not in data:
                raise ReadError(
                    text.at(1), phrase("the filters {kind} are not in the file", kind=repr(kind))
                )
            found = self.filters[kind] = {}
            for entry in objects(self.file.get(kind)):
                if "InterfaceAlias" in entry:
                    entry["InterfaceAlias"] = spelled(entry["InterfaceAlias"], data)
                found.setdefault(str(entry["InstanceID"]), []).append(entry)
        entries = [
            members(
                ledger,
                "profile",
                self._where(str(p.get("InstanceID", ""))),
                f"profile {p['Name']}",
                p,
            )
            for p in objects(self.file.need("profiles"))
        ]
        self.rules = ruled(self.file.get("rules"), any(self.filters.values()))
        connections = self.file.get("active")
        active, self.connected = active_of(connections), connected(connections)
        self.profiles = Profiles(entries, active, text.at(1))
        listeners = self.file.get("listeners")
        self.listeners = None if listeners is None else listed(many(listeners))

    def read(self) -> Ruleset:
        """Return the ruleset."""
        top = self.text.at(1)
        known = established(top)
        loop = implied(
            Named("iif", ("lo",)), Action.ACCEPT, top, phrase("loopback is not filtered")
        )
        chains = {}
        for hook, direction in (("input", 1), ("output", 2)):
            profiles = self.profiles.defaults(direction)
            kinds: dict[str, list[Rule]] = {"over": [], "block": [], "allow": []}
            for rule in self.rules:
                for kind, found in self._rule(rule, direction):
                    kinds[kind].append(found)
            # An allow rule for authenticated peers may be set to beat the block rules.
            ordered = [
                loop, *profiles.off, known, *profiles.closed, *kinds["over"], *kinds["block"],
                *kinds["allow"], *profiles.default,
            ]  # fmt: skip
            if self.profiles.on is False:
                ordered = profiles.off
            chains[hook] = Chain(name=hook, rules=tuple(ordered), where=top, base=self._base(hook))
        across = tuple(self._across(top))
        chains["forward"] = Chain(
            name="forward", rules=across, where=top, base=self._base("forward")
        )
        return Ruleset(
            vendor="windows",
            chains=chains,
            families=frozenset({4, 6}),
            devices=self.connected,
            unlisted=Interface(name="any other"),
            consoles=(untold_console(top),),
            unkept=tuple(self.profiles.elsewhere),
        )

    def _across(self, top: Where) -> Iterator[Rule]:
        """Yield what becomes of packets that are not for the machine: no rule of the firewall judges them.

        Where nothing forwards or translates, they get nowhere, which is no denial.
        """
        forwarding, translating = (self.file.get(key) for key in ("forwarding", "translating"))
        if forwarding and {*map(str, many(forwarding))} == {"Disabled"} and translating == []:
            text = phrase("no interface forwards, and nothing translates")
            yield implied(ANY, Action.DROP, top, text, log=True)
            return
        yield from self.profiles.defaults(1).off
        doubt = Unknown(phrase("whether this machine routes"))
        yield implied(doubt, Action.ACCEPT, top, phrase("routing"))

    def _base(self, hook: str) -> Base:
        """Return where a chain stands; no filter where every profile is off, doubted where one may be.

        It is, too, where another product filters in its place.
        """
        on, log = self.profiles.on, self.profiles.log
        if any(map(is_another_s, self.rules)):
            on = None
        policy = Action.ACCEPT if on is False else Action.DROP
        return Base(hook=hook, priority=0, policy=policy, policy_log=log, doubted=on is None)

    def _where(self, name: str) -> Where:
        return self.text.at(self.lines.get(name, 1))

    # -- rules -------------------------------------------------------------------------------------

    def _rule(self, rule: Json, direction: int) -> list[tuple[str, Rule]]:
        """Return the rule of one direction: among those that block, allow, or allow past every block."""
        name = str(rule["InstanceID"])
        shown = str(rule.get("DisplayName") or name)
        entry = members(self.ledger, "rule", self._where(name), f"{shown} ({name})", rule)
        doubts = state(entry, direction)
        if doubts is None:
            entry.pass_over()
            return []
        action = entry.get("Action")
        blocks = not (is_word(action, 2) or is_word(action, 3))
        if blocks and not is_word(action, 4):
            doubts.append(Doubt(phrase("action {action}", action=action)))
        limits, override = self._limits(entry, name, direction, blocks=blocks)
        override = override or is_word(action, 3)
        now = [self.profiles.of(entry), self._bound(entry, name, allows=not blocks)]
        parts = [*doubts, *now, *self._status(entry), *limits]
        if is_word(action, 3):
            parts.append(Unknown(phrase("only what is authenticated")))
        made = Rule(
            match=all_of(*parts),
            action=Action.DROP if blocks else Action.ACCEPT,
            where=entry.where,
            text=entry.text,
            log=blocks and self.profiles.log,
            comment=str(rule.get("Description") or ""),
            momentary=all_of(*now) != ANY,
        )
        found = self.ledger.costs(entry, made)
        out = [("block" if blocks else "allow", found)]
        if blocks and not is_word(action, 4):
            out.append(("allow", replace(found, action=Action.ACCEPT)))
        return [("over", found), *out] if override else out

    def _limits(
        self, entry: Members, name: str, direction: int, *, blocks: bool
    ) -> tuple[list[Expr], bool]:
        """Return what a rule's filters match, and whether they set it past every block."""
        parts: list[Expr] = []
        override = False
        for kind, read in FILTERS.items():
            required = blocks or kind in ("ports", "addresses")
            part = self._filter(entry, kind, name, required=required)
            if not isinstance(part, Members):
                parts.append(part)
                continue
            parts.append(_read(part, read, direction))
            override |= kind == "security" and is_on(part.get("OverrideBlockRules"))
        return parts, override

    def _filter(self, entry: Members, kind: str, name: str, *, required: bool) -> Members | Expr:
        """Return a rule's filter of a kind; unknown where it is not given, or given twice."""
        found = self.filters[kind].get(name, [])
        if any(other != found[0] for other in found[1:]):
            return Doubt(phrase("two {kind} filters of one name, of different stores", kind=kind))
        if found and is_on(found[0].get("IsNegated")):
            return Doubt(phrase("its {kind} filter is negated", kind=kind))
        if found:
            return entry.part(kind, found[0])
        return Doubt(phrase("its {kind} filter is not in the file", kind=kind)) if required else ANY

    def _bound(self, entry: Members, name: str, *, allows: bool) -> Expr:
        pair = [
            self._filter(entry, kind, name, required=not allows)
            for kind in ("applications", "services")
        ]
        parts = [p if isinstance(p, Members) else entry.part("none", {}) for p in pair]
        unsure = [p for p in pair if not isinstance(p, Members)]
        found = bound(parts[0], parts[1], self.listeners, allows=allows)
        return all_of(*unsure, *([found] if found is not None else []))

    def _status(self, entry: Members) -> list[Expr]:
        """Return what a rule says of its state: one that is not enforced, or only for an owner."""
        out: list[Expr] = []
        status = entry.get("PrimaryStatus")
        if status not in (None, 1, "OK"):
            out.append(Doubt(phrase("its status is {status}", status=status)))
        out += enforced(entry)
        for key in ("Owner", "Platforms", "Platform", "RemoteDynamicKeywordAddresses"):
            found = words(entry.get(key))
            if found:
                out.append(
                    Unknown(phrase("only for {key} {names}", key=key, names=", ".join(found)))
                )
        source = entry.get("PolicyStoreSourceType")
        if self.profiles.ignore_local and (source is None or source in LOCAL):
            out.append(Doubt(phrase("whether rules of the machine's own are applied")))
        return out


FILTERS: Mapping[str, Callable[[Members, int], Expr]] = {
    "ports": filters.protocol,
    "addresses": filters.sides,
    "interfaces": filters.interfaces,
    "interfaceTypes": filters.kinds,
    "security": filters.security,
}


def _read(part: Members, read: Callable[[Members, int], Expr], direction: int) -> Expr:
    """Read a filter; a value that makes no sense leaves it unread."""
    try:
        return read(part, direction)
    except ValueError as error:
        part.doubts.append(series([echo(part.section), worded(error)], ": "))
        return ANY
