"""Planned compactions of a conversation in memory."""

from dataclasses import replace

from compactd.application.chosen_summarizer import ChosenSummarizer
from compactd.application.compaction_planner import PlannedCompaction
from compactd.application.context_window import Window
from compactd.domain.effective_settings import effective_settings
from compactd.domain.handles import ModelHandle
from compactd.domain.resource_settings import ResourceSettings
from compactd.domain.settings import CompactionMode, CompactionSettings
from compactd.ports.contexts import ConversationState
from compactd.ports.tokenizer import TokenizerName
from compactd.strategies.modes import MODES
from compactd.strategies.tail import sums_of
from tests.builders.stored_conversation import TOKENIZER, StoredConversation

MODEL = ModelHandle("openai", "gpt-test")


def planned_compaction(
    conversation: StoredConversation,
    mode: CompactionMode = CompactionMode.SLIDING_WINDOW,
    *,
    window: int = 128_000,
    handle: ModelHandle = MODEL,
    tokenizer: str = TOKENIZER,
    has_tools: bool = False,
) -> PlannedCompaction:
    """A plan that `handle` is to carry out, in a window of so many tokens."""
    settings = effective_settings([CompactionSettings(mode=mode)])
    row = MODES[mode]
    return PlannedCompaction(
        _state(conversation, has_tools=has_tools),
        sums_of(conversation.context),
        conversation.record,
        settings,
        ChosenSummarizer(handle, None, row.request_form),
        Window(window, estimate=False),
        TokenizerName(tokenizer, estimate=False),
        conversation.plan(row.cut, settings.keep_share, window),
    )


def state_of(agent: ResourceSettings, conversation: ResourceSettings) -> ConversationState:
    """The state of a conversation of which nothing matters but what is set for it."""
    return replace(_state(StoredConversation(), has_tools=False), agent=agent, conversation=conversation)


def _state(conversation: StoredConversation, *, has_tools: bool) -> ConversationState:
    return ConversationState(
        namespace="tests",
        agent_id="agent-1",
        conversation_id="conv-1",
        agent=ResourceSettings(model=str(MODEL)),
        conversation=ResourceSettings(),
        has_tools=has_tools,
        tools_tokens=conversation.tools_tokens,
        tools_tokenizer=TOKENIZER,
        context_version=1,
        system_version=1,
        context_start=conversation.start,
        summary_position=conversation.summary.position if conversation.summary else None,
        last_position=conversation.last_position,
        evicted_count=conversation.evicted_count,
    )
