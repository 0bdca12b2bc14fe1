"""What a provider or model cannot take of the settings that were given, so that nothing is dropped in silence.

Of a model that the table knows, everything counts that it cannot take; of another, only what its whole provider
cannot take: the provider's own answer decides the rest.
"""

import re
from collections.abc import Iterator

from compactd.domain.handles import ModelHandle
from compactd.domain.model_settings import (
    AnthropicModelSettings,
    ChatGPTOAuthModelSettings,
    GoogleAIModelSettings,
    GoogleVertexModelSettings,
    ModelSettings,
    MoonshotCodingModelSettings,
    OpenAIModelSettings,
    ZaiModelSettings,
)
from compactd.domain.response_format import ResponseFormat
from compactd.strategies.output import THINKING_HEADROOM
from compactd.summarizers.model_facts import ModelFacts
from compactd.summarizers.providers import PROVIDERS, Dialect

UnsupportedSetting = tuple[str, str]
"""The field's path, the member's name first, and a sentence."""

_OpenAI = OpenAIModelSettings | ChatGPTOAuthModelSettings
_Claude = AnthropicModelSettings | MoonshotCodingModelSettings
_Gemini = GoogleAIModelSettings | GoogleVertexModelSettings

_OPENAI_REASONING = re.compile(r"(o\d|gpt-([5-9]|\d\d))")
_O_SERIES = re.compile(r"o\d")
_KIMI_FIXED_SAMPLING = re.compile(r"kimi-k(2\.[5-9]|[3-9])")

MIN_CLAUDE_BUDGET = 1024
"""Tokens of thinking that Anthropic asks for at least."""

_GEMINI_BUDGETS = (
    # Name of the model, least and most tokens of thinking, whether 0 switches it off (Google's page on thinking).
    ("gemini-2.5-pro", 128, 32_768, False),
    ("gemini-2.5-flash-lite", 512, 24_576, True),
    ("gemini-2.5-flash", 0, 24_576, True),
)


def given_format(settings: ModelSettings) -> tuple[str, ResponseFormat] | None:
    """The name of the field for the answer's format and what was given in it, None if nothing was."""
    for field in ("response_format", "response_schema"):
        given: ResponseFormat | None = getattr(settings, field, None)
        if given is not None:
            return field, given
    return None


def unsupported_settings(
    handle: ModelHandle, settings: ModelSettings, facts: ModelFacts | None, *, self_context: bool
) -> list[UnsupportedSetting]:
    """Every given field that cannot be sent, with what to do about it."""
    if settings.provider != handle.provider:
        return [(settings.provider, f"These are settings of {settings.provider}, and the model is {handle}.")]
    found = [*_output_limit(handle, settings, facts), *_temperature(handle, settings, facts)]
    if not self_context:
        found.extend(_format(handle, settings, facts))
    found.extend(_special(handle, settings, facts))
    return [(f"{settings.provider}.{field}", sentence) for field, sentence in found]


def _output_limit(
    handle: ModelHandle, settings: ModelSettings, facts: ModelFacts | None
) -> Iterator[UnsupportedSetting]:
    most = facts and facts.max_output
    given = settings.max_output_tokens
    if most and given is not None and given > most and PROVIDERS[handle.provider].output_limit is not None:
        yield "max_output_tokens", f"{handle} writes at most {most} tokens: lower it."


def _temperature(
    handle: ModelHandle, settings: ModelSettings, facts: ModelFacts | None
) -> Iterator[UnsupportedSetting]:
    temperature = settings.temperature
    if temperature is None:
        return
    limit = PROVIDERS[handle.provider].max_temperature
    if limit is not None and temperature > limit:
        yield "temperature", f"{handle.provider} takes temperatures from 0 to {limit:g}: lower it."
    elif temperature != 1 and _samples_at_one(handle, settings, facts):
        yield "temperature", f"{handle} takes no other temperature than 1: leave it out."
    elif _KIMI_FIXED_SAMPLING.match(handle.name) and handle.provider == "moonshot":
        yield "temperature", f"{handle} takes no temperature: leave it out."
    elif handle == ModelHandle("deepseek", "deepseek-reasoner"):
        yield "temperature", f"{handle} ignores the temperature: leave it out."


def _samples_at_one(handle: ModelHandle, settings: ModelSettings, facts: ModelFacts | None) -> bool:
    if facts is not None and not facts.samples:
        return True
    if handle.provider not in ("openai", "azure"):
        return False
    # OpenAI's reasoning models take a temperature only while they do not reason.
    reasoning = getattr(settings, "reasoning", None)
    effort = (reasoning and reasoning.reasoning_effort) or (facts and facts.default_effort)
    return _reasons(handle, facts) and effort != "none"


def _reasons(handle: ModelHandle, facts: ModelFacts | None) -> bool:
    """By name too: the table is silent about some. gpt-5-chat is the one of its family that does not."""
    if handle.name.startswith("gpt-5-chat"):
        return False
    return (facts is not None and facts.reasons) or _OPENAI_REASONING.match(handle.name) is not None


def _format(handle: ModelHandle, settings: ModelSettings, facts: ModelFacts | None) -> Iterator[UnsupportedSetting]:
    given = given_format(settings)
    if given is None:
        return
    field, answer_format = given
    if answer_format.type not in PROVIDERS[handle.provider].formats:
        yield field, f"{handle.provider} does not offer {answer_format.type}: leave it out or take another format."
    elif (
        answer_format.type == "json_schema"
        and facts is not None
        and not facts.takes_schema
        and handle.provider != "baseten"
    ):
        yield field, f"{handle} does not take a JSON schema: leave it out or take another model."


