"""The same request with the same request_id: one effect, and the same reply however often it comes."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import uuid4

import grpc
import httpx
import pytest
from google.protobuf.message import Message

from compaction.v1 import agent_service_pb2, compaction_service_pb2, conversation_service_pb2, message_pb2
from tests.builders.chat import append, assistant, call, context_of, history_of, make, new_agent, new_conversation, user
from tests.builders.chat import result as result_of
from tests.rpc.failures import failure_of
from tests.server import Client, local_server

pytestmark = pytest.mark.asyncio(loop_scope="session")

REPEATS = 10

METADATA = {"b": [1, 2, {"c": None}], "a": "x", "d": {"z": 1, "y": [True]}}
"""Of several keys: an object has no order of its own."""


@dataclass(frozen=True)
class Repeated:
    """A request for an agent with a conversation; `other` differs from it. The rest is what is there afterwards:
    positions and version of the conversation, and how many the agent has."""

    send: Callable[[Client, Any], Awaitable[Message]]
    request: Message
    other: Message
    positions: Sequence[int] = ()
    version: str = "0.1"
    conversations: int = 1


def send_append(client: Client, given: Any) -> Awaitable[Message]:
    return client.conversations.AppendMessages(given)


def create_agent(agent_id: str, _: str) -> Repeated:
    def request(description: str) -> Message:
        agent = {"name": "Ada", "description": description, "metadata": METADATA, "tags": ["b", "a"]}
        return make(agent_service_pb2.CreateAgentRequest, agent=agent, request_id=agent_id[6:])

    return Repeated(lambda client, given: client.agents.CreateAgent(given), request("one"), request("other"))


def create_conversation(agent_id: str, _: str) -> Repeated:
    def request(title: str) -> Message:
        return make(
            conversation_service_pb2.CreateConversationRequest,
            agent_id=agent_id,
            conversation={"summary": title},
            request_id=agent_id[6:],
        )

    return Repeated(
        lambda client, given: client.conversations.CreateConversation(given),
        request("one"),
        request("other"),
        conversations=2,
    )


def append_messages(agent_id: str, conversation_id: str) -> Repeated:
    def request(text: str) -> Message:
        return make(
            conversation_service_pb2.AppendMessagesRequest,
            conversation_id=conversation_id,
            messages=[user(text), assistant(None, call("call_1"))],
            request_id=agent_id[6:],
        )

    return Repeated(
        lambda client, given: client.conversations.AppendMessages(given), request("one"), request("other"), (1, 2)
    )


def append_where_it_is_expected(agent_id: str, conversation_id: str) -> Repeated:
    def request(text: str) -> Message:
        return make(
            conversation_service_pb2.AppendMessagesRequest,
            conversation_id=conversation_id,
            messages=[user(text)],
            request_id=agent_id[6:],
            expected_last_position=0,
        )

    return Repeated(
        lambda client, given: client.conversations.AppendMessages(given), request("one"), request("other"), (1,)
    )


def recompile(agent_id: str, conversation_id: str) -> Repeated:
    def request(mode: int) -> Message:
        return make(
            compaction_service_pb2.RecompileRequest,
            conversation_id=conversation_id,
            compaction_settings={"mode": mode},
            expected_version="0.1",
            request_id=agent_id[6:],
        )

    return Repeated(lambda client, given: client.compactions.Recompile(given), request(1), request(2), version="0.2")


KINDS = [create_agent, create_conversation, append_messages, append_where_it_is_expected, recompile]

each_kind = pytest.mark.parametrize("kind", KINDS)


async def all_there_is(client: Client, conversation_id: str) -> tuple[list[message_pb2.Message], Message]:
    return await history_of(client, conversation_id), await context_of(client, conversation_id)


def bytes_of(answers: Sequence[Message]) -> set[bytes]:
    return {answer.SerializeToString(deterministic=True) for answer in answers}


@each_kind
async def test_ten_at_once_have_one_effect_and_ten_equal_replies(
    client: Client, kind: Callable[[str, str], Repeated]
) -> None:
    agent = await new_agent(client)
    conversation_id = await new_conversation(client, agent_id=agent.id)
    repeated = kind(agent.id, conversation_id)
    answers = await asyncio.gather(*(repeated.send(client, repeated.request) for _ in range(REPEATS)))
    assert len(bytes_of(answers)) == 1
    history, context = await all_there_is(client, conversation_id)
    assert bytes_of([await repeated.send(client, repeated.request)]) == bytes_of(answers)
    assert await all_there_is(client, conversation_id) == (history, context)
    assert [message.position for message in history[1:]] == list(repeated.positions)
    assert (await context_of(client, conversation_id)).version == repeated.version
    request = make(conversation_service_pb2.ListConversationsRequest, agent_id=agent.id)
    assert len((await client.conversations.ListConversations(request)).conversations) == repeated.conversations


@each_kind
async def test_another_request_with_the_same_id_is_rejected(
    client: Client, kind: Callable[[str, str], Repeated]
) -> None:
    agent = await new_agent(client)
    conversation_id = await new_conversation(client, agent_id=agent.id)
    repeated = kind(agent.id, conversation_id)
    await repeated.send(client, repeated.request)
    before = await all_there_is(client, conversation_id)
    failed = await failure_of(repeated.send(client, repeated.other))
    assert (failed.code, failed.reason) == (grpc.StatusCode.INVALID_ARGUMENT, "REQUEST_ID_REUSED")
    assert failed.metadata == {"request_id": agent.id[6:]}
    assert await all_there_is(client, conversation_id) == before


async def test_an_id_is_the_same_in_capitals(client: Client) -> None:
    conversation_id, request_id = await new_conversation(client), str(uuid4())
    one = await append(client, conversation_id, [user("x")], request_id=request_id)
    assert await append(client, conversation_id, [user("x")], request_id=request_id.upper()) == one


async def test_without_an_id_each_one_has_an_effect(client: Client) -> None:
    conversation_id = await new_conversation(client)
    positions = [(await append(client, conversation_id, [user("x")])).messages[0].position for _ in range(3)]
    assert positions == [1, 2, 3]


async def test_a_failure_is_not_kept(client: Client) -> None:
    conversation_id, request_id = await new_conversation(client), str(uuid4())
    failed = await failure_of(append(client, conversation_id, [result_of("call_1")], request_id=request_id))
    assert failed.fields == ("messages[0].tool_call_id",)
    await append(client, conversation_id, [assistant(None, call("call_1"))])
    answer = await append(client, conversation_id, [result_of("call_1")], request_id=request_id)
    assert [message.position for message in answer.messages] == [2]


async def test_the_size_in_a_reply_is_counted_with_the_tokenizer_of_a_model_that_has_changed(client: Client) -> None:
    tool = {"type": "function", "function": {"name": "find", "parameters": {"type": "object", "properties": {}}}}
    agent = await new_agent(client, model="openai/gpt-4.1", tool_schemas=[tool])
    conversation_id = await new_conversation(client, [user("¿Dónde está la biblioteca? " * 20)], agent_id=agent.id)
    conversation = {"model": "openai/gpt-4"}
    await client.conversations.UpdateConversation(
        make(
            conversation_service_pb2.UpdateConversationRequest,
            conversation_id=conversation_id,
            conversation=conversation,
            update_mask={"paths": ["model"]},
        )
    )
    request_id = str(uuid4())
    answer = await append(client, conversation_id, [user("y")], request_id=request_id)
    context = await context_of(client, conversation_id)
    assert context.tokenizer == "cl100k_base"
    assert (answer.context_tokens, answer.context_tokens_estimated) == (context.context_tokens, False)
    assert await append(client, conversation_id, [user("y")], request_id=request_id) == answer


async def test_a_reply_is_found_by_the_next_server(tmp_path: Path) -> None:
    url, request_id = f"sqlite:///{tmp_path}/compactd.db", str(uuid4())
    async with local_server(url) as first:
        conversation_id = await new_conversation(first.client)
        answer = await append(first.client, conversation_id, [user("x")], request_id=request_id)
    async with local_server(url, http=True) as second:
        assert await append(second.client, conversation_id, [user("x")], request_id=request_id) == answer
        async with httpx.AsyncClient(base_url=second.http_url, timeout=60) as rest:
            over_rest = await rest.post(
                f"/v1/conversations/{conversation_id}/messages:append",
                json={"messages": [{"role": "user", "content": "x"}]},
                headers={"Idempotency-Key": request_id},
            )
        assert over_rest.status_code == 200, over_rest.text
        assert [message["id"] for message in over_rest.json()["messages"]] == [answer.messages[0].id]
