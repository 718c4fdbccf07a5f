"""How services of logs were started on a Linux machine, and whether they read their files as these are.

Nothing is said but why it may be otherwise: options that were not looked at, files that were changed since.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping

from soccheck.probes import rsyslog_text
from soccheck.probes.base import Answers
from soccheck.probes.shared import numbered

NAME = "log-services"
"""The question that tells it."""
UPLOADER = "systemd-journal-upload"
JOURNAL = "systemd-journald"
WAZUH = "wazuh-logcollector"
_WITH_VALUE = re.compile(r"-[iupRcgG]|--(?:pidfile|persist-file|control|user|group)")
_HARMLESS = re.compile(
    r"-[ndFxiupRcg]|--(?:foreground|no-caps|pidfile|persist-file|control|user|group|process-mode|stderr"
    r"|worker-threads|enable-core|fd-limit)\b"
)
"""Options that change nothing of what is sent: rsyslogd(8), syslog-ng(8)."""
_FOREGROUND = re.compile(r"-[df]+\Z")
"""Those of wazuh-logcollector: its reference page."""
_SETTINGS = {
    "rsyslogd": re.compile("/etc/rsyslog|/run/rsyslog"),
    "syslog-ng": re.compile("/etc/syslog-ng"),
    JOURNAL: re.compile("/etc/systemd/journald"),
    UPLOADER: re.compile("/etc/systemd/journal-upload"),
}
"""What the files begin with that a service reads when it is started; whether again, nothing tells."""
_ROUNDED = 2
"""Seconds that a start, told since the machine's own, may be told too early."""
_MOMENT = re.compile(r"(started|changed) ([0-9]{1,12}) (.+)")
_AS_IT_COMES = re.compile(r"(?:--(?:save-state|follow|system|merge)(?:=.*)?|-m)\Z")
"""Options of the uploader that change nothing of it, as units have them: systemd-journal-upload(8)."""
_LINE = re.compile(r"((?:/etc|/run)/[^:\n]+):(?:[0-9]+:)?(.*)")


def started_otherwise(service: str, main: str, answers: Answers) -> list[str]:
    """Return why the files seen may not be those a service loads: it was told others at its start."""
    seen = False
    harmless = {UPLOADER: _AS_IT_COMES, WAZUH: _FOREGROUND}.get(service, _HARMLESS)
    for line in answers[NAME].output.splitlines():
        words = line.split()
        if not words or words[0].rpartition("/")[2] != service:
            continue
        seen = True
        rest = iter(words[1:])
        for word in rest:
            named = re.match(r"(?:-f|--cfgfile)=?(.*)", word)
            value = (named[1] or next(rest, "")) if named else word
            if value != main if named else not harmless.match(word):
                return [f"{service} was started with {value}, which was not looked at"]
            if _WITH_VALUE.fullmatch(word):
                next(rest, "")
    if not seen:
        return [f"with which options {service} was started was not seen"]
    return [] if service == WAZUH else changed_since(service, answers)


def changed_since(service: str, answers: Answers) -> list[str]:
    """Return why a service may not have read its files as they are: one was changed since it started."""
    text = answers["log-forwarding"].output + answers["journal-settings"].output
    changed = changed_at(answers[NAME].output)
    read = {*changed, *files_of(text)[0]} - {rsyslog_text.RUN}  # which the question itself names
    read |= {name.rpartition("/")[0] for name in read}
    return later(
        service, answers, {name for name in read if _SETTINGS[service].match(name)}, changed
    )


def later(
    service: str, answers: Answers, read: Collection[str], changed: Mapping[str, int]
) -> list[str]:
    """Return why a service may not have read some files as they are; `changed` are their times."""
    started = _started(service, answers)
    if not started:
        return [f"when {service} was started is not told"]
    for name in sorted(read):
        if name not in changed:
            return [f"when {name} was changed is not told"]
        if changed[name] > min(started) + _ROUNDED:
            return [
                f"{name} was changed since {service} started, and surely counts once that is restarted"
            ]
    return []


def _started(service: str, answers: Answers) -> list[int]:
    """Return when a service was started, in seconds since 1970; none of a container's."""
    own, program, started = numbered(answers) or {}, "", list[int]()
    for line in answers[NAME].output.splitlines():
        if entry := _MOMENT.fullmatch(line):
            if entry[1] == "started" and program == service and entry[3] in own:
                started.append(int(entry[2]))
        else:
            program = line.partition(" ")[0].rpartition("/")[2]
    return started


def changed_at(text: str) -> dict[str, int]:
    """Return when files were changed, by their names."""
    entries = map(_MOMENT.fullmatch, text.splitlines())
    return {entry[3]: int(entry[2]) for entry in entries if entry and entry[1] == "changed"}


def journal_changed(answers: Answers) -> list[str]:
    """Return why the journal, where there is one, may not do what its files say."""
    runs = "systemd-journal" in (numbered(answers) or {}).values()
    return changed_since(JOURNAL, answers) if runs else []


def files_of(output: str) -> tuple[dict[str, str], list[str]]:
    """Return the files that grep printed, by name, and the lines that are none of a file's."""
    found: dict[str, list[str]] = {}
    unread = []
    for line in output.splitlines():
        match = _LINE.match(line)
        if match:
            found.setdefault(match[1], []).append(match[2])
        elif line.strip():
            unread.append(line)
    return {name: "\n".join(lines) for name, lines in found.items()}, unread
