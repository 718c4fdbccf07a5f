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

from soccheck.probes import log_limits
from soccheck.probes import rsyslog_filters as filters
from soccheck.probes.itself import elsewhere, is_host
from soccheck.probes.rsyslog_filters import ALL, EVERYTHING, STRING, UNTOLD, Bits, Filter
from soccheck.probes.rsyslog_text import (
    INCLUDED,
    OBJECT,
    Formats,
    RsyslogStatement,
    formats,
    statements,
)

_LONGEST = 16_384
"""A longer statement is none of a configuration's: what a machine answers may be made to take long."""

_PARAMETER = re.compile(r'([\w.]+)\s*=\s*"((?:[^"\\]|\\.)*)"')
_LEADS_IN = re.compile(
    rf"(?i)(?P<selector>[\w*,;.!=/-]*[\w*]\.[\w*!=][\w*,;.!=/-]*)(?=\s|$)"
    rf"|(?P<property>:\s*[\w$!.-]+\s*,\s*!?\w+\s*,\s*{STRING})"
    rf"|(?P<again>&)|(?P<condition>if\b(?:[^\"']|{STRING}|'[^']*')*?\bthen\b|else\b)"
)
"""What stands before an action: a selector, a property, `&` for the last one, a condition."""

_SENT = re.compile(r"(?i)(?:@@?(?:\([^)]*\))?|:omrelp:)(?:\[([\w:.%]+)\]|([^\s:;\[\]]+))")
"""`@host`, `@@(options)host:port`, `:omrelp:host:port`; an IPv6 address stands in brackets."""

_FORMAT = re.compile(r";[ \t]*([\w.-]+)[ \t]*\Z")
_QUIETLY = re.compile(r"(?i):(?:omusrmsg|omfile|ompipe):")
_LOCAL = re.compile(r"(?:-?[/?]|\||\*(?:\s|$|;)|-?\w+(?:,\w+)*(?:;\w+)?$)")
"""Files, dynamic files, pipes, everyone logged in, users by name."""

_WORD = re.compile(r"(?!stop\b)\w+")
"""A user's name behind a selector, and nothing by itself."""

_QUIET = ("omfile", "omusrmsg", "ompipe", "omjournal", "omuxsock", "omstdout")
_SET = re.compile(rf"(?is)(?:set|unset|reset)\b(?:[^;\"']|{STRING}|'[^']*')*;?")
_HARMLESS = re.compile(r"(?i)continue\b|\$\w")
_SELDOM = re.compile(r"(?i)\$Action(?:ExecOnly\w+)\s+(\S+)")
"""Legacy options that let the actions behind them run seldom, or only where another failed."""

_INPUT = re.compile(
    r'(?i)(?:(?:module|input)\s*\(.*?\b(?:load|type)\s*=\s*"(im\w+)"|\$ModLoad\s+(im\w+))'
)
_OF_ALL = ("imuxsock", "imjournal")
"""Inputs of what all services of the machine log; the others have the kernel's, or a file's."""
_SOCKET_OFF = re.compile(
    r'(?is)module\s*\(.*\bSysSock\.Use\s*=\s*"(?:off|no|0)"|\$OmitLocalLogging\s+(?:on|yes|1)'
)
_QUEUE = re.compile(r"(?i)(?:main_queue|ruleset)\s*\(")
_DISCARDS = re.compile(r"(?i)queue\.?discard")
_OF_ITSELF = ("imuxsock", "imjournal", "imklog", "imkmsg", "imfile")
"""Inputs of the machine's own messages; what only comes in from the network is others'."""


@dataclass(kw_only=True)
class Reading:
    """Collects what a configuration does: the hosts logs surely go to, and what was not understood."""

    own: Collection[str] = ()
    hosts: list[str] = field(default_factory=list)
    unsure: list[str] = field(default_factory=list)
    inputs: set[str] = field(default_factory=set)

    @property
    def sure(self) -> bool | None:
        """Whether logs leave the machine; nothing where that cannot be told."""
        if any(elsewhere(host, self.own) for host in self.hosts):
            return True
        return None if self.unsure else False


def read(files: Mapping[str, str], own: Collection[str] = ()) -> Reading:
    """Return what the files do that rsyslogd loads, `own` being the machine's own names."""
    unseen: list[str] = []
    rulesets: dict[str, list[RsyslogStatement]] = {"": []}
    switched, inputs, redirected = "", set[str](), list[str]()
    for one in statements(files, unseen):
        if match := re.match(r"(?i)\$RuleSet\s+(\S+)", one.text):
            switched = match[1].lower().replace("rsyslog_defaultruleset", "")
            continue
        match = _INPUT.match(one.text[:_LONGEST])
        taken = (match[1] or match[2]).lower() if match else ""
        inputs |= {taken} if taken else set()
        if re.match(r"(?i)\$DefaultRuleset\b|global\s*\(.*\bdefaultRuleset\b", one.text) or (
            taken in _OF_ITSELF and re.search(r"(?i)\bruleset\s*=", one.text)
        ):
            redirected.append(
                f"messages are handed to another ruleset: {' '.join(one.text.split())[:60]}"
            )
        if taken and (why := log_limits.of_input(taken, _parameters(one.text))):
            redirected.append(why)
        name = switched if one.ruleset is None else one.ruleset
        rulesets.setdefault(name, []).append(one)
    if any(_SOCKET_OFF.match(one.text) for found in rulesets.values() for one in found):
        inputs.discard("imuxsock")
    flow = _Flow(rulesets, Reading(own=own, inputs=inputs), formats(files))
    if why := log_limits.of_legacy(one.text for found in rulesets.values() for one in found):
        redirected.append(why)
    for text in redirected:
        flow.doubt(text)
    flow.through("", EVERYTHING)
    if flow.reading.sure and inputs.isdisjoint(_OF_ALL):
        flow.reading.hosts.clear()
        flow.reading.unsure.append("it takes in no messages of the machine itself")
    flow.reading.unsure += unseen
    return flow.reading


