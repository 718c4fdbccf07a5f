"""What the URL of a PostgreSQL server says, and how its certificate is verified.

`sslmode` and `sslrootcert` are those of libpq (PostgreSQL 15, 34.1.2 and 34.19), of whose modes those that
may end without TLS are refused.
"""

from __future__ import annotations

from pathlib import Path

from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError

from soccheck.history.errors import HistoryError
from soccheck.phrase import phrase
from soccheck.sources.tls import LOOPBACK, Context, trusted

_MODES = ("require", "verify-ca", "verify-full")
_SOCKET = "unix_sock"
_KEYS = ("sslmode", "sslrootcert", _SOCKET)


def parsed(text: str) -> URL:
    """Return a URL; raises `HistoryError` for one of another database, which says nothing of its words."""
    try:
        url = make_url(text)
    except (ArgumentError, ValueError):
        raise _no_url() from None
    if url.get_backend_name() != "postgresql":
        raise _no_url()
    for name, value in url.query.items():
        if name not in _KEYS or not isinstance(value, str):
            hint = phrase("there may be: {names}", names=", ".join(_KEYS))
            what = phrase(
                "the database's URL: {name} is not known, or there twice", name=repr(name)
            )
            raise HistoryError(what, hint=hint)
    return url


def _no_url() -> HistoryError:
    hint = phrase("write postgresql://USER:PASSWORD@HOST/DATABASE; without one a file is used")
    return HistoryError(phrase("the database's URL is none of PostgreSQL"), hint=hint)


def context(url: URL) -> Context | None:
    """Return what a server's certificate is verified by, none on this machine unless it is asked for.

    Without `sslmode` a server elsewhere is asked by `verify-full`: its certificate is of an authority that
    is trusted, and of its name. Raises `HistoryError` for another mode, `UsageError` for authorities
    that cannot be read.
    """
    mode, file = url.query.get("sslmode"), url.query.get("sslrootcert")
    if mode is None and file is None and (_SOCKET in url.query or url.host in (None, *LOOPBACK)):
        return None
    mode = "verify-full" if mode is None else mode
    if mode not in _MODES:
        hint = phrase("one of {values}", values=", ".join(_MODES))
        text = phrase("the database's URL: sslmode {mode} is not known", mode=repr(mode))
        raise HistoryError(text, hint=hint)
    return trusted(
        Path(str(file)) if file is not None else None,
        any_host=mode != "verify-full",
        anybody=mode == "require" and file is None,  # with a file it is verify-ca, as with libpq
    )


def shown(url: URL) -> str:
    """Return how a server's database is shown: never its user or password."""
    return f"{url.host or 'localhost'}/{url.database or ''}"


def arguments(url: URL) -> tuple[URL, dict[str, object]]:
    """Return a URL without what TLS is asked for by, and what the driver is given in its place."""
    given: Context | bool | None = context(url)
    plain = url.difference_update_query(("sslmode", "sslrootcert"))
    if given is None and _SOCKET in url.query:
        given = (
            False  # PostgreSQL has no TLS on a socket, yet pg8000 would read all authorities for it
        )
    return plain, {"ssl_context": given} if given is not None else {}
