"""Whether a Linux machine's clock follows a time server.

`clock.synchronised` is
true   chrony or ntpd follow another clock: leap status normal, a stratum below 16, a reference that is a
       server or a receiver, heard of within a day, and say that the error is below a second, and chronyd is
       not told to leave the clock alone (-x); or systemd-timesyncd runs, set the clock within a day, and the
       kernel says synchronised; and the clock is less than a minute off ours;
false  the daemon says not synchronised, follows only its own clock (reference 7F7F0101, LOCAL), or has
       heard of no server for a day; or the kernel says that nothing disciplines the clock, this is no
       container, and no daemon runs that might do without its word, nor the tools of a virtual machine that
       may set it by the host's;
and unknown otherwise: the kernel's word does not tell whom another daemon follows, what a container's daemon
says is not of the machine, a server was heard of at a time to come, and a reference that is
the machine's own address, another daemon on it, tells as little, as do the hardware clocks of a board, a
network card or a host (RTC, PHC), which may be set by nobody.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

from soccheck.probes import itself
from soccheck.probes.base import Answer, Answers, Ask, Learnt, Moment
from soccheck.probes.ntp_daemons import MOST_SKEW, chrony, lately, ntp
from soccheck.probes.shared import numbered

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
        name="timesyncd",
        purpose="when systemd-timesyncd last set the clock by a time server",
        argv=("stat", "-c", "%Y", "/run/systemd/timesync/synchronized"),
        path="/run/systemd/timesync",
    ),
    Ask(
        name="chrony",
        purpose="whether the clock follows a time server (chrony)",
        argv=("chronyc", "-n", "tracking"),
        running="chronyd",
        slow=True,
    ),
    Ask(
        name="chrony-options",
        purpose="with which options chronyd was started",
        script="grep -lsx chronyd /proc/[0-9]*/comm | while read -r f; do "
        """printf '%s:' "$f"; tr '\\0' ' ' <"${f%comm}cmdline"; echo; done; :""",
        running="chronyd",
    ),
    Ask(
        name="ntp",
        purpose="whether the clock follows a time server (ntpd)",
        argv=("ntpq", "-n", "-c", "rv 0 leap,stratum,refid,reftime,rootdelay,rootdisp,offset"),
        running="ntpd",
        slow=True,
    ),
    Ask(
        name="vmware-time",
        purpose="whether VMware's tools set the clock by the host's",
        argv=("vmware-toolbox-cmd", "timesync", "status"),
        running="vmtoolsd",
        slow=True,
    ),
)
_TIMESYNCD = "systemd-timesyn"
"""The kernel keeps 15 characters of a program's name."""

_OTHER_DAEMONS = frozenset(
    (
        "chronyd",
        "ntpd",
        "openntpd",
        "ntp-daemon",
        "ptp4l",
        "phc2sys",
        "ts2phc",
        "timemaster",
        "ptpd",
        "statime",
        "connmand",
        "htpdate",
        "tlsdated",
        "VBoxService",
        "prltoolsd",
    )
)


def synchronised(answers: Answers, running: set[str] | None, when: Moment, learnt: Learnt) -> None:
    """Read whether the clock follows another one."""
    own = itself.names(answers)
    told, unread = set(), []
    for read, name, daemon in ((chrony, "chrony", "chronyd"), (ntp, "ntp", "ntpd")):
        if answers[name].state == "ok":
            reference = read(answers[name].output, when)
            if why := _sets_nothing(daemon, answers):
                learnt.fail("unparsed", why, FACT)
            elif isinstance(reference, str):
                if missing := itself.untold(answers):
                    learnt.blame(missing, FACT)
                elif itself.elsewhere(reference, own):
                    told.add(True)
                    continue
                detail = (
                    f"it follows {reference}, the machine itself; whom that follows is not known"
                )
                learnt.fail("unparsed", detail, FACT)
            elif reference is not None:
                told.add(reference)
            else:
                unread.append(daemon)
    if len(told) > 1:
        learnt.fail("unparsed", "chrony and ntpd both keep the clock, and disagree", FACT)
    for one in told:
        say(one, learnt)
    for daemon in unread:
        detail = f"that {daemon} follows another clock, less than a second off it, is not told"
        learnt.fail("unparsed", detail, FACT)
    systemd = answers["timedatectl"]
    words = {*re.findall(r"^NTPSynchronized=(yes|no)$", systemd.output, re.MULTILINE)}
    if systemd.state == "ok" and len(words) == 1:
        _kernel(words == {"yes"}, running, answers, when, learnt)
    learnt.blame(_asked(answers), FACT)


