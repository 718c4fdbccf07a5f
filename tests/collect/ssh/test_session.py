"""One connection at a time, against paramiko's own server: what is refused, altered, silent, or renewed."""

from __future__ import annotations

import contextlib
import socket
import struct
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import paramiko
import pytest

from soccheck.cli.collect_run import now
from soccheck.collect import asking
from soccheck.collect.faults import FaultError
from soccheck.collect.limits import Limits, Raw
from soccheck.collect.plan import Target
from soccheck.collect.ssh.bounded_socket import BoundedSocket
from soccheck.collect.ssh.connect import Connector
from soccheck.collect.ssh.login import Login
from soccheck.collect.ssh.session import Session
from soccheck.probes.all import PROBES
from tests.collect.ssh.test_connect import server

LIMITS = Limits(connect=1, login=2, command=2, total=6, output=4 * 1024 * 1024)
HOST = paramiko.ECDSAKey.generate()
CLIENT = paramiko.ECDSAKey.generate()


def raw(output: bytes, error: bytes, cause: str) -> Raw:
    return Raw(output=output, error=error, cause=cause)


def known(folder: Path, port: int) -> tuple[Path]:
    line = f"[127.0.0.1]:{port} {HOST.get_name()} {HOST.get_base64()}\n"
    (folder / "known_hosts").write_text(line)
    return (folder / "known_hosts",)


class Machine(paramiko.ServerInterface):
    """Lets the client's key in, and runs `answer` for a command."""

    channels = True
    commands = True

    def __init__(self, answer: Callable[[paramiko.Transport, paramiko.Channel], None]) -> None:
        self.answer = answer
        self.asked = threading.Event()

    def check_auth_publickey(self, username: str, key: paramiko.PKey) -> int:
        good = key.get_base64() == CLIENT.get_base64()
        return int(paramiko.common.AUTH_SUCCESSFUL if good else paramiko.common.AUTH_FAILED)

    def get_allowed_auths(self, username: str) -> str:
        return "publickey"

    def check_channel_request(self, kind: str, chanid: int) -> int:
        prohibited = paramiko.common.OPEN_FAILED_ADMINISTRATIVELY_PROHIBITED
        return int(paramiko.common.OPEN_SUCCEEDED if self.channels else prohibited)

    def check_channel_exec_request(self, channel: paramiko.Channel, command: bytes) -> bool:
        self.asked.set()
        return self.commands

    def talk(self, sock: socket.socket) -> None:
        transport = paramiko.Transport(sock)
        transport.add_server_key(HOST)
        with contextlib.suppress(paramiko.SSHException, EOFError):
            transport.start_server(server=self)
            while transport.is_active():
                channel = transport.accept(0.2)
                if channel is not None and self.asked.wait(2):
                    self.asked.clear()
                    self.answer(transport, channel)
                    channel.close()
        transport.close()


def echo(transport: paramiko.Transport, channel: paramiko.Channel) -> None:
    said = b"".join(iter(lambda: channel.recv(65536), b""))
    channel.sendall(said)
    channel.sendall_stderr(b"done")


@contextlib.contextmanager
def logged_in(machine: Machine, folder: Path, *, use_agent: bool = False) -> Iterator[Session]:
    CLIENT.write_private_key_file(str(folder / "key"))
    with server(machine.talk) as port:
        connector = Connector(limits=LIMITS, use_agent=use_agent, clock=now)
        keys = () if use_agent else (folder / "key",)
        try:
            with connector.session(
                Login(
                    host="127.0.0.1",
                    port=port,
                    user="soc",
                    keys=keys,
                    known_hosts=known(folder, port),
                )
            ) as session:
                yield session
        finally:
            connector.close()


def ask(machine: Machine, folder: Path, stdin: bytes) -> Raw:
    with logged_in(machine, folder) as session:
        return session.run("cat", stdin, LIMITS)


def test_what_is_asked_and_answered_is_whole(tmp_path: Path) -> None:
    stdin = bytes(range(256)) * 8000
    with logged_in(Machine(echo), tmp_path) as session:
        assert session.run("cat", stdin, LIMITS) == raw(stdin, b"done", "")
        assert session.run("cat", b"again", LIMITS) == raw(b"again", b"done", "")


