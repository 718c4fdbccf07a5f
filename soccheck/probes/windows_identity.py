"""Identity and upkeep of a Windows machine: system, clock, restart due, logs sent away, SOC agent.

What is said, and by what; an answer that is missing or of another form makes it unknown:
`os.name`, `os.family`, `os.kernel`, `upkeep.uptime`, `clock.skew`  Win32_OperatingSystem tells them.
`os.supported_until`  name and build are those of a release of the catalogue (`os_support.yaml`) whose support
    has not ended yet, or whose last, paid support has; unknown in between: nothing tells of paid updates.
`clock.synchronised`  stands in `windows_clock.py`.
`upkeep.restart_due`  one of the two keys that servicing and Windows Update leave is there; else false.
`monitoring.logs_forwarded`  a policy names a collector whose name is not the machine's own, WinRM runs, and
    the forwarder's last events are that a subscription was created (100) and that it connected (104);
    false where it names none and neither a shipper nor an agent runs; unknown where one runs, where the
    collector is named by an address, where the last events are others, or the state of a service is not told.
`monitoring.agent`  stands in `windows_agent.py`.

Sources: Win32_OperatingSystem, w32tm, Windows Event Forwarding policy, the Wazuh agent's state file.
"""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

from soccheck.probes import os_support, windows_agent, windows_clock
from soccheck.probes.base import Answers, Ask, Learnt, Moment, Probe
from soccheck.probes.itself import elsewhere, parsed
from soccheck.probes.shared import MACHINE_ID
from soccheck.probes.windows_json import listing, moment, one, values, word

_PENDING = (
    r"HKLM:\SOFTWARE\Microsoft\Windows\CurrentVersion\Component Based Servicing\RebootPending",
    r"HKLM:\SOFTWARE\Microsoft\Windows\CurrentVersion\WindowsUpdate\Auto Update\RebootRequired",
)
_FORWARDING = (
    r"HKLM:\SOFTWARE\Policies\Microsoft\Windows\EventLog\EventForwarding\SubscriptionManager"
)
_EVENTS = "@{LogName='Microsoft-Windows-Forwarding/Operational';Id=$ids}"
_ENTRY = re.compile(r"(\S+)[ \t]*: ?(.*)")
"""A value of a key as PowerShell lists it; where it is long it goes on, indented, in the next line."""
_COLLECTOR = re.compile(
    r"(?i)(?:[^,]*,)*Server=https?://(\[[0-9a-f:.]+\]|[^:/\[\],@\s]+)(?::[0-9]{1,5})?/[^,\s]+(?:,.*)?"
)
"""What the policy names, whole: `Server=http://NAME:5985/wsman/SubscriptionManager/WEC,Refresh=60`."""
_CREATED, _IN_PART, _CONNECTED = "100", "101", "104"
"""Events of the provider Microsoft-Windows-Forwarding; 101: some of the logs asked for cannot be read, as
the log of security is where the forwarder's account may not; 103: unsubscribed, 105: it does not connect."""
_WAZUH = r"C:\Program Files (x86)\ossec-agent\wazuh-agent.state"
_SERVICES = {
    1: "Stopped",
    2: "StartPending",
    3: "StopPending",
    4: "Running",
    5: "ContinuePending",
    6: "PausePending",
    7: "Paused",
}

_LATEST = 1 << 32
"""Seconds since 1970 that no clock shows: of the year 2106."""

MACHINE_GUID = Ask(
    name=MACHINE_ID.name,
    purpose=MACHINE_ID.purpose,
    script=r"$id=(Get-ItemProperty 'HKLM:\SOFTWARE\Microsoft\Cryptography').MachineGuid; "
    "if($id){$sum=[Security.Cryptography.SHA256]::Create().ComputeHash("
    "[Text.Encoding]::ASCII.GetBytes('soccheck '+$id)); "
    "(-join($sum|ForEach-Object{$_.ToString('x2')}))+'  -'}",
)
"""MachineGuid is made at installation, and copied with an image that was not prepared for that."""

CARDS = listing(
    "links", "network cards, by which it is told from others", "Get-NetAdapter", "MacAddress"
)

IDENTITY_LEARNS = (
    "os.name",
    "os.kernel",
    os_support.FACT,
    "upkeep.uptime",
    "clock.skew",
    "clock.synchronised",
    "upkeep.restart_due",
    "monitoring.logs_forwarded",
    "monitoring.agent",
)


def identity(answers: Answers, when: Moment, learnt: Learnt) -> None:
    """Read system, clock, restart due, log forwarding and SOC agent."""
    system = one(answers["system"])
    if system is None or not isinstance(system.get("Caption"), str):
        learnt.blame(answers["system"], "os.name", "os.kernel", "upkeep.uptime", "clock.skew")
        learnt.blame(answers["system"], os_support.FACT)
    else:
        _system(system, when, learnt)
    windows_clock.synchronised(answers, learnt)
    pending = re.fullmatch(r"\s*(True|False)\s+(True|False)\s*", answers["restart"].output)
    if answers["restart"].state != "ok" or pending is None:
        learnt.blame(answers["restart"], "upkeep.restart_due")
    else:
        learnt.say("upkeep.restart_due", "True" in pending.groups())
    _services(answers, learnt)


