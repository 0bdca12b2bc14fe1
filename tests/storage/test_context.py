"""Reading a context: snapshots, sums, counts, the system message."""

import pytest

from compactd.domain.context import Entry
from compactd.domain.errors import AgentNotFound, ContextChanged, ConversationNotFound
from compactd.domain.messages import ChatMessage, Role
from compactd.domain.paging import Page
from compactd.ports.contexts import SystemText
from compactd.ports.store import Store
from tests.builders.stored_values import (
    NAMESPACE,
    SYSTEM,
    TOKENIZER,
    append,
    assistant,
    batch_of,
    begin,
    calls,
    commit_of,
    compact,
    default_ref,
    elsewhere,
    message_tokens,
    put_agent,
    ref_to,
    result,
    sums_of,
    user,
)

ASCENDING = Page(1_000, descending=False)


async def test_a_new_context_is_its_system_message(store: Store) -> None:
    agent = await put_agent(store, tools_tokens=33, tools_tokenizer=TOKENIZER)
    snapshot = await store.snapshot(default_ref(agent.id))
    context = snapshot.context
    assert (context.start, context.summary, context.entries, context.last_position) == (1, None, [], 0)
    assert context.system == Entry(0, context.system.id, Role.SYSTEM, SYSTEM.token_count, TOKENIZER)
    assert context.fixed_tokens == SYSTEM.token_count + 33
    assert snapshot.bodies is None
    assert snapshot.state == await store.state(default_ref(agent.id))


async def test_entries_are_the_messages_from_the_start_on(store: Store) -> None:
    ref = await begin(store)
    appended = await append(store, ref, user("one"), calls("a", "b"), result("b"))
    entries = (await store.snapshot(ref)).context.entries
    assert entries == [
        Entry(1, appended.ids[0], Role.USER, 10, TOKENIZER),
        Entry(2, appended.ids[1], Role.ASSISTANT, 10, TOKENIZER, call_count=2),
        Entry(3, appended.ids[2], Role.TOOL, 10, TOKENIZER, answers_position=2, answers_index=1),
    ]


async def test_a_compacted_context_has_a_summary_and_what_was_kept(store: Store) -> None:
    ref = await begin(store, 5)
    first = await compact(store, ref, 4)
    await append(store, ref, user("six"))
    second = await compact(store, ref, 5)
    await append(store, ref, user("seven"))

    snapshot = await store.snapshot(ref, bodies=True)

    context = snapshot.context
    assert (first.summary_position, second.summary_position) == (6, 8)
    assert context.summary is not None
    assert (context.summary.position, context.summary.role, context.summary.token_count) == (8, Role.SUMMARY, 60)
    assert [entry.position for entry in context.entries] == [5, 7, 9]
    assert (context.start, context.last_position, context.message_count) == (5, 9, 5)
    assert (snapshot.state.version, snapshot.state.evicted_count) == ("2.1", 4)
    assert snapshot.last_compaction == second
    assert snapshot.bodies is not None
    assert [body.message.text for body in snapshot.bodies] == [
        SYSTEM.text,
        "What happened before 💡\0.",
        "message 5",
        "six",
        "seven",
    ]
    assert [body.id for body in snapshot.bodies] == [
        entry.id for entry in (context.system, context.summary, *context.entries)
    ]
    assert snapshot.bodies[1].message == ChatMessage(Role.SUMMARY, content="What happened before 💡\0.")


async def test_loading_a_stretch_leaves_summaries_out(store: Store) -> None:
    ref = await begin(store, 4)
    await compact(store, ref, 3)
    await append(store, ref, user("six"))
    stored = await store.load_messages(ref, 2, 6)
    assert [(found.position, found.message.text) for found in stored] == [
        (2, "message 2"),
        (3, "message 3"),
        (4, "message 4"),
        (6, "six"),
    ]
    assert await store.load_messages(ref, 7, 9) == []


async def test_there_is_nothing_to_load_of_a_conversation_that_is_gone_or_another_s(store: Store) -> None:
    ref = await begin(store, 4)
    for namespace, conversation_id in ((NAMESPACE, "conv-none"), ("other", ref.conversation_id)):
        with pytest.raises(ConversationNotFound, match=conversation_id):
            await store.load_messages(ref_to(conversation_id, namespace), 0, 9)


async def test_the_sums_count_system_summary_and_entries(store: Store) -> None:
    ref = await begin(store, 5)
    await compact(store, ref, 4)
    sums = await sums_of(store, ref)
    assert message_tokens(sums) == 7 + 60 + 20
    assert (sums.late_results, sums.dead_calls, sums.opening, sums.tokenizer) == (0, 0, False, TOKENIZER)


async def test_the_sums_of_a_new_context_are_the_system_message(store: Store) -> None:
    sums = await sums_of(store, await begin(store))
    assert (message_tokens(sums), sums.opening, sums.tokenizer) == (7, False, TOKENIZER)


