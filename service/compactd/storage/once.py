"""An effect that happens once: the operation, with its reply, is written in the effect's transaction."""

from collections.abc import Callable
from contextlib import suppress
from typing import Generic, NamedTuple, TypeVar

from sqlalchemy import Connection

from compactd.domain.errors import RequestIdReused, StoreUnavailable
from compactd.domain.keys import ConversationRef
from compactd.domain.operations import Operation, Reply, Reused, next_step
from compactd.ports.operations import AlreadyDone, Once
from compactd.storage.conversation_state import resolve
from compactd.storage.database import Database
from compactd.storage.operations import TakenMeanwhile, insert_done, read_record

T = TypeVar("T")

ROUNDS = 10
"""How often a unit begins again because another one wrote the same operation first: the next time it finds it."""


class Subject(NamedTuple):
    """Whose effect it is: with the agent, or the conversation, the reply that is kept goes too."""

    agent_id: str
    conversation_id: str


class OnceUnit(Generic[T]):
    """A unit of work: `effect`, and the operation with it. `subject_of` what the effect returns."""

    def __init__(self, once: Once[T], effect: Callable[[Connection], T], subject_of: Callable[[T], Subject]) -> None:
        self._once = once
        self._effect = effect
        self._subject_of = subject_of
        self._reply = b""

    def work(self, connection: Connection) -> T | Reply:
        """The reply where the operation was done before; nothing is written then. It is returned, not raised: what is
        raised is told before others' writes are committed, whose reply it may be."""
        kept = kept_reply(connection, self._once.operation)
        if kept is not None:
            self._reply = kept.reply
            return kept
        result = self._effect(connection)
        self._reply = self._once.encode(result)
        insert_done(connection, self._once.operation, *self._subject_of(result), self._reply)
        return result

    def is_done(self, connection: Connection) -> bool:
        """Whether it was this unit that was committed. Waits for a transaction that may still write the operation."""
        try:
            insert_done(connection, self._once.operation, "", "", b"")
        except TakenMeanwhile:
            return kept_reply(connection, self._once.operation) == Reply(self._reply)
        return False


async def write_once(
    database: Database, once: Once[T] | None, effect: Callable[[Connection], T], subject_of: Callable[[T], Subject]
) -> T:
    """What the effect returns, committed; AlreadyDone where `once` says that it was before."""
    if once is None:
        return await database.write(effect)
    for _ in range(ROUNDS):
        unit = OnceUnit(once, effect, subject_of)
        with suppress(TakenMeanwhile):
            done = await database.write_surely(unit.work, unit.is_done, effect)
            if isinstance(done, Reply):
                raise AlreadyDone(done.reply)
            return done
    raise StoreUnavailable


def reply_or_absence(
    connection: Connection, operation: Operation, waited_for: int | None, of: ConversationRef | None
) -> Reply | None:
    """As OperationStore.find_reply says."""
    kept = kept_reply(connection, operation, waited_for)
    if kept is None and of is not None:
        # After the reply: what is still there now was there when the reply was looked for.
        resolve(connection, of)
    return kept


def kept_reply(connection: Connection, operation: Operation, waited_for: int | None = None) -> Reply | None:
    """None for what is not done; RequestIdReused for another request of this name."""
    match next_step(read_record(connection, operation.key), operation, waited_for):
        case Reply() as reply:
            return reply
        case Reused():
            raise RequestIdReused(request_id=operation.key.name)
        case _:
            return None
