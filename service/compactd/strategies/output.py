"""How much a summarizer may write."""

from compactd.domain.model_settings import CommonModelSettings

MAX_DEFAULT_OUTPUT = 16_384
"""Tokens, where the settings name no limit and the model allows as much."""

THINKING_HEADROOM = 1_024
"""Tokens for the answer beyond a thinking budget."""


def output_limit(settings: CommonModelSettings | None, model_limit: int | None, window: int) -> int:
    """The settings' own limit, else the smallest of the default, the model's and a quarter of the window; more where
    a thinking budget asks for it."""
    if settings is not None and settings.max_output_tokens is not None:
        return settings.max_output_tokens
    limit = min(MAX_DEFAULT_OUTPUT, window // 4, model_limit or MAX_DEFAULT_OUTPUT)
    thinking = getattr(settings, "thinking", None)
    budget = getattr(thinking, "budget_tokens", None)
    return max(limit, budget + THINKING_HEADROOM) if budget else limit
