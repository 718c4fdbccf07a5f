"""Who was told of a run: an attempt a row, in a chain of its own, which the runs that follow cover."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from soccheck.bundle.canonical_json import dumps, sha256

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table of notices anew, with the chain over those that there are."""
    found = op.get_bind().execute(
        sa.text(
            "SELECT n.id, n.first_run AS run, n.channel, n.recipient, n.sent_at, n.last_error AS error,"
            " r.authority, r.chain FROM notice n JOIN run r ON n.first_run = r.id ORDER BY n.id"
        )
    )
    rows, last = [], dict[int, str]()
    for row in found.mappings().all():
        values = {**row, "said": None}
        own = values.pop("authority")
        covered = {"before": last.get(own, "0" * 64), "run": values.pop("chain")}
        named = {
            name: values[name] for name in ("channel", "recipient", "said", "sent_at", "error")
        }
        values["chain"] = last[own] = sha256(dumps({**covered, **named}))
        rows.append(values)
    op.drop_table("notice")
    made = op.create_table(
        "notice",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("run", sa.Integer, sa.ForeignKey("run.id"), nullable=False),
        sa.Column("channel", sa.Text, nullable=False),
        sa.Column("recipient", sa.Text, nullable=False),
        sa.Column("said", sa.Text),
        sa.Column("sent_at", sa.Text),
        sa.Column("error", sa.Text),
        sa.Column("chain", sa.Text, nullable=False),
        sa.UniqueConstraint("run", "channel", "recipient"),
    )
    op.bulk_insert(made, rows)
    op.add_column("run", sa.Column("told", sa.Text))
