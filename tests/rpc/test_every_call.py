"""What holds of every RPC before and after its servicer: bytes that are no request, sizes, bugs, missing resources."""

from collections.abc import Awaitable, Callable, Iterator
from typing import Any
from uuid import uuid4

import grpc
import pytest
from google.protobuf.descriptor import MethodDescriptor, ServiceDescriptor
from google.protobuf.descriptor_pool import Default

from compactd.domain.limits import MAX_REQUEST_BYTES
from compactd.rpc.contract import SERVICES
from compactd.rpc.server import MAX_RECEIVE_BYTES
from compaction.v1 import agent_service_pb2, compaction_service_pb2, conversation_service_pb2
from tests.builders.chat import append, make, new_agent, new_conversation, user
from tests.rpc.failures import failure_of
from tests.server import Client, LocalServer

pytestmark = pytest.mark.asyncio(loop_scope="session")

CANARY = "canary-4f1c-password=hunter2"


def methods() -> Iterator[MethodDescriptor]:
    for name in SERVICES:
        service: ServiceDescriptor = Default().FindServiceByName(name)
        yield from service.methods


METHODS = {method.name: method for method in methods()}


def raw(client: Client, method: str) -> Callable[[bytes], Awaitable[bytes]]:
    """The method as a function of bytes."""
    path = f"/{METHODS[method].containing_service.full_name}/{method}"
    channel: Any = client.channel
    call: Callable[[bytes], Awaitable[bytes]] = channel.unary_unary(path)
    return call


def in_a_text_field(method: str, data: bytes) -> bytes:
    """A request whose first text field holds these bytes."""
    fields = METHODS[method].input_type.fields
    number = next(field.number for field in fields if field.type == field.TYPE_STRING)
    assert number < 16
    return bytes([number << 3 | 2, len(data)]) + data


NO_TEXT = {"invalid UTF-8": b"\xff\xfe", "lone surrogate": b"\xed\xa0\x80", "overlong": b"\xc0\x80", "cut": b"\xe2\x82"}


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("kind", ["cut tag", "cut field", *NO_TEXT])
async def test_bytes_that_are_no_request_are_rejected_by_every_method(client: Client, method: str, kind: str) -> None:
    cut = {"cut tag": b"\xff", "cut field": b"\x0a\x05ab"}
    data = cut.get(kind) or in_a_text_field(method, NO_TEXT[kind])
    failed = await failure_of(raw(client, method)(data))
    assert failed.code is grpc.StatusCode.INVALID_ARGUMENT
    assert failed.reason == "MALFORMED_REQUEST"
    assert failed.metadata == {"message": METHODS[method].input_type.full_name}


async def test_unknown_fields_are_ignored(client: Client) -> None:
    assert await raw(client, "CreateAgent")(b"\xf8\x3f\x01")


async def test_a_request_of_a_byte_too_many_is_rejected_with_the_limit(client: Client) -> None:
    size = MAX_REQUEST_BYTES + 1
    failed = await failure_of(raw(client, "AppendMessages")(bytes(size)))
    assert failed.code is grpc.StatusCode.RESOURCE_EXHAUSTED
    assert failed.reason == "REQUEST_TOO_LARGE"
    assert failed.metadata == {"size_bytes": f"{size}", "limit_bytes": f"{MAX_REQUEST_BYTES}"}


