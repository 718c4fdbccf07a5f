"""Which subvolumes of btrfs lie where, as `btrfs subvolume list -p /` tells: each is a device of its own.

A path is shown from the subvolume that was asked about, for what lies in that one, else from the top of the
file system; what a subvolume adds to the path of its parent is the same either way.

Sources: btrfs-subvolume(8); btrfs-progs 6.2 as it lists nested subvolumes and snapshots, mounted and not.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath as Path

_TOP = 5
"""The id of the subvolume that a file system begins with, which no list names."""

_LINE = re.compile(
    r"ID (?P<id>[0-9]{1,20}) gen [0-9]+ parent (?P<parent>[0-9]{1,20}) top level [0-9]+ path (?P<path>[^/].*)"
)


@dataclass(frozen=True, slots=True)
class Subvolumes:
    """Represents the subvolumes of a file system: where each lies in its parent, by their ids."""

    inside: Mapping[int, Mapping[int, Path]]
    known: frozenset[int]

    def below(self, id_: int, at: Path) -> Iterator[Path]:
        """Yield where all subvolumes inside one lie, which is mounted `at` a path; of none that is known."""
        if id_ not in self.known:
            raise ValueError(f"no subvolume {id_} is listed, which is mounted at {at}")
        waiting = [(id_, at)]
        while waiting:
            parent, above = waiting.pop()
            for child, path in self.inside.get(parent, {}).items():
                yield above / path
                waiting.append((child, above / path))


def read(output: str, asked: int) -> Subvolumes:
    """Return what a list tells that was asked of the subvolume `asked`.

    Raises `ValueError` for one of another form, and where a path or a parent cannot be told.
    """
    found: dict[int, tuple[int, str]] = {}
    for line in output.splitlines():
        match = _LINE.fullmatch(line)
        if match is None or int(match["id"]) in found or ".." in Path(match["path"]).parts:
            raise ValueError(f"not understood: {line[:80]}")
        found[int(match["id"])] = (int(match["parent"]), match["path"])
    known = frozenset((_TOP, *found))
    if asked not in known:
        raise ValueError(f"no subvolume {asked} is listed, which was asked about")
    inside: dict[int, dict[int, Path]] = {}
    for id_, (parent, path) in found.items():
        _refuse_astray(id_, found)
        before = f"{found[parent][1]}/" if parent != _TOP else ""
        if parent == asked and before and path.startswith(before):
            raise ValueError(f"from where {path[:80]} is shown is not told")
        if parent not in (asked, _TOP) and not path.startswith(before):
            raise ValueError(f"{path[:80]} is not below {before[:80]}")
        own = path if parent in (asked, _TOP) else path.removeprefix(before)
        inside.setdefault(parent, {})[id_] = Path(own)
    return Subvolumes(inside=inside, known=known)


def _refuse_astray(id_: int, found: Mapping[int, tuple[int, str]]) -> None:
    """Raise `ValueError` where a subvolume lies in none that is listed, or within itself."""
    passed = set[int]()
    while id_ != _TOP:
        if id_ in passed or id_ not in found:
            raise ValueError(f"no subvolume {id_} is listed that lies in another")
        passed.add(id_)
        id_, _ = found[id_]
