"""`soccheck run` tells people and programs; a server that is down is said, kept, and told again."""

from __future__ import annotations

import email
import email.policy
import hashlib
import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult

from soccheck.notify import webhook
from tests.history.nights import SETTINGS, Nights
from tests.scratch import Scratch

SECRET = "hook?token=s3cret-word"


class _Box:
    """Represents a mail server's box."""

    def __init__(self) -> None:
        self.taken: list[Any] = []

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802  -- aiosmtpd's name
        self.taken.append(envelope)
        return "250 OK"


def _login(server: Any, session: Any, envelope: Any, mechanism: str, data: Any) -> AuthResult:
    good = (data.login, data.password) == (b"soc", b"s3cret-word")
    return AuthResult(success=good, handled=good)


class _Hook(BaseHTTPRequestHandler):
    code = 200
    taken: list[tuple[str, bytes]] = []  # noqa: RUF012  -- one server a module

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["content-length"]))
        _Hook.taken.append((self.path, body))
        self.send_response(_Hook.code)
        self.end_headers()

    def log_message(self, *args: object) -> None:
        return


@pytest.fixture(scope="module")
def hook_port() -> Iterator[int]:
    with ThreadingHTTPServer(("127.0.0.1", 0), _Hook) as server:
        thread = Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield server.server_port
        server.shutdown()
        thread.join()


@pytest.fixture(scope="module")
def mail_server() -> Iterator[tuple[int, _Box]]:
    with ThreadingHTTPServer(("127.0.0.1", 0), _Hook) as found:
        port = found.server_port
    box = _Box()
    controller = Controller(box, "127.0.0.1", port, authenticator=_login, auth_require_tls=False)
    controller.start()
    yield port, box
    controller.stop()


@pytest.fixture
def told(
    scratch: Scratch,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    hook_port: int,
    mail_server: tuple[int, _Box],
) -> Nights:
    monkeypatch.delenv("SOCCHECK_DATABASE_URL", raising=False)
    monkeypatch.chdir(scratch.root)
    _Hook.taken.clear()
    _Hook.code = 200
    mail_server[1].taken.clear()
    nights = Nights(scratch, capsys)
    url = scratch.root / "url"
    url.write_text(f"http://127.0.0.1:{hook_port}/{SECRET}\n")
    url.chmod(0o600)
    scratch.write("soccheck.yaml", SETTINGS + _notify(mail_server[0]))
    return nights


def _notify(port: int) -> str:
    return f"""\
notify:
  mail:
    - name: office
      host: 127.0.0.1
      port: {port}
      tls: none
      from: soc@a.example
      language: vi
      recipients: [{{to: it@b.example}}, {{to: so@b.example, organization: so}}]
  webhook:
    - {{name: siem, url_file: url, body: json}}
"""


def _turn_on(nights: Nights, before: str = "false", after: str = "true") -> None:
    hosts = nights.scratch.root / "inv/hosts.yaml"
    found = hosts.read_text()
    at = found.index("web-2:")
    hosts.write_text(found[:at] + found[at:].replace(before, after, 1))


def _bodies() -> list[dict[str, Any]]:
    return [json.loads(body) for _, body in _Hook.taken]


def _notices(nights: Nights) -> list[tuple[Any, ...]]:
    with closing(sqlite3.connect(nights.folder / "history.db")) as base:
        asked = "SELECT run, sent_at IS NOT NULL, said, error FROM notice"
        return base.execute(f"{asked} WHERE channel = 'siem' ORDER BY id").fetchall()


def test_a_run_tells_first_how_all_stands_then_what_changed_and_nothing_twice(
    told: Nights, mail_server: tuple[int, _Box]
) -> None:
    ran = told.night("2024-06-30")
    assert "s3cret" not in ran.out + ran.err
    [first] = _bodies()
    assert first["kind"] == "first"
    assert ("T-REALTIME", "web-2") in {(n["control"], n["asset"]) for n in first["news"]}
    assert _Hook.taken[0][0] == f"/{SECRET}"
    letters = mail_server[1].taken
    assert [e.rcpt_tos for e in letters] == [["it@b.example"], ["so@b.example"]]
    read = email.message_from_bytes(letters[0].content, policy=email.policy.default)
    assert read["Subject"].startswith("soccheck · Tỉnh Thử 30/06/2024: ")

    told.night("2024-07-01")
    assert len(_Hook.taken) == 1, "nothing changed"
    _turn_on(told)
    told.night("2024-07-02")
    changed = _bodies()[1]
    assert (changed["kind"], changed["since"], changed["run"]) == ("changes", "#1", "#3")
    states = {(n["control"], n["asset"]): n["state"] for n in changed["news"]}
    assert states["T-REALTIME", "web-2"] == "resolved"
    assert len(letters) == 4


