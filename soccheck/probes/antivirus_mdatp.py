"""Microsoft Defender for Endpoint on Linux, by `mdatp health`; see `antivirus_products.py`.

`antivirus.realtime` is true where it is licensed, on, able and not passive, and lists no exclusion.
`antivirus.central` is true where it runs, is onboarded to an organization, takes its settings from that one's
portal (`managedBy` is `MDE`; `MEM` may be a local configuration alone) and does not complain of the cloud;
false where it is not onboarded; unknown otherwise.
"""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime
from typing import Any

from soccheck.probes.antivirus_facts import DATED, IDENTIFIER, STATE, signatures
from soccheck.probes.base import Answer, Answers, Learnt, Moment
from soccheck.probes.shared import once


def mdatp(answers: Answers, running: set[str], when: Moment, learnt: Learnt) -> None:
    """Read `mdatp health`: healthy and up to date may still be passive, unlicensed, with real-time off.

    NOTE: `productExpiration` is the day the build is supported until, and no licence. What an expired one
    still does is not known: Microsoft's documents said that it no longer protects, and since 2024 say that it
    goes on getting definitions.
    """
    answer = answers["mdatp"]
    try:
        health = json.loads(answer.output, object_pairs_hook=once) if answer.state == "ok" else None
    except (ValueError, RecursionError):
        health = None
    if not isinstance(health, dict):
        learnt.blame(answer, *STATE, *DATED)
        return
    ill = _mdatp_ill(health, when)
    _mdatp_protection(health, "wdavdaemon" in running, ill, answers["mdatp-exclusions"], learnt)
    _mdatp_definitions(health, when, learnt)
    _mdatp_central(health, "wdavdaemon" in running, learnt)
    if isinstance(health.get("appVersion"), str):
        learnt.say("antivirus.version", health["appVersion"])
    tamper = _inner(health, "tamperProtection")
    if tamper in ("block", "audit", "disabled"):
        learnt.say("antivirus.tamper_protection", tamper == "block")


def _inner(health: dict[str, Any], name: str) -> object:
    """Return a value, which newer releases wrap with who manages it."""
    value = health.get(name)
    return value.get("value", value.get("$type")) if isinstance(value, dict) else value


def _mdatp_protection(
    health: dict[str, Any], alive: bool, ill: str, exclusions: Answer, learnt: Learnt
) -> None:
    names = ("licensed", "realTimeProtectionEnabled", "passiveModeEnabled")
    flags = [_inner(health, name) for name in names]
    licensed, realtime, passive = (flag if isinstance(flag, bool) else None for flag in flags)
    learnt.say("antivirus.running", alive)
    if licensed is False or realtime is False or passive is True:
        learnt.say("antivirus.realtime", False)
    elif None in (licensed, realtime, passive):
        detail = "licence, real-time protection or passive mode is not told"
        learnt.fail("unparsed", detail, "antivirus.realtime")
    elif not alive or _inner(health, "realTimeProtectionAvailable") is False:
        learnt.say("antivirus.realtime", False)
    elif _inner(health, "realTimeProtectionAvailable") is not True:
        detail = "whether real-time protection is available is not told"
        learnt.fail("unparsed", detail, "antivirus.realtime")
    elif ill:
        learnt.fail("unparsed", f"it says of itself: {ill}", "antivirus.realtime")
    elif not exclusions.said:
        learnt.blame(exclusions, "antivirus.realtime")
    elif gaps := _mdatp_gaps(exclusions.output):
        learnt.fail("unparsed", f"it leaves out {gaps}", "antivirus.realtime")
    else:
        learnt.say("antivirus.realtime", True)
    if passive is not None:
        learnt.say("antivirus.mode", "passive" if passive else "normal")


_NONE = re.compile(
    r"(?i)no (?:antivirus )?exclusions(?: (?:are |were )?(?:found|configured|defined|set|present))?\.?"
)


