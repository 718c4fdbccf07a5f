"""Tell whom `soccheck.yaml` names: take secrets from where they are, send, keep what did not arrive."""

from __future__ import annotations

import hashlib
import os
import time
from collections.abc import Callable
from datetime import datetime

import click

from soccheck.assess.answers import SILENT
from soccheck.assess.assessment import Assessment
from soccheck.cli import common, history_place
from soccheck.cli.faults import told as faults_told
from soccheck.errors import SoccheckError, UsageError, refusal
from soccheck.history import changes, notices, runs
from soccheck.history.channels import Channel, HookChannel, MailChannel, Recipient, SecretPlace
from soccheck.history.database import Database
from soccheck.history.runs import Run
from soccheck.history.settings import Settings, secret
from soccheck.i18n import Language
from soccheck.notify import mail, night, webhook
from soccheck.notify.bodies import BODIES, announced, written
from soccheck.notify.delivery import DeliveryError
from soccheck.notify.digest import Digest, DigestKind
from soccheck.notify.letter import letter
from soccheck.phrase import phrase

SECONDS = 180.0
"""What telling everyone may take: a run ends, however many servers are slow."""
Left = Callable[[float], float]
"""Returns what is left of the time of all, and at most what one may take; raises `DeliveryError`."""


def tell(
    settings: Settings, database: Database, run: Run, assessment: Assessment, language: Language
) -> None:
    """Tell everyone of a run; what cannot be delivered is said, and kept to be told with the next run."""
    left = until(SECONDS)
    for channel in settings.channels:
        for recipient in channel.recipients:
            try:
                _tell(channel, recipient, database, run, assessment, language, left)
            except (SoccheckError, OSError) as error:
                click.echo(not_delivered(channel, recipient, error, language), err=True)


def until(seconds: float) -> Left:
    """Return the time that all deliveries have together, from now on."""
    end = time.monotonic() + seconds

    def left(most: float) -> float:
        found = end - time.monotonic()
        if found <= 0:
            text = phrase("no time is left: everyone is told within {n} seconds", n=f"{seconds:g}")
            raise DeliveryError(text, hint=phrase("it comes with the next run"))
        return min(most, found)

    return left


def not_delivered(
    channel: Channel, recipient: Recipient, error: SoccheckError | OSError, language: Language
) -> str:
    """Return the lines that say what was not delivered to whom, and why."""
    why = (
        faults_told(error, language)
        if isinstance(error, SoccheckError)
        else language.say(refusal(error))
    )
    text = language("notify: {channel}: {recipient}: not delivered: {why}")
    return text.format(channel=channel.name, recipient=recipient.to, why=why)


def _tell(
    channel: Channel,
    recipient: Recipient,
    database: Database,
    run: Run,
    assessment: Assessment,
    language: Language,
    left: Left,
) -> None:
    moment = history_place.now()
    with database.begin() as connection:
        known = [one for one in runs.runs(connection, run.authority) if one.id <= run.id]
        silent = {f["asset"] for f in runs.faults(connection, run) if f["code"] in SILENT}
        found = night.digest(
            assessment,
            known,
            notices.last(connection, channel.name, recipient.key, known),
            recipient.organization,
            lambda one: changes.of_run(connection, one, None).changes,
            sorted(silent),
            moment.date(),
        )
        if found is None:
            return
        number = notices.begin(connection, channel.name, recipient.key, run)
    try:
        _refuse_organization(recipient, assessment)
        said = deliver(channel, recipient, found, run.chain, moment, language, left)
    except SoccheckError as error:
        with database.begin() as connection:
            notices.failed(connection, number, run, error.message[:500])
        raise
    with database.begin() as connection:
        notices.delivered(connection, number, run, moment, said)


def _refuse_organization(recipient: Recipient, assessment: Assessment) -> None:
    """Raise `UsageError` for an organisation that there is not: nothing would ever be told of it."""
    name = recipient.organization
    asset = assessment.inventory.find(name) if name is not None else None
    if name is not None and (asset is None or asset.kind != "organization"):
        raise UsageError(phrase("the inventory has no organisation {name}", name=repr(name)))


def deliver(
    channel: Channel,
    recipient: Recipient,
    digest: Digest,
    seed: str,
    moment: datetime,
    language: Language,
    left: Left,
) -> str:
    """Deliver a digest; `seed` makes it the same message should it come twice.

    Returns the SHA-256 of what was told, as the body `json` has it. Raises `DeliveryError`, and
    `UsageError` for a secret that is not where it should be.
    """
    try:
        return _deliver(channel, recipient, digest, seed, moment, language, left)
    except SoccheckError:
        raise
    except Exception as error:  # noqa: BLE001  -- its text may hold a secret, and a run goes on
        text = phrase("a fault of soccheck: {name}", name=type(error).__name__)
        raise DeliveryError(text) from None


def _deliver(
    channel: Channel,
    recipient: Recipient,
    digest: Digest,
    seed: str,
    moment: datetime,
    language: Language,
    left: Left,
) -> str:
    spoken = common.language(channel.language) if channel.language is not None else language
    said = letter(digest, spoken)
    whole = f"{seed}/{channel.name}/{recipient.key}"
    key = hashlib.sha256(whole.encode()).hexdigest()[:32]
    told = announced(digest, said, spoken, moment)
    if isinstance(channel, MailChannel):
        made = mail.message(said, channel.sender, recipient.to, key, moment, spoken)
        mail.send(_server(channel), made, left(mail.SECONDS))
        return told
    hook = _hook(channel)
    bodies = list(BODIES[channel.body](digest, said, spoken, moment))
    if digest.kind is DigestKind.TEST and not bodies:
        bodies = [[]]  # a SIEM is tried by a list without a finding
    for number, body in enumerate(bodies):
        webhook.post(hook, f"{key}-{number}", moment, written(body), left(webhook.SECONDS))
    return told


def _server(channel: MailChannel) -> mail.MailServer:
    return mail.MailServer(
        host=channel.host,
        port=channel.port,
        tls=channel.tls,
        sender=channel.sender,
        user=channel.user,
        password=_secret(channel.password) if channel.password is not None else None,
        authorities=channel.authorities,
    )


def _hook(channel: HookChannel) -> webhook.Hook:
    return webhook.Hook(
        url=_secret(channel.url),
        body=channel.body,
        secret=_secret(channel.secret) if channel.secret is not None else None,
        authorities=channel.authorities,
    )


def _secret(place: SecretPlace) -> str:
    """Return a secret from where it is; raises `UsageError`."""
    if place.file is not None:
        return secret(place.file, str(place.file))
    found = os.environ.get(place.variable or "")
    if not found:
        text = phrase("the variable {name} of the environment is not set", name=place.variable)
        raise UsageError(text)
    return found
