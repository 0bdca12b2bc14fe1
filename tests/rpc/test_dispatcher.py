"""What becomes of a bug in a servicer."""

from typing import Any

import pytest
from google.rpc import code_pb2
from structlog.testing import capture_logs

from compactd.rpc.call import Call
from compactd.rpc.dispatcher import Dispatcher
from compactd.rpc.interceptors.chain import NamedInterceptor
from compactd.rpc.interceptors.errors import answer_errors
from compactd.rpc.statuses import CallFailed

PATH = "/compaction.v1.AgentService/GetAgent"


async def nothing(*_: Any) -> None:
    """A servicer's method without a return."""


async def test_a_servicer_that_returns_nothing_is_an_internal_error_that_is_logged() -> None:
    dispatcher = Dispatcher([NamedInterceptor("errors", answer_errors)])
    dispatcher.serve({PATH: nothing})
    with capture_logs() as logged, pytest.raises(CallFailed) as raised:
        await dispatcher.unary(Call(PATH, {}), b"")
    assert raised.value.status.code == code_pb2.INTERNAL
    assert [line["event"] for line in logged] == ["internal error"]
