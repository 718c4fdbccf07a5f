"""The text of syslog-ng's configuration: what is included, comments left out, blocks parted.

syslog-ng starts with no file of which one word is wrong: where something is not known, nothing is proved.
Source: syslog-ng Open Source Edition, administration guide; tried with syslog-ng 3.38.
"""

from __future__ import annotations

import fnmatch
import re
from collections.abc import Iterator, Mapping

MAIN = "/etc/syslog-ng/syslog-ng.conf"
FOLDER = "/etc/syslog-ng/conf.d/"
_LIBRARY = "scl.conf"
_DEEPEST = 8

STRING = r'"(?:[^"\\]|\\.){0,1000}"'
QUOTED = re.compile(rf"{STRING}|'[^'\n]{{0,1000}}'")
_COMMENT = re.compile(rf"({STRING}|'[^'\n]{{0,1000}}')|#[^\n]*")
_MARK = re.compile(rf"{STRING}|'[^'\n]{{0,1000}}'|[{{}}]")
_BRACKET = re.compile(rf"{STRING}|'[^'\n]{{0,1000}}'|[()]")
_INCLUDE = re.compile(r"""^[ \t]*@include[ \t]+["']([^"'\n]+)["'][ \t]*$""", re.MULTILINE)
_DEFINE = re.compile(r"""^[ \t]*@define[ \t]+([\w-]+)[ \t]+["']?([^"'\n]*?)["']?[ \t]*$""", re.M)
_VERSION = re.compile(r"\s*@version:[ \t]*(?:[0-9]+\.[0-9]+|current)[ \t]*$", re.MULTILINE)
_UNSEEN = "\nlog { flags(final); };\n"
"""Stands where a file is included that was not looked at: it may take what stands behind it."""

_LINE = re.compile(r"^[ \t]*@(?:version:[ \t]*[\w.]+|define[ \t][^\n]*)[ \t]*$", re.MULTILINE)
_TEMPLATE = re.compile(rf"\s*template\s+([\w.-]+)\s+({STRING}|'[^'\n]{{0,1000}}')\s*;")
_NAMED = re.compile(
    r"\s*(?P<kind>source|destination|filter|parser|rewrite|template)\s+(?P<name>[\w.-]+|\"[^\"\n]*\")\s*"
)
_NAMELESS = re.compile(r"\s*(?P<kind>log|options)\s*")


def versioned(main: str) -> bool:
    """Return whether a main file begins with its version, without which syslog-ng does not start."""
    return _VERSION.match(_COMMENT.sub(lambda match: match[1] or " ", main)) is not None


def whole(files: Mapping[str, str], unsure: list[str]) -> str:
    """Return the text of what `MAIN` is and includes, without comments, names that it defines replaced."""
    text = _whole(files, files.get(MAIN, ""), 0, unsure)
    for name, value in _DEFINE.findall(text):
        text = text.replace(f"`{name}`", value)
    return _LINE.sub("", text)


def _whole(files: Mapping[str, str], text: str, depth: int, unsure: list[str]) -> str:
    text = _COMMENT.sub(lambda match: match[1] or " ", text)
    return _INCLUDE.sub(lambda match: _included(files, match[1], depth, unsure), text)


def _included(files: Mapping[str, str], named: str, depth: int, unsure: list[str]) -> str:
    if named == _LIBRARY:
        return "\n"
    pattern = named if named.startswith("/") else f"{FOLDER.removesuffix('conf.d/')}{named}"
    if pattern.rstrip("/") == FOLDER.rstrip("/"):
        pattern = f"{FOLDER}*"
    inside = pattern.removeprefix(FOLDER)
    if inside == pattern or "/" in inside or depth >= _DEEPEST:
        unsure.append(f"{named} is included, and was not looked at")
        return _UNSEEN
    names = [name for name in sorted(files) if fnmatch.fnmatchcase(name, pattern)]
    below = [name for name in names if "/" not in name.removeprefix(FOLDER)]
    return "\n".join(_whole(files, files[name], depth + 1, unsure) for name in below)


def statements(text: str, unsure: list[str]) -> Iterator[tuple[str, str, str]]:
    """Yield kind, name and body of each statement; at one that is not understood the rest is not read."""
    at = 0
    while text[at:].strip():
        if match := _TEMPLATE.match(text, at):
            yield "template", match[1], f"template({match[2]});"
            at = match.end()
            continue
        head = _NAMED.match(text, at) or _NAMELESS.match(text, at)
        end = _closed(text, head.end()) if head else None
        ends = re.compile(r"\s*;").match(text, end) if end else None
        if head is None or end is None or ends is None:
            said = " ".join(text[at : at + 200].split())[:60]
            unsure.append(f"not understood: {said}")
            return
        name = head["name"].strip('"') if "name" in head.groupdict() else ""
        yield head["kind"], name, text[head.end() + 1 : end - 1]
        at = ends.end()


def _closed(text: str, at: int) -> int | None:
    """Return where braces that open here are closed."""
    depth = 0
    if not text.startswith("{", at):
        return None
    for match in _MARK.finditer(text, at):
        depth += {"{": 1, "}": -1}.get(match[0], 0)
        if depth == 0:
            return match.end()
    return None


def blocks(text: str) -> Iterator[tuple[str, str]]:
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


def drivers(body: str) -> Iterator[tuple[str, str]]:
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
                yield name.replace("_", "-"), body[begin : match.start()]
                begin = match.end()


_OF_DRIVERS = re.compile(r"(?:\s*[A-Za-z][\w-]*\s*\[\]\s*;)*\s*")
_BRACKETED = re.compile(r"\([^()]*\)")


def listed(body: str) -> bool:
    """Return whether a body is one driver, or option, after another, each with its sign behind it."""
    text, before = QUOTED.sub("", body), ""
    while text != before:
        text, before = _BRACKETED.sub("[]", text), text
    return _OF_DRIVERS.fullmatch(text) is not None
