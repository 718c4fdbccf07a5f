"""Mail: one message a recipient, as text and as HTML, over TLS that is verified. RFC 5322, 3207, 3834."""

from __future__ import annotations

import smtplib
from dataclasses import dataclass, field
from datetime import datetime
from email.message import EmailMessage
from email.utils import format_datetime
from pathlib import Path

from soccheck.facts.values import clean
from soccheck.i18n import Language
from soccheck.notify.delivery import DeliveryError, fault, trusted, within
from soccheck.notify.letter import Letter
from soccheck.phrase import Phrase, phrase
from soccheck.sources.tls import LOOPBACK

SECONDS = 20.0
"""What one message may take, from the first packet to the last answer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MailServer:
    """Represents a server that takes mail: `tls` is starttls, implicit, or none on this machine alone."""

    host: str
    port: int
    tls: str
    sender: str
    user: str | None = None
    password: str | None = field(default=None, repr=False)
    authorities: Path | None = None

    @property
    def shown(self) -> str:
        """Return what messages call the server."""
        return f"{self.host}:{self.port}"


def message(
    said: Letter, sender: str, recipient: str, key: str, moment: datetime, language: Language
) -> EmailMessage:
    """Return a letter as mail; `key` makes the same letter the same message, should it come twice."""
    mail = EmailMessage()
    mail["Subject"] = clean(said.subject)
    mail["From"] = sender
    mail["To"] = recipient
    mail["Date"] = format_datetime(moment)
    mail["Message-ID"] = f"<{key}@{sender.rpartition('@')[2]}>"
    mail["Auto-Submitted"] = "auto-generated"
    mail["Content-Language"] = language.code
    mail.set_content(text(said))
    mail.add_alternative(html(said, language), subtype="html")
    return mail


def text(said: Letter) -> str:
    """Return a letter as plain text."""
    blocks = ["\n".join(said.lead)]
    for paragraph in said.paragraphs:
        lines = [paragraph.title, *(f"- {line}" for line in paragraph.lines)]
        blocks.append("\n".join([*lines, *([paragraph.more] if paragraph.more else [])]))
    if said.link:
        blocks.append(said.link)
    if said.tail:
        blocks.append("\n".join(said.tail))
    return "\n\n".join(blocks) + "\n"


def html(said: Letter, language: Language) -> str:
    """Return a letter as HTML without a picture or a script, every value escaped."""
    from jinja2 import Environment, PackageLoader, StrictUndefined

    environment = Environment(
        loader=PackageLoader("soccheck.notify", "."), autoescape=True, undefined=StrictUndefined
    )
    return environment.get_template("letter.html").render(letter=said, language=language.code)


def send(server: MailServer, mail: EmailMessage, seconds: float = SECONDS) -> None:
    """Hand a message to the server; raises `DeliveryError`."""
    where = server.shown
    if server.tls == "none" and server.host not in LOOPBACK:
        raise DeliveryError(
            phrase("{server}: mail leaves this machine over TLS only", server=where)
        )
    try:
        within(seconds, lambda: _send(server, mail, seconds))
    except DeliveryError:
        raise
    except (OSError, ValueError) as error:  # smtplib's own errors are OSErrors
        text = phrase("{server}: {why}", server=where, why=_why(error, seconds))
        raise DeliveryError(text) from None


def _send(server: MailServer, mail: EmailMessage, seconds: float) -> None:
    if server.tls == "implicit":
        context = trusted(server.authorities)
        connection: smtplib.SMTP = smtplib.SMTP_SSL(
            server.host, server.port, timeout=seconds, context=context
        )
    else:
        connection = smtplib.SMTP(server.host, server.port, timeout=seconds)
    with connection:
        if server.tls == "starttls":
            connection.starttls(context=trusted(server.authorities))
        if server.user is not None and server.password is not None:
            connection.login(server.user, server.password)
        connection.send_message(mail)


def _why(error: Exception, seconds: float) -> Phrase:
    """Return why mail was not taken; of an answer only its code, as it may hold what it was sent."""
    if isinstance(error, smtplib.SMTPAuthenticationError):
        return phrase("it refuses the login ({code})", code=error.smtp_code)
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        code = next(iter(error.recipients.values()))[0]
        return phrase("it refuses the recipient ({code})", code=code)
    if isinstance(error, smtplib.SMTPResponseException):
        return phrase("it does not take the message ({code})", code=error.smtp_code)
    if isinstance(error, smtplib.SMTPNotSupportedError):
        return phrase("it offers no STARTTLS, or no login")
    if isinstance(error, smtplib.SMTPServerDisconnected):
        inner = error.__context__
        if isinstance(inner, TimeoutError):
            return fault(inner, seconds)
        return phrase("it hung up, or spoke another language")
    if isinstance(error, smtplib.SMTPException):
        return phrase("it does not take the message")
    return fault(error, seconds)
