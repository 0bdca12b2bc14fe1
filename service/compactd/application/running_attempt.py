"""An attempt of this process at an operation: the work belongs to it, and calls wait for it."""

import asyncio
import random
import time
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Protocol

import structlog

from compactd.application.deadline import Deadline
from compactd.domain.error_shape import CompactdError
from compactd.domain.errors import (
    BrokenOff,
    ContextChanged,
    Draining,
    OutcomeUnknown,
    RequestIdReused,
    StoreUnavailable,
)
from compactd.domain.keys import ConversationKey, ConversationRef
from compactd.domain.operations import Fail, Operation, Reply, Reused, Wait
from compactd.domain.value_class import value
from compactd.ports.operations import AlreadyDone, Claim, Held, OperationStore
from compactd.ports.trace import Span, TraceContext, Tracer

RENEW_SECONDS = 5.0
"""How often a lease is renewed: two renewals may fail before it ends."""

UNATTENDED_SECONDS = 1.0
"""The same while nobody waits in this process: whether somebody elsewhere does is learned with it."""

FIRST_LOOK_SECONDS, LONGEST_LOOK_SECONDS = 0.05, 1.0
"""After how long an attempt that has to wait looks again; each time it waits twice as long."""

Work = Callable[[Claim, Deadline], Awaitable[bytes]]
"""What an attempt does once it has the lease: commits, with its claim, and returns the reply."""


@value
class Waiter:
    """A call that waits: until `deadline` on the monotonic clock, if it has one. `comes_back` says that its client
    repeats it by itself where the connection ends."""

    deadline: float | None = None
    comes_back: bool = False


class AttemptFailed(Exception):
    """An attempt of another process failed, while this one waited for it: `failure` is what that one kept."""

    def __init__(self, failure: bytes) -> None:
        super().__init__()
        self.failure = failure


class StillRunning(Exception):
    """The longest time of a call is over, and another process is still at work on the same: it may commit yet."""


class Surroundings(Protocol):
    """What attempts of one process share."""

    @property
    def store(self) -> OperationStore: ...

    @property
    def linger_seconds(self) -> float:
        """How long an attempt goes on when a call has gone that comes back."""

    @property
    def holders(self) -> "dict[ConversationKey, RunningAttempt]":
        """Who has which conversation's lease in this process."""

    @property
    def tracer(self) -> Tracer: ...

    @property
    def watched(self) -> Callable[[Claim], None]:
        """Is told that somebody watches the attempt elsewhere."""

    def encode_failure(self, error: Exception) -> bytes:
        """What waiting calls in other processes are told."""


