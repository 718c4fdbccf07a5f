"""What of the messages a condition of RainerScript lets through: `if $syslogseverity <= 6 and ... then`.

`and` and `or` bind alike, from the left, and `not` binds closer than a comparison. Sources:
grammar/grammar.y of rsyslog; tried with rsyslogd 8.2302.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import reduce

from soccheck.probes import rsyslog_filters as filters
from soccheck.probes.rsyslog_filters import EVERYTHING, NOTHING, UNTOLD, Filter
from soccheck.probes.rsyslog_lexer import NotUnderstoodError, Word

_COMPARISONS = ("==", "!=", "<>", "<", "<=", ">", ">=")
_OF_TEXT = ("contains", "contains_i", "startswith", "startswith_i")
_DEEPEST = 50
_END: Word = ("end", "")


def condition(words: Sequence[Word]) -> Filter:
    """Return what a condition lets through; raises `NotUnderstoodError` where rsyslogd cannot parse it."""
    reader = _Reader(words)
    found = reader.joined(0)
    if reader.next() != _END:
        raise NotUnderstoodError(f"not understood: {reader.next()[1][:40]}")
    return found


class _Reader:
    """Reads the words of a condition from the left."""

    def __init__(self, words: Sequence[Word]) -> None:
        self.words = words
        self.at = 0

    def next(self) -> Word:
        """Return the next word, and stay before it."""
        return self.words[self.at] if self.at < len(self.words) else _END

    def take(self, text: str = "") -> Word:
        """Return the next word and go on; raises `NotUnderstoodError` where another is asked for."""
        word = self.next()
        if word == _END or text not in ("", word[1]):
            raise NotUnderstoodError(f"not understood in a condition: {word[1][:40] or 'its end'}")
        self.at += 1
        return word

    def joined(self, depth: int) -> Filter:
        """Return what passes terms that `and` and `or` join."""
        found = self.term(depth)
        while (word := self.next()) in (("word", "and"), ("word", "or")):
            self.take()
            other = self.term(depth)
            found = found.also(other) if word[1] == "and" else found.either(other)
        return found

    def term(self, depth: int) -> Filter:
        """Return what passes a comparison, or what stands alone."""
        if depth > _DEEPEST:
            raise NotUnderstoodError("a condition nested too deep")
        first = self.operand(depth)
        how = self.next()
        compares = how[0] == "operator" and how[1] in _COMPARISONS
        if not compares and not (how[0] == "word" and how[1] in _OF_TEXT):
            return _alone(first)
        self.take()
        return _compared(first, how[1], self.operand(depth))

    def operand(self, depth: int) -> Filter | list[Word]:
        """Return what is compared, or a condition in brackets."""
        kind, text = self.take()
        if text == "not" and kind == "word":
            found = self.operand(depth + 1)
            return found.negated() if isinstance(found, Filter) else _alone(found).negated()
        if text == "(":
            inside = self.joined(depth + 1)
            self.take(")")
            return inside
        if text == "[":
            listed = [self.take()]
            while self.next()[1] == ",":
                self.take()
                listed.append(self.take())
            self.take("]")
            return listed
        if kind == "word":
            return self.called(text, depth)
        if kind == "operator":
            raise NotUnderstoodError(f"not understood in a condition: {text}")
        return [(kind, text)]

    def called(self, name: str, depth: int) -> Filter:
        """Return what passes a function: of most nobody knows."""
        if depth > _DEEPEST:
            raise NotUnderstoodError("a condition nested too deep")
        self.take("(")
        first = self.next()
        alone = [*self.words[self.at + 1 : self.at + 2]] == [("operator", ")")]
        while self.next()[1] != ")":
            self.joined(depth + 1)
            if self.next()[1] != ")":
                self.take(",")
        self.take(")")
        known = name == "prifilt" and first[0] == "string" and alone
        return filters.selector(first[1][1:-1]) if known else UNTOLD


def _alone(operand: Filter | list[Word]) -> Filter:
    """Return what passes a value that stands alone: a number other than 0."""
    if isinstance(operand, Filter):
        return operand
    number = _number(operand[0]) if len(operand) == 1 else None
    return UNTOLD if number is None else EVERYTHING if number else NOTHING


def _compared(first: Filter | list[Word], how: str, second: Filter | list[Word]) -> Filter:
    if isinstance(first, Filter) or isinstance(second, Filter) or len(first) > 1:
        return UNTOLD
    number = _number(second[0]) if len(second) == 1 else None
    kind, text = first[0]
    own = _number(first[0])
    if kind == second[0][0] == "number" and own is not None and number is not None:
        holds = how in _COMPARISONS and filters.ordered(own, how.replace("<>", "!="), number)
        return EVERYTHING if holds else NOTHING
    if kind != "variable":
        return UNTOLD
    name = text.removeprefix("$")
    if number is not None and name in ("syslogseverity", "syslogfacility"):
        known = how in _COMPARISONS
        return filters.numbered(name, how.replace("<>", "!="), number) if known else UNTOLD
    if how in ("<", "<=", ">", ">=") or any(word[0] != "string" for word in second):
        return UNTOLD
    equal = how.replace("!=", "==").replace("<>", "==")
    found = reduce(Filter.either, (filters.compared(name, equal, word[1][1:-1]) for word in second))
    return found if how == equal else found.negated()


def _number(word: Word) -> int | None:
    """Return a number: outside quotes one that begins with a nought is octal, or hexadecimal."""
    kind, text = word[0], word[1].strip("\"'")
    base = 10 if kind == "string" or not text.startswith("0") else 16 if text[1:2] == "x" else 8
    digits = {8: "[0-7]{1,9}", 10: "[0-9]{1,9}", 16: "0x[0-9a-f]{1,7}"}[base]
    known = kind in ("number", "string") and re.fullmatch(digits, text)
    return int(text, base) if known else None
