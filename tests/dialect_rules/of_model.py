"""Which rules hold for a request to a model: those of its provider's API, of its maker's, and of strict turns."""

from typing import Any

from tests.dialect_rules import (
    anthropic_messages,
    bedrock_converse,
    gemini_content,
    image_limits,
    openai_chat,
    openai_responses,
    strict_turns,
)

_ANTHROPIC = ("anthropic", "moonshot_coding")
_GOOGLE = ("google_ai", "google_vertex")
_AS_THEY_ARE = ("openai", "azure")
_LETTER_FIRST = r"[a-zA-Z_][a-zA-Z0-9_-]{0,63}"
"""Moonshot's reference of `tools`: a name begins with a letter."""

_REASONING = frozenset({"reasoning_content", "reasoning", "reasoning_details"})
"""Texts of reasoning, as DeepSeek, Moonshot, Z.ai, vLLM and OpenRouter document them for messages of the assistant."""


def faults(handle: str, body: dict[str, Any]) -> list[str]:
    """Every rule that a request to the model of this handle breaks."""
    return [*_of_dialect(handle, body), *image_limits.faults(handle, body)]


def _of_dialect(handle: str, body: dict[str, Any]) -> list[str]:
    provider, _, model = handle.partition("/")
    if provider in _ANTHROPIC:
        return anthropic_messages.faults(body)
    if provider in _GOOGLE:
        return gemini_content.faults(body)
    if provider == "bedrock":
        return bedrock_converse.faults(body)
    if "input" in body:
        found, turns = openai_responses.faults(body), openai_responses.turns(body)
    else:
        found, turns = _chat_faults(provider, model, body), body["messages"]
    return found if provider in _AS_THEY_ARE else [*found, *strict_turns.faults(turns)]


def _chat_faults(provider: str, model: str, body: dict[str, Any]) -> list[str]:
    call_id = openai_chat.CALL_ID
    if "mistral" in model or "mixtral" in model:
        call_id = strict_turns.MISTRAL_CALL_ID
    elif "claude" in model:
        call_id = anthropic_messages.CALL_ID
    name = _LETTER_FIRST if provider == "moonshot" else openai_chat.NAME
    more_keys = frozenset() if provider in _AS_THEY_ARE else _REASONING
    return openai_chat.faults(body, name=name, call_id=call_id, more_keys=more_keys)
