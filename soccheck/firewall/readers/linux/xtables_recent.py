"""How often `-m recent` can enter one packet in a list before a later rule looks there."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from soccheck.firewall.readers.base import Text
from soccheck.firewall.readers.linux.quoting import words_of

MANY = 1 << 16


def entries(text: Text) -> Mapping[str, int]:
    """Return per list how often a packet can be entered on its way; by every hook and table it passes."""
    if "--set" not in text.content:
        return {}
    entering: dict[tuple[str, str], list[tuple[str, bool]]] = {}
    callers: dict[tuple[str, str], list[str]] = {}
    builtin: set[tuple[str, str]] = set()
    table = ""
    for _, line in text.numbered():
        if line.startswith("*"):
            table = line[1:].strip()
        elif line.startswith(":"):
            name, _, rest = line[1:].partition(" ")
            if not rest.startswith("-"):
                builtin.add((table, name))
        elif "-A " in line or "--append " in line:
            _note(table, line, entering, callers)
    found: dict[str, int] = {}
    begun = {name for lists in entering.values() for name, sets in lists if sets}
    for key, lists in entering.items():
        for name, _ in lists:
            # An update enters what is there already.
            if name in begun:
                found[name] = found.get(name, 0) + _passes(key, builtin, callers)
    return found


def _note(
    table: str,
    line: str,
    entering: dict[tuple[str, str], list[tuple[str, bool]]],
    callers: dict[tuple[str, str], list[str]],
) -> None:
    try:
        words = words_of(line)
    except ValueError:
        return  # refused where the rule is read
    chain = _after(words, ("-A", "--append"), "")
    if "recent" in words and ("--set" in words or "--update" in words):
        entered = (_after(words, ("--name",), "DEFAULT"), "--set" in words)
        entering.setdefault((table, chain), []).append(entered)
    goal = _after(words, ("-j", "-g", "--jump", "--goto"), "")
    callers.setdefault((table, goal), []).append(chain)


def _after(words: Sequence[str], options: Sequence[str], default: str) -> str:
    places = [n for n, word in enumerate(words[:-1]) if word in options]
    return words[places[-1] + 1] if places else default


def _passes(
    start: tuple[str, str],
    builtin: set[tuple[str, str]],
    callers: Mapping[tuple[str, str], Sequence[str]],
) -> int:
    """Return on how many ways, at most `MANY`, a packet comes to a chain."""
    table, total, todo = start[0], 0, [start]
    for _ in range(MANY):
        if not todo:
            return total
        key = todo.pop()
        if key in builtin:
            total += 1
        else:
            todo += [(table, name) for name in callers.get(key, ())]
    return MANY
