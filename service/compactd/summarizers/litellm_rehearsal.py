"""One call of each common kind against a canned answer, without network: what litellm loads at its first calls."""

import json
from collections.abc import Mapping
from typing import override

from compactd.summarizers.http_wire import HttpAnswer, HttpWire
from compactd.summarizers.litellm_calls import Exchange, call
from compactd.summarizers.providers import Dialect
from compactd.summarizers.requests import Outgoing

_MESSAGES = [{"role": "user", "content": "ready?"}]

_ANSWER = {
    "id": "rehearsal",
    "object": "chat.completion",
    "created": 1,
    "model": "rehearsal",
    "choices": [{"index": 0, "message": {"role": "assistant", "content": "yes"}, "finish_reason": "stop"}],
    "usage": {"prompt_tokens": 1, "completion_tokens": 1, "total_tokens": 2},
}


class _CannedWire(HttpWire):
    @override
    async def post(self, url: str, headers: Mapping[str, str], body: bytes) -> HttpAnswer:
        return HttpAnswer(200, {"content-type": "application/json"}, json.dumps(_ANSWER).encode())


async def rehearse() -> None:
    """Goes the way of OpenAI-shaped providers, by far the most of them."""
    arguments = {
        "model": "openai/rehearsal",
        "messages": _MESSAGES,
        "api_base": "http://127.0.0.1:9/v1",
        "api_key": "none",
        "extra_body": {"max_completion_tokens": 1},
    }
    await call(Exchange(_CannedWire(), {}), Outgoing(Dialect.CHAT, arguments))
