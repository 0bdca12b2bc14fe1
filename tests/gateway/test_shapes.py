"""ChatMessage as OpenAI's JSON, stored messages as Letta's entries, and the keys that agents have beside."""

import base64
import json
from typing import Any

import httpx
import pytest

from tests.builders.conversations import RECORDED, needs_recorded
from tests.gateway.error_bodies import error_of
from tests.gateway.rest_resources import (
    EXTRACTIVE,
    Json,
    append,
    assistant,
    call,
    context_of,
    entries_of,
    json_of,
    new_agent,
    new_conversation,
    result,
    talk,
    user,
)
from tests.rpc.chat import history_of
from tests.server import Client

pytestmark = pytest.mark.asyncio(loop_scope="session")

PNG = b"\x89PNG\xff\xfe\x00"
DATA_URL = f"data:image/png;base64,{base64.b64encode(PNG).decode()}"
URL = "https://example.com/a.png?x=1&y=2"
OPAQUE = {"provider": "openai", "model": "gpt-5.2", "type": "reasoning", "data": base64.b64encode(b"\x00\x01").decode()}

ROUND_TRIPS: dict[str, list[Json]] = {
    "text": [user("What does this show?"), assistant("Nothing.")],
    "text parts": [{"role": "user", "content": [{"type": "text", "text": "a"}, {"type": "text", "text": "b"}]}],
    "an image by URL": [
        {"role": "user", "content": [{"type": "image_url", "image_url": {"url": URL}}, {"type": "text", "text": "?"}]}
    ],
    "an image by its bytes": [{"role": "user", "content": [{"type": "image_url", "image_url": {"url": DATA_URL}}]}],
    "a call and its result": [assistant(None, call("call_1")), result("call_1", "127.0.0.1")],
    "text beside calls": [assistant("I look.", call("a"), call("b")), result("a", "1"), result("b", "2")],
    "a failed call": [assistant(None, call("a")), result("a", "no such file", is_error=True)],
    "a named result": [assistant(None, call("a")), result("a", "1", name="find_invoice")],
    "a named speaker": [user("Hello.") | {"name": "bob"}],
    "arguments that are no JSON": [assistant(None, call("a", arguments="{broken")), result("a", "1")],
}
"""Appended and asked for as context: equal."""


@pytest.mark.parametrize("messages", ROUND_TRIPS.values(), ids=ROUND_TRIPS)
async def test_a_chat_comes_back_from_the_context_as_it_was_appended(
    rest: httpx.AsyncClient, messages: list[Json]
) -> None:
    chat = [{"role": "system", "content": "Be brief."}, user("Hello."), *messages]
    context = await context_of(rest, (await new_conversation(rest, chat))["id"])
    assert context["messages"] == chat
    assert [source["origin"] for source in context["sources"]] == ["verbatim"] * len(chat)


@pytest.mark.parametrize(
    "message",
    [
        {"role": "assistant", "content": [{"type": "text", "text": "x"}, {"type": "opaque", "opaque": OPAQUE}]},
        assistant(None, call("a") | {"opaque": OPAQUE}),
    ],
    ids=["a part", "a call"],
)
async def test_what_only_a_provider_can_read_comes_back_in_the_native_format(
    rest: httpx.AsyncClient, message: Json
) -> None:
    conversation = await new_conversation(rest, [user("Hello."), message])
    native = await context_of(rest, conversation["id"], format="native")
    assert native["messages"][2] == message
    assert "opaque" not in json.dumps(await context_of(rest, conversation["id"]))


async def test_when_it_was_said_and_what_is_kept_with_it_are_stored(rest: httpx.AsyncClient, client: Client) -> None:
    kept = {"created_at": "2026-01-02T03:04:05.250Z", "metadata": {"source": "import", "ü": ""}}
    conversation = await new_conversation(rest, [user("Hello.") | kept])
    [_, message] = await history_of(client, conversation["id"])
    assert message.created_at.ToJsonString() == kept["created_at"]
    assert dict(message.message.metadata) == kept["metadata"]
    assert (await context_of(rest, conversation["id"]))["messages"][1] == user("Hello.")


