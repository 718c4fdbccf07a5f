"""Webhooks posted to a real server on loopback: taken, refused, delayed, redirected, distrusted."""

from __future__ import annotations

import ssl
import subprocess
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from soccheck.notify.delivery import DeliveryError
from soccheck.notify.webhook import Hook, post, signed

MOMENT = datetime(2026, 11, 27, 6, 0, tzinfo=UTC)
SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"


def test_the_signature_is_that_of_the_published_vector() -> None:
    """Standard Webhooks, the vector that its reference implementations test themselves with."""
    moment = datetime.fromtimestamp(1614265330, UTC)
    made = signed(SECRET, "msg_p5jXN8AQM9LWM0D4loKWxJek", moment, b'{"test": 2432232314}')
    assert made == {
        "webhook-id": "msg_p5jXN8AQM9LWM0D4loKWxJek",
        "webhook-timestamp": "1614265330",
        "webhook-signature": "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
    }


@pytest.mark.parametrize(
    "secret", ["", "hunter2", "whsec_", "whsec_!!!", "whsec_c2hvcnQ=", SECRET[6:]]
)
def test_a_secret_that_signs_nothing_is_refused_and_not_repeated(secret: str) -> None:
    with pytest.raises(DeliveryError) as caught:
        signed(secret, "k", MOMENT, b"{}")
    assert not secret or secret not in str(caught.value).replace("whsec_$", "").split()


class _Handler(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["content-length"]))
        Server.taken.append((self.path, dict(self.headers), body))
        if self.path == "/slow":
            time.sleep(2)
        if self.path == "/drip":
            for _ in range(40):
                self.wfile.write(b"X")
                self.wfile.flush()
                time.sleep(0.1)
            return
        if self.path == "/flaky":
            self.send_response(500 if len(Server.taken) == 1 else 200)
        else:
            word = self.path.strip("/")
            self.send_response(int(word) if word.isdigit() else 200)
        if self.path == "/302":
            self.send_header("location", "http://127.0.0.1:1/elsewhere")
        self.end_headers()

    def log_message(self, *args: object) -> None:
        return


class Server:
    """Represents what the server was posted."""

    taken: list[tuple[str, dict[str, str], bytes]] = []  # noqa: RUF012  -- one server a module


@pytest.fixture(scope="module")
def port() -> Iterator[int]:
    with ThreadingHTTPServer(("127.0.0.1", 0), _Handler) as server:
        server.daemon_threads = True
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield server.server_port
        server.shutdown()
        thread.join()


@pytest.fixture(autouse=True)
def _forgotten() -> None:
    Server.taken.clear()


def _post(port: int, path: str, seconds: float = 5, **more: str) -> None:
    hook = Hook(url=f"http://127.0.0.1:{port}/{path}", body="json", **more)  # type: ignore[arg-type]
    post(hook, "run-1", MOMENT, b"{}", seconds)


def test_what_is_posted_arrives_signed(port: int) -> None:
    _post(port, "hook?token=s3cret", secret=SECRET)
    [(path, headers, body)] = Server.taken
    assert path == "/hook?token=s3cret"
    wanted = signed(SECRET, "run-1", MOMENT, body)
    assert {name.lower(): value for name, value in headers.items()}.items() >= wanted.items()


@pytest.mark.parametrize(
    ("path", "why"),
    [
        ("500", "it answers 500"),
        ("404", "it answers 404"),
        ("302", "it answers 302"),
        ("slow", "no answer within 0.5 seconds"),
        ("drip", "no answer within 0.5 seconds"),
    ],
)
def test_a_server_that_does_not_take_it_is_named_and_its_url_is_not(
    port: int, path: str, why: str
) -> None:
    started = time.monotonic()
    with pytest.raises(DeliveryError) as caught:
        _post(port, path, seconds=0.5)
    assert str(caught.value) == f"127.0.0.1:{port}: {why}"
    assert time.monotonic() - started < 2


def test_what_was_refused_once_is_taken_the_next_time(port: int) -> None:
    with pytest.raises(DeliveryError):
        _post(port, "flaky")
    _post(port, "flaky")
    assert len(Server.taken) == 2


@pytest.mark.parametrize(
    ("url", "why"),
    [
        ("http://127.0.0.1:1/hook?t=s3cret", "127.0.0.1:1: it refuses the connection"),
        ("http://hooks.example/s3cret", "hooks.example: webhooks are posted to https only"),
        ("file:///s3cret", "the webhook's URL is none"),
        ("https://a.example:s3cret/", "the webhook's URL is none"),
        ("https://xn--/s3cret", "the webhook's URL is none"),
        ("https://user:s3cret@127.0.0.1:1/", "127.0.0.1:1: it refuses the connection"),
        ("", "the webhook's URL is none"),
    ],
)
def test_no_error_repeats_a_url(url: str, why: str) -> None:
    with pytest.raises(DeliveryError) as caught:
        post(Hook(url=url, body="json"), "k", MOMENT, b"{}", 5)
    assert str(caught.value) == why
    assert "s3cret" not in repr(Hook(url=url, body="json", secret="s3cret"))


def certificate(folder: Path, name: str) -> tuple[Path, Path]:
    """Make a certificate for a name or an address, signed by itself."""
    key, made = folder / f"{name}.key", folder / f"{name}.pem"
    kind = "IP" if name[0].isdigit() else "DNS"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256",
         "-nodes", "-days", "2", "-subj", f"/CN={name}", "-addext", f"subjectAltName={kind}:{name}",
         "-keyout", key, "-out", made],
        check=True, capture_output=True,
    )  # fmt: skip
    return made, key


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("tls")


@pytest.mark.parametrize(
    ("name", "trusts", "why"),
    [
        ("127.0.0.1", True, None),
        ("127.0.0.1", False, "its certificate is not to be trusted: “self-signed certificate”"),
        ("other.example", True, "its certificate is not to be trusted: “IP address mismatch"),
    ],
)
def test_a_certificate_is_verified(folder: Path, name: str, trusts: bool, why: str | None) -> None:
    made, key = certificate(folder, name)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(made, key)
    with ThreadingHTTPServer(("127.0.0.1", 0), _Handler) as server:
        server.socket = context.wrap_socket(
            server.socket, server_side=True, do_handshake_on_connect=False
        )
        server.handle_error = lambda request, client_address: None  # type: ignore[method-assign]
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        url = f"https://127.0.0.1:{server.server_port}/hook"
        hook = Hook(url=url, body="json", authorities=made if trusts else None)
        try:
            if why is None:
                post(hook, "k", MOMENT, b"{}", 5)
                assert len(Server.taken) == 1
            else:
                with pytest.raises(DeliveryError) as caught:
                    post(hook, "k", MOMENT, b"{}", 5)
                assert why in str(caught.value)
                assert Server.taken == []
        finally:
            server.shutdown()
            thread.join()
