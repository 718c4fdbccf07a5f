"""A Linux host: nftables, iptables of both variants, ipset, addresses and routes, read together.

ufw, firewalld and Docker are read through these. Tables of iptables-nft and native nft tables both
apply, in series; where both listings show the same table, iptables-save says what nft hides.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any

from soccheck.errors import ReadError, quoted
from soccheck.firewall.interface import Interface
from soccheck.firewall.model import EVERY, Chain, Note, Ruleset, Where
from soccheck.firewall.readers.base import Text, untold_console
from soccheck.firewall.readers.ledger import Ledger
from soccheck.firewall.readers.linux import interfaces, ipset, iptables, nft_text, nftables
from soccheck.firewall.readers.vocabulary import load
from soccheck.firewall.spans import Spans, address, union
from soccheck.phrase import Phrase, phrase
from soccheck.probes.shared import entries
from soccheck.probes.uplinks import Listing, shows_all_tables, uplinks

VOCABULARY = load(__package__)
_CHANGED = re.compile(r"--(?:add|del)-set (\S+)")
LOOPBACK: Mapping[int, Spans] = {4: address("127.0.0.0/8")[1], 6: address("::1")[1]}


@dataclass(slots=True)
class _Host:
    """What the texts say together."""

    tables: list[iptables.Tables] = field(default_factory=list)
    nft: list[nftables.Nft] = field(default_factory=list)


def detect(content: str) -> bool:
    """Tell whether a text is a part of a Linux host's ruleset."""
    return (
        nftables.detect(content)
        or iptables.detect(content)
        or ipset.detect(content)
        or nft_text.detect(content)
        or is_around(content)
    )


def is_around(content: str) -> bool:
    """Tell whether a text is of `ip -j`: the machine's addresses or routes, no rules."""
    head = content.lstrip()[:4000]
    if head.startswith("["):
        return '"ifname"' in head or '"dst"' in head or head.strip("[] \n") == ""
    return False


def read(texts: Sequence[Text], ledger: Ledger) -> Ruleset:
    """Read all parts of one host; raises `ReadError`."""
    sets = {
        name: found
        for text in texts
        if ipset.detect(text.content)
        for name, found in ipset.read(text, ledger).items()
    }
    for text in texts:
        for name in _CHANGED.findall(text.content) if iptables.detect(text.content) else ():
            # A rule adds to it: what it holds now says nothing of what it will hold.
            sets[name] = ipset.IpSet("", 4, text.at(1), odd=phrase("members that traffic adds"))
    host = _Host()
    for text in texts:
        if iptables.detect(text.content) and not nftables.detect(text.content):
            _add_tables(host, iptables.read(text, sets, ledger), text)
    for text in texts:
        if nftables.detect(text.content):
            _add_nft(host, nftables.read(text, ledger, partial(_shown, host.tables)), text)
        elif nft_text.detect(text.content) and not iptables.detect(text.content):
            _add_nft(host, nft_text.read(text, ledger, partial(_shown, host.tables)), text)
    return around(_together(host, texts), texts)


def _add_tables(host: _Host, found: Sequence[iptables.Tables], text: Text) -> None:
    """Add the tables of a text; raises `ReadError` for one that another text shows otherwise."""
    for tables in found:
        for known in (t for t in host.tables if t.prefix == tables.prefix):
            for name in sorted(known.tables & tables.tables):
                # The legacy command shows once more what the system's own one shows, if that is it.
                if known.said(name) != tables.said(name):
                    raise _twice(
                        text,
                        phrase(
                            "table {name} of {program}", name=name, program=f"{tables.prefix}tables"
                        ),
                    )
                tables.drop(name)
        host.tables.append(tables)


def _add_nft(host: _Host, found: nftables.Nft, text: Text) -> None:
    """Add what a listing of nft shows; raises `ReadError` for a table that another one shows."""
    for known in host.nft:
        for name in sorted(known.tables & found.tables):
            raise _twice(
                text, phrase("table {name} of {program}", name=" ".join(name), program="nft")
            )
    host.nft.append(found)
    for chain, rules in found.instead.items():
        tables = _beside(host.tables, chain)
        if tables is not None:
            tables.put(chain.replace(" ", "/", 1), rules)


def _twice(text: Text, what: Phrase) -> ReadError:
    # Of two states one is in force, and nothing tells which.
    return ReadError(
        text.at(1), phrase("{what} is given twice: give one state of one machine", what=what)
    )


