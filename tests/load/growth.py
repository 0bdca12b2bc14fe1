"""What there is to reckon with where a service grows: bytes that conversations take, and an append with policies.

    python -m tests.load.growth [--database NAME] [--conversations N] [--appends N]

The bytes are those of the whole database, its indexes among them, divided by the conversations. Appends with and
without policies go to one server in turns. Prints a table of Markdown.
"""

import argparse
import asyncio
import sys
import tempfile
from collections.abc import Iterator, Sequence
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
from tests.load.load import Ghz, Request
from tests.load.measuring import APPEND
from tests.load.meter import Meter, MeteredLoad, metered_together
from tests.load.prepare import Preparation
from tests.load.processes import Models, compactd_server, loopback_model

MESSAGES = 50
ROUNDS = 6
NEVER_REACHED = 1_000_000_000
"""Tokens: what a policy costs is to be measured, not what it asks for."""


@dataclass(frozen=True, slots=True)
class Growth:
    """Bytes a conversation, as it was appended and after it was compacted, and the appends."""

    appended: float
    compacted: float
    without: MeteredLoad
    with_policies: MeteredLoad


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
def policies(address: str) -> Iterator[None]:
    """The three that most people want are in force until the end of the block, and ask for nothing."""
    triggers = (
        policy_pb2.CompactionTrigger(context_share=1.0),
        policy_pb2.CompactionTrigger(context_tokens=NEVER_REACHED),
        policy_pb2.CompactionTrigger(context_tokens=NEVER_REACHED + 1),
    )
    made = asyncio.run(_create(address, triggers))
    try:
        yield
    finally:
        asyncio.run(_delete(address, made))


async def _create(address: str, triggers: Sequence[policy_pb2.CompactionTrigger]) -> list[str]:
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


def measure(database: str, models: Models, conversations: int, appends: int) -> Growth:
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="compactd-bench-")))
        url = stack.enter_context(DATABASES[database](folder))
        server = stack.enter_context(compactd_server(folder, models, url))
        preparation = Preparation(server.address)
        agent = preparation.agent()
        empty = database_bytes(url)
        names = preparation.conversations(agent, conversations, MESSAGES)
        appended = database_bytes(url) - empty
        preparation.compact_all(names)
        compacted = database_bytes(url) - empty
        meter, ghz = Meter(server.process), Ghz(find_ghz(), server.address)
        run = partial(ghz.run, APPEND, append_requests(names, appends), 1)
        meter.measured(run)
        without, with_policies = [], []
        for _ in range(ROUNDS):
            without.append(meter.measured(run))
            with policies(server.address):
                with_policies.append(meter.measured(run))
    each = (appended / conversations, compacted / conversations)
    return Growth(*each, metered_together(without), metered_together(with_policies))


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--database", action="append", choices=list(DATABASES), help="only on this one")
    parser.add_argument("--conversations", type=int, default=400, help=f"of {MESSAGES} messages each")
    parser.add_argument("--appends", type=int, default=200, help="of 2 messages, in each round")
    options = parser.parse_args()
    print("| database | kB a conversation | compacted | append: CPU ms | with policies | times | p50 | with | times |")
    print("| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |")
    with loopback_model(0.0) as instant:
        for database in options.database or DATABASES:
            found = measure(database, Models(instant, instant), options.conversations, options.appends)
            calls = options.appends * ROUNDS
            cpu = [found.without.cpu / calls, found.with_policies.cpu / calls]
            p50 = [load.load.percentile(0.5) for load in (found.without, found.with_policies)]
            cells = [f"{found.appended / 1000:.1f}", f"{found.compacted / 1000:.1f}"]
            for before, after in (cpu, p50):
                cells += [f"{before:.2f}", f"{after:.2f}", f"{after / before:.2f}"]
            print(f"| {database} | {' | '.join(cells)} |", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
