"""What a request refers to: ids, labels, cursors, pages and enums that are none."""

from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from compaction.v1 import (
    agent_service_pb2,
    compaction_service_pb2,
    conversation_service_pb2,
)
from tests.builders.chat import append, make, new_agent, new_conversation, user
from tests.rpc.failures import failure_of
from tests.rpc.limits import AGENT, CONVERSATION, SOME_UUID, assert_names
from tests.server import Client

pytestmark = pytest.mark.asyncio(loop_scope="session")


MALFORMED_IDS = ["", "x", SOME_UUID, AGENT.upper(), "agent-00000000-0000-1000-8000-000000000000"]


@pytest.mark.parametrize("malformed", MALFORMED_IDS)
async def test_a_malformed_agent_id_names_the_field(client: Client, malformed: str) -> None:
    for request in (
        client.agents.GetAgent(make(agent_service_pb2.GetAgentRequest, agent_id=malformed)),
        client.agents.UpdateAgent(make(agent_service_pb2.UpdateAgentRequest, agent_id=malformed)),
        client.agents.DeleteAgent(make(agent_service_pb2.DeleteAgentRequest, agent_id=malformed)),
        client.agents.ListBlocks(make(agent_service_pb2.ListBlocksRequest, agent_id=malformed)),
        client.agents.GetBlock(make(agent_service_pb2.GetBlockRequest, agent_id=malformed, block_label="a")),
        client.agents.UpdateBlock(make(agent_service_pb2.UpdateBlockRequest, agent_id=malformed, block_label="a")),
        client.compactions.Summarize(make(compaction_service_pb2.SummarizeRequest, agent_id=malformed)),
        client.conversations.CreateConversation(
            make(conversation_service_pb2.CreateConversationRequest, agent_id=malformed)
        ),
    ):
        assert_names(await failure_of(request), "agent_id")


@pytest.mark.parametrize("malformed", ["", "compaction-1", f"conv-{SOME_UUID}"])
async def test_a_malformed_compaction_id_names_the_field(client: Client, malformed: str) -> None:
    named = {"conversation_id": CONVERSATION, "compaction_id": malformed}
    for request in (
        client.compactions.GetCompaction(make(compaction_service_pb2.GetCompactionRequest, **named)),
        client.compactions.RestoreCompaction(make(compaction_service_pb2.RestoreCompactionRequest, **named)),
    ):
        assert_names(await failure_of(request), "compaction_id")


@pytest.mark.parametrize("malformed", ["1", "not-a-uuid", "00000000-0000-1000-8000-000000000000", f"{SOME_UUID}\n"])
async def test_a_malformed_request_id_names_the_field(client: Client, malformed: str) -> None:
    of_compaction = {"conversation_id": CONVERSATION, "compaction_id": f"compaction-{SOME_UUID}"}
    for request in (
        client.agents.CreateAgent(make(agent_service_pb2.CreateAgentRequest, request_id=malformed)),
        client.conversations.CreateConversation(
            make(conversation_service_pb2.CreateConversationRequest, agent_id=AGENT, request_id=malformed)
        ),
        append(client, CONVERSATION, [user("x")], request_id=malformed),
        client.compactions.Compact(
            make(compaction_service_pb2.CompactRequest, conversation_id=CONVERSATION, request_id=malformed)
        ),
        client.compactions.Summarize(
            make(compaction_service_pb2.SummarizeRequest, agent_id=AGENT, request_id=malformed)
        ),
        client.compactions.Recompile(
            make(compaction_service_pb2.RecompileRequest, conversation_id=CONVERSATION, request_id=malformed)
        ),
        client.compactions.RestoreCompaction(
            make(compaction_service_pb2.RestoreCompactionRequest, request_id=malformed, **of_compaction)
        ),
    ):
        assert_names(await failure_of(request), "request_id")


@pytest.mark.parametrize("label", ["", "x" * 257])
async def test_a_block_label_has_one_to_256_characters(client: Client, label: str) -> None:
    for request in (
        client.agents.GetBlock(make(agent_service_pb2.GetBlockRequest, agent_id=AGENT, block_label=label)),
        client.agents.UpdateBlock(make(agent_service_pb2.UpdateBlockRequest, agent_id=AGENT, block_label=label)),
    ):
        assert_names(await failure_of(request), "block_label")


