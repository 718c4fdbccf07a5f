"""Packet filters of a Linux machine: the raw rulesets, whole or not at all, for the firewall engine.

Nothing is read out of a ruleset here: what it lets through is for the one reader of rulesets to say, the
engine, from the answers as they are. What proves it either way stands in `soccheck/firewall/facts.py`.

`listens.ipv4`, `listens.ipv6`: the TCP ports that `ss` lists on an address beyond the machine itself; none
of one family, with a whole answer, is none. An answer that broke off, a line of another form, or no port of
either family, though the machine was asked over one, is unknown.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import replace

from soccheck.facts.catalogue import RULESET, SHOWN_BY_RULESETS
from soccheck.probes.base import KIB, Answer, Answers, Ask, Learnt, Moment, Probe
from soccheck.probes.shared import LINKS, ROUTES, ROUTES6, SOCKETS, TABLES, listeners

_LARGE = 4096 * KIB


def _save(family: str, purpose: str, filled: str = "") -> Ask:
    argv = (f"{family}-save", "-c")
    ask = Ask(name=family, purpose=purpose, argv=argv, root=True, limit=_LARGE)
    return replace(ask, filled=filled, xtables=not filled)


ASKS = (
    Ask(
        name="nft",
        purpose="the nftables ruleset",
        argv=("nft", "-j", "-a", "list", "ruleset"),
        root=True,
        kept=True,
        limit=_LARGE,
    ),
    # NOTE: nft hides the parameters of rules made by iptables-nft, ufw and Docker, and rules of
    # iptables-legacy are not in nftables at all: each has to be asked for. Only where nft shows no
    # table of iptables' families, and the kernel names none outside nftables, is there nothing to ask.
    _save("iptables", "IPv4 rules of iptables, as the system's own command sees them"),
    _save("ip6tables", "IPv6 rules of iptables, as the system's own command sees them"),
    _save("iptables-legacy", "IPv4 rules outside nftables", TABLES[0]),
    _save("ip6tables-legacy", "IPv6 rules outside nftables", TABLES[1]),
    Ask(
        name="legacy-tables",
        purpose="which tables exist outside nftables",
        argv=("cat", *TABLES),
        root=True,
        filled=" ".join(TABLES),
    ),
    Ask(
        name="ipset",
        purpose="address sets that rules refer to",
        argv=("ipset", "save"),
        path="/sys/module/ip_set",
        root=True,
        xtables=True,
        limit=_LARGE,
    ),
    Ask(
        name="ufw",
        purpose="settings and rules of ufw, while iptables may have rules",
        argv=(
            "cat",
            "/etc/ufw/ufw.conf",
            "/etc/default/ufw",
            "/etc/ufw/user.rules",
            "/etc/ufw/user6.rules",
        ),
        root=True,
        path="/etc/ufw",
        xtables=True,
    ),
    Ask(
        name="firewalld",
        purpose="zones of firewalld, while it runs",
        argv=("firewall-cmd", "--list-all-zones"),
        root=True,
        slow=True,
        path="/run/firewalld.pid",
    ),
    SOCKETS,
    LINKS,
    ROUTES,
    ROUTES6,
)
LISTENS = ("listens.ipv4", "listens.ipv6")
_OF_FILTERS = tuple(fact for fact in SHOWN_BY_RULESETS if fact not in RULESET)
"""Facts of a filter as a whole: where it cannot be seen, these are what a person asks for."""

_FILTERS = ("nft", "iptables", "ip6tables", "iptables-legacy", "ip6tables-legacy")


class UnreadError(ValueError):
    """A ruleset that may be loaded, and that no answer shows."""


def parse(answers: Answers, when: Moment, learnt: Learnt) -> None:
    """Read the answers of one machine: its ports, and whether its rulesets can be seen at all."""
    ports = listeners(answers["sockets"])
    if ports is None:
        learnt.blame(answers["sockets"], *LISTENS)
    elif not any(ports):
        learnt.fail("unparsed", "no TCP port that is listened on was seen", *LISTENS)
    else:
        for fact, some in zip(LISTENS, ports, strict=True):
            learnt.say(fact, tuple(sorted(some)))
    missing = unlooked(answers)
    if missing is not None:
        learnt.blame(missing, *_OF_FILTERS)
        return
    try:
        loaded(answers)
    except UnreadError as error:
        learnt.fail("unparsed", str(error), *_OF_FILTERS)


def unlooked(answers: Answers) -> Answer | None:
    """Return the answer that did not come of a ruleset that may be loaded.

    A filter that cannot be read may hold the rule that opens everything, so one missing is all missing.
    """
    filters = [answers[name] for name in _FILTERS]
    if all(answer.state == "absent" for answer in filters[:3]):
        return filters[0]
    return next((a for a in filters if a.state not in ("ok", "absent")), None)


def loaded(answers: Answers) -> dict[str, Answer]:
    """Return the rulesets that are loaded, by question; raises `UnreadError` if not all can be seen."""
    found: dict[str, Answer] = {}
    seen = set()
    for name in _FILTERS:
        answer = answers[name]
        family = name.startswith("ip6")
        if answer.state == "absent":
            continue
        if re.search(r"incompatible.*use 'nft' tool", answer.output + answer.error):
            continue  # a table of nft's own making, of which nft tells more
        shown = (family, "(nf_tables)" in answer.output, _body(answer.output))
        if name != "nft" and shown in seen:
            continue  # the system's own command is the legacy one
        seen.add(shown)
        found[name] = answer
    present = {name: answers[name] for name in _FILTERS[:3]}
    legacy = {name: answers[name] for name in _FILTERS[3:]}
    through_nft = any("(nf_tables)" in answer.output for answer in present.values())
    if "nft" not in found and not through_nft and not legacy_only(present):
        raise UnreadError("nft is not there, so rules of its own making cannot be seen")
    _legacy_seen(answers, present, legacy)
    return found


def legacy_only(present: dict[str, Answer]) -> bool:
    """Return whether iptables is the legacy one: such a system has no nft command to ask."""
    return "v1." in present["iptables"].output and "(nf_tables)" not in present["iptables"].output


def _legacy_seen(answers: Answers, present: dict[str, Answer], legacy: dict[str, Answer]) -> None:
    """Raise `UnreadError` when tables exist outside nftables that no command could show."""
    names = answers["legacy-tables"]
    if not names.said:
        if names.state == "denied":
            raise UnreadError("whether tables exist outside nftables may not be read")
        if names.missing:
            raise UnreadError("whether tables exist outside nftables was not told")
        return
    odd = set(names.output.split()) - {"filter", "nat", "mangle", "raw", "security"}
    if odd:
        raise UnreadError(f"a table outside nftables is called {min(odd)}")
    shown = {**legacy, **{n: a for n, a in present.items() if "(nf_tables)" not in a.output}}
    # Each family names its own; a nat table publishes what a filter elsewhere was thought to deny.
    for table, count in Counter(names.output.split()).items():
        showing = [n for n, a in shown.items() if f"*{table}" in a.output.splitlines()]
        if len({name.startswith("ip6") for name in showing}) < count:
            raise UnreadError(
                f"iptables-legacy has a table {table}, and iptables-legacy-save does not show it"
            )


def _body(text: str) -> str:
    return "\n".join(line for line in text.splitlines() if not line.startswith("#"))


FIREWALL = Probe(
    name="firewall",
    platform="linux",
    kinds=("host", "firewall"),
    purpose="packet filters as they are loaded, ports listened on",
    asks=ASKS,
    learns=LISTENS,
    may=(),
    shows=SHOWN_BY_RULESETS,
    parse=parse,
)
