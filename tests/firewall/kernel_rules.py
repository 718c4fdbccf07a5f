"""Random rulesets, written both for nft and for iptables, and packets at their borders."""

from __future__ import annotations

import random
from dataclasses import dataclass, replace

from hypothesis import strategies as st

from soccheck.firewall.model import ADDRTYPE, CT, ICMP, ICMPV6, TCP, UDP
from soccheck.firewall.packet import Packet
from soccheck.firewall.spans import address
from tests.firewall.netlab import BEHIND, CLIENT_LINKS, HOST, address_type

SOURCES = {
    4: ("8.8.8.0/24", "8.8.0.0/16", "9.0.0.0/8", "8.8.8.8/32", "8.8.8.128/25", "0.0.0.0/1"),
    6: ("2600::/32", "2600:1::/48", "2600:1:0:1::/64", "2600::8/128", "2000::/4", "2a00::/12"),
}
TARGETS = {
    4: (HOST[4], "203.0.113.7/32", "203.0.113.0/28", BEHIND[4], "198.51.100.64/26"),
    6: (HOST[6], "2001:db8:a::7/128", "2001:db8:a::/96", BEHIND[6], "2001:db8:b::/80"),
}
DNAT = {
    4: ("198.51.100.9", "203.0.113.9", "198.51.100.70"),
    6: ("2001:db8:b::9", "2001:db8:a::9", "2001:db8:b:0:1::9"),
}
PORTS = ((22, 22), (80, 80), (80, 90), (443, 443), (1000, 2000), (1500, 3000), (0, 1023))
FLAGS = (("fin,syn,rst,ack", "syn"), ("syn,ack", "syn"), ("rst,psh", "psh"), ("fin,syn", "fin"))
STATES = ("new", "established", "invalid", "untracked")
TYPES = {4: (8, 0, 3, 13), 6: (128, 129, 1, 3)}
NAMES4 = {8: "echo-request", 0: "echo-reply", 3: "destination-unreachable", 13: "timestamp-request"}


@dataclass(frozen=True)
class Spec:
    """One rule, before it is written down for a tool."""

    proto: int | None
    family: int
    src: tuple[str, bool] | None
    dst: tuple[str, bool] | None
    ports: tuple[tuple[tuple[int, int], ...], bool] | None
    sport: tuple[tuple[int, int], bool] | None
    iif: tuple[str, bool] | None
    states: tuple[str, ...]
    flags: tuple[tuple[str, str], bool] | None
    itype: int | None
    ttl: tuple[str, int] | None
    local: bool
    style: int
    action: str


@st.composite
def specs(draw: st.DrawFn, actions: list[str]) -> Spec:
    family = draw(st.sampled_from((4, 6)))
    proto = draw(st.sampled_from((None, TCP, TCP, UDP, 1)))
    flip = st.booleans()
    maybe = st.sampled_from((True, False, False, False, False))
    ported = proto in (TCP, UDP)
    return Spec(
        proto=proto,
        family=family,
        src=(draw(st.sampled_from(SOURCES[family])), draw(maybe)) if draw(maybe) else None,
        dst=(draw(st.sampled_from(TARGETS[family])), draw(maybe)) if draw(maybe) else None,
        ports=(
            tuple(draw(st.lists(st.sampled_from(PORTS), min_size=1, max_size=3, unique=True))),
            draw(maybe),
        )
        if ported and draw(flip)
        else None,
        sport=(draw(st.sampled_from(PORTS)), draw(maybe)) if ported and draw(maybe) else None,
        iif=(draw(st.sampled_from((*CLIENT_LINKS, "eth*"))), draw(maybe)) if draw(maybe) else None,
        states=tuple(draw(st.sets(st.sampled_from(STATES), min_size=1, max_size=3)))
        if draw(maybe)
        else (),
        flags=(draw(st.sampled_from(FLAGS)), draw(maybe)) if proto == TCP and draw(maybe) else None,
        itype=draw(st.sampled_from(TYPES[family])) if proto == 1 and draw(flip) else None,
        ttl=(draw(st.sampled_from(("==", "<", ">"))), 64) if draw(maybe) and draw(maybe) else None,
        local=draw(maybe) and draw(maybe),
        style=draw(st.integers(0, 3)),
        action=draw(st.sampled_from(actions)),
    )


