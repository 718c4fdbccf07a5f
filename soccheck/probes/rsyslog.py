"""Whether rsyslog's configuration sends the machine's own logs away.

Messages are followed through the statements in their order: what a filter selects, what was discarded
before, which ruleset is called. A statement that is not understood, or not seen, may discard everything:
what is sent after it proves nothing. Sources: rsyslog.conf(5), rsyslog's documentation on legacy format,
RainerScript and omfwd; tried with rsyslogd 8.2302.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from soccheck.probes import log_limits, rsyslog_conditions
from soccheck.probes import rsyslog_filters as filters
from soccheck.probes.itself import elsewhere, is_host
from soccheck.probes.rsyslog_filters import ALL, EVERYTHING, Bits, Filter
from soccheck.probes.rsyslog_lexer import NotUnderstoodError
from soccheck.probes.rsyslog_text import Formats, RsyslogStatement, statements

_SENT = re.compile(
    r"(?i)(?:@@?(?:\((?:z[0-9]|[ou])(?:,(?:z[0-9]|[ou]))*\))?|:omrelp:)"
    r"(?:\[(?P<address>[\w:.%]+)\]|(?P<host>[^\s:;#\[\]]+))(?::(?P<port>[^;#]*))?(?:;(?P<form>[^#]*))?(?P<rest>#.*)?"
)
"""`@host`, `@@(options)host:port;template`, `:omrelp:host:port`; an IPv6 address stands in brackets. A
comment may follow, but a blank before it, or before the template, is the host's where no port stands between.
"""

_QUIETLY = re.compile(r"(?i):(?:omusrmsg|omfile|ompipe):")
_LOCAL = re.compile(r"(?:-?[/?]|\||\*$|-?\w+(?:,\w+)*(?:;\w+)?$)")
"""Files, dynamic files, pipes, everyone logged in, users by name."""

_QUIET = ("omfile", "omusrmsg", "ompipe", "omjournal", "omuxsock", "omstdout")
_SELDOM = re.compile(r"(?i)\$Action(?:ExecOnly\w+)\s+(\S+)")
"""Legacy options that let the actions behind them run seldom, or only where another failed."""

_OF_ALL = ("imuxsock", "imjournal")
"""Inputs of what all services of the machine log; the others have the kernel's, or a file's."""
_SOCKET_OFF = re.compile(r"(?is)\$OmitLocalLogging\s+(?:on|yes|1)|\$SystemLogSocketName\b")
_REDIRECTED = re.compile(r"(?i)\$(?:DefaultRuleset|LocalHostIPIF)\b")
_DISCARDS = re.compile(r"(?i)queue\.?discard")
_STRICT = re.compile(r"(?i)\$AbortOnUncleanConfig\s+(?:on|yes|1)")


@dataclass(kw_only=True)
class Reading:
    """Collects what a configuration does: the hosts logs surely go to, and what was not understood."""

    own: Collection[str] = ()
    hosts: list[str] = field(default_factory=list)
    unsure: list[str] = field(default_factory=list)
    inputs: set[str] = field(default_factory=set)
    strict: bool = False

    @property
    def sure(self) -> bool | None:
        """Whether logs leave the machine; nothing where that cannot be told."""
        if any(elsewhere(host, self.own) for host in self.hosts):
            return True
        return None if self.unsure else False


def read(files: Mapping[str, str], own: Collection[str] = ()) -> Reading:
    """Return what the files do that rsyslogd loads, `own` being the machine's own names."""
    reading = Reading(own=own)
    unseen: list[str] = []
    try:
        found = statements(files, unseen)
        flow = _Flow(_by_ruleset(found), reading)
        for one in (inner for outer in found for inner in outer.whole()):
            _take_in(one, flow)
        if why := log_limits.of_legacy(flow.legacy):
            flow.doubt(why)
        flow.through("", EVERYTHING)
    except (NotUnderstoodError, RecursionError) as fault:
        reading.hosts.clear()
        reading.unsure.append(str(fault) or "nested too deep")
    if reading.sure and reading.inputs.isdisjoint(_OF_ALL):
        reading.hosts.clear()
        reading.unsure.append("it takes in no messages of the machine itself")
    reading.unsure += unseen
    if reading.strict and reading.unsure:
        reading.hosts.clear()  # one fault, and it does not start
    return reading


