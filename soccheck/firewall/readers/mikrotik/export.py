"""The grammar of a RouterOS `/export`: menus, and `add` or `set` lines of `key=value`, in the ledger."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from soccheck.errors import ReadError, quoted
from soccheck.firewall.model import Where
from soccheck.firewall.readers.base import Text
from soccheck.firewall.readers.ledger import Ledger, Record
from soccheck.phrase import phrase

VERBS = ("add", "set", "remove")
REMARKS = re.compile(
    r"# .*(not ready|matcher not possible|no interface|inactive|not running|not active|invalid|failed"
    r"|unknown)"
)
"""What an export remarks above an entry that is not in force at the time."""
ACTING = frozenset(
    (
        *(
            "comment",
            "disable",
            "edit",
            "enable",
            "export",
            "find",
            "get",
            "import",
            "move",
            "print",
        ),
        *("reset", "reset-counters", "unset"),
    )
)
"""Verbs of the console that no export has: RouterOS Manual, "Command Line Interface", "General Commands"."""
MENU = re.compile(r"(/[a-z0-9/ -]*?)(?: (add|set|remove)\b(.*))?$")


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One line: what it does, to what, and its values."""

    verb: str
    bare: tuple[str, ...]
    """Words without a value: the item that a `set` is about."""
    record: Record
    remark: str = ""
    """Why it may not be in force, as the export itself remarks."""

    @property
    def where(self) -> Where:
        """Return its line."""
        return self.record.where

    @property
    def text(self) -> str:
        """Return it as it was written."""
        return self.record.text

    def get(self, key: str, default: str = "") -> str:
        """Take a value."""
        return self.record.get(key, default)

    def flag(self, key: str, *, default: bool = False) -> bool:
        """Take a value that is yes or no."""
        return self.record.flag(key, default=default, on="yes", off="no")


@dataclass(slots=True)
class Export:
    """The lines of an export by menu."""

    top: Where
    menus: dict[str, list[Item]] = field(default_factory=dict)

    def all(self, menu: str) -> list[Item]:
        """Return the lines of a menu; those that are switched off are accounted for."""
        return [item for item in self.menus.get(menu, ()) if not self._off(item)]

    def added(self, menu: str) -> Iterator[Item]:
        """Yield what a menu adds; a line that changes or removes something is left unread."""
        for item in self.all(menu):
            if item.verb == "add":
                yield item
            elif not item.record.done:
                item.record.doubtful(item.verb)

    def _off(self, item: Item) -> bool:
        off = item.verb == "add" and item.flag("disabled")
        if off:
            item.record.pass_over()
        return off


def parse(text: Text, ledger: Ledger) -> Export:
    """Return the lines by menu; raises `ReadError` for what is no export."""
    out = Export(text.at(1))
    menu, pending, first, remark = "", "", 0, ""
    for line, raw in text.numbered():
        piece = raw.strip() if not pending else raw.lstrip()
        first = first or line
        if piece.endswith("\\"):
            pending += piece[:-1]
            continue
        full, where = pending + piece, text.at(first)
        pending, first = "", 0
        if not full or full.startswith("#"):
            remark = full if REMARKS.match(full) else ""
            continue
        if full.startswith("/"):
            # `export terse` writes menu and command on one line.
            found = MENU.match(full)
            if not found or _acts(found[1].split()):
                raise ReadError(where, phrase("not a menu: {full}", full=repr(full[:60])))
            menu = found[1].strip()
            if not found[2]:
                continue
            full = full[len(found[1]) :].strip()
        item = _item(full, where, menu, ledger)
        out.menus.setdefault(menu, []).append(replace(item, remark=remark.removeprefix("# ")))
        remark = ""
    if pending:
        raise ReadError(text.at(line), phrase("the file ends in a line that is continued"))
    return out


def _acts(words: Sequence[str]) -> bool:
    """Tell whether a line is no menu but a command, which says something of entries by their numbers."""
    return any(word in ACTING or word.isdecimal() for word in words)


def _item(full: str, where: Where, menu: str, ledger: Ledger) -> Item:
    try:
        words = shlex.split(full)
    except ValueError as error:
        raise ReadError(
            where, phrase("cannot read the line: {error}", error=quoted(error))
        ) from error
    if words[0] not in VERBS:
        raise ReadError(where, phrase("expected add or set: {full}", full=repr(full[:60])))
    record = ledger.record(menu, where, full)
    bare: list[str] = []
    group = ""
    for word in words[1:]:
        key, equals, value = word.partition("=")
        if equals:
            # `channel.band=… .width=…`: the second is of the group that the word before it names.
            key = group + key if key.startswith(".") else key
            group = key.rpartition(".")[0] or group
            record.values[key] = [value]
        elif words[0] == "add" and not word.startswith("!"):
            record.values[word] = []  # `!word` says that it is not set
        else:
            bare.append(word)
    if "place-before" in record.values:
        # It says something of all rules of the menu: where this one stands among them.
        ledger.statement(menu, where, full, ["place-before", *record.values.pop("place-before")])
    if not record.values and not any(word.startswith("!") for word in bare):
        record.values[" ".join(words)] = []
    return Item(verb=words[0], bare=tuple(bare), record=record)
