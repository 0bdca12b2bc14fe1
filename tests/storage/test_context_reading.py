"""A context read inside one unit of work says what the whole of it would say, and reads no more than is asked for."""

from random import Random

import pytest
from sqlalchemy import ColumnElement, select, update

from compactd.domain.context import ContextSums
from compactd.domain.errors import AgentNotFound, ConversationNotFound
from compactd.domain.keys import ConversationKey
from compactd.domain.messages import ChatMessage, Role
from compactd.ports.contexts import ContextReading
from compactd.ports.store import Store
from compactd.storage import context_reading
from compactd.storage.store import SqlStore
from compactd.storage.tables import MESSAGES
from compactd.strategies.rules_version import RULES_VERSION
from compactd.strategies.tail import sums_of, tail_of
from tests.builders.conversations import RandomConversation, seeds
from tests.builders.rendering import render, tool_names
from tests.builders.stored_values import (
    append,
    batch_of,
    begin,
    calls,
    compact,
    default_ref,
    elsewhere,
    result,
    user,
)


def sums(reading: ContextReading) -> ContextSums:
    return reading.sums()


def tail(reading: ContextReading) -> list[tuple[object, ...]]:
    return [tuple(entry) for entry in reading.tail(3)]


async def transcript(store: Store, ref: ConversationKey, kept: int) -> str:
    """That of the messages before position `kept`."""

    def read(reading: ContextReading) -> str:
        return reading.transcript_and_mentions(1, reading.state.last_position, kept)[0]

    return await store.read_context(ref, read)


async def odd_conversation(store: Store, random: Random) -> ConversationKey:
    """A conversation of calls in all their states, compacted or not."""
    ref = await begin(store)
    source = RandomConversation(random)
    for size in (random.randint(1, 12), random.randint(1, 12)):
        messages = source.batch(size)
        counts = [random.randint(1, 99) for _ in messages]
        await store.append(ref, batch_of(*messages, tokens=counts[0]))
        context = (await store.snapshot(ref)).context
        whole_groups = [entry.position for entry in context.entries if entry.role == "user"]
        if whole_groups and random.random() < 0.5 and whole_groups[-1] > context.start:
            await compact(store, ref, whole_groups[-1])
    return ref


async def test_sums_and_tail_are_those_of_the_entries(store: Store) -> None:
    for random in seeds(40):
        ref = await odd_conversation(store, random)
        context = (await store.snapshot(ref)).context
        assert await store.read_context(ref, sums) == sums_of(context)
        assert await store.read_context(ref, tail) == list(tail_of(context)(3))


async def test_all_that_is_read_of_a_context_is_there_without_messages_too(store: Store) -> None:
    ref = await begin(store)
    found = await store.read_context(ref, sums)
    assert (found.entry_count, found.first_position, found.opening) == (0, 0, False)
    assert await store.read_context(ref, tail) == []


async def test_counts_of_several_tokenizers_are_told(store: Store) -> None:
    ref = await begin(store, 3)
    assert (await store.read_context(ref, sums)).tokenizer == "o200k_base"
    await store.store_counts(ref, "cl100k_base", [(2, 4)])
    assert (await store.read_context(ref, sums)).tokenizer is None


async def test_state_and_record_are_those_of_the_snapshot(store: Store) -> None:
    ref = await begin(store, 6)
    await compact(store, ref, 4)
    snapshot = await store.snapshot(ref)
    state, record = await store.read_context(ref, lambda reading: (reading.state, reading.last_compaction))
    assert (state, record) == (snapshot.state, snapshot.last_compaction)


async def test_a_transcript_is_the_rendered_messages_without_summaries(store: Store) -> None:
    for random in seeds(20):
        ref = await odd_conversation(store, random)
        await append(store, ref, user("the last"))
        first, last = 1, (await store.state(ref)).last_position
        messages = await store.load_messages(ref, first, last)
        entries = await store.load_entries(ref, first, last)
        assert await store.load_ids(ref, first, last) == {entry.position: entry.id for entry in entries}
        assert [entry.position for entry in entries] == [stored.position for stored in messages]
        tools = tool_names(messages)
        texts = [render(stored.message, tools.get(stored.position, "")) for stored in messages]
        rendered = await store.load_rendered(ref, first, last)
        assert [message.text for message in rendered] == texts
        assert [message.entry for message in rendered] == entries
        assert await store.load_transcript(ref, first, last) == "\n".join(texts)
        kept = random.choice([1, random.randint(first, last), last + 1])
        texts_before = [text for entry, text in zip(entries, texts, strict=True) if entry.position < kept]
        assert await transcript(store, ref, kept) == "\n".join(texts_before)


