"""Every limit of the contract: over it is INVALID_ARGUMENT with the field's path and a sentence, at it is accepted."""

from collections.abc import Awaitable, Callable
from typing import Any

import grpc
import pytest

from compaction.v1 import (
    agent_pb2,
    agent_service_pb2,
    compaction_service_pb2,
    conversation_service_pb2,
    message_pb2,
)
from tests.rpc.chat import append, assistant, call, make, new_agent, new_conversation, result, system, user
from tests.rpc.failures import Failure, failure_of
from tests.server import Client

pytestmark = pytest.mark.asyncio(loop_scope="session")

# Written out, since parameters are part of a test's name, which has to be the same in every process of a parallel run.
SOME_UUID = "a4aaf5c2-4dd2-4e62-b8e0-28d996163f25"
CONVERSATION = f"conv-{SOME_UUID}"
AGENT = f"agent-{SOME_UUID}"
NAN, INFINITY = float("nan"), float("inf")
KIB, MIB = 1024, 1024 * 1024


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


def assert_names(failed: Failure, *paths: str) -> None:
    assert failed.code is grpc.StatusCode.INVALID_ARGUMENT
    assert failed.reason == "INVALID_FIELD"
    assert failed.fields == paths
    assert all(description.endswith(".") and len(description) > 10 for description in failed.descriptions)
    assert failed.metadata == {"field": paths[0], "description": failed.descriptions[0]}
    assert failed.sentence == f"{paths[0]}: {failed.descriptions[0]}"


@pytest.mark.parametrize(("_name", "given", "field"), BAD_SETTINGS, ids=[row[0] for row in BAD_SETTINGS])
@pytest.mark.parametrize("door", DOORS)
async def test_settings_over_a_limit_are_refused_at_every_door(
    client: Client, door: str, _name: str, given: dict[str, Any], field: str
) -> None:
    prefix, knock = DOORS[door]
    assert_names(await failure_of(knock(client, given)), f"{prefix}.{field}")


