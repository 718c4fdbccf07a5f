"""Secrets in what other programs keep: dropped before anything else reads them, and named."""

from __future__ import annotations

import re
from typing import Any

from soccheck.imports.text import bare
from soccheck.sources import secrets

STARS = "***"
_NAME = re.compile(
    r"passw(?:or)?d|passphrase|secret|token|vault|credential|community|mat[_ -]?khau"
    r"|(?:api|private|access|preshared|pre_shared|encryption|license)[_ -]?key"
    r"|(?:^|[^a-z0-9])(?:pass|pwd|pw|psk|pin|otp|token|env)(?:$|[^a-z0-9])"
)
"""What a secret is called; of several programs, so rather too much than too little."""


def is_secret(name: str) -> bool:
    """Return whether what is called so is dropped: `ansible_become_pass`, `db.password`, `vault_db`."""
    return _NAME.search(bare(name)) is not None


def without_secrets(value: Any, path: str = "") -> tuple[Any, list[str]]:
    """Return JSON with three stars for every secret, and the paths of these: `users.password`."""
    if isinstance(value, dict):
        kept: dict[str, Any] = {}
        dropped: list[str] = []
        for name, inner in value.items():
            here = f"{path}.{name}" if path else name
            secret = is_secret(name) and inner not in (None, "", [], {})
            kept[name], inside = (STARS, [here]) if secret else without_secrets(inner, here)
            dropped += inside
        return kept, dropped
    if isinstance(value, list):
        pairs = [without_secrets(item, path) for item in value]
        return [kept for kept, _ in pairs], [name for _, inside in pairs for name in inside]
    if isinstance(value, str) and secrets.in_text(value):
        return STARS, [path]
    return value, []
