"""`config.xml` of pfSense and OPNsense: aliases, and the rules it makes where no pfctl listing is given.

Sources: pfSense documentation (Rule methodology, Port forwards, Aliases); OPNsense documentation.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from defusedxml import ElementTree
from defusedxml.common import DefusedXmlException

from soccheck.errors import ReadError
from soccheck.firewall.model import (
    ANY,
    TCP,
    UDP,
    Action,
    Expr,
    In,
    Named,
    Not,
    Note,
    Rewrite,
    Rule,
    Unknown,
    Where,
    all_of,
    some_of,
)
from soccheck.firewall.names import icmp, port_range, protocol
from soccheck.firewall.readers.base import Text, implied, of_family
from soccheck.firewall.readers.objects import Objects, moved, turned
from soccheck.firewall.readers.pf.rules import ICMP_NAMES
from soccheck.firewall.spans import Spans, address, span

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

FAMILY = {"inet": 4, "inet6": 6, "inet46": 0, "": 4}


def _text(node: Element | None, path: str = "") -> str:
    found = node.find(path) if node is not None and path else node
    return (found.text or "").strip() if found is not None else ""


class Config:
    """One config.xml."""

    def __init__(self, text: Text) -> None:
        self.text = text
        try:
            root: Element = ElementTree.fromstring(text.content.encode(), forbid_dtd=True)
        except DefusedXmlException as error:
            raise ReadError(
                text.at(1), f"XML with a DTD or entities is refused: {error}"
            ) from error
        except (ElementTree.ParseError, ValueError) as error:
            line = getattr(error, "position", (1, 0))[0]
            raise ReadError(text.at(line), f"not XML, or cut off: {error}") from error
        self.root = root
        self.notes: list[Note] = []
        self.interfaces = {
            node.tag: _text(node, "if")
            for node in root.iterfind("interfaces/*")
            if _text(node, "if")
        }
        self.zones = {
            name: (device,)
            for node in root.iterfind("interfaces/*")
            for name, device in (
                (node.tag, _text(node, "if")),
                (_text(node, "descr"), _text(node, "if")),
            )
            if name and device
        }
        wan = [
            n.tag
            for n in root.iterfind("interfaces/*")
            if _text(n, "gateway")
            or _text(n, "gatewayv6")
            or _text(n, "ipaddr") in ("dhcp", "pppoe")
            or _text(n, "ipaddrv6") in ("dhcp6", "slaac", "6rd", "6to4")
        ]
        self.untrusted = tuple(
            dict.fromkeys(self.interfaces[n] for n in wan if n in self.interfaces)
        )
        self.logs_default = root.find("syslog/nologdefaultblock") is None
        self.addresses = Objects("alias")
        self.ports = Objects("alias")
        self._lines()
        self._aliases()

    def _lines(self) -> None:
        """Find the line each rule begins on, in document order."""
        self.starts = [n for n, raw in self.text.numbered() if re.search(r"<rule\b", raw)]

    def all_notes(self) -> list[Note]:
        """Return what was noted."""
        return [*self.notes, *self.addresses.notes, *self.ports.notes]

    def _aliases(self) -> None:
        where = self.text.at(1)
        nodes = [
            *self.root.iterfind("aliases/alias"),
            *self.root.iterfind(".//Firewall/Alias/aliases/alias"),
        ]
        for node in nodes:
            name, kind = _text(node, "name"), _text(node, "type")
            content = (_text(node, "address") or _text(node, "content")).split()
            if kind == "port":
                self.ports.groups[name] = (where, content)
                for item in content:
                    if item[:1].isdigit():
                        self.ports.leaves[item] = In("dport", (port_range(item.replace(":", "-")),))
            elif kind in ("host", "network", "networkgroup"):
                self.addresses.groups[name] = (where, content)
                for item in content:
                    leaf = _literal(item)
                    if leaf is not None:
                        self.addresses.leaves[item] = leaf
            else:
                self.addresses.leaves[name] = Unknown(f"alias {name} of type {kind}")
        named = {_text(n, "name") for n in nodes}
        for group in list(self.addresses.groups.values()):
            for item in group[1]:
                if item not in named and item not in self.addresses.leaves:
                    self.addresses.leaves[item] = Unknown(f"the address of {item}")

    def table(self, name: str) -> Expr:
        """Return what a pf table holds, as a match on the source."""
        if name in self.addresses.groups or name in self.addresses.leaves:
            return self.addresses.find(name, self.text.at(1))
        return Unknown(f"the content of table {name}")

    def rules(self) -> tuple[list[Rule], list[Rule]]:
        """Return (translations, rules)."""
        nat: list[Rule] = []
        quick: list[Rule] = []
        last: list[Rule] = []
        own: list[Rule] = []
        place = 0
        for parent in self.root.iter():
            if parent.tag not in ("filter", "nat", "rules", "outbound", "onetoone"):
                continue
            for node in parent.iterfind("rule"):
                where = self.text.at(self.starts[place] if place < len(self.starts) else 1)
                place += 1
                if parent.tag == "nat":
                    nat += self._forward(node, where)
                elif parent.tag in ("filter", "rules") and not self._off(node):
                    rule, floating, is_quick = self._rule(node, where)
                    if not floating:
                        own.append(rule)
                    elif is_quick:
                        quick.append(rule)
                    else:
                        last.append(rule)
        for node in self.root.iterfind("nat/onetoone"):
            if node.find("disabled") is None:
                rewrite = Rewrite(values={"dst": span(0, 2**32 - 1)}, text="1:1 NAT")
                match = Unknown(f"1:1 NAT of {_text(node, 'external')}")
                nat.append(
                    Rule(
                        match=match,
                        action=Action.REWRITE,
                        where=self.text.at(1),
                        family=4,
                        text="1:1 NAT",
                        rewrite=rewrite,
                    )
                )
        return nat, [*self._built_in(), *quick, *own, *reversed(last)]

    def _off(self, node: Element) -> bool:
        return node.find("disabled") is not None or _text(node, "enabled") == "0"

    def _built_in(self) -> list[Rule]:
        """Return the anti-lockout rule, and the private and bogon blocks of an interface."""
        where = self.text.at(1)
        out: list[Rule] = []
        lan = self.interfaces.get("lan")
        if lan and self.root.find("system/webgui/noantilockout") is None:
            gui = _text(self.root, "system/webgui/port") or "443"
            gates = [
                port_range(p) for p in (gui, "80", _text(self.root, "system/ssh/port") or "22")
            ]
            match = all_of(
                Named("iif", (lan,)),
                In("dtype", span(1)),
                In("proto", span(TCP)),
                some_of(*(In("dport", (g,)) for g in gates)),
            )
            out.append(implied(match, Action.ACCEPT, where, "anti-lockout rule"))
        for node in self.root.iterfind("interfaces/*"):
            device = _text(node, "if")
            if device and node.find("blockpriv") is not None:
                nets = ["10.0.0.0/8", "127.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "fc00::/7"]
                side = some_of(*(In("src", s, f) for f, s in map(address, nets)))
                out.append(
                    implied(
                        all_of(Named("iif", (device,)), side),
                        Action.DROP,
                        where,
                        f"private networks on {node.tag}",
                    )
                )
            if device and node.find("blockbogons") is not None:
                match = all_of(Named("iif", (device,)), Unknown("the bogon list"))
                out.append(implied(match, Action.DROP, where, f"bogon networks on {node.tag}"))
        return out

    def _rule(self, node: Element, where: Where) -> tuple[Rule, bool, bool]:
        floating = _text(node, "floating") == "yes"
        kind = _text(node, "type") or _text(node, "action") or "pass"
        text = " ".join(
            filter(
                None,
                (
                    kind,
                    _text(node, "interface"),
                    _text(node, "ipprotocol"),
                    _text(node, "protocol"),
                    _shown(node.find("source")),
                    "to",
                    _shown(node.find("destination")),
                ),
            )
        )
        if kind == "match":
            return Rule(match=ANY, action=Action.CONTINUE, where=where, text=text), floating, True
        if node.find("source") is None or node.find("destination") is None:
            # NOTE: the newer OPNsense filter writes its rules in another form.
            match: Expr = Unknown(f"a rule in a form not followed: {text}")
        else:
            match = all_of(*self._parts(node, where))
        if floating and _text(node, "direction") == "out":
            match = all_of(match, Unknown("a floating rule on the way out"))
        action = Action.ACCEPT if kind == "pass" else Action.DROP
        rule = Rule(
            match=match,
            action=action,
            where=where,
            text=text,
            log=node.find("log") is not None,
            comment=_text(node, "descr"),
        )
        return rule, floating, _text(node, "quick") in ("yes", "1")

    def _parts(self, node: Element, where: Where) -> list[Expr]:
        parts: list[Expr] = []
        family = FAMILY.get(_text(node, "ipprotocol"))
        if family:
            parts.append(of_family(family))
        names = [n for n in _text(node, "interface").split(",") if n and n != "any"]
        if names:
            known = [self.interfaces[n] for n in names if n in self.interfaces]
            side: list[Expr] = [Named("iif", tuple(known))] if known else []
            side += [Unknown(f"interface {n}") for n in names if n not in self.interfaces]
            parts.append(some_of(*side))
        try:
            parts += self._service(node)
        except ValueError as error:
            raise ReadError(where, str(error)) from error
        parts.append(self._side(node.find("source"), "src", where))
        parts.append(self._side(node.find("destination"), "dst", where))
        for tag in ("sched", "os", "tagged", "gateway_group"):
            if _text(node, tag):
                parts.append(Unknown(f"{tag} {_text(node, tag)}"))
        return parts

    def _service(self, node: Element) -> list[Expr]:
        proto = _text(node, "protocol").lower()
        if proto in ("", "any"):
            return []
        if proto == "tcp/udp":
            return [In("proto", ((TCP, TCP), (UDP, UDP)))]
        out: list[Expr] = [In("proto", span(protocol(proto)))]
        if proto == "icmp" and _text(node, "ipprotocol") != "inet":
            out = [In("proto", ((1, 1), (58, 58)))]
        kinds = _text(node, "icmptype")
        if kinds and kinds != "any":
            found = [icmp(ICMP_NAMES.get(k, k), 4) for k in kinds.split(",")]
            out.append(some_of(*(In("itype", span(k)) for k, _ in found)))
        return out

    def _side(self, node: Element | None, name: str, where: Where) -> Expr:
        if node is None:
            return ANY
        parts: list[Expr] = []
        value = _text(node, "address") or _text(node, "network")
        if value:
            found = self._address(value, name, where)
            parts.append(Not(found) if node.find("not") is not None else found)
        elif node.find("any") is None:
            parts.append(Unknown(f"a {name} in a form not followed"))
        ports = _text(node, "port")
        if ports:
            parts.append(self._port(ports, "sport" if name == "src" else "dport", where))
        return all_of(*parts)

    def _address(self, value: str, name: str, where: Where) -> Expr:
        literal = _literal(value)
        if literal is not None:
            return turned(literal, name)
        if value in self.addresses.groups or value in self.addresses.leaves:
            return turned(self.addresses.find(value, where), name)
        if value == "(self)":
            return In("dtype", span(1)) if name == "dst" else Unknown("an own address")
        if value in self.interfaces:
            return self._network(value, name)
        if value.endswith("ip") and value[:-2] in self.interfaces:
            node = self.root.find(f"interfaces/{value[:-2]}")
            literal = _literal(_text(node, "ipaddr"))
            if literal is not None:
                return turned(literal, name)
            return Unknown(f"the address of {value[:-2]}")
        return turned(self.addresses.find(value, where), name)

    def _network(self, interface: str, name: str) -> Expr:
        node = self.root.find(f"interfaces/{interface}")
        out: list[Expr] = []
        for tag, length in (("ipaddr", "subnet"), ("ipaddrv6", "subnetv6")):
            literal = _literal(f"{_text(node, tag)}/{_text(node, length)}")
            if literal is not None:
                out.append(turned(literal, name))
            elif _text(node, tag):
                out.append(Unknown(f"the network of {interface}"))
        return some_of(*out)

    def _port(self, value: str, name: str, where: Where) -> Expr:
        if value[:1].isdigit():
            return In(name, (port_range(value),))
        try:
            return In(name, (port_range(value),))
        except ValueError:
            return moved(self.ports.find(value, where), name)

    def _forward(self, node: Element, where: Where) -> list[Rule]:
        if self._off(node):
            return []
        target = _text(node, "target")
        text = f"port forward to {target} {_text(node, 'local-port')}"
        parts = self._parts(node, where)
        if node.find("nordr") is not None:
            return [Rule(match=all_of(*parts), action=Action.ACCEPT, where=where, text=text)]
        literal: Expr | None = _literal(target)
        if literal is None and target in self.addresses.groups:
            literal = self.addresses.find(target, where)
        values: dict[str, Spans] = {}
        if isinstance(literal, In):
            values["dst"] = literal.spans
        else:
            values["dst"] = span(0, 2**32 - 1)
        family = literal.family if isinstance(literal, In) else 4
        local = _text(node, "local-port")
        outside = _text(node, "destination/port")
        if local and local != outside:
            single = local.isdigit() and "-" not in outside
            values["dport"] = span(int(local)) if single else span(0, 65535)
        rewrite = Rewrite(values=values, text=text)
        return [
            Rule(
                match=all_of(of_family(family), *parts),
                action=Action.REWRITE,
                where=where,
                text=text,
                family=family,
                rewrite=rewrite,
                comment=_text(node, "descr"),
            )
        ]


def _shown(node: Element | None) -> str:
    if node is None:
        return "?"
    side = _text(node, "address") or _text(node, "network") or "any"
    port = _text(node, "port")
    flip = "!" if node.find("not") is not None else ""
    return f"{flip}{side}{':' + port if port else ''}"


def _literal(value: str) -> In | None:
    try:
        family, spans = address(value)
    except ValueError:
        return None
    return In("src", spans, family)
