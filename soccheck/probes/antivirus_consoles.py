"""Products whose answers on Linux tell of their console and, so far as is known, of little more.

`antivirus.central` is true where the product runs, is bound to a console and was in touch with it lately:
Deep Security  its agent is green, names its manager, opened a session with it within two hours (the longest
    time between heartbeats is one) by its own clock, and its anti-malware module is on with its driver;
SentinelOne    its agent is enabled and runs, names its console and itself, and says `Connectivity` On;
Trellix        its agent is in managed mode, names itself and its ePO servers, and last reached one within a
    day, whichever time zone it writes;
false where the product says that it is bound to none (CrowdStrike: never was); and unknown otherwise.
`antivirus.licence_until`  the day before Deep Security's anti-malware module says that its licence ends.
`antivirus.realtime`  false where Trellix says that scanning on access is off, and that this is so.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

from soccheck.probes.base import Answer, Answers, Learnt, Moment, fields, utc

_CENTRAL = "antivirus.central"
_HEARTBEATS = timedelta(hours=2)
_URL = re.compile(r"(?:https|dsm)://[\w.-]*\w(?::[0-9]+)?/?")
_NAMED = re.compile(
    r"\{?[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}\}?|[0-9A-Fa-f]{32,64}"
)
"""What a product calls the machine at its console."""


def trend(answers: Answers, running: set[str], when: Moment, learnt: Learnt) -> None:
    """Read `dsa_query`: lines `AgentStatus.<name>: <value>`, after an index of the names."""
    status, parts = answers["trend-status"], answers["trend-components"]
    _licence(parts, "ds_agent" in running, learnt)
    if "ds_agent" not in running or status.state != "ok":
        learnt.blame(status, _CENTRAL)
        return
    if parts.state != "ok":
        learnt.blame(parts, _CENTRAL)
        return
    said, module = fields(status.output), fields(parts.output)
    if (
        module.get("Component.AM.mode") != "on"
        or module.get("Component.AM.driverOffline") != "false"
    ):
        learnt.fail("unparsed", "that its anti-malware module is on is not told", _CENTRAL)
    if said.get("AgentStatus.agentState") != "green" or not _URL.fullmatch(
        said.get("AgentStatus.dsmUrl", "")
    ):
        learnt.fail("unparsed", "that it is bound to a manager is not told", _CENTRAL)
    now, last = (_seconds(said.get(f"AgentStatus.{name}", "")) for name in _SESSION)
    if now is None or last is None or not timedelta(0) <= now - last <= _HEARTBEATS:
        learnt.fail("unparsed", "that it reached its manager lately is not told", _CENTRAL)
    learnt.say(_CENTRAL, True)


_SESSION = ("currentTime", "lastAgentToManagerSession")


def _licence(parts: Answer, alive: bool, learnt: Learnt) -> None:
    """Take in the last whole day before the licence ends: the largest number of 32 bits tells of no end."""
    text = fields(parts.output).get("Component.AM.licenseExpiry", "")
    length = _seconds(text)
    if parts.state != "ok":
        learnt.blame(parts, "antivirus.licence_until")
    elif not alive or length is None or text == _NO_END:
        learnt.fail("unparsed", "until when it is licensed is not told", "antivirus.licence_until")
    else:
        end = datetime.fromtimestamp(0, UTC) + length - timedelta(seconds=1)
        learnt.say("antivirus.licence_until", end.date())


_NO_END = str(2**31 - 1)


def _seconds(text: str) -> timedelta | None:
    """Return a time of ten digits, as seconds since 1970."""
    return timedelta(seconds=int(text)) if re.fullmatch(r"[0-9]{10}", text) else None


def sentinelone(answers: Answers, running: set[str], when: Moment, learnt: Learnt) -> None:
    """Read `sentinelctl`: lines of a name and a value, with a colon or two spaces between them."""
    agent, console = answers["sentinelone-agent"], answers["sentinelone-console"]
    for answer in (agent, console):
        if answer.state != "ok":
            learnt.blame(answer, _CENTRAL)
            return
    said = _columns(console)
    url, name = said.get("URL", ""), said.get("UUID", "")
    if url == name == "undefined":
        learnt.say(_CENTRAL, False)
    if _columns(agent).get("Agent state") != "Enabled":
        learnt.fail("unparsed", "that its agent is enabled is not told", _CENTRAL)
    runs = _AGENT.findall(agent.output)
    if len(runs) != 1 or f"/proc/{runs[0]}/comm:" not in answers["processes"].output:
        learnt.fail("unparsed", "that its agent runs is not told", _CENTRAL)
    if not _URL.fullmatch(url) or not _NAMED.fullmatch(name):
        learnt.fail("unparsed", "that it is bound to a console is not told", _CENTRAL)
    if said.get("Connectivity") != "On":
        learnt.fail("unparsed", "that it is connected to its console is not told", _CENTRAL)
    learnt.say(_CENTRAL, True)


_AGENT = re.compile(r"^agent[ \t]+([0-9]+)[ \t\r]*$", re.MULTILINE)
"""The agent's own process in the list of its processes."""


def _columns(answer: Answer) -> dict[str, str]:
    return fields(re.sub(r"(?m)^([^:\n]*?\S):?[ \t]{2,}(?=\S)", r"\1: ", answer.output))


def falcon(answers: Answers, running: set[str], when: Moment, learnt: Learnt) -> None:
    """Read `falconctl -g --aid`: the agent's identifier, which its console gave it, or that there is none."""
    answer = answers["falcon"]
    if answer.missing:
        learnt.blame(answer, _CENTRAL)
    elif answer.state == "ok" and _NEVER.fullmatch(answer.output.strip()):
        learnt.say(_CENTRAL, False)


_NEVER = re.compile(r"(?i)aid is not set[.,]?")


def trellix(answers: Answers, running: set[str], when: Moment, learnt: Learnt) -> None:
    """Read `cmdagent -i` and `mfetpcli --getoasconfig --summary`: lines `<name>: <value>`."""
    answer, scan = answers["trellix"], answers["trellix-scan"]
    if scan.missing:
        learnt.blame(scan, "antivirus.realtime")
    elif scan.state == "ok" and fields(scan.output).get("On-Access Scan") in _SCAN_OFF:
        learnt.say("antivirus.realtime", False)
    said = fields(answer.output)
    mode = said.get("AgentMode")
    if answer.state != "ok" or mode not in ("0", "1"):
        learnt.blame(answer, _CENTRAL)
        return
    if mode == "0":
        learnt.say(_CENTRAL, False)
    servers = said.get("EpoServerList") or said.get("ePOServerList")
    if "masvc" not in running or not _NAMED.fullmatch(said.get("GUID", "")) or not servers:
        learnt.fail("unparsed", "that it is bound to an ePO server is not told", _CENTRAL)
    last = said.get("LastASCTime", "")
    reached = utc(last, "%Y%m%d%H%M%S") if re.fullmatch(r"[0-9]{14}", last) else None
    # Its zone is not told: what is at most ten hours old where it is fourteen ahead is so within a day.
    ago = when.ended - reached if reached else None
    if ago is None or not timedelta(hours=-14) <= ago <= timedelta(hours=10):
        learnt.fail("unparsed", "that it reached its ePO server lately is not told", _CENTRAL)
    learnt.say(_CENTRAL, True)


_SCAN_OFF = ("Disabled", "Disabled and Compliant")
"""Scanning on access is switched off, and nothing of it runs: McAfee, KB89803."""