async def test_a_request_of_the_largest_size_is_read(client: Client) -> None:
    conversation_id = await new_conversation(client)
    request = make(
        conversation_service_pb2.AppendMessagesRequest, conversation_id=conversation_id, messages=[user("x")] * 4
    )
    for message in request.messages:
        message.content = "word " * (MAX_REQUEST_BYTES // 20 - 8)
    padding = MAX_REQUEST_BYTES - request.ByteSize()
    request.messages[0].content += "y" * padding
    assert request.ByteSize() == MAX_REQUEST_BYTES
    await client.conversations.AppendMessages(request)


@pytest.mark.parametrize("bytes_over", [0, 1])
async def test_a_request_of_a_byte_over_the_transports_limit_is_rejected_by_the_transport(
    client: Client, bytes_over: int
) -> None:
    with pytest.raises(grpc.aio.AioRpcError) as raised:
        await raw(client, "AppendMessages")(bytes(MAX_RECEIVE_BYTES + bytes_over))
    assert raised.value.code() is grpc.StatusCode.RESOURCE_EXHAUSTED
    assert ("smaller batches" in (raised.value.details() or "")) is (bytes_over == 0)


async def test_an_unknown_method_is_unimplemented(client: Client) -> None:
    channel: Any = client.channel
    failed = await failure_of(channel.unary_unary(f"/{SERVICES[0]}/Forget")(b""))
    assert failed.code is grpc.StatusCode.UNIMPLEMENTED
    assert (failed.reason, failed.metadata) == ("NOT_SUPPORTED", {"method": "Forget"})


async def append_to_a_new_conversation(client: Client) -> None:
    await append(client, await new_conversation(client), [user("x")])


BROKEN: list[tuple[str, Callable[[Client], Awaitable[Any]]]] = [
    (
        "get_agent",
        lambda client: client.agents.GetAgent(make(agent_service_pb2.GetAgentRequest, agent_id=f"agent-{uuid4()}")),
    ),
    ("state", lambda client: append(client, f"conv-{uuid4()}", [user("x")])),
    ("append", append_to_a_new_conversation),
    (
        "claim",
        lambda client: client.compactions.Compact(
            make(compaction_service_pb2.CompactRequest, conversation_id=f"conv-{uuid4()}")
        ),
    ),
    (
        "read_context",
        lambda client: client.compactions.Compact(
            make(compaction_service_pb2.CompactRequest, conversation_id=f"conv-{uuid4()}", dry_run=True)
        ),
    ),
    (
        "snapshot",
        lambda client: client.conversations.GetContext(
            make(conversation_service_pb2.GetContextRequest, conversation_id=f"conv-{uuid4()}")
        ),
    ),
    (
        "list_messages",
        lambda client: client.conversations.ListMessages(
            make(conversation_service_pb2.ListMessagesRequest, conversation_id=f"conv-{uuid4()}")
        ),
    ),
]


@pytest.mark.parametrize(("method", "knock"), BROKEN, ids=[row[0] for row in BROKEN])
async def test_a_bug_tells_its_caller_nothing_but_that_there_is_one(
    server: LocalServer,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    method: str,
    knock: Callable[[Client], Awaitable[Any]],
) -> None:
    async def broken(*_: Any, **__: Any) -> None:
        raise RuntimeError(CANARY)

    monkeypatch.setattr(server.service.store, method, broken)
    failed = await failure_of(knock(server.client))
    assert failed.code is grpc.StatusCode.INTERNAL
    assert (failed.reason, failed.metadata) == ("INTERNAL", {})
    for word in (b"canary", b"hunter2", b"RuntimeError", b"Traceback"):
        assert word not in failed.everything
    captured = capsys.readouterr()
    assert CANARY in captured.out + captured.err


async def test_what_is_missing_is_named_with_its_kind(client: Client) -> None:
    agent_id, conversation_id, compaction_id = f"agent-{uuid4()}", f"conv-{uuid4()}", f"compaction-{uuid4()}"
    mine = await new_agent(client)
    theirs = await new_conversation(client)
    agents, conversations, compactions = client.agents, client.conversations, client.compactions
    of_agent = ("AGENT_NOT_FOUND", "compaction.v1.Agent", agent_id)
    of_conversation = ("CONVERSATION_NOT_FOUND", "compaction.v1.Conversation", conversation_id)
    of_compaction = ("COMPACTION_NOT_FOUND", "compaction.v1.Compaction", compaction_id)
    of_block = ("BLOCK_NOT_FOUND", "compaction.v1.Block", "nothing")
    for call, (reason, kind, name) in (
        (agents.GetAgent(make(agent_service_pb2.GetAgentRequest, agent_id=agent_id)), of_agent),
        (agents.DeleteAgent(make(agent_service_pb2.DeleteAgentRequest, agent_id=agent_id)), of_agent),
        (agents.UpdateAgent(make(agent_service_pb2.UpdateAgentRequest, agent_id=agent_id)), of_agent),
        (agents.ListBlocks(make(agent_service_pb2.ListBlocksRequest, agent_id=agent_id)), of_agent),
        (agents.GetBlock(make(agent_service_pb2.GetBlockRequest, agent_id=agent_id, block_label="a")), of_agent),
        (agents.GetBlock(make(agent_service_pb2.GetBlockRequest, agent_id=mine.id, block_label="nothing")), of_block),
        (
            agents.UpdateBlock(make(agent_service_pb2.UpdateBlockRequest, agent_id=mine.id, block_label="nothing")),
            of_block,
        ),
        (
            agents.UpdateBlock(
                make(
                    agent_service_pb2.UpdateBlockRequest,
                    agent_id=mine.id,
                    block_label="nothing",
                    update_mask={"paths": ["value"]},
                )
            ),
            of_block,
        ),
        (
            conversations.CreateConversation(
                make(conversation_service_pb2.CreateConversationRequest, agent_id=agent_id)
            ),
            of_agent,
        ),
        (
            conversations.GetConversation(
                make(conversation_service_pb2.GetConversationRequest, conversation_id=conversation_id)
            ),
            of_conversation,
        ),
        (
            conversations.DeleteConversation(
                make(conversation_service_pb2.DeleteConversationRequest, conversation_id=conversation_id)
            ),
            of_conversation,
        ),
        (compactions.Summarize(make(compaction_service_pb2.SummarizeRequest, agent_id=agent_id)), of_agent),
        (
            compactions.GetCompaction(
                make(compaction_service_pb2.GetCompactionRequest, conversation_id=theirs, compaction_id=compaction_id)
            ),
            of_compaction,
        ),
        (
            compactions.RestoreCompaction(
                make(
                    compaction_service_pb2.RestoreCompactionRequest,
                    conversation_id=theirs,
                    compaction_id=compaction_id,
                )
            ),
            of_compaction,
        ),
    ):
        failed = await failure_of(call)
        assert failed.code is grpc.StatusCode.NOT_FOUND
        assert (failed.reason, failed.resource) == (reason, (kind, name))
        assert name in failed.sentence
