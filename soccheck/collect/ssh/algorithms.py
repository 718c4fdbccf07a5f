"""Which algorithms a connection asks for: those of keys we know first, none that is weak or not allowed."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Literal, TypeAlias

import paramiko

from soccheck.collect.ssh.algorithm_lists import (
    CERTIFIED,
    RSA,
    AlgorithmLists,
    gives_order,
    signing,
    some,
)
from soccheck.collect.ssh.bounded_socket import BoundedSocket

Certified: TypeAlias = Literal["no", "known", "every"]
"""Of which kinds of host keys certificates are asked for."""
_AES_GCM = ("aes128-gcm@openssh.com", "aes256-gcm@openssh.com")
_WEAK_DIGESTS = ("hmac-md5", "hmac-md5-96", "hmac-sha1-96")


def transport_over(
    sock: BoundedSocket, known: tuple[str, ...], certified: Certified, lists: AlgorithmLists
) -> paramiko.Transport:
    """Return a connection that asks for what `lists` allow; raises `FaultError` when that is nothing.

    Of host keys it asks for the kinds we know first, as ssh does, unless the list gives an order: a machine
    has several. Among those the usual order holds, not that of known_hosts. `certified` says of which kinds
    certificates are asked for before plain keys.
    """
    made: Any = paramiko.Transport  # its type stubs know no socket but Python's
    unused = [way for way in RSA if way not in signing(lists.pubkeyacceptedalgorithms)]
    transport: paramiko.Transport = made(sock, disabled_algorithms={"pubkeys": unused})
    options = transport.get_security_options()
    options.key_types = _host_keys(options.key_types, known, certified, lists.hostkeyalgorithms)
    options.ciphers = some(_ciphers(options.ciphers), lists.ciphers, "Ciphers")
    digests = tuple(name for name in options.digests if name not in _WEAK_DIGESTS)
    options.digests = some(digests, lists.macs, "MACs")
    options.kex = some(options.kex, _exchanges(lists.kexalgorithms), "KexAlgorithms")
    return transport


def _host_keys(
    usual: Iterable[str], known: tuple[str, ...], certified: Certified, said: str
) -> tuple[str, ...]:
    wanted = [name for kind in known for name in _algorithms(kind)]
    kinds = _first(usual, *(name for name in usual if name in wanted))
    every = certified == "every" or gives_order(said)
    if every or certified == "known":
        kinds = (*(kind + CERTIFIED for kind in kinds if every or kind in wanted), *kinds)
    return some(kinds, said, "HostKeyAlgorithms")


def _exchanges(said: str) -> str:
    """Return a list in which the one exchange that has two names has that which paramiko knows (RFC 8731)."""
    name = "curve25519-sha256"
    return ",".join(
        f"{one}@libssh.org" if one.lstrip("+-^") == name else one for one in said.split(",")
    )


def _ciphers(names: Iterable[str]) -> tuple[str, ...]:
    return tuple(name for name in _first(names, *_AES_GCM) if not name.endswith("-cbc"))


def _first(names: Iterable[str], *wanted: str) -> tuple[str, ...]:
    """Return the names, those wanted first as far as they are among them."""
    there = tuple(names)
    found = [name for name in wanted if name in there]
    return (*found, *(name for name in there if name not in found))


def _algorithms(kind: str) -> tuple[str, ...]:
    """Return the names of signature algorithms for a kind of key: RSA keys have several."""
    return RSA if kind == "ssh-rsa" else (kind,)
