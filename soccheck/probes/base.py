"""What a probe is: questions for a machine, and the pure function that reads the answers.

A question that got no answer is a problem of the facts it was for; `Learnt` has no way to pass over it.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from soccheck.facts.catalogue import FACTS
from soccheck.facts.values import decode, encode
from soccheck.model import Value

KIB = 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """Represents one question: what is run, when it is asked, and what it may cost."""

    name: str
    purpose: str

    argv: tuple[str, ...] = ()
    """What is run: a command, as it stands."""

    files: tuple[str, ...] = ()
    """Or files, whose lines are printed with their names; of those that are not there, nothing."""

    script: str = ""
    """Or shell text of our own that only reads, after the files: the body of a function, so that it ends
    early with `return` and changes no folder."""

    root: bool = False
    """It is run as root, through sudo when needed."""

    path: str = ""
    """It is asked where this path exists; of several words, one of them."""

    running: str = ""
    """It is asked while this program runs."""

    filled: str = ""
    """It is asked unless this file is seen empty; of several words, each of them."""

    xtables: bool = False
    """It is asked unless the answer `kept` shows that nothing made by iptables can be loaded."""

    kept: bool = False
    """The shell keeps its answer, for the questions about `xtables`."""

    slow: bool = False
    """It may hang, and gets a time limit."""

    secret: bool = False
    """In its answer passwords are masked."""

    limit: int = 256 * KIB
    """Most bytes of its answer."""

    @property
    def command(self) -> str:
        """Return what is run, as a reader sees it."""
        if self.argv:
            return shlex.join(self.argv)
        parts = [named(" ".join(self.files))] if self.files else []
        parts += [self.script] if self.script else []
        return "; ".join(parts)


def named(files: str) -> str:
    """Return shell text that prints the lines of files, each with its file's name."""
    return f"grep -Hs '' {files}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """Represents what came back: how it ended (`state`), exit status, output, start of standard error.

    States: `ok`, `failed` (another exit status than 0), `absent` (there is no such command or path),
    `denied`, `timeout`, `too_large`, `lost`, `not_collected` (nobody asked).
    """

    command: str
    state: str
    exit: int | None = None
    output: str = ""
    error: str = ""

    @property
    def said(self) -> bool:
        """Return whether the output is whole: the command ended by itself, whatever its status."""
        return self.state in ("ok", "failed")

    @property
    def missing(self) -> bool:
        """Return whether the question makes sense on the machine, and its answer did not come."""
        return not self.said and self.state != "absent"

    @property
    def problem(self) -> str:
        """Return the problem code of a question that has no usable answer."""
        return {"absent": "no_command", "failed": "unparsed", "ok": "unparsed"}.get(
            self.state, self.state
        )

    @property
    def detail(self) -> str:
        """Return in a few words what went wrong."""
        if self.state == "absent":
            return f"{self.command.split(' ')[0]}: not there"
        first = next((line for line in self.error.splitlines() if line.strip()), "")
        status = "" if self.exit is None else f" (exit {self.exit})"
        return f"{self.command[:80]}: {first[:160] or self.state}{status}"


Answers = Mapping[str, Answer]


def answers_of(record: Mapping[str, Any]) -> dict[str, Answer]:
    """Return a record's answers as a parser takes them; a redacted one has no text.

    Raises `KeyError` when texts were redacted.
    """
    found = {}
    for name, answer in record["answers"].items():
        state = "absent" if answer["state"] == "no_command" else answer["state"]
        found[name] = Answer(
            command=answer["command"],
            state=state,
            exit=answer.get("exit"),
            output=answer["output"],
            error=answer["error"],
        )
    return found


_DENIED = re.compile(
    r"permission denied|operation not permitted|a password is required|is not in the sudoers"
    r"|not allowed to execute|may not run sudo|must be root|you need to be root|access is denied"
    r"|are you root|requires? root|unauthorizedaccess|permissiondenied|-2147024891|-2147217405",
    re.IGNORECASE,
)


def ended(status: int, error: str) -> str:
    """Return the state of a command that ended with `status`; commands run with LC_ALL=C."""
    if status == 0:
        return "ok"
    if status == 124:
        return "timeout"  # timeout(1)
    return "denied" if _DENIED.search(error) else "failed"


class Learnt:
    """Collects what a probe learns: each fact has a value or a problem, and the first word stands."""

    def __init__(self) -> None:
        self.facts: dict[str, Value] = {}
        self.problems: dict[str, tuple[str, str]] = {}

    def say(self, fact: str, value: Value) -> None:
        """Take in a value."""
        if fact not in self.facts and fact not in self.problems:
            self.facts[fact] = value

    def fail(self, code: str, detail: str, *facts: str) -> None:
        """Take in why facts have no value."""
        for fact in facts:
            if fact not in self.facts and fact not in self.problems:
                self.problems[fact] = (code, detail[:1000])

    def blame(self, answer: Answer, *facts: str) -> None:
        """Take in that facts have no value because of a question's answer."""
        self.fail(answer.problem, answer.detail, *facts)


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """Represents when a machine was asked, by our clock."""

    started: datetime
    ended: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Probe:
    """Represents one subject: the machines it is for, its questions, what it learns, how it reads.

    `learns` always come with a value or a problem; `may` only where the machine tells of them. `shows`
    are what the firewall engine reads out of the answers later.
    """

    name: str
    platform: str
    kinds: tuple[str, ...]
    purpose: str
    asks: tuple[Ask, ...]
    learns: tuple[str, ...]
    may: tuple[str, ...]
    parse: Callable[[Answers, Moment, Learnt], None]
    shows: tuple[str, ...] = ()


