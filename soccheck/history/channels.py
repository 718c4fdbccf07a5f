"""`notify:` of `soccheck.yaml`: who is told of a run, and how; of secrets it says only where they are."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from soccheck.errors import UsageError
from soccheck.phrase import phrase

_PORTS = {"starttls": 587, "implicit": 465, "none": 25}


@dataclass(frozen=True, slots=True, kw_only=True)
class SecretPlace:
    """Represents where a secret is: in a file of mode 0600, or in a variable of the environment."""

    file: Path | None = None
    variable: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipient:
    """Represents who is told: an address, and the one organisation whose findings it gets; all without."""

    to: str
    organization: str | None = None

    @property
    def key(self) -> str:
        """Return what the history knows it by: the same address may be told of several organisations."""
        return f"{self.to} {self.organization}" if self.organization is not None else self.to


@dataclass(frozen=True, slots=True, kw_only=True)
class MailChannel:
    """Represents a mail server and the people who are told by it."""

    name: str
    recipients: tuple[Recipient, ...]
    language: str | None
    authorities: Path | None
    host: str
    port: int
    tls: str
    sender: str
    user: str | None
    password: SecretPlace | None


@dataclass(frozen=True, slots=True, kw_only=True)
class HookChannel:
    """Represents a webhook: one recipient, known by the channel's name alone."""

    name: str
    recipients: tuple[Recipient, ...]
    language: str | None
    authorities: Path | None
    url: SecretPlace
    secret: SecretPlace | None
    body: str


Channel = MailChannel | HookChannel


def channels(data: Mapping[str, Any], folder: Path) -> tuple[Channel, ...]:
    """Return the channels; raises `UsageError` for a name given twice, and a secret without its place."""
    found: list[Channel] = [
        *(_mail(entry, folder) for entry in data.get("mail", ())),
        *(_hook(entry, folder) for entry in data.get("webhook", ())),
    ]
    names = [channel.name for channel in found]
    twice = next((name for name in names if names.count(name) > 1), None)
    if twice is not None:
        raise UsageError(phrase("notify: two channels are named {name}", name=twice))
    return tuple(found)


def _mail(entry: Mapping[str, Any], folder: Path) -> MailChannel:
    tls = entry.get("tls", "starttls")
    password = _place(entry, "password", folder)
    if (password is None) != ("user" not in entry):
        text = phrase("notify: {name}: a user and a password go together", name=entry["name"])
        raise UsageError(text)
    return MailChannel(
        **_common(entry, folder),
        recipients=tuple(Recipient(**item) for item in entry["recipients"]),
        host=entry["host"],
        port=entry.get("port", _PORTS[tls]),
        tls=tls,
        sender=entry["from"],
        user=entry.get("user"),
        password=password,
    )


def _hook(entry: Mapping[str, Any], folder: Path) -> HookChannel:
    url = _place(entry, "url", folder)
    if url is None:
        hint = phrase("url_file: FILE of mode 0600, or url_variable: NAME")
        text = phrase("notify: {name}: where is its URL?", name=entry["name"])
        raise UsageError(text, hint=hint)
    recipient = Recipient(to=entry["name"], organization=entry.get("organization"))
    return HookChannel(
        **_common(entry, folder),
        recipients=(recipient,),
        url=url,
        secret=_place(entry, "secret", folder),
        body=entry["body"],
    )


def _common(entry: Mapping[str, Any], folder: Path) -> dict[str, Any]:
    authorities = entry.get("authorities")
    return {
        "name": entry["name"],
        "language": entry.get("language"),
        "authorities": folder / authorities if authorities is not None else None,
    }


def _place(entry: Mapping[str, Any], what: str, folder: Path) -> SecretPlace | None:
    file, variable = entry.get(f"{what}_file"), entry.get(f"{what}_variable")
    if file is not None and variable is not None:
        text = phrase(
            "notify: {name}: {what} stands in a file or in a variable, not in both",
            name=entry["name"],
            what=what,
        )
        raise UsageError(text)
    if file is None and variable is None:
        return None
    return SecretPlace(file=folder / file if file is not None else None, variable=variable)
