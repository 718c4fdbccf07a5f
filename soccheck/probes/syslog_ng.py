"""Whether syslog-ng's configuration sends the machine's own logs away.

A log path leads from a source of the machine's own messages to a destination on another machine, no path
before it is final, and all that stands in it is understood. Source: syslog-ng Open Source Edition,
administration guide, sources, destinations, filters and log paths.
"""

from __future__ import annotations

import fnmatch
import re
from collections.abc import Collection, Iterator, Mapping

from soccheck.probes import log_limits
from soccheck.probes.itself import elsewhere, is_host
from soccheck.probes.rsyslog import Reading

MAIN = "/etc/syslog-ng/syslog-ng.conf"
FOLDER = "/etc/syslog-ng/conf.d/"

_STRING = r'"(?:[^"\\]|\\.){0,1000}"'
_COMMENT = re.compile(rf"({_STRING}|'[^'\n]{{0,1000}}')|#[^\n]*")
_MARK = re.compile(rf"{_STRING}|'[^'\n]{{0,1000}}'|[{{}}]")
_BRACKET = re.compile(rf"{_STRING}|'[^'\n]{{0,1000}}'|[()]")
_QUOTED = re.compile(rf"{_STRING}|'[^'\n]{{0,1000}}'")
_OTHER = re.compile(
    r"(?:\A|[;\s])(?:(?:parser|rewrite|template|template-function)\s+[\w.\"-]+|options|python"
    r"|block\s+[\w-]+\s+[\w.-]+\s*\([^{}]*\))\s*\Z"
)
"""What else stands before braces, and is no part of a path by itself."""
_LISTED = re.compile(
    r"\b(?:source|destination|filter|parser|rewrite)\s*\(\s*(?:[\w.-]+|\"[^\"]*\")\s*\)|\bflags\s*\([^)]*\)"
)
_DEFINED = re.compile(r"\b(source|destination|filter)\s+([\w.-]+|\"[^\"]*\")\s*$")
_INLINE = re.compile(r"\b(source|destination|filter)\s*$")
_NAMED = re.compile(r"\b(source|destination|filter)\s*\(\s*([\w.-]+|\"[^\"]*\")\s*\)")
_NETWORK = ("network", "syslog", "tcp", "tcp6", "udp", "udp6")
_FIRST = re.compile(r"""\s*["']?([\w.:-]++)["']?+(?!\s*\()""")
_QUIET = ("file", "usertty", "pipe", "unix-stream", "unix-dgram", "program-override", "stdout")
_OF_ITSELF = ("system", "systemd-journal", "systemd-syslog")
"""Sources of the machine's own messages; `internal()` has syslog-ng's own alone, a file one program's."""
_OF_JOURNAL = ("system", "systemd-journal")
"""`system()` reads the journal where there is one."""
_NARROW_NOTHING = frozenset(
    (
        *("prefix", "max-field-size", "default-facility", "default-level", "default-severity"),
        *(
            "read-old-records",
            "time-zone",
            "keep-hostname",
            "keep-timestamp",
            "use-dns",
            "use-fqdn",
        ),
        *(
            "log-iw-size",
            "log-fetch-limit",
            "so-rcvbuf",
            "max-connections",
            "perm",
            "owner",
            "group",
        ),
        *("exclude-kmsg", "flags", "tags", "host-override", "program-override"),
    )
)
_SOCKETS = ("/dev/log", "/run/systemd/journal/syslog")

_SEVERITIES = ("debug", "info", "notice", "warning", "err", "crit", "alert", "emerg")
_LEVEL = re.compile(r"\b(?:level|priority)\s*\(\s*([\w\s.,]*)\)", re.I)
_FACILITY = re.compile(r"\bfacility\s*\(\s*([\w\s,*]*)\)", re.I)
_PLAIN_FILTER = re.compile(r"(?:\b(?:facility|level|priority)\s*\(\)|and\b|or\b|[\s;()])*")
_WIDENED = re.compile(r"\bor\s+program\s*\(\)")
"""Lets more through, where nothing narrows it again."""
_FLAGS = re.compile(r"\bflags\s*\(([^)]*)\)")
_INCLUDE = re.compile(r"""@?\binclude\s+["']([^"'\n]+)["'];?""")
_LIBRARY = "scl.conf"
_UNSEEN = "\nlog { flags(final); };\n"
"""Stands where a file is included that was not looked at: it may take what stands behind it."""

_DEEPEST = 8


def read(files: Mapping[str, str], own: Collection[str] = ()) -> Reading:
    """Return what the files do: `MAIN`, and those of `FOLDER` where it includes them."""
    reading = Reading(own=own)
    text = _whole(files, files.get(MAIN, ""), 0, reading)
    plain = _QUOTED.sub("", text)
    if any(plain.count(opens) != plain.count(closes) for opens, closes in ("{}", "()")):
        reading.unsure.append("a bracket is not closed")
    defined: dict[tuple[str, str], str] = {}
    paths = []
    for head, body in _blocks(text):
        if named := _DEFINED.search(head):
            defined[named[1], named[2].strip('"')] = body
        elif re.search(r"\blog\s*$", head):
            paths.append(body)
        elif not _OTHER.search(head):
            reading.unsure.append(f"not understood: {' '.join(head.split())[-60:]}")
    final = False
    for path in paths:
        final = _path(path, defined, reading, final) or final
    return reading


def _whole(files: Mapping[str, str], text: str, depth: int, reading: Reading) -> str:
    """Return a file's text without comments, with the files it includes in their places."""
    text = _COMMENT.sub(lambda match: match[1] or " ", text)
    return _INCLUDE.sub(lambda match: _included(files, match[1], depth, reading), text)


