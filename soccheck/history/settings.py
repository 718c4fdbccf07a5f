"""`soccheck.yaml`: what a scheduled run does, and where its history is."""

from __future__ import annotations

import stat
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from soccheck.errors import InputError, UsageError
from soccheck.facts import values
from soccheck.facts.values import clean
from soccheck.history.channels import Channel, channels
from soccheck.model import Duration
from soccheck.phrase import phrase
from soccheck.sources import schema, yaml
from soccheck.sources.files import Fault, content

NAME = "soccheck.yaml"
FOLDER = "history"
_MOST_BYTES = 1 << 20


Number = int | str
"""How many, or `all`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Keep:
    """Represents of how many days, weeks, months and years the last run keeps its blobs."""

    daily: Number = 0
    weekly: Number = 0
    monthly: Number = 0
    yearly: Number = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Represents a report that every run writes: its format, and its file, none to print it."""

    form: str
    file: Path | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Represents what `soccheck.yaml` says, paths as seen from where the command runs.

    `url_file` holds the database's URL, which is a secret; `folder` holds the rest of the history.
    """

    folder: Path = Path(FOLDER)
    url_file: Path | None = None
    keep: Keep | None = None
    policies: tuple[str, ...] = ()
    profiles: tuple[str, ...] = ()
    only: tuple[str, ...] = ()
    evidence: str | None = None
    signers: str | None = None
    max_evidence_age: Duration | None = None
    reports: tuple[Wanted, ...] = ()
    last_run: Duration | None = None
    silent: Duration | None = None
    language: str | None = None
    channels: tuple[Channel, ...] = ()


def load(path: Path, shown: str) -> Settings:
    """Return the settings in a file; raises `UsageError` where there is none, `InputError` for faults."""
    raw = content(path, _MOST_BYTES)
    if isinstance(raw, Fault):
        hint = phrase("`soccheck init --config FILE` writes an example")
        raise UsageError(phrase("{file}: {what}", file=shown, what=raw.message), hint=hint)
    return read(raw, path.parent, shown)


def read(raw: bytes | Fault, folder: Path, shown: str) -> Settings:
    """Return the settings that bytes state, paths taken from `folder`; raises `InputError` for faults."""
    source = yaml.parse(raw, clean(shown))
    faults = list(source.problems)
    if source.data is not None:
        faults += schema.check("settings", source)
    if faults:
        raise InputError(faults)
    return _settings(source.data or {}, folder)


def _settings(data: Mapping[str, Any], folder: Path) -> Settings:
    history, audited = data.get("history", {}), data.get("audit", {})
    health = data.get("health", {})

    def length(found: str | None) -> Duration | None:
        return values.duration(found) if found is not None else None

    def placed(name: str | None) -> str | None:
        return str(folder / name) if name is not None else None

    url_file = placed(history.get("url_file"))
    return Settings(
        folder=folder / history.get("folder", FOLDER),
        url_file=Path(url_file) if url_file is not None else None,
        keep=Keep(**history["keep"]) if "keep" in history else None,
        policies=tuple(str(folder / name) for name in audited.get("policies", ())),
        profiles=tuple(
            str(folder / name) if name.endswith((".yaml", ".yml")) else name
            for name in audited.get("profiles", ())
        ),
        only=tuple(audited.get("only", ())),
        evidence=placed(audited.get("evidence")),
        signers=placed(audited.get("signers")),
        max_evidence_age=length(audited.get("max_evidence_age")),
        reports=tuple(
            Wanted(form=item["format"], file=folder / item["file"] if "file" in item else None)
            for item in data.get("reports", ())
        ),
        last_run=length(health.get("last_run")),
        silent=length(health.get("silent")),
        language=data.get("language"),
        channels=channels(data.get("notify", {}), folder),
    )


def secret(path: Path, shown: str) -> str:
    """Return the secret in a file of which others than its owner may do nothing; raises `UsageError`."""
    raw = content(path, 1 << 16)
    if isinstance(raw, Fault):
        raise UsageError(phrase("{file}: {what}", file=shown, what=raw.message))
    mode = stat.S_IMODE(path.stat().st_mode)
    if mode & 0o077:
        hint = phrase("chmod 600 {file}", file=shown)
        text = phrase(
            "{file}: others may read this secret (mode {mode})", file=shown, mode=f"{mode:04o}"
        )
        raise UsageError(text, hint=hint)
    return raw.decode("utf-8", "replace").strip()
