"""Every limit of the settings, and the path that a bad value is reported under."""

import json
from typing import Any

import pytest
from pydantic import TypeAdapter, ValidationError

from compactd.domain.handles import EXTRACTIVE, HandleText, ModelHandle
from compactd.domain.model_settings import PROVIDERS, AnthropicModelSettings, SglangModelSettings
from compactd.domain.settings import CompactionMode, CompactionSettings


def nested(levels: int) -> dict[str, Any]:
    """An object of `levels` objects inside each other, itself included."""
    return {} if levels == 1 else {"inner": nested(levels - 1)}


def with_schema(schema: Any) -> dict[str, Any]:
    return {"model_settings": {"groq": {"response_format": {"json_schema": {"json_schema": schema}}}}}


def rejections(plain: dict[str, Any]) -> list[tuple[str, str]]:
    """Path and sentence of everything that is wrong."""
    try:
        CompactionSettings.model_validate(plain)
    except ValidationError as error:
        return [(".".join(map(str, found["loc"])), found["msg"]) for found in error.errors()]
    return []


# A JSON schema of exactly 65,536 bytes: {"d":"…"} has eight bytes beside its text.
LARGEST_SCHEMA = {"d": "x" * (64 * 1024 - 8)}


@pytest.mark.parametrize(
    "plain",
    [
        {},
        {"clip_chars": 0},
        {"mode": "self_compact_sliding_window"},
        {"model": "local/extractive"},
        {"model": "bedrock/arn:aws:bedrock:eu-west-1:1:inference-profile/eu.model"},
        {"prompt": "x" * 32 * 1024},
        {"prompt": "要約してください。"},
        {"prompt_acknowledgement": False},
        {"sliding_window_percentage": 1},
        {"sliding_window_percentage": 1e-9},
        {"model_settings": {"baseten": {}}},
        {"model_settings": {"openai": {"max_output_tokens": 1, "temperature": 0, "reasoning": {}}}},
        {"model_settings": {"sglang": {"tool_call_parser": "x" * 64}}},
        {"model_settings": {"google_ai": {"thinking_config": {"thinking_budget": -1}}}},
        {"model_settings": {"anthropic": {"max_output_tokens": 1025, "thinking": {"budget_tokens": 1024}}}},
        {"model_settings": {"anthropic": {"thinking": {"type": "enabled", "budget_tokens": 1}}}},
        {"model_settings": {"xai": {"response_format": {"text": {}}}}},
        with_schema(nested(20)),
        with_schema(LARGEST_SCHEMA),
    ],
)
def test_what_is_within_its_limits_is_kept_as_given(plain: dict[str, Any]) -> None:
    settings = CompactionSettings.model_validate(plain)
    assert settings.as_plain() == plain
    stored = json.dumps(settings.as_plain(), allow_nan=False)
    assert CompactionSettings.model_validate(json.loads(stored)) == settings


@pytest.mark.parametrize(
    ("plain", "path"),
    [
        ({"clip_chars": -1}, "clip_chars"),
        ({"clip_chars": True}, "clip_chars"),
        ({"clip_chars": "10"}, "clip_chars"),
        ({"clip_chars": 10.5}, "clip_chars"),
        ({"mode": "half"}, "mode"),
        ({"mode": 1}, "mode"),
        ({"mode": "ALL"}, "mode"),
        ({"model": "gpt-5-mini"}, "model"),
        ({"model": "openai/"}, "model"),
        ({"model": "/gpt-5-mini"}, "model"),
        ({"model": "acme/model"}, "model"),
        ({"model": "local/other"}, "model"),
        ({"model": "openai/" + "x" * 250}, "model"),
        ({"prompt": ""}, "prompt"),
        ({"prompt": " \n"}, "prompt"),
        ({"prompt": "x" * (32 * 1024 + 1)}, "prompt"),
        ({"prompt": "é" * (16 * 1024 + 1)}, "prompt"),
        ({"prompt_acknowledgement": 1}, "prompt_acknowledgement"),
        ({"sliding_window_percentage": 0}, "sliding_window_percentage"),
        ({"sliding_window_percentage": 1.01}, "sliding_window_percentage"),
        ({"sliding_window_percentage": float("nan")}, "sliding_window_percentage"),
        ({"sliding_window_percentage": float("inf")}, "sliding_window_percentage"),
        ({"sliding_window_percentage": True}, "sliding_window_percentage"),
        ({"colour": "red"}, "colour"),
        ({"model_settings": {}}, "model_settings"),
        ({"model_settings": {"acme": {}}}, "model_settings"),
        ({"model_settings": {"openai": {}, "xai": {}}}, "model_settings"),
        ({"model_settings": "openai"}, "model_settings"),
        ({"model_settings": {"openai": "fast"}}, "model_settings.openai"),
        ({"model_settings": {"openai": {"max_output_tokens": 0}}}, "model_settings.openai.max_output_tokens"),
        ({"model_settings": {"openai": {"temperature": -0.1}}}, "model_settings.openai.temperature"),
        ({"model_settings": {"openai": {"temperature": float("nan")}}}, "model_settings.openai.temperature"),
        ({"model_settings": {"openai": {"temperature": float("inf")}}}, "model_settings.openai.temperature"),
        ({"model_settings": {"openai": {"effort": "low"}}}, "model_settings.openai.effort"),
        (
            {"model_settings": {"openai": {"reasoning": {"reasoning_effort": "max"}}}},
            "model_settings.openai.reasoning.reasoning_effort",
        ),
        (
            {"model_settings": {"chatgpt_oauth": {"reasoning": {"reasoning_effort": "minimal"}}}},
            "model_settings.chatgpt_oauth.reasoning.reasoning_effort",
        ),
        ({"model_settings": {"sglang": {"tool_call_parser": "x" * 65}}}, "model_settings.sglang.tool_call_parser"),
        (
            {"model_settings": {"google_vertex": {"thinking_config": {"thinking_budget": -2}}}},
            "model_settings.google_vertex.thinking_config.thinking_budget",
        ),
        (
            {"model_settings": {"anthropic": {"thinking": {"budget_tokens": 0}}}},
            "model_settings.anthropic.thinking.budget_tokens",
        ),
        (
            {"model_settings": {"moonshot_coding": {"max_output_tokens": 9, "thinking": {"budget_tokens": 9}}}},
            "model_settings.moonshot_coding.thinking.budget_tokens",
        ),
        ({"model_settings": {"groq": {"response_format": {}}}}, "model_settings.groq.response_format"),
        (
            {"model_settings": {"groq": {"response_format": {"json_schema": {}}}}},
            "model_settings.groq.response_format.json_schema.json_schema",
        ),
        (with_schema(nested(21)), "model_settings.groq.response_format.json_schema.json_schema"),
        (
            with_schema({"a": nested(9) | {"b": [[nested(18)]]}}),
            "model_settings.groq.response_format.json_schema.json_schema",
        ),
        (with_schema(LARGEST_SCHEMA | {"e": 1}), "model_settings.groq.response_format.json_schema.json_schema"),
        (with_schema({"a": [float("nan")]}), "model_settings.groq.response_format.json_schema.json_schema"),
        (with_schema({"a": float("-inf")}), "model_settings.groq.response_format.json_schema.json_schema"),
    ],
)
def test_what_is_not_is_rejected_once_and_under_the_path_of_its_field(plain: dict[str, Any], path: str) -> None:
    assert [found for found, _ in rejections(plain)] == [path]


