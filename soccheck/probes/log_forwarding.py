"""Whether a Linux machine sends its logs to another one.

`monitoring.logs_forwarded` is
true   rsyslog or syslog-ng runs, takes in what the machine's services log, and a file it loads sends it, or
       at least what is told of logins (notices, and all that is graver), to a host that is not the machine
       itself; or the journal's own uploader is active, and its URL leads to such a host;
false  neither does, every statement of their configuration being understood, and neither another shipper nor
       an agent runs, which may send logs beside what it is for;
and unknown otherwise: a shipper whose target is not read, a form that is not understood, messages of one
kind alone, a file that is included from elsewhere or cannot be read, a service started with another file, one
(or the journal it hears of) that may have read its files before they became what they are, a journal that
keeps or hands on nothing, or the gravest alone, and a limit that may drop much (`log_limits`).
"""

from __future__ import annotations

import re

from soccheck.probes import (
    itself,
    journal_settings,
    log_limits,
    rsyslog,
    rsyslog_text,
    shippers,
    soc_agent,
    syslog_ng,
    syslog_ng_text,
)
from soccheck.probes.base import Answers, Ask, Learnt
from soccheck.probes.journal_settings import stated, unreadable
from soccheck.probes.shared import hidden, numbered

FACT = "monitoring.logs_forwarded"


ASKS = (
    Ask(
        name="log-forwarding",
        purpose="the log service's configuration: where logs are sent",
        script=unreadable("/etc/rsyslog.d /run/rsyslog /etc/syslog-ng /etc/syslog-ng/conf.d")
        + "[ -e /etc/rsyslog.conf ] || [ -e /etc/rsyslog.d ] && "
        "grep -Hn '' /etc/rsyslog.conf /etc/rsyslog.d/*; printf '/run/rsyslog/:0:\\n'; "
        "[ -e /run/rsyslog ] && grep -Hn '' /run/rsyslog/*.conf; "
        "[ -e /etc/syslog-ng ] && grep -Hn '' /etc/syslog-ng/syslog-ng.conf /etc/syslog-ng/conf.d/*; :",
        secret=True,
    ),
    Ask(
        name="journal-upload",
        purpose="whether the journal is sent to a collector (systemd)",
        argv=("systemctl", "is-active", "systemd-journal-upload"),
        path="/lib/systemd/systemd-journal-upload",
        slow=True,
    ),
    journal_settings.ASK,
    Ask(
        name="log-services",
        purpose="how rsyslogd, syslog-ng and the journal's uploader were started, and what changed since",
        # Of journald and the uploader the kernel keeps the same 15 characters. Of a process it tells its
        # start in hundredths of a second since the machine's own.
        script="grep -lsxE 'rsyslogd|syslog-ng|systemd-journal' /proc/[0-9]*/comm | "
        "while read -r f; do tr '\\0' ' ' <\"${f%comm}cmdline\" && echo; "
        r"s=$(sed -n 's/^.*) \([^ ]* \)\{19\}\([0-9]*\) .*/\2/p' ${f%comm}stat); n=${f%/comm}; "
        '[ -n "$s" ] && echo "started $(($(sed -n "s/^btime //p" /proc/stat) + s / 100)) ${n#/proc/}"; done; '
        # A folder changes where a file of it is deleted, or comes from elsewhere with its time.
        "stat -L -c 'changed %Z %n' /etc/rsyslog.conf /etc/rsyslog.d /etc/rsyslog.d/* /run/rsyslog "
        "/run/rsyslog/*.conf /etc/syslog-ng /etc/syslog-ng/*.conf /etc/syslog-ng/conf.d "
        "/etc/syslog-ng/conf.d/* "
        "/etc/systemd/journal*.conf /etc/systemd/journal*.conf.d /etc/systemd/journal*.conf.d/* "
        "2>/dev/null; :",
    ),
    shippers.WITHIN,
)
_SERVICES = (
    ("rsyslogd", "/etc/rsyslog", rsyslog_text.MAIN, rsyslog.read),
    ("syslog-ng", "/etc/syslog-ng", syslog_ng_text.MAIN, syslog_ng.read),
)
_NOTHING_LOST = re.compile(r"No such file or directory|Is a directory|^\s*$", re.IGNORECASE)
"""What grep complains of where no file that a service loads was passed over."""