async def test_images_arrive_as_address_and_as_bytes(rest: httpx.AsyncClient, client: Client) -> None:
    parts = [{"type": "image_url", "image_url": {"url": url, "detail": "low"}} for url in (URL, DATA_URL)]
    conversation = await new_conversation(rest, [{"role": "user", "content": parts}])
    [_, message] = await history_of(client, conversation["id"])
    linked, inline = [part.image for part in message.message.parts]
    assert (linked.url, inline.inline.media_type, inline.inline.data) == (URL, "image/png", PNG)


@pytest.mark.parametrize("scheme", ["DATA", "Data"])
async def test_the_scheme_of_an_images_bytes_may_be_in_any_case(
    rest: httpx.AsyncClient, client: Client, scheme: str
) -> None:
    part = {"type": "image_url", "image_url": {"url": scheme + DATA_URL[4:]}}
    conversation = await new_conversation(rest, [{"role": "user", "content": [part]}])
    [_, message] = await history_of(client, conversation["id"])
    assert message.message.parts[0].image.inline.data == PNG


async def test_roles_may_be_written_as_in_the_proto(rest: httpx.AsyncClient) -> None:
    conversation = await new_conversation(rest, [{"role": "MESSAGE_ROLE_USER", "content": "x"}])
    assert (await context_of(rest, conversation["id"]))["messages"][1]["role"] == "user"


async def test_what_openai_writes_beside_is_ignored(rest: httpx.AsyncClient) -> None:
    answered = assistant("Yes.") | {"refusal": None, "annotations": [], "audio": None, "function_call": None}
    conversation = await new_conversation(rest, [user("Is it?"), answered | {"tool_calls": None, "parts": None}])
    assert (await context_of(rest, conversation["id"]))["messages"][2] == assistant("Yes.")


@pytest.mark.parametrize(
    ("message", "below"),
    [
        ({"role": "user", "content": 7}, "content"),
        ({"role": "user", "content": {"type": "text"}}, "content"),
        ({"role": "user", "content": ["x"]}, "parts[0]"),
        ({"role": "user", "content": [{"text": "x"}]}, "parts[0].type"),
        ({"role": "user", "content": [{"type": "video"}]}, "parts[0].type"),
        ({"role": "user", "content": [{"type": ["text"], "text": "x"}]}, "parts[0].type"),
        ({"role": "user", "content": [{"type": "text", "text": "x"}, {"type": "text", "text": 7}]}, "parts[1].text"),
        ({"role": "user", "content": [{"type": "text"}]}, "parts[0]"),
        ({"role": "user", "content": [{"type": "image_url"}]}, "parts[0].image.url"),
        ({"role": "user", "content": [{"type": "image_url", "image_url": URL}]}, "parts[0].image.url"),
        ({"role": "user", "content": [{"type": "image_url", "image_url": {"url": 7}}]}, "parts[0].image.url"),
        ({"role": "user", "content": [{"type": "image_url", "image_url": {"url": "data:,x"}}]}, "parts[0].image.url"),
        ({"role": "user", "content": [{"type": "image_url", "image_url": {"url": "DATA:,x"}}]}, "parts[0].image.url"),
        (
            {"role": "user", "content": [{"type": "image_url", "image_url": {"url": "data:image/png;base64,*"}}]},
            "parts[0].image.inline.data",
        ),
        ({"role": "user", "content": [{"type": "opaque", "opaque": {"data": 7}}]}, "parts[0].opaque.data"),
        ({"role": "user", "content": "x", "parts": [{"text": "x"}]}, "parts"),
        ({"role": "robot", "content": "x"}, "role"),
        ({"role": None, "content": "x"}, "role"),
        ({"content": "x"}, "role"),
        ({"role": "summary", "content": "x"}, "role"),
        (assistant(None, call("a") | {"function": "f"}), "tool_calls[0].function"),
        (assistant(None, {"id": "a", "function": {"name": "f", "arguments": {}}}), "tool_calls[0].function.arguments"),
        ({"role": "user", "content": "x", "metadata": {"a": 7}}, "metadata.a"),
        ({"role": "user", "content": "x", "metadata": []}, "metadata"),
        ("Hello.", ""),
    ],
)
async def test_a_message_that_is_none_is_rejected_by_its_path(
    rest: httpx.AsyncClient, message: Any, below: str
) -> None:
    conversation = await new_conversation(rest)
    body = {"messages": [user("Hello."), message]}
    error = error_of(await rest.post(f"/v1/conversations/{conversation['id']}/messages:append", json=body))
    assert (error.status, error.reason) == (400, "INVALID_FIELD")
    assert error.fields[0] == (f"messages[1].{below}" if below else "messages[1]")
    assert len((await context_of(rest, conversation["id"]))["messages"]) == 1