@pytest.mark.parametrize("text", ["", " ", "a\0b", "\0", "結果 путь 🎉", "one\n\ntwo\n", "[user] x", "'", "\\x00"])
async def test_a_transcript_takes_any_text(store: Store, text: str) -> None:
    ref = await begin(store)
    messages = [user(text), ChatMessage(Role.USER, text, name="Bo"), calls("a"), result("a"), user("end")]
    await append(store, ref, *messages)
    rendered = await store.load_rendered(ref, 1, 5)
    assert [message.text for message in rendered][:2] == [render(message) for message in messages[:2]]
    assert await store.load_transcript(ref, 1, 5) == "\n".join(message.text for message in rendered)


async def test_errors_of_what_is_done_with_a_reading_pass_through(store: Store) -> None:
    ref = await begin(store, 3)

    def fail(_: ContextReading) -> None:
        raise LookupError("nothing to see")

    with pytest.raises(LookupError):
        await store.read_context(ref, fail)
    assert (await store.read_context(ref, sums)).entry_count == 3


async def test_what_is_not_there_is_not_read(store: Store) -> None:
    ref = await begin(store, 3)
    with pytest.raises(ConversationNotFound):
        await store.read_context(elsewhere(ref), sums)
    with pytest.raises(AgentNotFound):
        await store.read_context(default_ref("agent-none"), sums)
    for load in (store.load_transcript, store.load_rendered, store.load_entries, store.load_ids):
        with pytest.raises(ConversationNotFound):
            await load(elsewhere(ref), 1, 3)


async def test_a_long_tail_is_read_in_pages_that_grow(sql_store: SqlStore, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(context_reading, "FEWEST_ENTRIES", 2)
    monkeypatch.setattr(context_reading, "MOST_ENTRIES", 8)
    ref = await begin(sql_store, 25)
    await append(sql_store, ref, calls("a"), result("a"))
    assert [position for position, *_ in await sql_store.read_context(ref, tail)] == list(range(27, 0, -1))


async def test_text_by_other_rules_is_written_again_for_the_reader_and_then_stored(sql_store: SqlStore) -> None:
    ref = await begin(sql_store)
    await append(sql_store, ref, calls("a"), result("a"), user("the password is swordfish-42"))
    whole = await sql_store.load_transcript(ref, 1, 3)
    rendered = await sql_store.load_rendered(ref, 1, 3)
    assert "[tool result of search, id a]" in whole
    assert "swordfish" not in whole
    forget_transcripts(sql_store, ref)
    assert await transcript(sql_store, ref, 4) == whole
    await sql_store._afterwork.done()
    assert rules_versions(sql_store, ref) == [RULES_VERSION] * 3
    forget_transcripts(sql_store, ref)
    assert await sql_store.load_rendered(ref, 1, 2) == rendered[:2]
    assert await sql_store.load_transcript(ref, 1, 3) == whole
    await sql_store._afterwork.done()
    assert rules_versions(sql_store, ref) == [RULES_VERSION] * 3


def forget_transcripts(store: SqlStore, key: ConversationKey) -> None:
    """As if older rules had written them."""
    columns = {"rules_version": RULES_VERSION - 1, "heading": b"[old]", "transcript": b"swordfish"}
    with store._database._engines.writer.connect() as connection:
        connection.execute(update(MESSAGES).where(*in_transcript(key)).values(**columns))
        connection.commit()


def rules_versions(store: SqlStore, key: ConversationKey) -> list[int]:
    with store._database._engines.reader.connect() as connection:
        return list(connection.scalars(select(MESSAGES.c.rules_version).where(*in_transcript(key))))


def in_transcript(key: ConversationKey) -> tuple[ColumnElement[bool], ...]:
    return MESSAGES.c.conversation_id == key.conversation_id, MESSAGES.c.position > 0
