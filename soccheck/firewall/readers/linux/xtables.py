"""The matches of iptables, one function a module; what is not here is unknown.

Meaning of the options: iptables-extensions(8). `recent`, `limit` and their kin have a memory: on a
first packet it is empty, which is exact; on any later packet they are unknown.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from soccheck.errors import ReadError
from soccheck.firewall.model import (
    ADDRTYPE,
    ANY,
    CT,
    NEVER,
    PORTS,
    TCP_FLAGS,
    Expr,
    In,
    Named,
    Not,
    Unknown,
    Where,
    all_of,
    some_of,
)
from soccheck.firewall.names import icmp, number, port_range, protocol
from soccheck.firewall.readers.linux import ipset
from soccheck.firewall.readers.linux.ipset import IpSet, negated
from soccheck.firewall.spans import Spans, address, masked, span, union, wildcard

FRESH = In("fresh", span(1))
BASE = {
    "-p", "--protocol", "-s", "--source", "-d", "--destination", "-i", "--in-interface",
    "-o", "--out-interface", "-f", "--fragment", "-m", "--match", "-j", "--jump", "-g", "--goto",
    "-c", "-4", "-6",
}  # fmt: skip


class Args:
    """The words of one rule, taken from the front."""

    def __init__(
        self,
        words: Sequence[str],
        family: int,
        table: str,
        where: Where,
        sets: Mapping[str, IpSet],
    ) -> None:
        self.words = words
        self.at = 0
        self.family = family
        self.table = table
        self.where = where
        self.sets = sets
        self.comment = ""
        self.proto: int | None = None

    def more(self) -> bool:
        """Tell whether words are left."""
        return self.at < len(self.words)

    def peek(self) -> str:
        """Return the next word without taking it."""
        return self.words[self.at]

    def take(self) -> str:
        """Return the next word; raises `ReadError` when the rule ends too early."""
        if not self.more():
            raise ReadError(self.where, f"a value is missing after {self.words[-1]!r}")
        word = self.words[self.at]
        self.at += 1
        return word

    def option(self) -> tuple[bool, str]:
        """Return (negated, option)."""
        word = self.take()
        negate = word == "!"
        if negate:
            word = self.take()
        # The old order, `-d ! ADDRESS`, of iptables before 1.4.3.
        if self.more() and self.peek() == "!" and word.startswith("-") and not negate:
            self.take()
            return True, word
        return negate, word

    def ends(self) -> bool:
        """Tell whether the options of a module end here."""
        if not self.more():
            return True
        word = self.peek()
        if word == "!" and self.at + 1 < len(self.words):
            word = self.words[self.at + 1]
        return word in BASE

    def rest(self) -> str:
        """Take the words up to the next module as text."""
        start = self.at
        while not self.ends():
            self.at += 1
        return " ".join(self.words[start : self.at])


def match(args: Args) -> Expr:
    """Read the matches up to the target."""
    parts: list[Expr] = []
    try:
        while args.more() and args.peek() not in ("-j", "--jump", "-g", "--goto"):
            negate, word = args.option()
            if word in ("-m", "--match"):
                parts += _module(args, args.take())
            elif word in ("-p", "--protocol"):
                parts.append(_protocol(args, negate))
            elif word in ("-s", "--source", "-d", "--destination"):
                name = "src" if word in ("-s", "--source") else "dst"
                parts.append(negated(_address(args, name), negate))
            elif word in ("-i", "--in-interface", "-o", "--out-interface"):
                name = "iif" if word in ("-i", "--in-interface") else "oif"
                found = args.take()
                wild = found[:-1] + "*" if found.endswith("+") else found
                parts.append(negated(Named(name, (wild,)), negate))
            elif word in ("-f", "--fragment"):
                parts.append(negated(In("frag", span(2)), negate))
            elif word == "-c":
                args.take(), args.take()
            elif word not in ("-4", "-6"):
                found_ = _implied(args, word)
                if found_ is None:
                    args.at -= 2 if negate else 1
                    parts.append(Unknown(args.rest() or args.take()))
                else:
                    parts.append(negated(found_, negate))
    except ValueError as error:
        raise ReadError(args.where, str(error)) from error
    return all_of(*parts)


IMPLIED = {6: "tcp", 17: "udp", 132: "sctp", 33: "dccp", 136: "udplite", 1: "icmp", 58: "icmp6"}


def _implied(args: Args, option: str) -> Expr | None:
    """Read an option of the module that `-p` alone brings, as hand-written rules have them."""
    reader = OPTIONS.get(IMPLIED.get(args.proto if args.proto is not None else -1, ""))
    return reader(args, option) if reader else None


def _protocol(args: Args, negate: bool) -> Expr:
    word = args.take()
    if word in ("all", "0"):
        return NEVER if negate else ANY
    try:
        value = protocol(word)
    except ValueError:
        if word.isdigit():
            raise
        return Unknown(f"protocol {word}")
    if not negate:
        args.proto = value
    return negated(In("proto", span(value)), negate)


def _address(args: Args, name: str) -> Expr:
    found: list[tuple[int, int]] = []
    for text in args.take().split(","):
        family, spans = address(text) if not _holed(text) else (4, _masked(text))
        if family != args.family:
            raise ReadError(args.where, f"{text} is no IPv{args.family} address")
        found += spans
    return In(name, union(found), args.family)


def _holed(text: str) -> bool:
    _, slash, mask = text.partition("/")
    if not slash or "." not in mask:
        return False
    value = ~address(mask)[1][0][0] & 0xFFFFFFFF
    return bool(value & (value + 1))


def _masked(text: str) -> Spans:
    base, _, mask = text.partition("/")
    inverse = ~address(mask)[1][0][0] & 0xFFFFFFFF
    return wildcard(base, ".".join(str(inverse >> s & 255) for s in (24, 16, 8, 0)))


def _module(args: Args, name: str) -> list[Expr]:
    if name in WHOLE:
        return [WHOLE[name](args)]
    reader = OPTIONS.get(name)
    if reader is None:
        return [Unknown(f"-m {name} {args.rest()}".strip())]
    parts: list[Expr] = []
    while not args.ends():
        start = args.at
        negate, option = args.option()
        found = reader(args, option)
        if found is None:
            # An option that is not modelled makes the whole module unknown, never absent.
            args.at = start
            return [*parts, Unknown(f"-m {name} {args.rest()}")]
        parts.append(negated(found, negate))
    return parts


def _ports(args: Args, field: str) -> Expr:
    spans = _ranges([args.take()])
    return NEVER if not spans else In(field, spans)


def _ranges(texts: list[str]) -> Spans:
    """Return the ports of ranges; one that is inverted (`60000:29`) holds none, as in the kernel."""
    found = []
    for text in texts:
        low, colon, high = text.partition(":")
        if not (colon and low.isdigit() and high.isdigit() and int(high) < int(low) <= PORTS):
            found.append(port_range(text, ":"))
    return union(found)


def _tcp(args: Args, option: str) -> Expr | None:
    if option in ("--dport", "--destination-port"):
        return _ports(args, "dport")
    if option in ("--sport", "--source-port"):
        return _ports(args, "sport")
    if option == "--syn":
        return In("flags", masked(0x17, 0x02))
    if option == "--tcp-flags":
        mask, wanted = _flags(args.take()), _flags(args.take())
        return In("flags", masked(mask, wanted))
    return None


def _flags(text: str) -> int:
    value = 0
    for name in text.lower().split(","):
        if name == "all":
            value |= 0x3F
        elif name != "none":
            if name not in TCP_FLAGS:
                raise ValueError(f"not a TCP flag: {name}")
            value |= TCP_FLAGS[name]
    return value


def _multiport(args: Args, option: str) -> Expr | None:
    fields = {
        "--dports": ("dport",), "--destination-ports": ("dport",),
        "--sports": ("sport",), "--source-ports": ("sport",), "--ports": ("sport", "dport"),
    }.get(option)  # fmt: skip
    if fields is None:
        return None
    spans = _ranges(args.take().split(","))
    return some_of(*(In(f, spans) for f in fields))


def _states(text: str) -> Expr:
    spans, other = [], []
    for name in text.lower().split(","):
        if name in CT:
            spans.append((CT[name], CT[name]))
        elif name == "dnat":
            other.append(In("dnat", span(1)))
        else:
            return Unknown(f"connection state {name}")
    return some_of(*([In("ct", union(spans))] if spans else []), *other)


def _conntrack(args: Args, option: str) -> Expr | None:
    if option in ("--ctstate", "--state"):
        found = _states(args.take())
        # Connection tracking runs after the raw table.
        return Unknown("connection state in table raw") if args.table == "raw" else found
    if option == "--ctproto":
        return In("proto", span(protocol(args.take())))
    return None


def _icmp(args: Args, option: str) -> Expr | None:
    if option not in ("--icmp-type", "--icmpv6-type"):
        return None
    text = args.take()
    if text == "any" or (text == "255" and args.family == 4):
        return ANY
    kind, code = icmp(text, args.family)
    found: Expr = In("itype", span(kind))
    return found if code is None else all_of(found, In("icode", span(code)))


def _addrtype(args: Args, option: str) -> Expr | None:
    if option not in ("--dst-type", "--src-type"):
        return None
    names = args.take().lower().split(",")
    if not set(names) <= set(ADDRTYPE):
        return Unknown(f"address type {','.join(names)}")
    spans = union((ADDRTYPE[n], ADDRTYPE[n]) for n in names)
    if not args.more() or args.peek() not in ("--limit-iface-in", "--limit-iface-out"):
        name = "dtype" if option == "--dst-type" else "stype"
        found: Expr = In(name, spans)
        if args.family == 6 and "local" in names and "anycast" not in names:
            # NOTE: xt_addrtype tests bits: an IPv6 anycast address on a local route is both.
            anycast = In(name, span(ADDRTYPE["anycast"]))
            found = some_of(found, all_of(anycast, Unknown("anycast addresses that are local too")))
        return found
    return Unknown(f"address type on the interface ({args.take()})")


def _iprange(args: Args, option: str) -> Expr | None:
    name = {"--src-range": "src", "--dst-range": "dst"}.get(option)
    if name is None:
        return None
    family, spans = address(args.take())
    return In(name, spans, family)


def _set(args: Args, option: str) -> Expr | None:
    if option != "--match-set":
        return None
    name, flags = args.take(), args.take().split(",")
    return ipset.match(args.sets, name, flags)


def _comment(args: Args, option: str) -> Expr | None:
    if option != "--comment":
        return None
    args.comment = args.take()
    return ANY


def _hops(args: Args, option: str) -> Expr | None:
    word = option.rsplit("-", 1)[-1]
    if word not in ("eq", "lt", "gt"):
        return None
    value = number(args.take(), 255)
    if word == "eq":
        return In("ttl", span(value))
    if word == "lt":
        return In("ttl", span(0, value - 1)) if value else NEVER
    return In("ttl", span(value + 1, 255)) if value < 255 else NEVER


def _limit(args: Args) -> Expr:
    return some_of(FRESH, Unknown(f"rate limit {args.rest()}"))


def _hashlimit(args: Args) -> Expr:
    text = args.rest()
    if "--hashlimit-above" in text:
        return all_of(Not(FRESH), Unknown(f"rate above {text}"))
    return some_of(FRESH, Unknown(f"rate limit {text}"))


def _connlimit(args: Args) -> Expr:
    text = args.rest()
    if "!" in text or "--connlimit-upto" in text:
        return some_of(FRESH, Unknown(f"connection limit {text}"))
    return (
        Unknown(f"connection limit {text}")
        if " 0" in text
        else all_of(Not(FRESH), Unknown(f"connection limit {text}"))
    )


def _recent(args: Args) -> Expr:
    """Read `recent`: a first packet is in no list; one that is set matches at once."""
    text = args.rest()
    words = text.split()
    if "!" in words or "--remove" in words:
        return Unknown(f"-m recent {text}")
    if "--set" in words:
        return ANY
    return all_of(Not(FRESH), Unknown(f"-m recent {text}"))


def _routing(args: Args) -> Expr:
    text = args.rest()
    present = In("rt", span(1, 2))
    if text == "--rt-type 0":
        return In("rt", span(1))
    if not text:
        return present
    return all_of(present, Unknown(f"-m rt {text}"))


def _fragment(args: Args) -> Expr:
    text = args.rest()
    present = In("frag", span(1, 2))
    return all_of(present, Unknown(f"-m frag {text}")) if text else present


def _rpfilter(args: Args) -> Expr:
    words = args.rest().split()
    if set(words) - {"--invert", "--validmark", "--loose"}:
        return Unknown(f"-m rpfilter {' '.join(words)}")
    return In("rpath", span(0 if "--invert" in words else 1))


Reader = Callable[[Args, str], Expr | None]
WHOLE: dict[str, Callable[[Args], Expr]] = {
    "limit": _limit,
    "hashlimit": _hashlimit,
    "connlimit": _connlimit,
    "recent": _recent,
    "rt": _routing,
    "frag": _fragment,
    "rpfilter": _rpfilter,
}
OPTIONS: dict[str, Reader] = {
    "tcp": _tcp,
    "udp": lambda a, o: _tcp(a, o) if "port" in o else None,
    "sctp": lambda a, o: _tcp(a, o) if "port" in o else None,
    "dccp": lambda a, o: _tcp(a, o) if "port" in o else None,
    "udplite": lambda a, o: _tcp(a, o) if "port" in o else None,
    "multiport": _multiport,
    "conntrack": _conntrack,
    "state": _conntrack,
    "icmp": _icmp,
    "icmp6": _icmp,
    "addrtype": _addrtype,
    "iprange": _iprange,
    "set": _set,
    "comment": _comment,
    "hl": _hops,
    "ttl": _hops,
}
