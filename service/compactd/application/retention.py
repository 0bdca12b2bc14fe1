"""Retention: conversations without a new message for as long as their namespace keeps them are deleted."""

import asyncio
from datetime import datetime, timedelta

import structlog

from compactd.application.erase import remove_rest
from compactd.application.system_message import render_system
from compactd.domain.conversations import Conversation
from compactd.domain.erasures import Erasure, ErasureReason
from compactd.domain.error_shape import CompactdError
from compactd.domain.errors import AgentNotFound
from compactd.domain.handles import ModelHandle
from compactd.domain.ids import new_id
from compactd.domain.keys import AgentKey, ConversationKey
from compactd.ports.clock import Clock
from compactd.ports.erasures import IdleConversation
from compactd.ports.namespaces import RetentionRules
from compactd.ports.observer import Observer
from compactd.ports.store import Store
from compactd.ports.tokenizer import Tokenizer

REST_SECONDS = 0.05
"""How long others have the database between one of them, or one page of a namespace, and the next."""


class Retention:
    """Beside everything else: whatever is written meanwhile stays."""

    def __init__(
        self, store: Store, rules: RetentionRules, tokenizer: Tokenizer, clock: Clock, observer: Observer
    ) -> None:
        self._store = store
        self._rules = rules
        self._tokenizer = tokenizer
        self._clock = clock
        self._observer = observer

    @property
    def is_wanted(self) -> bool:
        """Whether any namespace has one, as far as this process is told."""
        return not self._rules.keeps_all

    async def apply(self) -> None:
        """One round over all namespaces that have a retention."""
        namespace: str | None = ""
        while self.is_wanted and namespace is not None:
            namespace = await self._store.next_namespace(namespace)
            days = None if namespace is None else self._rules.of(namespace).retention_days
            if namespace is not None and days is not None:
                await self._apply_to(namespace, self._clock.now() - timedelta(days=days))

    async def _apply_to(self, namespace: str, before: datetime) -> None:
        after: tuple[datetime, str] | None = None
        while True:
            page = await self._store.idle_conversations(namespace, before, after)
            for idle in page.idle:
                erasure = await self._expire(namespace, idle, before)
                if erasure is not None:
                    self._observer.erased(erasure, ErasureReason.RETENTION, "")
                    if erasure.has_rest:
                        await remove_rest(self._store, erasure)
                await asyncio.sleep(REST_SECONDS)
            after = page.after
            if after is None:
                return
            await asyncio.sleep(REST_SECONDS)

    async def _expire(self, namespace: str, idle: IdleConversation, before: datetime) -> Erasure | None:
        key = ConversationKey(namespace, idle.conversation_id)
        if not idle.is_default:
            return await self._store.expire_conversation(key, before)
        now, conversation_id = self._clock.now(), new_id("conv")
        try:
            agent = await self._store.get_agent(AgentKey(namespace, idle.agent_id))
            name = self._tokenizer.for_model(ModelHandle.parse(agent.model) if agent.model else None).name
            system = await render_system(
                agent, conversation_id, now=now, field="agent_id", tokenizer=self._tokenizer, tokenizer_name=name
            )
        except AgentNotFound:
            return None
        except CompactdError as error:
            # Its prompt has become too long to be rendered: the conversation stays until that is repaired.
            structlog.get_logger().warning("retention failed", error=type(error).__name__)
            return None
        fresh = Conversation(id=conversation_id, agent_id=agent.id, is_default=True, created_at=now, updated_at=now)
        return await self._store.replace_default(key, before, fresh, system)
