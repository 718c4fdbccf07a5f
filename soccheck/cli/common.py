"""What several commands share: the language, the day, the shipped policies, loading."""

from __future__ import annotations

import hashlib
import os
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

import click

from soccheck import audit
from soccheck.cli import shipped, steps
from soccheck.cli.translated import language_of
from soccheck.errors import UsageError
from soccheck.facts.values import clean
from soccheck.i18n import Language, chosen
from soccheck.inventory import load as inventories
from soccheck.inventory.unread import left_out
from soccheck.model import VIETNAM, Inventory, Policy
from soccheck.phrase import phrase
from soccheck.policy import load as policy


def language(lang: str | None) -> Language:
    """Return the language of the output."""
    return Language(chosen(lang, os.environ))


def day(as_of: date | None) -> date:
    """Return the as-of day; today in UTC+7, Vietnam's time, when none is given."""
    if as_of is not None:
        return as_of
    return datetime.now(UTC).astimezone(VIETNAM).date()


def shipped_policies() -> frozenset[str]:
    """Return the SHA-256 of every policy and profile that comes with soccheck."""
    files = shipped.folder("policies").rglob("*.yaml")
    return frozenset(hashlib.sha256(path.read_bytes()).hexdigest() for path in files)


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicyFiles:
    """Represents the policies and profiles a command was given: each path, and how it is printed."""

    paths: list[tuple[Path, str]]
    profiles: list[tuple[Path, str]]


def policy_files(paths: tuple[str, ...], profiles: tuple[str, ...] = ()) -> PolicyFiles:
    """Return where the policies asked for are: the shipped ones unless others are named."""
    folder = shipped.folder("policies")
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
    folder = Path(inventory), shown or inventory
    try:
        with steps.step(steps.READING):
            return audit.load(folder, files.paths, files.profiles, only)
    finally:  # what is missing may stand in a file that is not read
        tell_unread(*folder)


def inventory(folder: str) -> Inventory:
    """Return the inventory in a folder; raises what loading one does."""
    try:
        return inventories.load(Path(folder), folder)
    finally:
        tell_unread(Path(folder), folder)


def tell_unread(folder: Path, shown: str) -> None:
    """Say on standard error which files beside an inventory's look as if they were read."""
    language = language_of(click.get_current_context(silent=True))
    for remark in left_out(folder, shown.rstrip("/")):
        click.echo("\n".join(clean(x) for x in language.problem(remark).split("\n")), err=True)


def _profile(name: str, folder: Path) -> tuple[Path, str]:
    if name.endswith((".yaml", ".yml")):
        if not Path(name).exists():
            hint = phrase(
                "a profile is a .yaml file that extends a policy; shipped ones go by their name"
            )
            raise UsageError(phrase("{file}: no such profile file", file=name), hint=hint)
        return Path(name), name
    shipped = {file.stem: file for file in (folder / "profiles").glob("*.yaml")}
    if name not in shipped:
        known = ", ".join(sorted(shipped)) or "none"
        hint = phrase("shipped: {names}; or give a .yaml file", names=known)
        raise UsageError(phrase("no profile {name}", name=repr(name)), hint=hint)
    return shipped[name], f"policies/profiles/{name}.yaml"
