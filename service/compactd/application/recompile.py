"""Recompile: the system prompt rendered again from the agent's template and the memory blocks of now."""

from dataclasses import dataclass

from compactd.application.counting import tokenizer_in_force
from compactd.application.ports import Clock, ConversationRef, Store, Tokenizer
from compactd.application.system_text import make_system
from compactd.domain.errors import ContextChanged


@dataclass(frozen=True, slots=True)
class Recompile:
    """Renders and, unless it is a dry run, stores the system message of a conversation."""

    store: Store
    tokenizer: Tokenizer
    clock: Clock

    async def __call__(
        self, namespace: str, ref: ConversationRef, *, dry_run: bool = False, expected_version: str = ""
    ) -> str:
        """The compiled prompt. ContextChanged if `expected_version` is given and not in force; InvalidField for a
        prompt larger than a system message may be."""
        while True:
            head = await self.store.head(namespace, ref)
            if expected_version and expected_version != head.version:
                raise ContextChanged
            agent = await self.store.get_agent(namespace, head.agent_id)
            system = await make_system(
                agent,
                head.conversation_id,
                now=self.clock.now(),
                messages_outside=head.evicted_count,
                field="conversation_id",
                tokenizer=self.tokenizer,
                tokenizer_name=tokenizer_in_force(head, self.tokenizer).name,
            )
            if dry_run:
                return system.text
            try:
                await self.store.put_system(
                    namespace, head.conversation_id, system, head.system_version, expected_version or None
                )
            except ContextChanged:
                # Somebody else's text came first, perhaps from newer blocks than these: each round is one of those.
                continue
            return system.text
