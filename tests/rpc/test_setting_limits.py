"""Limits of settings: over one is INVALID_ARGUMENT with the field's path and a sentence, at it is accepted."""

from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from compaction.v1 import (
    agent_pb2,
    agent_service_pb2,
    compaction_service_pb2,
    conversation_service_pb2,
)
from tests.builders.chat import make, new_agent, new_conversation
from tests.rpc.failures import failure_of
from tests.rpc.limits import AGENT, CONVERSATION, INFINITY, KIB, NAN, assert_names
from tests.server import Client

pytestmark = pytest.mark.asyncio(loop_scope="session")


def schema(levels: int) -> dict[str, Any]:
    """A JSON object of so many levels."""
    nested: dict[str, Any] = {"a": 1}
    for _ in range(levels - 1):
        nested = {"a": nested}
    return nested


def formatted(json_schema: dict[str, Any]) -> dict[str, Any]:
    return {"response_format": {"json_schema": {"json_schema": json_schema}}}


BAD_SETTINGS: list[tuple[str, dict[str, Any], str]] = [
    ("clip_chars below 0", {"clip_chars": -1}, "clip_chars"),
    ("percentage 0", {"sliding_window_percentage": 0.0}, "sliding_window_percentage"),
    ("percentage below 0", {"sliding_window_percentage": -0.1}, "sliding_window_percentage"),
    ("percentage above 1", {"sliding_window_percentage": 1.0000001}, "sliding_window_percentage"),
    ("percentage NaN", {"sliding_window_percentage": NAN}, "sliding_window_percentage"),
    ("percentage infinite", {"sliding_window_percentage": INFINITY}, "sliding_window_percentage"),
    ("unknown mode", {"mode": 99}, "mode"),
    ("negative mode", {"mode": -1}, "mode"),
    ("empty prompt", {"prompt": ""}, "prompt"),
    ("blank prompt", {"prompt": " \n\t"}, "prompt"),
    ("prompt over 32 KiB", {"prompt": "é" * (16 * KIB) + "x"}, "prompt"),
    ("empty model", {"model": ""}, "model"),
    ("model without slash", {"model": "gpt-5"}, "model"),
    ("model without name", {"model": "openai/"}, "model"),
    ("model without provider", {"model": "/gpt-5"}, "model"),
    ("model too long", {"model": "openai/" + "x" * 250}, "model"),
    ("unknown provider", {"model": "acme/gpt-5"}, "model"),
    ("unknown local model", {"model": "local/abstractive"}, "model"),
    ("no member", {"model_settings": {}}, "model_settings"),
    *(
        (f"{name} {value}", {"model_settings": {provider: {name: value}}}, f"model_settings.{provider}.{name}")
        for provider in ("openai", "baseten", "chatgpt_oauth")
        for name, value in (("max_output_tokens", 0), ("temperature", -0.1), ("temperature", NAN))
    ),
    ("infinite temperature", {"model_settings": {"xai": {"temperature": INFINITY}}}, "model_settings.xai.temperature"),
    (
        "budget of 0",
        {"model_settings": {"anthropic": {"thinking": {"budget_tokens": 0}}}},
        "model_settings.anthropic.thinking.budget_tokens",
    ),
    (
        "budget not below the output limit",
        {"model_settings": {"anthropic": {"max_output_tokens": 2048, "thinking": {"budget_tokens": 2048}}}},
        "model_settings.anthropic.thinking.budget_tokens",
    ),
    (
        "budget of moonshot_coding",
        {"model_settings": {"moonshot_coding": {"max_output_tokens": 2, "thinking": {"budget_tokens": 3}}}},
        "model_settings.moonshot_coding.thinking.budget_tokens",
    ),
    (
        "thinking budget below -1",
        {"model_settings": {"google_ai": {"thinking_config": {"thinking_budget": -2}}}},
        "model_settings.google_ai.thinking_config.thinking_budget",
    ),
    (
        "parser too long",
        {"model_settings": {"sglang": {"tool_call_parser": "x" * 65}}},
        "model_settings.sglang.tool_call_parser",
    ),
    (
        "format without a member",
        {"model_settings": {"openai": {"response_format": {}}}},
        "model_settings.openai.response_format",
    ),
    (
        "schema of 21 levels",
        {"model_settings": {"openai": formatted(schema(21))}},
        "model_settings.openai.response_format.json_schema.json_schema",
    ),
    (
        "schema over 64 KiB",
        {"model_settings": {"groq": formatted({"a": "é" * (32 * KIB)})}},
        "model_settings.groq.response_format.json_schema.json_schema",
    ),
    (
        "schema with NaN",
        {"model_settings": {"groq": formatted({"a": NAN})}},
        "model_settings.groq.response_format.json_schema.json_schema",
    ),
    (
        "unknown effort",
        {"model_settings": {"openai": {"reasoning": {"reasoning_effort": 77}}}},
        "model_settings.openai.reasoning.reasoning_effort",
    ),
    (
        "unknown thinking type",
        {"model_settings": {"zai": {"thinking": {"type": 9}}}},
        "model_settings.zai.thinking.type",
    ),
    ("unknown verbosity", {"model_settings": {"anthropic": {"verbosity": 9}}}, "model_settings.anthropic.verbosity"),
]

