"""What two texts of one file share, asset by asset, so that only what differs is read a second time.

Between two assets of a section a YAML parser knows no more than "a key of this section comes next".
An asset's lines that lead one text from there to there lead any text there, and say the same. What has
to be proven is where such lines begin and end, and the reader's own places prove it: in the newer text,
which was read whole, an asset must begin at every edge; of the older one the shared blocks are made
comments, line for line, and an asset must begin at every edge that is left. The first and the last
block of a section are always left, so no edge lies in quotes or brackets. Whatever is written otherwise
than a section's name and its assets two spaces in is read plainly.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Generic, NamedTuple, Protocol, TypeVar

from soccheck.model import KINDS, Asset, Location, Problem
from soccheck.sources.files import Entry, Fault, Files

# A section's head is followed by nothing but blank lines and remarks in which no quotes could end.
_BLANK = r"[ ]*(?:#[^\n\"']*)?\n"
_HEAD = rf"({'|'.join(KINDS)})s:{_BLANK}(?:{_BLANK})*(?=  [a-z0-9])"
_EDGE = re.compile(rf"\n(?={_HEAD}|  [a-z0-9]|[^ #\n])".encode())
_COLUMN = 3


class Block(NamedTuple):
    """Represents the lines of one asset, up to the next edge; `inner`: other assets stand around it."""

    kind: str
    line: int
    start: int
    text: bytes
    inner: bool


class Reading(Protocol):
    """What is needed of what a file states."""

    content: tuple[str, bytes] | None
    problems: list[Problem]
    assets: list[Asset]
    used_documents: list[tuple[str, Location]]


Read = TypeVar("Read", bound=Reading)


class Known(Generic[Read]):
    """Keeps what each file states, by name and content, so that only what differs is read again.

    `identify` gives a content's key: that of git, where the other side is a commit. Of a file that
    differs the assets are spared whose lines do not; `shared` says that this was done.
    """

    def __init__(self, identify: Callable[[bytes], str]) -> None:
        self.identify = identify
        self.shared = False
        self._parts: dict[tuple[str, str], Read] = {}
        self._raw: dict[str, tuple[bytes, Read]] = {}

    def part(self, files: Files, entry: Entry, read: Callable[[bytes | Fault], Read]) -> Read:
        """Return what a file states, by `read` unless it is known."""
        found = self._parts.get((entry.name, entry.key))
        if found is not None:
            return found
        raw = files.read(entry)
        if isinstance(raw, Fault):
            return read(raw)
        if entry.name in self._raw:
            found = shared(raw, *self._raw[entry.name], read)
            if found is not None:
                found.content = (entry.name, raw)
                self.shared = True
                return found
        found = self._parts[entry.name, entry.key or self.identify(raw)] = read(raw)
        self._raw.setdefault(entry.name, (raw, found))
        return found


def cut(raw: bytes) -> list[Block]:
    """Return the blocks of a file, in its order."""
    edges = list(_EDGE.finditer(b"\n" + raw))  # a line starts where the break before it does here
    ends = [*(edge.start() for edge in edges[1:]), len(raw)]
    found: list[Block] = []
    kind, line, counted, first = "", 1, 0, True
    for edge, end in zip(edges, ends, strict=False):  # no edge: one end
        if raw[edge.start()] != ord(" "):
            kind, first = (edge[1] or b"").decode(), True
            if found:
                found[-1] = found[-1]._replace(inner=False)
        elif kind:
            line += raw.count(b"\n", counted, edge.start())
            counted = edge.start()
            found.append(Block(kind, line, counted, raw[counted:end], not first))
            first = False
    if found:
        found[-1] = found[-1]._replace(inner=False)
    return found


def shared(raw: bytes, other: bytes, whole: Read, read: Callable[[bytes], Read]) -> Read | None:
    """Return what `raw` states, assets whose lines stand in `other` taken from `whole`, its reading.

    Nothing is returned where that is not proven to be what reading `raw` whole gives. Faults are told,
    but not all where they stand: only the plain reading tells them.
    """
    theirs, mine = cut(other), cut(raw)
    if whole.problems or not _begin(whole.assets, theirs):
        return None
    same = _by_text(theirs, whole.assets)
    spared = {b.start: same[b.kind, b.text] for b in mine if b.inner and (b.kind, b.text) in same}
    part = read(_without(raw, [block for block in mine if block.start in spared]))
    if not _begin(part.assets, [block for block in mine if block.start not in spared]):
        return None
    again = iter(part.assets)
    part.assets = [spared.get(block.start) or next(again) for block in mine]
    for asset in spared.values():
        stated = (item.document for item in asset.provenance)
        part.used_documents += ((name, asset.at) for name in stated if name is not None)
    return part


def _begin(assets: Sequence[Asset], blocks: Sequence[Block]) -> bool:
    """Return whether the assets that the reader found begin where the blocks do, and nowhere else."""
    return [(a.kind, a.at.line, a.at.column) for a in assets] == [
        (b.kind, b.line, _COLUMN) for b in blocks
    ]


def _by_text(blocks: Sequence[Block], assets: Sequence[Asset]) -> dict[tuple[str, bytes], Asset]:
    """Return the assets whose lines would say the same elsewhere, by kind and lines.

    The last of a section has no proven end, and an anchor or an alias holds for what comes after it.
    """
    return {
        (block.kind, block.text): asset
        for block, asset in zip(blocks, assets, strict=True)
        if block.inner and b"&" not in block.text and b"*" not in block.text
    }


def _without(raw: bytes, blocks: Sequence[Block]) -> bytes:
    """Return a text with these blocks made comments; every other line keeps its number."""
    parts, at = [], 0
    for block in blocks:
        parts += [raw[at : block.start], b"#\n" * block.text.count(b"\n")]
        at = block.start + len(block.text)
    return b"".join([*parts, raw[at:]])
