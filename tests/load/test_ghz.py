"""What a steady load of ghz counts, against a server whose answers take their time."""

import shutil
import sys
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import grpc
import pytest
from google.protobuf import descriptor_pool
from grpc_health.v1 import health, health_pb2, health_pb2_grpc
from grpc_reflection.v1alpha import reflection

from compactd.rpc.reflection import method_pool
from tests.load.load import Ghz

NOT_BUILT = "ghz has not been built, which make bench does"
GHZ = shutil.which("ghz") or shutil.which("ghz", path=Path(sys.prefix, "bin"))
ANSWER_SECONDS = 0.5

pytestmark = [pytest.mark.process, pytest.mark.skipif(GHZ is None, reason=NOT_BUILT)]


class SlowHealth(health_pb2_grpc.HealthServicer):
    def Check(  # noqa: N802  (the contract's name)
        self, request: health_pb2.HealthCheckRequest, context: grpc.ServicerContext
    ) -> health_pb2.HealthCheckResponse:
        time.sleep(ANSWER_SECONDS)
        return health_pb2.HealthCheckResponse(status=health_pb2.HealthCheckResponse.SERVING)


@pytest.fixture
def address() -> Iterator[str]:
    with ThreadPoolExecutor(16) as threads:
        server = grpc.server(threads)
        health_pb2_grpc.add_HealthServicer_to_server(SlowHealth(), server)
        names = (health.SERVICE_NAME, reflection.SERVICE_NAME)
        reflection.enable_server_reflection(names, server, pool=method_pool(descriptor_pool.Default()))
        port = server.add_insecure_port("127.0.0.1:0")
        server.start()
        yield f"127.0.0.1:{port}"
        server.stop(0).wait()


def test_calls_under_way_when_a_steady_load_is_told_to_stop_have_not_failed(address: str) -> None:
    beat = Ghz(Path(str(GHZ)), address).beat("grpc.health.v1.Health/Check", {}, per_second=100)
    with beat:
        # Eight callers are always waiting for an answer.
        time.sleep(3 * ANSWER_SECONDS)
    assert len(beat.load.calls) > 8
    assert beat.load.failures == Counter()
