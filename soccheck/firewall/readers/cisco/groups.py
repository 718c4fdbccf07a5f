"""Objects and object groups of Cisco configurations; one line that cannot be read costs its group."""

from __future__ import annotations

from soccheck.errors import worded
from soccheck.firewall.model import Expr, In, Unknown, all_of
from soccheck.firewall.names import number
from soccheck.firewall.readers.cisco.lines import Command
from soccheck.firewall.readers.cisco.matches import (
    Dialect,
    icmp_type,
    ports,
    protocols,
    service,
    side,
)
from soccheck.firewall.readers.ledger import Statement
from soccheck.firewall.readers.objects import Objects
from soccheck.firewall.spans import address, span
from soccheck.phrase import phrase


class Groups:
    """Fills the name spaces of a dialect from the lines that define objects."""

    def __init__(self, dialect: Dialect) -> None:
        self.dialect = dialect
        self.masks = Dialect(asa=True, names=dialect.names)
        """An IOS group writes netmasks, unlike an IOS access list."""

    def read(self, root: Command) -> None:
        """Take every object and group."""
        for line in root.each("name"):
            text, name = line.word(), line.word()
            line.rest()
            self.dialect.names[name] = text
        for line in root.each("object"):
            self._object(line, line.word(), line.word())
        for line in root.each("object-group"):
            kind, name = line.word(), line.word()
            protos = line.take() if kind == "service" and line else ""
            kind = "port" if protos else kind
            objects = {
                "network": self.dialect.addresses,
                "service": self.dialect.services,
                "port": self.dialect.ports,
                "protocol": self.dialect.protocols,
                "icmp-type": self.dialect.icmp_types,
            }.get(kind)
            if objects is None:
                line.drop()  # a name nobody defines makes unknown what refers to it
            else:
                objects.groups.setdefault(name, (line.where, []))
                for member in line.below:
                    self._member(objects, kind, name, protos, member)

    def _object(self, line: Command, kind: str, name: str) -> None:
        leaves = (
            self.dialect.addresses.leaves if kind == "network" else self.dialect.services.leaves
        )
        for inner in line.below:
            word = inner.peek()
            if word in ("nat", "description"):
                continue
            try:
                leaves[name] = self._meaning(kind, inner)
            except ValueError as error:
                leaves[name] = Unknown(
                    phrase(
                        "{kind} object {name}: {error}", kind=kind, name=name, error=worded(error)
                    )
                )
            inner.done = True

    def _meaning(self, kind: str, inner: Command) -> Expr:
        """Read what an object stands for; raises `ValueError`."""
        word = inner.take()
        if kind == "network" and word == "host":
            text = inner.take()
            family, spans = address(self.dialect.names.get(text, text))
            return In("src", spans, family)
        if kind == "network" and word == "range":
            family, spans = address(f"{inner.take()}-{inner.take()}")
            return In("src", spans, family)
        if kind == "network" and word == "subnet":
            return side(inner, self.masks, "src", 0)
        if kind == "service" and word == "service":
            return service(inner, self.dialect)
        raise ValueError(inner.text)

    def _member(self, objects: Objects, kind: str, name: str, protos: str, inner: Command) -> None:
        if inner.peek() == "description":
            inner.drop()
            return
        where, members = objects.groups[name]
        try:
            found = self._reference(kind, inner) or self._literal(kind, protos, inner)
            if inner:
                raise ValueError(phrase("not read: {text}", text=" ".join(inner.rest())))
        except ValueError as error:
            found = Unknown(
                phrase(
                    "{kind} {name}: {line}: {error}",
                    kind=objects.kind,
                    name=name,
                    line=inner.text,
                    error=worded(error),
                )
            )
        inner.done = True
        if isinstance(found, str):
            objects.groups[name] = (where, [*members, found])
            return
        leaf = f"{name}\0{len(members)}"
        objects.leaves[leaf] = found
        objects.groups[name] = (where, [*members, leaf])

    def _reference(self, kind: str, inner: Command) -> str:
        """Return the name of another group or object, or nothing."""
        if inner.skip("group-object") or inner.skip("network-object", "object"):
            return inner.take()
        if kind == "service" and (inner.skip("service-object", "object") or inner.skip("object")):
            return inner.take()
        return ""

    def _literal(self, kind: str, protos: str, inner: Command) -> Expr:
        """Read a member that is no name; raises `ValueError`."""
        if kind == "network":
            inner.skip("network-object")
            if inner.skip("range"):
                family, spans = address(f"{inner.take()}-{inner.take()}")
                return In("src", spans, family)
            return side(inner, self.masks, "src", 0)
        if kind == "port":
            _expect(inner, "port-object")
            if inner.peek() not in ("eq", "range"):
                raise ValueError(phrase("neither eq nor range"))
            return all_of(protocols(protos, self.dialect), ports(inner, self.dialect, "dport"))
        if kind == "protocol":
            _expect(inner, "protocol-object")
            return protocols(inner.take(), self.dialect)
        if kind == "icmp-type":
            _expect(inner, "icmp-object")
            if inner.peek().isdecimal():
                return In("itype", span(number(inner.take(), 255)))
            return icmp_type(inner, self.dialect, 4)
        inner.skip("service-object")
        return service(inner, self.dialect)


def _expect(words: Statement, word: str) -> None:
    if not words.skip(word):
        raise ValueError(phrase("expected {word}", word=word))
