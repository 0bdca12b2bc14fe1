"""A call of each kind against a canned answer, without network.

At its first call of a kind litellm imports what that kind needs: 0.05 s for most, 1.5 s for OpenAI's responses API,
a second for Azure and Bedrock. Made in a thread beforehand, that holds up nothing.
"""

import json
from collections.abc import Mapping
from concurrent.futures import Executor
from types import MappingProxyType
from typing import Any

from typing_extensions import override

from compactd.summarizers.litellm_calls import CallClient, call
from compactd.summarizers.provider_http import HttpAnswer, ProviderHttp
from compactd.summarizers.provider_requests import ProviderRequest
from compactd.summarizers.providers.row import Dialect, Provider

_NOWHERE: Mapping[str, Any] = MappingProxyType({"api_base": "http://127.0.0.1:9/v1", "api_key": "none"})

_ARGUMENTS: Mapping[Dialect, dict[str, Any]] = MappingProxyType(
    {
        Dialect.CHAT: {"model": "openai/gpt-4o", "extra_body": {"max_completion_tokens": 1}, **_NOWHERE},
        Dialect.RESPONSES: {"model": "openai/gpt-5-pro", "extra_body": {"max_output_tokens": 1}, **_NOWHERE},
        Dialect.MESSAGES: {"model": "anthropic/claude-haiku-4-5", "max_tokens": 1, **_NOWHERE},
        Dialect.GEMINI: {"model": "gemini/gemini-2.5-flash", **_NOWHERE},
        Dialect.CONVERSE: {
            "model": "bedrock/amazon.nova-lite-v1:0",
            "aws_access_key_id": "none",
            "aws_secret_access_key": "none",
            "aws_region_name": "us-east-1",
            "aws_bedrock_runtime_endpoint": "http://127.0.0.1:9",
        },
    }
)
_OPENAI_CLIENT: Mapping[str, Any] = MappingProxyType(
    {"model": "azure/gpt-4o", "api_version": "2025-02-01-preview", **_NOWHERE}
)

_ANSWERS: Mapping[Dialect, dict[str, Any]] = MappingProxyType(
    {
        Dialect.CHAT: {
            "id": "warm-up",
            "object": "chat.completion",
            "created": 1,
            "model": "warm-up",
            "choices": [{"index": 0, "message": {"role": "assistant", "content": "yes"}, "finish_reason": "stop"}],
            "usage": {"prompt_tokens": 1, "completion_tokens": 1, "total_tokens": 2},
        },
        Dialect.MESSAGES: {
            "id": "warm-up",
            "type": "message",
            "role": "assistant",
            "model": "warm-up",
            "content": [{"type": "text", "text": "yes"}],
            "stop_reason": "end_turn",
            "usage": {"input_tokens": 1, "output_tokens": 1},
        },
        Dialect.GEMINI: {
            "candidates": [
                {"content": {"role": "model", "parts": [{"text": "yes"}]}, "finishReason": "STOP", "index": 0}
            ],
            "usageMetadata": {"promptTokenCount": 1, "candidatesTokenCount": 1, "totalTokenCount": 2},
        },
        Dialect.CONVERSE: {
            "output": {"message": {"role": "assistant", "content": [{"text": "yes"}]}},
            "stopReason": "end_turn",
            "usage": {"inputTokens": 1, "outputTokens": 1, "totalTokens": 2},
        },
        Dialect.RESPONSES: {
            "id": "warm-up",
            "object": "response",
            "created_at": 1,
            "status": "completed",
            "model": "warm-up",
            "output": [],
            "parallel_tool_calls": False,
            "tool_choice": "none",
            "tools": [],
            "usage": {"input_tokens": 1, "output_tokens": 1, "total_tokens": 2},
        },
    }
)


class _CannedHttp(ProviderHttp):
    def __init__(self, dialect: Dialect) -> None:
        super().__init__()
        self._body = json.dumps(_ANSWERS[dialect]).encode()

    @override
    async def post(self, url: str, headers: Mapping[str, str], body: bytes) -> HttpAnswer:
        return HttpAnswer(200, {"content-type": "application/json"}, self._body)


async def warm_up(provider: Provider, dialect: Dialect, preparation: Executor) -> None:
    """Goes the way of this provider's calls as far as litellm's part of it."""
    arguments = _OPENAI_CLIENT if provider.openai_client and dialect is Dialect.CHAT else _ARGUMENTS[dialect]
    request = ProviderRequest(provider, dialect, {**arguments, "messages": [{"role": "user", "content": "ready?"}]})
    await call(CallClient(_CannedHttp(dialect), {}), request, preparation)
