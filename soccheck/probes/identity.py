"""Identity and upkeep of a Linux machine: system, kernel, clock, restart due, logs sent away, SOC agent."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

from soccheck.probes.base import Answer, Answers, Ask, Learnt, Moment, Probe, utc
from soccheck.probes.shared import PROCESSES, processes

_CONFIGURED = (
    "[ -e /etc/rsyslog.conf ] && grep -rnE '^[^#]*(@|omfwd|omrelp|target)' /etc/rsyslog.conf /etc/rsyslog.d; "
    "[ -e /etc/syslog-ng ] && grep -rnE '^[^#]*(network|syslog|tcp6?|udp6?) *[(]' "
    "/etc/syslog-ng/syslog-ng.conf /etc/syslog-ng/conf.d; :"
)

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
    Ask(
        name="restart",
        purpose="whether an installed kernel or library waits for a restart",
        script="for x in /run/reboot-required /var/run/reboot-required; "
        "do [ -e $x ] && printf '%s\\n' $x; done; "
        'for x in /lib/modules/*; do [ -e "$x" ] && printf \'%s\\n\' "${x##*/}"; done; :',
    ),
    Ask(
        name="needs-restarting",
        purpose="whether updates wait for a restart (Red Hat family)",
        argv=("needs-restarting", "-r"),
        slow=True,
    ),
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
        name="log-forwarding",
        purpose="lines of the log service's configuration that send logs away",
        script=_CONFIGURED,
        secret=True,
    ),
    Ask(
        name="journal-upload",
        purpose="whether the journal is sent to a collector (systemd)",
        argv=("systemctl", "is-active", "systemd-journal-upload"),
        path="/lib/systemd/systemd-journal-upload",
        slow=True,
    ),
    Ask(
        name="wazuh",
        purpose="whether the Wazuh agent is connected",
        argv=("cat", "/var/ossec/var/run/wazuh-agentd.state"),
        root=True,
        path="/var/ossec",
    ),
    PROCESSES,
)

LEARNS = (
    "os.name",
    "os.kernel",
    "upkeep.uptime",
    "clock.skew",
    "clock.synchronised",
    "upkeep.restart_due",
    "monitoring.logs_forwarded",
    "monitoring.agent",
)


def parse(answers: Answers, when: Moment, learnt: Learnt) -> None:
    """Read the answers of one machine."""
    _system(answers["system"], learnt)
    _clock(answers["clock"], when, learnt)
    _synchronised(answers["timedatectl"], answers["chrony"], learnt)
    kernel = learnt.facts.get("os.kernel")
    _restart(answers["restart"], answers["needs-restarting"], str(kernel or ""), learnt)
    running = processes(answers["processes"])
    _logs(answers, running, learnt)
    _agent(answers, running, learnt)


def _system(answer: Answer, learnt: Learnt) -> None:
    if answer.state != "ok":
        learnt.blame(answer, "os.name")
        return
    pairs = (line.partition("=") for line in answer.output.splitlines())
    values = {name: value.strip("\"'") for name, _, value in pairs}
    name = values.get("PRETTY_NAME") or " ".join(
        part for part in (values.get("NAME"), values.get("VERSION_ID")) if part
    )
    if not name:
        learnt.blame(answer, "os.name")
        return
    learnt.say("os.name", name)
    learnt.say("os.family", "linux")


def _clock(answer: Answer, when: Moment, learnt: Learnt) -> None:
    """Read kernel, uptime and the machine's clock against ours, which ran while the answer came."""
    facts = ("os.kernel", "upkeep.uptime", "clock.skew")
    match = re.fullmatch(
        r"(\S+)\n([0-9]+)\.[0-9]+ \S+\n([0-9]{1,12}) [+-][0-9]{4}\n?", answer.output
    )
    if answer.state != "ok" or match is None:
        learnt.blame(answer, *facts)
        return
    learnt.say("os.kernel", match[1])
    learnt.say("upkeep.uptime", timedelta(seconds=int(match[2])))
    theirs = int(match[3])
    early, late = int(when.started.timestamp()), int(when.ended.timestamp()) + 1
    learnt.say("clock.skew", timedelta(seconds=max(early - theirs, theirs - late, 0)))


def _synchronised(systemd: Answer, chrony: Answer, learnt: Learnt) -> None:
    fact = "clock.synchronised"
    if chrony.state == "ok":
        leap = re.search(r"^Leap status\s*: (.+)$", chrony.output, re.MULTILINE)
        if leap:
            learnt.say(fact, leap[1].strip() in ("Normal", "Insert second", "Delete second"))
    if systemd.state == "ok":
        said = re.search(r"^NTPSynchronized=(yes|no)$", systemd.output, re.MULTILINE)
        if said:
            learnt.say(fact, said[1] == "yes")
    learnt.blame(systemd if systemd.state != "absent" else chrony, fact)


def _restart(files: Answer, tool: Answer, kernel: str, learnt: Learnt) -> None:
    """Read whether a restart is due: no is only believed when the newest installed kernel runs."""
    fact = "upkeep.restart_due"
    if not files.said:
        learnt.blame(files, fact)
        return
    lines = files.output.split()
    if any(line.endswith("reboot-required") for line in lines):
        learnt.say(fact, True)
    if tool.state == "ok" and "should not be necessary" in tool.output:
        learnt.say(fact, False)
    elif tool.state == "failed" and tool.exit == 1:
        learnt.say(fact, True)
    kernels = [line for line in lines if not line.startswith("/")]
    if kernel not in kernels:
        learnt.fail("unparsed", f"the running kernel {kernel} is none of those installed", fact)
        return
    # Kernels of one flavour differ in numbers only: 6.1.0-32-amd64 and 6.1.0-33-amd64.
    flavour = re.sub(r"[0-9]+", "", kernel)
    alike = [k for k in kernels if re.sub(r"[0-9]+", "", k) == flavour]
    learnt.say(fact, max(alike, key=_numbers) != kernel)


