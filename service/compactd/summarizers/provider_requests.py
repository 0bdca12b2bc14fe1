"""A ModelRequest as a call of litellm: exactly the fields that each API documents for it.

litellm maps, lowers, drops or rejects some parameters by tables of its own. So they go past it: in `extra_body`, which
it adds to the request as it stands, or, where it has no such thing, in `merge`, which our own HTTP client adds.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

import orjson

from compactd.domain.model_settings import (
    AnthropicModelSettings,
    ChatGPTOAuthModelSettings,
    GoogleAIModelSettings,
    GoogleVertexModelSettings,
    MoonshotCodingModelSettings,
    OpenAIModelSettings,
    SglangModelSettings,
    ZaiModelSettings,
)
from compactd.domain.response_format import JsonSchemaResponseFormat, ResponseFormat
from compactd.ports.model import ModelRequest
from compactd.summarizers.provider_messages import provider_messages
from compactd.summarizers.providers import KIMI_CODING_URL, PROVIDERS, Dialect, Provider, ProviderConfig
from compactd.summarizers.unsupported_settings import given_format

SCHEMA_NAME = "summary"
"""Of a JSON schema that came without a name; APIs ask for one."""

EFFORT_BETA = "effort-2025-11-24"
"""Anthropic's header for `effort` on the first model that had it, claude-opus-4-5; later ones need none."""


@dataclass(frozen=True, slots=True)
class ProviderRequest:
    """`arguments` are litellm's; `merge` is added to the body by our HTTP client."""

    dialect: Dialect
    arguments: dict[str, Any]
    merge: dict[str, Any] = field(default_factory=dict)


def provider_request(
    request: ModelRequest, config: ProviderConfig, *, speaks_responses: bool = False
) -> ProviderRequest:
    """`speaks_responses`: the model is on OpenAI's responses API only."""
    provider = PROVIDERS[request.handle.provider]
    dialect = Dialect.RESPONSES if speaks_responses and provider.dialect is Dialect.CHAT else provider.dialect
    built = _REQUEST_OF_DIALECT[dialect](request, provider)
    return ProviderRequest(dialect, {**built.arguments, **_address(provider, config)}, built.merge)


def _address(provider: Provider, config: ProviderConfig) -> dict[str, Any]:
    """Where litellm knows no environment variable of its own."""
    if provider.name == "sglang":
        # SGLang asks for a key only if started with one, and litellm for any.
        return {"api_base": config.sglang_base_url, "api_key": config.sglang_api_key or "none"}
    if provider.name == "moonshot_coding":
        return {
            "api_base": config.moonshot_coding_base_url or KIMI_CODING_URL,
            "api_key": config.moonshot_coding_api_key,
        }
    if provider.name == "baseten" and config.baseten_base_url:
        return {"api_base": config.baseten_base_url}
    return {}


def _given(**fields: Any) -> dict[str, Any]:
    return {name: value for name, value in fields.items() if value is not None}


def _common(request: ModelRequest, provider: Provider, limit_field: str | None) -> dict[str, Any]:
    body: dict[str, Any] = {}
    if limit_field is not None and request.max_output_tokens is not None:
        body[limit_field] = request.max_output_tokens
    if request.settings is not None and provider.name != "chatgpt_oauth":
        body |= _given(temperature=request.settings.temperature)
    return body


def _format(request: ModelRequest) -> ResponseFormat | None:
    if request.settings is None or request.self_context:
        return None
    given = given_format(request.settings)
    return given[1] if given is not None else None


def _named_schema(answer_format: JsonSchemaResponseFormat) -> dict[str, Any]:
    """OpenAI's object {name, schema, strict}; a bare schema is given a name."""
    given = answer_format.json_schema
    return {"name": SCHEMA_NAME, **given} if "schema" in given else {"name": SCHEMA_NAME, "schema": given}


def _openai_format(answer_format: ResponseFormat) -> dict[str, Any]:
    if isinstance(answer_format, JsonSchemaResponseFormat):
        return {"type": "json_schema", "json_schema": _named_schema(answer_format)}
    return {"type": answer_format.type}


def _chat(request: ModelRequest, provider: Provider) -> ProviderRequest:
    body = _common(request, provider, provider.output_limit)
    settings = request.settings
    if (answer_format := _format(request)) is not None:
        body["response_format"] = _openai_format(answer_format)
    if isinstance(settings, OpenAIModelSettings | SglangModelSettings) and settings.reasoning is not None:
        body |= _given(reasoning_effort=settings.reasoning.reasoning_effort)
    if isinstance(settings, ZaiModelSettings) and settings.thinking is not None:
        body |= _given(thinking=settings.thinking.model_dump(exclude_none=True) or None)
    if request.tools:
        body |= {"tools": list(request.tools), "tool_choice": "none"}
    return ProviderRequest(Dialect.CHAT, _arguments(request, provider, Dialect.CHAT) | {"extra_body": body})


