"""Cisco IOS / IOS-XE running-config to the rule model.

Sources: Cisco IOS Security Configuration Guide (access lists), IP Addressing: NAT (order of
operations: an entering list sees the packet before NAT, a leaving one after). Lists keep no state.
An IPv6 list ends with an implicit permit of neighbour discovery ahead of its implicit deny.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from soccheck.errors import ReadError, worded
from soccheck.firewall.interface import Interface
from soccheck.firewall.model import (
    UDP,
    Action,
    Base,
    Chain,
    In,
    Named,
    Note,
    Rule,
    Ruleset,
    Where,
    all_of,
    some_of,
)
from soccheck.firewall.readers.base import Text, of_family
from soccheck.firewall.readers.cisco.groups import Groups
from soccheck.firewall.readers.cisco.ios_classes import stopped_classes
from soccheck.firewall.readers.cisco.ios_lists import Lists
from soccheck.firewall.readers.cisco.ios_logging import keeps_lists
from soccheck.firewall.readers.cisco.ios_management import IosManagement
from soccheck.firewall.readers.cisco.ios_nat import translations
from soccheck.firewall.readers.cisco.ios_own import whole_addresses
from soccheck.firewall.readers.cisco.ios_routes import routers, ways_out
from soccheck.firewall.readers.cisco.lines import Command, parse
from soccheck.firewall.readers.cisco.matches import Dialect
from soccheck.firewall.readers.cisco.shut import down, is_down
from soccheck.firewall.readers.cisco.tunnels import CryptoMaps, decrypted, passing
from soccheck.firewall.readers.learned import perhaps_outside
from soccheck.firewall.readers.ledger import Ledger
from soccheck.firewall.readers.vocabulary import HOOKS, load
from soccheck.firewall.spans import Spans, address, span, union
from soccheck.phrase import echo, phrase

VOCABULARY = load(__package__, "ios.toml")
NOWHERE = "Null0"
ADDRESSED = ("dhcp", "negotiated", "pool")
PAST_LISTS = (
    "mpls", "tag-switching", "authentication", "dot1x", "mab", "access-session", "service-policy type",
    "subscriber", "ip wccp",
)  # fmt: skip
"""What lets packets past the list of an interface, or puts others in its place.

