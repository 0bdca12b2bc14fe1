"""What a provider or model cannot take is said before it is asked."""

from typing import Any

import pytest

from compactd.domain.handles import ModelHandle
from compactd.summarizers.catalog import LitellmCatalog
from tests.builders.model_requests import settings_of

SCHEMA = {"json_schema": {"json_schema": {"type": "object"}}}
OBJECT: dict[str, Any] = {"json_object": {}}

UNSUPPORTED: list[tuple[str, dict[str, Any], str]] = [
    ("openai/gpt-4o", {"temperature": 2.5}, "openai.temperature"),
    ("openai/gpt-5-mini", {"temperature": 0.5}, "openai.temperature"),
    ("openai/gpt-5.2", {"temperature": 0.5, "reasoning": {"reasoning_effort": "low"}}, "openai.temperature"),
    ("openai/o3-mini", {"temperature": 0.0}, "openai.temperature"),
    ("openai/gpt-7-unheard-of", {"temperature": 0.0}, "openai.temperature"),
    ("openai/gpt-4o", {"reasoning": {"reasoning_effort": "low"}}, "openai.reasoning.reasoning_effort"),
    ("openai/gpt-5-mini", {"reasoning": {"reasoning_effort": "none"}}, "openai.reasoning.reasoning_effort"),
    ("openai/gpt-5-mini", {"reasoning": {"reasoning_effort": "xhigh"}}, "openai.reasoning.reasoning_effort"),
    ("openai/gpt-5.1", {"reasoning": {"reasoning_effort": "minimal"}}, "openai.reasoning.reasoning_effort"),
    ("openai/o3-mini", {"reasoning": {"reasoning_effort": "minimal"}}, "openai.reasoning.reasoning_effort"),
    ("openai/gpt-4o", {"max_output_tokens": 20_000}, "openai.max_output_tokens"),
    ("azure/gpt-5-mini", {"temperature": 0.5}, "azure.temperature"),
    ("azure/gpt-4o", {"temperature": 2.5}, "azure.temperature"),
    ("anthropic/claude-haiku-4-5", {"temperature": 1.5}, "anthropic.temperature"),
    ("anthropic/claude-opus-4-7", {"temperature": 0.5}, "anthropic.temperature"),
    (
        "anthropic/claude-haiku-4-5",
        {"temperature": 0.5, "thinking": {"type": "enabled", "budget_tokens": 2000}},
        "anthropic.temperature",
    ),
    ("anthropic/claude-haiku-4-5", {"thinking": {"type": "enabled"}}, "anthropic.thinking.budget_tokens"),
    (
        "anthropic/claude-haiku-4-5",
        {"thinking": {"type": "enabled", "budget_tokens": 1000}},
        "anthropic.thinking.budget_tokens",
    ),
    ("anthropic/claude-haiku-4-5", {"thinking": {"budget_tokens": 2000}}, "anthropic.thinking.budget_tokens"),
    (
        "anthropic/claude-haiku-4-5",
        {"thinking": {"type": "disabled", "budget_tokens": 2000}},
        "anthropic.thinking.budget_tokens",
    ),
    (
        "anthropic/claude-opus-4-7",
        {"thinking": {"type": "enabled", "budget_tokens": 2000}},
        "anthropic.thinking.type",
    ),
    ("anthropic/claude-haiku-4-5", {"effort": "low"}, "anthropic.effort"),
    ("anthropic/claude-opus-4-5", {"effort": "max"}, "anthropic.effort"),
    ("anthropic/claude-opus-4-6", {"effort": "xhigh"}, "anthropic.effort"),
    ("anthropic/claude-haiku-4-5", {"response_format": OBJECT}, "anthropic.response_format"),
    ("moonshot_coding/kimi-for-coding", {"response_format": OBJECT}, "moonshot_coding.response_format"),
    (
        "moonshot_coding/kimi-for-coding",
        {"temperature": 0.5, "thinking": {"type": "enabled"}},
        "moonshot_coding.temperature",
    ),
    ("google_ai/gemini-2.5-flash", {"temperature": 2.5}, "google_ai.temperature"),
    ("google_ai/gemma-3-27b-it", {"thinking_config": {"thinking_budget": 0}}, "google_ai.thinking_config"),
    (
        "google_ai/gemini-2.5-pro",
        {"thinking_config": {"thinking_budget": 0}},
        "google_ai.thinking_config.thinking_budget",
    ),
    (
        "google_vertex/gemini-2.5-flash",
        {"thinking_config": {"thinking_budget": 30_000}},
        "google_vertex.thinking_config.thinking_budget",
    ),
    (
        "google_ai/gemini-2.5-flash",
        {"thinking_config": {"thinking_budget": 4_000}, "max_output_tokens": 4_000},
        "google_ai.thinking_config.thinking_budget",
    ),
    (
        "anthropic/claude-haiku-4-5",
        {"thinking": {"type": "enabled", "budget_tokens": 64_000 - 1_023}},
        "anthropic.thinking.budget_tokens",
    ),
    ("moonshot/moonshot-v1-8k", {"temperature": 1.5}, "moonshot.temperature"),
    ("moonshot/kimi-k2.5", {"temperature": 0.5}, "moonshot.temperature"),
    ("zai/glm-4.6", {"temperature": 1.5}, "zai.temperature"),
    ("zai/glm-4.6", {"response_format": SCHEMA}, "zai.response_format"),
    ("zai/glm-4-32b-0414-128k", {"thinking": {"type": "enabled"}}, "zai.thinking"),
    ("deepseek/deepseek-chat", {"response_format": SCHEMA}, "deepseek.response_format"),
    ("deepseek/deepseek-reasoner", {"temperature": 0.5}, "deepseek.temperature"),
    ("bedrock/amazon.nova-lite-v1:0", {"response_format": OBJECT}, "bedrock.response_format"),
    ("bedrock/amazon.nova-lite-v1:0", {"response_format": SCHEMA}, "bedrock.response_format"),
    ("bedrock/amazon.nova-lite-v1:0", {"temperature": 1.5}, "bedrock.temperature"),
    (
        "chatgpt_oauth/gpt-5.4-pro",
        {"reasoning": {"reasoning_effort": "none"}},
        "chatgpt_oauth.reasoning.reasoning_effort",
    ),
    ("groq/openai/gpt-oss-120b", {"temperature": 2.5}, "groq.temperature"),
    ("xai/grok-5", {"temperature": 2.5}, "xai.temperature"),
    ("together/some/model", {"temperature": 2.5}, "together.temperature"),
    ("openrouter/some/model", {"temperature": 2.5}, "openrouter.temperature"),
]


