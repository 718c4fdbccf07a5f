"""Antivirus on Windows: Microsoft Defender's own state, and the Security Center on clients.

What is said, and by what; an answer that is missing or of another form makes it unknown:
`antivirus.installed`, `antivirus.product`, `antivirus.version`  Defender tells its state, or the Security
    Center names another product; nothing is ever said to be not there.
`antivirus.running`, `antivirus.realtime`  Defender: service and antivirus are enabled; real-time
    protection and the watch of files in use too, in running mode Normal, and no path, extension, process or
    direction is excluded (else unknown).
    Another product: the Security Center says whether it is on (not off, snoozed or expired), and not what
    it leaves out, so real-time protection is false or unknown. Where Defender makes room for another that
    nobody names, what protects is unknown.
`antivirus.mode`  Defender's running mode, and that it acts on what it finds (else unknown); of another
    product nothing.
`antivirus.signatures_loaded`  Defender tells an age of signatures that were ever updated; another product is
    said to be up to date.
`antivirus.signatures_updated`, `antivirus.signatures_age`  Defender's, the older of the date and the age it
    tells; of another product nothing.
`antivirus.tamper_protection`, `antivirus.last_scan`  Defender says so; without its word nothing.
`antivirus.autorun_off`  see `windows_autorun`; `antivirus.central`  Defender's, see `windows_console`.

What does not protect looks so. Without a licence: Defender needs none, another product is `expired` (state
`3x`) or off. Passive: Defender's running mode is another than Normal; another product's is not told. With
stopped updates: Defender's age grows; another product is said to be out of date, low byte not `00`.

Sources: MSFT_MpComputerStatus, MSFT_MpPreference, Set-MpPreference; SecurityCenter2 AntiVirusProduct, whose
productState no public document defines (read as the GLPI agent does: byte 2 `1x` is on, byte 1 `00` is up to
date).
"""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from typing import Any

from soccheck.probes.antivirus_facts import DATED, STATE, signatures
from soccheck.probes.base import Answer, Answers, Ask, Learnt, Moment, Probe
from soccheck.probes.windows_autorun import AUTORUN, autorun
from soccheck.probes.windows_autorun import FACT as AUTORUN_OFF
from soccheck.probes.windows_console import CENTRAL, MANAGED, PORTAL, central
from soccheck.probes.windows_json import is_json, moment, one, truth, values

_STATUS = (
    "AMRunningMode,AMServiceEnabled,AMProductVersion,AntivirusEnabled,RealTimeProtectionEnabled,"
    "OnAccessProtectionEnabled,RealTimeScanDirection,"
    "AntivirusSignatureAge,AntivirusSignatureLastUpdated,DefenderSignaturesOutOfDate,"
    "IsTamperProtected,FullScanEndTime"
)
_EXCLUSIONS = ("ExclusionPath", "ExclusionExtension", "ExclusionProcess")
_ACTIONS = (
    *("SevereThreatDefaultAction", "HighThreatDefaultAction", "ModerateThreatDefaultAction"),
    *("LowThreatDefaultAction", "UnknownThreatDefaultAction"),
)
_ACTS = (None, 0, 1, 2, 3, 10, "Clean", "Quarantine", "Remove", "Block")
"""What is done with what is found: 0 is as the signatures say; others are 6 allow, 8 ask, 9 nothing."""

LEARNS = ("antivirus.installed", *STATE, *DATED)
_NEVER = (65535, 4294967295)
_BOTH = (0, "Both")
"""Files that are read and that are written are scanned: MSFT_MpComputerStatus, Set-MpPreference."""
_DEFENDER = re.compile(r"(?:windows|microsoft) defender\b", re.IGNORECASE)
"""Microsoft's own product as the Security Center names it; Bitdefender is another one."""

_SECOND = {
    **dict.fromkeys(("Passive", "Passive Mode", "SxS Passive Mode"), "passive"),
    **dict.fromkeys(("EDR Block", "EDR Block Mode"), "edr_block"),
}
"""Running modes of Defender beside another product, and what they are called here."""

_STATES = {0x10: True, **dict.fromkeys((0x00, 0x01, 0x11, 0x20, 0x21, 0x30, 0x31), False)}
"""Bytes of a product's state, and whether they mean on."""

