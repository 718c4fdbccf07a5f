"""Whose ruleset a text is: the maker it shows, and the addresses, beside those the inventory states."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterator
from dataclasses import dataclass

from soccheck.errors import SoccheckError
from soccheck.firewall.copies import without_copies
from soccheck.firewall.machines import read_whole
from soccheck.firewall.model import Ruleset
from soccheck.model import KINDS, Asset, Configuration, Inventory, Problem
from soccheck.phrase import Phrase, phrase

_MADE_BY = {
    "asa": ("cisco",),
    "ios": ("cisco",),
    "fortios": ("fortinet",),
    "linux": ("linux",),
    "panos": ("paloalto",),
    "pf": ("pfsense", "opnsense", "bsd"),
    "routeros": ("mikrotik",),
    "srx": ("juniper",),
    "windows": ("windows",),
}
"""Reader -> what the inventory may call the maker, or the family of a host's system, of what it reads."""

_ANY = (None, "other")


def another_maker(asset: Asset, ruleset: Ruleset) -> Phrase | None:
    """Return how the maker of a ruleset differs from the one the inventory states, if it does."""
    fact = "vendor" if asset.facts.get("vendor") is not None else "os.family"
    stated = asset.facts.get(fact)
    if stated in _ANY or stated in _MADE_BY[ruleset.vendor]:
        return None
    return phrase(
        "recognised as {vendor}, and the inventory states {fact}: {stated}",
        vendor=ruleset.vendor,
        fact=fact,
        stated=stated,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Doubts:
    """Represents what is wrong, and what is only doubtful, about the rulesets an inventory names."""

    faults: tuple[Problem, ...]
    remarks: tuple[Problem, ...]


def doubts(inventory: Inventory) -> Doubts:
    """Return the rulesets of another maker than stated, those that cannot be read, and those that show
    none of the asset's addresses to be the device's own.
    """
    faults, remarks = [], []
    for asset, configuration in _named(inventory):
        where = asset.where("firewall.ruleset")
        if configuration.problem is not None:
            code, detail = configuration.problem
            text = phrase("firewall.ruleset: {problem}", problem=detail)
            if code == "same_ruleset":
                text = phrase(
                    "firewall.ruleset: it is that of {names}, too; "
                    "write ruleset_shared: true where devices are set up alike",
                    names=detail,
                )
            remarks.append(Problem(where, text, phrase("what only a ruleset shows is unknown")))
        try:
            ruleset = read_whole(configuration)
        except SoccheckError as error:
            text = phrase("firewall.ruleset: it cannot be read: {message}", message=error.said)
            remarks.append(Problem(where, text, phrase("what only a ruleset shows is unknown")))
            continue
        other = another_maker(asset, ruleset)
        if other:
            hint = phrase(
                "name the file that was exported from this device, or correct what is stated"
            )
            faults.append(Problem(where, phrase("firewall.ruleset: {other}", other=other), hint))
        elif _elsewhere(asset, ruleset):
            text = phrase(
                "firewall.ruleset: none of the asset's addresses is one of its interfaces'"
            )
            remarks.append(
                Problem(where, text, phrase("see whether it was exported from this device"))
            )
    return Doubts(faults=tuple(faults), remarks=tuple(remarks))


def _named(inventory: Inventory) -> Iterator[tuple[Asset, Configuration]]:
    configurations = without_copies(inventory.configurations, inventory)
    for kind in KINDS:
        for asset in inventory.assets[kind].values():
            if asset.id in configurations:
                yield asset, configurations[asset.id]


def _elsewhere(asset: Asset, ruleset: Ruleset) -> bool:
    """Return whether a ruleset shows the device's own addresses, and none of the asset's among them."""
    shown = [ruleset.local, *(device.addresses for device in ruleset.devices)]
    own = {family: [s for one in shown for s in one.get(family, ())] for family in (4, 6)}
    addresses = asset.facts.get("addresses", ())
    assert isinstance(addresses, tuple)
    stated = [ipaddress.ip_address(str(address)) for address in addresses]
    found = (low <= int(one) <= high for one in stated for low, high in own[one.version])
    return bool(stated) and any(own.values()) and not any(found)
