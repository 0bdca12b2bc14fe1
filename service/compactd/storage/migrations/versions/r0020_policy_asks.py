"""What was asked for a conversation is each policy's own."""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"


def upgrade() -> None:
    op.create_table(
        "policy_asks",
        sa.Column("conversation_id", sa.String(), nullable=False),
        sa.Column("policy_id", sa.String(), nullable=False),
        sa.Column("request_id", sa.String(), nullable=False),
        sa.Column("context_version", sa.Integer(), nullable=False),
        sa.Column("context_tokens", sa.Integer(), nullable=False),
        sa.Column("rested_since", sa.Double(), nullable=False),
        sa.PrimaryKeyConstraint("conversation_id", "policy_id", name="pk_policy_asks"),
        sa.ForeignKeyConstraint(
            ["conversation_id"],
            ["context_figures.conversation_id"],
            name="fk_policy_asks_conversation_id_context_figures",
            ondelete="CASCADE",
        ),
    )
    # Whose asks these were is not known: each policy may ask once more.
    for name in ("asked_version", "asked_tokens", "rest_asked_at"):
        op.drop_column("context_figures", name)
