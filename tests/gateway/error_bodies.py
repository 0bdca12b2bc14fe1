"""What an error tells its caller, read as a client reads it, and checked for what holds of every error."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import httpx

from tests.rpc.failures import check_descriptions

PREFIX = "type.googleapis.com/google.rpc."

UNEXPLAINED = (1, 4)
"""CANCELLED and DEADLINE_EXCEEDED: the only codes without details."""

INSIDES = re.compile(
    rb'Traceback|File "|line \d+, in |\.py\b|site-packages|<class|object at 0x|_pb2|NoneType|instance of'
    rb"|\b(?:builtins|pydantic|sqlalchemy|grpc|asyncio|orjson|json)\.[a-zA-Z]|\b[A-Z][a-zA-Z]*(?:Error|Exception)\b"
)
"""What only somebody who sees into the process could write: traces, modules, names of Python's classes."""


@dataclass(frozen=True, slots=True)
class ErrorBody:
    """An error body. `fields` are the paths of BadRequest, `descriptions` stand beside them."""

    status: int
    code: int
    sentence: str
    reason: str
    metadata: Mapping[str, str]
    fields: tuple[str, ...]
    descriptions: tuple[str, ...]
    retry_delay: str | None
    headers: httpx.Headers


def error_of(answer: httpx.Response) -> ErrorBody:
    """Fails unless `answer` is an error with the body and the headers that every error has."""
    assert answer.status_code >= 400, f"{answer.status_code}: {answer.text[:300]}"
    assert INSIDES.search(answer.content) is None, answer.text[:1000]
    assert answer.headers["content-type"] == "application/json"
    assert answer.headers["x-request-id"]
    body = answer.json()
    assert set(body) == {"code", "message", "details", "detail"}
    assert body["message"] == body["detail"] != ""
    details = _by_kind(body["details"])
    info = details.get("ErrorInfo", {})
    if body["code"] in UNEXPLAINED:
        assert body["details"] == []
    else:
        assert info["domain"] == "compactd"
    violations = details.get("BadRequest", {}).get("field_violations", [])
    check_descriptions(item["description"] for item in violations)
    return ErrorBody(
        status=answer.status_code,
        code=body["code"],
        sentence=body["message"],
        reason=info.get("reason", ""),
        metadata=info.get("metadata", {}),
        fields=tuple(item["field"] for item in violations),
        descriptions=tuple(item["description"] for item in violations),
        retry_delay=details.get("RetryInfo", {}).get("retry_delay"),
        headers=answer.headers,
    )


def _by_kind(details: list[dict[str, Any]]) -> dict[str, dict[str, Any]]:
    """Details by the name of their type; one of each at most."""
    kinds = [detail["@type"].removeprefix(PREFIX) for detail in details]
    assert len(set(kinds)) == len(kinds)
    return dict(zip(kinds, details, strict=True))
