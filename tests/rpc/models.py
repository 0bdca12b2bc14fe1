"""Conversations whose summarizer is a model on loopback, and what that is asked."""

import asyncio
from typing import Any

from tests.builders.chat import new_agent, new_conversation, talk
from tests.loopback.model import LoopbackModel, Received
from tests.server import Client

ALL, SLIDING, SELF_ALL, SELF_SLIDING = 1, 2, 3, 4
MODES = [ALL, SLIDING, SELF_ALL, SELF_SLIDING]
MODEL = "openai/gpt-4.1"
LIGHT = "openai/gpt-5-mini"
TOOL = {"type": "function", "function": {"name": "find_invoice", "parameters": {"type": "object", "properties": {}}}}


async def with_model(client: Client, turns: int = 20, **fields: Any) -> str:
    """A conversation of an agent that runs on MODEL."""
    agent = await new_agent(client, **({"model": MODEL} | fields))
    return await new_conversation(client, talk(turns), agent_id=agent.id)


async def received(model: LoopbackModel, count: int = 1) -> Received:
    """The last of so many requests, once it is there."""
    async with asyncio.timeout(10):
        # The model server tells nobody of a request.
        while len(model.requests) < count:  # noqa: ASYNC110
            await asyncio.sleep(0.01)
    return model.requests[count - 1]
