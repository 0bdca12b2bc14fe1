"""What a message names and mentions, beside its digest: NULL in older rows, whose messages are read again."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    for name in ("identifiers", "passing"):
        op.add_column("messages", sa.Column(name, sa.LargeBinary(), nullable=True))
