"""A conversation as the store keeps it, in memory: positions, answers, a context that compactions move."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime

from compactd.domain.calls import OpenCall, match_calls
from compactd.domain.compactions import Compaction, CompactionKind, SummaryPart
from compactd.domain.context import Context, Entry, entry_tokens
from compactd.domain.messages import ChatMessage, Role, StoredMessage
from compactd.domain.settings import CompactionMode
from compactd.strategies.chunks import RenderedMessage
from compactd.strategies.cut import Plan, make_plan
from compactd.strategies.modes import Cut
from compactd.strategies.tail import sums_of, tail_of
from tests.builders.rendering import render, tool_names

AT = datetime(2026, 1, 1, tzinfo=UTC)
TOKENIZER = "o200k_base"


class StoredConversation:
    """Appends, with repairs, and compactions as a store does them: messages begin at 1, a summary takes the next
    position."""

    def __init__(self, system: str = "You help.", system_tokens: int = 50, tools_tokens: int = 30) -> None:
        self.tools_tokens = tools_tokens
        self.system = stored(0, ChatMessage(Role.SYSTEM, system), system_tokens)
        self.messages: dict[int, StoredMessage] = {}
        self.entries: dict[int, Entry] = {}
        self.summary: StoredMessage | None = None
        self.start = 1
        self.last_position = 0
        self.record: Compaction | None = None
        self._next_position = 1
        self._open: Sequence[OpenCall] = ()

    def append(self, messages: Sequence[ChatMessage], counts: Sequence[int]) -> None:
        answers, self._open = match_calls(messages, self._next_position, self._open, repair=True)
        for message, count, answer in zip(messages, counts, answers, strict=True):
            position = self._next_position
            tokens = entry_tokens(message.role, count)
            self.messages[position] = stored(position, message, tokens)
            self.entries[position] = Entry(
                position,
                f"message-{position}",
                message.role,
                tokens,
                TOKENIZER,
                call_count=len(message.tool_calls),
                answers_position=answer.position if answer else None,
                answers_index=answer.index if answer else None,
                late_tool=answer.tool if answer and answer.late else None,
            )
            self.last_position = position
            self._next_position += 1

    @property
    def context(self) -> Context:
        return Context(
            start=self.start,
            system=_entry(self.system),
            summary=_entry(self.summary) if self.summary else None,
            entries=tuple(entry for position, entry in self.entries.items() if position >= self.start),
            tools_tokens=self.tools_tokens,
            last_position=self.last_position,
        )

    @property
    def bodies(self) -> list[StoredMessage]:
        shown = [stored for position, stored in self.messages.items() if position >= self.start]
        return [self.system, *([self.summary] if self.summary else []), *shown]

    @property
    def evicted_count(self) -> int:
        return sum(position < self.start for position in self.messages)

    def plan(self, cut: Cut, keep_share: float, window: int) -> Plan:
        """The plan for the context as it is now. Raises what make_plan raises."""
        context = self.context
        last_cut = self.record.last_cut if self.record else None
        return make_plan(sums_of(context), tail_of(context), cut, keep_share, window, last_cut)

    def between(self, first: int, last: int) -> list[StoredMessage]:
        everything = {0: self.system, **self.messages}
        return [message for position, message in everything.items() if first <= position <= last]

    def entries_between(self, first: int, last: int) -> list[Entry]:
        return [entry for position, entry in self.entries.items() if first <= position <= last]

    def rendered(self, first: int, last: int) -> list[RenderedMessage]:
        entries, messages = self.entries_between(first, last), self.between(first, last)
        tools = tool_names(messages) | {entry.position: entry.late_tool for entry in entries if entry.late_tool}
        return [
            RenderedMessage(entry, render(stored.message, tools.get(entry.position, "")))
            for entry, stored in zip(entries, messages, strict=True)
        ]

    def commit(self, plan: Plan, mode: CompactionMode, keep_share: float, text: str, tokens: int) -> None:
        """Puts a summary in the place of what the plan evicts."""
        part = SummaryPart(plan.first_evicted, plan.last_evicted, tokens, text, source_tokens=plan.evicted_tokens)
        self.commit_record(record_of(plan, mode, keep_share, (part,), self.last_position, self.record), text, tokens)

    def commit_record(self, record: Compaction, text: str, tokens: int) -> Compaction:
        self.start = record.context_start
        self.record = replace(record, summary_position=self._next_position)
        self.summary = stored(self._next_position, ChatMessage(Role.SUMMARY, text), tokens)
        self._next_position += 1
        return self.record


def stored(position: int, message: ChatMessage, tokens: int) -> StoredMessage:
    return StoredMessage(f"message-{position}", position, tokens, AT, message)


def record_of(
    plan: Plan,
    mode: CompactionMode,
    keep_share: float,
    parts: tuple[SummaryPart, ...],
    last_seen: int,
    parent: Compaction | None,
) -> Compaction:
    return Compaction(
        id=f"compaction-{plan.new_start}",
        conversation_id="conv-1",
        created_at=AT,
        kind=CompactionKind.COMPACTION,
        parent_id=parent.id if parent else None,
        mode=mode.value,
        request_form=None,
        method=None,
        degraded_reason="",
        settings={"sliding_window_percentage": keep_share},
        unused_settings=(),
        model="",
        prompt_sha256="",
        parts=parts,
        last_seen_position=last_seen,
        first_evicted_position=plan.first_evicted,
        last_evicted_position=plan.last_evicted,
        evicted_count=plan.evicted_count,
        tokens_before=plan.tokens_before,
        tokens_after=0,
        tokenizer=TOKENIZER,
        context_start=plan.new_start,
    )


def _entry(message: StoredMessage) -> Entry:
    return Entry(message.position, message.id, message.message.role, message.token_count, TOKENIZER)
