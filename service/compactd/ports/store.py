"""Everything durable, by role in the modules beside this one."""

from typing import Protocol

from compactd.ports.agents import AgentStore
from compactd.ports.compactions import CompactionStore
from compactd.ports.contexts import ContextStore
from compactd.ports.conversations import ConversationStore
from compactd.ports.messages import MessageStore


class Store(AgentStore, ConversationStore, ContextStore, MessageStore, CompactionStore, Protocol):
    """Everything durable. Each method is one unit of work: one transaction, one hop to a thread.

    Every method raises StoreUnavailable when the database cannot be reached. Methods that take a namespace see
    nothing of another one: what is there counts as missing (AgentNotFound, ConversationNotFound, …).
    Resolving a ConversationRef raises AgentNotFound if it names a missing agent, else ConversationNotFound.
    A cursor id of a Page that is unknown in the listed collection raises InvalidField naming `after` or `before`.
    Lists end before PAGE_BYTES (of stored bytes) with at least one item.
    """

    async def ping(self) -> None:
        """Returns if a trivial statement can be executed now."""

    async def close(self) -> None: ...
