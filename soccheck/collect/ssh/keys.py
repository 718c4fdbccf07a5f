"""Private keys of files and of the agent, each loaded once."""

from __future__ import annotations

import copy
import os
import queue
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar, cast

import paramiko

from soccheck.collect.faults import begin, plain
from soccheck.collect.ssh import own_files
from soccheck.collect.ssh.login import Login

T = TypeVar("T")


class Keys:
    """Holds private keys, each loaded once, and the agent's; signing by the agent is one at a time."""

    def __init__(self, use_agent: bool, patience: float) -> None:
        self._use_agent = use_agent
        self._patience = patience
        self._agent: list[paramiko.PKey] | None = None
        self._files: dict[Path, list[paramiko.PKey] | str] = {}
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
            held = self._agent if login.agent else []
            if login.identities_only:
                # The agent may hold a key whose file is encrypted, or of which there is the public part.
                named = {public for path in login.keys if (public := _public(path))}
                held = [key for key in held if key.get_base64() in named]
        keys = [key for found in loaded if not isinstance(found, str) for key in found]
        reasons = [reason for reason in loaded if isinstance(reason, str) and reason]
        unique: dict[bytes | tuple[str, str], paramiko.PKey] = {}
        for key in (*keys, *held):
            unique.setdefault(_offered(key), key)
        return list(unique.values()), reasons

    def _load(self, path: Path) -> list[paramiko.PKey] | str:
        if path.suffix == ".pub":
            return ""  # the public part of a key that the agent holds
        if path not in self._files:
            try:
                own_files.read(path)  # a pipe would be waited for
                self._files[path] = _of_file(path)
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
            agent = _in_time(paramiko.Agent, self._patience)
        except (paramiko.SSHException, OSError):
            return []
        self._close = agent.close
        signing = _Signing(self._patience)
        return [_AgentKey(key, signing) for key in agent.get_keys()]


def _of_file(path: Path) -> list[paramiko.PKey] | str:
    """Return the key of a file, before it the same with its certificate; or why ssh takes none of it."""
    held = path.stat()
    if held.st_uid == os.geteuid() and held.st_mode & 0o077:
        return f"{path} may be read by others, as ssh takes no key: chmod go= {path}"
    key = paramiko.PKey.from_path(path)
    if key.public_blob is None:
        return [key]
    bare = copy.copy(key)  # the certificate may be over, or for another key
    bare.public_blob = None
    return [key, bare]


def _offered(key: paramiko.PKey) -> bytes | tuple[str, str]:
    """Return what tells apart the keys a machine is offered: a certificate is another than its key."""
    if key.public_blob is not None:
        return key.public_blob.key_blob
    return key.get_name(), key.get_base64()


def _public(path: Path) -> str:
    """Return the public part of a key's file in base 64, from the file beside it; none when there is none."""
    file = path if path.suffix == ".pub" else path.with_name(f"{path.name}.pub")
    try:
        words = file.read_text(encoding="utf-8", errors="replace").split()
    except OSError:
        return ""
    return words[1] if len(words) > 1 else ""


class SilentAgentError(paramiko.SSHException):
    """Says that the agent does not sign."""


class _AgentKey(paramiko.AgentKey):
    """Signs by the agent, which may be silent."""

    def __init__(self, key: paramiko.AgentKey, signing: _Signing) -> None:
        super().__init__(key.agent, key.blob, key.comment)
        self.signing = signing

    def sign_ssh_data(self, data: Any, algorithm: str | None = None) -> Any:
        """Return the signature; raises `SilentAgentError`."""
        sign = super().sign_ssh_data
        return self.signing.one_at_a_time(lambda: sign(data, algorithm))


class _Signing:
    """Lets the agent sign for one at a time, and for none once it is silent: answers would be mixed up."""

    def __init__(self, patience: float) -> None:
        self._lock = threading.Lock()
        self._patience = patience
        self._silent = False

    def one_at_a_time(self, sign: Callable[[], T]) -> T:
        with self._lock:
            if self._silent:
                raise SilentAgentError("the SSH agent does not answer")
            try:
                return _in_time(sign, self._patience)
            except OSError as error:
                self._silent = True
                raise SilentAgentError("the SSH agent does not answer") from error


def _in_time(ask: Callable[[], T], patience: float) -> T:
    """Return what the agent answers; raises `TimeoutError` when it is silent so many seconds."""
    answers: queue.SimpleQueue[tuple[T | None, Exception | None]] = queue.SimpleQueue()

    def wait() -> None:
        try:
            answers.put((ask(), None))
        except Exception as error:  # noqa: BLE001  -- raised again where it was asked
            answers.put((None, error))

    begin(wait)
    try:
        answer, error = answers.get(timeout=patience)
    except queue.Empty:
        raise TimeoutError from None
    if error is not None:
        raise error
    return cast(T, answer)
