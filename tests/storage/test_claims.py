"""Claims: who is at work on a conversation, and what becomes of the operation."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace

import pytest

from compactd.domain.compactions import Compaction
from compactd.domain.errors import ContextChanged, ConversationNotFound
from compactd.domain.keys import ConversationKey
from compactd.domain.model_failures import SummaryNotSmaller
from compactd.domain.operations import Fail, Reply, Reused, Wait
from compactd.ports.contexts import SystemText
from compactd.ports.operations import LEASE_SECONDS, WANTED_SECONDS, AlreadyDone, Claim, Claimed, Held
from compactd.ports.store import Store
from compactd.storage.store import SqlStore
from tests.builders.stored_operations import claimed, end_leases, expire, lease_seconds_left, operation, shift_lease
from tests.builders.stored_values import (
    append,
    begin,
    commit_of,
    compact,
    default_ref,
    put_agent,
    put_conversation,
    ref_to,
    user,
)

CLAIMS = 10


def reply_of(record: Compaction) -> bytes:
    return f"{record.id} at {record.summary_position}".encode()


async def commit(store: Store, ref: ConversationKey, claim: Claim) -> Compaction:
    state = await store.state(ref)
    return await store.commit_compaction(ref, commit_of(state, 4, [1, 2, 3]), Claimed(claim, reply_of))


async def test_of_equal_claims_at_once_one_is_granted_and_the_others_wait_for_it(store: Store) -> None:
    ref, operated = await begin(store, 5), operation()
    answers = await asyncio.gather(*(store.claim(ref, operated) for _ in range(CLAIMS)))
    [claim] = [answer for answer in answers if isinstance(answer, Claim)]
    assert (claim.conversation, claim.operation, claim.attempt, claim.context_version) == (ref, operated, 1, 0)
    assert [answer for answer in answers if answer is not claim] == [Wait(1)] * (CLAIMS - 1)


async def test_of_different_claims_at_once_one_is_granted(store: Store) -> None:
    ref = await begin(store, 5)
    answers = await asyncio.gather(*(store.claim(ref, operation()) for _ in range(CLAIMS)))
    assert sum(isinstance(answer, Claim) for answer in answers) == 1
    assert answers.count(Held(ref)) == CLAIMS - 1


async def test_a_lease_ends_within_fifteen_seconds_of_the_databases_clock(sql_store: SqlStore) -> None:
    assert LEASE_SECONDS <= 15
    ref = await begin(sql_store, 5)
    claim = await claimed(sql_store, ref, operation())
    assert 0 < await lease_seconds_left(sql_store, ref.conversation_id) <= LEASE_SECONDS
    await end_leases(sql_store, ref.conversation_id)
    await sql_store.renew(claim)
    assert 0 < await lease_seconds_left(sql_store, ref.conversation_id) <= LEASE_SECONDS


async def test_a_lease_that_a_clock_far_ahead_has_given_is_over(sql_store: SqlStore) -> None:
    ref = await begin(sql_store, 5)
    before = await claimed(sql_store, ref, operation())
    await shift_lease(sql_store, ref.conversation_id, 3600.0)
    assert (await claimed(sql_store, ref, operation())).token == before.token + 1
    # Who renews it meanwhile has lost it.
    with pytest.raises(ContextChanged):
        await sql_store.renew(before)


async def test_a_clock_that_is_put_back_a_little_ends_no_lease(sql_store: SqlStore) -> None:
    ref = await begin(sql_store, 5)
    await claimed(sql_store, ref, operation())
    await shift_lease(sql_store, ref.conversation_id, 10.0)
    assert await sql_store.claim(ref, operation()) == Held(ref)


async def test_claims_of_different_conversations_are_all_granted(store: Store) -> None:
    agent = await put_agent(store)
    other = await put_conversation(store, agent.id)
    by_agent = await claimed(store, default_ref(agent.id), operation())
    assert by_agent.conversation == ref_to(agent.default_conversation_id)
    assert (await claimed(store, ref_to(other.id), operation())).token == 1


async def test_a_commit_ends_the_attempt_and_gives_the_lease_back(store: Store) -> None:
    ref, operated = await begin(store, 5), operation()
    record = await commit(store, ref, await claimed(store, ref, operated))
    assert await store.claim(ref, operated) == await store.find_reply(operated) == Reply(reply_of(record))
    assert (await claimed(store, ref, operation())).token == 2


async def test_a_reply_without_a_name_is_for_those_who_waited_and_for_repeats(store: Store) -> None:
    ref, operated = await begin(store, 5), operation(is_named=False)
    record = await commit(store, ref, await claimed(store, ref, operated))
    reply = Reply(reply_of(record))
    assert await store.claim(ref, operated, waited_for=1) == reply
    assert await store.claim(ref, replace(operated, is_repeat=True)) == reply
    again = await claimed(store, ref, operated)
    assert (again.attempt, again.token, again.context_version) == (2, 2, 1)
    assert await store.claim(ref, replace(operated, is_repeat=True)) == Wait(2)


async def appended(store: Store, ref: ConversationKey) -> None:
    await append(store, ref, user("six"))


async def compacted_otherwise(store: Store, ref: ConversationKey) -> None:
    state = await store.state(ref)
    claim = await claimed(store, ref, operation(request="another request"))
    await store.commit_compaction(ref, commit_of(state, 5, [4]), Claimed(claim, reply_of))


async def failed_otherwise(store: Store, ref: ConversationKey) -> None:
    await store.fail(await claimed(store, ref, operation(request="another request")), b"why")


@pytest.mark.parametrize(
    ("meanwhile", "is_current"), [(appended, False), (compacted_otherwise, False), (failed_otherwise, True)]
)
async def test_a_repeat_without_a_name_gets_a_reply_only_while_nothing_came_after_it(
    store: Store, meanwhile: Callable[[Store, ConversationKey], Awaitable[None]], *, is_current: bool
) -> None:
    """What it repeats may never have been begun."""
    ref, operated = await begin(store, 5), operation(is_named=False)
    record = await commit(store, ref, await claimed(store, ref, operated))
    await meanwhile(store, ref)
    answer = await store.claim(ref, replace(operated, is_repeat=True))
    assert (answer == Reply(reply_of(record))) is is_current
    assert isinstance(answer, Claim) is not is_current


async def test_a_reply_without_a_name_is_found_by_the_attempt_that_lost_its_lease_to_another(
    sql_store: SqlStore,
) -> None:
    ref, operated = await begin(sql_store, 5), operation(is_named=False)
    stood_still = await claimed(sql_store, ref, operated)
    await end_leases(sql_store, ref.conversation_id)
    record = await commit(sql_store, ref, await claimed(sql_store, ref, operated))
    with pytest.raises(ContextChanged):
        await sql_store.renew(stood_still)
    assert await sql_store.find_reply(operated, stood_still.attempt) == Reply(reply_of(record))
    assert await sql_store.find_reply(operated) is None


async def test_a_failure_is_for_those_who_waited_and_the_next_one_tries_again(store: Store) -> None:
    ref, operated = await begin(store, 5), operation()
    await store.fail(await claimed(store, ref, operated), b"why")
    assert await store.claim(ref, operated, waited_for=1) == Fail(b"why")
    assert await store.find_reply(operated) is None
    assert (await claimed(store, ref, operated)).attempt == 2
    # Who waited for the first one, and looks only now, waits for the one that runs.
    assert await store.claim(ref, operated, waited_for=1) == Wait(2)


async def test_an_attempt_that_is_given_up_is_followed_by_the_next_one(store: Store) -> None:
    ref, operated = await begin(store, 5), operation()
    await store.give_back(await claimed(store, ref, operated))
    assert (await claimed(store, ref, operated, waited_for=1)).attempt == 2


async def test_another_request_of_the_same_name_is_told_so_whatever_has_become_of_the_first(store: Store) -> None:
    ref, operated = await begin(store, 5), operation()
    other = operation(operated.key.name, "another request")
    claim = await claimed(store, ref, operated)
    assert await store.claim(ref, other) == Reused()
    await store.fail(claim, b"why")
    assert await store.claim(ref, other) == Reused()


async def test_a_lease_that_has_ended_is_taken_over_and_its_attempt_can_do_nothing_more(sql_store: SqlStore) -> None:
    ref, operated = await begin(sql_store, 5), operation()
    killed = await claimed(sql_store, ref, operated)
    await end_leases(sql_store, ref.conversation_id)
    claim = await claimed(sql_store, ref, operated, waited_for=1)
    assert (claim.attempt, claim.token) == (2, killed.token + 1)
    with pytest.raises(ContextChanged):
        await sql_store.renew(killed)
    with pytest.raises(ContextChanged):
        await commit(sql_store, ref, killed)
    await sql_store.fail(killed, b"too late")
    await sql_store.give_back(killed)
    assert await sql_store.claim(ref, operated) == Wait(2)
    assert await sql_store.claim(ref, operation()) == Held(ref)
    assert (await commit(sql_store, ref, claim)).context_start == 4


async def test_a_lease_that_nobody_has_taken_meanwhile_is_renewed_even_late(sql_store: SqlStore) -> None:
    ref, operated = await begin(sql_store, 5), operation()
    claim = await claimed(sql_store, ref, operated)
    await end_leases(sql_store, ref.conversation_id)
    await sql_store.renew(claim)
    assert await sql_store.claim(ref, operation()) == Held(ref)


async def test_a_renewal_says_whether_somebody_elsewhere_waits(store: Store) -> None:
    ref, operated = await begin(store, 5), operation()
    claim = await claimed(store, ref, operated)
    assert (await store.renew(claim)).wanted_seconds <= 0
    await store.claim(ref, operated)
    assert WANTED_SECONDS - 2 < (await store.renew(claim)).wanted_seconds <= WANTED_SECONDS < LEASE_SECONDS


async def test_a_renewal_notices_that_another_compaction_came_first(store: Store) -> None:
    ref = await begin(store, 5)
    claim = await claimed(store, ref, operation())
    await append(store, ref, user("six"))
    await store.put_system(ref, SystemText("short", 3, "o200k_base"), 1, None)
    await store.renew(claim)
    await compact(store, ref, 3)
    with pytest.raises(ContextChanged):
        await store.renew(claim)


@pytest.mark.parametrize("is_named", [True, False])
async def test_a_renewal_that_comes_after_the_end_takes_no_lease(store: Store, *, is_named: bool) -> None:
    ref = await begin(store, 5)
    for end in (store.give_back, lambda claim: store.fail(claim, b"why")):
        claim = await claimed(store, ref, operation(is_named=is_named))
        await end(claim)
        with pytest.raises(ContextChanged):
            await store.renew(claim)
    claim = await claimed(store, ref, operation(is_named=is_named))
    record = await commit(store, ref, claim)
    with pytest.raises(AlreadyDone) as done:
        await store.renew(claim)
    assert done.value.reply == reply_of(record)
    assert isinstance(await store.claim(ref, operation()), Claim)


async def test_a_commit_that_fails_leaves_lease_and_attempt(store: Store) -> None:
    ref, operated = await begin(store, 5), operation()
    claim = await claimed(store, ref, operated)
    planned = await store.state(ref)
    await store.put_system(ref, SystemText("long", 5_000, "o200k_base"), 1, None)
    with pytest.raises(SummaryNotSmaller):
        await store.commit_compaction(ref, commit_of(planned, 4, [1, 2, 3]), Claimed(claim, reply_of))
    await store.renew(claim)
    assert await store.claim(ref, operated) == Wait(1)


async def test_nothing_is_left_of_a_deleted_conversation(store: Store) -> None:
    agent, operated = await put_agent(store), operation()
    conversation = await put_conversation(store, agent.id)
    ref = ref_to(conversation.id)
    claim = await claimed(store, ref, operated)
    await store.delete_conversation(ref)
    with pytest.raises(ConversationNotFound):
        await store.renew(claim)
    with pytest.raises(ConversationNotFound):
        await store.claim(ref, operated)
    await store.fail(claim, b"why")
    assert await store.find_reply(operated) is None


async def test_a_claim_of_another_namespace_does_nothing(store: Store) -> None:
    ref, operated = await begin(store, 5), operation()
    claim = await claimed(store, ref, operated)
    foreign_operation = operation(operated.key.name, namespace="other")
    foreign = replace(claim, conversation=replace(ref, namespace="other"), operation=foreign_operation)
    with pytest.raises(ConversationNotFound):
        await store.renew(foreign)
    await store.fail(foreign, b"stolen")
    await store.give_back(foreign)
    assert await store.claim(ref, operated) == Wait(1)


async def test_a_reply_whose_time_is_over_counts_as_none(sql_store: SqlStore) -> None:
    ref, operated = await begin(sql_store, 5), operation()
    await commit(sql_store, ref, await claimed(sql_store, ref, operated))
    await expire(sql_store, operated)
    other = operation(operated.key.name, "another request, a day later")
    assert (await claimed(sql_store, ref, other)).attempt == 1
