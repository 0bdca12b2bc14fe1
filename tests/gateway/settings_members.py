"""Settings of a provider as JSON has them, as the proto has them, and as they are stored."""

from typing import Any

import httpx

from compaction.v1 import agent_service_pb2, model_settings_pb2
from tests.builders.chat import make
from tests.builders.documented_settings import DOCUMENTED_SETTINGS
from tests.builders.rest_resources import Json, new_agent
from tests.server import Client

ModelSettings = model_settings_pb2.ModelSettings


def flat(provider: str) -> Json:
    return {"provider_type": provider, **DOCUMENTED_SETTINGS[provider].sent}


def arrived(provider: str) -> model_settings_pb2.ModelSettings:
    return make(ModelSettings, **{provider: DOCUMENTED_SETTINGS[provider].member})


async def stored(client: Client, agent_id: str) -> Any:
    return await client.agents.GetAgent(agent_service_pb2.GetAgentRequest(agent_id=agent_id))


async def stored_settings(rest: httpx.AsyncClient, client: Client, given: Any, **beside: Any) -> Any:
    """ModelSettings as stored, of an agent that is created with `given`."""
    agent = await new_agent(rest, model_settings=given, **beside)
    return (await stored(client, agent["id"])).model_settings