def _special(handle: ModelHandle, settings: ModelSettings, facts: ModelFacts | None) -> Iterator[UnsupportedSetting]:
    if isinstance(settings, _OpenAI):
        yield from _openai(handle, settings, facts)
    elif isinstance(settings, _Claude):
        yield from _anthropic(handle, settings, facts)
    elif isinstance(settings, _Gemini):
        yield from _gemini(handle, settings, facts)
    elif isinstance(settings, ZaiModelSettings):
        yield from _zai(handle, settings, facts)


def _openai(handle: ModelHandle, settings: _OpenAI, facts: ModelFacts | None) -> Iterator[UnsupportedSetting]:
    effort = settings.reasoning and settings.reasoning.reasoning_effort
    if not effort or facts is None:
        return
    if not _reasons(handle, facts):
        yield "reasoning.reasoning_effort", f"{handle} does not reason: leave it out."
        return
    # Of the o series the table names no level, and of others that it names any, "xhigh" only where it is taken.
    unknown_is_no = _O_SERIES.match(handle.name) is not None or (effort == "xhigh" and bool(facts.efforts))
    if effort not in ("low", "medium", "high") and not facts.efforts.get(effort, not unknown_is_no):
        yield "reasoning.reasoning_effort", f"{handle} does not take the effort {effort}: take another."


def _anthropic(handle: ModelHandle, settings: _Claude, facts: ModelFacts | None) -> Iterator[UnsupportedSetting]:
    yield from _anthropic_thinking(handle, settings, facts)
    effort = settings.effort
    if effort is None or facts is None:
        return
    if not facts.takes_effort:
        yield "effort", f"{handle} takes no effort: leave it out."
    elif effort in ("xhigh", "max") and not facts.efforts.get(effort, False):
        yield "effort", f"{handle} does not take the effort {effort}: take high or less."


def _anthropic_thinking(
    handle: ModelHandle,
    settings: _Claude,
    facts: ModelFacts | None,
) -> Iterator[UnsupportedSetting]:
    thinking = settings.thinking
    if thinking is None:
        return
    budget = thinking.budget_tokens
    if thinking.type != "enabled":
        if budget is not None:
            yield "thinking.budget_tokens", 'A budget needs thinking.type "enabled": set that, or leave both out.'
        return
    if settings.temperature not in (None, 1):
        yield "temperature", "With thinking enabled no other temperature than 1 is taken: leave one of the two out."
    if facts is not None and not facts.thinks_by_budget:
        yield "thinking.type", f"{handle} does not take thinking enabled with a budget: leave it out or use effort."
    elif budget is None and settings.provider == "anthropic":
        yield "thinking.budget_tokens", "Thinking needs a budget: set budget_tokens."
    elif budget is not None and budget < MIN_CLAUDE_BUDGET and settings.provider == "anthropic":
        yield "thinking.budget_tokens", f"{handle.provider} takes budgets from {MIN_CLAUDE_BUDGET} tokens up: raise it."
    elif budget is not None and facts is not None and not _leaves_an_answer(budget, facts):
        yield "thinking.budget_tokens", f"{handle} writes {facts.max_output} tokens, thoughts included: lower it."


def _leaves_an_answer(budget: int, facts: ModelFacts) -> bool:
    return facts.max_output is None or budget + THINKING_HEADROOM <= facts.max_output


def _gemini(handle: ModelHandle, settings: _Gemini, facts: ModelFacts | None) -> Iterator[UnsupportedSetting]:
    config = settings.thinking_config
    if config is None or (config.include_thoughts is None and config.thinking_budget is None):
        return
    if facts is not None and not facts.reasons:
        yield "thinking_config", f"{handle} does not think: leave it out."
        return
    budget = config.thinking_budget
    if budget is not None and settings.max_output_tokens is not None and budget >= settings.max_output_tokens:
        yield "thinking_config.thinking_budget", "Thoughts count as output: make it smaller than max_output_tokens."
        return
    limits = next((row for row in _GEMINI_BUDGETS if handle.name.startswith(row[0])), None)
    if budget is None or budget == -1 or limits is None:
        return
    _, least, most, off = limits
    if not (least <= budget <= most or (off and budget == 0)):
        yield "thinking_config.thinking_budget", f"{handle} takes {least} to {most} tokens, or -1: change it."


def _zai(handle: ModelHandle, settings: ZaiModelSettings, facts: ModelFacts | None) -> Iterator[UnsupportedSetting]:
    thinking = settings.thinking
    given = thinking is not None and (thinking.type is not None or thinking.clear_thinking is not None)
    if given and facts is not None and not facts.reasons:
        yield "thinking", f"{handle} does not think: leave it out."


_NEVER_SENT = ("parallel_tool_calls", "strict", "tool_call_parser", "verbosity")
"""The first three concern tools, which a summarizer may not call; the last is documented for no model of its
providers."""


def unused_settings(settings: ModelSettings) -> list[str]:
    """Paths of given fields that are never sent to their provider."""
    provider = PROVIDERS[settings.provider]
    never = list(_NEVER_SENT)
    if provider.output_limit is None:
        never += ["max_output_tokens", "temperature"]
    found = [field for field in never if getattr(settings, field, None) is not None]
    given = given_format(settings)
    if given is not None and _is_their_default(provider.dialect, given[1]):
        found.append(given[0])
    return [f"{settings.provider}.{field}" for field in sorted(found)]


def _is_their_default(dialect: Dialect, given: ResponseFormat) -> bool:
    """Text is what these two APIs answer with, and they have no field that says so."""
    return given.type == "text" and dialect in (Dialect.MESSAGES, Dialect.CONVERSE)
