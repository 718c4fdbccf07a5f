"""Network devices that speak `show` commands: their running configuration, for the firewall engine.

Nothing is read out of it here. What looks like a secret is masked before it is stored; the names of
commands are those of the vendors' documentation, and none was tried on a real device yet.
"""

from __future__ import annotations

import re

from soccheck.facts.catalogue import SHOWN_BY_RULESETS
from soccheck.probes.base import KIB, Answers, Ask, Learnt, Moment, Probe

LARGE = 8192 * KIB

PREPARE = {
    "cisco": ("terminal length 0", "terminal width 511"),
    "fortinet": (),
    "juniper": ("set cli screen-length 0", "set cli screen-width 0"),
    "mikrotik": (),
    "paloalto": (
        "set cli pager off",
        "set cli config-output-format xml",
        "set cli op-command-xml-output on",
    ),
}
"""Commands that only stop a device's pager and choose the form of its answers, for this one session; a
device may not know them."""

_SHOWS = {
    "cisco": ("show running-config",),
    "fortinet": ("show full-configuration",),
    "juniper": ("show configuration | display set",),
    "mikrotik": ("/export terse show-sensitive=no", "/ipv6 firewall filter export terse"),
    "paloalto": ("show config running",),
}
_REFUSED = re.compile(
    r"^\s*(?:% ?(?:Invalid|Unknown|Incomplete|Ambiguous|Authorization)|Unknown action|Command fail"
    r"|syntax error|unknown command|bad command name|expected end of command|error: )",
    re.IGNORECASE | re.MULTILINE,
)


def refused(text: str) -> bool:
    """Return whether a short answer is the device saying that it will not."""
    return len(text) < 2000 and _REFUSED.search(text) is not None


def _nothing(answers: Answers, when: Moment, learnt: Learnt) -> None:
    """Learn nothing: the configuration is evidence as it stands."""


def of_configuration(platform: str, *, purpose: str, asks: tuple[Ask, ...]) -> Probe:
    """Return the probe of firewalls of a platform whose answers are for the firewall engine alone."""
    return Probe(
        name="configuration",
        platform=platform,
        kinds=("firewall",),
        purpose=purpose,
        asks=asks,
        learns=(),
        may=(),
        shows=SHOWN_BY_RULESETS,
        parse=_nothing,
    )


def _shown(platform: str) -> Probe:
    asks = tuple(
        Ask(
            name=f"show-{number}" if number else "show",
            purpose="the running configuration",
            script=command,
            limit=LARGE,
        )
        for number, command in enumerate(_SHOWS[platform])
    )
    return of_configuration(
        platform, purpose="the running configuration, its secrets masked", asks=asks
    )


DEVICES = tuple(_shown(platform) for platform in _SHOWS)
