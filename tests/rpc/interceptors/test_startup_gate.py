"""Calls that come early wait."""

import asyncio

from compactd.rpc.interceptors.startup_gate import StartupGate
from tests.rpc.interceptors.calls import CALL, RESPONSE, Servicer


async def test_calls_wait_until_the_gate_is_opened() -> None:
    gate, servicer = StartupGate(), Servicer()
    early = asyncio.create_task(gate(CALL, b"", servicer))
    await asyncio.sleep(0.01)
    assert servicer.seen == []
    gate.open()
    assert await early is RESPONSE
    assert await gate(CALL, b"", Servicer()) is RESPONSE
