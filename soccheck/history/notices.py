"""Who was told of which run: written before a message leaves, so that one that did not arrive is known.

Notices form a chain as runs do, and each run covers those before it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, func, insert, select, update

from soccheck.history import chain
from soccheck.history.runs import Run
from soccheck.history.tables import AUTHORITY, NOTICE, RUN


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """Represents the last message that one recipient got: of which run, and on which day (UTC)."""

    run: int
    sent: date


def last(
    connection: Connection, channel: str, recipient: str, runs: Sequence[Run]
) -> Notice | None:
    """Return the last message of these runs, all of one authority, that a recipient got."""
    asked = (
        select(NOTICE.c.run, NOTICE.c.sent_at)
        .where(NOTICE.c.channel == channel, NOTICE.c.recipient == recipient)
        .where(NOTICE.c.sent_at.is_not(None))
        .order_by(NOTICE.c.run.desc())
    )
    known = {run.id for run in runs}
    for row in connection.execute(asked):
        if row.run in known:
            return Notice(run=row.run, sent=datetime.fromisoformat(row.sent_at).date())
    return None


def of_run(connection: Connection, run: Run) -> list[dict[str, Any]]:
    """Return who was to be told of a run, and whether it arrived."""
    asked = select(NOTICE).where(NOTICE.c.run == run.id).order_by(NOTICE.c.id)
    return [dict(row) for row in connection.execute(asked).mappings()]


def head(connection: Connection, authority: str, below: int | None = None) -> str:
    """Return the chain of the last notice of an authority, of those below a number where one is given."""
    asked = (
        select(NOTICE.c.chain)
        .join(RUN, NOTICE.c.run == RUN.c.id)
        .join(AUTHORITY, RUN.c.authority == AUTHORITY.c.id)
        .where(AUTHORITY.c.name == authority)
        .order_by(NOTICE.c.id.desc())
        .limit(1)
    )
    if below is not None:
        asked = asked.where(NOTICE.c.id < below)
    return connection.execute(asked).scalar() or chain.START


def begin(connection: Connection, channel: str, recipient: str, run: Run) -> int:
    """Write that a message of a run is about to leave; return the notice's number."""
    number = (connection.execute(select(func.max(NOTICE.c.id))).scalar() or 0) + 1
    values = _chained(connection, run, number, {"channel": channel, "recipient": recipient})
    connection.execute(insert(NOTICE).values(id=number, run=run.id, **values))
    return number


def delivered(connection: Connection, number: int, run: Run, moment: datetime, said: str) -> None:
    """Write that a message arrived; `said` is the SHA-256 of what was told."""
    _end(connection, number, run, sent_at=moment.isoformat(timespec="seconds"), said=said)


def failed(connection: Connection, number: int, run: Run, why: str) -> None:
    """Write that a message did not arrive, and why; `why` holds no secret."""
    _end(connection, number, run, error=why)


def _end(connection: Connection, number: int, run: Run, **found: str) -> None:
    mine = NOTICE.c.id == number
    begun = connection.execute(select(NOTICE.c.channel, NOTICE.c.recipient).where(mine))
    values = _chained(connection, run, number, {**begun.mappings().one(), **found})
    connection.execute(update(NOTICE).where(mine).values(**values))


def _chained(
    connection: Connection, run: Run, number: int, found: dict[str, str]
) -> dict[str, str | None]:
    """Return all that is written of a notice, and the chain over it."""
    fields = {name: found.get(name) for name in chain.NOTICE_FIELDS}
    before = head(connection, run.authority, number)
    return {**fields, "chain": chain.of_notice(fields, run.chain, before)}
