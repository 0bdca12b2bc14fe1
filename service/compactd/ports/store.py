"""Everything durable: the stores of the modules beside this one, and what all of them promise."""

from typing import Protocol

from compactd.ports.agents import AgentStore
from compactd.ports.compactions import CompactionStore
from compactd.ports.contexts import ContextStore
from compactd.ports.conversations import ConversationStore
from compactd.ports.erasures import ErasureStore
from compactd.ports.messages import MessageStore
from compactd.ports.operations import OperationStore
from compactd.ports.provider_limits import ProviderLimitStore
from compactd.ports.quotas import QuotaStore
from compactd.ports.search import SearchStore
from compactd.ports.token_ratios import TokenRatioStore


class Store(
    AgentStore,
    ConversationStore,
    ContextStore,
    MessageStore,
    SearchStore,
    CompactionStore,
    OperationStore,
    TokenRatioStore,
    QuotaStore,
    ProviderLimitStore,
    ErasureStore,
    Protocol,
):
    """Everything durable. Each method is one unit of work: all of it happens, or nothing does.

    Promised by every method of every store:
    - StoreUnavailable if the database cannot be used, and then nothing has changed; OutcomeUnknown if it was lost
      during a commit, which may have happened.
    - The first parameter holds a namespace, and nothing outside it exists: its ids are answered like unknown ones.
    - An AgentKey that names no agent is AgentNotFound, a ConversationKey that names no conversation
      ConversationNotFound; a ConversationRef is one or the other, by what it names.
    - A list is a page: ordered strictly, whole while others write, ended before PAGE_BYTES of stored bytes, with at
      least one item unless there is none. A cursor that is not in the listed collection is InvalidField naming `after`
      or `before`.
    """

    async def ping(self) -> None:
        """Returns if a trivial statement can be executed now."""

    async def close(self) -> None:
        """Lets the units at work end, and gives connections and threads back."""
