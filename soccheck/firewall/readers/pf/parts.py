"""What pfctl(8) tells beside its rules: whether pf is on, which interfaces it skips, what its tables hold.

The rules of a filter that is off, or that skips an interface, are listed like those of any other. Each of
the parts is a text of its own: `uname -s`, `pfctl -s info`, `pfctl -vv -s Interfaces`, and of each table
a line `table NAME` with what `pfctl -t NAME -T show` prints.
"""

from __future__ import annotations

import re
from collections.abc import Container, Iterator, Sequence
from dataclasses import dataclass, field

from soccheck.errors import ReadError
from soccheck.firewall.model import ANY, Action, Expr, Named, Rule, Unknown, Where
from soccheck.firewall.readers.base import Text, implied
from soccheck.firewall.readers.pf.aliases import without
from soccheck.phrase import Phrase, phrase

_STATUS = re.compile(r"^Status: (Enabled|Disabled)\b", re.MULTILINE)
_REFERENCES = re.compile(r"^\tReferences: ", re.MULTILINE)
_INTERFACE = re.compile(r"([\w.-]+)( \(skip\))?")
_SILENT = re.compile(r"(?:lo|pfsync|pflog)[0-9]*$")
"""The loopback, and devices by which no packet comes in (pfsync(4), pflog(4))."""
_TABLE = re.compile(r"table ([^<>\s]+)")
_SYSTEMS = ("OpenBSD", "FreeBSD", "NetBSD", "DragonFly")
_OVERLOADED = re.compile(r"overload <([^<>\s]+)>")


def is_part(content: str) -> bool:
    """Tell whether a text is one of these parts."""
    return _kind(content) != ""


def _kind(content: str) -> str:
    text = content.strip()
    if text in _SYSTEMS:
        return "system"
    first = text.split("\n", 1)[0].rstrip()
    if _TABLE.fullmatch(first):
        return "tables"
    # Without the second -v nothing says that interfaces which are skipped would be marked.
    if _REFERENCES.search(content) and _INTERFACE.fullmatch(first):
        return "interfaces"
    return "info" if _STATUS.search(content) else ""


@dataclass(slots=True)
class Parts:
    """What the parts of one firewall say."""

    where: Where
    system: str = ""
    on: bool | None = None
    skipped: list[str] | None = None
    tables: dict[str, Expr] = field(default_factory=dict)

    @property
    def asked(self) -> bool:
        """Return whether pf itself was asked whether it is on, or what it skips."""
        return self.on is not None or self.skipped is not None

    def passed(self) -> tuple[list[Rule], list[Rule]]:
        """Return the rules for what passes whatever the listing says, on the way in and on the way out."""
        return self._passed("iif"), self._passed("oif")

    def _passed(self, interface: str) -> list[Rule]:
        found: list[Rule] = []
        if self.on is None:
            found.append(self._perhaps(phrase("whether pf is on: give `pfctl -s info` too")))
        elif not self.on:
            found.append(self._accepted(ANY, phrase("the filter is switched off")))
        if self.skipped is None:
            found.append(
                self._perhaps(
                    phrase("which interfaces pf skips: give `pfctl -vv -s Interfaces` too")
                )
            )
        elif self.skipped:
            match = Named(interface, tuple(self.skipped))
            found.append(self._accepted(match, phrase("an interface that the filter skips")))
        return found

    def _perhaps(self, why: Phrase) -> Rule:
        return self._accepted(Unknown(why), why)

    def _accepted(self, match: Expr, why: Phrase) -> Rule:
        return implied(match, Action.ACCEPT, self.where, why)


def read(texts: Sequence[Text], where: Where, listed: str) -> Parts:
    """Read the parts; `listed` are the rules.

    Raises `ReadError` for two of a kind, or a line of another form.
    """
    found = Parts(where)
    seen: set[str] = set()
    for text in texts:
        kind = _kind(text.content)
        if kind in seen:
            raise ReadError(text.at(1), phrase("one output of each command of pfctl at a time"))
        seen.add(kind)
        if kind == "system":
            found.system = text.content.strip()
        elif kind == "info":
            found.on = [m[1] for m in _STATUS.finditer(text.content)] == ["Enabled"]
        elif kind == "interfaces":
            found.skipped = list(_skipped(text))
        else:
            found.tables = _tables(text, frozenset(_OVERLOADED.findall(listed)))
    return found


def _skipped(text: Text) -> Iterator[str]:
    for line, raw in text.numbered():
        if not raw.strip() or raw.startswith("\t"):
            continue
        found = _INTERFACE.fullmatch(raw.rstrip())
        if found is None:
            raise ReadError(text.at(line), phrase("not a line of `pfctl -vv -s Interfaces`"))
        if found[2] and not _SILENT.match(found[1]):
            yield found[1]


def _tables(text: Text, changing: Container[str]) -> dict[str, Expr]:
    """Return what each table holds, as a match on the source; rules add to those that are `changing`."""
    contents: dict[str, list[str]] = {}
    name = ""
    for line, raw in text.numbered():
        heading = _TABLE.fullmatch(raw.strip())
        if heading is not None:
            name = heading[1]
            contents[name] = []
        elif len(raw.split()) == 1:
            contents[name].append(raw.strip())
        elif raw.strip():
            raise ReadError(text.at(line), phrase("not a line of `pfctl -t NAME -T show`"))
    return {
        name: Unknown(phrase("table {name}, to which rules add", name=name))
        if name in changing
        else without(name, items)
        for name, items in contents.items()
    }
