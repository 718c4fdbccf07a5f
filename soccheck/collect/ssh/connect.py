"""Connect to machines, verify who they are, log in; within deadlines, and never disturbing another."""

from __future__ import annotations

import contextlib
import socket
import threading
import time
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path

import paramiko

from soccheck.collect.faults import FaultError, begin, plain
from soccheck.collect.limits import MIB, Limits
from soccheck.collect.ssh.algorithms import Certified, transport_over
from soccheck.collect.ssh.bounded_socket import BoundedSocket
from soccheck.collect.ssh.host_keys import Offered, offered, verify
from soccheck.collect.ssh.keys import Keys, SilentAgentError
from soccheck.collect.ssh.known_hosts import KnownHosts, Match, fingerprint, lookup_name
from soccheck.collect.ssh.login import Login
from soccheck.collect.ssh.session import BROKEN, Session, words
from soccheck.errors import scarce

_MOST_KEYS = 6  # sshd gives up after MaxAuthTries, which is 6 unless set
_BEFORE_LOGIN = 256 * 1024
"""How many bytes a machine may send before we are logged in; sshd itself passes no longer a Banner."""


class Connector:
    """Connects to machines, and keeps what all connections share: keys, known hosts, jump hosts."""

    def __init__(
        self,
        *,
        limits: Limits,
        use_agent: bool,
        clock: Callable[[], datetime],
    ) -> None:
        self.limits = limits
        self.clock = clock
        self.keys = Keys(use_agent, limits.login)
        self._known: dict[tuple[tuple[Path, ...], tuple[Path, ...]], KnownHosts] = {}
        self._jumps: dict[Login, Session] = {}
        self._locks: dict[Login, threading.Lock] = {}
        self._lock = threading.Lock()
        self._live: set[Session] = set()
        self._closed = False
        begin(self._watch)

    @contextlib.contextmanager
    def session(self, login: Login) -> Iterator[Session]:
        """Give a connection that is logged in; raises `FaultError`."""
        session = self._connect(login)
        try:
            yield session
        finally:
            self._drop(session)

    def offered_key(self, login: Login) -> Offered:
        """Return the host key a machine offers, without trusting it or logging in; raises `FaultError`."""
        match = self._match(login)
        session = self._begun(login, match)
        try:
            key = self._shake_hands(session)
        finally:
            self._drop(session)
        return offered(key, match)

    def distrusts(self, login: Login, kind: str, key: str) -> bool:
        """Return whether a machine is known by another key of that kind, or this key is revoked.

        Raises `FaultError` when a file of known hosts cannot be read.
        """
        match = self._match(login)
        known = {fingerprint(trusted) for of, trusted in match.trusted if of == kind}
        revoked = {fingerprint(trusted) for trusted in match.revoked}
        return key in revoked or bool(known and key not in known and not match.authorities)

    def close(self) -> None:
        """Close every connection; what waits on one fails at once."""
        with self._lock:
            self._closed = True
            live = list(self._live)
            self._live.clear()
            self._jumps.clear()
        for session in live:
            session.sock.wake()
        for session in live:
            session.close()
        self.keys.close()

    # -- steps -------------------------------------------------------------------------------------

    def _connect(self, login: Login) -> Session:
        match = self._match(login)
        # That an authority is revoked is seen by its certificate alone, which ssh asks for.
        certified: Certified = "every" if match.authorities else "known" if match.revoked else "no"
        session = self._begun(login, match, certified)
        try:
            verify(login, self._shake_hands(session), match, self.clock())
            self._log_in(login, session)
        except BaseException:
            self._drop(session)
            raise
        session.deadline = session.end
        return session

    def _begun(self, login: Login, match: Match, certified: Certified = "no") -> Session:
        known = tuple(kind for kind, _ in match.trusted)
        sock = self._open(login)
        try:
            transport = transport_over(sock, known, certified, login.algorithms)
        except FaultError:
            sock.close()
            raise
        # We keep the time ourselves, see `_watch`; paramiko's own timers must not come before.
        transport.banner_timeout = transport.handshake_timeout = self.limits.total
        transport.auth_timeout = self.limits.total
        session = Session(sock, transport, self.limits.total)
        self._keep(session)
        return session

    def _open(self, login: Login) -> BoundedSocket:
        """Return an open socket to the machine, or a channel through its jump host."""
        if login.proxy_command:
            detail = "ssh_config names a ProxyCommand, which soccheck does not run: use ProxyJump"
            raise FaultError("unreachable", detail)
        if login.via is not None:
            return self._through(login.via, login)
        try:
            sock = _dialled(login, self.limits.connect)
        except ConnectionRefusedError as error:
            raise FaultError("refused", f"{login.shown} refuses the connection") from error
        except TimeoutError as error:
            detail = f"no answer from {login.shown} in {self.limits.connect:g} s"
            raise FaultError("unreachable", detail) from error
        except socket.gaierror as error:
            again = error.errno == socket.EAI_AGAIN
            detail = f"{login.host} has no address: {error.strerror}"
            raise FaultError("unreachable", detail, transient=again) from error
        except OSError as error:
            if (lack := scarce(error)) is not None:
                raise lack from error
            again = isinstance(error, ConnectionResetError)
            detail = f"{login.shown}: {error.strerror or error}"
            raise FaultError("unreachable", detail, transient=again) from error
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return BoundedSocket(sock, _BEFORE_LOGIN)

    def _through(self, via: Login, login: Login) -> BoundedSocket:
        jump = self._jump(via)
        try:
            where = (login.host, login.port)
            channel = jump.transport.open_channel(
                "direct-tcpip", where, ("127.0.0.1", 0), timeout=self.limits.connect
            )
        except paramiko.ChannelException as error:
            code = "refused" if "refused" in str(error.text).lower() else "unreachable"
            detail = f"{login.shown} through {via.shown}: {plain(str(error.text), 200)}"
            raise FaultError(code, detail) from error
        except BROKEN as error:
            detail = f"{login.shown} through {via.shown}: {words(error)}"
            raise FaultError("unreachable", detail) from error
        # What the machine behind may send comes through the jump host: the login, a script, asked twice.
        jump.sock.grant(2 * (_BEFORE_LOGIN + self.limits.output) + 16 * MIB)
        return BoundedSocket(channel, _BEFORE_LOGIN)

    def _jump(self, via: Login) -> Session:
        """Return the one connection to a jump host; all machines behind it share it."""
        with self._lock:
            lock = self._locks.setdefault(via, threading.Lock())
        with lock:
            known = self._jumps.get(via)
            if known is not None and known.transport.is_active():
                return known
            try:
                session = self._connect(via)
            except FaultError as error:
                detail = f"jump host {via.shown}: {error.detail}"
                raise FaultError(error.code, detail, transient=error.transient) from error
            session.deadline = float("inf")
            self._jumps[via] = session
            return session

    def _shake_hands(self, session: Session) -> paramiko.PKey:
        """Return the key the machine proved to hold, itself not trusted yet; raises `FaultError`."""
        session.within(self.limits.login)
        try:
            session.transport.start_client()
            key = session.transport.get_remote_server_key()
            if (
                session.transport.host_key_type
                in session.transport.get_security_options().key_types
            ):
                return key
            # paramiko asks for the certificates of all kinds, too.
            raise paramiko.SSHException("no acceptable host key")
        except BROKEN as error:
            raise self._handshake_fault(session, error) from error

    def _handshake_fault(self, session: Session, error: BaseException) -> FaultError:
        if session.sock.flooded:
            return FaultError("too_large", "more than 256 KiB came before the login")
        if session.overdue:
            return FaultError("timeout", f"no handshake in {self.limits.login:g} s")
        said = words(error)
        if "no acceptable" in said or isinstance(error, paramiko.ssh_exception.IncompatiblePeer):
            return FaultError("refused", f"no algorithm in common: {said}")
        return FaultError("lost", f"the handshake broke off: {said}", transient=True)

    def _match(self, login: Login) -> Match:
        """Return what is known of a machine; raises `FaultError` when a file of it cannot be read."""
        name = lookup_name(login.key_alias or login.host, 22 if login.key_alias else login.port)
        files = login.known_hosts, login.revoked
        with self._lock:
            if files not in self._known:
                self._known[files] = KnownHosts.load(*files)
            known = self._known[files]
        return known.find([name])

    def _log_in(self, login: Login, session: Session) -> None:
        keys, reasons = self.keys.of(login)
        if len(keys) > _MOST_KEYS:
            more = len(keys) - _MOST_KEYS
            said = "IdentitiesOnly yes, or --no-agent, leaves out those of the agent"
            reasons.append(f"{more} more were not: {said}")
        refused = False
        for key in keys[:_MOST_KEYS]:
            session.within(self.limits.login)
            try:
                if not session.transport.auth_publickey(login.user, key):
                    return
                reasons.append("the machine asks for a second factor")
                break
            except SilentAgentError as error:
                reasons.append(str(error))
                break
            except BROKEN as error:
                if isinstance(error, paramiko.AuthenticationException) and (
                    session.transport.is_active()
                ):
                    refused = True
                    continue
                if session.overdue or session.sock.flooded or not refused:
                    raise self._login_fault(login, session) from error
                reasons.append("the machine closed the connection")
                break
        tried = f"{len(keys[:_MOST_KEYS])} keys tried" if keys else "there is no key to try"
        raise FaultError("auth", "; ".join((f"{login.user} may not log in: {tried}", *reasons)))

    def _login_fault(self, login: Login, session: Session) -> FaultError:
        """Return the fault of a machine that went away before it said yes or no to a key."""
        if session.sock.flooded:
            return FaultError("too_large", "more than 256 KiB came before the login")
        if session.overdue:
            return FaultError("timeout", f"no answer to the login in {self.limits.login:g} s")
        # sshd's own parts pass messages of at most 256 KiB: a longer Banner ends it.
        detail = (
            f"{login.shown} closed the connection before it answered to a key: see its sshd's log; "
            "a Banner of more than 256 KiB is one cause"
        )
        return FaultError("lost", detail, transient=True)

    # -- deadlines ---------------------------------------------------------------------------------

    def _keep(self, session: Session) -> None:
        with self._lock:
            if not self._closed:
                self._live.add(session)
                return
        session.close()
        raise FaultError("not_collected", "interrupted")

    def _drop(self, session: Session) -> None:
        with self._lock:
            self._live.discard(session)
        session.close()

    def _watch(self) -> None:
        """Break off what is overdue, so that whoever waits for a machine need not keep the time."""
        while not self._closed:
            time.sleep(0.2)
            now = time.monotonic()
            with self._lock:
                late = [session for session in self._live if session.deadline < now]
            for session in late:
                session.expire()


def _dialled(login: Login, patience: float) -> socket.socket:
    """Return a connection to the first of a machine's addresses that answers; raises `OSError`."""
    failed = OSError("no address")
    for *_, found in socket.getaddrinfo(login.host, login.port, login.family, socket.SOCK_STREAM):
        try:
            return socket.create_connection((str(found[0]), login.port), patience)
        except OSError as error:
            failed = error
    raise failed
