"""Packet filters of a Linux machine: the raw rulesets for the engine, and what they do by default."""

from __future__ import annotations

import re

from soccheck.probes.base import KIB, Answer, Answers, Ask, Learnt, Moment, Probe
from soccheck.probes.inbound import Filter, default
from soccheck.probes.rulesets import UnreadError, from_iptables, from_nft, tables
from soccheck.probes.shared import LINKS, ROUTES, ROUTES6, SOCKETS, TABLES, listeners, objects
from soccheck.probes.uplinks import uplinks

_LARGE = 4096 * KIB


def _save(family: str, purpose: str, filled: str = "") -> Ask:
    argv = (f"{family}-save", "-c")
    ask = Ask(name=family, purpose=purpose, argv=argv, root=True, limit=_LARGE)
    return ask._replace(filled=filled, xtables=not filled)


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
DEFAULTS = ("firewall.default_inbound", "firewall.default_inbound_ipv6")
CHAINS = ("firewall.input_chain", "firewall.input_chain_ipv6")
LISTENS = ("listens.ipv4", "listens.ipv6")
LEARNS = ("firewall.active", *DEFAULTS, *CHAINS, "firewall.logs_denied", *LISTENS)
_OF_FILTERS = LEARNS[:-2]
_FILTERS = ("nft", "iptables", "ip6tables", "iptables-legacy", "ip6tables-legacy")


def parse(answers: Answers, when: Moment, learnt: Learnt) -> None:
    """Read the answers of one machine."""
    ports = listeners(answers["sockets"])
    if ports is None:
        learnt.blame(answers["sockets"], *LISTENS)
    else:
        for fact, some in zip(LISTENS, ports, strict=True):
            learnt.say(fact, tuple(sorted(some)))
    filters = _filters(answers, learnt)
    if filters is None:
        return
    interfaces = _uplinks(answers)
    logs = []
    for number, family in enumerate((4, 6)):
        deciding = (families for one in filters for families in _deciding(one))
        learnt.say(CHAINS[number], any(family in families for families in deciding))
        said, logged = default(filters, family, interfaces)
        if said is None:
            detail = "the ruleset names no certain default: a rule may take in or refuse all"
            learnt.fail("unparsed", detail, DEFAULTS[number])
        else:
            learnt.say(DEFAULTS[number], said)
        if said == "deny":
            logs.append(logged)
    learnt.say("firewall.active", any(_deciding(one) for one in filters))
    any_log = any(rule.logs for one in filters for chain in one.chains.values() for rule in chain)
    if logs and all(logs):
        learnt.say("firewall.logs_denied", True)
    elif not any_log:
        learnt.say("firewall.logs_denied", False)
    learnt.fail(
        "unparsed",
        "something is logged, whether all that is denied is not certain",
        "firewall.logs_denied",
    )


def _deciding(one: Filter) -> list[tuple[int, ...]]:
    """Return the families of a ruleset's input chains that decide anything.

    An empty chain that accepts is none: iptables prints one even where the kernel has none.
    """
    return [
        base.families
        for base in one.bases
        if base.policy == "drop" or any(rule.verdict for rule in one.chains[base.chain])
    ]


def _filters(answers: Answers, learnt: Learnt) -> list[Filter] | None:
    """Return every ruleset that is loaded, or nothing when one could not be looked at."""
    missing = unlooked(answers)
    if missing is not None:
        learnt.blame(missing, *_OF_FILTERS)
        return None
    try:
        return _read(loaded(answers))
    except UnreadError as error:
        learnt.fail("unparsed", str(error), *_OF_FILTERS)
        return None


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
        if name != "nft" and (family, _body(answer.output)) in seen:
            continue  # the system's own command is the legacy one
        seen.add((family, _body(answer.output)))
        found[name] = answer
    present = {name: answers[name] for name in _FILTERS[:3]}
    legacy = {name: answers[name] for name in _FILTERS[3:]}
    through_nft = any("(nf_tables)" in answer.output for answer in present.values())
    if "nft" not in found and not through_nft and not legacy_only(present):
        raise UnreadError("nft is not there, so rules of its own making cannot be seen")
    _legacy_seen(answers, present, legacy)
    return found


def _read(found: dict[str, Answer]) -> list[Filter]:
    filters = []
    covered = set()
    for name, answer in found.items():
        if name == "nft":
            continue
        family = 6 if name.startswith("ip6") else 4
        filters.append(from_iptables(answer.output, family))
        if "(nf_tables)" in answer.output:
            named = tables(answer.output)
            covered |= {("ip6" if family == 6 else "ip", table) for table in named}
    if "nft" in found:
        filters.append(from_nft(found["nft"].output, frozenset(covered)))
    return filters


def legacy_only(present: dict[str, Answer]) -> bool:
    """Return whether iptables is the legacy one: such a system has no nft command to ask."""
    return "v1." in present["iptables"].output and "(nf_tables)" not in present["iptables"].output


def _legacy_seen(answers: Answers, present: dict[str, Answer], legacy: dict[str, Answer]) -> None:
    """Raise `UnreadError` when tables exist outside nftables that no command could show."""
    names = answers["legacy-tables"]
    if not names.said:
        if names.state == "denied":
            raise UnreadError("whether tables exist outside nftables may not be read")
        return
    if "filter" not in names.output.split():
        return
    shown = [*legacy.values(), *(a for a in present.values() if "(nf_tables)" not in a.output)]
    if not any("*filter" in answer.output for answer in shown):
        raise UnreadError(
            "iptables-legacy has rules, and iptables-legacy-save is not there to show them"
        )


def _body(text: str) -> str:
    return "\n".join(line for line in text.splitlines() if not line.startswith("#"))


def _uplinks(answers: Answers) -> frozenset[str]:
    """Return the interfaces strangers come in by: where routes lead out, else all but loopback."""
    routes = [objects(answers[name]) for name in ("routes", "routes6")]
    found = uplinks([listing for listing in routes if listing is not None])
    links = objects(answers["links"]) or []
    all_ = (str(link["ifname"]) for link in links if "LOOPBACK" not in str(link.get("flags")))
    return frozenset(found or all_)


FIREWALL = Probe(
    name="firewall",
    platform="linux",
    kinds=("host", "firewall"),
    purpose="packet filters as they are loaded, what they do by default, ports listened on",
    asks=ASKS,
    learns=LEARNS,
    may=(),
    parse=parse,
)