Labels, lists that a server sends for a user who logs in (802.1X, MAB, subscribers), redirection to a
cache that no outgoing list judges. Sources: Cisco IOS MPLS; Identity-Based Networking Services,
"Downloadable ACLs"; WCCP, `ip wccp check acl outbound`.
"""
LABELLED = ("mpls ldp autoconfig", "segment-routing")
"""By what of a protocol its interfaces take labelled packets (MPLS: LDP; Segment Routing guides)."""
SERVED = ("ppp authentication", "ppp authorization")
"""What lets a server send lists, where `aaa authorization network` asks one ("Per-User Configuration")."""


def detect(content: str) -> bool:
    """Tell whether a text is an IOS configuration."""
    if re.search(r"^ASA Version ", content[:20000], re.M) or re.search(r"^ nameif ", content, re.M):
        return False
    return bool(re.search(r"^interface \S+", content, re.M)) and bool(
        re.search(
            r"^version \d+\.\d+|^ip access-list |^ipv6 access-list |^access-list \d+ ",
            content,
            re.M,
        )
    )


def read(texts: Sequence[Text], ledger: Ledger) -> Ruleset:
    """Read one configuration; raises `ReadError`."""
    if len(texts) > 1:
        raise ReadError(texts[1].at(1), phrase("one IOS configuration at a time"))
    return _Ios(parse(texts[0], ledger, ("end",)), ledger).ruleset()


class _Ios:
    """One configuration while it is read."""

    def __init__(self, root: Command, ledger: Ledger) -> None:
        self.root = root
        self.where = root.where
        self.dialect = Dialect(asa=False)
        Groups(self.dialect).read(root)
        kept, self.unkept = keeps_lists(root)
        self.lists = Lists(root, self.dialect, ledger, kept=kept)
        self.bound: dict[tuple[int, str, str], tuple[str, Where]] = {}
        """List and line by family, direction and interface; the last line counts."""
        self.maps = CryptoMaps()
        self.maps.read(root)
        self.tunnels: dict[str, list[Rule]] = {"in": [], "out": []}
        """What goes past the lists of an interface: into and out of tunnels, broadcasts that are sent on."""
        self.asking = bool([line.rest() for line in root.each("aaa authorization network")])
        """True where a server is asked what a user may do on the network."""
        self.outside: list[str] = []
        self.own: dict[str, Spans] = {}
        self.answering: dict[str, Spans] = {}  # the secondary addresses, too
        self.nets: dict[str, list[tuple[int, Spans]]] = {}
        """The networks of each interface, by which next hops are found."""
        self.outward: list[str] = []
        """Where default routes lead; the empty text where that is not told."""
        self.devices: list[Interface] = []
        self.shut = down(root)
        for line in root.each("interface"):
            if line.peek() != "range":  # several at once, whose lines are not followed
                self._interface(line, "".join(line.rest()))
        self.outward += ways_out(root, self.nets)
        for block in root.below:
            for command in LABELLED if block.words[0] == "router" else ():
                for words in block.each(command):
                    words.hooks = HOOKS
                    words.doubtful(echo(words.text))
        self.notes: list[Note] = []

    def ruleset(self) -> Ruleset:
        """Return the ruleset."""
        chains = self.lists.chains()
        management = IosManagement(self.root, self.lists)
        for name, hook, priority, rules in (
            ("entering", "prerouting", -200, self._filters("in")),
            ("nat", "prerouting", -100, translations(self.root, self.outside, self.own)),
            ("input", "input", 0, management.rules(self.where)),
            ("leaving", "forward", 0, self._filters("out")),
        ):
            base = Base(
                hook=hook,
                priority=priority,
                policy=Action.ACCEPT,
                new_only=name == "nat",
                decides=name == "entering",
            )
            chains[name] = Chain(name=name, rules=tuple(rules), where=self.where, base=base)
        return Ruleset(
            vendor="ios",
            chains=chains | management.chains,
            families=frozenset({4, 6}),
            untrusted=self._untrusted(),
            perhaps_untrusted=perhaps_outside(
                routers(self.root, frozenset(self._untrusted())), self.nets
            ),
            devices=tuple(self.devices),
            local=whole_addresses(self.root, self.answering, self.shut),
            anycast=True,
            consoles=tuple(management.consoles),
            unkept=self.unkept,
            notes=(*self.notes, *(n for o in self.dialect.objects for n in o.notes)),
        )

    def _interface(self, line: Command, name: str) -> None:
        sides = some_of(*(Named(side, (name,)) for side in ("iif", "oif")))
        for inner in line.below:
            inner.within = sides
        for family, command in ((4, "ip access-group"), (6, "ipv6 traffic-filter")):
            for words in line.each(command):
                listed, direction = words.word(), words.peek()
                if direction in ("in", "out"):
                    words.word()
                    self.bound[family, direction, name] = (listed, words.where)
                else:
                    words.doubtful(phrase("{line}: a word is missing", line=words.text))
            for words in line.each(f"no {command}"):
                for direction in words.rest()[-1:]:
                    self.bound.pop((family, direction, name), None)
        if line.last("ip nat outside") is not None:
            self.outside.append(name)
        self._past_lists(line, name)
        for way in ("in", "out"):
            self.tunnels[way] += stopped_classes(self.root, line, name, way)
        self._tunnels(line, name)
        self._helpers(line, name)
        for command in ("ip nat inside", "no ip nat outside", "no ip nat inside"):
            line.last(command)
        self.nets.setdefault(name, [])
        self._addresses(line, name)
        # Any command may enable the family there; by a loopback nothing comes in.
        families = {
            4 if n.words[0] == "ip" else 6 for n in line.below if n.words[0] in ("ip", "ipv6")
        }
        off = is_down(name, self.shut)
        if families and not name.startswith("Loopback"):
            own = self.answering.get(name, ())
            addresses = {4: own} if own else {}
            self.devices.append(
                Interface(name=name, up=not off, families=frozenset(families), addresses=addresses)
            )

    def _past_lists(self, line: Command, name: str) -> None:
        guarded = any(interface == name for _, _, interface in self.bound)
        for command in (*PAST_LISTS, *SERVED):
            for words in line.each(command):
                words.rest()
                words.hooks = HOOKS
                if guarded and (self.asking or command not in SERVED):
                    words.doubtful(
                        phrase(
                            "{line} may let packets past the list of {name}",
                            line=words.text,
                            name=name,
                        )
                    )

    def _tunnels(self, line: Command, name: str) -> None:
        """Take the crypto map of an interface: what it carries passes the lists there both ways."""
        for words in line.each("crypto map"):
            sent = self.maps.protected(words.word(), self.lists.rules)
            text = phrase(
                "{line} of {name}: what its tunnels carry is not checked by the lists there",
                line=words.text,
                name=name,
            )
            self.tunnels["in"].append(decrypted(Named("iif", (name,)), sent, words.where, text))
            leaves = all_of(Named("oif", (name,)), sent)
            self.tunnels["out"].append(passing(leaves, words.where, text))

    def _helpers(self, line: Command, name: str) -> None:
        """Take the hosts to which broadcasts of UDP are sent on (IP Addressing, "IP Forward-Protocol")."""
        for words in line.each("ip helper-address"):
            found = words.rest()[-1:]
            try:
                goal = In("dst", address(found[0])[1], 4)
            except (ValueError, IndexError) as error:
                words.doubtful(worded(error))
                continue
            text = phrase(
                "{line} of {name}: broadcasts are sent on to that host", line=words.text, name=name
            )
            match = all_of(Named("iif", (name,)), In("proto", span(UDP)), goal)
            self.tunnels["in"].append(passing(match, words.where, text))

    def _addresses(self, line: Command, name: str) -> None:
        """Take the addresses of an interface; one that it is given from outside brings a default route."""
        for words in line.each("ip address"):
            found = words.rest()
            if found[:1] == ["dhcp"]:
                self.outward.append(name)
            elif not found or not (found[0][0].isdecimal() or found[0] in ADDRESSED):
                words.doubtful(" ".join(found))
            elif found[0][0].isdecimal() and not found[1:]:
                words.doubtful(phrase("{line}: a word is missing", line=words.text))
            elif found[:1] and found[0][0].isdecimal():
                try:
                    own = address(found[0])[1]
                    self.answering[name] = union((*self.answering.get(name, ()), *own))
                    if "secondary" not in found:
                        self.own[name] = own
                    self.nets.setdefault(name, []).append(address("/".join(found[:2])))
                except ValueError as error:
                    words.doubtful(worded(error))
        for words in line.each("ppp ipcp route default"):
            words.rest()
            self.outward.append(name)
        for words in line.each("ipv6 address"):
            found = words.rest()
            if found == ["autoconf", "default"]:
                self.outward.append(name)
            elif "/" in "".join(found[:1]):
                try:
                    self.nets.setdefault(name, []).append(address(found[0]))
                except ValueError as error:
                    words.doubtful(worded(error))

    def _untrusted(self) -> tuple[str, ...]:
        """Return where default routes lead; nothing where one of them leads who knows where."""
        listed = {device.name for device in self.devices}
        ways = [name for name in self.outward if name != NOWHERE]
        sure = all(name in listed if listed else name for name in ways)
        return tuple(dict.fromkeys(ways)) if sure else ()

    def _filters(self, direction: str) -> list[Rule]:
        out = list(self.tunnels[direction])
        field = "iif" if direction == "in" else "oif"
        for (family, way, interface), (name, where) in self.bound.items():
            if way != direction:
                continue
            if name not in self.lists.rules:
                # NOTE: IOS lets everything through a list that is not defined.
                text = phrase("access-list {name} is not defined", name=name)
                self.notes.append(Note(kind="undefined", where=where, text=text))
                continue
            out.append(
                Rule(
                    match=all_of(of_family(family), Named(field, (interface,))),
                    action=Action.JUMP,
                    target=f"access-list {name}",
                    where=where,
                    text=phrase(
                        "interface {interface}: access list {name} {direction}",
                        interface=interface,
                        name=name,
                        direction=direction,
                    ),
                    family=family,
                )
            )
        return out