@needs_recorded
async def test_every_recorded_conversation_is_appended_as_it_is_and_comes_back(rest: httpx.AsyncClient) -> None:
    compared = 0
    for line in RECORDED.read_text(encoding="utf-8").splitlines():
        recorded = json.loads(line)
        conversation = await new_conversation(rest, recorded["messages"])
        context = await context_of(rest, conversation["id"])
        verbatim = [
            (shown, {"content": None} | appended)
            for shown, appended, source in zip(
                context["messages"], recorded["messages"], context["sources"], strict=True
            )
            if source["origin"] == "verbatim"
        ]
        assert all(shown == appended for shown, appended in verbatim), recorded["id"]
        compared += len(verbatim)
    assert compared > 500


# Entries


async def test_a_user_message(rest: httpx.AsyncClient) -> None:
    conversation = await new_conversation(rest, [user("Hello.") | {"name": "bob"}])
    [_, entry] = await entries_of(rest, conversation["id"])
    assert entry == {
        "id": entry["id"],
        "date": entry["date"],
        "message_type": "user_message",
        "name": "bob",
        "content": "Hello.",
    }
    assert entry["id"].startswith("message-")


async def test_a_system_message(rest: httpx.AsyncClient) -> None:
    conversation = await new_conversation(rest, [{"role": "system", "content": "Be brief."}])
    [entry] = await entries_of(rest, conversation["id"])
    assert entry == {
        "id": entry["id"],
        "date": entry["date"],
        "message_type": "system_message",
        "content": "Be brief.",
    }


async def test_a_user_messages_images(rest: httpx.AsyncClient) -> None:
    parts = [{"type": "image_url", "image_url": {"url": url}} for url in (URL, DATA_URL)]
    conversation = await new_conversation(rest, [{"role": "user", "content": [{"type": "text", "text": "?"}, *parts]}])
    [_, entry] = await entries_of(rest, conversation["id"])
    assert entry["content"] == [
        {"type": "text", "text": "?"},
        {"type": "image", "source": {"type": "url", "url": URL}},
        {
            "type": "image",
            "source": {"type": "base64", "media_type": "image/png", "data": base64.b64encode(PNG).decode()},
        },
    ]


async def test_an_assistant_message(rest: httpx.AsyncClient) -> None:
    conversation = await new_conversation(rest, [assistant("Yes.")])
    [_, entry] = await entries_of(rest, conversation["id"])
    assert (entry["message_type"], entry["content"]) == ("assistant_message", "Yes.")


async def test_an_assistants_calls(rest: httpx.AsyncClient) -> None:
    calls = [call("a", "look", '{"x": 1}'), call("b", "find", "")]
    conversation = await new_conversation(rest, [assistant(None, *calls)])
    [_, entry] = await entries_of(rest, conversation["id"])
    written = [
        {"name": "look", "arguments": '{"x": 1}', "tool_call_id": "a"},
        {"name": "find", "arguments": "", "tool_call_id": "b"},
    ]
    assert entry["message_type"] == "tool_call_message"
    assert (entry["tool_call"], entry["tool_calls"]) == (written[0], written)


