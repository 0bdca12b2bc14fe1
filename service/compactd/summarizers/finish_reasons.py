"""How an answer ended, from the provider's own words: litellm calls some that were cut off or broken "stop"."""

from collections.abc import Callable, Iterable, Mapping
from types import MappingProxyType
from typing import Any

import orjson

from compactd.summarizers.provider_http import HttpAnswer
from compactd.summarizers.providers.row import Dialect

STOP, LENGTH, REFUSAL, TOOL_CALLS, OTHER = "stop", "length", "refusal", "tool_calls", "other"

_MEANINGS: Mapping[str, Iterable[str]] = MappingProxyType(
    {
        STOP: ("stop", "end_turn", "stop_sequence", "eos", "completed"),
        LENGTH: ("length", "max_tokens", "max_output_tokens", "model_context_window_exceeded", "model_length"),
        REFUSAL: (
            "refusal",
            "content_filter",
            "content_filtered",
            "guardrail_intervened",
            "sensitive",
            "safety",
            "recitation",
            "language",
            "blocklist",
            "prohibited_content",
            "spii",
            "image_safety",
        ),
        TOOL_CALLS: (
            "tool_calls",
            "tool_use",
            "function_call",
            "malformed_function_call",
            "malformed_tool_use",
            "unexpected_tool_call",
            "too_many_tool_calls",
        ),
    }
)
_FINISH: Mapping[str, str] = MappingProxyType({word: meaning for meaning, words in _MEANINGS.items() for word in words})

_BROKEN = frozenset({"insufficient_system_resource", "network_error", "error"})
"""DeepSeek, z.ai and OpenRouter say so of an answer that their own fault cut off."""


class UnreadableAnswer(Exception):
    """The body is not what this API answers with."""


class BrokenOff(Exception):
    """The provider says that its answer is none, for a fault of its own."""


def decode_answer(answer: HttpAnswer, dialect: Dialect) -> Mapping[str, Any]:
    """The JSON object of a successful answer. UnreadableAnswer for another content type, half or wrong JSON."""
    content_type = answer.headers.get("content-type", "").lower()
    if dialect is Dialect.RESPONSES and "event-stream" in content_type:
        return _last_response(answer.body)
    if "json" not in content_type:
        raise UnreadableAnswer
    try:
        body = orjson.loads(answer.body)
    except orjson.JSONDecodeError as error:
        raise UnreadableAnswer from error
    if not isinstance(body, dict):
        raise UnreadableAnswer
    return body


def error_body(answer: HttpAnswer) -> Mapping[str, Any]:
    """The JSON object of an answer that failed; empty if it has none."""
    try:
        body = orjson.loads(answer.body)
    except orjson.JSONDecodeError:
        return {}
    return body if isinstance(body, dict) else {}


def error_status(body: Mapping[str, Any]) -> int | None:
    """Some providers answer 200 and put the error, with its status, into the body; None if there is none."""
    error = body.get("error")
    if not isinstance(error, dict):
        return None
    code = error.get("code")
    return code if isinstance(code, int) and 400 <= code < 600 else 500


def finish_reason(body: Mapping[str, Any], dialect: Dialect) -> str:
    """One of stop, length, refusal, tool_calls, other; tool_calls for any call in the answer, whatever it says it ended
    with. UnreadableAnswer if the body has no place for it, BrokenOff if the provider itself broke the answer off."""
    try:
        words = list(_FINISH_WORDS[dialect](body))
    except (KeyError, IndexError, TypeError, AttributeError) as error:
        raise UnreadableAnswer from error
    said = [str(word).lower() for word in words if word is not None]
    if not _BROKEN.isdisjoint(said):
        raise BrokenOff
    meanings = [_FINISH.get(word, OTHER) for word in said]
    return next((meaning for meaning in meanings if meaning != STOP), STOP if meanings else OTHER)


def _chat(body: Mapping[str, Any]) -> Iterable[str | None]:
    choice = body["choices"][0]
    if choice["message"].get("tool_calls") or choice["message"].get("function_call"):
        yield "tool_calls"
    yield choice["finish_reason"]
    if choice["message"].get("refusal"):
        yield "refusal"
    # OpenRouter gives the word of the provider behind it too; a word that is not known there says nothing.
    native = str(choice.get("native_finish_reason") or "").lower()
    yield native if native in _FINISH else None


def _messages(body: Mapping[str, Any]) -> Iterable[str | None]:
    if any(str(block["type"]).endswith("tool_use") for block in body["content"]):
        yield "tool_use"
    yield body["stop_reason"]


def _gemini(body: Mapping[str, Any]) -> Iterable[str | None]:
    if body.get("promptFeedback", {}).get("blockReason"):
        yield "prohibited_content"
        return
    candidate = body["candidates"][0]
    if any("functionCall" in part for part in (candidate.get("content") or {}).get("parts") or ()):
        yield "function_call"
    yield candidate.get("finishReason")


def _converse(body: Mapping[str, Any]) -> Iterable[str | None]:
    if any("toolUse" in block for block in body["output"]["message"]["content"]):
        yield "tool_use"
    yield body["stopReason"]


def _responses(body: Mapping[str, Any]) -> Iterable[str | None]:
    yield (body.get("incomplete_details") or {}).get("reason") if body["status"] == "incomplete" else body["status"]
    for item in body["output"]:
        if item["type"].endswith("_call"):
            yield "tool_calls"
        for part in item.get("content") or ():
            yield "refusal" if part["type"] == "refusal" else None


_FINISH_WORDS: Mapping[Dialect, Callable[[Mapping[str, Any]], Iterable[str | None]]] = MappingProxyType(
    {
        Dialect.CHAT: _chat,
        Dialect.MESSAGES: _messages,
        Dialect.GEMINI: _gemini,
        Dialect.CONVERSE: _converse,
        Dialect.RESPONSES: _responses,
    }
)


def _last_response(body: bytes) -> Mapping[str, Any]:
    """The response that a stream of server-sent events ends with, its output gathered from the events before."""
    items: dict[int, Any] = {}
    for line in body.splitlines():
        if not line.startswith(b"data:") or line[5:].strip() == b"[DONE]":
            continue
        try:
            event = orjson.loads(line[5:])
        except orjson.JSONDecodeError as error:
            raise UnreadableAnswer from error
        if event.get("type") == "response.output_item.done":
            items[event.get("output_index", len(items))] = event.get("item")
        if event.get("type") in ("response.completed", "response.incomplete", "response.failed"):
            response = event["response"]
            return {**response, "output": response.get("output") or [items[index] for index in sorted(items)]}
        if event.get("type") == "error":
            return {"error": event}
    raise UnreadableAnswer
