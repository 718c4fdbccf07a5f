"""Where FortiOS keeps what it logs of traffic: by destination, its switch and its filter.

A destination that is on takes the traffic that crosses the device, and that is for it, unless its filter
leaves them out or asks for more severe messages. Which are on where none is shown depends on the model:
then they count as on. Source: FortiOS CLI Reference, `log memory setting`, `log memory filter`, `log
syslogd filter` and the like.
"""

from __future__ import annotations

from collections.abc import Iterable

from soccheck.firewall.readers.fortinet.tree import Block
from soccheck.phrase import Phrase, phrase

PLACES = (
    "memory", "disk", "fortianalyzer", "fortianalyzer2", "fortianalyzer3", "fortianalyzer-cloud",
    "fortiguard", "syslogd", "syslogd2", "syslogd3", "syslogd4",
)  # fmt: skip
BY_MODEL = ("memory", "disk")
"""Destinations that may be on where nothing is said; the others are off then."""
KINDS = ("forward-traffic", "local-traffic")
LOW = ("notification", "information", "debug")
"""Severities that hold what tells of traffic."""


def unkept(places: Iterable[Block]) -> tuple[Phrase, ...]:
    """Return why what is logged may be kept nowhere, after the settings of the device and of a domain."""
    blocks = list(places)
    states = {p: state for p in PLACES if (state := _state(blocks, p)) is not None}
    if not states or any(states.values()):
        return ()
    text = phrase(
        "no destination takes all that is logged of traffic: {names}", names=", ".join(states)
    )
    return (text,)


def _state(blocks: Iterable[Block], place: str) -> bool | None:
    """Return whether a destination takes everything; nothing where neither it nor its filter is shown."""
    shown: dict[str, list[str]] = {}
    for block in blocks:
        for section in ("setting", "filter", "override-setting", "override-filter"):
            found = block.section(f"log {place} {section}")
            if found is not None:
                for key in ("status", *KINDS, "severity", "filter"):
                    shown.setdefault(key, []).append(found.get(key))
    if not shown:
        return None
    # Whether an override is in force is not asked: what any of them leaves out may be left out.
    said = {key: [value for value in values if value] for key, values in shown.items()}
    on = "disable" not in said["status"] and (bool(said["status"]) or place in BY_MODEL)
    whole = not said["filter"] and not any("disable" in said[kind] for kind in KINDS)
    return on and whole and {*LOW}.issuperset(said["severity"])
