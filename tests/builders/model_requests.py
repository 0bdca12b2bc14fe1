"""Requests as the tests write them."""

from dataclasses import replace
from typing import Any

from pydantic import TypeAdapter

from compactd.domain.handles import ModelHandle
from compactd.domain.messages import ChatMessage, Role, ToolCall
from compactd.domain.model_settings import ModelSettings
from compactd.domain.settings import ModelSettingsUnion
from compactd.ports.model import ModelRequest

TRANSCRIPT = (ChatMessage(Role.SYSTEM, "PROMPT"), ChatMessage(Role.USER, "TRANSCRIPT"))

OWN_CONTEXT = (
    ChatMessage(Role.SYSTEM, "SYSTEM"),
    ChatMessage(Role.USER, "question"),
    ChatMessage(Role.ASSISTANT, tool_calls=(ToolCall("call_1", "look", '{"at": "it"}'),)),
    ChatMessage(Role.TOOL, "found", tool_call_id="call_1"),
    ChatMessage(Role.ASSISTANT, "answer"),
    ChatMessage(Role.USER, "PROMPT"),
)

TOOL: dict[str, Any] = {
    "type": "function",
    "function": {
        "name": "look",
        "description": "Looks.",
        "parameters": {"type": "object", "properties": {"at": {"type": "string"}}},
    },
}

_SETTINGS: TypeAdapter[ModelSettings] = TypeAdapter(ModelSettingsUnion)


def settings_of(provider: str, fields: dict[str, Any]) -> ModelSettings:
    return _SETTINGS.validate_python({provider: fields})


def transcript_request(handle: str, fields: dict[str, Any] | None = None, **rest: Any) -> ModelRequest:
    parsed = ModelHandle.parse(handle)
    settings = None if fields is None else settings_of(parsed.provider, fields)
    limit = None if settings is None else settings.max_output_tokens
    return ModelRequest(parsed, settings, TRANSCRIPT, **{"max_output_tokens": limit, "timeout": 50.0} | rest)


def self_request(handle: str, fields: dict[str, Any] | None = None, **rest: Any) -> ModelRequest:
    given: dict[str, Any] = {"messages": OWN_CONTEXT, "tools": (TOOL,), "self_context": True} | rest
    return replace(transcript_request(handle, fields), **given)
