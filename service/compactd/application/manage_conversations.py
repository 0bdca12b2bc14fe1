"""Conversations: created with the agent's rendered system prompt, changed by mask."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from compactd.application.cpu_worker import CpuWorker
from compactd.application.field_mask import apply_mask
from compactd.application.stored_quotas import StoredQuotas
from compactd.application.system_message import render_system
from compactd.domain.conversations import Conversation, ConversationSpec
from compactd.domain.effective_settings import check_layer
from compactd.domain.handles import ModelHandle
from compactd.domain.ids import new_id
from compactd.domain.keys import AgentKey, ConversationKey
from compactd.domain.limits import has_values
from compactd.domain.validation import validate
from compactd.ports.agents import AgentStore
from compactd.ports.clock import Clock
from compactd.ports.conversations import ConversationStore
from compactd.ports.operations import Once
from compactd.ports.tokenizer import Tokenizer


@dataclass(frozen=True, slots=True)
class ManageConversations:
    """Creates and changes conversations."""

    agents: AgentStore
    conversations: ConversationStore
    tokenizer: Tokenizer
    clock: Clock
    worker: CpuWorker
    quotas: StoredQuotas

    async def create(
        self, agent_key: AgentKey, given: Mapping[str, Any], once: Once[Conversation] | None = None
    ) -> Conversation:
        """`given` are plain fields of ConversationSpec. InvalidField below `conversation`; AgentNotFound;
        QuotaExceeded."""
        spec = await self.worker.run_if(has_values(given), validate, ConversationSpec, given, "conversation")
        check_layer(spec.model, spec.model_settings, spec.compaction_settings, "conversation.")
        agent = await self.agents.get_agent(agent_key)
        now = self.clock.now()
        conversation = Conversation(
            **_fields(spec), id=new_id("conv"), agent_id=agent.id, created_at=now, updated_at=now
        )
        model = spec.model or agent.model
        name = self.tokenizer.for_model(ModelHandle.parse(model) if model else None).name
        system = await render_system(
            agent, conversation.id, now=now, field="agent_id", tokenizer=self.tokenizer, tokenizer_name=name
        )
        room = await self.quotas.room(agent_key.namespace)
        created = await self.conversations.create_conversation(agent_key.namespace, conversation, system, once, room)
        self.quotas.added(agent_key.namespace, 1, len(system.text.encode()))
        return created

    async def update(self, key: ConversationKey, given: Mapping[str, Any], mask: Sequence[str]) -> Conversation:
        """Changes the fields of `mask`; an empty mask changes nothing."""

        def change(conversation: Conversation) -> Conversation:
            if not mask:
                return conversation
            current = conversation.model_dump(include=set(ConversationSpec.model_fields), exclude_unset=True)
            spec = validate(ConversationSpec, apply_mask(current, given, mask, ConversationSpec), "conversation")
            check_layer(spec.model, spec.model_settings, spec.compaction_settings, "conversation.")
            return conversation.model_copy(update={**_fields(spec), "updated_at": self.clock.now()})

        return await self.conversations.update_conversation(key, change)


def _fields(spec: ConversationSpec) -> Any:
    return {name: getattr(spec, name) for name in ConversationSpec.model_fields}
