"""Whether a Linux machine sends its logs to another one.

`monitoring.logs_forwarded` is
true   rsyslog or syslog-ng runs, takes in what the machine's services log, and a file it loads sends it, or
       at least what is told of logins (notices, and all that is graver), to a host that is not the machine
       itself; or the journal's own uploader is active, and its URL leads to such a host; or Wazuh's agent is
       connected, and collects the whole journal (`wazuh_logs`);
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
    log_starts,
    rsyslog,
    rsyslog_text,
    shippers,
    soc_agent,
    syslog_ng,
    syslog_ng_text,
    wazuh_logs,
)
from soccheck.probes.base import Answers, Ask, Learnt
from soccheck.probes.journal_settings import stated, unreadable
from soccheck.probes.shared import hidden

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
        purpose="how rsyslogd, syslog-ng, Wazuh's collector and the journal's uploader were started, "
        "and what changed since",
        # Of journald and the uploader the kernel keeps the same 15 characters. Of a process it tells its
        # start in hundredths of a second since the machine's own.
        script="grep -lsxE 'rsyslogd|syslog-ng|systemd-journal|wazuh-logcollec' /proc/[0-9]*/comm | "
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
    *wazuh_logs.ASKS,
)
_SERVICES = (
    ("rsyslogd", "/etc/rsyslog", rsyslog_text.MAIN, rsyslog.read),
    ("syslog-ng", "/etc/syslog-ng", syslog_ng_text.MAIN, syslog_ng.read),
)
_NOTHING_LOST = re.compile(r"No such file or directory|Is a directory|^\s*$", re.IGNORECASE)
"""What grep complains of where no file that a service loads was passed over."""

_URL = re.compile(
    r"(?:https?://)?(?:\[(?P<six>[0-9A-Fa-f:.]+)\]|(?P<name>[A-Za-z0-9._-]+))(?::[0-9]{1,5})?(?:/[^@\s]*)?"
)
"""journal-upload.conf(5): a name or an address, after a scheme or without one."""


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
    files, unread = log_starts.files_of(config.output)
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
        doubts = unread + log_starts.started_otherwise(service, main, answers)
        doubts += _handed_nothing(reading, answers) or log_starts.journal_changed(answers)
        if reading.sure and not doubts:
            _proved(answers, learnt)
        unsure += doubts + [f"{service}: {reason}" for reason in reading.unsure]
        perhaps = [host for host in reading.hosts if itself.perhaps_own(host, own)]
        unsure += [f"{service}: whether {host} is another machine is not known" for host in perhaps]
    if learnt.facts.get(soc_agent.FACT) is True:
        if doubts := wazuh_logs.doubts(answers, running, own):
            learnt.fail("unparsed", f"Wazuh's agent: {doubts[0]}", FACT)
        _proved(answers, learnt)
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


_DEBIAN = re.compile(r"^ID(?:_LIKE)?=\"?(?:.* )?(?:debian|ubuntu)\b", re.MULTILINE)
_YES = ("1", "yes", "y", "true", "t", "on")


def _uploaded(answers: Answers, own: frozenset[str], learnt: Learnt) -> list[str]:
    """Take in where the journal's uploader sends it, and return what is not sure of it."""
    state = answers["journal-upload"]
    said = state.output.strip()
    if said != "active" or state.state != "ok":
        known = state.state == "absent" or said in ("inactive", "failed")
        return [] if known else ["whether the journal is uploaded is not told"]
    if kept := journal_settings.kept_back(answers, "MaxLevelStore"):
        return kept
    otherwise = log_starts.started_otherwise(log_starts.UPLOADER, "", answers)
    if otherwise := otherwise or log_starts.journal_changed(answers):
        return otherwise
    urls = [_URL.fullmatch(url) for url in stated(answers, "URL", "Upload")]
    hosts = [url and (url["six"] or url["name"]) for url in urls]
    if hosts and all(host and itself.elsewhere(host, own) for host in hosts):
        _proved(answers, learnt)
    return ["where the journal is uploaded to is not known, or is the machine itself"]


def _handed_nothing(reading: rsyslog.Reading, answers: Answers) -> list[str]:
    """Return why messages may not reach rsyslog: the journal keeps /dev/log, and hands nothing on."""
    values = stated(answers, "ForwardToSyslog")
    if "imjournal" in reading.inputs:
        return journal_settings.kept_back(answers, "MaxLevelStore")
    if "imuxsock" not in reading.inputs:
        return []
    if kept := journal_settings.kept_back(answers, "MaxLevelSyslog"):
        return kept
    if values and all(value.lower() in _YES for value in values):
        return []
    untold = "ForwardToSyslog" not in answers["journal-settings"].output
    if untold and _DEBIAN.search(answers["system"].output):
        return []  # compiled in there: journald.conf(5) of Debian and Ubuntu
    return ["the journal does not hand messages to the log service"]
