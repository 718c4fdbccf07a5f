"""FortiOS interfaces, zones, SD-WAN members and default routes: the sides of the firewall."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from soccheck.firewall.interface import Interface
from soccheck.firewall.model import ANY, NEVER, Expr, Named, Unknown, all_of, some_of
from soccheck.firewall.readers.fortinet.routing import speakers
from soccheck.firewall.readers.fortinet.tree import Block
from soccheck.firewall.readers.learned import Speaker, perhaps_outside
from soccheck.firewall.spans import Spans, address, union
from soccheck.phrase import Phrase, phrase

SDWAN = ("system sdwan", "system virtual-wan-link")
WORLD = (
    *(f"{n}.0.0.0 {256 - step & 255}.0.0.0" for step in (256, 128, 64, 32) for n in range(0, 256, step)),
    *(f"{base}.0.0.0/{length}" for length in range(4) for base in range(0, 256, 256 >> length)),
    "::/0", "::/1", "8000::/1", "2000::/3",
)  # fmt: skip
"""What a route to the world leads to, or to a half of it."""
TUNNELS = ("tunnel", "ppp", "pppoe")
PASSING = ("vlanforward", "l2forward", "ip-managed-by-fortiipam")
"""Switches of an interface that forward past the policies, or give it another address; not followed.

