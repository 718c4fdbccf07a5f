"""What connects to machines, made of who connects and what his ssh_config says."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from soccheck.collect.limits import Limits
from soccheck.collect.plan import Target
from soccheck.collect.ssh import own_files
from soccheck.collect.ssh.config import read_config
from soccheck.collect.ssh.connect import Connector
from soccheck.collect.ssh.login import Defaults, Login, resolve
from soccheck.errors import UsageError, refusal, worded
from soccheck.phrase import phrase


def client(
    defaults: Defaults, *, config: str | None, agent: bool, limits: Limits, clock: Any
) -> tuple[Connector, Callable[[Target], Login]]:
    """Return the connector, and how a target is logged in to; close the connector in the end.

    `config` is read instead of ~/.ssh/config. Raises `UsageError` for a file that is named and not
    there, or cannot be understood.
    """
    try:
        path = Path(config) if config else None
        lookup = read_config(path, defaults.home, defaults.login, defaults.shell)
    except ValueError as error:
        raise UsageError(
            phrase("ssh_config cannot be understood: {error}", error=worded(error))
        ) from error
    for name in (*defaults.keys, *defaults.known_hosts):
        try:
            own_files.read(name)
        except OSError as error:
            text = phrase("{shown}: cannot be read: {reason}", shown=name, reason=refusal(error))
            raise UsageError(
                text, hint=phrase("see whether its name and folder are right")
            ) from error
    connector = Connector(limits=limits, use_agent=agent, clock=clock)
    return connector, lambda target: resolve(target, lookup, defaults)
