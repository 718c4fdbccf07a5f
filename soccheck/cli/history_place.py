"""Where the history is: what the options, `soccheck.yaml` and the environment say of it."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeVar

from soccheck.cli import inputs
from soccheck.cli.translated import option
from soccheck.cli.who import by
from soccheck.history import database as databases
from soccheck.history import settings as settings_files
from soccheck.history.database import Database
from soccheck.history.errors import HistoryError
from soccheck.history.settings import Settings
from soccheck.phrase import phrase

F = TypeVar("F", bound=Callable[..., Any])
URL = "SOCCHECK_DATABASE_URL"


def config_option(function: F) -> F:
    """Add --config."""
    return option(
        "--config",
        metavar="FILE",
        help="What runs do, and where their history is.  [default: soccheck.yaml, if there is one]",
    )(function)


def options(function: F) -> F:
    """Add --config and --authority."""
    authority = option(
        "--authority", metavar="ID", help="Of this authority, where the history has several."
    )
    return config_option(authority(function))


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Represents a history's place: its settings, and the URL of its server where it has one."""

    settings: Settings
    url: str | None

    @property
    def shown(self) -> str:
        """Return what messages call the history's folder."""
        return str(self.settings.folder)

    def opened(self, *, new: bool = False, torn: bool = False) -> Database:
        """Return the open history.

        Raises `HistoryError` where there is none, unless it is a `new` one, or where rows of it are missing,
        unless it may be `torn`.
        """
        if not new and not databases.exists(self.settings.folder, self.url):
            hint = phrase("`soccheck run INVENTORY` begins one; --config names another")
            raise HistoryError(phrase("{path}: no history here", path=self.shown), hint=hint)
        called = f"soccheck {by()}"[:63]
        return databases.opened(self.settings.folder, self.shown, self.url, called, torn=torn)


def place(config: str | None) -> Place:
    """Return where the history is; raises `UsageError` and `InputError` for settings that are wrong."""
    file = config if config is not None else settings_files.NAME
    found = Settings()
    if config is not None or Path(file).is_file():
        found = settings_files.load(Path(file), file)
    inputs.refuse_other_systems([found.folder, *(item.file for item in found.reports if item.file)])
    url = os.environ.get(URL)
    if not url and found.url_file is not None:
        url = settings_files.secret(found.url_file, str(found.url_file))
    return Place(settings=found, url=url or None)


def now() -> datetime:
    """Return the moment, in UTC."""
    return datetime.now(UTC)
