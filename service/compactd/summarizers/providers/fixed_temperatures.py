"""Single models of a provider that take no temperature, though their API has the field."""

import re

from compactd.domain.handles import ModelHandle
from compactd.domain.model_settings import DeepseekModelSettings, MoonshotModelSettings
from compactd.summarizers.model_facts import ModelFacts

_KIMI = re.compile(r"kimi-k(2\.[5-9]|[3-9])")


def check_moonshot(handle: ModelHandle, _: MoonshotModelSettings, __: ModelFacts | None) -> str | None:
    """Kimi K2.5 and later models take no temperature."""
    return f"{handle} takes no temperature: leave it out." if _KIMI.match(handle.name) else None


def check_deepseek(handle: ModelHandle, _: DeepseekModelSettings, __: ModelFacts | None) -> str | None:
    """The reasoner ignores the temperature."""
    return f"{handle} ignores the temperature: leave it out." if handle.name == "deepseek-reasoner" else None
