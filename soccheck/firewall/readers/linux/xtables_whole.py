"""The modules of iptables that are read as a whole: they remember packets, or one option turns another.

On a first packet (`fresh`) a memory is empty, which is exact; on any later packet such a match is unknown.
Meaning of the options: iptables-extensions(8).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from soccheck.firewall.model import (
    ADDRTYPE,
    ANY,
    Expr,
    In,
    Not,
    Unknown,
    all_of,
    some_of,
)
from soccheck.firewall.readers.linux import ipset
from soccheck.firewall.readers.linux.ipset import negated
from soccheck.firewall.readers.linux.xtables_args import Args
from soccheck.firewall.spans import span, union
from soccheck.phrase import Phrase, echo, phrase, series

Options = Mapping[str, tuple[bool, list[str]]]
FRESH = In("fresh", span(1))


@dataclass(frozen=True, slots=True)
class Whole:
    """How many values each option of a module has, and what they match together."""

    arity: Mapping[str, int]
    read: Callable[[Options, Args], Expr]


def _said(name: Phrase, options: Options) -> Phrase:
    words = [w for o, (n, values) in options.items() for w in (*(["!"] if n else []), o, *values)]
    return series([name, echo(" ".join(words))] if words else [name], " ")


def _below(text: Phrase) -> Expr:
    """Return "the rate or count is not yet reached": true of a first packet."""
    return some_of(FRESH, Unknown(text))


def _above(text: Phrase) -> Expr:
    return all_of(Not(FRESH), Unknown(text))


def _limit(options: Options, _: Args) -> Expr:
    text = _said(phrase("rate limit"), options)
    return Unknown(text) if any(n for n, _ in options.values()) else _below(text)


def _hashlimit(options: Options, _: Args) -> Expr:
    text = _said(phrase("rate limit"), options)
    rates = [
        (negated ^ (option == "--hashlimit-above"), values[0])
        for option, (negated, values) in options.items()
        if option in ("--hashlimit-upto", "--hashlimit-above", "--hashlimit")
    ]
    if len(rates) != 1 or "b/s" in rates[0][1]:
        return Unknown(text)
    return _above(text) if rates[0][0] else _below(text)


def _connlimit(options: Options, _: Args) -> Expr:
    text = _said(phrase("connection limit"), options)
    counts = [
        (negated ^ (option == "--connlimit-above"), values[0])
        for option, (negated, values) in options.items()
        if option in ("--connlimit-upto", "--connlimit-above")
    ]
    # The first connection counts: more than none are there at once.
    if len(counts) != 1 or not counts[0][1].isdecimal() or int(counts[0][1]) == 0:
        return Unknown(text)
    return _above(text) if counts[0][0] else _below(text)


def _recent(options: Options, args: Args) -> Expr:
    """Read `recent`: a first packet is in no list but those an earlier rule has just put it in."""
    text = _said(echo("-m recent"), options)
    if any(negated for negated, _ in options.values()):
        return Unknown(text)
    if "--set" in options:
        return ANY
    hits = options.get("--hitcount", (False, ["1"]))[1][0]
    name = options.get("--name", (False, ["DEFAULT"]))[1][0]
    if not hits.isdecimal() or args.names.recent.get(name, 0) >= max(1, int(hits)):
        return Unknown(text)
    return all_of(Not(FRESH), Unknown(text))


def _routing(options: Options, _: Args) -> Expr:
    if options == {"--rt-type": (False, ["0"])}:
        return In("rt", span(1))
    present = In("rt", span(1, 2))
    return all_of(present, Unknown(_said(echo("-m rt"), options))) if options else present


def _rpfilter(options: Options, _: Args) -> Expr:
    return In("rpath", span(0 if "--invert" in options else 1))


def _addrtype(options: Options, args: Args) -> Expr:
    parts: list[Expr] = []
    for option, (negate, values) in options.items():
        names = values[0].lower().split(",")
        if not set(names) <= set(ADDRTYPE):
            return Unknown(phrase("address type {types}", types=",".join(names)))
        name = "dtype" if option == "--dst-type" else "stype"
        found: Expr = In(name, union((ADDRTYPE[n], ADDRTYPE[n]) for n in names))
        if args.family == 6 and "local" in names and "anycast" not in names:
            # NOTE: xt_addrtype tests bits: an IPv6 anycast address on a local route is both.
            anycast = In(name, span(ADDRTYPE["anycast"]))
            found = some_of(
                found, all_of(anycast, Unknown(phrase("anycast addresses that are local too")))
            )
        parts.append(negated(found, negate))
    return all_of(*parts)


def _set(options: Options, args: Args) -> Expr:
    if "--match-set" not in options:
        return Unknown(echo("-m set"))
    negate, (name, flags) = options["--match-set"]
    return negated(ipset.match(args.names.sets, name, flags.split(",")), negate)


WHOLE: Mapping[str, Whole] = {
    "addrtype": Whole(
        # Not --limit-iface-in: it narrows a type, and widens one that is negated.
        {"--dst-type": 1, "--src-type": 1},
        _addrtype,
    ),
    "set": Whole(
        {"--match-set": 2, "--update-counters": 0, "--update-subcounters": 0}, _set
    ),
    "limit": Whole({"--limit": 1, "--limit-burst": 1}, _limit),
    "hashlimit": Whole(
        {
            "--hashlimit-upto": 1, "--hashlimit-above": 1, "--hashlimit": 1,
            "--hashlimit-burst": 1, "--hashlimit-mode": 1, "--hashlimit-srcmask": 1,
            "--hashlimit-dstmask": 1, "--hashlimit-name": 1, "--hashlimit-htable-size": 1,
            "--hashlimit-htable-max": 1, "--hashlimit-htable-expire": 1,
            "--hashlimit-htable-gcinterval": 1,
        },
        _hashlimit,
    ),
    "connlimit": Whole(
        {
            "--connlimit-upto": 1, "--connlimit-above": 1, "--connlimit-mask": 1,
            "--connlimit-saddr": 0, "--connlimit-daddr": 0,
        },
        _connlimit,
    ),
    "recent": Whole(
        {
            "--set": 0, "--rcheck": 0, "--update": 0, "--name": 1, "--mask": 1,
            "--rsource": 0, "--rdest": 0, "--seconds": 1, "--reap": 0, "--hitcount": 1, "--rttl": 0,
        },
        _recent,
    ),
    "rt": Whole({"--rt-type": 1}, _routing),
    "frag": Whole({}, lambda _, __: In("frag", span(1, 2))),
    "rpfilter": Whole({"--loose": 0, "--validmark": 0, "--invert": 0}, _rpfilter),
}  # fmt: skip
