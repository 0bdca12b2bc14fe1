"""Attempts of a process and the calls that wait for them, on a store as it is."""

import asyncio
import time
from collections.abc import AsyncIterator
from typing import Any

import pytest

from compactd.application import running_attempt
from compactd.application.deadline import Deadline
from compactd.application.run_operation import RunOperation
from compactd.application.running_attempt import AttemptFailed, Waiter
from compactd.domain.errors import ContextChanged, ConversationNotFound
from compactd.domain.handles import ModelHandle
from compactd.domain.model_failures import ProviderRejected
from compactd.domain.operations import Reply
from compactd.ports.operations import Claim, Claimed, Renewed
from compactd.ports.trace import SilentTracer
from compactd.storage.store import SqlStore
from tests.builders.stored_operations import claimed, end_leases, operation
from tests.builders.stored_values import begin, commit_of

WRONG = ProviderRejected(model=ModelHandle("openai", "gpt-test"), status=400)


@pytest.fixture
async def run(sql_store: SqlStore) -> AsyncIterator[RunOperation]:
    running = RunOperation(sql_store, lambda error: repr(error).encode(), 60, 0, 100, SilentTracer())
    yield running
    await running.close()


def reply_of(done: object) -> bytes:
    return b"reply"


async def test_a_call_that_comes_while_the_deadline_passes_shares_the_end_and_is_not_counted_for_ever(
    sql_store: SqlStore, run: RunOperation
) -> None:
    ref, operated = await begin(sql_store, 5), operation()
    closing, closed = asyncio.Event(), asyncio.Event()

    async def work(claimed: Claimed[Any], deadline: Deadline) -> None:
        async with deadline.limit():
            try:
                await asyncio.sleep(60)
            finally:
                closing.set()
                await closed.wait()

    def call(seconds: float) -> asyncio.Task[bytes]:
        waiter = Waiter(time.monotonic() + seconds)
        return asyncio.create_task(run.joined(operated, ref, work, reply_of, waiter))

    hasty = call(0.2)
    await asyncio.wait_for(closing.wait(), 10)
    patient = call(30)
    await asyncio.sleep(0)
    closed.set()
    assert [type(end) for end in await asyncio.gather(hasty, patient, return_exceptions=True)] == [TimeoutError] * 2


async def test_a_failure_that_is_being_stored_is_told_though_the_server_stops(
    sql_store: SqlStore, run: RunOperation, monkeypatch: pytest.MonkeyPatch
) -> None:
    ref = await begin(sql_store, 5)
    storing, stored = asyncio.Event(), asyncio.Event()
    fail = sql_store.fail

    async def slow_fail(claim: Claim, failure: bytes) -> None:
        storing.set()
        await stored.wait()
        await fail(claim, failure)

    async def work(claimed: Claimed[Any], deadline: Deadline) -> None:
        raise WRONG

    monkeypatch.setattr(sql_store, "fail", slow_fail)
    call = asyncio.create_task(run.joined(operation(), ref, work, reply_of, Waiter()))
    await asyncio.wait_for(storing.wait(), 10)
    stopping = asyncio.create_task(run.close())
    await asyncio.sleep(0)
    stored.set()
    await stopping
    with pytest.raises(ProviderRejected):
        await call
    # The lease was given back with it.
    assert isinstance(await sql_store.claim(ref, operation()), Claim)


