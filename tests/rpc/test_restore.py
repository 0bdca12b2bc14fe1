"""RestoreCompaction: the earlier context with what came after, and its record."""

import asyncio
from uuid import uuid4

import grpc
import pytest

from compactd.domain.compactions import Compaction
from compactd.domain.keys import ConversationKey
from compactd.ports.compactions import RestoreCommit
from compactd.ports.operations import Once
from compaction.v1 import (
    agent_pb2,
    agent_service_pb2,
    compaction_pb2,
    compaction_service_pb2,
    compaction_settings_pb2,
)
from tests.builders.chat import (
    append,
    assistant,
    call,
    compact,
    context_of,
    history_of,
    in_context,
    make,
    new_agent,
    new_conversation,
    restore,
    result,
    system,
    talk,
    user,
)
from tests.loopback.dialects import openai_chat
from tests.loopback.model import LoopbackModel
from tests.rpc.failures import failure_of
from tests.rpc.models import received, with_model
from tests.server import Client, LocalServer

pytestmark = pytest.mark.asyncio(loop_scope="session")

ALL, SLIDING, SELF_ALL, SELF_SLIDING = 1, 2, 3, 4
MODES = [ALL, SLIDING, SELF_ALL, SELF_SLIDING]
EXTRACTIVE = compaction_settings_pb2.CompactionSettings(model="local/extractive")


async def shown(client: Client, conversation_id: str) -> list[bytes]:
    """The context in both formats, as bytes, but for its version."""
    contexts = [await context_of(client, conversation_id, format=number) for number in (1, 2)]
    for context in contexts:
        context.ClearField("version")
    return [context.SerializeToString(deterministic=True) for context in contexts]


async def records_of(client: Client, conversation_id: str) -> list[compaction_pb2.Compaction]:
    """All of them, in the order of their commits."""
    request = make(compaction_service_pb2.ListCompactionsRequest, conversation_id=conversation_id, order=1)
    return list((await client.compactions.ListCompactions(request)).compactions)


async def record(client: Client, conversation_id: str, compaction_id: str) -> compaction_pb2.Compaction:
    """With the lists of message ids."""
    request = make(
        compaction_service_pb2.GetCompactionRequest,
        conversation_id=conversation_id,
        compaction_id=compaction_id,
        view=compaction_service_pb2.COMPACTION_VIEW_FULL,
    )
    return await client.compactions.GetCompaction(request)


@pytest.mark.parametrize("mode", MODES)
async def test_the_context_is_byte_for_byte_what_it_was(client: Client, mode: int) -> None:
    conversation_id = await new_conversation(client, talk(20))
    before, ids = await shown(client, conversation_id), await in_context(client, conversation_id)
    done = await compact(client, conversation_id, mode)
    await restore(client, conversation_id, done.compaction.id)
    assert await shown(client, conversation_id) == before
    assert await in_context(client, conversation_id) == ids


async def test_what_was_appended_since_stands_behind_it(client: Client) -> None:
    conversation_id = await new_conversation(client, talk(20))
    before = (await context_of(client, conversation_id)).messages
    done = await compact(client, conversation_id, ALL)
    since = talk(3, first=21)
    await append(client, conversation_id, since)
    await restore(client, conversation_id, done.compaction.id)
    assert list((await context_of(client, conversation_id)).messages) == [*before, *since]


async def test_a_pending_call_a_late_result_and_a_dead_call_stay_what_they_are(client: Client) -> None:
    said = [*talk(10), assistant(None, call("dead")), user("Go on."), *talk(3, first=11), assistant(None, call("slow"))]
    since = [result("slow", "slow it was"), result("dead", "late it was"), assistant(None, call("open"))]
    conversation_id, other = [await new_conversation(client, said) for _ in range(2)]
    done = await compact(client, conversation_id, ALL)
    for each in (conversation_id, other):
        await append(client, each, since)
    await restore(client, conversation_id, done.compaction.id)
    restored, never_compacted = [await context_of(client, each) for each in (conversation_id, other)]
    assert restored.messages[1:] == never_compacted.messages[1:]
    assert restored.context_tokens - restored.sources[0].token_count == (
        never_compacted.context_tokens - never_compacted.sources[0].token_count
    )
    await append(client, conversation_id, [result("open", "it was open")])


