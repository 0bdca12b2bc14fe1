"""Until when an operation is watched from other processes than its own."""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"


def upgrade() -> None:
    op.add_column("operations", sa.Column("watched_until", sa.Double(), nullable=False, server_default=sa.text("0")))