def test_what_a_server_did_not_take_comes_with_the_next_run(told: Nights) -> None:
    told.night("2024-06-30")
    _Hook.code = 503
    _turn_on(told)
    ran = told.night("2024-07-01")
    assert ran.code == 0, "as without a message: all is met now"
    assert "notify: siem: siem: not delivered: 127.0.0.1:" in ran.err
    assert "it answers 503" in ran.err
    assert "s3cret" not in ran.out + ran.err
    assert "#2 of" in ran.out, "what changed is said all the same"
    [_, (run, sent, said, why)] = _notices(told)
    assert (run, sent, said) == (2, 0, None)
    assert why.endswith("it answers 503")
    shown = told.call("history", "show").out
    assert "  office: it@b.example: told " in shown
    assert f"  siem: siem: not told: {why}\n" in shown

    _Hook.code = 200
    told.night("2024-07-02")
    last = _bodies()[-1]
    assert (last["kind"], last["since"], last["run"]) == ("changes", "#1", "#3")
    assert "web-2" in {n["asset"] for n in last["news"]}
    assert [row[1] for row in _notices(told)] == [1, 0, 1]
    digest = hashlib.sha256(_Hook.taken[-1][1]).hexdigest()
    assert _notices(told)[-1][2] == digest, "what was posted"
    assert told.call("history", "verify").code == 0


FORGED = (
    ("UPDATE notice SET sent_at = '2024-07-01T00:00:00+00:00' WHERE run = 2", "run 2: that siem"),
    (
        "UPDATE notice SET recipient = 'x' WHERE run = 1 AND channel = 'siem'",
        "run 1: that x was told of it by siem",
    ),
    ("UPDATE notice SET said = replace(said, '0', '1') WHERE run = 3", "run 3: that "),
    ("UPDATE notice SET error = NULL WHERE error IS NOT NULL", "run 2: that siem was told of it"),
    ("DELETE FROM notice WHERE run = 1 AND channel = 'siem'", "run 2: who was told before it"),
    ("DELETE FROM notice WHERE run = 2", "run 3: who was told before it"),
    (
        "INSERT INTO notice SELECT 99, 3, 'siem', 'other', said, sent_at, NULL, chain FROM notice"
        " WHERE run = 3 AND recipient = 'it@b.example'",
        "run 3: that other was told of it by siem",
    ),
    ("UPDATE run SET told = NULL WHERE id = 2", "run 2: it, or its chain"),
)


def test_a_notice_that_was_forged_is_named(told: Nights) -> None:
    """Who was told decides what is told next: a forged message keeps silent what nobody was told."""
    for day, code in ((1, 200), (2, 503), (3, 200)):
        _Hook.code = code
        _turn_on(told, *(("false", "true") if day % 2 else ("true", "false")))
        told.night(f"2024-07-{day:02}")
    file = told.folder / "history.db"
    kept, wrong = file.read_bytes(), {}
    for statement, said in FORGED:
        with closing(sqlite3.connect(file)) as base, base:
            assert base.execute(statement).rowcount > 0
        ran = told.call("history", "verify")
        if ran.code != 2 or said not in ran.err:
            wrong[statement] = ran
        file.write_bytes(kept)
    assert wrong == {}


def test_what_came_and_went_while_a_server_was_down_is_not_told(told: Nights) -> None:
    told.night("2024-06-30")
    _Hook.code = 503
    _turn_on(told)
    told.night("2024-07-01")
    _Hook.code = 200
    _turn_on(told, "true", "false")
    told.night("2024-07-02")
    assert "web-2" not in {n["asset"] for body in _bodies()[2:] for n in body["news"]}


def test_after_many_runs_a_server_is_told_how_all_stands(told: Nights) -> None:
    told.night("2024-06-30")
    _Hook.code = 503
    for day in range(1, 12):
        _turn_on(told, *(("false", "true") if day % 2 else ("true", "false")))
        told.night(f"2024-07-{day:02}")
    assert _bodies()[-1]["kind"] == "first"
    assert _bodies()[-2]["kind"] == "changes"


def test_a_week_without_news_is_told_as_that(told: Nights) -> None:
    told.night("2024-06-30")
    for moment in ("2024-01-01", "2099-01-01"):  # the other one by a clock that was wrong
        with closing(sqlite3.connect(told.folder / "history.db")) as base, base:
            base.execute(f"UPDATE notice SET sent_at = '{moment}T00:00:00+00:00'")
        told.night("2024-06-30")
        told.night("2024-06-30")
    assert [body["kind"] for body in _bodies()] == ["first", "quiet", "quiet"]


def test_an_organisation_that_there_is_not_is_told(told: Nights) -> None:
    file = told.scratch.root / "soccheck.yaml"
    file.write_text(file.read_text().replace("body: json", "body: json, organization: soo"))
    ran = told.night("2024-06-30")
    assert "notify: siem: siem: not delivered: the inventory has no organisation 'soo'" in ran.err
    assert _Hook.taken == []


def test_a_secret_that_others_may_read_stops_a_message_and_no_run(told: Nights) -> None:
    (told.scratch.root / "url").chmod(0o644)
    ran = told.night("2024-06-30")
    assert "others may read this secret (mode 0644)" in ran.err
    assert told.call("notify", "test", "siem").code == 2
    assert _Hook.taken == []