@dataclass(frozen=True)
class Program:
    """Chains by name with their rules; the policies of the base chains."""

    chains: dict[str, list[Spec]]
    policies: dict[str, str]


@st.composite
def programs(draw: st.DrawFn) -> Program:
    ends = ["accept", "accept", "drop", "reject"]
    few = 5
    chains = {
        "raw": draw(st.lists(specs(["notrack", "drop"]), max_size=1)),
        "nat": draw(st.lists(specs(["dnat", "dnat", "redirect", "return"]), max_size=2)),
        "late": draw(st.lists(specs(["drop", "accept"]), max_size=1)),
        "input": draw(
            st.lists(specs([*ends, "jump u0", "jump u0", "goto u1"]), min_size=2, max_size=few)
        ),
        "forward": draw(
            st.lists(specs([*ends, "jump u1", "goto u0", "log"]), min_size=2, max_size=few)
        ),
        "u0": draw(
            st.lists(specs([*ends, "return", "jump u1", "jump u2"]), min_size=1, max_size=3)
        ),
        "u1": draw(st.lists(specs([*ends, "return", "goto u2"]), min_size=1, max_size=3)),
        "u2": draw(st.lists(specs([*ends, "return"]), max_size=2)),
    }
    policies = {c: draw(st.sampled_from(("accept", "drop"))) for c in ("input", "forward")}
    return Program(chains, policies)


def _nft_ports(spec: Spec) -> list[str]:
    out = []
    name = "tcp" if spec.proto == TCP else "udp"
    field = f"meta l4proto {name} th" if spec.style == 1 else name
    if spec.ports:
        # nft refuses intervals that overlap in one set.
        ports = spec.ports[0] if spec.style == 2 and len(spec.ports[0]) == 1 else spec.ports[0][:1]
        listed = ", ".join(f"{a}-{b}" if a != b else str(a) for a, b in ports)
        op = "!= " if spec.ports[1] else ""
        out.append(f"{field} dport {op}{{ {listed} }}")
    if spec.sport:
        (low, high), negated = spec.sport
        out.append(f"{field} sport {'!= ' if negated else ''}{low}-{high}")
    return out


def nft_rule(spec: Spec) -> str:
    ip = "ip" if spec.family == 4 else "ip6"
    parts = []
    if spec.src and spec.dst and spec.style == 3 and not spec.src[1] and not spec.dst[1]:
        parts.append(f"{ip} saddr . {ip} daddr {{ {spec.src[0]} . {spec.dst[0]} }}")
    else:
        for value, field in ((spec.src, "saddr"), (spec.dst, "daddr")):
            if value:
                parts.append(f"{ip} {field} {'!= ' if value[1] else ''}{value[0]}")
    if spec.iif:
        parts.append(f'iifname {"!= " if spec.iif[1] else ""}"{spec.iif[0]}"')
    if spec.proto == 1:
        name = "icmp" if spec.family == 4 else "icmpv6"
        if spec.itype is None:
            parts.append(f"meta l4proto {name}")
        else:
            parts.append(f"{name} type {spec.itype}")
    elif spec.proto is not None:
        ports = _nft_ports(spec)
        parts += ports or [f"meta l4proto {spec.proto}"]
    if spec.flags:
        (mask, wanted), negated = spec.flags
        op = "!=" if negated else "=="
        parts.append(f"tcp flags & ({mask.replace(',', '|')}) {op} {wanted}")
    if spec.states:
        parts.append(f"ct state {','.join(spec.states)}")
    if spec.ttl:
        parts.append(
            f"{'ip ttl' if spec.family == 4 else 'ip6 hoplimit'} {spec.ttl[0]} {spec.ttl[1]}"
        )
    if spec.local:
        parts.append("fib daddr type local")
    return " ".join([*parts, _nft_action(spec)])