async def test_work_whose_caller_left_during_the_claim_ends_soon(
    sql_store: SqlStore, run: RunOperation, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Not with the next renewal, which may be a long time away."""
    monkeypatch.setattr(running_attempt, "RENEW_SECONDS", 60.0)
    ref = await begin(sql_store, 5)
    ended, claiming, left = asyncio.Event(), asyncio.Event(), asyncio.Event()
    claim = sql_store.claim

    async def slow_claim(*args: Any) -> Any:
        claiming.set()
        await left.wait()
        return await claim(*args)

    async def work(claimed: Claimed[Any], deadline: Deadline) -> None:
        try:
            await asyncio.sleep(60)
        finally:
            ended.set()

    monkeypatch.setattr(sql_store, "claim", slow_claim)
    # It comes back, so that the attempt outlives it for a while.
    run.linger_seconds = 0.5
    call = asyncio.create_task(run.joined(operation(), ref, work, reply_of, Waiter(comes_back=True)))
    await asyncio.wait_for(claiming.wait(), 10)
    call.cancel()
    await asyncio.wait((call,))
    left.set()
    await asyncio.wait_for(ended.wait(), 20)


@pytest.mark.parametrize("is_named", [True, False])
async def test_an_attempt_is_not_stopped_by_its_own_commit_whose_answer_is_late(
    sql_store: SqlStore, run: RunOperation, monkeypatch: pytest.MonkeyPatch, *, is_named: bool
) -> None:
    monkeypatch.setattr(running_attempt, "RENEW_SECONDS", 0.05)
    ref, renewed = await begin(sql_store, 5), asyncio.Event()
    is_committed = False
    renew = sql_store.renew

    async def watched_renew(claim: Claim) -> Renewed:
        try:
            return await renew(claim)
        finally:
            if is_committed:
                renewed.set()

    async def work(claimed: Claimed[Any], deadline: Deadline) -> None:
        nonlocal is_committed
        await sql_store.commit_compaction(ref, commit_of(await sql_store.state(ref), 4, [1, 2, 3]), claimed)
        is_committed = True
        await renewed.wait()
        await asyncio.sleep(0.1)

    monkeypatch.setattr(sql_store, "renew", watched_renew)
    call = asyncio.create_task(run.joined(operation(is_named=is_named), ref, work, reply_of, Waiter()))
    assert await asyncio.wait_for(call, 20) == b"reply"


async def test_an_attempt_that_stood_still_answers_with_the_reply_of_the_one_that_took_over(
    sql_store: SqlStore, run: RunOperation, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(running_attempt, "RENEW_SECONDS", 0.05)
    ref, operated = await begin(sql_store, 5), operation(is_named=False)

    async def work(claimed_here: Claimed[Any], deadline: Deadline) -> None:
        await end_leases(sql_store, ref.conversation_id)
        other = await sql_store.claim(ref, operated)
        assert isinstance(other, Claim), other
        commit = commit_of(await sql_store.state(ref), 4, [1, 2, 3])
        await sql_store.commit_compaction(ref, commit, Claimed(other, lambda _: b"by another"))
        taken_over.set()
        await asyncio.sleep(60)

    renew, taken_over = sql_store.renew, asyncio.Event()

    async def late_renew(claim: Claim) -> Renewed:
        await taken_over.wait()
        return await renew(claim)

    monkeypatch.setattr(sql_store, "renew", late_renew)
    call = asyncio.create_task(run.joined(operated, ref, work, reply_of, Waiter()))
    assert await asyncio.wait_for(call, 20) == b"by another"


@pytest.mark.parametrize("is_named", [True, False])
async def test_an_attempt_whose_commit_comes_too_late_answers_with_the_reply_of_the_one_that_took_over(
    sql_store: SqlStore, run: RunOperation, *, is_named: bool
) -> None:
    ref, operated = await begin(sql_store, 5), operation(is_named=is_named)

    async def work(claimed_here: Claimed[Any], deadline: Deadline) -> None:
        commit = commit_of(await sql_store.state(ref), 4, [1, 2, 3])
        await end_leases(sql_store, ref.conversation_id)
        other = await sql_store.claim(ref, operated)
        assert isinstance(other, Claim), other
        await sql_store.commit_compaction(ref, commit, Claimed(other, lambda _: b"by another"))
        await sql_store.commit_compaction(ref, commit, claimed_here)

    assert await run.joined(operated, ref, work, reply_of, Waiter()) == b"by another"


async def test_an_attempt_whose_commit_comes_too_late_for_another_compaction_has_failed(
    sql_store: SqlStore, run: RunOperation
) -> None:
    ref, operated = await begin(sql_store, 5), operation()

    async def work(claimed_here: Claimed[Any], deadline: Deadline) -> None:
        commit = commit_of(await sql_store.state(ref), 4, [1, 2, 3])
        await end_leases(sql_store, ref.conversation_id)
        other = await claimed(sql_store, ref, operation())
        await sql_store.commit_compaction(ref, commit, Claimed(other, lambda _: b"by another"))
        await sql_store.commit_compaction(ref, commit, claimed_here)

    with pytest.raises(ContextChanged):
        await run.joined(operated, ref, work, reply_of, Waiter())


async def test_an_attempt_whose_commit_comes_too_late_finds_its_conversation_gone_with_the_reply(
    sql_store: SqlStore, run: RunOperation, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And is not told that nothing has happened."""
    ref, operated = await begin(sql_store, 5), operation()
    agent = (await sql_store.state(ref)).agent_key
    find_reply = sql_store.find_reply

    async def find_later(*given: Any, **of: Any) -> Reply | None:
        await sql_store.delete_agent(agent)
        return await find_reply(*given, **of)

    async def work(claimed_here: Claimed[Any], deadline: Deadline) -> None:
        commit = commit_of(await sql_store.state(ref), 4, [1, 2, 3])
        await end_leases(sql_store, ref.conversation_id)
        other = await claimed(sql_store, ref, operated)
        await sql_store.commit_compaction(ref, commit, Claimed(other, lambda _: b"by another"))
        monkeypatch.setattr(sql_store, "find_reply", find_later)
        await sql_store.commit_compaction(ref, commit, claimed_here)

    with pytest.raises(ConversationNotFound):
        await run.joined(operated, ref, work, reply_of, Waiter())


@pytest.mark.parametrize("is_named", [True, False])
@pytest.mark.parametrize("before", [0, 1])
async def test_a_call_that_waits_for_its_turn_ends_as_an_equal_one_that_had_it_meanwhile(
    sql_store: SqlStore, run: RunOperation, monkeypatch: pytest.MonkeyPatch, before: int, *, is_named: bool
) -> None:
    """It may have stood still: its client has heard that end from the other one, and that nothing more happens."""
    ref, operated = await begin(sql_store, 5), operation(is_named=is_named)
    for _ in range(before):
        await sql_store.fail(await claimed(sql_store, ref, operated), b"failed before")
    another = await claimed(sql_store, ref, operation())
    claim, has_looked, may_look = sql_store.claim, asyncio.Event(), asyncio.Event()

    async def stands_still(*arguments: Any) -> Any:
        step = await claim(*arguments)
        has_looked.set()
        await may_look.wait()
        return step

    async def work(claimed_here: Claimed[Any], deadline: Deadline) -> None:
        raise AssertionError("it had its turn")

    monkeypatch.setattr(sql_store, "claim", stands_still)
    call = asyncio.create_task(run.joined(operated, ref, work, reply_of, Waiter()))
    await asyncio.wait_for(has_looked.wait(), 10)
    monkeypatch.setattr(sql_store, "claim", claim)
    await sql_store.give_back(another)
    await sql_store.fail(await claimed(sql_store, ref, operated), b"why")
    may_look.set()
    with pytest.raises(AttemptFailed) as failed:
        await asyncio.wait_for(call, 20)
    assert failed.value.failure == b"why"
