"""Whether the SOC's agent on a Linux machine is installed and connected.

`monitoring.agent` is
true   Wazuh's agent writes that it is connected, and sent to its server and, where it writes that, heard of
       it within ten minutes by the machine's own clock;
false  it writes that it is not, or was silent for longer; or no agent that is known runs;
and unknown otherwise: of another agent it is only seen that it runs, not where it reports to.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

from soccheck.probes.base import Answers, Ask, Learnt, utc
from soccheck.probes.shared import hidden

FACT = "monitoring.agent"
WAZUH = Ask(
    name="wazuh",
    purpose="whether the Wazuh agent is connected",
    argv=("cat", "/var/ossec/var/run/wazuh-agentd.state"),
    root=True,
    path="/var/ossec",
)

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


def agent(answers: Answers, running: set[str] | None, learnt: Learnt) -> None:
    """Read whether the SOC's agent is connected."""
    wazuh = answers["wazuh"]
    if wazuh.state == "ok":
        _wazuh(wazuh.output, answers["clock"].output, learnt)
        learnt.blame(wazuh, FACT)
    elif wazuh.state not in ("absent", "failed"):
        learnt.blame(wazuh, FACT)
    if running is None:
        learnt.fail(hidden(answers), "running programs cannot be seen", FACT)
        return
    if wazuh.state in ("failed", "absent") and "wazuh-agentd" in running:
        learnt.blame(wazuh, FACT)
    for process, product in _AGENTS.items():
        if process in running:
            detail = f"{product} runs; whether it is connected is not known"
            learnt.fail("unparsed", detail, FACT)
    learnt.say(FACT, False)


def _wazuh(state: str, clock: str, learnt: Learnt) -> None:
    """Read the agent's state file, which tells times of the machine's own clock and zone."""
    said = dict(re.findall(r"^(\w+)='([^']*)'", state, re.MULTILINE))
    if "status" not in said:
        return
    if said["status"] in ("pending", "disconnected"):
        learnt.say(FACT, False)
    if said["status"] != "connected":
        return
    last, now = last_contact(said), _local_time(clock)
    if last is None or now is None:
        learnt.fail("unparsed", "the agent tells no time of its last contact", FACT)
    else:
        learnt.say(FACT, timedelta(minutes=-1) <= now - last <= _FRESH)


def last_contact(said: Mapping[str, str]) -> datetime | None:
    """Return when the agent last sent to its server and, where it writes that, heard of it."""
    named = [said[name] for name in ("last_keepalive", "last_ack") if name in said]
    times = [utc(text, "%Y-%m-%d %H:%M:%S") for text in named]
    return None if None in times else min((time for time in times if time), default=None)


def _local_time(clock: str) -> datetime | None:
    """Return the machine's local time, marked as UTC to be compared with what it writes without a zone."""
    match = re.search(r"\n([0-9]{1,12}) ([+-])([0-9]{2})([0-9]{2})\n?$", clock)
    if match is None:
        return None
    shift = timedelta(hours=int(match[3]), minutes=int(match[4]))
    return datetime.fromtimestamp(int(match[1]), UTC) + (-shift if match[2] == "-" else shift)