ASKS = (
    Ask(
        name="defender",
        purpose="state of Microsoft Defender Antivirus",
        script=f"Get-MpComputerStatus | Select-Object {_STATUS} | ConvertTo-Json -Compress",
    ),
    Ask(
        name="defender-exclusions",
        purpose="what Microsoft Defender Antivirus leaves out, and what it does with what it finds",
        script="Get-MpPreference | Select-Object "
        f"{','.join((*_EXCLUSIONS, *_ACTIONS, 'ThreatIDDefaultAction_Ids'))} | ConvertTo-Json -Compress",
    ),
    Ask(
        name="security-center",
        purpose="antivirus products registered with the Security Center (clients only)",
        script="ConvertTo-Json -Compress -InputObject @(Get-CimInstance -Namespace root/SecurityCenter2 "
        "-ClassName AntiVirusProduct | Select-Object displayName,productState)",
    ),
    MANAGED,
    PORTAL,
    AUTORUN,
)


def parse(answers: Answers, when: Moment, learnt: Learnt) -> None:
    """Read the answers: Defender when it protects, else the product the Security Center says is on."""
    autorun(answers["autorun"], learnt)
    defender, center = answers["defender"], answers["security-center"]
    status = one(defender)
    others = [p for p in values(center) if not _DEFENDER.match(str(p.get("displayName")).strip())]
    active = [product for product in others if _on(product)]
    told = is_json(center) and center.output.strip()
    untold = not told or any(_on(product) is None for product in others)
    if status is not None and (_protecting(status) or not active):
        if untold and status.get("AMRunningMode") in {"Not running", *_SECOND}:
            # It makes room for another product, which a server has no Security Center to name.
            detail = "what is on in the place of Microsoft Defender is not known"
            learnt.fail("unparsed", detail, *STATE, *DATED, "antivirus.mode")
        _defender(status, answers["defender-exclusions"], when, learnt)
        central(answers, status.get("AMRunningMode") == "Normal", when, learnt)
        return
    if active:
        _registered(active[0], learnt)
        return
    if center.state == "ok" and others:
        _registered(others[0], learnt)
        return
    learnt.blame(
        defender if defender.state != "absent" or center.state == "absent" else center, *LEARNS
    )


def _protecting(status: dict[str, Any]) -> bool:
    return (
        truth(status.get("RealTimeProtectionEnabled")) is True
        and status.get("AMRunningMode") == "Normal"
    )


def _defender(status: dict[str, Any], exclusions: Answer, when: Moment, learnt: Learnt) -> None:
    learnt.say("antivirus.installed", True)
    learnt.say("antivirus.product", "Microsoft Defender Antivirus")
    if isinstance(status.get("AMProductVersion"), str):
        learnt.say("antivirus.version", status["AMProductVersion"])
    service, enabled = truth(status.get("AMServiceEnabled")), truth(status.get("AntivirusEnabled"))
    realtime, mode = truth(status.get("RealTimeProtectionEnabled")), status.get("AMRunningMode")
    in_use = truth(status.get("OnAccessProtectionEnabled"))
    if service is None or enabled is None:
        learnt.fail(
            "unparsed", "whether the service and the antivirus are on is not told", STATE[0]
        )
    else:
        learnt.say("antivirus.running", service and enabled)
    words = {"Normal": "normal", **_SECOND}
    if mode == "Normal":
        _actions(exclusions, learnt)
    if mode in words:
        learnt.say("antivirus.mode", words[str(mode)])
    if False in (realtime, in_use, service, enabled) or mode in {"Not running", *words} - {
        "Normal"
    }:
        learnt.say("antivirus.realtime", False)
    elif None in (realtime, in_use, service, enabled) or mode != "Normal":
        learnt.fail("unparsed", "real-time protection or the running mode is not told", STATE[1])
    elif status.get("RealTimeScanDirection") not in _BOTH:
        learnt.fail("unparsed", "that it scans in both directions is not told", STATE[1])
    else:
        _gaps(exclusions, learnt)
        learnt.say("antivirus.realtime", True)
    _signatures(status, when, learnt)
    if truth(status.get("IsTamperProtected")) is not None:
        learnt.say("antivirus.tamper_protection", bool(truth(status["IsTamperProtected"])))
    scanned = moment(status.get("FullScanEndTime"))
    if scanned is not None and scanned.year >= 2000:
        learnt.say("antivirus.last_scan", scanned.date())


