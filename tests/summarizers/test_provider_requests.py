"""What leaves the process, for every field of every member of ModelSettings: sent as documented, or not at all."""

import copy
from collections.abc import Iterator
from typing import Any

import pytest
from pydantic import BaseModel

from compactd.domain.handles import ModelHandle
from compactd.domain.model_settings import ModelSettings
from compactd.summarizers.catalog import LitellmCatalog
from compactd.summarizers.litellm_model import LitellmModel
from tests.loopback_model import LoopbackModel
from tests.summarizers.model_requests import self_request, settings_of, transcript_request

SCHEMA = {"additionalProperties": False, "properties": {"text": {"type": "string"}}, "type": "object"}
NAMED = {"name": "mine", "schema": SCHEMA, "strict": True}

HANDLES = {
    "openai": "openai/gpt-5.2",
    "sglang": "sglang/qwen",
    "anthropic": "anthropic/claude-haiku-4-5",
    "google_ai": "google_ai/gemini-2.5-flash",
    "google_vertex": "google_vertex/gemini-2.5-flash",
    "azure": "azure/gpt-4o",
    "xai": "xai/grok-5",
    "moonshot": "moonshot/moonshot-v1-32k",
    "zai": "zai/glm-4.6",
    "moonshot_coding": "moonshot_coding/kimi-for-coding",
    "groq": "groq/openai/gpt-oss-120b",
    "deepseek": "deepseek/deepseek-chat",
    "together": "together/meta-llama/Llama-3.3-70B-Instruct-Turbo",
    "bedrock": "bedrock/us.anthropic.claude-haiku-4-5-20251001-v1:0",
    "baseten": "baseten/deepseek-ai/DeepSeek-V3.1",
    "openrouter": "openrouter/openai/gpt-4o",
    "chatgpt_oauth": "chatgpt_oauth/gpt-5.2",
}

_CHAT_MESSAGES = [{"role": "system", "content": "PROMPT"}, {"role": "user", "content": "TRANSCRIPT"}]
_MESSAGES: dict[str, Any] = {
    "system": [{"type": "text", "text": "PROMPT"}],
    "messages": [{"role": "user", "content": [{"type": "text", "text": "TRANSCRIPT"}]}],
}
_GEMINI: dict[str, Any] = {
    "system_instruction": {"parts": [{"text": "PROMPT"}]},
    "contents": [{"role": "user", "parts": [{"text": "TRANSCRIPT"}]}],
}
_CHATGPT: dict[str, Any] = {
    "instructions": "INSTRUCTIONS\n\nPROMPT",
    "input": [{"type": "message", "role": "user", "content": [{"type": "input_text", "text": "TRANSCRIPT"}]}],
    "store": False,
    "stream": True,
    "include": ["reasoning.encrypted_content"],
}

BASE: dict[str, dict[str, Any]] = {
    **{
        member: {"model": handle.partition("/")[2], "messages": _CHAT_MESSAGES}
        for member, handle in HANDLES.items()
        if member not in ("anthropic", "moonshot_coding", "google_ai", "google_vertex", "bedrock", "chatgpt_oauth")
    },
    # OpenRouter tells the cached tokens only if asked to.
    "openrouter": {"model": "openai/gpt-4o", "messages": _CHAT_MESSAGES, "usage": {"include": True}},
    "anthropic": {"model": "claude-haiku-4-5", **_MESSAGES},
    "moonshot_coding": {"model": "kimi-for-coding", **_MESSAGES},
    "google_ai": _GEMINI,
    "google_vertex": _GEMINI,
    "bedrock": {
        "system": [{"text": "PROMPT"}],
        "messages": [{"role": "user", "content": [{"text": "TRANSCRIPT"}]}],
        "inferenceConfig": {},
    },
    "chatgpt_oauth": {"model": "gpt-5.2", **_CHATGPT},
}
"""The whole body of a request without settings."""

