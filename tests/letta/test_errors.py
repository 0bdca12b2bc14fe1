"""compactd's errors as the official Python clients' own exceptions, and what the clients send again."""

from collections.abc import Awaitable, Callable
from typing import Any

import httpx
import pytest
from letta_client import (
    APIStatusError,
    AsyncLetta,
    BadRequestError,
    ConflictError,
    InternalServerError,
    NotFoundError,
    RateLimitError,
)

from tests.builders.rest_resources import UNKNOWN_AGENT, UNKNOWN_COMPACTION, UNKNOWN_CONVERSATION, talk
from tests.letta.stored_data import in_default_conversation, new_agent, new_conversation
from tests.loopback.model import LoopbackModel

pytestmark = [pytest.mark.process, pytest.mark.asyncio(loop_scope="session")]

EVERYTHING: Any = {"mode": "everything"}

Asking = Callable[[AsyncLetta], Awaitable[Any]]

NOT_FOUND: dict[str, Asking] = {
    "an agent": lambda letta: letta.agents.retrieve(UNKNOWN_AGENT),
    "an agent to change": lambda letta: letta.agents.update(UNKNOWN_AGENT, name="x"),
    "an agent to delete": lambda letta: letta.agents.delete(UNKNOWN_AGENT),
    "an agent to recompile": lambda letta: letta.agents.recompile(UNKNOWN_AGENT),
    "an agent to summarize": lambda letta: letta.agents.messages.compact(UNKNOWN_AGENT),
    "an agent's blocks": lambda letta: letta.agents.blocks.retrieve("human", agent_id=UNKNOWN_AGENT),
    "a conversation": lambda letta: letta.conversations.retrieve(UNKNOWN_CONVERSATION),
    "a conversation to change": lambda letta: letta.conversations.update(UNKNOWN_CONVERSATION, summary="x"),
    "a conversation to delete": lambda letta: letta.conversations.delete(UNKNOWN_CONVERSATION),
    "a conversation to compact": lambda letta: letta.conversations.messages.compact(UNKNOWN_CONVERSATION),
    "a conversation to recompile": lambda letta: letta.conversations.recompile(UNKNOWN_CONVERSATION),
    "a compaction": lambda letta: letta.get(
        f"/v1/conversations/{UNKNOWN_CONVERSATION}/compactions/{UNKNOWN_COMPACTION}", cast_to=object
    ),
    "a route": lambda letta: letta.tools.retrieve("tool-1"),
}

BAD: dict[str, tuple[Asking, str]] = {
    "an id of another kind": (lambda letta: letta.agents.retrieve("conv-1"), "agent_id"),
    "default without an agent": (lambda letta: letta.conversations.messages.compact("default"), "agent_id"),
    "a mode that there is not": (
        lambda letta: letta.agents.create(compaction_settings=EVERYTHING),
        "agent.compaction_settings.mode",
    ),
    "a share above one": (
        lambda letta: letta.agents.create(compaction_settings={"sliding_window_percentage": 1.5}),
        "agent.compaction_settings.sliding_window_percentage",
    ),
    "settings of another provider": (
        lambda letta: letta.agents.create(model="openai/gpt-4.1", model_settings={"provider_type": "groq"}),
        "agent.model_settings",
    ),
    "an unknown provider": (
        lambda letta: letta.agents.create(compaction_settings={"model": "nobody/model"}),
        "agent.compaction_settings.model",
    ),
    "a window that holds nothing": (
        lambda letta: letta.agents.create(context_window_limit=10),
        "agent.context_window_limit",
    ),
}

NOT_HERE: dict[str, Asking] = {
    "messages of an agent": lambda letta: letta.agents.messages.create(UNKNOWN_AGENT, input="Hello."),
    "a stream of an agent": lambda letta: letta.agents.messages.create(UNKNOWN_AGENT, input="Hello.", streaming=True),
    "an older stream of an agent": lambda letta: letta.post(
        f"/v1/agents/{UNKNOWN_AGENT}/messages/stream", cast_to=object
    ),
    "messages in the background": lambda letta: letta.agents.messages.create_async(UNKNOWN_AGENT, input="Hello."),
    "an agent's cancel": lambda letta: letta.agents.messages.cancel(UNKNOWN_AGENT),
    "an agent's reset": lambda letta: letta.agents.messages.reset(UNKNOWN_AGENT),
    "messages of a conversation": lambda letta: letta.conversations.messages.create(
        UNKNOWN_CONVERSATION, input="Hello."
    ),
    "a stream of a conversation": lambda letta: letta.conversations.messages.stream(UNKNOWN_CONVERSATION),
    "a conversation's cancel": lambda letta: letta.conversations.cancel(UNKNOWN_CONVERSATION),
    "a fork": lambda letta: letta.conversations.fork(UNKNOWN_CONVERSATION),
    "block_ids": lambda letta: letta.agents.create(block_ids=["block-1"]),
    "message_ids": lambda letta: letta.agents.update(UNKNOWN_AGENT, message_ids=["message-1"]),
    "initial_message_sequence": lambda letta: letta.agents.create(
        initial_message_sequence=[{"role": "user", "content": "Hello."}]
    ),
    "a list that is narrowed by what is not kept": lambda letta: letta.conversations.list(archive_status="archived"),
    "a list in an order that there is not": lambda letta: letta.agents.list(order_by="last_run_completion"),
}


