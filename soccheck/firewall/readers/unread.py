"""What nobody took: its texts, and the interfaces it may add."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from soccheck.firewall.interface import Interface
from soccheck.firewall.model import Ruleset
from soccheck.phrase import Phrase, said, series


def first_word(text: Phrase | str) -> str:
    """Return the word of an entry that its unread text begins with."""
    return str(text).partition(" ")[0]


def together(left: Iterable[Phrase | str]) -> Phrase:
    """Return unread texts as one."""
    return series(map(said, left), "; ")


def perhaps_more(ruleset: Ruleset, *, zoned: bool) -> Ruleset:
    """Return the ruleset with the interfaces that something unread may add; `zoned` where it may also put
    those of no zone, which take no family, where packets come in.
    """
    if not ruleset.devices:
        return ruleset
    return replace(
        ruleset,
        unlisted=ruleset.unlisted or Interface(name="any other"),
        devices=tuple(
            replace(device, families=frozenset({4, 6})) if zoned and not device.families else device
            for device in ruleset.devices
        ),
    )
