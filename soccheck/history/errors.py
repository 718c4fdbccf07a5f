"""What can be wrong with a history."""

from __future__ import annotations

from soccheck.errors import SoccheckError, UsageError, refusal
from soccheck.phrase import phrase


class HistoryError(UsageError):
    """There is no such history or run, it cannot be opened, or another holds it: nothing was changed."""


class BlobError(SoccheckError):
    """A part of the history is not there any more, or is not what it was."""

    exit_code = 2


def unwritable(shown: str, error: OSError) -> HistoryError:
    """Return what to tell of a folder of the history that cannot be written."""
    reason = refusal(error)
    return HistoryError(phrase("{path}: cannot be written: {reason}", path=shown, reason=reason))
