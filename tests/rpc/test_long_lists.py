"""A list of more items than anyone needs is rejected before they are looked at, and named, in every request that has
lists: those of the contract's descriptors, so that a new one is tested as soon as it is there.

The times are those in which 200,000 items are counted, many times over: reading them would take longer.
"""

from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import pytest
from google.api import field_behavior_pb2
from google.protobuf.descriptor import Descriptor, FieldDescriptor
from google.protobuf.message_factory import GetMessageClass
from google.protobuf.struct_pb2 import Struct

from compactd.rpc.contract import SERVICE_DESCRIPTORS
from compaction.v1 import agent_service_pb2, conversation_service_pb2, message_pb2
from tests.builders.chat import history_of, make, new_agent, new_conversation, user
from tests.rpc.failures import failure_of
from tests.rpc.limits import assert_names
from tests.server import Client

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.timeout(20)]

MANY = 200_000

IDS = {
    "agent_id": f"agent-{uuid4()}",
    "conversation_id": f"conv-{uuid4()}",
    "compaction_id": f"compaction-{uuid4()}",
    "block_label": "label",
    "policy_id": f"policy-{uuid4()}",
}

Way = tuple[FieldDescriptor, ...]


def lists_in(descriptor: Descriptor, way: Way = ()) -> Iterator[Way]:
    """The ways to all lists and maps that a client may write, but for those in a Struct, whose bytes are limited."""
    for field in descriptor.fields:
        here = (*way, field)
        extensions: Any = field.GetOptions().Extensions
        if field_behavior_pb2.OUTPUT_ONLY in extensions[field_behavior_pb2.field_behavior]:
            continue
        if field.is_repeated:
            yield here
        inside = field.message_type
        if inside is not None and inside is not Struct.DESCRIPTOR and not inside.GetOptions().map_entry:
            yield from lists_in(inside, here)


def path_of(way: Way) -> str:
    return ".".join(f"{field.name}[0]" if field.is_repeated else field.name for field in way[:-1]) + (
        f".{way[-1].name}" if len(way) > 1 else way[-1].name
    )


def overfull(request: Any, way: Way) -> None:
    """Makes the list at the end of `way` far too long; the lists before it have one item."""
    *before, last = way
    message = request
    for field in before:
        message = getattr(message, field.name)
        if field.is_repeated:
            message = message.add()
    items = getattr(message, last.name)
    if last.message_type is None:
        items.extend([item_of(last)] * MANY)
    elif last.message_type.GetOptions().map_entry:
        items.update({str(number): "" for number in range(MANY)})
    else:
        for _ in range(MANY):
            items.add()


def item_of(field: FieldDescriptor) -> Any:
    return "" if field.type == FieldDescriptor.TYPE_STRING else 1


LISTS = {
    f"{method.name} {path_of(way)}": (service, method, way)
    for service in SERVICE_DESCRIPTORS
    for method in service.methods
    for way in lists_in(method.input_type)
}


async def test_the_lists_of_the_contract_are_found() -> None:
    assert {"CreateAgent agent.tags", "ListAgents tags", "AppendMessages messages[0].metadata"} < LISTS.keys()
    assert {"UpdateBlock update_mask.paths", "ListMessages include_return_message_types"} < LISTS.keys()


@pytest.mark.parametrize("name", LISTS)
async def test_a_list_of_far_too_many_items_is_rejected_and_named(client: Client, name: str) -> None:
    service, method, way = LISTS[name]
    request = GetMessageClass(method.input_type)()
    for field in method.input_type.fields:
        if field.name in IDS:
            setattr(request, field.name, IDS[field.name])
    overfull(request, way)
    call = client.channel.unary_unary(
        f"/{service.full_name}/{method.name}",
        request_serializer=type(request).SerializeToString,
        response_deserializer=GetMessageClass(method.output_type).FromString,
    )
    failed = await failure_of(call(request))
    assert_names(failed, path_of(way))
    assert str(MANY) in failed.sentence


async def test_ids_that_only_the_service_writes_are_not_looked_at_however_many(client: Client) -> None:
    conversation_id = await new_conversation(client)
    request = make(conversation_service_pb2.UpdateConversationRequest, conversation_id=conversation_id)
    request.conversation.in_context_message_ids.extend([""] * MANY)
    request.conversation.summary = "Invoices"
    request.update_mask.paths.append("summary")
    assert (await client.conversations.UpdateConversation(request)).summary == "Invoices"


async def test_lists_at_their_limit_are_accepted(client: Client) -> None:
    agent = await new_agent(client, tags=["x"] * 1_000)
    request = make(agent_service_pb2.UpdateAgentRequest, agent_id=agent.id, agent={"name": "rook"})
    request.update_mask.paths.extend(["name"] * 1_000)
    assert (await client.agents.UpdateAgent(request)).name == "rook"
    found = make(agent_service_pb2.ListAgentsRequest, tags=["x"] * 1_000, match_all_tags=True)
    assert agent.id in [item.id for item in (await client.agents.ListAgents(found)).agents]


async def test_a_type_of_messages_may_be_asked_for_a_thousand_times(client: Client) -> None:
    conversation_id = await new_conversation(client, [user("hello")])
    types = [conversation_service_pb2.MESSAGE_TYPE_USER_MESSAGE] * 1_000
    [message] = await history_of(client, conversation_id, include_return_message_types=types)
    assert message.message.content == "hello"


async def test_an_agent_has_at_most_a_thousand_tools(client: Client) -> None:
    tool = {"type": "function", "function": {"name": "f"}}
    assert len((await new_agent(client, tool_schemas=[tool] * 1_000)).tool_schemas) == 1_000
    assert_names(await failure_of(new_agent(client, tool_schemas=[tool] * 1_001)), "agent.tool_schemas")


async def test_pages_of_messages_in_many_pieces_come_as_they_were_appended(client: Client) -> None:
    message = user("")
    message.ClearField("content")
    for number in range(1_000):
        message.parts.add().text = f"{number}"
    conversation_id = await new_conversation(client, [message])
    stored = await history_of(client, conversation_id)
    assert stored[1].message == message
    assert stored[1].message.role == message_pb2.MESSAGE_ROLE_USER
