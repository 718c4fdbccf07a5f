"""The family of a listing of iptables that has lost its first line, by what its rules say."""

from __future__ import annotations

import re

from soccheck.errors import ReadError
from soccheck.firewall.readers.base import Text
from soccheck.phrase import phrase

_SAID = re.compile(r'"(?:[^"\\]|\\.)*"|--comment \S+|^#.*$', re.M)
"""What anybody may write: quoted texts and comments tell no family."""
_ADDRESS = r"(?:-[sd]|--(?:src|dst)-range|--to-(?:destination|source)|--to|--on-ip)"
_FOUR = re.compile(
    rf"(?<!\S){_ADDRESS} (?:! )?\d+\.\d+\.\d+\.\d+|-p icmp\b|-m (?:icmp|ttl)\b|--icmp-type|"
    r"--reject-with icmp-|-j TTL\b"
)
_SIX = re.compile(
    rf"(?<!\S){_ADDRESS} (?:! )?\[?[0-9a-fA-F:.]*:[0-9a-fA-F.]*:[0-9a-fA-F:.]*|"
    r"-p (?:ipv6-icmp|icmpv6|icmp6)\b|-m (?:icmp6|hl|rt|frag|hbh|dst|mh|ipv6header|eui64)\b|"
    r"--icmpv6-type|--reject-with icmp6-|-j HL\b"
)
_NAMED = re.compile(r"(?:^|[^a-z0-9])(?:ip6tables|iptables|(?:rules\.?|ip)?v([46]))(?![a-z0-9])")


def family_of(text: Text) -> int:
    """Return 4 or 6; raises `ReadError` where neither the rules nor the file's name say it."""
    rules = _SAID.sub("", text.content)
    four, six = _FOUR.search(rules), _SIX.search(rules)
    if four and six:
        at = max(four.start(), six.start())
        line = rules.count("\n", 0, at) + 1
        raise ReadError(
            text.at(line), phrase("IPv4 and IPv6 in one listing: give each with its first line")
        )
    if four or six:
        return 6 if six else 4
    named = {_meant(found) for found in _NAMED.finditer(text.name.rpartition("/")[2].lower())}
    if len(named) == 1:
        return named.pop()
    raise ReadError(
        text.at(1),
        phrase("IPv4 or IPv6? Neither the rules nor the file's name say it"),
        hint=phrase(
            "give the whole output of iptables-save or ip6tables-save, with its first line, "
            "or name the file rules.v4 or rules.v6"
        ),
    )


def _meant(found: re.Match[str]) -> int:
    if found[1]:
        return int(found[1])
    return 6 if "ip6tables" in found[0] else 4
