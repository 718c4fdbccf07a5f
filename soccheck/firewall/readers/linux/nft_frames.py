"""Chains of nft that see frames, not packets: most of what they do can only stop some."""

from __future__ import annotations

from collections.abc import Sequence

from soccheck.firewall.model import Where
from soccheck.firewall.readers.ledger import Ledger
from soccheck.firewall.readers.linux.nft_rules import mangled, rendered
from soccheck.firewall.readers.members import Json, brief, members, one

LEFT_OUT = ("arp", "bridge")
"""Families whose chains see frames, not packets: they may stop some, and let none past the others."""
ONLY_STOP = (
    "match", "accept", "drop", "return", "continue", "reject", "jump", "goto", "vmap", "limit", "log",
    "quota", "ct count", "set", "meter", "notrack",
)  # fmt: skip
FRAME_TARGETS = ("mark", "log", "nflog", "arpreply", "snat", "among", "mangle")
"""Targets of ebtables and arptables, as nft names them, that leave the way of a frame alone."""


def of_frames(
    ledger: Ledger, key: tuple[str, str, str], rules: Sequence[tuple[Where, Json]]
) -> None:
    """Leave what does more to frames than to stop or count them: it may show the others another interface."""
    for where, body in rules:
        entry = members(ledger, "rule", where, f"{' '.join(key)}: {rendered(body['expr'])}", body)
        entry.get("expr")
        entry.doubts += [brief(s) for s in body["expr"] if not _only_stops(ledger, s)]


def _only_stops(ledger: Ledger, statement: Json) -> bool:
    """Tell whether a statement of a chain for frames stops them at most."""
    kind, value = (statement, {}) if isinstance(statement, str) else one(statement)
    if kind == "xt":
        value = value if isinstance(value, dict) else {}
        return value.get("type") in ("match", "watcher") or value.get("name") in FRAME_TARGETS
    if kind == "mangle":
        return ledger.is_harmless("mangle", mangled(value))
    return kind in ONLY_STOP or ledger.is_harmless("statement", kind)
