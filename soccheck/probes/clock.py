"""Whether a Linux machine's clock follows a time server.

`clock.synchronised` is
true   chrony or ntpd follow another clock: leap status normal, a stratum below 16, a reference that is not
       the machine's own, heard of within a day; or systemd-timesyncd runs and the kernel says synchronised;
false  the daemon says not synchronised, follows only its own clock (reference 7F7F0101, LOCAL), or has
       heard of no server for a day; or the kernel says that nothing disciplines the clock;
and unknown otherwise: the kernel's word does not tell whom another daemon follows.
"""

from __future__ import annotations

import re
from datetime import timedelta

from soccheck.probes.base import Answer, Answers, Ask, Learnt, Moment, fields, utc

FACT = "clock.synchronised"
ASKS = (
    Ask(
        name="timedatectl",
        purpose="whether the clock follows a time server (systemd)",
        argv=("timedatectl", "show", "-p", "NTPSynchronized"),
        path="/run/systemd/system",
        slow=True,
    ),
    Ask(
        name="chrony",
        purpose="whether the clock follows a time server (chrony)",
        argv=("chronyc", "-n", "tracking"),
        running="chronyd",
        slow=True,
    ),
    Ask(
        name="ntp",
        purpose="whether the clock follows a time server (ntpd)",
        argv=("ntpq", "-n", "-c", "rv 0 leap,stratum,refid"),
        running="ntpd",
        slow=True,
    ),
)
_LONGEST_SILENCE = timedelta(days=1)
_FOLLOWS = ("Normal", "Insert second", "Delete second")
_OTHER_DAEMONS = frozenset(("chronyd", "ntpd", "openntpd", "ptp4l", "phc2sys"))


def synchronised(answers: Answers, running: set[str] | None, when: Moment, learnt: Learnt) -> None:
    """Read whether the clock follows another one."""
    for read, name in ((_chrony, "chrony"), (_ntp, "ntp")):
        if answers[name].state == "ok":
            said = read(answers[name].output, when)
            if said is not None:
                learnt.say(FACT, said)
    systemd = answers["timedatectl"]
    kernel = re.search(r"^NTPSynchronized=(yes|no)$", systemd.output, re.MULTILINE)
    if systemd.state == "ok" and kernel:
        _kernel(kernel[1] == "yes", running, learnt)
    learnt.blame(_asked(answers), FACT)


def _kernel(says_so: bool, running: set[str] | None, learnt: Learnt) -> None:
    """Take in the kernel's word: it is synchronised when any daemon tells it so."""
    if says_so and running is None:
        learnt.fail("unparsed", "who keeps the clock cannot be seen", FACT)
    elif says_so and running and not running.isdisjoint(_OTHER_DAEMONS):
        daemon = min(running & _OTHER_DAEMONS)
        learnt.fail("unparsed", f"{daemon} keeps the clock; whom it follows is not known", FACT)
    learnt.say(FACT, says_so)


def _asked(answers: Answers) -> Answer:
    """Return the answer to blame: the first that there was a command for."""
    order = [answers[name] for name in ("timedatectl", "chrony", "ntp")]
    return next((answer for answer in order if answer.state != "absent"), order[1])


def _chrony(output: str, when: Moment) -> bool | None:
    """Read `chronyc -n tracking`: it says Normal of its own clock, and of a server long gone, too."""
    said = fields(output)
    if "Leap status" not in said:
        return None
    reference = said.get("Reference ID", "").partition(" ")[0].upper()
    if said["Leap status"] not in _FOLLOWS or reference in ("7F7F0101", "00000000"):
        return False
    stratum = said.get("Stratum", "")
    if not stratum.isdigit() or not reference:
        return None
    heard = utc(said.get("Ref time (UTC)", ""), "%a %b %d %H:%M:%S %Y")
    if heard is None:
        return None
    return 0 < int(stratum) < 16 and when.ended - heard <= _LONGEST_SILENCE


def _ntp(output: str, when: Moment) -> bool | None:
    """Read `ntpq -c "rv 0 leap,stratum,refid"`: leap 3 is not synchronised (RFC 5905)."""
    said = dict(re.findall(r"(\w+)=([^,\s]+)", output))
    if not said.keys() >= {"leap", "stratum", "refid"} or not said["stratum"].isdigit():
        return None
    own = re.match(r"127\.127\.1\.|LOCAL|LOCL|\.?INIT|\.?STEP", said["refid"].upper())
    return said["leap"] not in ("3", "11") and 0 < int(said["stratum"]) < 16 and own is None
