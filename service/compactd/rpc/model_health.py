"""The health of models by name, over grpc.health.v1: whether they are called, or left alone for a while."""

from grpc_health.v1 import health_pb2

from compactd.ports.observer import CircuitChange
from compactd.rpc.health import Health

MOST_NAMES = 1_000
"""Names of models come from callers, and health forgets none: more of them are not reported."""


class ModelHealth:
    """Reports `model/PROVIDER/MODEL`, from the first time on that its circuit opens."""

    def __init__(self, reported: Health) -> None:
        self._reported = reported
        self._names: set[str] = set()

    def circuit_changed(self, change: CircuitChange) -> None:
        name = f"model/{change.model}"
        if name not in self._names:
            if len(self._names) == MOST_NAMES:
                return
            self._names.add(name)
        statuses = health_pb2.HealthCheckResponse
        status = statuses.SERVING if change.is_called else statuses.NOT_SERVING
        self._reported.set(name, status)
