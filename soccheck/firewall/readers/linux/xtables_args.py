"""The words of one rule of iptables, taken from the front, as its ledger hands them out (iptables(8))."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from soccheck.firewall.readers.ledger import Statement
from soccheck.firewall.readers.linux.ipset import IpSet
from soccheck.firewall.readers.linux.quoting import Quoted
from soccheck.phrase import Phrase, phrase

SHORT = {
    "--protocol": "-p", "--source": "-s", "--src": "-s", "--destination": "-d", "--dst": "-d",
    "--in-interface": "-i", "--out-interface": "-o", "--fragment": "-f", "--match": "-m",
    "--jump": "-j", "--goto": "-g", "--set-counters": "-c", "--ipv4": "-4", "--ipv6": "-6",
}  # fmt: skip
BASE = {*SHORT, *SHORT.values()}


class LostError(ValueError):
    """The words cannot be told apart: what the rule does is not known."""


@dataclass(slots=True)
class XtablesNames:
    """What the rules of one table can name."""

    family: int
    table: str
    sets: Mapping[str, IpSet]
    chains: Collection[str] = ()
    """The chains declared in the table."""
    recent: Mapping[str, int] = field(default_factory=dict)
    """Per list of `-m recent`, how often one packet can be entered at most."""


class Args:
    """The words of one rule, taken from the front."""

    def __init__(self, entry: Statement, names: XtablesNames) -> None:
        self.entry = entry
        self.names = names
        self.family = names.family
        self.table = names.table
        self.comment = ""
        self.proto: int | None = None
        self.modules: list[str] = []

    def more(self) -> bool:
        """Tell whether words are left."""
        return bool(self.entry)

    def peek(self) -> str:
        """Return the next word without taking it; empty at the end."""
        word = self.entry.peek()
        return SHORT.get(word, word)

    def take(self) -> str:
        """Return the next word; raises `LostError` when the rule ends too early."""
        if not self.entry:
            raise LostError(phrase("a value is missing"))
        return self.entry.take()

    def knows(self, module: str, option: str) -> bool:
        """Tell whether the interpreter may take an option of a module."""
        return self.entry.ledger.may_take(module, option)

    def option(self) -> tuple[bool, str]:
        """Return (negated, option); raises `LostError` at a word that is none."""
        word = self.take()
        negate = word == "!"
        if negate:
            word = self.take()
        if not word.startswith("-"):
            raise LostError(phrase("not an option: {word}", word=word))
        # The old order, `-d ! ADDRESS`, of iptables before 1.4.3.
        if self.peek() == "!" and not negate:
            self.take()
            negate = True
        return negate, SHORT.get(word, word)

    def ends(self) -> bool:
        """Tell whether the options of a module, or of a target, end here."""
        if not self.entry:
            return True
        word = self.entry.peek()
        if word == "!":
            word = self.entry.peek(1)
        return word in BASE and not isinstance(word, Quoted)

    def rest(self) -> str:
        """Take the words up to the next module as text; raises `LostError` where that cannot be told."""
        found = []
        while not self.ends():
            word = self.entry.take()
            if isinstance(word, Quoted) and word in BASE:
                raise LostError(phrase("{word} in quotes", word=word))
            found.append(word)
        return " ".join(found)

    def options(
        self, module: str, arity: Mapping[str, int]
    ) -> dict[str, tuple[bool, list[str]]] | None:
        """Take all options of a module as (negated, values); None, and none taken, if one is unknown."""
        found: dict[str, tuple[bool, list[str]]] = {}
        start = self.entry.at
        while not self.ends():
            negate, option = self.option()
            if option not in arity or not self.knows(module, option):
                self.entry.at = start
                return None
            found[option] = (negate, [self.take() for _ in range(arity[option])])
        return found

    def unread(self, *words: str, why: Phrase | None = None) -> None:
        """Leave words unread."""
        text = " ".join(filter(None, words))
        self.entry.doubts.append(phrase("{text} ({error})", text=text, error=why) if why else text)
