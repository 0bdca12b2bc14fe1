"""`make torture`: many clients use servers that are killed, on databases that are killed, with a model that misbehaves;
then everything that they know is held against everything that is stored.

    python -m tests.torture --seconds 180 --seed 1 --database both

The seed decides what each client does and what goes wrong; how these meet, the machine decides. Exit status 1 where
anything was found.
"""

import argparse
import asyncio
import tempfile
import time
from collections.abc import Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path
from random import Random

import uvloop

from tests.deploy.shipped_envoy import Backend, shipped_envoy
from tests.doors import Door, GrpcDoor, RestDoor
from tests.envoy.envoy import envoy_of
from tests.load.processes import free_ports
from tests.pgbouncer import pgbouncer_before
from tests.server import WORK
from tests.torture.calls import Calls
from tests.torture.client import Client
from tests.torture.databases import DATABASES, Database
from tests.torture.faults import Faults
from tests.torture.history import History
from tests.torture.replica import Replica
from tests.torture.report import Outcome, report
from tests.torture.unreliable_model import UnreliableModel
from tests.torture.verdict import judge
from tests.torture.world import MODEL, World

REPLICAS = 2
CLIENTS = 40
AGENT_MODELS = ("openai/gpt-4.1-mini", MODEL, "")
"""One agent each; without a model it is the embedded summarizer that stands in for it."""

LAST_WORDS = 240.0
"""Seconds that clients have at the end to learn what came of what they did."""

LOOK_SECONDS = 5.0


@dataclass(frozen=True, slots=True)
class Options:
    """`databases` are keys of DATABASES."""

    seconds: float
    seed: int
    databases: tuple[str, ...]
    workers: int
    """Of each server."""
    envoy: bool = False
    """Whether clients go through the Envoy that is shipped."""
    pgbouncer: bool = False
    """Whether servers reach PostgreSQL through a PgBouncer in transaction mode."""


async def torture(options: Options) -> int:
    """The exit status."""
    outcomes = await asyncio.gather(*(_torture(name, options) for name in options.databases))
    for outcome in outcomes:
        print(report(outcome))
    print(f"seed {options.seed}: {' and '.join(options.databases)}, {options.seconds:g} s")
    return int(any(outcome.findings for outcome in outcomes))


async def _torture(name: str, options: Options) -> Outcome:
    seed = f"{options.seed} {name}"
    async with AsyncExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="compactd-torture-")))
        database = await stack.enter_async_context(DATABASES[name](folder))
        model = await stack.enter_async_context(UnreliableModel(Random(f"model {seed}")))
        url = database.url
        if options.pgbouncer and name == "postgresql":
            url = stack.enter_context(pgbouncer_before(url))
        settings = {
            "COMPACTD_DATABASE_URL": url,
            "COMPACTD_DATABASE_PREPARED_STATEMENTS": str(url == database.url).lower(),
            "OPENAI_API_KEY": "sk-test",
            "OPENAI_BASE_URL": f"{model.url}/v1",
            "COMPACTD_WORKERS": str(options.workers),
        }
        # Envoy has to know where a server will be that is started again.
        backends = [Backend(*free_ports(3)) for _ in range(REPLICAS)] if options.envoy else []
        places = [_addresses(backend) for backend in backends] or [{}] * REPLICAS
        replicas = [Replica(number, folder, settings | place) for number, place in enumerate(places)]
        # On SQLite servers alone run jobs.
        workers = [Replica(0, folder, settings, WORK)] if name == "postgresql" else []
        for replica in (*replicas, *workers):
            stack.push_async_callback(replica.end)
        await asyncio.gather(*(replica.start() for replica in (*replicas, *workers)))
        front: tuple[Door, Door] | None = None
        if backends:
            socket = await stack.enter_async_context(envoy_of(lambda socket: shipped_envoy(socket, backends)))
            front = GrpcDoor(f"unix:{socket}"), RestDoor("http://localhost", socket)
            for door in front:
                stack.push_async_callback(door.close)
        return await _Run(seed, options.seconds, database, model, replicas, workers, front).outcome()


def _addresses(backend: Backend) -> dict[str, str]:
    variables = ("COMPACTD_GRPC_ADDRESS", "COMPACTD_HTTP_ADDRESS", "COMPACTD_ADMIN_ADDRESS")
    # Longer than Envoy takes to ask for health twice.
    drain = {"COMPACTD_DRAIN_SECONDS": "2.5"}
    return {name: f"127.0.0.1:{port}" for name, port in zip(variables, backend, strict=True)} | drain


class _Run:
    """One database, its servers, its clients."""

    def __init__(
        self,
        seed: str,
        seconds: float,
        database: Database,
        model: UnreliableModel,
        replicas: Sequence[Replica],
        workers: Sequence[Replica],
        front: tuple[Door, Door] | None,
    ) -> None:
        self._workers = workers
        self._front = front
        self._seconds = seconds
        self._database = database
        self._model = model
        self._replicas = replicas
        self._history = History()
        self._world = World(self._history)
        self._began = time.monotonic()
        faulted = [*replicas, *workers]
        self._faults = Faults(Random(f"faults {seed}"), faulted, database, self._history, self._began)
        self._clients = [self._client(seed, number) for number in range(CLIENTS)]

    def _client(self, seed: str, number: int) -> Client:
        random = Random(f"client {number} {seed}")
        calls = Calls(self._replicas, self._history, random, self._began, self._front)
        return Client(number, random, self._world, calls)

    async def outcome(self) -> Outcome:
        for client, model in zip(self._clients, AGENT_MODELS, strict=False):
            await client.create_agent(model)
        await self._clients[0].create_policy()
        looking = asyncio.create_task(self._look())
        until = time.monotonic() - self._began + self._seconds
        running = [asyncio.create_task(client.run(until)) for client in self._clients]
        await self._faults.run(self._began + until)
        self._model.calm = True
        async with asyncio.timeout(LAST_WORDS):
            await asyncio.gather(*running)
        looking.cancel()
        zero = time.time() - (time.monotonic() - self._began)
        await judge(self._database, self._replicas, self._workers, self._world, zero)
        return Outcome(
            self._database.name,
            time.monotonic() - self._began,
            self._history,
            self._faults.done,
            self._model.met,
            max(replica.peak_megabytes for replica in (*self._replicas, *self._workers)),
        )

    async def _look(self) -> None:
        while True:
            for replica in (*self._replicas, *self._workers):
                replica.look()
            await asyncio.sleep(LOOK_SECONDS)


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="make torture", description=__doc__.partition(":")[2].partition(".")[0])
    parser.add_argument("--seconds", type=float, default=180.0, help="how long clients and faults go on")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--database", choices=[*DATABASES, "both"], default="both")
    parser.add_argument("--workers", type=int, default=1, help="of each server")
    parser.add_argument("--envoy", action="store_true", help="clients go through the Envoy of deploy/")
    parser.add_argument("--pgbouncer", action="store_true", help="servers reach PostgreSQL through a PgBouncer")
    given = parser.parse_args(arguments)
    databases = tuple(DATABASES) if given.database == "both" else (given.database,)
    return uvloop.run(
        torture(Options(given.seconds, given.seed, databases, given.workers, given.envoy, given.pgbouncer))
    )
