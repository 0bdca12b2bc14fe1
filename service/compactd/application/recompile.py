"""Recompile: the system prompt rendered again from the agent's template and the memory blocks of now."""

from dataclasses import dataclass

from compactd.application.system_message import render_system
from compactd.application.token_counts import tokenizer_of
from compactd.domain.errors import ContextChanged
from compactd.domain.keys import ConversationRef
from compactd.ports.clock import Clock
from compactd.ports.store import Store
from compactd.ports.tokenizer import Tokenizer


@dataclass(frozen=True, slots=True)
class Recompile:
    """Renders and, unless it is a dry run, stores the system message of a conversation."""

    store: Store
    tokenizer: Tokenizer
    clock: Clock

    async def __call__(self, ref: ConversationRef, *, dry_run: bool = False, expected_version: str = "") -> str:
        """The compiled prompt. ContextChanged if `expected_version` is given and not in force; InvalidField for a
        prompt larger than a system message may be."""
        while True:
            state = await self.store.state(ref)
            if expected_version and expected_version != state.version:
                raise ContextChanged
            agent = await self.store.get_agent(state.agent_key)
            system = await render_system(
                agent,
                state.conversation_id,
                now=self.clock.now(),
                messages_outside=state.evicted_count,
                field="conversation_id",
                tokenizer=self.tokenizer,
                tokenizer_name=tokenizer_of(state, self.tokenizer).name,
            )
            if dry_run:
                return system.text
            try:
                await self.store.put_system(state.key, system, state.system_version, expected_version or None)
            except ContextChanged:
                # Somebody else's text came first, perhaps from newer blocks than these: each round is one of those.
                continue
            return system.text
