"""The words of one rule of iptables, taken from the front (iptables(8))."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from soccheck.errors import ReadError
from soccheck.firewall.model import Where
from soccheck.firewall.readers.linux.ipset import IpSet

BASE = {
    "-p", "--protocol", "-s", "--source", "-d", "--destination", "-i", "--in-interface",
    "-o", "--out-interface", "-f", "--fragment", "-m", "--match", "-j", "--jump", "-g", "--goto",
    "-c", "-4", "-6",
}  # fmt: skip


class Args:
    """The words of one rule, taken from the front."""

    def __init__(
        self,
        words: Sequence[str],
        family: int,
        table: str,
        where: Where,
        sets: Mapping[str, IpSet],
    ) -> None:
        self.words = words
        self.at = 0
        self.family = family
        self.table = table
        self.where = where
        self.sets = sets
        self.comment = ""
        self.proto: int | None = None

    def more(self) -> bool:
        """Tell whether words are left."""
        return self.at < len(self.words)

    def peek(self) -> str:
        """Return the next word without taking it."""
        return self.words[self.at]

    def take(self) -> str:
        """Return the next word; raises `ReadError` when the rule ends too early."""
        if not self.more():
            raise ReadError(self.where, f"a value is missing after {self.words[-1]!r}")
        word = self.words[self.at]
        self.at += 1
        return word

    def option(self) -> tuple[bool, str]:
        """Return (negated, option)."""
        word = self.take()
        negate = word == "!"
        if negate:
            word = self.take()
        # The old order, `-d ! ADDRESS`, of iptables before 1.4.3.
        if self.more() and self.peek() == "!" and word.startswith("-") and not negate:
            self.take()
            return True, word
        return negate, word

    def ends(self) -> bool:
        """Tell whether the options of a module end here."""
        if not self.more():
            return True
        word = self.peek()
        if word == "!" and self.at + 1 < len(self.words):
            word = self.words[self.at + 1]
        return word in BASE

    def rest(self) -> str:
        """Take the words up to the next module as text."""
        start = self.at
        while not self.ends():
            self.at += 1
        return " ".join(self.words[start : self.at])
