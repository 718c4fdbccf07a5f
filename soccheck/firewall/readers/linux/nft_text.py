"""`nft list ruleset` as text (nft(8)), turned into the statements of its JSON listing.

A statement that is not read here becomes an unknown verdict on what it would have matched: it may
accept, drop or go on. JSON is the better input; text shows the same, and more of iptables' matches.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

from soccheck.errors import ReadError, quoted
from soccheck.firewall.model import Where
from soccheck.firewall.readers.base import Text
from soccheck.firewall.readers.ledger import Ledger
from soccheck.firewall.readers.linux.nft_statements import rule
from soccheck.firewall.readers.linux.nft_words import UnknownStatementError, Words
from soccheck.firewall.readers.linux.nftables import Nft, build
from soccheck.firewall.readers.members import Json
from soccheck.phrase import phrase

_TABLE = re.compile(r"^\s*(?:add )?table (ip|ip6|inet|arp|bridge|netdev) (\S+) \{", re.M)
_BLOCK = re.compile(
    r"(chain|set|map|flowtable|counter|quota|limit|ct \w+|secmark|synproxy) (\S+) \{$"
)
_PRIORITY = {
    "raw": -300,
    "mangle": -150,
    "dstnat": -100,
    "filter": 0,
    "security": 50,
    "srcnat": 100,
}
_CLEARING = re.compile(r"(flush|delete|destroy) [^;{}]*;?")
_ELSEWHERE = re.compile(r"(include|define|redefine|undefine)\b|[^\"]*(\"[^\"]*\"[^\"]*)*\$")
"""What only nft itself can put in its place: a file, a variable."""
_REMARK = re.compile(r'^((?:[^"#]|"[^"]*")*)#.*$')
_COMMENT = re.compile(r'comment "[^"]*";?')


def detect(content: str) -> bool:
    """Tell whether a text is the listing of nft."""
    return bool(_TABLE.search(content[:20000]))


def read(text: Text, ledger: Ledger, shown: Callable[[str], int | None] = lambda _: None) -> Nft:
    """Read a listing; raises `ReadError` when its blocks do not end or a line is in none."""
    return build(_Listing(text).items(), ledger, shown)


class _Listing:
    """Reads tables, sets, chains and rules, and knows which of them the next line stands in."""

    def __init__(self, text: Text) -> None:
        self.text = text
        self.first = True
        self.table: tuple[str, str] | None = None
        self.block: tuple[str, dict[str, Any], Where] | None = None

    def items(self) -> Iterator[tuple[Where, Json]]:
        """Yield tables, sets, chains and rules as the JSON listing has them."""
        number = 0
        for number, line in _joined(self.text):
            where = self.text.at(number)
            if _ELSEWHERE.match(line):
                raise ReadError(where, phrase("a file or a variable: give `nft -j list ruleset`"))
            if line.startswith("}"):
                yield from self._close(line, where)
            elif self.table is None:
                yield from self._open_table(line, where)
            elif self.block is None:
                yield from self._open_block(self.table, line, where)
            elif self.block[0] == "chain":
                yield from _chain_line(self.block[1], line, where, self.block[2])
            elif self.block[0] in ("set", "map"):
                for part in _rules(line):
                    _set_line(self.block[1], part, where)
            elif self.block[0] == "limit":
                self.block[1]["inv"] = " over " in f" {line} "
                if not re.search(r"\brate (over )?\d+/", line):
                    self.block[1]["rate_unit"] = "bytes"
        if self.table is not None:
            raise ReadError(self.text.at(number), phrase("the listing is cut off inside a table"))

    def _close(self, line: str, where: Where) -> Iterator[tuple[Where, Json]]:
        if line.partition("#")[0].rstrip("; \t") != "}":
            raise ReadError(where, phrase("something follows the }}: {line}", line=repr(line[:60])))
        if self.block is not None:
            kind, body, begun = self.block
            # A chain was yielded with its first line, unless it has none.
            if body.pop("pending", kind != "chain"):
                yield begun, {kind: body}
            self.block = None
        elif self.table is not None:
            self.table = None
        else:
            raise ReadError(where, phrase("a }} without its {{"))

    def _open_table(self, line: str, where: Where) -> Iterator[tuple[Where, Json]]:
        found = _TABLE.match(line)
        if found:
            self.first, self.table = False, (found[1], found[2])
            yield where, {"table": {"family": found[1], "name": found[2]}}
        elif not (self.first and _CLEARING.fullmatch(line)):
            raise ReadError(where, phrase("not a table: {line}", line=repr(line[:60])))

    def _open_block(
        self, table: tuple[str, str], line: str, where: Where
    ) -> Iterator[tuple[Where, Json]]:
        opened = _BLOCK.match(line)
        if opened:
            named: dict[str, Any] = {"family": table[0], "table": table[1], "name": opened[2]}
            self.block = (opened[1], named, where)
            if opened[1] == "chain":
                # A chain may be hooked by its first line, so it is yielded with that.
                self.block[1]["pending"] = True
        elif _COMMENT.fullmatch(line):
            return
        elif not line.startswith("flags ") or ";" in line.rstrip("; "):
            raise ReadError(
                where, phrase("expected a chain or a set: {line}", line=repr(line[:60]))
            )
        else:
            flags = line.removeprefix("flags ").rstrip("; ").split(",")
            yield (
                where,
                {
                    "table": {
                        "family": table[0],
                        "name": table[1],
                        "flags": [f.strip() for f in flags],
                    }
                },
            )


def _joined(text: Text) -> Iterator[tuple[int, str]]:
    """Yield lines without comments; a rule or an element list may span several."""
    pending, first = "", 0
    for number, raw in text.numbered():
        line = _REMARK.sub(r"\1", raw).strip()
        if not pending and not line:
            continue
        pending = f"{pending} {line}".strip()
        first = first or number
        if pending.endswith("\\"):
            pending = pending[:-1]
            continue
        bare = re.sub(r'"[^"]*"', "", pending)
        opens = _BLOCK.match(pending) or _TABLE.match(pending)
        if bare.count("{") > bare.count("}") and not opens:
            continue
        if re.search(r"(=|vmap|,) ?\{$", bare) or bare.endswith(","):
            continue
        yield first, pending
        pending, first = "", 0
    if pending:
        raise ReadError(text.at(first), phrase("the listing is cut off"))


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
            raise ReadError(
                where,
                phrase(
                    "a rule beside the chain's type: {strip}", strip=repr(hooked[5].strip()[:60])
                ),
            )
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
        raise ReadError(where, phrase("a policy on a line of its own: give `nft list ruleset`"))
    for part in _rules(line):
        expr, comment = rule(part)
        yield where, {
            "rule": {
                "family": chain["family"], "table": chain["table"], "chain": chain["name"],
                "expr": expr, "text": part, "comment": comment,
            }
        }  # fmt: skip


def _rules(line: str) -> Iterator[str]:
    """Yield the rules of a line: `;` stands between two, but not within quotes or braces."""
    part, depth, quoted = "", 0, False
    for sign in line:
        quoted ^= sign == '"'
        depth += 0 if quoted else (sign == "{") - (sign == "}")
        if sign == ";" and depth == 0 and not quoted:
            if part.strip():
                yield part.strip()
            part = ""
        else:
            part += sign
    if part.strip():
        yield part.strip()


def _priority(text: str, where: Where) -> int:
    found = re.match(r"(-?\d+|\w+)(?: ([+-]) (\d+))?$", text.strip())
    if not found:
        raise ReadError(where, phrase("not a priority: {text}", text=repr(text)))
    base = _PRIORITY.get(found[1])
    if base is None:
        try:
            base = int(found[1])
        except ValueError as error:
            raise ReadError(where, phrase("not a priority: {text}", text=repr(text))) from error
    return base + (int(found[3]) * (-1 if found[2] == "-" else 1) if found[2] else 0)


def _set_line(body: dict[str, Any], line: str, where: Where) -> None:
    if line.startswith("elements = {"):
        words = Words(line.removeprefix("elements = "))
        try:
            body["elem"] = words.elements()  # what is said last counts
            if words.left:
                raise ReadError(
                    where, phrase("something follows the elements: {peek}", peek=repr(words.peek()))
                )
        except UnknownStatementError as error:
            raise ReadError(
                where, phrase("cannot read the elements: {error}", error=quoted(error))
            ) from error
    elif line.startswith("flags "):
        body["flags"] = [f.strip() for f in line.removeprefix("flags ").split(",")]
    elif line.startswith("timeout "):
        body["timeout"] = 1
    elif line.startswith("size "):
        body["size"] = int(line.removeprefix("size ")) if line[5:].isdecimal() else None
    elif not re.match(r"(type|typeof|policy|auto-merge|gc-interval|counter|comment)\b", line):
        raise ReadError(where, phrase("not a line of a set: {line}", line=repr(line[:60])))