def test_what_is_offered_is_what_paramiko_prefers_without_what_is_weak(tmp_path: Path) -> None:
    with logged_in(Machine(echo), tmp_path) as session:
        options = session.transport.get_security_options()
        assert session.transport.local_cipher == "aes128-gcm@openssh.com"
    ours, theirs = socket.socketpair()
    with ours, theirs:
        plain = paramiko.Transport(ours).get_security_options()
        assert options.kex == plain.kex
        assert options.kex[0] == "mlkem768x25519-sha256"
        assert set(plain.digests) - set(options.digests) == {
            "hmac-md5",
            "hmac-md5-96",
            "hmac-sha1-96",
        }
        assert {name for name in plain.ciphers if "cbc" in name} == (
            set(plain.ciphers) - set(options.ciphers)
        )


def test_a_channel_whose_connection_is_gone_is_woken_without_a_fault(tmp_path: Path) -> None:
    """So are the machines behind several jump hosts, whichever is closed first."""
    machine = Machine(echo)
    machine.asked.set()  # it waits for no command
    with logged_in(machine, tmp_path) as session:
        channel = session.transport.open_session()
        session.sock.close()
        session.transport.packetizer.close()
        BoundedSocket(channel, 10).wake()


def test_a_refused_channel_and_a_refused_command_are_faults(tmp_path: Path) -> None:
    closed, limited = Machine(echo), Machine(echo)
    closed.channels = False
    limited.commands = False
    # The machine hangs up once it refused: on a busy one that may be seen before the refusal is.
    refused = "runs no commands|the connection was lost"
    for machine, said in ((closed, "Administratively prohibited"), (limited, refused)):
        with pytest.raises(FaultError, match=said) as caught:
            ask(machine, tmp_path, b"")
        assert caught.value.code == "lost"


def test_a_wrong_key_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    machine = Machine(echo)
    monkeypatch.setattr(machine, "check_auth_publickey", lambda *_: paramiko.common.AUTH_FAILED)
    with pytest.raises(FaultError, match="1 keys tried") as caught:
        ask(machine, tmp_path, b"")
    assert caught.value.code == "auth"


def test_keys_beyond_what_a_machine_lets_be_tried_are_told(tmp_path: Path) -> None:
    keys = []
    for number in range(7):
        keys.append(tmp_path / f"key{number}")
        paramiko.ECDSAKey.generate().write_private_key_file(str(keys[-1]))
    with server(Machine(echo).talk) as port:
        connector = Connector(limits=LIMITS, use_agent=False, clock=now)
        login = Login(
            host="127.0.0.1",
            port=port,
            user="soc",
            keys=tuple(keys),
            known_hosts=known(tmp_path, port),
        )
        with pytest.raises(FaultError) as caught, connector.session(login):
            pass
        connector.close()
    assert "6 keys tried; 1 more were not: IdentitiesOnly yes, or --no-agent" in caught.value.detail


@pytest.mark.parametrize("cipher", ["aes128-gcm@openssh.com", "aes128-ctr"])
def test_keys_agreed_anew_in_mid_session_lose_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, cipher: str
) -> None:
    monkeypatch.setattr("soccheck.collect.ssh.algorithms._ciphers", lambda _: (cipher,))
    times = []

    def renewing(transport: paramiko.Transport, channel: paramiko.Channel) -> None:
        for number in range(3):
            channel.sendall(b"%d" % number * 200_000)
            transport.renegotiate_keys()
            times.append(number)
        echo(transport, channel)

    answer = ask(Machine(renewing), tmp_path, b"x" * 100_000)
    assert answer.output == b"".join(b"%d" % n * 200_000 for n in range(3)) + b"x" * 100_000
    assert (answer.error, answer.cause, times) == (b"done", "", [0, 1, 2])


def test_a_packet_altered_on_its_way_ends_the_session(tmp_path: Path) -> None:
    def altered(transport: paramiko.Transport, channel: paramiko.Channel) -> None:
        echo(transport, channel)
        transport.sock.sendall(struct.pack(">I", 32) + bytes(48))

    with logged_in(Machine(altered), tmp_path) as session:
        assert session.run("cat", b"x", LIMITS) == raw(b"x", b"done", "lost")


