"""How the certificates of servers are verified, and what is told of one that is not to be trusted."""

from __future__ import annotations

import ssl
from pathlib import Path

from soccheck.errors import UsageError, quoted
from soccheck.phrase import Phrase, phrase

LOOPBACK = ("localhost", "127.0.0.1", "::1")
"""This machine, to which nobody else listens."""
Context = ssl.SSLContext


def trusted(authorities: Path | None, *, any_host: bool = False, anybody: bool = False) -> Context:
    """Return what certificates are verified by: this machine's authorities, or those in a file.

    With `any_host` a certificate may be of another host, with `anybody` no authority need know it. Raises
    `UsageError` for a file that holds none.
    """
    try:
        found = ssl.create_default_context(cafile=str(authorities) if authorities else None)
    except (OSError, ValueError) as error:
        text = phrase("{file}: no certificates of authorities can be read", file=authorities)
        raise UsageError(text) from error
    if any_host or anybody:
        found.check_hostname = False
    if anybody:
        found.verify_mode = ssl.CERT_NONE
    return found


def fault(error: BaseException) -> Phrase | None:
    """Return what an error says of a server's certificate or of its TLS, where it says any."""
    if isinstance(error, ssl.SSLCertVerificationError):
        return phrase(
            "its certificate is not to be trusted: {why}", why=quoted(error.verify_message)
        )
    if isinstance(error, ssl.SSLError):
        return phrase("it speaks no TLS that this machine accepts")
    return None
