"""Whether the SOC's agent on a Windows machine is installed and connected.

`monitoring.agent`  as on Linux: Wazuh's state file, fresh; false where neither its service nor one of another
    agent or shipper runs, known by its name or called an agent, sensor, collector or the like; unknown where
    such a one does, or the file's times are to come.
"""

from __future__ import annotations

import re
from datetime import timedelta

from soccheck.probes.base import Answers, Learnt, utc
from soccheck.probes.soc_agent import CALLED_AGENT, WITHOUT_LOGS, contacts, written

FACT = "monitoring.agent"
_SHIPPERS = (
    r"(?i)nxlog|winlogbeat|filebeat|auditbeat|elastic.?agent|splunk|fluent|td-agent|wazuhsvc|ossecsvc|vector\Z"
    r"|logstash|otel|telegraf|promtail|alloy|grafana.?agent|cribl|snare|evtsys|syslog|wincollect|mwagent"
    r"|AdisconMonitoreWare|healthservice|azuremonitor|gcagent|AmazonCloudWatch|google.*ops|logrhythm|scsm"
    r"|arcsight|graylog|rsyslog|eventlog ?forward|event ?sentry|solarwinds|manageengine|velociraptor"
    r"|(?!diagnosticshub).*(?:collector|forwarder|shipper)|datadog|bindplane|observiq"
    r"|event ?reporter|awskinesis"
)
"""Services that send logs away, by their names."""

_AGENTS = re.compile(
    rf"{_SHIPPERS}|CSFalconService|cyserver|CylanceSvc|CbDefense|Sense\Z|osqueryd|tmlisten|ntrtscan"
    r"|Sophos.*Service|mfemms|masvc|xagt|Tanium|EPSecurityService|Trend Micro|nessus|CheckMk|nscp|icinga"
    r"|cybereason|.*red ?cloak"
)
"""Services of other agents that a SOC may be connected by, too."""
_OTHERS = re.compile(
    r"(?i)(?:ssh-agent|PolicyAgent|SQLSERVERAGENT|SQLAgent\$.*|SgrmAgent|Sensor(?:Data)?Service|RdAgent"
    r"|RDAgentBootLoader|WindowsAzureGuestAgent|AmazonSSMAgent|GCEAgent|UevAgentService|AudioEndpointBuilder"
    r"|diagnosticshub\.standardcollector\.service)\Z"
)
"""Services of Windows and of clouds that are called so, and are no SOC's."""


def others(running: set[str]) -> list[str]:
    """Return the services of other agents and shippers that run."""
    called = {name for name in running if CALLED_AGENT.search(name) and not _OTHERS.match(name)}
    return sorted({*filter(_AGENTS.match, running), *called})


def may_send(running: set[str]) -> list[str]:
    """Return those of them that may send the machine's logs away beside what they are for."""
    return [name for name in others(running) if not WITHOUT_LOGS.fullmatch(name)]


def agent(answers: Answers, running: set[str], learnt: Learnt) -> None:
    """Read whether the SOC's agent is connected, `running` being the services that run."""
    if not running & {"WazuhSvc", "OssecSvc"}:
        for name in others(running):
            learnt.fail("unparsed", f"{name} runs; whether it is connected is not known", FACT)
        learnt.say(FACT, False)
        return
    state = answers["wazuh"]
    said = written(state.output.replace("\r", ""))
    found = contacts(said)
    now = utc(said.get("now", ""), "%Y-%m-%d %H:%M:%S")
    if state.state != "ok" or said.get("status") not in ("connected", "pending", "disconnected"):
        learnt.blame(state, FACT)
    elif said["status"] == "connected" and (found is None or now is None):
        learnt.fail("unparsed", "the agent tells no time of its last contact", FACT)
    elif said["status"] == "connected" and found and now and now - found[1] < timedelta(minutes=-1):
        detail = "the agent's times are to come and may be of another time zone"
        learnt.fail("unparsed", detail, FACT)
    fresh = found is not None and now is not None and now - found[0] <= timedelta(minutes=10)
    learnt.say(FACT, said.get("status") == "connected" and fresh)
