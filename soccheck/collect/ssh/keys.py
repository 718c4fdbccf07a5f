"""Private keys of files and of the agent, each loaded once."""

from __future__ import annotations

import base64
import copy
import os
import queue
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, TypeVar, cast

import paramiko

from soccheck.collect.faults import begin, plain
from soccheck.collect.ssh import own_files
from soccheck.collect.ssh.algorithm_lists import AlgorithmLists, own_key
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
        """Return the keys to try for a login, in ssh's order, and why others cannot be used.

        The agent's that files name come first, then its others, then those of files alone.
        """
        with self._lock:
            loaded = [self._load(path) for path in login.keys]
            if self._agent is None:
                self._agent = self._from_agent() if self._use_agent else []
            held = self._agent if login.agent else []
        reasons = [reason for reason in loaded if isinstance(reason, str) and reason]
        files = {
            _offered(key): key for found in loaded if not isinstance(found, str) for key in found
        }
        # The agent may hold a key whose file is encrypted, or of which there is the public part.
        named = {public for path in login.keys for public in _publics(path)} | files.keys()
        agent = {_offered(key): key for key in held}
        first = {blob: key for blob, key in agent.items() if blob in named}
        others = {} if login.identities_only else agent
        keys = list({**first, **others, **files}.values())
        usable = [key for key in keys if _may_be_used(key, login.algorithms)]
        if len(usable) < len(keys):
            said = "PubkeyAcceptedAlgorithms, RequiredRSASize"
            reasons.append(f"ssh_config forbids {len(keys) - len(usable)} keys: {said}")
        return usable, reasons

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
    """Return the key of a file, behind it the same with its certificate; or why ssh takes none of it."""
    held = path.stat()
    if held.st_uid == os.geteuid() and held.st_mode & 0o077:
        return f"{path} may be read by others, as ssh takes no key: chmod go= {path}"
    key = paramiko.PKey.from_path(path)
    bare = copy.copy(key)  # the certificate may be over, or for another key
    bare.public_blob = None
    if _public(_beside(path, ".pub")) not in (None, bare.asbytes()):
        return f"{path}.pub is another key's, as ssh takes neither: ssh-keygen -y -f {path} >{path}.pub"
    return [bare] if key.public_blob is None else [bare, key]


def _offered(key: paramiko.PKey) -> bytes:
    """Return what a machine is offered: a certificate is another than its key."""
    if isinstance(key, paramiko.AgentKey):
        return key.blob
    return key.asbytes() if key.public_blob is None else key.public_blob.key_blob


def _may_be_used(key: paramiko.PKey, lists: AlgorithmLists) -> bool:
    kind = paramiko.Message(_offered(key)).get_text()
    if kind.startswith("ssh-rsa") and key.get_bits() < lists.requiredrsasize:
        return False
    return own_key(kind, lists.pubkeyacceptedalgorithms)


def _beside(path: Path, ending: str) -> Path:
    return path.with_name(path.name + ending)


def _publics(path: Path) -> Iterator[bytes]:
    """Yield the public part of a key's file and its certificate: what stands beside it counts first."""
    public = _public(_beside(path, ".pub")) or _public(path)
    for found in (public, _public(_beside(path, "-cert.pub"))):
        if found:
            yield found


def _public(file: Path) -> bytes | None:
    """Return the public key or the certificate in a file, if there is one; see PROTOCOL.key of OpenSSH."""
    try:
        words = own_files.read(file).split()
        if words[:2] != [b"-----BEGIN", b"OPENSSH"]:
            return base64.b64decode(words[1], validate=True)
        fields = paramiko.Message(base64.b64decode(b"".join(words[4:-4]), validate=True))
    except (OSError, ValueError, IndexError):
        return None
    fields.get_bytes(len("openssh-key-v1") + 1)
    for _ in ("cipher", "derivation", "its options"):
        fields.get_binary()
    fields.get_int()  # how many keys there are, which is one
    return fields.get_binary()


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
