"""A command on a machine: a paramiko channel whose output is kept as it comes, by the thread that waits."""

from __future__ import annotations

from typing import Any

import paramiko
from paramiko import common

Message = paramiko.Message
_ERROR_KEPT = 1024 * 1024


class Command(paramiko.Channel):
    """Holds what a command has said so far."""

    def __init__(self, number: int, transport: Any, most: int) -> None:
        super().__init__(number)
        me: Any = self
        me._set_transport(transport)
        me._set_window(transport.default_window_size, transport.default_max_packet_size)
        self._most = most
        self._seen = 0
        self.output = bytearray()
        self.error = bytearray()

    def __del__(self) -> None:
        pass  # paramiko's sends a farewell, from whatever thread the collector runs in

    def _log(self, level: int, msg: str, *args: Any) -> None:
        pass

    @property
    def too_large(self) -> bool:
        """Whether it said more than is wanted."""
        return self._seen > self._most

    @property
    def over(self) -> bool:
        """Whether nothing more is to come, or wanted."""
        return bool(self.eof_received or self.closed or self._seen > self._most)

    def opening(self) -> Message:
        """Return the message that asks for the channel."""
        me: Any = self
        m = Message().add_byte(bytes([common.MSG_CHANNEL_OPEN])).add_string("session")
        return m.add_int(self.chanid).add_int(me.in_window_size).add_int(me.in_max_packet_size)

    def request(self, command: str) -> Message:
        """Return the message that begins the command, to be answered yes or no."""
        return (
            self._message(common.MSG_CHANNEL_REQUEST)
            .add_string("exec")
            .add_boolean(True)
            .add_string(command)
        )

    def say(self, stdin: bytes) -> None:
        """Send all of its standard input, as far as it is wanted, and end that."""
        me: Any = self
        while stdin and not self.over:
            me.transport.pump(lambda: me.out_window_size or self.over)
            size = min(len(stdin), me.out_window_size, me.out_max_packet_size - 64)
            me.out_window_size -= size
            m = self._message(common.MSG_CHANNEL_DATA).add_string(stdin[:size])
            me.transport._send_user_message(m)
            stdin = stdin[size:]
        if not self.closed:
            self.shutdown_write()

    def _message(self, kind: int) -> Message:
        return Message().add_byte(bytes([kind])).add_int(self.remote_chanid)

    def _feed(self, m: Any) -> None:
        self._keep(self.output, m.get_binary())

    def _feed_extended(self, m: Any) -> None:
        if m.get_int() == 1:
            data = m.get_binary()
            self._keep(self.error, data, _ERROR_KEPT - len(self.error))

    def _keep(self, stream: bytearray, data: bytes, most: int | None = None) -> None:
        me: Any = self
        stream += data if most is None else data[: max(0, most)]
        self._seen += len(data)
        room = me._check_add_window(len(data))
        if room:
            me.transport._send_user_message(
                self._message(common.MSG_CHANNEL_WINDOW_ADJUST).add_int(room)
            )