def _included(files: Mapping[str, str], named: str, depth: int, reading: Reading) -> str:
    if named == _LIBRARY:
        return "\n"
    pattern = named if named.startswith("/") else f"{FOLDER.removesuffix('conf.d/')}{named}"
    if pattern.rstrip("/") == FOLDER.rstrip("/"):
        pattern = f"{FOLDER}*"
    if not pattern.startswith(FOLDER) or depth >= _DEEPEST:
        reading.unsure.append(f"{named} is included, and was not looked at")
        return _UNSEEN
    names = [name for name in sorted(files) if fnmatch.fnmatchcase(name, pattern)]
    inside = [name for name in names if "/" not in name.removeprefix(FOLDER)]
    return "\n".join(_whole(files, files[name], depth + 1, reading) for name in inside)


def _path(path: str, defined: Mapping[tuple[str, str], str], reading: Reading, final: bool) -> bool:
    """Take in a log path; return whether it may keep messages from the paths behind it."""
    parts: dict[str, list[str | None]] = {"source": [], "destination": [], "filter": []}
    for kind, name in _NAMED.findall(path):
        parts[kind].append(defined.get((kind, name.strip('"'))))
    nested = False
    for head, body in _blocks(path):
        inline = _INLINE.search(head)
        nested = nested or inline is None
        if inline:
            parts[inline[1]].append(body)
    flags = " ".join(_FLAGS.findall(path))
    doubts = []
    if left := _LISTED.sub(" ", path).replace(";", " ").split() if "{" not in path else []:
        reading.unsure.append(f"not understood: {' '.join(left)[:60]}")
    taken = [name for body in parts["source"] if body for name in _of_itself(body)]
    reading.inputs |= {"imjournal" for name in taken if name in _OF_JOURNAL}
    if not ("catchall" in flags or taken):
        doubts.append("none of its sources is known to be the machine's own")
    if nested or "fallback" in flags or final:
        doubts.append("other paths, or parts of it, may take its messages")
    if any(body is None or not _plain(body) for body in parts["filter"]):
        doubts.append("what its filter lets through is not known")
    for drivers in parts["destination"]:
        if drivers is None:
            reading.unsure.append("a destination was not looked at")
        else:
            _take(drivers, reading, doubts)
    return "final" in flags


def _of_itself(source: str) -> Iterator[str]:
    """Yield the drivers of a source that take in what the machine logs; one with options may narrow it."""
    for name, inside in _drivers(source):
        path = re.match(r"""\s*["']?([^"'\s)]+)""", inside)
        sockets = name in ("unix-stream", "unix-dgram") and path is not None and path[1] in _SOCKETS
        narrowed = {option for option, _ in _drivers(inside)} - _NARROW_NOTHING
        if not narrowed and (name in _OF_ITSELF or sockets):
            yield name


def _plain(filter_body: str) -> bool:
    """Return whether a filter asks only for facilities and severities, errors of logins among them."""
    emptied = _BRACKETED.sub("()", filter_body)
    if " and " not in emptied:
        emptied = _WIDENED.sub("", emptied)
    if _PLAIN_FILTER.fullmatch(emptied) is None:
        return False
    told = [_has_errors(levels) for levels in _LEVEL.findall(filter_body)]
    told += [
        re.search(r"\bauth(?:priv)?\b|\*", names) is not None
        for names in _FACILITY.findall(filter_body)
    ]
    return any(told) if " or " in emptied and " and " not in emptied else all(told)


def _has_errors(levels: str) -> bool:
    """Return whether `info..emerg`, or `err, crit`, has errors."""
    words = levels.replace("error", "err").replace("warn ", "warning ").lower()
    for part in words.split(","):
        first, _, last = part.strip().partition("..")
        if first in _SEVERITIES and (last or first) in _SEVERITIES:
            ends = sorted((_SEVERITIES.index(first), _SEVERITIES.index(last or first)))
            if ends[0] <= _SEVERITIES.index("err") <= ends[1]:
                return True
    return False


_BRACKETED = re.compile(rf"\((?:{_STRING}|'[^'\n]{{0,1000}}'|[^()\"'])*\)")


def _take(body: str, reading: Reading, doubts: list[str]) -> None:
    """Take in the drivers of a destination, and why it is not sure that messages reach it."""
    for name, inside in _drivers(body):
        host = _FIRST.match(inside)
        if name in _QUIET:
            continue
        if name not in _NETWORK or host is None or not is_host(host[1]):
            reading.unsure.append(f"not understood: destination {name}")
        elif why := log_limits.of_destination(_drivers(inside)):
            reading.unsure.append(f"destination {name}: {why}")
        elif doubts and elsewhere(host[1], reading.own):
            reading.unsure.append(f"whether messages reach {host[1]}: {doubts[0]}")
        else:
            reading.hosts.append(host[1])


def _drivers(body: str) -> Iterator[tuple[str, str]]:
    """Yield the drivers of a block, with what stands in their brackets; options stand inside those."""
    depth, begin, name = 0, 0, ""
    for match in _BRACKET.finditer(body):
        if match[0] == "(":
            if depth == 0:
                named = re.search(
                    r"([A-Za-z][\w-]*)\s*$", body[max(begin, match.start() - 200) : match.start()]
                )
                name, begin = named[1].lower() if named else "", match.end()
            depth += 1
        elif match[0] == ")" and depth:
            depth -= 1
            if depth == 0:
                yield name, body[begin : match.start()]
                begin = match.end()


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
