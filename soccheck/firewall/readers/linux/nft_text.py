"""`nft list ruleset` as text (nft(8)), turned into the statements of its JSON listing.

A statement that is not read here becomes an unknown verdict on what it would have matched: it may
accept, drop or go on. JSON is the better input; text shows the same, and more of iptables' matches.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, TypeAlias

from soccheck.errors import ReadError
from soccheck.firewall.model import Where
from soccheck.firewall.readers.base import Text
from soccheck.firewall.readers.linux.nftables import Nft, build

Json: TypeAlias = Any
_TABLE = re.compile(r"^\s*(?:add )?table (ip|ip6|inet|arp|bridge|netdev) (\S+) \{", re.M)
_TOKEN = re.compile(r'"[^"]*"|==|!=|<=|>=|[<>{},;()|&]|[^\s{},;()|&"<>=!]+')
_RANGE = re.compile(r"^[0-9a-fA-F:.]+-[0-9a-fA-F:.]+$")
_PRIORITY = {
    "raw": -300,
    "mangle": -150,
    "dstnat": -100,
    "filter": 0,
    "security": 50,
    "srcnat": 100,
}
_PROTOCOLS = {"ip", "ip6", "tcp", "udp", "th", "sctp", "dccp", "udplite", "icmp", "icmpv6"}
_CLEARING = re.compile(r"(flush|delete|destroy) [^;{}]*;?")
_ELSEWHERE = re.compile(r"(include|define|redefine|undefine)\b|[^\"]*(\"[^\"]*\"[^\"]*)*\$")
"""What only nft itself can put in its place: a file, a variable."""
_COMMENT = re.compile(r'comment "[^"]*";?')
_PLAIN = {"accept", "drop", "return", "continue", "notrack"}
_ARGUMENTS = {"packets", "bytes", "name", "prefix", "level", "group", "snaplen", "queue-threshold",
              "with", "type", "flags", "burst"}  # fmt: skip

OPERATORS = ("<", ">", "|", "&", "^", "lshift", "rshift", "or", "and", "xor")
HEADERS = (
    "ip",
    "ip6",
    "tcp",
    "udp",
    "th",
    "sctp",
    "dccp",
    "icmp",
    "icmpv6",
    "ether",
    "vlan",
    "meta",
    "ct",
)
"""Words of a packet's headers and metadata, each followed by the name of a field (nft(8))."""


class _UnreadError(ValueError):
    """A statement this reader has no words for."""


def detect(content: str) -> bool:
    """Tell whether a text is the listing of nft."""
    return bool(_TABLE.search(content[:20000]))


def read(text: Text) -> Nft:
    """Read a listing; raises `ReadError` when its blocks do not end or a line is in none."""
    return build(_items(text))


def _items(text: Text) -> Iterator[tuple[Where, Json]]:
    """Yield tables, sets, chains and rules as the JSON listing has them."""
    table: tuple[str, str] | None = None
    block: tuple[str, dict[str, Any], Where] | None = None
    depth_of_other = 0
    number, first = 0, True
    for number, line in _joined(text):
        where = text.at(number)
        if _ELSEWHERE.match(line):
            raise ReadError(where, "a file or a variable: give `nft -j list ruleset`")
        if depth_of_other:
            depth_of_other += line.count("{") - line.count("}")
        elif line.startswith("}"):
            if line.partition("#")[0].rstrip("; \t") != "}":
                raise ReadError(where, f"something follows the }}: {line[:60]!r}")
            if block is not None:
                # A chain was yielded with its first line, unless it has none.
                if block[1].pop("pending", block[0] != "chain"):
                    yield block[2], {block[0]: block[1]}
                block = None
            elif table is not None:
                table = None
            else:
                raise ReadError(where, "a } without its {")
        elif table is None:
            found = _TABLE.match(line)
            if not found:
                if first and _CLEARING.fullmatch(line):
                    continue
                raise ReadError(where, f"not a table: {line[:60]!r}")
            first, table = False, (found[1], found[2])
            yield where, {"table": {"family": table[0], "name": table[1]}}
        elif block is None:
            opened = re.match(
                r"(chain|set|map|flowtable|counter|quota|limit|ct \w+|secmark|synproxy)"
                r" (\S+) \{$",
                line,
            )
            if not opened:
                if line.startswith("flags "):
                    if "dormant" in line:
                        raise ReadError(where, "a dormant table; give the JSON listing")
                    continue
                raise ReadError(where, f"expected a chain or a set: {line[:60]!r}")
            named = {"family": table[0], "table": table[1], "name": opened[2]}
            if opened[1] in ("chain", "set", "map"):
                block = (opened[1], named, where)
                if opened[1] == "chain":
                    # A chain may be hooked by its first line, so it is yielded with that.
                    block[1]["pending"] = True
            else:
                depth_of_other = 1
        elif block[0] == "chain":
            yield from _chain_line(block[1], line, where, block[2])
        else:
            _set_line(block[1], line, where)
    if table is not None:
        raise ReadError(text.at(number), "the listing is cut off inside a table")


