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

from soccheck.firewall.readers.cisco.asa_logging import SEVERITIES, severity
from soccheck.firewall.readers.cisco.lines import Command
from soccheck.phrase import Phrase, phrase

OF_LISTS = SEVERITIES.index("informational")
SELECTS = ("discriminator", "filtered")
"""Words by which a destination takes only some messages."""


def keeps_lists(root: Command) -> tuple[bool, tuple[Phrase, ...]]:
    """Return whether what lists log is kept, and why that is not sure, or not so."""
    lines = [line.words for line in root.below if "logging" in line.words[:2]]
    if any(words[:3] == ["no", "logging", "on"] for words in lines):
        return False, (phrase("`no logging on`: nothing is logged but to the console"),)
    stated = [words[1:] for words in lines if words[0] == "logging"]
    found = [_buffer(stated, lines), *_collectors(stated, lines)]
    kept = [words for words in found if words is not None]
    if not kept:
        return False, (phrase("no buffer or collector takes messages that are informational"),)
    if all(any(word in words for word in SELECTS) for words in kept):
        text = phrase("`logging {line}` takes only some messages", line=" ".join(kept[0]))
        return True, (text,)
    return True, ()


def _buffer(stated: Sequence[list[str]], lines: Sequence[list[str]]) -> list[str] | None:
    """Return the line on the buffer if it takes what lists log, as it does where none is."""
    if ["no", "logging", "buffered"] in lines:
        return None
    words = next((words for words in stated if words[:1] == ["buffered"]), ["buffered"])
    levels = [severity(word) for word in words[1:] if severity(word) >= 0]
    return words if not levels or levels[-1] >= OF_LISTS else None


def _collectors(stated: Sequence[list[str]], lines: Sequence[list[str]]) -> list[list[str]]:
    """Return the lines on collectors if those take what lists log, as they do where none says otherwise."""
    trap = next((words[1:] for words in stated if words[:1] == ["trap"]), [])
    if ["no", "logging", "trap"] in lines or (trap and severity(trap[0]) < OF_LISTS):
        return []
    return [words for words in stated if words[:1] == ["host"] or "".join(words)[:1].isdigit()]