MISMATCHED: list[tuple[str, dict[str, Any], str]] = [
    ("other provider", {"model": "openai/gpt-5", "model_settings": {"groq": {}}}, "model_settings"),
    ("embedded with settings", {"model": "local/extractive", "model_settings": {"openai": {}}}, "model_settings"),
]

DOORS: dict[str, tuple[str, Callable[[Client, dict[str, Any]], Awaitable[Any]]]] = {
    "Compact": (
        "compaction_settings",
        lambda client, given: client.compactions.Compact(
            make(compaction_service_pb2.CompactRequest, conversation_id=CONVERSATION, compaction_settings=given)
        ),
    ),
    "Summarize": (
        "compaction_settings",
        lambda client, given: client.compactions.Summarize(
            make(compaction_service_pb2.SummarizeRequest, agent_id=AGENT, compaction_settings=given)
        ),
    ),
    "Recompile": (
        "compaction_settings",
        lambda client, given: client.compactions.Recompile(
            make(compaction_service_pb2.RecompileRequest, conversation_id=CONVERSATION, compaction_settings=given)
        ),
    ),
    "CreateAgent": (
        "agent.compaction_settings",
        lambda client, given: client.agents.CreateAgent(
            make(agent_service_pb2.CreateAgentRequest, agent={"compaction_settings": given})
        ),
    ),
    "CreateConversation": (
        "conversation.compaction_settings",
        lambda client, given: client.conversations.CreateConversation(
            make(
                conversation_service_pb2.CreateConversationRequest,
                agent_id=AGENT,
                conversation={"compaction_settings": given},
            )
        ),
    ),
}


@pytest.mark.parametrize(("_name", "given", "field"), BAD_SETTINGS, ids=[row[0] for row in BAD_SETTINGS])
@pytest.mark.parametrize("door", DOORS)
async def test_settings_over_a_limit_are_rejected_at_every_door(
    client: Client, door: str, _name: str, given: dict[str, Any], field: str
) -> None:
    prefix, knock = DOORS[door]
    assert_names(await failure_of(knock(client, given)), f"{prefix}.{field}")


@pytest.mark.parametrize(("_name", "given", "field"), MISMATCHED, ids=[row[0] for row in MISMATCHED])
@pytest.mark.parametrize("door", [door for door in DOORS if door != "Recompile"])
async def test_a_model_and_settings_of_another_provider_are_rejected_within_one_layer(
    client: Client, door: str, _name: str, given: dict[str, Any], field: str
) -> None:
    prefix, knock = DOORS[door]
    failed = await failure_of(knock(client, given))
    assert_names(failed, f"{prefix}.{field}")
    assert given["model"] in failed.sentence
    assert next(iter(given["model_settings"])) in failed.sentence


async def test_recompile_checks_shapes_only(client: Client) -> None:
    conversation_id = await new_conversation(client)
    request = make(
        compaction_service_pb2.RecompileRequest, conversation_id=conversation_id, compaction_settings=MISMATCHED[0][1]
    )
    assert (await client.compactions.Recompile(request)).system_prompt


@pytest.mark.parametrize(
    "given",
    [
        {"clip_chars": 0, "sliding_window_percentage": 1.0, "prompt": "x" * (32 * KIB)},
        {"sliding_window_percentage": 5e-324, "model": "openai/" + "x" * 249},
        {"model": "google_ai/models/gemini-2.5-flash"},
        {"model_settings": {"openai": {"max_output_tokens": 1, "temperature": 0.0} | formatted(schema(20))}},
        {"model_settings": {"groq": formatted({"a": "x" * (64 * KIB - len('{"a":""}'))})}},
        {"model_settings": {"google_vertex": {"thinking_config": {"thinking_budget": -1}}}},
        {"model_settings": {"sglang": {"tool_call_parser": "x" * 64}}},
        {"model_settings": {"anthropic": {"max_output_tokens": 2, "thinking": {"budget_tokens": 1}}}},
    ],
)
async def test_settings_at_a_limit_are_accepted(client: Client, given: dict[str, Any]) -> None:
    agent = await new_agent(client, compaction_settings=given)
    assert agent.compaction_settings == make(agent_pb2.Agent, compaction_settings=given).compaction_settings


async def test_every_violation_is_listed(client: Client) -> None:
    _, knock = DOORS["Compact"]
    failed = await failure_of(knock(client, {"clip_chars": -1, "prompt": "", "model": "x"}))
    assert_names(failed, "compaction_settings.clip_chars", "compaction_settings.model", "compaction_settings.prompt")
