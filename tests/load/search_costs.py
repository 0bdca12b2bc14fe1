"""`python -m tests.load.search_costs`: what searching costs in a conversation of the recorded ones, by database: the
index that the first search makes, in seconds and bytes for a million characters, what later searches take, and the
deletion of it all."""

import asyncio
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Connection, text

from compactd.application.cpu_worker import CpuWorker
from compactd.application.search_messages import SearchMessages
from compactd.domain.keys import ConversationKey
from compactd.domain.messages import ChatMessage, Role
from compactd.domain.paging import Page
from compactd.storage.store import SqlStore, open_store
from tests.builders.conversations import RECORDED, recorded_conversations
from tests.builders.stored_values import batch_of, put_agent, put_conversation, ref_to
from tests.load.databases import DATABASES

CHARACTERS = 4_000_000
BATCH = 500
RARE, COMMON, PAIR = "zeppelin", "the", "reservation_id"
SEARCHES = 20

_SIZES = {
    "sqlite": "SELECT page_count * page_size FROM pragma_page_count, pragma_page_size",
    "postgresql": "SELECT pg_total_relation_size('searched_messages') + pg_total_relation_size('search_indexes')",
}


@dataclass(frozen=True, slots=True)
class SearchCosts:
    """`index_seconds`, those of this process's CPU among them, and `index_bytes` are for a million characters;
    `searches` are milliseconds by query, the shortest of several."""

    messages: int
    index_seconds: float
    index_cpu_seconds: float
    index_bytes: float
    searches: dict[str, float]
    delete_seconds: float


def recorded(characters: int) -> list[ChatMessage]:
    """The messages of the recorded conversations, as often as it takes, each as one that answers no call."""
    found: list[ChatMessage] = []
    taken = 0
    while True:
        for _, messages in recorded_conversations():
            for message in messages:
                said = "\n".join((message.text, *(call.arguments for call in message.tool_calls)))
                found.append(ChatMessage(Role.USER, said))
                taken += len(said)
                if taken >= characters:
                    return found


async def measure(store: SqlStore, messages: Sequence[ChatMessage]) -> SearchCosts:
    agent = await put_agent(store)
    key = ref_to((await put_conversation(store, agent.id)).id)
    for start in range(0, len(messages), BATCH):
        await store.append(key, batch_of(*messages[start : start + BATCH]))
    worker = CpuWorker()
    search = SearchMessages(store, worker)
    millions = sum(len(message.text) for message in messages) / 1e6
    before = await size(store)
    cpu = time.process_time()
    first = await seconds(search, key, RARE)
    cpu = time.process_time() - cpu
    grown = await size(store) - before
    searches = {query: await shortest(search, key, query) * 1e3 for query in (RARE, COMMON, PAIR)}
    worker.close()
    started = time.perf_counter()
    erasure = await store.delete_conversation(key)
    while await store.remove_rest(erasure):
        pass
    return SearchCosts(
        len(messages), first / millions, cpu / millions, grown / millions, searches, time.perf_counter() - started
    )


async def shortest(search: SearchMessages, key: ConversationKey, query: str) -> float:
    return min([await seconds(search, key, query) for _ in range(SEARCHES)])


async def seconds(search: SearchMessages, key: ConversationKey, query: str) -> float:
    started = time.perf_counter()
    await search(key, query, Page(50), evicted_only=False)
    return time.perf_counter() - started


async def size(store: SqlStore) -> int:
    def read(connection: Connection) -> int:
        return int(connection.scalar(text(_SIZES[connection.dialect.name])) or 0)

    return await store._database.read(read)


async def main() -> None:
    if not RECORDED.is_file():
        raise SystemExit(f"There is no {RECORDED}, whose conversations are measured.")
    messages = recorded(CHARACTERS)
    titles = ("database", "messages", "first search, s", "of our CPU, s", "index, MB", *_titles(), "deletion, s")
    print(f"| {' | '.join(titles)} |\n|{' --- |' * len(titles)}")
    for name, opened in DATABASES.items():
        with tempfile.TemporaryDirectory() as folder, opened(Path(folder)) as url:
            store = open_store(url)
            costs = await measure(store, messages)
            await store.close()
        print(f"| {name} | {' | '.join(_figures(costs))} |")
    print(f"\nFirst search and index are for a million characters; the conversation has {CHARACTERS:,}.")


def _titles() -> list[str]:
    return [f"{query}, ms" for query in (RARE, COMMON, PAIR)]


def _figures(costs: SearchCosts) -> list[str]:
    return [
        f"{costs.messages:,}",
        f"{costs.index_seconds:.2f}",
        f"{costs.index_cpu_seconds:.2f}",
        f"{costs.index_bytes / 1e6:.2f}",
        *(f"{milliseconds:.1f}" for milliseconds in costs.searches.values()),
        f"{costs.delete_seconds:.2f}",
    ]


if __name__ == "__main__":
    asyncio.run(main())
