"""The socket under a connection lets in what was granted, to the byte, and never more."""

from __future__ import annotations

import socket

import pytest

from soccheck.collect.ssh.bounded_socket import BoundedSocket


def test_what_was_granted_comes_in_and_what_comes_beyond_ends_it() -> None:
    ours, theirs = socket.socketpair()
    with ours, theirs:
        bounded = BoundedSocket(ours, 10)
        theirs.sendall(b"x" * 10)
        assert bounded.recv(4) + bounded.recv(100) == b"x" * 10
        bounded.grant(5)
        theirs.sendall(b"y" * 5)
        assert bounded.recv(100) == b"y" * 5
        theirs.sendall(b"z")
        with pytest.raises(EOFError):
            bounded.recv(100)
        assert (bounded.received, bounded.flooded) == (16, True)


def test_a_packet_that_claims_gigabytes_is_read_in_pieces() -> None:
    ours, theirs = socket.socketpair()
    with ours, theirs:
        bounded = BoundedSocket(ours, 2**31)
        theirs.sendall(b"x" * 100_000)
        assert 0 < len(bounded.recv(2**31)) <= 65536


def test_who_waits_is_woken_and_sees_the_end() -> None:
    ours, theirs = socket.socketpair()
    with theirs:
        bounded = BoundedSocket(ours, 10)
        bounded.settimeout(5)
        bounded.wake()
        assert bounded.recv(10) == b""
        bounded.close()
        bounded.wake()  # of what is closed already
