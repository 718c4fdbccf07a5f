"""What soccheck.yaml says of how is judged: what the gate takes of it, and how it differs from the base's."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import click

from soccheck.cli.translated import language_of
from soccheck.compare.scope_change import ScopeChange
from soccheck.facts.values import clean
from soccheck.history import settings as settings_files
from soccheck.history.settings import Settings
from soccheck.model import Location
from soccheck.phrase import phrase
from soccheck.policy import edits, flat
from soccheck.policy.edits import Direction
from soccheck.sources.git import Repository
from soccheck.sources.work_tree import real, top, within

IDLE = {
    "history": "where runs are kept, and for how long",
    "reports": "which reports are written",
    "language": "of what is printed",
    "notify": "who is told",
}
"""Sections of soccheck.yaml that cannot change a result, with the reason; all others are compared."""

_LENGTHS = ("audit.max_evidence_age", "health.last_run", "health.silent")


@dataclass(frozen=True, slots=True, kw_only=True)
class GateSettings:
    """Represents the settings of the work tree: `places` is where they are looked for, on either side.

    `file` is the one that is there, and `found` what it says. `judged_by` is that with what options say;
    `given` are the keys that they do: the file does not count for those.
    """

    places: tuple[Path, ...]
    file: Path | None
    found: Settings
    judged_by: Settings
    given: frozenset[str]


def load(config: str | None, inventory: str, options: Mapping[str, Any]) -> GateSettings:
    """Return the settings named, else the first soccheck.yaml here, or from the inventory's folder upwards.

    `options` are what the command line says of keys of `audit:`. Raises `UsageError` where the file named
    is not there, and `InputError` for faults.
    """
    places = (Path(config),) if config is not None else tuple(_places(inventory))
    there = next((place for place in places if place.is_file()), None)
    file = Path(config) if config is not None else there
    found = settings_files.load(file, str(file)) if file is not None else Settings()
    said = {key: value for key, value in options.items() if value}
    return GateSettings(
        places=places,
        file=file,
        found=found,
        judged_by=replace(found, **said),
        given=frozenset(f"audit.{key}" for key in said),
    )


def bundle(settings: GateSettings, kept: Callable[[Path], bool]) -> str | None:
    """Return the evidence to judge by: what an option names must be there, what the settings name may not.

    Where it is collected it is; a pipeline may have it on neither side. `kept` says whether the other
    side has a file.
    """
    file = settings.judged_by.evidence
    if file is None or "audit.evidence" in settings.given:
        return file
    if os.path.lexists(file) or kept(Path(file)):
        return file
    text = phrase(
        "{file}: {evidence} is not here: judged without it", file=settings.file, evidence=file
    )
    click.echo(clean(language_of(click.get_current_context(silent=True)).say(text)), err=True)
    return None


def _places(inventory: str) -> list[Path]:
    """Return where soccheck.yaml may stand: here, and above the inventory, to the top of its repository."""
    folder, root = Path(inventory), top(Path(inventory))
    places = [Path(settings_files.NAME)]
    while root is not None and real(folder) != root:
        folder = folder / ".."
        places.append(Path(os.path.normpath(folder / settings_files.NAME)))
    return list(dict.fromkeys(places))


def changes(
    settings: GateSettings, repository: Repository, root: Path, commit: str
) -> list[ScopeChange]:
    """Return how what git keeps of the settings differs from what the commit has.

    Raises `InputError` for settings of the commit that cannot be read.
    """
    before, was = _former(settings, repository, root, commit)
    after = settings.found if _is_kept(settings, repository, root) else Settings()
    file = settings.file if settings.file is not None else was
    if file is None:
        return []
    one, other = (_items(found, root) for found in (before, after))
    at = Location(path=str(file), line=1, column=1)
    return [
        ScopeChange(
            what="settings_edited",
            subject=str(file),
            before=f"{key}: {one[key]}" if key in one else "",
            after=f"{key}: {other[key]}" if key in other else "",
            at=at,
            former=settings.file is None,
            direction=_direction(key, one.get(key), other.get(key)),
        )
        for key in sorted(one.keys() | other.keys())
        if one.get(key) != other.get(key) and key not in settings.given
    ]


def _former(
    settings: GateSettings, repository: Repository, root: Path, commit: str
) -> tuple[Settings, Path | None]:
    for place in settings.places:
        name = within(place, root)
        raw = repository.blob(commit, name) if name is not None else None
        if raw is not None:
            return settings_files.read(raw, place.parent, f"{place} ({commit[:12]})"), place
    return Settings(), None


def kept_by_head(settings: GateSettings, repository: Repository, root: Path) -> list[str]:
    """Return the files of settings that HEAD has: a step may have written over one, or taken it away."""
    names = (within(place, root) for place in settings.places)
    return [name for name in names if name and repository.blob("HEAD", name) is not None]


def _is_kept(settings: GateSettings, repository: Repository, root: Path) -> bool:
    """Return whether git keeps the file: one that it does not is no part of a change."""
    name = within(settings.file, root) if settings.file is not None else None
    if name is None:
        return False
    asked = ("ls-files", "--error-unmatch", "--", f":(top,literal){name}")
    return repository.run(*asked).returncode == 0


def _items(settings: Settings, root: Path) -> dict[str, str]:
    """Return what settings say of how is judged, as text; paths from the top of the repository."""

    def placed(name: str) -> str:
        return os.path.relpath(real(Path(name)), root)

    found: dict[str, object] = {
        "audit.policies": tuple(sorted(map(placed, settings.policies))),
        # A shipped profile goes by its name.
        "audit.profiles": tuple(
            placed(name) if name.endswith((".yaml", ".yml")) else name for name in settings.profiles
        ),
        "audit.only": tuple(sorted(settings.only)),
        "audit.evidence": settings.evidence and placed(settings.evidence),
        "audit.signers": settings.signers and placed(settings.signers),
        "audit.max_evidence_age": settings.max_evidence_age,
        "health.last_run": settings.last_run,
        "health.silent": settings.silent,
    }
    return {key: flat.text(value) for key, value in found.items() if value not in (None, ())}


def _direction(key: str, before: str | None, after: str | None) -> Direction:
    """Return which way an edit goes: a shorter length asks for more, and so does one where there was none."""
    if key not in _LENGTHS:
        return Direction.CHANGED
    sides = [{"max_age": text} if text is not None else {} for text in (before, after)]
    return edits.compared(*sides)[0].direction
