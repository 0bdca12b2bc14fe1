"""Search indexes, alike on both databases: what is found, who indexes what, and what is left of it."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator
from contextlib import closing
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, func, select, update

from compactd.application.cpu_worker import CpuWorker
from compactd.application.search_messages import SearchMessages
from compactd.domain.errors import ConversationNotFound, NotSupported
from compactd.domain.keys import ConversationKey
from compactd.domain.paging import Page
from compactd.storage import search_index
from compactd.storage.search_index import BYTES_AT_ONCE, MESSAGES_AT_ONCE
from compactd.storage.store import SqlStore
from compactd.storage.tables import SEARCH_INDEXES, SEARCHED_MESSAGES
from compactd.strategies.search_terms import IndexedMessage, index_messages, new_secret
from compactd.strategies.search_words import MOST_WORDS, VERSION, query_words, search_words
from compactd.strategies.steps import finished
from tests.builders.stored_values import append, begin, compact, put_agent, put_conversation, ref_to, restore, user

EVERYTHING = Page(1_000, descending=False)


@pytest.fixture
async def worker() -> AsyncIterator[CpuWorker]:
    worker = CpuWorker()
    yield worker
    worker.close()


@pytest.fixture
def search(sql_store: SqlStore, worker: CpuWorker) -> SearchMessages:
    return SearchMessages(sql_store, worker)


async def positions(
    search: SearchMessages, ref: ConversationKey, query: str, *, evicted_only: bool = False
) -> list[int]:
    return [found.position for found in await search(ref, query, EVERYTHING, evicted_only=evicted_only)]


async def counts(store: SqlStore) -> list[int]:
    """How many indexes there are, and how many messages are in them."""

    def count(connection: Connection) -> list[int]:
        tables = (SEARCH_INDEXES, SEARCHED_MESSAGES)
        return [connection.scalar(select(func.count()).select_from(table)) or 0 for table in tables]

    return await store._database.read(count)


async def test_both_databases_find_what_the_rules_of_words_say(sql_store: SqlStore, search: SearchMessages) -> None:
    texts = [
        "Alpha beta",
        "beta, GAMMA",
        "ORD-5521 paid",
        "北京大学",
        "東京の天気",
        "café",
        "a\0b \\ 'c' \"d\" & | ! * :",
        "…",
    ]
    ref = await begin(sql_store)
    await append(sql_store, ref, *(user(text) for text in texts))
    for query in (
        "alpha",
        "BETA",
        "beta gamma",
        "5521",
        "ORD-5521",
        "大学",
        "天",
        "京",
        "cafe",
        "b",
        "c d",
        "NOT alpha",
        "or",
    ):
        expected = [at for at, text in enumerate(texts, 1) if query_words(query) <= search_words(text)]
        assert await positions(search, ref, query) == expected


async def test_a_message_of_more_words_than_an_index_takes_is_found_by_its_first_ones(
    sql_store: SqlStore, search: SearchMessages
) -> None:
    text = " ".join(f"w{number:x}" for number in range(MOST_WORDS * 5 // 4))
    ref = await begin(sql_store)
    await append(sql_store, ref, user("before"), user(text), user("after w1"))
    assert await positions(search, ref, "w1") == [2, 3]
    assert await positions(search, ref, text[-6:]) == []
    assert await positions(search, ref, "after") == [3]


async def test_random_texts_are_found_as_the_rules_of_words_say(sql_store: SqlStore, search: SearchMessages) -> None:
    """One conversation for all examples: what came since the last search is indexed by the next."""
    ref = await begin(sql_store)
    texts: list[str] = []
    alphabet = st.sampled_from([*"abcABC012 -_/.\n'\"&|!()*:^\0éß語京都のがกา한글\\n", "\u0301"])
    loop = asyncio.get_running_loop()

    async def check(batch: list[str], query: str) -> None:
        await append(sql_store, ref, *map(user, batch))
        texts.extend(batch)
        expected = [at for at, text in enumerate(texts, 1) if query_words(query) <= search_words(text)]
        assert await positions(search, ref, query) == expected

    @settings(max_examples=30, deadline=None, suppress_health_check=list(HealthCheck))
    @given(
        st.lists(st.text(alphabet, max_size=30), min_size=1, max_size=5),
        st.text(alphabet, min_size=1, max_size=6).filter(query_words),
    )
    def examples(batch: list[str], query: str) -> None:
        asyncio.run_coroutine_threadsafe(check(batch, query), loop).result()

    await asyncio.to_thread(examples)


async def test_a_query_as_long_as_may_be_is_answered(sql_store: SqlStore, search: SearchMessages) -> None:
    ref = await begin(sql_store)
    han = "".join(map(chr, range(0x4E00, 0x4E00 + 1_024)))
    letters = " ".join(chr(letter) for letter in range(0x100, 0x180))
    await append(sql_store, ref, user(han), user(letters), user(han[:1_000]))
    assert await positions(search, ref, han) == [1]
    assert await positions(search, ref, letters) == [2]


async def test_system_messages_and_summaries_are_not_searched(sql_store: SqlStore, search: SearchMessages) -> None:
    ref = await begin(sql_store, 6)
    await compact(sql_store, ref, 4)
    everything = await sql_store.list_messages(ref, EVERYTHING)
    for message in everything:
        if message.role.value in ("system", "summary"):
            assert message.position not in await positions(search, ref, message.message.text)
    assert await positions(search, ref, "message") == [1, 2, 3, 4, 5, 6]


async def test_evicted_messages_alone_are_those_outside_the_context(
    sql_store: SqlStore, search: SearchMessages
) -> None:
    ref = await begin(sql_store, 6)
    assert await positions(search, ref, "message", evicted_only=True) == []
    record = await compact(sql_store, ref, 4)
    assert await positions(search, ref, "message", evicted_only=True) == [1, 2, 3]
    await restore(sql_store, ref, record.id)
    assert await positions(search, ref, "message", evicted_only=True) == []


async def test_pages_together_are_all_that_is_found(sql_store: SqlStore, search: SearchMessages) -> None:
    ref = await begin(sql_store)
    await append(sql_store, ref, *(user(f"{'even' if number % 2 == 0 else 'odd'}") for number in range(1, 41)))
    seen: list[int] = []
    after = None
    while page := await search(ref, "even", Page(7, after=after), evicted_only=False):
        seen += [found.position for found in page]
        after = page[-1].id
    assert seen == list(range(40, 0, -2))
    everything = await sql_store.list_messages(ref, EVERYTHING)
    # A cursor need not be found itself.
    nearest = await search(ref, "even", Page(2, descending=False, before=everything[9].id), evicted_only=False)
    assert [found.position for found in nearest] == [6, 8]


async def test_what_others_say_is_not_found(sql_store: SqlStore, search: SearchMessages) -> None:
    agent = await put_agent(sql_store)
    refs = [ref_to((await put_conversation(sql_store, agent.id)).id) for _ in range(2)]
    for ref in refs:
        await append(sql_store, ref, user("the same words"))
    assert [await positions(search, ref, "same words") for ref in refs] == [[1], [1]]
    await append(sql_store, refs[0], user("alone"))
    assert await positions(search, refs[0], "alone") == [2]
    assert await positions(search, refs[1], "alone") == []


async def test_nothing_is_indexed_before_somebody_searches(sql_store: SqlStore, search: SearchMessages) -> None:
    ref = await begin(sql_store, 3)
    assert await counts(sql_store) == [0, 0]
    await positions(search, ref, "x")
    assert await counts(sql_store) == [1, 3]


async def test_a_long_conversation_is_indexed_in_units(sql_store: SqlStore) -> None:
    ref = await begin(sql_store, MESSAGES_AT_ONCE + 1)
    first = await sql_store.unindexed(ref)
    assert (first.first, first.until, first.end) == (1, MESSAGES_AT_ONCE + 1, MESSAGES_AT_ONCE + 2)
    await index_one(sql_store, ref)
    second = await sql_store.unindexed(ref)
    assert (second.first, second.until, len(second.messages)) == (MESSAGES_AT_ONCE + 1, MESSAGES_AT_ONCE + 2, 1)


async def test_large_messages_are_indexed_one_by_one(sql_store: SqlStore) -> None:
    ref = await begin(sql_store)
    await append(sql_store, ref, *(user("x " * BYTES_AT_ONCE) for _ in range(2)), user("y"))
    assert [found.position for found in (await sql_store.unindexed(ref)).messages] == [1]


async def test_who_comes_second_with_the_same_messages_changes_nothing(
    sql_store: SqlStore, search: SearchMessages
) -> None:
    ref = await begin(sql_store, 3)
    unindexed = await sql_store.unindexed(ref)
    for _ in range(2):
        secret = new_secret()
        await sql_store.index(unindexed, secret, finished(index_messages(unindexed.messages, secret)))
    assert await counts(sql_store) == [1, 3]
    assert await positions(search, ref, "message") == [1, 2, 3]
    await append(sql_store, ref, user("message 4"))
    further = await sql_store.unindexed(ref)
    assert further.secret is not None
    indexed = finished(index_messages(further.messages, further.secret))
    await asyncio.gather(*(sql_store.index(further, further.secret, indexed) for _ in range(3)))
    assert await counts(sql_store) == [1, 4]
    assert await positions(search, ref, "message") == [1, 2, 3, 4]


async def test_searches_at_once_find_the_same(sql_store: SqlStore, search: SearchMessages) -> None:
    ref = await begin(sql_store, 2 * MESSAGES_AT_ONCE)
    found = await asyncio.gather(*(positions(search, ref, "message") for _ in range(4)))
    assert found == [list(range(1, 2 * MESSAGES_AT_ONCE + 1))] * 4
    assert await counts(sql_store) == [1, 2 * MESSAGES_AT_ONCE]


async def test_what_older_rules_have_indexed_is_indexed_anew(sql_store: SqlStore, search: SearchMessages) -> None:
    ref = await begin(sql_store, MESSAGES_AT_ONCE + 5)
    await positions(search, ref, "message")
    secret = (await sql_store.unindexed(ref)).secret
    await set_rules(sql_store, VERSION - 1)
    assert (await sql_store.unindexed(ref)).secret is None
    assert len(await positions(search, ref, "message")) == MESSAGES_AT_ONCE + 5
    assert (await sql_store.unindexed(ref)).secret not in (None, secret)
    assert await counts(sql_store) == [1, MESSAGES_AT_ONCE + 5]


async def test_what_newer_rules_have_indexed_is_left_alone(sql_store: SqlStore, search: SearchMessages) -> None:
    ref = await begin(sql_store, 2)
    await positions(search, ref, "message")
    await set_rules(sql_store, VERSION + 1)
    await append(sql_store, ref, user("message 3"))
    assert await positions(search, ref, "message") == [1, 2]


async def test_a_search_amid_which_newer_rules_begin_an_index_ends(
    sql_store: SqlStore, worker: CpuWorker, monkeypatch: pytest.MonkeyPatch
) -> None:
    ref = await begin(sql_store, 2 * MESSAGES_AT_ONCE)
    index = sql_store.index

    async def index_then_upgrade(*indexed: Any) -> None:
        await index(*indexed)
        await set_rules(sql_store, VERSION + 1)

    monkeypatch.setattr(sql_store, "index", index_then_upgrade)
    async with asyncio.timeout(20):
        found = await positions(SearchMessages(sql_store, worker), ref, "message")
    assert found == list(range(1, MESSAGES_AT_ONCE + 1))


async def test_a_conversation_that_is_deleted_meanwhile_gets_no_index(sql_store: SqlStore) -> None:
    agent = await put_agent(sql_store)
    ref = ref_to((await put_conversation(sql_store, agent.id)).id)
    await append(sql_store, ref, user("x"))
    unindexed = await sql_store.unindexed(ref)
    await sql_store.delete_conversation(ref)
    with pytest.raises(ConversationNotFound):
        await sql_store.index(unindexed, new_secret(), [IndexedMessage(1, "aaaaaaaaaa")])
    with pytest.raises(ConversationNotFound):
        await sql_store.index(replace(unindexed, key=ref_to("conv-none")), new_secret(), [])
    assert await counts(sql_store) == [0, 0]


@pytest.mark.parametrize("messages", [3, 1_200])
async def test_an_index_goes_with_its_conversation(
    sql_store: SqlStore, search: SearchMessages, database_url: str, messages: int
) -> None:
    agent = await put_agent(sql_store)
    kept, gone = [ref_to((await put_conversation(sql_store, agent.id)).id) for _ in range(2)]
    await append(sql_store, kept, user("word alpha"))
    for start in range(0, messages, 600):
        await append(sql_store, gone, *(user(f"word {number}") for number in range(start, min(messages, start + 600))))
    for ref in (kept, gone):
        assert await positions(search, ref, "word")
    erasure = await sql_store.delete_conversation(gone)
    while await sql_store.remove_rest(erasure):
        pass
    assert await counts(sql_store) == [1, 1]
    assert await positions(search, kept, "word alpha") == [1]
    if database_url.startswith("sqlite"):
        with closing(sqlite3.connect(database_url.removeprefix("sqlite:///"))) as file:
            # Raises if the table of FTS5 and what it follows do not agree.
            file.execute("INSERT INTO search_index(search_index, rank) VALUES ('integrity-check', 1)")
            assert file.execute("SELECT count(*) FROM search_index").fetchall() == [(1,)]


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_without_fts5_a_search_says_so_and_all_else_goes_on(
    sql_store: SqlStore, search: SearchMessages, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(search_index, "_TABLE", search_index._TABLE.replace("fts5", "fts0"))
    ref = await begin(sql_store, 2)
    with pytest.raises(NotSupported):
        await positions(search, ref, "message")
    assert await counts(sql_store) == [0, 0]
    await append(sql_store, ref, user("x"))


async def index_one(store: SqlStore, ref: ConversationKey) -> None:
    unindexed = await store.unindexed(ref)
    secret = unindexed.secret or new_secret()
    await store.index(unindexed, secret, finished(index_messages(unindexed.messages, secret)))


async def set_rules(store: SqlStore, version: int) -> None:
    await store._database.write(
        lambda connection: connection.execute(update(SEARCH_INDEXES).values(rules_version=version))
    )
