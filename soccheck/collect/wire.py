"""What lies under and over paramiko: the socket it reads from, and the draining of what comes back."""

from __future__ import annotations

import contextlib
import socket
import threading
import time
from typing import Any, NamedTuple

_BEFORE_LOGIN = 256 * 1024
_ERROR_KEPT = 1024 * 1024


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
    """Wraps the socket for paramiko: large reads, prompt acknowledgement, a bound before login."""

    def __init__(self, sock: Any, network: bool) -> None:
        self.sock = sock
        self.network = network
        self.buffer = b""
        self.received = 0
        self.trusted = False
        self.flooded = False
        self._closed = False

    def recv(self, size: int) -> bytes:
        """Return up to `size` bytes; raises `EOFError` when too much came before the login."""
        if not self.buffer:
            data: bytes = self.sock.recv(65536)
            if self.network and data:
                with contextlib.suppress(OSError):
                    self.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_QUICKACK, 1)
            self.received += len(data)
            if not self.trusted and self.received > _BEFORE_LOGIN:
                self.flooded = True
                raise EOFError
            if len(data) <= size:
                return data
            self.buffer = data
        data, self.buffer = self.buffer[:size], self.buffer[size:]
        return data

    def send(self, data: bytes) -> int:
        """Send and return how many bytes were sent."""
        sent: int = self.sock.send(data)
        return sent

    def settimeout(self, seconds: float) -> None:
        """Set how long a read may block."""
        # paramiko wakes ten times a second to look whether it was closed; `close` wakes it anyway.
        self.sock.settimeout(max(seconds, 1.0))

    def getpeername(self) -> Any:
        """Return the other end's address."""
        return self.sock.getpeername()

    def close(self) -> None:
        """Close; a thread that reads wakes."""
        self._closed = True
        if self.network:
            with contextlib.suppress(OSError):
                self.sock.shutdown(socket.SHUT_RDWR)
        self.sock.close()


_PACKETS = 16
"""How many packets wait to be read: of 32 KiB each they fill a quarter of paramiko's window."""


class Wake(threading.Event):
    """Wakes who drains a channel when it has ended or holds a good deal, not for every packet.

    It stays set until it is rewound: paramiko clears an event when one of two streams runs dry.
    """

    def __init__(self, channel: Any) -> None:
        super().__init__()
        self.channel = channel
        self.packets = 0

    def set(self) -> None:
        """Take note of a packet, or of the end."""
        self.packets += 1
        if self.packets % _PACKETS == 0 or self.channel.eof_received or self.channel.closed:
            super().set()

    def clear(self) -> None:
        """Do nothing."""

    def rewind(self) -> None:
        """Clear the event."""
        super().clear()


def drain(channel: Any, wake: Wake, end: float, most: int) -> Raw:
    """Return both streams of a channel to their end, or to the bound in bytes or time."""
    output, error = bytearray(), bytearray()
    seen = 0
    while True:
        wake.rewind()
        # Asked before reading: what arrives after the answer wakes us again.
        over = channel.closed or channel.eof_received
        while channel.recv_ready():
            piece = channel.recv(65536)
            output += piece
            seen += len(piece)
        while channel.recv_stderr_ready():
            piece = channel.recv_stderr(65536)
            error += piece[: max(0, _ERROR_KEPT - len(error))]
            seen += len(piece)
        if seen > most:
            return Raw(bytes(output[:most]), bytes(error), "too_large")
        if over:
            whole = channel.eof_received
            return Raw(bytes(output), bytes(error), "" if whole else "lost")
        left = end - time.monotonic()
        if left <= 0:
            return Raw(bytes(output), bytes(error), "timeout")
        wake.wait(min(left, 1.0))
