"""What a reader had to work out is kept for the next one, after it has its answer."""

import asyncio
from collections import deque
from collections.abc import Callable, Sequence
from typing import Any

import structlog
from sqlalchemy import Connection

from compactd.domain.errors import ConversationNotFound
from compactd.domain.keys import ConversationKey
from compactd.storage.database import Database

Keep = Callable[[Connection, ConversationKey, Sequence[Any]], None]
"""Stores something for some rows of a conversation."""

Prepare = Callable[[Connection, ConversationKey, Sequence[Any]], tuple[Sequence[Any], Sequence[Any]]]
"""Works out what is stored, in a unit of work that reads: of one row at least, the first; and gives those left over."""

ROWS_AT_ONCE = 500
"""So many rows are written by one unit of work, so that others get their turn."""

ROWS_WAITING = 20_000
"""What comes while more rows than that wait is left to the next reader."""


class Afterwork:
    """One unit of work after the other, of which nobody waits for any. Whatever it is about can be worked out again:
    where a unit fails it is logged, and the next reader tries anew."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._waiting: deque[tuple[Keep, ConversationKey, Sequence[Any], Prepare | None]] = deque()
        self._rows = 0
        self._is_closed = False
        self._task: asyncio.Task[None] | None = None

    def add(self, keep: Keep, key: ConversationKey, rows: Sequence[Any], prepare: Prepare | None = None) -> None:
        """Has it done soon, as far as there is room: what `prepare` makes of the rows is kept, if it is given."""
        taken = rows[: max(0, ROWS_WAITING - self._rows)]
        for start in range(0, len(taken), ROWS_AT_ONCE):
            part = taken[start : start + ROWS_AT_ONCE]
            self._waiting.append((keep, key, part, prepare))
            self._rows += len(part)
        if self._waiting and (self._task is None or self._task.done()):
            self._task = asyncio.create_task(self._go(), name="afterwork")

    async def done(self) -> None:
        """Returns when nothing waits and nothing is at work."""
        if self._task is not None:
            await self._task

    async def close(self) -> None:
        """Lets what has begun end, and leaves the rest."""
        self._is_closed = True
        self._waiting.clear()
        await self.done()

    async def _go(self) -> None:
        while self._waiting:
            keep, key, rows, prepare = self._waiting.popleft()
            self._rows -= len(rows)
            try:
                if prepare is not None:
                    rows, left = await self._database.read(prepare, key, rows)
                    if left and not self._is_closed:
                        self._waiting.appendleft((keep, key, left, prepare))
                        self._rows += len(left)
                if rows:
                    await self._database.write_unsynced(keep, key, rows)
            except ConversationNotFound:
                # Deleted meanwhile: there is no next reader.
                continue
            except Exception as error:  # noqa: BLE001 - whatever it is, nothing that anybody asked for has failed
                structlog.get_logger().warning("afterwork failed", work=keep.__name__, error=type(error).__name__)
