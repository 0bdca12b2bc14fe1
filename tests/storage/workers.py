"""What the processes of test_processes do."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TypeVar

from compactd.domain.keys import ConversationRef
from compactd.ports.store import Store
from compactd.storage.store import open_store
from tests.builders.stored_values import append, commit_of, put_agent, user

T = TypeVar("T")

BATCH = 3


def append_batches(url: str, ref: ConversationRef, writer: str, batches: int, report: Path) -> None:
    """Appends batches of three, one after another, and writes down what it was told about each."""

    async def work(store: Store) -> list[tuple[list[int], list[str]]]:
        told = []
        for number in range(batches):
            texts = [f"{writer}.{number}.{index}" for index in range(BATCH)]
            appended = await append(store, ref, *(user(text) for text in texts))
            told.append((list(appended.positions), texts))
        return told

    report.write_text(json.dumps(asyncio.run(_with_store(url, work))), encoding="utf-8")


def compact_until(url: str, ref: ConversationRef, stop: Path, report: Path) -> None:
    """Compacts whenever there are six messages or more, once and until `stop` exists; writes down its records' ids."""

    async def work(store: Store) -> list[str]:
        records: list[str] = []
        # At least once, though writers may leave it no turn before they have ended.
        while not records or not await asyncio.to_thread(stop.exists):
            snapshot = await store.snapshot(ref)
            positions = [entry.position for entry in snapshot.context.entries]
            if len(positions) < 2 * BATCH:
                await asyncio.sleep(0.01)
                continue
            # Appends arrive between this plan and its commit.
            await asyncio.sleep(0.005)
            record = await store.commit_compaction(
                snapshot.state.key, commit_of(snapshot.state, positions[-2], positions[:-2])
            )
            records.append(record.id)
        return records

    report.write_text(json.dumps(asyncio.run(_with_store(url, work))), encoding="utf-8")


def put_one_agent(url: str, report: Path) -> None:
    async def work(store: Store) -> str:
        return (await put_agent(store)).id

    report.write_text(json.dumps(asyncio.run(_with_store(url, work))), encoding="utf-8")


async def _with_store(url: str, work: Callable[[Store], Awaitable[T]]) -> T:
    store = open_store(url, connections=2)
    try:
        return await work(store)
    finally:
        await store.close()
