"""Committing compactions, and their records."""

import asyncio
from dataclasses import replace

import pytest

from compactd.domain.compactions import Compaction, Usage
from compactd.domain.errors import AgentNotFound, CompactionNotFound, ContextChanged, ConversationNotFound, InvalidField
from compactd.domain.messages import MessageType, Role
from compactd.domain.model_failures import SummaryNotSmaller
from compactd.domain.paging import Page
from compactd.ports.contexts import SystemText
from compactd.ports.store import Store
from tests.builders.stored_values import (
    SYSTEM,
    append,
    begin,
    commit_of,
    compact,
    default_ref,
    elsewhere,
    put_agent,
    put_conversation,
    ref_to,
    user,
)

ASCENDING = Page(1_000, descending=False)


async def test_a_commit_moves_the_context_and_stores_summary_and_record(store: Store) -> None:
    ref = await begin(store, 5)
    planned = await store.state(ref)
    commit = commit_of(planned, 4, [1, 2, 3])

    record = await store.commit_compaction(ref, commit)

    assert record == replace(commit.record, summary_position=6)
    snapshot = await store.snapshot(ref)
    state = snapshot.state
    assert (state.version, state.context_start, state.summary_position) == ("1.1", 4, 6)
    assert (state.evicted_count, state.last_position, snapshot.last_compaction) == (3, 5, record)
    [summary] = await store.list_messages(ref, ASCENDING, [MessageType.SUMMARY])
    assert (summary.id, summary.position, summary.token_count) == (commit.summary_message_id, 6, 60)
    assert (summary.message.role, summary.message.content) == (Role.SUMMARY, commit.summary_text)
    assert summary.created_at == record.created_at
    assert summary.compaction_stats == commit.stats
    assert await store.get_compaction(ref, record.id, message_ids=False) == record


async def test_messages_appended_since_the_plan_stand_after_the_cut_once_each(store: Store) -> None:
    ref = await begin(store, 5)
    planned = await store.state(ref)
    await append(store, ref, user("six"), user("seven"))
    record = await store.commit_compaction(ref, commit_of(planned, 6, [1, 2, 3, 4, 5]))
    await append(store, ref, user("nine"))
    context = (await store.snapshot(ref)).context
    assert record.summary_position == 8
    assert record.last_seen_position == 5
    assert [entry.position for entry in context.entries] == [6, 7, 9]


async def test_only_one_of_two_commits_of_one_plan_wins(store: Store) -> None:
    ref = await begin(store, 5)
    planned = await store.state(ref)
    commits = [commit_of(planned, 4, [1, 2, 3], summary_text=f"summary {number}") for number in range(6)]

    outcomes = await asyncio.gather(
        *(store.commit_compaction(ref, commit) for commit in commits), return_exceptions=True
    )

    won = [outcome for outcome in outcomes if isinstance(outcome, Compaction)]
    assert len(won) == 1
    assert sum(isinstance(outcome, ContextChanged) for outcome in outcomes) == 5
    assert await store.list_compactions(ref, ASCENDING) == won
    winner = commits[outcomes.index(won[0])]
    [summary] = await store.list_messages(ref, ASCENDING, [MessageType.SUMMARY])
    assert summary.message.content == winner.summary_text
    assert (await append(store, ref, user("next"))).positions == [7]


async def test_a_new_system_text_does_not_stop_a_commit(store: Store) -> None:
    ref = await begin(store, 5)
    planned = await store.state(ref)
    await store.put_system(ref, SystemText("short", 1_000, "cl100k_base"), 1, None)
    await store.commit_compaction(ref, commit_of(planned, 4, [1, 2, 3], max_system_tokens=1_000))
    assert (await store.state(ref)).version == "1.2"


async def test_a_system_text_that_leaves_no_room_stops_it(store: Store) -> None:
    ref = await begin(store, 5)
    planned = await store.state(ref)
    await store.put_system(ref, SystemText("long", 1_001, "o200k_base"), 1, None)
    before = await store.snapshot(ref, bodies=True)
    with pytest.raises(SummaryNotSmaller) as raised:
        await store.commit_compaction(ref, commit_of(planned, 4, [1, 2, 3], max_system_tokens=1_000))
    assert raised.value.metadata == {"tokens_after": "8001", "tokens_before": "900", "context_window": "8000"}
    assert await store.snapshot(ref, bodies=True) == before
    assert await store.list_compactions(ref, ASCENDING) == []


async def test_a_commit_finds_only_its_own_conversation(store: Store) -> None:
    agent = await put_agent(store)
    conversation = await put_conversation(store, agent.id)
    ref = ref_to(conversation.id)
    await append(store, ref, user("one"), user("two"), user("three"))
    commit = commit_of(await store.state(ref), 3, [1, 2])
    with pytest.raises(ConversationNotFound, match=conversation.id):
        await store.commit_compaction(elsewhere(ref), commit)
    await store.delete_conversation(ref_to(conversation.id))
    with pytest.raises(ConversationNotFound, match=conversation.id):
        await store.commit_compaction(ref, commit)


