"""What a model thought, over REST: in the keys that chat APIs have for it, in and out again."""

import json
from typing import Any

import httpx
import pytest

from compaction.v1 import message_pb2
from tests.builders.chat import history_of
from tests.builders.rest_resources import Json, append, assistant, call, context_of, new_agent, new_conversation, user
from tests.gateway.error_bodies import error_of
from tests.server import Client

pytestmark = pytest.mark.asyncio(loop_scope="session")

DETAILS = [
    {"type": "reasoning.text", "text": "Which month? über", "signature": None, "index": 0},
    {"type": "reasoning.encrypted", "data": "c2VjcmV0", "n": 2**60},
]
MODEL = "openrouter/deepseek/deepseek-v4"

ROUND_TRIPS: dict[str, Json] = {
    "DeepSeek's text": assistant("May.") | {"reasoning_content": "Which month?"},
    "OpenRouter's text": assistant("May.") | {"reasoning": "Which month?"},
    "an empty one, which some APIs want back": assistant(None, call("a")) | {"reasoning_content": ""},
    "beside calls": assistant(None, call("a")) | {"reasoning_content": "Which month?"},
    "details": assistant("May.") | {"reasoning_details": DETAILS},
    "details beside calls": assistant(None, call("a")) | {"reasoning_details": DETAILS},
    "details and text": assistant("May.") | {"reasoning": "Which month?", "reasoning_details": DETAILS},
    "details and parts": {
        "role": "assistant",
        "content": [{"type": "text", "text": "May."}, {"type": "text", "text": "Or June."}],
        "reasoning_details": DETAILS,
    },
}


@pytest.mark.parametrize("message", ROUND_TRIPS.values(), ids=ROUND_TRIPS)
@pytest.mark.parametrize("form", ["openai", "native"])
async def test_thoughts_come_back_where_they_were_given(rest: httpx.AsyncClient, form: str, message: Json) -> None:
    context = await context_of(rest, (await new_conversation(rest, [user("?"), message]))["id"], format=form)
    assert context["messages"][2] == message
    assert context["sources"][2]["origin"] == "verbatim"


@pytest.mark.parametrize("thoughts", [{"reasoning_content": "Which month?"}, {"reasoning_details": DETAILS}])
@pytest.mark.parametrize("form", ["openai", "native", "strict"])
async def test_a_message_that_was_only_thought_is_one(rest: httpx.AsyncClient, form: str, thoughts: Json) -> None:
    thought = assistant(None) | thoughts
    context = await context_of(rest, (await new_conversation(rest, [user("?"), thought]))["id"], format=form)
    assert context["messages"][2] == thought | {"content": "[empty]"}


async def test_thoughts_over_grpc_are_fields_and_a_part(rest: httpx.AsyncClient, client: Client) -> None:
    agent = await new_agent(rest, model=MODEL)
    given = assistant("May.") | {"reasoning": "Which month?", "reasoning_details": [{"type": "x", "text": "ü"}]}
    conversation = await new_conversation(rest, [user("?"), given], agent["id"])
    [_, _, stored] = await history_of(client, conversation["id"])
    message = stored.message
    assert (message.reasoning, message.model) == ("Which month?", MODEL)
    assert message.reasoning_field == message_pb2.REASONING_FIELD_REASONING
    assert message.parts[0].opaque == message_pb2.Opaque(
        provider="openrouter",
        model="deepseek/deepseek-v4",
        type="reasoning_details",
        data='[{"type":"x","text":"ü"}]'.encode(),
    )
    assert message.parts[1].text == "May."


async def test_a_model_without_its_provider_does_not_say_whose_a_message_is(
    rest: httpx.AsyncClient, client: Client
) -> None:
    agent = await new_agent(rest, model=MODEL)
    told = {"model": "gpt-5.2", "reasoning_content": "Which month?"}
    conversation = await new_conversation(rest, [user("When?"), assistant("May.") | told], agent_id=agent["id"])
    [*_, stored] = await history_of(client, conversation["id"])
    assert stored.message.model == MODEL


async def test_the_model_of_an_import_may_be_told(rest: httpx.AsyncClient, client: Client) -> None:
    told = {"model": "deepseek/deepseek-reasoner"}
    conversation = await new_conversation(rest, [user("?"), assistant("May.") | told, assistant("Or June.") | told])
    [_, _, stored, _] = await history_of(client, conversation["id"])
    assert stored.message.model == told["model"]
    assert "model" not in (await context_of(rest, conversation["id"]))["messages"][2]


