"""What the OpenAPI document says of lengths, ranges, counts and forms is what the server does: up to a limit it takes
no offence at the field, and beyond it names it.
"""

from collections.abc import Callable
from functools import partial
from typing import Any

import httpx
import pytest

from tests.builders.rest_resources import (
    UNKNOWN_COMPACTION,
    UNKNOWN_JOB,
    UNKNOWN_POLICY,
    UNKNOWN_SWEEP,
    Json,
    new_agent,
    new_conversation,
)
from tests.gateway.document_limits import COMPONENTS, OF_MESSAGES, Limit, limits
from tests.gateway.error_bodies import error_of

pytestmark = pytest.mark.asyncio(loop_scope="session")

LIMITS = limits()
BY_SCHEMA = [limit for limit in LIMITS if limit.owner not in OF_MESSAGES and limit.name != "messages"]

REJECTED_AT_THE_LIMIT = {
    "AgentInput.system maxLength": "what is rendered after the template counts too",
    "PreviewPolicy query.after pattern": "a cursor has to be a conversation that there is",
    "WatchJob query.compact_request_id pattern": "the path has named a job",
    "PreviewPolicyByPolicy query.after pattern": "a cursor has to be a conversation that there is",
    **{
        f"{field} {keyword}": "it has to be there, or to be one"
        for field, keyword in (
            ("ConversationSelectorInput.agent_ids", "maxItems"),
            ("ConversationSelectorInput.agent_ids", "pattern"),
            ("CronTriggerInput.expression", "minLength"),
            ("CronTriggerInput.expression", "maxLength"),
            ("CronTriggerInput.time_zone", "maxLength"),
        )
    },
    **{
        f"{owner} query.{name} pattern": "a cursor has to be an item of the list"
        for owner in (
            "ListAgents",
            "ListBlocks",
            "ListCompactions",
            "ListConversations",
            "ListJobs",
            "ListLedger",
            "ListLedgerByAgentId",
            "ListMessages",
            "ListMessagesByAgentId",
            "ListPolicies",
            "ListSweeps",
        )
        for name in ("after", "before")
    },
}
"""Values that the document allows and the server has another reason to reject."""


async def ask(rest: httpx.AsyncClient, limit: Limit, value: Any) -> httpx.Response:
    """The limit's request with `value` in its place, about an agent of its own; a deletion about nothing."""
    agent = await new_agent(rest, memory_blocks=[{"label": "human", "value": "Ada"}])
    conversation = await new_conversation(rest, agent_id=agent["id"])
    ids = {
        "agent_id": agent["id"],
        "block_label": "human",
        "compaction_id": UNKNOWN_COMPACTION,
        "conversation_id": conversation["id"],
        "job_id": UNKNOWN_JOB,
        "policy_id": UNKNOWN_POLICY,
        "sweep_id": UNKNOWN_SWEEP,
    }
    if limit.place == "path":
        ids[limit.name] = value
    query = {"agent_id": agent["id"]} if limit.path == "/v1/conversations" and limit.verb == "POST" else {}
    if limit.place == "query":
        query[limit.name] = value
    body = limit.put(value) if limit.place == "body" else {}
    path = limit.path.format_map(ids)
    return await rest.request(limit.verb, path, params=query, json=body if limit.verb in ("POST", "PATCH") else None)


def named_fields(answer: httpx.Response) -> tuple[str, ...]:
    """The fields that an answer takes offence at."""
    return () if answer.status_code == 200 else error_of(answer).fields


def is_named(name: str, answer: httpx.Response) -> bool:
    return any(name in (step.partition("[")[0] for step in field.split(".")) for field in named_fields(answer))


@pytest.mark.parametrize("limit", [limit for limit in BY_SCHEMA if str(limit) not in REJECTED_AT_THE_LIMIT], ids=str)
async def test_up_to_its_limit_no_offence_is_taken_at_a_field(rest: httpx.AsyncClient, limit: Limit) -> None:
    assert not is_named(limit.name, await ask(rest, limit, limit.within()))


@pytest.mark.parametrize("limit", BY_SCHEMA, ids=str)
async def test_beyond_its_limit_a_field_is_named(rest: httpx.AsyncClient, limit: Limit) -> None:
    assert is_named(limit.name, await ask(rest, limit, limit.beyond()))


async def test_what_is_rejected_at_its_limit_has_one() -> None:
    assert {str(limit) for limit in BY_SCHEMA} >= REJECTED_AT_THE_LIMIT.keys()


