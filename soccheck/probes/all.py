"""The probes: a new subject is one file here and one line below."""

from __future__ import annotations

from dataclasses import replace

from soccheck.probes.antivirus import ANTIVIRUS
from soccheck.probes.base import Ask, Probe
from soccheck.probes.devices import DEVICES
from soccheck.probes.firewall import FIREWALL
from soccheck.probes.identity import IDENTITY
from soccheck.probes.ipv6 import IPV6
from soccheck.probes.pf import PF
from soccheck.probes.shared import BOOT, LINKS, MACHINE_ID
from soccheck.probes.windows_antivirus import WINDOWS_ANTIVIRUS
from soccheck.probes.windows_firewall import WINDOWS_FIREWALL
from soccheck.probes.windows_identity import CARDS, MACHINE_GUID, WINDOWS_IDENTITY
from soccheck.probes.windows_ipv6 import WINDOWS_IPV6

_WHICH: dict[str, tuple[Ask, ...]] = {
    "linux": (MACHINE_ID, LINKS, BOOT),
    "windows": (MACHINE_GUID, CARDS),
}
"""What tells one machine from another, by platform."""

TELLS_WHICH = frozenset(ask.name for asks in _WHICH.values() for ask in asks)
"""Questions that every probe asks, whatever it is about."""


def _telling_which(probe: Probe) -> Probe:
    """Return the probe, which asks first which machine it is: it may be asked alone, and break off."""
    which = _WHICH.get(probe.platform, ())
    about = [ask for ask in probe.asks if which and ask.name not in TELLS_WHICH]
    return replace(probe, asks=(*which, *about) if which else probe.asks)


PROBES: dict[tuple[str, str], Probe] = {
    (probe.platform, probe.name): _telling_which(probe)
    for probe in (
        ANTIVIRUS,
        FIREWALL,
        IDENTITY,
        IPV6,
        PF,
        WINDOWS_ANTIVIRUS,
        WINDOWS_FIREWALL,
        WINDOWS_IDENTITY,
        WINDOWS_IPV6,
        *DEVICES,
    )
}
"""(platform, name) -> probe; the same subject has the same name on every platform."""
