"""z.ai: GLM models think, or do not, as a field of its own says."""

from collections.abc import Iterator
from typing import Any

from compactd.domain.handles import ModelHandle
from compactd.domain.model_settings import ZaiModelSettings
from compactd.summarizers.model_facts import ModelFacts
from compactd.summarizers.providers.row import Dialect, UnsupportedSetting


def thinking_fields(settings: ZaiModelSettings, _: Dialect) -> dict[str, Any]:
    thinking = settings.thinking.model_dump(exclude_none=True) if settings.thinking is not None else {}
    return {"thinking": thinking} if thinking else {}


def check_thinking(
    handle: ModelHandle, settings: ZaiModelSettings, facts: ModelFacts | None
) -> Iterator[UnsupportedSetting]:
    thinking = settings.thinking
    given = thinking is not None and (thinking.type is not None or thinking.clear_thinking is not None)
    if given and facts is not None and not facts.reasons:
        yield "thinking", f"{handle} does not think: leave it out."