async def test_the_record_says_what_was_done(client: Client) -> None:
    conversation_id = await new_conversation(client, talk(20))
    first = (await compact(client, conversation_id, SLIDING)).compaction
    await append(client, conversation_id, talk(20, first=21))
    large = await context_of(client, conversation_id)
    second = (await compact(client, conversation_id, SLIDING)).compaction
    small = await context_of(client, conversation_id)
    made = await restore(client, conversation_id, second.id)

    assert (made.kind, made.conversation_id) == (compaction_pb2.COMPACTION_KIND_RESTORE, conversation_id)
    assert (made.parent_id, made.restored_compaction_id) == (second.id, second.id)
    assert [part.text for part in made.parts] == [part.text for part in first.parts]
    assert {part.state for part in made.parts} == {compaction_pb2.PART_STATE_KEPT}
    assert (made.tokens_before, made.tokens_after) == (small.context_tokens, large.context_tokens)
    assert made.last_seen_position == large.last_position
    assert (made.first_evicted_position, made.last_evicted_position, made.evicted_count) == (0, 0, 0)
    assert (made.mode, made.ask, made.method, made.model, made.prompt_sha256, made.chunks) == (0, 0, 0, "", "", 0)
    assert not made.HasField("settings")
    assert (made.usage.calls, made.usage.cost_usd) == (0, 0.0)
    assert await records_of(client, conversation_id) == [first, second, made]


async def test_its_full_view_names_the_messages_in_the_restored_context(client: Client) -> None:
    conversation_id = await new_conversation(client, talk(20))
    ids = await in_context(client, conversation_id)
    done = await compact(client, conversation_id, ALL)
    made = await restore(client, conversation_id, done.compaction.id)
    await append(client, conversation_id, [user("later")])
    full = await record(client, conversation_id, made.id)
    assert list(full.kept_message_ids) == ids
    assert list(full.evicted_message_ids) == []


async def test_it_takes_no_position_and_deletes_nothing(client: Client) -> None:
    conversation_id = await new_conversation(client, talk(20))
    done = await compact(client, conversation_id, ALL)
    history = await history_of(client, conversation_id, limit=1000)
    await restore(client, conversation_id, done.compaction.id)
    assert await history_of(client, conversation_id, limit=1000) == history
    await append(client, conversation_id, [user("next")])
    assert (await history_of(client, conversation_id, limit=1000))[-1].position == history[-1].position + 1


async def test_a_restore_that_is_undone_brings_the_compaction_back(client: Client) -> None:
    conversation_id = await new_conversation(client, talk(20))
    large = await shown(client, conversation_id)
    done = await compact(client, conversation_id, SLIDING)
    small = await shown(client, conversation_id)
    undone = await restore(client, conversation_id, done.compaction.id)
    redone = await restore(client, conversation_id, undone.id)
    assert await shown(client, conversation_id) == small
    assert (redone.parent_id, redone.restored_compaction_id) == (undone.id, undone.id)
    assert [part.text for part in redone.parts] == [part.text for part in done.compaction.parts]
    await restore(client, conversation_id, redone.id)
    assert await shown(client, conversation_id) == large


async def test_a_record_that_others_followed_can_be_undone(client: Client) -> None:
    conversation_id = await new_conversation(client, talk(20))
    batches = [talk(5, first=first) for first in (21, 26, 31)]
    before, records = [], []
    for mode, batch in zip((SLIDING, ALL, SELF_ALL), batches, strict=True):
        before.append((await context_of(client, conversation_id)).messages)
        records.append((await compact(client, conversation_id, mode)).compaction)
        await append(client, conversation_id, batch)
    for number, compaction in enumerate(records):
        await restore(client, conversation_id, compaction.id)
        since = [message for batch in batches[number:] for message in batch]
        assert list((await context_of(client, conversation_id)).messages) == [*before[number], *since]


async def test_what_is_so_already_is_not_restored(client: Client) -> None:
    conversation_id = await new_conversation(client, talk(20))
    done = await compact(client, conversation_id, ALL)
    made = await restore(client, conversation_id, done.compaction.id)
    version = (await context_of(client, conversation_id)).version
    failed = await failure_of(restore(client, conversation_id, done.compaction.id))
    assert failed.code is grpc.StatusCode.FAILED_PRECONDITION
    assert (failed.reason, failed.metadata) == ("NOTHING_TO_RESTORE", {"compaction_id": done.compaction.id})
    assert (await context_of(client, conversation_id)).version == version
    assert await records_of(client, conversation_id) == [done.compaction, made]


async def test_it_changes_the_version_and_expects_one(client: Client) -> None:
    conversation_id = await new_conversation(client, talk(20))
    done = await compact(client, conversation_id, ALL)
    version = (await context_of(client, conversation_id)).version
    await append(client, conversation_id, [user("An append changes no version.")])
    made = await restore(client, conversation_id, done.compaction.id, expected_version=version)
    assert (await context_of(client, conversation_id)).version != version
    for compaction_id in (done.compaction.id, made.id):
        failed = await failure_of(restore(client, conversation_id, compaction_id, expected_version=version))
        assert (failed.code, failed.reason) == (grpc.StatusCode.ABORTED, "CONTEXT_CHANGED")


