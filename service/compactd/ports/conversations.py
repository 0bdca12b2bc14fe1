"""Where conversations are kept, as resources with a title and settings."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from compactd.domain.conversations import Conversation
from compactd.domain.erasures import Erasure
from compactd.domain.keys import ConversationKey
from compactd.domain.paging import Page
from compactd.ports.contexts import SystemText
from compactd.ports.operations import Once
from compactd.ports.quotas import Room


@dataclass(frozen=True, slots=True)
class ConversationFilter:
    """`summary_search`: part of the title, case-insensitive. `order_by`: created_at, updated_at, last_message_at."""

    agent_id: str | None = None
    summary_search: str | None = None
    order_by: str = "created_at"


class ConversationStore(Protocol):
    """Conversations as resources; what is in them is in contexts and messages."""

    async def create_conversation(
        self,
        namespace: str,
        conversation: Conversation,
        system: SystemText,
        once: Once[Conversation] | None = None,
        room: Room | None = None,
    ) -> Conversation:
        """Stores the conversation, whose position 0 holds `system`, and returns it. AgentNotFound if the agent is gone
        by then; QuotaExceeded if the message is more than there is `room` for."""

    async def get_conversation(self, key: ConversationKey) -> tuple[Conversation, list[str]]:
        """The conversation and the ids of its in-context messages: system, summary, entries, in order."""

    async def list_conversations(self, namespace: str, where: ConversationFilter, page: Page) -> list[Conversation]:
        """A page of conversations that pass the filter, no default ones; InvalidField for an `order_by` that is
        none."""

    async def update_conversation(
        self, key: ConversationKey, change: Callable[[Conversation], Conversation]
    ) -> Conversation:
        """Reads, applies `change` (pure; its errors pass through and nothing is written) and writes, in one
        transaction. Its context stays as it is."""

    async def delete_conversation(self, key: ConversationKey) -> Erasure:
        """Deletes the conversation with all that is in it. DefaultConversation if it is its agent's default one."""