LISTS: dict[str, tuple[str, Callable[[Client, dict[str, Any]], Awaitable[Any]]]] = {
    "agents": (
        "agent",
        lambda client, page: client.agents.ListAgents(make(agent_service_pb2.ListAgentsRequest, **page)),
    ),
    "conversations": (
        "conv",
        lambda client, page: client.conversations.ListConversations(
            make(conversation_service_pb2.ListConversationsRequest, **page)
        ),
    ),
    "messages": (
        "message",
        lambda client, page: client.conversations.ListMessages(
            make(conversation_service_pb2.ListMessagesRequest, **page)
        ),
    ),
    "ledger": (
        "identifier",
        lambda client, page: client.conversations.ListLedger(make(conversation_service_pb2.ListLedgerRequest, **page)),
    ),
    "compactions": (
        "compaction",
        lambda client, page: client.compactions.ListCompactions(
            make(compaction_service_pb2.ListCompactionsRequest, **page)
        ),
    ),
    "blocks": (
        "block",
        lambda client, page: client.agents.ListBlocks(make(agent_service_pb2.ListBlocksRequest, **page)),
    ),
}


@pytest.mark.parametrize("name", LISTS)
async def test_a_list_checks_limit_order_and_cursors(client: Client, name: str) -> None:
    kind, ask = LISTS[name]
    agent = await new_agent(client)
    scope = {} if name in ("agents", "conversations") else {"agent_id": agent.id}
    for page, field in (
        ({"limit": 0}, "limit"),
        ({"limit": -1}, "limit"),
        ({"limit": 1001}, "limit"),
        ({"order": 3}, "order"),
        ({"after": "x"}, "after"),
        ({"before": f"{kind}-{SOME_UUID}".upper()}, "before"),
        ({"after": f"{kind}-{SOME_UUID}"}, "after"),
        ({"before": f"{kind}-{SOME_UUID}"}, "before"),
    ):
        assert_names(await failure_of(ask(client, scope | page)), field)
    await ask(client, scope | {"limit": 1})
    await ask(client, scope | {"limit": 1000})


async def test_a_cursor_of_another_conversation_is_unknown(client: Client) -> None:
    first, other = [await new_conversation(client, [user("x")]) for _ in range(2)]
    request = make(conversation_service_pb2.ListMessagesRequest, conversation_id=first, limit=1)
    [cursor] = (await client.conversations.ListMessages(request)).messages
    request = make(conversation_service_pb2.ListMessagesRequest, conversation_id=other, after=cursor.id)
    assert_names(await failure_of(client.conversations.ListMessages(request)), "after")


@pytest.mark.parametrize("number", [99, -1])
async def test_an_unknown_number_of_an_enum_is_rejected_wherever_it_stands(client: Client, number: Any) -> None:
    of_compaction = {"conversation_id": CONVERSATION, "compaction_id": f"compaction-{SOME_UUID}"}
    for request, field in (
        (client.agents.ListAgents(make(agent_service_pb2.ListAgentsRequest, order_by=number)), "order_by"),
        (
            client.conversations.ListConversations(
                make(conversation_service_pb2.ListConversationsRequest, order_by=number)
            ),
            "order_by",
        ),
        (
            client.conversations.ListMessages(
                make(
                    conversation_service_pb2.ListMessagesRequest,
                    conversation_id=CONVERSATION,
                    include_return_message_types=[1, number],
                )
            ),
            "include_return_message_types[1]",
        ),
        (
            client.conversations.GetContext(
                make(conversation_service_pb2.GetContextRequest, conversation_id=CONVERSATION, format=number)
            ),
            "format",
        ),
        (
            client.compactions.GetCompaction(
                make(compaction_service_pb2.GetCompactionRequest, view=number, **of_compaction)
            ),
            "view",
        ),
    ):
        assert_names(await failure_of(request), field)


async def test_the_type_unspecified_is_no_type_of_message(client: Client) -> None:
    request = make(
        conversation_service_pb2.ListMessagesRequest, conversation_id=CONVERSATION, include_return_message_types=[0]
    )
    assert_names(await failure_of(client.conversations.ListMessages(request)), "include_return_message_types[0]")


async def test_conversations_of_a_malformed_agent_are_not_listed(client: Client) -> None:
    request = make(conversation_service_pb2.ListConversationsRequest, agent_id="agent-1")
    assert_names(await failure_of(client.conversations.ListConversations(request)), "agent_id")
