"""A ModelRequest as litellm's provider classes take it: exactly the fields that each API documents for it.

litellm maps, lowers, drops or rejects some parameters by tables of its own. So they go past it, in `added`: into the
request's body as they stand.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

import orjson

from compactd.domain.response_format import JsonSchemaResponseFormat, ResponseFormat
from compactd.ports.model import ModelRequest
from compactd.strategies.turns import strict_messages
from compactd.summarizers.model_facts import ModelFacts
from compactd.summarizers.provider_messages import provider_messages
from compactd.summarizers.provider_parts import PartWriter
from compactd.summarizers.providers.row import Dialect, EndpointSettings, Provider
from compactd.summarizers.providers.table import PROVIDERS
from compactd.summarizers.unsupported_settings import given_format

_STRICT: Mapping[Dialect, bool] = MappingProxyType({Dialect.CHAT: True, Dialect.RESPONSES: True, Dialect.GEMINI: False})
"""The dialects whose turns are made strict here, and whether neighbours are joined: for Gemini, Anthropic and Converse
litellm does that block by block, thoughts included, and with results and the user's text as one turn but for Gemini."""

SCHEMA_NAME = "summary"
"""The name of a JSON schema that came without one; APIs ask for it."""


@dataclass(frozen=True, slots=True)
class ProviderRequest:
    """Messages in OpenAI's shape; `mapped` holds parameters in that shape too, for litellm to write in the dialect's,
    and `added` what is added to the body. Without an address or a key litellm's own variables hold."""

    provider: Provider
    dialect: Dialect
    model: str
    messages: list[dict[str, Any]]
    mapped: dict[str, Any] = field(default_factory=dict)
    added: dict[str, Any] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    api_base: str | None = None
    api_key: str | None = None


def provider_request(
    request: ModelRequest, endpoint_settings: EndpointSettings, facts: ModelFacts | None = None
) -> ProviderRequest:
    """Without facts nobody knows the model."""
    provider = PROVIDERS[request.handle.provider]
    dialect = spoken_dialect(provider, speaks_responses=facts is not None and facts.speaks_responses)
    mapped, added = _FIELDS_OF_DIALECT[dialect](request, provider)
    headers: Mapping[str, str] = {}
    if provider.headers is not None and request.settings is not None:
        headers = provider.headers(request.handle.name, request.settings)
    endpoint = provider.endpoint.arguments(endpoint_settings) if provider.endpoint is not None else {}
    given = request.messages
    if provider.strict_turns and dialect in _STRICT:
        given = strict_messages(given, joined=_STRICT[dialect])
    parts = PartWriter(provider.parts, dialect, request.handle.name, facts, given)
    messages = provider_messages(given, provider, dialect, parts)
    return ProviderRequest(provider, dialect, request.handle.name, messages, mapped, added, headers, **endpoint)


def spoken_dialect(provider: Provider, *, speaks_responses: bool) -> Dialect:
    """The dialect of one model: some of OpenAI's are on its responses API only."""
    return Dialect.RESPONSES if speaks_responses and provider.dialect is Dialect.CHAT else provider.dialect


_Fields = tuple[dict[str, Any], dict[str, Any]]
"""The parameters that litellm maps, and the fields that are added to the body."""


def _chat(request: ModelRequest, provider: Provider) -> _Fields:
    added = _limit(request, provider, provider.output_limit) | _settings_fields(request, provider, Dialect.CHAT)
    if (answer_format := _format(request)) is not None:
        added["response_format"] = _openai_format(answer_format)
    if request.tools:
        added |= {"tools": list(request.tools), "tool_choice": "none"}
    return {}, added


