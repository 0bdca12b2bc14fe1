"""Whoever runs jobs is told once of all items that a statement puts into the queue, on PostgreSQL, and the queue has no
more indexes than are read.

Procrastinate's own trigger tells of each item twice, once for those who listen to all queues. The indexes are those of
its way to find an item, which is not ours (revision 0029).
"""

from alembic import op

revision = "0030"
down_revision = "0029"

_UNREAD = (
    "procrastinate_jobs_id_lock_idx_v1",
    "procrastinate_jobs_priority_idx_v1",
    "procrastinate_jobs_queue_name_idx_v1",
)


def upgrade() -> None:
    if op.get_bind().dialect.name != "postgresql":
        return
    for index in _UNREAD:
        op.execute(f"DROP INDEX {index}")
    op.execute("ALTER TABLE procrastinate_jobs DISABLE TRIGGER procrastinate_jobs_notify_queue_job_inserted_v1")
    op.execute(
        "CREATE FUNCTION procrastinate_notify_of_compactd() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
        """ PERFORM pg_notify('procrastinate_queue_v1#compactd', '{"type": "job_inserted", "job_id": 0}');"""
        " RETURN NULL; END $$"
    )
    op.execute(
        "CREATE TRIGGER procrastinate_jobs_notify_of_compactd AFTER INSERT ON procrastinate_jobs"
        " FOR EACH STATEMENT EXECUTE FUNCTION procrastinate_notify_of_compactd()"
    )
