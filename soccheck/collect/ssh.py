"""SSH by paramiko, which is imported nowhere else: connect, verify, log in, run one script.

What paramiko's own client leaves lying about is taken here: keys and known hosts are loaded once, the
socket answers at once (Nagle and delayed ACK cost 90 ms a session), packets are read in large pieces,
and no thread is spent on a timer. Host keys are always verified.
"""

from __future__ import annotations

import contextlib
import importlib
import logging
import re
import socket
import sys
import threading
import time
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

from soccheck.collect import hostcert
from soccheck.collect.faults import FaultError, plain
from soccheck.collect.knownhosts import KnownHosts, Match, fingerprint, lookup_name, scan_line
from soccheck.collect.login import Login, included
from soccheck.collect.wire import Limits, Raw, Wake, Wire, drain

# paramiko loads invoke, a seventh of our start, for `Match exec` alone: `read_config` does when needed.
sys.modules["invoke"] = None  # type: ignore[assignment]
import paramiko  # noqa: E402

del sys.modules["invoke"]

# What machines say must not reach a log unasked; every failure comes back as an exception.
logging.getLogger("paramiko").setLevel(logging.CRITICAL + 1)

_MOST_KEYS = 6  # sshd gives up after MaxAuthTries, which is 6 unless set


class _Packetizer(paramiko.packet.Packetizer):
    """Reads packets without paramiko's own handshake timer, a thread a connection: we keep deadlines."""

    def start_handshake(self, timeout: float) -> None:
        pass

    def complete_handshake(self) -> None:
        pass


def _preferring(all_of_them: tuple[str, ...], *first: str) -> tuple[str, ...]:
    there = [name for name in first if name in all_of_them]
    return (*there, *(name for name in all_of_them if name not in there))


_NAMES: Any = paramiko.Transport
"""The class, for names of algorithms that its type stubs leave out."""


class _Transport(paramiko.Transport):
    # NOTE: curve25519 costs 8 ms, group14 46, gex 70; CBC modes are not offered at all.
    _preferred_kex = _preferring(
        _NAMES._preferred_kex, "curve25519-sha256", "curve25519-sha256@libssh.org"
    )
    _preferred_ciphers = tuple(
        name
        for name in _preferring(_NAMES._preferred_ciphers, "aes128-gcm@openssh.com")
        if "cbc" not in name
    )

    def _log(self, level: int, msg: Any, *args: Any) -> None:
        pass  # thirty calls a connection for a log nobody reads

    def _parse_debug(self, m: paramiko.Message) -> None:
        pass  # sshd sends some at every login

    def _filter_algorithm(self, type_: str) -> Any:
        return getattr(self, f"_preferred_{type_}")  # we disable none

    certified = False
    """Whether certificates of host keys are asked for, before plain keys."""
    host_blob = b""
    """The host key, or its certificate, as the machine sent it."""

    @property
    def preferred_keys(self) -> tuple[str, ...]:
        """The kinds of host keys to ask for."""
        kinds: tuple[str, ...] = self._filter_algorithm("keys")
        certificates = tuple(f"{kind}-cert-v01@openssh.com" for kind in kinds)
        return (*certificates, *kinds) if self.certified else kinds

    def _verify_key(self, host_key: bytes, sig: bytes) -> None:
        super()._verify_key(host_key, sig)  # type: ignore[misc]
        self.host_blob = host_key


class Keys:
    """Holds private keys, each loaded once, and the agent's; signing by the agent is one at a time."""

    def __init__(self, use_agent: bool) -> None:
        self._use_agent = use_agent
        self._agent: list[paramiko.PKey] | None = None
        self._files: dict[Path, paramiko.PKey | str] = {}
        self._lock = threading.Lock()

    def of(self, login: Login) -> tuple[list[paramiko.PKey], list[str]]:
        """Return the keys to try for a login, and why others cannot be used."""
        with self._lock:
            loaded = [self._load(path) for path in login.keys]
            if self._agent is None:
                self._agent = self._from_agent() if self._use_agent else []
            held = [] if login.identities_only else self._agent
        keys = [key for key in loaded if isinstance(key, paramiko.PKey)]
        reasons = [reason for reason in loaded if isinstance(reason, str) and reason]
        unique = {key.get_base64(): key for key in (*keys, *held)}
        return list(unique.values()), reasons

    def _load(self, path: Path) -> paramiko.PKey | str:
        if path not in self._files:
            try:
                self._files[path] = paramiko.PKey.from_path(path)
            except FileNotFoundError:
                self._files[path] = ""
            except TypeError:
                self._files[path] = f"{path} has a passphrase: add it to the agent with ssh-add"
            except (
                OSError,
                ValueError,
                paramiko.SSHException,
                paramiko.pkey.UnknownKeyType,
            ) as error:
                self._files[path] = f"{path} cannot be read: {plain(str(error), 100)}"
        return self._files[path]

    def _from_agent(self) -> list[paramiko.PKey]:
        try:
            keys = paramiko.Agent().get_keys()
        except paramiko.SSHException:
            return []
        lock = threading.Lock()
        for key in keys:
            key.sign_ssh_data = _locked(key.sign_ssh_data, lock)  # type: ignore[method-assign]
        return list(keys)


