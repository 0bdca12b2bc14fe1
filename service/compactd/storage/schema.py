"""The revision of the tables that this version of compactd works with."""

from pathlib import Path

from sqlalchemy import Connection, Engine, inspect, text

from compactd.storage.job_tables import JOBS
from compactd.storage.unavailability import Unusable

HEAD = "0031"
"""The newest revision in `migrations/versions`. Revisions are numbers of four digits, so that they can be compared."""

_MIGRATION_LOCK = 0x636F6D7061637464
"""Keeps replicas that start together from migrating one database at once."""

MIGRATIONS = Path(__file__).with_name("migrations")


class SchemaMismatch(Unusable):
    """The tables are not those of this version."""


def create_schema(engine: Engine, new: bool = True) -> None:
    """Creates the tables in an empty SQLite file, or upgrades the older ones in it. SchemaMismatch for one without
    tables that need not be `new`."""
    with engine.begin() as connection:
        found = _revision(connection)
        if found is None and not new:
            raise SchemaMismatch("The database file has no tables of compactd: put the right one there.")
        if found is None:
            # All tables of this version, whose modules are imported by now.
            JOBS.metadata.create_all(connection)
            connection.execute(text("CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL PRIMARY KEY)"))
            connection.execute(text("INSERT INTO alembic_version VALUES (:head)"), {"head": HEAD})
        elif found != HEAD:
            upgrade(connection)


def require_schema(engine: Engine) -> None:
    """SchemaMismatch unless the tables are those of this version."""
    with engine.connect() as connection:
        found = _revision(connection)
    if found != HEAD:
        has = "no tables" if found is None else f"revision {found}"
        raise SchemaMismatch(
            f"The database has {has} and not the tables of this version of compactd: run compactd migrate."
        )


def find_revision(connection: Connection) -> str:
    """That of the tables, whichever version of compactd they are for; empty if there are none."""
    if not inspect(connection).has_table("alembic_version"):
        return ""
    return str(connection.scalar(text("SELECT version_num FROM alembic_version")) or "")


def upgrade(connection: Connection) -> None:
    """Brings the tables to the newest revision, in the connection's transaction."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _MIGRATION_LOCK})
    if _revision(connection) == HEAD:
        return

    # Alembic is wanted once in a database's life, and costs a tenth of a second at every start.
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.attributes["connection"] = connection
    command.upgrade(config, "head")


def _revision(connection: Connection) -> str | None:
    found = find_revision(connection) or None
    if found is not None and found > HEAD:
        raise SchemaMismatch(f"The database has revision {found}, of a newer version of compactd: start that version.")
    return found
