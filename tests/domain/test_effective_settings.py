"""Settings in force: what each layer changes, and what it drops."""

from typing import Any

import pytest

from compactd.domain.effective_settings import ModelPair, check_pair, effective_settings
from compactd.domain.errors import InvalidField
from compactd.domain.handles import ModelHandle
from compactd.domain.model_settings import AnthropicModelSettings, OpenAIModelSettings
from compactd.domain.settings import CompactionMode, CompactionSettings

OPENAI = {"openai": {"temperature": 0.5}}


def layers(*plain: dict[str, Any]) -> list[CompactionSettings | None]:
    return [CompactionSettings.model_validate(fields) if fields else None for fields in plain]


def test_without_layers_the_services_defaults_are_in_force() -> None:
    settings = effective_settings([None, None, None])
    assert settings.mode is CompactionMode.SLIDING_WINDOW
    assert (settings.keep_share, settings.clip_chars, settings.acknowledge) == (0.3, 0, False)
    assert (settings.prompt, settings.pair, settings.given) == (None, ModelPair(), frozenset())


def test_each_field_comes_from_the_highest_layer_that_gives_it() -> None:
    settings = effective_settings(
        layers(
            {"clip_chars": 10, "sliding_window_percentage": 0.1, "prompt_acknowledgement": True},
            {"clip_chars": 20, "sliding_window_percentage": 0.2},
            {"clip_chars": 0, "prompt_acknowledgement": False},
        )
    )
    assert (settings.clip_chars, settings.keep_share, settings.acknowledge) == (0, 0.2, False)
    assert settings.given == {"clip_chars", "sliding_window_percentage", "prompt_acknowledgement"}


@pytest.mark.parametrize(
    ("plain", "prompt"),
    [
        ([{"prompt": "P"}], "P"),
        ([{"prompt": "P"}, {"mode": "all"}], None),
        ([{"prompt": "P"}, {"mode": "sliding_window"}], "P"),
        ([{"prompt": "P", "mode": "all"}, {"mode": "all"}], "P"),
        ([{"prompt": "P", "mode": "all"}, {"mode": "sliding_window"}], None),
        ([{"prompt": "P", "mode": "all"}, {"mode": "self_compact_all", "prompt": "Q"}], "Q"),
        ([{"prompt": "P"}, {"mode": "all"}, {"mode": "sliding_window"}], None),
        ([{"prompt": "P"}, {}, {"prompt": "R"}], "R"),
    ],
)
def test_another_mode_without_a_prompt_takes_its_default_prompt(
    plain: list[dict[str, Any]], prompt: str | None
) -> None:
    settings = effective_settings(layers(*plain))
    assert settings.prompt == prompt
    assert ("prompt" in settings.given) == (prompt is not None)


@pytest.mark.parametrize(
    ("plain", "model", "provider"),
    [
        ([{"model": "openai/a", "model_settings": OPENAI}], "openai/a", "openai"),
        ([{"model_settings": OPENAI}, {"model": "openai/b"}], "openai/b", "openai"),
        ([{"model": "openai/a", "model_settings": OPENAI}, {"model": "anthropic/c"}], "anthropic/c", None),
        ([{"model": "openai/a", "model_settings": OPENAI}, {"model": "local/extractive"}], "local/extractive", None),
        ([{"model": "openai/a"}, {"model_settings": {"anthropic": {}}}], "openai/a", "anthropic"),
        ([{"model_settings": OPENAI}, {"model": "groq/x"}, {"model": "openai/b"}], "openai/b", None),
    ],
)
def test_model_and_settings_are_laid_over_as_a_pair(
    plain: list[dict[str, Any]], model: str, provider: str | None
) -> None:
    settings = effective_settings(layers(*plain))
    assert str(settings.pair.handle) == model
    assert (settings.pair.settings.provider if settings.pair.settings else None) == provider
    assert ("model_settings" in settings.given) == (provider is not None)


def test_model_settings_are_replaced_whole() -> None:
    above = {"openai": {"max_output_tokens": 9}}
    settings = effective_settings(layers({"model": "openai/a", "model_settings": OPENAI}, {"model_settings": above}))
    assert settings.pair == ModelPair(ModelHandle("openai", "a"), OpenAIModelSettings(max_output_tokens=9))


def test_a_pair_of_two_providers_is_rejected_naming_both() -> None:
    with pytest.raises(InvalidField) as error:
        check_pair("openai/gpt-5", AnthropicModelSettings(), "compaction_settings.")
    assert error.value.metadata["field"] == "compaction_settings.model_settings"
    assert "anthropic" in error.value.metadata["description"]
    assert "openai/gpt-5" in error.value.metadata["description"]
    check_pair("openai/gpt-5", OpenAIModelSettings())
    check_pair(None, OpenAIModelSettings())
    check_pair("openai/gpt-5", None)
