"""What the embedded summarizer read of messages: with them from the append on, or stored later."""

import asyncio
from dataclasses import replace
from pathlib import Path

import pytest
import structlog
from sqlalchemy.exc import OperationalError

from compactd.domain.errors import ConversationNotFound
from compactd.domain.keys import ConversationKey
from compactd.domain.messages import ChatMessage, Role
from compactd.extractive.ledger.members import kinds_in, members_of, values_in
from compactd.extractive.reading.digest import VERSION, encode_digest
from compactd.extractive.reading.reader import Reader
from compactd.ports.contexts import ContextReading, DigestSource, Mentions, StoredDigest
from compactd.ports.store import Store
from compactd.storage import afterwork
from compactd.storage.store import SqlStore, open_store
from compactd.strategies.steps import finished
from tests.builders.materials import READ
from tests.builders.recording_observer import RecordingObserver
from tests.builders.stored_values import append, batch_of, begin, calls, elsewhere, ref_to, user
from tests.storage.held_thread import held


def read(*messages: ChatMessage) -> list[StoredDigest]:
    return [StoredDigest(encode_digest(digest), *members_of(digest)) for digest in finished(Reader().read(messages))]


async def keep(store: SqlStore, key: ConversationKey, *digests: tuple[int, StoredDigest]) -> None:
    """Waits for what nobody waits for."""
    store.keep_digests(key, digests)
    await store._afterwork.done()


async def loaded(store: Store, key: ConversationKey) -> list[DigestSource]:
    """What the compaction is given, in both ways in which it may ask."""
    sources = await store.load_digests(key, 1, 10**6)
    assert await store.read_context(key, lambda reading: reading.digests(1, 10**6)) == sources
    return sources


async def test_a_message_that_nobody_has_read_is_given_itself(store: Store) -> None:
    key = await begin(store)
    await append(store, key, user("one"), user("two"))
    assert await loaded(store, key) == [DigestSource(1, user("one")), DigestSource(2, user("two"))]


async def test_digests_may_come_with_the_messages(store: Store) -> None:
    key = await begin(store)
    system, first, second = ChatMessage(Role.SYSTEM, "Be careful."), user("one"), user("two")
    digests = read(system, first, second)
    await store.append(key, replace(batch_of(system, first, second), digests=digests))
    assert await loaded(store, key) == [DigestSource(1, digests[1].digest), DigestSource(2, digests[2].digest)]
    assert [found.message for found in await store.load_messages(key, 1, 2)] == [first, second]


async def test_digests_are_stored_later_for_the_next_reader(sql_store: SqlStore) -> None:
    store = sql_store
    key = await begin(store)
    await append(store, key, *map(user, "abcde"))
    [digest] = read(user("c"))
    await keep(store, key, (3, digest))
    sources = await loaded(store, key)
    assert sources[2] == DigestSource(3, digest.digest)
    assert [source.digest_or_message for source in sources if source.position != 3] == list(map(user, "abde"))
    assert await store.load_digests(key, 3, 3) == [DigestSource(3, digest.digest)]


async def test_what_other_rules_read_is_read_again(sql_store: SqlStore) -> None:
    store = sql_store
    key = await begin(store)
    await append(store, key, user("one"))
    [digest] = read(user("one"))
    await keep(store, key, (1, digest._replace(digest=bytes([VERSION + 1]) + digest.digest[1:])))
    assert await loaded(store, key) == [DigestSource(1, user("one"))]
    await keep(store, key, (1, digest))
    assert await loaded(store, key) == [DigestSource(1, digest.digest)]


