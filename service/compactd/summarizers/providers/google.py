"""Gemini, at Google AI and in Vertex AI: thoughts count as output, within limits of each model."""

from collections.abc import Iterator
from typing import Any

from compactd.domain.handles import ModelHandle
from compactd.domain.model_settings import GeminiShapedSettings
from compactd.summarizers.model_facts import ModelFacts
from compactd.summarizers.providers.row import Dialect, UnsupportedSetting

_BUDGETS = (
    # Name of the model, least and most tokens of thinking, whether 0 switches it off (Google's page on thinking).
    ("gemini-2.5-pro", 128, 32_768, False),
    ("gemini-2.5-flash-lite", 512, 24_576, True),
    ("gemini-2.5-flash", 0, 24_576, True),
)


def thinking_fields(settings: GeminiShapedSettings, _: Dialect) -> dict[str, Any]:
    """The thinking, as `generationConfig` has it."""
    thinking = settings.thinking_config
    if thinking is None:
        return {}
    given = {"includeThoughts": thinking.include_thoughts, "thinkingBudget": thinking.thinking_budget}
    sent = {name: value for name, value in given.items() if value is not None}
    return {"thinkingConfig": sent} if sent else {}


def check_thinking(
    handle: ModelHandle, settings: GeminiShapedSettings, facts: ModelFacts | None
) -> Iterator[UnsupportedSetting]:
    config = settings.thinking_config
    if config is None or (config.include_thoughts is None and config.thinking_budget is None):
        return
    if facts is not None and not facts.reasons:
        yield "thinking_config", f"{handle} does not think: leave it out."
        return
    budget = config.thinking_budget
    if budget is not None and settings.max_output_tokens is not None and budget >= settings.max_output_tokens:
        yield "thinking_config.thinking_budget", "thoughts count as output: make it smaller than max_output_tokens."
        return
    limits = next((row for row in _BUDGETS if handle.name.startswith(row[0])), None)
    if budget is None or budget == -1 or limits is None:
        return
    _, least, most, off = limits
    if not (least <= budget <= most or (off and budget == 0)):
        yield "thinking_config.thinking_budget", f"{handle} takes {least} to {most} tokens, or -1: change it."
