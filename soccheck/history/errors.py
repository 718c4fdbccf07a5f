"""What can be wrong with a history."""

from __future__ import annotations

from soccheck.errors import SoccheckError, UsageError


class HistoryError(UsageError):
    """There is no such history or run, it cannot be opened, or another holds it: nothing was changed."""


class BlobError(SoccheckError):
    """A part of the history is not there any more, or is not what it was."""

    exit_code = 2
