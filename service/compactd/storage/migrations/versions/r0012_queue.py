"""The tables and functions of the queue beside ours, Procrastinate's, on PostgreSQL.

They are those of the release that is installed, which is pinned exactly (pyproject.toml). An upgrade of it takes a
revision of its own, with the files of `procrastinate/sql/migrations/` between the two releases, for databases that have
passed this one; and one that has not gets the newer schema here, so that the new revision has to look whether what it
changes is changed already.
"""

from importlib.metadata import distribution
from pathlib import Path

from alembic import op

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    connection = op.get_bind()
    if connection.dialect.name != "postgresql":
        return
    # Found without being imported: what a migration needs is the text.
    schema = Path(str(distribution("procrastinate").locate_file("procrastinate/sql/schema.sql"))).read_text(
        encoding="utf-8"
    )
    # Several statements, with signs in them that would stand for parameters.
    connection.execution_options(no_parameters=True).exec_driver_sql(schema)
