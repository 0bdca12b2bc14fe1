"""A conversation of a running server, over REST."""

from collections.abc import Sequence
from types import TracebackType
from typing import Any, Self

import httpx

from compactd.domain.messages import ChatMessage
from tests.quality.compare import OURS


class Door:
    """One new conversation; use as a context manager. HTTPStatusError for an answer that is an error."""

    def __init__(self, url: str) -> None:
        self._http = httpx.Client(base_url=url, timeout=60)
        self._path = ""

    def __enter__(self) -> Self:
        agent = self._post("/v1/agents", {"name": "quality", "model": "openai/gpt-4.1-mini"})
        self._path = f"/v1/conversations/{agent['default_conversation_id']}"
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._http.close()

    def append(self, messages: Sequence[ChatMessage]) -> None:
        self._post(f"{self._path}/messages:append", {"messages": [_json_of(message) for message in messages]})

    def compact(self, clip_chars: int) -> str:
        """The summary by the embedded summarizer, of at most so many code points, that takes everything's place."""
        settings = {"mode": "all", "model": OURS, "clip_chars": clip_chars}
        return str(self._post(f"{self._path}/compact", {"compaction_settings": settings})["summary"])

    def _post(self, path: str, body: dict[str, Any]) -> dict[str, Any]:
        answer = self._http.post(path, json=body)
        answer.raise_for_status()
        return dict(answer.json())


def _json_of(message: ChatMessage) -> dict[str, Any]:
    """As OpenAI writes it."""
    fields: dict[str, Any] = {"role": message.role, "content": message.content}
    if message.tool_calls:
        fields["tool_calls"] = [
            {"id": call.id, "type": "function", "function": {"name": call.name, "arguments": call.arguments}}
            for call in message.tool_calls
        ]
    if message.tool_call_id:
        fields["tool_call_id"] = message.tool_call_id
    return fields