@pytest.mark.parametrize(
    ("plain", "advice"),
    [
        ({"model": "gpt-5-mini"}, "write the model as provider/model-name"),
        ({"model": "acme/model"}, "use local/extractive, or a model of one of these providers: openai, sglang"),
        ({"prompt": ""}, "write a prompt, or leave it out"),
        ({"model_settings": {}}, "Give exactly one of: openai, sglang"),
        (
            {"model_settings": {"anthropic": {"max_output_tokens": 9, "thinking": {"budget_tokens": 9}}}},
            "make it smaller than max_output_tokens (9)",
        ),
        (with_schema(nested(21)), "nest the JSON schema at most 20 levels deep."),
    ],
)
def test_a_rejection_says_what_to_do(plain: dict[str, Any], advice: str) -> None:
    ((_, sentence),) = rejections(plain)
    assert advice in sentence


def test_everything_that_is_wrong_is_reported_at_once() -> None:
    plain = {"clip_chars": -1, "mode": "half", "model_settings": {"xai": {"temperature": -1}}}
    assert [path for path, _ in rejections(plain)] == ["clip_chars", "mode", "model_settings.xai.temperature"]


def test_keys_of_a_json_schema_are_sorted_at_every_level() -> None:
    settings = CompactionSettings.model_validate(with_schema({"b": [{"z": 1, "y": 2}], "a": 0}))
    given = settings.as_plain()["model_settings"]["groq"]["response_format"]["json_schema"]["json_schema"]
    assert json.dumps(given) == '{"a": 0, "b": [{"y": 2, "z": 1}]}'


def test_the_key_of_the_settings_chooses_the_class() -> None:
    given = CompactionSettings.model_validate({"model_settings": {"sglang": {"strict": True}}}).model_settings
    assert type(given) is SglangModelSettings
    assert given.strict


def test_settings_can_be_made_of_values_too() -> None:
    settings = CompactionSettings(mode=CompactionMode.ALL, model_settings=AnthropicModelSettings(effort="max"))
    assert settings.as_plain() == {"mode": "all", "model_settings": {"anthropic": {"effort": "max"}}}


def test_settings_are_frozen() -> None:
    with pytest.raises(ValidationError, match="frozen"):
        CompactionSettings().clip_chars = 5  # type: ignore[misc]


def test_a_handle_is_split_at_its_first_slash() -> None:
    handle = ModelHandle.parse("openrouter/meta-llama/llama-4")
    assert handle == ModelHandle("openrouter", "meta-llama/llama-4")
    assert str(handle) == "openrouter/meta-llama/llama-4"


def test_the_form_of_a_handle_is_checked_apart_from_its_provider() -> None:
    form = TypeAdapter(HandleText)
    assert form.validate_python("acme/model") == "acme/model"
    with pytest.raises(ValidationError, match="provider/model-name"):
        form.validate_python("acme")


def test_the_known_providers_are_those_of_the_contract_and_the_embedded_summarizer() -> None:
    assert all(ModelHandle(provider, "any").is_known for provider in PROVIDERS)
    assert EXTRACTIVE.is_known
    assert not ModelHandle("local", "any").is_known
    assert not ModelHandle("acme", "any").is_known
