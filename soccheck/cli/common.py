"""What several commands share: the language, the day, the shipped policies, loading."""

from __future__ import annotations

import hashlib
import os
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, timezone
from pathlib import Path

from soccheck import audit
from soccheck.cli import steps
from soccheck.errors import UsageError
from soccheck.i18n import Language, chosen
from soccheck.model import Inventory, Policy
from soccheck.phrase import phrase
from soccheck.policy import load as policy

_PACKAGE = Path(__file__).parent.parent


def shipped(name: str) -> Path:
    """Return the folder `policies` or `inventories`: beside the package, or in the wheel within it."""
    inside = _PACKAGE / name
    return inside if inside.is_dir() else _PACKAGE.parent / name


def language(lang: str | None) -> Language:
    """Return the language of the output."""
    return Language(chosen(lang, os.environ))


def day(as_of: date | None) -> date:
    """Return the as-of day; today in UTC+7, Vietnam's time, when none is given."""
    if as_of is not None:
        return as_of
    return datetime.now(UTC).astimezone(timezone(timedelta(hours=7))).date()


def shipped_policies() -> frozenset[str]:
    """Return the SHA-256 of every policy and profile that comes with soccheck."""
    files = shipped("policies").rglob("*.yaml")
    return frozenset(hashlib.sha256(path.read_bytes()).hexdigest() for path in files)


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicyFiles:
    """Represents the policies and profiles a command was given: each path, and how it is printed."""

    paths: list[tuple[Path, str]]
    profiles: list[tuple[Path, str]]


def policy_files(paths: tuple[str, ...], profiles: tuple[str, ...] = ()) -> PolicyFiles:
    """Return where the policies asked for are: the shipped ones unless others are named."""
    folder = shipped("policies")
    chosen_paths = [(Path(path), path) for path in paths] or [(folder, "policies")]
    return PolicyFiles(paths=chosen_paths, profiles=[_profile(name, folder) for name in profiles])


def load_policies(
    paths: tuple[str, ...], only: tuple[str, ...] = (), profiles: tuple[str, ...] = ()
) -> list[Policy]:
    """Return every edition of the policies asked for."""
    files = policy_files(paths, profiles)
    with steps.step(steps.READING):
        return policy.among(policy.load(files.paths, files.profiles), only)


def load(
    inventory: str,
    paths: tuple[str, ...],
    only: tuple[str, ...],
    profiles: tuple[str, ...],
    shown: str | None = None,
) -> tuple[Inventory, list[Policy]]:
    """Return the inventory and the policies; the faults of both are raised together.

    `shown` is how the inventory's path is printed, where it is not as given.
    """
    files = policy_files(paths, profiles)
    with steps.step(steps.READING):
        return audit.load((Path(inventory), shown or inventory), files.paths, files.profiles, only)


def _profile(name: str, folder: Path) -> tuple[Path, str]:
    if name.endswith((".yaml", ".yml")):
        if not Path(name).is_file():
            hint = phrase(
                "a profile is a .yaml file that extends a policy; shipped ones go by their name"
            )
            raise UsageError(phrase("{file}: no such profile file", file=name), hint=hint)
        return Path(name), name
    path = folder / "profiles" / f"{name}.yaml"
    if not path.is_file():
        known = ", ".join(sorted(p.stem for p in path.parent.glob("*.yaml"))) or "none"
        hint = phrase("shipped: {names}; or give a .yaml file", names=known)
        raise UsageError(phrase("no profile {name}", name=repr(name)), hint=hint)
    return path, f"policies/profiles/{name}.yaml"
