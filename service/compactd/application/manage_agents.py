"""Agents: created with their default conversation, changed by mask."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from compactd.application.cpu_worker import CpuWorker
from compactd.application.field_mask import apply_mask
from compactd.application.memory_blocks import find_block
from compactd.application.stored_quotas import StoredQuotas
from compactd.application.system_message import render_system
from compactd.domain.agent_policies import policy_of_agent
from compactd.domain.agents import Agent, AgentSpec, Block, BlockSpec, check_whole
from compactd.domain.conversations import Conversation
from compactd.domain.effective_settings import check_layer, check_pair
from compactd.domain.errors import InvalidField
from compactd.domain.handles import ModelHandle
from compactd.domain.ids import new_id
from compactd.domain.keys import AgentKey
from compactd.domain.limits import has_values
from compactd.domain.policies import AutoCompaction
from compactd.domain.principal import Principal
from compactd.domain.system_prompt import PLACEHOLDER
from compactd.domain.validation import validate
from compactd.ports.agents import AgentStore
from compactd.ports.clock import Clock
from compactd.ports.operations import Once
from compactd.ports.policies import StoredPolicy
from compactd.ports.tokenizer import Tokenizer


@dataclass(frozen=True, slots=True)
class ManageAgents:
    """Creates and changes agents and their memory blocks."""

    agents: AgentStore
    tokenizer: Tokenizer
    clock: Clock
    worker: CpuWorker
    quotas: StoredQuotas
    request_of: Callable[[AutoCompaction], bytes]
    """What an agent's own policy asks of Compact, as a job keeps it."""

    async def create(self, principal: Principal, given: Mapping[str, Any], once: Once[Agent] | None = None) -> Agent:
        """`given` are plain fields of AgentSpec. InvalidField below `agent`; QuotaExceeded."""
        large = has_values(given)
        spec = await self.worker.run_if(large, validate, AgentSpec, given, "agent")
        _check_pairs(spec)
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
        await self.worker.run_if(large, check_whole, agent, "agent")
        system = await render_system(
            agent, conversation_id, now=now, field="agent.system", tokenizer=self.tokenizer, tokenizer_name=name
        )
        default = Conversation(id=conversation_id, agent_id=agent_id, is_default=True, created_at=now, updated_at=now)
        room = await self.quotas.room(principal.namespace)
        created = await self.agents.create_agent(
            principal.namespace, agent, default, system, once, room, self._policy_of
        )
        self.quotas.added(principal.namespace, 1, len(system.text.encode()))
        return created

    async def update(self, key: AgentKey, given: Mapping[str, Any], mask: Sequence[str]) -> Agent:
        """Changes the fields of `mask`; an empty mask changes nothing. InvalidField below `agent` or `update_mask`."""
        if not mask:
            return await self.agents.get_agent(key)

        def change(agent: Agent) -> Agent:
            current = agent.model_dump(include=set(AgentSpec.model_fields), exclude_unset=True)
            current["memory_blocks"] = tuple(_fields(block, BlockSpec) for block in agent.memory_blocks)
            spec = validate(AgentSpec, apply_mask(current, given, mask, AgentSpec), "agent")
            _check_pairs(spec)
            changed = agent.model_copy(
                update={
                    **_fields(spec, AgentSpec),
                    "name": spec.name or agent.name,
                    "system": spec.system or PLACEHOLDER,
                    "memory_blocks": _blocks(spec.memory_blocks, agent.memory_blocks),
                    "updated_at": self.clock.now(),
                }
            )
            check_whole(changed, "agent")
            return changed

        if not {"tool_schemas", "model"} & set(mask):
            return await self.agents.update_agent(key, change, self._policy_of)
        expected = await self.worker.run(change, await self.agents.get_agent(key))
        name = self._tokenizer_of(expected)
        tokens = await self.tokenizer.count_tools(expected.tool_schemas, name)

        def change_with_count(agent: Agent) -> Agent:
            changed = change(agent)
            if changed.tool_schemas == expected.tool_schemas and self._tokenizer_of(changed) == name:
                return changed.model_copy(update={"tools_tokens": tokens, "tools_tokenizer": name})
            # Somebody else has changed the agent meanwhile: without a tokenizer it is counted when it is needed.
            return changed.model_copy(update={"tools_tokens": 0, "tools_tokenizer": ""})

        return await self.agents.update_agent(key, change_with_count, self._policy_of)

    async def update_block(self, key: AgentKey, label: str, given: Mapping[str, Any], mask: Sequence[str]) -> Block:
        """Does as `update` does, for one memory block; no conversation changes before it is recompiled."""
        if not mask:
            agent = await self.agents.get_agent(key)
            return find_block(agent.memory_blocks, label)

        def change(agent: Agent) -> Agent:
            before = find_block(agent.memory_blocks, label)
            spec = validate(BlockSpec, apply_mask(_fields(before, BlockSpec), given, mask, BlockSpec), "block")
            if spec.label != label and any(block.label == spec.label for block in agent.memory_blocks):
                raise InvalidField("block.label", "the agent has another block with this label: take one of its own.")
            after = Block(id=before.id, **_fields(spec, BlockSpec))
            blocks = tuple(after if block is before else block for block in agent.memory_blocks)
            changed = agent.model_copy(update={"memory_blocks": blocks, "updated_at": self.clock.now()})
            check_whole(changed, "block")
            return changed

        agent = await self.agents.update_agent(key, change)
        return find_block(agent.memory_blocks, given.get("label", label) if "label" in mask else label)

    def _policy_of(self, agent: Agent) -> StoredPolicy | None:
        policy = policy_of_agent(agent)
        return None if policy is None else StoredPolicy(policy, self.request_of(policy))

    def _tokenizer_of(self, spec: AgentSpec) -> str:
        return self.tokenizer.for_model(ModelHandle.parse(spec.model) if spec.model else None).name


def _check_pairs(spec: AgentSpec) -> None:
    check_layer(spec.model, spec.model_settings, spec.compaction_settings, "agent.")
    if spec.auto_compaction is not None and (settings := spec.auto_compaction.compaction_settings) is not None:
        check_pair(settings.model, settings.model_settings, "agent.auto_compaction.compaction_settings.")


def _fields(value: AgentSpec | BlockSpec, spec: type[AgentSpec] | type[BlockSpec], but: Sequence[str] = ()) -> Any:
    """The fields of `spec` that are set on `value`, as they are."""
    return {name: getattr(value, name) for name in spec.model_fields if name not in but}


def _blocks(specs: Sequence[BlockSpec], before: Sequence[Block]) -> tuple[Block, ...]:
    """Stored blocks for what a client wrote; a label that was there before keeps its id."""
    ids = {block.label: block.id for block in before}
    return tuple(Block(id=ids.get(spec.label) or new_id("block"), **_fields(spec, BlockSpec)) for spec in specs)