def _locked(function: Callable[..., Any], lock: threading.Lock) -> Callable[..., Any]:
    def held(*args: Any, **options: Any) -> Any:
        with lock:
            return function(*args, **options)

    return held


class Session:
    """Holds one connection, logged in, and its deadline by the monotonic clock."""

    def __init__(self, transport: paramiko.Transport, wire: Wire, deadline: float) -> None:
        self.transport = transport
        self.wire = wire
        self.deadline = deadline
        self.overdue = False

    def run(self, command: str, stdin: bytes, limits: Limits) -> Raw:
        """Return what `command` answers to `stdin`; both streams are drained, so neither can block."""
        try:
            channel = self.transport.open_session(
                timeout=max(0.1, self.deadline - time.monotonic())
            )
            wake = Wake(channel)
            channel.in_buffer.set_event(wake)
            channel.in_stderr_buffer.set_event(wake)
            channel.exec_command(command)
            channel.sendall(stdin)
            channel.shutdown_write()
        except (OSError, EOFError, paramiko.SSHException) as error:
            raise self.fault(error) from error
        end = min(self.deadline, time.monotonic() + limits.command)
        raw = drain(channel, wake, end, limits.output)
        if self.overdue and raw.cause == "lost":
            raw = raw._replace(cause="timeout")
        channel.close()
        return raw

    def terminal(self) -> paramiko.Channel:
        """Return an open terminal, wide and without end, for devices that have no shell."""
        try:
            channel = self.transport.open_session(
                timeout=max(0.1, self.deadline - time.monotonic())
            )
            channel.get_pty("vt100", width=511, height=1000)
            channel.invoke_shell()
        except (OSError, EOFError, paramiko.SSHException) as error:
            raise self.fault(error) from error
        return channel

    def fault(self, error: BaseException) -> FaultError:
        """Return why the session failed in its middle."""
        if self.overdue:
            return FaultError("timeout", "the machine did not answer in time")
        return FaultError("lost", f"the connection was lost: {_words(error)}", transient=True)

    def close(self) -> None:
        """Close the connection; any thread that waits on it wakes."""
        self.wire.close()
        self.transport.close()


