"""Which kinds of asset may be related to which, and through what; what a sentence calls one of a kind."""

from __future__ import annotations

from soccheck.model import KINDS
from soccheck.phrase import phrase

ONE = {
    "authority": phrase("an authority"),
    "organization": phrase("an organization"),
    "system": phrase("a system"),
    "site": phrase("a site"),
    "network": phrase("a network"),
    "host": phrase("a host"),
    "firewall": phrase("a firewall"),
    "endpoint": phrase("an endpoint"),
    "fleet": phrase("a fleet"),
}
"""Kind -> one asset of it, as a sentence about a policy has it."""

NAMES = {
    "authority": phrase("authority"),
    "organization": phrase("organization"),
    "system": phrase("system"),
    "site": phrase("site"),
    "network": phrase("network"),
    "host": phrase("host"),
    "firewall": phrase("firewall"),
    "endpoint": phrase("endpoint"),
    "fleet": phrase("fleet"),
}
"""Kind -> its word."""

LINKS = ("organization", "systems", "networks", "protects")
"""Reference facts that make two assets belong together; an appraiser or a parent does not."""

THROUGH = {
    ("system", "network"): ("host", "network"),
    ("network", "system"): ("host", "system"),
    ("system", "firewall"): ("host", "network", "firewall"),
    ("firewall", "system"): ("network", "host", "system"),
    ("host", "firewall"): ("network", "firewall"),
    ("firewall", "host"): ("network", "host"),
    ("network", "endpoint"): ("host", "system", "endpoint"),
    ("host", "endpoint"): ("system", "endpoint"),
    ("endpoint", "host"): ("system", "host"),
}
"""Pairs of kinds that are joined through others -> the kinds on the way, the last one included."""

_DIRECT = {
    *((kind, "organization") for kind in KINDS if kind != "organization"),
    ("host", "system"),
    ("host", "network"),
    ("endpoint", "system"),
    ("site", "system"),
    ("firewall", "network"),
}
_BACK = {(other, kind) for kind, other in _DIRECT}
_OF_THE_AUTHORITY = {("authority", kind) for kind in KINDS}

RELATED = _DIRECT | _BACK | THROUGH.keys() | _OF_THE_AUTHORITY
"""Pairs (of, to): a condition on a kind may speak of every or some related asset of the other."""