async def test_dead_calls_and_late_results_are_counted_where_they_are_shown(store: Store) -> None:
    ref = await begin(store)

    async def counted() -> tuple[int, int]:
        sums = await sums_of(store, ref)
        return sums.late_results, sums.dead_calls

    await append(store, ref, user("1"), calls("a", "b"), result("b"))
    assert await counted() == (0, 0)  # a is pending
    await append(store, ref, user("4"), calls("c"))
    assert await counted() == (0, 1)  # a is dead, c pending
    await append(store, ref, result("a"))
    assert await counted() == (1, 1)  # a came late, and still has its stand-in
    await append(store, ref, assistant("7"))
    assert await counted() == (1, 2)  # c is dead
    await compact(store, ref, 4)
    assert await counted() == (1, 1)  # the call of a is evicted, its result is not


@pytest.mark.parametrize(("first", "opening"), [(user("hello"), False), (assistant("hello"), True), (calls("a"), True)])
async def test_a_context_that_does_not_begin_with_a_user_gets_an_opening(
    store: Store, first: ChatMessage, opening: bool
) -> None:
    ref = await begin(store)
    appended = await append(store, ref, first, user("then"))
    assert appended.sums.opening is opening


async def test_a_summary_or_a_late_result_needs_no_opening(store: Store) -> None:
    ref = await begin(store)
    await append(store, ref, calls("a"), user("then"), result("a"), assistant("end"))
    await compact(store, ref, 4)
    assert not (await sums_of(store, ref)).opening


async def test_two_tokenizers_in_one_context_are_seen(store: Store) -> None:
    ref = await begin(store, 2)
    await store.append(ref, batch_of(user("three"), tokenizer="cl100k_base"))
    assert (await sums_of(store, ref)).tokenizer is None
    await store.store_counts(ref, "cl100k_base", [(0, 8), (1, 11), (2, 12)])
    sums = await sums_of(store, ref)
    assert (message_tokens(sums), sums.tokenizer) == (8 + 11 + 12 + 10, "cl100k_base")
    entries = (await store.snapshot(ref)).context.entries
    assert [(entry.token_count, entry.tokenizer) for entry in entries] == [
        (11, "cl100k_base"),
        (12, "cl100k_base"),
        (10, "cl100k_base"),
    ]


async def test_a_count_does_not_overwrite_that_of_a_newer_text(store: Store) -> None:
    ref = await begin(store, 1)
    await store.put_system(ref, SystemText("longer", 500, "cl100k_base"), 1, None)
    await store.store_counts(ref, "cl100k_base", [(0, 8), (1, 11)])
    context = (await store.snapshot(ref)).context
    assert (context.system.token_count, context.entries[0].token_count) == (500, 11)
    await store.store_counts(ref, "cl100k_base", [])


async def test_a_new_system_text_raises_only_its_own_version(store: Store) -> None:
    ref = await begin(store, 3)
    await compact(store, ref, 3)
    [before, *_] = await store.list_messages(ref, ASCENDING)
    two = await store.put_system(ref, SystemText("two \0", 9, TOKENIZER), 1, "1.1")
    three = await store.put_system(ref, SystemText("three", 3, TOKENIZER), 2, None)
    assert (two.version, three.version) == ("1.2", "1.3")
    [after, *_] = await store.list_messages(ref, ASCENDING)
    assert (after.id, after.position, after.message.text, after.token_count) == (before.id, 0, "three", 3)
    assert after.created_at > before.created_at
    assert (await store.state(ref)).version == "1.3"


async def test_a_system_text_for_another_version_is_rejected(store: Store) -> None:
    ref = await begin(store, 3)
    conversation_id = ref.conversation_id
    for wrong in ("0.0", "1.1", "0.2", "nonsense"):
        with pytest.raises(ContextChanged):
            await store.put_system(ref_to(conversation_id), SYSTEM, 1, wrong)
    for planned in (0, 2):
        with pytest.raises(ContextChanged):
            await store.put_system(ref_to(conversation_id), SYSTEM, planned, None)
    with pytest.raises(ConversationNotFound):
        await store.put_system(ref_to(conversation_id, "other"), SYSTEM, 1, None)
    with pytest.raises(ConversationNotFound):
        await store.put_system(ref_to("conv-none"), SYSTEM, 1, None)
    assert (await store.state(ref)).version == "0.1"


async def test_a_missing_agent_or_conversation_has_no_context(store: Store) -> None:
    ref = await begin(store)
    with pytest.raises(ConversationNotFound):
        await store.snapshot(elsewhere(ref))
    with pytest.raises(ConversationNotFound):
        await sums_of(store, ref_to("conv-none"))
    with pytest.raises(AgentNotFound):
        await store.snapshot(default_ref("agent-none"))


async def test_a_conversation_may_hold_twenty_thousand_messages(store: Store) -> None:
    ref = await begin(store)
    for number in range(20):
        await append(store, ref, *(user(f"{number}.{index}") for index in range(1_000)))
    state = await store.state(ref)
    await store.commit_compaction(ref, commit_of(state, 19_951, range(1, 19_951)))
    snapshot = await store.snapshot(ref)
    assert len(snapshot.context.entries) == 50
    assert snapshot.state.evicted_count == 19_950
    record = snapshot.last_compaction
    assert record is not None
    found = await store.get_compaction(ref, record.id, message_ids=True)
    assert (len(found.evicted_message_ids), len(found.kept_message_ids)) == (19_950, 51)
