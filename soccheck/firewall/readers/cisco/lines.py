"""The line grammar of Cisco configurations: a command a line, what belongs to it indented below it.

Every line is entered in the ledger as a statement; its section is the path of the commands above it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from soccheck.errors import ReadError
from soccheck.firewall.readers.base import Text
from soccheck.firewall.readers.ledger import Ledger, Statement
from soccheck.phrase import Phrase, phrase

_BANNER = re.compile(r"banner \S+ (\^C|\x03)(.*)$")
"""IOS prints a banner between two control characters, over several lines."""
_HEX = re.compile(r"[0-9A-Fa-f]{2,8}( [0-9A-Fa-f]{1,8})*")


@dataclass(slots=True)
class Command(Statement):
    """One command, and the commands below it in file order."""

    below: list[Command] = field(default_factory=list)
    short: bool = False
    """True when the line ends before a word that belongs to it."""

    def word(self) -> str:
        """Take the next word; a line that ends too early counts as unread."""
        if self:
            return self.take()
        self.short = True
        return ""

    def each(self, command: str) -> Iterator[Command]:
        """Take a command wherever it stands below, and yield its lines."""
        wanted = command.split()
        key = (self.path, command)
        for line in self.below:
            if line.words[: len(wanted)] == wanted and (not line.at or line.at == len(wanted)):
                self.ledger.asked.add(key)
                if key not in self.ledger.hidden:
                    line.at = len(wanted)
                    yield line

    def last(self, command: str) -> Command | None:
        """Take a command of which the last one counts."""
        found = list(self.each(command))
        for line in found[:-1]:
            line.pass_over()
        return found[-1] if found else None

    def holds(self, command: str) -> bool:
        """Take a command and its `no`, and tell whether the last of them switches it on."""
        on, off = self.last(command), self.last(f"no {command}")
        return on is not None and (off is None or off.where < on.where)

    @property
    def path(self) -> str:
        """Return the section of the lines below."""
        return f"{self.section}/{self.words[0]}".lstrip("/") if self.words else ""

    def drop(self) -> None:
        """Account for a line and all below it: it is switched off, or bears on nothing."""
        self.pass_over()
        for line in self.below:
            line.drop()

    def left(self) -> list[Phrase | str]:
        """Return the words nobody took, if they are no command that is known to be harmless."""
        rest = self.words[self.at :]
        if self.short:
            return [phrase("{line}: a word is missing", line=" ".join(self.words))]
        if not rest:
            return self.doubts
        known = self.ledger.is_harmless(self.section, " ".join(self.words))
        return [*self.doubts, *([] if known else [" ".join(rest)])]


def _again(line: Command, above: Command) -> Command | None:
    """Return the section of an interface that a line opens for another time."""
    if line.words[0] != "interface":
        return None
    return next((one for one in above.below if one.words == line.words), None)


def parse(text: Text, ledger: Ledger, ends: tuple[str, ...]) -> Command:
    """Return the root above all lines; raises `ReadError` when the text does not end as it should."""
    root = Command(ledger, "", text.at(1), "configuration", words=[])
    path: list[tuple[int, Command]] = [(-1, root)]
    ended, banner = False, ""
    where = text.at(1)
    for number, raw in text.numbered():
        shown, where = raw.strip(), text.at(number)
        if banner:
            banner = "" if banner in raw else banner
            continue
        ended = ended or shown in ends
        if not shown or shown[0] in "!:" or shown in ends:
            continue
        found = _BANNER.match(shown)
        if found is not None:
            banner = "" if found[1] in found[2] else found[1]
            continue
        depth = len(raw) - len(raw.lstrip())
        while path[-1][0] >= depth:
            path.pop()
        above = path[-1][1]
        if depth and _HEX.fullmatch(shown) and "certificate" in above.words:
            continue
        line = Command(ledger, above.path, where, shown, words=shown.split())
        again = _again(line, above) if not depth else None
        if again is not None:
            path.append((depth, again))
            continue
        ledger.entries.append(line)
        above.below.append(line)
        path.append((depth, line))
    if not ended:
        raise ReadError(
            where,
            phrase("the configuration is cut off: it does not end with `{ends}`", ends=ends[0]),
        )
    return root