async def test_who_thought_what_is_told_in_the_native_format(rest: httpx.AsyncClient) -> None:
    agent = await new_agent(rest, model=MODEL)
    thought = assistant("May.") | {"reasoning_content": "Which?", "model": "deepseek/deepseek-reasoner"}
    own = assistant("June.") | {"reasoning": "And then?"}
    conversation = await new_conversation(rest, [user("?"), thought, user("?"), own], agent["id"])
    native = await context_of(rest, conversation["id"], format="native")
    assert native["messages"][2] == thought
    assert native["messages"][4] == own | {"model": MODEL}
    assert {source["origin"] for source in native["sources"]} == {"verbatim"}
    for form in ("openai", "strict"):
        shown = await context_of(rest, conversation["id"], format=form)
        [first, second] = [message for message in shown["messages"] if message["role"] == "assistant"]
        assert (first["reasoning_content"], second) == ("Which?", own)
        assert "model" not in first


async def test_both_keys_may_say_the_same(rest: httpx.AsyncClient) -> None:
    both = assistant("May.") | {"reasoning_content": "Which month?", "reasoning": "Which month?"}
    context = await context_of(rest, (await new_conversation(rest, [user("?"), both]))["id"])
    assert context["messages"][2] == assistant("May.") | {"reasoning_content": "Which month?"}


@pytest.mark.parametrize("nothing", [None, ""])
async def test_no_thoughts_of_a_user_are_none(rest: httpx.AsyncClient, nothing: str | None) -> None:
    empty: Json = {"reasoning_content": nothing, "reasoning": nothing, "reasoning_details": []}
    context = await context_of(rest, (await new_conversation(rest, [user("?") | empty]))["id"])
    assert context["messages"][1] == user("?")


async def test_thoughts_are_counted(rest: httpx.AsyncClient) -> None:
    conversation = await new_conversation(rest, [user("?")])
    before = (await append(rest, conversation["id"], [assistant("May.")]))["context_tokens"]
    thought = assistant("May.") | {"reasoning_content": "word " * 1_000}
    after = (await append(rest, conversation["id"], [thought]))["context_tokens"]
    assert after - before > 1_000


@pytest.mark.parametrize(
    ("message", "field"),
    [
        (assistant("May.") | {"reasoning": "a", "reasoning_content": "b"}, "reasoning"),
        (assistant("May.") | {"reasoning": ["a"]}, "reasoning"),
        (assistant("May.") | {"reasoning_content": {"a": "b"}}, "reasoning_content"),
        (assistant("May.") | {"reasoning_content": "\ud800"}, "reasoning_content"),
        (assistant("May.") | {"reasoning_details": "a"}, "reasoning_details"),
        (assistant("May.") | {"reasoning_details": ["a"]}, "reasoning_details"),
        (assistant("May.") | {"reasoning_details": [{"a": 10**40}]}, "reasoning_details"),
        (assistant("May.") | {"reasoning_details": [{"a": "\ud800"}]}, "reasoning_details"),
        (assistant("May.") | {"reasoning_field": "reasoning"}, "reasoning_field"),
        (assistant("May.") | {"model": "/gpt-5.2"}, "model"),
        (assistant("May.") | {"model": "a/" + "b" * 255}, "model"),
        (user("?") | {"model": "openai/gpt-5.2"}, "model"),
        (user("?") | {"reasoning_content": "a"}, "reasoning"),
        (user("?") | {"reasoning_details": DETAILS}, "reasoning_details"),
    ],
)
async def test_what_are_no_thoughts_is_refused_by_name(rest: httpx.AsyncClient, message: Json, field: str) -> None:
    conversation = await new_conversation(rest)
    answer: Any = await rest.post(
        f"/v1/conversations/{conversation['id']}/messages:append",
        # By json, which writes half a surrogate pair as an escape.
        content=json.dumps({"messages": [user("?"), message]}),
        headers={"content-type": "application/json"},
    )
    error = error_of(answer)
    assert (error.status, error.reason, error.fields) == (400, "INVALID_FIELD", (f"messages[1].{field}",))
