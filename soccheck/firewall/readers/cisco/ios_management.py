"""Who may speak to an IOS device itself: its terminal lines and its web server.

Sources: Cisco IOS Terminal Services and HTTP Services command references. A connection takes any free
line, so that what one group of lines lets in is let in. What else may listen is not known: only what
surely does not is closed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from soccheck.errors import worded
from soccheck.firewall.model import (
    PORTS,
    TCP,
    Action,
    Chain,
    Expr,
    In,
    Rule,
    Unknown,
    Where,
    all_of,
    some_of,
)
from soccheck.firewall.readers.base import implied, of_family
from soccheck.firewall.readers.cisco.ios_lists import Lists
from soccheck.firewall.readers.cisco.lines import Command
from soccheck.firewall.readers.cisco.names import IOS_PORTS, named
from soccheck.firewall.spans import span
from soccheck.phrase import echo, phrase

TRANSPORTS: Mapping[str, tuple[int, ...]] = {
    "ssh": (22,), "telnet": (23,), "all": (22, 23), "none": (),
    "lat": (), "mop": (), "nasi": (), "pad": (), "rlogin": (), "udptn": (), "v120": (), "acercon": (),
}  # fmt: skip
"""What `transport input` makes a line answer on; the ports of old protocols are never closed here."""
POLICED = ("service-policy", "management-interface")
"""What stands below `control-plane`: it limits what comes to the device (Control Plane Policing, Management
Plane Protection)."""


def _to(port: int) -> Expr:
    return all_of(In("proto", span(TCP)), In("dport", span(port)))


class IosManagement:
    """The services of the device, as rules of its input."""

    def __init__(self, root: Command, lists: Lists) -> None:
        self.root = root
        self.lists = lists
        self.chains: dict[str, Chain] = {}
        """The lists of lines: what one of them denies another line may let in."""
        self.consoles: list[Rule] = []
        """Where the device is managed, once `rules` were asked for."""

    def rules(self, where: Where) -> list[Rule]:
        """Return what limits packets to the device."""
        self._quiet()
        return [*self._policed(), *self._netconf(), *self._lines(where), *self._web(where)]

    def _netconf(self) -> list[Rule]:
        """Take the port of NETCONF, which may be one that lines and web servers have left."""
        out = []
        for words in self.root.each("netconf-yang ssh port"):
            port = words.word()
            if port.isdecimal():
                match = _to(int(port))
                out.append(
                    Rule(match=match, action=Action.ACCEPT, where=words.where, text=words.text)
                )
                self.consoles.append(out[-1])
        for words in self.root.each("netconf-yang"):
            # Switched on alone it serves port 830, which is open unless a list closes it.
            self.consoles.append(implied(_to(830), Action.ACCEPT, words.where, echo(words.text)))
            if words.words[1:2] in ([], ["feature"], ["cisco-ia"]):
                words.rest()
        return out

    def _quiet(self) -> None:
        """Take the list that stands in for those of the lines after failed logins."""
        for line in self.root.each("login quiet-mode access-class"):
            line.within = some_of(_to(22), _to(23))
            line.hooks = frozenset({"input"})
            line.doubtful(echo(f"quiet-mode {' '.join(line.rest())}"))

    def _policed(self) -> list[Rule]:
        """Take what may stop packets to the device before any service sees them."""
        out = []
        for block in self.root.each("control-plane"):
            block.rest()
            for inner in (line for command in POLICED for line in block.each(command)):
                match = Unknown(echo(inner.text))
                out.append(
                    Rule(match=match, action=Action.DROP, where=inner.where, text=inner.text)
                )
                inner.rest()
        return out

    def _lines(self, where: Where) -> list[Rule]:
        out: list[Rule] = []
        blocks = list(self.root.each("line vty"))
        for block in blocks:
            block.rest()
            out += self._line(block)
        for line in self.root.below:
            if line.words[0] == "line" and line.words[1:2] != ["vty"]:
                # It opens ports of its own (reverse connections), which nothing closes here.
                for words in line.each("transport input"):
                    words.rest()
        closed = In("dport", span(22, 23))
        text = phrase("no vty line serves this")
        match = all_of(In("proto", span(TCP)), closed)
        if not blocks:
            match = all_of(match, Unknown(phrase("the input shows no vty line")))
        return [*out, implied(match, Action.DROP, where, text)]

    def _line(self, block: Command) -> list[Rule]:
        transport = block.last("transport input")
        words = transport.rest() if transport is not None else []
        ports = sorted({port for word in words for port in TRANSPORTS.get(word, (22, 23))})
        match: Expr = some_of(*map(_to, ports))
        if transport is None:
            match = all_of(
                some_of(_to(22), _to(23)), Unknown(phrase("transport input is not given"))
            )
        elif not ports:
            block.drop()
            return []
        self.consoles.append(implied(match, Action.ACCEPT, block.where, echo(block.text)))
        out = []
        for family, command in ((4, "access-class"), (6, "ipv6 access-class")):
            limit = None
            for line in block.each(command):
                found = line.rest()
                if found[1:] not in (["in"], ["in", "vrf-also"], ["out"]):
                    line.doubtful(" ".join(found))
                limit = found[0] if found[1:2] != ["out"] else limit
            action, target = Action.ACCEPT, ""
            if limit is not None and self.lists.rules.get(limit):
                action, target = Action.JUMP, self._returning(block, limit)
            out.append(
                Rule(
                    match=all_of(of_family(family), match),
                    action=action,
                    target=target,
                    where=block.where,
                    text=f"{block.text}: {command} {limit or 'none'}",
                    family=family,
                )
            )
        return out

    def _returning(self, block: Command, name: str) -> str:
        """Return a chain that accepts what a list permits and passes on the rest."""
        target = f"{block.text}: access-list {name}"
        rules = tuple(
            replace(rule, action=Action.RETURN) if rule.action is Action.DROP else rule
            for rule in self.lists.rules[name]
        )
        self.chains[target] = Chain(name=target, rules=rules, where=block.where)
        return target

    def _web(self, where: Where) -> list[Rule]:
        out: list[Rule] = []
        limits = [line.text for line in self.root.each("ip http access-class") if line.rest()]
        limits += [line.text for line in self.root.each("ip http ipv6 access-class") if line.rest()]
        yang = [line for line in self.root.each("restconf") if not line.rest()]
        for name, moves, default in (
            ("ip http server", "ip http port", 80),
            ("ip http secure-server", "ip http secure-port", 443),
        ):
            on, off = self.root.last(name), self.root.last(f"no {name}")
            moved = self.root.last(moves)
            port = default
            if moved is not None:
                try:
                    port = named(moved.peek(), IOS_PORTS, PORTS)
                    moved.take()
                except ValueError as error:
                    moved.doubtful(worded(error))
            if on is not None and (off is None or off.where < on.where):
                out += self._served(on, port, limits)
                if port != default:
                    text = phrase("the web server is not on {port}", port=default)
                    out.append(implied(_to(default), Action.DROP, on.where, text))
            elif off is not None:
                text = phrase("web server on {port}: off", port=default)
                # RESTCONF has that server on 443 answer; whether alone, too, no document says.
                doubts = [Unknown(echo(line.text)) for line in yang if default == 443]
                match = all_of(_to(default), *doubts)
                out.append(Rule(match=match, action=Action.DROP, where=off.where, text=text))
            else:
                doubt = phrase("whether the web server is on, which nothing says")
                match = all_of(_to(port), Unknown(doubt))
                self.consoles.append(implied(match, Action.ACCEPT, where, doubt))
        # A port that one of them has left may be the one that the other took.
        return sorted(out, key=lambda rule: rule.action is Action.DROP)

    def _served(self, on: Command, port: int, limits: list[str]) -> list[Rule]:
        text = phrase("web server on {port}: on", port=port)
        limited = [Unknown(echo(limit)) for limit in limits]
        match = all_of(_to(port), *limited)
        self.consoles.append(implied(_to(port), Action.ACCEPT, on.where, text))
        out = [Rule(match=match, action=Action.ACCEPT, where=on.where, text=text)]
        if limits:
            out.append(
                Rule(match=match, action=Action.DROP, where=on.where, text="; ".join(limits))
            )
        return out
