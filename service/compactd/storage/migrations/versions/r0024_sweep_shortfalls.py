"""Which figure of its budget a sweep is paused for, with what was needed and what was left."""

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"


def upgrade() -> None:
    op.add_column("sweeps", sa.Column("short_of", sa.String(), nullable=False, server_default=sa.text("''")))
    op.add_column("sweeps", sa.Column("short_needed", sa.Double(), nullable=False, server_default=sa.text("0")))
    op.add_column("sweeps", sa.Column("short_left", sa.Double(), nullable=False, server_default=sa.text("0")))
