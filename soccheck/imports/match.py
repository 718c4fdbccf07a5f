"""Which asset a row is about: one, or none, or several, and then it is none; never a guess."""

from __future__ import annotations

import ipaddress
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from soccheck.facts.addresses import is_address
from soccheck.facts.addresses import plain as plain_address
from soccheck.facts.called import Called
from soccheck.facts.kinds import NAMES
from soccheck.facts.written import folded
from soccheck.imports.map import Key
from soccheck.imports.table import Cell, Unreadable
from soccheck.imports.text import shown
from soccheck.model import Asset, Inventory, Value
from soccheck.phrase import Phrase, phrase

_MOST = 5
IS_MEANT = phrase("is {id} meant? Then write that, or its name")
_LOGIN = re.compile(r"\A[\w.-]+\\|\$\Z")
"""What Windows writes round a machine's name: TINH\\WEB-1$."""


class Index:
    """Finds assets of one kind by what lists call them."""

    def __init__(self, inventory: Inventory, kind: str) -> None:
        self.known: dict[tuple[str, str], dict[str, Asset]] = defaultdict(dict)
        self.ids = tuple(inventory.assets.get(kind, {}))
        for asset in inventory.assets.get(kind, {}).values():
            for way, name in _names(asset, inventory):
                self.known[way, name][asset.id] = asset
        self.networks = {
            ipaddress.ip_network(str(prefix), strict=False): network.id
            for network in inventory.assets.get("network", {}).values()
            for prefix in _listed(network, "prefixes")
        }
        self.elsewhere = {
            folded(name): other
            for of in inventory.assets.values()
            for other in of.values()
            if other.kind != kind
            for way, name in (("id", other.id), *_names(other, inventory))
            if way in ("id", "name")
        }
        self.others = {
            plain_address(str(address)): other
            for of in inventory.assets.values()
            for other in of.values()
            if other.kind != kind
            for address in _listed(other, "addresses")
        }

    def candidates(self, cell: Cell, ways: Iterable[str]) -> dict[str, Asset]:
        """Return the assets that a cell may name, by id: those of the first way that finds any."""
        items = [
            (item, folded(item)) for item in (cell if isinstance(cell, tuple) else (shown(cell),))
        ]
        for way in ways:
            found: dict[str, Asset] = {}
            for item, plain in items:
                for name in _asked(way, item, plain):
                    found |= {
                        key: asset
                        for key, asset in self.known.get((way, name), {}).items()
                        if way != "dns-short" or _same_domain(item, key)
                    }
            if found:
                return found
        return {}

    def suggested(self, text: str) -> str | None:
        """Return the one asset that a text which names none may mean: shortened, an address."""
        if is_address(text):
            found = list(self.known.get(("address", plain_address(text)), ()))
            return found[0] if len(found) == 1 else None
        return self._called.find(_LOGIN.sub("", text))

    @cached_property
    def _called(self) -> Called:
        names: dict[str, list[str]] = defaultdict(list)
        for (way, name), assets in self.known.items():
            for key in assets if way != "address" else ():
                names[key].append(name)
        return Called(names)


@dataclass(frozen=True, slots=True, kw_only=True)
class Matched:
    """Represents which asset a row is about, or why of none for sure, and which it may be about."""

    asset: Asset | None = None
    why: Phrase | None = None
    perhaps: tuple[str, ...] = ()


def find(index: Index, keys: Sequence[Key], cells: Sequence[Cell]) -> Matched:
    """Return the asset a row is about; every key that finds any must find the same one."""
    agreed: dict[str, Asset] | None = None
    for key, cell in zip(keys, cells, strict=True):
        if isinstance(cell, Unreadable):
            return Matched(why=cell.why, perhaps=tuple(index.ids))
        found = index.candidates(cell, key.match) if cell is not None else {}
        if not found:
            continue
        both = found if agreed is None else {n: a for n, a in agreed.items() if n in found}
        if not both:
            names = {*found, *(agreed or ())}
            why = phrase("its columns name different assets: {names}", names=_some(names))
            return Matched(why=why, perhaps=tuple(names))
        agreed = both
    if agreed is None:
        return Matched(why=_unknown(index, keys, cells))
    if len(agreed) > 1:
        why = phrase("several assets may be meant: {names}", names=_some(agreed))
        return Matched(why=why, perhaps=tuple(agreed))
    return Matched(asset=next(iter(agreed.values())))


