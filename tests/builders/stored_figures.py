"""Databases whose conversations were stored before there were figures of contexts."""

from sqlalchemy import Connection

from compactd.storage.policy_tables import BACKFILLS, CONTEXT_FIGURES
from compactd.storage.store import SqlStore


async def lose_figures(store: SqlStore) -> None:
    """As if a version without figures had stored all that there is, and this one had just been put in its place."""

    def lose(connection: Connection) -> None:
        connection.execute(CONTEXT_FIGURES.delete())
        connection.execute(BACKFILLS.insert(), {"name": CONTEXT_FIGURES.name, "after_id": ""})

    await store._database.write(lose)