@pytest.mark.parametrize("order", ["asc", "desc"])
async def test_text_and_calls_are_two_entries_of_one_id_with_the_text_first(
    rest: httpx.AsyncClient, order: str
) -> None:
    conversation = await new_conversation(rest, [assistant("I look.", call("a"))])
    entries = await entries_of(rest, conversation["id"], order=order)
    text, calls = [entry for entry in entries if entry["message_type"] != "system_message"]
    assert (text["message_type"], calls["message_type"]) == ("assistant_message", "tool_call_message")
    assert (text["id"], text["date"]) == (calls["id"], calls["date"])


@pytest.mark.parametrize(
    ("asked", "types"),
    [
        (["assistant_message"], ["assistant_message"]),
        (["tool_call_message"], ["tool_call_message"]),
        (["MESSAGE_TYPE_TOOL_CALL_MESSAGE"], ["tool_call_message"]),
        (["assistant_message", "tool_call_message"], ["assistant_message", "tool_call_message"]),
        (["user_message"], []),
        ([], ["system_message", "assistant_message", "tool_call_message"]),
    ],
)
async def test_the_filter_gives_the_half_that_was_asked_for(
    rest: httpx.AsyncClient, asked: list[str], types: list[str]
) -> None:
    conversation = await new_conversation(rest, [assistant("I look.", call("a"))])
    entries = await entries_of(rest, conversation["id"], include_return_message_types=asked)
    assert [entry["message_type"] for entry in entries] == types


@pytest.mark.parametrize(("failed", "status"), [(False, "success"), (True, "error")])
async def test_a_tool_return(rest: httpx.AsyncClient, failed: bool, status: str) -> None:
    conversation = await new_conversation(rest, [assistant(None, call("a")), result("a", "Done.", is_error=failed)])
    [_, _, entry] = await entries_of(rest, conversation["id"])
    returned = {"tool_call_id": "a", "tool_return": "Done.", "status": status}
    assert entry == {
        "id": entry["id"],
        "date": entry["date"],
        "message_type": "tool_return_message",
        **returned,
        "tool_returns": [returned],
    }


@pytest.mark.parametrize(
    "content", ["", [], [{"type": "opaque", "opaque": OPAQUE}], [{"type": "text", "text": ""}]], ids=repr
)
async def test_content_is_never_null(rest: httpx.AsyncClient, content: Any) -> None:
    conversation = await new_conversation(rest, [{"role": "user", "content": content}])
    [_, entry] = await entries_of(rest, conversation["id"])
    assert entry["content"] is not None


async def test_a_summary_and_its_figures(rest: httpx.AsyncClient) -> None:
    conversation = await new_conversation(rest, talk(20), compaction_settings=EXTRACTIVE | {"mode": "all"})
    done = json_of(await rest.post(f"/v1/conversations/{conversation['id']}/compact"))
    [entry] = await entries_of(rest, conversation["id"], include_return_message_types="summary_message")
    assert entry == {
        "id": entry["id"],
        "date": entry["date"],
        "message_type": "summary_message",
        "summary": done["summary"],
        "compaction_stats": {
            "trigger": "manual",
            "context_window": 128_000,
            "messages_count_before": done["num_messages_before"],
            "messages_count_after": done["num_messages_after"],
        },
    }
    assert (done["num_messages_before"], done["num_messages_after"]) == (81, 2)