def _responses(request: ModelRequest, provider: Provider) -> _Fields:
    added = _limit(request, provider, "max_output_tokens") | _settings_fields(request, provider, Dialect.RESPONSES)
    if (answer_format := _format(request)) is not None:
        schema = _named_schema(answer_format) if isinstance(answer_format, JsonSchemaResponseFormat) else {}
        added["text"] = {"format": {"type": answer_format.type, **schema}}
    if request.tools:
        added |= {"tools": [_responses_tool(tool) for tool in request.tools], "tool_choice": "none"}
    # By default OpenAI keeps what it is sent over this API for a month.
    added["store"] = False
    return {}, added


def _responses_tool(tool: dict[str, Any]) -> dict[str, Any]:
    return {"type": "function", **tool["function"]} if isinstance(tool.get("function"), dict) else tool


def _messages(request: ModelRequest, provider: Provider) -> _Fields:
    mapped = _limit(request, provider, "max_tokens")
    added = _settings_fields(request, provider, Dialect.MESSAGES)
    answer_format = _format(request)
    if isinstance(answer_format, JsonSchemaResponseFormat):
        schema = {"type": "json_schema", "schema": _named_schema(answer_format)["schema"]}
        added["output_config"] = {**added.get("output_config", {}), "format": schema}
    if tools := list(request.tools) or _tools_called(request):
        mapped |= {"tools": tools, "tool_choice": "none"}
    return mapped, added


def _tools_called(request: ModelRequest) -> list[dict[str, Any]]:
    """This API wants tools where the history has calls, and litellm would offer a dummy one, free to be called."""
    names = sorted({call.name for message in request.messages for call in message.tool_calls})
    return [{"type": "function", "function": {"name": name, "parameters": {"type": "object"}}} for name in names]


def _gemini(request: ModelRequest, provider: Provider) -> _Fields:
    config = _limit(request, provider, "maxOutputTokens") | _settings_fields(request, provider, Dialect.GEMINI)
    answer_format = _format(request)
    if isinstance(answer_format, JsonSchemaResponseFormat):
        config["responseJsonSchema"] = _named_schema(answer_format)["schema"]
    if answer_format is not None:
        config["responseMimeType"] = "text/plain" if answer_format.type == "text" else "application/json"
    mapped = {"tools": list(request.tools), "tool_choice": "none"} if request.tools else {}
    return mapped, ({"generationConfig": config} if config else {})


def _converse(request: ModelRequest, provider: Provider) -> _Fields:
    # The API knows no tool choice "none": without tools litellm writes calls and results of the history as text.
    mapped = _limit(request, provider, "max_tokens") | _settings_fields(request, provider, Dialect.CONVERSE)
    answer_format = _format(request)
    if not isinstance(answer_format, JsonSchemaResponseFormat):
        return mapped, {}
    named = _named_schema(answer_format)
    schema = {"name": named["name"], "schema": orjson.dumps(named["schema"]).decode()}
    return mapped, {"outputConfig": {"textFormat": {"type": "json_schema", "structure": {"jsonSchema": schema}}}}


_FIELDS_OF_DIALECT: Mapping[Dialect, Callable[[ModelRequest, Provider], _Fields]] = MappingProxyType(
    {
        Dialect.CHAT: _chat,
        Dialect.RESPONSES: _responses,
        Dialect.MESSAGES: _messages,
        Dialect.GEMINI: _gemini,
        Dialect.CONVERSE: _converse,
    }
)


def _given(**fields: Any) -> dict[str, Any]:
    return {name: value for name, value in fields.items() if value is not None}


def _limit(request: ModelRequest, provider: Provider, name: str) -> dict[str, Any]:
    if request.max_output_tokens is None or not provider.sends_output_limit:
        return {}
    return {name: request.max_output_tokens}


def _settings_fields(request: ModelRequest, provider: Provider, dialect: Dialect) -> dict[str, Any]:
    """What the settings say beside output limit and format: the temperature, and the provider's own."""
    settings = request.settings
    if settings is None:
        return {}
    temperature = None if "temperature" in provider.never_sent else settings.temperature
    own = provider.fields(settings, dialect) if provider.fields is not None else {}
    return _given(temperature=temperature) | own


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