@pytest.mark.parametrize(("_name", "given", "field"), MISMATCHED, ids=[row[0] for row in MISMATCHED])
@pytest.mark.parametrize("door", [door for door in DOORS if door != "Recompile"])
async def test_a_model_and_settings_of_another_provider_are_refused_within_one_layer(
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


BAD_AGENTS: list[tuple[str, dict[str, Any], str]] = [
    ("name", {"name": "x" * 257}, "name"),
    ("system", {"system": "x" * (MIB + 1)}, "system"),
    ("model", {"model": "gpt-5"}, "model"),
    ("pair", {"model": "openai/gpt-5", "model_settings": {"groq": {}}}, "model_settings"),
    ("window", {"context_window_limit": 999}, "context_window_limit"),
    ("tag", {"tags": ["ok", "x" * 257]}, "tags[1]"),
    ("empty tag", {"tags": [""]}, "tags[0]"),
    ("blocks", {"memory_blocks": [{"label": f"{number}"} for number in range(101)]}, "memory_blocks"),
    ("block without label", {"memory_blocks": [{"value": "x"}]}, "memory_blocks[0].label"),
    ("label", {"memory_blocks": [{"label": "a"}, {"label": "x" * 257}]}, "memory_blocks[1].label"),
    ("labels", {"memory_blocks": [{"label": "a"}, {"label": "a"}]}, "memory_blocks"),
    ("block limit", {"memory_blocks": [{"label": "a", "limit": 0}]}, "memory_blocks[0].limit"),
    ("value", {"memory_blocks": [{"label": "a", "limit": 2, "value": "日本語"}]}, "memory_blocks[0].value"),
    ("default limit", {"memory_blocks": [{"label": "a", "value": "x" * 100_001}]}, "memory_blocks[0].value"),
    ("empty tool", {"tool_schemas": [{}]}, "tool_schemas[0]"),
    ("tool without type", {"tool_schemas": [{"function": {"name": "f"}}]}, "tool_schemas[0]"),
    ("tool of another type", {"tool_schemas": [{"type": "x", "function": {"name": "f"}}]}, "tool_schemas[0]"),
    ("tool without function", {"tool_schemas": [{"type": "function"}]}, "tool_schemas[0]"),
    ("tool without name", {"tool_schemas": [{"type": "function", "function": {"name": ""}}]}, "tool_schemas[0]"),
    (
        "tool with a long name",
        {"tool_schemas": [{"type": "function", "function": {"name": "x" * 257}}]},
        "tool_schemas[0]",
    ),
    (
        "tool whose name is no text",
        {"tool_schemas": [{"type": "function", "function": {"name": 7}}]},
        "tool_schemas[0]",
    ),
]


@pytest.mark.parametrize(("_name", "given", "field"), BAD_AGENTS, ids=[row[0] for row in BAD_AGENTS])
async def test_an_agent_over_a_limit_is_refused(client: Client, _name: str, given: dict[str, Any], field: str) -> None:
    assert_names(await failure_of(new_agent(client, **given)), f"agent.{field}")


async def test_an_update_that_would_break_a_limit_changes_nothing(client: Client) -> None:
    agent = await new_agent(client, name="rook")
    request = make(agent_service_pb2.UpdateAgentRequest, agent_id=agent.id, agent={"name": "x" * 257})
    request.update_mask.paths.append("name")
    assert_names(await failure_of(client.agents.UpdateAgent(request)), "agent.name")
    assert await client.agents.GetAgent(make(agent_service_pb2.GetAgentRequest, agent_id=agent.id)) == agent


async def test_a_stored_model_and_new_settings_of_another_provider_do_not_go_together(client: Client) -> None:
    agent = await new_agent(client, model="openai/gpt-5")
    request = make(agent_service_pb2.UpdateAgentRequest, agent_id=agent.id, agent={"model_settings": {"groq": {}}})
    request.update_mask.paths.append("model_settings")
    failed = await failure_of(client.agents.UpdateAgent(request))
    assert_names(failed, "agent.model_settings")
    assert "openai/gpt-5" in failed.sentence
    assert "groq" in failed.sentence


async def test_an_agent_at_its_limits_is_accepted(client: Client) -> None:
    await new_agent(
        client,
        name="x" * 256,
        system="x" * (MIB - 25_000),
        description="x" * (64 * KIB),
        context_window_limit=1_000,
        tags=[f"{number:0256}" for number in range(1_000)],
        model="acme/some/model",
        metadata={"a": "x" * (MIB // 2)},
        tool_schemas=[{"type": "function", "function": {"name": "x" * 256}}],
        memory_blocks=[{"label": f"{number}", "limit": 3, "value": "日本語"} for number in range(100)],
    )


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"summary": "x" * 257}, "summary"),
        ({"model": "/"}, "model"),
        ({"model": "openai/gpt-5", "model_settings": {"groq": {}}}, "model_settings"),
        ({"context_window_limit": 999}, "context_window_limit"),
    ],
)
async def test_a_conversation_over_a_limit_is_refused(client: Client, given: dict[str, Any], field: str) -> None:
    request = make(conversation_service_pb2.CreateConversationRequest, agent_id=AGENT, conversation=given)
    assert_names(await failure_of(client.conversations.CreateConversation(request)), f"conversation.{field}")


def message(**fields: Any) -> message_pb2.ChatMessage:
    return message_pb2.ChatMessage(**fields)


def image(**fields: Any) -> message_pb2.ChatMessage:
    return message(role=2, parts=[{"image": fields}])


def opaque(**fields: Any) -> message_pb2.ChatMessage:
    return message(role=3, parts=[{"opaque": fields}])


