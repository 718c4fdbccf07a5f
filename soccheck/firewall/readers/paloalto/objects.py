"""PAN-OS objects: addresses, services and applications, as a virtual system knows them by name.

Sources: PAN-OS Web Interface Help, "Objects"; KCS article kA10g000000ClVwCAK on `application-default`. A
name of the virtual system hides one that Panorama pushed, that one the shared one, and that the built-in one.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib import resources

from soccheck.errors import worded
from soccheck.firewall.model import (
    ANY,
    NEVER,
    SCTP,
    TCP,
    UDP,
    Expr,
    In,
    Unknown,
    Where,
    all_of,
    some_of,
    span_all,
)
from soccheck.firewall.names import ICMP4, ICMP6, number, ports
from soccheck.firewall.readers.objects import Objects
from soccheck.firewall.readers.paloalto.tree import PanNode, plain
from soccheck.firewall.readers.unread import together
from soccheck.firewall.spans import address, intersect, span
from soccheck.phrase import phrase, said

PROTOCOLS = {"tcp": TCP, "udp": UDP, "sctp": SCTP}
BUILT_IN_SERVICES: Mapping[str, tuple[str, str]] = {
    "service-http": ("tcp", "80,8080"),
    "service-https": ("tcp", "443"),
}
"""Source: PAN-OS Web Interface Help, "Objects > Services"; Batfish's `ServiceBuiltIn` says the same."""
DEFAULT = "application-default"


@dataclass(frozen=True, slots=True, kw_only=True)
class Application:
    """What is known of an application: where `application-default` lets it be."""

    sure: Expr = NEVER
    """Where it surely is let through."""
    at_most: Expr = ANY
    """Beyond this it surely is not."""


def _table() -> Mapping[str, Application]:
    found = tomllib.loads(
        resources.files(__package__).joinpath("applications.toml").read_text("utf-8")
    )
    out = {}
    for name, entry in found["applications"].items():
        sure = some_of(*(_default(text) for text in entry.get("ports", [])))
        also = (_default(text) for text in entry.get("also", []))
        out[name] = Application(sure=sure, at_most=some_of(sure, *also))
    return out


def _default(text: str) -> Expr:
    """Read one default of an application, `tcp/80`, `udp/dynamic`, `icmp/8`; raises `ValueError`."""
    kind, _, detail = text.partition("/")
    if kind in ("icmp", "icmp6"):
        family = 4 if kind == "icmp" else 6
        proto = In("proto", span(1 if family == 4 else 58))
        names = ICMP4 if family == 4 else ICMP6
        value = names[detail][0] if detail in names else number(detail, 255)
        return all_of(proto, In("itype", span(value)))
    if kind == "ip":
        return In("proto", span(number(detail, 255)))
    proto = In("proto", span(PROTOCOLS[kind]))
    return proto if detail == "dynamic" else all_of(proto, In("dport", ports(detail)))


class PanNames:
    """The names of one virtual system."""

    known = _table()

    def __init__(self, places: Sequence[PanNode]) -> None:
        self.addresses = Objects(phrase("address"), fallback=_literal)
        self.services = Objects(phrase("service"), fallback=_built_in)
        self.applications: dict[str, Application] = {}
        self.groups: dict[str, Sequence[str]] = {}
        for place in places:
            self._read(place)

    def _read(self, place: PanNode) -> None:
        """Take the names of one place; what is there already hides them."""
        for node in place.entries("address"):
            if not self._hidden(self.addresses, node):
                self.addresses.leaves[node.word] = _settled(node, _address(node))
        for node in place.entries("address-group"):
            if not self._hidden(self.addresses, node):
                _group(self.addresses, node, "static")
        for node in place.entries("service"):
            if not self._hidden(self.services, node):
                self.services.leaves[node.word] = _settled(node, _service(node))
        for node in place.entries("service-group"):
            if not self._hidden(self.services, node):
                _group(self.services, node, "members")
        for key in ("external-list", "region"):
            for node in place.entries(key):
                text = said(f"{key} {node.word!r}")
                self.addresses.leaves.setdefault(node.word, Unknown(text))
                node.pass_over()
        self._applications(place)

    def _applications(self, place: PanNode) -> None:
        for node in place.entries("application"):
            default = node.at("default")
            found = Application()
            if default is not None and node.word not in self.applications:
                found = _custom(default)
            self.applications.setdefault(node.word, found)
            node.pass_over()
        for node in place.entries("application-group"):
            if node.word not in self.groups and node.word not in self.applications:
                self.groups[node.word] = tuple(node.words("members"))
            if node.left():
                self.groups.pop(node.word, None)
                self.applications.setdefault(node.word, Application())
            node.pass_over()
        for node in place.entries("application-filter"):
            self.applications.setdefault(node.word, Application())
            node.pass_over()

    def _hidden(self, objects: Objects, node: PanNode) -> bool:
        if node.word not in objects.leaves and node.word not in objects.groups:
            return False
        node.pass_over()
        return True

    def source(self, names: Sequence[str], where: Where) -> Expr:
        """Return what the names of addresses match, as a source."""
        found = (ANY if n == "any" else self.addresses.find(n, where) for n in names)
        return some_of(*found)

    def service(self, names: Sequence[str], where: Where) -> Expr:
        """Return what the names of services match."""
        return some_of(*(ANY if n == "any" else self.services.find(n, where) for n in names))

    def applications_of(self, names: Sequence[str]) -> list[tuple[str, Application]]:
        """Return applications with groups in place of their members."""
        out: dict[str, Application] = {}
        todo, seen = list(reversed(names)), set[str]()
        while todo:
            name = todo.pop()
            if name in self.groups and name not in self.applications:
                if name not in seen:
                    todo.extend(reversed(self.groups[name]))
                seen.add(name)
            else:
                known = self.applications.get(name) or self.known.get(name)
                out[name] = known or Application()
        return list(out.items())


