"""MikroTik RouterOS 7 `/export` to the rule model.

Sources: RouterOS documentation (Filter, NAT, RAW, Services). A packet no rule takes is accepted.
`/ip firewall` and `/ipv6 firewall` are separate. A service may be off, or limited to addresses.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from soccheck.errors import ReadError
from soccheck.firewall.engine.spans import Spans, address, masked, span, union
from soccheck.firewall.model import (
    ADDRTYPE,
    ANY,
    CT,
    NEVER,
    TCP,
    TCP_FLAGS,
    Action,
    Base,
    Chain,
    Expr,
    In,
    Named,
    Not,
    Note,
    Rewrite,
    Rule,
    Ruleset,
    Unknown,
    Where,
    all_of,
    some_of,
    span_all,
)
from soccheck.firewall.names import number, ports, protocol
from soccheck.firewall.readers.base import Text, checked, implied, of_family, readable

SERVICES = {"ftp": 21, "ssh": 22, "telnet": 23, "www": 80, "www-ssl": 443, "winbox": 8291,
            "api": 8728, "api-ssl": 8729}  # fmt: skip
HOOKS = {
    "filter": {"input": ("input", 0), "forward": ("forward", 0), "output": ("output", 0)},
    "raw": {"prerouting": ("prerouting", -300), "output": ("output", -300)},
    "nat": {"dstnat": ("prerouting", -100), "srcnat": ("postrouting", 100)},
}
ACTIONS = {
    "accept": Action.ACCEPT, "drop": Action.DROP, "reject": Action.REJECT, "tarpit": Action.DROP,
    "return": Action.RETURN, "jump": Action.JUMP, "log": Action.CONTINUE,
    "passthrough": Action.CONTINUE, "fasttrack-connection": Action.CONTINUE,
    "add-src-to-address-list": Action.CONTINUE, "add-dst-to-address-list": Action.CONTINUE,
    "src-nat": Action.ACCEPT, "masquerade": Action.ACCEPT,
}  # fmt: skip
SILENT = {"action", "chain", "comment", "disabled", "log", "log-prefix", "jump-target",
          "reject-with", "to-addresses", "to-ports", "address-list", "address-list-timeout",
          "hw-offload"}  # fmt: skip
TABLES = re.compile(r"/(ip|ipv6) firewall (filter|raw|nat)$")


class Item(NamedTuple):
    """One `add` or `set` line."""

    verb: str
    values: Mapping[str, str]
    bare: tuple[str, ...]
    where: Where
    text: str

    @property
    def on(self) -> bool:
        """Tell whether the item is enabled."""
        return self.values.get("disabled", "no") != "yes"


def detect(content: str) -> bool:
    """Tell whether a text is a RouterOS export."""
    head = content[:200000]
    return bool(re.search(r"^# .*by RouterOS ", head, re.M)) or bool(
        re.search(r"^/(ip|ipv6) (firewall|address|service)", head, re.M)
    )


def items(text: Text) -> dict[str, list[Item]]:
    """Return the lines by menu; raises `ReadError` for what is no export."""
    out: dict[str, list[Item]] = {}
    menu, pending, first = "", "", 0
    for line, raw in text.numbered():
        piece = raw.strip() if not pending else raw.lstrip()
        first = first or line
        if piece.endswith("\\"):
            pending += piece[:-1]
            continue
        full, where = pending + piece, text.at(first)
        pending, first = "", 0
        if not full or full.startswith("#"):
            continue
        if full.startswith("/"):
            # `export terse` writes menu and command on one line.
            found = re.match(r"(/[a-z0-9/ -]*?)(?: (add|set|remove)\b(.*))?$", full)
            if not found:
                raise ReadError(where, f"not a menu: {full[:60]!r}")
            menu = found[1].strip()
            if not found[2]:
                continue
            full = full[len(found[1]) :].strip()
        out.setdefault(menu, []).append(_item(full, where))
    if pending:
        raise ReadError(text.at(line), "the file ends in a line that is continued")
    return out


def _item(full: str, where: Where) -> Item:
    try:
        words = shlex.split(full)
    except ValueError as error:
        raise ReadError(where, f"cannot read the line: {error}") from error
    if words[0] not in ("add", "set", "remove"):
        raise ReadError(where, f"expected add or set: {full[:60]!r}")
    values: dict[str, str] = {}
    bare: list[str] = []
    for word in words[1:]:
        key, equals, value = word.partition("=")
        if equals:
            values[key] = value
        else:
            bare.append(word)
    return Item(words[0], values, tuple(bare), where, full)


class _Router:
    """One export."""

    def __init__(self, found: Mapping[str, list[Item]], top: Where) -> None:
        self.found = found
        self.top = top
        self.notes: list[Note] = []
        self.lists: dict[str, tuple[str, ...]] = {}
        self.chains: dict[str, Chain] = {}

    def read(self) -> Ruleset:
        """Return the ruleset."""
        self._interface_lists()
        rules: dict[tuple[str, str, str], list[Rule]] = {}
        for menu, entries in self.found.items():
            table = TABLES.match(menu)
            if not table:
                continue
            family = 4 if table[1] == "ip" else 6
            for item in entries:
                if item.verb == "add" and item.on:
                    chain = item.values.get("chain", "")
                    place = rules.setdefault((table[1], table[2], chain), [])
                    with readable(item.where, item.text):
                        place.append(self._rule(item, family, table[1], table[2]))
        for (version, kind, chain), listed in rules.items():
            self._chain(version, kind, chain, listed)
        for version in ("ip", "ipv6"):
            for kind, hooks in HOOKS.items():
                for chain in hooks:
                    if f"{version} {kind}/{chain}" not in self.chains:
                        self._chain(version, kind, chain, [])
        self._services()
        return checked(
            Ruleset(
                vendor="routeros",
                chains=self.chains,
                families=frozenset({4, 6}),
                zones=self.lists,
                untrusted=tuple(dict.fromkeys(self._default_routes())),
                notes=tuple(self.notes),
            )
        )

    def _chain(self, version: str, kind: str, chain: str, rules: list[Rule]) -> None:
        name = f"{version} {kind}/{chain}"
        hook = HOOKS[kind].get(chain)
        base = None
        if hook:
            base = Base(
                hook=hook[0],
                priority=hook[1],
                policy=Action.ACCEPT,
                families=frozenset({4 if version == "ip" else 6}),
                new_only=kind == "nat",
            )
        where = rules[0].where if rules else self.top
        self.chains[name] = Chain(name=name, rules=tuple(rules), where=where, base=base)

    def _interface_lists(self) -> None:
        members: dict[str, list[str]] = {}
        for item in self.found.get("/interface list", []):
            if "name" in item.values:
                members.setdefault(item.values["name"], [])
        for item in self.found.get("/interface list member", []):
            if item.on:
                place = members.setdefault(item.values.get("list", ""), [])
                place.append(item.values.get("interface", ""))
        for item in self.found.get("/interface list", []):
            for other in item.values.get("include", "").split(","):
                place = members.setdefault(item.values.get("name", ""), [])
                place += list(members.get(other, []))
        self.lists = {name: tuple(found) for name, found in members.items()}
        self.excluding = {
            i.values.get("name")
            for i in self.found.get("/interface list", [])
            if i.values.get("exclude")
        }

    def _default_routes(self) -> list[str]:
        """Return the interfaces that lead to the world; none where a family's way is not named."""
        out: dict[str, list[str]] = {"/ip": [], "/ipv6": []}
        for family, names in out.items():
            for item in self.found.get(f"{family} route", []):
                goal = item.values.get("dst-address", "0.0.0.0/0")
                gateways = item.values.get("gateway", "").split(",")
                # A half of the world is the world too, and all of IPv6's Internet is 2000::/3.
                if item.on and goal.partition("/")[2] in ("0", "1", "2", "3"):
                    ways = [gateway.rpartition("%")[2] for gateway in gateways]
                    if any(re.fullmatch(r"[0-9a-fA-F.:]*", way) for way in ways):
                        return []  # which interface it leaves by is not said: any may be outside
                    names += ways
            names += [
                item.values.get("interface", "")
                for item in self.found.get(f"{family} dhcp-client", [])
                if item.on and item.values.get("add-default-route", "yes") == "yes"
            ]
            for menu in ("/interface pppoe-client", "/interface lte"):
                names += [
                    item.values.get("name", "")
                    for item in self.found.get(menu, [])
                    if item.on and item.values.get("add-default-route") == "yes"
                ]
        if any(item.on for item in self.found.get("/ipv6 address", [])) and not any(out["/ipv6"]):
            return []
        return [name for names in out.values() for name in names if name]

    def _rule(self, item: Item, family: int, version: str, kind: str) -> Rule:
        parts: list[Expr] = [of_family(family)]
        for key, value in item.values.items():
            if key in SILENT:
                continue
            flip = value.startswith("!")
            try:
                match = self._match(key, value.removeprefix("!"), family, version, item.where)
            except ValueError as error:
                raise ReadError(item.where, f"{key}={value}: {error}") from error
            parts.append(Not(match) if flip else match)
        word = item.values.get("action", "accept")
        action = ACTIONS.get(word, Action.UNKNOWN)
        rewrite = None
        if word in ("dst-nat", "redirect"):
            action, rewrite = Action.REWRITE, self._rewrite(item, word, family)
        elif word == "notrack":
            action = Action.REWRITE
            rewrite = Rewrite(values={"ct": span(CT["untracked"])}, final=False, text=word)
        target = item.values.get("jump-target", "")
        return Rule(
            match=all_of(*parts),
            action=action,
            target=f"{version} {kind}/{target}" if action is Action.JUMP else "",
            rewrite=rewrite,
            where=item.where,
            text=item.text,
            family=family,
            log=word == "log" or item.values.get("log") == "yes",
            comment=item.values.get("comment", ""),
            label=kind,
        )

    def _rewrite(self, item: Item, word: str, family: int) -> Rewrite:
        values: dict[str, Spans] = {}
        try:
            if word == "redirect":
                values["dtype"] = span(ADDRTYPE["local"])
            elif "to-addresses" in item.values:
                values["dst"] = address(item.values["to-addresses"])[1]
            if "to-ports" in item.values:
                values["dport"] = ports(item.values["to-ports"])
        except ValueError as error:
            raise ReadError(item.where, str(error)) from error
        if not values:
            values = {"dst": span_all(family)}
        return Rewrite(values=values, text=item.text)

    def _match(self, key: str, value: str, family: int, version: str, where: Where) -> Expr:
        if key in ("src-address", "dst-address"):
            found, spans = address(value)
            if found != family:
                raise ValueError(f"not IPv{family}")
            return In(key[:3], spans, family)
        if key in ("src-address-list", "dst-address-list"):
            return self._address_list(key[:3], value, family, version, where)
        if key in ("in-interface", "out-interface"):
            return Named("iif" if key.startswith("in") else "oif", (value,))
        if key in ("in-interface-list", "out-interface-list"):
            return self._interface_list("iif" if key.startswith("in") else "oif", value, where)
        if key == "protocol":
            return In("proto", span(protocol(value)))
        if key in ("src-port", "dst-port", "port"):
            spans = ports(value)
            fields = {"src-port": ("sport",), "dst-port": ("dport",)}.get(key, ("sport", "dport"))
            return some_of(*(In(f, spans) for f in fields))
        if key == "connection-state":
            names = value.split(",")
            return In("ct", union((CT[n], CT[n]) for n in names))
        if key == "connection-nat-state" and value == "dstnat":
            return In("dnat", span(1))
        if key in ("dst-address-type", "src-address-type") and set(value.split(",")) <= set(
            ADDRTYPE
        ):
            spans = union((ADDRTYPE[n], ADDRTYPE[n]) for n in value.split(","))
            return In("dtype" if key.startswith("dst") else "stype", spans)
        if key == "icmp-options":
            kind, _, code = value.partition(":")
            parts: list[Expr] = [In("itype", span(number(kind, 255)))]
            if code and code != "0-255":
                low, _, high = code.partition("-")
                parts.append(In("icode", span(number(low, 255), number(high or low, 255))))
            return all_of(*parts)
        if key == "tcp-flags":
            return self._flags(value)
        if key in ("limit", "dst-limit"):
            return some_of(In("fresh", span(1)), Unknown(f"{key}={value}"))
        return Unknown(f"{key}={value}")

    def _flags(self, value: str) -> Expr:
        on = off = 0
        for name in value.split(","):
            bit = TCP_FLAGS.get(name.removeprefix("!"))
            if bit is None:
                return Unknown(f"tcp-flags={value}")
            on, off = (on, off | bit) if name.startswith("!") else (on | bit, off)
        return In("flags", masked(on | off, on))

    def _address_list(self, name: str, value: str, family: int, version: str, where: Where) -> Expr:
        spans: list[tuple[int, int]] = []
        unknown: list[Expr] = []
        seen = False
        for item in self.found.get(f"/{version} firewall address-list", []):
            if item.values.get("list") != value or not item.on:
                continue
            seen = True
            text = item.values.get("address", "")
            try:
                found, part = address(text)
            except ValueError:
                unknown.append(Unknown(f"address list {value} holds the name {text}"))
                continue
            if found == family:
                spans += part
        for entries in self.found.values():
            for item in entries:
                if item.values.get("address-list") == value and item.on:
                    seen = True
                    unknown.append(Unknown(f"address list {value} grows with traffic"))
        if not seen:
            self.notes.append(
                Note(kind="undefined", where=where, text=f"address list {value!r} is not defined")
            )
            return Unknown(f"address list {value!r} is not in the export; it may be dynamic")
        return some_of(In(name, union(spans), family), *unknown)

    def _interface_list(self, name: str, value: str, where: Where) -> Expr:
        if value == "all":
            return ANY
        if value == "none":
            return NEVER
        if value in ("dynamic", "static") or value in self.excluding:
            return Unknown(f"interface list {value}")
        if value not in self.lists:
            self.notes.append(
                Note(kind="undefined", where=where, text=f"interface list {value!r} is not defined")
            )
            return Unknown(f"interface list {value!r} is not defined")
        return Named(name, self.lists[value])

    def _services(self) -> None:
        """Add what `/ip service` closes, whatever the input chain lets in."""
        rules: list[Rule] = []
        state = {
            name: (port, name != "www-ssl", "", self.top, f"service {name}, off by default")
            for name, port in SERVICES.items()
        }
        for item in self.found.get("/ip service", []):
            for name in item.bare:
                if name in state:
                    port, on, limit, _, _ = state[name]
                    state[name] = (
                        number(item.values.get("port", str(port)), 65535),
                        item.on if "disabled" in item.values else on,
                        item.values.get("address", limit),
                        item.where,
                        item.text,
                    )
        served = {port for port, on, *_ in state.values() if on}
        for port, on, limit, where, text in state.values():
            match = all_of(In("proto", span(TCP)), In("dport", span(port)))
            if not on and port not in served:
                rules.append(implied(match, Action.DROP, where, text))
            elif on and limit:
                inside = []
                with readable(where, text):
                    for part in limit.split(","):
                        family, spans = address(part)
                        inside.append(In("src", spans, family))
                outside = all_of(match, Not(some_of(*inside)))
                rules.append(implied(outside, Action.DROP, where, text))
        base = Base(hook="input", priority=100, policy=Action.ACCEPT)
        self.chains["services"] = Chain(
            name="services", rules=tuple(rules), where=self.top, base=base
        )


def read(texts: Sequence[Text]) -> Ruleset:
    """Read one export; raises `ReadError`."""
    if len(texts) > 1:
        raise ReadError(texts[1].at(1), "one RouterOS export at a time")
    return _Router(items(texts[0]), texts[0].at(1)).read()