def _by_ruleset(found: list[RsyslogStatement]) -> dict[str, list[RsyslogStatement]]:
    """Return the statements of each ruleset; the default one's name is empty."""
    rulesets: dict[str, list[RsyslogStatement]] = {"": []}
    switched = ""
    for one in found:
        name = one.token.parameters.get("name")
        if (
            one.kind == "object ruleset"
            and one.token.parameters.get("config.enabled", "on") == "on"
        ):
            rulesets.setdefault(name.lower() if name else "?", []).extend(one.inside)
        elif match := re.match(r"(?i)\$RuleSet\s+(\S+)", one.token.text):
            switched = match[1].lower().replace("rsyslog_defaultruleset", "")
        rulesets.setdefault(switched, []).append(one)
    return rulesets


def _told(parameters: Mapping[str, str | None]) -> dict[str, str]:
    """Return the parameters whose values are told."""
    return {name: value for name, value in parameters.items() if value is not None}


def _take_in(one: RsyslogStatement, flow: _Flow) -> None:
    """Take in what is in force for all messages: modules, inputs, limits, queues."""
    text, parameters, reading = one.token.text, one.token.parameters, flow.reading
    told = _told(parameters)
    strict = told.get("abortonuncleanconfig", "off").lower() in ("on", "yes", "1")
    reading.strict = reading.strict or strict or bool(_STRICT.match(text))
    if told.get("config.enabled", "on") != "on" or "config.enabled" in parameters.keys() - told:
        return
    legacy = re.match(r"(?i)\$ModLoad\s+(\S+)", text)
    loaded = legacy[1] if legacy else told.get("load" if text == "module" else "type", "")
    name = loaded.rpartition("/")[2].removesuffix(".so").lower()
    flow.loaded |= {name} if legacy or one.kind == "object module" else set()
    if (name if one.kind == "object action" else text.lower()[:8].strip(":")) == "omrelp":
        flow.without_relp = flow.without_relp or "omrelp" not in flow.loaded
    if name.startswith("im") and (legacy or one.kind in ("object module", "object input")):
        reading.inputs |= {name}
        if why := log_limits.of_input(name, told):
            flow.doubt(why)
    elsewhere_to = "defaultruleset" in parameters or "localhostipif" in parameters
    if elsewhere_to or _REDIRECTED.match(text) or (name in _OF_ALL and "ruleset" in parameters):
        flow.doubt(f"messages are handed to another ruleset: {text[:60]} {name}".rstrip())
    off = "syssock.name" in parameters or told.get("syssock.use", "on") in ("off", "no", "0")
    flow.socket_off = flow.socket_off or off or bool(_SOCKET_OFF.match(text))
    if flow.socket_off:
        reading.inputs.discard("imuxsock")
    if _DISCARDS.search(" ".join((text, *parameters))):
        flow.doubt(f"a queue discards: {text[:60]}")
    elif one.kind in ("object main_queue", "object ruleset") and (why := log_limits.of_queue(told)):
        flow.doubt(why)
    flow.legacy.append(text)


