"""Recorded and written answers of machines: a new case is a new file.

A file names the questions that were answered; any other found no such command. `facts` and `problems`
(fact: code) are all there is: what a parser says beyond them fails the case.
"""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
import yaml

from soccheck.probes import PROBES
from soccheck.probes.base import Answer, Moment, Probe, read

HERE = Path(__file__).parent
CASES = sorted(HERE.glob("*/*.yaml"))


def _answer(command: str, raw: Any) -> Answer:
    if isinstance(raw, str):
        return Answer(command, "ok", 0, raw, "")
    exit_status = raw.get("exit")
    state = raw.get("state") or ("ok" if not exit_status else "failed")
    return Answer(command, state, exit_status, raw.get("output", ""), raw.get("error", ""))


def _case(path: Path) -> tuple[Probe, str, dict[str, Answer], Moment, dict[str, Any]]:
    case = yaml.safe_load(path.read_text(encoding="utf-8"))
    platform = case.get("platform", "linux")
    probe = PROBES[platform, path.parent.name]
    answers = {ask.name: Answer(ask.command, "absent", None, "", "") for ask in probe.asks}
    for name, raw in case["answers"].items():
        assert name in answers, f"no question {name}"
        answers[name] = _answer(answers[name].command, raw)
    when = datetime.fromisoformat(str(case.get("when", "2026-02-01T08:00:00+00:00")))
    return probe, case.get("kind", "host"), answers, Moment(when, when), case


@pytest.mark.parametrize("path", CASES, ids=lambda p: f"{p.parent.name}/{p.stem}")
def test_answers_are_read_as_written(path: Path) -> None:
    probe, kind, answers, when, case = _case(path)
    facts, problems = read(probe, kind, answers, when)
    expected = {name: _plain(value) for name, value in case.get("facts", {}).items()}
    if case.get("only"):
        assert {k: v for k, v in facts.items() if k in expected} == expected
        codes = {k: v["code"] for k, v in problems.items()}
        assert codes.items() >= case.get("problems", {}).items()
        return
    assert facts == expected
    assert {name: p["code"] for name, p in problems.items()} == case.get("problems", {})


def _plain(value: Any) -> Any:
    return value.isoformat() if hasattr(value, "isoformat") else value


@pytest.mark.parametrize("path", CASES, ids=lambda p: f"{p.parent.name}/{p.stem}")
@pytest.mark.parametrize("state", ["denied", "timeout", "too_large", "lost"])
def test_an_answer_that_did_not_come_is_never_good_news(path: Path, state: str) -> None:
    """Losing any one answer may cost facts; it may not make protection out of nothing."""
    probe, kind, answers, when, _ = _case(path)
    facts, _ = read(probe, kind, answers, when)
    for name, answer in answers.items():
        less = {**answers, name: answer._replace(state=state, exit=None, output="", error="")}
        fewer, problems = read(probe, kind, less, when)
        for fact in probe.learns:
            assert fact in fewer or fact in problems
        for fact, good in GOOD.items():
            if fewer.get(fact) == good:
                assert facts.get(fact) == good, f"{fact} out of a {state} {name}"


GOOD = {
    "antivirus.running": True,
    "antivirus.realtime": True,
    "antivirus.signatures_loaded": True,
    "firewall.active": True,
    "firewall.default_inbound": "deny",
    "firewall.default_inbound_ipv6": "deny",
    "firewall.logs_denied": True,
    "ipv6.address": True,
    "ipv6.default_route": True,
    "ipv6.listens": True,
    "ipv6.resolver": True,
    "clock.synchronised": True,
    "monitoring.agent": True,
    "monitoring.logs_forwarded": True,
    "upkeep.restart_due": False,
}


@pytest.mark.parametrize("probe", PROBES.values(), ids=lambda p: f"{p.platform}-{p.name}")
@pytest.mark.parametrize("state", ["absent", "denied", "failed", "ok", "lost"])
@pytest.mark.parametrize(
    "output", ["", "\x00\xff\n", "[" * 5000, "{}", "null", "\n".join("a: b" for _ in range(99))]
)
def test_rubbish_is_never_good_news(probe: Probe, state: str, output: str) -> None:
    status = {"ok": 0, "failed": 1}.get(state)
    answers = {ask.name: Answer(ask.command, state, status, output, "") for ask in probe.asks}
    when = datetime.fromisoformat("2026-02-01T08:00:00+00:00")
    kind = probe.kinds[0]
    facts, problems = read(probe, kind, answers, Moment(when, when))
    for fact, good in GOOD.items():
        if facts.get(fact) == good:
            assert (probe.name, fact, output) in EMPTY_IS_AN_ANSWER
    for code in problems.values():
        assert code["code"] != "ok"


EMPTY_IS_AN_ANSWER = {("ipv6", "ipv6.listens", "")}
"""Nothing listens when `ss` prints nothing: no service is missing on IPv6."""
