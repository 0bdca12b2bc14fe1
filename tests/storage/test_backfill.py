"""Figures of conversations that were stored before there were any, on both databases."""

import asyncio
from typing import Any

import pytest
from sqlalchemy import Connection, select

from compactd.application.manage_policies import ManagePolicies
from compactd.domain.keys import PolicyKey
from compactd.domain.paging import Page
from compactd.rpc.policies import compact_request_of
from compactd.storage import backfill
from compactd.storage.policy_tables import CONTEXT_FIGURES
from compactd.storage.store import SqlStore, open_store
from compactd.wiring import SystemClock
from tests.builders.stored_figures import lose_figures
from tests.builders.stored_values import NAMESPACE, append, begin, put_agent, put_conversation, ref_to, sums_of, user
from tests.storage.first_release import CONVERSATION, NOW

F = CONTEXT_FIGURES.c
EVERY: dict[str, Any] = {"trigger": {"context_tokens": 1}}


async def figures(store: SqlStore) -> dict[str, tuple[Any, ...]]:
    """Those that are kept, by conversation."""

    def read(connection: Connection) -> dict[str, tuple[Any, ...]]:
        columns = F.conversation_id, F.namespace, F.context_tokens, F.context_window, F.last_message_at
        return {row[0]: tuple(row[1:]) for row in connection.execute(select(*columns))}

    return await store._database.read(read)


async def fill(store: SqlStore) -> list[int]:
    """How many were filled in by each page, up to the end."""
    pages = []
    while (filled := await store.policies.fill_figures()) is not None:
        pages.append(filled)
    return pages


async def fleet(store: SqlStore, count: int) -> list[str]:
    agent = await put_agent(store)
    ids = [(await put_conversation(store, agent.id)).id for _ in range(count)]
    for conversation_id in ids:
        await append(store, ref_to(conversation_id), user("one"), user("two"))
    return [agent.default_conversation_id, *ids]


async def test_conversations_of_the_first_release_are_due_once_their_figures_are_filled_in(upgraded: SqlStore) -> None:
    manage = ManagePolicies(upgraded.policies, SystemClock(), compact_request_of)
    policy = (await manage.create("default", EVERY)).policy
    key, page = PolicyKey("default", policy.id), Page(9)
    assert (await upgraded.policies.due_conversations(key, page))[1].count == 0
    assert await fill(upgraded) == [2, 0]
    due = (await upgraded.policies.due_conversations(key, page))[1]
    assert due.conversations[0].conversation_id == CONVERSATION.conversation_id
    tokens = (await sums_of(upgraded, CONVERSATION)).tokens_with(12)
    assert (due.conversations[0].context_tokens, due.count) == (tokens, 2)
    assert tokens > 6 + 60 + 1_620 + 10 + 4 + 10 + 12
    assert (await figures(upgraded))[CONVERSATION.conversation_id][-1] == pytest.approx(NOW.timestamp())


async def test_a_new_database_has_nothing_to_fill_in(sql_store: SqlStore) -> None:
    await begin(sql_store, 3)
    assert await sql_store.policies.fill_figures() is None


async def test_what_is_filled_in_is_what_an_append_would_have_kept(sql_store: SqlStore) -> None:
    ids = await fleet(sql_store, 3)
    kept = await figures(sql_store)
    await lose_figures(sql_store)
    await fill(sql_store)
    filled = await figures(sql_store)
    assert filled.keys() == set(ids)
    # The default one has had no append, and no figure before.
    for conversation_id in ids[1:]:
        assert filled[conversation_id][:3] == kept[conversation_id][:3]
        assert filled[conversation_id][3] == pytest.approx(kept[conversation_id][3], abs=60)
    assert filled[ids[0]] == (NAMESPACE, 7, 128_000, 0.0)


async def test_it_goes_on_where_a_process_was_killed(
    sql_store: SqlStore, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(backfill, "FILLED_AT_ONCE", 2)
    ids = await fleet(sql_store, 4)
    await lose_figures(sql_store)
    assert await sql_store.policies.fill_figures() == 2
    # What was written meanwhile keeps what it has.
    await append(sql_store, ref_to(max(ids)), user("three"))
    later = open_store(database_url, durable=False)
    try:
        assert await fill(later) == [2, 0]
        assert await later.policies.fill_figures() is None
    finally:
        await later.close()
    assert (await figures(sql_store)).keys() == set(ids)
    assert (await figures(sql_store))[max(ids)][1] == 7 + (10 if max(ids) == ids[0] else 30)


async def test_several_processes_fill_in_each_figure_once(sql_store: SqlStore, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(backfill, "FILLED_AT_ONCE", 3)
    ids = await fleet(sql_store, 8)
    await lose_figures(sql_store)
    pages = await asyncio.gather(*(sql_store.policies.fill_figures() for _ in range(4)))
    rest = await fill(sql_store)
    assert sum(filled or 0 for filled in pages) + sum(rest) == len(ids)
    assert (await figures(sql_store)).keys() == set(ids)


async def test_what_somebody_writes_is_waited_for_by_nobody(postgres_store: SqlStore) -> None:
    ids = sorted(await fleet(postgres_store, 2))
    await lose_figures(postgres_store)
    held, over = asyncio.Event(), asyncio.Event()
    loop = asyncio.get_running_loop()

    def hold(connection: Connection) -> None:
        connection.exec_driver_sql("SELECT id FROM conversations WHERE id = %s FOR UPDATE", (ids[1],))
        loop.call_soon_threadsafe(held.set)
        asyncio.run_coroutine_threadsafe(over.wait(), loop).result()

    writing = asyncio.create_task(postgres_store._database.write(hold))
    await held.wait()
    assert [await postgres_store.policies.fill_figures() for _ in range(2)] == [1, 0]
    over.set()
    await writing
    assert await fill(postgres_store) == [2, 0]
