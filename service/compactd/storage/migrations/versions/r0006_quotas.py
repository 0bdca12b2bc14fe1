"""What namespaces use: bytes of messages by conversation, and what models cost in a day."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"

_COUNT = """
UPDATE conversations SET stored_bytes = COALESCE(
    (SELECT SUM(messages.body_bytes) FROM messages WHERE messages.conversation_id = conversations.id), 0
) + COALESCE((
    SELECT SUM(LENGTH(body) + COALESCE(LENGTH(import_data), 0) + COALESCE(LENGTH(content), 0))
    FROM system_texts WHERE system_texts.conversation_id = conversations.id
), 0)
"""


def upgrade() -> None:
    column = sa.Column("stored_bytes", sa.BigInteger(), nullable=False, server_default=sa.text("0"))
    op.add_column("conversations", column)
    op.execute(_COUNT)
    op.create_table(
        "model_spends",
        sa.Column("namespace", sa.String(), nullable=False),
        sa.Column("day", sa.Integer(), nullable=False),
        sa.Column("usd", sa.Double(), nullable=False),
        sa.PrimaryKeyConstraint("namespace", "day", name="pk_model_spends"),
    )
    op.create_table(
        "spend_reservations",
        sa.Column("namespace", sa.String(), nullable=False),
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("day", sa.Integer(), nullable=False),
        sa.Column("usd", sa.Double(), nullable=False),
        sa.Column("held_until", sa.Double(), nullable=False),
        sa.PrimaryKeyConstraint("namespace", "id", name="pk_spend_reservations"),
    )
