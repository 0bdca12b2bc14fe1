"""Effects that happen once: the operation is written with them, or nothing is."""

import asyncio

import pytest

from compactd.application import expired_operations
from compactd.domain.errors import AgentNotFound, ContextChanged, InvalidField, RequestIdReused
from compactd.domain.operations import Reply
from compactd.domain.paging import Page
from compactd.ports.agents import AgentFilter
from compactd.ports.contexts import SystemText
from compactd.ports.messages import Appended
from compactd.ports.operations import AlreadyDone, Once
from compactd.ports.store import Store
from compactd.storage.operations import REMOVED_AT_ONCE
from compactd.storage.store import SqlStore
from tests.builders.stored_operations import count_operations, expire, expire_copies, once, operation
from tests.builders.stored_values import (
    NAMESPACE,
    SYSTEM,
    agent_key,
    batch_of,
    begin,
    compact,
    default_of,
    new_agent,
    new_conversation,
    put_agent,
    ref_to,
    restore_of,
    result,
    user,
)

RACERS = 10


async def test_the_same_append_at_once_is_appended_once(store: Store) -> None:
    ref, operated = await begin(store), operation()
    answers = await asyncio.gather(
        *(store.append(ref, batch_of(user("once")), once(operated)) for _ in range(RACERS)), return_exceptions=True
    )
    [appended] = [answer for answer in answers if isinstance(answer, Appended)]
    replayed = [answer for answer in answers if isinstance(answer, AlreadyDone)]
    assert [answer.reply for answer in replayed] == [f"Appended {operated.key.name}".encode()] * (RACERS - 1)
    assert appended.positions == [1]
    assert (await store.state(ref)).last_position == 1


async def test_what_is_kept_is_encoded_in_the_transaction(store: Store) -> None:
    ref, operated = await begin(store), operation()
    encoding: Once[Appended] = Once(operated, lambda appended: f"at {appended.positions}".encode())
    await store.append(ref, batch_of(user("one")))
    await store.append(ref, batch_of(user("two")), encoding)
    assert await store.find_reply(operated) == Reply(b"at [2]")


@pytest.mark.parametrize("what", ["agent", "conversation", "system text", "restore"])
async def test_the_same_effect_at_once_happens_once(store: Store, what: str) -> None:
    agent, operated = await put_agent(store), operation()
    ref = ref_to(agent.default_conversation_id)

    await store.append(ref, batch_of(user("one"), user("two")))
    compacted = await compact(store, ref, 3)
    restoring = [await restore_of(store, ref, compacted.id) for _ in range(RACERS)]

    async def effect(number: int) -> object:
        if what == "agent":
            another = new_agent(name=f"made once {operated.key.name}")
            return await store.create_agent(NAMESPACE, another, default_of(another), SYSTEM, once(operated))
        if what == "conversation":
            return await store.create_conversation(NAMESPACE, new_conversation(agent.id), SYSTEM, once(operated))
        if what == "restore":
            return await store.commit_restore(ref, restoring[number], once(operated))
        return await store.put_system(ref, SystemText(f"text {number}", 3, "o200k_base"), 1, None, once(operated))

    answers = await asyncio.gather(*(effect(number) for number in range(RACERS)), return_exceptions=True)
    failed = [answer for answer in answers if isinstance(answer, BaseException)]
    assert len(failed) == RACERS - 1
    # Of several texts or restores for one version all but the first fail for it: their caller looks whether it was its
    # own.
    assert {type(error) for error in failed} <= {AlreadyDone, ContextChanged}
    kept = await store.find_reply(operated)
    assert kept is not None
    assert all(error.reply == kept.reply for error in failed if isinstance(error, AlreadyDone))
    names = AgentFilter(name=f"made once {operated.key.name}")
    assert len(await store.list_agents(NAMESPACE, names, Page(9))) == (what == "agent")
    state = await store.state(ref)
    assert (state.system_version, state.context_version) == (1 + (what == "system text"), 1 + (what == "restore"))