async def test_the_system_message_is_not_part_of_it(client: Client) -> None:
    conversation_id = await new_conversation(client, talk(20))
    done = await compact(client, conversation_id, ALL)
    recompile = make(compaction_service_pb2.RecompileRequest, conversation_id=conversation_id)
    prompt = (await client.compactions.Recompile(recompile)).system_prompt
    await restore(client, conversation_id, done.compaction.id)
    assert (await context_of(client, conversation_id)).messages[0].content == prompt


async def test_an_agents_default_conversation_is_named_as_everywhere(client: Client) -> None:
    agent = await new_agent(client)
    await append(client, agent.default_conversation_id, talk(20))
    for named in ({"conversation_id": "default", "agent_id": agent.id}, {"conversation_id": agent.id}):
        done = await compact(client, agent.default_conversation_id, ALL)
        made = await restore(client, compaction_id=done.compaction.id, **named)
        assert made.conversation_id == agent.default_conversation_id


async def test_a_record_of_another_conversation_is_not_found(client: Client) -> None:
    theirs, mine = [await new_conversation(client, talk(20)) for _ in range(2)]
    done = await compact(client, theirs, ALL)
    before = await shown(client, mine)
    for compaction_id in (done.compaction.id, f"compaction-{uuid4()}"):
        failed = await failure_of(restore(client, mine, compaction_id))
        assert (failed.code, failed.reason) == (grpc.StatusCode.NOT_FOUND, "COMPACTION_NOT_FOUND")
    assert await shown(client, mine) == before


async def test_the_same_messages_can_be_compacted_again_at_once(client: Client) -> None:
    conversation_id = await new_conversation(client, talk(20))
    first = await compact(client, conversation_id, SLIDING)
    assert (await failure_of(compact(client, conversation_id, SLIDING))).reason == "NOTHING_TO_COMPACT"
    made = await restore(client, conversation_id, first.compaction.id)
    again = await compact(client, conversation_id, SLIDING)
    assert again.summary == first.summary
    assert again.compaction.parent_id == made.id
    assert again.compaction.evicted_count == first.compaction.evicted_count


async def test_a_compaction_that_is_brought_back_is_not_repeated(client: Client) -> None:
    conversation_id = await new_conversation(client, talk(20))
    first = await compact(client, conversation_id, SLIDING)
    undone = await restore(client, conversation_id, first.compaction.id)
    await restore(client, conversation_id, undone.id)
    assert (await failure_of(compact(client, conversation_id, SLIDING))).reason == "NOTHING_TO_COMPACT"
    second = await compact(client, conversation_id, ALL)
    await restore(client, conversation_id, second.compaction.id)
    assert (await failure_of(compact(client, conversation_id, SLIDING))).reason == "NOTHING_TO_COMPACT"


async def test_later_parts_build_on_those_that_were_restored(client: Client) -> None:
    conversation_id = await new_conversation(client, talk(20))
    first = await compact(client, conversation_id, SLIDING)
    await append(client, conversation_id, talk(20, first=21))
    second = await compact(client, conversation_id, ALL)
    await restore(client, conversation_id, second.compaction.id)
    third = await compact(client, conversation_id, SLIDING)
    kept, new = third.compaction.parts
    assert (kept.text, kept.state) == (first.compaction.parts[0].text, compaction_pb2.PART_STATE_KEPT)
    assert (new.first_position, new.state) == (
        first.compaction.last_evicted_position + 1,
        compaction_pb2.PART_STATE_NEW,
    )
    assert third.summary == f"{kept.text}\n\n{new.text}"


async def test_after_a_change_of_model_its_figures_are_of_the_new_tokenizer(client: Client) -> None:
    agent = await new_agent(client, model="openai/gpt-4.1", compaction_settings=EXTRACTIVE)
    # The two tokenizers do not agree on Cyrillic: what has to hold is in the summary.
    said = [system("Be brief."), user("Всегда отвечай по-русски и никогда не меняй договор поставки."), *talk(20)]
    conversation_id = await new_conversation(client, said, agent_id=agent.id)
    first = await compact(client, conversation_id, SLIDING)
    await append(client, conversation_id, talk(20, first=21))
    second = await compact(client, conversation_id, SLIDING)
    await client.agents.UpdateAgent(
        make(
            agent_service_pb2.UpdateAgentRequest,
            agent_id=agent.id,
            agent=agent_pb2.Agent(model="openai/gpt-4"),
            update_mask={"paths": ["model"]},
        )
    )
    made = await restore(client, conversation_id, second.compaction.id)
    context = await context_of(client, conversation_id)
    assert (first.compaction.tokenizer, made.tokenizer, context.tokenizer) == ("o200k_base", *["cl100k_base"] * 2)
    assert made.tokens_after == context.context_tokens
    [old], [new] = first.compaction.parts, made.parts
    assert new.text == old.text
    assert new.tokens != old.tokens


