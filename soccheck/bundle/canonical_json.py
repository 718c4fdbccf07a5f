"""Canonical JSON: the one byte sequence a value has, so that its digest is worth something.

Keys sorted, no white space, UTF-8 unescaped where JSON allows it: what `jq -cS .` prints.
"""

from __future__ import annotations

import errno
import hashlib
import json
import os
from collections.abc import Iterable
from pathlib import Path
from typing import Any

_ENCODER = json.JSONEncoder(
    ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False
)


_OF_NOTHING = hashlib.sha256().hexdigest()


def dumps(value: Any) -> bytes:
    """Return `value` as canonical JSON, without a line end."""
    return _ENCODER.encode(value).encode("utf-8")


def sha256(data: bytes | str) -> str:
    """Return the SHA-256 of `data` in hexadecimal; a text counts as UTF-8."""
    if not data:
        return _OF_NOTHING
    raw = data.encode("utf-8") if isinstance(data, str) else data
    return hashlib.sha256(raw).hexdigest()


def write_atomic(path: Path, parts: Iterable[bytes]) -> None:
    """Write `parts` to a temporary name beside `path`, flush them to disk, then rename.

    A crash or a full disk leaves the file that was there before; raises `OSError`. What is no file
    (`/dev/null`) is not replaced by one either.
    """
    import tempfile  # with half a dozen modules of its own: only for who writes

    if path.exists() and not path.is_file():
        raise OSError(errno.EINVAL, "not a file")
    descriptor, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    try:
        with os.fdopen(descriptor, "wb") as file:
            for part in parts:
                file.write(part)
            file.flush()
            os.fsync(file.fileno())
        # NOTE: mkstemp gives 0600, which is right: a bundle holds rulesets and listeners.
        os.replace(name, path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