PATHS = {
    "anthropic": "/v1/messages",
    "moonshot_coding": "/coding/v1/messages",
    "google_ai": "/v1beta/models/gemini-2.5-flash:generateContent",
    "google_vertex": (
        "/v1/projects/project/locations/us-central1/publishers/google/models/gemini-2.5-flash:generateContent"
    ),
    "azure": "/openai/deployments/gpt-4o/chat/completions?api-version=2025-02-01-preview",
    "bedrock": "/model/us.anthropic.claude-haiku-4-5-20251001-v1%3A0/converse",
    "chatgpt_oauth": "/codex/responses",
}
KEYS = {
    "anthropic": ("x-api-key", "anthropic-key"),
    "moonshot_coding": ("x-api-key", "kimi-key"),
    "google_ai": ("x-goog-api-key", "gemini-key"),
    "google_vertex": ("authorization", "Bearer loopback-token"),
    "azure": ("api-key", "azure-key"),
    "chatgpt_oauth": ("authorization", "Bearer chatgpt-key"),
}

Row = tuple[str, dict[str, Any], dict[str, Any]]


def _chat_rows(member: str, limit: str, formats: str, temperature: float = 0.5) -> Iterator[Row]:
    yield member, {"max_output_tokens": 700}, {limit: 700}
    yield member, {"temperature": temperature}, {"temperature": temperature}
    yield member, {"temperature": 0.0}, {"temperature": 0.0}
    if "t" in formats:
        yield member, {"response_format": {"text": {}}}, {"response_format": {"type": "text"}}
    if "o" in formats:
        yield member, {"response_format": {"json_object": {}}}, {"response_format": {"type": "json_object"}}
    if "s" in formats:
        bare = {"json_schema": {"json_schema": SCHEMA}}
        named = {"json_schema": {"json_schema": NAMED}}
        sent = {"name": "summary", "schema": SCHEMA}
        yield member, {"response_format": bare}, {"response_format": {"type": "json_schema", "json_schema": sent}}
        yield member, {"response_format": named}, {"response_format": {"type": "json_schema", "json_schema": NAMED}}


def _claude_rows(member: str) -> Iterator[Row]:
    yield member, {"temperature": 0.5}, {"temperature": 0.5}
    thinking = {"type": "enabled", "budget_tokens": 1024}
    yield member, {"thinking": thinking, "max_output_tokens": 2000}, {"thinking": thinking, "max_tokens": 2000}
    yield member, {"thinking": {"type": "disabled"}}, {"thinking": {"type": "disabled"}}
    sent = {"output_config": {"format": {"type": "json_schema", "schema": SCHEMA}}}
    yield member, {"response_format": {"json_schema": {"json_schema": SCHEMA}}}, sent
    yield member, {"response_format": {"json_schema": {"json_schema": NAMED}}}, sent


def _gemini_rows(member: str) -> Iterator[Row]:
    def config(**fields: Any) -> dict[str, Any]:
        return {"generationConfig": fields}

    yield member, {"max_output_tokens": 700}, config(maxOutputTokens=700)
    yield member, {"temperature": 1.5}, config(temperature=1.5)
    yield member, {"response_schema": {"text": {}}}, config(responseMimeType="text/plain")
    yield member, {"response_schema": {"json_object": {}}}, config(responseMimeType="application/json")
    for given in (SCHEMA, NAMED):
        yield (
            member,
            {"response_schema": {"json_schema": {"json_schema": given}}},
            config(responseMimeType="application/json", responseJsonSchema=SCHEMA),
        )
    for budget in (-1, 0, 2048):
        yield (
            member,
            {"thinking_config": {"thinking_budget": budget}},
            config(thinkingConfig={"thinkingBudget": budget}),
        )
    yield (
        member,
        {"thinking_config": {"include_thoughts": False, "thinking_budget": 512}},
        config(thinkingConfig={"includeThoughts": False, "thinkingBudget": 512}),
    )


def _bedrock_rows() -> Iterator[Row]:
    yield "bedrock", {"max_output_tokens": 700}, {"inferenceConfig": {"maxTokens": 700}}
    yield "bedrock", {"temperature": 0.5}, {"inferenceConfig": {"temperature": 0.5}}
    text = '{"additionalProperties":false,"properties":{"text":{"type":"string"}},"type":"object"}'
    for given, name in ((SCHEMA, "summary"), (NAMED, "mine")):
        structure = {"jsonSchema": {"name": name, "schema": text}}
        yield (
            "bedrock",
            {"response_format": {"json_schema": {"json_schema": given}}},
            {"outputConfig": {"textFormat": {"type": "json_schema", "structure": structure}}},
        )