@pytest.mark.parametrize(("handle", "fields", "path"), UNSUPPORTED)
def test_a_field_that_cannot_be_taken_is_named(
    handle: str, fields: dict[str, Any], path: str, catalog: LitellmCatalog
) -> None:
    parsed = ModelHandle.parse(handle)
    ((named, sentence),) = catalog.unsupported_settings(
        parsed, settings_of(parsed.provider, fields), self_context=False
    )
    assert named == path
    assert sentence.endswith(".")


SUPPORTED: list[tuple[str, dict[str, Any]]] = [
    ("google_ai/gemini-2.5-flash", {"thinking_config": {"thinking_budget": 4_000}, "max_output_tokens": 4_001}),
    ("anthropic/claude-haiku-4-5", {"thinking": {"type": "enabled", "budget_tokens": 64_000 - 1_024}}),
    ("openai/gpt-5-mini", {"temperature": 1.0}),
    ("openai/gpt-5.2", {"temperature": 0.5}),
    ("openai/gpt-5.1", {"temperature": 0.5, "reasoning": {"reasoning_effort": "none"}}),
    ("openai/gpt-4o", {"temperature": 2.0, "reasoning": {}}),
    ("openai/some-new-model", {"temperature": 0.5, "reasoning": {"reasoning_effort": "xhigh"}}),
    ("anthropic/claude-haiku-4-5", {"temperature": 1.0, "thinking": {"type": "enabled", "budget_tokens": 1024}}),
    ("anthropic/claude-opus-4-7", {"temperature": 1.0}),
    ("anthropic/claude-some-new-model", {"effort": "max", "response_format": SCHEMA}),
    ("google_ai/gemma-3-27b-it", {"thinking_config": {}}),
    ("chatgpt_oauth/gpt-5.2-codex", {"reasoning": {"reasoning_effort": "xhigh"}}),
    ("openai/gpt-5-chat-latest", {"temperature": 0.5}),
    ("google_ai/gemini-2.5-flash-lite", {"thinking_config": {"thinking_budget": 0}}),
    ("moonshot_coding/kimi-for-coding", {"thinking": {"type": "enabled", "budget_tokens": 512}}),
    ("bedrock/some.new-model", {"response_format": SCHEMA}),
    ("sglang/anything", {"temperature": 7.0, "reasoning": {"reasoning_effort": "minimal"}}),
    ("baseten/anything", {"temperature": 7.0}),
    ("chatgpt_oauth/gpt-5.2", {"temperature": 9.0, "max_output_tokens": 999_999}),
]


@pytest.mark.parametrize(("handle", "fields"), SUPPORTED)
def test_what_can_be_taken_is_not_named(handle: str, fields: dict[str, Any], catalog: LitellmCatalog) -> None:
    parsed = ModelHandle.parse(handle)
    assert catalog.unsupported_settings(parsed, settings_of(parsed.provider, fields), self_context=False) == []


def test_settings_of_one_provider_do_not_go_with_another(catalog: LitellmCatalog) -> None:
    settings = settings_of("anthropic", {"effort": "low"})
    ((path, sentence),) = catalog.unsupported_settings(ModelHandle("openai", "gpt-4o"), settings, self_context=False)
    assert path == "anthropic"
    assert "openai/gpt-4o" in sentence
