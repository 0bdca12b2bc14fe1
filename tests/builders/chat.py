"""Chat messages and conversations as clients write them."""

from collections.abc import Sequence
from typing import Any, TypeVar

from google.protobuf.message import Message

from compaction.v1 import (
    agent_pb2,
    agent_service_pb2,
    compaction_pb2,
    compaction_service_pb2,
    conversation_service_pb2,
    message_pb2,
)
from tests.server import Client

M = TypeVar("M", bound=Message)


def make(kind: type[M], **fields: Any) -> M:
    """A message of plain data: where a message or a number stands for a field, protobuf takes more than its stubs."""
    return kind(**fields)


def system(text: str) -> message_pb2.ChatMessage:
    return message_pb2.ChatMessage(role=message_pb2.MESSAGE_ROLE_SYSTEM, content=text)


def user(text: str) -> message_pb2.ChatMessage:
    return message_pb2.ChatMessage(role=message_pb2.MESSAGE_ROLE_USER, content=text)


def assistant(text: str | None = None, *calls: message_pb2.ToolCall) -> message_pb2.ChatMessage:
    return message_pb2.ChatMessage(role=message_pb2.MESSAGE_ROLE_ASSISTANT, content=text, tool_calls=calls)


def call(call_id: str, name: str = "look", arguments: str = '{"path": "/etc/hosts"}') -> message_pb2.ToolCall:
    function = message_pb2.FunctionCall(name=name, arguments=arguments)
    return message_pb2.ToolCall(id=call_id, type="function", function=function)


def result(call_id: str, text: str = "127.0.0.1 localhost") -> message_pb2.ChatMessage:
    return message_pb2.ChatMessage(role=message_pb2.MESSAGE_ROLE_TOOL, content=text, tool_call_id=call_id)


def talk(turns: int, first: int = 1) -> list[message_pb2.ChatMessage]:
    """Turns of a user message, a call, its result and an answer: some 80 tokens each."""
    messages: list[message_pb2.ChatMessage] = []
    for turn in range(first, first + turns):
        messages += [
            user(f"Please check invoice INV-{turn:04d} of carrier C-{turn * 7} and tell me whether it was paid."),
            assistant(None, call(f"call_{turn}", "find_invoice", f'{{"invoice": "INV-{turn:04d}"}}')),
            result(f"call_{turn}", f'{{"invoice": "INV-{turn:04d}", "status": "paid", "amount": "{turn}12.50 EUR"}}'),
            assistant(f"Invoice INV-{turn:04d} was paid: {turn}12.50 EUR, on 2026-03-{turn % 28 + 1:02d}."),
        ]
    return messages


async def new_agent(client: Client, **fields: Any) -> agent_pb2.Agent:
    return await client.agents.CreateAgent(agent_service_pb2.CreateAgentRequest(agent=agent_pb2.Agent(**fields)))


def as_given(agent: agent_pb2.Agent) -> agent_pb2.Agent:
    """The agent without what only the service writes."""
    given = agent_pb2.Agent()
    given.CopyFrom(agent)
    given.ClearField("id")
    given.ClearField("default_conversation_id")
    given.ClearField("created_at")
    given.ClearField("updated_at")
    given.ClearField("context_window")
    given.ClearField("context_window_estimated")
    for block in given.memory_blocks:
        block.ClearField("id")
    if given.HasField("auto_compaction"):
        given.auto_compaction.ClearField("policy_id")
    return given


async def new_conversation(
    client: Client, messages: Sequence[message_pb2.ChatMessage] = (), agent_id: str = "", **fields: Any
) -> str:
    """The id of a conversation with these messages, with an agent of its own unless one is named."""
    agent = agent_id or (await new_agent(client)).id
    request = conversation_service_pb2.CreateConversationRequest(agent_id=agent)
    for name, value in fields.items():
        if hasattr(value, "DESCRIPTOR"):
            getattr(request.conversation, name).CopyFrom(value)
        else:
            setattr(request.conversation, name, value)
    conversation = await client.conversations.CreateConversation(request)
    if messages:
        await append(client, conversation.id, messages)
    return conversation.id


async def append(
    client: Client, conversation_id: str, messages: Sequence[message_pb2.ChatMessage], **fields: Any
) -> conversation_service_pb2.AppendMessagesResponse:
    request = conversation_service_pb2.AppendMessagesRequest(
        conversation_id=conversation_id, messages=messages, **fields
    )
    return await client.conversations.AppendMessages(request)


async def compact(
    client: Client, conversation_id: str, mode: Any = None, **fields: Any
) -> compaction_service_pb2.CompactResponse:
    """Compacts with the named mode over `compaction_settings`."""
    request = compaction_service_pb2.CompactRequest(conversation_id=conversation_id, **fields)
    if mode is not None:
        request.compaction_settings.mode = mode
    return await client.compactions.Compact(request)


async def restore(client: Client, conversation_id: str, compaction_id: str, **fields: Any) -> compaction_pb2.Compaction:
    """Undoes the compaction; the record of that."""
    request = compaction_service_pb2.RestoreCompactionRequest(
        conversation_id=conversation_id, compaction_id=compaction_id, **fields
    )
    return await client.compactions.RestoreCompaction(request)


async def context_of(
    client: Client, conversation_id: str, **fields: Any
) -> conversation_service_pb2.GetContextResponse:
    request = conversation_service_pb2.GetContextRequest(conversation_id=conversation_id, **fields)
    return await client.conversations.GetContext(request)


async def context_alone(client: Client, conversation_id: str) -> conversation_service_pb2.GetContextResponse:
    """The context without what the server has seen of its model, which another conversation's answer may change."""
    context = await context_of(client, conversation_id)
    context.ClearField("observed_token_ratio")
    return context


async def history_of(client: Client, conversation_id: str, **fields: Any) -> list[message_pb2.Message]:
    """The first page, in the order of positions unless `fields` say otherwise."""
    fields.setdefault("order", 1)
    request = conversation_service_pb2.ListMessagesRequest(conversation_id=conversation_id, **fields)
    return list((await client.conversations.ListMessages(request)).messages)


async def in_context(client: Client, conversation_id: str) -> list[str]:
    request = make(conversation_service_pb2.GetConversationRequest, conversation_id=conversation_id)
    return list((await client.conversations.GetConversation(request)).in_context_message_ids)
