"""OpenAI's models, at OpenAI, in Azure and behind a ChatGPT login: they sample or reason, and reason by effort."""

import re
from collections.abc import Iterator
from typing import Any

from compactd.domain.handles import ModelHandle
from compactd.domain.model_settings import (
    AzureModelSettings,
    ChatGPTOAuthModelSettings,
    OpenAIModelSettings,
    OpenAIShapedSettings,
)
from compactd.summarizers.model_facts import ModelFacts
from compactd.summarizers.providers.row import Dialect, UnsupportedSetting

_REASONING_MODELS = re.compile(r"(o\d|gpt-([5-9]|\d\d))")
_O_SERIES = re.compile(r"o\d")


def reasoning_fields(settings: OpenAIShapedSettings | ChatGPTOAuthModelSettings, dialect: Dialect) -> dict[str, Any]:
    """The reasoning effort, as the dialect has it."""
    effort = settings.reasoning and settings.reasoning.reasoning_effort
    if not effort:
        return {}
    return {"reasoning": {"effort": effort}} if dialect is Dialect.RESPONSES else {"reasoning_effort": effort}


def check_temperature(
    handle: ModelHandle, settings: OpenAIModelSettings | AzureModelSettings, facts: ModelFacts | None
) -> str | None:
    """The reasoning models take a temperature only while they do not reason."""
    reasoning = settings.reasoning if isinstance(settings, OpenAIModelSettings) else None
    effort = (reasoning and reasoning.reasoning_effort) or (facts and facts.default_effort)
    if settings.temperature == 1 or effort == "none" or not _reasons(handle, facts):
        return None
    return f"{handle} takes no other temperature than 1: leave it out."


def check_reasoning(
    handle: ModelHandle, settings: OpenAIModelSettings | ChatGPTOAuthModelSettings, facts: ModelFacts | None
) -> Iterator[UnsupportedSetting]:
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


def _reasons(handle: ModelHandle, facts: ModelFacts | None) -> bool:
    """By name too: the table is silent about some. gpt-5-chat is the one of its family that does not."""
    if handle.name.startswith("gpt-5-chat"):
        return False
    return (facts is not None and facts.reasons) or _REASONING_MODELS.match(handle.name) is not None
