"""Errors of the firewall analysis."""

from __future__ import annotations

from soccheck.errors import SoccheckError
from soccheck.firewall.model import Where


class ReadError(SoccheckError):
    """A configuration that cannot be read: the line, and what was expected there."""

    exit_code = 2

    def __init__(self, where: Where, message: str, *, hint: str | None = None) -> None:
        super().__init__(f"{where}: {message}", hint=hint)
        self.where = where


class TooComplexError(SoccheckError):
    """The analysis would need more memory or steps than its bound; nothing is known then."""

    exit_code = 3
