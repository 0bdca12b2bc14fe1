"""What the embedded summarizer read of messages: with them from the append on, or stored later."""

from dataclasses import replace

import pytest
from sqlalchemy.exc import OperationalError

from compactd.domain.errors import ConversationNotFound
from compactd.domain.keys import ConversationKey
from compactd.domain.messages import ChatMessage, Role
from compactd.extractive.digest import VERSION, encode_digest
from compactd.extractive.reader import Reader
from compactd.extractive.steps import finished
from compactd.ports.contexts import DigestSource
from compactd.ports.store import Store
from compactd.storage.digests import STORED_AT_ONCE
from tests.builders.stored_values import append, batch_of, begin, elsewhere, ref_to, user


def read(*messages: ChatMessage) -> list[bytes]:
    return [encode_digest(digest) for digest in finished(Reader().read(messages))]


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
    assert await loaded(store, key) == [DigestSource(1, digests[1]), DigestSource(2, digests[2])]
    assert [found.message for found in await store.load_messages(key, 1, 2)] == [first, second]


async def test_digests_are_stored_later_for_the_next_reader(store: Store) -> None:
    key = await begin(store)
    await append(store, key, *map(user, "abcde"))
    [digest] = read(user("c"))
    await store.store_digests(key, [(3, digest)])
    sources = await loaded(store, key)
    assert sources[2] == DigestSource(3, digest)
    assert [source.digest_or_message for source in sources if source.position != 3] == list(map(user, "abde"))
    assert await store.load_digests(key, 3, 3) == [DigestSource(3, digest)]


async def test_what_other_rules_read_is_read_again(store: Store) -> None:
    key = await begin(store)
    await append(store, key, user("one"))
    [digest] = read(user("one"))
    await store.store_digests(key, [(1, bytes([VERSION + 1]) + digest[1:])])
    assert await loaded(store, key) == [DigestSource(1, user("one"))]
    await store.store_digests(key, [(1, digest)])
    assert await loaded(store, key) == [DigestSource(1, digest)]


async def test_of_many_digests_the_first_ones_are_stored(store: Store) -> None:
    key = await begin(store, STORED_AT_ONCE + 2)
    [digest] = read(user("one"))
    await store.store_digests(key, [(position, digest) for position in range(1, STORED_AT_ONCE + 3)])
    unread = [source.position for source in await loaded(store, key) if source.digest_or_message != digest]
    assert unread == [STORED_AT_ONCE + 1, STORED_AT_ONCE + 2]


async def test_a_database_that_does_not_answer_makes_nothing_fail(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    key = await begin(store, 1)

    def fail(*_: object) -> None:
        raise OperationalError("UPDATE", {}, Exception("the disk is full"))

    monkeypatch.setattr("compactd.storage.digests.store_digests", fail)
    await store.store_digests(key, [(1, b"read")])
    assert await loaded(store, key) == [DigestSource(1, user("message 1"))]


async def test_there_are_no_digests_of_what_is_not_there(store: Store) -> None:
    key = await begin(store, 1)
    assert await store.load_digests(key, 5, 9) == []
    for other in (ref_to("conv-none"), elsewhere(key)):
        with pytest.raises(ConversationNotFound):
            await store.load_digests(other, 1, 9)
        with pytest.raises(ConversationNotFound):
            await store.store_digests(other, [(1, b"read")])