OPAQUE = {"provider": "openai", "model": "gpt-5-mini", "type": "reasoning", "data": "AAE="}


def call(call_id: str = "a", name: str = "f", **more: Any) -> Json:
    return {"id": call_id, "function": {"name": name, "arguments": "{}"}, **more}


def calling(*calls: Json) -> Json:
    return {"role": "assistant", "content": None, "tool_calls": [*calls]}


def opaque_call(name: str, size: int) -> list[Json]:
    return [calling(call(opaque={**OPAQUE, name: "x" * size}))]


def part(kind: str, **fields: str) -> list[Json]:
    return [user([{"type": kind, kind: fields}])]


def user(content: Any = "Hello.", **more: Any) -> Json:
    return {"role": "user", "content": content, **more}


MESSAGES: dict[str, tuple[str, Callable[[int], list[Json]]]] = {
    "AppendMessages.messages minItems": ("messages", lambda size: [user()] * size),
    "AppendMessages.messages maxItems": ("messages", lambda size: [user()] * size),
    "ChatMessage.content maxLength": ("messages", lambda size: [user("x" * size)]),
    "ChatMessage.content maxItems": ("parts", lambda size: [user([{"type": "text", "text": "x"}] * size)]),
    "ChatMessage.metadata maxProperties": (
        "metadata",
        lambda size: [user(metadata={f"k{number}": "v" for number in range(size)})],
    ),
    "ChatMessage.name maxLength": ("name", lambda size: [user(name="x" * size)]),
    "ChatMessage.tool_call_id maxLength": (
        "tool_call_id",
        lambda size: [calling(call("x" * min(size, 256))), {"role": "tool", "content": "", "tool_call_id": "x" * size}],
    ),
    "ChatMessage.tool_calls maxItems": (
        "tool_calls",
        lambda size: [calling(*(call(f"call-{number}") for number in range(size)))],
    ),
    "ToolCall.id minLength": ("id", lambda size: [calling(call("x" * size))]),
    "ToolCall.id maxLength": ("id", lambda size: [calling(call("x" * size))]),
    "FunctionCall.name minLength": ("name", lambda size: [calling(call(name="x" * size))]),
    "FunctionCall.name maxLength": ("name", lambda size: [calling(call(name="x" * size))]),
    "FileContent.filename maxLength": ("name", lambda size: part("file", file_id="f", filename="x" * size)),
    "FileContent.file_id maxLength": ("file_id", lambda size: part("file", file_id="x" * size)),
    "FileContent.format maxLength": ("media_type", lambda size: part("file", file_id="f", format="x" * size)),
    "InputAudio.format maxLength": (
        "format",
        lambda size: part("input_audio", data="UklGRg==", format="x" * size),
    ),
    **{
        f"Opaque.{name} {keyword}": (name, partial(opaque_call, name))
        for name in ("provider", "model", "type")
        for keyword in ("minLength", "maxLength")
    },
}
"""For each limit of messages the field that an error names, and messages of any size."""

OF_MESSAGE = {str(limit): limit for limit in LIMITS if limit not in BY_SCHEMA}
# As many bytes of text do not leave any for the rest of the message.
REJECTED_MESSAGES = {"ChatMessage.content maxLength"}


async def test_every_limit_of_messages_is_tried() -> None:
    assert MESSAGES.keys() == OF_MESSAGE.keys()


async def append(rest: httpx.AsyncClient, messages: list[Json]) -> httpx.Response:
    conversation = await new_conversation(rest)
    return await rest.post(f"/v1/conversations/{conversation['id']}/messages:append", json={"messages": messages})


@pytest.mark.parametrize("limit", sorted(MESSAGES.keys() - REJECTED_MESSAGES))
async def test_messages_up_to_a_limit_are_appended(rest: httpx.AsyncClient, limit: str) -> None:
    _, messages = MESSAGES[limit]
    its = OF_MESSAGE[limit]
    answer = await append(rest, messages(its.schema[its.keyword]))
    assert answer.status_code == 200, answer.text


@pytest.mark.parametrize("limit", MESSAGES)
async def test_messages_beyond_a_limit_are_rejected_by_the_field(rest: httpx.AsyncClient, limit: str) -> None:
    name, messages = MESSAGES[limit]
    its = OF_MESSAGE[limit]
    bound = its.schema[its.keyword]
    assert is_named(name, await append(rest, messages(bound - 1 if its.keyword.startswith("min") else bound + 1)))


async def test_the_components_of_messages_are_there() -> None:
    assert COMPONENTS.keys() >= OF_MESSAGES
