"""The statements of one rule of `nft list ruleset`, as its JSON listing has them (nft(8))."""

from __future__ import annotations

import re
from typing import Any

from soccheck.firewall.readers.linux.nft_words import UnknownStatementError, Words
from soccheck.firewall.readers.members import Json
from soccheck.phrase import echo, phrase

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


def rule(line: str) -> tuple[list[Json], str]:
    """Return the statements of a rule and its comment; what is not read stays as its text."""
    words = Words(line)
    out: list[Json] = []
    comment = ""
    while words.left:
        at = len(words.left)
        try:
            if words.peek() == "comment":
                words.take()
                comment = words.take().strip('"')
                continue
            out.append(_statement(words))
        except (UnknownStatementError, IndexError):
            rest = " ".join(words.all[len(words.all) - at :])
            out.append({"not read": rest})
            return out, comment
    return out, comment


def _statement(words: Words) -> Json:
    word = words.peek()
    if word in _PLAIN:
        return {words.take(): None}
    if word in ("jump", "goto"):
        return {words.take(): {"target": words.take()}}
    if word in ("reject", "counter", "log", "masquerade", "snat"):
        return _with_arguments(words)
    if word == "limit":
        return _limit(words)
    if word == "flow":
        (
            words.take(),
            words.take(),
            words.take(),
        )  # flow add @table: of connections already let through
        return {"flow": None}
    if word == "quota" or (word == "ct" and words.peek(1) == "count"):
        return _count(words)
    if word == "xt":
        words.take()
        kind, name = words.take(), words.take().strip('"')
        return {"xt": {"type": kind, "name": name}}
    if word in ("dnat", "redirect"):
        return _translation(words)
    if (word in ("meta", "ct") and words.peek(2) == "set") or word in (
        "add",
        "update",
        "delete",
    ):
        return _change(words)
    return _match(words)


def _with_arguments(words: Words) -> Json:
    kind = words.take()
    if kind in ("masquerade", "snat"):
        words.left.clear()
        return {kind: None}
    while words.peek() in _ARGUMENTS:
        words.take()
        value = words.take()
        if value in (
            "icmp",
            "icmpv6",
            "icmpx",
            "tcp",
        ):  # reject with icmpx type admin-prohibited
            words.skip("type")
            words.take()
        while words.peek() == ",":
            words.take(), words.take()
    return {kind: None}


def _limit(words: Words) -> Json:
    words.take()
    if words.skip("name"):
        return {"limit": words.take().strip('"')}
    if words.take() != "rate":
        raise UnknownStatementError(echo("limit"))
    over = words.skip("over")
    words.take()
    bytewise = "/" not in words.last()
    if bytewise:
        words.take()  # 10 mbytes/second
    if words.skip("burst"):
        words.take(), words.take()
    return {"limit": {"inv": over, **({"rate_unit": "bytes"} if bytewise else {})}}


def _count(words: Words) -> Json:
    """Read a quota or a number of connections: what it comes to, no listing says."""
    kind = words.take()
    if kind == "ct":
        words.take()
        words.skip("over")
        return {"ct count": words.take()}
    if words.skip("name"):
        return {"quota": words.take()}
    _ = words.skip("over") or words.skip("until")
    text = f"{words.take()} {words.take()}"
    if words.skip("used"):
        words.take(), words.take()
    return {"quota": text}


def _change(words: Words) -> Json:
    """Read a statement that sets a mark or adds to a set: no verdict hangs on it."""
    kind = words.take()
    if kind in ("meta", "ct"):
        key = words.take()
        words.take()
        if kind == "ct" and key in ("helper", "timeout", "expectation"):
            return {f"ct {key}": words.take()}
        if key not in ("mark", "priority", "nftrace", "secmark", "label", "zone"):
            raise UnknownStatementError(phrase("{kind} {key} set", kind=kind, key=key))
        _expression(words)
        return {"mangle": {"key": {kind: {"key": key}}}}
    name = words.take()
    if words.peek() != "{":
        raise UnknownStatementError(kind)
    body = words.braces()
    metered = {"limit", "ct", "quota"} & set(body)
    # `add @meter { ip saddr limit rate over 5/second }` is a match too.
    return {"set": {"set": name, **({"stmt": sorted(metered)} if metered else {})}}


