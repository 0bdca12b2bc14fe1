"""Anthropic, and Kimi's subscription, whose API is Anthropic's: thinking by budget, effort beside it."""

from collections.abc import Iterator
from typing import Any

from compactd.domain.handles import ModelHandle
from compactd.domain.model_settings import AnthropicShapedSettings
from compactd.strategies.output import THINKING_HEADROOM
from compactd.summarizers.model_facts import ModelFacts
from compactd.summarizers.providers.row import Dialect, UnsupportedSetting

MIN_CLAUDE_BUDGET = 1024
"""Tokens of thinking that Anthropic asks for at least."""

EFFORT_BETA = "effort-2025-11-24"
"""Anthropic's header for `effort` on the first model that had it, claude-opus-4-5; later ones need none."""


def thinking_fields(settings: AnthropicShapedSettings, _: Dialect) -> dict[str, Any]:
    """The thinking as it is given, the effort in `output_config`."""
    fields: dict[str, Any] = {}
    if settings.thinking is not None and (thinking := settings.thinking.model_dump(exclude_none=True)):
        fields["thinking"] = thinking
    if settings.effort is not None:
        fields["output_config"] = {"effort": settings.effort}
    return fields


def effort_headers(model: str, settings: AnthropicShapedSettings) -> dict[str, str]:
    if settings.effort is not None and model.startswith("claude-opus-4-5"):
        return {"anthropic-beta": EFFORT_BETA}
    return {}


def check_claude(
    handle: ModelHandle, settings: AnthropicShapedSettings, facts: ModelFacts | None
) -> Iterator[UnsupportedSetting]:
    yield from _check_thinking(handle, settings, facts, least_budget=MIN_CLAUDE_BUDGET)
    yield from _check_effort(handle, settings, facts)


def check_kimi(
    handle: ModelHandle, settings: AnthropicShapedSettings, facts: ModelFacts | None
) -> Iterator[UnsupportedSetting]:
    """The same rules, but Kimi documents no least budget, and thinks without one."""
    yield from _check_thinking(handle, settings, facts, least_budget=None)
    yield from _check_effort(handle, settings, facts)


def _check_effort(
    handle: ModelHandle, settings: AnthropicShapedSettings, facts: ModelFacts | None
) -> Iterator[UnsupportedSetting]:
    effort = settings.effort
    if effort is None or facts is None:
        return
    if not facts.takes_effort:
        yield "effort", f"{handle} takes no effort: leave it out."
    elif effort in ("xhigh", "max") and not facts.efforts.get(effort, False):
        yield "effort", f"{handle} does not take the effort {effort}: take high or less."


def _check_thinking(
    handle: ModelHandle, settings: AnthropicShapedSettings, facts: ModelFacts | None, *, least_budget: int | None
) -> Iterator[UnsupportedSetting]:
    thinking = settings.thinking
    if thinking is None:
        return
    budget = thinking.budget_tokens
    if thinking.type != "enabled":
        if budget is not None:
            yield "thinking.budget_tokens", 'a budget needs thinking.type "enabled": set that, or leave both out.'
        return
    if settings.temperature not in (None, 1):
        yield "temperature", "with thinking enabled no other temperature than 1 is taken: leave one of the two out."
    if facts is not None and not facts.thinks_by_budget:
        yield "thinking.type", f"{handle} does not take thinking enabled with a budget: leave it out or use effort."
    elif budget is None and least_budget is not None:
        yield "thinking.budget_tokens", "thinking needs a budget: set budget_tokens."
    elif budget is not None and least_budget is not None and budget < least_budget:
        yield "thinking.budget_tokens", f"{handle.provider} takes budgets from {least_budget} tokens up: raise it."
    elif budget is not None and facts is not None and not _leaves_an_answer(budget, facts):
        yield "thinking.budget_tokens", f"{handle} writes {facts.max_output} tokens, thoughts included: lower it."


def _leaves_an_answer(budget: int, facts: ModelFacts) -> bool:
    return facts.max_output is None or budget + THINKING_HEADROOM <= facts.max_output
