"""Observed token ratios as rows: added to by all, one after the other, and not without a bound."""

import asyncio
from uuid import uuid4

import pytest

from compactd.domain.token_ratios import Observation, TokenRatio
from compactd.ports.store import Store
from compactd.ports.token_ratios import SHARED, RatioKey
from compactd.storage import token_ratios
from compactd.storage.migrate import migrate
from compactd.storage.store import SqlStore, open_store
from tests.builders.stored_values import NAMESPACE

SEEN = (Observation(1_000, 2_000),)
SEEN_RATIO = TokenRatio(2.0, 1_000.0)


def key_of(namespace: str = NAMESPACE, tokenizer: str = "o200k_base") -> RatioKey:
    return RatioKey(namespace, f"acme/model-{uuid4()}", tokenizer)


async def ratio_of(store: Store, key: RatioKey, namespace: str = NAMESPACE) -> TokenRatio | None:
    return (await store.token_ratios(namespace)).get(key)


async def test_a_model_that_nothing_was_seen_of_has_no_ratio(store: Store) -> None:
    assert await ratio_of(store, key_of()) is None


async def test_what_was_seen_adds_up(store: Store) -> None:
    key, other = key_of(), key_of()
    first = await store.add_observations(NAMESPACE, {key: SEEN})
    assert first == {key: SEEN_RATIO}
    both = await store.add_observations(NAMESPACE, {key: [Observation(500, 500)], other: SEEN})
    assert both == {key: SEEN_RATIO.after(Observation(500, 500)), other: SEEN_RATIO}
    found = await store.token_ratios(NAMESPACE)
    assert {one: found[one] for one in (key, other)} == both


async def test_two_tokenizers_are_two_ratios_of_a_model(store: Store) -> None:
    key = key_of()
    other = RatioKey(key.namespace, key.model, "cl100k_base")
    await store.add_observations(NAMESPACE, {key: SEEN, other: [Observation(1_000, 1_000)]})
    found = await store.token_ratios(NAMESPACE)
    assert (found[key].ratio, found[other].ratio) == (2.0, 1.0)


async def test_a_namespace_sees_its_own_and_the_shared_ones(store: Store) -> None:
    own, shared = key_of(), key_of(SHARED)
    await store.add_observations(NAMESPACE, {own: SEEN})
    await store.add_observations(SHARED, {shared: SEEN})
    assert (await ratio_of(store, own), await ratio_of(store, shared)) == (SEEN_RATIO, SEEN_RATIO)
    foreign = await store.token_ratios("elsewhere")
    assert shared in foreign
    assert own not in foreign


async def test_who_adds_at_the_same_time_waits_and_nothing_is_lost(store: Store) -> None:
    keys = [key_of() for _ in range(3)]
    orders = [dict.fromkeys(keys, SEEN), dict.fromkeys(reversed(keys), SEEN)]
    await asyncio.gather(*(store.add_observations(NAMESPACE, orders[number % 2]) for number in range(10)))
    found = await store.token_ratios(NAMESPACE)
    assert [found[key] for key in keys] == [TokenRatio(2.0, 10_000.0)] * 3


async def test_two_processes_of_one_database_add_to_one_ratio(database_url: str, sql_store: SqlStore) -> None:
    other, key = open_store(database_url, connections=2), key_of()
    await asyncio.gather(
        *(one.add_observations(NAMESPACE, {key: SEEN}) for one in (sql_store, other) for _ in range(3))
    )
    assert await ratio_of(other, key) == TokenRatio(2.0, 6_000.0)
    await other.close()


async def test_of_too_many_models_those_seen_longest_ago_go(
    sql_store: SqlStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    namespace = f"crowded-{uuid4()}"
    await sql_store.add_observations(namespace, dict.fromkeys((key_of(namespace) for _ in range(3)), SEEN))
    monkeypatch.setattr(token_ratios, "_REMOVE_OLDEST", token_ratios.remove_oldest(2))
    last = key_of(namespace)
    await sql_store.add_observations(namespace, {last: SEEN})
    left = [key for key in await sql_store.token_ratios(namespace) if key.namespace == namespace]
    assert len(left) == 2
    assert last in left


async def test_a_ratio_outlives_the_process(database_url: str) -> None:
    migrate(database_url)
    key = key_of()
    for weight in (1_000.0, 2_000.0):
        store = open_store(database_url, connections=2)
        await store.add_observations(NAMESPACE, {key: SEEN})
        assert await ratio_of(store, key) == TokenRatio(2.0, weight)
        await store.close()
