"""The usual answers of the APIs that the loopback model server speaks."""

import json
from collections.abc import Callable
from typing import Any

SUMMARY = "A short summary."

PROMPT_TOKENS, CACHED_TOKENS, ANSWER_TOKENS = 60, 40, 50
"""What every answer says that it took. So few that no server takes it for a count of what it was sent: tests share
servers, and none may teach another's model a ratio."""


def openai_chat(text: Any = SUMMARY, finish: str = "stop", **message: Any) -> dict[str, Any]:
    return {
        "id": "chatcmpl-1",
        "object": "chat.completion",
        "created": 1_790_000_000,
        "model": "loopback",
        "service_tier": "default",
        "choices": [
            {"index": 0, "message": {"role": "assistant", "content": text, **message}, "finish_reason": finish}
        ],
        "usage": {
            "prompt_tokens": PROMPT_TOKENS,
            "completion_tokens": ANSWER_TOKENS,
            "total_tokens": PROMPT_TOKENS + ANSWER_TOKENS,
            "prompt_tokens_details": {"cached_tokens": CACHED_TOKENS},
        },
    }


def anthropic_message(text: str | None = SUMMARY, stop: str = "end_turn", **content: Any) -> dict[str, Any]:
    return {
        "id": "msg_1",
        "type": "message",
        "role": "assistant",
        "model": "loopback",
        "content": [{"type": "text", "text": text}] if text is not None else content.get("content", []),
        "stop_reason": stop,
        "stop_sequence": None,
        "usage": {
            "input_tokens": PROMPT_TOKENS - CACHED_TOKENS,
            "cache_read_input_tokens": CACHED_TOKENS,
            "cache_creation_input_tokens": 0,
            "output_tokens": ANSWER_TOKENS,
        },
    }


def gemini_content(text: str | None = SUMMARY, finish: str = "STOP") -> dict[str, Any]:
    candidate: dict[str, Any] = {"index": 0, "finishReason": finish}
    if text is not None:
        candidate["content"] = {"role": "model", "parts": [{"text": text}]}
    return {
        "candidates": [candidate],
        "modelVersion": "loopback",
        "responseId": "r1",
        "usageMetadata": {
            "promptTokenCount": PROMPT_TOKENS,
            "cachedContentTokenCount": CACHED_TOKENS,
            "candidatesTokenCount": ANSWER_TOKENS,
            "totalTokenCount": PROMPT_TOKENS + ANSWER_TOKENS,
        },
    }


def bedrock_converse(text: str = SUMMARY, stop: str = "end_turn") -> dict[str, Any]:
    return {
        "output": {"message": {"role": "assistant", "content": [{"text": text}]}},
        "stopReason": stop,
        "metrics": {"latencyMs": 1},
        "usage": {
            "inputTokens": PROMPT_TOKENS - CACHED_TOKENS,
            "cacheReadInputTokens": CACHED_TOKENS,
            "outputTokens": ANSWER_TOKENS,
            "totalTokens": PROMPT_TOKENS + ANSWER_TOKENS,
        },
    }


def responses_object(text: str = SUMMARY, status: str = "completed") -> dict[str, Any]:
    return {
        "id": "resp_1",
        "object": "response",
        "created_at": 1_790_000_000,
        "status": status,
        "error": None,
        "incomplete_details": None if status == "completed" else {"reason": "max_output_tokens"},
        "model": "loopback",
        "output": [
            {
                "id": "msg_1",
                "type": "message",
                "role": "assistant",
                "status": "completed",
                "content": [{"type": "output_text", "text": text, "annotations": []}],
            }
        ],
        "parallel_tool_calls": False,
        "tool_choice": "none",
        "tools": [],
        "usage": {
            "input_tokens": PROMPT_TOKENS,
            "input_tokens_details": {"cached_tokens": CACHED_TOKENS},
            "output_tokens": ANSWER_TOKENS,
            "output_tokens_details": {"reasoning_tokens": 0},
            "total_tokens": PROMPT_TOKENS + ANSWER_TOKENS,
        },
    }


def responses_stream(text: str = SUMMARY, status: str = "completed") -> bytes:
    """The Responses API as server-sent events, which is the only way the ChatGPT backend answers."""
    done = responses_object(text, status)
    item = done["output"][0]
    kind = "response.completed" if status == "completed" else "response.incomplete"
    events = [
        {"type": "response.created", "sequence_number": 0, "response": {**done, "status": "in_progress", "output": []}},
        {"type": "response.output_item.done", "sequence_number": 1, "output_index": 0, "item": item},
        {"type": kind, "sequence_number": 2, "response": done},
    ]
    return "".join(f"event: {event['type']}\ndata: {json.dumps(event)}\n\n" for event in events).encode()


def _google_token() -> dict[str, Any]:
    return {"access_token": "loopback-token", "expires_in": 3600, "token_type": "Bearer"}


_DIALECTS: tuple[tuple[str, Callable[[], dict[str, Any]]], ...] = (
    ("/messages", anthropic_message),
    (":generateContent", gemini_content),
    ("/converse", bedrock_converse),
    ("/token", _google_token),
)


def default_reply(path: str, raw: bytes) -> dict[str, Any]:
    """The fields of the Reply that an ordinary request to this path gets."""
    plain = path.partition("?")[0]
    if plain.endswith("/responses"):
        if json.loads(raw).get("stream"):
            return {"body": responses_stream(), "content_type": "text/event-stream"}
        return {"body": responses_object()}
    return {"body": next((reply() for end, reply in _DIALECTS if plain.endswith(end)), openai_chat())}