_OPTIONS = re.compile(r"/proc/([0-9]+)/comm:\S*chronyd((?: \S*)*)")
_LEFT_ALONE = re.compile(r"-[46dhmnpqQrRsUvx]*x\S*")
"""chronyd(8): `-x` leaves the clock alone; letters without a value may stand together."""


def _sets_nothing(daemon: str, answers: Answers) -> str:
    """Return why a daemon that answers does not set the machine's clock, for all that is told; or nothing."""
    running = numbered(answers)
    found = [number for number, name in (running or {}).items() if name == daemon]
    if not found:
        return f"{daemon} answers, and is not seen to run on the machine itself"
    if daemon != "chronyd":
        return ""
    answer = answers["chrony-options"]
    listed = [_OPTIONS.fullmatch(line) for line in answer.output.splitlines()]
    options = {match[1]: match[2].split() for match in listed if match}
    if not answer.said or not options.keys() >= {*found}:
        return "with which options chronyd was started is not told"
    left_alone = any(_LEFT_ALONE.fullmatch(word) for one in found for word in options[one])
    return "chronyd leaves the clock alone (-x)" if left_alone else ""


def say(follows: bool, learnt: Learnt) -> None:
    """Take in whether the clock follows another, which its difference from ours must not belie."""
    skew = learnt.facts.get("clock.skew")
    if follows and not isinstance(skew, timedelta):
        learnt.fail("unparsed", "the machine does not tell its time", FACT)
    elif follows and isinstance(skew, timedelta) and skew >= MOST_SKEW:
        learnt.fail(
            "unparsed", "it is said to follow, and is a minute or more off the collector's", FACT
        )
    learnt.say(FACT, follows)


def _kernel(
    says_so: bool, running: set[str] | None, answers: Answers, when: Moment, learnt: Learnt
) -> None:
    """Take in the kernel's word: it is synchronised when any daemon tells it so, and some tell it nothing."""
    if running is None:
        learnt.fail("unparsed", "who keeps the clock cannot be seen", FACT)
        return
    if not running.isdisjoint(_OTHER_DAEMONS):
        daemon = min(running & _OTHER_DAEMONS)
        learnt.fail("unparsed", f"{daemon} keeps the clock; whom it follows is not known", FACT)
    elif not says_so and "kthreadd" not in running:
        # The host's daemon keeps a container's clock, and chrony need not tell the kernel (rtcsync).
        learnt.fail("unparsed", "in a container, who keeps the clock cannot be seen", FACT)
    elif says_so and _TIMESYNCD not in running:
        learnt.fail("unparsed", "who keeps the clock, and whom it follows, is not known", FACT)
    elif (
        not says_so
        and "vmtoolsd" in running
        and answers["vmware-time"].output.strip() != "Disabled"
    ):
        learnt.fail("unparsed", "VMware's tools may set the clock by the host's", FACT)
    elif says_so and not _set_lately(answers["timesyncd"], when):
        # The kernel's word outlives a daemon by hours, and may be of another one.
        learnt.fail("unparsed", "that timesyncd set the clock within a day is not told", FACT)
    say(says_so, learnt)


def _set_lately(answer: Answer, when: Moment) -> bool:
    """Return whether timesyncd set the clock within a day: it touches a file then (its manual, `Files`)."""
    touched = re.fullmatch(r"([0-9]{1,11})\n?", answer.output) if answer.state == "ok" else None
    return (
        touched is not None and lately(datetime.fromtimestamp(int(touched[1]), UTC), when) is True
    )


def _asked(answers: Answers) -> Answer:
    """Return the answer to blame: the first that there was a command for."""
    order = [answers[name] for name in ("timedatectl", "chrony", "ntp")]
    return next((answer for answer in order if answer.state != "absent"), order[1])
