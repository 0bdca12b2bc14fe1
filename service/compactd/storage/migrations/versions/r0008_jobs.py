"""Jobs, and what happened to them."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"

_READY = "state = 'queued' AND due_at IS NULL"


def upgrade() -> None:
    op.create_table(
        "jobs",
        *_texts("id", "namespace", "agent_id", "conversation_id", "state"),
        *_integers("priority"),
        sa.Column("turn", sa.BigInteger(), nullable=False),
        sa.Column("automatic", sa.Boolean(), nullable=False),
        *_texts("policy_id", "sweep_id", "request_id"),
        *_integers("attempts", "deferrals", "token"),
        *_texts("runner"),
        sa.Column("held_until", sa.Double(), nullable=False),
        sa.Column("cancel_asked", sa.Boolean(), nullable=False),
        sa.Column("queued_at", sa.Double(), nullable=False),
        sa.Column("due_at", sa.Double(), nullable=True),
        sa.Column("started_at", sa.Double(), nullable=True),
        sa.Column("ended_at", sa.Double(), nullable=True),
        *_texts("compaction_id"),
        *_integers("tokens_before", "tokens_after"),
        sa.Column("cost_usd", sa.Double(), nullable=True),
        *_texts("traceparent"),
        sa.Column("failure", sa.LargeBinary(), nullable=True),
        *_integers("body_bytes"),
        sa.Column("request", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_jobs"),
    )
    for columns in (
        ["namespace", "queued_at", "id"],
        ["namespace", "state", "queued_at", "id"],
        ["conversation_id", "queued_at", "id"],
        ["agent_id"],
    ):
        op.create_index(f"ix_jobs_{'_'.join(columns)}", "jobs", columns)
    _partial("ix_jobs_ready", _READY, "priority", "turn", "queued_at", "id")
    _partial("ix_jobs_ready_of_namespace", _READY, "namespace", "priority", "turn")
    _partial("ix_jobs_put_off", "state = 'queued' AND due_at IS NOT NULL", "due_at")
    _partial("ix_jobs_running", "state = 'running'", "held_until")
    _partial("ix_jobs_ended", "ended_at IS NOT NULL", "ended_at")
    _partial("ix_jobs_of_policy", "policy_id <> ''", "policy_id", "queued_at", "id")
    _partial("ix_jobs_of_sweep", "sweep_id <> ''", "sweep_id", "queued_at", "id")
    _partial("uq_jobs_automatic", "automatic AND state IN ('queued', 'running')", "conversation_id", unique=True)
    _partial("uq_jobs_submitted", "NOT automatic", "namespace", "request_id", unique=True)
    op.create_table(
        "job_events",
        *_texts("namespace", "name"),
        *_integers("ordinal"),
        *_texts("agent_id", "conversation_id"),
        sa.Column("at", sa.Double(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("namespace", "name", "ordinal", name="pk_job_events"),
    )
    op.create_index("ix_job_events_agent_id_conversation_id", "job_events", ["agent_id", "conversation_id"])
    op.create_index("ix_job_events_at", "job_events", ["at"])


def _texts(*names: str) -> list[sa.Column[str]]:
    return [sa.Column(name, sa.String(), nullable=False) for name in names]


def _integers(*names: str) -> list[sa.Column[int]]:
    return [sa.Column(name, sa.Integer(), nullable=False) for name in names]


def _partial(name: str, where: str, *columns: str, unique: bool = False) -> None:
    condition = sa.text(where)
    op.create_index(name, "jobs", columns, unique=unique, sqlite_where=condition, postgresql_where=condition)
