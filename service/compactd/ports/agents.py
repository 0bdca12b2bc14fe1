"""Where agents are kept, with their memory blocks."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

from compactd.domain.agents import Agent
from compactd.domain.conversations import Conversation
from compactd.domain.erasures import Erasure
from compactd.domain.keys import AgentKey
from compactd.domain.paging import Page
from compactd.ports.contexts import SystemText
from compactd.ports.operations import Once
from compactd.ports.policies import StoredPolicy
from compactd.ports.quotas import Room

PolicyOf = Callable[[Agent], StoredPolicy | None]
"""The agent's own policy, with what that asks of Compact; None for an agent without one. Pure."""


def no_policy(_: Agent) -> StoredPolicy | None:
    """For agents that have none, and changes that leave it as it is."""
    return None


@dataclass(frozen=True, slots=True)
class AgentFilter:
    """`tags`: with any of them, or with all if `match_all_tags`. `query_text`: part of the name, case-insensitive."""

    name: str | None = None
    tags: Sequence[str] = ()
    match_all_tags: bool = False
    query_text: str | None = None
    order_by: str = "created_at"


class AgentStore(Protocol):
    """Agents, their memory blocks, and with each its default conversation."""

    async def create_agent(
        self,
        namespace: str,
        agent: Agent,
        default: Conversation,
        system: SystemText,
        once: Once[Agent] | None = None,
        room: Room | None = None,
        policy_of: PolicyOf = no_policy,
    ) -> Agent:
        """Stores the agent, its blocks, its own policy, and its default conversation, whose position 0 holds `system`.
        Returns the agent. QuotaExceeded if that message is more than there is `room` for."""

    async def get_agent(self, key: AgentKey) -> Agent:
        """The agent with its memory blocks, in their order."""

    async def list_agents(self, namespace: str, where: AgentFilter, page: Page) -> list[Agent]:
        """A page of the agents that pass the filter; InvalidField for an `order_by` that is none."""

    async def update_agent(
        self, key: AgentKey, change: Callable[[Agent], Agent], policy_of: PolicyOf = no_policy
    ) -> Agent:
        """Reads, applies `change` (pure; its errors pass through and nothing is written) and writes, in one
        transaction. Memory blocks are compared by label: new ones are added, missing ones removed. Where another
        `auto_compaction` comes of it, that is its own policy from then on; without one jobs of the policy that wait are
        cancelled."""

    async def delete_agent(self, key: AgentKey) -> Erasure:
        """Deletes the agent, its blocks, conversations, messages, system texts, records, kept replies, and its own
        policy."""
