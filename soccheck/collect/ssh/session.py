"""A connection to a machine, what is asked over it, and its deadlines."""

from __future__ import annotations

import contextlib
import time

import paramiko

from soccheck.collect.faults import FaultError, plain
from soccheck.collect.limits import MIB, Limits, Raw
from soccheck.collect.ssh.bounded_socket import BoundedSocket
from soccheck.collect.ssh.known_hosts import fingerprint

BROKEN = (OSError, EOFError, paramiko.SSHException)
"""What is raised when a connection broke off."""

_ERROR_KEPT = MIB
_BESIDE = 4 * MIB
"""Granted beside a command's output: the frames of its packets, and what is under way when it is cut."""
_GLANCE = 0.1
"""How long one stream is waited for, in seconds, before the other is looked at."""
_PIECE = 256 * 1024


class Session:
    """Holds one connection, and its deadlines by the monotonic clock: of all of it, and of this step.

    Whoever sees that `deadline` is past calls `expire`; the thread that waits for the machine wakes.
    """

    def __init__(self, sock: BoundedSocket, transport: paramiko.Transport, total: float) -> None:
        self.sock = sock
        self.transport = transport
        self.end = time.monotonic() + total
        self.deadline = self.end
        self.overdue = False

    def host_key(self) -> str:
        """Return the fingerprint of the key the machine proved to hold, as ssh-keygen -l prints it."""
        return fingerprint(self.transport.get_remote_server_key().get_base64())

    def host_key_type(self) -> str:
        """Return of what kind that key is, as known_hosts has it: a machine may have one of each."""
        return self.transport.get_remote_server_key().get_name()

    def within(self, seconds: float) -> None:
        """Give the next step so long, as far as the whole is not over before."""
        self.deadline = min(self.end, time.monotonic() + seconds)

    def run(self, command: str, stdin: bytes, limits: Limits) -> Raw:
        """Return what `command` answers to `stdin`; raises `FaultError` when it does not begin."""
        self.deadline = self.end
        self.sock.grant(limits.output + _BESIDE)
        try:
            channel = self.transport.open_session()
            self._begin(channel, command)
        except BROKEN as error:
            raise self.fault(error) from error
        self.within(limits.command)
        # A machine may end its command before it has read its input; what it said still counts.
        with contextlib.suppress(*BROKEN):
            channel.settimeout(limits.command)
            channel.sendall(stdin)
            channel.shutdown_write()
        output, complaints, too_large = _drained(channel, limits.output)
        cause = ""
        if too_large or self.sock.flooded:
            cause = "too_large"
            with contextlib.suppress(*BROKEN):
                channel.close()
        elif not channel.eof_received:
            cause = "timeout" if self.overdue else "lost"
        return Raw(output=output, error=complaints, cause=cause)

    def _begin(self, channel: paramiko.Channel, command: str) -> None:
        try:
            channel.exec_command(command)
        except paramiko.SSHException as error:
            if self.transport.is_active():
                raise paramiko.SSHException("the machine runs no commands") from error
            raise

    def terminal(self, limits: Limits) -> paramiko.Channel:
        """Return an open terminal, wide and without end, for devices that have no shell."""
        self.deadline = self.end
        self.sock.grant(limits.output + _BESIDE)
        try:
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
        self.sock.wake()

    def close(self) -> None:
        """Close the connection, and wait until its thread has let go of the socket."""
        self.sock.wake()
        if self.transport.is_alive():
            self.transport.join(5)
        else:
            self.sock.close()
        # A handshake that broke off leaves paramiko's timer waiting, which is a thread.
        self.transport.packetizer.complete_handshake()


def _drained(channel: paramiko.Channel, most: int) -> tuple[bytes, bytes, bool]:
    """Return all output and the start of standard error, and whether both together were too large.

    Both are read in turns: a machine that waits for room on the one would never go on with the other.
    """
    output, error = bytearray(), bytearray()
    seen, ended = 0, False
    channel.settimeout(_GLANCE)
    try:
        while not ended and seen <= most:
            with contextlib.suppress(TimeoutError):
                piece = channel.recv(_PIECE)
                ended = not piece
                output += piece
                seen += len(piece)
            while seen <= most and channel.recv_stderr_ready():
                piece = channel.recv_stderr(_PIECE)
                error += piece[: max(0, _ERROR_KEPT - len(error))]
                seen += len(piece)
    except BROKEN:
        pass  # what came before it counts; whether that was all is seen by the end of the stream
    return bytes(output[:most]), bytes(error), seen > most


def words(error: BaseException) -> str:
    """Return what an error says, fit to be shown."""
    return plain(str(error) or error.__class__.__name__, 200)
