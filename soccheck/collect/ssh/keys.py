"""Private keys of files and of the agent, each loaded once."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import paramiko

from soccheck.collect.faults import plain
from soccheck.collect.ssh.login import Login


class Keys:
    """Holds private keys, each loaded once, and the agent's; signing by the agent is one at a time."""

    def __init__(self, use_agent: bool, patience: float) -> None:
        self._use_agent = use_agent
        self._patience = patience
        self._agent: list[paramiko.PKey] | None = None
        self._files: dict[Path, paramiko.PKey | str] = {}
        self._lock = threading.Lock()
        self._close: Callable[[], None] | None = None

    def close(self) -> None:
        """Let go of the agent."""
        if self._close is not None:
            self._close()

    def of(self, login: Login) -> tuple[list[paramiko.PKey], list[str]]:
        """Return the keys to try for a login, and why others cannot be used."""
        with self._lock:
            loaded = [self._load(path) for path in login.keys]
            if self._agent is None:
                self._agent = self._from_agent() if self._use_agent else []
            held = [] if login.identities_only else self._agent
        keys = [key for key in loaded if isinstance(key, paramiko.PKey)]
        reasons = [reason for reason in loaded if isinstance(reason, str) and reason]
        unique = {key.get_base64(): key for key in (*keys, *held)}
        return list(unique.values()), reasons

    def _load(self, path: Path) -> paramiko.PKey | str:
        if path not in self._files:
            try:
                self._files[path] = paramiko.PKey.from_path(path)
            except FileNotFoundError:
                self._files[path] = ""
            except TypeError:
                self._files[path] = f"{path} has a passphrase: add it to the agent with ssh-add"
            except (
                OSError,
                ValueError,
                paramiko.SSHException,
                paramiko.pkey.UnknownKeyType,
            ) as error:
                self._files[path] = f"{path} cannot be read: {plain(str(error), 100)}"
        return self._files[path]

    def _from_agent(self) -> list[paramiko.PKey]:
        try:
            agent: Any = paramiko.Agent()
        except paramiko.SSHException:
            return []
        self._close = agent.close
        keys = agent.get_keys()
        if keys:
            agent._conn.settimeout(self._patience)
        signing = _Signing()
        for key in keys:
            key.sign_ssh_data = signing.one_at_a_time(key.sign_ssh_data)
        return list(keys)


class SilentAgentError(paramiko.SSHException):
    """Says that the agent does not sign."""


class _Signing:
    """Lets the agent sign for one at a time, and for none once it is silent: answers would be mixed up."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._silent = False

    def one_at_a_time(self, sign: Callable[..., Any]) -> Callable[..., Any]:
        def signed(*args: Any, **options: Any) -> Any:
            with self._lock:
                if self._silent:
                    raise SilentAgentError("the SSH agent does not answer")
                try:
                    return sign(*args, **options)
                except OSError as error:
                    self._silent = True
                    raise SilentAgentError("the SSH agent does not answer") from error

        return signed