def _literal(name: str) -> Expr | None:
    """Return what stands where a name may: an address, the code of a region, a list of the vendor's.

    Policies take an IPv4 address for the IPv6 one whose first 96 bits are 0, so that `::/0` is either.
    Source: PAN-OS Administrator's Guide, "Policy".
    """
    if plain(name):
        try:
            family, spans = address(name)
        except ValueError:
            return Unknown(phrase("address {name}", name=repr(name)))
        low = intersect(spans, span_all(4)) if family == 6 else ()
        return some_of(In("src", spans, family), *([In("src", low, 4)] if low else []))
    if re.fullmatch(r"[A-Z]{2}|panw-[\w-]+", name):
        return Unknown(phrase("region or list {name}", name=repr(name)))
    return None


def _built_in(name: str) -> Expr | None:
    if name not in BUILT_IN_SERVICES:
        return None
    proto, text = BUILT_IN_SERVICES[name]
    return all_of(In("proto", span(PROTOCOLS[proto])), In("dport", ports(text)))


def _settled(node: PanNode, found: Expr) -> Expr:
    """Return an object's meaning; what nobody read of it makes it unknown, not what stands beside it."""
    left = node.left()
    node.pass_over()
    return (
        Unknown(phrase("{text}, not read: {left}", text=repr(node.word), left=together(left)))
        if left
        else found
    )


def _address(node: PanNode) -> Expr:
    parts: list[Expr] = []
    for key in ("ip-netmask", "ip-range"):
        for value in node.words(key):
            found = _literal(value)
            parts.append(found if found is not None else Unknown(said(f"{node.word!r}: {value}")))
    for key in ("fqdn", "ip-wildcard"):
        parts += [Unknown(said(f"{node.word!r}, {key} {value}")) for value in node.words(key)]
    if len(parts) != 1:
        return Unknown(phrase("{name} has not one value", name=repr(node.word)))
    return parts[0]


def _group(objects: Objects, node: PanNode, key: str) -> None:
    members = node.words(key)
    if "dynamic" in node:
        node.whole("dynamic")
        objects.leaves[node.word] = Unknown(phrase("dynamic group {name}", name=repr(node.word)))
    elif node.left():
        objects.leaves[node.word] = Unknown(
            phrase("{text}, not read: {left}", text=repr(node.word), left=node.left()[0])
        )
    else:
        objects.groups[node.word] = (node.where, members)
    node.pass_over()


def _service(node: PanNode) -> Expr:
    parts: list[Expr] = []
    protocol = node.at("protocol")
    for name, proto in PROTOCOLS.items():
        found = protocol.at(name) if protocol is not None else None
        if found is None:
            continue
        match: list[Expr] = [In("proto", span(proto))]
        try:
            for key, side in (("port", "dport"), ("source-port", "sport")):
                if key in found:
                    match.append(In(side, ports(found.get(key))))
        except ValueError as error:
            match.append(
                Unknown(
                    phrase("service {name}: {error}", name=repr(node.word), error=worded(error))
                )
            )
        if found.left():
            match = [
                Unknown(
                    phrase(
                        "service {name}, not read: {left}",
                        name=repr(node.word),
                        left=together(found.left()),
                    )
                )
            ]
        if "port" not in found:
            match = [Unknown(phrase("service {name} has no port", name=repr(node.word)))]
        found.pass_over()
        parts.append(all_of(*match))
    if protocol is not None:
        parts += [
            Unknown(phrase("service {name}: {error}", name=repr(node.word), error=text))
            for text in protocol.left()
        ]
        protocol.pass_over()
    return (
        some_of(*parts)
        if parts
        else Unknown(phrase("service {name} is empty", name=repr(node.word)))
    )


def _custom(default: PanNode) -> Application:
    """Return what the defaults of an application of one's own say."""
    values = default.words("port")
    rest = default.left()
    default.pass_over()
    try:
        sure = some_of(*(_default(text) for value in values for text in _split(value)))
    except (ValueError, KeyError):
        return Application()
    # What it is known by may take more than its ports, so nothing is let through for sure.
    return Application() if rest or not values else Application(at_most=sure)


def _split(value: str) -> list[str]:
    kind, _, detail = value.partition("/")
    return [f"{kind}/{part}" for part in detail.split(",")]
