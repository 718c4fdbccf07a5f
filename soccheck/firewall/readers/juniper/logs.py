"""Where an SRX keeps what its policies and filters log.

A policy that denies logs by `session-init`. What policies log is sent to a stream's host (`security log
mode stream`) or to the system log (`event`), which keeps it in a file or on a host where a line takes
messages of any facility, or of users, that are informational. A filter's `log` fills a buffer of its own,
its `syslog` goes to the system log by the facility `firewall`. Which mode holds where none is given depends
on platform and release.

Sources: Junos OS Network Management and Monitoring Guide, "Configure System Logging for Security Devices";
"Information Provided in Session Log Entries"; "Stateless Firewall Filter Actions and Action Modifiers"; CLI
Reference, `log (Security)`, `session-init`. Unverified: that `session-close` alone logs no denial; it is
left open.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from soccheck.firewall.readers.juniper.lines import Config
from soccheck.phrase import Phrase, echo, phrase

KNOWN = frozenset(
    (
        *(
            "cache",
            "disable",
            "event-rate",
            "facility-override",
            "file",
            "format",
            "mode",
            "rate-cap",
        ),
        *("max-database-record", "report", "source-address", "source-interface", "stream"),
        *("traceoptions", "transport", "utc-timestamp"),
    )
)
"""Statements of `security log`."""
STREAM = (
    *("category", "file", "filter", "format", "host", "rate-limit", "severity", "source-address"),
    "transport",
)
"""Statements of one of its streams."""
FACILITIES = (
    *(
        "any",
        "authorization",
        "change-log",
        "conflict-log",
        "daemon",
        "dfc",
        "external",
        "firewall",
    ),
    *("ftp", "interactive-commands", "kernel", "ntp", "pfe", "security", "user"),
)
BESIDE = (
    *("allow-duplicates", "archive", "exclude-hostname", "explicit-priority", "facility-override"),
    *("log-prefix", "match", "match-strings", "port", "routing-instance", "source-address"),
    *("structured-data", "tlsdetails", "transport"),
)
"""What stands beside the facilities of a host or a file of the system log."""
LOWEST = ("any", "info", "debug")
"""Severities of the system log that hold what is informational."""


def keeps_policies(config: Config) -> tuple[bool, tuple[Phrase, ...]]:
    """Return whether what policies log is kept, and why that is not sure, or not so."""
    if inherited := _inherited(config):
        return True, inherited
    lines = _below(config, "security", "log")
    if ["disable"] in lines:
        return False, (phrase("`security log disable`: policies log nothing"),)
    none_at_all = (["event-rate", "0"], ["rate-cap", "0"])
    strange = [w for w in lines if w[:1] and (w[0] not in KNOWN or w in none_at_all)]
    if strange:
        return True, (echo(" ".join(["security log", *strange[0]])),)
    modes = [words[1] for words in lines if words[:1] == ["mode"] and len(words) > 1]
    mode = modes[-1] if modes else ""
    streamed, written = _streams(lines), bool(_system(config, ("any", "user"), "RT_FLOW"))
    kept = {
        "stream": streamed,
        "event": written,
        "stream-event": streamed or written,
        "": streamed and written,
    }
    if kept.get(mode, False):
        return True, ()
    return True, (phrase("no line shows where what policies log is kept"),)


def keeps_filters(config: Config) -> tuple[bool, tuple[Phrase, ...]]:
    """Return whether the system log keeps what filters send to it, and why that is not sure."""
    if inherited := _inherited(config):
        return True, inherited
    kept = _system(config, ("any", "firewall"), "PFE_FW")
    unsure = phrase("`match` may keep what filters send to the system log out of it")
    return kept is not False, () if kept is not None else (unsure,)


def _inherited(config: Config) -> tuple[Phrase, ...]:
    """Return why groups may set of the log what no line of its own shows."""
    for line in config.lines:
        words = line.words[2:] if line.words[:1] == ["groups"] else line.words
        of_log = words[:2] in (["system", "syslog"], ["security", "log"])
        if of_log and (words != line.words or "apply-groups" in words):
            return (phrase("a group sets what is logged: {line}", line=echo(line.text)),)
    return ()


def _below(config: Config, *path: str) -> list[list[str]]:
    return [line.words[len(path) :] for line in config.lines if line.words[: len(path)] == [*path]]


def _streams(lines: Sequence[list[str]]) -> bool:
    """Tell whether a stream takes everything to a host: from an address, which it must have."""
    if not any(words[0] in ("source-address", "source-interface") for words in lines if words):
        return False
    streams: dict[str, list[list[str]]] = {}
    for words in lines:
        if words[:1] == ["stream"] and len(words) > 2:
            streams.setdefault(words[1], []).append(words[2:])
    return any(_is_whole(told) for told in streams.values())


def _is_whole(told: Iterable[list[str]]) -> bool:
    """Tell whether a stream has a host and leaves nothing out."""
    lines = list(told)
    found = {words[0]: words[1:] for words in lines}
    severity = found.get("severity", ["info"])[:1]
    every = found.get("category", ["all"])[:1] == ["all"] and "filter" not in found
    hosts = [words[1] for words in lines if words[0] == "host" and len(words) > 1]
    named = any(host not in ("port", "routing-instance") for host in hosts)
    return named and every and severity[0] in LOWEST and {*STREAM} >= {*found}


def _system(config: Config, facilities: Sequence[str], match: str) -> bool | None:
    """Return whether the system log keeps what is informational of a facility; nothing if by its text.

    What a line says of the facility itself counts before what one says of any.
    """
    places: dict[tuple[str, str], list[list[str]]] = {}
    for words in _below(config, "system", "syslog"):
        if words[:1] in (["host"], ["file"]) and len(words) > 2:
            places.setdefault((words[0], words[1]), []).append(words[2:])
    takes = []
    for lines in places.values():
        levels = {w[0]: w[1] for w in lines if w[0] in FACILITIES and len(w) > 1}
        if levels.get(facilities[1], levels.get(facilities[0])) in LOWEST:
            takes.append(lines)
    for lines in takes:
        matches = [" ".join(w[1:]) for w in lines if w[0].startswith("match")]
        known = all(w[0] in (*FACILITIES, *BESIDE) for w in lines)
        if known and all(text.strip('^"').startswith(match) for text in matches):
            return True
    return None if takes else False