def _expression(words: Words) -> None:
    """Pass over a value that is computed: `ip dscp << 2 | 0x10`, `ct mark and 0xff`."""
    while True:
        word = words.peek()
        if word == "(":
            words.take()
            _expression(words)
            words.take()
        elif word in HEADERS:
            words.take(), words.take()
        else:
            words.value()
        if words.left and words.peek() == "map":
            words.take()
            _ = words.braces() if words.peek() == "{" else words.take()
        if not words.left or words.peek() not in OPERATORS:
            return
        if words.take() in ("<", ">"):
            words.take()  # the other half of a shift


def _translation(words: Words) -> Json:
    kind = words.take()
    body: dict[str, Any] = {}
    if words.peek() in ("ip", "ip6"):
        body["family"] = words.take()
    if not words.skip("to"):
        if kind == "dnat":
            raise UnknownStatementError(phrase("dnat without a target"))
        return {kind: body or None}
    if words.peek(2) == "map" and words.peek() in HEADERS:
        body["addr"] = _map(words)
        return {kind: body}
    target = words.take()
    while words.peek() in ("random", "persistent", "fully-random", ","):
        body["flags"] = [*body.get("flags", []), words.take()]
    if words.left and words.peek() not in ("comment",):
        raise UnknownStatementError(phrase("a target with options"))
    found = re.match(
        r"^(\[[^\]]+\]|[0-9.]+(?:-[0-9.]+)?|[0-9a-f]+:[0-9a-f:]*(?=$)|::[0-9a-f:]*(?=$))?(?::([\d-]+))?$",
        target,
    )
    if not found:
        raise UnknownStatementError(phrase("target {target}", target=target))
    if found[1]:
        host = found[1].strip("[]")
        body["addr"] = {"range": host.split("-")} if "-" in host else host
    if found[2]:
        low, _, high = found[2].partition("-")
        body["port"] = {"range": [int(low), int(high)]} if high else int(low)
    return {kind: body}


def _map(words: Words) -> Json:
    """Read `FIELD map { KEY : VALUE, ... }` or `FIELD map @NAME`."""
    key = words.field()
    words.take()
    data: Json = {"set": words.elements()} if words.peek() == "{" else words.take()
    if words.left and words.peek() != "comment":
        raise UnknownStatementError(phrase("a map with more"))
    return {"map": {"key": key, "data": data}}


def _match(words: Words) -> Json:
    left = words.field()
    if words.skip("set"):
        _expression(words)
        return {"mangle": {"key": left}}
    if words.peek() == ".":
        parts = [left]
        while words.skip("."):
            parts.append(words.field())
        left = {"concat": parts}
    if words.skip("vmap"):
        data: Json = {"set": words.elements()} if words.peek() == "{" else words.take()
        return {"vmap": {"key": left, "data": data}}
    if words.skip("&"):
        return _masked(words, left)
    op = words.take() if words.peek() in ("==", "!=", "<", ">", "<=", ">=") else ""
    if words.peek() in ("exists", "missing"):
        right: Json = words.take() == "exists"
        return {"match": {"op": op or "==", "left": left, "right": right}}
    if words.peek() == "{":
        return {"match": {"op": op or "==", "left": left, "right": {"set": words.elements()}}}
    first = words.concat()
    values = [first]
    while words.skip(","):
        values.append(words.concat())
    if words.skip("/"):
        mask = [words.take()]
        while words.skip(","):
            mask.append(words.take())
        return {"match": {"op": op or "==", "left": {"&": [left, mask]}, "right": values}}
    bits = "payload" in left and left["payload"]["field"] == "flags"
    many = bits or ("ct" in left and left["ct"]["key"] in ("state", "status"))
    if not many:
        if len(values) > 1:
            raise UnknownStatementError(phrase("a list of values"))
        return {"match": {"op": op or "==", "left": left, "right": first}}
    return {"match": {"op": op or "in", "left": left, "right": values}}


def _masked(words: Words, left: Json) -> Json:
    mask: list[str] = []
    if words.skip("("):
        while not words.skip(")"):
            word = words.take()
            if word != "|":
                mask.append(word)
    else:
        mask.append(words.take())
    op = words.take()
    values = [words.take()]
    while words.skip("|"):
        values.append(words.take())
    return {"match": {"op": op, "left": {"&": [left, mask]}, "right": values}}
