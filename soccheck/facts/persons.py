"""Who signs and approves, and why: whether what stands there names anybody, or any reason."""

from __future__ import annotations

import re

_NOBODY = (
    r"(?i:[\W_]*|tb[acd]|todo|n/?a|no|none|nobody|unknown|pending|xxx+"
    r"|chưa(?: (?:rõ|có|duyệt|ký|biết|xác định|phê duyệt))?|không(?: (?:rõ|có|ai|biết))?)"
)


def is_nobody(name: str) -> bool:
    """Return whether what stands for a person's name, or a reason, is none: `tbd`, `n/a`, `chưa rõ`."""
    return re.fullmatch(_NOBODY, name.strip()) is not None
