"""Modules that click and tabulate import and few runs use: loaded when something of them is asked for.

`inspect`, `uuid`, `html` and `dataclasses` bring a tokenizer, a disassembler, the platform's name and
every HTML entity with them: a twentieth of an audit, for nothing that it uses.
"""

from __future__ import annotations

import importlib.util
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from threading import RLock
from types import ModuleType
from typing import Any

_LOADING = RLock()


class Later(ModuleType):
    """Represents a module that is loaded once it is asked for something it does not hold."""

    def __getattr__(self, name: str) -> Any:
        _load(self)
        return ModuleType.__getattribute__(self, name)  # its class is another by now


def _load(module: ModuleType) -> None:
    """Load a module that is not: as `importlib.util.LazyLoader` does, which lets none hold anything."""
    spec = module.__spec__
    with _LOADING:
        if isinstance(module, Later) and spec and spec.loader and spec.loader_state is None:
            spec.loader_state = "begun"  # the module may ask itself while it is loaded
            spec.loader.exec_module(module)
            module.__class__ = ModuleType  # type: ignore[assignment]


def _cleandoc(text: str) -> str:
    """Stand for `inspect.cleandoc`: click asks for it at each option's help, which is a line."""
    if "\n" not in text:
        return text.expandtabs().lstrip()
    import inspect

    _load(inspect)
    return inspect.cleandoc(text)


def _escape(text: str, quote: bool = True) -> str:
    """Stand for `html.escape`, which tabulate takes from it by name."""
    import html

    _load(html)
    return html.escape(text, quote)


def _is_dataclass(item: object) -> bool:
    """Stand for `dataclasses.is_dataclass`: tabulate asks it of a table's first row."""
    return hasattr(item if isinstance(item, type) else type(item), "__dataclass_fields__")


_HELD: dict[str, dict[str, Any]] = {
    "inspect": {"cleandoc": _cleandoc},
    "html": {"escape": _escape},
    "dataclasses": {"is_dataclass": _is_dataclass},
    "uuid": {"UUID": object},
}
"""Module -> what is asked of it by whoever imports it: that alone must not load it."""


@contextmanager
def postponed() -> Iterator[None]:
    """Let click be imported without what it hardly uses; modules that are loaded already stay."""
    for name, held in _HELD.items():
        spec = None if name in sys.modules else importlib.util.find_spec(name)
        if spec is not None:
            module = sys.modules[name] = importlib.util.module_from_spec(spec)
            module.__dict__.update(held)
            module.__class__ = Later
    yield
    uuid = sys.modules["uuid"]
    if isinstance(uuid, Later):
        del uuid.UUID  # click named it in a type: whoever asks from now on gets the real one
