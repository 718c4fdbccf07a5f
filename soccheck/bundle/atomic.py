"""Files that are whole or not there: links are resolved, and what is no file is never replaced by one."""

from __future__ import annotations

import contextlib
import errno
import fcntl
import glob
import os
import tempfile
from collections.abc import Iterable
from pathlib import Path

_MOST_LINKS = 40  # as Linux has it
_OPEN = (Path("/dev"), Path("/proc"))
"""What is below these is no place of files: `/dev/stdout` is what is open, whatever its link leads to."""


def destination(path: Path) -> Path:
    """Return where `path` really leads, links resolved as far as /dev and /proc; raises `OSError`."""
    for _ in range(_MOST_LINKS):
        path = Path(os.path.realpath(path.parent)) / path.name
        if is_stream(path) or not path.is_symlink():
            return path
        path = path.parent / path.readlink()
    raise OSError(errno.ELOOP, os.strerror(errno.ELOOP))


def replaceable(path: Path) -> bool:
    """Return whether a new file may take the place of `path`, which is a `destination`."""
    return not is_stream(path) and (path.is_file() or not path.exists())


def is_stream(path: Path) -> bool:
    """Return whether `path`, which is a `destination`, is below /dev or /proc."""
    return any(path.is_relative_to(folder) for folder in _OPEN)


_SUFFIX = ".soccheck-tmp"


def remove_leftovers(path: Path) -> None:
    """Remove the temporary files of `path`, a `destination`, whose writers were killed.

    Who writes holds a lock on the file, which ends with the process; one that is held, or that cannot be
    tried, is left alone.
    """
    for left in path.parent.glob(f".{glob.escape(path.name)}.*{_SUFFIX}"):
        with contextlib.suppress(OSError), left.open("rb") as file:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            left.unlink()


def _temporary(target: Path) -> tuple[int, str]:
    """Return a new file beside `target`, and its name; it is locked while it is written."""
    while True:
        descriptor, name = tempfile.mkstemp(_SUFFIX, f".{target.name}.", target.parent)
        with contextlib.suppress(OSError):  # a file system without locks: none is removed there
            fcntl.flock(descriptor, fcntl.LOCK_EX)
        if os.fstat(descriptor).st_nlink:
            return descriptor, name
        os.close(descriptor)  # taken for a leftover in the moment before it was locked


def write_atomic(path: Path, parts: Iterable[bytes], *, private: bool) -> None:
    """Write `parts` to a temporary name beside what `path` leads to, flush them to disk, then rename.

    A crash or a full disk leaves the file that was there before; raises `OSError`. What a killed writer
    left goes with the next. What is below /dev and /proc is written to, and a pipe is, unless it is
    `private`: its owner's alone to read.
    """
    target = destination(path)
    if private and not replaceable(target) and not is_stream(target):
        raise OSError(errno.EINVAL, "not a file")
    if not replaceable(target):
        # What /dev/stdout links to may be a file that holds more: it is added to.
        with target.open("ab" if target.is_symlink() else "wb") as file:
            file.writelines(parts)
        return
    remove_leftovers(target)
    descriptor, name = _temporary(target)
    try:
        with os.fdopen(descriptor, "wb") as file:
            os.fchmod(descriptor, 0o600)  # whatever the umask takes even from the owner
            file.writelines(parts)
            file.flush()
            os.fsync(file.fileno())
        if not private:  # 0600 is right for rulesets and listeners
            umask = os.umask(0)
            os.umask(umask)
            Path(name).chmod(0o666 & ~umask)
        Path(name).replace(target)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
