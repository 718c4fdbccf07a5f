"""Regular expressions that match in time linear in the text, whoever wrote them.

A policy comes by pull request, and Python's `re` can be made to run for ever (CWE-1333). Here every
way to match is followed at once, character by character (Thompson, "Regular Expression Search
Algorithm", CACM 11(6), 1968). Meant is what Python's `re.fullmatch` means; what needs more than
that, look-around and back-references, is refused.
"""

import functools
import re
from collections.abc import Callable, Iterator
from itertools import islice
from typing import Any, NamedTuple

MAX_STATES = 1000
MAX_DEPTH = 40
REMEMBERED = 4096  # the same few names of products stand in every inventory

_ONE = r"\\(?:x[0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8}|N\{[^}]*\}|.)|\[\^?\]?(?:\\.|[^\]\\])*\]|."
_TOKEN = re.compile(
    r"(?P<flags>\(\?[a-zA-Z]+\))|(?P<open>\((?:\?(?:P<[^>]*>|[a-zA-Z]*(?:-[a-zA-Z]+)?:))?)"
    rf"|(?P<close>\))|(?P<bar>\|)|(?P<at>\^|\$|\\[AZbB])|(?P<one>{_ONE})",
    re.DOTALL,
)
_REPEAT = re.compile(r"(?:([*+?])|\{(?=[0-9,])([0-9]*)(,?)([0-9]*)\})([?+]?)")
_SIGNS: dict[str, tuple[int, int | None]] = {"*": (0, None), "+": (1, None), "?": (0, 1)}
_FLAGS = {"i": re.IGNORECASE, "s": re.DOTALL}
_REFUSED = "no look-around, no back-references, and no other (?...)"
_WORD = re.compile(r"\w").fullmatch

_AT: dict[str, Callable[[str, str], bool]] = {
    "^": lambda before, after: not before,
    r"\A": lambda before, after: not before,
    "$": lambda before, after: not after,
    r"\Z": lambda before, after: not after,
    r"\b": lambda before, after: bool(_WORD(before)) != bool(_WORD(after)),
    r"\B": lambda before, after: bool(_WORD(before)) == bool(_WORD(after)),
}
"""Where between two characters (nothing at either end of the text) something holds."""

Build = Callable[[int], int]
"""Adds the states of a part of the pattern in front of a state; returns the first of them."""


class State(NamedTuple):
    """Represents a point in the pattern: a character to take, or a way on that takes none."""

    takes: Callable[[str], object] | None
    holds: Callable[[str, str], bool] | None
    next: list[int]


class Pattern:
    """Represents a regular expression of a policy; raises `re.error` when it is refused."""

    def __init__(self, pattern: str) -> None:
        self.pattern = pattern
        try:
            re.compile(pattern)  # what is wrong with it, in the words of Python
        except (RecursionError, OverflowError) as error:
            raise re.error("nested too deep, or repeated too often") from error
        reader = _Reader(pattern)
        self.states = reader.states
        self.end = reader.add()
        self.start = reader.alternatives(0, re.NOFLAG)(self.end)
        self.fullmatch = functools.lru_cache(maxsize=REMEMBERED)(self._matches)

    def __reduce__(self) -> tuple[type["Pattern"], tuple[str]]:
        return Pattern, (self.pattern,)  # how it is kept: see `kept`

    def _matches(self, text: str) -> bool:
        return any(self.end in reached for reached in islice(self.steps(text), len(text), None))

    def steps(self, text: str) -> Iterator[set[int]]:
        """Yield the states reached before each character and at the end, as long as there are any."""
        reached = {self.start}
        before = ""
        for after in [*text, ""]:
            ways = [self.states[number] for number in reached]
            for state in ways:  # it grows meanwhile, by each state once
                if state.takes is None and (state.holds is None or state.holds(before, after)):
                    new = set(state.next) - reached
                    ways += [self.states[number] for number in new]
                    reached |= new
            if not reached:
                return
            yield reached
            reached = {s.next[0] for s in ways if s.takes is not None and s.takes(after)}
            before = after


class _Reader:
    """Reads a pattern that Python's `re` accepts, and builds its states from the last to the first."""

    def __init__(self, pattern: str) -> None:
        self.pattern = pattern
        self.position = 0
        self.states: list[State] = []

    def add(self, *following: int, takes: Any = None, holds: Any = None) -> int:
        if len(self.states) == MAX_STATES:
            raise re.error("too large: repeat less")
        self.states.append(State(takes, holds, list(following)))
        return len(self.states) - 1

    def alternatives(self, depth: int, flags: re.RegexFlag) -> Build:
        """Return what stands up to the end of the group: branches divided by `|`."""
        if depth > MAX_DEPTH:
            raise re.error(f"groups nested deeper than {MAX_DEPTH} levels")
        branches: list[list[Build]] = [[]]
        while match := _TOKEN.match(self.pattern, self.position):
            self.position = match.end()
            said, kind = match[0], match.lastgroup
            if kind == "close":
                break
            if kind == "flags":  # for the whole of it: they stand at the beginning, says `re`
                flags = _flagged(flags, said[2:-1])
            elif kind == "bar":
                branches.append([])
            elif kind == "open":
                branches[-1].append(self.repeated(self.group(said, depth, flags)))
            else:
                branches[-1].append(self.repeated(self.single(said, kind, flags)))
        return lambda after: self.add(*[_chained(branch, after) for branch in branches])

    def group(self, said: str, depth: int, flags: re.RegexFlag) -> Build:
        if said == "(" and self.pattern.startswith("?", self.position):
            raise re.error(_REFUSED)
        if said.endswith(":"):
            flags = _flagged(flags, said[2:-1])
        return self.alternatives(depth + 1, flags)

    def single(self, said: str, kind: str | None, flags: re.RegexFlag) -> Build:
        """Return a place in the text, or one character as `re` itself takes it."""
        if kind == "at":
            return lambda after: self.add(after, holds=_AT[said])
        if said[0] == "\\" and said[1] in "0123456789":
            raise re.error(_REFUSED)
        takes = re.compile(said, flags).fullmatch
        return lambda after: self.add(after, takes=takes)

    def repeated(self, one: Build) -> Build:
        """Return what was read, as often as is said after it; greedy or not is all the same."""
        match = _REPEAT.match(self.pattern, self.position)
        if match is None:
            return one
        self.position = match.end()
        sign, least, comma, most, manner = match.groups()
        if manner == "+":
            raise re.error(f"{match[0]!r} gives nothing back: leave out the last +")
        if sign:
            low, high = _SIGNS[sign]
        else:
            low, high = int(least or 0), int(most) if most else None if comma else int(least)
        return lambda after: self.times(one, low, high, after)

    def times(self, one: Build, least: int, most: int | None, after: int) -> int:
        after = self.add(after)
        if most is None:
            self.states[after].next.append(one(after))
        else:
            for _ in range(most - least):
                after = self.add(one(after), after)
        for _ in range(least):
            after = one(after)
        return after


def _chained(parts: list[Build], after: int) -> int:
    for part in reversed(parts):
        after = part(after)
    return after


def _flagged(flags: re.RegexFlag, letters: str) -> re.RegexFlag:
    """Return the flags with those a group switches on and off: `i-s`."""
    on, _, off = letters.partition("-")
    if not set(on + off) <= _FLAGS.keys():
        raise re.error("of the flags only i and s")
    for letter in on:
        flags |= _FLAGS[letter]
    for letter in off:
        flags &= ~_FLAGS[letter]
    return flags
