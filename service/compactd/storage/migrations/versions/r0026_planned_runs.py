"""When the next run of a policy was told: a clock that has gone back since is known by it."""

import sqlalchemy as sa
from alembic import op

revision = "0026"
down_revision = "0025"


def upgrade() -> None:
    op.add_column("cron_runs", sa.Column("planned_at", sa.Double(), nullable=False, server_default=sa.text("0")))
    op.create_index("ix_cron_runs_planned_at", "cron_runs", ["planned_at"])
