"""The history's tables, for SQLite and PostgreSQL alike; days and moments are ISO 8601 texts, in UTC.

`migrations/` brings a database from any former form of these to the present one.
"""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ForeignKey,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    UniqueConstraint,
)

METADATA = MetaData()

AUTHORITY = Table(
    "authority",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("name", Text, nullable=False, unique=True),
    Column("folder", Text, nullable=False),
)

BLOB = Table(
    "blob",
    METADATA,
    Column("sha256", Text, primary_key=True),
    Column("kind", Text, nullable=False),  # assessment, inventory, policies, evidence, file
    Column("size", BigInteger, nullable=False),  # bytes before they were packed
    Column("pruned", Text),  # the moment it was taken away by the rules of keeping
    Column("packed", LargeBinary),  # xz; none where a folder keeps the blobs
)

RUN = Table(
    "run",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("authority", ForeignKey("authority.id"), nullable=False),
    Column("as_of", Text, nullable=False),
    Column("started_at", Text, nullable=False),
    Column("ended_at", Text, nullable=False),
    Column("started_by", Text, nullable=False),  # manual, timer, ci
    Column("host", Text, nullable=False),
    Column("login", Text, nullable=False),
    Column("tool", Text, nullable=False),
    Column("exit_code", Integer, nullable=False),
    Column("git_commit", Text),
    Column("inventory_digest", Text, nullable=False),
    Column("policies_digest", Text, nullable=False),
    Column("evidence_digest", Text),
    Column("signer", Text),  # who signed the evidence, where that was checked
    Column("assessment", Text, nullable=False),  # blobs, by their SHA-256
    Column("inventory", Text, nullable=False),
    Column("policies", Text, nullable=False),
    Column("evidence", Text),
    Column("prev_run", Integer),
    Column(
        "content", Text, nullable=False
    ),  # SHA-256 of the spans, tallies and faults that it added
    Column("chain", Text, nullable=False),
    Column("note", Text),
    Column("told", Text),  # the chain of the notices before it; none in runs of the first form
)

CONTROL = Table(
    "control",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("name", Text, nullable=False, unique=True),
    Column("policy", Text, nullable=False),
)

ASSET = Table(
    "asset",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("authority", ForeignKey("authority.id"), nullable=False),
    Column("name", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("organization", Text),
    Column("level", Integer),
    Column("was", Integer),  # the asset that was renamed to this one
    UniqueConstraint("authority", "name"),
)

OUTCOME = Table(  # what many spans say, once
    "outcome",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("status", Text, nullable=False),  # a status, or absent
    Column("result", Text, nullable=False),
    Column("reason", Text),
    Column("basis", Text),
    Column("severity", Text, nullable=False),
    Column("excuse", Text),  # a waiver's id, or the last day of grace
    Column("counted", Text),  # of a measure, passed of total; else what it achieves
    Column("unmet", Text),  # a digest of the comparisons by which it fails
)

SPAN = Table(
    "span",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("control", ForeignKey("control.id"), nullable=False),
    Column("asset", ForeignKey("asset.id"), nullable=False),
    Column("first_run", ForeignKey("run.id"), nullable=False),
    Column("last_run", Integer),  # none as long as it holds
    Column("outcome", ForeignKey("outcome.id"), nullable=False),
    Column("cause", Text, nullable=False),
    Column("by_calendar", Boolean, nullable=False),
    Column("state", Text),  # how it stands to the span before: new, worse, better, resolved, left
    Column("digest", Text, nullable=False),
)

TALLY = Table(
    "tally",
    METADATA,
    Column("run", ForeignKey("run.id"), primary_key=True),
    Column("policy", Text, primary_key=True),
    Column("passed", Integer, nullable=False),
    Column("total", Integer, nullable=False),
    Column("failing", Integer, nullable=False),
    Column("unknown", Integer, nullable=False),
    Column("waived", Integer, nullable=False),
    Column("grace", Integer, nullable=False),
    Column("bases", Text, nullable=False),  # observed 3, declared 12
)

FAULT = Table(
    "fault",
    METADATA,
    Column("run", ForeignKey("run.id"), primary_key=True),
    Column("asset", Text, primary_key=True),
    Column("probe", Text, primary_key=True),
    Column("code", Text, nullable=False),
)

NOTICE = Table(  # an attempt to tell somebody of a run
    "notice",
    METADATA,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("run", ForeignKey("run.id"), nullable=False),
    Column("channel", Text, nullable=False),
    Column("recipient", Text, nullable=False),
    Column("said", Text),  # SHA-256 of what was told, as the body `json` has it
    Column("sent_at", Text),  # none where it did not arrive
    Column("error", Text),
    Column("chain", Text, nullable=False),
    UniqueConstraint("run", "channel", "recipient"),
)
