"""Agents: created with their default conversation, changed by mask."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from compactd.application.blocks import find_block
from compactd.application.ports import Clock, Store, Tokenizer
from compactd.application.recompile import count_system
from compactd.application.updates import masked
from compactd.domain.agents import Agent, AgentSpec, Block, BlockSpec
from compactd.domain.conversations import Conversation
from compactd.domain.handles import ModelHandle
from compactd.domain.ids import new_id
from compactd.domain.layers import check_layer
from compactd.domain.system_prompt import PLACEHOLDER, render_system_prompt
from compactd.domain.validation import validate


@dataclass(frozen=True, slots=True)
class ManageAgents:
    """Creates and changes agents and their memory blocks."""

    store: Store
    tokenizer: Tokenizer
    clock: Clock

    async def create(self, namespace: str, given: Mapping[str, Any]) -> Agent:
        """`given` are plain fields of AgentSpec. InvalidField below `agent`."""
        spec = validate(AgentSpec, given, "agent")
        check_layer(spec.model, spec.model_settings, spec.compaction_settings, "agent.")
        now = self.clock.now()
        agent_id, conversation_id = new_id("agent"), new_id("conv")
        name = self._tokenizer_of(spec)
        agent = Agent(
            **_fields(spec, AgentSpec, but=("name", "system", "memory_blocks")),
            name=spec.name or agent_id[: len("agent-") + 8],
            system=spec.system or PLACEHOLDER,
            memory_blocks=_blocks(spec.memory_blocks, ()),
            id=agent_id,
            default_conversation_id=conversation_id,
            created_at=now,
            updated_at=now,
            tools_tokens=await self.tokenizer.count_tools(spec.tool_schemas, name),
            tools_tokenizer=name,
        )
        prompt = render_system_prompt(
            agent.system,
            agent.memory_blocks,
            agent_id=agent_id,
            conversation_id=conversation_id,
            now=now,
            messages_outside=0,
        )
        default = Conversation(id=conversation_id, agent_id=agent_id, is_default=True, created_at=now, updated_at=now)
        await self.store.create_agent(namespace, agent, default, await count_system(prompt, name, self.tokenizer))
        return agent

    async def update(self, namespace: str, agent_id: str, given: Mapping[str, Any], mask: Sequence[str]) -> Agent:
        """Changes the fields of `mask`; an empty mask changes nothing. InvalidField below `agent` or `update_mask`."""
        if not mask:
            return await self.store.get_agent(namespace, agent_id)

        def change(agent: Agent) -> Agent:
            current = agent.model_dump(include=set(AgentSpec.model_fields), exclude_unset=True)
            current["memory_blocks"] = tuple(_fields(block, BlockSpec) for block in agent.memory_blocks)
            spec = validate(AgentSpec, masked(current, given, mask, AgentSpec), "agent")
            check_layer(spec.model, spec.model_settings, spec.compaction_settings, "agent.")
            return agent.model_copy(
                update={
                    **_fields(spec, AgentSpec),
                    "name": spec.name or agent.name,
                    "system": spec.system or PLACEHOLDER,
                    "memory_blocks": _blocks(spec.memory_blocks, agent.memory_blocks),
                    "updated_at": self.clock.now(),
                }
            )

        agent = await self.store.update_agent(namespace, agent_id, change)
        if "tool_schemas" in mask or self._tokenizer_of(agent) != agent.tools_tokenizer:
            agent = await self._count_tools(namespace, agent)
        return agent

    async def update_block(
        self, namespace: str, agent_id: str, label: str, given: Mapping[str, Any], mask: Sequence[str]
    ) -> Block:
        """As `update`, for one memory block; no conversation changes before it is recompiled."""
        if not mask:
            agent = await self.store.get_agent(namespace, agent_id)
            return find_block(agent.memory_blocks, label)

        def change(block: Block) -> Block:
            spec = validate(BlockSpec, masked(_fields(block, BlockSpec), given, mask, BlockSpec), "block")
            return Block(id=block.id, **_fields(spec, BlockSpec))

        return await self.store.update_block(namespace, agent_id, label, change)

    def _tokenizer_of(self, spec: AgentSpec) -> str:
        return self.tokenizer.for_model(ModelHandle.parse(spec.model) if spec.model else None).name

    async def _count_tools(self, namespace: str, agent: Agent) -> Agent:
        name = self._tokenizer_of(agent)
        tokens = await self.tokenizer.count_tools(agent.tool_schemas, name)

        def change(stored: Agent) -> Agent:
            if stored.tool_schemas != agent.tool_schemas:
                return stored
            return stored.model_copy(update={"tools_tokens": tokens, "tools_tokenizer": name})

        return await self.store.update_agent(namespace, agent.id, change)


def _fields(value: AgentSpec | BlockSpec, spec: type[AgentSpec] | type[BlockSpec], but: Sequence[str] = ()) -> Any:
    """The fields of `spec` that are set on `value`, as they are."""
    return {name: getattr(value, name) for name in spec.model_fields if name not in but}


def _blocks(specs: Sequence[BlockSpec], before: Sequence[Block]) -> tuple[Block, ...]:
    """Stored blocks for what a client wrote; a label that was there before keeps its id."""
    ids = {block.label: block.id for block in before}
    return tuple(Block(id=ids.get(spec.label) or new_id("block"), **_fields(spec, BlockSpec)) for spec in specs)
