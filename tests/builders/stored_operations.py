"""Operations and claims that tests of the store put into it."""

import asyncio
import hashlib
from uuid import uuid4

from sqlalchemy import Connection, func, insert, select, update

from compactd.domain.compactions import Compaction
from compactd.domain.keys import ConversationRef
from compactd.domain.operations import JobToken, Operation, OperationKey
from compactd.ports.operations import Claim, Claimed, Once
from compactd.ports.store import Store
from compactd.storage.database_clock import NOW
from compactd.storage.store import SqlStore
from compactd.storage.tables import CONVERSATIONS, OPERATIONS
from tests.builders.stored_values import NAMESPACE, commit_of


def operation(
    name: str = "",
    request: str = "a request",
    *,
    is_named: bool = True,
    is_repeat: bool = False,
    namespace: str = NAMESPACE,
    job: JobToken | None = None,
) -> Operation:
    """One of a name of its own, unless it is given."""
    fingerprint = hashlib.sha256(request.encode()).digest()
    return Operation(OperationKey(namespace, name or str(uuid4())), fingerprint, is_named, is_repeat, job)


def once(of: Operation) -> Once[object]:
    """Keeps the name of the class of what is returned, with the operation's name."""
    return Once(of, lambda value: f"{type(value).__name__} {of.key.name}".encode())


async def claimed(store: Store, ref: ConversationRef, of: Operation, waited_for: int | None = None) -> Claim:
    """A claim that has to be granted."""
    claim = await store.claim(ref, of, waited_for)
    assert isinstance(claim, Claim), claim
    return claim


async def commit_claimed(store: Store, claim: Claim) -> Compaction:
    """A compaction under the claim, of a conversation of five messages."""
    ref = claim.conversation
    commit = commit_of(await store.state(ref), 4, [1, 2, 3])
    return await store.commit_compaction(ref, commit, Claimed(claim, lambda record: record.id.encode()))


async def end_leases(store: SqlStore, conversation_id: str) -> None:
    """Has time pass until the conversation's lease is over."""
    ended = update(CONVERSATIONS).where(CONVERSATIONS.c.id == conversation_id).values(lease_until=1.0)
    await store._database.write(lambda connection: connection.execute(ended))


async def shift_lease(store: SqlStore, conversation_id: str, seconds: float) -> None:
    """As if the clock had been so far ahead when the lease was taken."""
    until = CONVERSATIONS.c.lease_until + seconds
    shifted = update(CONVERSATIONS).where(CONVERSATIONS.c.id == conversation_id).values(lease_until=until)
    await store._database.write(lambda connection: connection.execute(shifted))


async def lease_seconds_left(store: SqlStore, conversation_id: str) -> float:
    """Until the conversation's lease is over, by the database's clock."""
    left = select(CONVERSATIONS.c.lease_until - NOW).where(CONVERSATIONS.c.id == conversation_id)
    return float(await store._database.read(lambda connection: connection.execute(left).scalar_one()))


async def wanted_elsewhere(store: SqlStore, conversation_id: str) -> None:
    """Returns once another process has said that it waits for an operation on the conversation."""
    wanted = select(func.max(OPERATIONS.c.wanted_until)).where(OPERATIONS.c.conversation_id == conversation_id)
    async with asyncio.timeout(30):
        # The database tells nobody of it.
        while not await store._database.read(lambda connection: connection.execute(wanted).scalar()):  # noqa: ASYNC110
            await asyncio.sleep(0.01)


async def expire(store: SqlStore, of: Operation) -> None:
    """Has time pass until the operation is kept no longer."""
    expired = update(OPERATIONS).where(OPERATIONS.c.name == of.key.name).values(expires_at=1.0)
    await store._database.write(lambda connection: connection.execute(expired))


async def pass_time(store: SqlStore, of: Operation, seconds: float) -> None:
    """As if so many seconds had passed for the operation."""
    until = OPERATIONS.c.expires_at - seconds
    shifted = update(OPERATIONS).where(OPERATIONS.c.name == of.key.name).values(expires_at=until)
    await store._database.write(lambda connection: connection.execute(shifted))


async def expire_copies(store: SqlStore, of: Operation, count: int) -> None:
    """Puts so many operations beside it whose time is over."""
    row = select(OPERATIONS).where(OPERATIONS.c.name == of.key.name)
    others = [str(uuid4()) for _ in range(count)]

    def write(connection: Connection) -> None:
        copied = connection.execute(row).mappings().one()
        connection.execute(insert(OPERATIONS), [{**copied, "name": name, "expires_at": 1.0} for name in others])

    await store._database.write(write)


async def count_operations(store: SqlStore) -> int:
    """How many are kept."""
    counted = select(func.count()).select_from(OPERATIONS)
    return await store._database.read(lambda connection: connection.execute(counted).scalar_one())
