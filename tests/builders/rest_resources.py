"""Stored data made over REST, and conversations in OpenAI's JSON."""

from collections.abc import Sequence
from typing import Any

import httpx

Json = dict[str, Any]

UNKNOWN_AGENT = "agent-00000000-0000-4000-8000-000000000000"
UNKNOWN_CONVERSATION = "conv-00000000-0000-4000-8000-000000000000"
UNKNOWN_COMPACTION = "compaction-00000000-0000-4000-8000-000000000000"
UNKNOWN_POLICY = "policy-00000000-0000-4000-8000-000000000000"
UNKNOWN_SWEEP = "sweep-00000000-0000-4000-8000-000000000000"
UNKNOWN_JOB = "job-00000000-0000-4000-8000-000000000000"

EXTRACTIVE: Json = {"model": "local/extractive"}


def user(text: str) -> Json:
    return {"role": "user", "content": text}


def assistant(text: str | None, *calls: Json) -> Json:
    return {"role": "assistant", "content": text} | ({"tool_calls": [*calls]} if calls else {})


def call(call_id: str, name: str = "find_invoice", arguments: str = "{}") -> Json:
    return {"id": call_id, "type": "function", "function": {"name": name, "arguments": arguments}}


def result(call_id: str, text: str, **more: Any) -> Json:
    return {"role": "tool", "content": text, "tool_call_id": call_id, **more}


def talk(turns: int) -> list[Json]:
    """Turns of a user message, a call, its result and an answer: some 80 tokens each."""
    return [message for turn in range(1, turns + 1) for message in _turn(turn)]


def _turn(turn: int) -> list[Json]:
    invoice = f"INV-{turn:04d}"
    return [
        user(f"Please check invoice {invoice} of carrier C-{turn * 7} and tell me whether it was paid."),
        assistant(None, call(f"call_{turn}", arguments=f'{{"invoice": "{invoice}"}}')),
        result(f"call_{turn}", f'{{"invoice": "{invoice}", "status": "paid", "amount": "{turn}12.50 EUR"}}'),
        assistant(f"Invoice {invoice} was paid: {turn}12.50 EUR, on 2026-03-{turn % 28 + 1:02d}."),
    ]


def json_of(answer: httpx.Response) -> Any:
    """The JSON of an answer that has to be a success."""
    assert answer.status_code == 200, f"{answer.status_code}: {answer.text[:500]}"
    assert answer.headers["content-type"] == "application/json"
    return answer.json()


async def new_agent(rest: httpx.AsyncClient, **fields: Any) -> Json:
    agent: Json = json_of(await rest.post("/v1/agents", json=fields))
    return agent


async def new_conversation(
    rest: httpx.AsyncClient, messages: Sequence[Json] = (), agent_id: str = "", **fields: Any
) -> Json:
    """A conversation with these messages, with an agent of its own unless one is named."""
    agent = agent_id or (await new_agent(rest))["id"]
    answer = await rest.post("/v1/conversations", params={"agent_id": agent}, json=fields)
    conversation: Json = json_of(answer)
    if messages:
        await append(rest, conversation["id"], messages)
    return conversation


async def append(rest: httpx.AsyncClient, conversation_id: str, messages: Sequence[Json]) -> Json:
    answer = await rest.post(f"/v1/conversations/{conversation_id}/messages:append", json={"messages": [*messages]})
    appended: Json = json_of(answer)
    return appended


async def context_of(rest: httpx.AsyncClient, conversation_id: str, **params: str) -> Json:
    context: Json = json_of(await rest.get(f"/v1/conversations/{conversation_id}/context", params=params))
    return context


async def entries_of(rest: httpx.AsyncClient, conversation_id: str, **params: Any) -> list[Json]:
    """In the order of positions, unless `params` say otherwise."""
    parameters = {"order": "asc", **params}
    entries: list[Json] = json_of(await rest.get(f"/v1/conversations/{conversation_id}/messages", params=parameters))
    return entries
