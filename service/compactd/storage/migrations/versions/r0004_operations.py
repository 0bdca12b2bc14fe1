"""Operations, so that a request has one effect however often it comes; and leases, so that of the processes that would
compact a conversation one does."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    op.add_column("conversations", sa.Column("lease_token", sa.Integer(), nullable=False, server_default=sa.text("0")))
    op.add_column("conversations", sa.Column("lease_until", sa.Double(), nullable=False, server_default=sa.text("0")))
    op.create_table(
        "operations",
        sa.Column("namespace", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("fingerprint", sa.LargeBinary(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("attempt", sa.Integer(), nullable=False),
        sa.Column("lease_token", sa.Integer(), nullable=False),
        sa.Column("wanted_until", sa.Double(), nullable=False),
        sa.Column("agent_id", sa.String(), nullable=False),
        sa.Column("conversation_id", sa.String(), nullable=False),
        sa.Column("expires_at", sa.Double(), nullable=False),
        sa.Column("failure", sa.LargeBinary(), nullable=True),
        sa.Column("reply", sa.LargeBinary(), nullable=True),
        sa.PrimaryKeyConstraint("namespace", "name", name="pk_operations"),
    )
    op.create_index("ix_operations_agent_id_conversation_id", "operations", ["agent_id", "conversation_id"])
    op.create_index("ix_operations_expires_at", "operations", ["expires_at"])