def _gaps(exclusions: Answer, learnt: Learnt) -> None:
    """Take in what Defender leaves out; to who is no administrator it says `N/A: ...` in the place of it."""
    told = one(exclusions)
    if told is None or not told.keys() >= set(_EXCLUSIONS):
        learnt.blame(exclusions, "antivirus.realtime")
        return
    named = [item for name in _EXCLUSIONS for item in _items(told[name])]
    if named:
        learnt.fail("unparsed", f"it leaves out {', '.join(named)[:200]}", "antivirus.realtime")


def _actions(preferences: Answer, learnt: Learnt) -> None:
    """Take in that Defender lets be what it finds: all of a severity, or threats by their numbers."""
    told = one(preferences)
    names = (*_ACTIONS, "ThreatIDDefaultAction_Ids")
    if told is None or not told.keys() >= set(names):
        learnt.blame(preferences, "antivirus.mode")
        return
    lax = [name for name in _ACTIONS if told[name] not in _ACTS]
    lax += names[-1:] if _items(told[names[-1]]) else ()
    if lax:
        detail = f"it may let be what it finds: {', '.join(lax)}"
        learnt.fail("unparsed", detail, "antivirus.mode")


def _items(value: object) -> list[str]:
    """Return the texts of a list, which is a text where there is one, and null where there is none."""
    if value is None:
        return []
    return [str(item) for item in value] if isinstance(value, list) else [str(value)]


def _signatures(status: dict[str, Any], when: Moment, learnt: Learnt) -> None:
    age = status.get("AntivirusSignatureAge")
    built = moment(status.get("AntivirusSignatureLastUpdated"))
    if not isinstance(age, int) or isinstance(age, bool):
        learnt.fail("unparsed", "the age of the signatures is not told", STATE[2], *DATED)
    elif age in _NEVER:
        learnt.say(STATE[2], False)
        learnt.fail("unparsed", "the signatures were never updated", *DATED)
    else:
        learnt.say(STATE[2], True)
        signatures(_older(built, age, when), when, learnt, "no date of signatures")


def _older(built: datetime | None, age: int, when: Moment) -> datetime | None:
    """Return the earlier of the date told and the age told: the two must not flatter each other."""
    if built is None:
        return None
    return min(built, when.ended - timedelta(days=max(0, age - 1)))


def _state(product: dict[str, Any]) -> int | None:
    """Return the state of a product: three bytes, of which the upper one is its kind."""
    state = product.get("productState")
    return state if type(state) is int and 0 <= state <= 0xFFFFFF else None


def _on(product: dict[str, Any]) -> bool | None:
    """Return whether a product is on; off, snoozed and expired are not."""
    state = _state(product)
    return None if state is None else _STATES.get(state >> 8 & 0xFF)


def _registered(product: dict[str, Any], learnt: Learnt) -> None:
    """Take in a product of the Security Center, which tells on or off and current or not, no date."""
    learnt.say("antivirus.installed", True)
    learnt.say("antivirus.product", str(product.get("displayName"))[:200])
    state, on = _state(product), _on(product)
    if state is None or on is None or state & 0xFF not in (0, 0x10):
        learnt.fail("unparsed", "the product's state is not told", *STATE, *DATED)
        return
    learnt.say("antivirus.running", on)
    current = state & 0xFF == 0
    if on:
        detail = "the Security Center says that it is on, and not what it leaves out"
        learnt.fail("unparsed", detail, "antivirus.realtime")
    learnt.say("antivirus.realtime", False)
    learnt.say("antivirus.signatures_loaded", current)
    said = "up to date" if current else "out of date"
    learnt.fail("unparsed", f"the Security Center says {said} and gives no date", *DATED)
    learnt.fail(
        "unparsed",
        "the Security Center tells neither whether it acts on what it finds nor of a licence or console",
        *("antivirus.mode", "antivirus.licence_until", CENTRAL),
    )


WINDOWS_ANTIVIRUS = Probe(
    name="antivirus",
    platform="windows",
    kinds=("host",),
    purpose="antivirus product, whether it runs, scans in use, and how old its signatures are",
    asks=ASKS,
    learns=(*LEARNS, AUTORUN_OFF),
    may=(
        "antivirus.product",
        "antivirus.version",
        "antivirus.mode",
        CENTRAL,
        "antivirus.tamper_protection",
        "antivirus.last_scan",
    ),
    parse=parse,
)
