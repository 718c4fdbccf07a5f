"""Whether the SOC's agent on a Linux machine is installed and connected.

`monitoring.agent` is
true   Wazuh's agent runs, writes that it is connected, and sent to its server and heard of it within ten
       minutes by the machine's own clock;
false  it does not run, writes that it is not connected, or was silent for longer; or neither it nor a shipper
       of logs nor another agent runs, known by its name or called an agent, sensor, collector or the like;
and unknown otherwise: of another agent or shipper it is only seen that it runs, not where it reports to; and
times that are to come, or ten minutes old by UTC, are those of another time zone (a service's own, or the
machine's before it was changed), as the agent writes its own local time without it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

from soccheck.probes import shippers
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
    "ERAAgent": "ESET Management Agent",
    "TaniumClient": "Tanium",
    "cbagentd": "Carbon Black Cloud",
    "cbdaemon": "Carbon Black EDR",
    "collectd": "collectd",
    "cortex-xdr-agen": "Cortex XDR",
    "ds_agent": "Trend Micro Deep Security Agent",
    "elastic-agent": "Elastic Agent",
    "elastic-endpoin": "Elastic Endpoint",
    "falcon-sensor": "CrowdStrike Falcon",
    "falcon-sensor-b": "CrowdStrike Falcon",
    "falcond": "CrowdStrike Falcon",
    "icinga2": "Icinga 2",
    "ir_agent": "Rapid7 Insight Agent",
    "klnagent": "Kaspersky Network Agent",
    "masvc": "Trellix Agent",
    "mfetpd": "Trellix Endpoint Security",
    "nessusd": "Nessus",
    "netdata": "Netdata",
    "nrpe": "NRPE",
    "oneagentos": "Dynatrace OneAgent",
    "oneagentwatchdo": "Dynatrace OneAgent",
    "osqueryd": "osquery",
    "ossec-agentd": "OSSEC",
    "ossec-analysisd": "an OSSEC server",
    "pmd": "Cortex XDR",
    "prometheus-node": "node_exporter",
    "qualys-cloud-ag": "Qualys Cloud Agent",
    "s1-agent": "SentinelOne",
    "sentinelone-age": "SentinelOne",
    "sophos_manageme": "Sophos Protection for Linux",
    "tmxbc": "Trend Vision One",
    "velociraptor": "Velociraptor",
    "wazuh-analysisd": "a Wazuh server",
    "wdavdaemon": "Microsoft Defender for Endpoint",
    "xagt": "Trellix HX",
    "zabbix_agentd": "Zabbix agent",
    "zabbix_agent2": "Zabbix agent 2",
}
CALLED_AGENT = re.compile(
    r"(?i)agent|sensor|collector|exporter|forwarder|endpoint|siem|(?<![a-z])[emx]dr(?![a-z])"
)
"""What a program calls itself that a SOC may be connected by, whosever it is."""
_OTHERS = frozenset(
    (
        *("ssh-agent", "gpg-agent", "spice-vdagent", "spice-vdagentd", "iio-sensor-prox"),
        *("amazon-ssm-agent", "amazon-ssm-agen", "ssm-agent-worke"),
    )
)
"""Agents of a user's keys, of a display, of a cloud: no SOC's."""
_NO_AGENTS = ("syslogd", "metalog", "socklog", "laurel", "wazuh-logcollec", "ossec-logcollec")
"""What may send logs, and is no SOC's agent by itself."""

WITHOUT_LOGS = re.compile(r"klnagent|ERAAgent|nessusd|nrpe|.*exporter|prometheus-node")
"""Agents that manage a product, or tell of states and figures alone."""

_FRESH = timedelta(minutes=10)


def agent(answers: Answers, running: set[str] | None, learnt: Learnt) -> None:
    """Read whether the SOC's agent is connected."""
    wazuh = answers["wazuh"]
    if running is None:
        learnt.fail(hidden(answers), "running programs cannot be seen", FACT)
        return
    if "wazuh-agentd" in running:
        if wazuh.state == "ok":
            _wazuh(wazuh.output, answers["clock"].output, learnt)
        learnt.blame(wazuh, FACT)
    elif wazuh.state not in ("absent", "failed", "ok"):
        learnt.blame(wazuh, FACT)
    found = others(running - {"wazuh-agentd"})
    found += [one for one in shippers.running(answers, running) if one not in _NO_AGENTS]
    if found:
        detail = f"{found[0]} runs; whether it is connected is not known"
        learnt.fail("unparsed", detail, FACT)
    learnt.say(FACT, False)


def others(running: set[str]) -> list[str]:
    """Return the agents of others that run, by the names of their products, or what they call themselves."""
    found = [product for process, product in _AGENTS.items() if process in running]
    return found + sorted(filter(CALLED_AGENT.search, running - _OTHERS))


def may_send(running: set[str]) -> list[str]:
    """Return the agents that run and may send logs away beside what they are for."""
    return others({name for name in running if not WITHOUT_LOGS.fullmatch(name)})


def _wazuh(state: str, clock: str, learnt: Learnt) -> None:
    """Read the agent's state file, which tells times of the machine's own clock and zone."""
    said = written(state)
    if "status" not in said:
        return
    if said["status"] in ("pending", "disconnected"):
        learnt.say(FACT, False)
    if said["status"] != "connected":
        return
    found, local = contacts(said), _local_time(clock)
    if found is None or local is None:
        learnt.fail("unparsed", "the agent tells no time of its last contact", FACT)
        return
    now, zone = local
    silent = now - found[0]
    if now - found[1] < timedelta(minutes=-1) or (zone and timedelta(0) <= silent - zone <= _FRESH):
        detail = (
            f"the agent's times ({found[1]:%H:%M}, now {now:%H:%M}) may be of another time zone"
        )
        learnt.fail("unparsed", detail, FACT)
    learnt.say(FACT, silent <= _FRESH)


def written(state: str) -> dict[str, str]:
    """Return what the agent's state file says; nothing where it says one thing twice, or is cut off."""
    lines = [line for line in state.splitlines() if line and not line.startswith("#")]
    found = [re.fullmatch(r"(\w+)='([^']*)'", line) for line in lines]
    said = {match[1]: match[2] for match in found if match}
    return said if len(said) == len(lines) else {}


def contacts(said: Mapping[str, str]) -> tuple[datetime, datetime] | None:
    """Return when the agent last sent to its server and heard of it, the earlier first, as it writes it."""
    named = [said.get(name, "") for name in ("last_keepalive", "last_ack")]
    first, last = (utc(text, "%Y-%m-%d %H:%M:%S") for text in named)
    return None if first is None or last is None else (min(first, last), max(first, last))


def _local_time(clock: str) -> tuple[datetime, timedelta] | None:
    """Return the machine's local time, marked as UTC to be compared with what it writes, and its zone."""
    match = re.search(r"\n([0-9]{1,12}) ([+-])([0-9]{2})([0-9]{2})\n?$", clock)
    if match is None:
        return None
    zone = timedelta(hours=int(match[3]), minutes=int(match[4]))
    zone = -zone if match[2] == "-" else zone
    return datetime.fromtimestamp(int(match[1]), UTC) + zone, zone
