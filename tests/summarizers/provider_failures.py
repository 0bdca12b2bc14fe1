"""Requests to each of the ways that litellm takes to a provider, and the failures that they end in."""

from typing import Any

import pytest

from compactd.domain.model_failures import ProviderFailure
from compactd.ports.model import ModelRequest
from compactd.summarizers.litellm_model import LitellmModel
from tests.builders.model_requests import transcript_request

SECRET = "what the provider wrote"

# One handle for each way that litellm takes: its HTTP handler, the openai client, and each API's own handler.
EVERY_WAY = {
    "chat": "openai/gpt-4o",
    "azure": "azure/gpt-4o",
    "responses": "openai/gpt-5-pro",
    "messages": "anthropic/claude-haiku-4-5",
    "gemini": "google_ai/gemini-2.5-flash",
    "converse": "bedrock/amazon.nova-lite-v1:0",
    "chatgpt": "chatgpt_oauth/gpt-5.2",
}


def request_to(way: str, **rest: Any) -> ModelRequest:
    return transcript_request(EVERY_WAY[way], **{"max_output_tokens": 500} | rest)


async def failure_of(model: LitellmModel, way: str, **rest: Any) -> ProviderFailure:
    with pytest.raises(ProviderFailure) as raised:
        await model.ask(request_to(way, **rest))
    assert SECRET not in str(raised.value)
    assert SECRET not in str(raised.value.metadata)
    return raised.value