class Connector:
    """Connects to machines, and keeps what all connections share: keys, known hosts, jump hosts."""

    def __init__(
        self, *, limits: Limits, known: KnownHosts, use_agent: bool, clock: Callable[[], datetime]
    ) -> None:
        self.limits = limits
        self.known = known
        self.clock = clock
        self.keys = Keys(use_agent)
        self._known: dict[tuple[Path, ...], KnownHosts] = {}
        self._jumps: dict[Login, Session] = {}
        self._locks: dict[Login, threading.Lock] = {}
        self._lock = threading.Lock()
        self._live: set[Session] = set()
        self._closed = False
        # Handshakes are all computing: more at once than this only makes each of them late.
        self._handshakes = threading.Semaphore(16)
        self._reaper = threading.Thread(target=self._reap, daemon=True)
        self._reaper.start()

    @contextlib.contextmanager
    def session(self, login: Login) -> Iterator[Session]:
        """Give a connection that is logged in; raises `FaultError`."""
        session = self._connect(login)
        try:
            yield session
        finally:
            self._drop(session)

    def offered_key(self, login: Login, key_type: str | None = None) -> paramiko.PKey:
        """Return the host key a machine offers, without trusting it or logging in."""
        wire = self._open(login)
        transport = self._transport(wire, (key_type,) if key_type else ())
        session = Session(transport, wire, time.monotonic() + self.limits.login)
        self._keep(session)
        try:
            return self._shake_hands(session)
        finally:
            self._drop(session)

    def close(self) -> None:
        """Close every connection; what waits on one fails at once."""
        with self._lock:
            self._closed = True
            live = list(self._live)
            self._live.clear()
            self._jumps.clear()
        for session in live:
            session.close()

    # -- steps -------------------------------------------------------------------------------------

    def _connect(self, login: Login) -> Session:
        wire = self._open(login)
        name = lookup_name(login.key_alias or login.host, 22 if login.key_alias else login.port)
        match = self._trusted_for(login).find([name])
        transport = self._transport(wire, tuple(kind for kind, _ in match.trusted))
        transport.certified = bool(match.authorities)
        session = Session(transport, wire, time.monotonic() + self.limits.total)
        self._keep(session)
        try:
            with self._handshakes:
                key = self._shake_hands(session)
                self._verify(login, key, match, transport.host_blob)
                self._log_in(login, session)
        except BaseException:
            self._drop(session)
            raise
        wire.trusted = True
        return session

    def _open(self, login: Login) -> Wire:
        """Return an open socket to the machine, or a channel through its jump host."""
        if login.proxy_command:
            detail = "ssh_config names a ProxyCommand, which soccheck does not run: use ProxyJump"
            raise FaultError("unreachable", detail)
        if login.via is not None:
            return self._through(login.via, login)
        try:
            sock = socket.create_connection((_name(login.host), login.port), self.limits.connect)
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
            again = isinstance(error, ConnectionResetError)
            detail = f"{login.shown}: {error.strerror or error}"
            raise FaultError("unreachable", detail, transient=again) from error
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return Wire(sock, network=True)

    def _through(self, via: Login, login: Login) -> Wire:
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
        except (OSError, EOFError, paramiko.SSHException) as error:
            detail = f"{login.shown} through {via.shown}: {_words(error)}"
            raise FaultError("unreachable", detail) from error
        return Wire(channel, network=False)

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

    def _transport(self, wire: Wire, key_types: tuple[str, ...]) -> _Transport:
        transport: Any = _Transport(wire, packetizer_class=_Packetizer)  # type: ignore[arg-type]
        transport.daemon = True
        if key_types:
            # Ask for the kind of key we know, as ssh does: a machine has several.
            wanted = [name for kind in key_types for name in _algorithms(kind)]
            transport._preferred_keys = _preferring(_NAMES._preferred_keys, *wanted)
        made: _Transport = transport
        return made

    def _shake_hands(self, session: Session) -> paramiko.PKey:
        try:
            session.transport.banner_timeout = self.limits.login
            session.transport.start_client(timeout=self.limits.login)
            if session.transport.is_active() and not session.transport.initial_kex_done:
                session.overdue = True
            return session.transport.get_remote_server_key()
        except (OSError, EOFError, paramiko.SSHException) as error:
            raise self._handshake_fault(session, error) from error

    def _handshake_fault(self, session: Session, error: BaseException) -> FaultError:
        if session.wire.flooded:
            return FaultError("too_large", "more than 256 KiB came before the login")
        if session.overdue:
            return FaultError("timeout", f"no handshake in {self.limits.login:g} s")
        said = _words(error)
        if "no acceptable" in said or isinstance(error, paramiko.ssh_exception.IncompatiblePeer):
            return FaultError("refused", f"no algorithm in common: {said}")
        return FaultError("lost", f"the handshake broke off: {said}", transient=True)

    def _trusted_for(self, login: Login) -> KnownHosts:
        if not login.known_hosts:
            return self.known
        with self._lock:
            if login.known_hosts not in self._known:
                self._known[login.known_hosts] = KnownHosts.load(login.known_hosts)
            return self._known[login.known_hosts]

    def _verify(self, login: Login, key: paramiko.PKey, match: Match, blob: bytes) -> None:
        """Raise `FaultError` unless the machine's key is one we trust, or is vouched for."""
        kind, text = key.get_name(), key.get_base64()
        if text in match.revoked:
            raise FaultError(
                "host_key", f"the key of {login.shown} is revoked: {fingerprint(text)}"
            )
        if (kind, text) in match.trusted:
            return
        check = f"check with: {scan_line(login.host, login.port, kind)}"
        offered = f"{login.shown} offers {kind} {fingerprint(text)}"
        if key.public_blob is not None and match.authorities:
            name = login.key_alias or login.host
            why = hostcert.refusal(blob, text, name, match, self.clock())
            if not why:
                return
            raise FaultError("host_key", f"host certificate refused: it {why}; {offered}; {check}")
        if match.trusted:
            known = ", ".join(f"{k} {fingerprint(t)}" for k, t in match.trusted)
            raise FaultError("host_key", f"CHANGED host key: {offered}, known is {known}; {check}")
        note = " and no certificate" if match.authorities else ""
        raise FaultError("host_key", f"unknown host key{note}: {offered}; {check}")

    def _log_in(self, login: Login, session: Session) -> None:
        keys, reasons = self.keys.of(login)
        session.transport.auth_timeout = self.limits.login
        refused = False
        for key in keys[:_MOST_KEYS]:
            try:
                if not session.transport.auth_publickey(login.user, key):
                    return
                reasons.append("the machine asks for a second factor")
                break
            except (paramiko.BadAuthenticationType, paramiko.AuthenticationException) as error:
                if "imeout" in str(error):
                    raise FaultError(
                        "timeout", f"no answer to the login in {self.limits.login:g} s"
                    ) from error
                if not session.transport.is_active():
                    if not refused and not session.wire.flooded:
                        raise _gave_up(login, session, error) from error
                    reasons.append("the machine closed the connection")
                    break
                refused = True
            except (OSError, EOFError, paramiko.SSHException) as error:
                if session.wire.flooded:
                    raise FaultError(
                        "too_large", "more than 256 KiB came before the login"
                    ) from error
                raise session.fault(error) from error
        if session.wire.flooded:
            raise FaultError("too_large", "more than 256 KiB came before the login")
        tried = f"{len(keys[:_MOST_KEYS])} keys tried" if keys else "there is no key to try"
        raise FaultError("auth", "; ".join((f"{login.user} may not log in: {tried}", *reasons)))

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

    def _reap(self) -> None:
        """Close what is overdue: paramiko waits without end for some answers."""
        while not self._closed:
            time.sleep(0.2)
            now = time.monotonic()
            with self._lock:
                late = [session for session in self._live if session.deadline < now]
            for session in late:
                session.overdue = True
                session.close()