def _responses(request: ModelRequest, provider: Provider) -> ProviderRequest:
    body = _common(request, provider, provider.output_limit and "max_output_tokens")
    settings = request.settings
    if isinstance(settings, OpenAIModelSettings | ChatGPTOAuthModelSettings) and settings.reasoning is not None:
        effort = settings.reasoning.reasoning_effort
        body |= _given(reasoning={"effort": effort} if effort else None)
    if (answer_format := _format(request)) is not None:
        schema = _named_schema(answer_format) if isinstance(answer_format, JsonSchemaResponseFormat) else {}
        body["text"] = {"format": {"type": answer_format.type, **schema}}
    if request.tools:
        body |= {"tools": [_responses_tool(tool) for tool in request.tools], "tool_choice": "none"}
    # By default OpenAI keeps what it is sent over this API for a month.
    body["store"] = False
    return ProviderRequest(Dialect.RESPONSES, _arguments(request, provider, Dialect.RESPONSES) | {"extra_body": body})


def _responses_tool(tool: dict[str, Any]) -> dict[str, Any]:
    return {"type": "function", **tool["function"]} if isinstance(tool.get("function"), dict) else tool


def _messages(request: ModelRequest, provider: Provider) -> ProviderRequest:
    merge = _common(request, provider, None)
    arguments = _arguments(request, provider, Dialect.MESSAGES) | _given(max_tokens=request.max_output_tokens)
    settings = request.settings
    output: dict[str, Any] = {}
    if isinstance(settings, AnthropicModelSettings | MoonshotCodingModelSettings):
        if settings.thinking is not None:
            merge |= _given(thinking=settings.thinking.model_dump(exclude_none=True) or None)
        if settings.effort is not None:
            output["effort"] = settings.effort
            if request.handle.name.startswith("claude-opus-4-5"):
                arguments["extra_headers"] = {"anthropic-beta": EFFORT_BETA}
    answer_format = _format(request)
    if isinstance(answer_format, JsonSchemaResponseFormat):
        output["format"] = {"type": "json_schema", "schema": _named_schema(answer_format)["schema"]}
    if output:
        merge["output_config"] = output
    if tools := list(request.tools) or _tools_called(request):
        arguments |= {"tools": tools, "tool_choice": "none"}
    return ProviderRequest(Dialect.MESSAGES, arguments, merge)


def _tools_called(request: ModelRequest) -> list[dict[str, Any]]:
    """This API wants tools where the history has calls, and litellm would offer a dummy one, free to be called."""
    names = sorted({call.name for message in request.messages for call in message.tool_calls})
    return [{"type": "function", "function": {"name": name, "parameters": {"type": "object"}}} for name in names]


def _gemini(request: ModelRequest, provider: Provider) -> ProviderRequest:
    config = _common(request, provider, provider.output_limit)
    settings = request.settings
    if isinstance(settings, GoogleAIModelSettings | GoogleVertexModelSettings) and settings.thinking_config is not None:
        thinking = settings.thinking_config
        thinking_config = _given(includeThoughts=thinking.include_thoughts, thinkingBudget=thinking.thinking_budget)
        config |= _given(thinkingConfig=thinking_config or None)
    answer_format = _format(request)
    if isinstance(answer_format, JsonSchemaResponseFormat):
        config["responseJsonSchema"] = _named_schema(answer_format)["schema"]
    if answer_format is not None:
        config["responseMimeType"] = "text/plain" if answer_format.type == "text" else "application/json"
    arguments = _arguments(request, provider, Dialect.GEMINI)
    if config:
        arguments["extra_body"] = {"generationConfig": config}
    if request.tools:
        arguments |= {"tools": list(request.tools), "tool_choice": "none"}
    return ProviderRequest(Dialect.GEMINI, arguments)


def _converse(request: ModelRequest, provider: Provider) -> ProviderRequest:
    # The body is signed before our HTTP client sees it, so here everything goes through litellm. The API knows no
    # tool choice "none": without tools litellm writes calls and results of the history as text.
    arguments = _arguments(request, provider, Dialect.CONVERSE) | _given(max_tokens=request.max_output_tokens)
    # Without the word, litellm sends models that its table does not know to InvokeModel, in as many dialects as makers.
    arguments["model"] = f"{provider.route}/converse/{request.handle.name.removeprefix('converse/')}"
    if request.settings is not None:
        arguments |= _given(temperature=request.settings.temperature)
    answer_format = _format(request)
    if isinstance(answer_format, JsonSchemaResponseFormat):
        named = _named_schema(answer_format)
        schema = {"name": named["name"], "schema": orjson.dumps(named["schema"]).decode()}
        arguments["outputConfig"] = {"textFormat": {"type": "json_schema", "structure": {"jsonSchema": schema}}}
    return ProviderRequest(Dialect.CONVERSE, arguments)


def _arguments(request: ModelRequest, provider: Provider, dialect: Dialect) -> dict[str, Any]:
    return {
        "model": f"{provider.route}/{request.handle.name}",
        "messages": provider_messages(request.messages, dialect),
    }


_REQUEST_OF_DIALECT: Mapping[Dialect, Callable[[ModelRequest, Provider], ProviderRequest]] = MappingProxyType(
    {
        Dialect.CHAT: _chat,
        Dialect.RESPONSES: _responses,
        Dialect.MESSAGES: _messages,
        Dialect.GEMINI: _gemini,
        Dialect.CONVERSE: _converse,
    }
)