The first has a meaning in transparent mode alone, and stays on where it was before FortiOS 5.0.10
(Technical Tip "VLAN forward interface parameter").
"""


@dataclass(slots=True)
class VdomInterfaces:
    """The interfaces of one virtual domain and the names that policies know them by."""

    name: str
    several: bool
    """True where other virtual domains have interfaces of their own."""
    blocks: list[Block] = field(default_factory=list)
    zones: dict[str, tuple[str, ...]] = field(default_factory=dict)
    untrusted: list[str] = field(default_factory=list)
    dormant: set[str] = field(default_factory=set)
    """Zones of an SD-WAN that is off: whether policies of theirs still hold no document says."""
    balanced: list[str] = field(default_factory=list)
    """The members of the SD-WAN, of whichever zone."""
    leading: list[Speaker] = field(default_factory=list)
    """Members of an SD-WAN, and routes to named addresses: the world may lie there."""
    unnamed: bool = False
    """True where a way to the world names no interface: any may be outside."""
    together: list[tuple[Block, tuple[str, ...]]] = field(default_factory=list)
    """Zones and switches whose members talk to each other without a policy."""
    members: dict[str, tuple[str, ...]] = field(default_factory=dict)
    """Ports of switches, aggregates and redundant interfaces: what comes in by one is the whole's."""
    ways: dict[int, list[str]] = field(default_factory=lambda: {4: [], 6: []})
    """Interfaces of default routes per family."""
    root: Block | None = None

    def read(self, root: Block, settings: Block) -> None:
        """Fill the record from a virtual domain and from what is set for the whole device."""
        for block in settings.entries("system interface"):
            vdom = block.get("vdom", "root")
            if not self.several or vdom == self.name:
                self.blocks.append(block)
        for block in root.entries("system zone"):
            members = tuple(block.words("interface"))
            self.zones[block.name] = members
            if block.record.choice("intrazone", {"allow": True, "deny": False}, "deny", True):
                self.together.append((block, members))
        for block in self.blocks:
            if block.words("member"):
                self.members[block.name] = tuple(block.words("member"))
        for block in settings.entries("system switch-interface"):
            members = tuple(block.words("member"))
            self.members[block.name] = members
            kinds = {"implicit": True, "explicit": False}
            if block.record.choice("intra-switch-policy", kinds, "implicit", True):
                self.together.append((block, members))
        for block in settings.entries("system virtual-switch"):
            members = tuple(port.name for port in block.entries("port"))
            self.members[block.name] = members
            self.together.append((block, members))
        for path in SDWAN:
            found = root.section(path)
            on = found is not None and found.flag("status")
            for member in found.entries("members") if found is not None else ():
                if member.flag("status", default=True):
                    zone = member.get("zone", "virtual-wan-link")
                    self.zones[zone] = (*self.zones.get(zone, ()), member.get("interface"))
                    if not on:
                        self.dormant.add(zone)
                    self.balanced.append(member.get("interface"))
                    if on:
                        side, text = member.get("interface"), f"{path}, members {member.name}"
                        self.leading.append(Speaker(where=member.where, text=text, side=side))
        self.root = root
        self._routes(root)

    def _routes(self, root: Block) -> None:
        for path, family in (("router static", 4), ("router static6", 6)):
            for route in root.entries(path):
                if not route.flag("status", default=True):
                    route.pass_over()
                    continue
                goal = route.get("dst", WORLD[0])
                named: tuple[str, ...] = ()
                device = route.get("device")
                if device:
                    named = self.zones.get(device) or (device,)
                for zone in route.words("sdwan-zone"):
                    named = (*named, *self.zones.get(zone, ()))
                if route.flag("sdwan") or route.flag("virtual-wan-link"):
                    named = (*named, *self.balanced)
                if route.words("dstaddr"):
                    # A route to a named address may be one to the world.
                    text = f"{path} {route.name}"
                    self.leading += [
                        Speaker(where=route.where, text=text, side=side) for side in named or ("",)
                    ]
                elif goal in WORLD:
                    self.ways[family] += named
                    self.untrusted += self.whole(named)
                    self.unnamed = self.unnamed or not named

    def interfaces(self) -> list[Interface]:
        """Return the interfaces; one that takes its address from outside leads there.

        One that is down serves nobody (`management`), but what policies say of it is told as if it
        were up, which is one command away.
        """
        out = []
        for block in self.blocks:
            block.record.choice("status", {"up": True, "down": False}, "up", True)
            self._passing(block)
            modes = {mode: mode for mode in ("static", "dhcp", "pppoe")}
            kind = block.record.choice("mode", modes, "static", "static")
            gateway = block.flag("defaultgw", default=True)
            if kind in ("dhcp", "pppoe") and gateway:
                self.untrusted += self.whole([block.name])
                self.ways[4].append(block.name)
            six = block.section("ipv6")
            if six is not None and (
                six.get("ip6-mode", "static") in ("dhcp", "pppoe") or six.flag("autoconf")
            ):
                self.untrusted += self.whole([block.name])
                self.ways[6].append(block.name)
            alias = block.get("alias")
            out.append(
                Interface(
                    name=block.name,
                    names=(alias,) if alias and alias != block.name else (),
                    addresses=_addresses(block),
                    default_route=frozenset(
                        f for f, ways in self.ways.items() if block.name in ways
                    ),
                    zone=next((z for z, found in self.zones.items() if block.name in found), ""),
                    management_only=block.get("dedicated-to", "none") == "management",
                    point_to_point=block.get("type") in TUNNELS or kind == "pppoe",
                    outward=block.get("role") == "wan",
                )
            )
        self._on_one_wire()
        return out

    def _passing(self, block: Block) -> None:
        """Take the switches that forward past the policies."""
        system = self.root.section("system settings") if self.root is not None else None
        routing = system is None or system.get("opmode", "nat") == "nat"
        for key in PASSING:
            off = [
                "disable",
                "inherit-global",
                *(["enable"] if key == "vlanforward" and routing else []),
            ]
            if block.get(key, "disable") not in off:
                block.record.doubtful(f"{key} {block.get(key)}")

    def _on_one_wire(self) -> None:
        """Count EMAC VLANs, which share the wire of another interface, as outside where that one is."""
        for block in self.blocks:
            pair = {block.name, block.get("interface")}
            if block.get("type") == "emac-vlan" and pair & set(self.untrusted):
                self.untrusted += [name for name in sorted(pair) if name not in self.untrusted]

    def perhaps(self) -> dict[str, Phrase]:
        """Return the interfaces that a default route may be learned by, each with why."""
        nets = {b.name: _networks(b) for b in self.blocks}
        learned = speakers(self.root, frozenset(self.untrusted), nets)
        found = perhaps_outside([*self.leading, *learned], nets)
        return {part: why for name, why in found.items() for part in self.whole([name])}

    def whole(self, names: Iterable[str]) -> list[str]:
        """Return interfaces with the ports they are made of."""
        return [n for name in names for n in (name, *self.members.get(name, ()))]

    def match(self, name: str, words: Iterable[str]) -> Expr:
        """Return "the packet comes in (or goes out) by one of these"."""
        names: list[str] = []
        listed = list(words)
        for word in listed:
            if word == "any":
                return self.inside(name)
            names += self.whole(self.zones.get(word, (word,)))
        if not names:
            return Unknown(phrase("no interface is named")) if not listed else NEVER
        doubts = [
            Unknown(phrase("zone {name} of an SD-WAN that is off", name=repr(w)))
            for w in listed
            if w in self.dormant
        ]
        return all_of(Named(name, tuple(names)), *doubts)

    def inside(self, name: str) -> Expr:
        """Return "it is an interface of this virtual domain"."""
        if not self.several:
            return ANY
        return some_of(*(Named(name, (b.name,)) for b in self.blocks))

    def own_address(self, names: Sequence[str], found: Mapping[str, Interface]) -> Spans:
        """Return the fixed IPv4 address of the one interface named, if there is one."""
        if len(names) == 1 and names[0] in found:
            return found[names[0]].addresses.get(4, ())
        return ()


def _addresses(block: Block) -> dict[int, Spans]:
    """Return the fixed addresses of an interface."""
    found: dict[int, list[tuple[int, int]]] = {}
    six = block.section("ipv6")
    places = [(block, "ip"), (block, "management-ip")]
    places += [(inner, "ip") for inner in block.entries("secondaryip")]
    places += [(inner, "vrip") for inner in block.entries("vrrp")]
    places += [(six, "ip6-address")] if six is not None else []
    for owner, key in places:
        words = owner.words(key)
        if words and words[0] not in ("0.0.0.0", "::/0"):
            try:
                family, spans = address(words[0].partition("/")[0])
                found.setdefault(family, []).extend(spans)
            except ValueError:
                owner.record.doubtful(f"{key} {' '.join(words)}")
    return {family: union(spans) for family, spans in found.items()}


def _networks(block: Block) -> list[tuple[int, Spans]]:
    """Return the networks an interface is on."""
    six = block.section("ipv6")
    texts = ["/".join(owner.words("ip")) for owner in (block, *block.entries("secondaryip"))]
    texts += six.words("ip6-address") if six is not None else []
    found = []
    for text in texts:
        try:
            found.append(address(text))
        except ValueError:
            continue  # none, or one that `_addresses` says to be a mistake
    return found
