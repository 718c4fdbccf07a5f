"""Firewalls that run pf (pfSense, OPNsense, OpenBSD, FreeBSD): what it applies, for the firewall engine.

Nothing is read out of it here. The commands are those of pfctl(8); rules alone do not tell that they are
applied, so pf is asked whether it is on, and which interfaces it skips.
"""

from __future__ import annotations

from soccheck.facts.catalogue import SHOWN_BY_RULESETS
from soccheck.probes.base import KIB, Answers, Ask, Learnt, Moment, Probe

_LARGE = 8192 * KIB
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
        limit=_LARGE,
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
        limit=_LARGE,
    ),
    Ask(
        name="rules",
        purpose="the rules, with those of anchors",
        argv=("pfctl", "-a", "*", "-s", "rules"),
        root=True,
        limit=_LARGE,
    ),
    Ask(
        name="tables",
        purpose="what the tables of rules hold, where no config.xml tells",
        argv=("sh", "-c", _TABLES),
        root=True,
        limit=_LARGE,
    ),
)


def _nothing(answers: Answers, when: Moment, learnt: Learnt) -> None:
    """Learn nothing: what pf applies is evidence as it stands."""


PF = Probe(
    name="configuration",
    platform="pf",
    kinds=("firewall",),
    purpose="what pf applies, and the configuration that makes it",
    asks=ASKS,
    learns=(),
    may=(),
    shows=SHOWN_BY_RULESETS,
    parse=_nothing,
)
