"""Which algorithms a connection asks for: those of keys we know first, none that is weak."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import paramiko

from soccheck.collect.ssh.bounded_socket import BoundedSocket

_AES_GCM = ("aes128-gcm@openssh.com", "aes256-gcm@openssh.com")
_WEAK_DIGESTS = ("hmac-md5", "hmac-md5-96", "hmac-sha1-96")
_CERTIFIED = "-cert-v01@openssh.com"


def transport_over(
    sock: BoundedSocket, known: tuple[str, ...], certified: bool
) -> paramiko.Transport:
    """Return a connection that asks for the kinds of host keys we know, as ssh does: a machine has several.

    Among those the usual order holds, not that of known_hosts. `certified` asks for certificates before
    plain keys.
    """
    made: Any = paramiko.Transport  # its type stubs know no socket but Python's
    transport: paramiko.Transport = made(sock)
    options = transport.get_security_options()
    wanted = [name for kind in known for name in _algorithms(kind)]
    kinds = _first(options.key_types, *(name for name in options.key_types if name in wanted))
    certificates = tuple(kind + _CERTIFIED for kind in kinds) if certified else ()
    options.key_types = (*certificates, *kinds)
    options.ciphers = _ciphers(options.ciphers)
    options.digests = tuple(name for name in options.digests if name not in _WEAK_DIGESTS)
    return transport


def _ciphers(names: Iterable[str]) -> tuple[str, ...]:
    return tuple(name for name in _first(names, *_AES_GCM) if not name.endswith("-cbc"))


def _first(names: Iterable[str], *wanted: str) -> tuple[str, ...]:
    """Return the names, those wanted first as far as they are among them."""
    there = tuple(names)
    found = [name for name in wanted if name in there]
    return (*found, *(name for name in there if name not in found))


def _algorithms(kind: str) -> tuple[str, ...]:
    """Return the names of signature algorithms for a kind of key: RSA keys have several."""
    return ("rsa-sha2-512", "rsa-sha2-256") if kind == "ssh-rsa" else (kind,)