_WITH_VALUE = re.compile(r"-[iupRcgG]|--(?:pidfile|persist-file|control|user|group)")
_HARMLESS = re.compile(
    r"-[ndFxiupRcg]|--(?:foreground|no-caps|pidfile|persist-file|control|user|group|process-mode|stderr"
    r"|worker-threads|enable-core|fd-limit)\b"
)
"""Options that change nothing of what is sent: rsyslogd(8), syslog-ng(8)."""
_UPLOADER = "systemd-journal-upload"
_JOURNAL = "systemd-journald"
_SETTINGS = {
    "rsyslogd": re.compile("/etc/rsyslog|/run/rsyslog"),
    "syslog-ng": re.compile("/etc/syslog-ng"),
    _JOURNAL: re.compile("/etc/systemd/journald"),
    _UPLOADER: re.compile("/etc/systemd/journal-upload"),
}
"""What the files begin with that a service reads when it is started; whether again, nothing tells."""
_ROUNDED = 2
"""Seconds that a start, told since the machine's own, may be told too early."""
_MOMENT = re.compile(r"(started|changed) ([0-9]{1,12}) (.+)")
_AS_IT_COMES = re.compile(r"(?:--(?:save-state|follow|system|merge)(?:=.*)?|-m)\Z")
"""Options of the uploader that change nothing of it, as units have them: systemd-journal-upload(8)."""
_URL = re.compile(
    r"(?:https?://)?(?:\[(?P<six>[0-9A-Fa-f:.]+)\]|(?P<name>[A-Za-z0-9._-]+))(?::[0-9]{1,5})?(?:/[^@\s]*)?"
)
"""journal-upload.conf(5): a name or an address, after a scheme or without one."""

_LINE = re.compile(r"((?:/etc|/run)/[^:\n]+):(?:[0-9]+:)?(.*)")


def forwarded(answers: Answers, running: set[str] | None, learnt: Learnt) -> None:
    """Read whether logs leave the machine."""
    config = answers["log-forwarding"]
    if running is None:
        learnt.fail(hidden(answers), "running programs cannot be seen", FACT)
        return
    if not config.said:
        learnt.blame(config, FACT)
        return
    others = (answers["log-services"], answers["journal-settings"])
    missing = next((one for one in others if not one.said), None)
    if missing:
        learnt.blame(missing, FACT)
        return
    if "Permission denied" in answers["journal-settings"].error:
        learnt.fail("denied", "the journal's settings cannot be read", FACT)
        return
    if unread := journal_settings.unread(answers):
        learnt.fail("unparsed", f"not a journal's setting: {unread[0][:60]}", FACT)
        return
    own = itself.names(answers)
    unsure = _uploaded(answers, own, learnt)
    files, unread = _files(config.output)
    unread += [line for line in config.error.splitlines() if not _NOTHING_LOST.search(line)]
    unread = [f"not a line of a file: {line[:60]}" for line in unread]
    unsure += unread
    for service, folder, main, read in _SERVICES:
        if service not in running:
            continue
        run = folder.replace("/etc/", "/run/")
        loaded = {name: text for name, text in files.items() if name.startswith((folder, run))}
        if "Permission denied" in config.error:
            learnt.fail("denied", "the log service's configuration cannot be read", FACT)
            return
        if main not in loaded:
            unsure.append(f"{service} runs, and its configuration was not seen")
            continue
        reading = read(loaded, own)
        doubts = unread + _started_otherwise(service, main, answers)
        doubts += _handed_nothing(reading, answers) or _journal_changed(answers)
        if reading.sure and not doubts:
            _proved(answers, learnt)
        unsure += doubts + [f"{service}: {reason}" for reason in reading.unsure]
        perhaps = [host for host in reading.hosts if itself.perhaps_own(host, own)]
        unsure += [f"{service}: whether {host} is another machine is not known" for host in perhaps]
    for shipper in (*shippers.running(answers, running), *soc_agent.may_send(running)):
        learnt.fail("unparsed", f"{shipper} runs; where it sends logs is not known", FACT)
    if unsure:
        learnt.fail("unparsed", unsure[0], FACT)
    learnt.say(FACT, False)