def _nft_action(spec: Spec) -> str:
    if spec.action == "dnat":
        host = DNAT[spec.family][spec.style % 3]
        family = "ip" if spec.family == 4 else "ip6"
        if spec.proto in (TCP, UDP) and spec.style:
            return f"dnat {family} to {host if spec.family == 4 else f'[{host}]'}:80"
        return f"dnat {family} to {host}"
    if spec.action == "redirect":
        return "redirect to :80" if spec.proto in (TCP, UDP) else "redirect"
    return spec.action


def nft_text(program: Program) -> str:
    def body(name: str, head: str) -> str:
        rules = list(program.chains[name])
        if name == "raw":
            rules = [
                replace(
                    r,
                    states=(),
                )
                for r in rules
            ]
        lines = "\n".join(f"    {nft_rule(r)}" for r in rules)
        return f"  chain {name} {{\n{head}{lines}\n  }}\n"

    def base(name: str, kind: str, hook: str, priority: int, policy: str = "accept") -> str:
        head = f"    type {kind} hook {hook} priority {priority}; policy {policy};\n"
        return body(name, head)

    return (
        "table inet t {\n"
        + "".join(
            (
                "".join(body(f"u{n}", "") for n in (2, 1, 0)),
                base("raw", "filter", "prerouting", -300),
                base("nat", "nat", "prerouting", -100),
                base("input", "filter", "input", 0, program.policies["input"]),
                base("late", "filter", "input", 10),
                base("forward", "filter", "forward", 0, program.policies["forward"]),
            )
        )
        + "}\n"
    )


def _not(value: bool) -> str:
    return "! " if value else ""


def iptables_rule(spec: Spec) -> str:
    parts = []
    for value, option in ((spec.src, "-s"), (spec.dst, "-d")):
        if value:
            parts.append(f"{_not(value[1])}{option} {value[0]}")
    if spec.iif:
        parts.append(f"{_not(spec.iif[1])}-i {spec.iif[0].replace('*', '+')}")
    if spec.proto == 1:
        six = spec.family == 6
        parts.append("-p ipv6-icmp" if six else "-p icmp")
        if spec.itype is not None:
            module = "icmp6 --icmpv6-type" if six else "icmp --icmp-type"
            parts.append(f"-m {module} {spec.itype}")
    elif spec.proto is not None:
        name = "tcp" if spec.proto == TCP else "udp"
        parts.append(f"-p {name}")
        if spec.ports and spec.style == 1:
            low, high = spec.ports[0][0]
            parts.append(f"-m {name} {_not(spec.ports[1])}--dport {low}:{high}")
        elif spec.ports:
            listed = ",".join(f"{a}:{b}" if a != b else str(a) for a, b in spec.ports[0])
            parts.append(f"-m multiport {_not(spec.ports[1])}--dports {listed}")
        if spec.sport:
            (low, high), negated = spec.sport
            parts.append(f"-m {name} {_not(negated)}--sport {low}:{high}")
        if spec.flags:
            (mask, wanted), negated = spec.flags
            parts.append(f"-m tcp {_not(negated)}--tcp-flags {mask.upper()} {wanted.upper()}")
    if spec.states:
        parts.append(f"-m conntrack --ctstate {','.join(spec.states).upper()}")
    if spec.ttl:
        word = {"==": "eq", "<": "lt", ">": "gt"}[spec.ttl[0]]
        module = "ttl --ttl" if spec.family == 4 else "hl --hl"
        parts.append(f"-m {module}-{word} {spec.ttl[1]}")
    if spec.local:
        parts.append("-m addrtype --dst-type LOCAL")
    if spec.style == 2:
        parts.append(f"-m set ! --match-set none{spec.family} src")
    return " ".join([*parts, _iptables_action(spec)])


def _iptables_action(spec: Spec) -> str:
    if spec.action == "dnat":
        host = DNAT[spec.family][spec.style % 3]
        if spec.proto in (TCP, UDP) and spec.style:
            return f"-j DNAT --to-destination {host if spec.family == 4 else f'[{host}]'}:80"
        return f"-j DNAT --to-destination {host}"
    if spec.action == "redirect":
        return "-j REDIRECT" + (" --to-ports 80" if spec.proto in (TCP, UDP) else "")
    if spec.action == "notrack":
        return "-j CT --notrack"
    word, _, target = spec.action.partition(" ")
    if word in ("jump", "goto"):
        return f"-{word[0]} {target}"
    return f"-j {word.upper()}"


