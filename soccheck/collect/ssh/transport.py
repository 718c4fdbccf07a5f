"""One connection on paramiko's messages and handlers, read by the thread that waits for an answer.

paramiko gives every connection a thread that reads, and wakes the one that asks for each answer: a
hundred hand-overs a machine. Here who asks reads (`pump`); only a connection that several threads use
has a thread of its own (`serve`).
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable
from typing import Any

import paramiko
from paramiko import common

from soccheck.collect.ssh.command import Command
from soccheck.collect.ssh.packets import Packetizer
from soccheck.collect.wire import Wire

Message = paramiko.Message


def preferring(all_of_them: tuple[str, ...], *first: str) -> tuple[str, ...]:
    """Return the names with some of them first, as far as they are among them."""
    there = [name for name in first if name in all_of_them]
    return (*there, *(name for name in all_of_them if name not in there))


_NAMES: Any = paramiko.Transport
"""The class, for names of algorithms that its type stubs leave out."""


class Transport(paramiko.Transport):
    """Connects without logs, timers or a thread; see the module."""

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
    served = False
    """Whether a thread of its own reads."""

    def __init__(self, wire: Wire, key_types: tuple[str, ...]) -> None:
        made: Any = super().__init__
        made(wire, packetizer_class=Packetizer)
        self.wire = wire
        if key_types:
            # Ask for the kind of key we know, as ssh does: a machine has several.
            wanted = [name for kind in key_types for name in _algorithms(kind)]
            self._preferred_keys = preferring(_NAMES._preferred_keys, *wanted)

    # -- who reads ---------------------------------------------------------------------------------

    def pump(self, until: Callable[[], object]) -> None:
        """Read and act until something holds; raises `OSError`, `EOFError` or `SSHException`."""
        try:
            while not until():
                self._step()
        except (OSError, EOFError, paramiko.SSHException):
            raise
        except Exception as error:  # a handler's, of what makes no message
            text = f"{error.__class__.__name__}: {error}"
            raise paramiko.SSHException(f"what came makes no sense: {text}") from error

    def _step(self) -> None:
        """Read one packet and give it to paramiko's handler of its kind."""
        me: Any = self
        packetizer: Packetizer = me.packetizer
        if packetizer.need_rekey() and not me.in_kex:
            me._send_kex_init()
        kind, m = packetizer.read_message()
        if kind in (common.MSG_IGNORE, common.MSG_DEBUG):
            me._enforce_strict_kex(kind)
            return
        if kind == common.MSG_DISCONNECT:
            m.get_int()
            raise paramiko.SSHException(f"the machine said: {m.get_text()}")
        if me._expected_packet:
            if kind not in me._expected_packet:
                raise paramiko.SSHException(f"packet {kind} came instead of {me._expected_packet}")
            me._expected_packet = ()
            if 30 <= kind <= 41:  # those of the key exchange under way
                me.kex_engine.parse_next(kind, m)
                return
        if kind in me._handler_table:
            me._handler_table[kind](m)
        elif kind in _OF_CHANNELS:
            self._to_channel(kind, m)
        elif me.auth_handler is not None and kind in me.auth_handler._handler_table:
            me.auth_handler._handler_table[kind](m)
        elif kind != common.MSG_UNIMPLEMENTED:
            me._send_message(Message().add_byte(bytes([common.MSG_UNIMPLEMENTED])).add_int(m.seqno))

    def _to_channel(self, kind: int, m: Any) -> None:
        me: Any = self
        number = m.get_int()
        channel = me._channels.get(number)
        if channel is not None:
            getattr(channel, _OF_CHANNELS[kind])(m)
        elif number not in me.channels_seen:
            raise paramiko.SSHException(f"a message came for channel {number}, which is none")

    def serve(self) -> None:
        """Let a thread of its own read from now on, so that several threads can use the connection."""
        self.wire.share()
        self.served = True
        self.daemon = True
        self.start()

    def run(self) -> None:
        """Read until the connection ends; see `serve`."""
        me: Any = self
        try:
            self.pump(lambda: not me.active)
        except (OSError, EOFError, paramiko.SSHException) as error:
            me.saved_exception = error
        me.active = False
        for channel in me._channels.values():
            channel._unlink()
        for event in list(me.channel_events.values()):
            event.set()

    def _send_user_message(self, data: Any) -> None:
        me: Any = self
        if self.served:
            super()._send_user_message(data)  # type: ignore[misc]
            return
        # While keys are exchanged anew nothing else may be said.
        self.pump(me.clear_to_send.is_set)
        me._send_message(data)

    # -- what is asked -----------------------------------------------------------------------------

    def shake_hands(self) -> paramiko.PKey:
        """Agree on keys and return the machine's, its signature checked, itself not trusted yet."""
        me: Any = self
        me.active = True
        me.packetizer.write_all(f"{me.local_version}\r\n".encode())
        me._check_banner()
        me._send_kex_init()
        me._expect_packet(common.MSG_KEXINIT)
        self.pump(lambda: me.initial_kex_done)
        key: paramiko.PKey = me.host_key
        return key

    def log_in(self, user: str, key: paramiko.PKey) -> list[str]:
        """Log in with a key, or return what the machine asks for besides.

        Raises `AuthenticationException` when the key is refused, and as `pump` does.
        """
        me: Any = self
        answered = threading.Event()
        me.auth_publickey(user, key, answered)
        self.pump(answered.is_set)
        more: list[str] = me.auth_handler.wait_for_response(answered)
        return more

    def execute(self, command: str, most: int) -> Command:
        """Begin a command, of whose output at most so many bytes are wanted."""
        me: Any = self
        number = me._next_channel()
        channel = Command(number, self, most)
        me._channels.put(number, channel)
        me.channels_seen[number] = True
        me.channel_events[number] = refused = threading.Event()
        self._send_user_message(channel.opening())
        self.pump(lambda: channel.active or refused.is_set())
        if not channel.active:
            raise me.get_exception() or paramiko.SSHException("no channel was opened")
        self._send_user_message(channel.request(command))
        self.pump(lambda: channel.event_ready or channel.closed)
        if not channel.event_ready:
            raise paramiko.SSHException("the machine runs no commands")
        return channel

    def close(self) -> None:
        """Close the connection, and let go of what holds on to itself: no collector has to look for it."""
        super().close()
        me: Any = self
        if not self.served:
            me._handler_table.clear()

    # -- what is left out --------------------------------------------------------------------------

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

    def _compute_key(self, id: str, nbytes: int) -> bytes:
        me: Any = self
        cipher = {"E": me.local_cipher, "F": me.remote_cipher}.get(id, "")
        if "gcm" in cipher:
            return b""  # it needs no key for a code of its own
        key: bytes = super()._compute_key(id, nbytes)  # type: ignore[misc]
        return key

    def _verify_key(self, host_key: bytes, sig: bytes) -> None:
        super()._verify_key(host_key, sig)  # type: ignore[misc]
        self.host_blob = host_key


def _algorithms(kind: str) -> tuple[str, ...]:
    """Return the names of signature algorithms for a kind of key: RSA keys have several."""
    return ("rsa-sha2-512", "rsa-sha2-256") if kind == "ssh-rsa" else (kind,)


_COOKIE = 17
"""Where a KEXINIT's lists begin, after its kind and the random bytes that make each one its own."""
_OFFERS: dict[tuple[tuple[str, ...], ...], bytes] = {}
_AGREEMENTS: dict[tuple[bytes, bytes], tuple[Callable[[Any], Any], dict[str, Any]]] = {}

_OF_CHANNELS = {
    common.MSG_CHANNEL_SUCCESS: "_request_success",
    common.MSG_CHANNEL_FAILURE: "_request_failed",
    common.MSG_CHANNEL_DATA: "_feed",
    common.MSG_CHANNEL_EXTENDED_DATA: "_feed_extended",
    common.MSG_CHANNEL_WINDOW_ADJUST: "_window_adjust",
    common.MSG_CHANNEL_REQUEST: "_handle_request",
    common.MSG_CHANNEL_EOF: "_handle_eof",
    common.MSG_CHANNEL_CLOSE: "_handle_close",
}
"""What paramiko's channels do at each message; its own table passes what a subclass does by."""
