"""Calls that come just after a standstill wait for a moment."""

import asyncio
import time
from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from compactd.rpc.interceptors import standstill_gate
from compactd.rpc.interceptors.standstill_gate import StandstillGate
from tests.rpc.interceptors.calls import CALL, RESPONSE, Servicer

STILL = 0.3


@pytest.fixture
async def gate(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[StandstillGate]:
    monkeypatch.setattr(standstill_gate, "BEAT_SECONDS", 0.02)
    monkeypatch.setattr(standstill_gate, "STILL_SECONDS", STILL / 2)
    monkeypatch.setattr(standstill_gate, "SETTLE_SECONDS", 0.1)
    gate = StandstillGate()
    gate.open()
    yield gate
    gate.close()


def stand_still() -> None:
    time.sleep(STILL)


@pytest.mark.parametrize("is_seen_by_the_beat", [False, True])
async def test_a_call_whose_caller_has_gone_meanwhile_is_not_begun(
    gate: StandstillGate, *, is_seen_by_the_beat: bool
) -> None:
    servicer = Servicer()
    stand_still()
    if is_seen_by_the_beat:
        await asyncio.sleep(0.01)
    gone, stays = (asyncio.ensure_future(gate(CALL, b"", servicer)) for _ in range(2))
    await asyncio.sleep(0.01)
    assert servicer.seen == []
    gone.cancel()
    assert await stays is RESPONSE
    assert gone.cancelled()
    assert len(servicer.seen) == 1


async def test_a_call_over_rest_has_nothing_to_wait_for(gate: StandstillGate) -> None:
    servicer = Servicer()
    stand_still()
    call = asyncio.ensure_future(gate(replace(CALL, door="rest"), b"", servicer))
    await asyncio.sleep(0)
    assert len(servicer.seen) == 1
    await call


async def test_without_a_standstill_nothing_is_waited_for(gate: StandstillGate) -> None:
    await asyncio.sleep(STILL)
    servicer = Servicer()
    call = asyncio.ensure_future(gate(CALL, b"", servicer))
    await asyncio.sleep(0)
    assert len(servicer.seen) == 1
    await call


async def test_a_gate_that_is_closed_lets_calls_through(gate: StandstillGate) -> None:
    gate.close()
    stand_still()
    began = time.monotonic()
    assert await gate(CALL, b"", Servicer()) is RESPONSE
    assert time.monotonic() - began < 0.1
