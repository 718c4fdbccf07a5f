"""Whom a Linux machine asks for names over IPv6, and whether an answer comes.

What is said, and by what; any answer that is missing or of another form makes it unknown:
`ipv6.resolver_configured`  a name server in use (of /etc/resolv.conf the first three, as glibc reads it) is
    an IPv6 address of another machine, with its link where it holds for a link alone; false when all are
    IPv4; unknown where the machine asks a resolver of its own, other than systemd's, that may ask anyone.
`ipv6.resolver`  dig was answered by such a one, which resolves, with name servers of the root; false where
    none is configured.

Sources: resolv.conf(5), held against what glibc 2.36 takes from the file; resolvectl(1).
"""

from __future__ import annotations

import ipaddress
import re

from soccheck.probes import itself
from soccheck.probes.base import Answers, Ask, Learnt

FACTS = ("ipv6.resolver", "ipv6.resolver_configured")
ASKS = (
    Ask(name="resolvers", purpose="resolvers in use", script="cat /etc/resolv.conf"),
    Ask(
        name="resolved",
        purpose="resolvers behind systemd-resolved",
        argv=("resolvectl", "dns"),
        path="/run/systemd/resolve",
        slow=True,
    ),
    Ask(
        name="resolver-answers",
        purpose="whether a resolver answers over IPv6",
        script="command -v dig >/dev/null 2>&1 || return 127; "
        "for r in $(sed -n 's/^nameserver[[:space:]]*\\([0-9A-Fa-f:]*:[0-9A-Fa-f:.%a-z_-]*\\).*/\\1/p' "
        "/etc/resolv.conf); do "
        'echo "@$r"; dig +time=2 +tries=1 +noall +comments . NS "@$r"; done',
    ),
)
_NAMESERVER = re.compile(r"^nameserver[ \t]+(\S+)", re.MULTILINE)
_MOST = 3
"""How many name servers glibc asks (MAXNS, resolv.conf(5)); a line that names no address does not count."""

_RESOLVED = ("127.0.0.53", "127.0.0.54")
"""Where systemd-resolved answers on the machine itself."""

_HEAD = re.compile(r"(?:Global|Link [0-9]+ \(.*?\)):(?= |\Z)")
_SERVER = re.compile(
    r"(?:([0-9A-Fa-f:]+:[0-9A-Fa-f:.]*|[0-9.]+(?=[:%#]|\Z))|\[([0-9A-Fa-f:.]+)\])"
    r"(?:(?<=\]):[0-9]+|(?<=[0-9]):[0-9]+)?(?:%[\w.-]+)?(?:#\S*)?"
)
"""A server as resolvectl prints it: `address`, `[address]:port`, `address:port`, `address%link#name`."""


def _named(answers: Answers) -> list[itself.Address]:
    """Return the resolvers that /etc/resolv.conf names, as glibc takes them."""
    found = []
    for word in _NAMESERVER.findall(answers["resolvers"].output):
        text, percent, link = word.partition("%")
        try:
            address = ipaddress.ip_address(text)
        except ValueError:
            continue
        if address.version == 6 and address.is_link_local and not (percent and link):
            continue  # without its link it leads nowhere
        found.append(address)
    return found[:_MOST]


def _behind(answers: Answers) -> list[itself.Address]:
    """Return the resolvers that systemd-resolved asks; names of links are none, whatever their colons."""
    found = []
    for line in answers["resolved"].output.splitlines():
        # A long list goes on in the next line, behind blanks.
        head = _HEAD.match(line)
        for word in line[head.end() if head else 0 :].split():
            match = _SERVER.fullmatch(word)
            address = itself.parsed(match[1] or match[2]) if match else None
            if address is None or not (head or line[:1].isspace()):
                raise ValueError(f"not understood: {line[:80]}")
            found.append(address)
    if not found:
        raise ValueError("systemd-resolved names no server; it may ask those compiled into it")
    return found


def learn(answers: Answers, learnt: Learnt) -> None:
    """Read whether a resolver over IPv6 is configured, and answers."""
    facts = ("ipv6.resolver_configured", "ipv6.resolver")
    configured, resolved = answers["resolvers"], answers["resolved"]
    untold = configured if configured.state != "ok" else itself.addresses_untold(answers)
    if untold is not None:
        learnt.blame(untold, *facts)
        return
    named = _named(answers)
    servers = [address for address in named if str(address) not in _RESOLVED]
    if len(servers) < len(named):
        # systemd-resolved stands in front: resolvectl knows whom it asks.
        if resolved.state != "ok":
            learnt.blame(resolved, *facts)
            return
        try:
            servers += _behind(answers)
        except ValueError as error:
            learnt.fail("unparsed", str(error), *facts)
            return
    own = itself.addresses(answers)
    others = [a for a in servers if not (a.is_loopback or a.is_unspecified or a in own)]
    over6 = [a for a in others if _over6(a)]
    if not over6 and len(others) < len(servers):
        detail = "the machine asks a resolver of its own; whom that one asks is not known"
        learnt.fail("unparsed", detail, *facts)
        return
    learnt.say(facts[0], bool(over6))
    if not over6:
        learnt.say(facts[1], False)
        return
    asked = answers["resolver-answers"]
    if asked.exit == 127 or not asked.said:
        absent = asked.exit == 127
        code = "no_command" if absent else asked.problem
        learnt.fail(code, "dig: not there" if absent else asked.detail, facts[1])
    elif not asked.output.strip():
        learnt.fail("unparsed", "the resolver behind systemd-resolved was not asked", facts[1])
    else:
        _answered(asked.output, over6, named, learnt)


def _over6(address: itself.Address) -> bool:
    """Return whether an address is one of IPv6 that a resolver can have."""
    return address.version == 6 and not (
        address.is_multicast or (isinstance(address, ipaddress.IPv6Address) and address.ipv4_mapped)
    )


_FAILED = re.compile(
    r"status: (?:SERVFAIL|REFUSED|NXDOMAIN|NOTIMP|FORMERR|NOTAUTH)\b"
    r"|status: NOERROR\b[^;]*;;\s*flags:(?![^;]*\bra\b)[ \w]*;"
    r"|timed out|no servers could be reached|communications error|network unreachable"
    r"|host unreachable|connection refused|network is unreachable"
)
"""What dig prints of a server that does not resolve, or does not answer."""

_RESOLVED_ROOT = re.compile(r"flags:[^;]*\bra\b[^;]*;[^;]*\bANSWER: [1-9]")
"""The root has name servers: who answers without one did not resolve."""


def _answered(
    output: str, over6: list[itself.Address], named: list[itself.Address], learnt: Learnt
) -> None:
    """Take in what each resolver answered; `@` and its address stand before."""
    told: dict[str, str] = {}
    for part in re.split(r"(?m)^(?=@)", output):
        name, _, said = part.partition("\n") if part.startswith("@") else ("", "", part)
        told[str(itself.parsed(name[1:]) or "")] = said
    said = [told[str(address)] for address in over6 if str(address) in told]
    if told.get("", "").strip() and {a for a in named if a.version == 6} <= set(over6):
        said.append(told[""])  # as asked before the address was printed
    if not said:
        learnt.fail("unparsed", "no resolver in use was asked over IPv6", "ipv6.resolver")
        return
    good = [one for one in said if "status: NOERROR" in one and _RESOLVED_ROOT.search(one)]
    if not good and not all(_FAILED.search(one) for one in said):
        learnt.fail("unparsed", "whether the resolver resolves is not told", "ipv6.resolver")
    learnt.say("ipv6.resolver", bool(good))
