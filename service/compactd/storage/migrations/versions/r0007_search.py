"""The search index of each conversation, which its first search makes: these tables are empty at first."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import TSVECTOR

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    op.create_table(
        "search_indexes",
        sa.Column("conversation_id", sa.String(), nullable=False),
        sa.Column("secret", sa.LargeBinary(), nullable=False),
        sa.Column("rules_version", sa.Integer(), nullable=False),
        sa.Column("next_position", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("conversation_id", name="pk_search_indexes"),
        _owned("search_indexes"),
    )
    op.create_table(
        "searched_messages",
        sa.Column("conversation_id", sa.String(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=True),
        sa.Column("terms", sa.Text().with_variant(TSVECTOR(), "postgresql"), nullable=False),
        sa.PrimaryKeyConstraint("conversation_id", "position", name="pk_searched_messages"),
        _owned("searched_messages"),
    )
    if op.get_bind().dialect.name == "postgresql":
        op.create_index("ix_searched_messages_terms", "searched_messages", ["terms"], postgresql_using="gin")
    else:
        op.create_index("ix_searched_messages_id", "searched_messages", ["id"], unique=True)


def _owned(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["conversation_id"], ["conversations.id"], ondelete="CASCADE", name=f"fk_{table}_conversations"
    )
