"""What `compactd demo` does: put a conversation in, compact copies of it in every mode, look at the outcome."""

import sys
from typing import Any

import grpc
from grpc_health.v1 import health_pb2, health_pb2_grpc

from compactd.demo.conversation import Script, load_script
from compactd.demo.pages import Outcome, before_and_after, context_page, heading, modes_table, summary_page
from compactd.demo.server_process import server_process
from compaction.v1 import (
    agent_pb2,
    agent_service_pb2,
    agent_service_pb2_grpc,
    compaction_service_pb2,
    compaction_service_pb2_grpc,
    compaction_settings_pb2,
    conversation_service_pb2,
    conversation_service_pb2_grpc,
)

MODES = (
    compaction_settings_pb2.COMPACTION_MODE_SLIDING_WINDOW,
    compaction_settings_pb2.COMPACTION_MODE_ALL,
    compaction_settings_pb2.COMPACTION_MODE_SELF_COMPACT_SLIDING_WINDOW,
    compaction_settings_pb2.COMPACTION_MODE_SELF_COMPACT_ALL,
)
START_SECONDS = 60.0
CALL_SECONDS = 300.0
EMBEDDED = "local/extractive"
SERVING = health_pb2.HealthCheckResponse.SERVING


class Demo:
    """A client of the three services, as any other language would have one."""

    def __init__(self, channel: grpc.aio.Channel, script: Script) -> None:
        self._agents = agent_service_pb2_grpc.AgentServiceStub(channel)
        self._conversations = conversation_service_pb2_grpc.ConversationServiceStub(channel)
        self._compactions = compaction_service_pb2_grpc.CompactionServiceStub(channel)
        # The stubs of this package leave its methods out.
        self._health: Any = health_pb2_grpc.HealthStub(channel)
        self._script = script

    async def until_serving(self) -> None:
        """Waits for the server to have its model layer loaded, so that the figures shown are not those of a start."""
        async for response in self._health.Watch(health_pb2.HealthCheckRequest(), timeout=START_SECONDS):
            if response.status == SERVING:
                return

    async def show(self, model: str) -> None:
        """Compacts in all four modes with `model`, or the embedded summarizer where it is empty."""
        agent = agent_pb2.Agent()
        agent.CopyFrom(self._script.agent)
        agent.model = model
        created = await self._agents.CreateAgent(
            agent_service_pb2.CreateAgentRequest(agent=agent), timeout=CALL_SECONDS
        )
        outcomes = [await self._compact(created.id, mode, model or EMBEDDED) for mode in MODES]
        print(heading(f"Four modes, {model or EMBEDDED}"))
        print(modes_table(outcomes))
        first = outcomes[0]
        print(heading("What sliding_window did to the context, in tokens"))
        print(before_and_after(first))
        print(heading("The summary that sliding_window left in the context"))
        print(summary_page(first))
        print(heading("What the agent's model is shown now (GetContext)"))
        print(context_page(first.context))
        print(heading("Recompile: the system prompt with the memory blocks of now"))
        print(await self._recompile(first.conversation_id))

    async def _compact(
        self, agent_id: str, mode: compaction_settings_pb2.CompactionMode.ValueType, model: str
    ) -> Outcome:
        created = await self._conversations.CreateConversation(
            conversation_service_pb2.CreateConversationRequest(agent_id=agent_id), timeout=CALL_SECONDS
        )
        await self._conversations.AppendMessages(
            conversation_service_pb2.AppendMessagesRequest(conversation_id=created.id, messages=self._script.messages),
            timeout=CALL_SECONDS,
        )
        settings = compaction_settings_pb2.CompactionSettings(mode=mode)
        if mode in (
            compaction_settings_pb2.COMPACTION_MODE_ALL,
            compaction_settings_pb2.COMPACTION_MODE_SLIDING_WINDOW,
        ):
            settings.model = model
        response = await self._compactions.Compact(
            compaction_service_pb2.CompactRequest(conversation_id=created.id, compaction_settings=settings),
            timeout=CALL_SECONDS,
        )
        context = await self._conversations.GetContext(
            conversation_service_pb2.GetContextRequest(conversation_id=created.id), timeout=CALL_SECONDS
        )
        return Outcome(created.id, response, context)

    async def _recompile(self, conversation_id: str) -> str:
        response = await self._compactions.Recompile(
            compaction_service_pb2.RecompileRequest(conversation_id=conversation_id), timeout=CALL_SECONDS
        )
        return response.system_prompt


async def run_demo(model: str) -> int:
    """Runs the demo; `model` adds a round with that model. Returns the exit status."""
    script = load_script()
    async with server_process() as address, grpc.aio.insecure_channel(address) as channel:
        demo = Demo(channel, script)
        print(heading(f"A session of {len(script.messages)} messages with the agent {script.agent.name}"))
        print(f"compactd at {address}, with a temporary database; local/extractive needs no key and no network.")
        try:
            await demo.show("")
            if model:
                await demo.until_serving()
                await demo.show(model)
        except grpc.aio.AioRpcError as error:
            print(f"compactd demo: {error.code().name}: {error.details()}", file=sys.stderr)
            return 1
    return 0
