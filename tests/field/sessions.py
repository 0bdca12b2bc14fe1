"""What is done with a case: its messages are appended, compacted, looked at and sent."""

import json
from collections.abc import Sequence
from typing import Any

import httpx

from tests.builders.rest_resources import Json, append, context_of, json_of, new_agent, new_conversation
from tests.loopback.model import LoopbackModel


def parcel_talk(turns: int, first: int = 0) -> list[Json]:
    """Turns of a question and an answer, of some 90 tokens each."""
    messages: list[Json] = []
    for turn in range(first, first + turns):
        question = f"Question {turn}: what is the state of parcel P-{7000 + turn}, and who signed for it? "
        answer = f"Parcel P-{7000 + turn} was handed over on 2026-04-{turn % 28 + 1:02d}, signed by the front desk. "
        messages.append({"role": "user", "content": question + "It is for the weekly list. " * 5})
        messages.append({"role": "assistant", "content": answer + "The depot confirmed it by mail. " * 5})
    return messages


async def stored(rest: httpx.AsyncClient, messages: Sequence[Json], model: str = "", **agent: Any) -> str:
    """The id of a conversation of these messages with an agent of this model."""
    agent_id = (await new_agent(rest, **agent, **({"model": model} if model else {})))["id"]
    conversation: str = (await new_conversation(rest, agent_id=agent_id))["id"]
    await append(rest, conversation, messages)
    return conversation


async def shown(rest: httpx.AsyncClient, conversation_id: str, **params: str) -> list[Json]:
    """The messages of GetContext."""
    messages: list[Json] = (await context_of(rest, conversation_id, **params))["messages"]
    return messages


async def answer_of_compact(rest: httpx.AsyncClient, conversation_id: str, **settings: Any) -> httpx.Response:
    body = {"compaction_settings": settings} if settings else {}
    return await rest.post(f"/v1/conversations/{conversation_id}/compact", json=body)


async def compacted(rest: httpx.AsyncClient, conversation_id: str, **settings: Any) -> Json:
    """The answer of a Compact that has to succeed."""
    answer: Json = json_of(await answer_of_compact(rest, conversation_id, **settings))
    return answer


async def self_request(
    rest: httpx.AsyncClient, model: LoopbackModel, handle: str, messages: Sequence[Json], **agent: Any
) -> Json:
    """What the agent's own model is sent, last of all, when it summarizes its own context."""
    conversation_id = await stored(rest, messages, handle, **agent)
    model.requests.clear()
    answer = await compacted(rest, conversation_id, mode="self_compact_all")
    assert answer["compaction"]["ask"] == "self"
    body: Json = model.last.body
    return body


def said(request: Any) -> str:
    """All of a request's texts, whatever its dialect."""
    return json.dumps(request, ensure_ascii=False)
