"""The targets of iptables: what `-j` and `-g` do; what is not here is unknown.

Meaning of the options: iptables-extensions(8).
"""

from __future__ import annotations

from dataclasses import dataclass

from soccheck.errors import ReadError
from soccheck.firewall.model import (
    ADDRTYPE,
    CT,
    Action,
    Rewrite,
)
from soccheck.firewall.names import port_range
from soccheck.firewall.readers.linux.xtables_args import Args
from soccheck.firewall.spans import Spans, address, span

EFFECTLESS = {
    "MARK", "CONNMARK", "TCPMSS", "TOS", "DSCP", "TTL", "HL", "CLASSIFY", "CHECKSUM", "SET",
    "TRACE", "AUDIT", "SECMARK", "CONNSECMARK", "TEE", "IDLETIMER", "HMARK", "RATEEST", "LED",
    "TCPOPTSTRIP", "ECN",
}  # fmt: skip
"""Targets that neither decide nor change a field of the model (marks are unknown as a match)."""


@dataclass(slots=True)
class Goal:
    """What `-j` or `-g` says."""

    action: Action
    target: str = ""
    rewrite: Rewrite | None = None
    log: bool = False


def target(args: Args) -> Goal:
    """Read `-j TARGET` with its options; a rule without one only counts."""
    if not args.more():
        return Goal(Action.CONTINUE)
    word, name = args.take(), args.take()
    options = " ".join(args.words[args.at :])
    if word in ("-g", "--goto"):
        return Goal(Action.GOTO, name)
    simple = {
        "ACCEPT": Action.ACCEPT, "DROP": Action.DROP, "REJECT": Action.REJECT,
        "RETURN": Action.RETURN, "MASQUERADE": Action.ACCEPT, "SNAT": Action.ACCEPT,
    }.get(name)  # fmt: skip
    if simple is not None:
        return Goal(simple)
    if name in ("LOG", "NFLOG", "ULOG"):
        return Goal(Action.CONTINUE, log=True)
    if name in EFFECTLESS:
        return Goal(Action.CONTINUE)
    if name == "NOTRACK" or (name == "CT" and "--notrack" in options):
        values = {"ct": span(CT["untracked"])}
        return Goal(Action.REWRITE, rewrite=Rewrite(values=values, final=False, text=options))
    if name == "CT":
        return Goal(Action.CONTINUE)
    if name in ("DNAT", "REDIRECT"):
        return _translate(args, name, options)
    if name in ("QUEUE", "NFQUEUE", "TPROXY", "SYNPROXY", "NETMAP", "MIRROR", "CLUSTERIP"):
        return Goal(Action.UNKNOWN)
    return Goal(Action.JUMP, name)


def _translate(args: Args, name: str, options: str) -> Goal:
    words = options.split()
    values: dict[str, Spans] = {}
    try:
        if name == "REDIRECT":
            values["dtype"] = span(ADDRTYPE["local"])
            if "--to-ports" in words:
                values["dport"] = (port_range(words[words.index("--to-ports") + 1]),)
        elif "--to-destination" in words:
            goal = words[words.index("--to-destination") + 1]
            host, ports = split_target(goal)
            if host:
                values["dst"] = address(host)[1]
            if ports:
                values["dport"] = (port_range(ports.partition("/")[0]),)
        else:
            return Goal(Action.UNKNOWN)
    except (ValueError, IndexError) as error:
        raise ReadError(args.where, f"cannot read the target of {name}: {options}") from error
    rewrite = Rewrite(values=values, text=options)
    return Goal(Action.REWRITE, rewrite=rewrite)


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
