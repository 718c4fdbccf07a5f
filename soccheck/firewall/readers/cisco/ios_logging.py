"""Whether IOS keeps what its access lists log.

An entry with `log` or `log-input` logs the packets it denies with messages of the severity informational.
They are kept in the buffer, which most platforms have by default, and by a collector, up to that severity
by default: unless `no logging on`, `no logging buffered` or a lower severity leaves neither.

Sources: Cisco IOS Configuration Fundamentals Command Reference, `logging buffered` ("for most platforms,
the Cisco IOS software logs messages to the internal buffer by default"), `logging trap`, `logging on`;
Security Command Reference, `access-list` (`log`).
"""

from __future__ import annotations

from collections.abc import Sequence

from soccheck.firewall.readers.cisco.asa_logging import SEVERITIES, said, severity
from soccheck.firewall.readers.cisco.lines import Command
from soccheck.phrase import Phrase, echo, phrase

OF_LISTS = SEVERITIES.index("informational")
SELECTS = ("discriminator", "filtered")
"""Words by which a destination takes only some messages."""
KNOWN = frozenset(
    (
        *("alarm", "buffered", "buginf", "cns-events", "console", "count", "delimiter"),
        *("discriminator", "dmvpn", "esm", "event", "exception", "facility", "file", "filter"),
        *("history", "host", "hostip", "ip", "linecard", "message-counter", "monitor", "on"),
        *("origin-id", "persistent", "policy-firewall", "queue-limit", "rate-limit", "reload"),
        *("server-arp", "smartlog", "snmp-authfail", "snmp-trap", "source-interface", "system"),
        *("tls-profile", "trap", "userinfo", "xml"),
    )
)
"""Words that may follow `logging`; an address of a collector, too."""


def keeps_lists(root: Command) -> tuple[bool, tuple[Phrase, ...]]:
    """Return whether what lists log is kept, and why that is not sure, or not so."""
    lines = [line.words for line in root.below if "logging" in line.words[:2]]
    switch = [words[0] for words in lines if words[-2:] == ["logging", "on"]]
    if switch[-1:] == ["no"]:
        return False, (phrase("`no logging on`: nothing is logged but to the console"),)
    stated = [words[1:] for words in lines if words[0] == "logging"]
    found = [_buffer(lines), *_collectors(lines)]
    kept = [words for words in found if words is not None]
    if not kept:
        return False, (phrase("no buffer or collector takes messages that are informational"),)
    strange = [words for words in stated if words and not _is_known(words)]
    if strange:
        return True, (echo(" ".join(["logging", *strange[0]])),)
    limited = _limits(root)
    if limited:
        return True, (echo(limited),)
    if all(any(word in words for word in SELECTS) for words in kept):
        text = phrase("`logging {line}` takes only some messages", line=" ".join(kept[0]))
        return True, (text,)
    return True, ()


def _limits(root: Command) -> str:
    """Return the line by which some of what lists log is not written, if one stands last.

    Sources: Troubleshooting and Fault Management Command Reference, `logging rate-limit`; Security Command
    Reference, `ip access-list logging interval` (other packets are not told of meanwhile).
    """
    stated: dict[str, str] = {}
    for line in root.below:
        text = line.text.removeprefix("no ")
        for command in ("logging rate-limit", "ip access-list logging interval"):
            if text.startswith(command) and not text.startswith(f"{command} console"):
                stated[command] = "" if line.words[0] == "no" else line.text
    return next(filter(None, stated.values()), "")


def _is_known(words: Sequence[str]) -> bool:
    """Tell whether a line is one of logging; of the buffer, each of its words."""
    if words[0] != "buffered":
        return words[0] in KNOWN or words[0][:1].isdecimal() or ":" in words[0]
    rest = words[1:]
    named = rest[rest.index("discriminator") + 1] if "discriminator" in rest[:-1] else ""
    return all(
        word.isdecimal() or severity(word) >= 0 or word in (*SELECTS, "xml", named) for word in rest
    )


def _of(lines: Sequence[list[str]], name: str) -> list[str]:
    """Return the last line on a part of logging, be it by `no`; nothing where there is none."""
    found = [words for words in lines if said(words)[:1] == [name]]
    return found[-1] if found else []


def _buffer(lines: Sequence[list[str]]) -> list[str] | None:
    """Return the line on the buffer if it takes what lists log, as it does where none is."""
    words = _of(lines, "buffered") or ["logging", "buffered"]
    if words[0] == "no":
        return None
    levels = [severity(word) for word in words[2:] if severity(word) >= 0]
    return words[1:] if not levels or levels[-1] >= OF_LISTS else None


def _collectors(lines: Sequence[list[str]]) -> list[list[str]]:
    """Return the lines on collectors if those take what lists log, as they do where none says otherwise."""
    trap = _of(lines, "trap")
    if trap[:1] == ["no"] or (trap[2:] and severity(trap[2]) < OF_LISTS):
        return []
    found: list[list[str]] = []
    for words in lines:
        told = said(words)
        address = next((word for word in told if word not in ("host", "ipv6")), "")
        if told[:1] == ["host"] or address[:1].isdecimal():
            found = [one for one in found if address not in one]
            found += [told] if words[0] != "no" and address else []
    return found