def _joined(text: Text) -> Iterator[tuple[int, str]]:
    """Yield lines without comments; a rule or an element list may span several."""
    pending, first = "", 0
    for number, raw in text.numbered():
        line = raw.strip()
        if not pending and (not line or line.startswith("#")):
            continue
        pending = f"{pending} {line}".strip()
        first = first or number
        bare = re.sub(r'"[^"]*"', "", pending)
        if bare.count("{") > bare.count("}") and not bare.endswith("{"):
            continue
        if re.search(r"(=|vmap|,) ?\{$", bare) or bare.endswith(","):
            continue
        yield first, pending
        pending, first = "", 0
    if pending:
        raise ReadError(text.at(first), "the listing is cut off")


def _chain_line(
    chain: dict[str, Any], line: str, where: Where, begun: Where
) -> Iterator[tuple[Where, Json]]:
    pending = chain.pop("pending", False)
    hooked = re.match(
        r"type (\w+) hook (\w+)(?: devices? (?:= )?(\{[^}]*\}|\S+))? priority ([^;]+);(.*)", line
    )
    body = {k: v for k, v in chain.items() if k != "pending"}
    if pending and hooked:
        policy = re.fullmatch(r"\s*(?:policy (\w+)\s*;?)?\s*", hooked[5])
        if policy is None:
            raise ReadError(where, f"a rule beside the chain's type: {hooked[5].strip()[:60]!r}")
        body |= {"type": hooked[1], "hook": hooked[2], "prio": _priority(hooked[4], where)}
        body["policy"] = policy[1] or "accept"
        if hooked[3]:
            body["dev"] = [d.strip(' "') for d in hooked[3].strip("{} ").split(",")]
        yield begun, {"chain": body}
        return
    if _COMMENT.fullmatch(line):
        if pending:
            chain["pending"] = True  # its type follows
        return
    if pending:
        yield begun, {"chain": body}
    if line.startswith("policy "):
        raise ReadError(where, "a policy on a line of its own: give `nft list ruleset`")
    expr, comment = _rule(line)
    yield where, {
        "rule": {
            "family": chain["family"], "table": chain["table"], "chain": chain["name"],
            "expr": expr, "text": line, "comment": comment,
        }
    }  # fmt: skip


def _priority(text: str, where: Where) -> int:
    found = re.match(r"(-?\d+|\w+)(?: ([+-]) (\d+))?$", text.strip())
    if not found:
        raise ReadError(where, f"not a priority: {text!r}")
    base = _PRIORITY.get(found[1])
    if base is None:
        try:
            base = int(found[1])
        except ValueError as error:
            raise ReadError(where, f"not a priority: {text!r}") from error
    return base + (int(found[3]) * (-1 if found[2] == "-" else 1) if found[2] else 0)


def _set_line(body: dict[str, Any], line: str, where: Where) -> None:
    if line.startswith("elements = {"):
        words = _Words(line.removeprefix("elements = "))
        try:
            body["elem"] = words.elements()
        except _UnreadError as error:
            raise ReadError(where, f"cannot read the elements: {error}") from error
    elif line.startswith("flags "):
        body["flags"] = [f.strip() for f in line.removeprefix("flags ").split(",")]
    elif line.startswith("timeout "):
        body["timeout"] = 1
    elif not re.match(r"(type|typeof|size|policy|auto-merge|gc-interval|counter|comment)\b", line):
        raise ReadError(where, f"not a line of a set: {line[:60]!r}")