async def test_of_many_digests_some_are_stored_at_a_time_until_all_are(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(afterwork, "ROWS_AT_ONCE", 3)
    observer = RecordingObserver()
    store = open_store(f"sqlite:///{tmp_path}/compactd.db", observer=observer)
    key = await begin(store, 8)
    [digest] = read(user("one"))
    await keep(store, key, *((position, digest) for position in range(1, 9)))
    assert {source.digest_or_message for source in await loaded(store, key)} == {digest.digest}
    await store.close()
    assert [unit.name for unit in observer.units].count("store_digests") == 3


async def test_where_much_waits_already_what_comes_is_left_to_the_next_reader(
    sql_store: SqlStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(afterwork, "ROWS_WAITING", 3)
    key = await begin(sql_store, 5)
    [digest] = read(user("one"))
    sql_store.keep_digests(key, [(1, digest), (2, digest)])
    await keep(sql_store, key, (3, digest), (4, digest))
    assert [source.digest_or_message == digest.digest for source in await loaded(sql_store, key)] == [True] * 3 + [
        False
    ] * 2
    await keep(sql_store, key, (4, digest), (5, digest))
    assert {source.digest_or_message for source in await loaded(sql_store, key)} == {digest.digest}


@pytest.mark.parametrize("error", [OperationalError("UPDATE", {}, Exception("the disk is full")), ValueError("odd")])
async def test_nothing_fails_where_they_cannot_be_stored_and_it_is_logged(
    sql_store: SqlStore, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    key = await begin(sql_store, 1)

    def store_digests(*_: object) -> None:
        raise error

    with structlog.testing.capture_logs() as logs, monkeypatch.context() as patch:
        patch.setattr("compactd.storage.digests.store_digests", store_digests)
        await keep(sql_store, key, (1, READ))
    assert await loaded(sql_store, key) == [DigestSource(1, user("message 1"))]
    [line] = logs
    assert (line["event"], line["log_level"], line["work"]) == ("afterwork failed", "warning", "store_digests")


async def test_a_store_that_is_closed_leaves_what_waits(tmp_path: Path) -> None:
    store = open_store(f"sqlite:///{tmp_path}/compactd.db")
    key = await begin(store, 1)
    async with held(store._database.write):
        store.keep_digests(key, [(1, READ)])
        closing = asyncio.ensure_future(store.close())
        await asyncio.sleep(0)
    await asyncio.wait_for(closing, 20)


async def test_there_are_no_digests_of_what_is_not_there(sql_store: SqlStore) -> None:
    key = await begin(sql_store, 1)
    assert await sql_store.load_digests(key, 5, 9) == []
    [digest] = read(user("one"))
    for other in (ref_to("conv-none"), elsewhere(key)):
        with pytest.raises(ConversationNotFound):
            await sql_store.load_digests(other, 1, 9)
        await keep(sql_store, other, (1, digest))
    assert await loaded(sql_store, key) == [DigestSource(1, user("message 1"))]


async def mentions(store: Store, key: ConversationKey, first: int, last: int, kept: int = 10**6) -> Mentions | None:
    def read_both_ways(reading: ContextReading) -> tuple[Mentions | None, Mentions | None]:
        _, with_transcript = reading.transcript_and_mentions(first, last, kept)
        return reading.mentions(first, last, kept), with_transcript

    alone, with_transcript = await store.read_context(key, read_both_ways)
    assert alone == with_transcript
    return alone


async def test_what_messages_name_is_joined_in_their_order(store: Store) -> None:
    key = await begin(store)
    said = [user("Order ORD-5521."), user('日本の INV-7 and "INV-8".'), user("Nothing.")]
    digests = read(*said)
    await store.append(key, replace(batch_of(*said), digests=digests))
    one, two, three = (stored.identifiers.decode() for stored in digests)
    system = (await store.load_messages(key, 0, 0))[0].message.text
    assert await mentions(store, key, 1, 3) == Mentions(f"{one},{two},{three}", "", system)
    assert await mentions(store, key, 1, 3, kept=3) == Mentions(f"{one},{two}", three, system)
    assert list(finished(kinds_in(f"{one},{two}")) or ()) == ["ORD-5521", "INV-7", "INV-8"]
    assert await mentions(store, key, 9, 12) == Mentions("", "", system)


async def test_what_is_kept_has_its_passing_mentions_too(store: Store) -> None:
    key = await begin(store)
    said = [calls("c1"), ChatMessage(Role.TOOL, "port 8443 and retry_count", tool_call_id="c1")]
    await store.append(key, replace(batch_of(*said), digests=read(*said)))
    evicted, kept = await mentions(store, key, 1, 2), await mentions(store, key, 1, 2, kept=1)
    assert evicted is not None
    assert kept is not None
    assert "8443" not in evicted.evicted
    assert kept.evicted == ""
    assert {"8443", "retry_count"} <= (finished(values_in(kept.kept)) or set())


async def test_nothing_is_joined_where_a_message_has_not_been_read(sql_store: SqlStore) -> None:
    store = sql_store
    key = await begin(store)
    await append(store, key, user("Order ORD-5521."), user("Order ORD-5522."))
    [digest] = read(user("Order ORD-5521."))
    await keep(store, key, (1, digest))
    read_one = await mentions(store, key, 1, 1)
    assert read_one is not None
    assert read_one.evicted == digest.identifiers.decode()
    assert await mentions(store, key, 1, 2) is None


async def test_the_system_message_is_read_with_them(store: Store) -> None:
    key = await begin(store)
    said = ChatMessage(Role.SYSTEM, "Be careful."), user("one")
    await store.append(key, replace(batch_of(*said), digests=read(*said)))
    found = await mentions(store, key, 1, 1)
    assert found is not None
    assert found.system == "Be careful."