def _mdatp_gaps(listed: str) -> str:
    """Return what `mdatp exclusion list` lists: each with a line for its kind and one for its path or name.

    NOTE: no document shows what it prints where there is none; one short line that says so is taken for it.
    """
    lines = [line.strip() for line in listed.splitlines() if line.strip("= \t\r")]
    if len(lines) == 1 and _NONE.fullmatch(lines[0]):
        return ""
    return "; ".join(lines)[:200] or "what is not told"


_MDATP_HARMLESS = ("not connected to cloud service", "edr client not running", "edr not running")
"""What mdatp complains of that leaves scanning files as it is."""


def _mdatp_ill(health: dict[str, Any], when: Moment) -> str:
    """Return what it says that speaks against its protection: an engine, a subsystem, its day, an issue."""
    supported = health.get("productExpiration")
    until = _milliseconds(supported)
    if supported is not None and (until is None or until <= when.ended):
        return f"productExpiration: {until.date() if until else supported}"
    engine = _inner(health, "engineLoadStatus")
    if "engineLoadStatus" in health and str(engine).lower() != "engine load succeeded":
        return f"engine: {engine}"
    if _inner(health, "realTimeProtectionSubsystem") != "fanotify":
        return "no subsystem of real-time protection"
    issues = health.get("healthIssues")
    listed = [str(issue) for issue in issues] if isinstance(issues, list) else []
    if _inner(health, "healthy") is False and not listed:
        return "not healthy, and not why"
    return next((one for one in listed if one.lower() not in _MDATP_HARMLESS), "")


_CENTRAL = "antivirus.central"


def _mdatp_central(health: dict[str, Any], alive: bool, learnt: Learnt) -> None:
    """Read whether the portal of the organization that it is onboarded to manages it."""
    licensed, organization = _inner(health, "licensed"), _inner(health, "orgId")
    issues = health.get("healthIssues")
    complaints = [str(one).lower() for one in issues] if isinstance(issues, list) else None
    if licensed is False or organization == "unavailable":
        learnt.say(_CENTRAL, False)
    elif licensed is not True or not IDENTIFIER.fullmatch(str(organization)):
        learnt.fail("unparsed", "the organization that it is onboarded to is not told", _CENTRAL)
    elif _inner(health, "managedBy") != "MDE":
        detail = (
            f"managed by {str(_inner(health, 'managedBy'))[:40]}: that may be the machine alone"
        )
        learnt.fail("unparsed", detail, _CENTRAL)
    elif not alive or complaints is None or any("cloud" in one for one in complaints):
        learnt.fail("unparsed", "that it reaches its portal is not told", _CENTRAL)
    else:
        learnt.say(_CENTRAL, True)


_LOADED = ("upToDate", "outOfDate", "updating")
"""States of definitions that the product has, where they have a day; what it calls others is not known."""


def _mdatp_definitions(health: dict[str, Any], when: Moment, learnt: Learnt) -> None:
    if _inner(health, "licensed") is False:
        # It goes on running, and finds nothing: what it holds protects nobody.
        learnt.say("antivirus.signatures_loaded", False)
        learnt.fail("unparsed", "the product is not licensed: its definitions are not used", *DATED)
    elif _inner(health, "licensed") is not True:
        learnt.fail("unparsed", "whether the product is licensed is not told", STATE[2], *DATED)
    status = _inner(health, "definitionsStatus")
    built = _milliseconds(health.get("definitionsUpdated"))
    never = status == "unavailable" or str(health.get("definitionsUpdated")) == "0"
    if not never and (status not in _LOADED or built is None):
        learnt.fail("unparsed", "the state of the definitions is not told", STATE[2])
    learnt.say("antivirus.signatures_loaded", not never)
    signatures(built, when, learnt, "no date of definitions")


def _milliseconds(value: object) -> datetime | None:
    """Return the time of a number of milliseconds, which mdatp writes as a text."""
    if not isinstance(value, str | int) or not re.fullmatch(r"[0-9]{10,15}", str(value)):
        return None
    when = datetime.fromtimestamp(int(value) / 1000, UTC)
    return when if when.year >= 2000 else None
