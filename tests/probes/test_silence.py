"""An answer that says less proves no more: every part of every recorded answer is taken away in turn.

Where a fact is said all the same, and was not before, or gets better, no reader could tell the shorter answer
from a true one: `LEFT` says why, by question and kind of loss.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from soccheck.probes.base import read
from tests.probes.test_corpus import CASES, GOOD, read_case
from tests.probes.weaker import weaker

OF_THE_ENGINE = (
    *("nft", "iptables", "ip6tables", "iptables-legacy", "ip6tables-legacy", "legacy-tables"),
    *("ufw", "firewalld", "ipset", "rules"),
)
"""Rulesets: what they show is for `tests/firewall/test_silence.py`."""

NAMES = ("os.name", "os.kernel", "antivirus.version", "antivirus.product")
"""Facts that are a name: any word may be one."""

LASTS = ("antivirus.licence_until", "os.supported_until")
LESS_IS_BETTER = ("clock.skew", "antivirus.signatures_age")


def better(fact: str, before: Any, now: Any) -> bool:
    """Return whether a fact is said and was not, or is good and was not."""
    if now is None or now == before or fact in NAMES:
        return False
    if before is None:
        return True
    if fact in GOOD:
        return bool(now == GOOD[fact])
    if fact in LESS_IS_BETTER:
        return bool(now < before)
    if fact in LISTENS:
        return not {*before} <= {*now}
    return fact in LASTS and bool(now > before)


def walk() -> Iterator[tuple[str, str, str, str]]:
    """Yield question, kind of loss, fact and answer, wherever a shorter answer proves more."""
    for path in CASES:
        case = read_case(path)
        said, _ = read(case.probe, case.kind, case.answers, case.when)
        for name, answer in case.answers.items():
            for kind, output in weaker(answer.output) if name not in OF_THE_ENGINE else ():
                less = {**case.answers, name: replace(answer, output=output)}
                now, _ = read(case.probe, case.kind, less, case.when)
                for fact, value in now.items():
                    if better(fact, said.get(fact), value):
                        yield name, kind, fact, f"{path.parent.name}/{path.stem}: {output}"


PROTECTS = ("antivirus.realtime", "antivirus.running", "antivirus.signatures_loaded")
OTHERS = (
    *("clock.synchronised", "ipv6.resolver", "ipv6.resolver_configured"),
    "monitoring.logs_forwarded",
)
RESOLVERS = ("ipv6.resolver", "ipv6.resolver_configured")
SENT = ("monitoring.logs_forwarded",)
RUNS = ("antivirus.realtime", "monitoring.agent", "monitoring.logs_forwarded")
LISTENS = ("listens.ipv4", "listens.ipv6")
_LISTED = (
    "each line tells of another thing, and nothing counts them: without it that thing is not there"
)
_SHORTER = (
    "a configuration may be shorter, and do less: which lines it should have is told by nothing"
)
_HOST = "a name may be any word, and a file of hosts may lack any"
_GLIBC = "glibc passes over lines and addresses it does not know: what is left is what it asks"
_WHERE_SO = "iproute2 prints a type that is not unicast, and a flag that holds; else nothing"
LEFT: dict[tuple[str, str], tuple[tuple[str, ...], str]] = {
    ("antivirus-paths", "blank"): (PROTECTS, _LISTED),
    ("antivirus-paths", "line"): (PROTECTS, _LISTED),
    ("clamav-config", "cut"): (("antivirus.mode",), _SHORTER),
    ("clamav-config", "line"): (("antivirus.mode",), _SHORTER),
    ("journal-settings", "blank"): (SENT, "an empty value is the default: systemd.syntax(7)"),
    ("journal-settings", "cut"): (SENT, _SHORTER),
    ("journal-settings", "line"): (SENT, _SHORTER),
    ("kesl-task", "line"): (("antivirus.mode",), _SHORTER),
    ("links", "empty"): (OTHERS, "a link may have no address"),
    ("links", "item"): (OTHERS, "a link may have any addresses, and there may be any links"),
    ("links", "key"): (("ipv6.address",), _WHERE_SO),
    ("links", "odd"): (("ipv6.address",), "a link may have any name"),
    ("listeners", "item"): (("ipv6.listens", *LISTENS), _LISTED),
    ("log-forwarding", "cut"): (SENT, _SHORTER),
    ("log-forwarding", "half"): (SENT, _SHORTER),
    ("log-forwarding", "line"): (SENT, _SHORTER),
    ("log-forwarding", "odd"): (SENT, "what stands behind a selector may be a user's name"),
    ("own-names", "blank"): (SENT, _HOST),
    ("own-names", "cut"): (SENT, _HOST),
    ("own-names", "half"): (SENT, _HOST),
    ("own-names", "line"): (SENT, _HOST),
    ("own-names", "odd"): (SENT, _HOST),
    ("processes", "cut"): (RUNS, _LISTED),
    ("processes", "half"): (RUNS[1:], "a program may have any name"),
    ("processes", "line"): ((RUNS[0], RUNS[2]), _LISTED),
    ("resolved", "blank"): (RESOLVERS[:1], "what is left of an address may be one"),
    ("resolvers", "blank"): (RESOLVERS, _GLIBC),
    ("resolvers", "cut"): (RESOLVERS[:1], _GLIBC),
    ("resolvers", "empty"): (RESOLVERS[1:], "a link may have no resolver (Windows)"),
    ("resolvers", "half"): (RESOLVERS, _GLIBC),
    ("resolvers", "item"): (RESOLVERS[1:], "a link may have no resolver (Windows)"),
    ("resolvers", "line"): (RESOLVERS, _GLIBC),
    ("resolvers", "null"): (RESOLVERS[1:], "a link may have no resolver (Windows)"),
    ("resolvers", "odd"): (RESOLVERS, _GLIBC),
    ("routes6", "empty"): (("ipv6.default_route",), _WHERE_SO),
    ("routes6", "item"): (("ipv6.default_route",), _WHERE_SO),
    ("security-center", "item"): (("antivirus.realtime",), _LISTED),
    ("sockets", "cut"): (("ipv6.listens", "listens.ipv6"), _LISTED),
    ("sockets", "line"): (("ipv6.listens", *LISTENS), _LISTED),
}
"""By question and kind of loss: the facts, and why nobody could tell the answer from a true one."""


def test_an_answer_that_says_less_proves_no_more() -> None:
    found: dict[tuple[str, str, str], str] = {}
    for *key, text in walk():
        found.setdefault((key[0], key[1], key[2]), text)
    left = {(name, kind, fact) for (name, kind), (facts, _) in LEFT.items() for fact in facts}
    assert {key: text for key, text in found.items() if key not in left} == {}
    assert left <= found.keys(), "no longer so: take it out of the list"
