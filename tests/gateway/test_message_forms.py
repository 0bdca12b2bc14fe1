"""Old and odd forms of messages over REST, and keys that nobody knows: read, ignored on purpose, or refused by name."""

from typing import Any

import httpx
import pytest

from compactd.gateway.chat_message_keys import (
    FLAGS_OF_MESSAGE,
    IGNORED_OF_CALL,
    IGNORED_OF_FUNCTION,
    IGNORED_OF_MESSAGE,
    IGNORED_OF_PART,
)
from tests.builders.rest_resources import Json, append, assistant, call, context_of, new_conversation, result, user
from tests.gateway.error_bodies import ErrorBody, error_of
from tests.gateway.message_parts import URL

pytestmark = pytest.mark.asyncio(loop_scope="session")

ASKED = user("Weather in Paris?")
OLD_CALL = {"name": "get_weather", "arguments": '{"city":"Paris"}'}
NEW_CALL = call("function-get_weather", "get_weather", '{"city":"Paris"}')


def text_part(text: str, **more: Any) -> Json:
    return {"type": "text", "text": text, **more}


def of_parts(parts: list[Json]) -> Json:
    return {"role": "user", "content": parts}


FORMS: dict[str, tuple[list[Json], list[Json]]] = {
    "function_call": (
        [
            assistant(None) | {"function_call": OLD_CALL},
            {"role": "function", "name": "get_weather", "content": "21"},
            assistant("I look again.") | {"function_call": OLD_CALL},
            {"role": "function", "name": "get_weather", "content": "22"},
        ],
        [
            assistant(None, NEW_CALL),
            result("function-get_weather", "21", name="get_weather"),
            assistant("I look again.", NEW_CALL | {"id": "function-get_weather-2"}),
            result("function-get_weather-2", "22", name="get_weather"),
        ],
    ),
    "a refusal": ([assistant(None) | {"refusal": "No."}], [assistant("No.")]),
    "a refusal beside an empty content": ([assistant("") | {"refusal": "No."}], [assistant("No.")]),
    "a refusal that is the content": ([assistant("No.") | {"refusal": "No."}], [assistant("No.")]),
    "a refusal as a part": (
        [{"role": "assistant", "content": [{"type": "refusal", "refusal": "No."}]}],
        [{"role": "assistant", "content": [text_part("No.")]}],
    ),
    "audio of which the words are known": (
        [assistant(None) | {"audio": {"id": "audio_1", "expires_at": 1_790_000_000, "transcript": "Sunny."}}],
        [assistant("Sunny.")],
    ),
    "one part": ([{"role": "user", "content": text_part("Hi.")}], [{"role": "user", "content": [text_part("Hi.")]}]),
    "one part without its type": (
        [{"role": "user", "content": {"text": "Hi."}}],
        [{"role": "user", "content": [text_part("Hi.")]}],
    ),
    "a result that is an object": (
        [assistant(None, call("a")), {"role": "tool", "tool_call_id": "a", "content": {"t": 21, "ö": [None]}}],
        [assistant(None, call("a")), result("a", '{"t":21,"ö":[null]}')],
    ),
    "a result with a text and more": (
        [
            assistant(None, call("a"), call("b"), call("c"), call("d"), call("e")),
            {"role": "tool", "tool_call_id": "a", "content": {"text": "hi", "exit_code": 1}},
            {"role": "tool", "tool_call_id": "b", "content": {"type": "file", "path": "a"}},
            {"role": "tool", "tool_call_id": "c", "content": [{"a": 1}, None]},
            {"role": "tool", "tool_call_id": "d", "content": [text_part("hi", annotations=["x"])]},
            {"role": "tool", "tool_call_id": "e", "content": {"type": ["x"], "text": "hi"}},
        ],
        [
            assistant(None, call("a"), call("b"), call("c"), call("d"), call("e")),
            result("a", '{"text":"hi","exit_code":1}'),
            result("b", '{"type":"file","path":"a"}'),
            result("c", '[{"a":1},null]'),
            result("d", '[{"type":"text","text":"hi","annotations":["x"]}]'),
            result("e", '{"type":["x"],"text":"hi"}'),
        ],
    ),
    "a call of inspect_ai": (
        [assistant(None, {"id": "a", "function": "ls", "arguments": {"path": "/"}, "type": "function"})],
        [assistant(None, call("a", "ls", '{"path":"/"}'))],
    ),
    "a call of LangChain": (
        [assistant(None, {"name": "ls", "args": {"path": "/"}, "id": "a", "type": "tool_call"})],
        [assistant(None, call("a", "ls", '{"path":"/"}'))],
    ),
    "a call without its function": (
        [assistant(None, {"name": "ls", "arguments": "{}", "id": "a"})],
        [assistant(None, call("a", "ls", "{}"))],
    ),
    "arguments that are an object": (
        [assistant(None, {"id": "a", "function": {"name": "f", "arguments": {"b": "ü", "a": 2**70}}})],
        [assistant(None, call("a", "f", '{"b":"ü","a":1180591620717411303424}'))],
    ),
}


