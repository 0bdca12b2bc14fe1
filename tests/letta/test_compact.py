"""conversations.messages.compact and agents.messages.compact, by the official Python clients."""

from collections.abc import Mapping
from typing import Any

import pytest
from letta_client import AsyncLetta
from letta_client.types.conversations import CompactionResponse

from tests.gateway.asking import EXTRACTIVE, talk
from tests.gateway.seeds import SEEDS
from tests.letta.talking import MODES, in_default_conversation, last_compaction, new_conversation
from tests.loopback_dialects import SUMMARY
from tests.loopback_model import LoopbackModel

pytestmark = [pytest.mark.process, pytest.mark.asyncio(loop_scope="session")]

TURNS = 12
BEFORE = 1 + 4 * TURNS


def given(value: Any) -> Any:
    """JSON without the fields that are null."""
    if isinstance(value, Mapping):
        return {key: given(item) for key, item in value.items() if item is not None}
    return value


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("provider_type", SEEDS)
async def test_a_conversation_is_compacted_in_every_mode_with_every_providers_settings(
    letta: AsyncLetta, model: LoopbackModel, provider_type: str, mode: str
) -> None:
    seed = SEEDS[provider_type]
    settings: Any = {"provider_type": provider_type, **seed.sent}
    conversation = await new_conversation(letta, talk(TURNS), model=seed.model, model_settings=settings)
    compacted = await letta.conversations.messages.compact(
        conversation.id, compaction_settings={"mode": mode, "model": seed.model, "model_settings": settings}  # type: ignore[typeddict-item]
    )
    assert type(compacted) is CompactionResponse
    assert (compacted.num_messages_before, compacted.summary) == (BEFORE, SUMMARY)
    assert (compacted.num_messages_after == 2) is ("all" in mode)
    record = await last_compaction(letta, conversation.id)
    assert (record["mode"], record["method"], record["model"]) == (mode, "model", seed.model)
    assert given(record["settings"]["model_settings"]) == settings
    asked = [request for request in model.requests if request.path != "/token"]
    assert len(asked) == 1
