"""Whether Windows starts what removable media bring.

`antivirus.autorun_off`  the machine's policy says for which kinds of drives nothing starts by itself: true
    where it names all kinds, false where it leaves out removable, fixed or optical drives. The machine's
    policy is above a user's; without one each user may have his own, and it is unknown.

Sources: Microsoft, NoDriveTypeAutoRun (KB967715: HKLM overrides HKCU; bits 0x04 removable, 0x08 fixed,
0x20 CD-ROM, 0xFF all kinds), the policy "Turn off AutoPlay".
"""

from __future__ import annotations

from soccheck.probes.base import Answer, Ask, Learnt
from soccheck.probes.windows_json import one

FACT = "antivirus.autorun_off"
_NAME = "NoDriveTypeAutoRun"
_ALL = 0xFF
_REMOVABLE = 0x04 | 0x08 | 0x20
"""Sticks, disks in a case of their own, which are fixed drives to Windows, and discs."""

AUTORUN = Ask(
    name="autorun",
    purpose="for which kinds of drives the machine's policy turns autorun and autoplay off",
    script=r"Get-ItemProperty 'HKLM:\SOFTWARE\Microsoft\Windows\CurrentVersion\Policies\Explorer' "
    f"| Select-Object {_NAME} | ConvertTo-Json -Compress",
)


def autorun(answer: Answer, learnt: Learnt) -> None:
    """Read the machine's policy of automatic starts."""
    told = one(answer)
    if told is None or set(told) != {_NAME}:
        learnt.blame(answer, FACT)
        return
    kinds = told[_NAME]
    if type(kinds) is not int or not 0 <= kinds <= 0xFFFFFFFF:
        learnt.fail("unparsed", "no policy of the machine turns automatic starts off", FACT)
    elif kinds & _ALL == _ALL:
        learnt.say(FACT, True)
    elif kinds & _REMOVABLE != _REMOVABLE:
        learnt.say(FACT, False)
    else:
        learnt.fail("unparsed", "the machine's policy leaves out some kinds of drives", FACT)