BAD_MESSAGES: list[tuple[str, message_pb2.ChatMessage, str]] = [
    ("no role", message(content="x"), "role"),
    ("unknown role", message(role=17, content="x"), "role"),
    ("a summary", message(role=5, content="x"), "role"),
    ("content and parts", message(role=2, content="x", parts=[{"text": "y"}]), "parts"),
    ("empty part", message(role=2, parts=[{"text": "y"}, {}]), "parts[1]"),
    ("image without source", image(), "parts[0].image"),
    ("image without url", image(url=""), "parts[0].image.url"),
    ("image without data", image(inline={"media_type": "image/png"}), "parts[0].image.inline.data"),
    ("image without type", image(inline={"data": b"x"}), "parts[0].image.inline.media_type"),
    (
        "long type of an image",
        image(inline={"data": b"x", "media_type": "x" * 257}),
        "parts[0].image.inline.media_type",
    ),
    ("opaque without provider", opaque(model="m", type="t"), "parts[0].opaque.provider"),
    ("opaque without type", opaque(provider="p", model="m"), "parts[0].opaque.type"),
    ("opaque without model", opaque(provider="p", type="t"), "parts[0].opaque.model"),
    ("long opaque model", opaque(provider="p", model="x" * 257, type="t"), "parts[0].opaque.model"),
    ("empty assistant", assistant(), "content"),
    ("empty text of the assistant", assistant(""), "content"),
    ("empty texts of the assistant", message(role=3, parts=[{"text": ""}, {"text": ""}]), "parts"),
    ("call by a user", message(role=2, content="x", tool_calls=[call("a")]), "tool_calls"),
    ("call without id", assistant(None, call("a"), call("")), "tool_calls[1].id"),
    ("call without name", assistant(None, call("a", name="")), "tool_calls[0].function.name"),
    ("long id of a call", assistant(None, call("x" * 257)), "tool_calls[0].id"),
    ("long id of an answer", result("x" * 257), "tool_call_id"),
    ("long name of a function", assistant(None, call("a", name="x" * 257)), "tool_calls[0].function.name"),
    ("call of another type", message(role=3, tool_calls=[{"id": "a", "type": "x"}]), "tool_calls[0].function.name"),
    (
        "custom call",
        message(role=3, tool_calls=[{"id": "a", "type": "x", "function": {"name": "f"}}]),
        "tool_calls[0].type",
    ),
    ("result without id", message(role=4, content="x"), "tool_call_id"),
    ("result of no call", result("nowhere"), "tool_call_id"),
    ("answer by a user", message(role=2, content="x", tool_call_id="a"), "tool_call_id"),
    ("error of a user", message(role=2, content="x", is_error=True), "is_error"),
    ("long name", message(role=2, content="x", name="x" * 257), "name"),
    ("too large", user("x" * (8 * MIB + 1)), ""),
    ("image too large", image(inline={"media_type": "image/png", "data": b"x" * (8 * MIB + 1)}), ""),
    ("time before year 1", message(role=2, content="x", created_at={"seconds": -(10**12)}), "created_at"),
    ("time of too many nanoseconds", message(role=2, content="x", created_at={"nanos": 10**9}), "created_at"),
    ("second system message", system("x"), "role"),
]


@pytest.mark.parametrize(("_name", "bad", "field"), BAD_MESSAGES, ids=[row[0] for row in BAD_MESSAGES])
async def test_a_broken_message_refuses_the_whole_batch(
    client: Client, _name: str, bad: message_pb2.ChatMessage, field: str
) -> None:
    conversation_id = await new_conversation(client)
    failed = await failure_of(append(client, conversation_id, [user("good"), bad, user("good")]))
    assert_names(failed, f"messages[1].{field}" if field else "messages[1]")
    answer = await append(client, conversation_id, [user("good")], expected_last_position=0)
    assert answer.messages[0].position == 1


