"""Why a machine could not be asked: one exception, whose code is the bundle's problem code."""

from __future__ import annotations

import threading
from collections.abc import Callable

from soccheck.errors import scarce


class FaultError(Exception):
    """A machine's problem: `code` as in the bundle, and whether trying again may help."""

    def __init__(self, code: str, detail: str, *, transient: bool = False) -> None:
        super().__init__(detail)
        self.code = code
        self.detail = plain(detail)
        self.transient = transient


def plain(text: str, limit: int = 600) -> str:
    """Return `text` from outside without control characters, so that no terminal obeys it."""
    kept = "".join(c if c.isprintable() or c == "\n" else "�" for c in text)
    return kept.strip()[:limit]


def begin(work: Callable[..., None], *args: object) -> None:
    """Start a thread that does not keep soccheck from ending; raises `SoccheckError` where there is none."""
    try:
        threading.Thread(target=work, args=args, daemon=True).start()
    except RuntimeError as error:
        raise scarce(error) or error from error
