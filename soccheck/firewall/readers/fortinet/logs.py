"""What FortiOS logs of what it denies, and where it keeps what it logs of traffic.

What no policy takes is logged by two switches, one a family, and what is for the device itself by others.
A destination takes the traffic that crosses the device, and that is for it, if it is shown to be on and its
filter leaves nothing out. What is on where nothing is said, and whether the memory then takes what is for
the device, depends on the model. Sources: FortiOS CLI Reference, `log setting`, `log memory setting`, `log
memory filter`, `log syslogd filter` and the like; FortiOS Handbook 5.0, "Logging local-in policies";
Administration Guide 7.6, "Logging local traffic per local-in policy".
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from soccheck.firewall.readers.fortinet.tree import Block
from soccheck.phrase import Phrase, phrase, said, series

ADDRESSED = (
    "fortianalyzer", "fortianalyzer2", "fortianalyzer3", "syslogd", "syslogd2", "syslogd3", "syslogd4",
)  # fmt: skip
"""Destinations that are a server."""
PLACES = ("memory", "disk", "fortianalyzer-cloud", "fortiguard", *ADDRESSED)
KINDS = ("forward-traffic", "local-traffic")
LOW = ("notification", "information", "debug")
"""Severities that hold what tells of traffic."""
LOCAL = ("local-in-deny-unicast", "local-in-deny-broadcast")
FORWARD = {4: "fwpolicy-implicit-log", 6: "fwpolicy6-implicit-log"}
"""Switches of `log setting`, all off at first."""


class VdomLogs:
    """What one virtual domain logs of what it denies."""

    def __init__(self, root: Block) -> None:
        log = root.section("log setting")
        on = {key for key in (*LOCAL, *FORWARD.values()) if log is not None and log.flag(key)}
        self.crossing = FORWARD[4] in on
        self.crossing_six = FORWARD[6] in on
        """Whether what no policy takes is logged over IPv6, too."""
        self.local = {*LOCAL} <= on
        """Whether what is denied to the device itself is logged."""
        self.by_policy = log is not None and log.flag("local-in-policy-log")

    def of_local_policy(self, block: Block) -> bool | None:
        """Return whether a local-in policy logs what it denies; nothing where that is not known."""
        own = block.flag("logtraffic")
        if self.by_policy and own:
            return True
        return None if self.by_policy and self.local else self.local


def unkept(places: Iterable[Block]) -> tuple[Phrase, ...]:
    """Return why what is logged may be kept nowhere, after the settings of the device and of a domain."""
    blocks = list(places)
    strange = tuple(text for block in blocks for text in _unread(block))
    states = {p: state for p in PLACES if (state := _takes_all(blocks, p)) is not None}
    if any(states.values()):
        return strange
    if not states:
        return (*strange, phrase("no destination of the log is shown"))
    text = phrase(
        "no destination takes all that is logged of traffic: {names}", names=", ".join(states)
    )
    return (*strange, text)


def _unread(block: Block) -> Iterator[Phrase]:
    """Yield what nobody knows of the sections of the log."""
    for path in block.blocks:
        if path.startswith("log "):
            found = block.section(path)
            yield from _below(found) if found is not None else ()


def _below(block: Block) -> Iterator[Phrase]:
    left = block.record.left()
    if left:
        yield series([said(block.record.text), *map(said, left)], ": ")
    for path, inner in block.blocks.items():
        found = inner if inner.statement is None else block.section(path)
        yield from _below(found) if found is not None else ()


def _takes_all(blocks: Iterable[Block], place: str) -> bool | None:
    """Return whether a destination takes everything; nothing where neither it nor its filter is shown."""
    shown: dict[str, set[str]] = {}
    parts = ("setting", "filter", "override-setting", "override-filter")
    sections = [block.section(f"log {place} {part}") for block in blocks for part in parts]
    for found in sections:
        if found is None:
            continue
        # Whether an override is in force is not asked: what any of them leaves out may be left out.
        for key in ("status", "server", "severity", "filter", *KINDS):
            shown.setdefault(key, set()).update([found.get(key)] if key in found.record else [])
        for entry in found.entries("free-style"):
            shown["filter"] |= {"traffic", ""} & {entry.get("category", "traffic")}
    if not shown:
        return None
    on = shown["status"] == {"enable"} and (place not in ADDRESSED or bool(shown["server"]))
    kinds = [shown[key] or {""} for key in KINDS]
    # What is for the device itself, some models keep out of the memory unless told otherwise.
    usual = [{"", "enable"}, {"enable"} if place == "memory" else {"", "enable"}]
    whole = all(kind <= good for kind, good in zip(kinds, usual, strict=True))
    return on and whole and not shown["filter"] and {*LOW} >= shown["severity"]
