"""Whether syslog-ng's configuration sends the machine's own logs away.

A log path leads from a source of the machine's own messages to a destination on another machine, no path
before it is final for them, and all that stands in it is understood. One fault of a file, and syslog-ng does
not start with it. Source: syslog-ng Open Source Edition, administration guide, sources, destinations, filters
and log paths; tried with syslog-ng 3.38.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field

from soccheck.probes import log_limits
from soccheck.probes.itself import elsewhere, is_host
from soccheck.probes.rsyslog import Reading
from soccheck.probes.rsyslog_filters import ALL, EVERYTHING, Bits, Filter, severe
from soccheck.probes.syslog_ng_filters import passing
from soccheck.probes.syslog_ng_text import (
    MAIN,
    QUOTED,
    blocks,
    drivers,
    listed,
    statements,
    versioned,
    whole,
)

_NETWORK = ("network", "syslog", "tcp", "tcp6", "udp", "udp6")
_FIRST = re.compile(r"""\s*["']?([\w.:-]++)["']?+(?!\s*\()""")
_QUIET = (
    *("file", "usertty", "pipe", "unix-stream", "unix-dgram", "program-override", "stdout"),
    "getvirtconsole",
)
_OF_OTHERS = (*_NETWORK, "file", "wildcard-file", "internal", "pipe", "program")
"""Sources that have nothing of what the machine's services log: no path of theirs takes it away."""
_OF_ITSELF = ("system", "systemd-journal", "systemd-syslog")
"""Sources of the machine's own messages; `internal()` has syslog-ng's own alone, a file one program's."""
_OF_JOURNAL = ("system", "systemd-journal")
"""`system()` reads the journal where there is one."""
_NARROW_NOTHING = frozenset(
    (
        *("prefix", "max-field-size", "default-facility", "default-level", "default-severity"),
        *(
            "read-old-records",
            "time-zone",
            "keep-hostname",
            "keep-timestamp",
            "use-dns",
            "use-fqdn",
        ),
        *(
            "log-iw-size",
            "log-fetch-limit",
            "so-rcvbuf",
            "max-connections",
            "perm",
            "owner",
            "group",
        ),
        *("exclude-kmsg", "flags", "tags", "host-override", "program-override"),
    )
)
_SOCKETS = ("/dev/log", "/run/systemd/journal/syslog")

_GLOBAL = frozenset(
    (
        *("bad-hostname", "chain-hostnames", "check-hostname", "create-dirs", "custom-domain"),
        *("dir-group", "dir-owner", "dir-perm", "dns-cache", "dns-cache-expire", "dns-cache-hosts"),
        *(
            "dns-cache-expire-failed",
            "dns-cache-size",
            "file-template",
            "flush-lines",
            "frac-digits",
        ),
        *(
            "flush-timeout",
            "group",
            "jvm-options",
            "keep-hostname",
            "keep-timestamp",
            "log-fifo-size",
        ),
        *("log-msg-size", "long-hostnames", "mark-freq", "mark-mode", "normalize-hostnames"),
        *("on-error", "owner", "pass-unix-credentials", "perm", "recv-time-zone", "send-time-zone"),
        *("stats", "stats-freq", "stats-level", "stats-lifetime", "stats-max-dynamics", "sync"),
        *("time-reap", "time-reopen", "time-zone", "threaded", "trim-large-messages", "ts-format"),
        *("use-dns", "use-fqdn", "use-rcptid", "use-uniqid", "log-level", "local-time-zone"),
    )
)
_LISTED = ("source", "destination", "filter", "parser", "rewrite")
_ELEMENT = re.compile(
    rf"\s*(?:(?P<kind>{'|'.join(_LISTED)})\s*\(\s*(?P<name>[\w.-]+|\"[^\"\n]*\"|'[^'\n]*')\s*\)"
    r"|flags\s*\(\s*(?P<flags>[\w\s,-]*)\)|(?P<inline>[a-z]+)\s*\{\}|(?P<nested>if\b[^;]*))\s*;"
)
"""What stands in a log path, its blocks emptied."""
_KEEPS_ALL = ("csv-parser", "kv-parser")
"""Parsers that let a message go on that they cannot parse."""
_SAYS_MESSAGE = re.compile(
    r"\$\{?(?:MSG|MESSAGE|MSGONLY|LEGACY_MSGHDR|RAWMSG)\b|\$\(format-[\w-]+ "
)


@dataclass(kw_only=True)
class _Path:
    """Collects what a log path has: sources and destinations by their texts, and what reaches these."""

    sources: list[str] = field(default_factory=list)
    destinations: list[str] = field(default_factory=list)
    reached: Filter = EVERYTHING
    flags: str = ""
    doubts: list[str] = field(default_factory=list)


def read(files: Mapping[str, str], own: Collection[str] = ()) -> Reading:
    """Return what the files do: `MAIN`, and those of its folder where it includes them."""
    flow = _Flow(Reading(own=own))
    if MAIN in files:
        if not versioned(files[MAIN]):
            flow.fault("its main file does not begin with @version")
        flow.statements(whole(files, flow.reading.unsure))
        for body in flow.paths:
            flow.follow(flow.path(body))
        if flow.broken:
            flow.reading.hosts.clear()
    return flow.reading


class _Flow:
    """Follows messages through the log paths in their order: what is left, and whether that is known."""

    def __init__(self, reading: Reading) -> None:
        self.reading = reading
        self.defined: dict[str, dict[str, str]] = {kind: {} for kind in (*_LISTED, "template")}
        self.early = set[str]()
        self.paths: list[str] = []
        self.broken = False
        self.left: Bits = ALL
        self.partly_gone = False
        self.doubts: list[str] = []

    def fault(self, reason: str) -> None:
        """Take in what syslog-ng may not start with."""
        self.reading.unsure.append(reason)
        self.broken = True

    def statements(self, text: str) -> None:
        """Take in all statements, the paths last: what they name may stand behind them."""
        unread: list[str] = []
        for kind, name, body in statements(text, unread):
            if kind == "log":
                self.paths.append(body)
            elif kind == "options":
                self.options(body)
            elif name in self.defined[kind]:
                self.fault(f"{kind} {name[:40]} is defined twice")
            else:
                self.defined[kind][name] = body
            if kind == "destination":  # a template that stands behind it is none to it
                self.early |= {*re.findall(r"template\s*\(\s*([\w.-]+)", body)} - {
                    *self.defined["template"]
                }
            plain = "{" not in QUOTED.sub("", body)
            if kind in ("source", "destination") and plain and not listed(body):
                self.fault(f"not understood: {kind} {name[:40]}")
        for reason in unread:
            self.fault(reason)

    def options(self, body: str) -> None:
        """Take in the options for all: a word that there is none of is a fault."""
        unknown = [name for name, _ in drivers(body) if name not in _GLOBAL]
        if unknown or not listed(body):
            self.fault(f"not understood: options {' '.join(unknown)[:40]}".rstrip())

    def path(self, body: str) -> _Path:
        """Return what a log path has."""
        path = _Path()
        inside = [text for _, text in blocks(body)]
        for text in inside:
            body = body.replace(f"{{{text}}}", "{}", 1)
        at = 0
        while body[at:].strip():
            match = _ELEMENT.match(body, at)
            if match is None:
                self.fault(f"not understood: {' '.join(body[at:].split())[:60]}")
                return path
            at = match.end()
            kind, name = match["kind"], (match["name"] or "").strip("\"'")
            if match["flags"] is not None:
                path.flags += f" {match['flags']}"
            elif match["inline"] or match["nested"]:
                taken = [inside.pop(0) for _ in range(match[0].count("{}"))]
                self.element(path, match["inline"] or "if", "".join(taken))
            elif name in self.defined[kind]:
                self.element(path, kind, self.defined[kind][name])
            else:
                self.fault(f"{kind} {name[:40]} is not defined")
        return path

    def element(self, path: _Path, kind: str, body: str) -> None:
        """Take in what stands in a path."""
        if kind == "source":
            path.sources.append(body)
        elif kind == "destination":
            path.destinations.append(body)
        elif kind == "filter":
            path.reached = path.reached.also(passing(body, self.defined["filter"]))
        elif kind == "parser" and not all(
            name in _KEEPS_ALL and "drop" not in inside for name, inside in drivers(body)
        ):
            path.doubts.append("what its parser lets through is not known")
        elif kind == "rewrite" and not all(_keeps_message(*one) for one in drivers(body)):
            path.doubts.append("what is written in the place of a message is not known")
        elif kind not in _LISTED:
            self.reading.unsure.append(f"not understood: {kind} in a path")
            path.doubts.append("other paths, or parts of it, may take its messages")

    def follow(self, path: _Path) -> None:
        """Take in where a path sends its messages, and what it leaves to those behind it."""
        taken = [name for body in path.sources for name in _of_itself(body)]
        self.reading.inputs |= {"imjournal" for name in taken if name in _OF_JOURNAL}
        doubts = [*path.doubts, *self.doubts]
        if not (re.search(r"\bcatch-?all\b", path.flags) or taken):
            doubts.append("none of its sources is known to be the machine's own")
        if "fallback" in path.flags:
            doubts.append("other paths, or parts of it, may take its messages")
        doubts += self.lacking(path.reached)
        for body in path.destinations:
            self.send(body, doubts)
        drawn = [name for body in path.sources for name, _ in drivers(body)]
        others = path.sources and all(name in _OF_OTHERS for name in drawn)
        if re.search(r"\bfinal\b", path.flags) and not others:
            self.take(path.reached)

    def lacking(self, reached: Filter) -> list[str]:
        """Return why what is known to be left for a path, and to pass its filters, is no machine's log."""
        half = reached.partly and (self.partly_gone or self.left != ALL)
        if (
            reached.narrow
            or not reached.told
            or half
            or not severe(reached.bits & self.left, self.left)
        ):
            return ["what its filter lets through is not known, or was taken before"]
        return []

    def take(self, reached: Filter) -> None:
        """Take away what a path keeps for itself."""
        if not reached.told or (reached.partly and not reached.narrow):
            self.doubts.append("other paths, or parts of it, may take its messages")
        elif reached.partly:
            self.partly_gone = True
        else:
            self.left -= reached.bits

    def send(self, body: str, doubts: list[str]) -> None:
        """Take in the drivers of a destination, and why it is not sure that messages reach it."""
        if "{" in QUOTED.sub("", body):
            self.reading.unsure.append("not understood: a destination of blocks")
            return
        for name, inside in drivers(body):
            host = _FIRST.match(inside)
            if name in _QUIET:
                continue
            if name not in _NETWORK or host is None or not is_host(host[1]):
                self.reading.unsure.append(f"not understood: destination {name}")
            elif why := log_limits.of_destination(drivers(inside)) or self.without_message(inside):
                self.reading.unsure.append(f"destination {name}: {why}")
            elif doubts and elsewhere(host[1], self.reading.own):
                self.reading.unsure.append(f"whether messages reach {host[1]}: {doubts[0]}")
            else:
                self.reading.hosts.append(host[1])

    def without_message(self, inside: str) -> str:
        """Return why what is sent may not have the message in it, or nothing."""
        for name, value in drivers(inside):
            text = value.strip()
            if name == "template" and not QUOTED.fullmatch(text):
                text = "" if text in self.early else self.defined["template"].get(text, "")
            if name == "template" and _SAYS_MESSAGE.search(text) is None:
                return f"the template {value.strip()[:40]} has no message"
        return ""


def _keeps_message(name: str, inside: str) -> bool:
    """Return whether a rewrite leaves the message as it came: what it sets is something else."""
    value = next((value for option, value in drivers(inside) if option == "value"), "")
    named = value.strip().strip("\"'").upper()
    if name == "set":
        return named not in ("", "MESSAGE", "MSG")
    return name in ("set-tag", "clear-tag")


def _of_itself(source: str) -> Iterator[str]:
    """Yield the drivers of a source that take in what the machine logs; one with options may narrow it."""
    for name, inside in drivers(source):
        path = re.match(r"""\s*["']?([^"'\s)]+)""", inside)
        sockets = name in ("unix-stream", "unix-dgram") and path is not None and path[1] in _SOCKETS
        narrowed = {option for option, _ in drivers(inside)} - _NARROW_NOTHING
        if not narrowed and (name in _OF_ITSELF or sockets):
            yield name
