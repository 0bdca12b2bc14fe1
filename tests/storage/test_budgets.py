"""Budgets of sweeps: what is held back and what is spent never come to more."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from sqlalchemy import Connection, update

from compactd.domain.ids import new_id
from compactd.domain.keys import PolicyKey, SweepKey
from compactd.domain.paging import Page
from compactd.domain.policies import CompactionBudget, CompactionTrigger, Policy
from compactd.domain.quotas import QuotaExceeded
from compactd.domain.sweeps import PauseReason, SweepSpec, SweepState
from compactd.ports.budgets import BudgetHold, BudgetOwners
from compactd.ports.policies import StoredPolicy
from compactd.ports.sweeps import NewSweep
from compactd.storage.budget_tables import BUDGET_HOLDS, BUDGET_SPENDS
from compactd.storage.store import SqlStore
from tests.builders.stored_values import NAMESPACE, put_agent

LONG = 60.0
LOST = -1.0
"""Held back by somebody who has died since."""


async def owners(store: SqlStore, tokens: int | None = 100, usd: float | None = None) -> BudgetOwners:
    await put_agent(store)
    spec = SweepSpec(budget=CompactionBudget(tokens=tokens, usd=usd))
    sweep = await store.sweeps.start_sweep(NAMESPACE, NewSweep(new_id("sweep"), spec, b""))
    return BudgetOwners(NAMESPACE, "", sweep.id)


async def pause_reason(store: SqlStore, of: BudgetOwners) -> PauseReason | None:
    sweep = await store.sweeps.get_sweep(SweepKey(NAMESPACE, of.sweep_id))
    assert (sweep.state is SweepState.PAUSED) == (sweep.pause_reason is not None)
    return sweep.pause_reason


async def reserve(store: SqlStore, of: BudgetOwners, tokens: int, seconds: float = LONG) -> BudgetHold:
    return await store.budgets.reserve_budget(of, tokens, 0.0, seconds)


async def test_what_others_hold_back_may_come_free_soon(sql_store: SqlStore) -> None:
    of = await owners(sql_store)
    hold = await reserve(sql_store, of, 60)
    with pytest.raises(QuotaExceeded) as exceeded:
        await reserve(sql_store, of, 60)
    assert (exceeded.value.retry_after or 0) < LONG
    assert await pause_reason(sql_store, of) is None
    await sql_store.budgets.settle_spend(replace(hold, spent_tokens=40), 0.0)
    await reserve(sql_store, of, 60)


async def test_what_is_spent_pauses_the_sweep(sql_store: SqlStore) -> None:
    of = await owners(sql_store)
    hold = replace(await reserve(sql_store, of, 60), spent_tokens=50)
    for _ in range(3):
        # What is repeated counts once.
        await sql_store.budgets.settle_spend(hold, 0.0)
    await reserve(sql_store, of, 50, LOST)
    with pytest.raises(QuotaExceeded, match="budget_tokens"):
        await reserve(sql_store, of, 1)
    assert await pause_reason(sql_store, of) is PauseReason.BUDGET_SPENT


async def test_what_a_killed_process_has_held_back_is_spent(sql_store: SqlStore) -> None:
    of = await owners(sql_store)
    await reserve(sql_store, of, 60, LOST)
    with pytest.raises(QuotaExceeded):
        await reserve(sql_store, of, 60)
    assert await pause_reason(sql_store, of) is PauseReason.BUDGET_SPENT
    await reserve(sql_store, of, 40)


async def test_as_many_at_once_as_the_budget_leaves(sql_store: SqlStore) -> None:
    of = await owners(sql_store)
    tried = await asyncio.gather(*(reserve(sql_store, of, 30) for _ in range(8)), return_exceptions=True)
    assert sum(isinstance(one, BudgetHold) for one in tried) == 3
    assert all(isinstance(one, BudgetHold | QuotaExceeded) for one in tried)


async def test_money_is_held_to_as_tokens_are(sql_store: SqlStore) -> None:
    of = await owners(sql_store, tokens=None, usd=1.0)
    await sql_store.budgets.settle_spend(await sql_store.budgets.reserve_budget(of, 10**9, 0.6, LONG), 0.5)
    with pytest.raises(QuotaExceeded, match="budget_usd"):
        await sql_store.budgets.reserve_budget(of, 1, 0.6, LONG)
    assert await pause_reason(sql_store, of) is PauseReason.BUDGET_SPENT


async def test_who_has_read_the_budget_before_it_was_raised_does_not_pause_the_sweep(
    postgres_store: SqlStore,
) -> None:
    store = postgres_store
    of = await owners(store, tokens=100)
    key, held, over = SweepKey(NAMESPACE, of.sweep_id), asyncio.Event(), asyncio.Event()
    loop = asyncio.get_running_loop()
    await store.budgets.settle_spend(replace(await reserve(store, of, 60), spent_tokens=60), 0.0)

    def hold(connection: Connection) -> None:
        connection.exec_driver_sql("SELECT 1 FROM budget_spends WHERE owner_id = %s FOR UPDATE", (of.sweep_id,))
        loop.call_soon_threadsafe(held.set)
        asyncio.run_coroutine_threadsafe(over.wait(), loop).result()

    holding = asyncio.create_task(store._database.write(hold))
    await held.wait()
    late = asyncio.create_task(reserve(store, of, 60))
    waits = "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()"
    # Nobody tells.
    while not await store._database.read_once(lambda connection: connection.exec_driver_sql(waits).scalar()):  # noqa: ASYNC110
        await asyncio.sleep(0.01)
    await store.sweeps.resume_sweep(key, CompactionBudget(tokens=1_000))
    over.set()
    await holding
    with pytest.raises(QuotaExceeded) as exceeded:
        await late
    assert (exceeded.value.retry_after or 0) < LONG
    assert await pause_reason(store, of) is None
    await reserve(store, of, 60)


async def test_another_namespace_sees_no_budget(sql_store: SqlStore) -> None:
    of = await owners(sql_store)
    assert await sql_store.budgets.is_counted(of)
    assert not await sql_store.budgets.is_counted(replace(of, namespace="another"))


@pytest.mark.parametrize("budget", [CompactionBudget(tokens=1_000), None])
async def test_what_a_sweep_has_taken_is_told_with_what_is_lost_and_without_what_is_held(
    sql_store: SqlStore, budget: CompactionBudget | None
) -> None:
    await put_agent(sql_store)
    new = NewSweep(new_id("sweep"), SweepSpec(budget=budget), b"")
    of = BudgetOwners(NAMESPACE, "", (await sql_store.sweeps.start_sweep(NAMESPACE, new)).id)
    hold = await sql_store.budgets.reserve_budget(of, 60, 0.25, LONG)
    await sql_store.budgets.settle_spend(replace(hold, spent_tokens=40), 0.125)
    await sql_store.budgets.reserve_budget(of, 300, 0.5, LOST)
    await sql_store.budgets.reserve_budget(of, 400, 1.0, LONG)
    sweep = await sql_store.sweeps.get_sweep(SweepKey(NAMESPACE, of.sweep_id))
    assert (sweep.tokens_spent, sweep.usd_spent) == (340, 0.625)


def policy_with(budget: CompactionBudget | None) -> Policy:
    return Policy(
        id=new_id("policy"),
        trigger=CompactionTrigger(context_tokens=1),
        daily_budget=budget,
        created_at=datetime(2026, 11, 29, tzinfo=UTC),
        updated_at=datetime(2026, 11, 29, tzinfo=UTC),
    )


async def test_a_policy_says_what_was_spent_of_its_day(sql_store: SqlStore) -> None:
    policy, unlimited = policy_with(CompactionBudget(tokens=100)), policy_with(None)
    of, key = BudgetOwners(NAMESPACE, policy.id, ""), PolicyKey(NAMESPACE, policy.id)
    for one in (policy, unlimited):
        await sql_store.policies.create_policy(NAMESPACE, StoredPolicy(one, b""))
    assert (await sql_store.policies.get_policy(key)).spent == (0, 0.0)
    await sql_store.budgets.settle_spend(replace(await reserve(sql_store, of, 60), spent_tokens=20), 0.25)
    await reserve(sql_store, of, 30, LOST)
    # What is only held back is not spent.
    await reserve(sql_store, of, 10)
    assert (await sql_store.policies.get_policy(key)).spent == (50, 0.25)
    listed = await sql_store.policies.list_policies(NAMESPACE, Page(9))
    assert {one.policy.id: one.spent for one in listed} == {policy.id: (50, 0.25), unlimited.id: None}

    def a_day_passes(connection: Connection) -> None:
        for table in (BUDGET_SPENDS, BUDGET_HOLDS):
            connection.execute(update(table).values(day=table.c.day - 1))

    await sql_store._database.write(a_day_passes)
    assert (await sql_store.policies.get_policy(key)).spent == (0, 0.0)


async def test_what_a_policy_has_taken_goes_with_it(sql_store: SqlStore) -> None:
    policy = policy_with(CompactionBudget(tokens=100))
    of = BudgetOwners(NAMESPACE, policy.id, "")
    await sql_store.policies.create_policy(NAMESPACE, StoredPolicy(policy, b""))
    await reserve(sql_store, of, 60)
    with pytest.raises(QuotaExceeded):
        await reserve(sql_store, of, 60)
    await sql_store.policies.delete_policy(PolicyKey(NAMESPACE, policy.id))
    # Nobody else can have its id: it is only to see that no row is left.
    await sql_store.policies.create_policy(NAMESPACE, StoredPolicy(policy, b""))
    await reserve(sql_store, of, 100)
