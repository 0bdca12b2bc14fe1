"""The ways to name a conversation."""

from collections.abc import Awaitable, Callable
from typing import Any
from uuid import uuid4

import pytest

from compaction.v1 import (
    compaction_service_pb2,
    conversation_service_pb2,
)
from tests.builders.chat import append, make, new_agent, talk, user
from tests.rpc.failures import failure_of
from tests.server import Client

pytestmark = pytest.mark.asyncio(loop_scope="session")


Address = dict[str, str]
CALLS: dict[str, Callable[[Client, Address], Awaitable[Any]]] = {
    "AppendMessages": lambda client, address: client.conversations.AppendMessages(
        make(conversation_service_pb2.AppendMessagesRequest, messages=[user("hello")], **address)
    ),
    "ListMessages": lambda client, address: client.conversations.ListMessages(
        make(conversation_service_pb2.ListMessagesRequest, **address)
    ),
    "ListLedger": lambda client, address: client.conversations.ListLedger(
        make(conversation_service_pb2.ListLedgerRequest, **address)
    ),
    "GetContext": lambda client, address: client.conversations.GetContext(
        make(conversation_service_pb2.GetContextRequest, **address)
    ),
    "SearchMessages": lambda client, address: client.conversations.SearchMessages(
        make(conversation_service_pb2.SearchMessagesRequest, query="invoice", **address)
    ),
    "Compact": lambda client, address: client.compactions.Compact(
        make(compaction_service_pb2.CompactRequest, compaction_settings={"mode": 1}, **address)
    ),
    "Recompile": lambda client, address: client.compactions.Recompile(
        make(compaction_service_pb2.RecompileRequest, **address)
    ),
    "ListCompactions": lambda client, address: client.compactions.ListCompactions(
        make(compaction_service_pb2.ListCompactionsRequest, **address)
    ),
}


@pytest.mark.parametrize("rpc", CALLS)
async def test_the_default_conversation_has_four_addresses(client: Client, rpc: str) -> None:
    agent = await new_agent(client)
    other = (await new_agent(client)).id
    own = agent.default_conversation_id
    for address in (
        {"conversation_id": own},
        {"conversation_id": own, "agent_id": other},
        {"conversation_id": "default", "agent_id": agent.id},
        {"agent_id": agent.id},
        {"conversation_id": agent.id},
        {"conversation_id": agent.id, "agent_id": other},
    ):
        await append(client, own, talk(1))
        await CALLS[rpc](client, address)


@pytest.mark.parametrize("rpc", CALLS)
@pytest.mark.parametrize(
    ("address", "field"),
    [
        ({}, "conversation_id"),
        ({"conversation_id": "default"}, "agent_id"),
        ({"conversation_id": "default", "agent_id": "agent-1"}, "agent_id"),
        ({"conversation_id": f"conv-{uuid4()}", "agent_id": "nobody"}, "agent_id"),
        ({"conversation_id": "Default", "agent_id": f"agent-{uuid4()}"}, "conversation_id"),
        ({"conversation_id": f"conv-{uuid4()}".upper()}, "conversation_id"),
        ({"conversation_id": f"conv-{uuid4()} "}, "conversation_id"),
        ({"conversation_id": "conv-00000000-0000-1000-8000-000000000000"}, "conversation_id"),
        ({"conversation_id": f"message-{uuid4()}"}, "conversation_id"),
    ],
)
async def test_a_malformed_address_names_its_field(client: Client, rpc: str, address: Address, field: str) -> None:
    failed = await failure_of(CALLS[rpc](client, address))
    assert (failed.reason, failed.fields) == ("INVALID_FIELD", (field,))


@pytest.mark.parametrize("rpc", CALLS)
async def test_an_unknown_address_is_not_found_as_what_it_names(client: Client, rpc: str) -> None:
    agent, conversation = f"agent-{uuid4()}", f"conv-{uuid4()}"
    for address, kind, name in (
        ({"conversation_id": conversation}, "Conversation", conversation),
        ({"conversation_id": agent}, "Agent", agent),
        ({"agent_id": agent}, "Agent", agent),
    ):
        failed = await failure_of(CALLS[rpc](client, address))
        assert failed.reason == f"{kind.upper()}_NOT_FOUND"
        assert failed.resource == (f"compaction.v1.{kind}", name)
