"""Who signs and approves: whether what stands for a person's name names anybody."""

from __future__ import annotations

import re

_NOBODY = r"(?i:[\W_]*|tbd|todo|n/?a|none|nobody|unknown|xxx+|chưa (?:rõ|có|duyệt))"


def is_nobody(name: str) -> bool:
    """Return whether what stands for a person's name names nobody: `tbd`, `n/a`, `chưa rõ`."""
    return re.fullmatch(_NOBODY, name.strip()) is not None
