"""`grpc.health.v1`: what is reported takes effect at once, whatever those who watch do.

The servicer that comes with gRPC writes to its watchers with the lock held under which a status changes: one client
that does not read keeps every later status from everybody, and from the server the end of its stop.
"""

import asyncio
from typing import Any

import grpc
from grpc_health.v1 import health_pb2, health_pb2_grpc

from compactd.rpc.connections import hang_up_on

SERVICE_NAME = "grpc.health.v1.Health"

WRITE_SECONDS = 20.0
"""How long a watcher may take to read a status, which is of a few bytes."""

# The stubs are older than the package: they have no List.
_messages: Any = health_pb2
_Response = _messages.HealthCheckResponse

Status = int
"""A number of HealthCheckResponse.ServingStatus."""


class Health(health_pb2_grpc.HealthServicer):
    """The statuses by name, and who watches them. The server as a whole, "", is NOT_SERVING until told otherwise."""

    def __init__(self, write_seconds: float = WRITE_SECONDS) -> None:
        self._write_seconds = write_seconds
        self._statuses: dict[str, Status] = {"": _Response.NOT_SERVING}
        self._is_left = False
        self._changed: asyncio.Future[None] | None = None
        """Done at the next change. There is one while anybody watches."""

    def set(self, name: str, status: Status) -> None:
        """Changes nothing once the server is left."""
        if not self._is_left:
            self._statuses[name] = status
            self._tell()

    def leave(self) -> None:
        """NOT_SERVING for good, all of them."""
        self._is_left = True
        self._statuses = dict.fromkeys(self._statuses, _Response.NOT_SERVING)
        self._tell()

    def _tell(self) -> None:
        if self._changed is not None and not self._changed.done():
            self._changed.set_result(None)
        self._changed = None

    async def Check(  # noqa: N802  (the contract's name)
        self, request: health_pb2.HealthCheckRequest, context: Any
    ) -> Any:
        status = self._statuses.get(request.service)
        if status is None:
            await context.abort(grpc.StatusCode.NOT_FOUND)
        return _Response(status=status)

    async def List(  # noqa: N802
        self,
        request: object,  # noqa: ARG002  (as the generated class has it)
        context: object,  # noqa: ARG002
    ) -> Any:
        return _messages.HealthListResponse(
            statuses={name: _Response(status=status) for name, status in self._statuses.items()}
        )

    async def Watch(self, request: health_pb2.HealthCheckRequest, context: Any) -> None:  # noqa: N802
        """Writes the status of now and each that it changes to, but for those that it has only while one is written.
        A client that does not read one in time loses its connection: nothing less ends what waits to be sent."""
        told: Status | None = None
        # Until the client goes, or the server.
        while True:
            changed = self._change()
            status = self._statuses.get(request.service, _Response.SERVICE_UNKNOWN)
            if status == told:
                await asyncio.shield(changed)
                continue
            try:
                async with asyncio.timeout(self._write_seconds):
                    await context.write(_Response(status=status))
            except TimeoutError:
                hang_up_on(context.peer())
                break
            except grpc.aio.InternalError:
                break  # The client has gone.
            told = status
        # gRPC is about to cancel this. What returns meanwhile it tries to answer, and logs that it cannot.
        await asyncio.sleep(self._write_seconds)

    def _change(self) -> "asyncio.Future[None]":
        if self._changed is None:
            self._changed = asyncio.get_running_loop().create_future()
        return self._changed
