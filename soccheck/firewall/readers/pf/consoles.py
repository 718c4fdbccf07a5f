"""Where pfSense and OPNsense are managed: by the web console, and by SSH where it is on.

Sources: pfSense documentation, "Admin Access"; OPNsense documentation, "Settings > Administration".
"""

from __future__ import annotations

from collections.abc import Iterator

from soccheck.errors import worded
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
from soccheck.firewall.names import port_range
from soccheck.firewall.readers.base import implied, of_family
from soccheck.firewall.readers.pf.config_interfaces import PfInterfaces
from soccheck.firewall.readers.pf.xml import Node
from soccheck.firewall.spans import Spans, span, union
from soccheck.phrase import echo, phrase

PORTS = {"http": 80, "https": 443, "": 443}
"""Where the web console listens unless it is told a port, by its protocol."""


def consoles(root: Node, interfaces: PfInterfaces, where: Where) -> Iterator[Rule]:
    """Yield where the device is managed: on its addresses, or on those of the interfaces that are named."""
    gui, ssh = root.first("system", "webgui"), root.first("system", "ssh")
    for ports, node in (
        (_web(root, gui), gui),  # its redirect manages nothing
        (ssh_ports(root, part=not interfaces.whole), ssh),
    ):
        names = node.text("interfaces").split(",") if node is not None else []
        here = _own(interfaces, [name for name in names if name])
        match = all_of(here, In("proto", span(TCP)), In("dport", ports))
        yield implied(match, Action.ACCEPT, where, phrase("the console of the device"))


def _own(interfaces: PfInterfaces, names: list[str]) -> Expr:
    """Return "for an address of these interfaces": of all where none is named.

    An address that is not told is none of those networks in which the device has another.
    """
    own: list[Expr] = []
    untold = set[int]() if interfaces.whole else {4, 6}
    for name in names or interfaces.nodes:
        found, unsure = interfaces.own(name)
        own += found
        untold |= unsure
    nets = [net for nets in interfaces.networks().values() for net in nets]
    for family in sorted(untold):
        known = union(s for f, spans in nets if f == family for s in spans)
        elsewhere = [Not(In("dst", known, family))] if known else []
        text = phrase("an address of the device that is not told")
        own.append(all_of(of_family(family), *elsewhere, Unknown(text)))
    return some_of(*own)


def web_ports(root: Node, gui: Node | None) -> Spans:
    """Return the ports of the web console and of its redirect."""
    redirects = gui is None or not gui.on("disablehttpredirect")
    secure = gui is None or gui.text("protocol") != "http"
    return union((*_web(root, gui), *([(80, 80)] if redirects and secure else [])))


def _web(root: Node, gui: Node | None) -> Spans:
    protocol = gui.text("protocol") if gui is not None else ""
    chosen = gui.text("port") if gui is not None else ""
    try:
        return (port_range(chosen) if chosen else (PORTS.get(protocol, 443),) * 2,)
    except ValueError as error:
        root.record.doubtful(phrase("a port of the console: {error}", error=worded(error)))
        return ()


def ssh_ports(root: Node, *, part: bool) -> Spans:
    """Return the port of SSH, where it is on; a part of a configuration may lack what says it is."""
    ports: list[tuple[int, int]] = []
    try:
        ports += [
            port_range(ssh.text("port") or "22")
            for ssh in root.all("system", "ssh")
            if _serves(ssh)
        ]
    except ValueError as error:
        root.record.doubtful(phrase("a port of the console: {error}", error=worded(error)))
    if part and not any(True for _ in root.all("system", "ssh")):
        ports.append((22, 22))
    return union(ports)


def _serves(ssh: Node) -> bool:
    """Tell whether SSH is on: pfSense and OPNsense say it with the same word under two names."""
    said = [ssh.text(key) for key in ("enable", "enabled")]
    ssh.text("port")  # of a service that is off, it opens nothing
    for value in said:
        if value not in ("", "enabled", "0"):
            ssh.record.doubtful(echo(f"enabled {value}"))
    return "enabled" in said
