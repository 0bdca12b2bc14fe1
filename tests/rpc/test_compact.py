"""Compact with the embedded summarizer, its dry run, and the records, through the real server."""

import hashlib
import re
from itertools import pairwise
from typing import Any
from uuid import uuid4

import grpc
import pytest

from compactd.domain.settings import CompactionMode
from compactd.strategies import modes
from compaction.v1 import compaction_pb2, compaction_service_pb2, conversation_service_pb2, sort_order_pb2
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
    result,
    talk,
)
from tests.rpc.failures import failure_of
from tests.server import Client

pytestmark = pytest.mark.asyncio(loop_scope="session")

ALL, SLIDING, SELF_ALL, SELF_SLIDING = 1, 2, 3, 4
MODES = [ALL, SLIDING, SELF_ALL, SELF_SLIDING]


async def record(client: Client, conversation_id: str, compaction_id: str, view: Any = 0) -> compaction_pb2.Compaction:
    request = make(
        compaction_service_pb2.GetCompactionRequest,
        conversation_id=conversation_id,
        compaction_id=compaction_id,
        view=view,
    )
    return await client.compactions.GetCompaction(request)


@pytest.mark.parametrize("mode", MODES)
async def test_a_dry_run_says_what_compact_then_does(client: Client, mode: int) -> None:
    conversation_id = await new_conversation(client, talk(20))
    before = await context_of(client, conversation_id)
    dry = await compact(client, conversation_id, mode, dry_run=True)
    assert await context_of(client, conversation_id) == before
    assert not dry.summary
    assert not dry.HasField("compaction")
    done = await compact(client, conversation_id, mode)
    assert not done.HasField("plan")
    made, plan = done.compaction, dry.plan
    assert (dry.num_messages_before, dry.num_messages_after) == (done.num_messages_before, done.num_messages_after)
    assert (plan.first_evicted_position, plan.last_evicted_position, plan.evicted_count) == (
        made.first_evicted_position,
        made.last_evicted_position,
        made.evicted_count,
    )
    assert plan.fixed_tokens + plan.evicted_tokens + plan.kept_tokens == made.tokens_before == before.context_tokens
    assert 2 + plan.kept_count == done.num_messages_after
    assert (plan.model, plan.model_window, plan.chunks) == ("local/extractive", 0, 1)
    assert (plan.window, plan.window_estimated, plan.tokens_estimated) == (128_000, True, True)


@pytest.mark.parametrize("mode", MODES)
async def test_the_context_is_the_summary_and_what_is_kept(client: Client, mode: int) -> None:
    conversation_id = await new_conversation(client, talk(20))
    history = await history_of(client, conversation_id)
    before = await context_of(client, conversation_id)
    done = await compact(client, conversation_id, mode)
    after = await context_of(client, conversation_id)
    made = done.compaction
    assert done.num_messages_before == len(before.messages) == 81
    assert done.num_messages_after == len(after.messages) == len(await in_context(client, conversation_id))
    assert after.context_tokens == made.tokens_after < made.tokens_before
    assert after.messages[2:] == before.messages[1 + made.evicted_count :]
    assert after.version != before.version
    assert after.last_position == before.last_position == made.last_seen_position
    full = await record(client, conversation_id, made.id, compaction_service_pb2.COMPACTION_VIEW_FULL)
    ids = [message.id for message in history]
    assert list(full.evicted_message_ids) == ids[1 : 1 + made.evicted_count]
    assert list(full.kept_message_ids) == [ids[0], *ids[1 + made.evicted_count :]]
    assert (made.evicted_count == 80) is (mode in (ALL, SELF_ALL))
    assert "INV-0001" in done.summary


