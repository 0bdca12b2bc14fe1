"""What a failed call tells its caller, read as a client reads it."""

from collections.abc import Awaitable, Iterable
from dataclasses import dataclass
from typing import Any

import grpc
from google.rpc import error_details_pb2, status_pb2

DETAILS = "grpc-status-details-bin"


@dataclass(frozen=True, slots=True)
class Failure:
    """A status with its details, and every byte of it for searches."""

    code: grpc.StatusCode
    sentence: str
    info: error_details_pb2.ErrorInfo
    fields: tuple[str, ...]
    descriptions: tuple[str, ...]
    retry_seconds: float | None
    resource: tuple[str, str] | None
    preconditions: tuple[str, ...]
    quotas: tuple[tuple[str, str], ...]
    everything: bytes

    @property
    def reason(self) -> str:
        return self.info.reason

    @property
    def metadata(self) -> dict[str, str]:
        return dict(self.info.metadata)


async def failure_of(call: Awaitable[Any]) -> Failure:
    """The failure of a call that has to fail, checked for what holds of every failure."""
    try:
        answer = await call
    except grpc.aio.AioRpcError as error:
        return read(error)
    raise AssertionError(f"the call succeeded: {type(answer).__name__}")


def read(error: grpc.aio.AioRpcError) -> Failure:
    trailers = dict(error.trailing_metadata() or ())
    assert DETAILS in trailers, f"{error.code()}: {error.details()} has no details"
    status = status_pb2.Status.FromString(bytes(trailers[DETAILS]))
    assert len(trailers[DETAILS]) < 4096, f"{error.code()} has details of {len(trailers[DETAILS])} bytes"
    assert status.code == error.code().value[0]
    assert status.message == error.details()
    found = _Details(status)
    [info] = found.of(error_details_pb2.ErrorInfo)
    assert info.domain == "compactd"
    violations = [item for bad in found.of(error_details_pb2.BadRequest) for item in bad.field_violations]
    check_descriptions(item.description for item in violations)
    delays = [item.retry_delay for item in found.of(error_details_pb2.RetryInfo)]
    resources = [(item.resource_type, item.resource_name) for item in found.of(error_details_pb2.ResourceInfo)]
    preconditions = [item for one in found.of(error_details_pb2.PreconditionFailure) for item in one.violations]
    quotas = [item for one in found.of(error_details_pb2.QuotaFailure) for item in one.violations]
    return Failure(
        code=error.code(),
        sentence=status.message,
        info=info,
        fields=tuple(item.field for item in violations),
        descriptions=tuple(item.description for item in violations),
        retry_seconds=delays[0].seconds + delays[0].nanos / 1e9 if delays else None,
        resource=resources[0] if resources else None,
        preconditions=tuple(item.type for item in preconditions),
        quotas=tuple((item.subject, item.description) for item in quotas),
        everything=b"\n".join([status.SerializeToString(), str(error).encode(), repr(trailers).encode()]),
    )


def check_descriptions(descriptions: Iterable[str]) -> None:
    """What is wrong with a field continues its name: it begins small, unless with a name, and ends with a full stop, or
    where it was shortened."""
    for description in descriptions:
        assert not (description[0].isupper() and description[1:2].islower()), description
        assert description.endswith((".", "…")), description


class _Details:
    def __init__(self, status: status_pb2.Status) -> None:
        self._status = status

    def of(self, kind: Any) -> list[Any]:
        unpacked = []
        for detail in self._status.details:
            if detail.Is(kind.DESCRIPTOR):
                value = kind()
                detail.Unpack(value)
                unpacked.append(value)
        return unpacked