FORMS |= {
    f"a result whose status is {status}": (
        [assistant(None, call("a")), result("a", "boom", status=status)],
        [assistant(None, call("a")), result("a", "boom", **failed)],
    )
    for status, failed in (("error", {"is_error": True}), ("success", {}), ("completed", {}), (None, {}))
}
FORMS |= {
    "a function's result that failed": (
        [
            assistant(None) | {"function_call": OLD_CALL},
            {"role": "function", "name": "get_weather", "content": "boom", "status": "error"},
        ],
        [
            assistant(None, NEW_CALL),
            result("function-get_weather", "boom", name="get_weather", is_error=True),
        ],
    ),
    "a result that failed by both keys": (
        [assistant(None, call("a")), result("a", "boom", status="error", is_error=True)],
        [assistant(None, call("a")), result("a", "boom", is_error=True)],
    ),
    "a content that was read already": (
        [assistant('{"city": "Oslo", "t": [1.0]}') | {"parsed": {"t": [1], "city": "Oslo"}}],
        [assistant('{"city": "Oslo", "t": [1.0]}')],
    ),
    "a model without its provider": ([assistant("Hi.") | {"model": "gpt-5.2"}], [assistant("Hi.")]),
}


@pytest.mark.parametrize(("given", "meant"), FORMS.values(), ids=FORMS)
async def test_other_forms_are_read_as_the_contracts(
    rest: httpx.AsyncClient, given: list[Json], meant: list[Json]
) -> None:
    context = await context_of(rest, (await new_conversation(rest, [ASKED, *given]))["id"])
    assert context["messages"][1:] == [ASKED, *meant]


async def test_numbers_in_objects_keep_the_digits_that_they_are_written_with(rest: httpx.AsyncClient) -> None:
    numbers = '{"a":[1E400,-1e-400,0.1234567890123456789,1e999999999999999999999],"b":0.1,"c":123456789012345678901}'
    conversation = await new_conversation(rest)
    call_and_result = f"""{{"messages": [
        {{"role": "assistant", "tool_calls": [{{"id": "a", "function": {{"name": "f", "arguments": {numbers}}}}}]}},
        {{"role": "tool", "tool_call_id": "a", "content": {numbers}}}]}}"""
    answer = await rest.post(f"/v1/conversations/{conversation['id']}/messages:append", content=call_and_result)
    assert answer.status_code == 200, answer.text
    [*_, called, answered] = (await context_of(rest, conversation["id"]))["messages"]
    assert called["tool_calls"][0]["function"]["arguments"] == numbers
    assert answered["content"] == numbers


@pytest.mark.parametrize(
    ("message", "field"),
    [
        ('{"role": "user", "content": "\\ud800"}', "content"),
        ('{"role": "assistant", "reasoning_details": [{"a": 1E400}]}', "reasoning_details"),
        ('{"role": "user", "content": "?", "created_at": 1E400}', "created_at"),
    ],
)
async def test_what_json_can_write_and_no_field_can_hold_is_refused_by_name(
    rest: httpx.AsyncClient, message: str, field: str
) -> None:
    conversation = await new_conversation(rest)
    path = f"/v1/conversations/{conversation['id']}/messages:append"
    error = error_of(await rest.post(path, content=f'{{"messages": [{message}]}}'))
    assert (error.status, error.fields) == (400, (f"messages[0].{field}",))