def _rows() -> Iterator[Row]:
    yield from _chat_rows("openai", "max_completion_tokens", "tos")
    for effort in ("none", "low", "medium", "high", "xhigh"):
        yield "openai", {"reasoning": {"reasoning_effort": effort}}, {"reasoning_effort": effort}
    yield from _chat_rows("sglang", "max_tokens", "tos", temperature=3.0)
    for effort in ("none", "minimal", "low", "medium", "high", "xhigh"):
        yield "sglang", {"reasoning": {"reasoning_effort": effort}}, {"reasoning_effort": effort}
    yield from _claude_rows("anthropic")
    yield from _claude_rows("moonshot_coding")
    for effort in ("low", "medium", "high", "xhigh", "max"):
        yield "moonshot_coding", {"effort": effort}, {"output_config": {"effort": effort}}
    yield from _gemini_rows("google_ai")
    yield from _gemini_rows("google_vertex")
    yield from _chat_rows("azure", "max_completion_tokens", "tos")
    yield from _chat_rows("xai", "max_completion_tokens", "tos")
    yield from _chat_rows("moonshot", "max_tokens", "tos")
    yield from _chat_rows("zai", "max_tokens", "to")
    for thinking in ({"type": "enabled", "clear_thinking": False}, {"type": "disabled"}, {"clear_thinking": True}):
        yield "zai", {"thinking": thinking}, {"thinking": thinking}
    yield from _chat_rows("groq", "max_completion_tokens", "tos")
    yield from _chat_rows("deepseek", "max_tokens", "to")
    yield from _chat_rows("together", "max_tokens", "tos")
    yield from _bedrock_rows()
    yield from _chat_rows("baseten", "max_tokens", "")
    yield from _chat_rows("openrouter", "max_tokens", "tos")
    for effort in ("none", "low", "medium", "high", "xhigh"):
        yield "chatgpt_oauth", {"reasoning": {"reasoning_effort": effort}}, {"reasoning": {"effort": effort}}


SENT = list(_rows())

_TOOL_FIELDS: dict[str, tuple[tuple[str, Any], ...]] = {
    "openai": (("strict", True),),
    "sglang": (("strict", True), ("tool_call_parser", "qwen25")),
    "anthropic": (("strict", True), ("verbosity", "low"), ("response_format", {"text": {}})),
    "moonshot_coding": (("strict", True), ("verbosity", "low"), ("response_format", {"text": {}})),
    "moonshot": (("strict", True),),
    "bedrock": (("response_format", {"text": {}}),),
    "chatgpt_oauth": (("temperature", 0.5), ("max_output_tokens", 700)),
}
UNUSED = [
    (member, field, value)
    for member in HANDLES
    for field, value in (("parallel_tool_calls", False), *_TOOL_FIELDS.get(member, ()))
]


def _merged(base: dict[str, Any], extra: dict[str, Any]) -> dict[str, Any]:
    merged = copy.deepcopy(base)
    for key, value in extra.items():
        inner = merged.get(key)
        merged[key] = _merged(inner, value) if isinstance(inner, dict) and isinstance(value, dict) else value
    return merged


def _sent_body(server: LoopbackModel) -> dict[str, Any]:
    """Of the one request to the model; a token for Vertex AI is fetched before it."""
    (request,) = [request for request in server.requests if request.path != "/token"]
    body: dict[str, Any] = request.body
    return body


@pytest.mark.parametrize("member", HANDLES)
async def test_without_settings_nothing_but_the_messages_is_sent(
    member: str, model: LitellmModel, server: LoopbackModel
) -> None:
    handle = HANDLES[member]
    limit = {"anthropic": 700, "moonshot_coding": 700}.get(member)
    answer = await model.ask(transcript_request(handle, max_output_tokens=limit))
    assert answer.text == "A short summary."
    assert answer.finish == "stop"
    expected = BASE[member] | ({"max_tokens": limit} if limit else {})
    assert _sent_body(server) == expected
    assert server.last.path == PATHS.get(member, "/v1/chat/completions")
    header, value = KEYS.get(member, ("authorization", f"Bearer {member}-key"))
    sent = server.last.headers[header]
    assert sent.startswith("AWS4-HMAC-SHA256 Credential=aws-id/") if member == "bedrock" else sent == value


