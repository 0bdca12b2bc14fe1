"""A log that nobody reads any more: its pipe is closed. Calls do not notice."""

import contextlib
import io
import os
import sys
from collections.abc import Iterator

import grpc
import pytest
import structlog

from compactd.log import configure_logging
from compaction.v1 import agent_service_pb2
from tests.builders.chat import compact, context_of, make, new_conversation, talk
from tests.rpc.failures import failure_of
from tests.server import local_server

UNKNOWN_AGENT = "agent-00000000-0000-4000-8000-000000000000"


@pytest.fixture
def closed_log(as_before: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Logging is set up on a pipe whose other end is closed."""
    reading, writing = os.pipe()
    os.close(reading)
    with io.FileIO(writing, "wb") as raw:
        stream = io.TextIOWrapper(io.BufferedWriter(raw), write_through=True)
        monkeypatch.setattr(sys, "stderr", stream)
        configure_logging("debug")
        yield
    # What could not be written must not be tried again.
    with contextlib.suppress(OSError, ValueError):
        stream.close()


def test_a_bug_can_be_logged(closed_log: None) -> None:
    try:
        raise RuntimeError("canary")
    except RuntimeError:
        structlog.get_logger().exception("internal error")


async def test_a_call_gets_its_own_error_and_a_committed_compaction_is_answered(closed_log: None) -> None:
    async with local_server() as server:
        failed = await failure_of(
            server.client.agents.GetAgent(make(agent_service_pb2.GetAgentRequest, agent_id=UNKNOWN_AGENT))
        )
        assert failed.code is grpc.StatusCode.NOT_FOUND
        conversation_id = await new_conversation(server.client, talk(20))
        version = (await context_of(server.client, conversation_id)).version
        assert (await compact(server.client, conversation_id)).compaction.id
        assert (await context_of(server.client, conversation_id)).version > version
