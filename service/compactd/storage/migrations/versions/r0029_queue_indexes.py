"""Items of the queue that wait for a later time, and those that do not, are found by an index each, on PostgreSQL.

They are ours, on a table of Procrastinate's: its own index of what waits has both among each other.
"""

from alembic import op

revision = "0029"
down_revision = "0028"


def upgrade() -> None:
    if op.get_bind().dialect.name != "postgresql":
        return
    op.execute(
        "CREATE INDEX procrastinate_jobs_ready_of_compactd ON procrastinate_jobs (queue_name, priority DESC, id)"
        " WHERE status = 'todo' AND scheduled_at IS NULL"
    )
    op.execute(
        "CREATE INDEX procrastinate_jobs_due_of_compactd ON procrastinate_jobs (queue_name, scheduled_at)"
        " WHERE status = 'todo' AND scheduled_at IS NOT NULL"
    )