def around(ruleset: Ruleset, texts: Sequence[Text]) -> Ruleset:
    """Return the ruleset on the machine that the texts of `ip -j` describe; raises `ReadError`."""
    local: dict[int, list[tuple[int, int]]] = {}
    routes: dict[Where, Listing] = {}
    links: list[Mapping[str, Any]] = []
    for text in texts:
        if not is_around(text.content):
            continue
        try:
            listed = entries(text.content)
            named = [entry for entry in listed if "ifname" in entry]
            if not all(interfaces.is_link(entry) for entry in named):
                raise ValueError("a link without its parts")
            links += named
            if not named:
                routes[text.at(1)] = listed
            for family, spans in (own for entry in named for own in interfaces.addresses(entry)):
                local.setdefault(family, []).extend(spans)
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
            raise ReadError(
                text.at(1), phrase("not the output of `ip -j`: {error}", error=quoted(error))
            ) from error
    found = routes.values()
    ways = {family: uplinks(found, frozenset({family})) for family in (4, 6)}
    return replace(
        interfaces.bridged(ruleset, links),
        untrusted=_of_links(uplinks(found, ruleset.families), links),
        perhaps_untrusted=_other_tables(routes),
        devices=interfaces.devices(links, ways),
        unlisted=Interface(name="any other") if links else None,
        local={f: union((*s, *LOOPBACK[f])) for f, s in local.items()},
    )


def _of_links(ways: Sequence[str], links: Sequence[Mapping[str, Any]]) -> tuple[str, ...]:
    """Return the interfaces that routes name; none where one is not listed: the two are not of one moment."""
    listed = {str(link["ifname"]) for link in links}
    return tuple(ways) if not listed or listed.issuperset(ways) else ()


def _other_tables(routes: Mapping[Where, Listing]) -> Mapping[str, Phrase]:
    """Return which interfaces may lead out by tables that were not shown: any, if one was not."""
    if not routes or shows_all_tables(routes.values()):
        return {}
    return {
        EVERY: phrase(
            "{where}: routes of the main table alone, and `ip rule` may use others: give "
            "`ip -j route show table all`",
            where=next(iter(routes)),
        )
    }


def _elsewhere(host: _Host, texts: Sequence[Text], family: int) -> Iterator[Note]:
    """Yield what iptables-save itself warns of: rules outside nftables that no text shows."""
    command = "ip6tables-legacy" if family == 6 else "iptables-legacy"
    shown = any(tables.family == family and tables.variant for tables in host.tables)
    for text in texts if not shown else ():
        for line, raw in text.numbered():
            if raw.startswith(f"# Warning: {command} tables present"):
                said = phrase(
                    "rules outside nftables: give {command} too", command=f"{command}-save"
                )
                yield Note(kind="not given", where=text.at(line), text=said)


def _together(host: _Host, texts: Sequence[Text]) -> Ruleset:
    where = texts[0].at(1)
    chains: dict[str, Chain] = dict(iptables.chains(host.tables))
    notes: list[Note] = []
    families = {tables.family for tables in host.tables}
    incomplete: dict[int, list[Note]] = {4: [], 6: []}
    for nft in host.nft:
        families |= {4, 6}
        notes += nft.notes
        chains.update(nft.chains)
    for family in (4, 6):
        incomplete[family] += _elsewhere(host, texts, family)
        seen = any(t.family == family for t in host.tables)
        hooked = any(
            c.base and family in c.base.families and c.base.hook in ("input", "forward")
            for c in chains.values()
        )
        if host.nft and not seen and not hooked:
            incomplete[family].append(
                Note(
                    kind="not given",
                    where=where,
                    text=phrase(
                        "nft shows no input chain for IPv{family}; iptables-legacy may be in force: "
                        "give {command} too",
                        family=family,
                        command="ip6tables-save" if family == 6 else "iptables-save",
                    ),
                )
            )
    return Ruleset(
        vendor="linux",
        chains=chains,
        families=frozenset(families),
        notes=tuple(notes),
        consoles=(untold_console(where),),
        incomplete={f: tuple(n) for f, n in incomplete.items() if n},
    )


def _beside(found: Sequence[iptables.Tables], name: str) -> iptables.Tables | None:
    """Return the tables in which iptables-save shows a chain of nft too."""
    family, _, rest = name.partition(" ")
    number = {"ip": 4, "ip6": 6}.get(family)
    for tables in found:
        known = (
            rest.split("/", 1)[0] in tables.tables and f"{tables.prefix}/{rest}" in tables.chains
        )
        if tables.family == number and not tables.variant and known:
            return tables
    return None


def _shown(found: Sequence[iptables.Tables], name: str) -> int | None:
    """Return with how many rules iptables-save shows the chain too; it says what nft hides of it."""
    tables = _beside(found, name)
    return None if tables is None else len(tables.lines(name.replace(" ", "/", 1)))