def _rule(line: str) -> tuple[list[Json], str]:
    words = _Words(line)
    out: list[Json] = []
    comment = ""
    while words.left:
        at = len(words.left)
        try:
            if words.peek() == "comment":
                words.take()
                comment = words.take().strip('"')
                continue
            out.append(words.statement())
        except (_UnreadError, IndexError):
            rest = " ".join(words.all[len(words.all) - at :])
            out.append({"not read": rest})
            return out, comment
    return out, comment


class _Words:
    """The words of a rule, taken from the front."""

    def __init__(self, text: str) -> None:
        self.all: list[str] = _TOKEN.findall(text)
        self.left = list(self.all)

    def peek(self, ahead: int = 0) -> str:
        return self.left[ahead] if len(self.left) > ahead else ""

    def take(self) -> str:
        return self.left.pop(0)

    def skip(self, word: str) -> bool:
        if self.peek() == word:
            self.left.pop(0)
            return True
        return False

    def statement(self) -> Json:
        word = self.peek()
        if word in _PLAIN:
            return {self.take(): None}
        if word in ("jump", "goto"):
            return {self.take(): {"target": self.take()}}
        if word in ("reject", "counter", "log", "masquerade", "snat"):
            return self._with_arguments()
        if word == "limit":
            return self._limit()
        if word == "xt":
            self.take()
            kind, name = self.take(), self.take().strip('"')
            return {"xt": {"type": kind, "name": name}}
        if word in ("dnat", "redirect"):
            return self._translation()
        if (word in ("meta", "ct") and self.peek(2) == "set") or word in (
            "add",
            "update",
            "delete",
        ):
            return self._change()
        return self._match()

    def _with_arguments(self) -> Json:
        kind = self.take()
        if kind in ("masquerade", "snat"):
            self.left.clear()
            return {kind: None}
        while self.peek() in _ARGUMENTS:
            self.take()
            value = self.take()
            if value in (
                "icmp",
                "icmpv6",
                "icmpx",
                "tcp",
            ):  # reject with icmpx type admin-prohibited
                self.skip("type")
                self.take()
            while self.peek() == ",":
                self.take(), self.take()
        return {kind: None}

    def _limit(self) -> Json:
        self.take()
        if self.take() != "rate":
            raise _UnreadError("a named limit")
        over = self.skip("over")
        self.take()
        if "/" not in self.all[len(self.all) - len(self.left) - 1]:
            self.take()  # 10 mbytes/second
        if self.skip("burst"):
            self.take(), self.take()
        return {"limit": {"inv": over}}

    def _change(self) -> Json:
        """Read a statement that sets a mark or adds to a set: no verdict hangs on it."""
        kind = self.take()
        if kind in ("meta", "ct"):
            key = self.take()
            self.take()
            if kind == "ct" and key in ("helper", "timeout", "expectation"):
                return {f"ct {key}": self.take()}
            if key not in ("mark", "priority", "nftrace", "secmark", "label", "zone"):
                raise _UnreadError(f"{kind} {key} set")
            self._expression()
            return {"mangle": None}
        name = self.take()
        if self.peek() != "{":
            raise _UnreadError(kind)
        body = self._braces()
        metered = {"limit", "ct", "quota"} & set(body)
        # `add @meter { ip saddr limit rate over 5/second }` is a match too.
        return {"set": {"set": name, **({"stmt": sorted(metered)} if metered else {})}}

    def _expression(self) -> None:
        """Pass over a value that is computed: `ip dscp << 2 | 0x10`, `ct mark and 0xff`."""
        while True:
            word = self.peek()
            if word == "(":
                self.take()
                self._expression()
                self.take()
            elif word in HEADERS:
                self.take(), self.take()
            else:
                self._value()
            if self.left and self.peek() == "map":
                self.take()
                _ = self._braces() if self.peek() == "{" else self.take()
            if not self.left or self.peek() not in OPERATORS:
                return
            if self.take() in ("<", ">"):
                self.take()  # the other half of a shift

    def _braces(self) -> list[str]:
        depth, out = 0, []
        while True:
            word = self.take()
            depth += (word == "{") - (word == "}")
            out.append(word)
            if depth == 0:
                return out

    def _translation(self) -> Json:
        kind = self.take()
        body: dict[str, Any] = {}
        if self.peek() in ("ip", "ip6"):
            body["family"] = self.take()
        if not self.skip("to"):
            if kind == "dnat":
                raise _UnreadError("dnat without a target")
            return {kind: body or None}
        target = self.take()
        if self.left and self.peek() not in ("comment",):
            raise _UnreadError("a target with options")
        found = re.match(
            r"^(\[[^\]]+\]|[0-9.]+(?:-[0-9.]+)?|[0-9a-f]+:[0-9a-f:]*(?=$)|::[0-9a-f:]*(?=$))?(?::([\d-]+))?$",
            target,
        )
        if not found:
            raise _UnreadError(f"target {target}")
        if found[1]:
            host = found[1].strip("[]")
            body["addr"] = {"range": host.split("-")} if "-" in host else host
        if found[2]:
            low, _, high = found[2].partition("-")
            body["port"] = {"range": [int(low), int(high)]} if high else int(low)
        return {kind: body}

    def _match(self) -> Json:
        left = self._left()
        if self.peek() == ".":
            parts = [left]
            while self.skip("."):
                parts.append(self._left())
            left = {"concat": parts}
        if self.skip("vmap"):
            data: Json = {"set": self.elements()} if self.peek() == "{" else self.take()
            return {"vmap": {"key": left, "data": data}}
        if self.skip("&"):
            return self._masked(left)
        op = self.take() if self.peek() in ("==", "!=", "<", ">", "<=", ">=") else ""
        if self.peek() in ("exists", "missing"):
            right: Json = self.take() == "exists"
            return {"match": {"op": op or "==", "left": left, "right": right}}
        if self.peek() == "{":
            return {"match": {"op": op or "==", "left": left, "right": {"set": self.elements()}}}
        first = self._concat()
        values = [first]
        while self.skip(","):
            values.append(self._concat())
        if self.skip("/"):
            mask = [self.take()]
            while self.skip(","):
                mask.append(self.take())
            return {"match": {"op": op or "==", "left": {"&": [left, mask]}, "right": values}}
        bits = "payload" in left and left["payload"]["field"] == "flags"
        many = bits or ("ct" in left and left["ct"]["key"] in ("state", "status"))
        if not many:
            if len(values) > 1:
                raise _UnreadError("a list of values")
            return {"match": {"op": op or "==", "left": left, "right": first}}
        return {"match": {"op": op or "in", "left": left, "right": values}}

    def _masked(self, left: Json) -> Json:
        mask: list[str] = []
        if self.skip("("):
            while not self.skip(")"):
                word = self.take()
                if word != "|":
                    mask.append(word)
        else:
            mask.append(self.take())
        op = self.take()
        values = [self.take()]
        while self.skip("|"):
            values.append(self.take())
        return {"match": {"op": op, "left": {"&": [left, mask]}, "right": values}}

    def _left(self) -> Json:
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
        raise _UnreadError(word)

    def elements(self) -> list[Json]:
        """Read `{ a, b : accept, c . d }`."""
        self.take()
        out: list[Json] = []
        while not self.skip("}"):
            value = self._concat()
            if self.peek() in ("timeout", "expires", "counter", "limit"):
                while self.peek() not in (",", "}", ":"):
                    self.take()
                value = {"elem": {"val": value, "timeout": 1}}
            if self.peek() == "comment":
                self.take(), self.take()
            if self.skip(":"):
                verdict = self.take()
                target = {"target": self.take()} if verdict in ("jump", "goto") else None
                out.append([value, {verdict: target}])
            else:
                out.append(value)
            self.skip(",")
        return out

    def _concat(self) -> Json:
        parts = [self._value()]
        while self.skip("."):
            parts.append(self._value())
        while self.peek() == "|":
            self.take()
            parts = [{"|": [*parts, self._value()]}]
        return parts[0] if len(parts) == 1 else {"concat": parts}

    def _value(self) -> Json:
        word = self.take().strip('"')
        if word in ("{", "}", ",", "(", ")", ";"):
            raise _UnreadError(word)
        if _RANGE.match(word):
            return {"range": word.split("-", 1)}
        host, slash, length = word.partition("/")
        if slash and length.isdigit():
            return {"prefix": {"addr": host, "len": int(length)}}
        return word