@pytest.mark.parametrize("what", NOT_FOUND)
async def test_what_is_not_there_is_a_not_found_error_sent_once(
    letta: AsyncLetta, sent: list[httpx.Request], what: str
) -> None:
    with pytest.raises(NotFoundError) as raised:
        await NOT_FOUND[what](letta)
    assert raised.value.response.headers["x-should-retry"] == "false"
    assert len(sent) == 1


@pytest.mark.parametrize("what", BAD)
async def test_what_cannot_be_meant_is_a_bad_request_error_that_names_the_field_sent_once(
    letta: AsyncLetta, sent: list[httpx.Request], what: str
) -> None:
    ask, field = BAD[what]
    with pytest.raises(BadRequestError) as raised:
        await ask(letta)
    body: Any = raised.value.body
    assert body["detail"] == body["message"]
    assert body["details"][0]["metadata"]["field"] == field
    assert len(sent) == 1


@pytest.mark.parametrize("what", NOT_HERE)
async def test_what_is_not_here_is_rejected_with_a_sentence_and_sent_once(
    letta: AsyncLetta, sent: list[httpx.Request], what: str
) -> None:
    with pytest.raises(InternalServerError) as raised:
        await NOT_HERE[what](letta)
    assert raised.value.status_code == 501
    body: Any = raised.value.body
    assert (body["details"][0]["reason"], body["detail"]) == ("NOT_SUPPORTED", body["message"])
    assert len(sent) == 1


async def test_a_wrong_method_is_no_other_than_a_status_error_sent_once(
    letta: AsyncLetta, sent: list[httpx.Request]
) -> None:
    with pytest.raises(APIStatusError) as raised:
        await letta.put("/v1/agents", cast_to=object)
    assert raised.value.status_code == 405
    assert raised.value.response.headers["allow"]
    assert len(sent) == 1


async def test_nothing_to_compact_is_recognised_by_the_words_that_existing_callers_look_for(
    letta: AsyncLetta, sent: list[httpx.Request]
) -> None:
    conversation = await new_conversation(letta)
    sent.clear()
    with pytest.raises(BadRequestError, match="Summarization failed to reduce the number of messages"):
        await letta.conversations.messages.compact(conversation.id)
    assert len(sent) == 1


async def test_a_changed_context_is_a_conflict_sent_once(letta: AsyncLetta, sent: list[httpx.Request]) -> None:
    conversation = await new_conversation(letta, talk(12))
    sent.clear()
    with pytest.raises(ConflictError):
        await letta.conversations.messages.compact(conversation.id, extra_body={"expected_version": "another"})
    assert len(sent) == 1


async def test_a_default_conversation_is_not_deleted(letta: AsyncLetta, sent: list[httpx.Request]) -> None:
    agent: Any = await new_agent(letta)
    sent.clear()
    with pytest.raises(BadRequestError, match="default"):
        await letta.conversations.delete(agent.default_conversation_id)
    assert len(sent) == 1


async def test_a_rate_limit_is_sent_again_by_the_client_itself_when_it_is_over(
    letta: AsyncLetta, sent: list[httpx.Request], model: LoopbackModel
) -> None:
    agent = await in_default_conversation(letta, model="openai/gpt-4.1")
    sent.clear()
    model.answer({"error": {"message": "slow down"}}, status=429, headers={"retry-after": "1"})
    assert (await letta.agents.messages.compact(agent.id)).num_messages_before == 49
    assert [request.headers["x-stainless-retry-count"] for request in sent] == ["0", "1"]


async def test_a_rate_limit_of_minutes_is_a_rate_limit_error_sent_once(
    letta: AsyncLetta, sent: list[httpx.Request], model: LoopbackModel
) -> None:
    agent = await in_default_conversation(letta, model="openai/gpt-4.1")
    sent.clear()
    model.answer({"error": {"message": "slow down"}}, status=429, headers={"retry-after": "600"})
    with pytest.raises(RateLimitError) as raised:
        await letta.agents.messages.compact(agent.id)
    assert raised.value.response.headers["retry-after"] == "600"
    assert len(sent) == 1


async def test_a_provider_that_is_down_is_an_internal_server_error_that_can_be_sent_again(
    letta: AsyncLetta, model: LoopbackModel
) -> None:
    agent = await in_default_conversation(letta, model="openai/gpt-4.1")
    model.answer({"error": {"message": "down"}}, status=500)
    with pytest.raises(InternalServerError) as raised:
        await letta.with_options(max_retries=0).agents.messages.compact(agent.id)
    assert raised.value.status_code == 503
    assert "x-should-retry" not in raised.value.response.headers
