"""How far each policy has looked for conversations that rest, and when it looks next."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"


def upgrade() -> None:
    op.add_column("policies", sa.Column("idle_seconds", sa.Double(), nullable=True))
    op.add_column("policies", sa.Column("rested_until", sa.Double(), nullable=False, server_default=sa.text("0")))
    op.add_column("policies", sa.Column("next_look_at", sa.Double(), nullable=True))
    condition = sa.text("next_look_at IS NOT NULL")
    op.create_index(
        "ix_policies_next_look", "policies", ["next_look_at"], sqlite_where=condition, postgresql_where=condition
    )
