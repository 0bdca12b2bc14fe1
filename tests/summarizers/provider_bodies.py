"""The bodies of requests to each provider: without settings, and what each field of its settings adds."""

from collections.abc import Iterator
from typing import Any

from tests.loopback.model import LoopbackModel
from tests.loopback.providers import LOOPBACK_PROVIDERS

HANDLES = {member: provider.handle for member, provider in LOOPBACK_PROVIDERS.items()}

SCHEMA = {"additionalProperties": False, "properties": {"text": {"type": "string"}}, "type": "object"}
NAMED = {"name": "mine", "schema": SCHEMA, "strict": True}

_CHAT = [{"role": "system", "content": "PROMPT"}, {"role": "user", "content": "TRANSCRIPT"}]
CLAUDE_MESSAGES: dict[str, Any] = {
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

BODIES: dict[str, dict[str, Any]] = {
    **{
        member: {"model": handle.partition("/")[2], "messages": _CHAT}
        for member, handle in HANDLES.items()
        if member not in ("anthropic", "moonshot_coding", "google_ai", "google_vertex", "bedrock", "chatgpt_oauth")
    },
    # OpenRouter tells the cached tokens only if asked to.
    "openrouter": {"model": "openai/gpt-4o", "messages": _CHAT, "usage": {"include": True}},
    "anthropic": {"model": "claude-haiku-4-5", **CLAUDE_MESSAGES},
    "moonshot_coding": {"model": "kimi-for-coding", **CLAUDE_MESSAGES},
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
"""A provider, fields of its settings, and what they add to the body."""

_NEVER_SENT: dict[str, tuple[tuple[str, Any], ...]] = {
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
    for field, value in (("parallel_tool_calls", False), *_NEVER_SENT.get(member, ()))
]
"""A provider, a field of its settings that is never sent, and a value for it."""


def model_body(server: LoopbackModel) -> dict[str, Any]:
    """The body of the one request to the model; a token for Vertex AI is fetched before it."""
    (request,) = [request for request in server.requests if request.path != "/token"]
    body: dict[str, Any] = request.body
    return body
