"""The targets of iptables: what `-j` and `-g` do; what is not here is unknown.

Meaning of the options: iptables-extensions(8).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from soccheck.errors import worded
from soccheck.firewall.model import (
    ADDRTYPE,
    ANY,
    CT,
    Action,
    Expr,
    Note,
    Rewrite,
    Unknown,
    top,
)
from soccheck.firewall.names import port_range
from soccheck.firewall.readers.linux.xtables_args import Args
from soccheck.firewall.spans import Spans, address, span
from soccheck.phrase import phrase


@dataclass(slots=True)
class Goal:
    """What `-j` or `-g` says."""

    action: Action
    target: str = ""
    rewrite: Rewrite | None = None
    log: bool = False
    only: Expr = ANY
    """What it is done with; unknown where a program may do it or not."""
    past: bool = False
    """True where a copy goes past all filters that follow."""


COPY = "TEE"
"""The target whose copy of a packet is sent out past all filters of the way across."""
TO_PROGRAM = Unknown(phrase("whether a program takes what is logged to it (ulogd)"))


def target(args: Args, word: str) -> Goal:
    """Read a target with its options; one that is not known is left unread."""
    name, entry = args.take(), args.entry
    if name in args.names.chains:
        return Goal(Action.JUMP if word == "-j" else Action.GOTO, name)
    found = TARGETS.get(name)
    if name == COPY:
        args.unread(word, name, args.rest())
        return Goal(Action.CONTINUE, past=True)
    if word == "-j" and entry.ledger.is_harmless("targets", name):
        args.rest()
        return Goal(Action.CONTINUE)
    if name in OF_SOURCE and args.knows("-j", name):
        args.rest()
        return Goal(Action.ACCEPT)
    options = args.options(f"-j {name}", found.arity) if found and word == "-j" else None
    if found is None or options is None or not args.knows("-j", name):
        if found is None:
            text = phrase("target {name} is neither chain nor known", name=name)
            entry.ledger.notes.append(Note(kind="undefined", where=entry.where, text=text))
        args.unread(word, name, args.rest())
        return Goal(Action.UNKNOWN)
    try:
        return found.read({option: values for option, (_, values) in options.items()})
    except ValueError as error:
        args.unread(word, name, why=worded(error))
        return Goal(Action.UNKNOWN)


Options = Mapping[str, list[str]]


@dataclass(frozen=True, slots=True)
class XtablesTarget:
    """How many values each option of a target has, and what it does."""

    read: Callable[[Options], Goal]
    arity: Mapping[str, int]


def _does(
    action: Action,
    arity: Mapping[str, int] | None = None,
    *,
    log: bool = False,
    only: Expr = ANY,
) -> XtablesTarget:
    return XtablesTarget(lambda _: Goal(action, log=log, only=only), arity or {})


def _tracking(options: Options) -> Goal:
    if "--notrack" not in options:
        return Goal(Action.CONTINUE)
    values = {"ct": span(CT["untracked"])}
    return Goal(Action.REWRITE, rewrite=Rewrite(values=values, final=False))


def _hops(_: Options) -> Goal:
    values = {"ttl": ((0, top("ttl", 4)),)}
    return Goal(Action.REWRITE, rewrite=Rewrite(values=values, final=False))


def _redirect(options: Options) -> Goal:
    values: dict[str, Spans] = {"dtype": span(ADDRTYPE["local"])}
    if "--to-ports" in options:
        values["dport"] = (port_range(options["--to-ports"][0]),)
    return Goal(Action.REWRITE, rewrite=Rewrite(values=values))


def _destination(options: Options) -> Goal:
    if "--to-destination" not in options:
        raise ValueError(phrase("no destination"))
    host, ports = split_target(options["--to-destination"][0])
    values: dict[str, Spans] = {}
    if host:
        values["dst"] = address(host)[1]
    if ports:
        values["dport"] = (port_range(ports.partition("/")[0]),)
    return Goal(Action.REWRITE, rewrite=Rewrite(values=values))


def split_target(text: str) -> tuple[str, str]:
    """Split `1.2.3.4:80`, `[2001:db8::1]:80`, `2001:db8::1` or `:80` into host and ports."""
    if text.startswith("["):
        host, _, rest = text[1:].partition("]")
        low, dash, high = host.partition("-")
        if rest.startswith("-["):
            high, _, rest = rest[2:].partition("]")
            dash = "-"
        return low + dash + high, rest.removeprefix(":")
    if text.count(":") > 1:
        return text, ""
    host, _, ports = text.partition(":")
    return host, ports


_RANDOM = {"--random": 0, "--random-fully": 0, "--persistent": 0}
OF_SOURCE = ("SNAT", "MASQUERADE")
"""Change the source on the way out, when all is decided."""
TARGETS: Mapping[str, XtablesTarget] = {
    "ACCEPT": _does(Action.ACCEPT),
    "DROP": _does(Action.DROP),
    "RETURN": _does(Action.RETURN),
    "REJECT": _does(Action.REJECT, {"--reject-with": 1}),
    "LOG": _does(
        Action.CONTINUE,
        {
            "--log-level": 1, "--log-prefix": 1, "--log-tcp-sequence": 0, "--log-tcp-options": 0,
            "--log-ip-options": 0, "--log-uid": 0, "--log-macdecode": 0,
        },
        log=True,
    ),
    "NFLOG": _does(
        Action.CONTINUE,
        {
            "--nflog-group": 1, "--nflog-prefix": 1, "--nflog-range": 1, "--nflog-size": 1,
            "--nflog-threshold": 1,
        },
        log=True,
        only=TO_PROGRAM,
    ),
    "ULOG": _does(
        Action.CONTINUE,
        {"--ulog-nlgroup": 1, "--ulog-prefix": 1, "--ulog-cprange": 1, "--ulog-qthreshold": 1},
        log=True,
        only=TO_PROGRAM,
    ),
    "NOTRACK": XtablesTarget(lambda _: _tracking({"--notrack": []}), {}),
    "CT": XtablesTarget(
        _tracking,
        {
            "--notrack": 0, "--helper": 1, "--zone": 1, "--zone-orig": 1, "--zone-reply": 1,
            "--timeout": 1, "--ctevents": 1, "--expevents": 1,
        },
    ),
    "TTL": XtablesTarget(_hops, {"--ttl-set": 1, "--ttl-dec": 1, "--ttl-inc": 1}),
    "HL": XtablesTarget(_hops, {"--hl-set": 1, "--hl-dec": 1, "--hl-inc": 1}),
    "DNAT": XtablesTarget(_destination, {**_RANDOM, "--to-destination": 1}),
    "REDIRECT": XtablesTarget(_redirect, {**_RANDOM, "--to-ports": 1}),
}  # fmt: skip
"""What is not here, and no harmless target of `words.toml`, is unread."""
