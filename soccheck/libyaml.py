"""libyaml by PyYAML's C parser alone, with events as small as they can be.

`import yaml` loads PyYAML's Python half first: a reader, a resolver, a constructor and their patterns,
which cost a fifteenth of an audit and which nothing here uses. Its C half needs their exceptions only.
"""

import importlib
import importlib.util
import sys
from collections.abc import Callable
from types import ModuleType
from typing import Any, NamedTuple

_ERRORS = {
    "yaml.scanner": "ScannerError",
    "yaml.parser": "ParserError",
    "yaml.composer": "ComposerError",
    "yaml.constructor": "ConstructorError",
    "yaml.emitter": "EmitterError",
    "yaml.serializer": "SerializerError",
    "yaml.representer": "RepresenterError",
}
"""Modules of the Python half -> the exception that the C half takes from each."""


def _c_half() -> ModuleType:
    """Import `yaml._yaml` with stand-ins for the Python half; a later `import yaml` is not affected."""
    if "yaml" in sys.modules:
        return importlib.import_module("yaml._yaml")
    spec = importlib.util.find_spec("yaml")
    if spec is None:
        raise ModuleNotFoundError("no module named 'yaml': install PyYAML", name="yaml")
    package: Any = importlib.util.module_from_spec(spec)  # made, not run
    sys.modules["yaml"] = package
    for name in ("error", "tokens", "events", "nodes"):
        setattr(package, name, importlib.import_module(f"yaml.{name}"))
    package.reader = ModuleType("yaml.reader")
    package.reader.ReaderError = _reader_error(package.error.YAMLError)
    for name, error in _ERRORS.items():
        stand_in: Any = ModuleType(name)
        setattr(stand_in, error, type(error, (package.error.MarkedYAMLError,), {}))
        setattr(package, name.partition(".")[2], stand_in)
    try:
        return importlib.import_module("yaml._yaml")
    finally:
        del sys.modules["yaml"]


def _reader_error(base: type[Exception]) -> type[Exception]:
    class ReaderError(base):  # type: ignore[misc, valid-type]
        def __init__(
            self, name: str, position: int, character: int, encoding: str, reason: str
        ) -> None:
            super().__init__(f"unacceptable character #x{character:04x}: {reason}")
            self.position = position

    return ReaderError


class Scalar(NamedTuple):
    """Represents a scalar that is quoted, anchored or tagged; a plain one is a pair (text, place)."""

    text: str
    mark: Any
    anchor: str | None
    tag: str | None
    plain: bool


class Start(NamedTuple):
    """Represents the beginning of a mapping or a sequence."""

    mapping: bool
    mark: Any
    anchor: str | None
    tag: str | None


class Alias(NamedTuple):
    """Represents an alias, by its anchor's name."""

    anchor: str
    mark: Any


class Document(NamedTuple):
    """Represents the beginning of a document."""

    mark: Any


MAPPING_END, SEQUENCE_END, STREAM_END, OTHER = object(), object(), object(), object()


def _scalar(
    anchor: Any, tag: Any, implicit: Any, value: Any, start: Any, end: Any, style: Any
) -> Any:
    if anchor is None and tag is None and implicit[0]:
        return value, start  # nearly all are: the rest of the event would be made for nothing
    return Scalar(value, start, anchor, tag, implicit[0])


def _mapping(anchor: Any, tag: Any, implicit: Any, start: Any, end: Any, style: Any) -> Start:
    return _new(Start, (True, start, anchor, tag))


def _sequence(anchor: Any, tag: Any, implicit: Any, start: Any, end: Any, style: Any) -> Start:
    return _new(Start, (False, start, anchor, tag))


_new: Callable[[type[Start], tuple[Any, ...]], Start] = tuple.__new__
"""Makes a named tuple without its own function, which is one more for each mapping and list."""

_yaml: Any = _c_half()
_yaml.ScalarEvent = _scalar
_yaml.MappingStartEvent = _mapping
_yaml.SequenceStartEvent = _sequence
_yaml.AliasEvent = lambda anchor, start, end: Alias(anchor, start)
_yaml.DocumentStartEvent = lambda start, *rest: Document(start)
_yaml.MappingEndEvent = lambda start, end: MAPPING_END
_yaml.SequenceEndEvent = lambda start, end: SEQUENCE_END
_yaml.StreamEndEvent = lambda start, end: STREAM_END
_yaml.StreamStartEvent = _yaml.DocumentEndEvent = lambda *rest: OTHER

Parser = _yaml.CParser
"""The parser over bytes; `get_event` gives what is above. Raises `YAMLError`."""
error = sys.modules["yaml.error"]
YAMLError: type[Exception] = error.YAMLError
MarkedYAMLError: Any = error.MarkedYAMLError
