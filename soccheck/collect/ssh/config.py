"""ssh_config by paramiko: the lookup of a host's settings by its name."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import paramiko

from soccheck.collect.faults import plain
from soccheck.collect.ssh.login import included


def read_config(path: Path) -> Callable[[str], dict[str, Any]]:
    """Return the lookup of an ssh_config file by name; see `login.resolve`.

    Raises `ValueError` when the file cannot be understood.
    """
    try:
        text = included(path, path.parent)
        config = paramiko.SSHConfig.from_text(text)
        config.lookup("localhost")
    except (OSError, UnicodeDecodeError, paramiko.SSHException) as error:
        raise ValueError(plain(str(error), 200)) from error
    cache: dict[str, dict[str, Any]] = {}

    def lookup(name: str) -> dict[str, Any]:
        if name not in cache:
            cache[name] = dict(config.lookup(name))
        return cache[name]

    return lookup
