"""Interfaces of Cisco devices that are down with what they are a part of, or are made of."""

from __future__ import annotations

from soccheck.firewall.readers.cisco.lines import Command


def down(root: Command) -> set[str]:
    """Take `shutdown`; return what is switched off, and bundles all of whose members are.

    Sources: Command Reference, `channel-group`, `member-interface`: a bundle is up while a member is;
    `shutdown` disables all functions of an interface, so that no other line there can let anything in.
    """
    off: set[str] = set()
    members: dict[str, list[str]] = {}
    for line in root.each("interface"):
        name = "".join(line.words[1:])
        if line.holds("shutdown") and not any(map(_perhaps_up, line.below)):
            off.add(name)
        for inner in line.below:
            if inner.words[0] == "channel-group" and len(inner.words) > 1:
                members.setdefault(f"Port-channel{inner.words[1]}", []).append(name)
            elif inner.words[0] == "member-interface":
                members.setdefault(name, []).append("".join(inner.words[1:]))
    return off | {bundle for bundle, parts in members.items() if off >= {*parts}}


def _perhaps_up(line: Command) -> bool:
    """Tell whether a line may be `shutdown` or its `no` in a form that no configuration prints."""
    words = line.words[1:] if line.words[0] in ("no", "default") else line.words
    if line.text in ("shutdown", "no shutdown") or not words:
        return False
    return len(words[0]) > 1 and "shutdown".startswith(words[0].lower())


def is_down(name: str, off: set[str]) -> bool:
    """Tell whether an interface is down, by itself or with the one that it is a part of."""
    name = name.replace(" ", "")
    return bool({name, name.partition(".")[0]} & off)
