"""The recorded conversations, compacted in all four modes by the real server."""

import pytest

from compactd.domain.messages import ChatMessage
from compactd.message_protos import message_to_proto
from compactd.rpc.messages import batch_from_proto
from tests.builders.chat import append, compact, context_of, new_conversation
from tests.builders.conversations import needs_recorded, recorded_conversations
from tests.server import Client
from tests.shapes import faults

pytestmark = [pytest.mark.asyncio(loop_scope="session"), needs_recorded]

ROUNDS = 3


def thirds(messages: list[ChatMessage]) -> list[list[ChatMessage]]:
    step = -(-len(messages) // ROUNDS)
    return [messages[start : start + step] for start in range(0, len(messages), step)]


@pytest.mark.parametrize("mode", [1, 2, 3, 4])
async def test_every_recorded_conversation_stays_sendable_over_three_compactions(client: Client, mode: int) -> None:
    compacted = 0
    for name, messages in recorded_conversations():
        conversation_id = await new_conversation(client)
        for batch in thirds(messages):
            answer = await append(client, conversation_id, [message_to_proto(message) for message in batch])
            done = await compact(client, conversation_id, mode)
            context = await context_of(client, conversation_id)
            shown, _ = batch_from_proto(context.messages)
            assert faults(shown, pending_from(shown)) == [], name
            assert context.context_tokens == done.compaction.tokens_after, name
            assert done.compaction.tokens_after < done.compaction.tokens_before == answer.context_tokens, name
            assert context.context_tokens < context.context_window, name
            compacted += 1
    assert compacted == ROUNDS * len(recorded_conversations())


def pending_from(shown: list[ChatMessage]) -> int | None:
    """Where the last run begins, if a call in it has no answer: a batch may end in the middle of one."""
    last = max((index for index, message in enumerate(shown) if message.tool_calls), default=None)
    if last is None:
        return None
    answered = {message.tool_call_id for message in shown[last + 1 :]}
    return None if {call.id for call in shown[last].tool_calls} <= answered else last
