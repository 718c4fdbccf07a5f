"""The match of one rule of iptables: its own options (iptables(8)) and those of its modules."""

from __future__ import annotations

from soccheck.errors import ReadError
from soccheck.firewall.model import (
    ANY,
    NEVER,
    Expr,
    In,
    Named,
    Unknown,
    all_of,
)
from soccheck.firewall.names import protocol
from soccheck.firewall.readers.linux.ipset import negated
from soccheck.firewall.readers.linux.xtables_args import Args
from soccheck.firewall.readers.linux.xtables_modules import OPTIONS, WHOLE
from soccheck.firewall.spans import Spans, address, span, union, wildcard


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
