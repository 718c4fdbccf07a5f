"""The socket under a connection: it acknowledges at once, and lets in no more bytes than were granted."""

from __future__ import annotations

import contextlib
import socket
import threading

import paramiko

_QUICKACK = getattr(socket, "TCP_QUICKACK", None)
"""Linux has it: what was read last is acknowledged now, as the machine may hold back the rest."""


class BoundedSocket:
    """Stands in a socket's place for `paramiko.Transport`, which calls what is public here.

    `sock` is a socket, or a channel through a jump host; `budget` is how many bytes may come in, until
    more are granted. What comes beyond ends the connection.
    """

    def __init__(self, sock: socket.socket | paramiko.Channel, budget: int) -> None:
        self._sock = sock
        self._lock = threading.Lock()
        self._budget = budget
        self._closed = False  # paramiko looks for this name, which Python's sockets have
        self.received = 0

    def grant(self, size: int) -> None:
        """Let in so many bytes more."""
        with self._lock:
            self._budget += size

    @property
    def flooded(self) -> bool:
        """Whether more came than was granted."""
        return self.received > self._budget

    def recv(self, size: int) -> bytes:
        """Return what came, nothing at the end; raises `EOFError` once more came than was granted."""
        if isinstance(self._sock, socket.socket) and _QUICKACK is not None:
            with contextlib.suppress(OSError):
                self._sock.setsockopt(socket.IPPROTO_TCP, _QUICKACK, 1)
        data = self._sock.recv(min(size, 65536))  # a packet may claim to have gigabytes
        self.received += len(data)
        if self.flooded:
            raise EOFError
        return data

    def send(self, data: bytes) -> int:
        """Send some of it, and return how much."""
        return self._sock.send(data)

    def settimeout(self, seconds: float | None) -> None:
        """Set how long `recv` and `send` wait before they raise `TimeoutError`."""
        self._sock.settimeout(seconds)

    def wake(self) -> None:
        """End what waits to read: its owner sees the end of the stream, and closes."""
        with contextlib.suppress(OSError, EOFError):  # a channel's connection may be gone before it
            if isinstance(self._sock, socket.socket):
                self._sock.shutdown(socket.SHUT_RDWR)
            else:
                self._sock.close()

    def close(self) -> None:
        """Close the socket."""
        self._closed = True
        self._sock.close()