async def test_a_compaction_that_runs_meanwhile_is_aborted(client: Client, model: LoopbackModel) -> None:
    conversation_id = await with_model(client)
    model.answer(openai_chat("Twenty invoices."))
    first = await compact(client, conversation_id, ALL)
    await append(client, conversation_id, talk(5, first=21))
    go = model.answer_later(openai_chat("Five more."))
    running = asyncio.create_task(compact(client, conversation_id, ALL))
    await received(model, 2)
    await restore(client, conversation_id, first.compaction.id)
    restored = await shown(client, conversation_id)
    go.set()
    assert (await failure_of(running)).reason == "CONTEXT_CHANGED"
    assert await shown(client, conversation_id) == restored


async def test_of_equal_restores_at_once_one_is_done(client: Client) -> None:
    conversation_id = await new_conversation(client, talk(20))
    before = await shown(client, conversation_id)
    done = await compact(client, conversation_id, ALL)
    calls = (restore(client, conversation_id, done.compaction.id) for _ in range(10))
    outcomes = await asyncio.gather(*calls, return_exceptions=True)
    [made] = [outcome for outcome in outcomes if isinstance(outcome, compaction_pb2.Compaction)]
    assert await records_of(client, conversation_id) == [done.compaction, made]
    assert await shown(client, conversation_id) == before


async def test_with_a_request_id_ten_at_once_have_one_effect_and_equal_replies(client: Client) -> None:
    conversation_id = await new_conversation(client, talk(20))
    before, request_id = await shown(client, conversation_id), str(uuid4())
    done = (await compact(client, conversation_id, ALL)).compaction

    async def repeat() -> bytes:
        record = await restore(client, conversation_id, done.id, request_id=request_id)
        return record.SerializeToString(deterministic=True)

    [reply] = set(await asyncio.gather(*(repeat() for _ in range(10))))
    made = compaction_pb2.Compaction.FromString(reply)
    assert await shown(client, conversation_id) == before
    assert await records_of(client, conversation_id) == [done, made]
    # It stays the reply when the context has changed again.
    again = (await compact(client, conversation_id, ALL)).compaction
    small = await shown(client, conversation_id)
    assert await repeat() == reply
    assert await shown(client, conversation_id) == small
    failed = await failure_of(restore(client, conversation_id, again.id, request_id=request_id))
    assert (failed.code, failed.reason) == (grpc.StatusCode.INVALID_ARGUMENT, "REQUEST_ID_REUSED")
    assert await records_of(client, conversation_id) == [done, made, again]


async def test_one_that_was_planned_before_another_is_planned_anew(
    server: LocalServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    client, store = server.client, server.service.store
    conversation_id = await new_conversation(client, talk(20))
    before = await shown(client, conversation_id)
    first = await compact(client, conversation_id, SLIDING)
    commit_restore = store.commit_restore
    late: list[compaction_service_pb2.CompactResponse] = []

    async def after_a_compaction(
        key: ConversationKey, commit: RestoreCommit, once: Once[Compaction] | None
    ) -> Compaction:
        if not late:
            late.append(await compact(client, conversation_id, ALL))
        return await commit_restore(key, commit, once)

    monkeypatch.setattr(store, "commit_restore", after_a_compaction)
    made = await restore(client, conversation_id, first.compaction.id)
    assert made.parent_id == late[0].compaction.id
    assert await shown(client, conversation_id) == before


async def test_one_that_is_never_first_ends(server: LocalServer, monkeypatch: pytest.MonkeyPatch) -> None:
    client, store = server.client, server.service.store
    conversation_id = await new_conversation(client, talk(20))
    done = await compact(client, conversation_id, SLIDING)
    commit_restore = store.commit_restore

    async def after_another(key: ConversationKey, commit: RestoreCommit, once: Once[Compaction] | None) -> Compaction:
        other = await commit_restore(key, commit, once)
        with monkeypatch.context() as undoing:
            undoing.setattr(store, "commit_restore", commit_restore)
            await restore(client, conversation_id, other.id)
        return await commit_restore(key, commit, once)

    monkeypatch.setattr(store, "commit_restore", after_another)
    failed = await failure_of(restore(client, conversation_id, done.compaction.id))
    assert (failed.code, failed.reason) == (grpc.StatusCode.ABORTED, "CONTEXT_CHANGED")
