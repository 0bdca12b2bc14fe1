"""Which process does what is done for the whole database, and when the next one does."""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"


def upgrade() -> None:
    op.create_table(
        "chores",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("next_run_at", sa.Double(), nullable=False),
        sa.Column("held_until", sa.Double(), nullable=False),
        sa.Column("runner", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_chores"),
    )
