"""Recompile against a store in which somebody else's text always comes first."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import cast

import pytest

from compactd.application.recompile import MAX_ROUNDS, Recompile
from compactd.domain.agents import Agent
from compactd.domain.errors import ContextChanged
from compactd.domain.keys import AgentKey, ConversationKey, ConversationRef
from compactd.domain.resource_settings import ResourceSettings
from compactd.ports.agents import AgentStore
from compactd.ports.contexts import ContextStore, ConversationState, PutSystem, SystemText
from compactd.ports.operations import Once
from compactd.tokenizers.counter import TiktokenTokenizer

KEY = ConversationKey("tests", "conv-1")
NOW = datetime(2026, 1, 1, tzinfo=UTC)


class FixedClock:
    def now(self) -> datetime:
        return NOW


@dataclass
class BusyContexts:
    """Another text is put first so many times; `version` counts the texts."""

    others: int
    version: int = 1
    rounds: int = 0

    async def state(self, ref: ConversationRef) -> ConversationState:
        self.rounds += 1
        return ConversationState(
            namespace=KEY.namespace,
            agent_id="agent-1",
            conversation_id=KEY.conversation_id,
            agent=ResourceSettings(),
            conversation=ResourceSettings(),
            has_tools=False,
            tools_tokens=0,
            tools_tokenizer="",
            context_version=0,
            system_version=self.version,
            context_start=1,
            summary_position=None,
            last_position=0,
            evicted_count=0,
        )

    async def put_system(
        self,
        key: ConversationKey,
        system: SystemText,
        planned_version: int,
        expected_version: str | None,
        once: Once[PutSystem] | None,
    ) -> PutSystem:
        if self.others:
            self.others -= 1
            self.version += 1
            raise ContextChanged
        assert planned_version == self.version
        assert once is None
        return PutSystem("agent-1", key.conversation_id, system.text, f"0.{planned_version + 1}")


class OneAgent:
    async def get_agent(self, key: AgentKey) -> Agent:
        return Agent(
            id="agent-1", default_conversation_id="conv-1", name="Ada", system="Hello.", created_at=NOW, updated_at=NOW
        )


def recompile(contexts: BusyContexts, tokenizer: TiktokenTokenizer) -> Recompile:
    return Recompile(cast("AgentStore", OneAgent()), cast("ContextStore", contexts), tokenizer, FixedClock())


async def test_another_text_that_came_first_is_planned_upon(tokenizer: TiktokenTokenizer) -> None:
    contexts = BusyContexts(others=MAX_ROUNDS - 1)
    assert (await recompile(contexts, tokenizer)(KEY)).startswith("Hello.")
    assert contexts.rounds == MAX_ROUNDS


async def test_it_gives_up_after_ten_rounds(tokenizer: TiktokenTokenizer) -> None:
    contexts = BusyContexts(others=MAX_ROUNDS)
    with pytest.raises(ContextChanged):
        await recompile(contexts, tokenizer)(KEY)
    assert contexts.rounds == MAX_ROUNDS == 10


async def test_an_expected_version_that_was_overtaken_is_not_tried_again(tokenizer: TiktokenTokenizer) -> None:
    contexts = BusyContexts(others=1)
    with pytest.raises(ContextChanged):
        await recompile(contexts, tokenizer)(KEY, expected_version="0.1")
    assert contexts.rounds == 2
