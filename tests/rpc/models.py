"""Conversations whose summarizer is a model on loopback, and what that is asked."""

import asyncio
from typing import Any

from tests.builders.chat import new_agent, new_conversation, talk
from tests.loopback.model import LoopbackModel, Received
from tests.server import Client, LocalServer

ALL, SLIDING, SELF_ALL, SELF_SLIDING = 1, 2, 3, 4
MODES = [ALL, SLIDING, SELF_ALL, SELF_SLIDING]
MODEL = "openai/gpt-4.1"
LIGHT = "openai/gpt-5-mini"
PATIENCE = 30
"""Seconds, where many tests share few cores; what is waited for takes fewer."""

TOOL = {"type": "function", "function": {"name": "find_invoice", "parameters": {"type": "object", "properties": {}}}}


async def with_model(client: Client, turns: int = 20, **fields: Any) -> str:
    """A conversation of an agent that runs on MODEL."""
    agent = await new_agent(client, **({"model": MODEL} | fields))
    return await new_conversation(client, talk(turns), agent_id=agent.id)


async def waited_for_by(calls: int, *servers: LocalServer) -> None:
    """Returns when so many calls wait for attempts of the servers, and no more."""
    async with asyncio.timeout(PATIENCE):
        # Nobody is told of a call that joins or leaves.
        while sum(_waiters(server) for server in servers) != calls:  # noqa: ASYNC110
            await asyncio.sleep(0.005)


def _waiters(server: LocalServer) -> int:
    return sum(attempt._waiters for attempt in server.service.run_operation._attempts.values())


async def received(model: LoopbackModel, count: int = 1) -> Received:
    """The last of so many requests, once it is there."""
    async with asyncio.timeout(PATIENCE):
        # The model server tells nobody of a request.
        while len(model.requests) < count:  # noqa: ASYNC110
            await asyncio.sleep(0.01)
    return model.requests[count - 1]