async def test_the_summary_in_a_native_context_is_bare(rest: httpx.AsyncClient) -> None:
    conversation = await new_conversation(rest, talk(20), compaction_settings=EXTRACTIVE | {"mode": "all"})
    done = json_of(await rest.post(f"/v1/conversations/{conversation['id']}/compact"))
    native = (await context_of(rest, conversation["id"], format="native"))["messages"][1]
    shown = (await context_of(rest, conversation["id"]))["messages"][1]
    assert native == {"role": "summary", "content": done["summary"]}
    assert shown["role"] == "user"
    assert done["summary"] in shown["content"]


async def test_a_limit_counts_messages_and_keeps_their_entries_together(rest: httpx.AsyncClient) -> None:
    conversation = await new_conversation(rest, [assistant("One.", call("a")), result("a", "1"), user("Two.")])
    page = await entries_of(rest, conversation["id"], limit=2)
    assert [entry["message_type"] for entry in page] == ["system_message", "assistant_message", "tool_call_message"]
    rest_of_it = await entries_of(rest, conversation["id"], limit=2, after=page[-1]["id"])
    assert [entry["message_type"] for entry in rest_of_it] == ["tool_return_message", "user_message"]
    assert await entries_of(rest, conversation["id"], after=rest_of_it[-1]["id"]) == []


# Append's reply, agents, Empty


async def test_the_reply_of_an_append_names_each_new_message(rest: httpx.AsyncClient) -> None:
    conversation = await new_conversation(rest)
    reply = await append(rest, conversation["id"], [user("One."), user("Two.")])
    assert [message["position"] for message in reply["messages"]] == [1, 2]
    entries = await entries_of(rest, conversation["id"])
    assert [message["id"] for message in reply["messages"]] == [entry["id"] for entry in entries[1:]]
    context = await context_of(rest, conversation["id"])
    same = ("context_tokens", "context_window", "version", "context_tokens_estimated", "context_window_estimated")
    assert {name: reply[name] for name in same} == {name: context[name] for name in same}


async def test_an_agent_has_what_the_public_apis_clients_expect_beside_its_fields(rest: httpx.AsyncClient) -> None:
    function = {"name": "look", "description": "Looks.", "parameters": {"type": "object", "properties": {}}}
    agent = await new_agent(
        rest,
        model="openai/gpt-5-mini",
        context_window_limit=9000,
        memory_blocks=[{"label": "human", "value": "Bob."}],
        tool_schemas=[{"type": "function", "function": function}],
    )
    assert agent["agent_type"] == "letta_v1_agent"
    assert agent["llm_config"] == {
        "model": "gpt-5-mini",
        "model_endpoint_type": "openai",
        "context_window": 9000,
        "handle": "openai/gpt-5-mini",
    }
    [block] = agent["memory_blocks"]
    assert (block["label"], block["value"], block["limit"], block["read_only"]) == ("human", "Bob.", 100_000, False)
    assert agent["blocks"] == agent["memory"]["blocks"] == [block]
    assert agent["tools"] == [{"id": "tool-look", "name": "look", "json_schema": function}]
    assert agent["sources"] == []


async def test_an_agent_without_a_model_has_an_empty_one_and_no_handle(rest: httpx.AsyncClient) -> None:
    agent = await new_agent(rest)
    assert agent["llm_config"] == {
        "model": "",
        "model_endpoint_type": None,
        "context_window": 128_000,
        "handle": None,
    }


async def test_a_listed_agent_is_the_same_as_a_read_one(rest: httpx.AsyncClient) -> None:
    agent = await new_agent(rest, name="Listed alike", memory_blocks=[{"label": "a"}])
    assert json_of(await rest.get("/v1/agents", params={"name": "Listed alike"})) == [agent]


@pytest.mark.parametrize("kind", ["agents", "conversations"])
async def test_a_deletion_answers_an_empty_object(rest: httpx.AsyncClient, kind: str) -> None:
    made = await new_agent(rest) if kind == "agents" else await new_conversation(rest)
    answer = await rest.delete(f"/v1/{kind}/{made['id']}")
    assert (answer.status_code, answer.content) == (200, b"{}")
