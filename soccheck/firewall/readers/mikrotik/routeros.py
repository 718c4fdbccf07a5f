"""MikroTik RouterOS 7 `/export` to the rule model.

Sources: RouterOS documentation (Filter, NAT, RAW, Services). A packet no rule takes is accepted, and a
jump to a chain without rules goes on behind the jump. `/ip firewall` and `/ipv6 firewall` are separate.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from soccheck.errors import ReadError, worded
from soccheck.firewall.model import (
    ADDRTYPE,
    CT,
    PORTS,
    Action,
    Base,
    Chain,
    Note,
    Rewrite,
    Rule,
    Ruleset,
    Unknown,
    all_of,
    span_all,
)
from soccheck.firewall.names import ports
from soccheck.firewall.readers.base import Text, implied, of_family
from soccheck.firewall.readers.ledger import Ledger
from soccheck.firewall.readers.mikrotik.export import Export, Item, parse
from soccheck.firewall.readers.mikrotik.interfaces import RouterOsInterfaces
from soccheck.firewall.readers.mikrotik.lists import BY_SERVER, AddressLists, InterfaceLists
from soccheck.firewall.readers.mikrotik.logs import unkept
from soccheck.firewall.readers.mikrotik.matchers import Context, conditions
from soccheck.firewall.readers.mikrotik.routes import perhaps, untrusted, ways_out
from soccheck.firewall.readers.mikrotik.scripts import run_by_itself
from soccheck.firewall.readers.mikrotik.services import closed, consoles
from soccheck.firewall.readers.vocabulary import load
from soccheck.firewall.spans import Spans, address, span
from soccheck.phrase import echo, phrase

VOCABULARY = load(__package__, beside="menus.toml")
VERSIONS = {"ip": 4, "ipv6": 6}
HOOKS = {
    "filter": {"input": ("input", 0), "forward": ("forward", 0), "output": ("output", 0)},
    "raw": {"prerouting": ("prerouting", -300), "output": ("output", -300)},
    "nat": {"dstnat": ("prerouting", -100), "srcnat": ("postrouting", 100)},
}
ACTIONS: Mapping[str, Action] = {
    "accept": Action.ACCEPT, "drop": Action.DROP, "reject": Action.REJECT, "tarpit": Action.DROP,
    "return": Action.RETURN, "jump": Action.JUMP, "log": Action.CONTINUE,
    "passthrough": Action.CONTINUE, "fasttrack-connection": Action.CONTINUE,
    "add-src-to-address-list": Action.CONTINUE, "add-dst-to-address-list": Action.CONTINUE,
    "src-nat": Action.ACCEPT, "masquerade": Action.ACCEPT, "notrack": Action.REWRITE,
    "dst-nat": Action.REWRITE, "redirect": Action.REWRITE, "netmap": Action.REWRITE, "same": Action.REWRITE,
}  # fmt: skip
BY_CLIENTS = ("ppp", "hotspot")
"""Chains in which a RADIUS server puts jumps for its clients (attribute Filter-Id, "RADIUS")."""
BRIDGED = ("prerouting", "forward", "postrouting")
"""Hooks that packets between the ports of a bridge go round."""
UNSAID = ("", "0.0.0.0", "::")
"""New addresses that mean the old one ("NAT", `to-addresses`)."""
SWITCHED = (
    *("/ip upnp", "/ip nat-pmp", "/mpls ldp", "/tr069-client", "/dude", "/file rsync-daemon"),
    *("/zerotier",),
)
"""Services that open ports, change rules or send packets past them, by themselves, when they are on."""
IPSEC = ("/ip ipsec peer", "/ip ipsec policy", "/ip ipsec identity")


def detect(content: str) -> bool:
    """Tell whether a text is a RouterOS export."""
    head = content[:200000]
    return bool(re.search(r"^# .*by RouterOS ", head, re.M)) or bool(
        re.search(r"^/(ip|ipv6) (firewall|address|service)", head, re.M)
    )


def read(texts: Sequence[Text], ledger: Ledger) -> Ruleset:
    """Read one export; raises `ReadError`."""
    if len(texts) > 1:
        raise ReadError(texts[1].at(1), phrase("one RouterOS export at a time"))
    return _Router(parse(texts[0], ledger), ledger).read()


class _Router:
    """One export while it is read."""

    def __init__(self, export: Export, ledger: Ledger) -> None:
        self.export = export
        self.ledger = ledger
        self.notes: list[Note] = []
        run_by_itself(export, ledger)
        for menu in SWITCHED:
            items = export.all(menu)
            if len(items) == 1 and _is_off(items[0].record.values):
                items[0].record.pass_over()
        for item in export.all("/user aaa"):
            item.get(BY_SERVER)  # of those who manage the device
        self.interfaces = RouterOsInterfaces(export)
        self.interfaces.read()
        self.lists = InterfaceLists(export, self.interfaces, self.notes)
        self.chains: dict[str, Chain] = {}
        self.tunnels = any(i.verb == "add" for menu in IPSEC for i in export.all(menu)) or any(
            i.get("use-ipsec", "no") != "no" or i.get("ipsec-secret")
            for menu in export.menus
            if menu.startswith("/interface ")
            for i in export.all(menu)
        )

    def read(self) -> Ruleset:
        """Return the ruleset."""
        for version, family in VERSIONS.items():
            addresses = AddressLists(self.export, version, family, self.notes)
            for table, hooks in HOOKS.items():
                self._table(version, family, table, hooks, addresses)
        base = Base(hook="input", priority=100, policy=Action.ACCEPT)
        self._add("services", closed(self.export), base)
        ways = ways_out(self.export)
        return Ruleset(
            vendor="routeros",
            chains=self.chains,
            families=frozenset({4, 6}),
            zones=self.lists.zones(),
            untrusted=untrusted(ways, self.interfaces.bridges, self.interfaces.lines),
            perhaps_untrusted=perhaps(self.export, self.interfaces.found, self.interfaces.bridges),
            devices=self.interfaces.devices(ways),
            unlisted=self.interfaces.unlisted(),
            notes=tuple(self.notes),
            consoles=tuple(consoles(self.export)),
            unkept=unkept(self.export),
        )

    def _add(self, name: str, rules: Sequence[Rule], base: Base | None) -> None:
        where = rules[0].where if rules else self.export.top
        self.chains[name] = Chain(name=name, rules=tuple(rules), where=where, base=base)

    def _table(
        self,
        version: str,
        family: int,
        table: str,
        hooks: Mapping[str, tuple[str, int]],
        addresses: AddressLists,
    ) -> None:
        rules: dict[str, list[Rule]] = {name: [] for name in hooks}
        for item in self.export.added(f"/{version} firewall {table}"):
            context = Context(
                family=family,
                where=item.where,
                lists=self.lists,
                addresses=addresses,
                tunnels=self.tunnels,
            )
            chain = item.get("chain")
            rule = self._rule(item, context, f"{version} {table}/")
            # A jump to a chain without rules goes on behind the jump.
            rules.setdefault(rule.target.partition("/")[2] or chain, [])
            if chain:
                rewrites = table == "raw" or (table == "nat" and chain != "srcnat")
                rules.setdefault(chain, []).extend(
                    self.ledger.costs_all(item.record, rule, rewrites=rewrites)
                )
        for name, listed in rules.items():
            if table == "filter" and name in BY_CLIENTS and self.lists.by_server:
                text = phrase("what a RADIUS server puts into the chain {name}", name=name)
                doubt = implied(Unknown(text), Action.UNKNOWN, self.export.top, text)
                listed = [doubt, *listed]
            hook = hooks.get(name)
            base = None
            if hook:
                listed = self._before(name, hook[0], family, listed)
                base = Base(
                    hook=hook[0],
                    priority=hook[1],
                    policy=Action.ACCEPT,
                    families=frozenset({family}),
                    new_only=table == "nat",
                )
            self._add(f"{version} {table}/{name}", listed, base)

    def _before(self, chain: str, hook: str, family: int, rules: list[Rule]) -> list[Rule]:
        """Return the rules of a chain behind what goes round them, or is not sent on at all."""
        if chain == "forward" and family not in self.interfaces.routing:
            text = phrase("IPv{family} is not sent on", family=family)
            rules = [implied(of_family(family), Action.DROP, self.export.top, text)]
        return [*self.interfaces.bridged(), *rules] if hook in BRIDGED else rules

    def _rule(self, item: Item, context: Context, prefix: str) -> Rule:
        record, family = item.record, context.family
        record.within = of_family(family)
        remarks = [Unknown(echo(item.remark))] if item.remark else []
        match = all_of(of_family(family), *conditions(record, context), *remarks)
        action = record.choice("action", ACTIONS, "accept", Action.UNKNOWN)
        if action is Action.REWRITE and item.get("chain") == "srcnat":
            action = Action.ACCEPT  # it changes the source, when all is decided
        word = item.get("action", "accept")
        target, to_address, to_ports = (
            item.get(k) for k in ("jump-target", "to-addresses", "to-ports")
        )
        rewrite = None
        if action is Action.REWRITE:
            rewrite = self._rewrite(item, word, family, to_address, to_ports)
        return Rule(
            match=match,
            action=action,
            target=prefix + target if action is Action.JUMP else "",
            rewrite=rewrite,
            where=item.where,
            text=item.text,
            family=family,
            log=item.flag("log") or word == "log",
            comment=" ".join(record.values.get("comment", ())),
            label=prefix.partition(" ")[2].strip("/"),
        )

    def _rewrite(self, item: Item, word: str, family: int, to: str, to_ports: str) -> Rewrite:
        anywhere: dict[str, Spans] = {"dst": span_all(family), "dport": ((0, PORTS),)}
        if word == "notrack":
            return Rewrite(values={"ct": span(CT["untracked"])}, final=False)
        values: dict[str, Spans] = {}
        try:
            if word == "redirect":
                values["dtype"] = span(ADDRTYPE["local"])
            elif to not in UNSAID:
                found, values["dst"] = address(to)
                if found != family:
                    raise ValueError(
                        phrase("{address} is not IPv{family}", address=to, family=family)
                    )
            if to_ports:
                values["dport"] = ports(to_ports)
        except ValueError as error:
            item.record.doubtful(worded(error))
            values = {}
        return Rewrite(values=values or anywhere)


def _is_off(values: Mapping[str, Sequence[str]]) -> bool:
    return values.get("enabled") == ["no"] or values.get("disabled") == ["yes"]
