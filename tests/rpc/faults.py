"""What can go wrong with a model: what it or its provider answers, and what becomes of the compaction."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from tests.loopback.dialects import openai_chat

TRIES = 3
"""Requests that one call of a model takes where it keeps failing for a moment."""


@dataclass(frozen=True, slots=True)
class Fault:
    """The fields of the Reply that every request gets, and what a Compact then ends with, after so many requests."""

    reply: Mapping[str, Any]
    reason: str
    code: str = "FAILED_PRECONDITION"
    requests: int = 1

    @property
    def names_model(self) -> bool:
        return self.reason != "SUMMARY_NOT_SMALLER"


SECRET = "what the provider wrote"


def _answered(text: str | None, finish: str = "stop", **message: Any) -> dict[str, Any]:
    return {"body": openai_chat(text, finish, **message)}


def _error(status: int, **rest: Any) -> dict[str, Any]:
    return {"body": {"error": {"message": SECRET, "code": "x"}}, "status": status} | rest


def _no_text(text: str) -> Fault:
    return Fault(_answered(text), "SUMMARY_NOT_TEXT")


def _unavailable(reply: Mapping[str, Any], requests: int = TRIES) -> Fault:
    return Fault(reply, "PROVIDER_UNAVAILABLE", "UNAVAILABLE", requests)


def _limited(**rest: Any) -> Fault:
    return Fault(_error(429, **rest), "PROVIDER_RATE_LIMITED", "RESOURCE_EXHAUSTED", TRIES)


_CALL = {"id": "c", "type": "function", "function": {"name": "look", "arguments": "{}"}}

FAULTS: Mapping[str, Fault] = MappingProxyType(
    {
        "empty": Fault(_answered(""), "SUMMARY_EMPTY"),
        "white space": Fault(_answered(" \n\t"), "SUMMARY_EMPTY"),
        "thoughts alone": Fault(_answered("I think so.\n</think>\n"), "SUMMARY_EMPTY"),
        "refusal in words": Fault(_answered("I'm sorry, but I can't help with that."), "SUMMARY_REFUSED"),
        "refusal by mark": Fault(_answered(None, refusal="No."), "SUMMARY_REFUSED"),
        "refusal by filter": Fault(_answered("", "content_filter"), "SUMMARY_REFUSED"),
        "prompt filtered": Fault(
            {"body": {"error": {"code": "content_policy_violation", "message": SECRET}}, "status": 400},
            "SUMMARY_REFUSED",
        ),
        "error text": _no_text('API Error: 400 {"type":"error","error":{"type":"invalid_request_error"}}'),
        "error page": _no_text("<html><body>502 Bad Gateway</body></html>"),
        "error object": _no_text('{"error": {"message": "overloaded"}}'),
        "tool call in text": _no_text('<tool_call>\n{"name": "look", "arguments": {}}\n</tool_call>'),
        "function calls in text": _no_text('<function_calls>\n<invoke name="look">\n</invoke>\n</function_calls>'),
        "invoke in text": _no_text('I look.\n<invoke name="look"></invoke>'),
        "thoughts without end": _no_text("<think>The user wants"),
        "tool call": Fault(_answered(None, "tool_calls", tool_calls=[_CALL]), "SUMMARY_NOT_TEXT"),
        "tool call said to be a stop": Fault(_answered("Here.", "stop", tool_calls=[_CALL]), "SUMMARY_NOT_TEXT"),
        "no content": Fault(_answered(None), "SUMMARY_NOT_TEXT"),
        "length": Fault(_answered("half a", "length"), "SUMMARY_TRUNCATED"),
        "longer than the input": Fault(_answered("word " * 30_000), "SUMMARY_NOT_SMALLER"),
        "400": Fault(_error(400), "PROVIDER_REJECTED"),
        "401": Fault(_error(401), "PROVIDER_UNAUTHENTICATED"),
        "402": Fault(_error(402), "PROVIDER_REJECTED"),
        "403": Fault(_error(403), "PROVIDER_UNAUTHENTICATED"),
        "404": Fault(_error(404), "PROVIDER_REJECTED"),
        "408": _unavailable(_error(408)),
        "422": Fault(_error(422), "PROVIDER_REJECTED"),
        "429": _limited(),
        "429 at once": _limited(headers={"retry-after": "0"}),
        "429 and a while": _limited(headers={"retry-after-ms": "1"}),
        "500": _unavailable(_error(500)),
        "503": _unavailable(_error(503)),
        "529": _unavailable(_error(529)),
        "500 in a 200": _unavailable({"body": {"error": {"code": 500, "message": SECRET}}}),
        "reset": _unavailable({"fault": "reset"}),
        "half a body": _unavailable(_answered("half") | {"fault": "half_body"}),
        "broken off": _unavailable(_answered("half", "network_error")),
        "wrong JSON": _unavailable({"body": b'{"choices": ['}, 1),
        "another JSON": _unavailable({"body": {"hello": "world"}}, 1),
        "wrong content type": _unavailable({"body": b"<html>busy</html>", "content_type": "text/html"}, 1),
    }
)
"""Faults that every request meets alike, and a model server can show at once."""
