"""A context read inside one unit of work, as far as a plan and a summarizer ask for it."""

from collections.abc import Callable, Iterator, Sequence
from typing import Any, TypeVar

from sqlalchemy import Connection, Integer, bindparam, select, type_coerce

from compactd.domain.compactions import Compaction
from compactd.domain.context import ContextSums, Entry
from compactd.domain.keys import ConversationKey, ConversationRef
from compactd.ports.contexts import ContextReading, ConversationState, DigestSource, Mentions
from compactd.storage.context_sums import read_sums
from compactd.storage.contexts import (
    FIGURES,
    IN_CONTEXT,
    context_bounds,
    entry_from,
    select_between,
)
from compactd.storage.conversation_state import Head, parameters_of, read_head, require_conversation
from compactd.storage.digests import load_digests
from compactd.storage.evicted_text import load_transcript_and_mentions
from compactd.storage.mentions import load_mentions
from compactd.storage.statements import Statement
from compactd.storage.tables import MESSAGES
from compactd.strategies.tail import TailEntry

T = TypeVar("T")

FEWEST_ENTRIES, MOST_ENTRIES = 64, 2_000
"""How many entries the pages of the tail have that follow the first: each twice as many as the one before."""

_M = MESSAGES.c

# As the drivers have it, a number or a truth value: converting each would cost as much as reading the row.
_LATE = type_coerce(_M.late, Integer)

_TAIL = Statement(
    select(_M.position, _M.role, _M.token_count, _M.call_count, _M.answers_position, _LATE)
    .where(*IN_CONTEXT)
    .order_by(_M.position.desc())
    .limit(bindparam("count"))
)
_ENTRIES_BETWEEN = Statement(select_between(*FIGURES))
_IDS_BETWEEN = Statement(select_between(_M.position, _M.id))


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


def load_ids(connection: Connection, key: ConversationKey, first: int, last: int) -> dict[int, str]:
    rows = _IDS_BETWEEN.rows(connection, {**parameters_of(key), "first": first, "last": last})
    if not rows:
        require_conversation(connection, key)
    return dict(map(tuple, rows))


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
        return read_sums(self._connection, self._head)

    def tail(self, count: int) -> Iterator[TailEntry]:
        """The entries from the last one backwards, `count` of them in the first page."""
        parameters: dict[str, Any] = {**self._bounds, "count": count}
        following = FEWEST_ENTRIES
        while True:
            page: list[Any] = _TAIL.rows(self._connection, parameters)
            yield from page
            if len(page) < parameters["count"]:
                return
            parameters |= {"end": page[-1][0], "count": following}
            following = min(2 * following, MOST_ENTRIES)

    def transcript_and_mentions(self, first: int, last: int, kept: int) -> tuple[str, Mentions | None]:
        key = self._head.state.key
        transcript, mentions, unfilled = load_transcript_and_mentions(self._connection, key, first, last, kept)
        return self._note(transcript, unfilled), mentions

    def digests(self, first: int, last: int) -> list[DigestSource]:
        return self._note(*load_digests(self._connection, self._head.state.key, first, last))

    def mentions(self, first: int, last: int, kept: int) -> Mentions | None:
        return load_mentions(self._connection, self._head.state.key, first, last, kept)

    def _note(self, found: T, unfilled: Sequence[int]) -> T:
        self.unfilled += unfilled
        return found
