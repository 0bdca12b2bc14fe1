"""Where a request's fields come from: path, query and body, and what of them is ignored."""

import json
from typing import Any

import httpx
import pytest

from tests.builders.rest_resources import (
    EXTRACTIVE,
    UNKNOWN_AGENT,
    append,
    assistant,
    context_of,
    entries_of,
    json_of,
    new_agent,
    new_conversation,
    talk,
    user,
)
from tests.gateway.error_bodies import error_of

pytestmark = pytest.mark.asyncio(loop_scope="session")


# What is ignored


async def test_unknown_fields_are_ignored_on_every_level(rest: httpx.AsyncClient) -> None:
    agent = await new_agent(
        rest,
        name="Known",
        nonsense={"a": [1]},
        tools=["web_search"],
        hidden=True,
        compaction_settings={"clip_chars": 5, "nonsense": 1},
        memory_blocks=[{"label": "a", "nonsense": 1}],
        model_settings={"provider_type": "openai", "nonsense": 1, "reasoning": {"nonsense": 1}},
    )
    assert (agent["name"], agent["compaction_settings"]["clip_chars"], agent["tools"]) == ("Known", 5, [])
    assert "nonsense" not in json.dumps(agent)


async def test_unknown_parameters_are_ignored(rest: httpx.AsyncClient) -> None:
    agent = await new_agent(rest, name="Parameters")
    read = await rest.get(f"/v1/agents/{agent['id']}?nonsense=1&include[]=x&agent.name=y&=&&z")
    assert json_of(read) == agent


async def test_what_only_the_server_sets_is_ignored_on_creation(rest: httpx.AsyncClient) -> None:
    given = {
        "id": UNKNOWN_AGENT,
        "default_conversation_id": "x",
        "created_at": "2020-01-01T00:00:00Z",
        "context_window": 5,
    }
    agent = await new_agent(rest, **given)
    assert {name for name, value in given.items() if agent[name] == value} == set()


@pytest.mark.parametrize(
    "send",
    [
        {},
        {"content": b""},
        {"content": b" \r\n\t"},
        {"content": b"null"},
        {"content": b"{}"},
        {"content": b"{}", "headers": {"content-type": "application/json; charset=utf-8"}},
        {"content": b"", "headers": {"content-type": "text/plain"}},
    ],
)
@pytest.mark.parametrize("path", ["/v1/agents", "/v1/conversations/{}/compact?dry_run=true&agent_id={}"])
async def test_no_body_an_empty_one_null_and_an_empty_object_are_the_same(
    rest: httpx.AsyncClient, send: dict[str, Any], path: str
) -> None:
    agent = await new_agent(rest)
    await append(rest, agent["default_conversation_id"], talk(20))
    answer = await rest.post(path.format("default", agent["id"]), **send)
    assert json_of(answer)


@pytest.mark.parametrize(
    "path", ["agents/{agent}", "conversations/{conversation}", "agents/{agent}/core-memory/blocks/a"]
)
@pytest.mark.parametrize("content", [None, b"", b"null", b"{}"])
async def test_a_patch_of_nothing_changes_nothing(rest: httpx.AsyncClient, path: str, content: bytes | None) -> None:
    agent = await new_agent(rest, name="Still", memory_blocks=[{"label": "a", "value": "v"}])
    where = f"/v1/{path.format(agent=agent['id'], conversation=agent['default_conversation_id'])}"
    before = json_of(await rest.get(where))
    changed = json_of(await rest.patch(where, content=content)) | {"in_context_message_ids": None}
    assert changed == before | {"in_context_message_ids": None}


@pytest.mark.parametrize(
    "content_type", ["application/json", "application/json;charset=UTF-8", "application/merge-patch+json", None]
)
async def test_no_content_type_means_json(rest: httpx.AsyncClient, content_type: str | None) -> None:
    headers = {} if content_type is None else {"content-type": content_type}
    assert json_of(await rest.post("/v1/agents", content=b'{"name": "typed"}', headers=headers))["name"] == "typed"


@pytest.mark.parametrize("content", [b"{broken", b"[1]", b"text"])
async def test_the_body_of_a_get_is_not_read(rest: httpx.AsyncClient, content: bytes) -> None:
    assert json_of(await rest.request("GET", "/v1/agents?limit=1", content=content)) is not None


# Path, query, body


async def test_a_scalar_may_come_as_a_parameter_beside_the_body(rest: httpx.AsyncClient) -> None:
    conversation = await new_conversation(rest, talk(20))
    settings = {"compaction_settings": EXTRACTIVE | {"mode": "all"}}
    answer = await rest.post(f"/v1/conversations/{conversation['id']}/compact?dry_run=true", json=settings)
    assert json_of(answer)["plan"]["kept_count"] == 0


@pytest.mark.parametrize(
    ("text", "dry"),
    [("true", True), ("True", True), ("TRUE", True), ("1", True), ("false", False), ("False", False), ("0", False)],
)
@pytest.mark.parametrize("name", ["dry_run", "dryRun"])
async def test_a_boolean_of_a_query(rest: httpx.AsyncClient, text: str, dry: bool, name: str) -> None:
    conversation = await new_conversation(rest, talk(20))
    url = f"/v1/conversations/{conversation['id']}/compact"
    done = json_of(await rest.post(url, params={name: text}, json={"compaction_settings": EXTRACTIVE}))
    assert (done["compaction"] is None) is dry


