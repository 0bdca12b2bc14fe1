"""Of any message that looks like one of OpenAI's, all that was said comes back, or the request is refused by name."""

import json
from typing import Any

import httpx
import pytest
import pytest_asyncio
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.builders.rest_resources import Json, context_of, new_agent, new_conversation
from tests.gateway.error_bodies import error_of

pytestmark = pytest.mark.asyncio(loop_scope="session")

IGNORED = ("id", "usage", "logprobs", "cache_control", "finish_reason", "detail", "index")

WORDS = st.integers(0, 10**9).map(lambda number: f"said-{number:09d}")
"""Texts that are found again wherever they are."""

VALUES = st.recursive(
    WORDS | st.none() | st.just("") | st.booleans() | st.just({"type": "text", "text": "said-000000000"}),
    lambda inner: (
        st.lists(inner, max_size=2) | st.dictionaries(st.sampled_from(["text", "name", "x"]), inner, max_size=2)
    ),
    max_leaves=4,
)

PARTS = st.fixed_dictionaries(
    {"type": st.sampled_from(["text", "refusal", "image_url", "file", "input_audio", "thinking", "opaque"])},
    optional={
        "text": WORDS,
        "refusal": WORDS,
        "image_url": st.fixed_dictionaries({"url": WORDS}),
        "thinking": WORDS,
        "signature": WORDS,
        "annotations": VALUES,
        "cache_control": st.just({"type": "ephemeral"}),
        "file": st.fixed_dictionaries({"file_id": WORDS}, optional={"filename": WORDS, "note": WORDS}),
        "input_audio": st.fixed_dictionaries({"transcript": WORDS}, optional={"speaker": WORDS}),
    },
)
FUNCTIONS = st.fixed_dictionaries(
    {"name": WORDS, "arguments": WORDS | st.dictionaries(WORDS, WORDS, max_size=2)}, optional={"note": VALUES}
)
CALLS = st.fixed_dictionaries(
    {"id": WORDS, "function": FUNCTIONS}, optional={"type": st.just("function"), "index": st.just(1), "custom": VALUES}
)
AUDIO = st.fixed_dictionaries({"id": st.just("a")}, optional={"transcript": WORDS, "data": st.just("YQ==")})
MESSAGES = st.fixed_dictionaries(
    {"role": st.sampled_from(["user", "assistant", "assistant", "tool", "function"])},
    optional={
        "content": WORDS | st.none() | st.lists(PARTS, max_size=3) | VALUES,
        "name": WORDS,
        "refusal": WORDS | st.none(),
        "audio": st.none()
        | st.fixed_dictionaries({"id": st.just("a")}, optional={"transcript": WORDS, "data": st.just("YQ==")}),
        "reasoning": WORDS | st.none(),
        "reasoning_content": WORDS | st.none(),
        "reasoning_details": st.lists(
            st.dictionaries(st.sampled_from(["text", "data"]), WORDS, max_size=2), max_size=2
        ),
        "function_call": st.none() | FUNCTIONS,
        "tool_calls": st.none() | st.lists(CALLS, max_size=2),
        "citations": VALUES,
        "usage": st.just({"total_tokens": 7}),
        "metadata": st.just({}),
    },
)


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def agent(rest: httpx.AsyncClient) -> str:
    agent_id: str = (await new_agent(rest))["id"]
    return agent_id


def words_of(value: Any) -> set[str]:
    """Every word said in a value, but for what stands under keys that are ignored."""
    if isinstance(value, dict):
        found = (words_of(item) | words_of(key) for key, item in value.items() if key not in IGNORED)
        return set().union(*found)
    if isinstance(value, list):
        return set().union(*map(words_of, value))
    return {value} if isinstance(value, str) and value.startswith("said-") else set()


# The session's loop runs one example after the other.
@settings(max_examples=150, deadline=None)
@given(message=MESSAGES)
async def test_all_that_was_said_comes_back_or_is_refused_by_name(
    rest: httpx.AsyncClient, agent: str, message: Json
) -> None:
    conversation = (await new_conversation(rest, agent_id=agent))["id"]
    body = {"messages": [{"role": "user", "content": "?"}, message], "repair": True}
    answer = await rest.post(f"/v1/conversations/{conversation}/messages:append", json=body)
    if answer.status_code != 200:
        error = error_of(answer)
        assert error.status == 400
        assert error.fields[0].startswith("messages[1]")
        return
    left_out = any(repair["kind"] == "left_out" for repair in answer.json()["repairs"])
    named = {message.get("name")} if left_out else set()
    shown = json.dumps((await context_of(rest, conversation, format="native"))["messages"], ensure_ascii=False)
    ids = {call["id"] for call in message.get("tool_calls") or ()}
    assert not {word for word in words_of(message) - ids - named if word not in shown}
