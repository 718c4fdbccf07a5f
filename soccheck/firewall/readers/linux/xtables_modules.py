"""The match modules of iptables (`-m NAME`), one function a module; what is not here is unknown.

Meaning of the options: iptables-extensions(8). `recent`, `limit` and their kin have a memory: on a
first packet it is empty, which is exact; on any later packet they are unknown.
"""

from __future__ import annotations

from collections.abc import Callable

from soccheck.firewall.model import (
    ADDRTYPE,
    ANY,
    CT,
    NEVER,
    PORTS,
    TCP_FLAGS,
    Expr,
    In,
    Not,
    Unknown,
    all_of,
    some_of,
)
from soccheck.firewall.names import icmp, number, port_range, protocol
from soccheck.firewall.readers.linux import ipset
from soccheck.firewall.readers.linux.xtables_args import Args
from soccheck.firewall.spans import Spans, address, masked, span, union

FRESH = In("fresh", span(1))


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
