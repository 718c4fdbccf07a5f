"""Rulesets as `nft -j` and `iptables-save` print them, read into what a walk needs.

Sources: libnftables-json(5); iptables-save(8), iptables-extensions(8).
"""

from __future__ import annotations

import json
import re
import shlex
from collections.abc import Mapping, Sequence
from typing import Any

from soccheck.probes.inbound import Base, Filter, Match, Rule

_FAMILIES = {"ip": (4,), "ip6": (6,), "inet": (4, 6)}


class UnreadError(ValueError):
    """A ruleset that is not in the form it should have."""


# -- nft -j ----------------------------------------------------------------------------------------


def from_nft(text: str, without: frozenset[tuple[str, str]] = frozenset()) -> Filter:
    """Return an nftables ruleset, `without` the (family, table) pairs another reader has read better.

    Raises `UnreadError` when the text is not what `nft -j list ruleset` prints.
    """
    try:
        items = json.loads(text)["nftables"]
        if not isinstance(items, list):
            raise TypeError("no list of objects")
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise UnreadError(f"not the JSON of nft: {error}") from error
    bases, chains, sets = [], dict[str, list[Rule]](), dict[str, Any]()
    for item in items:
        for kind, body in item.items():
            if not isinstance(body, dict) or "family" not in body:
                continue
            here = f"{body['family']} {body.get('table')}"
            if kind == "set":
                sets[f"{here} @{body['name']}"] = body.get("elem", [])
            if kind != "chain" or (body["family"], body["table"]) in without:
                continue
            name = f"{here} {body['name']}"
            chains.setdefault(name, [])
            families = _FAMILIES.get(body["family"])
            if families and body.get("hook") == "input":
                bases.append(Base(families, name, body.get("policy", "accept")))
    for item in items:
        body = item.get("rule")
        if isinstance(body, dict) and (body["family"], body["table"]) not in without:
            here = f"{body['family']} {body['table']}"
            chains.setdefault(f"{here} {body['chain']}", []).extend(
                _nft_rules(body["expr"], here, sets)
            )
    return Filter(tuple(bases), chains)


def _nft_rules(
    expressions: Sequence[Mapping[str, Any]], here: str, sets: Mapping[str, Any]
) -> list[Rule]:
    """Return a rule; a verdict map is one rule an entry."""
    found: list[Match] = []
    rule = Rule(())
    for expression in expressions:
        for kind, body in expression.items():
            if kind == "match":
                found += _nft_match(body, here, sets)
            elif kind == "vmap":
                return _nft_map(body, found, rule, here, sets)
            elif kind in ("accept", "drop", "return"):
                rule = rule._replace(verdict=kind)
            elif kind == "reject":
                rule = rule._replace(verdict="drop")
            elif kind in ("jump", "goto"):
                rule = rule._replace(verdict=kind, target=f"{here} {body['target']}")
            elif kind == "log":
                rule = rule._replace(logs=True)
            elif kind == "limit":
                rule = rule._replace(limited=True)
            elif kind == "xt":
                # NOTE: nft hides what rules of iptables-nft, ufw and Docker ask and do.
                if body.get("type") == "target":
                    rule = rule._replace(verdict="unknown")
                elif body.get("name") != "comment":
                    found.append(Match("hidden", ()))
            elif kind not in (
                "counter",
                "comment",
                "meter",
                "mangle",
                "ct helper",
                "set",
                "notrack",
            ):
                found.append(Match("unread", ()))
                rule = rule if rule.verdict else rule._replace(verdict="unknown")
    return [rule._replace(matches=tuple(found))]


def _nft_map(
    body: Mapping[str, Any], found: list[Match], rule: Rule, here: str, sets: Mapping[str, Any]
) -> list[Rule]:
    data = body.get("data")
    pairs = data.get("set") if isinstance(data, dict) else None
    if not isinstance(pairs, list):
        return [rule._replace(matches=(*found, Match("unread", ())), verdict="unknown")]
    rules = []
    for key, verdict in pairs:
        condition = {"left": body["key"], "op": "==", "right": key}
        inner = _nft_rules([{"match": condition}, verdict], here, sets)
        rules += [one._replace(matches=(*found, *one.matches), logs=rule.logs) for one in inner]
    return rules


def _nft_match(body: Mapping[str, Any], here: str, sets: Mapping[str, Any]) -> list[Match]:
    left, negated = body["left"], body["op"] == "!="
    if body["op"] not in ("==", "!=", "in") or not isinstance(left, dict):
        return [Match("unread", ())]
    values = _nft_values(body["right"], here, sets)
    key, before = _nft_key(left)
    if values is None:
        key, values = "unread", ()
    return [*before, Match(key, values, negated)]


def _nft_key(left: Mapping[str, Any]) -> tuple[str, list[Match]]:
    """Return what the left side of a match looks at, and the protocol it takes for granted."""
    if "payload" in left:
        protocol, field = left["payload"].get("protocol"), left["payload"].get("field")
        if protocol in ("ip", "ip6"):
            family = [Match("family", ("ipv4" if protocol == "ip" else "ipv6",))]
            names = {
                "saddr": "source",
                "daddr": "destination",
                "protocol": "protocol",
                "nexthdr": "protocol",
            }
            return names.get(field, "unread"), family
        if protocol in ("tcp", "udp", "th"):
            before = [] if protocol == "th" else [Match("protocol", (protocol,))]
            return ("port" if field == "dport" else "unread"), before
        return "unread", [Match("protocol", (str(protocol),))] if protocol != "ether" else []
    if "meta" in left:
        keys = {
            "iif": "interface",
            "iifname": "interface",
            "l4proto": "protocol",
            "nfproto": "family",
            "pkttype": "type",
            "protocol": "ethertype",
        }
        return keys.get(left["meta"].get("key"), "unread"), []
    if "ct" in left:
        return ("state" if left["ct"].get("key") == "state" else "unread"), []
    if "fib" in left:
        flags, result = left["fib"].get("flags"), left["fib"].get("result")
        return ("type" if result == "type" and flags == ["daddr"] else "unread"), []
    return "unread", []