def test_a_fault_of_our_own_while_telling_stops_no_run_and_repeats_no_secret(
    told: Nights, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(hook: webhook.Hook, *arguments: object) -> None:
        raise RuntimeError(hook.url)

    monkeypatch.setattr(webhook, "post", fails)
    ran = told.night("2024-06-30")
    assert "siem: not delivered: a fault of soccheck: RuntimeError" in ran.err
    assert SECRET not in ran.err + ran.out


@pytest.mark.parametrize(
    ("old", "new", "why"),
    [
        ("url_file: url", "url: https://a/s3cret", "unknown key 'url'"),
        ("tls: none", "password: s3cret", "'password' looks like a secret"),
        ("url_file: url", "url_file: url, secret: s3cret", "'secret' looks like a secret"),
        ("url_file: url, ", "", "notify: siem: where is its URL?"),
        ("url_file: url", "url_file: url, url_variable: U", "in a file or in a variable"),
        ("tls: none", "user: soc", "notify: office: a user and a password go together"),
        ("it@b.example", "'it@['", "to: 'it@[' is no mail address"),
        ("it@b.example", "so c@b.example", "to: 'so c@b.example' is no mail address"),
        ("soc@a.example", '"soc@a\\u2028"', "from: 'soc@a\\u2028' is no mail address"),
        ("name: siem", "name: office", "notify: two channels are named office"),
    ],
)
def test_settings_that_hold_a_secret_or_not_its_place_are_refused(
    told: Nights, old: str, new: str, why: str
) -> None:
    file: Path = told.scratch.root / "soccheck.yaml"
    file.write_text(file.read_text().replace(old, new))
    ran = told.call("run", "inv", "--as-of", "2024-06-30")
    assert ran.code == 2
    assert why in ran.err
    assert "s3cret" not in ran.err


def test_a_channel_is_tried(
    told: Nights, mail_server: tuple[int, _Box], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(0)
    ran = told.call("notify", "test", "siem")
    assert ran == (0, "siem: siem: delivered\n", "")
    assert [body["kind"] for body in _bodies()] == ["test"]
    assert "s3cret" not in caplog.text
    ran = told.call("notify", "test", "office", "--lang", "vi")
    assert ran.out == "office: it@b.example: đã gửi\noffice: so@b.example: đã gửi\n"
    assert len(mail_server[1].taken) == 2
    _Hook.code = 404
    ran = told.call("notify", "test", "siem")
    assert ran.code == 1
    assert "notify: siem: siem: not delivered: 127.0.0.1:" in ran.err
    assert "s3cret" not in ran.err
    ran = told.call("notify", "test", "nobody")
    assert ran.code == 2
    assert "no channel 'nobody'" in ran.err
    assert "soccheck.yaml has: office, siem" in ran.err


def test_a_siem_is_tried_without_a_finding_and_its_url_may_be_a_variable(
    told: Nights, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = told.scratch.root / "soccheck.yaml"
    text = file.read_text().replace("body: json", "body: ocsf")
    file.write_text(text.replace("url_file: url", "url_variable: SOC_URL"))
    ran = told.call("notify", "test", "siem")
    assert ran.code == 2
    assert "the variable SOC_URL of the environment is not set" in ran.err
    monkeypatch.setenv("SOC_URL", (told.scratch.root / "url").read_text().strip())
    assert told.call("notify", "test", "siem").code == 0
    assert _Hook.taken == [(f"/{SECRET}", b"[]")]


@pytest.mark.parametrize(("word", "code"), [("s3cret-word", 0), ("s3cret-wrong", 1)])
def test_mail_logs_in_by_a_password_from_a_file(
    told: Nights, mail_server: tuple[int, _Box], word: str, code: int
) -> None:
    root = told.scratch.root
    (root / "word").write_text(word)
    (root / "word").chmod(0o600)
    text = (root / "soccheck.yaml").read_text()
    more = "tls: none\n      user: soc\n      password_file: word"
    (root / "soccheck.yaml").write_text(text.replace("tls: none", more))
    ran = told.call("notify", "test", "office")
    assert ran.code == code
    assert len(mail_server[1].taken) == (0 if code else 2)
    assert ("it refuses the login (535)" in ran.err) == bool(code)
    assert "s3cret" not in ran.out + ran.err


def test_all_are_told_within_one_time(told: Nights, monkeypatch: pytest.MonkeyPatch) -> None:
    told.night("2024-06-30")
    told.scratch.edit("inv/hosts.yaml", "realtime: true", "realtime: false")
    with monkeypatch.context() as patched:
        patched.setattr("soccheck.cli.telling.SECONDS", 0.0)
        ran = told.night("2024-07-01")
    assert "everyone is told within 0 seconds" in ran.err
    before = len(_Hook.taken)
    assert "not delivered" not in told.night("2024-07-02").err
    assert len(_Hook.taken) == before + 1
