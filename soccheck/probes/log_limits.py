"""What a log service's limits let through, and which options of sending away change nothing of what is sent.

A limit drops what is beyond it. One that lets through no fewer messages than imjournal's own default does,
20,000 in ten minutes, is what rsyslog is sold with, and proves no loss; a tighter one leaves unknown what is
sent, as does an option that samples, delays, or is not known. What is lost while the receiver cannot be
reached (`action.resumeRetryCount`, `queue.maxDiskSpace`, `queue.size`) is another question: without a queue,
as installed, it is lost as well.

Sources: rsyslog's documentation of imjournal, imuxsock, omfwd, omrelp, general action and queue parameters;
the parameters that rsyslogd 8.2302 names itself, and what it sent over the loopback with them (of 20 messages
2 by a burst of 2, 4 by a sampling of 5); syslog-ng's administration guide on `network()`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

_ENOUGH = 20_000 / 600
"""Messages in a second."""

_BURSTS = {"imjournal": 20_000, "imuxsock": 200, "action": 200}
_INTERVALS = {"imjournal": 600, "imuxsock": 0, "action": 0}
"""Defaults: of what is not said, the tighter of the two that count."""

_SENDING = re.compile(
    r"type|name|target|port|protocol|address|ipfreebind|tcp_framing|tcp_framedelimiter|ziplevel|template"
    r"|compression\.[\w.]+|rebindinterval|keepalive(?:\.\w+)?|conerrskip|resendlastmsgonreconnect"
    r"|udp\.send\w+|gnutlsprioritystring|streamdriver(?:\.?\w+)*|extendedconnectioncheck|pool\.\w+"
    r"|tls(?:\.\w+)*|windowsize|timeout|conn\.timeout|localclientip|config\.enabled|targetsrv"
    r"|action\.(?:writeallmarkmessages|repeatedmsgcontainsoriginalmsg|resume\w+|report\w+|copymsg"
    r"|errorfile(?:\.\w+)?|externalstate\.file|execonly\w+)"
    r"|queue\.(?:filename|spooldirectory|size|dequeuebatchsize|mindequeuebatchsize(?:\.timeout)?"
    r"|maxdiskspace|highwatermark|lowwatermark|fulldelaymark|lightdelaymark|type|workerthreads"
    r"|workerthreadminimummessages|timeout\w+|maxfilesize|saveonshutdown|checkpointinterval"
    r"|syncqueuefiles|cry\.provider|takeflowctlfrommsg|samplinginterval|dequeueslowdown)|ratelimit\.\w+"
)
"""Parameters of an action that sends: those that may lose messages are looked at one by one."""

_LOSING = {
    "queue.samplinginterval": ("0", "1"),
    "queue.dequeueslowdown": ("0",),
}
"""A value other than these loses messages, or keeps them back."""

_LEGACY = re.compile(
    r"(?i)\$(?P<of>SystemLog|IMUXSock|imjournal)RateLimit(?P<what>Interval|Burst)\s+(?P<number>\S+)"
)
_LEGACY_QUEUE = re.compile(
    r"(?i)\$(?:MainMsg|Action|Ruleset\w*)Queue(?P<name>TimeoutEnqueue|DequeueSlowdown)\s+(?P<value>\S+)"
)


def too_few(kind: str, interval: str | None, burst: str | None) -> bool:
    """Return whether a limit lets fewer through than is enough, or it cannot be told.

    `kind` is the input, or `action`; numbers are as they stand, none where nothing is said.
    """
    if interval is None and burst is None:
        return False
    seconds = _number(interval, _INTERVALS[kind])
    most = _number(burst, _BURSTS[kind])
    if seconds is None or most is None:
        return True
    return seconds > 0 and most / seconds < _ENOUGH


def _number(text: str | None, otherwise: int) -> int | None:
    if text is None:
        return otherwise
    return int(text) if re.fullmatch("[0-9]{1,12}", text) else None


def is_port(text: str) -> bool:
    """Return whether a text is a port's number: omfwd takes no name of a service, and sends nothing to 0."""
    return re.fullmatch("[0-9]{1,5}", text) is not None and 0 < int(text) < 65_536


def of_sending(parameters: Mapping[str, str]) -> str:
    """Return why an rsyslog action that sends may lose messages, or nothing; names are in small letters."""
    for name in parameters:
        if _SENDING.fullmatch(name) is None:
            return f"not understood: {name[:40]}"
    if not is_port(parameters.get("port", "514")):
        return f"no port: {parameters['port'][:40]}"
    if parameters.get("protocol", "udp").lower() not in ("udp", "tcp"):
        return f"not understood: protocol {parameters['protocol'][:40]}"
    if too_few(
        "action", parameters.get("ratelimit.interval"), parameters.get("ratelimit.burst")
    ) or not {"ratelimit.interval", "ratelimit.burst"}.issuperset(
        name for name in parameters if name.startswith("ratelimit.")
    ):
        return "a limit may drop much of what is sent"
    return of_queue(parameters)