async def test_a_commit_rewrites_no_message(store: Store) -> None:
    ref = await begin(store, 50)
    before = await store.load_messages(ref, 0, 50)
    await compact(store, ref, 41)
    assert await store.load_messages(ref, 0, 50) == before


async def test_records_are_chained_by_their_parents_and_listed_in_order(store: Store) -> None:
    ref = await begin(store, 9)
    records = [await compact(store, ref, start) for start in (3, 5, 7, 9)]
    assert [record.parent_id for record in records] == [None, *(record.id for record in records[:-1])]

    async def listed(**page: str | int | bool) -> list[Compaction]:
        return await store.list_compactions(ref, Page(**{"limit": 9, **page}))  # type: ignore[arg-type]

    assert await listed() == records[::-1]
    assert await listed(descending=False) == records
    assert await listed(limit=2) == [records[3], records[2]]
    assert await listed(after=records[2].id) == [records[1], records[0]]
    assert await listed(descending=False, before=records[3].id, limit=2) == records[1:3]
    with pytest.raises(InvalidField, match="after"):
        await listed(after="compaction-none")


async def test_a_record_whose_counts_were_kept_as_an_answer_gave_them_is_read_as_whole_numbers(store: Store) -> None:
    ref = await begin(store, 5)
    commit = commit_of(await store.state(ref), 4, [1, 2, 3])
    odd = Usage(12.0, "7", 1e300, calls=1)  # type: ignore[arg-type]  # as answers have them
    await store.commit_compaction(ref, replace(commit, record=replace(commit.record, usage=odd)))

    [record] = await store.list_compactions(ref, ASCENDING)
    usage = record.usage
    assert [(count, type(count)) for count in (usage.input_tokens, usage.output_tokens, usage.cached_tokens)] == [
        (12, int), (7, int), (0, int),
    ]  # fmt: skip


async def test_a_record_names_its_messages_when_asked(store: Store) -> None:
    ref = await begin(store)
    first = await append(store, ref, *(user(str(number)) for number in range(1, 6)))
    one = await compact(store, ref, 3)
    later = await append(store, ref, user("7"), user("8"))
    two = await compact(store, ref, 7)
    await append(store, ref, user("10"))
    [system, *_] = await store.list_messages(ref, ASCENDING)

    found = await store.get_compaction(ref, one.id, message_ids=True)
    assert found.evicted_message_ids == tuple(first.ids[:2])
    assert found.kept_message_ids == (system.id, *first.ids[2:])
    found = await store.get_compaction(ref, two.id, message_ids=True)
    assert found.evicted_message_ids == tuple(first.ids[2:])
    assert found.kept_message_ids == (system.id, *later.ids)
    bare = await store.get_compaction(ref, two.id, message_ids=False)
    assert (bare.evicted_message_ids, bare.kept_message_ids) == ((), ())


async def test_a_record_that_evicted_nothing_names_nothing_evicted(store: Store) -> None:
    ref = await begin(store, 3)
    state = await store.state(ref)
    commit = commit_of(state, 1, [0])
    commit = replace(commit, record=replace(commit.record, evicted_count=0))
    record = await store.commit_compaction(ref, commit)
    found = await store.get_compaction(ref, record.id, message_ids=True)
    assert (found.evicted_message_ids, len(found.kept_message_ids)) == ((), 4)


async def test_a_record_belongs_to_its_conversation(store: Store) -> None:
    ref, other = await begin(store, 3), await begin(store, 3)
    record = await compact(store, ref, 3)
    for missing in ("compaction-none", record.id):
        with pytest.raises(CompactionNotFound, match=missing):
            await store.get_compaction(other, missing, message_ids=True)
    with pytest.raises(ConversationNotFound):
        await store.get_compaction(elsewhere(ref), record.id, message_ids=True)
    with pytest.raises(AgentNotFound):
        await store.list_compactions(default_ref("agent-none"), ASCENDING)
    with pytest.raises(InvalidField, match="before"):
        await store.list_compactions(other, Page(5, before=record.id))


async def test_a_page_of_records_ends_before_three_mebibytes(store: Store) -> None:
    ref = await begin(store, 9)
    records = []
    for start in (3, 5, 7):
        commit = commit_of(await store.state(ref), start, [start - 2, start - 1])
        part = replace(commit.record.parts[0], text="p" * 1_500_000)
        records.append(
            await store.commit_compaction(ref, replace(commit, record=replace(commit.record, parts=(part,))))
        )
    assert await store.list_compactions(ref, Page(9)) == [records[2], records[1]]
    assert await store.list_compactions(ref, Page(9, after=records[1].id)) == [records[0]]
    assert SYSTEM.token_count < 1_000
