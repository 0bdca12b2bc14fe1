"""Calls to whichever server is up, by either door, and what each answer is held against at once."""

import asyncio
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from random import Random

from tests.builders.requests import Request
from tests.declared_errors import declared_reasons
from tests.doors import Answer, Door, Event
from tests.torture.history import Attempt, History, Operation, Reply
from tests.torture.replica import Replica

REST_SHARE = 0.3
"""How much of the calls goes over REST."""

RETRY_SECONDS = 120.0
"""How long a write is repeated whose outcome is unknown."""

PATIENCE = 30.0

PROVIDER_ATTEMPTS = 3
"""How often a compaction is repeated because of its model."""

_REPEATED = frozenset({"REFUSED", "BROKEN", "CANCELLED", "DEADLINE_EXCEEDED", "UNAVAILABLE"})
_BUGS = frozenset({"INTERNAL", "UNKNOWN", "DATA_LOSS"})

_TOLD_OF_DONE = frozenset({"CONVERSATION_NOT_FOUND", "OVERLOADED"})
"""What a repeat of what has been done may be told. Replies go with their conversation; `checker` asks whether that was
deleted."""

ReplyOf = Callable[[Answer], Reply]


@dataclass(frozen=True, slots=True)
class Write:
    """An operation, its request, and how its answer is read."""

    operation: Operation
    request: Request
    reply_of: ReplyOf
    seconds: float
    """How long the first attempt waits; each further one waits longer, up to PATIENCE."""
    is_kept: bool = True
    """Whether each answer to the same request_id has the same bytes."""
    idempotent: bool = False
    """Whether it can be repeated without a request_id."""


class Calls:
    """One client's calls."""

    def __init__(
        self,
        replicas: Sequence[Replica],
        history: History,
        random: Random,
        began: float,
        front: tuple[Door, Door] | None = None,
    ) -> None:
        """To the replicas that are up, or through what is in `front` of them and knows by itself."""
        self._replicas = replicas
        self._front = front
        self._history = history
        self._random = random
        self._began = began
        self._raw: dict[tuple[int, str], bytes] = {}

    async def write(self, write: Write) -> Operation:
        """Until the outcome is known, where it can be repeated for that."""
        operation, until = write.operation, self.now() + RETRY_SECONDS
        may_repeat = bool(operation.request_id) or write.idempotent
        while True:
            answer = await self.attempt(write)
            if not self._asks_for_more(operation, answer, may_repeat=may_repeat) or self.now() > until:
                return operation
            await asyncio.sleep(self._random.uniform(0.05, 0.6))

    async def attempt(self, write: Write, door: Door | None = None) -> Answer:
        """One call, which a write may have several of at a time."""
        operation = write.operation
        known = operation.reply is not None
        seconds = min(write.seconds * 2 ** len(operation.attempts), max(write.seconds, PATIENCE))
        answer, attempt = await self._call(write.request, seconds, door)
        operation.attempts.append(attempt)
        if answer.ok:
            self._settle(write, answer, attempt.where)
        elif known and attempt.code not in _REPEATED and answer.reason not in _TOLD_OF_DONE:
            self._history.find(operation.subject, f"repeated, and not answered as before: {operation.line()}")
        return answer

    async def read(self, request: Request, subject: str, seconds: float = 10.0) -> tuple[Answer, Attempt]:
        answer, attempt = await self._call(request, seconds, None)
        self._history.reads += answer.ok
        return answer, attempt

    async def watch(self, request: Request, seconds: float) -> tuple[list[Event], Answer]:
        where, door = await self._door()
        events, answer = await door.events(request, seconds)
        self._count(request, answer, f"{where}{door.name}")
        self._history.reads += answer.ok
        return events, answer

    def now(self) -> float:
        """Seconds since the run began."""
        return time.monotonic() - self._began

    def forget(self, operation: Operation) -> None:
        """Its bytes are compared no more."""
        for door in ("gRPC", "REST"):
            self._raw.pop((operation.number, door), None)

    async def _call(self, request: Request, seconds: float, door: Door | None) -> tuple[Answer, Attempt]:
        where, door = await self._door() if door is None else ("", door)
        began = self.now()
        answer = await door.call(request, seconds)
        attempt = Attempt(began, self.now(), f"{where}{door.name}", answer.code, answer.reason)
        self._count(request, answer, attempt.where)
        return answer, attempt

    def _count(self, request: Request, answer: Answer, where: str) -> None:
        name = request.rpc.rpartition("/")[2]
        self._history.codes[name, answer.code, answer.reason] += 1
        if answer.code in _BUGS or (answer.reason and answer.reason not in declared_reasons(request.rpc)):
            self._history.find(_subject_of(request), f"{name} answered {answer.code}/{answer.reason} to {where}")

    async def _door(self) -> tuple[str, Door]:
        # Replicas come and go, and tell nobody.
        while not (up := [replica for replica in self._replicas if replica.is_up]):  # noqa: ASYNC110
            await asyncio.sleep(0.1)
        replica = self._random.choice(up)
        grpc_door, rest_door = self._front or replica.doors
        where = "front " if self._front else f"server {replica.number} "
        return where, rest_door if self._random.random() < REST_SHARE else grpc_door

    def _asks_for_more(self, operation: Operation, answer: Answer, *, may_repeat: bool) -> bool:
        if answer.ok:
            return False
        if answer.reason.startswith("PROVIDER_"):
            return may_repeat and len(operation.attempts) < PROVIDER_ATTEMPTS
        if answer.code == "REFUSED":
            return True
        return may_repeat and (answer.code in _REPEATED or answer.reason == "OVERLOADED")

    def _settle(self, write: Write, answer: Answer, where: str) -> None:
        """The first answer is the one; each other has to be the same, byte for byte if it came through the same
        door."""
        operation = write.operation
        reply = write.reply_of(answer)
        door = where.rpartition(" ")[2]
        if operation.reply is None:
            operation.reply, operation.acknowledged = reply, self.now()
        else:
            operation.replays += 1
        before = operation.reply
        same = (before.message_ids, before.positions, before.resource_id, before.value) == (
            reply.message_ids,
            reply.positions,
            reply.resource_id,
            reply.value,
        )
        if operation.request_id and (
            not same or (write.is_kept and self._raw.setdefault((operation.number, door), answer.raw) != answer.raw)
        ):
            self._history.find(operation.subject, f"repeated, and answered otherwise: {operation.line()}: {reply}")


def _subject_of(request: Request) -> str:
    return str(getattr(request.message, "conversation_id", "") or getattr(request.message, "agent_id", ""))
