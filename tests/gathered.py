"""The texts babel's own reader of Python does not see: help, placeholders, what schemas say of keys."""

from __future__ import annotations

import ast
import inspect
import io
import json
import re
from collections.abc import Collection, Iterator, Mapping
from typing import IO, Any

from babel.messages.extract import extract_python

_MAKERS = frozenset(("option", "SpokenOption", "argument", "group", "a_command", "version_option"))
_COMMANDS = frozenset(("command", "group", "a_command"))
_SAID = frozenset(("phrase", "language"))
_ASKS = frozenset(("listing", "_save"))
"""What makes questions of soccheck/probes/; the second argument says what for."""
_PURPOSE = re.compile(r'purpose: (?:"([^"]+)"|([^"}]+))')
_KEYS = frozenset(("help", "epilog", "purpose"))
WRITTEN_BY_PEOPLE = ("inventory", "policy", "settings", "import-map", "cases")
"""The schemas of files that people write; tests/babel.cfg lists the same."""
WORD = re.compile(r"[A-Z][A-Z-]*[A-Z]|[A-Z]\b")
"""A word of a placeholder; soccheck/cli/translated.py looks for the same."""


def extract(
    file: IO[bytes], keywords: Mapping[str, Any], tags: Collection[str], options: Any
) -> Iterator[tuple[Any, ...]]:
    """Yield every text of a file: babel's, and those that stand in no call babel is told of."""
    source = file.read()
    yield from extract_python(io.BytesIO(source), keywords, tags, options)
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Assign) and _name(node.targets[0]) == "COMMANDS":
            yield from ((node.lineno, None, text, []) for text in _values(node.value))
        if isinstance(node, ast.FunctionDef) and any(map(_makes_command, node.decorator_list)):
            text = ast.get_docstring(node)
            if text:
                yield node.lineno, None, inspect.cleandoc(text), []
        if isinstance(node, ast.Call) and _name(node.func) in _SAID and node.args:
            # Babel loses the text where an argument is called as one of its keywords: fact.values
            yield from ((node.lineno, None, text, []) for text in _constant(node.args[0]))
        if isinstance(node, ast.Call):
            yield from ((node.lineno, None, text, []) for text in _purposes(node))
        if isinstance(node, ast.Call) and _name(node.func) in _MAKERS:
            for text in _texts(node):
                yield node.lineno, None, text, []


def extract_schema(
    file: IO[bytes], keywords: Mapping[str, Any], tags: Collection[str], options: Any
) -> Iterator[tuple[Any, ...]]:
    """Yield what a JSON Schema says of its keys: the hint of a key that is missing repeats it."""
    for text in dict.fromkeys(_descriptions(json.load(file))):
        yield 1, None, text, []


def extract_products(
    file: IO[bytes], keywords: Mapping[str, Any], tags: Collection[str], options: Any
) -> Iterator[tuple[Any, ...]]:
    """Yield what the questions about antivirus products are for."""
    for number, line in enumerate(file.read().decode().splitlines(), start=1):
        if (found := _PURPOSE.search(line)) is not None:
            yield number, None, found[1] or found[2], []


def _descriptions(node: Any) -> Iterator[str]:
    for key, inner in node.items() if isinstance(node, dict) else ():
        if key == "description" and isinstance(inner, str):
            yield inner.replace("{", "{{").replace("}", "}}")  # as soccheck.phrase.plain has it
    for inner in (
        node.values() if isinstance(node, dict) else node if isinstance(node, list) else ()
    ):
        yield from _descriptions(inner)


def _texts(call: ast.Call) -> Iterator[str]:
    given = {
        key.arg: key.value.value for key in call.keywords if isinstance(key.value, ast.Constant)
    }
    for key, value in given.items():
        if key in _KEYS and isinstance(value, str):
            yield inspect.cleandoc(value)
    name = call.args[0] if call.args else None
    yield from WORD.findall(str(given.get("options_metavar", "")))
    if "metavar" in given:
        yield from WORD.findall(str(given["metavar"]))
    elif _name(call.func) == "argument" and isinstance(name, ast.Constant):
        yield from WORD.findall(str(name.value).upper().replace("_", "-"))


def _constant(written: ast.expr) -> Iterator[str]:
    if isinstance(written, ast.Constant) and isinstance(written.value, str) and written.value:
        yield written.value


def _purposes(call: ast.Call) -> Iterator[str]:
    """Yield what a question to a machine is for."""
    for key in call.keywords:
        if key.arg == "purpose":
            yield from _constant(key.value)
    if _name(call.func) in _ASKS:
        yield from _constant(call.args[1])


def _values(written: ast.expr) -> Iterator[str]:
    for value in written.values if isinstance(written, ast.Dict) else ():
        if isinstance(value, ast.Constant):
            yield str(value.value)


def _makes_command(decorator: ast.expr) -> bool:
    return isinstance(decorator, ast.Call) and _name(decorator.func) in _COMMANDS


def _name(function: ast.expr) -> str:
    return function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")
