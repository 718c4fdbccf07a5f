"""Which rules of nft iptables-save shows as they are: those that iptables itself made.

Of a rule that nft put into a table of iptables, iptables-save leaves out what iptables has no option for:
sets, verdict maps, comparisons, header fields; and of two matches on one field it shows the last. Nothing
says so (tried with iptables 1.8.9). What holds a match or target of iptables (`xt`), only iptables made.
"""

from __future__ import annotations

from typing import TypeAlias

from soccheck.firewall.readers.linux.nft_rules import VERDICTS
from soccheck.firewall.readers.members import Json

Field: TypeAlias = tuple[str, str]
PORTS: tuple[Field, ...] = tuple(
    (proto, side) for proto in ("tcp", "udp") for side in ("sport", "dport")
)
META = ("iif", "oif", "iifname", "oifname", "l4proto", "mark", "pkttype")
HEADERS: tuple[Field, ...] = (
    *PORTS, ("tcp", "flags"), ("ip", "saddr"), ("ip", "daddr"), ("ip", "protocol"), ("ip", "ttl"),
    ("ip", "frag-off"), ("ip6", "saddr"), ("ip6", "daddr"), ("ip6", "nexthdr"), ("ip6", "hoplimit"),
    ("icmp", "type"),
)  # fmt: skip
MASKED: tuple[Field, ...] = (
    ("tcp", "flags"), ("ip", "saddr"), ("ip", "daddr"), ("ip6", "saddr"), ("ip6", "daddr"),
    ("ip", "frag-off"), ("meta", "mark"),
)  # fmt: skip
WORDS = (*VERDICTS, "counter", "jump", "goto")


def of_iptables(expr: Json) -> bool:
    """Tell whether iptables-save shows a rule whole, by its statements as nft lists them."""
    if any(isinstance(statement, dict) and "xt" in statement for statement in expr):
        return True
    fields = [_field(statement) for statement in expr]
    known = [field for field in fields if field]
    return None not in fields and len(set(known)) == len(known)


def _field(statement: Json) -> Field | tuple[()] | None:
    """Return the field a statement looks at, or that it looks at none; None for what only nft has."""
    if not isinstance(statement, dict) or len(statement) != 1:
        return None
    ((kind, body),) = statement.items()
    if kind in WORDS:
        return ()
    if kind == "log":
        return () if isinstance(body, dict) and "group" in body else None
    if kind == "limit":
        return () if isinstance(body, dict) and not body.get("inv") else None
    return _matched(body) if kind == "match" and isinstance(body, dict) else None


def _matched(body: Json) -> Field | None:
    left, right = body.get("left"), body.get("right")
    masked = isinstance(left, dict) and left.keys() == {"&"}
    field = _named(left["&"][0] if masked else left)
    if field is None or body.get("op") not in ("==", "!="):
        return None
    if masked:
        return field if field in MASKED else None
    if isinstance(right, dict):
        ranged = "range" in right and field in PORTS
        return field if ranged or "prefix" in right else None
    plain = isinstance(right, int) or (isinstance(right, str) and not right.startswith("@"))
    return field if plain else None


def _named(left: Json) -> Field | None:
    """Return a field that iptables has an option for."""
    if not isinstance(left, dict) or len(left) != 1:
        return None
    ((kind, body),) = left.items()
    if not isinstance(body, dict):
        return None
    if kind == "meta" and body.get("key") in META:
        return "meta", str(body["key"])
    field = (str(body.get("protocol")), str(body.get("field")))
    return field if kind == "payload" and field in HEADERS else None
