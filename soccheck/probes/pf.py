"""Firewalls that run pf (pfSense, OPNsense, OpenBSD, FreeBSD): what it applies, for the firewall engine.

Nothing is read out of it here. The commands are those of pfctl(8); rules alone do not tell that they are
applied, so pf is asked whether it is on, and which interfaces it skips.
"""

from __future__ import annotations

from soccheck.probes.base import Ask
from soccheck.probes.devices import LARGE, of_configuration

_TABLES = (
    "[ -e /conf/config.xml ] && exit 0; pfctl -s Tables | while read -r name; do "
    'echo "table $name"; pfctl -t "$name" -T show || exit 1; done'
)
"""Where there is a config.xml its aliases are what tables hold; some have a million entries."""

ASKS = (
    Ask(name="system", purpose="which system it is", argv=("uname", "-s")),
    Ask(
        name="config",
        purpose="the configuration of pfSense or OPNsense, its secrets masked",
        argv=("cat", "/conf/config.xml"),
        path="/conf/config.xml",
        root=True,
        secret=True,
        limit=LARGE,
    ),
    Ask(name="info", purpose="whether pf is on", argv=("pfctl", "-s", "info"), root=True),
    Ask(
        name="interfaces",
        purpose="which interfaces pf skips",
        argv=("pfctl", "-vv", "-s", "Interfaces"),
        root=True,
    ),
    Ask(
        name="nat",
        purpose="translation rules; OpenBSD has none of their own",
        argv=("pfctl", "-a", "*", "-s", "nat"),
        root=True,
        limit=LARGE,
    ),
    Ask(
        name="rules",
        purpose="the rules, with those of anchors",
        argv=("pfctl", "-a", "*", "-s", "rules"),
        root=True,
        limit=LARGE,
    ),
    Ask(
        name="tables",
        purpose="what the tables of rules hold, where no config.xml tells",
        argv=("sh", "-c", _TABLES),
        root=True,
        limit=LARGE,
    ),
)


PF = of_configuration(
    "pf", purpose="what pf applies, and the configuration that makes it", asks=ASKS
)
