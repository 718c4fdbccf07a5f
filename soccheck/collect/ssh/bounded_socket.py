"""What lies under paramiko: the socket it reads from, in large pieces, and its bounds."""

from __future__ import annotations

import contextlib
import socket
from typing import Any, NamedTuple

_BEFORE_LOGIN = 256 * 1024
_LARGEST = 1024 * 1024
"""How many bytes may be wanted at once: packets of SSH have at most 256 KiB."""


class Limits(NamedTuple):
    """Represents how long each step may take, in seconds, and how much may come back, in bytes."""

    connect: float = 5.0
    login: float = 15.0
    command: float = 60.0
    total: float = 120.0
    output: int = 16 * 1024 * 1024


class Raw(NamedTuple):
    """Represents what came back, and why it ended: empty, `timeout`, `too_large` or `lost`."""

    output: bytes
    error: bytes
    cause: str


class Wire:
    """Wraps the socket for paramiko: large reads, few writes, prompt acknowledgement, a bound before login.

    Nothing on it times out: whoever keeps the deadline calls `wake`. While one thread both writes and
    reads, what is written waits for the next read, so that several packets leave in one.
    """

    def __init__(self, sock: Any, network: bool) -> None:
        self.sock = sock
        self.network = network
        self.received = 0
        self.trusted = False
        self.flooded = False
        self._shared = False
        self._buffer = b""
        self._at = 0
        self._unsent: list[bytes] = []
        self._closed = False
        sock.settimeout(None)

    def read(self, size: int) -> bytes:
        """Return `size` bytes; raises `EOFError` at the end, and when too much came before the login."""
        if size > _LARGEST:
            self.flooded = not self.trusted
            raise EOFError
        end = self._at + size
        while end > len(self._buffer):
            self._more()
            end = size
        data = self._buffer[self._at : end]
        self._at = end
        return data

    def line(self) -> bytes:
        """Return the next line, without its end; raises `EOFError` as `read` does."""
        while (end := self._buffer.find(b"\n", self._at)) < 0:
            self._more()
        data = self._buffer[self._at : end]
        self._at = end + 1
        return data.removesuffix(b"\r")

    def _more(self) -> None:
        if self._unsent:
            self._flush()
        elif self.network:
            # What was read last must not wait to be acknowledged: the machine may hold back the rest.
            with contextlib.suppress(OSError):
                self.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_QUICKACK, 1)
        data: bytes = self.sock.recv(65536)
        self.received += len(data)
        if not self.trusted and self.received > _BEFORE_LOGIN:
            self.flooded = True
            raise EOFError
        if not data:
            raise EOFError
        self._buffer = self._buffer[self._at :] + data
        self._at = 0

    def write(self, data: bytes) -> None:
        """Send, or keep until the next read."""
        if self._shared:
            self.sock.sendall(data)
        else:
            self._unsent.append(data)

    def share(self) -> None:
        """Send what is written at once from now on: one thread reads, others write."""
        self._flush()
        self._shared = True

    def _flush(self) -> None:
        data = b"".join(self._unsent)
        self._unsent.clear()
        self.sock.sendall(data)

    def settimeout(self, seconds: float) -> None:
        """Do nothing: see `wake`."""

    def getpeername(self) -> Any:
        """Return the other end's address."""
        return self.sock.getpeername()

    def wake(self) -> None:
        """End reading and writing; a thread that waits on either wakes. Only its owner may `close`."""
        with contextlib.suppress(OSError):
            if self.network:
                self.sock.shutdown(socket.SHUT_RDWR)
            else:
                self.sock.close()

    def close(self) -> None:
        """Close the socket."""
        if not self._closed:
            self._closed = True
            self.sock.close()
