"""What the stores of one database share: how a unit of work has its effect once, and what is done beside it."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial, wraps
from typing import TypeVar

from sqlalchemy import Connection

from compactd.domain.errors import OutcomeUnknown, StoreUnavailable
from compactd.domain.keys import ConversationKey
from compactd.ports.operations import Once
from compactd.storage import filled_rows
from compactd.storage.afterwork import Afterwork
from compactd.storage.automation import Automation
from compactd.storage.database import Database
from compactd.storage.once import Subject, write_once

T = TypeVar("T")


@contextmanager
def changing_nothing() -> Iterator[None]:
    """Of a unit that changes nothing that callers could see: whether it was committed is nothing to tell them."""
    try:
        yield
    except OutcomeUnknown as unknown:
        raise StoreUnavailable from unknown


class StoreBase:
    """`automation` is what an append does beside appending."""

    def __init__(self, database: Database, automation: Automation) -> None:
        self._database = database
        self._automation = automation
        self._afterwork = Afterwork(database)

    async def _once(
        self, once: Once[T] | None, effect: Callable[[Connection], T], subject_of: Callable[[T], Subject]
    ) -> T:
        return await write_once(self._database, once, effect, subject_of)

    def _refreshing(self, work: "partial[T]", key: ConversationKey) -> Callable[[Connection], T]:
        """The work, and the figure of the conversation anew after it."""

        @wraps(work.func)
        def refreshing(connection: Connection) -> T:
            done = work(connection)
            self._automation.figures.refresh(connection, key)
            return done

        return refreshing

    def _fill_in(self, key: ConversationKey, unfilled: Sequence[int]) -> None:
        """Spares the next readers what this one had to work out: of some rows, whose readers will be many."""
        some = unfilled[: filled_rows.FILLED_AT_ONCE]
        self._afterwork.add(filled_rows.fill_in, key, some, filled_rows.render_rows)
