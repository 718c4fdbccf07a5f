"""Whether a Linux machine sends its logs to another one.

`monitoring.logs_forwarded` is
true   rsyslog or syslog-ng runs, and a file it loads sends messages to a host that is not the machine
       itself; or the journal's own uploader is active;
false  neither does, every statement of their configuration being understood, and no other shipper runs;
and unknown otherwise: a shipper whose target is not read, a form that is not understood, a file that is
included from elsewhere or cannot be read.
"""

from __future__ import annotations

import re

from soccheck.probes import rsyslog, syslog_ng
from soccheck.probes.base import Answers, Ask, Learnt
from soccheck.probes.shared import hidden

FACT = "monitoring.logs_forwarded"
ASKS = (
    Ask(
        name="log-forwarding",
        purpose="the log service's configuration: where logs are sent",
        script="[ -e /etc/rsyslog.conf ] || [ -e /etc/rsyslog.d ] && "
        "grep -Hn '' /etc/rsyslog.conf /etc/rsyslog.d/*; "
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
)
_SHIPPERS = (
    *("filebeat", "fluent-bit", "fluentd", "td-agent", "vector", "nxlog", "promtail", "alloy"),
    *("splunkd", "otelcol", "otelcol-contrib", "logstash", "auditbeat", "journalbeat"),
)
_SERVICES = (
    ("rsyslogd", "/etc/rsyslog", rsyslog.MAIN, rsyslog.read),
    ("syslog-ng", "/etc/syslog-ng", syslog_ng.MAIN, syslog_ng.read),
)
_LINE = re.compile(r"(/etc/[^:\n]+):(?:[0-9]+:)?(.*)")


def forwarded(answers: Answers, running: set[str] | None, learnt: Learnt) -> None:
    """Read whether logs leave the machine."""
    config = answers["log-forwarding"]
    if running is None:
        learnt.fail(hidden(answers), "running programs cannot be seen", FACT)
        return
    if not config.said:
        learnt.blame(config, FACT)
        return
    if answers["journal-upload"].output.strip() == "active":
        learnt.say(FACT, True)
    files, unread = _files(config.output)
    unsure = [f"not a line of a file: {line[:60]}" for line in unread]
    for service, folder, main, read in _SERVICES:
        if service not in running:
            continue
        own = {name: text for name, text in files.items() if name.startswith(folder)}
        denied = f"{main}: Permission denied" in config.error
        if not own or denied:
            unsure.append(f"{service} runs, and its configuration was not seen")
            continue
        reading = read(own)
        if reading.sure:
            learnt.say(FACT, True)
        unsure += [f"{service}: {reason}" for reason in reading.unsure]
    shippers = sorted(running & set(_SHIPPERS))
    if shippers:
        learnt.fail("unparsed", f"{shippers[0]} runs; where it sends logs is not known", FACT)
    if "Permission denied" in config.error:
        learnt.fail("denied", "the log service's configuration cannot be read", FACT)
    if unsure:
        learnt.fail("unparsed", unsure[0], FACT)
    learnt.say(FACT, False)


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