@pytest.mark.parametrize("name", ["us.anthropic.claude-of-tomorrow", "meta.llama9-v1%3A0"])
async def test_a_model_of_bedrock_that_no_table_knows_is_asked_over_converse(
    name: str, model: LitellmModel, server: LoopbackModel
) -> None:
    answer = await model.ask(transcript_request(f"bedrock/{name.replace('%3A', ':')}"))
    assert answer.text == "A short summary."
    assert server.last.path == f"/model/{name}/converse"


@pytest.mark.parametrize(("member", "fields", "sent"), SENT, ids=[f"{m}-{f}" for m, f, _ in SENT])
async def test_a_field_is_sent_as_its_provider_documents_it(
    member: str,
    fields: dict[str, Any],
    sent: dict[str, Any],
    model: LitellmModel,
    server: LoopbackModel,
    catalog: LitellmCatalog,
) -> None:
    handle = ModelHandle.parse(HANDLES[member])
    settings = settings_of(member, fields)
    assert catalog.unsupported_settings(handle, settings, self_context=False) == []
    assert catalog.unused_settings(settings) == []
    request = transcript_request(HANDLES[member], fields)
    if member in ("anthropic", "moonshot_coding") and request.max_output_tokens is None:
        # The API demands a limit, so the strategy core always gives one.
        request = transcript_request(HANDLES[member], fields, max_output_tokens=700)
        sent = {"max_tokens": 700, **sent}
    await model.ask(request)
    assert _sent_body(server) == _merged(BASE[member], sent)


@pytest.mark.parametrize(("member", "field", "value"), UNUSED, ids=[f"{m}-{f}" for m, f, _ in UNUSED])
async def test_a_field_without_meaning_for_a_summary_is_listed_and_not_sent(
    member: str, field: str, value: Any, model: LitellmModel, server: LoopbackModel, catalog: LitellmCatalog
) -> None:
    handle = ModelHandle.parse(HANDLES[member])
    settings = settings_of(member, {field: value})
    assert catalog.unsupported_settings(handle, settings, self_context=False) == []
    assert catalog.unused_settings(settings) == [f"{member}.{field}"]
    limit = {"max_output_tokens": 700} if member in ("anthropic", "moonshot_coding") else {}
    await model.ask(transcript_request(HANDLES[member], {field: value}, **{"max_output_tokens": None} | limit))
    assert _sent_body(server) == BASE[member] | ({"max_tokens": 700} if limit else {})


def _leaves(kind: type[BaseModel], prefix: str = "") -> Iterator[str]:
    for name, field in kind.model_fields.items():
        inner = [part for part in getattr(field.annotation, "__args__", ()) if _is_group(part)]
        for part in inner:
            yield from _leaves(part, f"{prefix}{name}.")
        if not inner:
            yield f"{prefix}{name}"


def _is_group(part: Any) -> bool:
    return isinstance(part, type) and issubclass(part, BaseModel) and not hasattr(part, "type")


def _given(fields: dict[str, Any], prefix: str = "") -> Iterator[str]:
    for name, value in fields.items():
        if isinstance(value, dict) and name not in ("response_format", "response_schema"):
            yield from _given(value, f"{prefix}{name}.")
        else:
            yield f"{prefix}{name}"


@pytest.mark.parametrize("kind", ModelSettings.__args__, ids=lambda kind: str(kind.provider))
def test_the_tables_of_this_file_have_every_field(kind: Any) -> None:
    shown = {path for member, fields, _ in SENT if member == kind.provider for path in _given(fields)}
    shown |= {field for member, field, _ in UNUSED if member == kind.provider}
    # Shown on models that have them, below.
    shown |= {"effort", "max_output_tokens"} if kind.provider == "anthropic" else set()
    assert shown == set(_leaves(kind))


@pytest.mark.parametrize("effort", ["low", "medium", "high", "xhigh", "max"])
async def test_effort_goes_to_claude_as_output_config(
    effort: str, model: LitellmModel, server: LoopbackModel, catalog: LitellmCatalog
) -> None:
    handle = "anthropic/claude-opus-4-7"
    fields = {"effort": effort, "max_output_tokens": 900}
    settings = settings_of("anthropic", fields)
    assert catalog.unsupported_settings(ModelHandle.parse(handle), settings, self_context=False) == []
    await model.ask(transcript_request(handle, fields))
    expected = {"model": "claude-opus-4-7", "max_tokens": 900, "output_config": {"effort": effort}, **_MESSAGES}
    assert server.only.body == expected
    assert "anthropic-beta" not in server.only.headers


