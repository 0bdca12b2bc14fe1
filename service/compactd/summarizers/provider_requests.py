"""A ModelRequest as a call of litellm: exactly the fields that each API documents for it.

litellm maps, lowers, drops or rejects some parameters by tables of its own. So they go past it: in `extra_body`, which
it adds to the request as it stands, or, where it has no such thing, in `merge`, which our own HTTP client adds.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

import orjson

from compactd.domain.response_format import JsonSchemaResponseFormat, ResponseFormat
from compactd.ports.model import ModelRequest
from compactd.summarizers.provider_messages import provider_messages
from compactd.summarizers.providers.row import Dialect, EndpointSettings, Provider
from compactd.summarizers.providers.table import PROVIDERS
from compactd.summarizers.unsupported_settings import given_format

SCHEMA_NAME = "summary"
"""The name of a JSON schema that came without one; APIs ask for it."""


@dataclass(frozen=True, slots=True)
class ProviderRequest:
    """`arguments` are litellm's; `merge` is added to the body by our HTTP client."""

    provider: Provider
    dialect: Dialect
    arguments: dict[str, Any]
    merge: dict[str, Any] = field(default_factory=dict)


def provider_request(
    request: ModelRequest, endpoint_settings: EndpointSettings, *, speaks_responses: bool = False
) -> ProviderRequest:
    """`speaks_responses`: the model is on OpenAI's responses API only."""
    provider = PROVIDERS[request.handle.provider]
    dialect = Dialect.RESPONSES if speaks_responses and provider.dialect is Dialect.CHAT else provider.dialect
    arguments, merge = _CALL_OF_DIALECT[dialect](request, provider)
    if provider.headers is not None and request.settings is not None:
        arguments |= _given(extra_headers=provider.headers(request.handle.name, request.settings) or None)
    if provider.endpoint is not None:
        arguments |= provider.endpoint.arguments(endpoint_settings)
    return ProviderRequest(provider, dialect, arguments, merge)


_Call = tuple[dict[str, Any], dict[str, Any]]
"""litellm's arguments, and what our HTTP client adds to the body."""


def _chat(request: ModelRequest, provider: Provider) -> _Call:
    body = _limit(request, provider, provider.output_limit) | _settings_fields(request, provider, Dialect.CHAT)
    if (answer_format := _format(request)) is not None:
        body["response_format"] = _openai_format(answer_format)
    if request.tools:
        body |= {"tools": list(request.tools), "tool_choice": "none"}
    return _model_and_messages(request, provider, Dialect.CHAT) | {"extra_body": body}, {}


def _responses(request: ModelRequest, provider: Provider) -> _Call:
    body = _limit(request, provider, "max_output_tokens") | _settings_fields(request, provider, Dialect.RESPONSES)
    if (answer_format := _format(request)) is not None:
        schema = _named_schema(answer_format) if isinstance(answer_format, JsonSchemaResponseFormat) else {}
        body["text"] = {"format": {"type": answer_format.type, **schema}}
    if request.tools:
        body |= {"tools": [_responses_tool(tool) for tool in request.tools], "tool_choice": "none"}
    # By default OpenAI keeps what it is sent over this API for a month.
    body["store"] = False
    return _model_and_messages(request, provider, Dialect.RESPONSES) | {"extra_body": body}, {}


def _responses_tool(tool: dict[str, Any]) -> dict[str, Any]:
    return {"type": "function", **tool["function"]} if isinstance(tool.get("function"), dict) else tool


def _messages(request: ModelRequest, provider: Provider) -> _Call:
    merge = _settings_fields(request, provider, Dialect.MESSAGES)
    arguments = _model_and_messages(request, provider, Dialect.MESSAGES) | _limit(request, provider, "max_tokens")
    answer_format = _format(request)
    if isinstance(answer_format, JsonSchemaResponseFormat):
        schema = {"type": "json_schema", "schema": _named_schema(answer_format)["schema"]}
        merge["output_config"] = {**merge.get("output_config", {}), "format": schema}
    if tools := list(request.tools) or _tools_called(request):
        arguments |= {"tools": tools, "tool_choice": "none"}
    return arguments, merge


def _tools_called(request: ModelRequest) -> list[dict[str, Any]]:
    """This API wants tools where the history has calls, and litellm would offer a dummy one, free to be called."""
    names = sorted({call.name for message in request.messages for call in message.tool_calls})
    return [{"type": "function", "function": {"name": name, "parameters": {"type": "object"}}} for name in names]


def _gemini(request: ModelRequest, provider: Provider) -> _Call:
    config = _limit(request, provider, "maxOutputTokens") | _settings_fields(request, provider, Dialect.GEMINI)
    answer_format = _format(request)
    if isinstance(answer_format, JsonSchemaResponseFormat):
        config["responseJsonSchema"] = _named_schema(answer_format)["schema"]
    if answer_format is not None:
        config["responseMimeType"] = "text/plain" if answer_format.type == "text" else "application/json"
    arguments = _model_and_messages(request, provider, Dialect.GEMINI)
    if config:
        arguments["extra_body"] = {"generationConfig": config}
    if request.tools:
        arguments |= {"tools": list(request.tools), "tool_choice": "none"}
    return arguments, {}


def _converse(request: ModelRequest, provider: Provider) -> _Call:
    # The body is signed before our HTTP client sees it, so here everything goes through litellm. The API knows no
    # tool choice "none": without tools litellm writes calls and results of the history as text.
    arguments = _model_and_messages(request, provider, Dialect.CONVERSE) | _limit(request, provider, "max_tokens")
    # Without the word, litellm sends models that its table does not know to InvokeModel, in as many dialects as makers.
    arguments["model"] = f"{provider.route}/converse/{request.handle.name.removeprefix('converse/')}"
    arguments |= _settings_fields(request, provider, Dialect.CONVERSE)
    answer_format = _format(request)
    if isinstance(answer_format, JsonSchemaResponseFormat):
        named = _named_schema(answer_format)
        schema = {"name": named["name"], "schema": orjson.dumps(named["schema"]).decode()}
        arguments["outputConfig"] = {"textFormat": {"type": "json_schema", "structure": {"jsonSchema": schema}}}
    return arguments, {}


_CALL_OF_DIALECT: Mapping[Dialect, Callable[[ModelRequest, Provider], _Call]] = MappingProxyType(
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


def _model_and_messages(request: ModelRequest, provider: Provider, dialect: Dialect) -> dict[str, Any]:
    return {
        "model": f"{provider.route}/{request.handle.name}",
        "messages": provider_messages(request.messages, dialect),
    }


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
