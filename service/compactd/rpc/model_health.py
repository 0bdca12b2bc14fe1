"""The health of models by name, over grpc.health.v1: whether they are called, or left alone for a while."""

import asyncio

from grpc_health.v1 import health, health_pb2

from compactd.ports.observer import CircuitChange

MOST_NAMES = 1_000
"""Names of models come from callers, and gRPC's health forgets none: more of them are not reported."""


class ModelHealth:
    """Reports `model/PROVIDER/MODEL`, from the first time on that its circuit opens."""

    def __init__(self, reported: health.aio.HealthServicer) -> None:
        self._reported = reported
        self._names: set[str] = set()
        # The event loop keeps no reference to a task.
        self._reports: set[asyncio.Task[None]] = set()

    def circuit_changed(self, change: CircuitChange) -> None:
        """Returns at once: reporting tells those who watch."""
        name = f"model/{change.model}"
        if name not in self._names:
            if len(self._names) == MOST_NAMES:
                return
            self._names.add(name)
        statuses = health_pb2.HealthCheckResponse
        status = statuses.SERVING if change.is_called else statuses.NOT_SERVING
        report = asyncio.get_running_loop().create_task(self._reported.set(name, status))
        self._reports.add(report)
        report.add_done_callback(self._reports.discard)
