"""A context read inside one unit of work, as far as a plan and a summarizer ask for it."""

from collections.abc import Callable, Iterator, Sequence
from typing import Any, TypeVar

from sqlalchemy import Connection, Integer, bindparam, func, literal_column, select, type_coerce

from compactd.domain.compactions import Compaction
from compactd.domain.context import ContextSums, Entry
from compactd.domain.keys import ConversationKey, ConversationRef
from compactd.domain.messages import Role, StoredMessage
from compactd.ports.contexts import ContextReading, ConversationState
from compactd.storage.contexts import (
    FIGURES,
    IN_CONTEXT,
    IN_CONVERSATION,
    context_bounds,
    entry_from,
    load_messages,
    select_between,
)
from compactd.storage.conversation_state import Head, parameters_of, read_head, require_conversation
from compactd.storage.statements import Statement
from compactd.storage.tables import MESSAGES
from compactd.storage.transcripts import load_transcript
from compactd.strategies.tail import TailEntry

T = TypeVar("T")

MOST_ENTRIES = 2_000
"""The most entries of a page of the tail."""

_M = MESSAGES.c

# As the drivers have it, a number or a truth value: converting each would cost as much as reading the row.
_LATE = type_coerce(_M.late, Integer)

_SUMS = Statement(
    select(
        func.count(),
        func.coalesce(func.sum(_M.token_count), 0),
        func.coalesce(func.sum(_M.call_count), 0),
        func.count().filter(_M.role == Role.TOOL.value),
        func.count().filter(_M.late),
        func.min(_M.tokenizer),
        func.max(_M.tokenizer),
    ).where(*IN_CONTEXT)
)
_FIRST = select(_M.position).where(*IN_CONTEXT).order_by(_M.position).limit(1).scalar_subquery()
_SUMMARY = bindparam("summary", type_=_M.position.type)
_HEADS = Statement(
    select(_M.position, _M.role, _LATE, _M.token_count, _M.tokenizer).where(
        IN_CONVERSATION, _M.position.in_([literal_column("0"), _SUMMARY, _FIRST])
    )
)
_TAIL = Statement(
    select(_M.position, _M.role, _M.token_count, _M.call_count, _M.answers_position, _LATE)
    .where(*IN_CONTEXT)
    .order_by(_M.position.desc())
    .limit(bindparam("count"))
)
_ENTRIES_BETWEEN = Statement(select_between(*FIGURES))


def read_context(
    connection: Connection, ref: ConversationRef, work: Callable[[ContextReading], T]
) -> tuple[T, ConversationKey, list[int]]:
    """What `work` returns, the conversation, and the positions of rows among those read that have to be filled in."""
    reading = SqlContextReading(connection, read_head(connection, ref, record=True))
    return work(reading), reading.state.key, reading.unfilled


def load_entries(connection: Connection, key: ConversationKey, first: int, last: int) -> list[Entry]:
    rows = _ENTRIES_BETWEEN.rows(connection, {**parameters_of(key), "first": first, "last": last})
    if not rows:
        require_conversation(connection, key)
    return [entry_from(row) for row in rows]


class SqlContextReading:
    """`ports.contexts.ContextReading` on a connection."""

    def __init__(self, connection: Connection, head: Head) -> None:
        self._connection = connection
        self._head = head
        self._bounds = context_bounds(head)
        self.unfilled: list[int] = []

    @property
    def state(self) -> ConversationState:
        return self._head.state

    @property
    def last_compaction(self) -> Compaction | None:
        return self._head.record

    def sums(self) -> ContextSums:
        state = self._head.state
        [(count, tokens, calls, results, late_results, least, greatest)] = _SUMS.rows(self._connection, self._bounds)
        heads = {row[0]: row[1:] for row in _HEADS.rows(self._connection, self._bounds)}
        system, summary = heads.pop(0), heads.pop(state.summary_position, None)
        [first, *_] = heads or [0]
        tokenizers = {row[-1] for row in (system, summary) if row is not None} | ({least, greatest} - {None})
        return ContextSums(
            system_tokens=system[2],
            tools_tokens=state.tools_tokens,
            summary_tokens=summary[2] if summary else 0,
            entry_count=count,
            entry_tokens=tokens,
            calls=calls,
            results=results,
            late_results=late_results,
            live_calls=self._head.live_calls,
            opening=summary is None and first > 0 and _needs_opening(heads[first]),
            first_position=first,
            last_position=state.last_position,
            tokenizer=tokenizers.pop() if len(tokenizers) == 1 else None,
        )

    def tail(self, count: int) -> Iterator[TailEntry]:
        """The entries from the last one backwards, `count` of them in the first page."""
        parameters: dict[str, Any] = {**self._bounds, "count": count}
        while True:
            page: list[Any] = _TAIL.rows(self._connection, parameters)
            yield from page
            if len(page) < parameters["count"]:
                return
            parameters |= {"end": page[-1][0], "count": min(2 * len(page), MOST_ENTRIES)}

    def transcript(self, first: int, last: int) -> str:
        return self._note(*load_transcript(self._connection, self._head.state.key, first, last))

    def messages(self, first: int, last: int) -> list[StoredMessage]:
        return self._note(*load_messages(self._connection, self._head.state.key, first, last))

    def _note(self, found: T, unfilled: Sequence[int]) -> T:
        self.unfilled += unfilled
        return found


def _needs_opening(figures: tuple[str, bool, int, str]) -> bool:
    """Whether a stand-in opens a view that begins with this message."""
    role, late, *_ = figures
    return role != Role.USER and not late
