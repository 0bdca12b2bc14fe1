"""Errors of calls, as the server gave them."""

from collections.abc import Mapping
from typing import Any, Self

import grpc
from google.rpc import error_details_pb2, status_pb2

DETAILS = "grpc-status-details-bin"


class CallFailed(grpc.aio.AioRpcError):
    """A call that failed, over either kind of connection; `grpc.RpcError` catches it too.

    `code()` and `details()` are gRPC's, the sentence for people among them. Decide by `reason`, such as
    "NOTHING_TO_COMPACT" (ErrorReason without its prefix): sentences may change. It is empty for a deadline, a
    cancellation, and where no server answered.
    """

    reason: str = ""
    metadata: Mapping[str, str]
    """What the sentence speaks of, by name."""
    fields: Mapping[str, str]
    """What is wrong with the request: by the path of the field, such as "messages[0].role", a sentence."""
    retry_seconds: float | None = None
    """When the same request may be sent again, where the server says so."""

    def __str__(self) -> str:
        """One line: the code, the reason where there is one, and the sentence."""
        named = ": ".join(word for word in (self.code().name, self.reason, self.details() or "") if word)
        return " ".join(named.split())

    @classmethod
    def of(cls, error: Any) -> Self:
        """From the error of a unary call, of either kind: what they have in common has no type of its own."""
        initial = grpc.aio.Metadata.from_tuple(tuple(error.initial_metadata() or ()))
        trailing = grpc.aio.Metadata.from_tuple(tuple(error.trailing_metadata() or ()))
        failed = cls(error.code(), initial, trailing, error.details(), error.debug_error_string())
        failed._read(trailing)
        return failed

    def _read(self, trailing: grpc.aio.Metadata) -> None:
        self.metadata, self.fields = {}, {}
        status = status_pb2.Status()
        packed = trailing.get(DETAILS)
        if isinstance(packed, bytes):
            status.ParseFromString(packed)
        info, faults, wait = (
            error_details_pb2.ErrorInfo(),
            error_details_pb2.BadRequest(),
            error_details_pb2.RetryInfo(),
        )
        for detail in status.details:
            if detail.Unpack(info):
                self.reason, self.metadata = info.reason, dict(info.metadata)
            elif detail.Unpack(faults):
                self.fields = {fault.field: fault.description for fault in faults.field_violations}
            elif detail.Unpack(wait):
                self.retry_seconds = wait.retry_delay.ToTimedelta().total_seconds()
