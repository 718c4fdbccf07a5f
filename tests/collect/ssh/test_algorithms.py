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
                BoundedSocket(ours, 10), known, certified=False, lists=AlgorithmLists()
            )
            assert list(transport.get_security_options().key_types[:3]) == usual
            transport.close()
