"""Until when an operating system is supported, by a catalogue of releases kept as data (`os_support.yaml`).

`os.supported_until` of Linux is
the day  until which the maker mends faults of security in the release that os-release(5) names, on every
         machine, where it was asked by then: of the catalogue, or `SUPPORT_END`, the earlier of the two;
         until which Ubuntu Pro mends them, where a valid contract is attached and esm-infra is on;
         or the last day of any support, where that is over;
and unknown otherwise: of a release that is not known; where the support that every machine gets is over and
more can be had for some (ESM, ELS, LTSS, Debian LTS); and of a minor release whose support ended when a later
one came, or may have, where one is due that the catalogue does not know of. That one came is known of a
machine that runs it: it is supported until the one after it is due.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from soccheck.errors import InputError
from soccheck.probes.base import Answer, Answers, Ask, Learnt, Moment
from soccheck.probes.shared import once
from soccheck.sources import yaml

FACT = "os.supported_until"
ASKS = (
    Ask(
        name="pro-contract",
        purpose="whether the machine is attached to Ubuntu Pro, and how long its contract lasts",
        argv=("pro", "api", "u.pro.status.is_attached.v1"),
        path="/usr/bin/pro",
        slow=True,
    ),
    Ask(
        name="pro-services",
        purpose="which services of Ubuntu Pro are on",
        argv=("pro", "api", "u.pro.status.enabled_services.v1"),
        path="/usr/bin/pro",
        slow=True,
    ),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Release:
    """Represents one release: the days of its support, its minor releases, each until the next one came."""

    until: date
    extended: date | None = None
    pro: date | None = None
    minors: Mapping[int, date]
    due: date | None = None


def _release(entry: Mapping[str, Any]) -> Release:
    days = {name: entry.get(name) for name in ("extended", "pro", "due")}
    minors = entry.get("minors", {})
    return Release(
        until=date.fromisoformat(entry["until"]),
        minors={int(name.rpartition(".")[2]): date.fromisoformat(minors[name]) for name in minors},
        **{name: date.fromisoformat(day) if day else None for name, day in days.items()},
    )


def _catalogue() -> dict[str, Any]:
    path = Path(__file__).parent / "os_support.yaml"
    source = yaml.parse(path.read_bytes(), path.name)
    if source.problems:
        raise InputError(source.problems)
    found: dict[str, Any] = source.data
    return found


_DATA = _catalogue()
LINUX = {
    (system["id"], system.get("name"), name): _release(entry)
    for system in _DATA["linux"]
    for name, entry in system["releases"].items()
}
WINDOWS = tuple(
    (re.compile(entry["caption"]), int(entry["build"]), _release(entry))
    for system in _DATA["windows"]
    for entry in system["releases"]
)


def of_linux(system: Mapping[str, str], answers: Answers, when: Moment, learnt: Learnt) -> None:
    """Say until when a release of Linux is supported, from the assignments of os-release(5)."""
    day, stated = when.ended.date(), _day(system.get("SUPPORT_END", ""))
    release = _of_catalogue(system)
    like = system.get("ID_LIKE", "").split()
    minor = "rhel" in like and "." in system.get("VERSION_ID", "")  # the next one ends its support
    if release is None and stated is not None and system.get("ID") and not minor:
        release = Release(until=stated, minors={})
    if release is None:
        learnt.fail("unparsed", f"no day is known of {_named(system)}", FACT)
        return
    _minor(system, release, day, learnt)
    until = min(release.until, stated or release.until)
    paid = _paid(release, answers, day)
    if paid is not None and paid > until:
        learnt.say(FACT, paid)
    else:
        _say(until, release.extended, _named(system), day, learnt)


def of_windows(caption: str, version: object, when: Moment, learnt: Learnt) -> None:
    """Say until when a release of Windows is supported, by its whole name and the number of its build."""
    numbers = re.fullmatch(r"[0-9]+\.[0-9]+\.([0-9]{4,6})", str(version))
    build = int(numbers[1]) if numbers else 0
    fitting = [one for name, number, one in WINDOWS if number == build and name.fullmatch(caption)]
    if len(fitting) == 1:
        (one,) = fitting
        _say(one.until, one.extended, caption, when.ended.date(), learnt)
    else:
        learnt.fail("unparsed", f"no day is known of {caption[:80]} {str(version)[:20]}", FACT)


def _say(until: date, extended: date | None, name: str, day: date, learnt: Learnt) -> None:
    if extended is not None and until < day <= extended:
        detail = (
            f"{name}: the support of every machine ended on {until}; "
            f"whether this one has more, until {extended} at most, is not told"
        )
        learnt.fail("unparsed", detail, FACT)
    learnt.say(FACT, until if extended is None or day <= until else extended)


def _of_catalogue(system: Mapping[str, str]) -> Release | None:
    for name in _names(system):
        for shared in (None, system.get("NAME")):
            if (found := LINUX.get((system.get("ID", ""), shared, name))) is not None:
                return found
    return None


def _names(system: Mapping[str, str]) -> Iterator[str]:
    """Yield what a release may be called, the whole first: 15.6, and of 9.7 the 9 it belongs to."""
    yield system.get("VERSION", "")
    number = system.get("VERSION_ID", "")
    while number:
        yield number
        number = number.rpartition(".")[0]


def _named(system: Mapping[str, str]) -> str:
    return f"{system.get('ID', '?')} {system.get('VERSION_ID', '')}".strip()[:80]


def _minor(system: Mapping[str, str], release: Release, day: date, learnt: Learnt) -> None:
    """Take in why a minor release may not be supported on a day."""
    name = _named(system)
    numbers = re.fullmatch(r"([0-9]+)\.([0-9]{1,2})", system.get("VERSION_ID", ""))
    if not release.minors:
        return
    if numbers is None:
        learnt.fail("unparsed", f"{name}: which minor release it is of is not told", FACT)
        return
    own, newest = int(numbers[2]), max(release.minors)
    came, due = release.minors.get(own), release.due
    for _ in range(newest, own):
        came, due = due, due and (due + timedelta(days=184)).replace(day=1)
    later = [minor for minor, when in release.minors.items() if minor > own and when <= day]
    if later:
        other = f"{numbers[1]}.{max(later)}"
        detail = f"{name}: a minor release, whose support ended when {other} came"
        learnt.fail("unparsed", detail, FACT)
    if came is None or day < came or _TRIAL.search(system.get("PRETTY_NAME", "")):
        learnt.fail("unparsed", f"{name}: whether this minor release had come is not known", FACT)
    if due and day >= due:
        other = f"{numbers[1]}.{max(own, newest)}"
        detail = f"{name}: whether a minor release came after {other} is not known"
        learnt.fail("unparsed", detail, FACT)


_TRIAL = re.compile(r"(?i)\b(?:beta|rc[0-9]*|lookahead)\b")
"""What is tried before it comes is called so."""


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _paid(release: Release, answers: Answers, day: date) -> date | None:
    """Return the last day of Ubuntu Pro's maintenance, where the machine has it."""
    contract, services = (_attributes(answers[ask.name]) for ask in ASKS)
    left, listed = contract.get("contract_remaining_days"), services.get("enabled_services")
    if release.pro is None or contract.get("is_attached_and_contract_valid") is not True:
        return None
    names = [one.get("name") for one in listed or () if isinstance(one, dict)]
    if type(left) is not int or left < 0 or "esm-infra" not in names:
        return None
    return min(release.pro, day + timedelta(days=min(left, 36500)))


def _attributes(answer: Answer) -> dict[str, Any]:
    """Return what an endpoint of the Pro client answered; nothing where it failed."""
    try:
        told = json.loads(answer.output, object_pairs_hook=once) if answer.state == "ok" else None
        found = told["data"]["attributes"] if told and told["result"] == "success" else {}
    except (ValueError, KeyError, TypeError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}