def of_queue(parameters: Mapping[str, str]) -> str:
    """Return why a queue of rsyslog may lose messages, or keep them back, or nothing."""
    for name, harmless in _LOSING.items():
        if parameters.get(name, harmless[0]) not in harmless:
            return f"a queue holds messages back or leaves some out: {name}"
    if parameters.get("queue.timeoutenqueue", "2000") == "0":
        return "a queue that is full drops messages at once"
    return ""


def of_input(kind: str, parameters: Mapping[str, str]) -> str:
    """Return why an input of rsyslog may drop messages, or nothing."""
    if kind not in ("imjournal", "imuxsock"):
        return ""
    prefix = "syssock." if kind == "imuxsock" else ""
    limits = {
        name.removeprefix(prefix).removeprefix("ratelimit."): value
        for name, value in parameters.items()
        if name.removeprefix(prefix).startswith("ratelimit.")
    }
    if not {"interval", "burst", "severity"}.issuperset(limits) or too_few(
        kind, limits.get("interval"), limits.get("burst")
    ):
        return f"{kind} may drop much of what is logged"
    return ""


def of_legacy(lines: Iterable[str]) -> str:
    """Return why `$` lines of rsyslog may drop messages, or nothing."""
    limits: dict[str, dict[str, str]] = {}
    for line in lines:
        if match := _LEGACY.match(line):
            kind = "imjournal" if match["of"].lower() == "imjournal" else "imuxsock"
            limits.setdefault(kind, {})[match["what"].lower()] = match["number"]
        elif (match := _LEGACY_QUEUE.match(line)) and (
            why := of_queue({f"queue.{match['name'].lower()}": match["value"]})
        ):
            return why
    for kind, said in limits.items():
        if too_few(kind, said.get("interval"), said.get("burst")):
            return f"{kind} may drop much of what is logged"
    return ""


_SYSLOG_NG = frozenset(
    (
        *(
            "port",
            "destport",
            "localport",
            "localip",
            "ip",
            "transport",
            "ip-protocol",
            "tls",
            "disk-buffer",
        ),
        *("template", "template-escape", "flush-lines", "flush-timeout", "log-fifo-size", "flags"),
        *(
            "keep-alive",
            "so-keepalive",
            "so-sndbuf",
            "so-rcvbuf",
            "so-broadcast",
            "tcp-keepalive-time",
        ),
        *("tcp-keepalive-intvl", "tcp-keepalive-probes", "time-reopen", "time-zone", "ts-format"),
        *("send-time-zone", "frac-digits", "suppress", "persist-name", "use-fqdn", "mark-freq"),
        *("mark-mode", "failover", "failover-servers", "close-on-input", "workers", "throttle"),
        *("local-time-zone", "on-error", "ip-ttl", "ip-tos", "truncate-size-ratio", "no-delay"),
    )
)
"""Options of a destination on the network: those that may lose messages are looked at one by one."""


def of_destination(options: Iterable[tuple[str, str]]) -> str:
    """Return why a destination of syslog-ng may lose messages, or nothing: what waits, drops in time."""
    for name, value in options:
        name = name.replace("_", "-")
        if name not in _SYSLOG_NG:
            return f"not understood: {name[:40]}()"
        number = _number(value.strip(), 0)
        told = value.strip().strip("\"'").lower()
        if name in ("port", "destport") and not is_port(told):
            return f"no port: {told[:40]}"
        if name == "transport" and told not in ("udp", "tcp", "tls", "rfc5424+tls", "rfc3164+tls"):
            return f"not understood: transport {told[:40]}"
        if name == "throttle" and (number is None or 0 < number < _ENOUGH):
            return "a throttle may drop much of what is sent"
    return ""


_SPAN = re.compile(r"([0-9]{1,9})(us|ms|s|sec|seconds?|m|min|minutes?|h|hr|hours?)?")
_UNITS = {"us": 1e-6, "ms": 1e-3, "m": 60, "h": 3600}


def of_journal(intervals: Iterable[str], bursts: Iterable[str]) -> bool:
    """Return whether journald's limit for a service is too tight, by all values that its files give.

    Defaults are 30 s and, before systemd 236, 1000 messages; 0 turns it off: journald.conf(5).
    """
    spans = [_SPAN.fullmatch(text.lower()) for text in intervals if text]
    counts = [_number(text, 0) for text in bursts if text]
    if None in spans or None in counts:
        return True
    seconds = [
        int(s[1]) * _UNITS.get(re.sub("(?<=[mh])[inour].*", "", s[2] or "s"), 1) for s in spans if s
    ]
    longest = max(seconds, default=30)
    fewest = min((count for count in counts if count), default=0 if counts else 1000)
    return longest > 0 and 0 < fewest / longest < _ENOUGH
