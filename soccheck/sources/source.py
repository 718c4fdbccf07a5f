"""One file as it was read: its data, and where each key and item of it stands."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from soccheck.model import Location, Mark, Problem


class Source:
    """Holds one parsed file: its data, its faults, and where each key and item stands.

    `marks` has, by the identity of each mapping and list in `data`, the places of its keys or items.
    """

    def __init__(self, path: str) -> None:
        self.path = path
        self.data: Any = None
        self.problems: list[Problem] = []
        self.marks: dict[int, list[Mark]] = {}
        self.dropped: list[Any] = []  # kept alive: `marks` goes by identity, which is used again
        self._found: dict[tuple[str | int, ...], tuple[Any, Mark]] = {}

    def location(self, mark: Mark) -> Location:
        """Return the place of a mark in this file."""
        return Location(self.path, *mark)

    def where(self, *path: str | int) -> Location:
        """Return where the key or item at `path` stands, or its nearest parent that exists."""
        return self.location(self._resolved(path)[1])

    def _resolved(self, path: tuple[str | int, ...]) -> tuple[Any, Mark]:
        """Return what stands at `path`, nothing where it does not exist, and the nearest place."""
        if not path:
            return self.data, (1, 1)
        known = self._found.get(path)
        if known is not None:
            return known
        node, mark = self._resolved(path[:-1])
        step, marks = path[-1], self.marks.get(id(node))
        if marks is not None and isinstance(node, dict) and step in node:
            mark, node = marks[list(node).index(str(step))], node[step]
        elif marks is not None and isinstance(step, int) and step < len(node):
            mark, node = marks[step], node[step]
        else:
            node = None
        self._found[path] = node, mark
        return node, mark

    def refused(self, path: Sequence[str | int]) -> bool:
        """Return whether the reader has a fault with the scalar at `path`."""
        if not self.problems or not path:
            return False
        parent = self.data
        for step in path[:-1]:
            parent = parent[step]
        marks = self.marks.get(id(parent), [])
        keys: Any = list(parent) if isinstance(parent, dict) else range(len(marks))
        i = list(keys).index(path[-1])
        start = marks[i]
        # The scalar ends before the next key or item begins; the last one ends with its line.
        end = marks[i + 1] if i + 1 < len(marks) else (start[0] + 1, 0)
        faults = [problem.where for problem in self.problems]
        return any(
            isinstance(at, Location) and start <= (at.line, at.column) < end for at in faults
        )
