"""What there is to reckon with where a service grows: bytes that conversations take, and appends with policies.

    python -m tests.load.growth [--database NAME] [--conversations N] [--appends N]

The bytes are those of the whole database, its indexes among them, divided by the conversations. Appends without
policies, with some that they do not reach, and with one that each of them reaches go to one server in turns. Prints
tables of Markdown.
"""

import argparse
import asyncio
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import grpc
from google.protobuf.json_format import MessageToDict
from sqlalchemy import create_engine, text

from compaction.v1 import conversation_service_pb2, policy_pb2, policy_service_pb2, policy_service_pb2_grpc
from tests.load import workload
from tests.load.databases import DATABASES
from tests.load.ghz import find_ghz
from tests.load.goals import Goal
from tests.load.job_rates import postgres_cpu
from tests.load.load import Ghz, Request
from tests.load.measuring import APPEND
from tests.load.meter import Meter, MeteredLoad, metered_together
from tests.load.prepare import Preparation
from tests.load.processes import Models, Server, compactd_server, loopback_model
from tests.load.rows import figure

MESSAGES = 50
ROUNDS = 4
APPENDS = 60
NEVER_REACHED = 1_000_000_000
"""Tokens: what a policy costs is to be measured, not what it asks for."""

WITHOUT, WITH, QUEUEING = "no policies", "three policies, none reached", "one policy, reached: a job is queued"

Triggers = Sequence[policy_pb2.CompactionTrigger]

# The three that most people want.
IN_FORCE: Mapping[str, Triggers] = {
    WITHOUT: (),
    WITH: (
        policy_pb2.CompactionTrigger(context_share=1.0),
        policy_pb2.CompactionTrigger(context_tokens=NEVER_REACHED),
        policy_pb2.CompactionTrigger(context_tokens=NEVER_REACHED + 1),
    ),
    QUEUEING: (policy_pb2.CompactionTrigger(context_tokens=1),),
}


@dataclass(frozen=True, slots=True)
class Appended:
    """Appends of one kind: as they were met, and the milliseconds of CPU that PostgreSQL took for all of them."""

    metered: MeteredLoad
    database_cpu: float

    @property
    def cpu(self) -> float:
        """Milliseconds an append, of the server."""
        return self.metered.cpu / len(self.metered.load.calls)

    @property
    def database_cpu_each(self) -> float:
        return self.database_cpu / len(self.metered.load.calls)

    @property
    def p50(self) -> float:
        return self.metered.load.percentile(0.5)


@dataclass(frozen=True, slots=True)
class Appends:
    """Appends of two messages on one database, by what is in force."""

    database: str
    kinds: Mapping[str, Appended]

    @property
    def failures(self) -> int:
        return sum(sum(kind.metered.load.failures.values()) for kind in self.kinds.values())

    def goals(self) -> list[Goal]:
        """Those of an append that may not be slower by more than a tenth. All processes count."""
        without = self.kinds[WITHOUT]
        goals = []
        for name in (WITH, QUEUEING):
            kind = self.kinds[name]
            times = (kind.cpu + kind.database_cpu_each) / (without.cpu + without.database_cpu_each)
            goals.append(Goal(f"{self.database}, AppendMessages of 2, {name}: times the CPU without", times, 1.1, ""))
        return goals

    def table(self) -> str:
        """Markdown."""
        lines = [
            "| database | AppendMessages of 2 with | p50 ms | times | CPU ms | times | PostgreSQL's |",
            "| --- | --- | ---: | ---: | ---: | ---: | ---: |",
        ]
        without = self.kinds[WITHOUT]
        for name, kind in self.kinds.items():
            seen = [kind.p50, kind.p50 / without.p50, kind.cpu, kind.cpu / without.cpu, kind.database_cpu_each]
            lines.append(f"| {self.database} | {name} | {' | '.join(map(figure, seen))} |")
        return "\n".join(lines)


@dataclass(frozen=True, slots=True)
class Growth:
    """Bytes a conversation, as it was appended and after it was compacted."""

    appended: float
    compacted: float


def database_bytes(url: str) -> int:
    """Of all tables and indexes; what SQLite has in its log is brought into the file first."""
    engine = create_engine(url.replace("postgresql://", "postgresql+psycopg://"))
    try:
        with engine.connect() as connection:
            if url.startswith("postgresql"):
                return int(connection.execute(text("SELECT pg_database_size(current_database())")).scalar_one())
            connection.execute(text("PRAGMA wal_checkpoint(TRUNCATE)"))
            pages, free, size = (
                connection.execute(text(f"PRAGMA {name}")).scalar_one()
                for name in ("page_count", "freelist_count", "page_size")
            )
            return int((pages - free) * size)
    finally:
        engine.dispose()


