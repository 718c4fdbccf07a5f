"""The probes: a new subject is one file here and one line below."""

from __future__ import annotations

from soccheck.probes.antivirus import ANTIVIRUS
from soccheck.probes.base import Probe
from soccheck.probes.devices import DEVICES
from soccheck.probes.firewall import FIREWALL
from soccheck.probes.identity import IDENTITY
from soccheck.probes.ipv6 import IPV6
from soccheck.probes.pf import PF
from soccheck.probes.windows_antivirus import WINDOWS_ANTIVIRUS
from soccheck.probes.windows_firewall import WINDOWS_FIREWALL
from soccheck.probes.windows_identity import WINDOWS_IDENTITY
from soccheck.probes.windows_ipv6 import WINDOWS_IPV6

PROBES: dict[tuple[str, str], Probe] = {
    (probe.platform, probe.name): probe
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
