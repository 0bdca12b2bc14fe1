"""The one thread for CPU work."""

import asyncio
import threading

import pytest

from compactd.application.cpu_worker import CpuWorker
from compactd.strategies.steps import Steps


async def test_work_is_done_one_after_another_in_a_thread_of_its_own() -> None:
    worker = CpuWorker()
    threads = await asyncio.gather(*(worker.run(threading.get_ident) for _ in range(20)))
    worker.close()
    assert len(set(threads)) == 1
    assert threads[0] != threading.get_ident()


async def test_an_error_reaches_the_caller() -> None:
    worker = CpuWorker()
    with pytest.raises(ValueError, match="x"):
        await worker.run(int, "x")
    worker.close()


async def test_cancelled_work_that_has_not_begun_is_never_done() -> None:
    worker = CpuWorker()
    gate, ran = threading.Event(), threading.Event()
    first = asyncio.create_task(worker.run(gate.wait, 5))
    second = asyncio.create_task(worker.run(ran.set))
    await asyncio.sleep(0)
    second.cancel()
    await asyncio.sleep(0)
    gate.set()
    assert await first
    await worker.run(int)
    worker.close()
    assert not ran.is_set()


async def test_a_stop_iteration_comes_out_as_an_error_and_nobody_waits_for_ever() -> None:
    worker = CpuWorker()
    nothing: list[int] = []
    with pytest.raises(RuntimeError) as raised:
        await asyncio.wait_for(worker.run(next, iter(nothing)), 5)
    assert isinstance(raised.value.__cause__, StopIteration)
    worker.close()


async def test_little_work_is_done_at_once_and_much_in_the_thread() -> None:
    worker = CpuWorker()
    here = threading.get_ident()
    assert await worker.run_if(False, threading.get_ident) == here
    assert await worker.run_if(True, threading.get_ident) != here
    assert await worker.run_over(1, threading.get_ident) == here
    assert await worker.run_over(1_000_000, threading.get_ident) != here
    worker.close()


async def test_work_in_steps_lets_others_have_their_turn() -> None:
    worker = CpuWorker()
    ended: list[str] = []

    def steps() -> Steps[str]:
        while "other" not in ended:
            yield
        return "done"

    async def other() -> None:
        await worker.run(ended.append, "other")

    done, _ = await asyncio.gather(worker.run_in_turns(steps()), other())
    worker.close()
    assert done == "done"
