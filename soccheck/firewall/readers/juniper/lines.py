"""The grammar of `show configuration | display set`: a statement a line, entered in the ledger."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from soccheck.errors import ReadError, quoted
from soccheck.firewall.readers.base import Text
from soccheck.firewall.readers.ledger import Ledger, Statement
from soccheck.phrase import Phrase, phrase


@dataclass(slots=True)
class JunosStatement(Statement):
    """One statement; taken from the front."""

    short: bool = False
    """True when the line ends before a word that belongs to it."""

    def word(self) -> str:
        """Take the next word; a line that ends too early counts as unread."""
        if self:
            return self.take()
        self.short = True
        return ""

    def values(self) -> list[str]:
        """Take all that is left as the values of a list, `[ a b ]` or one."""
        return [word for word in self.rest() if word not in ("[", "]")]

    def left(self) -> list[Phrase | str]:
        """Return the words nobody took, if the statement is not known to be harmless."""
        if self.short:
            return [phrase("{line}: a word is missing", line=" ".join(self.words))]
        rest = self.words[self.at :]
        # A group bears on what its lines would bear on outside it.
        whole = self.words[2:] if self.words[:1] == ["groups"] else self.words
        if not rest or self.ledger.vocabulary.follows(whole):
            return self.doubts
        return [*self.doubts, " ".join(rest)]


@dataclass(slots=True)
class Config:
    """All statements that are not deactivated, in file order."""

    text: Text
    ledger: Ledger
    lines: list[JunosStatement] = field(default_factory=list)
    inactive: frozenset[tuple[str, ...]] = frozenset()
    """The beginnings of the statements that are deactivated."""

    def each(self, command: str) -> Iterator[JunosStatement]:
        """Take the statements that begin with these words."""
        wanted = command.split()
        for line in self.lines:
            if line.words[: len(wanted)] == wanted and line.at in (0, len(wanted)):
                self.ledger.asked.add(("", command))
                if ("", command) not in self.ledger.hidden:
                    line.at = len(wanted)
                    yield line

    def has(self, command: str) -> bool:
        """Tell whether a statement begins with these words."""
        wanted = command.split()
        return any(line.words[: len(wanted)] == wanted for line in self.lines)


def parse(text: Text, ledger: Ledger) -> Config:
    """Return the statements; raises `ReadError` for a line of another form."""
    found: list[tuple[list[str], int, str]] = []
    inactive: set[tuple[str, ...]] = set()
    for number, raw in text.numbered():
        shown, where = raw.strip(), text.at(number)
        if not shown or shown.startswith("#"):
            continue
        try:
            words = shlex.split(shown) if '"' in shown else shown.split()
        except ValueError as error:
            raise ReadError(
                where, phrase("cannot read the line: {error}", error=quoted(error))
            ) from error
        if words[0] == "deactivate":
            inactive.add(tuple(words[1:]))
        elif words[0] != "set" or len(words) < 3:
            raise ReadError(
                where, phrase("not a line of `display set`: {shown}", shown=repr(shown[:60]))
            )
        else:
            found.append((words[1:], number, shown))
    config = Config(text, ledger, inactive=frozenset(inactive))
    for words, number, shown in found:
        if _starts(words, inactive):
            continue
        line = JunosStatement(ledger, "", text.at(number), shown, words=words)
        ledger.entries.append(line)
        config.lines.append(line)
    return config


def _starts(words: Sequence[str], inactive: set[tuple[str, ...]]) -> bool:
    return bool(inactive) and any(tuple(words[:n]) in inactive for n in range(1, len(words) + 1))


def is_interface(text: str) -> bool:
    """Tell whether a next hop is an interface."""
    return bool(re.match(r"[a-z]+-?\d", text))
