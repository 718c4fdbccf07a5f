"""Ask one machine: one connection, one script, and its entry for the bundle, whatever happens."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from soccheck.bundle import bundle as evidence
from soccheck.bundle import canonical_json as canonical
from soccheck.collect import powershell, script, show
from soccheck.collect.faults import FaultError, plain
from soccheck.collect.limits import Limits
from soccheck.collect.plan import Target
from soccheck.collect.ssh.login import Login
from soccheck.facts.catalogue import FACTS
from soccheck.probes.all import TELLS_WHICH
from soccheck.probes.base import Answer, Answers, Ask, Moment, Probe, read
from soccheck.probes.devices import PREPARE
from soccheck.probes.shared import MACHINE_ID, machine_id
from soccheck.sources.secrets import masked

Clock = Callable[[], datetime]
Json = dict[str, Any]
_BROKEN = ("lost", "timeout", "too_large")


def ask(
    target: Target, login: Login, connector: Any, *, limits: Limits, marker: str, clock: Clock
) -> tuple[Json, str]:
    """Return the machine's entry and why the session broke off, if it did.

    `connector` gives sessions; see `ssh.connect.Connector`. Raises `FaultError` when the machine cannot be
    asked at all.
    """
    started = clock()
    questions = script.asks_of(target.probes)
    if target.platform in PREPARE:
        with connector.session(login) as session:
            proved = _proved(session)
            end = time.monotonic() + limits.command
            shown = show.converse(
                session.terminal(limits), PREPARE[target.platform], questions, end
            )
        when = Moment(started=started, ended=max(started, clock()))
        return {**entry_of(target, login.origin, shown, when), **proved}, ""
    command, composed = told(target.platform, questions, marker)
    with connector.session(login) as session:
        proved = _proved(session)
        raw = session.run(command, composed.encode(), limits)
        if raw.cause == "too_large" and command == script.SHELL:
            # One answer without end took the room of all others: now each has its own bound. A machine
            # that is gone by then is still one that said too much, and is not asked yet again.
            composed = script.compose(questions, marker, bounded=True)
            with contextlib.suppress(FaultError):
                again = session.run(command, composed.encode(), limits)
                raw = replace(again, cause="too_large") if again.cause == "lost" else again
    # However the connection ended, the last line says that everything before it was sent.
    cause = "" if script.finished(marker, raw.output) else raw.cause or "lost"
    answers = script.split(questions, marker, raw.output, raw.error, cause or "lost")
    if not raw.cause and all(answer.state == "lost" for answer in answers.values()):
        said = plain((raw.output or raw.error).decode("utf-8", "replace"), 120).split("\n")[0]
        raise FaultError("no_command", f"no shell answered the questions; it said: {said!r}")
    when = Moment(started=started, ended=max(started, clock()))  # it may be set back meanwhile
    proved |= _said_to_be(answers)
    return {**entry_of(target, login.origin, answers, when, cause), **proved}, cause


def _proved(session: Any) -> Json:
    """Return by which key the machine proved who it is."""
    return {"host_key": session.host_key(), "host_key_type": session.host_key_type()}


def _said_to_be(answers: Answers) -> Json:
    """Return the digest of its machine-id, where the machine was asked for it and has one."""
    answer = answers.get(MACHINE_ID.name)
    found = machine_id(answer.output) if answer is not None else None
    return {"machine_id": found} if found else {}


def told(platform: str, questions: Sequence[Ask], marker: str) -> tuple[str, str]:
    """Return the command a machine runs, none on a device, and what it reads on standard input."""
    if platform in PREPARE:
        return "", "".join(
            f"{line}\n" for line in (*PREPARE[platform], *(q.command for q in questions))
        )
    if platform == "windows":
        return powershell.SHELL, powershell.compose(questions, marker)
    return script.SHELL, script.compose(questions, marker)


def entry_of(target: Target, origin: str, answers: Answers, when: Moment, cause: str = "") -> Json:
    """Return an asset's entry for the bundle from what it answered."""
    times = {"started": evidence.moment(when.started), "ended": evidence.moment(when.ended)}
    records = {}
    for probe in target.probes:
        own = {ask.name: _kept(ask, answers[ask.name]) for ask in probe.asks}
        facts, problems = read(probe, target.kind, own, when)
        record = {
            **times,
            "basis": "observed",
            "facts": facts,
            "problem": None,
            "problems": problems,
            "answers": {name: _written(answer) for name, answer in own.items()},
        }
        if not probe.learns and not any(answer.state == "ok" for answer in own.values()):
            answer = next(iter(own.values()))
            record = {**record, "problem": {"code": answer.problem, "detail": answer.detail}}
        about = own.keys() - TELLS_WHICH
        if cause and not facts and all(own[name].state in _BROKEN for name in about):
            problem = {"code": cause, "detail": "the session broke off before these questions"}
            record = {**record, "problem": problem}
        records[probe.name] = record
    return {
        **times,
        "kind": target.kind,
        "origin": origin,
        "platform": target.platform,
        "probes": records,
    }


def _kept(ask: Ask, answer: Answer) -> Answer:
    return replace(answer, output=masked(answer.output)) if ask.secret else answer


def _written(answer: Answer) -> Json:
    # NOTE: a lone surrogate cannot come out of decoding with replacement, so this always encodes.
    state = "no_command" if answer.state == "absent" else answer.state
    written: Json = {
        "command": answer.command,
        "state": state,
        "output": answer.output,
        "output_sha256": canonical.sha256(answer.output),
        "error": answer.error,
        "error_sha256": canonical.sha256(answer.error),
    }
    if answer.exit is not None:
        written["exit"] = answer.exit
    return written


def failed_entry(target: Target, origin: str, fault: Mapping[str, str], when: Moment) -> Json:
    """Return the entry of a machine that could not be asked: every fact it was for has the problem."""
    times = {"started": evidence.moment(when.started), "ended": evidence.moment(when.ended)}
    problem = {"code": fault["code"], "detail": fault["detail"][:1000]}
    records = {
        probe.name: {
            **times,
            "basis": "observed",
            "answers": {},
            "facts": {},
            "problem": problem,
            "problems": dict.fromkeys(_facts_of(probe, target.kind), problem),
        }
        for probe in target.probes
    }
    return {
        **times,
        "kind": target.kind,
        "origin": origin,
        "platform": target.platform,
        "probes": records,
    }


def _facts_of(probe: Probe, kind: str) -> list[str]:
    return [fact for fact in probe.learns if (kind, fact) in FACTS]


def unasked_origin(target: Target) -> str:
    """Return where an asset would have been asked, as far as the inventory says."""
    return f"ssh://{target.address or target.asset}"
