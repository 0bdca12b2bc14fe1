"""The limits of a provider before several processes of one database, with calls and jobs at the same time, one of the
processes killed in the middle, and the provider saying once that it wants to be left alone. Any of them could ask for
more than the limits: what the provider sees of all together is what counts.

    python -m tests.process.limited_fleet [--database NAME] [--limit NAME] [--seconds N]

On PostgreSQL these are two servers and a `compactd work`; on SQLite a server with two workers. Prints a line for each.
"""

import argparse
import asyncio
import os
import signal
import sys
import tempfile
import time
from bisect import bisect_left
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass
from itertools import count
from pathlib import Path

import grpc

from compaction.v1 import compaction_service_pb2
from tests.builders.chat import append, new_agent, new_conversation, talk
from tests.load.databases import DATABASES
from tests.loopback.dialects import openai_chat
from tests.loopback.model import LoopbackModel, Received, Reply
from tests.rpc.jobs import ENDED, job_of, submit
from tests.rpc.models import LIGHT
from tests.server import SERVE, Client, client_of, server_process, worker_process

CALLERS, JOBS = 12, 4
"""Conversations that are compacted again and again by calls, and those by jobs."""

READ_TOKENS, WRITTEN_TOKENS = 900, 100
"""What the provider counts for each request."""

HOLD_SECONDS = 2
"""What Retry-After says, once."""

HEARD_SECONDS = 0.5
"""So long after it was said what had been granted before may still arrive."""

WINDOW = 10.0
"""Seconds in which limits by the minute are kept."""

LOOK_SECONDS = 0.05
CALL_SECONDS = 60


@dataclass(frozen=True, slots=True)
class Limits:
    """One kind of limits, and how long the provider takes for an answer, in seconds."""

    text: str
    requests_per_minute: float | None
    tokens_per_minute: float | None
    calls_at_once: int | None
    thinking: float


LIMITS = {
    "requests": Limits("requests_per_minute = 1200\ncalls_at_once = 8", 1200, None, 8, 0.05),
    "tokens": Limits("tokens_per_minute = 600000", None, 600_000, None, 0.05),
    "at once": Limits("calls_at_once = 4", None, None, 4, 0.1),
}


@dataclass(frozen=True, slots=True)
class Seen:
    """What the provider saw. `most` is the most that came in any WINDOW, as a share of what the limit by the minute
    gives for it, and `last` what came in the last one; 0 where there is none. `while_held` counts the requests that
    came while it wanted to be left alone; `lost` calls ended by the kill, `failures` what else failed, by code."""

    requests: int
    most: float
    last: float
    most_at_once: int
    while_held: int
    lost: int
    failures: Counter[str]

    def line(self) -> str:
        shares = f"{100 * self.most:.1f} % | {100 * self.last:.1f} %" if self.most else "– | –"
        failed = ", ".join(f"{count} {code}" for code, count in sorted(self.failures.items())) or "none"
        return f"{self.requests} | {shares} | {self.most_at_once} | {self.while_held} | {self.lost} | {failed}"


HEAD = """\
| database | limit | requests | most in any 10 s | last 10 s | at once | while held | lost | failed |
| --- | --- | ---: | ---: | ---: | ---: | ---: | ---: | --- |"""


class CountingModel(LoopbackModel):
    """Knows when each request came; says once, when it is told to, that it wants to be left alone."""

    def __init__(self, thinking: float) -> None:
        super().__init__()
        self._thinking = thinking
        self.times: list[float] = []
        self.is_to_hold = asyncio.Event()
        self.held_at = 0.0

    def reply_to(self, request: Received) -> Reply:
        self.times.append(time.monotonic())
        # A long run need not remember what it was sent.
        self.requests.clear()
        if self.is_to_hold.is_set():
            self.is_to_hold.clear()
            self.held_at = time.monotonic()
            return Reply({"error": {"message": "slow down"}}, status=429, headers={"retry-after": str(HOLD_SECONDS)})
        answer = openai_chat()
        answer["usage"] = {
            "prompt_tokens": READ_TOKENS,
            "completion_tokens": WRITTEN_TOKENS,
            "total_tokens": READ_TOKENS + WRITTEN_TOKENS,
        }
        return Reply(answer, delay=self._thinking)


@dataclass(frozen=True, slots=True)
class Processes:
    """Where calls go, and how one process is killed."""

    addresses: Sequence[str]
    kill: Callable[[], Awaitable[None]]


async def watch(database: str, url: str, folder: Path, limits: Limits, seconds: float) -> Seen:
    """So many seconds of load; one process is killed after a quarter of them, the provider is busy after a half."""
    file = folder / "providers.toml"
    file.write_text(f"[openai]\n{limits.text}\n")
    async with CountingModel(limits.thinking) as model:
        settings = {
            "COMPACTD_DATABASE_URL": url,
            "COMPACTD_PROVIDERS_FILE": str(file),
            "OPENAI_API_KEY": "sk-test",
            "OPENAI_BASE_URL": f"{model.url}/v1",
        }
        opened = _on_postgresql if database == "PostgreSQL" else _on_sqlite
        async with opened(folder, settings) as processes:
            load = _Load(processes.addresses)
            await load.begin()
            # The first compaction of each process loads what it needs.
            while len(model.times) < CALLERS:  # noqa: ASYNC110
                await asyncio.sleep(LOOK_SECONDS)
            began = len(model.times)
            await asyncio.sleep(seconds / 4)
            await processes.kill()
            await asyncio.sleep(seconds / 4)
            model.is_to_hold.set()
            await asyncio.sleep(seconds / 2)
            times = model.times[began:]
            await load.end()
    held = bisect_left(times, model.held_at + HOLD_SECONDS) - bisect_left(times, model.held_at + HEARD_SECONDS)
    allowed = _allowed(limits)
    most, last = (count / allowed if allowed else 0.0 for count in (most_within(times), _last(times)))
    return Seen(len(times), most, last, model.most_at_once, held, load.lost, load.failures)


