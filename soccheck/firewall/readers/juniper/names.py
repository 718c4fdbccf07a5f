"""The names of an SRX: addresses by book, and applications.

Source: Junos OS Security Policies user guide.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from soccheck.firewall.model import ANY, Expr, In, Unknown, Where, some_of
from soccheck.firewall.readers.base import of_family
from soccheck.firewall.readers.juniper.lines import Config, JunosStatement
from soccheck.firewall.readers.juniper.services import built_in, term
from soccheck.firewall.readers.objects import Objects
from soccheck.firewall.spans import address
from soccheck.phrase import phrase


class SrxNames:
    """Addresses by book, and applications."""

    def __init__(self, config: Config, in_zones: Iterable[tuple[str, JunosStatement]]) -> None:
        self.books: dict[str, Objects] = {"global": Objects(phrase("address"))}
        self.attached: dict[str, list[str]] = {}
        self.apps = Objects(phrase("application"), fallback=built_in)
        for line in config.each("security address-book"):
            book = line.word()
            if line.skip("attach", "zone"):
                self.attached.setdefault(line.word(), []).append(book)
            else:
                self._address(book, line)
        for zone, line in in_zones:
            self.attached.setdefault(zone, []).append(f"zone {zone}")
            self._address(f"zone {zone}", line)
        terms: dict[str, dict[str, list[JunosStatement]]] = {}
        for line in config.each("applications application"):
            parts = terms.setdefault(line.word(), {})
            parts.setdefault(line.word() if line.skip("term") else "", []).append(line)
        for name, found in terms.items():
            self.apps.leaves[name] = some_of(*(term(name, lines) for lines in found.values()))
        for line in config.each("applications application-set"):
            name = line.word()
            place, members = self.apps.groups.get(name, (line.where, []))
            if line.skip("application") or line.skip("application-set"):
                self.apps.groups[name] = (place, [*members, line.word()])

    def _address(self, book: str, line: JunosStatement) -> None:
        objects = self.books.setdefault(book, Objects(phrase("address")))
        kind, name = line.word(), line.word()
        if kind == "address-set":
            place, members = objects.groups.get(name, (line.where, []))
            if line.skip("address") or line.skip("address-set"):
                members = [*members, line.word()]
            objects.groups[name] = (place, members)
        elif kind == "address" and line and line.peek() != "description":
            words = line.rest()
            try:
                objects.leaves[name] = _literal(words)
            except (ValueError, IndexError):
                objects.leaves[name] = Unknown(
                    phrase("address {name} by {words}", name=name, words=" ".join(words))
                )

    def find(self, zones: Sequence[str], name: str, where: Where) -> Expr:
        """Return what the name of an address means in some zones."""
        if name in ("any", "any-ipv4", "any-ipv6"):
            return ANY if name == "any" else of_family(int(name[-1]))
        for book in (b for zone in zones for b in self.attached.get(zone, ())):
            objects = self.books.get(book)
            if objects is not None and (name in objects.leaves or name in objects.groups):
                return objects.find(name, where)
        if re.fullmatch(r"[0-9a-fA-F.:]+/\d+", name):
            family, spans = address(name)
            return In("src", spans, family)
        return self.books["global"].find(name, where)


def _literal(words: Sequence[str]) -> Expr:
    """Read an address of a book; raises `ValueError`."""
    if words[0] == "range-address":
        family, spans = address(f"{words[1]}-{words[3]}")
    else:
        family, spans = address(words[1] if words[0] == "ip-prefix" else words[0])
    return In("src", spans, family)
