"""What a RouterOS device does not serve, whatever its filter lets in.

Source: RouterOS documentation, "Services" (`/ip service`).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from soccheck.firewall.model import (
    TCP,
    Action,
    Expr,
    In,
    Not,
    Rule,
    Unknown,
    Where,
    all_of,
    some_of,
)
from soccheck.firewall.names import number
from soccheck.firewall.readers.base import implied
from soccheck.firewall.readers.mikrotik.export import Export, Item
from soccheck.firewall.spans import address, span
from soccheck.phrase import Phrase, echo, phrase

PORTS = {"ftp": 21, "ssh": 22, "telnet": 23, "www": 80, "www-ssl": 443, "winbox": 8291,
         "api": 8728, "api-ssl": 8729}  # fmt: skip
"""The services of RouterOS 7 and their ports; all but `www-ssl` are on by default."""
UNLESS_TOLD = {
    "/interface sstp-server server": (443,),
    "/ip hotspot": (80, 443),
    "/ip reverse-proxy": (80, 443),
    "/user-manager": (80, 443),
    "/tool user-manager": (80, 443),
    "/certificate scep-server": (80,),
}
"""Servers of other menus and the ports of `/ip service` that they may take."""
OFF = ("www-ssl",)


@dataclass(slots=True)
class _Service:
    port: int
    on: bool
    where: Where
    text: Phrase
    limit: str = ""
    unsure: bool = False


def consoles(export: Export) -> Iterator[Rule]:
    """Yield where the device is managed: its services that are on, or may be."""
    for service in _services(export).values():
        match = all_of(In("proto", span(TCP)), In("dport", span(service.port)))
        if service.unsure:
            match = all_of(In("proto", span(TCP)), Unknown(service.text))
        if service.on or service.unsure:
            yield implied(match, Action.ACCEPT, service.where, service.text)


def closed(export: Export) -> list[Rule]:
    """Return rules for what `/ip service` closes, or opens to some addresses only."""
    found = _services(export)
    served = {s.port for s in found.values() if s.on or s.unsure} | set(_others(export))
    rules = []
    for service in found.values():
        match = all_of(In("proto", span(TCP)), In("dport", span(service.port)))
        if service.unsure:
            unsure = Unknown(phrase("not read: {text}", text=service.text))
            match = all_of(In("proto", span(TCP)), unsure)
            rules.append(implied(match, Action.DROP, service.where, service.text))
        elif not service.on and service.port not in served:
            rules.append(implied(match, Action.DROP, service.where, service.text))
        elif service.on and service.limit:
            match = all_of(match, Not(_sources(service.limit)))
            rules.append(implied(match, Action.DROP, service.where, service.text))
    return rules


def _services(export: Export) -> dict[str, _Service]:
    """Return the services as `/ip service` leaves them."""
    found = {
        name: _Service(
            port, name not in OFF, export.top, phrase("service {name}, off by default", name=name)
        )
        for name, port in PORTS.items()
    }
    for item in export.all("/ip service"):
        names = _named(item)
        for name in found if names is None else names:
            service = found.get(name)
            if service is None:
                continue
            service.where, service.text = item.where, echo(item.text)
            service.limit = item.get("address", service.limit)
            service.on = not item.flag("disabled", default=not service.on)
            try:
                service.port = number(item.get("port", str(service.port)), 65535)
            except ValueError:
                service.unsure = True
            # A word nobody knows may open it again.
            service.unsure = service.unsure or bool(item.record.left()) or names is None
        item.record.done = True
    return found


def _named(item: Item) -> list[str] | None:
    """Return the services a line is about; None where it finds or counts them."""
    names = [name for word in item.bare for name in word.split(",") if name]
    plain = names and all(name[0].isalpha() and name not in ("find", "where") for name in names)
    return names if plain and not {"name", "numbers"} & item.record.values.keys() else None


def _others(export: Export) -> Iterator[int]:
    """Yield ports on which servers of other menus may listen: named ones, and those they take by default."""
    for menu, items in export.menus.items():
        if menu.startswith(("/ip firewall", "/ipv6 firewall", "/ip service")):
            continue
        for item in items:
            for key, values in item.record.values.items():
                if "port" in key:
                    yield from (int(v) for text in values for v in text.split(",") if v.isdecimal())
        yield from UNLESS_TOLD.get(menu, ()) if items else ()


def _sources(limit: str) -> Expr:
    parts: list[Expr] = []
    for text in limit.split(","):
        try:
            family, spans = address(text)
            parts.append(In("src", spans, family))
        except ValueError:
            parts.append(Unknown(phrase("addresses {addresses}", addresses=text)))
    return some_of(*parts)
