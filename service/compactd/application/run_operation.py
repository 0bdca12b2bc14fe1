"""Runs any use case so that a request has one effect, however often it comes: short ones in one transaction with their
operation, long ones as attempts that equal calls share.

What is known here saves asking the database; what holds is what the database says.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import Generic, TypeVar

from compactd.application.deadline import Deadline
from compactd.application.running_attempt import RunningAttempt, Waiter, Work
from compactd.domain.error_shape import CompactdError
from compactd.domain.errors import Draining, OutcomeUnknown, Overloaded, RequestIdReused, StoreUnavailable
from compactd.domain.keys import ConversationKey, ConversationRef
from compactd.domain.operations import Operation, OperationKey, Reply
from compactd.ports.operations import AlreadyDone, Claim, Claimed, Once, OperationStore
from compactd.ports.trace import Tracer

T = TypeVar("T")

CLOSE_SECONDS = 2.0
"""How long a server that stops waits for the database to take leases back."""


class RunOperation:
    """One for a server: equal calls find each other here."""

    def __init__(
        self,
        store: OperationStore,
        encode_failure: Callable[[Exception], bytes],
        max_seconds: float,
        linger_seconds: float,
        max_attempts: int,
        tracer: Tracer,
        watched: Callable[[Claim], None] = lambda _: None,
    ) -> None:
        """`encode_failure` makes what is kept of an error for calls in other processes that wait for the attempt.
        An attempt takes `max_seconds` at most, and goes on for `linger_seconds` when the last call has gone and its
        client repeats it by itself; there are `max_attempts` at once at most, those included. `watched` is told of
        attempts that somebody watches in another process, each time that this is learned."""
        self.store = store
        self.encode_failure = encode_failure
        self.linger_seconds = linger_seconds
        self.tracer = tracer
        self.watched = watched
        self.holders: dict[ConversationKey, RunningAttempt] = {}
        """The attempts that have a conversation's lease."""
        self._max_seconds = max_seconds
        self._max_attempts = max_attempts
        self._attempts: dict[OperationKey, RunningAttempt] = {}
        self._is_closed = False

    @property
    def running(self) -> int:
        """Attempts at work, those included that nobody waits for any more."""
        return len(self._attempts)

    def waits(self, key: OperationKey) -> bool:
        """Whether there is an attempt at the operation in this process, at work or waiting for its lease."""
        return key in self._attempts

    async def once(
        self,
        operation: Operation,
        of: ConversationRef | None,
        effect: Callable[[Once[T]], Awaitable[object]],
        encode: Callable[[T], bytes],
    ) -> bytes:
        """The reply: that of the effect, or the one that was kept when it happened. RequestIdReused, and what the
        effect raises, where the request has had none; nothing is kept of a failure. `of` is the conversation with
        which the reply is deleted: who finds neither is told so, whatever the effect has seen before."""
        replies = _LastReply(encode)
        try:
            await effect(Once(operation, replies))
        except AlreadyDone as done:
            return done.reply
        except (StoreUnavailable, OutcomeUnknown, RequestIdReused):
            raise
        except CompactdError:
            # An equal request may have been first: then that is why this one could not have the effect.
            kept = await self.store.find_reply(operation, of=of)
            if kept is None:
                raise
            return kept.reply
        return replies.last

    async def joined(
        self,
        operation: Operation,
        ref: ConversationRef,
        work: Callable[[Claimed[T], Deadline], Awaitable[object]],
        encode: Callable[[T], bytes],
        waiter: Waiter,
    ) -> bytes:
        """The reply of the attempt that runs, or of a new one if there is none. RequestIdReused; what the work raises,
        also to calls that joined it, and AttemptFailed if it was another process that did it; where `max_seconds` are
        over, StillRunning if another process is at work on it, and ContextChanged if the conversation's lease was not
        to be had; Overloaded; Draining."""
        # Each turn waits for the end of an attempt that somebody else gave up.
        while (running := self._attempts.get(operation.key)) is not None and running.is_ending:
            await asyncio.wait((running.task,))
            self._forget(running)
        if self._is_closed:
            raise Draining
        if running is None or running.task.done():
            if len(self._attempts) >= self._max_attempts:
                raise Overloaded
            running = self._begin(operation, ref, _with_reply(work, encode), waiter)
            return await running.reply(waiter)
        if running.operation.fingerprint != operation.fingerprint:
            raise RequestIdReused(request_id=operation.key.name)
        try:
            return await running.reply(waiter)
        finally:
            self.tracer.current().link(running.trace)

    async def settled(self, operation: Operation) -> Reply | None:
        """The reply, if there is one by the time that no attempt at the operation runs in this process. RequestIdReused
        for another request of this name."""
        running = self._attempts.get(operation.key)
        if running is not None:
            await asyncio.wait((running.task,))
        return await self.store.find_reply(operation)

    async def close(self) -> None:
        """Ends every attempt, and returns when their leases are given back. Where that takes too long, they end by
        themselves."""
        self._is_closed = True
        attempts = list(self._attempts.values())
        for running in attempts:
            running.is_broken_off = True
            running.end()
        if attempts:
            await asyncio.wait([running.task for running in attempts], timeout=CLOSE_SECONDS)

    def _begin(self, operation: Operation, ref: ConversationRef, work: Work, waiter: Waiter) -> RunningAttempt:
        now = time.monotonic()
        latest = now + self._max_seconds
        deadline = Deadline(latest if waiter.deadline is None else waiter.deadline, latest)
        running = RunningAttempt(self, operation, ref, work, deadline)
        self._attempts[operation.key] = running
        running.task.add_done_callback(lambda _: self._ended(running))
        return running

    def _ended(self, running: RunningAttempt) -> None:
        self._forget(running)
        # Its callers may all have gone: then nobody else looks at the error.
        if not running.task.cancelled():
            running.task.exception()

    def _forget(self, running: RunningAttempt) -> None:
        if self._attempts.get(running.operation.key) is running:
            del self._attempts[running.operation.key]


class _LastReply(Generic[T]):
    """Encodes replies, and keeps the last one: a unit of work that runs twice commits the second time."""

    def __init__(self, encode: Callable[[T], bytes]) -> None:
        self._encode = encode
        self.last = b""

    def __call__(self, value: T) -> bytes:
        self.last = self._encode(value)
        return self.last


def _with_reply(work: Callable[[Claimed[T], Deadline], Awaitable[object]], encode: Callable[[T], bytes]) -> Work:
    """The work, returning the reply that it has committed."""

    async def work_and_reply(claim: Claim, deadline: Deadline) -> bytes:
        replies = _LastReply(encode)
        await work(Claimed(claim, replies), deadline)
        return replies.last

    return work_and_reply
