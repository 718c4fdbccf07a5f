"""Webhooks: a JSON body posted and signed. Standard Webhooks, specification 1.0.0: symmetric signatures."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import logging
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from soccheck.notify.delivery import DeliveryError, fault, trusted, within
from soccheck.phrase import phrase
from soccheck.sources.tls import LOOPBACK

SECONDS = 20.0
"""What one post may take, from the first packet to the status."""
_PREFIX = "whsec_"


@dataclass(frozen=True, slots=True, kw_only=True)
class Hook:
    """Represents where bodies are posted; both the URL and what signs are secrets."""

    url: str = field(repr=False)
    body: str
    secret: str | None = field(default=None, repr=False)
    authorities: Path | None = None


def signed(secret: str, key: str, moment: datetime, body: bytes) -> dict[str, str]:
    """Return the headers that identify, date and sign a body; raises `DeliveryError` for a bad secret."""
    seconds = str(int(moment.timestamp()))
    content = b".".join([key.encode(), seconds.encode(), body])
    digest = hmac.new(_key(secret), content, hashlib.sha256).digest()
    return {
        "webhook-id": key,
        "webhook-timestamp": seconds,
        "webhook-signature": f"v1,{base64.b64encode(digest).decode()}",
    }


def _key(secret: str) -> bytes:
    try:
        key = base64.b64decode(secret.removeprefix(_PREFIX), validate=True)
    except (binascii.Error, ValueError):
        key = b""
    if not secret.startswith(_PREFIX) or not 24 <= len(key) <= 64:
        hint = phrase("echo whsec_$(openssl rand -base64 32)")
        text = phrase("the secret that signs is not `whsec_` and 24 to 64 bytes in base64")
        raise DeliveryError(text, hint=hint)
    return key


def post(hook: Hook, key: str, moment: datetime, body: bytes, seconds: float = SECONDS) -> None:
    """Post a body; raises `DeliveryError` unless the answer is 2xx. A redirect is not followed."""
    import httpx

    for name in ("httpx", "httpcore"):  # what they log names the URL
        logging.getLogger(name).setLevel(logging.CRITICAL)
    try:
        url = httpx.URL(hook.url)
        host = url.host
    except (httpx.InvalidURL, UnicodeError):
        host = ""
    if not host:
        raise DeliveryError(phrase("the webhook's URL is none"))
    where = host if url.port is None else f"{host}:{url.port}"
    if url.scheme != "https" and not (url.scheme == "http" and host in LOOPBACK):
        raise DeliveryError(phrase("{server}: webhooks are posted to https only", server=where))
    headers = {"content-type": "application/json"}
    if hook.secret is not None:
        headers |= signed(hook.secret, key, moment, body)
    context = trusted(hook.authorities)
    codes: list[int] = []

    def work() -> None:
        with (
            httpx.Client(verify=context, timeout=seconds, trust_env=False) as client,
            client.stream("POST", url, content=body, headers=headers) as answer,
        ):
            codes.append(answer.status_code)

    try:
        within(seconds, work)
    except (httpx.HTTPError, OSError, ValueError) as error:
        slow = isinstance(error, httpx.TimeoutException)
        why = fault(TimeoutError() if slow else error, seconds)
        raise DeliveryError(phrase("{server}: {why}", server=where, why=why)) from None
    if not 200 <= codes[0] < 300:
        text = phrase("{server}: it answers {code}", server=where, code=codes[0])
        raise DeliveryError(text)