def _proved(answers: Answers, learnt: Learnt) -> None:
    """Say that logs go to another machine, where it is known which names and addresses are the own."""
    if (untold := itself.untold(answers)) is not None:
        learnt.blame(untold, FACT)
    else:
        learnt.say(FACT, True)


_MOST_LEVELS = ("notice", "info", "debug", "5", "6", "7")
_DEBIAN = re.compile(r"^ID(?:_LIKE)?=\"?(?:.* )?(?:debian|ubuntu)\b", re.MULTILINE)
_YES = ("1", "yes", "y", "true", "t", "on")


def _kept_back(answers: Answers, key: str) -> list[str]:
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


def _uploaded(answers: Answers, own: frozenset[str], learnt: Learnt) -> list[str]:
    """Take in where the journal's uploader sends it, and return what is not sure of it."""
    state = answers["journal-upload"]
    said = state.output.strip()
    if said != "active" or state.state != "ok":
        known = state.state == "absent" or said in ("inactive", "failed")
        return [] if known else ["whether the journal is uploaded is not told"]
    if kept := _kept_back(answers, "MaxLevelStore"):
        return kept
    if otherwise := _started_otherwise(_UPLOADER, "", answers) or _journal_changed(answers):
        return otherwise
    urls = [_URL.fullmatch(url) for url in stated(answers, "URL", "Upload")]
    hosts = [url and (url["six"] or url["name"]) for url in urls]
    if hosts and all(host and itself.elsewhere(host, own) for host in hosts):
        _proved(answers, learnt)
    return ["where the journal is uploaded to is not known, or is the machine itself"]


def _started_otherwise(service: str, main: str, answers: Answers) -> list[str]:
    """Return why the files seen may not be those a service loads: it was told others at its start."""
    seen = False
    harmless = _AS_IT_COMES if service == _UPLOADER else _HARMLESS
    for line in answers["log-services"].output.splitlines():
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
    return _changed_since(service, answers)


def _changed_since(service: str, answers: Answers) -> list[str]:
    """Return why a service may not have read its files as they are: one was changed since it started."""
    own = numbered(answers) or {}
    program, started = "", list[int]()
    changed = dict[str, int]()
    for line in answers["log-services"].output.splitlines():
        if entry := _MOMENT.fullmatch(line):
            if entry[1] == "changed":
                changed[entry[3]] = int(entry[2])
            elif program == service and entry[3] in own:  # none of a container's
                started.append(int(entry[2]))
        else:
            program = line.partition(" ")[0].rpartition("/")[2]
    if not started:
        return [f"when {service} was started is not told"]
    shown = _files(answers["log-forwarding"].output + answers["journal-settings"].output)[0]
    read = {*changed, *shown} - {rsyslog_text.RUN}  # which the question itself names
    read |= {name.rpartition("/")[0] for name in read}
    for name in sorted(filter(_SETTINGS[service].match, read)):
        if name not in changed:
            return [f"when {name} was changed is not told"]
        if changed[name] > min(started) + _ROUNDED:
            return [
                f"{name} was changed since {service} started, and surely counts once that is restarted"
            ]
    return []


def _journal_changed(answers: Answers) -> list[str]:
    """Return why the journal, where there is one, may not do what its files say."""
    runs = "systemd-journal" in (numbered(answers) or {}).values()
    return _changed_since(_JOURNAL, answers) if runs else []


def _handed_nothing(reading: rsyslog.Reading, answers: Answers) -> list[str]:
    """Return why messages may not reach rsyslog: the journal keeps /dev/log, and hands nothing on."""
    values = stated(answers, "ForwardToSyslog")
    if "imjournal" in reading.inputs:
        return _kept_back(answers, "MaxLevelStore")
    if "imuxsock" not in reading.inputs:
        return []
    if kept := _kept_back(answers, "MaxLevelSyslog"):
        return kept
    if values and all(value.lower() in _YES for value in values):
        return []
    untold = "ForwardToSyslog" not in answers["journal-settings"].output
    if untold and _DEBIAN.search(answers["system"].output):
        return []  # compiled in there: journald.conf(5) of Debian and Ubuntu
    return ["the journal does not hand messages to the log service"]


def _files(output: str) -> tuple[dict[str, str], list[str]]:
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
