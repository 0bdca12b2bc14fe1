"""Which summarizer is chosen, with which settings, and what of the given settings does not apply."""

from collections.abc import Sequence
from typing import Any

import pytest

from compactd.application.chosen_summarizer import (
    ChosenSummarizer,
    choose_summarizer,
    unused_settings,
)
from compactd.domain.compactions import RequestForm
from compactd.domain.effective_settings import ModelPair, effective_settings
from compactd.domain.errors import InvalidField
from compactd.domain.handles import EXTRACTIVE, ModelHandle
from compactd.domain.model_settings import AnthropicModelSettings, ModelSettings, OpenAIModelSettings
from compactd.domain.settings import CompactionSettings
from compactd.strategies.call_naming import AS_STORED, CallNaming


class Catalog:
    """A small table of models: gpt-5-mini takes no temperature."""

    def is_known_provider(self, handle: ModelHandle) -> bool:
        return handle.is_known

    def light_default(self, provider: str) -> ModelHandle | None:
        names = {"openai": "gpt-5-mini", "anthropic": "claude-haiku-4-5"}
        return ModelHandle(provider, names[provider]) if provider in names else None

    def window(self, handle: ModelHandle) -> int | None:
        return None

    def max_output(self, handle: ModelHandle) -> int | None:
        return None

    def sends_output_limit(self, handle: ModelHandle) -> bool:
        return True

    def cost(self, handle: ModelHandle, input_tokens: int, output_tokens: int) -> float | None:
        return None

    def strict_turns(self, handle: ModelHandle) -> bool:
        return False

    def call_naming(self, handle: ModelHandle) -> CallNaming:
        return AS_STORED

    def unsupported_settings(
        self, handle: ModelHandle, settings: ModelSettings, *, self_context: bool
    ) -> Sequence[tuple[str, str]]:
        if handle.name == "gpt-5-mini" and settings.temperature is not None:
            return [("openai.temperature", "gpt-5-mini takes no temperature.")]
        return []

    def unused_settings(self, settings: ModelSettings) -> Sequence[str]:
        return [f"{settings.provider}.parallel_tool_calls"] if settings.parallel_tool_calls is not None else []


CATALOG = Catalog()


def handle(text: str | None) -> ModelHandle | None:
    return ModelHandle.parse(text) if text else None


def chosen(plain: dict[str, Any], model: str | None = None, settings: ModelSettings | None = None) -> ChosenSummarizer:
    effective = effective_settings([CompactionSettings.model_validate(plain)])
    return choose_summarizer(effective, ModelPair(handle(model), settings), CATALOG)


CHOICES: list[tuple[dict[str, Any], str | None, str]] = [
    ({}, None, "local/extractive"),
    ({}, "openai/gpt-4.1", "openai/gpt-5-mini"),
    ({}, "groq/llama", "groq/llama"),
    ({}, "local/extractive", "local/extractive"),
    ({"model": "anthropic/claude"}, "openai/gpt-4.1", "anthropic/claude"),
    ({"model_settings": {"anthropic": {}}}, "openai/gpt-4.1", "anthropic/claude-haiku-4-5"),
    ({"model_settings": {"openai": {"temperature": 1}}}, "openai/gpt-4.1", "openai/gpt-4.1"),
    ({"model_settings": {"groq": {}}}, "groq/llama", "groq/llama"),
    ({"mode": "self_compact_all", "model": "anthropic/claude"}, "openai/gpt-4.1", "openai/gpt-4.1"),
    ({"mode": "self_compact_sliding_window"}, None, "local/extractive"),
]
"""Compaction settings, the conversation's model, and the summarizer that they lead to."""


@pytest.mark.parametrize(("plain", "model", "expected"), CHOICES)
def test_the_summarizer_is_the_one_that_the_settings_lead_to(
    plain: dict[str, Any], model: str | None, expected: str
) -> None:
    assert str(chosen(plain, model).handle) == expected


@pytest.mark.parametrize(
    ("plain", "model", "path"),
    [
        ({"model_settings": {"groq": {}}}, "openai/gpt-4.1", "compaction_settings.model"),
        ({"model_settings": {"openai": {"temperature": 1}}}, None, "compaction_settings.model"),
        ({"model": "openai/gpt-4.1", "model_settings": {"groq": {}}}, None, "compaction_settings.model_settings"),
        (
            {"model": "openai/gpt-5-mini", "model_settings": {"openai": {"temperature": 1}}},
            None,
            "compaction_settings.model_settings.openai.temperature",
        ),
        ({}, "nobody/model", "model"),
        ({"mode": "self_compact_all"}, "nobody/model", "model"),
    ],
)
def test_what_cannot_be_chosen_is_rejected_by_its_path(plain: dict[str, Any], model: str | None, path: str) -> None:
    with pytest.raises(InvalidField) as error:
        chosen(plain, model)
    assert error.value.metadata["field"] == path


def test_the_effective_models_own_settings_go_with_it_where_no_light_default_is_known() -> None:
    own = OpenAIModelSettings(max_output_tokens=5)
    assert chosen({"mode": "self_compact_all"}, "openai/gpt-4.1", own) == ChosenSummarizer(
        ModelHandle("openai", "gpt-4.1"), own, RequestForm.SELF
    )
    assert chosen({}, "openai/gpt-4.1", own).settings is None
    with pytest.raises(InvalidField):
        chosen({"mode": "self_compact_all"}, "openai/gpt-4.1", AnthropicModelSettings())


GIVEN = {
    "prompt": "P",
    "prompt_acknowledgement": True,
    "sliding_window_percentage": 0.5,
    "clip_chars": 100,
    "model": "openai/gpt-4.1",
    "model_settings": {"openai": {"parallel_tool_calls": True}},
}


@pytest.mark.parametrize(
    ("mode", "unused"),
    [
        ("all", ("model_settings.openai.parallel_tool_calls", "sliding_window_percentage")),
        ("sliding_window", ("model_settings.openai.parallel_tool_calls",)),
        ("self_compact_all", ("model", "model_settings", "prompt_acknowledgement", "sliding_window_percentage")),
        ("self_compact_sliding_window", ("model", "model_settings", "prompt_acknowledgement")),
    ],
)
def test_settings_that_do_not_apply_to_the_mode_are_listed(mode: str, unused: tuple[str, ...]) -> None:
    settings = effective_settings([CompactionSettings.model_validate({**GIVEN, "mode": mode})])
    effective = ModelPair(ModelHandle("groq", "llama"))
    assert unused_settings(settings, choose_summarizer(settings, effective, CATALOG), CATALOG) == unused
    assert (
        unused_settings(effective_settings([]), choose_summarizer(effective_settings([]), effective, CATALOG), CATALOG)
        == ()
    )


def test_an_embedded_answer_in_a_self_mode_lists_what_the_mode_does_not_use_and_the_prompt() -> None:
    settings = effective_settings([CompactionSettings.model_validate({**GIVEN, "mode": "self_compact_sliding_window"})])
    degraded = ChosenSummarizer(EXTRACTIVE, None, RequestForm.TRANSCRIPT)
    expected = ("model", "model_settings", "prompt", "prompt_acknowledgement")
    assert unused_settings(settings, degraded, CATALOG) == expected