async def test_a_system_message_over_a_mebibyte_is_refused(client: Client) -> None:
    failed = await failure_of(append(client, CONVERSATION, [system("é" * (MIB // 2) + "x")]))
    assert_names(failed, "messages[0]")


async def test_a_system_message_in_a_later_batch_is_refused(client: Client) -> None:
    conversation_id = await new_conversation(client, [user("first")])
    assert_names(await failure_of(append(client, conversation_id, [system("late")])), "messages[0].role")


async def test_a_result_answered_twice_is_refused(client: Client) -> None:
    conversation_id = await new_conversation(client, [user("go"), assistant(None, call("a")), result("a")])
    assert_names(await failure_of(append(client, conversation_id, [result("a")])), "messages[0].tool_call_id")


@pytest.mark.parametrize("count", [0, 1001])
async def test_a_batch_has_one_to_a_thousand_messages(client: Client, count: int) -> None:
    assert_names(await failure_of(append(client, CONVERSATION, [user("x")] * count)), "messages")


async def test_a_batch_of_a_thousand_is_accepted(client: Client) -> None:
    conversation_id = await new_conversation(client)
    assert len((await append(client, conversation_id, [user("x")] * 1000)).messages) == 1000


async def test_an_expected_position_below_zero_is_refused(client: Client) -> None:
    failed = await failure_of(append(client, CONVERSATION, [user("x")], expected_last_position=-1))
    assert_names(failed, "expected_last_position")


MALFORMED_IDS = ["", "x", SOME_UUID, AGENT.upper(), "agent-00000000-0000-1000-8000-000000000000"]


@pytest.mark.parametrize("malformed", MALFORMED_IDS)
async def test_a_malformed_agent_id_names_the_field(client: Client, malformed: str) -> None:
    for request in (
        client.agents.GetAgent(make(agent_service_pb2.GetAgentRequest, agent_id=malformed)),
        client.agents.UpdateAgent(make(agent_service_pb2.UpdateAgentRequest, agent_id=malformed)),
        client.agents.DeleteAgent(make(agent_service_pb2.DeleteAgentRequest, agent_id=malformed)),
        client.agents.ListBlocks(make(agent_service_pb2.ListBlocksRequest, agent_id=malformed)),
        client.agents.GetBlock(make(agent_service_pb2.GetBlockRequest, agent_id=malformed, block_label="a")),
        client.agents.UpdateBlock(make(agent_service_pb2.UpdateBlockRequest, agent_id=malformed, block_label="a")),
        client.compactions.Summarize(make(compaction_service_pb2.SummarizeRequest, agent_id=malformed)),
        client.conversations.CreateConversation(
            make(conversation_service_pb2.CreateConversationRequest, agent_id=malformed)
        ),
    ):
        assert_names(await failure_of(request), "agent_id")


@pytest.mark.parametrize("malformed", ["", "compaction-1", f"conv-{SOME_UUID}"])
async def test_a_malformed_compaction_id_names_the_field(client: Client, malformed: str) -> None:
    named = {"conversation_id": CONVERSATION, "compaction_id": malformed}
    for request in (
        client.compactions.GetCompaction(make(compaction_service_pb2.GetCompactionRequest, **named)),
        client.compactions.RestoreCompaction(make(compaction_service_pb2.RestoreCompactionRequest, **named)),
    ):
        assert_names(await failure_of(request), "compaction_id")


@pytest.mark.parametrize("malformed", ["1", "not-a-uuid", "00000000-0000-1000-8000-000000000000", f"{SOME_UUID}\n"])
async def test_a_malformed_request_id_names_the_field(client: Client, malformed: str) -> None:
    of_compaction = {"conversation_id": CONVERSATION, "compaction_id": f"compaction-{SOME_UUID}"}
    for request in (
        client.agents.CreateAgent(make(agent_service_pb2.CreateAgentRequest, request_id=malformed)),
        client.conversations.CreateConversation(
            make(conversation_service_pb2.CreateConversationRequest, agent_id=AGENT, request_id=malformed)
        ),
        append(client, CONVERSATION, [user("x")], request_id=malformed),
        client.compactions.Compact(
            make(compaction_service_pb2.CompactRequest, conversation_id=CONVERSATION, request_id=malformed)
        ),
        client.compactions.Summarize(
            make(compaction_service_pb2.SummarizeRequest, agent_id=AGENT, request_id=malformed)
        ),
        client.compactions.Recompile(
            make(compaction_service_pb2.RecompileRequest, conversation_id=CONVERSATION, request_id=malformed)
        ),
        client.compactions.RestoreCompaction(
            make(compaction_service_pb2.RestoreCompactionRequest, request_id=malformed, **of_compaction)
        ),
    ):
        assert_names(await failure_of(request), "request_id")


@pytest.mark.parametrize("label", ["", "x" * 257])
async def test_a_block_label_has_one_to_256_characters(client: Client, label: str) -> None:
    for request in (
        client.agents.GetBlock(make(agent_service_pb2.GetBlockRequest, agent_id=AGENT, block_label=label)),
        client.agents.UpdateBlock(make(agent_service_pb2.UpdateBlockRequest, agent_id=AGENT, block_label=label)),
    ):
        assert_names(await failure_of(request), "block_label")


LISTS: dict[str, tuple[str, Callable[[Client, dict[str, Any]], Awaitable[Any]]]] = {
    "agents": (
        "agent",
        lambda client, page: client.agents.ListAgents(make(agent_service_pb2.ListAgentsRequest, **page)),
    ),
    "conversations": (
        "conv",
        lambda client, page: client.conversations.ListConversations(
            make(conversation_service_pb2.ListConversationsRequest, **page)
        ),
    ),
    "messages": (
        "message",
        lambda client, page: client.conversations.ListMessages(
            make(conversation_service_pb2.ListMessagesRequest, **page)
        ),
    ),
    "compactions": (
        "compaction",
        lambda client, page: client.compactions.ListCompactions(
            make(compaction_service_pb2.ListCompactionsRequest, **page)
        ),
    ),
    "blocks": (
        "block",
        lambda client, page: client.agents.ListBlocks(make(agent_service_pb2.ListBlocksRequest, **page)),
    ),
}


@pytest.mark.parametrize("name", LISTS)
async def test_a_list_checks_limit_order_and_cursors(client: Client, name: str) -> None:
    kind, ask = LISTS[name]
    agent = await new_agent(client)
    scope = {} if name in ("agents", "conversations") else {"agent_id": agent.id}
    for page, field in (
        ({"limit": 0}, "limit"),
        ({"limit": -1}, "limit"),
        ({"limit": 1001}, "limit"),
        ({"order": 3}, "order"),
        ({"after": "x"}, "after"),
        ({"before": f"{kind}-{SOME_UUID}".upper()}, "before"),
        ({"after": f"{kind}-{SOME_UUID}"}, "after"),
        ({"before": f"{kind}-{SOME_UUID}"}, "before"),
    ):
        assert_names(await failure_of(ask(client, scope | page)), field)
    await ask(client, scope | {"limit": 1})
    await ask(client, scope | {"limit": 1000})


async def test_a_cursor_of_another_conversation_is_unknown(client: Client) -> None:
    first, other = [await new_conversation(client, [user("x")]) for _ in range(2)]
    request = make(conversation_service_pb2.ListMessagesRequest, conversation_id=first, limit=1)
    [cursor] = (await client.conversations.ListMessages(request)).messages
    request = make(conversation_service_pb2.ListMessagesRequest, conversation_id=other, after=cursor.id)
    assert_names(await failure_of(client.conversations.ListMessages(request)), "after")


@pytest.mark.parametrize("number", [99, -1])
async def test_an_unknown_number_of_an_enum_is_refused_wherever_it_stands(client: Client, number: Any) -> None:
    of_compaction = {"conversation_id": CONVERSATION, "compaction_id": f"compaction-{SOME_UUID}"}
    for request, field in (
        (client.agents.ListAgents(make(agent_service_pb2.ListAgentsRequest, order_by=number)), "order_by"),
        (
            client.conversations.ListConversations(
                make(conversation_service_pb2.ListConversationsRequest, order_by=number)
            ),
            "order_by",
        ),
        (
            client.conversations.ListMessages(
                make(
                    conversation_service_pb2.ListMessagesRequest,
                    conversation_id=CONVERSATION,
                    include_return_message_types=[1, number],
                )
            ),
            "include_return_message_types[1]",
        ),
        (
            client.conversations.GetContext(
                make(conversation_service_pb2.GetContextRequest, conversation_id=CONVERSATION, format=number)
            ),
            "format",
        ),
        (
            client.compactions.GetCompaction(
                make(compaction_service_pb2.GetCompactionRequest, view=number, **of_compaction)
            ),
            "view",
        ),
    ):
        assert_names(await failure_of(request), field)


async def test_the_type_unspecified_is_no_type_of_message(client: Client) -> None:
    request = make(
        conversation_service_pb2.ListMessagesRequest, conversation_id=CONVERSATION, include_return_message_types=[0]
    )
    assert_names(await failure_of(client.conversations.ListMessages(request)), "include_return_message_types[0]")


async def test_conversations_of_a_malformed_agent_are_not_listed(client: Client) -> None:
    request = make(conversation_service_pb2.ListConversationsRequest, agent_id="agent-1")
    assert_names(await failure_of(client.conversations.ListConversations(request)), "agent_id")
