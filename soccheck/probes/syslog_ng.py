"""Whether syslog-ng's configuration sends logs away: a log path leads to a destination on another machine.

Source: syslog-ng Open Source Edition, administration guide, destinations and log paths.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from soccheck.probes.rsyslog import Reading

MAIN = "/etc/syslog-ng/syslog-ng.conf"
FOLDER = "/etc/syslog-ng/conf.d/"

_STRING = r'"(?:[^"\\]|\\.){0,1000}"'
_COMMENT = re.compile(rf"({_STRING}|'[^'\n]{{0,1000}}')|#[^\n]*")
_MARK = re.compile(rf"{_STRING}|'[^'\n]{{0,1000}}'|[{{}}]")
_BRACKET = re.compile(rf"{_STRING}|'[^'\n]{{0,1000}}'|[()]")
_NAMED = re.compile(r"\bdestination\s+([\w.-]+|\"[^\"]*\")\s*$")
_USED = re.compile(r"\bdestination\s*\(\s*([\w.-]+|\"[^\"]*\")\s*\)")
_HOST = re.compile(r"""\b(?:network|syslog|tcp6?|udp6?)\s*\(\s*["']?([\w.:-]+)""")
_QUIET = ("file", "usertty", "pipe", "unix-stream", "unix-dgram", "program-override", "stdout")
_INCLUDE = re.compile(r'@include\s+"([^"]+)"')
_KNOWN_INCLUDES = ("scl.conf", f"{FOLDER}*.conf", "/etc/syslog-ng/conf.d/")


def read(files: Mapping[str, str]) -> Reading:
    """Return what the files do: `MAIN`, and those of `FOLDER` that end with .conf."""
    loaded = [text for name, text in files.items() if name == MAIN or _of_folder(name) or not files]
    text = _COMMENT.sub(lambda match: match[1] or " ", "\n".join(loaded))
    reading = Reading()
    for pattern in _INCLUDE.findall(text):
        if not pattern.endswith(_KNOWN_INCLUDES):
            reading.unsure.append(f"{pattern} is included, and was not looked at")
    destinations: dict[str, str] = {}
    used: set[str] = set()
    for head, body in _blocks(text):
        named = _NAMED.search(head)
        if named:
            destinations[named[1].strip('"')] = body
        elif re.search(r"\blog\s*$", head):
            used |= {name.strip('"') for name in _USED.findall(body)}
            # A destination may be written where it is used.
            for inner, inside in _blocks(body):
                if re.search(r"\bdestination\s*$", inner):
                    _take(inside, reading)
    for name in sorted(used):
        if name in destinations:
            _take(destinations[name], reading)
        else:
            reading.unsure.append(f"the destination {name} was not looked at")
    return reading


def _of_folder(name: str) -> bool:
    inside = name.removeprefix(FOLDER)
    return name.startswith(FOLDER) and "/" not in inside and inside.endswith(".conf")


def _take(body: str, reading: Reading) -> None:
    """Take in the drivers of a destination."""
    reading.hosts += _HOST.findall(body)
    # Options stand in brackets of a driver: only what stands outside of them is one.
    for driver in re.findall(r"[a-z][\w-]*", _outside(body)):
        if driver not in _QUIET and not re.fullmatch(r"network|syslog|tcp6?|udp6?", driver):
            reading.unsure.append(f"not understood: destination {driver}")


def _outside(body: str) -> str:
    """Return what stands outside of brackets, and of strings."""
    kept, depth, end = [], 0, 0
    for match in _BRACKET.finditer(body):
        if depth == 0:
            kept.append(body[end : match.start()])
        depth = max(depth + {"(": 1, ")": -1}.get(match[0], 0), 0)
        end = match.end()
    return " ".join([*kept, body[end:]] if depth == 0 else kept)


def _blocks(text: str) -> Iterator[tuple[str, str]]:
    """Yield what stands before each outermost pair of braces, and what stands between them."""
    depth, begin, opened = 0, 0, 0
    for match in _MARK.finditer(text):
        if match[0] == "{":
            if depth == 0:
                opened = match.end()
            depth += 1
        elif match[0] == "}" and depth:
            depth -= 1
            if depth == 0:
                yield (
                    text[max(begin, opened - 300) : opened - 1].rstrip(),
                    text[opened : match.start()],
                )
                begin = match.end()
