"""Calls that have one effect however often they come: what they are as operations, and how they are answered."""

import hashlib
from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any, Protocol, TypeVar

from google.protobuf.message import Message
from google.rpc import status_pb2

from compactd.application.cpu_worker import CpuWorker
from compactd.application.deadline import Deadline
from compactd.application.run_operation import RunOperation
from compactd.application.running_attempt import AttemptFailed, StillRunning, Waiter
from compactd.domain.error_shape import CompactdError
from compactd.domain.keys import ConversationRef
from compactd.domain.operations import Operation, OperationKey
from compactd.ports.operations import Claimed, Once
from compactd.rpc.call import Call
from compactd.rpc.codec import Codec
from compactd.rpc.statuses import STILL_RUNNING_SENTENCE, CallFailed, deadline_status, internal_status, status_of
from compactd.rpc.wire import serialized

AT_ONCE_BYTES = 256 * 1024
"""So much is serialized and hashed in about a third of a millisecond."""

M = TypeVar("M", bound=Message)
T = TypeVar("T")
T_co = TypeVar("T_co", covariant=True)


class Effect(Protocol[T_co]):
    """A use case that can be had happen once."""

    def __call__(self, *, once: Once[T_co] | None) -> Awaitable[T_co]: ...


class Operations:
    """Runs what servicers hand in. A reply is the same bytes whether it is the first one or one that was kept."""

    def __init__(self, run: RunOperation, codec: Codec, worker: CpuWorker) -> None:
        self._run = run
        self._codec = codec
        self._worker = worker

    async def once(
        self,
        call: Call,
        request: Any,
        effect: Effect[T],
        to_proto: Callable[[T], M],
        kind: type[M],
        *,
        of: ConversationRef | None = None,
    ) -> M:
        """The response, of class `kind`, to a request whose effect is one transaction. With a request_id it happens
        once; without one every call has an effect of its own. `of` is the conversation that it is about, if it is
        about one."""
        if not request.request_id:
            return await self._codec.to_proto(to_proto, await effect(once=None))
        operation = await self._operation(call, request)
        reply = await self._run.once(operation, of, lambda once: effect(once=once), partial(_reply, to_proto))
        return kind.FromString(reply)

    async def joined(
        self,
        call: Call,
        request: Any,
        ref: ConversationRef,
        work: Callable[[Claimed[T], Deadline], Awaitable[object]],
        to_proto: Callable[[T], M],
        kind: type[M],
    ) -> M:
        """The response to a request whose work takes long, and which equal calls join while it runs."""
        operation = await self._operation(call, request)
        waiter = Waiter(call.deadline, call.comes_back)
        try:
            reply = await self._run.joined(operation, ref, work, partial(_reply, to_proto), waiter)
        except AttemptFailed as failed:
            raise CallFailed(status_pb2.Status.FromString(failed.failure)) from None
        except StillRunning:
            raise CallFailed(deadline_status(STILL_RUNNING_SENTENCE)) from None
        return kind.FromString(reply)

    async def settled(self, call: Call, request: Any, kind: type[M]) -> M | None:
        """The response that is kept for a request with a request_id once no attempt at it runs in this process; None
        where there is none."""
        reply = await self._run.settled(await self._operation(call, request))
        return None if reply is None else kind.FromString(reply.reply)

    async def _operation(self, call: Call, request: Any) -> Operation:
        """What the call asks for. Without a request_id its name is made of the request."""
        # A UUID is the same in either case.
        request.request_id = request.request_id.lower()
        is_large = request.ByteSize() > AT_ONCE_BYTES
        fingerprint = await self._worker.run_if(is_large, _fingerprint, call.method, request)
        name = request.request_id or f"sha256:{fingerprint.hex()}"
        key = OperationKey(call.principal.namespace, name)
        return Operation(key, fingerprint, bool(request.request_id), call.is_repeat, call.job)


def encode_failure(error: Exception) -> bytes:
    """The status that callers in other processes get for an error of the attempt that they wait for."""
    status = status_of(error) if isinstance(error, CompactdError) else internal_status()
    return status.SerializeToString()


def _fingerprint(method: str, request: Message) -> bytes:
    return hashlib.sha256(method.encode() + b"\0" + serialized(request)).digest()


def _reply(to_proto: Callable[[T], Message], value: T) -> bytes:
    return serialized(to_proto(value))
