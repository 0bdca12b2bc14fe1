"""What namespaces have used up, on both databases."""

import asyncio

import pytest
from sqlalchemy import Connection, func, select

from compactd.domain.errors import InvalidField
from compactd.domain.quotas import QuotaExceeded
from compactd.ports.contexts import SystemText
from compactd.ports.quotas import Reservation, SpendLimit, Stored
from compactd.storage.store import SqlStore
from compactd.storage.tables import MESSAGES, SYSTEM_TEXTS
from tests.builders.stored_values import (
    NAMESPACE,
    TOKENIZER,
    append,
    assistant,
    begin,
    calls,
    compact,
    put_agent,
    put_conversation,
    ref_to,
    result,
    system,
    user,
)

LIMIT = SpendLimit("acme", 1.0)
LONG = 60.0
DAY_SECONDS = 86_400


async def reserved(store: SqlStore, usd: float, seconds: float = LONG) -> Reservation:
    return await store.reserve_spend(LIMIT, usd, seconds)


async def refused(store: SqlStore, usd: float, limit: SpendLimit = LIMIT) -> QuotaExceeded:
    with pytest.raises(QuotaExceeded) as raised:
        await store.reserve_spend(limit, usd, LONG)
    return raised.value


async def test_what_is_held_back_leaves_less_for_others_until_it_is_settled(store: SqlStore) -> None:
    one = await reserved(store, 0.75)
    error = await refused(store, 0.5)
    assert (error.metadata["quota"], error.metadata["limit"], error.metadata["used"]) == (
        "model_usd_per_day",
        "1",
        "0.75",
    )
    # It would fit if the other spends less than it may.
    assert error.retry_after == 2
    await store.settle_spend(one, 0.25)
    other = await reserved(store, 0.75)
    await store.settle_spend(other, 0.75)
    error = await refused(store, 0.0)
    assert error.metadata["used"] == "1"
    assert error.retry_after is not None
    assert 0 < error.retry_after <= DAY_SECONDS


async def test_what_would_not_fit_alone_comes_back_tomorrow(store: SqlStore) -> None:
    error = await refused(store, 1.5)
    assert error.retry_after is not None
    assert error.retry_after > 2 or DAY_SECONDS - error.retry_after > DAY_SECONDS - 3
    assert "up to 1.5" in str(error)


async def test_a_limit_of_nothing_lets_nothing_through(store: SqlStore) -> None:
    await refused(store, 0.0, SpendLimit("acme", 0.0))


async def test_what_a_process_held_back_that_has_died_is_spent_and_settled_late_counts_once(store: SqlStore) -> None:
    one = await reserved(store, 0.75, seconds=0.02)
    await asyncio.sleep(0.05)
    error = await refused(store, 0.5)
    assert error.metadata["used"] == "0.75"
    assert error.retry_after is not None
    # Nobody gives it back.
    assert error.retry_after > 2 or DAY_SECONDS - error.retry_after > DAY_SECONDS - 3
    for _ in range(2):
        await store.settle_spend(one, 0.25)
        assert (await refused(store, 1.0)).metadata["used"] == "0.25"


async def test_namespaces_have_budgets_of_their_own(store: SqlStore) -> None:
    await reserved(store, 1.0)
    await store.reserve_spend(SpendLimit("others", 1.0), 1.0, LONG)


async def test_of_many_at_once_as_many_get_their_share_as_there_is(store: SqlStore) -> None:
    results = await asyncio.gather(*(reserved(store, 0.125) for _ in range(40)), return_exceptions=True)
    granted = [result for result in results if isinstance(result, Reservation)]
    assert len(granted) == 8
    assert all(isinstance(result, Reservation | QuotaExceeded) for result in results)
    await asyncio.gather(*(store.settle_spend(reservation, 0.0625) for reservation in granted))
    assert (await refused(store, 1.0)).metadata["used"] == "0.5"


async def counted(store: SqlStore) -> Stored:
    """What is stored, summed up from the rows of messages and of earlier system messages."""
    texts = (SYSTEM_TEXTS.c.body, SYSTEM_TEXTS.c.import_data, SYSTEM_TEXTS.c.content)
    lengths = [func.coalesce(func.length(text), 0) for text in texts]

    def count(connection: Connection) -> Stored:
        messages, size = connection.execute(select(func.count(), func.sum(MESSAGES.c.body_bytes))).one()
        earlier = connection.execute(select(func.sum(lengths[0] + lengths[1] + lengths[2]))).scalar_one()
        return Stored(messages, int(size or 0) + int(earlier or 0))

    return await store._database.read(count)


async def test_what_is_stored_is_counted_with_every_change_and_less_when_it_is_deleted(store: SqlStore) -> None:
    agent = await put_agent(store)
    ref = ref_to(agent.default_conversation_id)
    other = await put_conversation(store, agent.id)
    await append(store, ref, system("Be brief."), user("What about the parcel?"), calls("call-1"))
    await append(store, ref, result("call-1"), user("And the other one?"), assistant("Both are there."))
    await append(store, ref_to(other.id), user("Hello"))
    await store.put_system(ref, SystemText("Be very brief indeed.", 5, TOKENIZER), 2, None)
    await compact(store, ref, 4)
    stored = await store.stored(NAMESPACE)
    assert stored == await counted(store)
    assert stored.messages == 1 + 5 + 1 + 2
    assert await store.stored("others") == Stored(0, 0)
    await store.delete_conversation(ref_to(other.id))
    less = await store.stored(NAMESPACE)
    assert less == await counted(store)
    assert less.messages == stored.messages - 2
    assert less.bytes < stored.bytes


async def test_a_batch_that_is_refused_counts_nothing(store: SqlStore) -> None:
    ref = await begin(store, 2)
    before = await store.stored(NAMESPACE)
    with pytest.raises(InvalidField):
        await append(store, ref, user("Yes"), result("call-unknown"))
    assert await store.stored(NAMESPACE) == before


async def test_what_an_earlier_release_has_stored_counts(upgraded: SqlStore) -> None:
    [key, *_] = await upgraded.audited_keys("", 1)
    stored = await upgraded.stored(key.namespace)
    assert stored == await counted(upgraded)
    assert stored.messages > 1
