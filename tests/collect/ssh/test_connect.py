"""Machines that play false before a login, on loopback: each is one fault, in bounded time and memory."""

from __future__ import annotations

import contextlib
import socket
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from soccheck.cli.collect_run import now
from soccheck.collect.faults import FaultError
from soccheck.collect.limits import Limits
from soccheck.collect.ssh.connect import Connector
from soccheck.collect.ssh.login import Login

LIMITS = Limits(connect=1, login=1.5, command=1, total=3)


@contextlib.contextmanager
def server(talk: Callable[[socket.socket], None]) -> Iterator[int]:
    """Give the port of a server that says `talk` to whoever connects."""
    listening = socket.create_server(("127.0.0.1", 0))
    listening.settimeout(5)

    def serve() -> None:
        with contextlib.suppress(OSError):
            while True:
                client, _ = listening.accept()
                with client, contextlib.suppress(OSError):
                    talk(client)

    thread = threading.Thread(target=serve)
    thread.start()
    try:
        yield int(listening.getsockname()[1])
    finally:
        listening.shutdown(socket.SHUT_RDWR)
        listening.close()
        thread.join()


def fault(port: int, host: str = "127.0.0.1") -> tuple[str, str, float]:
    connector = Connector(limits=LIMITS, use_agent=False, clock=now)
    begun = time.monotonic()
    try:
        with (
            pytest.raises(FaultError) as caught,
            connector.session(
                Login(host=host, port=port, user="root", keys=(Path("/nonexistent"),))
            ),
        ):
            pass
    finally:
        connector.close()
    return caught.value.code, caught.value.detail, time.monotonic() - begun


def _silent(client: socket.socket) -> None:
    client.settimeout(4)
    while client.recv(1000):
        pass


def _lines(client: socket.socket) -> None:
    client.sendall(b"welcome to this machine\r\n" * 43691)
    _silent(client)


def _one_line(client: socket.socket) -> None:
    client.sendall(b"x" * 1048576)
    _silent(client)


def _packet(client: socket.socket) -> None:
    client.sendall(b"SSH-2.0-false\r\n\x7f\xff\xff\xf4" + b"\x00" * 1048576)
    _silent(client)


def _web(client: socket.socket) -> None:
    client.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n")


def _drip(client: socket.socket) -> None:
    for _ in range(100):
        client.sendall(b"a")
        time.sleep(0.05)


@pytest.mark.parametrize(
    ("talk", "codes"),
    [
        (_lines, ("lost", "too_large")),
        (_one_line, ("too_large",)),
        (_packet, ("too_large",)),
        (_silent, ("timeout",)),
        (_web, ("lost",)),
        (_drip, ("timeout",)),
    ],
    ids=["lines", "one-line", "packet", "silent", "web", "drip"],
)
def test_what_is_no_ssh_server_is_one_fault_in_bounded_time(
    talk: Callable[[socket.socket], None], codes: tuple[str, ...]
) -> None:
    with server(talk) as port:
        code, detail, seconds = fault(port)
    assert code in codes, detail
    assert seconds < LIMITS.total + 1


def test_silent_machines_keep_no_other_waiting() -> None:
    limits = replace(LIMITS, login=20, total=30)
    connector = Connector(limits=limits, use_agent=False, clock=now)

    def talk(client: socket.socket) -> None:
        client.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n")

    def ask(port: int) -> None:
        with (
            contextlib.suppress(FaultError),
            connector.session(Login(host="127.0.0.1", port=port, user="root")),
        ):
            pass

    with socket.create_server(("127.0.0.1", 0), backlog=100) as silent, server(talk) as port:
        threads = [threading.Thread(target=ask, args=(silent.getsockname()[1],)) for _ in range(40)]
        for thread in threads:
            thread.start()
        clients = [silent.accept()[0] for _ in threads]
        for client in clients:
            assert client.recv(8) == b"SSH-2.0-", "it is not asked before others have answered"
        ask(port)
        assert all(thread.is_alive() for thread in threads)
        for client in clients:
            client.close()
        for thread in threads:
            thread.join()
    connector.close()


def test_a_closed_port_is_refused_and_a_name_without_address_unreachable() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = int(taken.getsockname()[1])
    assert fault(port)[0] == "refused"
    code, detail, _ = fault(22, "no-such-name.invalid")
    assert code == "unreachable"
    assert "no-such-name.invalid has no address" in detail


def test_a_machines_words_cannot_speak_to_the_terminal() -> None:
    def evil(client: socket.socket) -> None:
        client.sendall(b"SSH-9.9-\x1b[2J\x07evil\r\n")

    with server(evil) as port:
        _, detail, _ = fault(port)
    assert detail.isprintable()
