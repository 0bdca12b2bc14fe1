"""How much the server takes in hand at once, and what becomes of that when it stops."""

import asyncio
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from google.protobuf.message import Message

from compactd.application.turns import NAMESPACE_AT_WORK
from compactd.domain.errors import BrokenOff, Draining, Overloaded, RequestTooLarge
from compactd.domain.limits import MAX_REQUEST_BYTES
from compactd.domain.namespaces import NO_QUOTAS
from compactd.domain.quotas import Quota, QuotaExceeded
from compactd.ports.namespaces import NamespaceRules
from compactd.rpc.call import Call
from compactd.rpc.interceptors.interceptor import Proceed, Request

LAST_ANSWERS_SECONDS = 1.0
"""How long the answers to calls that were broken off may take to go out."""

QUOTA_PAUSE_SECONDS = 1.0
"""When to come back after a namespace had as many calls in hand as it may."""


@dataclass(frozen=True, slots=True)
class AdmissionLimits:
    """`bytes_in_hand` are those of requests, as they came; as messages and values they take several times as much.
    `namespaces` says how many of the calls may be of one namespace."""

    calls_in_hand: int
    bytes_in_hand: int
    namespaces: NamespaceRules = NO_QUOTAS


class Admission:
    """Counts calls and bytes of requests, from both doors, and turns away what is too much, or comes too late.

    Bytes of a request over gRPC are counted while its call lasts. The gateway of REST holds a `room` from before it
    reads a body until the answer is made: a request that comes here as a message has been counted there.
    """

    def __init__(
        self, limits: AdmissionLimits, *, with_shares: bool = False, streams: Collection[str] = frozenset()
    ) -> None:
        """`with_shares` is for a server of several namespaces: the requests of each take half of the bytes in hand at
        most, and of one request's size where that is more. `streams` are the methods that last as long as their callers
        watch: a drain does not wait for them."""
        self._limits = limits
        self._streams = streams
        self._share = max(limits.bytes_in_hand // 2, MAX_REQUEST_BYTES) if with_shares else None
        self._bytes = 0
        self._bytes_of: dict[str, int] = {}
        """How many of them are of each namespace, where there are shares."""
        self._rooms: dict[asyncio.Task[object], str] = {}
        """The namespaces of the requests for which a door holds a room."""
        self._calls: set[asyncio.Task[object]] = set()
        """Each call is a task of its own."""
        self._calls_of: dict[str, int] = {}
        """How many of them are of each namespace that has a limit."""
        self._watches: set[asyncio.Task[object]] = set()
        """Those of them that are streams."""
        self._broken_off: set[asyncio.Task[object]] = set()
        self._is_draining = False

    async def __call__(self, call: Call, request: Request, proceed: Proceed) -> Message | None:
        """Raises RequestTooLarge; Overloaded; QuotaExceeded; Draining for what comes during a drain, BrokenOff for what
        it breaks off."""
        if self._is_draining:
            raise Draining
        if len(self._calls) >= self._limits.calls_in_hand:
            raise Overloaded
        size = len(request) if isinstance(request, bytes) else 0
        # Before the room for all: to come again would not help.
        if size > MAX_REQUEST_BYTES:
            raise RequestTooLarge(size_bytes=size, limit_bytes=MAX_REQUEST_BYTES)
        namespace = call.principal.namespace
        task = _current_task()
        # What has a room is counted there.
        quota = None if self._rooms.get(task) == namespace else self._limits.namespaces.of(namespace).calls_in_hand
        if quota is not None:
            self._require_room(namespace, quota)
        self.take_bytes(size, namespace)
        if quota is not None:
            self._enter(namespace)
        NAMESPACE_AT_WORK.set(namespace)
        self._calls.add(task)
        if call.method in self._streams:
            self._watches.add(task)
        try:
            return await proceed(call, request)
        except asyncio.CancelledError:
            if task not in self._broken_off:
                raise
            # The task goes on: it has an answer to give.
            task.uncancel()
            raise BrokenOff from None
        finally:
            self._calls.discard(task)
            self._watches.discard(task)
            self.give_back_bytes(size, namespace)
            if quota is not None:
                self._leave(namespace)

    @property
    def limits(self) -> AdmissionLimits:
        return self._limits

    @property
    def calls_in_hand(self) -> int:
        return len(self._calls)

    @property
    def bytes_in_hand(self) -> int:
        return self._bytes

    @contextmanager
    def room(self, namespace: str) -> Iterator["Room"]:
        """A place among the calls of the namespace, for a request whose call this task is to make, and for its bytes as
        they come; what is done meanwhile has the namespace's turns. QuotaExceeded."""
        quota = self._limits.namespaces.of(namespace).calls_in_hand
        if quota is not None:
            self._require_room(namespace, quota)
            self._enter(namespace)
        task, room = _current_task(), Room(self, namespace)
        self._rooms[task] = namespace
        NAMESPACE_AT_WORK.set(namespace)
        try:
            yield room
        finally:
            del self._rooms[task]
            self.give_back_bytes(room.bytes, namespace)
            if quota is not None:
                self._leave(namespace)

    def take_bytes(self, count: int, namespace: str = "") -> None:
        """Raises Overloaded, and takes nothing, where there is no room for `count` more, or where the namespace would
        have more than its share. They have to be given back."""
        if self._bytes + count > self._limits.bytes_in_hand:
            raise Overloaded
        if self._share is not None:
            taken = self._bytes_of.get(namespace, 0) + count
            if taken > self._share:
                raise Overloaded
            self._bytes_of[namespace] = taken
        self._bytes += count

    def hold_bytes(self, count: int, namespace: str) -> None:
        """Takes what is there already, such as an answer, whatever room there is: what comes later finds less."""
        self._bytes += count
        if self._share is not None:
            self._bytes_of[namespace] = self._bytes_of.get(namespace, 0) + count

    def give_back_bytes(self, count: int, namespace: str = "") -> None:
        self._bytes -= count
        if self._share is not None:
            left = self._bytes_of.get(namespace, 0) - count
            if left:
                self._bytes_of[namespace] = left
            else:
                self._bytes_of.pop(namespace, None)

    def _require_room(self, namespace: str, quota: int) -> None:
        """QuotaExceeded where the namespace has as many calls in hand as it may."""
        used = self._calls_of.get(namespace, 0)
        if used >= quota:
            advice = "wait for answers before further calls."
            raise QuotaExceeded(Quota.CALLS_IN_HAND, namespace, quota, used, advice, QUOTA_PAUSE_SECONDS)

    def _enter(self, namespace: str) -> None:
        self._calls_of[namespace] = self._calls_of.get(namespace, 0) + 1

    def _leave(self, namespace: str) -> None:
        left = self._calls_of[namespace] - 1
        if left:
            self._calls_of[namespace] = left
        else:
            del self._calls_of[namespace]

    async def drain(self, grace_seconds: float) -> None:
        """Turns away calls from now on, and breaks off streams. Returns when the others in hand have been answered;
        what is left of them when the grace is over is broken off."""
        self._is_draining = True
        self._break_off(self._watches)
        await _ended(self._calls, grace_seconds)
        self._break_off(self._calls)
        await _ended(self._broken_off, LAST_ANSWERS_SECONDS)

    def _break_off(self, tasks: set[asyncio.Task[object]]) -> None:
        for task in tasks - self._broken_off:
            self._broken_off.add(task)
            task.cancel(Draining.reason)


class Room:
    """What a request holds that its door has let in: `bytes` of it have come by now."""

    def __init__(self, admission: Admission, namespace: str) -> None:
        self._admission = admission
        self._namespace = namespace
        self.bytes = 0

    def take_bytes(self, count: int) -> None:
        """Overloaded. They are given back when the room is."""
        self._admission.take_bytes(count, self._namespace)
        self.bytes += count


async def _ended(tasks: set[asyncio.Task[object]], seconds: float) -> None:
    """Returns when all of them have ended, which includes their answers, or after so many seconds."""
    if tasks:
        await asyncio.wait(tuple(tasks), timeout=seconds)


def _current_task() -> asyncio.Task[object]:
    task = asyncio.current_task()
    if task is None:
        raise RuntimeError("a call has to be made in a task")
    return task
