"""Agents as clients write and change them."""

from typing import Any

from google.protobuf import struct_pb2

from compaction.v1 import agent_pb2, agent_service_pb2, compaction_settings_pb2, job_pb2, model_settings_pb2
from tests.builders.chat import make
from tests.server import Client

TOOL = struct_pb2.Struct()
TOOL.update({"type": "function", "function": {"name": "look"}})


def full_agent() -> agent_pb2.Agent:
    agent = agent_pb2.Agent(
        name="rook",
        description="reads invoices",
        system="You are Rook.\n{CORE_MEMORY}",
        model="openai/gpt-5",
        context_window_limit=64_000,
        memory_blocks=[
            agent_pb2.Block(label="persona", value="I am Rook.", description="who I am", limit=500, read_only=True),
            agent_pb2.Block(label="team", value="Ines signs."),
        ],
        tags=["ops", "billing"],
    )
    agent.model_settings.openai.reasoning.reasoning_effort = model_settings_pb2.REASONING_EFFORT_MINIMAL
    agent.compaction_settings.mode = compaction_settings_pb2.COMPACTION_MODE_ALL
    agent.compaction_settings.prompt = "Summarize as a ledger."
    agent.compaction_settings.clip_chars = 0
    agent.auto_compaction.trigger.context_share = 0.8
    agent.auto_compaction.compaction_settings.clip_chars = 9
    agent.auto_compaction.priority = job_pb2.JOB_PRIORITY_HIGH
    agent.tool_schemas.add().update({"type": "function", "function": {"name": "look", "parameters": {"maxItems": 3}}})
    agent.metadata.update({"team": {"floor": 4, "share": 0.5, "night": False, "head": None}})
    return agent


async def update_agent(client: Client, agent_id: str, paths: list[str], **fields: Any) -> agent_pb2.Agent:
    request = make(agent_service_pb2.UpdateAgentRequest, agent_id=agent_id, agent=agent_pb2.Agent(**fields))
    request.update_mask.paths.extend(paths)
    return await client.agents.UpdateAgent(request)
