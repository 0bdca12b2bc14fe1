"""What Letta's API has and compactd has not: 501 with what to do instead; and methods that are not possible."""

import re
from typing import Any

import httpx
import pytest

from compactd.gateway.letta.not_offered import IGNORED_OPTIONS, NOT_OFFERED_FIELDS, NOT_OFFERED_OPTIONS
from tests.builders.rest_resources import UNKNOWN_AGENT, UNKNOWN_CONVERSATION, Json, json_of, new_agent
from tests.gateway.error_bodies import error_of

pytestmark = pytest.mark.asyncio(loop_scope="session")

# Methods and what is not served


@pytest.mark.parametrize("verb", ["PUT", "DELETE", "OPTIONS", "TRACE", "PATCH"])
async def test_a_method_that_is_not_possible_names_those_that_are(rest: httpx.AsyncClient, verb: str) -> None:
    error = error_of(await rest.request(verb, "/v1/agents"))
    assert (error.status, error.headers["allow"]) == (405, "GET, HEAD, POST")
    assert error.metadata == {"method": verb, "allowed": "GET, HEAD, POST"}


@pytest.mark.parametrize("slash", ["", "/"])
@pytest.mark.parametrize(
    ("verb", "path"),
    [
        *[("POST", f"/v1/agents/{UNKNOWN_AGENT}/messages{end}") for end in ("", "/stream", "/async", "/cancel")],
        *[
            ("POST", f"/v1/conversations/{UNKNOWN_CONVERSATION}/messages{end}")
            for end in ("", "/stream", "/async", "/cancel")
        ],
        ("POST", f"/v1/conversations/{UNKNOWN_CONVERSATION}/stream"),
        ("POST", f"/v1/conversations/{UNKNOWN_CONVERSATION}/cancel"),
        ("POST", f"/v1/conversations/{UNKNOWN_CONVERSATION}/fork"),
        ("PATCH", f"/v1/agents/{UNKNOWN_AGENT}/reset-messages"),
    ],
)
async def test_what_only_lettas_api_does_is_501_with_what_to_do_instead(
    rest: httpx.AsyncClient, verb: str, path: str, slash: str
) -> None:
    error = error_of(await rest.request(verb, path + slash, json={"messages": []}))
    assert (error.status, error.reason) == (501, "NOT_SUPPORTED")
    assert f"{verb} /v1/" in error.sentence
    assert re.search("append|create a conversation|close its connection", error.sentence)


VALUES: dict[str, Any] = {
    "initial_message_sequence": [{"role": "user", "content": "x"}],
    "block_ids": ["block-1"],
    "isolated_block_labels": ["persona"],
    "message_ids": ["message-1"],
}


STORED_BY = [(verb, name) for name, (verbs, _) in NOT_OFFERED_FIELDS.items() for verb in verbs]


def camel_case(name: str) -> str:
    first, *others = name.split("_")
    return "".join([first, *map(str.capitalize, others)])


async def write(rest: httpx.AsyncClient, verb: str, kind: str, body: Json) -> httpx.Response:
    agent = await new_agent(rest)
    made = agent["id"] if kind == "agents" else agent["default_conversation_id"]
    where = f"/v1/{kind}" if verb == "POST" else f"/v1/{kind}/{made}"
    return await rest.request(verb, where, params={"agent_id": agent["id"]}, json=body)


async def test_the_table_of_fields_is_the_one_that_is_tested() -> None:
    assert set(VALUES) == set(NOT_OFFERED_FIELDS)


@pytest.mark.parametrize("kind", ["agents", "conversations"])
@pytest.mark.parametrize(("verb", "name"), STORED_BY)
async def test_a_field_that_would_have_been_stored_is_501_with_its_name(
    rest: httpx.AsyncClient, verb: str, name: str, kind: str
) -> None:
    for spelling in (name, camel_case(name)):
        error = error_of(await write(rest, verb, kind, {spelling: VALUES[name]}))
        assert (error.status, error.reason) == (501, "NOT_SUPPORTED")
        assert error.sentence == f"{name} is not available here: {NOT_OFFERED_FIELDS[name][1]}"


