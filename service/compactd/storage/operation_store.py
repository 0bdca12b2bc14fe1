"""Operations: their replies, and the claims of attempts at them."""

from contextlib import suppress

from sqlalchemy.exc import DBAPIError

from compactd.domain.errors import OutcomeUnknown, StoreUnavailable
from compactd.domain.keys import ConversationRef
from compactd.domain.operations import Fail, Operation, Reply, Reused, Wait
from compactd.ports.operations import Claim, Held, Renewed
from compactd.storage import claims, operations
from compactd.storage.once import ROUNDS, reply_or_absence
from compactd.storage.operations import TakenMeanwhile
from compactd.storage.store_base import StoreBase, changing_nothing


class SqlOperationStore(StoreBase):
    """Errors as of `SqlStore`."""

    async def find_reply(
        self, operation: Operation, waited_for: int | None = None, *, of: ConversationRef | None = None
    ) -> Reply | None:
        # A unit that writes is told no sooner than what it has read is durable.
        with changing_nothing():
            return await self._database.write(reply_or_absence, operation, waited_for, of)

    async def claim(
        self, ref: ConversationRef, operation: Operation, waited_for: int | None = None
    ) -> Claim | Held | Wait | Reply | Fail | Reused:
        for _ in range(ROUNDS):
            unit = claims.ClaimUnit(ref, operation, waited_for)
            with suppress(TakenMeanwhile), changing_nothing():
                return await self._database.write_surely(unit.work, unit.is_done, claims.claim, unsynced=True)
        raise StoreUnavailable

    async def renew(self, claim: Claim) -> Renewed:
        return await self._database.write_unsynced(claims.renew, claim)

    async def fail(self, claim: Claim, failure: bytes) -> None:
        with suppress(StoreUnavailable, OutcomeUnknown, DBAPIError):
            await self._database.write_unsynced(claims.fail, claim, failure)

    async def give_back(self, claim: Claim) -> None:
        with suppress(StoreUnavailable, OutcomeUnknown, DBAPIError):
            await self._database.write_unsynced(claims.give_back, claim)

    async def remove_expired(self) -> bool:
        with suppress(StoreUnavailable, OutcomeUnknown, DBAPIError):
            return await self._database.write_unsynced(operations.remove_expired)
        return False
