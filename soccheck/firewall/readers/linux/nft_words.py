"""The words of one rule of `nft list ruleset`: fields, values and lists of elements (nft(8))."""

from __future__ import annotations

import re

from soccheck.firewall.readers.members import Json

_TOKEN = re.compile(r'"[^"]*"|==|!=|<=|>=|[<>{},;()|&]|[^\s{},;()|&"<>=!]+|\S')
"""Every character is of some word: one that is dropped may turn a match round (`ct state ! new`)."""
_RANGE = re.compile(r"^[0-9a-fA-F:.]+-[0-9a-fA-F:.]+$")
_PROTOCOLS = {"ip", "ip6", "tcp", "udp", "th", "sctp", "dccp", "udplite", "icmp", "icmpv6"}


class UnknownStatementError(ValueError):
    """A statement this reader has no words for."""


class Words:
    """The words of a rule, taken from the front."""

    def __init__(self, text: str) -> None:
        self.all: list[str] = _TOKEN.findall(text)
        self.left = list(self.all)

    def peek(self, ahead: int = 0) -> str:
        """Return a word without taking it; "" when there is none."""
        return self.left[ahead] if len(self.left) > ahead else ""

    def last(self) -> str:
        """Return the word taken last."""
        return self.all[len(self.all) - len(self.left) - 1]

    def take(self) -> str:
        """Return the next word; raises `IndexError` when there is none."""
        return self.left.pop(0)

    def skip(self, word: str) -> bool:
        """Take the next word if it is this one, and tell whether it was."""
        if self.peek() == word:
            self.left.pop(0)
            return True
        return False

    def braces(self) -> list[str]:
        """Take all words from a { to its }."""
        depth, out = 0, []
        while True:
            word = self.take()
            depth += (word == "{") - (word == "}")
            out.append(word)
            if depth == 0:
                return out

    def field(self) -> Json:
        """Read a left side: a header field or metadata; raises `UnreadError`."""
        word = self.take()
        if word in ("iifname", "oifname", "iif", "oif"):
            return {"meta": {"key": word}}
        if word == "meta":
            return {"meta": {"key": self.take()}}
        if word == "ct":
            key = self.take()
            if key in ("original", "reply"):
                return {"ct": {"key": self.take(), "dir": key}}
            return {"ct": {"key": key}}
        if word == "fib":
            flags = [self.take()]
            while self.skip("."):
                flags.append(self.take())
            return {"fib": {"flags": flags, "result": self.take()}}
        if word == "exthdr":
            return {"exthdr": {"name": self.take()}}
        if word == "rt" and self.peek() == "type":
            return {"exthdr": {"name": "rt", "field": self.take()}}
        if word in _PROTOCOLS:
            return {"payload": {"protocol": word, "field": self.take()}}
        raise UnknownStatementError(word)

    def elements(self) -> list[Json]:
        """Read `{ a, b : accept, c . d }`."""
        self.take()
        out: list[Json] = []
        while not self.skip("}"):
            value = self.concat()
            if self.peek() in ("timeout", "expires", "counter", "limit"):
                while self.peek() not in (",", "}", ":"):
                    self.take()
                value = {"elem": {"val": value, "timeout": 1}}
            if self.peek() == "comment":
                self.take(), self.take()
            if self.skip(":"):
                out.append([value, self.meant()])
            else:
                out.append(value)
            self.skip(",")
        return out

    def meant(self) -> Json:
        """Read what a map has for a key: a verdict, or a value."""
        if self.peek() in ("jump", "goto"):
            return {self.take(): {"target": self.take()}}
        if self.peek() in ("accept", "drop", "return", "continue"):
            return {self.take(): None}
        return self.concat()

    def concat(self) -> Json:
        """Read one value, or several joined by `.` or `|`."""
        parts = [self.value()]
        while self.skip("."):
            parts.append(self.value())
        while self.peek() == "|":
            self.take()
            parts = [{"|": [*parts, self.value()]}]
        return parts[0] if len(parts) == 1 else {"concat": parts}

    def value(self) -> Json:
        """Read one word, range or prefix; raises `UnreadError` at punctuation."""
        word = self.take().strip('"')
        if word in ("{", "}", ",", "(", ")", ";"):
            raise UnknownStatementError(word)
        if _RANGE.match(word):
            return {"range": word.split("-", 1)}
        host, slash, length = word.partition("/")
        if slash and length.isdecimal():
            return {"prefix": {"addr": host, "len": int(length)}}
        return word
