"""When policies with times of a clock start their next sweeps."""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"


def upgrade() -> None:
    op.create_table(
        "cron_runs",
        sa.Column("policy_id", sa.String(), nullable=False),
        sa.Column("namespace", sa.String(), nullable=False),
        sa.Column("next_run_at", sa.Double(), nullable=False),
        sa.PrimaryKeyConstraint("policy_id", name="pk_cron_runs"),
    )
    op.create_index("ix_cron_runs_next_run_at", "cron_runs", ["next_run_at"])
