"""Errors a user can meet: what is wrong, where, and what to do next."""

from __future__ import annotations

import errno
import json
from collections.abc import Iterable

from soccheck.phrase import Phrase, phrase, plain

_NOT_TAKEN = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO)
"""What a write to an open file is refused with: a full disk, a quota, a limit of size, a failing disk."""

_SCARCE = (*_NOT_TAKEN, errno.EMFILE, errno.ENFILE, errno.ENOMEM)
"""What the machine lacks, wherever the file stands; all else is wrong with the place that was named."""


_UNREACHABLE = (errno.EACCES, errno.ELOOP, errno.ENAMETOOLONG, errno.ENOTDIR, errno.EPERM)
"""What is wrong with a path, or with a folder on its way, before there is a file."""


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


def unwritable(shown: str, error: OSError, hint: Phrase | None = None) -> SoccheckError:
    """Return what to tell of a file that cannot be written: 2 for its place, 4 for what the machine lacks.

    `hint` says what to do when a disk is full.
    """
    text = phrase("{path}: cannot be written: {reason}", path=shown, reason=refusal(error))
    if error.errno in _SCARCE:
        return SoccheckError(text, hint=hint or phrase("make room, then run it again"))
    return UsageError(text, hint=phrase("give a file in a folder that is there and can be written"))


def unreachable(error: Exception) -> SoccheckError | None:
    """Return what to tell of a path that nobody can even look at; nothing of any other error."""
    if not isinstance(error, OSError) or not error.filename or error.errno not in _UNREACHABLE:
        return None
    text = phrase("{shown}: cannot be read: {reason}", shown=error.filename, reason=refusal(error))
    return UsageError(text, hint=phrase("see whether its name and folder are right"))


def unwritten(error: Exception) -> Phrase | None:
    """Return the line to say where standard output takes no more; nothing of any other error."""
    # The error of a file that was opened by name has the name; that of an open stream has none.
    if not isinstance(error, OSError) or error.filename or error.errno not in _NOT_TAKEN:
        return None
    return phrase("standard output cannot be written to: {reason}", reason=refusal(error))


def refusal(error: OSError) -> Phrase:
    """Return what the system refused something with; in its own words, quoted, where they are not known."""
    known = _REFUSALS.get(error.errno or 0)
    if known is not None and error.strerror in (known.text, None):
        return known
    return quoted(error.strerror or type(error).__name__)


def known_refusals() -> Iterable[Phrase]:
    """Return the refusals that are told in the reader's language."""
    return _REFUSALS.values()


def worded(error: Exception) -> Phrase:
    """Return what is wrong as a sentence; what Python itself says of it stays as it is."""
    said = error.args[0] if error.args else ""
    return said if isinstance(said, Phrase) else phrase("{error}", error=error)


def quoted(text: object) -> Phrase:
    """Return what another program says, as it says it: its language is not the reader's."""
    if isinstance(text, ValueError) and text.args and isinstance(text.args[0], Phrase):
        return phrase("“{text}”", text=text.args[0])
    if isinstance(text, json.JSONDecodeError):
        return phrase(
            "no JSON goes on at line {line}, column {column}", line=text.lineno, column=text.colno
        )
    if isinstance(text, UnicodeError):
        return phrase("it is no text in UTF-8")
    if isinstance(text, RecursionError):
        return phrase("it is nested too deep")
    said = " ".join(str(text).split())
    if said.startswith("Exceeds the limit (") and "integer string" in said:
        return phrase("a number in it has too many digits")
    return _SAID.get(said) or phrase("“{text}”", text=said)


_SAID = {
    "Out of range float values are not JSON compliant": phrase("a number in it is none"),
    "not a file": phrase("not a file"),
    "No closing quotation": phrase("a quotation mark is opened and not closed"),
    "No escaped character": phrase("it ends in a \\ that nothing follows"),
}
"""What soccheck and Python's shlex say."""


_REFUSALS = {
    errno.EPERM: phrase("Operation not permitted"),
    errno.ENOENT: phrase("No such file or directory"),
    errno.EIO: phrase("Input/output error"),
    errno.ENXIO: phrase("No such device or address"),
    errno.ENOMEM: phrase("Cannot allocate memory"),
    errno.EACCES: phrase("Permission denied"),
    errno.EBUSY: phrase("Device or resource busy"),
    errno.EEXIST: phrase("File exists"),
    errno.ENOTDIR: phrase("Not a directory"),
    errno.EISDIR: phrase("Is a directory"),
    errno.EINVAL: phrase("Invalid argument"),
    errno.ENFILE: phrase("Too many open files in system"),
    errno.EMFILE: phrase("Too many open files"),
    errno.ETXTBSY: phrase("Text file busy"),
    errno.EFBIG: phrase("File too large"),
    errno.ENOSPC: phrase("No space left on device"),
    errno.EROFS: phrase("Read-only file system"),
    errno.EPIPE: phrase("Broken pipe"),
    errno.ENAMETOOLONG: phrase("File name too long"),
    errno.ENOTEMPTY: phrase("Directory not empty"),
    errno.ELOOP: phrase("Too many levels of symbolic links"),
    errno.EADDRNOTAVAIL: phrase("Cannot assign requested address"),
    errno.ENETDOWN: phrase("Network is down"),
    errno.ENETUNREACH: phrase("Network is unreachable"),
    errno.ECONNABORTED: phrase("Software caused connection abort"),
    errno.ECONNRESET: phrase("Connection reset by peer"),
    errno.ETIMEDOUT: phrase("Connection timed out"),
    errno.ECONNREFUSED: phrase("Connection refused"),
    errno.EHOSTDOWN: phrase("Host is down"),
    errno.EHOSTUNREACH: phrase("No route to host"),
    errno.ESTALE: phrase("Stale file handle"),
    errno.EDQUOT: phrase("Disk quota exceeded"),
    -3: phrase("Temporary failure in name resolution"),
    -2: phrase("Name or service not known"),
    -5: phrase("No address associated with hostname"),
    -4: phrase("Non-recoverable failure in name resolution"),
}
"""Refusals by their number, in the words of glibc; the negative ones are of getaddrinfo(3), netdb.h."""


def scarce(error: BaseException) -> SoccheckError | None:
    """Return what the machine that soccheck runs on is short of, where that is what failed.

    No machine that was asked is to blame for it. Python says of threads so in words alone.
    """
    number = error.errno if isinstance(error, OSError) else None
    if number in (errno.EMFILE, errno.ENFILE):
        hint = phrase("lower --workers, or raise the limit: ulimit -n")
        return SoccheckError(phrase("too many files are open to connect"), hint=hint)
    if isinstance(error, RuntimeError) and "start new thread" in str(error):
        hint = phrase(
            "raise the limits (ulimit -u, ulimit -v), or ask fewer machines at once: --workers"
        )
        return SoccheckError(phrase("this machine gives no further thread"), hint=hint)
    # The loader of libraries (glibc's dlopen) says so in words alone, too.
    unmapped = isinstance(error, ImportError) and "failed to map segment" in str(error)
    if isinstance(error, MemoryError) or unmapped or number in (errno.ENOMEM, errno.ENOBUFS):
        hint = phrase("raise the limit: ulimit -v; collecting needs less with fewer --workers")
        return SoccheckError(phrase("this machine gives no further memory"), hint=hint)
    return None
