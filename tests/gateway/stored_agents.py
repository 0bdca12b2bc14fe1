"""An agent as it is stored, and the error of one that cannot be."""

from typing import Any

import httpx

from compaction.v1 import agent_service_pb2
from tests.builders.rest_resources import Json
from tests.gateway.error_bodies import error_of
from tests.server import Client


async def stored(client: Client, agent: Json) -> Any:
    return await client.agents.GetAgent(agent_service_pb2.GetAgentRequest(agent_id=agent["id"]))


async def rejected_agent(rest: httpx.AsyncClient, **body: Any) -> Any:
    return error_of(await rest.post("/v1/agents", json=body))
