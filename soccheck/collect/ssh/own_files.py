"""The files of who connects: ordinary ones, and the null device, which ssh users give for an empty one."""

from __future__ import annotations

import errno
import os
import stat
from pathlib import Path


def read(path: Path) -> bytes:
    """Return what a file holds; raises `OSError`, too for a pipe or a device, which may never end."""
    about = path.stat()
    ends = stat.S_ISREG(about.st_mode) or stat.S_ISDIR(about.st_mode)  # a folder is refused as one
    if not ends and not path.samefile(os.devnull):
        raise OSError(errno.EINVAL, "not a file", str(path))
    # /proc/kmsg calls itself an ordinary file, and would be waited for.
    with os.fdopen(os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC), "rb", 0) as file:
        return file.read() or b""
