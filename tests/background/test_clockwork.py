"""What goes wrong with one policy or sweep stops no other."""

import asyncio
from collections.abc import Sequence
from typing import Any, cast

import pytest

from compactd.background import clockwork
from compactd.background.clockwork import Clockwork
from compactd.domain.keys import PolicyKey
from compactd.ports.fleet import Fleet
from compactd.ports.sweeps import SweepStore


class _Sweeps:
    """A store in which the first of two runs cannot be started, and the first of three sweeps cannot go on."""

    def __init__(self) -> None:
        self.advanced: list[str] = []
        self.started: list[str] = []
        self.put_off: list[str] = []

    async def due_runs(self) -> Sequence[PolicyKey]:
        return [PolicyKey("default", "first"), PolicyKey("default", "second")]

    async def start_run(self, key: PolicyKey) -> None:
        if key.policy_id == "first":
            raise KeyError("policy")
        self.started.append(key.policy_id)

    async def put_off_run(self, key: PolicyKey) -> None:
        self.put_off.append(key.policy_id)

    async def sweeps_to_advance(self) -> Sequence[str]:
        return ["first", "second", "third"]

    async def advance_sweep(self, sweep_id: str) -> bool:
        if sweep_id == "first":
            raise KeyError("sweep")
        self.advanced.append(sweep_id)
        return sweep_id == "third"


class _Fleet:
    def __init__(self) -> None:
        self.woken = 0

    def wake(self) -> None:
        self.woken += 1


async def test_what_goes_wrong_with_one_stops_no_other() -> None:
    sweeps, fleet = _Sweeps(), _Fleet()
    await Clockwork(cast(SweepStore, sweeps), cast(Fleet, cast(Any, fleet))).tick()
    assert (sweeps.started, sweeps.put_off) == (["second"], ["first"])
    assert (sweeps.advanced, fleet.woken) == (["second", "third"], 1)


class _BadFirst(_Sweeps):
    """A store that cannot say at first what there is to do."""

    def __init__(self) -> None:
        super().__init__()
        self.looks = 0

    async def sweeps_to_advance(self) -> Sequence[str]:
        self.looks += 1
        if self.looks == 1:
            raise KeyError("sweeps")
        return await super().sweeps_to_advance()


async def test_a_look_that_goes_wrong_is_not_the_last_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clockwork, "LOOK_SECONDS", 0)
    sweeps = _BadFirst()
    running = asyncio.create_task(Clockwork(cast(SweepStore, sweeps), cast(Fleet, cast(Any, _Fleet()))).run())
    async with asyncio.timeout(30):
        while not sweeps.advanced:  # noqa: ASYNC110 - it is told by no event
            await asyncio.sleep(0)
    assert not running.done()
    running.cancel()