@contextmanager
def policies(address: str, triggers: Triggers) -> Iterator[None]:
    """They are in force until the end of the block."""
    made = asyncio.run(_create(address, triggers))
    try:
        yield
    finally:
        asyncio.run(_delete(address, made))


async def _create(address: str, triggers: Triggers) -> list[str]:
    async with grpc.aio.insecure_channel(address) as channel:
        stub = policy_service_pb2_grpc.PolicyServiceStub(channel)
        requests = [
            policy_service_pb2.CreatePolicyRequest(policy=policy_pb2.Policy(trigger=trigger)) for trigger in triggers
        ]
        return [(await stub.CreatePolicy(request)).id for request in requests]


async def _delete(address: str, policy_ids: Sequence[str]) -> None:
    async with grpc.aio.insecure_channel(address) as channel:
        stub = policy_service_pb2_grpc.PolicyServiceStub(channel)
        for policy_id in policy_ids:
            await stub.DeletePolicy(policy_service_pb2.DeletePolicyRequest(policy_id=policy_id))


def append_requests(conversations: Sequence[str], count: int) -> list[Request]:
    batch = conversation_service_pb2.AppendMessagesRequest(messages=workload.batch(0, 2))
    messages = MessageToDict(batch)["messages"]
    return [
        {"conversationId": conversations[number % len(conversations)], "messages": messages} for number in range(count)
    ]


def measure_bytes(database: str, models: Models, conversations: int) -> Growth:
    with ExitStack() as stack:
        server, url = _server(stack, database, models)
        preparation = Preparation(server.address)
        agent = preparation.agent()
        empty = database_bytes(url)
        names = preparation.conversations(agent, conversations, MESSAGES)
        appended = database_bytes(url) - empty
        preparation.compact_all(names)
        compacted = database_bytes(url) - empty
    return Growth(appended / conversations, compacted / conversations)


def measure_appends(database: str, models: Models, appends: int, rounds: int = ROUNDS) -> Appends:
    """So many of each kind in a round, each to a conversation of its own: one for which a job is queued already would
    get no other."""
    with ExitStack() as stack:
        server, url = _server(stack, database, models)
        preparation = Preparation(server.address)
        agent = preparation.agent()
        names = preparation.conversations(agent, appends * (rounds * len(IN_FORCE) + 1), MESSAGES)
        requests = append_requests(names, len(names))
        meter, ghz = Meter(server.process), Ghz(find_ghz(), server.address)
        ghz.run(APPEND, requests[:appends], 1)
        seen: dict[str, list[Appended]] = {name: [] for name in IN_FORCE}
        at = appends
        for _ in range(rounds):
            for name, triggers in IN_FORCE.items():
                with policies(server.address, triggers):
                    before = postgres_cpu(url)
                    metered = meter.measured(partial(ghz.run, APPEND, requests[at : at + appends], 1))
                    seen[name].append(Appended(metered, 1000 * (postgres_cpu(url) - before)))
                at += appends
    return Appends(database, {name: _together(parts) for name, parts in seen.items()})


def _together(parts: Sequence[Appended]) -> Appended:
    return Appended(metered_together([part.metered for part in parts]), sum(part.database_cpu for part in parts))


def _server(stack: ExitStack, database: str, models: Models) -> tuple[Server, str]:
    """One that runs no jobs, and its database."""
    folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="compactd-bench-")))
    url = stack.enter_context(DATABASES[database](folder))
    settings = {"COMPACTD_JOBS_AT_ONCE": "0"}
    return stack.enter_context(compactd_server(folder, models, url, settings=settings)), url


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--database", action="append", choices=list(DATABASES), help="only on this one")
    parser.add_argument("--conversations", type=int, default=400, help=f"of {MESSAGES} messages each, for the bytes")
    parser.add_argument("--appends", type=int, default=APPENDS, help="of 2 messages, of each kind in each round")
    parser.add_argument("--rounds", type=int, default=ROUNDS, help="how often the kinds take turns")
    options = parser.parse_args()
    failures = 0
    with loopback_model(0.0) as instant:
        models = Models(instant, instant)
        for database in options.database or DATABASES:
            if options.conversations:
                found = measure_bytes(database, models, options.conversations)
                print("| database | kB a conversation | compacted |\n| --- | ---: | ---: |")
                print(f"| {database} | {found.appended / 1000:.1f} | {found.compacted / 1000:.1f} |\n", flush=True)
            appends = measure_appends(database, models, options.appends, options.rounds)
            failures += appends.failures
            print(f"{appends.table()}\n", flush=True)
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
