"""Identity and upkeep of a Linux machine; what each fact takes to be said stands where it is read.

`os.name`, `os.family`  os-release(5) names the system, and each of its lines is an assignment or a comment.
`os.kernel`, `upkeep.uptime`, `clock.skew`  /proc and date(1) answer whole: the machine's clock against ours,
    which ran while the answer came. Any other form is unknown.
The digest of machine-id(5) is no fact: the bundle compares it, so that one machine is not taken for two.
"""

from __future__ import annotations

import re
import shlex
from datetime import timedelta

from soccheck.probes import clock, itself, log_forwarding, os_support, restart, soc_agent
from soccheck.probes.base import Answer, Answers, Ask, Learnt, Moment, Probe
from soccheck.probes.shared import APART, MACHINE_ID, PROCESSES, processes

ASKS = (
    Ask(
        name="system",
        purpose="name and version of the operating system",
        script="if [ -r /etc/os-release ]; then cat /etc/os-release; else cat /usr/lib/os-release; fi",
    ),
    Ask(
        name="clock",
        purpose="kernel, time since start, time of day",
        script="cat /proc/sys/kernel/osrelease /proc/uptime; date '+%s %z'",
    ),
    *os_support.ASKS,
    *restart.ASKS,
    *clock.ASKS,
    *log_forwarding.ASKS,
    soc_agent.WAZUH,
    *itself.ASKS,
    PROCESSES,
    APART,
    MACHINE_ID,
)
LEARNS = (
    *("os.name", "os.kernel", "upkeep.uptime", "clock.skew"),
    *(os_support.FACT, clock.FACT, restart.FACT, log_forwarding.FACT, soc_agent.FACT),
)


def parse(answers: Answers, when: Moment, learnt: Learnt) -> None:
    """Read the answers of one machine."""
    running = processes(answers)
    _system(answers, when, learnt)
    started = _clock(answers["clock"], when, learnt)
    clock.synchronised(answers, running, when, learnt)
    restart.due(answers, str(learnt.facts.get("os.kernel", "")), started, learnt)
    soc_agent.agent(answers, running, learnt)
    log_forwarding.forwarded(answers, running, learnt)


def _system(answers: Answers, when: Moment, learnt: Learnt) -> None:
    answer = answers["system"]
    if answer.state != "ok":
        learnt.blame(answer, "os.name", os_support.FACT)
        return
    values = _assigned(answer.output)
    name = values.get("PRETTY_NAME") or " ".join(
        part for part in (values.get("NAME"), values.get("VERSION_ID")) if part
    )
    if not name:
        learnt.blame(answer, "os.name", os_support.FACT)
        return
    learnt.say("os.name", name)
    learnt.say("os.family", "linux")
    os_support.of_linux(values, answers, when, learnt)


_LONGEST = 4096
"""Characters of a line of os-release that is still one of a system's."""


def _assigned(text: str) -> dict[str, str]:
    """Return the assignments of os-release(5), which are a shell's; none where a line is another's."""
    found = {}
    for line in text.splitlines():
        name, _, value = line.strip().partition("=")
        if not line.strip() or name.startswith("#"):
            continue
        if len(line) > _LONGEST:
            return {}
        try:
            found[name] = " ".join(shlex.split(value))
        except ValueError:
            return {}
        if not re.fullmatch(r"[A-Za-z_][A-Za-z0-9_]*", name):
            return {}
    return found


def _clock(answer: Answer, when: Moment, learnt: Learnt) -> int | None:
    """Read kernel, uptime and the machine's clock against ours, which ran while the answer came.

    Returns when the machine started, in Unix seconds of its own clock, where that is told.
    """
    facts = ("os.kernel", "upkeep.uptime", "clock.skew")
    match = re.fullmatch(
        r"(\S{1,200})\n([0-9]{1,12})\.[0-9]+ \S+\n([0-9]{1,12}) [+-][0-9]{4}\n?", answer.output
    )
    if answer.state != "ok" or match is None:
        learnt.blame(answer, *facts)
        return None
    learnt.say("os.kernel", match[1])
    learnt.say("upkeep.uptime", timedelta(seconds=int(match[2])))
    theirs = int(match[3])
    early, late = int(when.started.timestamp()), int(when.ended.timestamp()) + 1
    learnt.say("clock.skew", timedelta(seconds=max(early - theirs, theirs - late, 0)))
    return theirs - int(match[2])


IDENTITY = Probe(
    name="identity",
    platform="linux",
    kinds=("host", "firewall"),
    purpose="system, kernel, clock, restart due, logs sent away, SOC agent",
    asks=ASKS,
    learns=LEARNS,
    may=("os.family",),
    parse=parse,
)
