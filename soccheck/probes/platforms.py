"""Which probes an asset is asked with: those of its system, or of its maker."""

from __future__ import annotations

from soccheck.model import Asset

_OF_VENDOR = {
    "cisco": "cisco",
    "fortinet": "fortinet",
    "juniper": "juniper",
    "mikrotik": "mikrotik",
    "paloalto": "paloalto",
    "pfsense": "pf",
    "opnsense": "pf",
}
"""Vendors of firewalls with questions of their own -> their platform."""


def platform_of(asset: Asset) -> str:
    """Return which probes an asset is asked with: by its system, or its maker for a firewall."""
    facts = asset.facts
    if asset.kind == "firewall" and facts.get("os.family") == "bsd":
        return "pf"
    if asset.kind == "firewall" and facts.get("os.family") is None:
        vendor = str(facts.get("vendor", ""))
        return {"windows": "windows", **_OF_VENDOR}.get(vendor, "linux")
    name = str(facts.get("os.name", "")).lower()
    if facts.get("os.family") == "windows" or (
        facts.get("os.family") is None and name.startswith("windows")
    ):
        return "windows"
    return "linux"


def states_platform(asset: Asset) -> bool:
    """Return whether the inventory says what system an asset has, or who made it."""
    return any(fact in asset.facts for fact in ("os.family", "os.name", "vendor"))
