"""Whoever waits for a driver ends when it is cancelled, whatever the driver makes of it."""

import asyncio

import pytest

from compactd.fleet.cancellation import cancellable


async def test_an_answer_and_an_error_are_the_works_own() -> None:
    async def fails() -> None:
        raise ValueError("mine")

    assert await cancellable(asyncio.sleep(0, "an answer")) == "an answer"
    with pytest.raises(ValueError, match="mine"):
        await cancellable(fails())


@pytest.mark.parametrize("is_error", [False, True])
async def test_work_that_does_not_notice_that_it_is_cancelled_is_cancelled_again(is_error: bool) -> None:
    began, deaf = asyncio.Event(), 3

    async def does_not_notice() -> str:
        nonlocal deaf
        while deaf:
            began.set()
            try:
                await asyncio.sleep(60)
            except asyncio.CancelledError:
                deaf -= 1
        if is_error:
            raise ConnectionError
        return "an answer that nobody waits for"

    waiting = asyncio.create_task(cancellable(does_not_notice()))
    await began.wait()
    waiting.cancel()
    await asyncio.wait((waiting,))
    assert waiting.cancelled()
    assert deaf == 0