def _gave_up(login: Login, session: Session, error: BaseException) -> FaultError:
    """Return the fault of a machine that went away at the login, before it said yes or no to a key."""
    if session.overdue:
        return session.fault(error)
    # sshd's own parts pass messages of at most 256 KiB: a longer Banner ends it.
    detail = (
        f"{login.shown} closed the connection before it answered to a key: see its sshd's log; "
    )
    return FaultError("lost", detail + "a Banner of more than 256 KiB is one cause", transient=True)


def _name(host: str) -> Any:
    """Return a host's name for the resolver: bytes spare ASCII names Python's codec for all others."""
    return host.encode("ascii") if host.isascii() else host


def _algorithms(kind: str) -> tuple[str, ...]:
    """Return the names of signature algorithms for a kind of key: RSA keys have several."""
    return ("rsa-sha2-512", "rsa-sha2-256") if kind == "ssh-rsa" else (kind,)


def _words(error: BaseException) -> str:
    return plain(str(error) or error.__class__.__name__, 200)


def read_config(path: Path) -> Callable[[str], dict[str, Any]]:
    """Return the lookup of an ssh_config file by name; see `login.resolve`.

    Raises `ValueError` when the file cannot be understood.
    """
    try:
        text = included(path, path.parent)
        if re.search(r"(?im)^\s*match\b.*\bexec\b", text):
            paramiko.config.invoke = importlib.import_module("invoke")  # type: ignore[attr-defined]
        config = paramiko.SSHConfig.from_text(text)
        config.lookup("localhost")
    except (OSError, UnicodeDecodeError, paramiko.SSHException) as error:
        raise ValueError(plain(str(error), 200)) from error
    cache: dict[str, dict[str, Any]] = {}

    def lookup(name: str) -> dict[str, Any]:
        if name not in cache:
            cache[name] = dict(config.lookup(name))
        return cache[name]

    return lookup
