"""Recompile: the system prompt rendered again from the agent's template and the memory blocks of now."""

from dataclasses import dataclass

from compactd.application.counting import tokenizer_in_force
from compactd.application.ports import Clock, ConversationRef, Store, SystemText, Tokenizer
from compactd.domain.errors import ContextChanged
from compactd.domain.messages import ChatMessage, Role
from compactd.domain.system_prompt import render_system_prompt


@dataclass(frozen=True, slots=True)
class Recompile:
    """Renders and, unless it is a dry run, stores the system message of a conversation."""

    store: Store
    tokenizer: Tokenizer
    clock: Clock

    async def __call__(
        self, namespace: str, ref: ConversationRef, *, dry_run: bool = False, expected_version: str = ""
    ) -> str:
        """The compiled prompt. ContextChanged if `expected_version` is given and not in force."""
        head = await self.store.head(namespace, ref)
        if expected_version and expected_version != head.version:
            raise ContextChanged
        prompt = render_system_prompt(
            head.agent.system,
            head.agent.memory_blocks,
            agent_id=head.agent.id,
            conversation_id=head.conversation.id,
            now=self.clock.now(),
            messages_outside=head.evicted_count,
        )
        if not dry_run:
            name = tokenizer_in_force(head, self.tokenizer).name
            text = await count_system(prompt, name, self.tokenizer)
            await self.store.put_system(namespace, head.conversation.id, text, expected_version or None)
        return prompt


async def count_system(prompt: str, name: str, tokenizer: Tokenizer) -> SystemText:
    """A system prompt as the store takes it."""
    [tokens] = await tokenizer.count_messages([ChatMessage(Role.SYSTEM, prompt)], name)
    return SystemText(prompt, tokens, name)
