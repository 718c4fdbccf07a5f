"""The first form of the history."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "authority",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("name", sa.Text, nullable=False, unique=True),
        sa.Column("folder", sa.Text, nullable=False),
    )
    op.create_table(
        "blob",
        sa.Column("sha256", sa.Text, primary_key=True),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("size", sa.BigInteger, nullable=False),
        sa.Column("pruned", sa.Text),
        sa.Column("packed", sa.LargeBinary),
    )
    op.create_table(
        "run",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("authority", sa.Integer, sa.ForeignKey("authority.id"), nullable=False),
        sa.Column("as_of", sa.Text, nullable=False),
        sa.Column("started_at", sa.Text, nullable=False),
        sa.Column("ended_at", sa.Text, nullable=False),
        sa.Column("started_by", sa.Text, nullable=False),
        sa.Column("host", sa.Text, nullable=False),
        sa.Column("login", sa.Text, nullable=False),
        sa.Column("tool", sa.Text, nullable=False),
        sa.Column("exit_code", sa.Integer, nullable=False),
        sa.Column("git_commit", sa.Text),
        sa.Column("inventory_digest", sa.Text, nullable=False),
        sa.Column("policies_digest", sa.Text, nullable=False),
        sa.Column("evidence_digest", sa.Text),
        sa.Column("signer", sa.Text),
        sa.Column("assessment", sa.Text, nullable=False),
        sa.Column("inventory", sa.Text, nullable=False),
        sa.Column("policies", sa.Text, nullable=False),
        sa.Column("evidence", sa.Text),
        sa.Column("prev_run", sa.Integer),
        sa.Column("content", sa.Text, nullable=False),
        sa.Column("chain", sa.Text, nullable=False),
        sa.Column("note", sa.Text),
    )
    op.create_table(
        "control",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("name", sa.Text, nullable=False, unique=True),
        sa.Column("policy", sa.Text, nullable=False),
    )
    op.create_table(
        "asset",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("authority", sa.Integer, sa.ForeignKey("authority.id"), nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("organization", sa.Text),
        sa.Column("level", sa.Integer),
        sa.Column("was", sa.Integer),
        sa.UniqueConstraint("authority", "name"),
    )
    op.create_table(
        "outcome",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("status", sa.Text, nullable=False),
        sa.Column("result", sa.Text, nullable=False),
        sa.Column("reason", sa.Text),
        sa.Column("basis", sa.Text),
        sa.Column("severity", sa.Text, nullable=False),
        sa.Column("excuse", sa.Text),
        sa.Column("counted", sa.Text),
        sa.Column("unmet", sa.Text),
    )
    op.create_table(
        "span",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("control", sa.Integer, sa.ForeignKey("control.id"), nullable=False),
        sa.Column("asset", sa.Integer, sa.ForeignKey("asset.id"), nullable=False),
        sa.Column("first_run", sa.Integer, sa.ForeignKey("run.id"), nullable=False),
        sa.Column("last_run", sa.Integer),
        sa.Column("outcome", sa.Integer, sa.ForeignKey("outcome.id"), nullable=False),
        sa.Column("cause", sa.Text, nullable=False),
        sa.Column("by_calendar", sa.Boolean, nullable=False),
        sa.Column("state", sa.Text),
        sa.Column("digest", sa.Text, nullable=False),
    )
    op.create_table(
        "tally",
        sa.Column("run", sa.Integer, sa.ForeignKey("run.id"), primary_key=True),
        sa.Column("policy", sa.Text, primary_key=True),
        sa.Column("passed", sa.Integer, nullable=False),
        sa.Column("total", sa.Integer, nullable=False),
        sa.Column("failing", sa.Integer, nullable=False),
        sa.Column("unknown", sa.Integer, nullable=False),
        sa.Column("waived", sa.Integer, nullable=False),
        sa.Column("grace", sa.Integer, nullable=False),
        sa.Column("bases", sa.Text, nullable=False),
    )
    op.create_table(
        "fault",
        sa.Column("run", sa.Integer, sa.ForeignKey("run.id"), primary_key=True),
        sa.Column("asset", sa.Text, primary_key=True),
        sa.Column("probe", sa.Text, primary_key=True),
        sa.Column("code", sa.Text, nullable=False),
    )
    op.create_table(
        "notice",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("channel", sa.Text, nullable=False),
        sa.Column("recipient", sa.Text, nullable=False),
        sa.Column("digest_key", sa.Text, nullable=False),
        sa.Column("first_run", sa.Integer, sa.ForeignKey("run.id"), nullable=False),
        sa.Column("sent_at", sa.Text),
        sa.Column("tries", sa.Integer, nullable=False),
        sa.Column("last_error", sa.Text),
        sa.UniqueConstraint("channel", "recipient", "digest_key"),
    )
