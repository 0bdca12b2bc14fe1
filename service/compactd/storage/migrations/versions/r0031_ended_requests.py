"""Jobs that have ended and keep a large request are found by an index."""

import sqlalchemy as sa
from alembic import op

revision = "0031"
down_revision = "0030"

_HAS_ENDED_WITH_MUCH = sa.text("ended_at IS NOT NULL AND body_bytes > 256")


def upgrade() -> None:
    op.create_index(
        "ix_jobs_ended_with_much",
        "jobs",
        ["ended_at"],
        sqlite_where=_HAS_ENDED_WITH_MUCH,
        postgresql_where=_HAS_ENDED_WITH_MUCH,
    )
