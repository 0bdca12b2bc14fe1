"""Whoever writes several jobs locks them in one order, so that no two wait for each other (PostgreSQL)."""

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any

import pytest
from sqlalchemy import Connection, func, select, update

from compactd.domain.agent_policies import policy_id_of
from compactd.domain.ids import new_id
from compactd.domain.keys import SweepKey
from compactd.domain.policies import CompactionBudget, ConversationSelector
from compactd.domain.sweeps import PauseReason, SweepSpec
from compactd.ports.policies import StoredPolicy
from compactd.ports.sweeps import NewSweep
from compactd.storage.agent_policies import end_of_agent
from compactd.storage.job_tables import JOBS
from compactd.storage.policies import replace_policy
from compactd.storage.store import SqlStore
from compactd.storage.sweep_tables import SWEEPS
from tests.builders.stored_jobs import RUNNER, take_all, waiting
from tests.builders.stored_values import NAMESPACE, agent_key, put_agent, put_conversation
from tests.storage.test_budgets import policy_with

COUNT = 12

Write = Callable[[SqlStore, SweepKey, str], Coroutine[Any, Any, object]]

WRITES: dict[str, tuple[bool, Write]] = {
    "cancel": (False, lambda store, key, _: store.sweeps.cancel_sweep(key)),
    "cancel what runs": (True, lambda store, key, _: store.sweeps.cancel_sweep(key)),
    "pause": (False, lambda store, key, _: store.sweeps.pause_sweep(key, PauseReason.REQUESTED)),
    "delete the agent": (True, lambda store, _, agent_id: store.delete_agent(agent_key(agent_id))),
    "delete its policy": (True, lambda store, _, agent_id: store._database.write(end_of_agent, agent_key(agent_id))),
    "give back": (True, lambda store, *_: store.jobs.give_back_jobs(RUNNER)),
    "renew": (True, lambda store, *_: renew_all(store)),
}
"""Whether the jobs run, and what writes all of them."""


async def renew_all(store: SqlStore) -> object:
    return await store.jobs.renew_jobs(RUNNER, await ids_of(store))


async def ids_of(store: SqlStore, *, free: bool = False) -> list[str]:
    """Of all jobs, or of those that nobody has locked, in their order."""
    which = " FOR UPDATE SKIP LOCKED" if free else ""

    def read(connection: Connection) -> list[str]:
        return sorted(row[0] for row in connection.exec_driver_sql(f"SELECT id FROM jobs{which}"))

    return await store._database.write(read)


def give_policy(connection: Connection, agent_id: str) -> None:
    """The agent's own, which has started the sweeps of all jobs, and queued the last one by itself."""
    policy = policy_with(CompactionBudget(tokens=100)).model_copy(
        update={"id": policy_id_of(agent_id), "agent_id": agent_id}
    )
    replace_policy(connection, NAMESPACE, StoredPolicy(policy, b""))
    connection.execute(update(SWEEPS).values(policy_id=policy.id))
    connection.execute(update(JOBS).values(policy_id=policy.id))
    last = select(func.max(JOBS.c.id)).scalar_subquery()
    connection.execute(update(JOBS).where(JOBS.c.id == last).values(sweep_id=""))


@pytest.mark.parametrize("write", WRITES)
async def test_jobs_are_locked_in_the_order_of_their_ids(postgres_store: SqlStore, write: str) -> None:
    store = postgres_store
    await store._database.write(lambda connection: connection.execute(JOBS.delete()).rowcount)
    agent = await put_agent(store)
    for _ in range(COUNT - 1):
        await put_conversation(store, agent.id)
    spec = SweepSpec(selector=ConversationSelector(agent_ids=(agent.id,)))
    key = SweepKey(NAMESPACE, (await store.sweeps.start_sweep(NAMESPACE, NewSweep(new_id("sweep"), spec, b""))).id)
    assert await store.sweeps.advance_sweep(key.sweep_id)
    await store._database.write(give_policy, agent.id)
    runs, do = WRITES[write]
    if runs:
        assert len(await take_all(store.jobs)) == COUNT
    ids = await ids_of(store)
    held, over, loop = asyncio.Event(), asyncio.Event(), asyncio.get_running_loop()

    def hold(connection: Connection) -> None:
        connection.exec_driver_sql("SELECT id FROM jobs WHERE id = %s FOR UPDATE", (ids[COUNT // 2],))
        loop.call_soon_threadsafe(held.set)
        asyncio.run_coroutine_threadsafe(over.wait(), loop).result()

    holding = asyncio.create_task(store._database.write(hold))
    await held.wait()
    writing = asyncio.create_task(do(store, key, agent.id))
    await waiting(store, writing)
    free = await ids_of(store, free=True)
    over.set()
    await asyncio.gather(holding, writing)
    assert free == ids[COUNT // 2 + 1 :]
