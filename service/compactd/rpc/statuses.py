"""Every error a caller can see, as a gRPC status: one place, and nothing that it does not know goes out."""

import asyncio
import time

from google.protobuf.any_pb2 import Any
from google.protobuf.duration_pb2 import Duration
from google.protobuf.message import Message
from google.rpc import code_pb2, error_details_pb2, status_pb2

from compactd.domain.error_shape import Code, CompactdError

DOMAIN = "compactd"
"""The domain of every ErrorInfo."""

DEADLINE_SENTENCE = "The deadline passed: look whether the call has changed anything, and repeat with a longer one."

STILL_RUNNING_SENTENCE = (
    "The longest time of a call has passed, and another server is still at work on this request: repeat it with its "
    "request_id; if it had none, look first whether the other one has changed anything."
)

INTERNAL_REASON = "INTERNAL"
INTERNAL_SENTENCE = "Something went wrong inside the server: the operator finds it in the log."


def status_of(error: CompactdError) -> status_pb2.Status:
    """The status with its details: ErrorInfo first, then what helps to act on it."""
    status = status_pb2.Status(code=code_pb2.Code.Value(error.code.value), message=str(error))
    for detail in (_info(error.reason, error.metadata), *_details(error)):
        packed = Any()
        packed.Pack(detail)
        status.details.append(packed)
    return status


def internal_status() -> status_pb2.Status:
    """What a caller learns of a bug: that there is one."""
    status = status_pb2.Status(code=code_pb2.INTERNAL, message=INTERNAL_SENTENCE)
    packed = Any()
    packed.Pack(_info(INTERNAL_REASON, {}))
    status.details.append(packed)
    return status


def deadline_status(sentence: str = DEADLINE_SENTENCE) -> status_pb2.Status:
    """What a caller that no longer waits is told: without details, as gRPC itself does it."""
    return status_pb2.Status(code=code_pb2.DEADLINE_EXCEEDED, message=sentence)


class CallFailed(Exception):
    """A call has ended with this status: all that its caller gets to see."""

    def __init__(self, status: status_pb2.Status) -> None:
        super().__init__(code_pb2.Code.Name(status.code))
        self.status = status


def code_of(error: BaseException, deadline: float | None) -> str:
    """The name of the code that a call ends with for `error`. gRPC cancels a call at its `deadline`, too."""
    if isinstance(error, CallFailed):
        return code_pb2.Code.Name(error.status.code)
    if isinstance(error, CompactdError):
        return error.code.value
    if isinstance(error, asyncio.CancelledError):
        return "CANCELLED" if deadline is None or time.monotonic() < deadline else "DEADLINE_EXCEEDED"
    return "INTERNAL"


def reason_of(error: BaseException) -> str:
    """The reason that a call fails for, as its caller is told it; empty for what has none."""
    if isinstance(error, CompactdError):
        return error.reason
    return INTERNAL_REASON if isinstance(error, Exception) and not isinstance(error, CallFailed) else ""


def _info(reason: str, metadata: dict[str, str]) -> error_details_pb2.ErrorInfo:
    return error_details_pb2.ErrorInfo(reason=reason, domain=DOMAIN, metadata=metadata)


def _details(error: CompactdError) -> list[Message]:
    details: list[Message] = []
    if error.violations:
        violations = [
            error_details_pb2.BadRequest.FieldViolation(field=item.field, description=item.description)
            for item in error.violations
        ]
        details.append(error_details_pb2.BadRequest(field_violations=violations))
    if error.retry_after is not None:
        delay = Duration()
        delay.FromNanoseconds(int(error.retry_after * 1e9))
        details.append(error_details_pb2.RetryInfo(retry_delay=delay))
    if error.quota_of:
        exhausted = error_details_pb2.QuotaFailure.Violation(subject=error.quota_of, description=str(error))
        details.append(error_details_pb2.QuotaFailure(violations=[exhausted]))
    if error.resource_type:
        name = next(iter(error.metadata.values()), "")
        details.append(error_details_pb2.ResourceInfo(resource_type=error.resource_type, resource_name=name))
    if error.code is Code.FAILED_PRECONDITION:
        violation = error_details_pb2.PreconditionFailure.Violation(
            type=error.reason, subject=error.metadata.get("model", ""), description=str(error)
        )
        details.append(error_details_pb2.PreconditionFailure(violations=[violation]))
    return details