async def test_the_result_of_a_function_finds_its_call_in_an_earlier_batch(rest: httpx.AsyncClient) -> None:
    conversation = await new_conversation(rest, [ASKED, assistant(None) | {"function_call": OLD_CALL}])
    await append(rest, conversation["id"], [{"role": "function", "name": "get_weather", "content": "21"}])
    context = await context_of(rest, conversation["id"])
    assert context["messages"][3]["tool_call_id"] == "function-get_weather"


async def test_audio_with_bytes_is_a_part_behind_the_text(rest: httpx.AsyncClient) -> None:
    audio = {"id": "audio_1", "data": "YQ==", "transcript": "Sunny."}
    conversation = await new_conversation(rest, [ASKED, assistant("Look:") | {"audio": audio}])
    context = await context_of(rest, conversation["id"], format="native")
    assert context["messages"][2]["content"] == [
        text_part("Look:"),
        {"type": "input_audio", "input_audio": {"data": "YQ==", "transcript": "Sunny."}},
    ]


@pytest.mark.parametrize(
    ("timestamp", "meant"),
    [
        ("2026-03-01T12:00:00.5", "2026-03-01T12:00:00.500000Z"),
        ("2026-03-01T12:00:00Z", "2026-03-01T12:00:00Z"),
        (1_772_366_400, "2026-03-01T12:00:00Z"),
    ],
)
async def test_a_timestamp_is_the_time_of_the_message(rest: httpx.AsyncClient, timestamp: Any, meant: str) -> None:
    conversation = await new_conversation(rest, [user("?") | {"timestamp": timestamp, "pinned": True, "hide": False}])
    [_, listed] = (await rest.get(f"/v1/conversations/{conversation['id']}/messages?order=asc")).json()
    assert listed["date"] == meant


@pytest.mark.parametrize("beside", [{"timestamp": 1_772_366_400_000}, {"timestamp": 7, "created_at": None}])
async def test_the_time_that_a_message_has_goes_before_its_timestamp(rest: httpx.AsyncClient, beside: Json) -> None:
    message = user("?") | beside | {"created_at": "2026-03-01T12:00:00Z"}
    conversation = await new_conversation(rest, [message])
    [_, listed] = (await rest.get(f"/v1/conversations/{conversation['id']}/messages?order=asc")).json()
    assert listed["date"] == "2026-03-01T12:00:00Z"


# Keys that nobody knows

WITH_KEY: dict[str, tuple[str, Any]] = {
    "message": ("", lambda key: assistant("Hi.") | {key: "x"}),
    "part": (
        "parts[0].",
        lambda key: {"role": "user", "content": [text_part("Hi.", **{key: "x"})]},
    ),
    "image": (
        "parts[0].image_url.",
        lambda key: {"role": "user", "content": [{"type": "image_url", "image_url": {"url": URL, key: "x"}}]},
    ),
    "call": ("tool_calls[0].", lambda key: assistant(None, call("a") | {key: "x"})),
    "function": (
        "tool_calls[0].function.",
        lambda key: assistant(None, {"id": "a", "function": {"name": "f", "arguments": "{}", key: "x"}}),
    ),
}
"""A message with a key in one of its objects, and where that is."""

IGNORED = {
    "message": IGNORED_OF_MESSAGE,
    "part": IGNORED_OF_PART,
    "image": IGNORED_OF_PART,
    "call": IGNORED_OF_CALL,
    "function": IGNORED_OF_FUNCTION,
}


async def refused(rest: httpx.AsyncClient, *messages: Json) -> ErrorBody:
    conversation = await new_conversation(rest)
    path = f"/v1/conversations/{conversation['id']}/messages:append"
    error = error_of(await rest.post(path, json={"messages": [user("?"), *messages]}))
    assert (error.status, error.reason) == (400, "INVALID_FIELD")
    return error


