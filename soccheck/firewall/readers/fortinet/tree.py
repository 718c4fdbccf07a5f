"""The block grammar of FortiOS: config / edit / set / unset / next / end, with line numbers."""

from __future__ import annotations

import shlex
from collections.abc import Iterator
from dataclasses import dataclass, field

from soccheck.errors import ReadError
from soccheck.firewall.model import Where
from soccheck.firewall.readers.base import MAX_NESTING, Text


@dataclass(slots=True)
class Block:
    """A `config` path or an `edit` entry: its settings and what is nested in it, in file order."""

    name: str
    where: Where
    settings: dict[str, list[str]] = field(default_factory=dict)
    blocks: dict[str, Block] = field(default_factory=dict)

    def get(self, key: str, default: str = "") -> str:
        """Return a setting's words as one text."""
        return " ".join(self.settings[key]) if key in self.settings else default

    def words(self, key: str) -> list[str]:
        """Return a setting's words."""
        return self.settings.get(key, [])

    def entries(self, path: str) -> Iterator[Block]:
        """Yield the entries of a nested `config` path."""
        found = self.blocks.get(path)
        if found is not None:
            yield from found.blocks.values()


def parse(text: Text) -> Block:
    """Read a configuration; raises `ReadError` at an unbalanced or unknown line."""
    root = Block("", text.at(1))
    stack: list[tuple[str, Block]] = [("root", root)]
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
        _line(stack, line, where)
    if pending:
        raise ReadError(text.at(started), "a quoted value does not end")
    if len(stack) != 1:
        raise ReadError(text.at(number), f"the file ends inside `{stack[-1][1].name}`")
    return root


def _open(line: str) -> bool:
    return line.replace("\\\\", "").replace('\\"', "").count('"') % 2 == 1


def _line(stack: list[tuple[str, Block]], line: str, where: Where) -> None:
    keyword, _, rest = line.partition(" ")
    kind, block = stack[-1]
    if keyword == "config":
        _push(stack, "config", block.blocks.setdefault(rest.strip(), Block(rest.strip(), where)))
    elif keyword == "edit":
        if kind != "config":
            raise ReadError(where, "`edit` outside `config`")
        name = " ".join(words(rest, where))
        _push(stack, "edit", block.blocks.setdefault(name, Block(name, where)))
    elif keyword == "next":
        if kind != "edit":
            raise ReadError(where, "`next` without `edit`")
        stack.pop()
    elif keyword == "end":
        if kind == "edit":
            # NOTE: `end` straight after an entry closes the entry and its table.
            stack.pop()
        elif kind == "root":
            raise ReadError(where, "`end` without `config`")
        stack.pop()
    elif keyword in ("set", "append"):
        found = words(rest, where)
        if not found or kind == "root":
            raise ReadError(where, f"`{keyword}` without a name or outside any block")
        block.settings[found[0]] = found[1:]
    elif keyword == "unset":
        block.settings.pop(rest.strip(), None)
    else:
        raise ReadError(where, f"not a FortiOS line: {line[:60]!r}")


def _push(stack: list[tuple[str, Block]], kind: str, block: Block) -> None:
    if len(stack) > MAX_NESTING:
        raise ReadError(block.where, f"blocks nest deeper than {MAX_NESTING}")
    stack.append((kind, block))


def words(text: str, where: Where) -> list[str]:
    """Split a line into words; raises `ReadError` at a quote that does not end."""
    if '"' not in text and "'" not in text and "\\" not in text:
        return text.split()
    try:
        return shlex.split(text)
    except ValueError as error:
        raise ReadError(where, f"cannot read the value: {error}") from error
