"""The block grammar of FortiOS: config / edit / set / unset / next / end, entered in the ledger.

A `config` section that nobody opens is one unread statement; of what was opened, each setting is one.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from dataclasses import dataclass, field

from soccheck.errors import ReadError, quoted
from soccheck.firewall.model import Where
from soccheck.firewall.readers.base import MAX_NESTING, Text
from soccheck.firewall.readers.ledger import Ledger, Record, Statement
from soccheck.phrase import phrase

OUTER = ("vdom", "global")
"""Sections around a whole configuration: the names in them are those of one without virtual domains."""


@dataclass(slots=True)
class Block:
    """A `config` section or an `edit` entry: its settings and what is nested in it, in file order."""

    name: str
    where: Where
    record: Record
    statement: Statement | None = None
    """The section's own line, taken when it is opened."""
    blocks: dict[str, Block] = field(default_factory=dict)

    def get(self, key: str, default: str = "") -> str:
        """Take a setting's words as one text."""
        return self.record.get(key, default)

    def words(self, key: str) -> list[str]:
        """Take a setting's words."""
        return self.record.words(key)

    def flag(self, key: str, *, default: bool = False) -> bool:
        """Take a setting that is enabled or disabled."""
        return self.record.flag(key, default=default)

    def section(self, path: str) -> Block | None:
        """Open a nested section."""
        found = self.blocks.get(path)
        if found is None or not found.record.asked():
            return None
        found._open()
        return found

    def entries(self, path: str) -> Iterator[Block]:
        """Open a nested section and yield its entries."""
        found = self.section(path)
        if found is not None:
            for block in found.blocks.values():
                if block.statement is None:
                    block._open()
                    yield block

    def pass_over(self) -> None:
        """Account for the block and all that is nested in it: it is switched off."""
        self.record.pass_over()
        if self.statement is not None:
            self.statement.pass_over()
        for block in self.blocks.values():
            block.pass_over()

    def _open(self) -> None:
        if self.statement is not None:
            self.statement.pass_over()
        self.record.done = False


class _Parser:
    def __init__(self, text: Text, ledger: Ledger) -> None:
        self.text = text
        self.ledger = ledger
        self.root = Block("", text.at(1), ledger.record("", text.at(1), "configuration"))
        self.stack: list[tuple[str, Block]] = [("root", self.root)]

    def line(self, line: str, where: Where) -> None:
        keyword, _, rest = line.partition(" ")
        kind, block = self.stack[-1]
        if keyword == "config":
            self._push("config", block, " ".join(words(rest, where)), where)
        elif keyword == "edit":
            if kind != "config":
                raise ReadError(where, phrase("`edit` outside `config`"))
            self._push("edit", block, " ".join(words(rest, where)), where)
        elif keyword == "next":
            if kind != "edit":
                raise ReadError(where, phrase("`next` without `edit`"))
            self.stack.pop()
        elif keyword == "end":
            if kind == "edit":
                # NOTE: `end` straight after an entry closes the entry and its table.
                self.stack.pop()
            elif kind == "root":
                raise ReadError(where, phrase("`end` without `config`"))
            self.stack.pop()
        elif keyword in ("set", "append", "unset"):
            self._set(keyword, rest, where)
        elif kind == "root" or not re.fullmatch(r"[a-z][a-z-]*", keyword):
            raise ReadError(where, phrase("not a FortiOS line: {line}", line=repr(line[:60])))
        else:
            block.record.values[line] = []

    def _set(self, keyword: str, rest: str, where: Where) -> None:
        kind, block = self.stack[-1]
        found = words(rest, where)
        if not found or kind == "root":
            raise ReadError(
                where, phrase("`{keyword}` without a name or outside any block", keyword=keyword)
            )
        values = block.record.values
        if keyword == "unset" or (keyword == "set" and found[1:] in ([], [""])):
            # A whole configuration prints what is not set with nothing behind it.
            values.pop(found[0], None)
        elif keyword == "append":
            values[found[0]] = [*values.get(found[0], []), *found[1:]]
        else:
            values[found[0]] = found[1:]

    def _push(self, kind: str, block: Block, name: str, where: Where) -> None:
        if len(self.stack) > MAX_NESTING:
            raise ReadError(
                where, phrase("blocks nest deeper than {MAX_NESTING}", MAX_NESTING=MAX_NESTING)
            )
        inner = block.blocks.get(name)
        if inner is None:
            outer = "" if block.record.section in OUTER else block.record.section
            section = outer if kind == "edit" else f"{outer}/{name}".strip("/")
            shown = f"config {section}" if kind == "config" else f"{section} {name}"
            record = self.ledger.record(section, where, shown)
            record.done = True  # until somebody opens it, the section's own line stands for it
            inner = Block(name, where, record)
            if kind == "config":
                inner.statement = self.ledger.statement(section, where, shown, [])
            block.blocks[name] = inner
        self.stack.append((kind, inner))


def parse(text: Text, ledger: Ledger) -> Block:
    """Read a configuration; raises `ReadError` at an unbalanced or unknown line."""
    parser = _Parser(text, ledger)
    pending, started = "", 0
    number = 0
    for number, raw in text.numbered():
        line = raw.strip()
        if not pending and (not line or line.startswith("#")):
            continue
        if pending or (line.startswith("set ") and _open(line)):
            # A quoted value (a certificate, a banner) goes on over several lines.
            pending = f"{pending}\n{raw}" if pending else raw
            started = started or number
            if _open(pending):
                continue
            line, pending = pending.strip(), ""
        where = text.at(started or number)
        started = 0
        parser.line(line, where)
    if pending:
        raise ReadError(text.at(started), phrase("a quoted value does not end"))
    if len(parser.stack) != 1:
        raise ReadError(
            text.at(number), phrase("the file ends inside `{name}`", name=parser.stack[-1][1].name)
        )
    _tell(parser.root)
    return parser.root


def _tell(block: Block) -> bool:
    """Give each section that holds something its word in the ledger; tell whether a block does."""
    inner = [_tell(found) for found in block.blocks.values()]
    full = bool(block.record.values) or block.statement is None or any(inner)
    if block.statement is not None and full:
        if block.record.ledger.is_listed(block.record.section):
            for part in (block, *(b for b in block.blocks.values() if b.statement is None)):
                part._open()
        else:
            block.statement.doubtful(phrase("not followed"))
    return full


def _open(line: str) -> bool:
    return line.replace("\\\\", "").replace('\\"', "").count('"') % 2 == 1


def words(text: str, where: Where) -> list[str]:
    """Split a line into words; raises `ReadError` at a quote that does not end."""
    if '"' not in text and "'" not in text and "\\" not in text:
        return text.split()
    pieces = text.split('"')
    if "'" not in text and "\\" not in text and _plain(pieces):
        return [*pieces[0].split(), *pieces[1::2]]
    try:
        return shlex.split(text)
    except ValueError as error:
        raise ReadError(
            where, phrase("cannot read the value: {error}", error=quoted(error))
        ) from error


def _plain(pieces: list[str]) -> bool:
    """Tell whether a line cut at its quotes is a name and whole quoted words, as FortiOS writes them."""
    between = pieces[2:-1:2]
    return (
        len(pieces) % 2 == 1
        and pieces[0].endswith(" ")
        and all(piece.isspace() for piece in between)
        and not pieces[-1].strip()
    )
