"""Whether a console manages Microsoft Defender Antivirus on Windows.

`antivirus.central`  true where Defender runs in mode Normal, Intune manages it, alone or with Configuration
    Manager, and its sensor is onboarded to an organization of Defender for Endpoint and was in touch with its
    portal within a day; unknown otherwise: a group policy or Configuration Manager alone may manage it, and
    leave nothing that tells so.

Sources: Microsoft, tamper protection of exclusions (ManagedDefenderProductType 6 Intune alone, 7 with
Configuration Manager); onboarding (OnboardingState 1); WindowsAdvancedThreatProtection CSP (LastConnected,
the last successful connection), which public scripts read from the registry as a FILETIME of UTC.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

from soccheck.probes.antivirus_facts import IDENTIFIER
from soccheck.probes.base import Answers, Ask, Learnt, Moment, age
from soccheck.probes.windows_json import one

CENTRAL = "antivirus.central"
_INTUNE = (6, 7)
_LATELY = timedelta(days=1)

MANAGED = Ask(
    name="defender-managed",
    purpose="what manages Microsoft Defender Antivirus",
    script=r"Get-ItemProperty 'HKLM:\SOFTWARE\Microsoft\Windows Defender' "
    "| Select-Object ManagedDefenderProductType | ConvertTo-Json -Compress",
)
PORTAL = Ask(
    name="defender-portal",
    purpose="whether Defender for Endpoint is onboarded, and when it last reached its portal",
    script=r"Get-ItemProperty 'HKLM:\SOFTWARE\Microsoft\Windows Advanced Threat Protection\Status' "
    "| Select-Object OnboardingState,OrgId,LastConnected | ConvertTo-Json -Compress",
)


def central(answers: Answers, alone: bool, when: Moment, learnt: Learnt) -> None:
    """Read who manages Defender, which must be what protects alone, and when it was last in touch."""
    managed, portal = one(answers["defender-managed"]), one(answers["defender-portal"])
    if managed is None:
        learnt.blame(answers["defender-managed"], CENTRAL)
        return
    if portal is None:
        learnt.blame(answers["defender-portal"], CENTRAL)
        return
    kind, connected = managed.get("ManagedDefenderProductType"), _time(portal.get("LastConnected"))
    if not alone or learnt.facts.get("antivirus.running") is not True:
        learnt.fail("unparsed", "that Microsoft Defender is what protects is not told", CENTRAL)
    if type(kind) is not int or kind not in _INTUNE:
        learnt.fail("unparsed", "that Intune manages it is not told; what else may is not", CENTRAL)
    state, organization = portal.get("OnboardingState"), str(portal.get("OrgId"))
    if type(state) is not int or state != 1 or not IDENTIFIER.fullmatch(organization):
        learnt.fail("unparsed", "that it is onboarded to an organization is not told", CENTRAL)
    length = age(connected, when) if connected else None
    if length is None or length > _LATELY:
        learnt.fail("unparsed", "that it reached its portal lately is not told", CENTRAL)
    learnt.say(CENTRAL, True)


def _time(value: object) -> datetime | None:
    """Return the time of a FILETIME: tenths of microseconds since 1601, in UTC."""
    text = str(value)
    if isinstance(value, bool) or not re.fullmatch(r"1[0-9]{17}", text):
        return None
    return datetime(1601, 1, 1, tzinfo=UTC) + timedelta(microseconds=int(text) // 10)
