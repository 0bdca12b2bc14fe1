"""Several processes on one database: nothing lost, nothing twice, nothing out of place."""

import asyncio
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from multiprocessing import get_context
from multiprocessing.context import ForkServerProcess
from pathlib import Path
from typing import Any

import pytest

from compactd.domain.keys import ConversationRef
from compactd.domain.messages import Role, StoredMessage
from compactd.domain.paging import Page
from compactd.ports.agents import AgentFilter
from compactd.ports.store import Store
from compactd.storage.store import open_store
from tests.builders.stored_values import NAMESPACE, begin
from tests.storage import workers
from tests.storage.workers import BATCH, append_batches, compact_until, put_one_agent

pytestmark = [pytest.mark.process, pytest.mark.timeout(240)]

WRITERS = 4
BATCHES = 50
ENDLESS = 10**9


async def test_appends_of_many_processes_beside_compactions(store: Store, database_url: str, tmp_path: Path) -> None:
    ref = await begin(store)
    stop, compactions = tmp_path / "stop", tmp_path / "compactions.json"
    reports = [tmp_path / f"writer{number}.json" for number in range(WRITERS)]

    with running(compact_until, database_url, ref, stop, compactions) as compactor:
        with started(
            *((append_batches, database_url, ref, str(number), BATCHES, reports[number]) for number in range(WRITERS))
        ) as writers:
            seen = await read_along(store, ref, writers)
        stop.touch()
        await ended([compactor])
    # What the compactor committed when the writers had ended.
    seen += await behind(store, ref, seen)

    everything = await history(store, ref)
    assert [message.id for message in seen] == [message.id for message in everything]
    appended = {message.position: message.message.text for message in everything if message.message.role is Role.USER}
    told = [batch for report in reports for batch in json.loads(report.read_text(encoding="utf-8"))]
    assert len(told) == WRITERS * BATCHES
    assert len(appended) == WRITERS * BATCHES * BATCH
    for positions, texts in told:
        assert positions == list(range(positions[0], positions[0] + BATCH))
        assert [appended[position] for position in positions] == texts
    await check_compactions(store, ref, everything, json.loads(compactions.read_text(encoding="utf-8")))


async def test_a_writer_that_is_killed_leaves_whole_batches(store: Store, database_url: str, tmp_path: Path) -> None:
    ref = await begin(store)
    with running(append_batches, database_url, ref, "killed", ENDLESS, tmp_path / "never.json") as writer:
        while len(await history(store, ref)) < 20 * BATCH:
            assert writer.is_alive()
            await asyncio.sleep(0.05)
        writer.kill()
        await asyncio.to_thread(writer.join)
    messages = (await history(store, ref))[1:]
    assert len(messages) % BATCH == 0
    assert [message.position for message in messages] == list(range(1, len(messages) + 1))
    assert [message.message.text for message in messages] == [
        f"killed.{number}.{index}" for number in range(len(messages) // BATCH) for index in range(BATCH)
    ]
    assert (await store.state(ref)).last_position == len(messages)


async def test_processes_that_find_no_sqlite_file_make_it_together(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/new/compactd.db"
    reports = [tmp_path / f"{number}.json" for number in range(WRITERS)]
    with started(*((put_one_agent, url, report) for report in reports)) as processes:
        await ended(processes)
    store = open_store(url)
    agents = await store.list_agents(NAMESPACE, AgentFilter(), Page(9))
    await store.close()
    assert {agent.id for agent in agents} == {json.loads(report.read_text(encoding="utf-8")) for report in reports}


async def read_along(store: Store, ref: ConversationRef, writers: list[ForkServerProcess]) -> list[StoredMessage]:
    """Follows the history by its cursor while the writers run. What appeared behind the cursor would be missing."""
    seen: list[StoredMessage] = []
    finished = False
    while not finished:
        finished = not any(writer.is_alive() for writer in writers)
        seen += await behind(store, ref, seen)
        await asyncio.sleep(0.01)
    await ended(writers)
    return seen


async def behind(store: Store, ref: ConversationRef, seen: list[StoredMessage]) -> list[StoredMessage]:
    """What stands behind the last message seen, page by page."""
    found: list[StoredMessage] = []
    last = seen[-1].id if seen else None
    while page := await store.list_messages(ref, Page(100, descending=False, after=last)):
        found += page
        last = page[-1].id
    return found


async def check_compactions(
    store: Store, ref: ConversationRef, everything: list[StoredMessage], told: list[str]
) -> None:
    """What the records evicted and what the context holds is all that was appended, once each."""
    records = await store.list_compactions(ref, Page(1_000, descending=False))
    assert [record.id for record in records] == told
    assert records, "the compactor never got its turn"
    full = [await store.get_compaction(ref, record.id, message_ids=True) for record in records]
    evicted = [message_id for record in full for message_id in record.evicted_message_ids]
    snapshot = await store.snapshot(ref)
    kept = [entry.id for entry in snapshot.context.entries]
    assert evicted + kept == [message.id for message in everything if message.message.role is Role.USER]
    assert snapshot.state.evicted_count == len(evicted)
    assert [record.evicted_count for record in full] == [len(record.evicted_message_ids) for record in full]
    assert snapshot.state.context_version == len(records)
    summaries = [message.position for message in everything if message.message.role is Role.SUMMARY]
    assert [record.summary_position for record in records] == summaries


async def history(store: Store, ref: ConversationRef) -> list[StoredMessage]:
    found: list[StoredMessage] = []
    while page := await store.list_messages(ref, Page(1_000, descending=False, after=found[-1].id if found else None)):
        found += page
    return found


@contextmanager
def started(*tasks: tuple[Any, ...]) -> Iterator[list[ForkServerProcess]]:
    """Each task, a function and its arguments, in a process of its own; none outlives the block."""
    context = get_context("forkserver")
    # Imported once for all of them.
    context.set_forkserver_preload([workers.__name__])
    processes = [context.Process(target=task[0], args=task[1:], daemon=True) for task in tasks]
    for process in processes:
        process.start()
    try:
        yield processes
    finally:
        for process in processes:
            process.kill()
            process.join()


@contextmanager
def running(task: Callable[..., None], *arguments: Any) -> Iterator[ForkServerProcess]:
    with started((task, *arguments)) as [process]:
        yield process


async def ended(processes: list[ForkServerProcess]) -> None:
    """Waits for processes that end by themselves, and well."""
    for process in processes:
        await asyncio.to_thread(process.join, 120)
        assert process.exitcode == 0