def _unknown(index: Index, keys: Sequence[Key], cells: Sequence[Cell]) -> Phrase:
    """Return why a row is about no asset: a machine of some other kind, or one that nobody wrote down."""
    texts = [shown(cell) for key, cell in zip(keys, cells, strict=True) if "address" in key.match]
    addresses = [address for text in texts for address in _addresses(text)]
    for address in addresses:
        if (other := index.others.get(address)) is not None:
            told = _of_its_kind(other)
            return phrase("{address} is the address of {asset}", address=address, asset=told)
    for address in addresses:
        within = [n for n in index.networks if ipaddress.ip_address(address) in n]
        if within:
            network = index.networks[max(within, key=lambda found: found.prefixlen)]
            return phrase("in the network {network}, not in the inventory", network=network)
    for cell in cells:
        if (other := index.elsewhere.get(folded(shown(cell)))) is not None:
            told = _of_its_kind(other)
            return phrase("so is {asset} called, which this list is not about", asset=told)
    why = phrase("no asset of the inventory is called so")
    for cell in cells:
        if (meant := index.suggested(shown(cell))) is not None:
            return phrase("{why}; {hint}", why=why, hint=IS_MEANT.of(id=meant))
    return why


def _of_its_kind(asset: Asset) -> Phrase:
    return phrase("{kind} {id}", kind=NAMES[asset.kind], id=asset.id)


def _some(found: Iterable[str]) -> str:
    names = sorted(found)
    return ", ".join(names[:_MOST]) + (", ..." if len(names) > _MOST else "")


def _names(asset: Asset, inventory: Inventory) -> Iterator[tuple[str, str]]:
    """Yield what an asset is found by: the way, and the name as it is compared."""
    yield "id", folded(asset.id)
    if not is_address(asset.id):
        yield "dns-short", _short(asset.id)
    for former in _listed(asset, "formerly"):
        yield "alias", folded(str(former))
    for fact in ("name.vi", "name.en"):
        if fact in asset.facts:
            yield "name", folded(str(asset.facts[fact]))
    if "code" in asset.facts:
        yield "code", folded(str(asset.facts["code"]))
    if "host_name" in asset.facts:
        yield "id", folded(str(asset.facts["host_name"]))
    for address in _listed(asset, "addresses"):
        yield "address", plain_address(str(address))
    unit = inventory.find(str(asset.facts.get("organization", "")))
    if unit is not None:
        for way, name in _names(unit, inventory) if unit.kind == "organization" else ():
            if way in ("id", "name", "code", "alias"):
                yield "organization", name


def _listed(asset: Asset, fact: str) -> tuple[Value, ...]:
    found = asset.facts.get(fact, ())
    return found if isinstance(found, tuple) else ()


def _asked(way: str, text: str, plain: str) -> list[str]:
    """Return the names that a cell's text asks for; `plain` is the text as two are compared."""
    if way == "address":
        return _addresses(text)
    if way == "dns-short":
        return [] if is_address(text) or not text else [plain.partition(".")[0]]
    return [plain] if plain else []


def _addresses(text: str) -> list[str]:
    return [plain_address(part) for part in re.split(r"[\s,;]+", text) if is_address(part)]


def _short(name: str) -> str:
    return folded(name).partition(".")[0]


def _same_domain(one: str, other: str) -> bool:
    """Return whether two names may be one machine's: where both have a domain, it is the same."""
    domains = [folded(name).partition(".")[2] for name in (one, other)]
    return not all(domains) or domains[0] == domains[1]
