"""Whether a Windows machine's clock follows a time server.

`clock.synchronised` is
true   w32tm's leap indicator is not 3, its stratum is 1 to 15, its reference and the name of its source are
       there and another's, it heard of that within a day, and the clock is less than a second off it, where
       that is told, and less than a minute off ours;
false  the indicator is 3, the reference is the machine's own clock, or it heard of none for a day;
and unknown otherwise: where it names no reference, or the host of a virtual machine (VMTP), of which nobody
tells whom that follows.

Source: w32tm /query /status (Windows Time service tools); RFC 5905, 7.3.
"""

from __future__ import annotations

import re
from datetime import date, timedelta

from soccheck.probes.base import Answer, Answers, Learnt, Moment
from soccheck.probes.clock import FACT, say
from soccheck.probes.itself import elsewhere
from soccheck.probes.windows_json import one

_NOBODY = {
    "00000000": "w32tm names no reference; whom the clock follows is not known",
    "564D5450": "the clock follows the host of the virtual machine; whom that follows is not known",
}
_ITSELF = ("4C4F434C", "46524545")
_LONGEST_SILENCE = timedelta(days=1)
_SINCE = re.compile(r": *([0-9]{1,12})[.,][0-9]+s\s*\Z")
"""The last line of `/verbose`: `Time since Last Good Sync Time: 15.7344985s`, in any language."""

_OFFSET = re.compile(r"[^:]+: *-?([0-9]{1,12})[.,][0-9]+s\s*")
_OFFSET_LINE = -7
"""The first of the seven lines that `/verbose` adds: `Phase Offset: -0.0038147s`."""

_SHORT = 9
"""Lines of what w32tm prints without `/verbose`; more of them, and no such line, is an answer cut off."""

_LEAP = re.compile(r"[^\n:]+: *([0-3]) ?\(.*(?:\n[^\n:]+: *([0-9]{1,2}) ?\(|\s*\Z)")
_DAY = re.compile(r"([0-9]{1,4})[./-] ?([0-9]{1,2})[./-] ?([0-9]{1,4})")
_EARLIEST = date(2000, 1, 1)


def synchronised(answers: Answers, when: Moment, learnt: Learnt) -> None:
    """Read whether the clock follows another: the first line is the leap indicator in every language.

    3 is not synchronised. A reference of LOCL or FREE is the machine's own clock. The indicator stays what
    it was when the server is long gone: how long ago it was heard of is told by the last line.
    """
    answer = answers["time"]
    # The stratum is the next line: without that the first line may be the stratum itself.
    leap = _LEAP.match(answer.output.lstrip())
    lines = answer.output.replace("\r", "").split("\n")
    named = [n for n, line in enumerate(lines) if re.search(r"\b0x[0-9A-Fa-f]{8}\b", line)]
    if answer.state == "ok" and leap is not None and leap[1] == "3":
        learnt.say(FACT, False)
    if answer.state != "ok" or leap is None or not named:
        learnt.blame(answer, FACT)
        return
    reference = re.findall(r"\b0x([0-9A-Fa-f]{8})\b", lines[named[0]])[0].upper()
    if reference in _ITSELF:
        learnt.say(FACT, False)
    if reference in _NOBODY:
        learnt.fail("unparsed", _NOBODY[reference], FACT)
    if not 0 < int(leap[2] or 0) < 16:
        learnt.fail("unparsed", "w32tm's stratum is none, or not told", FACT)
    heard = _heard(answer, lines[named[0] + 1 : named[0] + 2], when)
    if heard is None:
        learnt.fail("unparsed", "w32tm does not tell when it last heard of a server", FACT)
    if heard:
        _another(reference, lines[named[0] + 2 : named[0] + 3], answers["system"], learnt)
        _near(answer, learnt)
    say(heard is True, learnt)


def _another(reference: str, following: list[str], system: Answer, learnt: Learnt) -> None:
    """Take in a source that may be the machine itself; it stands in the second line after the reference."""
    name = "".join(following).partition(":")[2].partition(",")[0].strip().lower()
    own = (one(system) or {}).get("CSName")
    if not (isinstance(own, str) and own):
        learnt.fail("unparsed", "the machine does not tell its own name", FACT)
    elif reference.startswith("7F") or not elsewhere(name) or name.partition(".")[0] == own.lower():
        detail = f"whether {name} is the machine itself is not known"
        learnt.fail("unparsed", detail, FACT)


def _near(answer: Answer, learnt: Learnt) -> None:
    """Take in how far off its server the clock is, which the short form does not tell."""
    lines = answer.output.strip().splitlines()
    if len(lines) > _SHORT:
        offset = _OFFSET.fullmatch(lines[_OFFSET_LINE])
        if offset is None or int(offset[1]) > 0:
            learnt.fail("unparsed", "how far it is off its server is too much, or not told", FACT)


def _heard(answer: Answer, following: list[str], when: Moment) -> bool | None:
    """Return whether a server was heard of within a day, or nothing where that cannot be told.

    Without `/verbose` the line after the reference tells the time of the last synchronisation, in the
    machine's own form: day first or month first, so what neither makes a day of these is long ago.
    """
    since = _SINCE.search(answer.output.rstrip())
    if since is not None:
        return int(since[1]) <= _LONGEST_SILENCE.total_seconds()
    if not following or len(answer.output.strip().splitlines()) > _SHORT:
        return None
    day = _DAY.search(following[0])
    if day is None or not re.search(r"[0-9]{1,2}[:.][0-9]{2}[:.][0-9]{2}\b", following[0]):
        return None
    first, second, third = map(int, day.groups())
    orders = [(first, second, third)]
    if first <= 31:
        orders = [(third, second, first), (third, first, second)]
    days = [found for year, *rest in orders if (found := _day(year, *rest)) is not None]
    today, silence = when.ended.date(), 2 * _LONGEST_SILENCE
    if any(abs(today - found) <= silence for found in days):
        return True
    # Of a calendar of another era (Thai, Hijri) a day is to come, or ages ago: it tells nothing.
    return False if days and all(_EARLIEST < found < today for found in days) else None


def _day(year: int, month: int, day: int) -> date | None:
    """Return a day, the year in two digits or four; nothing where there is none such."""
    try:
        return date(year + 2000 if year < 100 else year, month, day)
    except ValueError:
        return None
