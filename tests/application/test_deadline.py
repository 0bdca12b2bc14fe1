"""Deadlines that are put off while somebody works until them."""

import asyncio
import time

import pytest

from compactd.application.deadline import Deadline


def test_it_is_put_off_by_who_waits_longer_and_by_nobody_else() -> None:
    deadline = Deadline(10.0, latest=30.0)
    deadline.extend(5.0)
    assert deadline.at == 10.0
    deadline.extend(20.0)
    assert deadline.at == 20.0
    deadline.extend(None)
    assert deadline.at == 30.0


def test_it_is_never_later_than_the_latest() -> None:
    assert Deadline(50.0, latest=30.0).at == 30.0
    deadline = Deadline(10.0, latest=30.0)
    deadline.extend(50.0)
    assert deadline.at == 30.0
    assert Deadline(10.0).latest == 10.0


@pytest.mark.parametrize(("seconds", "at", "put_off", "latest"), [(-1.0, 9.0, 19.0, 29.0), (1.0, 11.0, 21.0, 30.0)])
def test_a_shifted_one_is_put_off_with_it(seconds: float, at: float, put_off: float, latest: float) -> None:
    deadline = Deadline(10.0, latest=30.0)
    shifted = deadline.shifted(seconds)
    assert shifted.at == at
    deadline.extend(20.0)
    assert shifted.at == put_off
    deadline.extend(None)
    assert shifted.at == shifted.latest == latest


async def test_what_is_not_done_by_then_is_ended() -> None:
    with pytest.raises(TimeoutError):
        async with Deadline(time.monotonic() + 0.01).limit():
            await asyncio.sleep(60)


async def test_what_is_expiring_is_not_put_off_and_nothing_breaks() -> None:
    now = time.monotonic()
    deadline, closing, closed = Deadline(now + 0.01, latest=now + 60), asyncio.Event(), asyncio.Event()

    async def work() -> None:
        async with deadline.limit():
            try:
                await asyncio.sleep(60)
            finally:
                closing.set()
                await closed.wait()

    working = asyncio.create_task(work())
    await asyncio.wait_for(closing.wait(), 10)
    deadline.extend(now + 30)
    closed.set()
    with pytest.raises(TimeoutError):
        await working
    assert deadline.at == now + 30


async def test_what_runs_until_it_goes_on_when_it_is_put_off() -> None:
    now = time.monotonic()
    deadline = Deadline(now + 0.05, latest=now + 60)
    async with deadline.shifted(-0.01).limit():
        deadline.extend(None)
        await asyncio.sleep(0.08)
    assert deadline.remaining() > 0
