"""Who was told of which run: written before a message leaves, so that one that did not arrive is known."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, Connection, Update, and_, insert, select, update

from soccheck.history.runs import Run
from soccheck.history.tables import NOTICE


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
        select(NOTICE.c.first_run, NOTICE.c.sent_at)
        .where(_to(channel, recipient), NOTICE.c.sent_at.is_not(None))
        .order_by(NOTICE.c.first_run.desc())
    )
    known = {run.id for run in runs}
    for row in connection.execute(asked):
        if row.first_run in known:
            return Notice(run=row.first_run, sent=datetime.fromisoformat(row.sent_at).date())
    return None


def begin(connection: Connection, channel: str, recipient: str, run: Run) -> None:
    """Write that a message of a run is about to leave."""
    row = {"channel": channel, "recipient": recipient, "digest_key": f"run-{run.id}"}
    connection.execute(insert(NOTICE).values(**row, first_run=run.id, tries=0))


def delivered(
    connection: Connection, channel: str, recipient: str, runs: Sequence[Run], moment: datetime
) -> None:
    """Write that a message arrived, and with it all that those before it had to say."""
    row = _tried(channel, recipient, runs)
    sent = moment.isoformat(timespec="seconds")
    connection.execute(row.values(tries=NOTICE.c.tries + 1, sent_at=sent, last_error=None))


def failed(
    connection: Connection, channel: str, recipient: str, runs: Sequence[Run], why: str
) -> None:
    """Write that a message did not arrive, and why; `why` holds no secret."""
    row = _tried(channel, recipient, runs)
    connection.execute(row.values(tries=NOTICE.c.tries + 1, last_error=why))


def _to(channel: str, recipient: str) -> ColumnElement[bool]:
    return and_(NOTICE.c.channel == channel, NOTICE.c.recipient == recipient)


def _tried(channel: str, recipient: str, runs: Sequence[Run]) -> Update:
    """Return the change of all messages that did not arrive yet."""
    mine = NOTICE.c.first_run.in_([run.id for run in runs])
    return update(NOTICE).where(_to(channel, recipient), mine, NOTICE.c.sent_at.is_(None))
