"""A connection to a machine, what is asked over it, and its deadlines."""

from __future__ import annotations

import time

import paramiko

from soccheck.collect.faults import FaultError, plain
from soccheck.collect.ssh.bounded_socket import Limits, Raw
from soccheck.collect.ssh.transport import Transport

BROKEN = (OSError, EOFError, paramiko.SSHException)
"""What is raised when a connection broke off."""


class Session:
    """Holds one connection, and its deadlines by the monotonic clock: of all of it, and of this step.

    Whoever sees that `deadline` is past calls `expire`; the thread that waits for the machine wakes.
    """

    def __init__(self, transport: Transport, total: float) -> None:
        self.transport = transport
        self.wire = transport.wire
        self.end = time.monotonic() + total
        self.deadline = self.end
        self.overdue = False

    def within(self, seconds: float) -> None:
        """Give the next step so long, as far as the whole is not over before."""
        self.deadline = min(self.end, time.monotonic() + seconds)

    def run(self, command: str, stdin: bytes, limits: Limits) -> Raw:
        """Return what `command` answers to `stdin`; both streams are drained, so neither can block."""
        self.deadline = self.end
        try:
            asked = self.transport.execute(command, stdin, limits.output)
        except BROKEN as error:
            raise self.fault(error) from error
        self.within(limits.command)
        cause = ""
        try:
            self.transport.pump(lambda: asked.over)
            if asked.too_large:
                cause = "too_large"
                asked.close()
            elif not asked.eof_received:
                cause = "lost"
        except BROKEN:
            cause = "timeout" if self.overdue else "lost"
        return Raw(bytes(asked.output[: limits.output]), bytes(asked.error), cause)

    def terminal(self) -> paramiko.Channel:
        """Return an open terminal, wide and without end, for devices that have no shell."""
        try:
            self.deadline = self.end
            self.transport.serve()
            channel = self.transport.open_session()
            channel.get_pty("vt100", width=511, height=1000)
            channel.invoke_shell()
        except BROKEN as error:
            raise self.fault(error) from error
        return channel

    def fault(self, error: BaseException) -> FaultError:
        """Return why the session failed in its middle."""
        if self.overdue:
            return FaultError("timeout", "the machine did not answer in time")
        return FaultError("lost", f"the connection was lost: {words(error)}", transient=True)

    def expire(self) -> None:
        """Break off: the time is over."""
        self.overdue = True
        self.wire.wake()

    def close(self) -> None:
        """Close the connection, when nobody waits on it any more or its own thread does."""
        if self.transport.served:
            self.wire.wake()
        self.transport.close()
        self.wire.close()


def words(error: BaseException) -> str:
    """Return what an error says, fit to be shown."""
    return plain(str(error) or error.__class__.__name__, 200)
