"""The match modules of iptables (`-m NAME`) of which each option is a match of its own.

Meaning of the options: iptables-extensions(8). A value that makes no sense raises `ValueError`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from soccheck.firewall.model import (
    ANY,
    CT,
    NEVER,
    PORTS,
    TCP_FLAGS,
    Expr,
    In,
    Unknown,
    all_of,
    some_of,
)
from soccheck.firewall.names import icmp, number, port_range, protocol
from soccheck.firewall.readers.linux.xtables_args import Args
from soccheck.firewall.spans import Spans, address, masked, span, union
from soccheck.phrase import phrase

Reader = Callable[[Args], Expr]


def _ports(*fields: str) -> Reader:
    def read(args: Args) -> Expr:
        spans = _ranges(args.take().split(","))
        return some_of(*(In(field, spans) for field in fields)) if spans else NEVER

    return read


def _ranges(texts: list[str]) -> Spans:
    """Return the ports of ranges; one that is inverted (`60000:29`) holds none, as in the kernel."""
    found = []
    for text in texts:
        low, colon, high = text.partition(":")
        if not (colon and low.isdecimal() and high.isdecimal() and int(high) < int(low) <= PORTS):
            found.append(port_range(text, ":"))
    return union(found)


def _tcp_flags(args: Args) -> Expr:
    mask, wanted = args.take(), args.take()
    return In("flags", masked(_flags(mask), _flags(wanted)))


def _flags(text: str) -> int:
    value = 0
    for name in text.lower().split(","):
        if name == "all":
            value |= 0x3F
        elif name != "none":
            if name not in TCP_FLAGS:
                raise ValueError(phrase("not a TCP flag: {name}", name=name))
            value |= TCP_FLAGS[name]
    return value


def _states(args: Args) -> Expr:
    if args.table == "raw":
        # Connection tracking runs after the raw table.
        return Unknown(phrase("connection state {name} in table raw", name=args.take()))
    spans, other = [], []
    for name in args.take().lower().split(","):
        if name in CT:
            spans.append((CT[name], CT[name]))
        elif name == "dnat":
            other.append(In("dnat", span(1)))
        elif name == "snat":
            return Unknown(phrase("connection state snat"))
        else:
            raise ValueError(phrase("not a connection state: {name}", name=name))
    return some_of(*([In("ct", union(spans))] if spans else []), *other)


def _icmp(args: Args) -> Expr:
    text = args.take()
    if text == "any" or (text == "255" and args.family == 4):
        return ANY
    kind, code = icmp(text, args.family)
    found: Expr = In("itype", span(kind))
    return found if code is None else all_of(found, In("icode", span(code)))


def _range(name: str) -> Reader:
    def read(args: Args) -> Expr:
        family, spans = address(args.take())
        return In(name, spans, family)

    return read


def _comment(args: Args) -> Expr:
    args.comment = args.take()
    return ANY


def _equal(args: Args) -> Expr:
    return In("ttl", span(number(args.take(), 255)))


def _less(args: Args) -> Expr:
    value = number(args.take(), 255)
    return In("ttl", span(0, value - 1)) if value else NEVER


def _greater(args: Args) -> Expr:
    value = number(args.take(), 255)
    return In("ttl", span(value + 1, 255)) if value < 255 else NEVER


_PORTED: Mapping[str, Reader] = {
    "--dport": _ports("dport"),
    "--destination-port": _ports("dport"),
    "--sport": _ports("sport"),
    "--source-port": _ports("sport"),
}
MODULES: Mapping[str, Mapping[str, Reader]] = {
    "tcp": {
        **_PORTED,
        "--syn": lambda args: In("flags", masked(0x17, 0x02)),
        "--tcp-flags": _tcp_flags,
    },
    "udp": _PORTED,
    "sctp": _PORTED,
    "dccp": _PORTED,
    "udplite": _PORTED,
    "multiport": {
        "--dports": _ports("dport"),
        "--destination-ports": _ports("dport"),
        "--sports": _ports("sport"),
        "--source-ports": _ports("sport"),
        "--ports": _ports("sport", "dport"),
    },
    "conntrack": {
        "--ctstate": _states,
        "--ctproto": lambda args: In("proto", span(protocol(args.take()))),
    },
    "state": {"--state": _states},
    "icmp": {"--icmp-type": _icmp},
    "icmp6": {"--icmpv6-type": _icmp},
    "iprange": {"--src-range": _range("src"), "--dst-range": _range("dst")},
    "comment": {"--comment": _comment},
    "hl": {"--hl-eq": _equal, "--hl-lt": _less, "--hl-gt": _greater},
    "ttl": {"--ttl-eq": _equal, "--ttl-lt": _less, "--ttl-gt": _greater},
}
"""Module and option to what reads its value; parts of a module hold together."""