class RunningAttempt:
    """Begins with its creation, and ends by itself: with the reply, with an error, or when nobody wants it any more."""

    def __init__(
        self, around: Surroundings, operation: Operation, ref: ConversationRef, work: Work, deadline: Deadline
    ) -> None:
        self.operation = operation
        self.is_ending = False
        """Nobody wants it, or its lease is lost: who comes now waits until it has ended, and begins another."""
        self.is_broken_off = False
        """By a server that stops: so whoever sees it cancelled is told."""
        self.trace: TraceContext | None = None
        """Where its span is. That lies in the call that began it; calls that join it link to it."""
        self._around = around
        self._ref = ref
        self._work = work
        self._deadline = deadline
        self._waiters = 0
        self._lingers_until = 0.0
        self._claim: Claim | None = None
        self._lost: CompactdError | None = None
        self._is_claiming = False
        self._timer: asyncio.TimerHandle | None = None
        self._renewal: asyncio.Task[None] | None = None
        self.task = asyncio.create_task(self._run())

    async def reply(self, waiter: Waiter) -> bytes:
        """What the attempt ends with, or its error. A call that is cancelled leaves the attempt to the others."""
        self._waiters += 1
        try:
            self._deadline.extend(waiter.deadline)
            await asyncio.wait((self.task,))
        except asyncio.CancelledError as gone:
            self.is_broken_off = self.is_broken_off or gone.args == (Draining.reason,)
            raise
        finally:
            self._waiters -= 1
            if not self.task.done():
                self._left(waiter)
        if self.task.cancelled():
            raise BrokenOff
        return self.task.result()

    def end(self, lost: CompactdError | None = None) -> None:
        """Stops the work; what the database has begun to commit is committed nevertheless."""
        if self.is_ending or self.task.done():
            return
        self.is_ending = True
        self._lost = lost
        # A lease that is being taken has to be given back.
        if not self._is_claiming:
            self.task.cancel(Draining.reason if self.is_broken_off else None)

    def _left(self, waiter: Waiter) -> None:
        """A call has gone before the end."""
        if waiter.comes_back:
            self._lingers_until = time.monotonic() + self._around.linger_seconds
        if not self._waiters:
            self._renew_in_time()

    async def _run(self) -> bytes:
        with self._around.tracer.step("attempt") as span:
            self.trace = span.context
            return await self._claim_and_work(span)

    async def _claim_and_work(self, span: Span) -> bytes:
        claimed = await self._claimed()
        if isinstance(claimed, bytes):
            return claimed
        self._claim = claimed
        span.note({"compactd.conversation_id": claimed.conversation.conversation_id})
        self._around.holders[claimed.conversation] = self
        self._renew_in_time()
        try:
            return await self._work(claimed, self._deadline)
        except asyncio.CancelledError:
            self._settle()
            if self._lost is None:
                await self._around.store.give_back(claimed)
                raise
            self.task.uncancel()
            return await self._done_by_another(claimed, self._lost)
        except ContextChanged as lost:
            self._settle()
            return await self._done_by_another(claimed, lost)
        except Exception as error:
            self._settle()
            await self._around.store.fail(claimed, self._around.encode_failure(error))
            raise
        finally:
            self._stop_renewing()
            if self._around.holders.get(claimed.conversation) is self:
                del self._around.holders[claimed.conversation]

    def _settle(self) -> None:
        """What becomes of it is known and only to be stored: nothing that comes now ends it before that."""
        self.is_ending = True
        self._stop_renewing()

    async def _done_by_another(self, claim: Claim, lost: CompactdError) -> bytes:
        """The reply of whoever has taken the lease over and done the work, while this process stood still for longer
        than it held; raises why it was lost, if there is none, and ConversationNotFound if the conversation is gone."""
        kept = None
        with suppress(StoreUnavailable):
            kept = await self._around.store.find_reply(self.operation, claim.attempt, of=claim.conversation)
        if kept is not None:
            return kept.reply
        await self._around.store.fail(claim, self._around.encode_failure(lost))
        raise lost

    async def _claimed(self) -> Claim | bytes:
        """The lease, or the reply of an attempt that somebody else has made. When the longest time is over without
        either, StillRunning if that one is at work; ContextChanged if the conversation is another operation's."""
        waited_for: int | None = None
        pause = FIRST_LOOK_SECONDS
        while True:
            # Before the look: what is told is so after that time.
            is_over = time.monotonic() >= self._deadline.latest
            match step := await self._next_step(waited_for):
                case Claim():
                    return step
                case Reply():
                    return step.reply
                case Fail():
                    raise AttemptFailed(step.failure)
                case Reused():
                    raise RequestIdReused(request_id=self.operation.key.name)
                case Wait() if is_over:
                    raise StillRunning
                case Held() if is_over:
                    raise ContextChanged
                case Wait():
                    waited_for = step.attempt
                    await asyncio.sleep(_jittered(pause))
                case Held():
                    # What an equal call comes to meanwhile is this one's end too, as if that had been waited for.
                    waited_for = waited_for or step.attempts + 1
                    await self._released(step.conversation, _jittered(pause))
            pause = min(2 * pause, LONGEST_LOOK_SECONDS)

    async def _next_step(self, waited_for: int | None) -> Claim | Held | Wait | Reply | Fail | Reused:
        self._is_claiming = True
        try:
            step = await self._around.store.claim(self._ref, self.operation, waited_for)
        finally:
            self._is_claiming = False
        if self.is_ending:
            if isinstance(step, Claim):
                await self._around.store.give_back(step)
            raise asyncio.CancelledError
        return step

    async def _released(self, conversation: ConversationKey, seconds: float) -> None:
        """Returns after so many seconds; earlier if an attempt of this process has the lease and ends."""
        holder = self._around.holders.get(conversation)
        if holder is None:
            await asyncio.sleep(seconds)
        else:
            await asyncio.wait((holder.task,), timeout=LONGEST_LOOK_SECONDS)

    def _renew_in_time(self) -> None:
        """Has the lease renewed before it ends; where nobody waits, as soon as nobody is expected to come back."""
        lingers = max(0.0, self._lingers_until - time.monotonic())
        self._renew_in(RENEW_SECONDS if self._waiters else min(lingers, RENEW_SECONDS))

    def _renew_in(self, seconds: float) -> None:
        """Has the lease renewed after so many seconds, and not before."""
        if self._timer is not None:
            self._timer.cancel()
        self._timer = asyncio.get_running_loop().call_later(seconds, self._begin_renewal)

    def _begin_renewal(self) -> None:
        if self._renewal is None or self._renewal.done():
            self._renewal = asyncio.create_task(self._renew())

    async def _renew(self) -> None:
        """Renews the lease, if there is one yet, and ends the attempt if that is lost or nobody wants it."""
        wanted, again = 0.0, RENEW_SECONDS
        try:
            if self._claim is not None:
                renewed = await self._around.store.renew(self._claim)
                wanted = renewed.wanted_seconds
                if renewed.is_watched:
                    self._around.watched(self._claim)
        except (StoreUnavailable, OutcomeUnknown):
            # The lease holds for a while; and without it the commit fails.
            again = UNATTENDED_SECONDS
        except AlreadyDone:
            # It is this attempt's own commit, whose answer is on its way.
            return
        except CompactdError as lost:
            self.end(lost)
            return
        except Exception:  # noqa: BLE001 - a bug, whatever it is: the operator finds it, and the work need not end for it
            structlog.get_logger().exception("lease not renewed")
            again = UNATTENDED_SECONDS
        if wanted > 0:
            self._deadline.extend(time.monotonic() + wanted)
        if self._waiters or self._lingers_until > time.monotonic():
            self._renew_in(again)
        elif wanted > 0:
            self._renew_in(UNATTENDED_SECONDS)
        else:
            self.end()

    def _stop_renewing(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
        if self._renewal is not None:
            self._renewal.cancel()


def _jittered(seconds: float) -> float:
    """Between half of it and all of it, so that those who wait do not all come at once."""
    return seconds * random.uniform(0.5, 1.0)  # noqa: S311 - nobody gains from guessing it