class _Flow:
    """Follows messages through statements: what is left of them, and whether that is known."""

    def __init__(self, rulesets: Mapping[str, list[RsyslogStatement]], reading: Reading) -> None:
        self.rulesets = rulesets
        self.reading = reading
        self.formats = Formats()
        self.loaded = set[str]()
        self.without_relp = False
        self.legacy: list[str] = []
        self.socket_off = False
        self.left: Bits = ALL
        self.partly_gone = False
        self.doubts: list[str] = []
        self.seldom = False
        self.called: set[str] = set()

    def doubt(self, reason: str) -> None:
        """Take in what may have discarded everything, or was not understood."""
        self.reading.unsure.append(reason)
        self.doubts.append(reason)

    def through(self, ruleset: str, reached: Filter) -> None:
        """Follow what reaches a ruleset through its statements."""
        if ruleset not in self.rulesets:
            self.doubt(f"the ruleset {ruleset} was not looked at")
        elif ruleset in self.called:
            self.doubt(f"the ruleset {ruleset} is called again")
        else:
            self.called.add(ruleset)
            for one in self.rulesets[ruleset]:
                self.statement(one, reached)

    def statement(self, one: RsyslogStatement, reached: Filter) -> None:
        """Take in one statement, and what stands in it."""
        text = one.token.text
        self.formats.take(one)
        if one.kind in ("selector", "property", "if"):
            passing = _filter(one)
            for inner in one.inside:
                self.statement(inner, reached.also(passing))
            for inner in one.otherwise:
                self.statement(inner, reached.also(passing.negated()))
        elif one.kind == "action":
            self.legacy_action(text.strip(), reached)
        elif one.kind == "object action":
            self.object(one, reached)
        elif one.kind == "stop":
            self.discard(reached)
        elif one.kind == "call":
            self.through(text, reached)
        elif one.kind == "unseen":
            self.doubts.append("a file is included that was not looked at")
        elif match := _SELDOM.match(text):
            self.seldom = match[1].lower() not in ("off", "no", "0")
        elif one.kind in ("bsd", "call_indirect"):
            self.doubt(f"not understood: {text[:60]}")

    def legacy_action(self, text: str, reached: Filter) -> None:
        """Take in an action in legacy form."""
        if re.match(r"(?i)~|:omdiscard:", text):
            self.discard(reached)
        elif re.match(r"(?i)@|:omrelp:", text):
            match = _SENT.fullmatch(text)
            form = (match["form"] or "").strip() if match else ""
            host = (match["address"] or match["host"]) if match else ""
            port = (
                re.match(r"[0-9]*", "514" if match["port"] is None else match["port"])
                if match
                else None
            )
            relp = text.lower().startswith(":omrelp:")
            if not match or not port or not log_limits.is_port(port[0]) or not host:
                self.reading.unsure.append(f"not understood: {text[:60]}")
            elif relp and self.without_relp:
                self.reading.unsure.append("omrelp is not loaded")
            else:
                self.send(host, reached, form or self.formats.otherwise, seldom=self.seldom)
        elif self.reading.strict and re.match(r"\w", text):
            self.doubt(f"whether there is a user {text[:60]} is not known")
        elif not _QUIETLY.match(text) and not _LOCAL.match(text):
            self.doubt(f"not understood: {text[:60]}")

    def object(self, one: RsyslogStatement, reached: Filter) -> None:
        """Take in an action object."""
        parameters = _told(one.token.parameters)
        untold = sorted(one.token.parameters.keys() - parameters.keys())
        kind = parameters.get("type", "").lower()
        if parameters.get("config.enabled", "on") != "on":
            return
        if kind == "omdiscard":
            self.discard(reached)
        elif kind in ("omfwd", "omrelp"):
            if untold or (kind == "omrelp" and self.without_relp):
                why = f"not understood: {untold[0]}" if untold else "omrelp is not loaded"
            else:
                why = log_limits.of_sending(parameters)
            seldom = any(name.startswith("action.execonly") for name in parameters)
            form = parameters.get("template", self.formats.otherwise)
            if why:
                self.reading.unsure.append(why)
            else:
                self.send(parameters.get("target", ""), reached, form, seldom=seldom)
        elif kind not in _QUIET and not kind.startswith("mm"):
            # It gets messages and leaves them to the statements behind it.
            self.reading.unsure.append(f"not understood: action {kind[:60]}")

    def discard(self, reached: Filter) -> None:
        """Take away what is discarded."""
        if not reached.told or (reached.partly and not reached.narrow):
            self.doubt("what is discarded is not known")
        elif reached.partly:
            self.partly_gone = True
        else:
            self.left -= reached.bits

    def send(self, host: str, reached: Filter, form: str, *, seldom: bool) -> None:
        """Take in that messages go to a host, if any are left and reach it."""
        bits = reached.bits & self.left
        if not is_host(host):
            self.reading.unsure.append(f"not understood: sent to {host[:60]}")
            return
        if reached.told and not bits:
            if reached.bits:
                self.reading.unsure.append(f"what goes to {host} was discarded before")
            return
        half = reached.partly and (self.partly_gone or self.left != ALL)
        if not reached.told or half or not filters.severe(bits, self.left):
            self.reading.unsure.append(f"which messages go to {host} is not known")
        elif reached.narrow:
            self.reading.unsure.append(f"only messages of one kind go to {host}")
        elif form not in self.formats.with_message:
            self.reading.unsure.append(
                f"what goes to {host} by the template {form[:40]} is not known"
            )
        elif seldom:
            self.reading.unsure.append(f"messages go to {host} only sometimes")
        elif self.doubts:
            self.reading.unsure.append(f"what goes to {host} may be gone before: {self.doubts[0]}")
        else:
            self.reading.hosts.append(host)


def _filter(one: RsyslogStatement) -> Filter:
    """Return what a filter lets through."""
    if one.kind == "selector":
        return filters.selector(one.token.text)
    if one.kind == "property":
        return filters.matched(one.token.text)
    return rsyslog_conditions.condition(one.token.expression)
