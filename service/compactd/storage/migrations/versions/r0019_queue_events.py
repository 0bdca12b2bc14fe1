"""The queue's own log of events is not written: nobody reads it, and it goes with each item.

Two rows and their removal are a third of what an item costs PostgreSQL.
"""

from alembic import op

revision = "0019"
down_revision = "0018"

_TRIGGERS = (
    "procrastinate_trigger_status_events_insert_v1",
    "procrastinate_trigger_status_events_update_v1",
    "procrastinate_trigger_scheduled_events_v1",
    "procrastinate_trigger_abort_requested_events_v1",
)


def upgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        for trigger in _TRIGGERS:
            op.execute(f"ALTER TABLE procrastinate_jobs DISABLE TRIGGER {trigger}")
