"""What compactions are asked for: by both clients, in every mode, with the settings of every provider."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from tests.builders.documented_settings import LETTA_SETTINGS

MODES = ("all", "sliding_window", "self_compact_all", "self_compact_sliding_window")

TURNS = 12
"""What a conversation says before it is compacted: four messages each."""

BEFORE = 1 + 4 * TURNS
"""As many messages, with the system message."""

SETTINGS = LETTA_SETTINGS | {
    # As documented for the field; this model itself takes no other temperature than 1.
    "openai": replace(LETTA_SETTINGS["openai"], sent=LETTA_SETTINGS["openai"].sent | {"temperature": 1}),
    # Pro does not go without thinking.
    "google_vertex": replace(LETTA_SETTINGS["google_vertex"], model="google_vertex/gemini-2.5-flash"),
}
"""The documented settings of each provider, for a model of it that takes them all."""


def without_nulls(value: Any) -> Any:
    """JSON without the fields that are null."""
    if isinstance(value, Mapping):
        return {key: without_nulls(item) for key, item in value.items() if item is not None}
    return value
