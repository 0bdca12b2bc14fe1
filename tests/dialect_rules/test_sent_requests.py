"""The same rules for what really leaves a server, over HTTP, in every mode."""

import contextlib
from random import Random

import grpc
import pytest

from compactd.message_protos import message_to_proto
from compaction.v1 import compaction_settings_pb2, conversation_service_pb2, message_pb2
from tests.builders.chat import append, compact, context_of, make, new_agent, new_conversation, talk
from tests.dialect_rules import of_model, strict_turns
from tests.dialect_rules.generated import odd_conversation, tools_of
from tests.dialect_rules.values import strict_json
from tests.field.conftest import client, every_provider, model, server  # noqa: F401 - fixtures
from tests.loopback.model import LoopbackModel
from tests.loopback.providers import LOOPBACK_PROVIDERS
from tests.server import Client

ROLES = {
    message_pb2.MESSAGE_ROLE_SYSTEM: "system",
    message_pb2.MESSAGE_ROLE_USER: "user",
    message_pb2.MESSAGE_ROLE_ASSISTANT: "assistant",
    message_pb2.MESSAGE_ROLE_TOOL: "tool",
}
MODES = [value for value in compaction_settings_pb2.CompactionMode.values() if value]


@pytest.mark.asyncio(loop_scope="session")
@pytest.mark.parametrize("provider", LOOPBACK_PROVIDERS)
async def test_what_a_server_sends_keeps_every_rule(provider: str, client: Client, model: LoopbackModel) -> None:  # noqa: F811
    handle, checked = LOOPBACK_PROVIDERS[provider].handle, 0
    for number in range(3):
        messages = odd_conversation(Random(f"{provider} {number}"), 12, handle)
        agent = await new_agent(client, model=handle, tool_schemas=tools_of(messages))
        for mode in MODES:
            conversation_id = await new_conversation(client, agent_id=agent.id)
            await append(client, conversation_id, [*map(message_to_proto, messages), *talk(4)])
            settings = make(
                compaction_settings_pb2.CompactionSettings, model=handle, prompt_acknowledgement=number % 2 == 0
            )
            model.requests.clear()
            # Not every answer is smaller than what it stands for; the request has left by then.
            with contextlib.suppress(grpc.aio.AioRpcError):
                await compact(client, conversation_id, mode, compaction_settings=settings)
            for request in model.requests:
                if not request.path.endswith("/token"):
                    assert of_model.faults(handle, strict_json(request.raw)) == []
                    checked += 1
    assert checked >= 3 * len(MODES)


@pytest.mark.asyncio(loop_scope="session")
async def test_a_strict_context_is_what_strict_templates_take(client: Client) -> None:  # noqa: F811
    strict = conversation_service_pb2.CONTEXT_FORMAT_STRICT
    for number in range(12):
        messages = odd_conversation(Random(f"strict {number}"), 20, "sglang/qwen")
        conversation_id = await new_conversation(client, [*map(message_to_proto, messages), *talk(2)])
        for _ in range(2):
            context = await context_of(client, conversation_id, format=strict)
            shown = [{"role": ROLES[message.role], "tool_calls": [*message.tool_calls]} for message in context.messages]
            assert strict_turns.faults(shown) == []
            openai = await context_of(client, conversation_id)
            assert context.context_tokens == openai.context_tokens
            assert sum(source.token_count for source in context.sources) == context.context_tokens
            with contextlib.suppress(grpc.aio.AioRpcError):
                await compact(client, conversation_id)
