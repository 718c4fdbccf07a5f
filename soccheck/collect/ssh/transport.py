"""One connection on paramiko's messages and handlers, read by the thread that waits for an answer.

paramiko gives every connection a thread that reads, and wakes the one that asks for each answer: a
hundred hand-overs a machine. Here who asks reads (`pump`); only a connection that several threads use
has a thread of its own (`serve`).
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import paramiko
from paramiko import common

from soccheck.collect.ssh.agreement import Agreeing
from soccheck.collect.ssh.command import Command
from soccheck.collect.ssh.packets import Packetizer

Message = paramiko.Message


class Transport(Agreeing):
    """Connects without a thread; see the module."""

    served = False
    """Whether a thread of its own reads."""

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
        self.wire.close()

    def _send_user_message(self, data: Any) -> None:
        me: Any = self
        if self.served:
            super()._send_user_message(data)  # type: ignore[misc]
            return
        # While keys are exchanged anew nothing else may be said.
        self.pump(me.clear_to_send.is_set)
        me._send_message(data)

    # -- what is asked -----------------------------------------------------------------------------

    def greet(self) -> None:
        """Say which protocol this is, and wait for the machine to say the same; raises as `pump` does."""
        me: Any = self
        me.active = True
        me.packetizer.write_all(f"{me.local_version}\r\n".encode())
        me._check_banner()

    def shake_hands(self) -> paramiko.PKey:
        """Agree on keys and return the machine's, its signature checked, itself not trusted yet."""
        me: Any = self
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

    def execute(self, command: str, stdin: bytes, most: int) -> Command:
        """Begin a command and tell it all of `stdin`; at most so many bytes of its output are wanted."""
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
        channel.say(stdin)  # as ssh does, without waiting for the machine's yes
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
