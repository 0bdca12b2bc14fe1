"""Recompile: the system prompt rendered again from the agent's template and the memory blocks of now."""

from dataclasses import dataclass

from compactd.application.system_message import render_system
from compactd.application.token_counts import tokenizer_of
from compactd.domain.errors import ContextChanged
from compactd.domain.keys import ConversationRef
from compactd.ports.agents import AgentStore
from compactd.ports.clock import Clock
from compactd.ports.contexts import ContextStore, ConversationState, PutSystem, SystemText
from compactd.ports.operations import Once
from compactd.ports.tokenizer import Tokenizer

MAX_ROUNDS = 10
"""How often a prompt is rendered again because another text came first. Each lost round is somebody else's success."""


@dataclass(frozen=True, slots=True)
class Recompile:
    """Renders and, unless it is a dry run, stores the system message of a conversation."""

    agents: AgentStore
    contexts: ContextStore
    tokenizer: Tokenizer
    clock: Clock

    async def __call__(
        self,
        ref: ConversationRef,
        *,
        dry_run: bool = False,
        expected_version: str = "",
        once: Once[str] | None = None,
    ) -> str:
        """The compiled prompt. ContextChanged if `expected_version` is given and not in force, or if MAX_ROUNDS other
        texts came first; InvalidField for a prompt larger than a system message may be."""
        put_once: Once[PutSystem] | None = once.after(lambda put: put.text) if once else None
        for _ in range(MAX_ROUNDS):
            state = await self.contexts.state(ref)
            if expected_version and expected_version != state.version:
                raise ContextChanged
            system = await self._render(state)
            if dry_run:
                return system.text
            try:
                await self.contexts.put_system(
                    state.key, system, state.system_version, expected_version or None, put_once
                )
            except ContextChanged:
                # Somebody else's text came first, perhaps from newer blocks than these.
                continue
            return system.text
        raise ContextChanged

    async def _render(self, state: ConversationState) -> SystemText:
        return await render_system(
            await self.agents.get_agent(state.agent_key),
            state.conversation_id,
            now=self.clock.now(),
            messages_outside=state.evicted_count,
            field="conversation_id",
            tokenizer=self.tokenizer,
            tokenizer_name=tokenizer_of(state, self.tokenizer).name,
        )
