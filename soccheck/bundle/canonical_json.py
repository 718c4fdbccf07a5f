"""Canonical JSON: the one byte sequence a value has, so that its digest is worth something.

Keys sorted, no white space, UTF-8 unescaped where JSON allows it: what `jq -cS .` prints.
"""

from __future__ import annotations

import hashlib
import json
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