def _numbers(version: str) -> list[int]:
    return [int(number) for number in re.findall(r"[0-9]+", version)]


_SHIPPERS = (
    "filebeat",
    "fluent-bit",
    "fluentd",
    "td-agent",
    "vector",
    "nxlog",
    "promtail",
    "alloy",
)


def _elsewhere(host: str) -> bool:
    return bool(host) and not host.startswith(("127.", "localhost", "::1"))


def _rsyslog_forwards(lines: list[str]) -> bool:
    """Return whether a line names a target: `*.* @@host` or `action(type="omfwd" target="host")`."""
    legacy = re.compile(r"\s*[\w*,;.!=/]+\.[\w*,;.!=/]+\s+@@?(?:\([^)]*\))?\[?([\w.:-]+)")
    named = [m[1] for line in lines if (m := legacy.match(line))]
    text = "\n".join(lines)
    if re.search(r'type\s*=\s*"(omfwd|omrelp)"', text, re.IGNORECASE):
        named += re.findall(r'target\s*=\s*"([^"]+)"', text, re.IGNORECASE)
    return any(_elsewhere(host) for host in named)


def _syslog_ng_forwards(lines: list[str]) -> bool:
    """Return whether a destination's driver names a host; a source's names none."""
    driver = re.compile(r'\b(?:network|syslog|tcp6?|udp6?)\s*\(\s*"([^"]+)"')
    return any(_elsewhere(m[1]) for line in lines for m in driver.finditer(line))


def _logs(answers: Answers, running: set[str] | None, learnt: Learnt) -> None:
    """Read whether logs leave the machine: a log service runs and its configuration names a target."""
    fact = "monitoring.logs_forwarded"
    config = answers["log-forwarding"]
    if running is None:
        learnt.fail(_hidden(answers["processes"]), "running programs cannot be seen", fact)
        return
    if not config.said:
        learnt.blame(config, fact)
        return
    if answers["journal-upload"].output.strip() == "active":
        learnt.say(fact, True)
    lines = [line.split(":", 2) for line in config.output.splitlines()]
    for service, reads in (("rsyslogd", _rsyslog_forwards), ("syslog-ng", _syslog_ng_forwards)):
        folder = "/etc/rsyslog" if service == "rsyslogd" else "/etc/syslog-ng"
        of_service = [
            parts[2] for parts in lines if len(parts) == 3 and parts[0].startswith(folder)
        ]
        if service in running and reads(of_service):
            learnt.say(fact, True)
    shippers = sorted(running & set(_SHIPPERS))
    if shippers:
        learnt.fail("unparsed", f"{shippers[0]} runs; where it sends logs is not known", fact)
    if "Permission denied" in config.error:
        learnt.fail("denied", "the log service's configuration cannot be read", fact)
    learnt.say(fact, False)


def _hidden(listed: Answer) -> str:
    return "denied" if listed.said else listed.problem


# NOTE: the kernel keeps 15 characters of a program's name.
_AGENTS = {
    "elastic-agent": "Elastic Agent",
    "elastic-endpoin": "Elastic Endpoint",
    "falcon-sensor": "CrowdStrike Falcon",
    "osqueryd": "osquery",
    "ossec-agentd": "OSSEC",
    "velociraptor": "Velociraptor",
}
_FRESH = timedelta(minutes=10)


def _agent(answers: Answers, running: set[str] | None, learnt: Learnt) -> None:
    """Read whether the SOC's agent is connected: Wazuh says so, of others only that they run."""
    fact = "monitoring.agent"
    wazuh = answers["wazuh"]
    if wazuh.state == "ok":
        said = dict(re.findall(r"^(\w+)='([^']*)'", wazuh.output, re.MULTILINE))
        clock = re.search(
            r"\n([0-9]{1,12}) ([+-])([0-9]{2})([0-9]{2})\n?$", answers["clock"].output
        )
        last = utc(said.get("last_keepalive", ""), "%Y-%m-%d %H:%M:%S")
        if "status" not in said:
            learnt.blame(wazuh, fact)
        elif said["status"] != "connected":
            learnt.say(fact, False)
        elif last is None or clock is None:
            learnt.fail("unparsed", "the agent tells no time of its last contact", fact)
        else:
            # The agent writes the machine's own local time; both ends are the machine's clock.
            shift = timedelta(hours=int(clock[3]), minutes=int(clock[4])) * (
                -1 if clock[2] == "-" else 1
            )
            now = datetime.fromtimestamp(int(clock[1]), UTC) + shift
            learnt.say(fact, timedelta(minutes=-1) <= now - last <= _FRESH)
    elif wazuh.state not in ("absent", "failed"):
        learnt.blame(wazuh, fact)
    if running is None:
        learnt.fail(_hidden(answers["processes"]), "running programs cannot be seen", fact)
        return
    if wazuh.state == "failed" and "wazuh-agentd" in running:
        learnt.blame(wazuh, fact)
    for process, product in _AGENTS.items():
        if process in running:
            learnt.fail("unparsed", f"{product} runs; whether it is connected is not known", fact)
    learnt.say(fact, False)


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