@pytest.mark.parametrize("place", WITH_KEY)
async def test_an_unknown_key_that_says_something_is_refused_by_name(rest: httpx.AsyncClient, place: str) -> None:
    path, message = WITH_KEY[place]
    error = await refused(rest, message("thinking"), message("audio_url"))
    assert error.fields == (f"messages[1].{path}thinking", f"messages[2].{path}audio_url")
    assert "metadata" in error.descriptions[0]


@pytest.mark.parametrize("place", WITH_KEY)
async def test_keys_that_say_nothing_of_what_was_said_are_ignored(rest: httpx.AsyncClient, place: str) -> None:
    _, message = WITH_KEY[place]
    bare = message("id") | {} if place == "message" else message("id")
    given = [message(key) for key in sorted(IGNORED[place] - {"id"})]
    context = await context_of(rest, (await new_conversation(rest, [user("?")]))["id"])
    for each in given:
        conversation = await new_conversation(rest, [user("?"), each])
        context = await context_of(rest, conversation["id"])
        assert context["messages"][2]["role"] == bare["role"]


@pytest.mark.parametrize("key", sorted(FLAGS_OF_MESSAGE))
@pytest.mark.parametrize("flag", [True, 0, 1.5])
async def test_what_is_to_be_done_with_a_message_is_ignored(rest: httpx.AsyncClient, key: str, flag: Any) -> None:
    conversation = await new_conversation(rest, [user("?"), assistant("Hi.") | {key: flag}])
    assert (await context_of(rest, conversation["id"]))["messages"][2] == assistant("Hi.")


@pytest.mark.parametrize("nothing", [None, False, "", [], {}, {"a": None, "b": [False, {"c": ""}]}])
async def test_an_unknown_key_with_nothing_in_it_is_ignored(rest: httpx.AsyncClient, nothing: Any) -> None:
    message = assistant("Hi.") | {"provider_specific_fields": nothing, "annotations": nothing}
    context = await context_of(rest, (await new_conversation(rest, [user("?"), message]))["id"])
    assert context["messages"][2] == assistant("Hi.")


async def test_up_to_ten_messages_are_named_at_once(rest: httpx.AsyncClient) -> None:
    error = await refused(rest, *(user("Hi.") | {"citations": ["x"]} for _ in range(15)))
    assert error.fields == tuple(f"messages[{index}].citations" for index in range(1, 11))


