"""Deliver within a bounded time, and say what went wrong without a word that the other side chose."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from threading import Thread

from soccheck.errors import SoccheckError, UsageError, refusal
from soccheck.phrase import Phrase, phrase
from soccheck.sources import tls


class DeliveryError(SoccheckError):
    """A message that was not taken: by which server, and why. No secret and no answer stands in it."""


def trusted(authorities: Path | None) -> tls.Context:
    """Return what certificates are verified by: this machine's authorities, or those in a file.

    Raises `DeliveryError` for a file that holds none.
    """
    try:
        return tls.trusted(authorities)
    except UsageError as error:
        raise DeliveryError(error.said) from error


def fault(error: BaseException, seconds: float) -> Phrase:
    """Return why a server was not reached: its certificate, its silence, the network."""
    seen: BaseException | None = error
    while seen is not None:
        untrusted = tls.fault(seen)
        if untrusted is not None:
            return untrusted
        if isinstance(seen, TimeoutError):
            return silence(seconds)
        if isinstance(seen, ConnectionRefusedError):
            return phrase("it refuses the connection")
        if isinstance(seen, OSError) and seen.strerror:
            return refusal(seen)
        seen = seen.__cause__ or seen.__context__
    return phrase("it hung up, or spoke another language")


def silence(seconds: float) -> Phrase:
    """Return that a server took too long."""
    return phrase("no answer within {n} seconds", n=f"{seconds:g}")


def within(seconds: float, work: Callable[[], None]) -> None:
    """Do work that a slow server may draw out: each answer in time, and no end; raises what it raises.

    Raises `TimeoutError` past the time. What goes on then ends with the process.
    """
    raised: list[Exception] = []

    def tried() -> None:
        try:
            work()
        except Exception as error:  # noqa: BLE001  -- raised again where it was asked
            raised.append(error)

    thread = Thread(target=tried, daemon=True)
    thread.start()
    thread.join(seconds)
    if raised:
        raise raised[0]
    if thread.is_alive():
        raise TimeoutError
