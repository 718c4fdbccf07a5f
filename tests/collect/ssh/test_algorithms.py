"""Which kind of host key a machine is asked for, when it is known by several."""

from __future__ import annotations

import socket

from soccheck.collect.ssh.algorithm_lists import AlgorithmLists
from soccheck.collect.ssh.algorithms import transport_over
from soccheck.collect.ssh.bounded_socket import BoundedSocket


def test_of_the_kinds_that_are_known_the_usual_first_comes_first_whatever_their_order() -> None:
    """ssh of OpenSSH 9.2 takes a machine for changed whose first kind is another than known."""
    usual = ["ssh-ed25519", "rsa-sha2-512", "rsa-sha2-256"]
    for known in (("ssh-rsa", "ssh-ed25519"), ("ssh-ed25519", "ssh-rsa")):
        ours, theirs = socket.socketpair()
        with ours, theirs:
            transport = transport_over(
                BoundedSocket(ours, 10), known, certified="no", lists=AlgorithmLists()
            )
            assert list(transport.get_security_options().key_types[:3]) == usual
            transport.close()


def test_where_a_key_is_revoked_certificates_of_the_kinds_that_are_known_are_asked_for() -> None:
    """ssh asks a machine known by its RSA key alone for that key, not for another's certificate."""
    ours, theirs = socket.socketpair()
    with ours, theirs:
        transport = transport_over(
            BoundedSocket(ours, 10), ("ssh-rsa",), certified="known", lists=AlgorithmLists()
        )
        first = list(transport.get_security_options().key_types[:3])
        transport.close()
    certificates = [f"rsa-sha2-{size}-cert-v01@openssh.com" for size in (512, 256)]
    assert first == [*certificates, "rsa-sha2-512"]
