"""Agents and conversations: made, changed, listed, and deleted, by somebody or for their age."""

from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from functools import partial
from typing import TypeVar

from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError

from compactd.domain.agents import Agent
from compactd.domain.conversations import Conversation
from compactd.domain.erasures import Erasure
from compactd.domain.errors import OutcomeUnknown, StoreUnavailable
from compactd.domain.keys import AgentKey, ConversationKey
from compactd.domain.paging import Page
from compactd.ports.agents import AgentFilter, PolicyOf, no_policy
from compactd.ports.contexts import SystemText
from compactd.ports.conversations import ConversationFilter
from compactd.ports.erasures import IdlePage
from compactd.ports.operations import Once
from compactd.ports.quotas import Room
from compactd.storage import (
    agent_policies,
    agents,
    contexts,
    conversations,
    erasures,
    retention,
)
from compactd.storage.figures import Figures
from compactd.storage.once import Subject
from compactd.storage.store_base import StoreBase

Key = TypeVar("Key", AgentKey, ConversationKey)


class SqlResourceStore(StoreBase):
    """Errors as of `SqlStore`."""

    # What a process that was killed has deleted may be there still.
    _is_scrubbed = False

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
        effect = partial(
            _create_agent,
            namespace=namespace,
            agent=agent,
            default=default,
            system=system,
            room=room,
            policy_of=policy_of,
            figures=self._automation.figures,
        )
        return await self._once(once, effect, lambda agent: Subject(agent.id, agent.default_conversation_id))

    async def get_agent(self, key: AgentKey) -> Agent:
        return await self._database.read_once(agents.get_agent, key)

    async def list_agents(self, namespace: str, where: AgentFilter, page: Page) -> list[Agent]:
        return await self._database.read(agents.list_agents, namespace, where, page)

    async def update_agent(
        self, key: AgentKey, change: Callable[[Agent], Agent], policy_of: PolicyOf = no_policy
    ) -> Agent:
        return await self._database.write(_update_agent, key, change, policy_of, self._automation.figures)

    async def delete_agent(self, key: AgentKey) -> Erasure:
        return await self._erase(erasures.erase_agent, key)

    async def create_conversation(
        self,
        namespace: str,
        conversation: Conversation,
        system: SystemText,
        once: Once[Conversation] | None = None,
        room: Room | None = None,
    ) -> Conversation:
        effect = partial(
            conversations.create_conversation, namespace=namespace, conversation=conversation, system=system, room=room
        )
        return await self._once(once, effect, lambda created: Subject(created.agent_id, created.id))

    async def get_conversation(self, key: ConversationKey) -> tuple[Conversation, list[str]]:
        return await self._database.read(contexts.read_conversation, key)

    async def list_conversations(self, namespace: str, where: ConversationFilter, page: Page) -> list[Conversation]:
        return await self._database.read(conversations.list_conversations, namespace, where, page)

    async def update_conversation(
        self, key: ConversationKey, change: Callable[[Conversation], Conversation]
    ) -> Conversation:
        update = partial(conversations.update_conversation, key=key, change=change)
        return await self._database.write(self._refreshing(update, key))

    async def delete_conversation(self, key: ConversationKey) -> Erasure:
        return await self._erase(erasures.erase_conversation, key)

    async def next_namespace(self, after: str) -> str | None:
        return await self._database.read_once(retention.next_namespace, after)

    async def idle_conversations(
        self, namespace: str, before: datetime, after: tuple[datetime, str] | None
    ) -> IdlePage:
        return await self._database.read_once(retention.idle_conversations, namespace, before, after)

    async def expire_conversation(self, key: ConversationKey, before: datetime) -> Erasure | None:
        self._is_scrubbed = False
        return await self._database.write_unsynced(retention.expire_conversation, key, before)

    async def replace_default(
        self, key: ConversationKey, before: datetime, fresh: Conversation, system: SystemText
    ) -> Erasure | None:
        self._is_scrubbed = False
        return await self._database.write(retention.replace_default, key, before, fresh, system)

    async def remove_rest(self, erasure: Erasure | None) -> bool:
        with suppress(StoreUnavailable, OutcomeUnknown, DBAPIError):
            has_removed = await self._database.write_unsynced(erasures.remove_rest, erasure)
            self._is_scrubbed = self._is_scrubbed and not has_removed
            return has_removed
        return False

    async def scrub(self) -> bool:
        if not self._is_scrubbed:
            self._is_scrubbed = True
            self._is_scrubbed = await self._database.scrub()
        return self._is_scrubbed

    async def _erase(self, work: Callable[[Connection, Key], Erasure], key: Key) -> Erasure:
        try:
            return await self._database.write(work, key)
        finally:
            self._is_scrubbed = False


def _create_agent(
    connection: Connection,
    namespace: str,
    agent: Agent,
    default: Conversation,
    system: SystemText,
    room: Room | None,
    policy_of: PolicyOf,
    figures: Figures,
) -> Agent:
    agents.insert_agent(connection, namespace, agent)
    agent_policies.write_of_agent(connection, namespace, None, agent, policy_of, figures)
    conversations.insert_conversation(connection, namespace, default, system, room)
    return agent


def _update_agent(
    connection: Connection, key: AgentKey, change: Callable[[Agent], Agent], policy_of: PolicyOf, figures: Figures
) -> Agent:
    before: list[Agent] = []

    def noted(agent: Agent) -> Agent:
        before.append(agent)
        return change(agent)

    after = agents.update_agent(connection, key, noted)
    figures.follow_agent(connection, key, before[0], after)
    agent_policies.write_of_agent(connection, key.namespace, before[0], after, policy_of, figures)
    return after
