"""How full each context is, to be found by. Conversations that are there have no row before they are written next."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"


def upgrade() -> None:
    op.create_table(
        "context_figures",
        sa.Column("conversation_id", sa.String(), nullable=False),
        sa.Column("namespace", sa.String(), nullable=False),
        sa.Column("agent_id", sa.String(), nullable=False),
        sa.Column("context_tokens", sa.Integer(), nullable=False),
        sa.Column("context_window", sa.Integer(), nullable=False),
        sa.Column("context_share", sa.Double(), nullable=False),
        sa.Column("own_window", sa.Boolean(), nullable=False),
        sa.Column("last_message_at", sa.Double(), nullable=False),
        sa.Column("asked_version", sa.Integer(), nullable=False),
        sa.Column("asked_tokens", sa.Integer(), nullable=False),
        sa.Column("rest_asked_at", sa.Double(), nullable=False),
        sa.PrimaryKeyConstraint("conversation_id", name="pk_context_figures"),
        sa.ForeignKeyConstraint(
            ["conversation_id"],
            ["conversations.id"],
            name="fk_context_figures_conversation_id_conversations",
            ondelete="CASCADE",
        ),
    )
    for columns in (
        ["namespace", "conversation_id"],
        ["namespace", "context_tokens", "conversation_id"],
        ["namespace", "context_share", "conversation_id"],
        ["namespace", "last_message_at", "conversation_id"],
    ):
        op.create_index(f"ix_context_figures_{'_'.join(columns)}", "context_figures", columns)
