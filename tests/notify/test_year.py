"""A made-up year, night by night: what the person who is told of it reads on the nights that matter.

`pytest tests/notify/test_year.py -s` prints every digest of the year.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

import pytest

from tests.history.nights import AGING, Nights
from tests.scratch import Scratch

HOOK = "notify: {webhook: [{name: soc, url_file: url, body: slack}]}\n"
FIRST, LAST = date(2024, 6, 30), date(2025, 6, 30)
NIGHTS: dict[date, dict[str, bool | str]] = {
    # A night that matters -> what machines answer from then on.
    date(2024, 7, 10): {"web-1": False, "web-2": True},
    date(2024, 7, 18): {"web-1": True, "web-2": True},
    date(2024, 9, 4): {"web-1": True, "web-2": "unreachable"},
    date(2024, 9, 20): {"web-1": True, "web-2": True},
}
TOLD = {
    date(2024, 6, 30): ("To be done", "first message"),
    date(2024, 7, 10): ("New (2)", "web-1", "evidence"),
    date(2024, 7, 18): ("Resolved (2)", "web-1"),
    date(2024, 7, 1): (),
    date(2024, 8, 19): ("By the calendar alone", "policy"),
    date(2024, 9, 4): ("web-2", "machine silent"),
    date(2025, 1, 1): ("By the calendar alone", "waiver", "w-1"),
}


class _Year(BaseHTTPRequestHandler):
    posted: list[dict[str, Any]] = []  # noqa: RUF012  -- one server a test

    def do_POST(self) -> None:
        _Year.posted.append(json.loads(self.rfile.read(int(self.headers["content-length"]))))
        self.send_response(200)
        self.end_headers()

    def log_message(self, *args: object) -> None:
        return


@pytest.fixture
def year(
    scratch: Scratch, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> Iterator[Nights]:
    monkeypatch.delenv("SOCCHECK_DATABASE_URL", raising=False)
    monkeypatch.chdir(scratch.root)
    _Year.posted.clear()
    nights = Nights(scratch, capsys)
    scratch.edit("inv/systems.yaml", "  mail:", "    backup: {last: 2024-06-28}\n  mail:")
    hosts = (scratch.root / "inv/hosts.yaml").read_text()
    at = hosts.index("mail-1:")
    scratch.write("inv/hosts.yaml", hosts[:at] + hosts[at:].replace("true", "false", 1))
    text = (scratch.root / "pol/trial.yaml").read_text() + AGING
    old = text.replace('version: "1"', 'version: "1"\neffective: {to: 2024-08-18}')
    new = text.replace('version: "1"', 'version: "2"\neffective: {from: 2024-08-19}')
    scratch.write("pol/trial.yaml", old)
    scratch.write("pol/trial-2.yaml", new.replace("[2, 3, 4, 5]", "[3, 4, 5]"))
    with ThreadingHTTPServer(("127.0.0.1", 0), _Year) as server:
        thread = Thread(target=server.serve_forever, daemon=True)
        thread.start()
        scratch.write("url", f"http://127.0.0.1:{server.server_port}/soc\n").chmod(0o600)
        yield nights
        server.shutdown()
        thread.join()


def _nights() -> list[date]:
    """Return the nights that are judged: those that matter, the ones before and after, and one a month."""
    wanted = {FIRST + timedelta(days=30 * month) for month in range(13)}
    wanted |= {day + timedelta(days=more) for day in TOLD for more in (-1, 0, 1)}
    wanted |= set(NIGHTS)
    return sorted(day for day in wanted if FIRST <= day <= LAST)


def _said(message: dict[str, Any]) -> str:
    """Return what a message of Slack says."""
    lines: list[str] = []
    for block in message["blocks"]:
        lines += [e["text"] for e in block["elements"]] if "elements" in block else []
        lines += [block["text"]["text"]] if "text" in block else []
    return "\n".join(lines)


def test_a_year_of_nights_is_told_as_it_happened(
    year: Nights,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    request: pytest.FixtureRequest,
) -> None:
    answers: dict[str, bool | str] = {"web-1": True, "web-2": True}
    digests: dict[date, str] = {}
    for day in _nights():
        answers = NIGHTS.get(day, answers)
        year.evidence(day.isoformat(), answers)
        year.scratch.write(
            "soccheck.yaml", (year.scratch.root / "soccheck.yaml").read_text() + HOOK
        )
        when = datetime.combine(day, time(23), UTC)
        monkeypatch.setattr("soccheck.cli.history_place.now", lambda when=when: when)
        before = len(_Year.posted)
        year.night(day.isoformat())
        told = _Year.posted[before:]
        assert len(told) <= 1
        if told:
            digests[day] = _said(told[0])
            if request.config.getoption("capture") == "no":
                with capsys.disabled():
                    print(f"\n--- the night of {day}\n{digests[day]}")
    for day, words in TOLD.items():
        assert all(word in digests.get(day, "") for word in words), (day, digests.get(day))
    assert date(2024, 7, 1) not in digests, "nothing changed, and a message came the day before"
    assert year.call("history", "verify").code == 0