def _parameters(text: str) -> dict[str, str]:
    return {name.lower(): value for name, value in _PARAMETER.findall(text[:_LONGEST])}


class _Flow:
    """Follows messages through statements: what is left of them, and whether that is known."""

    def __init__(
        self,
        rulesets: Mapping[str, list[RsyslogStatement]],
        reading: Reading,
        formats: Formats,
    ) -> None:
        self.rulesets = rulesets
        self.reading = reading
        self.formats = formats
        self.left: Bits = ALL
        self.partly_gone = False
        self.doubts: list[str] = []
        self.last = EVERYTHING
        self.pending: Filter | None = None
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
        """Take in one statement, and where it stands."""
        text = one.text
        if len(text) > _LONGEST:
            self.doubt(f"a statement of {len(text)} characters")
            return
        while match := _SET.match(text):
            text = text[match.end() :].lstrip()
        if match := _SELDOM.match(text):
            self.seldom = match[1].lower() not in ("off", "no", "0")
        if text == INCLUDED:
            self.doubts.append("a file is included that was not looked at")
        elif _DISCARDS.search(text):
            self.doubt(f"a queue discards: {' '.join(text.split())[:60]}")
        elif _QUEUE.match(text):
            if why := log_limits.of_queue(_parameters(text)):
                self.doubt(why)
        elif re.match(r"(?i)include\s*\((?:.*\W)?text\s*=", text, re.DOTALL):
            self.doubt("text is included that is made up elsewhere")
        elif text and not OBJECT.match(text) and not _HARMLESS.match(text):
            self.filtered(text, one, reached)

    def filtered(self, text: str, one: RsyslogStatement, reached: Filter) -> None:
        """Take in an action behind its filters; one that stands alone gets all that reaches it."""
        for head in one.conditions:
            reached = reached.also(_filter(_LEADS_IN.fullmatch(head.strip()), self.last))
        alone = self.pending is None and not one.conditions
        if self.pending is not None:
            reached, self.pending = reached.also(self.pending), None
        led = False
        while lead := _LEADS_IN.match(text):
            led = True
            reached = self.last if lead["again"] else reached.also(_filter(lead, self.last))
            text = text[lead.end() :].lstrip()
            if lead["selector"]:
                break
        self.last = reached
        if led and not text:
            self.pending = reached  # its action stands on the next line
        elif re.search(r"(?i)\selse\s", text) or (alone and not led and _WORD.fullmatch(text)):
            self.doubt(f"not understood: {text[:60]}")
        else:
            self.action(text, reached)

    def action(self, text: str, reached: Filter) -> None:
        """Take in what is done with messages."""
        if re.match(r"(?i)(?:stop\b|~|:omdiscard:)", text):
            self.discard(reached)
        elif match := re.match(r"(?i)action\s*\(", text):
            self.object(_parameters(text[match.end() :]), text, reached)
        elif match := re.match(r"(?i)call\s+(\S+)", text):
            self.through(match[1].lower(), reached)
        elif match := _SENT.match(text):
            named = _FORMAT.search(text)
            host = match[1] or match[2]
            self.send(
                host, reached, named[1] if named else self.formats.otherwise, seldom=self.seldom
            )
        elif not _QUIETLY.match(text) and not _LOCAL.match(text):
            self.doubt(f"not understood: {text[:60]}")

    def object(self, parameters: Mapping[str, str], text: str, reached: Filter) -> None:
        """Take in an action object."""
        kind = parameters.get("type", "").lower()
        if parameters.get("config.enabled", "").lower() in ("off", "no", "0"):
            return
        if kind == "omdiscard":
            self.discard(reached)
        elif kind in ("omfwd", "omrelp") and (
            "target" in parameters or "target" not in text.lower()
        ):
            seldom = any(name.startswith("action.execonly") for name in parameters)
            if why := log_limits.of_sending(parameters):
                self.reading.unsure.append(why)
            else:
                form = parameters.get("template", self.formats.otherwise)
                self.send(parameters.get("target", ""), reached, form, seldom=seldom)
        elif kind not in _QUIET and not kind.startswith("mm"):
            # It gets messages and leaves them to the statements behind it.
            self.reading.unsure.append(f"not understood: {' '.join(text.split())[:60]}")

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
        if not reached.told or half or not filters.severe(bits):
            self.reading.unsure.append(f"which messages go to {host} is not known")
        elif reached.narrow:
            self.reading.unsure.append(f"only messages of one kind go to {host}")
        elif form.lower() not in self.formats.with_message:
            self.reading.unsure.append(
                f"what goes to {host} by the template {form[:40]} is not known"
            )
        elif seldom:
            self.reading.unsure.append(f"messages go to {host} only sometimes")
        elif self.doubts:
            self.reading.unsure.append(f"what goes to {host} may be gone before: {self.doubts[0]}")
        else:
            self.reading.hosts.append(host)


def _filter(lead: re.Match[str] | None, last: Filter) -> Filter:
    """Return what a filter lets through; `last` is that of the statement before."""
    if lead is None:
        return UNTOLD
    if lead["selector"]:
        return filters.selector(lead["selector"])
    if lead["property"]:
        return filters.matched(lead["property"])
    return last if lead["again"] else filters.condition(lead["condition"])
