"""What the journal's own files set, in the section that counts: journald.conf(5), journal-upload.conf(5).

systemd reads a setting only below the header of its section, and lines that end in a backslash go on in the
next: systemd.syntax(7). A line of which neither is known is read by nobody here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from soccheck.probes import log_limits
from soccheck.probes.base import Answers, Ask


def unreadable(paths: str) -> str:
    """Return shell text that complains of what is there and cannot be read, which a pattern passes over."""
    return (
        f"for x in {paths}; do [ -e $x ] && {{ ! [ -r $x ] || [ -d $x ] && ! [ -x $x ]; }} && "
        "printf '%s: Permission denied\\n' $x >&2; done; "
    )


_NAMES = "ForwardToSyslog|MaxLevelSyslog|MaxLevelStore|RateLimit[A-Za-z]*|Storage|URL"
ASK = Ask(
    name="journal-settings",
    purpose="whether the journal hands messages to the log service, and where it is uploaded to",
    script="for d in /usr/lib /usr/local/lib /run /etc; do "
    + unreadable(
        "$d/systemd $d/systemd/journald.conf.d $d/systemd/journal-upload.conf.d "
        "$d/systemd/journald.conf $d/systemd/journal-upload.conf"
    )
    + "done; for d in /usr/lib /usr/local/lib /run /etc; do "
    rf"grep -HE '^[[:space:]]*(\[|({_NAMES})[[:space:]]*=|[^#;[:space:]].*\\[[:space:]]*$)' "
    "$d/systemd/journald.conf $d/systemd/journald.conf.d/*.conf "
    "$d/systemd/journal-upload.conf $d/systemd/journal-upload.conf.d/*.conf; done; "
    "for d in /usr/local/lib /run /etc; do ls $d/systemd/journald.conf $d/systemd/journald.conf.d/*.conf "
    "$d/systemd/journal-upload.conf $d/systemd/journal-upload.conf.d/*.conf 2>/dev/null; done; :",
)
_FILE = r"(\S*?/journal[\w.-]*\.conf[^:\n]*):[ \t]*"
_SETTING = re.compile(rf"{_FILE}({_NAMES})[ \t]*=[ \t]*([^\s\\]*)[ \t]*")
_SECTION = re.compile(rf"{_FILE}\[([^\[\]\s]+)\][ \t]*")
_THERE = re.compile(r"/\S*/journal(?:d|-upload)\.conf(?:\.d/[^:]*\.conf)?")
_FOLDERS = ("/usr/lib/", "/usr/local/lib/", "/run/", "/etc/")
"""Where systemd looks for settings: a file, the main one too, hides its like in those before."""


def _lines(answers: Answers) -> Iterator[tuple[str, str, re.Match[str] | None]]:
    """Yield each line with the section it stands in, none being "", and the setting it is."""
    file = section = ""
    for line in answers[ASK.name].output.splitlines():
        if header := _SECTION.fullmatch(line):
            file, section = header[1], header[2]
            continue
        setting = _SETTING.fullmatch(line)
        within = section if setting is not None and setting[1] == file else ""
        yield line, within, setting


def unread(answers: Answers) -> list[str]:
    """Return the lines that are neither a setting in some section nor a file that is there."""
    return [
        line
        for line, section, setting in _lines(answers)
        if not (setting is not None and section) and not _THERE.fullmatch(line)
    ]


def stated(answers: Answers, name: str, section: str = "Journal") -> list[str]:
    """Return the values that files give a setting of a section, in the order of folders that count more."""
    there = [line for line, _, _ in _lines(answers) if _THERE.fullmatch(line)]
    settings = [(match, within) for _, within, match in _lines(answers) if match is not None]
    found = [(m[1], m[3]) for m, within in settings if (m[2], within) == (name, section)]
    return [value for file, value in found if not any(_hides(other, file) for other in there)]


def _hides(file: str, other: str) -> bool:
    """Return whether a file of settings takes the place of another: systemd-system.conf(5)."""
    for place, folder in enumerate(_FOLDERS):
        if other.startswith(folder):
            below = other.removeprefix(folder)
            return any(file == f"{later}{below}" for later in _FOLDERS[place + 1 :])
    return False


_MOST_LEVELS = ("notice", "info", "debug", "5", "6", "7")


def kept_back(answers: Answers, key: str) -> list[str]:
    """Return why the journal may not have, or hand on, what is logged: it keeps nothing, or little."""
    levels = [*stated(answers, key), *stated(answers, "MaxLevelStore")]
    kept = {value.lower() for value in stated(answers, "Storage")}
    if not kept <= {"", "auto", "persistent", "volatile"} and key != "MaxLevelSyslog":
        return ["the journal keeps nothing that could be sent, or it is not known"]
    intervals = [
        *stated(answers, "RateLimitIntervalSec"),
        *stated(answers, "RateLimitInterval"),
    ]
    if log_limits.of_journal(intervals, stated(answers, "RateLimitBurst")):
        return ["the journal may drop much of what a service logs"]
    if any(level.lower() not in _MOST_LEVELS for level in levels):
        return ["the journal hands on the gravest messages alone"]
    return []
