"""The settings that agents and conversations have in common are called resource_settings."""

from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    for table in ("agents", "conversations"):
        op.alter_column(table, "own_settings", new_column_name="resource_settings")
