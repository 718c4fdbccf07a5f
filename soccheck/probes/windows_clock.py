"""Whether a Windows machine's clock follows a time server.

`clock.synchronised` is
true   w32tm's leap indicator is not 3, its stratum is 1 to 15, its reference and the name of its source are
       there and another's, it heard of that within a day, the clock was set by it (the state is not Unset),
       is less than a second off it, and less than a minute off the root of all, and off ours;
false  the indicator is 3, the reference is the machine's own clock, or it heard of none for a day;
and unknown otherwise: where it names no reference, or the host of a virtual machine (VMTP), of which nobody
tells whom that follows.

Source: w32tm /query /status /verbose (Windows Time service tools); RFC 5905, 7.3.
"""

from __future__ import annotations

import re
from datetime import timedelta

from soccheck.probes.base import Answer, Answers, Learnt
from soccheck.probes.clock import FACT, say
from soccheck.probes.itself import elsewhere, is_host
from soccheck.probes.windows_json import one

_NOBODY = {
    "00000000": "w32tm names no reference; whom the clock follows is not known",
    "564D5450": "the clock follows the host of the virtual machine; whom that follows is not known",
}
_ITSELF = ("4C4F434C", "46524545")
_LONGEST_SILENCE = timedelta(days=1)
_MOST_DISPERSION = 60
"""Seconds that what is behind the server may be off; Windows itself counts with about ten."""
_LINES = 16
"""Lines of `w32tm /query /status /verbose` that are not blank; one less is an answer cut off."""
_DISPERSION, _REFERENCE, _SOURCE, _OFFSET, _STATE, _SINCE = 4, 5, 7, 9, 11, 15
"""Where stand `ReferenceId: 0x14653909 (source IP:  20.101.57.9)`, `Source: time.windows.com,0x9`,
`Phase Offset: -0.0038147s` and `Time since Last Good Sync Time: 15.7344985s`, in any language."""

_LEAP = re.compile(r"[^\n:]+: *([0-3]) ?\(.*(?:\n[^\n:]+: *([0-9]{1,2}) ?\(|\s*\Z)")
_SECONDS = re.compile(r"[^:]+: *(-?)([0-9]{1,12})[.,][0-9]+s\s*")
_SET = re.compile(r"[^:]+: *[1-9] ?\(.*")


def synchronised(answers: Answers, learnt: Learnt) -> None:
    """Read whether the clock follows another: the first line is the leap indicator in every language.

    3 is not synchronised. A reference of LOCL or FREE is the machine's own clock. The indicator stays what
    it was when the server is long gone: how long ago it was heard of is told by the last line.
    """
    answer = answers["time"]
    lines = [line.strip() for line in answer.output.splitlines() if line.strip()]
    # The stratum is the next line: without that the first line may be the stratum itself.
    leap = _LEAP.match(answer.output.lstrip())
    if answer.state == "ok" and leap is not None and leap[1] == "3":
        learnt.say(FACT, False)
    named = re.search(r"\b0x([0-9A-Fa-f]{8})\b", lines[_REFERENCE]) if lines[_REFERENCE:] else None
    if answer.state != "ok" or leap is None or named is None:
        learnt.blame(answer, FACT)
        return
    reference = named[1].upper()
    if reference in _ITSELF:
        learnt.say(FACT, False)
    if reference in _NOBODY:
        learnt.fail("unparsed", _NOBODY[reference], FACT)
    if not 0 < int(leap[2] or 0) < 16:
        learnt.fail("unparsed", "w32tm's stratum is none, or not told", FACT)
    since = _SECONDS.fullmatch(lines[_SINCE]) if len(lines) == _LINES else None
    if since is None or since[1]:
        learnt.fail("unparsed", "w32tm does not tell when it last heard of a server", FACT)
        return
    heard = int(since[2]) <= _LONGEST_SILENCE.total_seconds()
    if heard:
        _another(reference, lines[_SOURCE], answers["system"], learnt)
        offset, dispersion = (
            _SECONDS.fullmatch(lines[number]) for number in (_OFFSET, _DISPERSION)
        )
        near = offset is not None and int(offset[2]) < 1
        if not near or dispersion is None or int(dispersion[2]) >= _MOST_DISPERSION:
            learnt.fail("unparsed", "how far it is off its server is too much, or not told", FACT)
        if not _SET.fullmatch(lines[_STATE]):
            learnt.fail("unparsed", "w32tm says that its clock was not set yet (Unset)", FACT)
    say(heard, learnt)


def _another(reference: str, source: str, system: Answer, learnt: Learnt) -> None:
    """Take in a source that may be the machine itself."""
    name = source.partition(":")[2].partition(",")[0].strip().lower()
    own = (one(system) or {}).get("CSName")
    if not (isinstance(own, str) and own):
        learnt.fail("unparsed", "the machine does not tell its own name", FACT)
    elif not is_host(name):
        learnt.fail("unparsed", f"the source {name[:60]} is no server", FACT)
    elif reference.startswith("7F") or not elsewhere(name) or name.partition(".")[0] == own.lower():
        detail = f"whether {name} is the machine itself is not known"
        learnt.fail("unparsed", detail, FACT)