def most_within(times: Sequence[float], seconds: float = WINDOW) -> int:
    """The most of these moments, in their order, that lie in any stretch of so many seconds."""
    return max((bisect_left(times, moment + seconds) - place for place, moment in enumerate(times)), default=0)


def _last(times: Sequence[float]) -> int:
    return len(times) - bisect_left(times, times[-1] - WINDOW) if times else 0


def _allowed(limits: Limits) -> float:
    """Requests in a WINDOW."""
    if limits.requests_per_minute is not None:
        return limits.requests_per_minute * WINDOW / 60
    if limits.tokens_per_minute is not None:
        return limits.tokens_per_minute / (READ_TOKENS + WRITTEN_TOKENS) * WINDOW / 60
    return 0.0


@asynccontextmanager
async def _on_postgresql(folder: Path, settings: dict[str, str]) -> AsyncIterator[Processes]:
    async with AsyncExitStack() as stack:
        no_jobs = settings | {"COMPACTD_JOBS_AT_ONCE": "0"}
        one = await stack.enter_async_context(server_process(folder, **no_jobs))
        other = await stack.enter_async_context(server_process(folder, **no_jobs))
        await stack.enter_async_context(worker_process(folder, "--concurrency", str(JOBS), **settings))
        for server in (one, other):
            await server.event("serving")
        yield Processes((one.address, other.address), other.kill)


@asynccontextmanager
async def _on_sqlite(folder: Path, settings: dict[str, str]) -> AsyncIterator[Processes]:
    async with server_process(folder, SERVE, **settings, COMPACTD_WORKERS="2") as server:
        for worker in (1, 2):
            await server.event("serving", worker=worker)

        async def kill() -> None:
            os.kill((await server.event("worker started", worker=2))["pid"], signal.SIGKILL)

        yield Processes((server.address,), kill)


class _Load:
    """Conversations that grow and are compacted, until the end."""

    def __init__(self, addresses: Sequence[str]) -> None:
        self._addresses = addresses
        self._tasks: list[asyncio.Task[None]] = []
        self.lost = 0
        self.failures: Counter[str] = Counter()
        self._turns = count(10)

    async def begin(self) -> None:
        async with _connected(self._addresses[0]) as client:
            agent = await new_agent(client, model=LIGHT)
            names = [await new_conversation(client, talk(4), agent_id=agent.id) for _ in range(CALLERS + JOBS)]
        for number, name in enumerate(names):
            again = self._compact if number < CALLERS else self._do_job
            self._tasks.append(asyncio.create_task(self._go_on(number, name, again)))

    async def end(self) -> None:
        for task in self._tasks:
            task.cancel()
        # A bug of the load is one of the run.
        for outcome in await asyncio.gather(*self._tasks, return_exceptions=True):
            if isinstance(outcome, Exception):
                raise outcome

    async def _go_on(self, number: int, name: str, again: Callable[[Client, str], Awaitable[None]]) -> None:
        """With one server after the other, where one has gone."""
        for place in range(number, sys.maxsize):
            async with _connected(self._addresses[place % len(self._addresses)]) as client:
                with suppress(_Gone):
                    while True:
                        await self._try(again, client, name)
            await asyncio.sleep(LOOK_SECONDS)

    async def _try(self, again: Callable[[Client, str], Awaitable[None]], client: Client, name: str) -> None:
        try:
            # Calls of its own, with ids that no other turn has.
            await append(client, name, talk(1, next(self._turns)))
            await again(client, name)
        except grpc.aio.AioRpcError as error:
            if error.code() == grpc.StatusCode.UNAVAILABLE:
                self.lost += 1
                raise _Gone from error
            self.failures[error.code().name] += 1

    async def _compact(self, client: Client, name: str) -> None:
        request = compaction_service_pb2.CompactRequest(conversation_id=name)
        request.compaction_settings.mode = 1  # type: ignore[assignment]  # a number stands for the enum's value
        await client.compactions.Compact(request, timeout=CALL_SECONDS)

    async def _do_job(self, client: Client, name: str) -> None:
        job = await submit(client, name, compaction_settings={"mode": 1})
        while (await job_of(client, job.id)).state not in ENDED:  # noqa: ASYNC110
            await asyncio.sleep(LOOK_SECONDS)


class _Gone(Exception):
    """The server has."""


@asynccontextmanager
async def _connected(address: str) -> AsyncIterator[Client]:
    """Over a connection of its own, which may break."""
    async with grpc.aio.insecure_channel(address, options=[("grpc.use_local_subchannel_pool", 1)]) as channel:
        yield client_of(channel)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--database", action="append", choices=list(DATABASES), help="only on this one")
    parser.add_argument("--limit", action="append", choices=list(LIMITS), help="only this one")
    parser.add_argument("--seconds", type=float, default=60, help="how long each is watched")
    options = parser.parse_args()
    print(HEAD)  # noqa: T201 - its answer
    for database in options.database or DATABASES:
        for name in options.limit or LIMITS:
            with (
                tempfile.TemporaryDirectory(prefix="compactd-", ignore_cleanup_errors=True) as folder,
                DATABASES[database](Path(folder)) as url,
            ):
                seen = asyncio.run(watch(database, url, Path(folder), LIMITS[name], options.seconds))
            print(f"| {database} | {name} | {seen.line()} |", flush=True)  # noqa: T201 - its answer
    return 0


if __name__ == "__main__":
    sys.exit(main())
