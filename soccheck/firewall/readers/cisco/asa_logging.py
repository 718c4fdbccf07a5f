"""What an ASA logs of what it denies, and whether that is kept.

Each kind of denial has messages of its own, each of a severity that `logging message` moves or switches
off. A denying entry of a list has 106100 with `log`, else 106023, and nothing with `log disable`; what
levels stop, and what would leave by the interface it came in by, has 106001 to 106014; what the lines on
management access stop, 710003, 313001 and 313008. Kept is what `logging enable` sends to the buffer
(`logging buffered`) or a collector (`logging host` with `logging trap`) by its severity. What no service of
the device listens to is discarded with 710005 or 710006, of the lowest severity: whether that is denied
traffic is left open where they are not kept.

Sources: Cisco ASA Series Syslog Messages; Command Reference, `show asp drop` (an implicit deny has 106023,
too) and `logging` ff.; General Operations CLI Configuration Guide, "Logging". Of 106001 and 106014
published logs show that they tell of one interface on both sides; no document says so.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from soccheck.firewall.model import Action, Expr, Rule, Unknown, Where
from soccheck.firewall.readers.base import implied
from soccheck.firewall.readers.cisco.lines import Command
from soccheck.phrase import Phrase, echo, phrase

SEVERITIES = (
    "emergencies", "alerts", "critical", "errors", "warnings", "notifications", "informational", "debugging",
)  # fmt: skip
"""By their number; `logging` takes both."""
ACROSS: Mapping[int, int] = {106001: 2, 106006: 2, 106007: 2, 106010: 3, 106014: 3}
"""Messages of what security levels stop, and what would leave by the interface it came in by."""
MANAGED: Mapping[int, int] = {710003: 3, 313001: 3, 313008: 3}
"""Messages of what the lines on management access stop."""
UNSERVED: Mapping[int, int] = {710005: 7, 710006: 7}
"""Messages of what no service of the device listens to."""
ELSEWHERE = (["asdm"], ["mail"], ["history"])
"""Where messages go that neither the buffer nor a collector keeps."""
KNOWN = frozenset(
    (
        *("asdm", "asdm-buffer-size", "buffer-size", "buffered", "class", "console", "debug-trace"),
        *("device-id", "emblem", "enable", "facility", "flash-bufferwrap"),
        *("flash-maximum-allocation", "flash-minimum-free", "flow-export-syslogs", "from-address"),
        *("ftp-bufferwrap", "ftp-server", "hide", "history", "host", "list", "mail", "message"),
        *("monitor", "permit-hostdown", "queue", "rate-limit", "recipient-address", "standby"),
        *("timestamp", "trap"),
    )
)
"""Words that may follow `logging`."""
BY_LIST, WITH_LOG = {106023: 4}, 106100
"""Message of what a list denies by its default, and the one of entries with `log`."""


@dataclass(slots=True)
class AsaLog:
    """The lines on logging of one configuration."""

    root: Command
    unkept: list[Phrase] = field(default_factory=list)
    """Why what is logged may be kept nowhere."""
    kept: list[range] = field(default_factory=list)
    """The severities that each destination keeps."""
    listed: list[range] = field(default_factory=list)
    """Messages that a destination keeps by their numbers."""
    moved: dict[int, int] = field(default_factory=dict)
    """Severities that are not those of the message."""
    off: set[int] = field(default_factory=set)

    def read(self) -> None:
        """Take the lines."""
        lines = self._stated()
        if not any(words[:1] == ["enable"] for words in lines):
            if not self._lines("ASA Version"):
                self.unkept.append(phrase("the input has no line of `logging enable`"))
                self.kept.append(range(8))
            else:
                self.unkept.append(phrase("without `logging enable` nothing is logged"))
            return
        for line in self._lines("no logging message"):
            self.off |= {int(word) for word in line.words[3:4] if word.isdecimal()}
        for words in lines:
            if words[:1] == ["message"] and words[1:2] and words[1].isdecimal():
                self._moved(int(words[1]), words[2:])
        limits = [
            words for words in lines if words[:1] == ["rate-limit"] and words[1:2] != ["unlimited"]
        ]
        self.unkept += [echo(" ".join(["logging", *words])) for words in limits]
        self.unkept += [echo(line.text) for line in self._lines("access-list deny-flow-max")]
        if ["flow-export-syslogs", "disable"] in lines:
            self.off |= {*BY_LIST, WITH_LOG}  # NetFlow tells of what they tell of
        strange = [words for words in lines if words[:1] and words[0] not in KNOWN]
        self.unkept += [echo(" ".join(["logging", *words])) for words in strange]
        named = {
            inner.words[1]
            for line in self._lines("interface")
            for inner in line.below
            if inner.words[:1] == ["nameif"] and len(inner.words) > 1
        }
        host = any(words[:1] == ["host"] and words[1] in named for words in lines if words[2:])
        if not any(words[:1] in (["buffered"], ["trap"], *ELSEWHERE) for words in lines):
            self.unkept.append(
                phrase("neither `logging buffered` nor `logging trap` keeps anything")
            )
        kept = [w for w in lines if w[:1] == ["buffered"] or (w[:1] == ["trap"] and host)]
        for words in kept or [w for w in lines if w[:1] in ELSEWHERE]:
            self._destination(words, lines)
            if not kept:
                text = phrase("only `logging {name}` takes what is logged", name=words[0])
                self.unkept.append(text)

    def _stated(self) -> list[list[str]]:
        """Return what follows `logging`, but for what a later line takes back or puts otherwise."""
        out: list[list[str]] = []
        for line in self.root.below:
            if "logging" not in line.words[:2]:
                continue
            told = said(line.words)
            if line.words[0] == "no":
                out = [one for one in out if one[: len(told)] != told]
                continue
            if told[:1] in (["buffered"], ["trap"], *ELSEWHERE):
                out = [one for one in out if one[:1] != told[:1]]
            out.append(told)
        return out

    def _lines(self, command: str) -> Iterable[Command]:
        wanted = command.split()
        return [line for line in self.root.below if line.words[: len(wanted)] == wanted]

    def _moved(self, number: int, words: list[str]) -> None:
        """Take the severity that a message is given; a line that only switches it on gives none."""
        if words[:1] == ["level"] and severity("".join(words[1:2])) >= 0:
            self.moved[number] = severity(words[1])
        elif words:
            self.unkept.append(echo(f"logging message {number} {' '.join(words)}"))

    def _destination(self, words: list[str], lines: list[list[str]]) -> None:
        """Take what a destination keeps: up to a severity, or by a list of messages."""
        name = words[1] if len(words) > 1 else ""
        if any(line[:1] == ["class"] and words[0] in line[2:] for line in lines):
            text = phrase("`logging class` sets what `logging {name}` keeps", name=words[0])
            self.unkept.append(text)
        if severity(name) >= 0:
            self.kept.append(range(severity(name) + 1))
            return
        for line in lines:
            if line[:2] != ["list", name]:
                continue
            if line[2:3] == ["level"] and len(line) == 4:
                self.kept.append(range(severity(line[3]) + 1))
            elif line[2:3] == ["message"] and len(line) == 4:
                first, _, last = line[3].partition("-")
                if first.isdecimal() and (last or first).isdecimal():
                    self.listed.append(range(int(first), int(last or first) + 1))
            else:
                self.unkept.append(echo(" ".join(["logging", *line])))
                self.kept.append(range(8))  # it may keep anything

    def keeps(self, messages: Mapping[int, int]) -> bool:
        """Tell whether each of these messages, by their severities, is kept."""
        return all(self._keeps(number, level) for number, level in messages.items())

    def _keeps(self, number: int, level: int) -> bool:
        level = self.moved.get(number, level)
        return number not in self.off and (
            any(level in severities for severities in self.kept)
            or any(number in numbers for numbers in self.listed)
        )

    def of_entry(self, words: list[str]) -> bool:
        """Tell whether a denying entry of a list is logged."""
        if "log" not in words:
            return self.keeps(BY_LIST)
        after = words[words.index("log") + 1 :][:1]
        if after == ["disable"]:
            return False
        if after == ["default"]:
            return self.keeps(BY_LIST)
        level = severity(after[0]) if after else -1
        return self.keeps({WITH_LOG: level if level >= 0 else SEVERITIES.index("informational")})

    def denies(self, match: Expr, name: str, where: Where) -> Rule:
        """Return the end of an access list, which drops what none of its lines lets through."""
        text = phrase("implicit deny of {name}", name=name)
        return implied(match, Action.DROP, where, text, log=self.keeps(BY_LIST))


def log_of_input(log: AsaLog, rules: Sequence[Rule], where: Where) -> tuple[list[Rule], bool]:
    """Return the rules on packets to the device with what logs them, and whether their end does."""
    managed = log.keeps(MANAGED)
    out = [replace(r, log=managed) if r.action is Action.DROP else r for r in rules]
    if not managed or log.keeps(UNSERVED):
        return out, managed
    text = phrase(
        "what no service of the device listens to: messages 710005 and 710006 are not kept"
    )
    return [*out, implied(Unknown(text), Action.CONTINUE, where, text, log=True)], False


def severity(word: str) -> int:
    """Return the number of a severity; -1 for another word."""
    if word.isdecimal() and int(word) < len(SEVERITIES):
        return int(word)
    return SEVERITIES.index(word) if word in SEVERITIES else -1


def said(words: Sequence[str]) -> list[str]:
    """Return what follows `logging`, with or without a `no` before it."""
    return list(words[2:] if words[0] == "no" else words[1:])
