"""Committing restores, and what they would change."""

import asyncio
from dataclasses import replace

import pytest

from compactd.domain.compactions import Compaction, CompactionKind, LastCut
from compactd.domain.errors import CompactionNotFound, ContextChanged, ConversationNotFound
from compactd.domain.keys import ConversationRef
from compactd.domain.paging import Page
from compactd.ports.contexts import SystemText
from compactd.ports.store import Store
from tests.builders.stored_values import (
    append,
    begin,
    calls,
    commit_of,
    compact,
    elsewhere,
    put_agent,
    put_conversation,
    ref_to,
    restore,
    restore_of,
    result,
    user,
)

ASCENDING = Page(1_000, descending=False)


async def context_of(store: Store, ref: ConversationRef) -> tuple[object, ...]:
    """All that a context is made of, and how much stands outside of it."""
    snapshot = await store.snapshot(ref, bodies=True)
    return snapshot.context, snapshot.bodies, snapshot.state.evicted_count


async def test_a_commit_moves_the_context_back_and_stores_the_record(store: Store) -> None:
    ref = await begin(store, 9)
    first = await compact(store, ref, 3)
    before = await context_of(store, ref)
    second = await compact(store, ref, 7)
    commit = await restore_of(store, ref, second.id)

    record = await store.commit_restore(ref, commit)

    assert record == commit.record
    snapshot = await store.snapshot(ref)
    state = snapshot.state
    assert await context_of(store, ref) == before
    assert (state.version, state.context_start, state.summary_position) == ("3.1", 3, first.summary_position)
    assert (state.evicted_count, state.last_position, snapshot.last_compaction) == (2, 9, record)
    assert await store.get_compaction(ref, record.id, message_ids=False) == record
    assert await store.list_compactions(ref, ASCENDING) == [first, second, record]


async def test_the_first_state_of_a_context_has_no_summary(store: Store) -> None:
    ref = await begin(store, 5)
    before = await context_of(store, ref)
    record = await compact(store, ref, 4)
    await append(store, ref, user("six"))
    found = await store.restoration(ref, record.id)
    assert (found.earlier, found.restored.context_start, found.restored.summary_position) == (None, 1, None)
    undone = await restore(store, ref, record.id)
    assert (undone.restored_cut, undone.last_cut) == (None, None)
    snapshot = await store.snapshot(ref)
    assert [entry.position for entry in snapshot.context.entries] == [1, 2, 3, 4, 5, 7]
    assert (snapshot.context.summary, snapshot.state.evicted_count) == (None, 0)
    assert before[0] == replace(snapshot.context, entries=snapshot.context.entries[:5], last_position=5)


async def test_what_it_would_change_is_told_of_one_moment(store: Store) -> None:
    ref = await begin(store)
    await append(store, ref, user("one"), calls("a"), result("a"), calls("b"), user("five"), result("b"))
    record = await compact(store, ref, 4)
    now, then = await store.snapshot(ref), await store.snapshot_before(ref, record.id)
    found = await store.restoration(ref, record.id)
    assert (found.state, found.last) == (now.state, record)
    assert found.restored == then.state
    assert (found.sums.entry_count, found.restored_sums.entry_count) == (3, 6)
    assert found.sums.rest_tokens == 60 + 30 + 60 + 12
    assert found.restored_sums.rest_tokens == 60 + 60 + 12
    assert [entry.position for entry in then.context.entries] == [1, 2, 3, 4, 5, 6]
    assert (then.context.summary, then.last_compaction, then.bodies) == (None, None, None)
    assert not found.changes_nothing


async def test_a_restore_can_be_undone_and_what_is_so_changes_nothing(store: Store) -> None:
    ref = await begin(store, 9)
    first, second = [await compact(store, ref, start) for start in (3, 7)]
    small = await context_of(store, ref)
    undone = await restore(store, ref, second.id)
    for record in (second, undone):
        assert (await store.restoration(ref, record.id)).changes_nothing is (record is second)
    redone = await restore(store, ref, undone.id)
    assert await context_of(store, ref) == small
    assert (redone.parent_id, redone.restored_compaction_id, redone.kind) == (
        undone.id,
        undone.id,
        CompactionKind.RESTORE,
    )
    assert redone.last_cut == second.last_cut
    await restore(store, ref, first.id)
    assert (await store.state(ref)).context_start == 1


async def test_the_last_cut_is_that_of_the_compaction_in_force(store: Store) -> None:
    ref = await begin(store, 9)
    first = await compact(store, ref, 3)
    await append(store, ref, user("ten"))
    second = await compact(store, ref, 7)
    assert (first.last_cut, second.last_cut) == (LastCut("sliding_window", 0.3, 9), LastCut("sliding_window", 0.3, 11))
    undone = await restore(store, ref, second.id)
    assert (await store.get_compaction(ref, undone.id, message_ids=False)).last_cut == first.last_cut


async def test_only_one_of_two_commits_of_one_plan_wins(store: Store) -> None:
    ref = await begin(store, 5)
    record = await compact(store, ref, 4)
    commits = [await restore_of(store, ref, record.id) for _ in range(6)]
    outcomes = await asyncio.gather(*(store.commit_restore(ref, commit) for commit in commits), return_exceptions=True)
    won = [outcome for outcome in outcomes if isinstance(outcome, Compaction)]
    assert len(won) == 1
    assert sum(isinstance(outcome, ContextChanged) for outcome in outcomes) == 5
    assert await store.list_compactions(ref, ASCENDING) == [record, *won]


async def test_of_a_restore_and_a_compaction_of_one_moment_one_wins(store: Store) -> None:
    for restore_first in (True, False):
        ref = await begin(store, 9)
        record = await compact(store, ref, 4)
        restoring = await restore_of(store, ref, record.id)
        compacting = commit_of(await store.state(ref), 7, [4, 5, 6], record)
        commits = [store.commit_restore(ref, restoring), store.commit_compaction(ref, compacting)]
        first, second = commits if restore_first else commits[::-1]
        made = await first
        with pytest.raises(ContextChanged):
            await second
        assert (await store.list_compactions(ref, ASCENDING))[1:] == [made]


async def test_a_new_system_text_stops_it_only_where_it_is_not_expected(store: Store) -> None:
    ref = await begin(store, 5)
    record = await compact(store, ref, 4)
    commit = await restore_of(store, ref, record.id)
    await store.put_system(ref, SystemText("another", 9, "o200k_base"), 1, None)
    before = await context_of(store, ref)
    with pytest.raises(ContextChanged):
        await store.commit_restore(ref, replace(commit, system_version=1))
    assert await context_of(store, ref) == before
    await store.commit_restore(ref, replace(commit, system_version=2))
    assert (await store.state(ref)).version == "2.2"


async def test_a_commit_finds_only_its_own_conversation(store: Store) -> None:
    agent = await put_agent(store)
    ref = ref_to((await put_conversation(store, agent.id)).id)
    await append(store, ref, user("one"), user("two"), user("three"))
    record = await compact(store, ref, 3)
    commit = await restore_of(store, ref, record.id)
    with pytest.raises(ConversationNotFound):
        await store.commit_restore(elsewhere(ref), commit)
    other = await begin(store, 3)
    await compact(store, other, 3)
    for read in (store.restoration, store.snapshot_before):
        with pytest.raises(CompactionNotFound, match=record.id):
            await read(other, record.id)
    await store.delete_conversation(ref)
    with pytest.raises(ConversationNotFound):
        await store.commit_restore(ref, commit)