@pytest.mark.parametrize("text", ["", "yes", "2", "on", "null", "truth", " true", "ｔrue"])
async def test_a_boolean_of_a_query_that_is_none_is_rejected(rest: httpx.AsyncClient, text: str) -> None:
    error = error_of(await rest.post("/v1/agents/x/summarize", params={"dry_run": text}))
    assert error.fields == ("dry_run",)


@pytest.mark.parametrize("spelling", ["dry_run", "dryRun"])
async def test_the_query_goes_before_the_body(rest: httpx.AsyncClient, spelling: str) -> None:
    conversation = await new_conversation(rest, talk(20))
    url = f"/v1/conversations/{conversation['id']}/compact?dry_run=true"
    assert json_of(await rest.post(url, json={spelling: False}))["plan"] is not None


@pytest.mark.parametrize("spelling", ["conversation_id", "conversationId"])
async def test_the_path_goes_before_the_body(rest: httpx.AsyncClient, spelling: str) -> None:
    one, other = await new_conversation(rest, [user("One.")]), await new_conversation(rest)
    body = {"messages": [user("Two.")], spelling: other["id"]}
    json_of(await rest.post(f"/v1/conversations/{one['id']}/messages:append", json=body))
    assert [entry["content"] for entry in (await entries_of(rest, one["id"]))[1:]] == ["One.", "Two."]


async def test_the_path_goes_before_the_query(rest: httpx.AsyncClient) -> None:
    agent, other = await new_agent(rest, name="one"), await new_agent(rest, name="other")
    read = json_of(await rest.get(f"/v1/agents/{agent['id']}", params={"agent_id": other["id"]}))
    assert read["name"] == "one"


async def test_what_is_not_in_the_path_comes_from_the_query(rest: httpx.AsyncClient) -> None:
    agent = await new_agent(rest)
    conversation = json_of(await rest.post("/v1/conversations/", params={"agent_id": agent["id"]}, json={}))
    assert conversation["agent_id"] == agent["id"]


async def test_an_agent_in_the_body_of_a_new_conversation_is_not_its_agent(rest: httpx.AsyncClient) -> None:
    agent = await new_agent(rest)
    error = error_of(await rest.post("/v1/conversations", json={"agent_id": agent["id"]}))
    assert error.fields == ("agent_id",)


@pytest.mark.parametrize("name", ["include_return_message_types", "includeReturnMessageTypes"])
async def test_a_list_of_a_query_is_the_repeated_parameter(rest: httpx.AsyncClient, name: str) -> None:
    conversation = await new_conversation(rest, talk(1))
    entries = await entries_of(rest, conversation["id"], **{name: ["user_message", "tool_call_message"]})
    assert [entry["message_type"] for entry in entries] == ["user_message", "tool_call_message"]


NOT_HERE = ("reasoning", "hidden_reasoning", "approval_request", "approval_response", "event")


@pytest.mark.parametrize("kind", NOT_HERE)
async def test_a_type_of_message_that_only_lettas_api_has_matches_nothing(rest: httpx.AsyncClient, kind: str) -> None:
    conversation = await new_conversation(rest, talk(1))
    for written in (f"{kind}_message", f"MESSAGE_TYPE_{kind.upper()}_MESSAGE"):
        assert await entries_of(rest, conversation["id"], include_return_message_types=written) == []
        both = [written, "user_message"]
        [entry] = await entries_of(rest, conversation["id"], include_return_message_types=both)
        assert entry["message_type"] == "user_message"


async def test_a_type_of_message_that_nobody_has_is_rejected(rest: httpx.AsyncClient) -> None:
    conversation = await new_conversation(rest, talk(1))
    url = f"/v1/conversations/{conversation['id']}/messages"
    error = error_of(await rest.get(url, params={"include_return_message_types": "thought_message"}))
    assert error.fields == ("include_return_message_types[0]",)


async def test_a_parameter_that_is_no_list_is_given_once(rest: httpx.AsyncClient) -> None:
    assert error_of(await rest.get("/v1/agents?limit=1&limit=2")).fields == ("limit",)


@pytest.mark.parametrize("text", ["", "x", "1.5", "1e1", "99999999999999", " ", "0x1", "１"])
async def test_a_number_of_a_query_that_is_none_is_rejected(rest: httpx.AsyncClient, text: str) -> None:
    assert error_of(await rest.get("/v1/agents", params={"limit": text})).fields == ("limit",)


@pytest.mark.parametrize("text", ["1", "+1", "01", "1.0"])
async def test_a_number_of_a_query(rest: httpx.AsyncClient, text: str) -> None:
    await new_agent(rest)
    await new_agent(rest)
    assert len(json_of(await rest.get("/v1/agents", params={"limit": text}))) == 1


async def test_a_text_of_a_query_is_unquoted_once(rest: httpx.AsyncClient) -> None:
    name = "a+b & 100 %41 = ü/?#"
    agent = await new_agent(rest, name=name)
    assert [found["id"] for found in json_of(await rest.get("/v1/agents", params={"name": name}))] == [agent["id"]]


async def test_a_parameter_in_both_spellings_is_rejected(rest: httpx.AsyncClient) -> None:
    error = error_of(await rest.get("/v1/agents?order_by=created_at&orderBy=updated_at"))
    assert error.fields == ("order_by",)


@pytest.mark.parametrize("name", ["strict", "STRICT", "CONTEXT_FORMAT_STRICT"])
async def test_a_value_of_an_enum_is_read_in_capitals_too(rest: httpx.AsyncClient, name: str) -> None:
    conversation = await new_conversation(rest, [assistant("Hello."), user("Hi.")])
    context = await context_of(rest, conversation["id"], format=name)
    assert [message["role"] for message in context["messages"]] == ["system", "user", "assistant", "user"]