def _system(system: dict[str, Any], when: Moment, learnt: Learnt) -> None:
    learnt.say("os.name", system["Caption"].strip())
    learnt.say("os.family", "windows")
    os_support.of_windows(system["Caption"].strip(), system.get("Version"), when, learnt)
    if isinstance(system.get("Version"), str):
        learnt.say("os.kernel", system["Version"])
    seconds, booted = system.get("Now"), moment(system.get("LastBootUpTime"))
    if type(seconds) is not int or not 0 <= seconds < _LATEST:
        learnt.fail("unparsed", "the machine tells no time", "clock.skew", "upkeep.uptime")
        return
    early, late = int(when.started.timestamp()), int(when.ended.timestamp()) + 1
    learnt.say("clock.skew", timedelta(seconds=max(early - seconds, seconds - late, 0)))
    if booted is not None:
        learnt.say("upkeep.uptime", timedelta(seconds=max(0, seconds - int(booted.timestamp()))))


def _services(answers: Answers, learnt: Learnt) -> None:
    facts = ("monitoring.logs_forwarded", "monitoring.agent")
    listed = values(answers["services"])
    told = [word(one.get("Status"), _SERVICES) and one.get("Name") for one in listed]
    if not listed or not all(isinstance(name, str) and name for name in told):
        learnt.blame(answers["services"], *facts)
        return
    running = {str(s.get("Name")) for s in listed if word(s.get("Status"), _SERVICES) == "Running"}
    _forwarded(answers, running, learnt)
    windows_agent.agent(answers, running, learnt)


def _forwarded(answers: Answers, running: set[str], learnt: Learnt) -> None:
    """Read whether the policy names a collector that is known to be another machine."""
    fact, forwarding = "monitoring.logs_forwarded", answers["forwarding"]
    if forwarding.state == "ok" and "WinRM" in running:
        for line in re.sub(r"\r?\n[ \t]+", "", forwarding.output).splitlines():
            entry = _ENTRY.fullmatch(line.rstrip())
            if not line.strip() or (entry and entry[1].startswith("PS")):
                continue
            collector = _COLLECTOR.fullmatch(entry[2]) if entry else None
            if collector is None:
                learnt.fail("unparsed", f"not understood: {line.strip()[:60]}", fact)
            elif elsewhere(collector[1]):
                _collected(collector[1].lower(), answers, learnt)
    for name in windows_agent.may_send(running):
        learnt.fail("unparsed", f"{name} runs; where it sends logs is not known", fact)
    if forwarding.state != "ok":
        learnt.blame(forwarding, fact)
    learnt.say(fact, False)


def _collected(host: str, answers: Answers, learnt: Learnt) -> None:
    """Take in a collector: by its name it is told from the machine, by an address it is not."""
    system, last = answers["system"], answers["subscriptions"]
    fact, own = "monitoring.logs_forwarded", (one(system) or {}).get("CSName")
    if parsed(host) is not None:
        learnt.fail("unparsed", f"whether {host} is the machine itself is not known", fact)
    elif not (isinstance(own, str) and own):
        learnt.blame(system, fact)
    elif host.partition(".")[0] != own.lower():
        # A policy alone sends nothing: the collector has to ask for events, and to be reached.
        if not last.said:
            learnt.blame(last, fact)
        created, _, connected = " ".join(last.output.split()).partition(" ")
        if created == _IN_PART:
            detail = "the forwarder may not read one of the logs it is asked for (event 101)"
            learnt.fail("unparsed", detail, fact)
        if created != _CREATED or connected != _CONNECTED:
            events = f"{created} {connected}"[:60].strip()
            detail = f"by its last events ({events}) the forwarder serves no subscription"
            learnt.fail("unparsed", detail, fact)
        learnt.say(fact, True)


WINDOWS_IDENTITY = Probe(
    name="identity",
    platform="windows",
    kinds=("host", "firewall"),
    purpose="system, clock, restart due, logs sent away, SOC agent",
    asks=(
        listing(
            "system",
            "name and version of the operating system, time since start, time of day",
            "Get-CimInstance Win32_OperatingSystem",
            "Caption",
            "CSName",
            "Version",
            "LastBootUpTime",
            "@{n='Now';e={[DateTimeOffset]::UtcNow.ToUnixTimeSeconds()}}",
        ),
        Ask(
            name="time",
            purpose="whether the clock follows a time server",
            script="w32tm /query /status /verbose",
        ),
        Ask(
            name="restart",
            purpose="whether updates wait for a restart",
            script="; ".join(f"Test-Path '{path}'" for path in _PENDING),
        ),
        Ask(
            name="forwarding",
            purpose="collectors that the policy for event forwarding names",
            script=f"if(Test-Path '{_FORWARDING}'){{Get-ItemProperty '{_FORWARDING}'}}",
        ),
        Ask(
            name="subscriptions",
            purpose="the last events of the forwarder: a subscription created, a collector reached",
            script="foreach($ids in @(100,101,103),@(104,105))"
            f"{{(Get-WinEvent -FilterHashtable {_EVENTS} -MaxEvents 1).Id}}",
        ),
        MACHINE_GUID,
        listing("services", "services and whether they run", "Get-Service", "Name", "Status"),
        Ask(
            name="wazuh",
            purpose="whether the Wazuh agent is connected",
            script=f"Get-Content '{_WAZUH}'; \"now='$(Get-Date -Format 'yyyy-MM-dd HH:mm:ss')'\"",
        ),
    ),
    learns=IDENTITY_LEARNS,
    may=("os.family",),
    parse=identity,
)
