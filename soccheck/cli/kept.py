"""What is made of files that ship with soccheck, kept beside its byte code and as its byte code is.

Python does not compile its modules for each run; the policies that ship are not read anew for each run
either. Whoever may write there may change soccheck itself; what a user wrote is never kept.
"""

from __future__ import annotations

import contextlib
import os
import sys
import time
from collections.abc import Callable, Sequence
from importlib.util import MAGIC_NUMBER, cache_from_source
from pathlib import Path
from typing import TypeVar

from soccheck import __version__

T = TypeVar("T")
_PACKAGE = Path(__file__).parent.parent
_SETTLED = 2_000_000_000  # ns


def made(name: str, sources: Sequence[object], make: Callable[[], T]) -> T:
    """Return what `make` makes of `sources`, kept as `name`; raises as `make` does, and keeps nothing then.

    It is the same only for equal sources, this Python and these modules and schemas of soccheck,
    which are known by their times and sizes, as Python knows its modules (PEP 3147).
    """
    import pickle

    path = Path(cache_from_source(str(_PACKAGE / f"{name}.py"))).with_suffix(".pickle")
    modules = _modules()
    stamp = (__version__, MAGIC_NUMBER, modules, list(sources))
    with contextlib.suppress(Exception):  # whatever is wrong with it, it can be made again
        kept = pickle.loads(path.read_bytes())
        if kept[0] == stamp:
            value: T = kept[1]
            return value
    value = make()
    # A module written just now may be another than the one that runs here.
    settled = time.time_ns() - max(written for _, written, _ in modules) > _SETTLED
    if settled and not sys.dont_write_bytecode:
        with contextlib.suppress(OSError):  # a place that cannot be written to is no fault
            _write(path, pickle.dumps((stamp, value), pickle.HIGHEST_PROTOCOL))
    return value


def _modules() -> list[tuple[str, int, int]]:
    """Return the times and sizes of modules and schemas: a change in any may change what is made."""
    found = []
    for folder in (_PACKAGE, _PACKAGE / "schemas"):
        with os.scandir(folder) as entries:
            for entry in entries:
                if entry.name.endswith((".py", ".json")):
                    about = entry.stat()
                    found.append((entry.path, about.st_mtime_ns, about.st_size))
    return sorted(found)


def _write(path: Path, content: bytes) -> None:
    """Write a file whole, so that a run at the same time reads all of it or none."""
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_suffix(f".{os.getpid()}")
    try:
        partial.write_bytes(content)
        partial.replace(path)
    finally:
        partial.unlink(missing_ok=True)
