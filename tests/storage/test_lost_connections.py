"""Connections to PostgreSQL that are cut on their way, at any moment of a unit of work."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from compactd.domain.errors import OutcomeUnknown, StoreUnavailable
from compactd.domain.paging import Page
from compactd.storage import transactions
from compactd.storage.store import SqlStore, open_store
from tests.builders.stored_operations import claimed, operation
from tests.builders.stored_values import append, begin, commit_of, user
from tests.tcp_proxy import Fault, TcpProxy, postgres_proxy

COMMIT = b"COMMIT\0"
"""The order, and not the name of the isolation level."""


@asynccontextmanager
async def proxied_store(url: str, connections: int = 2) -> AsyncIterator[tuple[TcpProxy, SqlStore]]:
    async with postgres_proxy(url) as (proxy, proxied_url):
        store = open_store(proxied_url, connections=connections)
        yield proxy, store
        await store.close()


async def test_connections_that_were_cut_while_idle_are_not_noticed(shared_postgres_url: str) -> None:
    async with proxied_store(shared_postgres_url) as (proxy, store):
        ref = await begin(store, 2)
        proxy.cut_all()
        assert (await append(store, ref, user("three"))).positions == [3]
        proxy.cut_all()
        assert (await store.state(ref)).last_position == 3


@pytest.mark.parametrize("words", [b"BEGIN", b"next_position", b"INSERT"])
@pytest.mark.parametrize("fault", [Fault.CUT_BEFORE, Fault.CUT_AFTER])
async def test_a_unit_that_is_cut_before_its_commit_is_done_again(
    shared_postgres_url: str, words: bytes, fault: Fault
) -> None:
    # A connection of its own has prepared nothing, so that its statements are sent as texts.
    async with proxied_store(shared_postgres_url) as (proxy, store):
        ref = await begin(store)
    async with proxied_store(shared_postgres_url) as (proxy, store):
        await store.ping()
        sprung = proxy.fault_at(words, fault)
        assert (await append(store, ref, user("one"))).positions == [1]
        assert sprung.is_set()
        assert (await store.state(ref)).last_position == 1


async def test_an_append_that_is_cut_in_its_commit_says_that_its_outcome_is_unknown(shared_postgres_url: str) -> None:
    async with proxied_store(shared_postgres_url) as (proxy, store):
        ref = await begin(store)
        for fault, last_position in ((Fault.CUT_BEFORE, 0), (Fault.CUT_AFTER, 1)):
            proxy.fault_at(COMMIT, fault)
            with pytest.raises(OutcomeUnknown):
                await append(store, ref, user("one"))
            assert (await store.state(ref)).last_position == last_position


async def test_a_compaction_that_is_cut_in_its_commit_is_looked_up(shared_postgres_url: str) -> None:
    async with proxied_store(shared_postgres_url) as (proxy, store):
        ref = await begin(store, 5)
        commit = commit_of(await store.state(ref), 4, [1, 2, 3])
        proxy.fault_at(COMMIT, Fault.CUT_BEFORE)
        with pytest.raises(StoreUnavailable):
            await store.commit_compaction(ref, commit)
        assert await store.list_compactions(ref, Page(9)) == []
        proxy.fault_at(COMMIT, Fault.CUT_AFTER)
        record = await store.commit_compaction(ref, commit)
        assert await store.list_compactions(ref, Page(9)) == [record]


async def test_a_claim_that_is_cut_in_its_commit_leaves_no_lease_without_an_owner(shared_postgres_url: str) -> None:
    async with proxied_store(shared_postgres_url) as (proxy, store):
        ref, operated = await begin(store, 5), operation()
        proxy.fault_at(COMMIT, Fault.CUT_BEFORE)
        with pytest.raises(StoreUnavailable):
            await store.claim(ref, operated)
        proxy.fault_at(COMMIT, Fault.CUT_AFTER)
        claim = await claimed(store, ref, operated)
        assert (claim.attempt, claim.token) == (1, 1)
        await store.renew(claim)
        # What waits has changed nothing either.
        for fault in (Fault.CUT_BEFORE, Fault.CUT_AFTER):
            proxy.fault_at(COMMIT, fault)
            with pytest.raises(StoreUnavailable):
                await store.claim(ref, operated)
            proxy.fault_at(COMMIT, fault)
            with pytest.raises(StoreUnavailable):
                await store.find_reply(operated)


async def test_a_claim_that_cannot_be_looked_up_is_no_unknown_outcome(
    shared_postgres_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(transactions, "_LOOK_UP_PAUSES", (0.0, 0.01))
    async with proxied_store(shared_postgres_url, connections=1) as (proxy, store):
        ref = await begin(store, 5)
        sprung = proxy.fault_at(COMMIT, Fault.CUT_AFTER)
        proxy.accepting = False
        with pytest.raises(StoreUnavailable):
            await store.claim(ref, operation())
        assert sprung.is_set()
        proxy.accepting = True


async def test_an_outcome_that_cannot_be_looked_up_is_unknown(
    shared_postgres_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(transactions, "_LOOK_UP_PAUSES", (0.0, 0.01))
    async with proxied_store(shared_postgres_url, connections=1) as (proxy, store):
        ref = await begin(store, 5)
        commit = commit_of(await store.state(ref), 4, [1, 2, 3])
        proxy.fault_at(COMMIT, Fault.CUT_AFTER)
        proxy.accepting = False
        with pytest.raises(OutcomeUnknown):
            await store.commit_compaction(ref, commit)
        proxy.accepting = True
        assert (await store.state(ref)).version == "1.1"


async def test_a_slow_network_is_only_slow(shared_postgres_url: str) -> None:
    async with proxied_store(shared_postgres_url) as (proxy, store):
        ref = await begin(store)
        proxy.delay = 0.002
        answers = await asyncio.gather(*(append(store, ref, user(str(number))) for number in range(10)))
        assert sorted(answer.positions[0] for answer in answers) == list(range(1, 11))
        assert proxy.connections == 2
