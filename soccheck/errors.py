"""Errors a user can meet: what is wrong, where, and what to do next."""

from __future__ import annotations

import errno
from collections.abc import Iterable

from soccheck.phrase import Phrase, phrase, plain

_NOT_TAKEN = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO)
"""What a write to an open file is refused with: a full disk, a quota, a limit of size, a failing disk."""


class SoccheckError(Exception):
    """Root of every error soccheck raises on purpose; `hint` says what to do next.

    `message` is what is wrong in English, `said` the same to be translated where it can be.
    """

    exit_code = 4

    def __init__(self, message: Phrase, *, hint: Phrase | None = None) -> None:
        super().__init__(message)
        self.said = message
        self.message = str(message)
        self.hint = hint

    def __str__(self) -> str:
        return f"{self.message}\n  hint: {self.hint}" if self.hint else self.message


class UsageError(SoccheckError):
    """The command cannot be carried out as asked: an unknown name, a file that is not there."""

    exit_code = 2


class InputError(SoccheckError):
    """An inventory, policy, waiver or bundle that cannot be trusted; `problems` lists every fault."""

    exit_code = 2

    def __init__(self, problems: Iterable[object]) -> None:
        self.problems = tuple(problems)
        super().__init__(plain("\n".join(str(problem) for problem in self.problems)))


class ContradictionError(InputError):
    """Statements that a document cannot all repeat: it is not written; `problems` lists them."""

    exit_code = 1


class ReadError(SoccheckError):
    """A configuration that cannot be read: the line, and what was expected there."""

    exit_code = 2

    def __init__(self, where: object, message: Phrase, *, hint: Phrase | None = None) -> None:
        super().__init__(phrase("{where}: {what}", where=where, what=message), hint=hint)


class TooComplexError(SoccheckError):
    """An analysis that would need more memory or steps than its bound; nothing is known then."""

    exit_code = 3


def unwritten(error: Exception) -> str | None:
    """Return the line to say where standard output takes no more; nothing of any other error."""
    # The error of a file that was opened by name has the name; that of an open stream has none.
    if not isinstance(error, OSError) or error.filename or error.errno not in _NOT_TAKEN:
        return None
    return f"standard output cannot be written to: {error.strerror}"
