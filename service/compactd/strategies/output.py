"""How much a summarizer may write."""

from compactd.domain.model_settings import CommonModelSettings

MAX_DEFAULT_OUTPUT = 16_384
"""The output limit in tokens, where the settings name none and the model allows as much."""

THINKING_HEADROOM = 1_024
"""Tokens for the answer beyond a thinking budget."""


def output_limit(settings: CommonModelSettings | None, model_limit: int | None, window: int) -> int:
    """The settings' own limit, else the smallest of the default, the model's and a quarter of the window; more where
    a thinking budget asks for it."""
    if settings is not None and settings.max_output_tokens is not None:
        return settings.max_output_tokens
    limit = min(MAX_DEFAULT_OUTPUT, window // 4, model_limit or MAX_DEFAULT_OUTPUT)
    return max(limit, least_output(settings))


def least_output(settings: CommonModelSettings | None) -> int:
    """Tokens below which no output limit may be set: the thoughts count against it, and an answer must follow them."""
    budget = thinking_tokens(settings)
    return budget + THINKING_HEADROOM if budget else 0


def thinking_tokens(settings: CommonModelSettings | None) -> int:
    """Tokens that the model may think; 0 if there are no settings, or they name no number."""
    return settings.thinking_tokens if settings is not None else 0