def test_too_much_is_cut_and_the_next_command_still_runs(tmp_path: Path) -> None:
    first = [True]

    def flood(transport: paramiko.Transport, channel: paramiko.Channel) -> None:
        if not first:
            echo(transport, channel)
            return
        first.clear()
        with contextlib.suppress(OSError):
            while True:
                channel.sendall(bytes(32768))

    with logged_in(Machine(flood), tmp_path) as session:
        answer = session.run("yes", b"", LIMITS)
        assert (len(answer.output), answer.cause) == (LIMITS.output, "too_large")
        assert session.run("cat", b"x", LIMITS) == raw(b"x", b"done", "")


def test_a_machine_that_floods_and_goes_is_one_that_said_too_much(tmp_path: Path) -> None:
    def flood(transport: paramiko.Transport, channel: paramiko.Channel) -> None:
        with contextlib.suppress(OSError):
            while True:
                channel.sendall(bytes(32768))
        transport.close()

    CLIENT.write_private_key_file(str(tmp_path / "key"))
    with server(Machine(flood).talk) as port:
        connector = Connector(limits=LIMITS, use_agent=False, clock=now)
        probe = PROBES["linux", "identity"]
        target = Target(asset="web", kind="host", platform="linux", probes=(probe,))
        login = Login(
            host="127.0.0.1",
            port=port,
            user="soc",
            keys=(tmp_path / "key",),
            known_hosts=known(tmp_path, port),
        )
        try:
            _, cause = asking.ask(
                target, login, connector, limits=LIMITS, marker="m" * 16, clock=now
            )
        finally:
            connector.close()
    assert cause == "too_large"


def test_a_machine_that_is_gone_when_asked_again_is_one_that_said_too_much() -> None:
    """The second connection may still be there and end at once; whether it is, is a race."""

    class Gone:
        causes = iter(("too_large", "lost"))

        def session(self, login: Login) -> contextlib.nullcontext[Gone]:
            return contextlib.nullcontext(self)

        def host_key(self) -> str:
            return "SHA256:x"

        def host_key_type(self) -> str:
            return "ssh-ed25519"

        def run(self, command: str, stdin: bytes, limits: Limits) -> Raw:
            return Raw(output=b"", error=b"", cause=next(self.causes))

    probe = PROBES["linux", "identity"]
    target = Target(asset="web", kind="host", platform="linux", probes=(probe,))
    login = Login(host="192.0.2.1", port=22, user="soc", keys=(), known_hosts=())
    _, cause = asking.ask(target, login, Gone(), limits=LIMITS, marker="m" * 16, clock=now)
    assert cause == "too_large"


def test_a_command_that_does_not_end_leaves_what_it_said(tmp_path: Path) -> None:
    def half(transport: paramiko.Transport, channel: paramiko.Channel) -> None:
        channel.sendall(b"half")
        while not channel.closed and transport.is_active():
            time.sleep(0.05)

    begun = time.monotonic()
    assert ask(Machine(half), tmp_path, b"") == raw(b"half", b"", "timeout")
    assert LIMITS.command <= time.monotonic() - begun < LIMITS.command + 1.5


def test_an_agent_that_does_not_sign_is_told_once_and_not_waited_for_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    blob = CLIENT.asbytes()
    keys = b"\x0c" + struct.pack(">II", 1, len(blob)) + blob + struct.pack(">I", 0)
    asked: list[bytes] = []

    def agent() -> None:
        client, _ = listening.accept()
        with client:
            client.recv(100)
            client.sendall(struct.pack(">I", len(keys)) + keys)
            while data := client.recv(1000):
                asked.append(data)

    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(str(tmp_path / "agent"))
        listening.listen()
        thread = threading.Thread(target=agent, daemon=True)
        thread.start()
        monkeypatch.setenv("SSH_AUTH_SOCK", str(tmp_path / "agent"))
        begun = time.monotonic()
        with (
            pytest.raises(FaultError, match="the SSH agent does not answer") as caught,
            logged_in(Machine(echo), tmp_path, use_agent=True),
        ):
            pass
    assert caught.value.code == "auth"
    assert len(asked) == 1
    assert time.monotonic() - begun < LIMITS.login + 2
