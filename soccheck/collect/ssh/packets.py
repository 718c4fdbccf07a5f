"""Packets of SSH: what paramiko does for every cipher, done straight for AES-GCM, which all but few speak."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import paramiko
from cryptography.exceptions import InvalidTag

from soccheck.collect.ssh.bounded_socket import Wire

_TAG = 16


class _Nonce:
    """Counts the nonces of one direction: four fixed bytes and a number (RFC 5647, 7.1)."""

    def __init__(self, first: bytes) -> None:
        self._fixed = first[:4]
        self._number = int.from_bytes(first[4:], "big")

    def next(self) -> bytes:
        number = self._number
        self._number = (number + 1) & 0xFFFFFFFFFFFFFFFF
        return self._fixed + number.to_bytes(8, "big")


class Packetizer(paramiko.packet.Packetizer):
    """Reads and writes packets; without paramiko's handshake timer, as we keep deadlines."""

    def __init__(self, wire: Wire) -> None:
        made: Any = super().__init__
        made(wire)
        self._wire = wire
        self._lock = threading.Lock()
        self._seal: Callable[..., bytes] | None = None
        self._open: Callable[..., bytes] | None = None
        self._sent = self._received = 0
        self._seqno = 0

    def start_handshake(self, timeout: float) -> None:
        """Do nothing."""

    def complete_handshake(self) -> None:
        """Do nothing."""

    def read_all(self, n: int, check_rekey: bool = False) -> bytes:
        """Return `n` bytes."""
        return self._wire.read(n)

    def write_all(self, out: Any) -> None:
        """Send all of it."""
        self._wire.write(out)

    def readline(self, timeout: float) -> str:
        """Return the next line."""
        return self._wire.line().decode("utf-8")

    def set_outbound_cipher(self, *given: Any, **named: Any) -> None:
        """Switch to a new cipher."""
        super().set_outbound_cipher(*given, **named)
        self._sent = 0
        self._seal = named["block_engine"].encrypt if named.get("aead") else None
        self._nonce_out = _Nonce(named.get("iv_out") or b"")

    def set_inbound_cipher(self, *given: Any, **named: Any) -> None:
        """Switch to a new cipher."""
        super().set_inbound_cipher(*given, **named)
        self._received = 0
        self._open = named["block_engine"].decrypt if named.get("aead") else None
        self._nonce_in = _Nonce(named.get("iv_in") or b"")

    def reset_seqno_in(self) -> None:
        """Count from zero."""
        super().reset_seqno_in()
        self._seqno = 0

    def _rekey(self) -> None:
        paramikos: Any = self
        if not self.need_rekey():
            paramikos._trigger_rekey()

    def send_message(self, data: Any) -> None:
        """Send a message as a packet."""
        if self._seal is None:
            super().send_message(data)
            return
        payload: bytes = data.asbytes()
        padding = 19 - (len(payload) + 4) % 16
        # As for counter mode: padding that nobody can tell from random bytes need not be any.
        packet = b"%c%b%b" % (padding, payload, bytes(padding))
        head = len(packet).to_bytes(4, "big")
        with self._lock:
            self._wire.write(head + self._seal(self._nonce_out.next(), packet, head))
            self._sent += 1 + len(packet)
            if self._sent > self.REKEY_BYTES:
                self._rekey()

    def read_message(self) -> tuple[int, Any]:
        """Return the next packet's kind and message."""
        if self._open is None:
            kind, m = super().read_message()
            self._seqno = m.seqno + 1
            return kind, m
        head = self._wire.read(4)
        size = int.from_bytes(head, "big")
        try:
            packet = self._open(self._nonce_in.next(), self._wire.read(size + _TAG), head)
        except InvalidTag as error:
            raise paramiko.SSHException("a packet was altered on its way") from error
        self._received += size
        if self._received > self.REKEY_BYTES:
            if self._received > self.REKEY_BYTES + self.REKEY_BYTES_OVERFLOW_MAX:
                raise paramiko.SSHException("the machine does not agree on new keys")
            self._rekey()
        end = size - packet[0]
        m = paramiko.Message(packet[2:end])
        m.seqno = self._seqno
        self._seqno = (self._seqno + 1) & 0xFFFFFFFF
        return packet[1], m
