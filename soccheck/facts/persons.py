"""Who signs and approves, and why: whether what stands there names anybody, or any reason."""

from __future__ import annotations

import re

from soccheck.facts.spoken import tidy

_NOBODY = (
    r"(?i:[\W_]*|tb[acd]|todo|n/?a|no|none|nobody|unknown|pending|xxx+"
    r"|chưa(?: (?:rõ|có|duyệt|ký|biết|xác định|phê duyệt))?|không(?: (?:rõ|có|ai|biết))?"
    r"|(?:đang |đã )?(?:chờ|trình)(?: (?:ký|duyệt|phê duyệt|lãnh đạo|xin ý kiến))*"
    r"|tôi|mình|em|me|myself|tên|họ tên|name|abc)"
)


def is_nobody(name: str) -> bool:
    """Return whether what stands for a person's name, or a reason, is none: `tbd`, `n/a`, `chưa rõ`."""
    return re.fullmatch(_NOBODY, tidy(name)) is not None
