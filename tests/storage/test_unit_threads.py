"""Which unit of work a thread takes next."""

import asyncio
from functools import partial
from pathlib import Path

import pytest

from compactd.storage import engines
from compactd.storage.store import SqlStore, open_store
from tests.builders.stored_values import agent_key, append, begin, user
from tests.storage.held_thread import held


async def test_a_short_read_does_not_wait_behind_longer_ones(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engines, "_SQLITE_READERS", 1)
    store = open_store(f"sqlite:///{tmp_path}/compactd.db")
    ref = await begin(store, 3)
    agent_id = (await store.state(ref)).agent_id
    ended: list[str] = []
    async with held(store._database.read):
        reads = {
            "snapshot": asyncio.ensure_future(store.snapshot(ref)),
            "totals": asyncio.ensure_future(store.totals(ref)),
            "state": asyncio.ensure_future(store.state(ref)),
            "agent": asyncio.ensure_future(store.get_agent(agent_key(agent_id))),
        }
        for name, read in reads.items():
            read.add_done_callback(partial(_note, ended, name))
        await asyncio.sleep(0)
    await asyncio.gather(*reads.values())
    await store.close()
    assert ended == ["state", "agent", "snapshot", "totals"]


async def test_a_stop_iteration_comes_out_as_an_error_and_nobody_waits_for_ever(sql_store: SqlStore) -> None:
    ref = await begin(sql_store, 1)

    def stop(_: object) -> None:
        next(iter(()))

    # A read, a write, and one that shares the transaction of another.
    async with held(sql_store._database.write):
        units = [sql_store.read_context(ref, stop), *(sql_store._database.write(stop) for _ in range(2))]
        answers = asyncio.gather(*units, return_exceptions=True)
        await asyncio.sleep(0)
    raised = await asyncio.wait_for(answers, 20)
    assert [(type(error), type(error.__cause__)) for error in raised if error] == [(RuntimeError, StopIteration)] * 3
    assert (await append(sql_store, ref, user("two"))).positions == [2]


def _note(ended: list[str], name: str, _: object) -> None:
    ended.append(name)
