"""AgentService: a method for every RPC."""

from collections.abc import Sequence
from functools import partial
from typing import Any

from google.protobuf import empty_pb2

from compactd.application.context_window import agent_window
from compactd.application.erase import Erase
from compactd.application.manage_agents import ManageAgents
from compactd.application.memory_blocks import find_block, page_of_blocks
from compactd.domain.agents import Agent
from compactd.domain.errors import InvalidField
from compactd.domain.ids import check_request_id
from compactd.domain.limits import MAX_NAME
from compactd.domain.paging import Page
from compactd.ports.agents import AgentFilter, AgentStore
from compactd.ports.model_catalog import ModelCatalog
from compactd.rpc.call import Call
from compactd.rpc.codec import Codec
from compactd.rpc.operations import Operations
from compactd.rpc.references import agent_key, items_of, mask_of, page_of, within_page
from compactd.rpc.resources import agent_to_proto, block_to_proto, resource_from_proto
from compaction.v1 import agent_pb2, agent_service_pb2

ORDER_BY = {
    agent_service_pb2.AGENT_ORDER_BY_UNSPECIFIED: "created_at",
    agent_service_pb2.AGENT_ORDER_BY_CREATED_AT: "created_at",
    agent_service_pb2.AGENT_ORDER_BY_UPDATED_AT: "updated_at",
}


class AgentServicer:
    """Agents and their memory blocks."""

    def __init__(
        self,
        agents: ManageAgents,
        erase: Erase,
        store: AgentStore,
        catalog: ModelCatalog,
        codec: Codec,
        operations: Operations,
    ) -> None:
        self._agents = agents
        self._erase = erase
        self._store = store
        self._catalog = catalog
        self._codec = codec
        self._operations = operations

    async def CreateAgent(self, request: agent_service_pb2.CreateAgentRequest, call: Call) -> agent_pb2.Agent:
        check_request_id(request.request_id)
        given = await self._codec.from_proto(resource_from_proto, request.agent, "agent")
        create = partial(self._agents.create, call.principal, given)
        return await self._operations.once(call, request, create, self._agent_to_proto, agent_pb2.Agent)

    async def GetAgent(self, request: agent_service_pb2.GetAgentRequest, call: Call) -> agent_pb2.Agent:
        return await self._to_proto(await self._store.get_agent(agent_key(call, request)))

    async def ListAgents(
        self, request: agent_service_pb2.ListAgentsRequest, call: Call
    ) -> agent_service_pb2.ListAgentsResponse:
        if request.order_by not in ORDER_BY:
            raise InvalidField("order_by", f"{request.order_by} is no value of AgentOrderBy: use one of its names.")
        where = AgentFilter(
            name=request.name or None,
            tags=items_of(request.tags, "tags"),
            match_all_tags=request.match_all_tags,
            query_text=request.query_text or None,
            order_by=ORDER_BY[request.order_by],
        )
        page = page_of(request, "agent")
        agents = await self._store.list_agents(call.principal.namespace, where, page)
        return await self._codec.to_proto(self._page_to_proto, agents, page)

    async def UpdateAgent(self, request: agent_service_pb2.UpdateAgentRequest, call: Call) -> agent_pb2.Agent:
        key, mask = agent_key(call, request), mask_of(request)
        given = await self._codec.from_proto(resource_from_proto, request.agent, "agent")
        return await self._to_proto(await self._agents.update(key, given, mask))

    async def DeleteAgent(self, request: agent_service_pb2.DeleteAgentRequest, call: Call) -> empty_pb2.Empty:
        await self._erase.agent(agent_key(call, request), call.principal.name)
        return empty_pb2.Empty()

    async def ListBlocks(
        self, request: agent_service_pb2.ListBlocksRequest, call: Call
    ) -> agent_service_pb2.ListBlocksResponse:
        page = page_of(request, "block")
        agent = await self._store.get_agent(agent_key(call, request))
        blocks = page_of_blocks(agent.memory_blocks, page)
        return agent_service_pb2.ListBlocksResponse(
            blocks=within_page([block_to_proto(block) for block in blocks], page)
        )

    async def GetBlock(self, request: agent_service_pb2.GetBlockRequest, call: Call) -> agent_pb2.Block:
        key, label = agent_key(call, request), _label(request)
        agent = await self._store.get_agent(key)
        return block_to_proto(find_block(agent.memory_blocks, label))

    async def UpdateBlock(self, request: agent_service_pb2.UpdateBlockRequest, call: Call) -> agent_pb2.Block:
        key, label, mask = agent_key(call, request), _label(request), mask_of(request)
        given = await self._codec.from_proto(resource_from_proto, request.block, "block")
        return block_to_proto(await self._agents.update_block(key, label, given, mask))

    async def _to_proto(self, agent: Agent) -> agent_pb2.Agent:
        return await self._codec.to_proto(self._agent_to_proto, agent)

    def _agent_to_proto(self, agent: Agent) -> agent_pb2.Agent:
        return agent_to_proto(agent, agent_window(agent, self._catalog))

    def _page_to_proto(self, agents: Sequence[Agent], page: Page) -> agent_service_pb2.ListAgentsResponse:
        protos = [self._agent_to_proto(agent) for agent in agents]
        return agent_service_pb2.ListAgentsResponse(agents=within_page(protos, page))


def _label(request: Any) -> str:
    label: str = request.block_label
    if not 1 <= len(label) <= MAX_NAME:
        raise InvalidField("block_label", f"a label has 1 to {MAX_NAME} characters.")
    return label
