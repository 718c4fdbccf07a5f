"""Which rules an official document follows: dated editions of the duty to report, data in `editions.yaml`."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from soccheck.errors import UsageError
from soccheck.facts import values
from soccheck.model import Text
from soccheck.phrase import phrase
from soccheck.sources import yaml

SENDERS = ("owner", "specialist", "operator")
"""Who sends a yearly letter: the owner to the ministry, the others to the owner."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Citation:
    """Represents a text the report is based on, and the mark by which references to it are known."""

    text: Text
    named: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Content:
    """Represents one content the rules ask for, and the part or appendix that has it."""

    number: int
    at: str
    text: Text


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportPeriod:
    """Represents the days a report is about, the last one included; its figures are as of that day."""

    start: date
    end: date

    def __contains__(self, day: object) -> bool:
        return isinstance(day, date) and self.start <= day <= self.end


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportingEdition:
    """Represents the rules on reporting in force for periods that end on or after `start`.

    `security` is the word of the law for what is reported on, `due` the last day but one a letter may
    be sent on (month and day: it is due before it), by sender.
    """

    id: str
    start: date
    source: str
    clause: str
    security: Text
    subject: Text
    ministry: Text
    form: str | None
    begins: str
    ends: str
    due: Mapping[str, str]
    basis: tuple[Citation, ...]
    contents: tuple[Content, ...]

    def period_of(self, day: date) -> ReportPeriod:
        """Return the yearly period that `day` lies in."""
        end = _day(day.year, self.ends)
        if day > end:
            end = _day(day.year + 1, self.ends)
        return ReportPeriod(start=_day(end.year - 1, self.begins), end=end)

    def due_day(self, sender: str, period: ReportPeriod) -> date:
        """Return the day before which the letter on a period is due."""
        return _day(period.end.year, self.due[sender])


def edition(end: date, *, letter: bool = False) -> ReportingEdition:
    """Return the edition for a period that ends on `end`; raises `UsageError` where there is none.

    For a `letter` it must say what a yearly letter has.
    """
    found = [item for item in editions() if item.start <= end]
    if not found or (letter and not found[-1].contents):
        first = next(item for item in editions() if item.contents or not letter)
        raise UsageError(
            phrase("no rules on yearly reports are known for a period that ends on {day}", day=end),
            hint=phrase("the first known are those of {source}", source=first.source),
        )
    return found[-1]


@functools.cache
def counted() -> Mapping[str, Text]:
    """Return how sentences say what a policy's headline counts, by the policy's id."""
    texts: Mapping[str, Text] = _data()["counted"]
    return texts


@dataclass(frozen=True, slots=True, kw_only=True)
class ResultSection:
    """Represents a section of part II: the policies it tells of, and controls of others that belong there.

    `rest` says that it has the policies that no section names.
    """

    title: Text
    policies: tuple[str, ...]
    controls: tuple[str, ...]
    rest: bool


@functools.cache
def sections() -> tuple[ResultSection, ...]:
    """Return the sections of part II, but for the published figures that end it."""
    return tuple(
        ResultSection(
            title=node["title"],
            policies=tuple(node["policies"]),
            controls=tuple(node.get("controls", ())),
            rest=node.get("rest", False),
        )
        for node in _data()["sections"]
    )


@functools.cache
def cited() -> Mapping[str, Text]:
    """Return the whole citation of sources that policies name in short."""
    texts: Mapping[str, Text] = _data()["cited"]
    return texts


@functools.cache
def level_controls() -> Mapping[str, str]:
    """Return the controls that the table of levels counts systems by, by column."""
    controls: Mapping[str, str] = _data()["levels"]
    return controls


@functools.cache
def _data() -> dict[str, Any]:
    path = Path(__file__).parent / "editions.yaml"
    source = yaml.parse(path.read_bytes(), path.name)
    assert not source.problems
    data: dict[str, Any] = source.data
    return data


@functools.cache
def editions() -> tuple[ReportingEdition, ...]:
    """Return all editions, the earliest first."""
    return tuple(
        ReportingEdition(
            id=node["id"],
            start=_stated(node["from"]),
            source=node["source"],
            clause=node["clause"],
            security=node["security"],
            subject=node["subject"],
            ministry=node["ministry"],
            form=node.get("form"),
            begins=node["period"]["start"],
            ends=node["period"]["end"],
            due=node.get("due", {}),
            basis=tuple(Citation(text=one["text"], named=one["named"]) for one in node["basis"]),
            contents=tuple(
                Content(number=one["number"], at=one["at"], text=one["text"])
                for one in node.get("contents", ())
            ),
        )
        for node in _data()["editions"]
    )


def _stated(text: str) -> date:
    day = values.day(text)
    assert day is not None
    return day


def _day(year: int, month_and_day: str) -> date:
    return _stated(f"{year:04d}-{month_and_day}")
