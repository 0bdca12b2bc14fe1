"""ChatMessage as OpenAI's JSON: in, and out again from the context."""

import json
from typing import Any

import httpx
import pytest

from tests.builders.chat import history_of
from tests.builders.conversations import RECORDED, needs_recorded
from tests.builders.rest_resources import (
    Json,
    append,
    assistant,
    call,
    context_of,
    entries_of,
    new_conversation,
    result,
    user,
)
from tests.gateway.error_bodies import error_of
from tests.gateway.message_parts import DATA_URL, OPAQUE, PDF_URL, PNG, URL, WAV_DATA
from tests.server import Client

pytestmark = pytest.mark.asyncio(loop_scope="session")

ROUND_TRIPS: dict[str, list[Json]] = {
    "text": [user("What does this show?"), assistant("Nothing.")],
    "text parts": [{"role": "user", "content": [{"type": "text", "text": "a"}, {"type": "text", "text": "b"}]}],
    "an image by URL": [
        {"role": "user", "content": [{"type": "image_url", "image_url": {"url": URL}}, {"type": "text", "text": "?"}]}
    ],
    "an image by its bytes": [{"role": "user", "content": [{"type": "image_url", "image_url": {"url": DATA_URL}}]}],
    "a file by its bytes": [
        {"role": "user", "content": [{"type": "file", "file": {"filename": "report.pdf", "file_data": PDF_URL}}]}
    ],
    "a file without a type": [{"role": "user", "content": [{"type": "file", "file": {"file_data": WAV_DATA}}]}],
    "a file by OpenRouter's address": [
        {"role": "user", "content": [{"type": "file", "file": {"filename": "a.pdf", "file_data": URL}}]}
    ],
    "a file by a provider's id": [
        {"role": "user", "content": [{"type": "file", "file": {"file_id": "file-1", "format": "text/csv"}}]}
    ],
    "a recording": [
        {"role": "user", "content": [{"type": "input_audio", "input_audio": {"data": WAV_DATA, "format": "wav"}}]}
    ],
    "a recording and what is said in it": [
        {
            "role": "user",
            "content": [
                {"type": "text", "text": "And?"},
                {"type": "input_audio", "input_audio": {"data": WAV_DATA, "format": "mp3", "transcript": "Hello."}},
            ],
        }
    ],
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
        ({"role": "user", "content": {"type": "text"}}, "parts[0]"),
        ({"role": "user", "content": ["x"]}, "parts[0]"),
        ({"role": "user", "content": [{"text": "x"}]}, "parts[0].type"),
        ({"role": "user", "content": [{"type": "video"}]}, "parts[0].type"),
        ({"role": "user", "content": [{"type": ["text"], "text": "x"}]}, "parts[0].type"),
        ({"role": "user", "content": [{"type": "text", "text": "x"}, {"type": "text", "text": 7}]}, "parts[1].text"),
        ({"role": "user", "content": [{"type": "text"}]}, "parts[0]"),
        ({"role": "user", "content": [{"type": "image_url"}]}, "parts[0].image.url"),
        ({"role": "user", "content": [{"type": "image_url", "image_url": [URL]}]}, "parts[0].image.url"),
        ({"role": "user", "content": [{"type": "image_url", "image_url": {"url": 7}}]}, "parts[0].image.url"),
        ({"role": "user", "content": [{"type": "image_url", "image_url": {"url": "data:,x"}}]}, "parts[0].image.url"),
        ({"role": "user", "content": [{"type": "image_url", "image_url": {"url": "DATA:,x"}}]}, "parts[0].image.url"),
        (
            {"role": "user", "content": [{"type": "image_url", "image_url": {"url": "data:image/png;base64,*"}}]},
            "parts[0].image.inline.data",
        ),
        ({"role": "user", "content": [{"type": "file"}]}, "parts[0].file"),
        ({"role": "user", "content": [{"type": "file", "file": "a.pdf"}]}, "parts[0].file"),
        ({"role": "user", "content": [{"type": "file", "file": {"file_data": 7}}]}, "parts[0].file.data"),
        ({"role": "user", "content": [{"type": "file", "file": {"file_data": "*"}}]}, "parts[0].file.data"),
        ({"role": "user", "content": [{"type": "file", "file": {"file_data": "data:,x"}}]}, "parts[0].file.data"),
        (
            {"role": "user", "content": [{"type": "file", "file": {"file_data": PDF_URL, "file_id": "file-1"}}]},
            "parts[0].file",
        ),
        ({"role": "user", "content": [{"type": "input_audio"}]}, "parts[0].audio"),
        ({"role": "user", "content": [{"type": "input_audio", "input_audio": {}}]}, "parts[0].audio.data"),
        ({"role": "user", "content": [{"type": "input_audio", "input_audio": {"data": "*"}}]}, "parts[0].audio.data"),
        (
            {"role": "user", "content": [{"type": "input_audio", "input_audio": {"data": "AA==", "format": 7}}]},
            "parts[0].audio.format",
        ),
        ({"role": "user", "content": [{"type": "audio", "url": URL}]}, "parts[0].audio.data"),
        ({"role": "user", "content": [{"type": "opaque", "opaque": {"data": 7}}]}, "parts[0].opaque.data"),
        ({"role": "user", "content": "x", "parts": [{"text": "x"}]}, "parts"),
        ({"role": "robot", "content": "x"}, "role"),
        ({"role": None, "content": "x"}, "role"),
        ({"content": "x"}, "role"),
        ({"role": "summary", "content": "x"}, "role"),
        (assistant(None, call("a") | {"function": 7}), "tool_calls[0].function"),
        (assistant(None, {"id": "a", "function": {"name": "f", "arguments": []}}), "tool_calls[0].function.arguments"),
        (assistant(None, call("a"), call("b") | {"id": 7}), "tool_calls[1].id"),
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
