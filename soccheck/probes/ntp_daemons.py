"""What chronyd and ntpd say of the clock that they follow, and of how far the machine's is off it."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

from soccheck.probes import itself
from soccheck.probes.base import Moment, fields, utc

_MOST_OFF = 1
"""Seconds by which a clock that follows another may be off."""
MOST_SKEW = timedelta(minutes=1)
"""How far a clock that is said to follow another may be off ours: one of the two is wrong, else."""
_LONGEST_SILENCE = timedelta(days=1)
_STRATUM = re.compile(r"[0-9]{1,3}")
_FOLLOWS = ("Normal", "Insert second", "Delete second")

_CHRONY = (
    *("Reference ID", "Stratum", "Ref time (UTC)", "System time", "Last offset", "RMS offset"),
    *("Frequency", "Residual freq", "Skew", "Root delay", "Root dispersion", "Update interval"),
    "Leap status",
)
"""The lines of `chronyc tracking`, all of them."""


def chrony(output: str, when: Moment) -> str | bool | None:
    """Read `chronyc -n tracking`: it says Normal of its own clock, and of a server long gone, too.

    Returns the reference it follows, or false where it follows none, or nothing where that is not told.
    """
    said = fields(output)
    if [line.partition(":")[0].rstrip() for line in output.splitlines()] != [*_CHRONY]:
        return None
    number, _, name = said["Reference ID"].partition(" ")
    if said["Leap status"] == "Not synchronised" or number.upper() in _CHRONY_OWN:
        return False
    reference = _named(number, name)
    stratum = said["Stratum"]
    if said["Leap status"] not in _FOLLOWS or not _STRATUM.fullmatch(stratum) or not reference:
        return None
    heard = lately(utc(said["Ref time (UTC)"], "%a %b %d %H:%M:%S %Y"), when)
    error = _error(said)
    if not heard or not 0 < int(stratum) < 16:
        return heard and False
    if error is None or error >= _MOST_OFF:
        return None  # it may follow without setting the clock (chronyd -x), or a server far away
    return reference


def _error(said: dict[str, str]) -> float | None:
    """Return the most that the clock may be off, in seconds: chronyc(1), `tracking`, `Root dispersion`."""
    named = (said[name] for name in ("System time", "Root dispersion", "Root delay"))
    found = [
        re.fullmatch(r"-?([0-9]+\.[0-9]+) seconds(?: (?:slow|fast) of NTP time)?", text)
        for text in named
    ]
    off, dispersion, delay = (float(match[1]) if match else float("inf") for match in found)
    return None if None in found else off + dispersion + delay / 2


_CHRONY_OWN = ("7F7F0101", "00000000", "127.127.1.1", "0.0.0.0")
"""References of the machine's own clock and of none; before chrony 3 they are dotted."""


def _named(number: str, name: str) -> str:
    """Return a reference whose number and name, as chrony prints them, agree; else nothing."""
    name = name.strip()
    if not (name.startswith("(") and name.endswith(")")):
        return ""
    name = name[1:-1]
    address = itself.parsed(name)
    if address is not None and address.version == 4:
        plain = address.packed.hex().upper() == number.upper()
        return name if plain or number == name else ""
    if not re.fullmatch(r"[0-9A-Fa-f]{8}", number):
        return ""
    letters = bytes.fromhex(number).rstrip(b"\0").decode("latin-1")
    return name if address is not None or (letters == name and _RECEIVERS.match(name)) else ""


_NTP_OWN = ("LOCAL", "LOCL", "LCL", "INIT", "STEP")
_RECEIVERS = re.compile(
    r"(?:GOES|GPS|GAL|PPS|IRIG|WWVB?|WWVH|DCFa?|DCF77|HBG|MSF|JJY|LORC|TDF|CHU|NIST|ACTS|USNO|PTB|SHM|SOC"
    r"|NMEA|ATOM|PTP|GNSS)(?:\([0-9]+\)|[0-9])?\Z"
)
"""Clocks that a machine is given the time by, as RFC 5905, ntpd and chrony name them; what a receiver's
program hands on is SHM or SOC."""

_ASSOCIATION = ("associd=", "assID=", "server=")
"""How a line begins that ntpq prints before what was asked of the daemon."""
_DAY = re.compile(
    r" [A-Z][a-z]{2}, [A-Z][a-z]{2} {1,2}[0-9]{1,2} [0-9]{4} {1,2}[0-9]{1,2}:[0-9:.]{2,20}"
    r"| [0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:.]{2,20}Z"
)
"""The time that ntpq writes once more behind `reftime`, in words."""
_NTP_TIME = re.compile(r"reftime=([0-9a-f]{8})\.[0-9a-f]+", re.IGNORECASE)
_NTP_EPOCH = datetime.fromisoformat("1900-01-01T00:00:00+00:00")


def ntp(output: str, when: Moment) -> str | bool | None:
    """Read `ntpq -c "rv 0 ..."`: leap 3 is not synchronised (RFC 5905).

    Returns the reference it follows, or false where it follows none, or nothing where that is not told.
    """
    pairs, strays = _pairs(output)
    said = dict(pairs)
    if len(said) < len(pairs) or not said.keys() >= {"leap", "stratum", "refid"}:
        return None
    if not _STRATUM.fullmatch(said["stratum"]):
        return None
    reference = said["refid"].strip(".")
    # A clock of the machine itself is also written `LOCAL(0)`.
    if said["leap"] in ("3", "11") or reference.upper().partition("(")[0] in _NTP_OWN:
        return False
    if reference.startswith("127.127.1.") or not 0 < int(said["stratum"]) < 16:
        return False
    if itself.parsed(reference) is None and not _RECEIVERS.match(reference):
        return None
    time = _NTP_TIME.search(output)
    heard = lately(_NTP_EPOCH + timedelta(seconds=int(time[1], 16)) if time else None, when)
    if not heard:
        return heard
    near = said["leap"] in ("0", "00", "1", "01", "2", "10") and _ntp_error(said) < _MOST_OFF
    return reference if near and not strays else None


def _pairs(output: str) -> tuple[list[tuple[str, str]], list[str]]:
    """Return what ntpq says, name by name, and words that are none of it: `rootdelay=12,5` is two things."""
    lines = [line for line in output.splitlines() if not line.startswith(_ASSOCIATION)]
    words = re.split(r"[,\s]+", _DAY.sub("", " ".join(lines)))
    found = [word.partition("=") for word in words if word]
    return [(name, value) for name, _, value in found if value], [
        name for name, _, value in found if not value
    ]


def _ntp_error(said: dict[str, str]) -> float:
    """Return the most that the clock may be off, in seconds: RFC 5905, 11.2 (root distance); told in ms."""
    named = [said.get(name, "") for name in ("offset", "rootdisp", "rootdelay")]
    if not all(re.fullmatch(r"[+-]?[0-9]{1,15}(?:\.[0-9]+)?", text) for text in named):
        return float("inf")
    off, dispersion, delay = (abs(float(text)) for text in named)
    return (off + dispersion + delay / 2) / 1000


def lately(heard: datetime | None, when: Moment) -> bool | None:
    """Return whether a server was heard of within a day; nothing where no time is told, or one to come."""
    if heard is None or heard - when.ended > MOST_SKEW:
        return None
    return when.ended - heard <= _LONGEST_SILENCE
