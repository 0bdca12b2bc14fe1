"""Where it is kept which requests have been done, and who is at work on a conversation."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar

from compactd.domain.keys import ConversationKey, ConversationRef
from compactd.domain.operations import Fail, Operation, Reply, Reused, Wait
from compactd.domain.value_class import value

T_contra = TypeVar("T_contra", contravariant=True)
Other = TypeVar("Other")

LEASE_SECONDS = 15.0
"""How long a lease holds after it was taken or renewed: so long nobody takes over from a process that was killed."""

WANTED_SECONDS = 3.0
"""For how long an operation is wanted by who was told to wait for it: they ask again within a second."""


@dataclass(frozen=True, slots=True)
class Once(Generic[T_contra]):
    """Has an effect happen once: the operation is written with it, in one transaction. `encode` makes the reply that is
    kept of what the method returns; it is pure, takes little time, and may run twice."""

    operation: Operation
    encode: Callable[[T_contra], bytes]

    def after(self, convert: Callable[[Other], T_contra]) -> "Once[Other]":
        """The same for a method that returns what `convert` takes."""
        encode = self.encode
        return Once(self.operation, lambda value: encode(convert(value)))


class AlreadyDone(Exception):
    """The operation was done before: nothing was changed, and this is the reply that was kept."""

    def __init__(self, reply: bytes) -> None:
        super().__init__()
        self.reply = reply


@value
class Claim:
    """An attempt at an operation, and the lease of its conversation. `token` grows with each lease: what is committed
    under an older one does not hold. `context_version` was in force when the lease was taken."""

    conversation: ConversationKey
    operation: Operation
    attempt: int
    token: int
    context_version: int


@dataclass(frozen=True, slots=True)
class Claimed(Generic[T_contra]):
    """Has a commit end its attempt: the lease is given back, and the reply kept that `encode` makes of what the method
    returns (as in Once)."""

    claim: Claim
    encode: Callable[[T_contra], bytes]

    def after(self, convert: Callable[[Other], T_contra]) -> "Claimed[Other]":
        """The same for a method that returns what `convert` takes."""
        encode = self.encode
        return Claimed(self.claim, lambda value: encode(convert(value)))


@value
class Renewed:
    """For how many seconds callers elsewhere want the operation, 0 or less if none do; and whether anybody there
    watches it."""

    wanted_seconds: float
    is_watched: bool


@value
class Held:
    """Another operation has the lease of this conversation; at the one that asks for it there were so many attempts."""

    conversation: ConversationKey
    attempts: int = 0


class OperationStore(Protocol):
    """Operations, and leases of conversations. Every time is one of the database's clock."""

    async def find_reply(
        self, operation: Operation, waited_for: int | None = None, *, of: ConversationRef | None = None
    ) -> Reply | None:
        """The reply that is kept for such a call (`next_step`), None without one; RequestIdReused for one to another
        request. Where the operation is one `of` a conversation, None says that there never was one, and
        ConversationNotFound or AgentNotFound that it may have gone with the conversation. What is answered is
        durable."""

    async def claim(
        self, ref: ConversationRef, operation: Operation, waited_for: int | None = None
    ) -> Claim | Held | Wait | Reply | Fail | Reused:
        """Takes the conversation's lease for the next attempt, unless `next_step` says otherwise or somebody else has
        it. Where it says to wait, the operation is wanted for WANTED_SECONDS from now. What is answered is durable.
        ContextChanged if it is of a job that is its runner's no longer."""

    async def renew(self, claim: Claim) -> Renewed:
        """Makes the lease hold for LEASE_SECONDS from now; returns who wants the operation. ConversationNotFound if it
        is gone; ContextChanged if the lease was lost, or another `context_version` is in force; AlreadyDone if it was
        the claim's own commit that ended both."""

    async def fail(self, claim: Claim, failure: bytes) -> None:
        """Keeps why the attempt failed, and gives its lease back. A lease that is not the attempt's any more is left
        alone; one that cannot be given back ends by itself: nothing fails for it."""

    async def give_back(self, claim: Claim) -> None:
        """As `fail`, for an attempt that ended without an outcome: whoever waits for it begins the next one."""

    async def remove_expired(self) -> bool:
        """Removes operations whose time is over, some hundreds at a time; whether there may be more of them. A database
        that does not answer makes nothing fail."""
