"""Runs the steps on the connection that `database.open` gives; each step is whole or not there."""

from __future__ import annotations

from alembic import context

from soccheck.history.tables import METADATA

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=METADATA,
    transactional_ddl=True,
)
with context.begin_transaction():
    context.run_migrations()