async def test_a_record_tells_what_was_done(client: Client) -> None:
    conversation_id = await new_conversation(client, talk(20))
    settings = {"mode": ALL, "clip_chars": 900, "prompt": "As a ledger.", "sliding_window_percentage": 0.5}
    done = await compact(client, conversation_id, compaction_settings=settings)
    made = done.compaction
    assert re.fullmatch(r"compaction-[0-9a-f-]{36}", made.id)
    assert made.conversation_id == conversation_id
    assert (made.kind, made.parent_id, made.mode) == (compaction_pb2.COMPACTION_KIND_COMPACTION, "", ALL)
    assert (made.ask, made.method) == (
        compaction_pb2.COMPACTION_ASK_UNSPECIFIED,
        compaction_pb2.COMPACTION_METHOD_EXTRACTIVE,
    )
    assert made.degraded_reason == 0
    assert (made.settings.clip_chars, made.settings.mode, made.settings.model) == (900, ALL, "local/extractive")
    assert made.settings.sliding_window_percentage == 0.5
    assert made.settings.HasField("prompt_acknowledgement")
    assert not made.settings.HasField("prompt")
    assert made.prompt_sha256 == hashlib.sha256(b"As a ledger.").hexdigest()
    assert list(made.unused_settings) == ["prompt", "sliding_window_percentage"]
    assert made.model == "local/extractive"
    assert len(done.summary) <= 900
    [part] = made.parts
    assert (part.text, part.state) == (done.summary, compaction_pb2.PART_STATE_NEW)
    assert (part.first_position, part.last_position) == (1, 80)
    assert made.usage == compaction_pb2.Usage(cost_usd=0)
    assert (made.tokenizer, made.tokens_estimated, made.chunks) == ("o200k_base", True, 1)


async def test_the_defaults_are_the_sliding_window_and_the_prompt_of_the_mode(client: Client) -> None:
    conversation_id = await new_conversation(client, talk(20))
    made = (await compact(client, conversation_id, request_id=str(uuid4()))).compaction
    assert (made.mode, made.settings.sliding_window_percentage, made.settings.clip_chars) == (SLIDING, 0.3, 0)
    prompt = modes.MODES[CompactionMode.SLIDING_WINDOW].default_prompt
    assert made.prompt_sha256 == hashlib.sha256(prompt.encode()).hexdigest()


async def test_settings_are_layered_and_a_request_is_never_written_back(client: Client) -> None:
    agent = await new_agent(client, compaction_settings={"clip_chars": 700, "sliding_window_percentage": 0.9})
    settings = {"sliding_window_percentage": 0.4, "mode": ALL}
    conversation_id = await new_conversation(client, talk(20), agent_id=agent.id)
    request = make(
        conversation_service_pb2.UpdateConversationRequest,
        conversation_id=conversation_id,
        conversation={"compaction_settings": settings},
        update_mask={"paths": ["compaction_settings"]},
    )
    stored = await client.conversations.UpdateConversation(request)
    made = (await compact(client, conversation_id, SLIDING)).compaction.settings
    assert (made.clip_chars, made.sliding_window_percentage, made.mode) == (700, 0.4, SLIDING)
    read = await client.conversations.GetConversation(
        make(conversation_service_pb2.GetConversationRequest, conversation_id=conversation_id)
    )
    assert read.compaction_settings == stored.compaction_settings


async def test_a_greater_share_keeps_more(client: Client) -> None:
    kept = []
    for share in (0.1, 0.5, 0.9):
        conversation_id = await new_conversation(client, talk(20))
        done = await compact(client, conversation_id, compaction_settings={"sliding_window_percentage": share})
        kept.append(done.num_messages_after)
    assert kept == sorted(set(kept))


async def test_the_basic_view_leaves_the_ids_out(client: Client) -> None:
    conversation_id = await new_conversation(client, talk(20))
    made = (await compact(client, conversation_id)).compaction
    assert await record(client, conversation_id, made.id) == made
    assert await record(client, conversation_id, made.id, compaction_service_pb2.COMPACTION_VIEW_BASIC) == made
    full = await record(client, conversation_id, made.id, compaction_service_pb2.COMPACTION_VIEW_FULL)
    full.ClearField("evicted_message_ids")
    full.ClearField("kept_message_ids")
    full.receipt.ClearField("retained_identifiers")
    full.receipt.ClearField("recoverable_identifiers")
    full.receipt.ClearField("unfounded_identifiers")
    assert full == made


async def test_a_record_belongs_to_its_conversation(client: Client) -> None:
    conversation_id = await new_conversation(client, talk(20))
    other = await new_conversation(client)
    made = (await compact(client, conversation_id)).compaction
    assert (await failure_of(record(client, other, made.id))).reason == "COMPACTION_NOT_FOUND"