@pytest.mark.parametrize("empty", [None, [], "", {}])
@pytest.mark.parametrize(("verb", "name"), STORED_BY)
async def test_such_a_field_is_ignored_where_it_is_empty(
    rest: httpx.AsyncClient, verb: str, name: str, empty: Any
) -> None:
    assert json_of(await write(rest, verb, "agents", {name: empty, camel_case(name): empty}))


async def test_message_ids_of_a_new_agent_are_ignored(rest: httpx.AsyncClient) -> None:
    assert await new_agent(rest, message_ids=["message-1"])


# Options of lists

LISTS = {
    "ListAgents": "/v1/agents",
    "ListBlocks": "/v1/agents/{agent}/core-memory/blocks",
    "ListConversations": "/v1/conversations",
    "ListMessages": "/v1/conversations/{conversation}/messages",
}

ASKED_FOR = {"ascending": "true", "order_by": "last_run_completion", "archive_status": "archived"}
"""Values that say something; where any does, it is x."""

OPTIONS = [(rpc, name) for rpc, options in NOT_OFFERED_OPTIONS.items() for name in options]


async def list_by(rest: httpx.AsyncClient, rpc: str, query: str = "") -> httpx.Response:
    """The list, which has something in it."""
    agent = await new_agent(rest, memory_blocks=[{"label": "human"}])
    await rest.post("/v1/conversations", params={"agent_id": agent["id"]}, json={})
    path = LISTS[rpc].format(agent=agent["id"], conversation=agent["default_conversation_id"])
    return await rest.get(f"{path}?limit=1&{query}")


@pytest.mark.parametrize(("rpc", "name"), OPTIONS)
async def test_an_option_that_would_make_another_list_is_501_with_its_name(
    rest: httpx.AsyncClient, rpc: str, name: str
) -> None:
    for spelling in (name, camel_case(name)):
        error = error_of(await list_by(rest, rpc, f"{spelling}={ASKED_FOR.get(name, 'x')}"))
        assert (error.status, error.reason) == (501, "NOT_SUPPORTED")
        assert error.sentence == f"{name} is not available here: {NOT_OFFERED_OPTIONS[rpc][name].instead}"


async def test_each_value_of_such_an_option_counts(rest: httpx.AsyncClient) -> None:
    error = error_of(await list_by(rest, "ListAgents", "identifier_keys=&identifier_keys=x"))
    assert error.metadata["method"] == "identifier_keys"


@pytest.mark.parametrize(("rpc", "name"), OPTIONS)
async def test_it_is_ignored_where_it_asks_for_nothing_else(rest: httpx.AsyncClient, rpc: str, name: str) -> None:
    for value in ("", *NOT_OFFERED_OPTIONS[rpc][name].harmless):
        assert len(json_of(await list_by(rest, rpc, f"{name}={value}"))) == 1


@pytest.mark.parametrize(("rpc", "name"), [(rpc, name) for rpc, names in IGNORED_OPTIONS.items() for name in names])
async def test_an_option_that_changes_nothing_is_ignored(rest: httpx.AsyncClient, rpc: str, name: str) -> None:
    assert len(json_of(await list_by(rest, rpc, f"{name}=true"))) == 1


@pytest.mark.parametrize(("status", "is_done"), [("all", True), ("unarchived", True), ("archived", False)])
async def test_all_conversations_are_unarchived(rest: httpx.AsyncClient, status: str, is_done: bool) -> None:
    answer = await list_by(rest, "ListConversations", f"archive_status={status}")
    assert (answer.status_code == 200) is is_done


async def test_an_option_of_one_list_is_none_of_another(rest: httpx.AsyncClient) -> None:
    assert json_of(await list_by(rest, "ListConversations", "identity_id=x")) is not None
