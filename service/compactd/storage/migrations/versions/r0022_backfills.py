"""How far figures are filled in of conversations that were stored before there were any."""

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"


def upgrade() -> None:
    op.create_table(
        "backfills",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("after_id", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_backfills"),
    )
    op.execute(
        "INSERT INTO backfills (name, after_id) SELECT 'context_figures', '' WHERE EXISTS (SELECT 1 FROM conversations)"
    )
