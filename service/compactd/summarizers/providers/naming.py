"""How calls are named for one model: as its provider's API wants it, and its maker's, whoever provides it."""

import re
from dataclasses import replace

from compactd.strategies.call_naming import CallNaming, clean_id, nine_characters
from compactd.summarizers.providers.row import Provider

_MISTRALS = re.compile(r"(mi|mini|code|dev|math|magi)stral|mixtral|pixtral|voxtral", re.IGNORECASE)
_CLAUDES = re.compile(r"claude", re.IGNORECASE)


def call_naming(provider: Provider, model: str) -> CallNaming:
    """Mistral's API and chat templates take ids of nine letters and digits, Anthropic's API letters, digits,
    underscores and dashes; who provides such a model passes them on. Its name says whose it is, as far as it does."""
    if _MISTRALS.search(model):
        return replace(provider.call_naming, shown_id=nine_characters)
    if _CLAUDES.search(model):
        return replace(provider.call_naming, shown_id=clean_id)
    return provider.call_naming
