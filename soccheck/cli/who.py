"""Who runs this: the process, its user and its machine."""

from __future__ import annotations

import getpass
import os
import platform


def by() -> str:
    """Return who runs: the process, its user and its machine."""
    return f"process {os.getpid()} of {login()} on {platform.node()}"


def login() -> str:
    """Return the user's name; its number where it has none."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return str(os.getuid())