async def test_the_first_claude_with_effort_is_told_so_by_header(model: LitellmModel, server: LoopbackModel) -> None:
    await model.ask(transcript_request("anthropic/claude-opus-4-5", {"effort": "low", "max_output_tokens": 900}))
    assert server.only.headers["anthropic-beta"] == "effort-2025-11-24"
    assert server.only.body["output_config"] == {"effort": "low"}


async def test_effort_minimal_goes_to_the_models_that_have_it(
    model: LitellmModel, server: LoopbackModel, catalog: LitellmCatalog
) -> None:
    fields = {"reasoning": {"reasoning_effort": "minimal"}}
    settings = settings_of("openai", fields)
    assert catalog.unsupported_settings(ModelHandle("openai", "gpt-5-mini"), settings, self_context=False) == []
    await model.ask(transcript_request("openai/gpt-5-mini", fields))
    assert server.only.body["reasoning_effort"] == "minimal"


async def test_a_model_of_the_responses_api_gets_its_settings_in_that_shape(
    model: LitellmModel, server: LoopbackModel
) -> None:
    fields = {
        "max_output_tokens": 900,
        "reasoning": {"reasoning_effort": "high"},
        "response_format": {"json_schema": {"json_schema": SCHEMA}},
    }
    answer = await model.ask(transcript_request("openai/gpt-5-pro", fields))
    assert server.only.path == "/v1/responses"
    assert server.only.body == {
        "model": "gpt-5-pro",
        "instructions": "PROMPT",
        "input": [{"type": "message", "role": "user", "content": [{"type": "input_text", "text": "TRANSCRIPT"}]}],
        "max_output_tokens": 900,
        "reasoning": {"effort": "high"},
        "text": {"format": {"type": "json_schema", "name": "summary", "schema": SCHEMA}},
        "store": False,
    }
    assert answer.text == "A short summary."


@pytest.mark.parametrize("member", HANDLES)
async def test_with_its_own_context_the_model_sees_its_tools_and_may_use_none(
    member: str, model: LitellmModel, server: LoopbackModel
) -> None:
    handle = HANDLES[member]
    await model.ask(self_request(handle, max_output_tokens=700))
    body = _sent_body(server)
    if member == "bedrock":
        assert "toolConfig" not in body
        assert "look" in str(body["messages"])
    elif member in ("google_ai", "google_vertex"):
        assert body["toolConfig"] == {"functionCallingConfig": {"mode": "NONE"}}
        assert [tool["name"] for tool in body["tools"][0]["function_declarations"]] == ["look"]
    elif member in ("anthropic", "moonshot_coding"):
        assert body["tool_choice"] == {"type": "none"}
        assert [tool["name"] for tool in body["tools"]] == ["look"]
    else:
        assert body["tool_choice"] == "none"
        assert [tool.get("name") or tool["function"]["name"] for tool in body["tools"]] == ["look"]
    assert "found" in str(body)


@pytest.mark.parametrize("member", sorted(set(HANDLES) - {"baseten", "chatgpt_oauth"}))
async def test_with_its_own_context_the_format_of_the_answer_is_not_sent(
    member: str, model: LitellmModel, server: LoopbackModel, catalog: LitellmCatalog
) -> None:
    field = "response_schema" if member.startswith("google") else "response_format"
    fields = {field: {"json_schema": {"json_schema": SCHEMA}}}
    settings = settings_of(member, fields)
    handle = ModelHandle.parse(HANDLES[member])
    assert catalog.unsupported_settings(handle, settings, self_context=True) == []
    await model.ask(self_request(HANDLES[member], fields, max_output_tokens=700))
    with_settings = _sent_body(server)
    server.requests.clear()
    await model.ask(self_request(HANDLES[member], max_output_tokens=700))
    assert with_settings == _sent_body(server)


async def test_claude_is_never_offered_a_dummy_tool(model: LitellmModel, server: LoopbackModel) -> None:
    await model.ask(self_request("anthropic/claude-haiku-4-5", tools=(), max_output_tokens=700))
    assert [tool["name"] for tool in server.only.body["tools"]] == ["look"]
    assert server.only.body["tool_choice"] == {"type": "none"}
