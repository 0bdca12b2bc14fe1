"""How what is deleted leaves the database, down to its last byte; and what has been kept for long enough."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from compactd.domain.conversations import Conversation
from compactd.domain.erasures import Erasure
from compactd.domain.keys import ConversationKey
from compactd.domain.value_class import value
from compactd.ports.contexts import SystemText


@value
class IdleConversation:
    """One that had its last message long ago."""

    conversation_id: str
    agent_id: str
    is_default: bool


@value
class IdlePage:
    """What is idle among some conversations; `after` is where the next page begins, None after the last one."""

    idle: Sequence[IdleConversation]
    after: tuple[datetime, str] | None


class ErasureStore(Protocol):
    """Deleting begins with `delete_agent` and `delete_conversation` of the other stores. After those nothing of it can
    be read by anybody; what follows is about rows that are nobody's.

    Idle is a conversation that has had no message since `before`, a default one only if it has had any at all."""

    async def remove_rest(self, erasure: Erasure | None) -> bool:
        """Removes some of the rows that the erasure has left, or that any has; whether there are more. False also
        where the database is away, or another process is at them: a later call finds what is left."""

    async def scrub(self) -> bool:
        """Removes from the database's own log what this process has deleted, as far as the database lets it: True if
        nothing is left to do, False if others were in the way and it is to be tried again."""

    async def next_namespace(self, after: str) -> str | None:
        """The first namespace with conversations whose name is greater; None if there is none."""

    async def idle_conversations(
        self, namespace: str, before: datetime, after: tuple[datetime, str] | None
    ) -> IdlePage:
        """Looks at some conversations, from `after` on."""

    async def expire_conversation(self, key: ConversationKey, before: datetime) -> Erasure | None:
        """Deletes it if it is idle still, no default one, and no compaction runs; else None. A power cut may undo
        it."""

    async def replace_default(
        self, key: ConversationKey, before: datetime, fresh: Conversation, system: SystemText
    ) -> Erasure | None:
        """Deletes a default conversation, likewise, and gives its agent the fresh one for it."""
