"""`soccheck notify`: try whether those who are told of a run can be reached."""

from __future__ import annotations

import platform

import click

from soccheck.cli import common, history_place
from soccheck.cli.options import language_option
from soccheck.cli.translated import argument, group
from soccheck.errors import UsageError
from soccheck.history.settings import Settings
from soccheck.phrase import phrase


@group("notify")
def command() -> None:
    """Try whether those who are told of a run can be reached."""


@command.command("test")
@argument("channel")
@history_place.config_option
@language_option
def test(channel: str, config: str | None, lang: str | None) -> int:
    """Send a trial message to everyone of CHANNEL, a name under `notify:` in soccheck.yaml.

    Exits with 1 where one is not delivered.
    """
    from soccheck.cli import telling  # mail and HTTP are for whoever has a channel
    from soccheck.notify.delivery import DeliveryError
    from soccheck.notify.digest import Digest, DigestKind

    settings = history_place.place(config).settings
    language = common.language(lang or settings.language)
    found = next((one for one in settings.channels if one.name == channel), None)
    if found is None:
        raise _no_channel(channel, settings)
    moment = history_place.now()
    host = platform.node()
    trial = Digest(
        kind=DigestKind.TEST,
        authority={"en": host, "vi": host},
        run="",
        as_of=common.day(None),
        statuses={},
    )
    code, left = 0, telling.until(telling.SECONDS)
    for recipient in found.recipients:
        try:
            telling.deliver(found, recipient, trial, moment.isoformat(), moment, language, left)
        except DeliveryError as error:
            click.echo(telling.not_delivered(found, recipient, error, language), err=True)
            code = 1
        else:
            text = language("{channel}: {recipient}: delivered")
            click.echo(text.format(channel=found.name, recipient=recipient.to))
    return code


def _no_channel(name: str, settings: Settings) -> UsageError:
    names = ", ".join(one.name for one in settings.channels) or "-"
    hint = phrase("soccheck.yaml has: {names}", names=names)
    return UsageError(phrase("notify: no channel {name}", name=repr(name)), hint=hint)