def iptables_text(program: Program, family: int) -> str:
    names = {"raw": "PREROUTING", "nat": "PREROUTING", "input": "INPUT", "forward": "FORWARD"}

    def rules(name: str) -> list[str]:
        found = [s for s in program.chains[name] if s.family == family]
        if name == "raw":
            found = [replace(s, states=()) for s in found]
        return [f"-A {names.get(name, name)} {iptables_rule(s)}" for s in found]

    filters = ["input", "forward", "u0", "u1", "u2"]
    return "\n".join(
        [
            "*raw", ":PREROUTING ACCEPT [0:0]", *rules("raw"), "COMMIT",
            "*nat", ":PREROUTING ACCEPT [0:0]", *rules("nat"), "COMMIT",
            "*filter",
            *(f":{names[c]} {program.policies[c].upper()} [0:0]" for c in ("input", "forward")),
            ":u0 - [0:0]", ":u1 - [0:0]", ":u2 - [0:0]",
            *(line for name in filters for line in rules(name)),
            "COMMIT", "",
        ]
    )  # fmt: skip


def packets(rng: random.Random, family: int, count: int) -> list[Packet]:
    """Return packets that fit the pools above, no two of one connection."""
    out: dict[tuple[int, ...], Packet] = {}
    while len(out) < count:
        packet = _packet(rng, family)
        # Two packets of one source would clash once NAT sends both to one target.
        flow = (packet.src, packet.proto, packet.sport)
        out.setdefault(flow, packet)
    return list(out.values())


def _in(rng: random.Random, prefix: str) -> int:
    low, high = address(prefix)[1][0]
    return rng.choice((low, high, rng.randint(low, high), min(high, low + 8)))


def _packet(rng: random.Random, family: int) -> Packet:
    dst = 0
    while not any(s <= dst <= e for p in (HOST, BEHIND) for s, e in address(p[family])[1]):
        dst = _in(rng, rng.choice(TARGETS[family]))
    if address_type(family, dst) == ADDRTYPE["anycast"]:
        # nft types it anycast, iptables both anycast and local: the reader says unknown.
        dst += 1
    sources = [s for s in SOURCES[family] if s != "0.0.0.0/1"]
    src = _in(rng, rng.choice(sources))
    proto = rng.choice((TCP, TCP, UDP, UDP, ICMP if family == 4 else ICMPV6, 253))
    ported = proto in (TCP, UDP)
    low, high = rng.choice(PORTS)
    dport = rng.choice((low, high, rng.randint(low, high), 9999, 81))
    itype = rng.choice(TYPES[family]) if proto in (ICMP, ICMPV6) else 0
    flags = rng.choice((2, 2, 2, 16, 18, 4, 1, 10)) if proto == TCP else 0
    local = address(HOST[family])[1][0][0] <= dst <= address(HOST[family])[1][0][1]
    packet = Packet(
        family=family,
        src=src,
        dst=dst,
        iif=rng.choice(CLIENT_LINKS),
        oif="" if local else "out0",
        proto=proto,
        sport=rng.choice((rng.randint(1, 3100), rng.randint(3001, 60000)))
        if ported or itype
        else 1,
        dport=max(1, dport) if ported else 0,
        flags=flags,
        itype=itype,
        dtype=address_type(family, dst),
        ttl=rng.choice((63, 64, 65)),
    )
    return replace(packet, ct=state(packet))


def state(packet: Packet) -> int:
    """Return the state connection tracking gives a first packet (tcp_loose off)."""
    if packet.proto == TCP:
        # A SYN opens a connection; PSH beside it is allowed.
        return CT["new"] if packet.flags in (2, 10) else CT["invalid"]
    if packet.proto == ICMP:
        return CT["new"] if packet.itype in (8, 13) else CT["invalid"]
    if packet.proto == ICMPV6:
        return CT["new"] if packet.itype == 128 else CT["invalid"]
    return CT["new"]
