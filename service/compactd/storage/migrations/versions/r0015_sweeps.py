"""Sweeps, and how their jobs have ended."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"


def upgrade() -> None:
    op.create_table(
        "sweeps",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("namespace", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("pause_reason", sa.String(), nullable=False),
        sa.Column("policy_id", sa.String(), nullable=False),
        sa.Column("priority", sa.Integer(), nullable=False),
        sa.Column("conversations", sa.Integer(), nullable=False),
        sa.Column("looked_at", sa.Integer(), nullable=False),
        sa.Column("selected", sa.Integer(), nullable=False),
        sa.Column("at_created", sa.DateTime(timezone=True), nullable=False),
        sa.Column("at_id", sa.String(), nullable=False),
        sa.Column("last_created", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_id", sa.String(), nullable=False),
        sa.Column("ran_seconds", sa.Double(), nullable=False),
        sa.Column("running_since", sa.Double(), nullable=True),
        sa.Column("started_at", sa.Double(), nullable=False),
        sa.Column("ended_at", sa.Double(), nullable=True),
        sa.Column("body_bytes", sa.Integer(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("request", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_sweeps"),
    )
    op.create_index("ix_sweeps_namespace_started_at_id", "sweeps", ["namespace", "started_at", "id"])
    for name, column, where in (
        ("ix_sweeps_unfinished", "id", "state IN ('running', 'paused')"),
        ("ix_sweeps_ended", "ended_at", "ended_at IS NOT NULL"),
    ):
        op.create_index(name, "sweeps", [column], sqlite_where=sa.text(where), postgresql_where=sa.text(where))
    op.create_table(
        "sweep_outcomes",
        sa.Column("sweep_id", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("tokens_saved", sa.BigInteger(), nullable=False),
        sa.Column("usd_spent", sa.Double(), nullable=False),
        sa.PrimaryKeyConstraint("sweep_id", "state", "reason", name="pk_sweep_outcomes"),
    )
    active = "sweep_id <> '' AND state IN ('queued', 'running')"
    op.create_index(
        "ix_jobs_active_of_sweep",
        "jobs",
        ["sweep_id", "state"],
        sqlite_where=sa.text(active),
        postgresql_where=sa.text(active),
    )