async def test_another_request_of_the_same_name_is_told_so(store: Store) -> None:
    ref, operated = await begin(store), operation()
    await store.append(ref, batch_of(user("one")), once(operated))
    other = operation(operated.key.name, "another request")
    with pytest.raises(RequestIdReused, match=operated.key.name):
        await store.append(ref, batch_of(user("two")), once(other))
    with pytest.raises(RequestIdReused):
        await store.find_reply(other)
    assert (await store.state(ref)).last_position == 1


async def test_the_same_name_in_another_namespace_is_another_operation(store: Store) -> None:
    ref, operated = await begin(store), operation()
    await store.append(ref, batch_of(user("one")), once(operated))
    assert await store.find_reply(operation(operated.key.name, namespace="other")) is None


async def test_an_effect_that_fails_is_not_kept(store: Store) -> None:
    ref, operated = await begin(store), operation()
    with pytest.raises(InvalidField):
        await store.append(ref, batch_of(result("call_none")), once(operated))
    with pytest.raises(AgentNotFound):
        await store.create_conversation(NAMESPACE, new_conversation("agent-none"), SYSTEM, once(operated))
    assert await store.find_reply(operated) is None
    assert (await store.append(ref, batch_of(user("one")), once(operated))).positions == [1]


async def test_an_encoding_that_fails_leaves_nothing(store: Store) -> None:
    ref, operated = await begin(store), operation()

    def fail(_: Appended) -> bytes:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await store.append(ref, batch_of(user("one")), Once(operated, fail))
    assert await store.find_reply(operated) is None
    assert (await store.state(ref)).last_position == 0


async def test_what_is_over_counts_as_nothing(sql_store: SqlStore) -> None:
    ref, operated = await begin(sql_store), operation()
    await sql_store.append(ref, batch_of(user("one")), once(operated))
    await expire(sql_store, operated)
    other = operation(operated.key.name, "another request, a day later")
    assert (await sql_store.append(ref, batch_of(user("two")), once(other))).positions == [2]
    assert await sql_store.find_reply(other) is not None


async def test_what_is_over_is_removed_and_nothing_else(sql_store: SqlStore) -> None:
    ref, over, kept = await begin(sql_store), operation(), operation()
    for operated in (over, kept):
        await sql_store.append(ref, batch_of(user("one")), once(operated))
    await expire(sql_store, over)
    assert not await sql_store.remove_expired()
    assert await sql_store.find_reply(operation(over.key.name, "another request")) is None
    assert await sql_store.find_reply(kept) is not None


async def test_so_much_is_removed_at_once_and_all_of_it_in_the_end(
    sql_store: SqlStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    ref, kept = await begin(sql_store), operation()
    await sql_store.append(ref, batch_of(user("one")), once(kept))
    await expire_copies(sql_store, kept, REMOVED_AT_ONCE + 1)
    assert await sql_store.remove_expired()
    await expire_copies(sql_store, kept, REMOVED_AT_ONCE + 1)
    monkeypatch.setattr(expired_operations, "REST_SECONDS", 0.0)
    await expired_operations.remove_expired(sql_store, sql_store.jobs, sql_store.sweeps)
    assert await count_operations(sql_store) == 1
    assert await sql_store.find_reply(kept) is not None


@pytest.mark.parametrize("deleted", ["conversation", "agent"])
async def test_what_is_kept_goes_with_what_it_is_about(store: Store, deleted: str) -> None:
    agent, created, appended = await put_agent(store), operation(), operation()
    conversation = new_conversation(agent.id)
    await store.create_conversation(NAMESPACE, conversation, SYSTEM, once(created))
    ref = ref_to(conversation.id)
    await store.append(ref, batch_of(user("one")), once(appended))
    if deleted == "agent":
        await store.delete_agent(agent_key(agent.id))
    else:
        await store.delete_conversation(ref)
    assert [await store.find_reply(operated) for operated in (created, appended)] == [None, None]
