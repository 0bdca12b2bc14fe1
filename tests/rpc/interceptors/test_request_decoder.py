"""Bytes become messages."""

from dataclasses import replace

import pytest

from compactd.domain.errors import MalformedRequest
from compactd.rpc.contract import METHODS
from compactd.rpc.interceptors.request_decoder import BytesDecoder
from compaction.v1 import agent_service_pb2
from tests.rpc.interceptors.calls import CALL, Servicer

REQUEST = agent_service_pb2.GetAgentRequest(agent_id="agent-1")


async def test_bytes_are_decoded_as_the_methods_request() -> None:
    servicer = Servicer()
    await BytesDecoder(METHODS)(CALL, REQUEST.SerializeToString(), servicer)
    assert servicer.request == REQUEST


async def test_a_message_passes_as_it_is() -> None:
    servicer = Servicer()
    await BytesDecoder(METHODS)(CALL, REQUEST, servicer)
    assert servicer.request is REQUEST


async def test_bytes_that_are_no_message_are_malformed() -> None:
    servicer = Servicer()
    with pytest.raises(MalformedRequest, match=r"compaction\.v1\.GetAgentRequest"):
        await BytesDecoder(METHODS)(CALL, b"\xff", servicer)
    assert servicer.seen == []


async def test_what_an_unknown_method_is_sent_is_left_alone() -> None:
    servicer = Servicer()
    await BytesDecoder(METHODS)(replace(CALL, method="/compaction.v1.AgentService/Forget"), b"\xff", servicer)
    assert servicer.request == b"\xff"