@pytest.mark.parametrize(
    ("message", "field"),
    [
        (assistant(None, call("a")) | {"function_call": OLD_CALL}, "function_call"),
        (assistant(None) | {"function_call": "get_weather"}, "function_call"),
        (assistant(None) | {"function_call": {"arguments": "{}"}}, "function_call"),
        ({"role": "function", "content": "21"}, "name"),
        (assistant("Yes.") | {"refusal": "No."}, "refusal"),
        (assistant(None) | {"refusal": ["No."]}, "refusal"),
        (assistant(None) | {"audio": {"id": "audio_1"}}, "audio"),
        (result("a", "boom", status="cancelled"), "status"),
        (result("a", "boom", status=["error"]), "status"),
        (result("a", "boom", status="error", is_error=False), "status"),
        (result("a", "21", status="success", is_error=True), "status"),
        (assistant("a") | {"parsed": {"x": "said"}}, "parsed"),
        (assistant(None) | {"parsed": {"x": "said"}}, "parsed"),
        (assistant("a") | {"partial": "said"}, "partial"),
        (assistant("a") | {"prefix": ["said"]}, "prefix"),
        (assistant("a") | {"weight": {"x": "said"}}, "weight"),
        (assistant(None) | {"thinking_blocks": [{"type": "thinking", "thinking": "?"}]}, "thinking_blocks"),
        (user("?") | {"metadata": {"a": "b"}, "metaData": "x"}, "metaData"),
        (assistant("Hi.") | {"\x00": "x"}, "\x00"),
        (assistant(None) | {"function_call": OLD_CALL | {"thought": "x"}}, "function_call.thought"),
        (assistant(None) | {"function_call": OLD_CALL | {"arguments": 5}}, "function_call.arguments"),
        (assistant(None, {"id": "a", "function": "ls", "arguments": 5}), "tool_calls[0].arguments"),
        (assistant(None, {"id": "a", "name": "ls", "args": 5}), "tool_calls[0].args"),
        (assistant(None, {"id": "a", "function": "ls", "name": "x"}), "tool_calls[0].name"),
        (assistant(None) | {"audio": {"transcript": "t", "text": "more"}}, "audio.text"),
        (assistant(None) | {"audio": {"data": "!"}}, "audio.data"),
        (assistant(None) | {"audio": "t"}, "audio"),
        (user("?") | {"timestamp": "at noon"}, "timestamp"),
        (user("?") | {"pinned": "to the wall"}, "pinned"),
        (user("?") | {"source": "the Times of Monday"}, "source"),
        (user("?") | {"files": ["a.py"]}, "files"),
        (of_parts([{"type": "file", "file_id": "f", "extras": {"context": "x"}}]), "parts[0].extras.context"),
        (of_parts([{"type": "file", "file_id": "f", "metadata": {"text": "x"}}]), "parts[0].metadata.text"),
        (of_parts([{"type": "file", "file_id": "f", "metadata": "x"}]), "parts[0].metadata"),
        (of_parts([{"type": "file", "file": {"file_id": "f", "extras": {"a": 1}}}]), "parts[0].file.extras.a"),
        (of_parts([{"type": "file", "file_id": "f", "filename": "a", "name": "b"}]), "parts[0].file.name"),
    ],
)
async def test_what_cannot_be_read_is_refused_by_name(rest: httpx.AsyncClient, message: Json, field: str) -> None:
    assert (await refused(rest, message)).fields == (f"messages[1].{field}",)


@pytest.mark.parametrize(
    ("kind", "instead"),
    [("document", "file"), ("tool_use", "tool_calls"), ("thinking", "reasoning_content"), ("video", "image_url")],
)
async def test_the_error_of_a_part_names_its_type_and_what_to_give(
    rest: httpx.AsyncClient, kind: str, instead: str
) -> None:
    error = await refused(rest, of_parts([{"type": kind, "x": 1}]))
    assert error.fields == ("messages[1].parts[0].type",)
    assert f"'{kind}'" in error.descriptions[0]
    assert instead in error.descriptions[0]


async def test_a_result_with_an_image_that_cannot_be_read_is_refused(rest: httpx.AsyncClient) -> None:
    image = {"type": "image", "data": "!", "mimeType": "image/png"}
    error = await refused(rest, assistant(None, call("a")), {"role": "tool", "tool_call_id": "a", "content": [image]})
    assert error.fields == ("messages[2].parts[0].image.inline.data",)


async def test_the_state_of_a_call_has_its_place_in_the_call(rest: httpx.AsyncClient) -> None:
    error = await refused(rest, assistant(None, call("a") | {"extra_content": {"google": {"thought_signature": "x"}}}))
    assert error.fields == ("messages[1].tool_calls[0].extra_content",)
    assert "opaque" in error.descriptions[0]


async def test_names_of_keys_in_logs_of_other_tools_are_ignored(rest: httpx.AsyncClient) -> None:
    langchain = {"response_metadata": {"model_name": "gpt-5"}, "usage_metadata": {"input_tokens": 7}, "id": "run-1"}
    claude_code = {"uuid": "u", "parentUuid": "p", "sessionId": "s", "timestamp": "2026-03-01T12:00:00Z"}
    openrouter = {"provider": "OpenAI", "native_finish_reason": "stop"}
    given = assistant("Hi.") | langchain | claude_code | openrouter | {"source": "generate"}
    context = await context_of(rest, (await new_conversation(rest, [user("?"), given]))["id"])
    assert context["messages"][2] == assistant("Hi.")
