"""What Alembic runs its revisions in: the connection and the transaction of the caller."""

from alembic import context

from compactd.storage.table_base import metadata

context.configure(connection=context.config.attributes["connection"], target_metadata=metadata)
with context.begin_transaction():
    context.run_migrations()
