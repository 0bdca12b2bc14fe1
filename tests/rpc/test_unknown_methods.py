"""A method that the contract does not have: its path is written by the caller."""

import tempfile
from typing import Any

import grpc
import pytest
from structlog.contextvars import merge_contextvars
from structlog.testing import capture_logs

from compactd.rpc.server import make_server
from compactd.telemetry.log_observer import LogObserver
from tests.builders.recording_observer import RecordingObserver
from tests.gateway.recording_servicers import RecordingServicers
from tests.server import LIMITS

PATH = "/compaction.v1.AgentService/canary" + "x" * 4_000


@pytest.mark.parametrize("observer", [RecordingObserver(), LogObserver()], ids=["observer", "log"])
async def test_its_caller_is_told_so_and_no_observer_or_log_gets_to_see_the_path(
    observer: RecordingObserver | LogObserver,
) -> None:
    with tempfile.TemporaryDirectory(prefix="compactd-") as folder, capture_logs([merge_contextvars]) as logged:
        address = f"unix:{folder}/socket"
        rpc = make_server(address, with_reflection=False, limits=LIMITS, observer=observer)
        rpc.open_to(RecordingServicers().servicers())
        await rpc.server.start()
        async with grpc.aio.insecure_channel(address) as channel:
            call: Any = channel.unary_unary(PATH)
            with pytest.raises(grpc.aio.AioRpcError) as raised:
                await call(b"")
        await rpc.server.stop(0)
    assert raised.value.code() is grpc.StatusCode.UNIMPLEMENTED
    assert "canary" not in str(logged)
    if isinstance(observer, RecordingObserver):
        assert [told.method for told in observer.calls] == ["unknown"]
    else:
        assert [line["method"] for line in logged] == ["unknown"]
