"""What is agreed with a machine before anything is said: algorithms, keys, and its host key's signature."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any

import paramiko
from paramiko import common

from soccheck.collect.ssh.bounded_socket import Wire
from soccheck.collect.ssh.packets import Packetizer

Message = paramiko.Message


def preferring(all_of_them: tuple[str, ...], *first: str) -> tuple[str, ...]:
    """Return the names with some of them first, as far as they are among them."""
    there = [name for name in first if name in all_of_them]
    return (*there, *(name for name in all_of_them if name not in there))


_NAMES: Any = paramiko.Transport
"""The class, for names of algorithms that its type stubs leave out."""

_COOKIE = 17
"""Where a KEXINIT's lists begin, after its kind and the random bytes that make each one its own."""
_OFFERS: dict[tuple[tuple[str, ...], ...], bytes] = {}
_AGREEMENTS: dict[tuple[bytes, bytes], tuple[Callable[[Any], Any], dict[str, Any]]] = {}


class Agreeing(paramiko.Transport):
    """Connects without logs and timers, and works out once what follows from the same two offers."""

    # NOTE: curve25519 costs 8 ms, group14 46, gex 70; CBC modes are not offered at all.
    _preferred_kex = preferring(
        _NAMES._preferred_kex, "curve25519-sha256", "curve25519-sha256@libssh.org"
    )
    _preferred_ciphers = tuple(
        name
        for name in preferring(_NAMES._preferred_ciphers, "aes128-gcm@openssh.com")
        if "cbc" not in name
    )
    _preferred_keys: tuple[str, ...] = _NAMES._preferred_keys

    certified = False
    """Whether certificates of host keys are asked for, before plain keys."""
    host_blob = b""
    """The host key, or its certificate, as the machine sent it."""

    def __init__(self, wire: Wire, key_types: tuple[str, ...]) -> None:
        made: Any = super().__init__
        made(wire, packetizer_class=Packetizer)
        self.wire = wire
        if key_types:
            # Ask for the kind of key we know, as ssh does: a machine has several.
            wanted = [name for kind in key_types for name in _algorithms(kind)]
            self._preferred_keys = preferring(_NAMES._preferred_keys, *wanted)

    def _log(self, level: int, msg: Any, *args: Any) -> None:
        pass  # thirty calls a connection for a log nobody reads

    def _filter_algorithm(self, type_: str) -> Any:
        return getattr(self, f"_preferred_{type_}")  # we disable none

    @property
    def preferred_keys(self) -> tuple[str, ...]:
        """The kinds of host keys to ask for."""
        kinds: tuple[str, ...] = self._filter_algorithm("keys")
        certificates = tuple(f"{kind}-cert-v01@openssh.com" for kind in kinds)
        return (*certificates, *kinds) if self.certified else kinds

    def _send_kex_init(self) -> None:
        me: Any = self
        lists = (self.preferred_keys, me.preferred_kex, me.preferred_ciphers)
        known = _OFFERS.get(lists)
        if known is None or me.initial_kex_done:
            super()._send_kex_init()  # type: ignore[misc]
            _OFFERS[lists] = me.local_kex_init[_COOKIE:]
            return
        me.in_kex = True
        me.local_kex_init = me._latest_kex_init = (
            bytes([common.MSG_KEXINIT]) + os.urandom(_COOKIE - 1) + known
        )
        me._send_message(Message(me.local_kex_init))

    def _parse_kex_init(self, m: Any) -> None:
        """Agree on algorithms: what follows from two offers does so for every machine that makes them."""
        me: Any = self
        offers = me.local_kex_init[_COOKIE:], m.asbytes()[_COOKIE - 1 :]
        first = m.seqno == 0 and not me.initial_kex_done
        if first and offers in _AGREEMENTS:
            engine, attributes = _AGREEMENTS[offers]
            vars(self).update(attributes)
            me.kex_engine = engine(self)
            me.remote_kex_init = bytes([common.MSG_KEXINIT]) + m.asbytes()
            return
        before = dict(vars(self))
        super()._parse_kex_init(m)  # type: ignore[misc]
        # Bounded, as machines make what it is filled with.
        if first and not m.get_remainder() and len(offers[1]) < 8192 and len(_AGREEMENTS) < 256:
            new = {k: v for k, v in vars(self).items() if k not in before or v is not before[k]}
            del new["kex_engine"], new["remote_kex_init"]
            _AGREEMENTS[offers] = type(me.kex_engine), new

    def _compute_key(self, letter: str, nbytes: int) -> bytes:
        me: Any = self
        cipher = {"E": me.local_cipher, "F": me.remote_cipher}.get(letter, "")
        if "gcm" in cipher:
            return b""  # it needs no key for a code of its own
        key: bytes = super()._compute_key(letter, nbytes)  # type: ignore[misc]
        return key

    def _verify_key(self, host_key: bytes, sig: bytes) -> None:
        super()._verify_key(host_key, sig)  # type: ignore[misc]
        self.host_blob = host_key


def _algorithms(kind: str) -> tuple[str, ...]:
    """Return the names of signature algorithms for a kind of key: RSA keys have several."""
    return ("rsa-sha2-512", "rsa-sha2-256") if kind == "ssh-rsa" else (kind,)
