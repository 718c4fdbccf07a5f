"""What runs were judged by and what they said, kept by content: each once, packed with xz."""

from __future__ import annotations

import hashlib
import lzma
from collections.abc import Collection, Iterable, Iterator, Mapping
from pathlib import Path

from sqlalchemy import Connection, insert, select, update

from soccheck.bundle.atomic import write_atomic
from soccheck.errors import quoted, refusal, unwritable
from soccheck.history.errors import BlobError
from soccheck.history.tables import BLOB
from soccheck.phrase import phrase

_PRESET = 1
"""Of xz: a province's result is a twelfth smaller than by 0; 2 takes twice the time of a large one."""
_MOST_BYTES = 1 << 31
"""Bytes that are unpacked: a blob that was exchanged fills no memory."""


class Blobs:
    """Keeps blobs in a folder, or, without one, in the database."""

    def __init__(self, folder: Path | None) -> None:
        self.folder = folder

    def keep(self, connection: Connection, blobs: Mapping[str, tuple[str, bytes]]) -> None:
        """Keep blobs, given by SHA-256 as kind and content; what there is already is left alone.

        A blob is whole in its file before the database speaks of it. Raises `HistoryError`.
        """
        asked = select(BLOB.c.sha256, BLOB.c.pruned)
        known = {row.sha256: row.pruned for row in connection.execute(asked)}
        for name, (kind, content) in blobs.items():
            if name in known and known[name] is None:
                continue
            packed = lzma.compress(content, preset=_PRESET)
            if self.folder is not None:
                place = self._place(name)
                try:
                    place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
                    write_atomic(place, [packed], private=True)
                except OSError as error:
                    raise unwritable(str(self.folder), error) from error
            values = {
                "kind": kind,
                "size": len(content),
                "pruned": None,
                "packed": packed if self.folder is None else None,
            }
            if name in known:
                connection.execute(update(BLOB).where(BLOB.c.sha256 == name).values(**values))
            else:
                connection.execute(insert(BLOB).values(sha256=name, **values))

    def content(self, connection: Connection, name: str) -> bytes:
        """Return a blob, its digest checked; raises `BlobError` where it is not what was kept."""
        row = connection.execute(select(BLOB).where(BLOB.c.sha256 == name)).first()
        if row is None:
            raise BlobError(phrase("the blob {name} is not there", name=name[:12]))
        if row.pruned is not None:
            raise BlobError(
                phrase("the blob {name} was pruned on {day}", name=name[:12], day=row.pruned[:10])
            )
        try:
            packed = self._place(name).read_bytes() if self.folder is not None else row.packed
        except OSError as error:
            text = phrase(
                "the blob {name} cannot be read: {why}", name=name[:12], why=refusal(error)
            )
            raise BlobError(text) from error
        content = _unpacked(packed or b"", name, row.size)
        if hashlib.sha256(content).hexdigest() != name:
            raise BlobError(phrase("the blob {name} has another content", name=name[:12]))
        return content

    def prune(self, connection: Connection, kept: Collection[str], moment: str) -> int:
        """Take away every blob that is not among those kept; return how many."""
        asked = select(BLOB.c.sha256).where(BLOB.c.pruned.is_(None))
        gone = [name for (name,) in connection.execute(asked) if name not in kept]
        for name in gone:
            values = {"pruned": moment, "packed": None}
            connection.execute(update(BLOB).where(BLOB.c.sha256 == name).values(**values))
        return len(gone)

    def sweep(self, connection: Connection) -> None:
        """Delete the files of blobs that the database does not speak of: pruned, or of a run that died."""
        if self.folder is None or not self.folder.is_dir():
            return
        asked = select(BLOB.c.sha256).where(BLOB.c.pruned.is_(None))
        known = {name for (name,) in connection.execute(asked)}
        for path in self._files():
            if path.parent.name + path.name.removesuffix(".xz") not in known:
                path.unlink(missing_ok=True)

    def size(self) -> int:
        """Return how many bytes the folder's files have."""
        return sum(path.stat().st_size for path in self._files())

    def _files(self) -> Iterator[Path]:
        if self.folder is not None:
            yield from sorted(p for p in self.folder.glob("??/*") if p.is_file())

    def _place(self, name: str) -> Path:
        assert self.folder is not None
        return self.folder / name[:2] / f"{name[2:]}.xz"


def named(contents: Iterable[tuple[str, bytes]]) -> dict[str, tuple[str, bytes]]:
    """Return contents, each with its kind, by their SHA-256."""
    return {hashlib.sha256(raw).hexdigest(): (kind, raw) for kind, raw in contents}


def _unpacked(packed: bytes, name: str, size: int) -> bytes:
    try:
        unpacker = lzma.LZMADecompressor()
        content = unpacker.decompress(packed, max_length=min(size + 1, _MOST_BYTES))
    except (lzma.LZMAError, EOFError) as error:
        raise BlobError(
            phrase("the blob {name} is damaged: {why}", name=name[:12], why=quoted(error))
        ) from error
    if not unpacker.eof or unpacker.unused_data or len(content) != size:
        raise BlobError(phrase("the blob {name} has another length", name=name[:12]))
    return content
