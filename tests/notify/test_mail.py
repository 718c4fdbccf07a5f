"""Mail handed to a real server on loopback: STARTTLS, logins, refusals, and servers that lie or hang."""

from __future__ import annotations

import email
import email.policy
import socket
import ssl
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult

from soccheck.i18n import Language
from soccheck.notify import mail
from soccheck.notify.delivery import DeliveryError
from soccheck.notify.letter import letter
from soccheck.notify.mail import MailServer
from tests.notify.test_webhook import certificate
from tests.notify.told import digest, news

PASSWORD = "s3cret-word"


class _Box:
    """Represents a mail server's box; it refuses one recipient, and one subject."""

    def __init__(self) -> None:
        self.taken: list[Any] = []

    async def handle_RCPT(  # noqa: N802  -- aiosmtpd's name
        self, server: Any, session: Any, envelope: Any, address: str, options: Any
    ) -> str:
        if address.startswith("nobody@"):
            return f"550 5.1.1 no such user, and your password is {PASSWORD}"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802  -- aiosmtpd's name
        if b"refuse me" in envelope.content:
            return "554 5.7.1 spam"
        self.taken.append(envelope)
        return "250 OK"


def _login(server: Any, session: Any, envelope: Any, mechanism: str, data: Any) -> AuthResult:
    good = (data.login, data.password) == (b"soc", PASSWORD.encode())
    return AuthResult(success=good, handled=good)


class Post:
    """Represents a running mail server: where it is, and what it took."""

    def __init__(self, server: MailServer, box: _Box) -> None:
        self.server, self.box = server, box


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Post]:
    made, key = certificate(tmp_path_factory.mktemp("mail"), "127.0.0.1")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(made, key)
    box = _Box()
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port = found.getsockname()[1]
    controller = Controller(
        box, "127.0.0.1", port, tls_context=context, authenticator=_login, auth_required=True,
        require_starttls=True,
    )  # fmt: skip
    controller.start()
    server = MailServer(
        host="127.0.0.1", port=port, tls="starttls", sender="soc@a.example", user="soc",
        password=PASSWORD, authorities=made,
    )  # fmt: skip
    yield Post(server, box)
    controller.stop()


@pytest.fixture
def post(running: Post) -> Post:
    running.box.taken.clear()
    return running


def written(recipient: str = "it@b.example", subject: str = "") -> EmailMessage:
    language = Language("vi")
    said = letter(digest(news()), language)
    if subject:
        said = replace(said, subject=subject)
    moment = datetime(2026, 11, 27, 6, tzinfo=UTC)
    return mail.message(said, "soc@a.example", recipient, "run-2-1", moment, language)


def test_a_message_arrives_whole_in_text_and_html(post: Post) -> None:
    mail.send(post.server, written(), 10)
    [envelope] = post.box.taken
    assert envelope.rcpt_tos == ["it@b.example"]
    found = email.message_from_bytes(envelope.content, policy=email.policy.default)
    assert found["Subject"].startswith("soccheck · Tỉnh Thử 27/11/2026: ")
    assert found["Message-ID"] == "<run-2-1@a.example>"
    assert found["Auto-Submitted"] == "auto-generated"
    for kind in ("plain", "html"):
        part = found.get_body((kind,))
        assert part is not None
        assert "Bảo vệ bật" in part.get_content()


@pytest.mark.parametrize(
    ("change", "recipient", "subject", "why"),
    [
        ({"password": "wrong-s3cret"}, "it@b.example", "", "it refuses the login (535)"),
        ({}, "nobody@b.example", "", "it refuses the recipient (550)"),
        ({}, "it@b.example", "refuse me", "it does not take the message (554)"),
        ({"user": None}, "it@b.example", "", "it does not take the message (530)"),
        (
            {"authorities": None},
            "it@b.example",
            "",
            "its certificate is not to be trusted: “self-signed certificate”",
        ),
        ({"tls": "implicit"}, "it@b.example", "", "it speaks no TLS that this machine accepts"),
        ({"port": 1}, "it@b.example", "", "it refuses the connection"),
    ],
)
def test_a_message_that_is_not_taken_says_why_and_no_secret(
    post: Post, change: dict[str, Any], recipient: str, subject: str, why: str
) -> None:
    server = replace(post.server, **change)
    with pytest.raises(DeliveryError) as caught:
        mail.send(server, written(recipient, subject), 10)
    assert str(caught.value) == f"{server.shown}: {why}"
    assert "s3cret" not in repr(server)
    assert post.box.taken == []


def _liar(answers: bytes, pause: float = 0, times: int = 1) -> int:
    """Listen on loopback and say `answers` to the first who asks, so many times; return the port."""
    listening = socket.create_server(("127.0.0.1", 0))
    port: int = listening.getsockname()[1]

    def serve() -> None:
        with listening:
            connection, _ = listening.accept()
            with connection:
                try:
                    for _ in range(times):
                        connection.sendall(answers)
                        time.sleep(pause)
                except OSError:
                    return

    threading.Thread(target=serve, daemon=True).start()
    return port


@pytest.mark.parametrize(
    ("answers", "pause", "times", "why"),
    [
        (b"220 hello\r\n250 a\r\n", 0.2, 1, "it offers no STARTTLS, or no login"),
        (b"", 3, 1, "no answer within 0.5 seconds"),
        (b"220-more\r\n", 0.1, 30, "no answer within 0.5 seconds"),
        (b"220 hello\r\n", 0, 1, "it hung up, or spoke another language"),
        (b"HTTP/1.1 400 Bad Request\r\n\r\n", 0.2, 1, "it does not take the message (-1)"),
        (b"554 go away\r\n", 0.2, 1, "it does not take the message (554)"),
    ],
)
def test_a_server_that_hangs_or_lies_ends_in_time(
    answers: bytes, pause: float, times: int, why: str
) -> None:
    port = _liar(answers, pause, times)
    server = MailServer(
        host="127.0.0.1", port=port, tls="starttls", sender="soc@a.example", user="soc",
        password=PASSWORD,
    )  # fmt: skip
    started = time.monotonic()
    with pytest.raises(DeliveryError) as caught:
        mail.send(server, written(), 0.5)
    assert str(caught.value) == f"127.0.0.1:{port}: {why}"
    assert time.monotonic() - started < 2


def test_mail_leaves_this_machine_over_tls_only() -> None:
    server = MailServer(host="mail.example", port=25, tls="none", sender="soc@a.example")
    with pytest.raises(DeliveryError, match=r"mail\.example:25: mail leaves .* over TLS only"):
        mail.send(server, written())


def test_authorities_that_are_none_are_told(post: Post, tmp_path: Path) -> None:
    empty = tmp_path / "ca.pem"
    empty.write_text("nothing")
    with pytest.raises(DeliveryError, match=r"ca\.pem: no certificates of authorities"):
        mail.send(replace(post.server, authorities=empty), written(), 5)