def _nft_values(right: Any, here: str, sets: Mapping[str, Any]) -> tuple[str, ...] | None:
    """Return the values of a match's right side as texts, or nothing when one cannot be told."""
    if isinstance(right, str) and right.startswith("@"):
        right = {"set": sets.get(f"{here} {right}")}
    if isinstance(right, dict):
        if isinstance(right.get("set"), list):
            right = right["set"]
        elif "prefix" in right:
            return (f"{right['prefix']['addr']}/{right['prefix']['len']}",)
        elif "range" in right:
            return (f"{right['range'][0]}-{right['range'][1]}",)
        elif "elem" in right:
            return _nft_values(right["elem"].get("val"), here, sets)
        else:
            return None
    if isinstance(right, list):
        parts = [_nft_values(one, here, sets) for one in right]
        return None if None in parts else tuple(v for part in parts if part for v in part)
    return (str(right),) if isinstance(right, str | int) else None


# -- iptables-save ---------------------------------------------------------------------------------

_LOGS = ("LOG", "NFLOG", "ULOG")
_HARMLESS = (
    "MARK",
    "CONNMARK",
    "CT",
    "NOTRACK",
    "TCPMSS",
    "DSCP",
    "TOS",
    "CLASSIFY",
    "SET",
    "AUDIT",
    "TRACE",
)
_LINE = re.compile(r"(?:\[[0-9]+:[0-9]+\] )?-A (\S+) ?(.*)")


def tables(text: str) -> list[str]:
    """Return the tables an iptables-save holds."""
    return re.findall(r"^\*(\w+)$", text, re.MULTILINE)


def from_iptables(text: str, family: int) -> Filter:
    """Return the filter table of `iptables-save` or `ip6tables-save`.

    Raises `UnreadError` when the text breaks off or has lines of another form.
    """
    bases, chains, table = [], dict[str, list[Rule]](), ""
    for line in text.splitlines():
        if not line or line.startswith("#"):
            continue
        if line.startswith("*"):
            table = line[1:]
        elif line == "COMMIT":
            table = ""
        elif not table:
            raise UnreadError(f"a line outside a table: {line[:60]}")
        elif table != "filter":
            continue
        elif line.startswith(":"):
            name, _, rest = line[1:].partition(" ")
            chains[name] = []
            if name == "INPUT":
                bases.append(Base((family,), name, "drop" if rest.startswith("DROP") else "accept"))
        else:
            match = _LINE.fullmatch(line)
            if match is None or match[1] not in chains:
                raise UnreadError(f"not a rule: {line[:60]}")
            chains[match[1]].append(_iptables_rule(match[2], chains))
    if table:
        raise UnreadError(f"the table {table} has no end")
    return Filter(tuple(bases), chains)


_OPTIONS = {
    "-s": "source",
    "-d": "destination",
    "-i": "interface",
    "-p": "protocol",
    "--dport": "port",
    "--dports": "port",
    "--ctstate": "state",
    "--state": "state",
    "--dst-type": "type",
    "--pkt-type": "type",
}
_SILENT = {
    "-m": 1,
    "--comment": 1,
    "--reject-with": 1,
    "--log-prefix": 1,
    "--log-level": 1,
    "--nflog-prefix": 1,
}
_LIMITS = {"--limit": 1, "--limit-burst": 1}


def _iptables_rule(text: str, chains: Mapping[str, Any]) -> Rule:
    try:
        words = shlex.split(text) if '"' in text else text.split()
    except ValueError as error:
        raise UnreadError(f"not a rule: {text[:60]}") from error
    found: list[Match] = []
    rule = Rule(())
    negated = False
    place = 0
    while place < len(words):
        word = words[place]
        value = words[place + 1] if place + 1 < len(words) else ""
        place += 2
        if word == "!":
            negated = True
            place -= 1
            continue
        if word in ("-j", "-g"):
            rule = _iptables_target(rule, word, value, chains)
            if rule.verdict in ("unknown", "") and value not in _LOGS:
                break  # what follows are a target's own options
        elif word in _OPTIONS:
            found.append(Match(_OPTIONS[word], tuple(value.split(",")), negated))
        elif word in _LIMITS:
            rule = rule._replace(limited=True)
        elif word not in _SILENT:
            found.append(Match("unread", ()))
            if value.startswith("-"):
                place -= 1  # an option without a value, such as --syn
        negated = False
    return rule._replace(matches=tuple(found))


def _iptables_target(rule: Rule, word: str, target: str, chains: Mapping[str, Any]) -> Rule:
    if target in ("ACCEPT", "DROP", "RETURN"):
        return rule._replace(verdict=target.lower())
    if target in ("REJECT", "TARPIT"):
        return rule._replace(verdict="drop")
    if target in _LOGS:
        return rule._replace(logs=True)
    if target in _HARMLESS:
        return rule
    if target in chains:
        return rule._replace(verdict="jump" if word == "-j" else "goto", target=target)
    return rule._replace(verdict="unknown")
