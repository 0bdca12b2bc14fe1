"""SearchMessages through both doors, on both databases."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any
from uuid import uuid4

import grpc
import httpx
import pytest
import pytest_asyncio

from compaction.v1 import compaction_settings_pb2, conversation_service_pb2, message_pb2
from tests.builders.chat import (
    append,
    assistant,
    call,
    compact,
    history_of,
    make,
    new_agent,
    new_conversation,
    result,
    system,
    talk,
    user,
)
from tests.postgres import *  # noqa: F403
from tests.rpc.failures import failure_of
from tests.server import Client, LocalServer, local_server

pytestmark = pytest.mark.asyncio(loop_scope="session")


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def server(module_url: str) -> AsyncIterator[LocalServer]:
    async with local_server(module_url, http=True) as running:
        yield running


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def client(server: LocalServer) -> Client:
    return server.client


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def rest(server: LocalServer) -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(base_url=server.http_url, timeout=30) as http:
        yield http


async def search(client: Client, conversation_id: str, query: str, **fields: Any) -> list[message_pb2.Message]:
    request = make(
        conversation_service_pb2.SearchMessagesRequest, conversation_id=conversation_id, query=query, **fields
    )
    return list((await client.conversations.SearchMessages(request)).messages)


async def positions(client: Client, conversation_id: str, query: str, **fields: Any) -> list[int]:
    return [message.position for message in await search(client, conversation_id, query, **fields)]


async def test_messages_are_found_by_all_their_words_newest_first(client: Client) -> None:
    conversation_id = await new_conversation(client, talk(3))
    assert await positions(client, conversation_id, "invoice paid EUR") == [12, 11, 8, 7, 4, 3]
    assert await positions(client, conversation_id, "INV-0002") == [8, 7, 6, 5]
    assert await positions(client, conversation_id, "INV-0002", order=1) == [5, 6, 7, 8]
    assert await positions(client, conversation_id, "inv-0002 carrier") == [5]
    assert await positions(client, conversation_id, "find_invoice") == [10, 6, 2]
    assert await positions(client, conversation_id, "invoices") == []


async def test_what_is_found_is_what_was_stored(client: Client) -> None:
    conversation_id = await new_conversation(client, [user("alpha"), assistant("beta", call("c1")), result("c1", "β")])
    history = await history_of(client, conversation_id)
    assert await search(client, conversation_id, "beta") == [history[2]]
    assert await search(client, conversation_id, "hosts") == [history[2]]
    assert await search(client, conversation_id, "β") == [history[3]]


async def test_every_search_knows_what_was_appended_before_it(client: Client) -> None:
    conversation_id = await new_conversation(client)
    assert await positions(client, conversation_id, "word") == []
    for number in range(1, 4):
        await append(client, conversation_id, [user(f"word {number}")])
        assert await positions(client, conversation_id, "word", order=1) == list(range(1, number + 1))


async def test_evicted_messages_are_found_again(client: Client) -> None:
    conversation_id = await new_conversation(client, talk(6))
    assert await positions(client, conversation_id, "INV-0001", evicted_only=True) == []
    mode = compaction_settings_pb2.COMPACTION_MODE_SLIDING_WINDOW
    settings = compaction_settings_pb2.CompactionSettings(
        mode=mode, model="local/extractive", sliding_window_percentage=0.5
    )
    done = await compact(client, conversation_id, compaction_settings=settings)
    last = done.compaction.last_evicted_position
    evicted = await positions(client, conversation_id, "invoice", evicted_only=True)
    everything = await positions(client, conversation_id, "invoice")
    assert evicted == [position for position in everything if position <= last]
    assert 0 < len(evicted) < len(everything)


async def test_the_system_message_and_summaries_are_not_searched_and_notes_are(client: Client) -> None:
    conversation_id = await new_conversation(client, [system("rules alpha"), *talk(4), system("note beta"), user("x")])
    await compact(
        client,
        conversation_id,
        compaction_settings=compaction_settings_pb2.CompactionSettings(
            mode=compaction_settings_pb2.COMPACTION_MODE_ALL, model="local/extractive"
        ),
    )
    assert await positions(client, conversation_id, "alpha") == []
    assert await positions(client, conversation_id, "beta") == [17]
    history = await history_of(client, conversation_id)
    [summary] = [one for one in history if one.message.role == message_pb2.MESSAGE_ROLE_SUMMARY]
    assert summary.position not in await positions(client, conversation_id, "INV-0004")


async def test_pages_are_cut_at_messages_both_ways(client: Client) -> None:
    conversation_id = await new_conversation(client, [user(f"word {number}") for number in range(1, 61)])
    ids = [message.id for message in await history_of(client, conversation_id)]
    assert await positions(client, conversation_id, "word") == list(range(60, 10, -1))
    assert await positions(client, conversation_id, "word", after=ids[12], limit=3) == [11, 10, 9]
    assert await positions(client, conversation_id, "word", before=ids[12], limit=3) == [15, 14, 13]
    assert await positions(client, conversation_id, "word", after=ids[1]) == []
    failure = await failure_of(search(client, conversation_id, "word", after=f"message-{uuid4()}"))
    assert (failure.code, failure.fields) == (grpc.StatusCode.INVALID_ARGUMENT, ("after",))


@pytest.mark.parametrize("query", ["", " ", "?!", "…", "x" * 1_025])
async def test_a_query_without_a_word_or_too_long_names_the_query(client: Client, query: str) -> None:
    conversation_id = await new_conversation(client)
    failure = await failure_of(search(client, conversation_id, query))
    assert (failure.code, failure.fields) == (grpc.StatusCode.INVALID_ARGUMENT, ("query",))


async def test_a_query_of_the_most_characters_is_answered(client: Client) -> None:
    conversation_id = await new_conversation(client, [user("語" * 2_000)])
    assert await positions(client, conversation_id, "語" * 1_024) == [1]


async def test_searches_and_appends_at_once_lose_nothing(client: Client) -> None:
    conversation_id = await new_conversation(client)

    async def talk_on() -> None:
        for number in range(20):
            await append(client, conversation_id, [user(f"word {number}") for _ in range(20)])

    async def look() -> None:
        for _ in range(10):
            found = await positions(client, conversation_id, "word", limit=1_000, order=1)
            assert found == list(range(1, len(found) + 1))

    await asyncio.gather(talk_on(), look(), look())
    assert len(await positions(client, conversation_id, "word", limit=1_000)) == 400


async def test_over_rest_the_answer_is_a_bare_array_of_entries(client: Client, rest: httpx.AsyncClient) -> None:
    agent = await new_agent(client)
    await append(client, agent.default_conversation_id, [user("alpha 東京"), assistant("beta", call("c1", "look"))])
    for path in (f"conversations/{agent.default_conversation_id}", f"agents/{agent.id}"):
        answer = await rest.get(f"/v1/{path}/messages:search", params={"query": "東京"})
        assert answer.status_code == 200
        assert [(entry["message_type"], entry["content"]) for entry in answer.json()] == [
            ("user_message", "alpha 東京")
        ]
    answer = await rest.get(f"/v1/agents/{agent.id}/messages:search", params={"query": "look", "order": "asc"})
    assert [entry["message_type"] for entry in answer.json()] == ["assistant_message", "tool_call_message"]
    assert (await rest.get(f"/v1/agents/{agent.id}/messages:search", params={"query": "nothing"})).json() == []
    assert (await rest.get(f"/v1/agents/{agent.id}/messages:search")).status_code == 400
