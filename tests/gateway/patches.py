"""Agents to change over REST, and changes of them."""

import httpx

from tests.builders.rest_resources import Json, new_agent

SETTINGS: Json = {
    "clip_chars": 900,
    "mode": "all",
    "model": "openai/gpt-5-mini",
    "model_settings": {"provider_type": "openai", "max_output_tokens": 4000, "strict": True},
    "prompt": "As a ledger.",
    "sliding_window_percentage": 0.5,
}


async def full_agent(rest: httpx.AsyncClient) -> Json:
    return await new_agent(
        rest,
        name="Full",
        description="All fields.",
        system="Be exact.",
        model="openai/gpt-5.2",
        model_settings={"provider_type": "openai", "temperature": 1, "strict": False},
        context_window_limit=9000,
        compaction_settings=SETTINGS,
        memory_blocks=[{"label": "a", "value": "1"}, {"label": "b", "value": "2"}],
        tags=["x", "y"],
        metadata={"team": "A", "size": 3},
    )


def differences(before: Json, after: Json) -> set[str]:
    return {name for name in before if before[name] != after[name]} - {"updated_at"}
