"""Policies of agents, and when their conversations have rested for long enough."""

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0024"


def upgrade() -> None:
    op.add_column("policies", sa.Column("agent_id", sa.String(), nullable=False, server_default=sa.text("''")))
    op.drop_index("ix_policies_namespace_created_at_id", "policies")
    _partial("ix_policies_of_namespace", "agent_id = ''", "policies", "namespace", "created_at", "id")
    op.add_column("context_figures", sa.Column("rest_due_at", sa.Double(), nullable=True))
    _partial(
        "ix_context_figures_rest_due", "rest_due_at IS NOT NULL", "context_figures", "rest_due_at", "conversation_id"
    )


def _partial(name: str, where: str, table: str, *columns: str) -> None:
    condition = sa.text(where)
    op.create_index(name, table, columns, sqlite_where=condition, postgresql_where=condition)
