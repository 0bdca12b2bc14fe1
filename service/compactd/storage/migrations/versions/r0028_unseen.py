"""Whether something was appended to a context that no compaction has seen, beside how full it is."""

import sqlalchemy as sa
from alembic import op

revision = "0028"
down_revision = "0027"


def upgrade() -> None:
    op.add_column(
        "context_figures", sa.Column("has_unseen", sa.Boolean(), nullable=False, server_default=sa.text("true"))
    )
    op.execute(
        "UPDATE context_figures SET has_unseen = false WHERE EXISTS ("
        "SELECT 1 FROM conversations JOIN compactions ON compactions.id = conversations.last_compaction_id"
        " WHERE conversations.id = context_figures.conversation_id"
        " AND compactions.last_seen_position >= conversations.last_position)"
    )