def of_all(asks: Iterable[Ask], answers: Answers) -> dict[str, Answer]:
    """Return an answer to each question: a bundle of an earlier release lacks those it did not ask.

    What nobody asked for may well be there.
    """
    unasked = {
        ask.name: Answer(command=ask.command, state="not_collected", error="it was not asked")
        for ask in asks
    }
    return {**unasked, **answers}


def read(
    probe: Probe, kind: str, answers: Answers, when: Moment
) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return the facts and the problems of a probe's answers, as the bundle writes them.

    What a parser cannot read is `unparsed`: a machine must not be able to stop the collection.
    """
    answers = of_all(probe.asks, answers)
    learnt = Learnt()
    wanted = [fact for fact in probe.learns if (kind, fact) in FACTS]
    try:
        probe.parse(answers, when, learnt)
    except Exception as error:  # noqa: BLE001  -- hostile input: whatever it breaks is its problem
        learnt.fail("unparsed", f"{error.__class__.__name__}: {error}"[:300], *wanted)
    facts, problems = {}, {}
    for fact, value in learnt.facts.items():
        known = FACTS.get((kind, fact))
        if known is None:
            continue  # of another kind of asset: a firewall has no role
        written = encode(value)
        if decode(known, written) is None:
            learnt.problems[fact] = ("unparsed", f"{str(value)[:100]!r} is no {known.type}")
        else:
            facts[fact] = written
    learnt.fail("unparsed", f"the {probe.name} probe found no answer", *wanted)
    for fact, (code, detail) in learnt.problems.items():
        if (kind, fact) in FACTS:
            problems[fact] = {"code": code, "detail": detail}
    return facts, problems


# -- reading helpers -------------------------------------------------------------------------------


def age(built: datetime, when: Moment) -> timedelta | None:
    """Return how old something was when it was read; nothing for a time to come (a day is excused)."""
    length = when.ended - built
    if length < timedelta(days=-1):
        return None
    return max(timedelta(seconds=int(length.total_seconds())), timedelta(0))


def utc(text: str, form: str) -> datetime | None:
    """Return the time `text` tells in the form of strptime, taken as UTC when it names no zone."""
    try:
        when = datetime.strptime(text.strip(), form)  # noqa: DTZ007  -- the zone is set below
    except ValueError:
        return None
    return when.replace(tzinfo=UTC) if when.tzinfo is None else when.astimezone(UTC)


def a_day(text: str) -> date | None:
    """Return the day at the beginning of `text`, written year-month-day."""
    when = utc(text[:10], "%Y-%m-%d")
    return when.date() if when else None


def fields(text: str) -> dict[str, str]:
    """Return `Name: value` lines as a mapping, without names of which two things are said."""
    found: dict[str, set[str]] = {}
    for line in text.splitlines():
        name, colon, value = line.partition(":")
        if colon:
            found.setdefault(name.strip(" \t-"), set()).add(value.strip())
    return {name: value for name, (value, *others) in found.items() if not others}
