"""An agent's erasure takes rows in the order of whoever else takes several, so that no two wait for each other
(PostgreSQL)."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from sqlalchemy import Connection, update

from compactd.domain.agent_policies import policy_id_of
from compactd.domain.agents import Agent
from compactd.domain.errors import AgentNotFound
from compactd.domain.ids import new_id
from compactd.domain.policies import CompactionBudget, ConversationSelector
from compactd.domain.sweeps import SweepSpec
from compactd.ports.policies import StoredPolicy
from compactd.ports.sweeps import NewSweep
from compactd.storage.policies import replace_policy
from compactd.storage.store import SqlStore
from compactd.storage.sweep_tables import SWEEPS
from tests.builders.stored_jobs import waiting
from tests.builders.stored_values import NAMESPACE, agent_key, put_agent, put_conversation
from tests.storage.test_budgets import policy_with

COUNT = 12


@pytest.fixture
async def agent(postgres_store: SqlStore) -> Agent:
    """One with as many conversations as COUNT."""
    agent = await put_agent(postgres_store)
    for _ in range(COUNT - 1):
        await put_conversation(postgres_store, agent.id)
    return agent


async def sweep_of(store: SqlStore, agent: Agent) -> str:
    """One that the agent's own policy has started, and that has not begun."""
    spec = SweepSpec(selector=ConversationSelector(agent_ids=(agent.id,)))
    sweep = await store.sweeps.start_sweep(NAMESPACE, NewSweep(new_id("sweep"), spec, b""))
    policy = policy_with(CompactionBudget(tokens=100)).model_copy(
        update={"id": policy_id_of(agent.id), "agent_id": agent.id}
    )

    def own(connection: Connection) -> None:
        replace_policy(connection, NAMESPACE, StoredPolicy(policy, b""))
        connection.execute(update(SWEEPS).where(SWEEPS.c.id == sweep.id).values(policy_id=policy.id))

    await store._database.write(own)
    return sweep.id


@asynccontextmanager
async def locked(store: SqlStore, table: str, row_id: str) -> AsyncIterator[None]:
    """Another transaction has the row meanwhile."""
    held, over, loop = asyncio.Event(), asyncio.Event(), asyncio.get_running_loop()

    def hold(connection: Connection) -> None:
        connection.exec_driver_sql(f"SELECT id FROM {table} WHERE id = %s FOR UPDATE", (row_id,))
        loop.call_soon_threadsafe(held.set)
        asyncio.run_coroutine_threadsafe(over.wait(), loop).result()

    holding = asyncio.create_task(store._database.write(hold))
    await held.wait()
    try:
        yield
    finally:
        over.set()
        await holding


async def conversations_of(store: SqlStore, agent: Agent, *, free: bool) -> list[str]:
    """All, or those that a sweep need not wait for; in the order of their ids."""
    which = " FOR KEY SHARE SKIP LOCKED" if free else ""

    def read(connection: Connection) -> list[str]:
        found = connection.exec_driver_sql(f"SELECT id FROM conversations WHERE agent_id = %s{which}", (agent.id,))
        return sorted(row[0] for row in found)

    return await store._database.write(read)


async def test_conversations_are_locked_in_the_order_of_their_ids(postgres_store: SqlStore, agent: Agent) -> None:
    ids = await conversations_of(postgres_store, agent, free=False)
    async with locked(postgres_store, "conversations", ids[COUNT // 2]):
        deleting = asyncio.create_task(postgres_store.delete_agent(agent_key(agent.id)))
        await waiting(postgres_store, deleting)
        free = await conversations_of(postgres_store, agent, free=True)
    await deleting
    assert free == ids[COUNT // 2 + 1 :]


async def test_sweeps_are_ended_before_conversations_are_locked(postgres_store: SqlStore, agent: Agent) -> None:
    ids = await conversations_of(postgres_store, agent, free=False)
    async with locked(postgres_store, "sweeps", await sweep_of(postgres_store, agent)):
        deleting = asyncio.create_task(postgres_store.delete_agent(agent_key(agent.id)))
        await waiting(postgres_store, deleting)
        free = await conversations_of(postgres_store, agent, free=True)
    await deleting
    assert free == ids


async def test_a_sweep_that_goes_on_while_its_agent_is_erased_waits_for_nobody_who_waits_for_it(
    postgres_store: SqlStore, agent: Agent
) -> None:
    sweep_id = await sweep_of(postgres_store, agent)
    ids = await conversations_of(postgres_store, agent, free=False)
    async with locked(postgres_store, "conversations", ids[0]):
        advancing = asyncio.create_task(postgres_store.sweeps.advance_sweep(sweep_id))
        await waiting(postgres_store, advancing)
        deleting = asyncio.create_task(postgres_store.delete_agent(agent_key(agent.id)))
        await asyncio.sleep(0.1)
    # PostgreSQL looks for those that wait for each other after a second.
    async with asyncio.timeout(0.9):
        assert await advancing
        await deleting
    with pytest.raises(AgentNotFound):
        await postgres_store.get_agent(agent_key(agent.id))