async def test_records_are_listed_both_ways(client: Client) -> None:
    conversation_id = await new_conversation(client)
    made = []
    for round_ in range(4):
        await append(client, conversation_id, talk(10, first=1 + 10 * round_))
        made.append((await compact(client, conversation_id, ALL)).compaction)
    ids = [compaction.id for compaction in made]

    async def listed(**fields: Any) -> list[int]:
        request = make(compaction_service_pb2.ListCompactionsRequest, conversation_id=conversation_id, **fields)
        found = (await client.compactions.ListCompactions(request)).compactions
        assert all(compaction in made for compaction in found)
        return [ids.index(compaction.id) for compaction in found]

    ascending = sort_order_pb2.SORT_ORDER_ASC
    assert await listed() == [3, 2, 1, 0]
    assert await listed(order=ascending, limit=2) == [0, 1]
    assert await listed(order=ascending, after=ids[0], limit=2) == [1, 2]
    assert await listed(order=ascending, before=ids[3], limit=2) == [1, 2]
    assert await listed(before=ids[0], limit=2) == [2, 1]
    assert [compaction.parent_id for compaction in made] == ["", *ids[:3]]


@pytest.mark.parametrize("mode", MODES)
async def test_parts_grow_over_three_rounds_and_no_message_is_lost(client: Client, mode: int) -> None:
    conversation_id = await new_conversation(client)
    made = []
    for round_ in range(3):
        await append(client, conversation_id, talk(15, first=1 + 15 * round_))
        made.append((await compact(client, conversation_id, mode)).compaction)
    spans = [(part.first_position, part.last_position) for part in made[-1].parts]
    assert spans[0][0] == 1
    assert spans[-1][1] == made[-1].last_evicted_position
    assert all(first > last for (_, last), (first, _) in pairwise(spans))
    assert sum(compaction.evicted_count for compaction in made) + len(await in_context(client, conversation_id)) == 182
    states = [part.state for part in made[-1].parts]
    assert states[-1] in (compaction_pb2.PART_STATE_NEW, compaction_pb2.PART_STATE_MERGED)
    context = await context_of(client, conversation_id)
    assert context.context_tokens == made[-1].tokens_after
    assert "\n\n".join(part.text for part in made[-1].parts) in context.messages[1].content


async def test_the_same_cut_again_is_rejected_until_something_is_appended(client: Client) -> None:
    conversation_id = await new_conversation(client, talk(20))
    await compact(client, conversation_id)
    before = await context_of(client, conversation_id)
    for fields in ({}, {"dry_run": True}, {"compaction_settings": {"prompt": "other", "clip_chars": 50}}):
        failed = await failure_of(compact(client, conversation_id, **fields))
        assert failed.reason == "NOTHING_TO_COMPACT"
        assert set(failed.metadata) == {"why"}
        assert failed.sentence.endswith(".")
    assert await context_of(client, conversation_id) == before
    await append(client, conversation_id, talk(10, first=21))
    await compact(client, conversation_id)


async def test_another_cut_plans_anew(client: Client) -> None:
    conversation_id = await new_conversation(client, talk(20))
    await compact(client, conversation_id)
    await compact(client, conversation_id, compaction_settings={"sliding_window_percentage": 0.1})
    assert (await compact(client, conversation_id, ALL)).num_messages_after == 2


async def test_a_pending_call_is_kept_whole(client: Client) -> None:
    pending = [assistant(None, call("open", "find_invoice"), call("done")), result("done", "half of it")]
    conversation_id = await new_conversation(client, [*talk(10), *pending])
    done = await compact(client, conversation_id, ALL)
    context = await context_of(client, conversation_id)
    assert list(context.messages[2:]) == pending
    assert done.num_messages_after == 4
    await append(client, conversation_id, [result("open", "the other half")])
    assert (await context_of(client, conversation_id)).messages[-2].content == "the other half"


async def test_compact_holds_only_at_the_expected_version(client: Client) -> None:
    conversation_id = await new_conversation(client, talk(20))
    version = (await context_of(client, conversation_id)).version
    for dry_run in (True, False):
        failed = await failure_of(compact(client, conversation_id, dry_run=dry_run, expected_version="other"))
        assert failed.code is grpc.StatusCode.ABORTED
        assert (failed.reason, failed.metadata) == ("CONTEXT_CHANGED", {})
    await append(client, conversation_id, talk(1, first=21))
    await compact(client, conversation_id, expected_version=version)
    assert (await failure_of(compact(client, conversation_id, ALL, expected_version=version))).reason == (
        "CONTEXT_CHANGED"
    )
