"""Which thread takes a unit of work, when, and what becomes of it."""

import asyncio
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import create_engine
from typing_extensions import override

from compactd.application.thread_answer import answer_with
from compactd.storage.session import Session
from compactd.storage.store import SqlStore, open_store
from compactd.storage.unit_threads import Unit, UnitThreads, Waiting
from tests.builders.stored_values import agent_key, append, begin, sums_of, user
from tests.storage.held_thread import held

Serve = Callable[[Session, Unit, Waiting], None]
PATIENCE = 20
"""Seconds after which a test has failed."""


def do(session: Session, unit: Unit, _: Waiting) -> None:
    session.connect(unit.begin, unit.is_patient)
    answer_with(unit.answer, partial(unit.work, session))  # type: ignore[arg-type]  # Units of these tests use the session.


@contextmanager
def unit_threads(serve: Serve = do, of: type[UnitThreads] = UnitThreads) -> Iterator[UnitThreads]:
    """Two threads at most."""
    threads = of("test", 2, create_engine("sqlite://"), serve, None)
    yield threads
    threads.close()


def run(threads: UnitThreads, work: Callable[[Any], Any]) -> "asyncio.Task[Any]":
    """The answer to a unit that does so."""

    async def answer() -> Any:
        unit = Unit(work, "BEGIN", False, False, None, asyncio.get_running_loop().create_future())
        await threads.run(unit)
        return unit.answer.result()

    return asyncio.ensure_future(answer())


def whoami(_: object) -> int:
    return threading.get_ident()


async def at_work(
    threads: UnitThreads, until: threading.Event, then: Callable[[Session], object] = whoami
) -> "tuple[asyncio.Task[int], int]":
    """A unit that is at work until the event is set, and does something then; and the thread that has it."""
    begun: asyncio.Future[int] = asyncio.get_running_loop().create_future()

    def wait(session: Session) -> int:
        begun.get_loop().call_soon_threadsafe(begun.set_result, threading.get_ident())
        until.wait(PATIENCE)
        then(session)
        return threading.get_ident()

    unit = run(threads, wait)
    return unit, await asyncio.wait_for(begun, PATIENCE)


async def until_idle(threads: UnitThreads, count: int) -> None:
    """Waits until so many threads wait for units."""
    async with asyncio.timeout(PATIENCE):
        while len(threads._idle) < count:  # noqa: ASYNC110 - threads tell no event of the loop that they wait
            await asyncio.sleep(0.001)


async def test_a_thread_is_started_only_while_all_others_are_at_work() -> None:
    go = threading.Event()
    with unit_threads() as threads:
        first = await run(threads, whoami)
        for _ in range(5):
            await until_idle(threads, 1)
            assert await run(threads, whoami) == first
        await until_idle(threads, 1)
        unit, busy = await at_work(threads, go)
        assert busy == first
        second = await run(threads, whoami)
        assert second != first
        assert len(threads._threads) == 2
        go.set()
        assert await unit == first


async def test_a_unit_goes_to_the_thread_that_was_at_work_last() -> None:
    one, other = threading.Event(), threading.Event()
    with unit_threads() as threads:
        first, first_thread = await at_work(threads, one)
        second, second_thread = await at_work(threads, other)
        for event, unit, thread, idle in ((one, first, first_thread, 1), (other, second, second_thread, 2)):
            event.set()
            assert await unit == thread
            await until_idle(threads, idle)
        for _ in range(5):
            assert await run(threads, whoami) == second_thread
            await until_idle(threads, 2)


async def test_a_thread_that_has_lost_its_connection_gets_a_unit_only_while_all_others_are_at_work() -> None:
    one, other, go = threading.Event(), threading.Event(), threading.Event()
    with unit_threads() as threads:
        first, connected = await at_work(threads, one)
        second, without = await at_work(threads, other, Session.drop)
        for event, unit, idle in ((one, first, 1), (other, second, 2)):
            event.set()
            await unit
            await until_idle(threads, idle)
        for _ in range(5):
            assert await run(threads, whoami) == connected
            await until_idle(threads, 2)
        busy, thread = await at_work(threads, go)
        assert thread == connected
        assert await run(threads, whoami) == without
        go.set()
        await busy


async def test_a_third_unit_waits_for_one_of_two_threads() -> None:
    one, other = threading.Event(), threading.Event()
    with unit_threads() as threads:
        first, _ = await at_work(threads, one)
        second, thread = await at_work(threads, other)
        third = run(threads, whoami)
        await asyncio.sleep(0)
        assert not third.done()
        other.set()
        assert await third == thread
        one.set()
        await asyncio.gather(first, second)


class _RungWhileItLooks(UnitThreads):
    """Its first thread, about to wait, finds a unit by itself, and is rung for another one at that moment."""

    def __init__(self, *arguments: Any) -> None:
        super().__init__(*arguments)
        self.watched: threading.Thread | None = None
        self.waits, self.queued, self.found, self.rung = (threading.Event() for _ in range(4))

    @override
    def _wait(self, bell: Any, session: Session) -> Unit | None:
        if threading.current_thread() is self.watched:
            self.waits.set()
            self.queued.wait(PATIENCE)
        return super()._wait(bell, session)

    @override
    def _take(self) -> Unit | None:
        unit = super()._take()
        if unit is not None and self.waits.is_set() and threading.current_thread() is self.watched:
            self.found.set()
            self.rung.wait(PATIENCE)
        return unit


async def test_a_ring_that_comes_while_a_thread_finds_a_unit_by_itself_is_passed_on() -> None:
    one, other, go = threading.Event(), threading.Event(), threading.Event()
    with unit_threads(of=_RungWhileItLooks) as threads:
        assert isinstance(threads, _RungWhileItLooks)
        first, _ = await at_work(threads, one)
        second, _ = await at_work(threads, other)
        other.set()
        await second
        await until_idle(threads, 1)
        threads.watched = threads._threads[0]
        one.set()
        await first
        await asyncio.to_thread(threads.waits.wait, PATIENCE)
        unit: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
        threads._waiting.put(Unit(lambda _: go.wait(PATIENCE), "BEGIN", False, False, None, unit))
        threads.queued.set()
        await asyncio.to_thread(threads.found.wait, PATIENCE)
        third = run(threads, whoami)
        await asyncio.sleep(0)
        threads.rung.set()
        # It was the first thread that was rung for it, which has the other unit: the second has to hear of it.
        await asyncio.wait_for(third, PATIENCE / 2)
        go.set()
        assert await unit


async def test_what_was_given_before_a_close_is_done() -> None:
    # Threads take turns often: a close comes at every moment of one that has just been rung.
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    try:
        for _ in range(200):
            with unit_threads() as threads:
                await run(threads, whoami)
                units = [run(threads, whoami) for _ in range(3)]
                await asyncio.sleep(0)
                await asyncio.to_thread(threads.close)
                assert all(await asyncio.gather(*units))
    finally:
        sys.setswitchinterval(before)


async def test_an_error_that_nobody_expects_fails_what_was_taken_and_the_thread_goes_on() -> None:
    go = threading.Event()

    def serve(session: Session, unit: Unit, waiting: Waiting) -> None:
        do(session, unit, waiting)
        if waiting() is not None:
            raise LookupError("no such thing")

    with unit_threads(serve) as threads:
        threads._count = 1
        first, thread = await at_work(threads, go)
        second = run(threads, whoami)
        await asyncio.sleep(0)
        go.set()
        assert await first == thread
        with pytest.raises(LookupError):
            await asyncio.wait_for(second, PATIENCE)
        assert await asyncio.wait_for(run(threads, whoami), PATIENCE) == thread


async def test_where_no_thread_can_be_started_the_unit_fails_and_the_next_one_tries_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def fail(_: threading.Thread) -> None:
        raise RuntimeError("can't start new thread")

    ran: list[object] = []
    with unit_threads() as threads:
        with monkeypatch.context() as patch:
            patch.setattr(threading.Thread, "start", fail)
            with pytest.raises(RuntimeError, match="new thread"):
                await run(threads, ran.append)
        await run(threads, whoami)
        await until_idle(threads, 1)
        go = threading.Event()
        unit, thread = await at_work(threads, go)
        with monkeypatch.context() as patch:
            patch.setattr(threading.Thread, "start", fail)
            waits = run(threads, whoami)
            await asyncio.sleep(0)
        go.set()
        assert (await unit, await waits) == (thread, thread)
    assert ran == []


async def test_a_short_read_does_not_wait_behind_longer_ones(tmp_path: Path) -> None:
    store = open_store(f"sqlite:///{tmp_path}/compactd.db")
    ref = await begin(store, 3)
    agent_id = (await store.state(ref)).agent_id
    ended: list[str] = []
    async with held(store._database.read):
        reads = {
            "snapshot": asyncio.ensure_future(store.snapshot(ref)),
            "sums": asyncio.ensure_future(sums_of(store, ref)),
            "state": asyncio.ensure_future(store.state(ref)),
            "agent": asyncio.ensure_future(store.get_agent(agent_key(agent_id))),
        }
        for name, read in reads.items():
            read.add_done_callback(partial(_note, ended, name))
        await asyncio.sleep(0)
    await asyncio.gather(*reads.values())
    await store.close()
    assert ended == ["state", "agent", "snapshot", "sums"]


async def test_a_stop_iteration_comes_out_as_an_error_and_nobody_waits_for_ever(sql_store: SqlStore) -> None:
    ref = await begin(sql_store, 1)

    def stop(_: object) -> None:
        next(iter(()))

    # A read, a write, and one that shares the transaction of another.
    async with held(sql_store._database.write):
        units = [sql_store.read_context(ref, stop), *(sql_store._database.write(stop) for _ in range(2))]
        answers = asyncio.gather(*units, return_exceptions=True)
        await asyncio.sleep(0)
    raised = await asyncio.wait_for(answers, PATIENCE)
    assert [(type(error), type(error.__cause__)) for error in raised if error] == [(RuntimeError, StopIteration)] * 3
    assert (await append(sql_store, ref, user("two"))).positions == [2]


def _note(ended: list[str], name: str, _: object) -> None:
    ended.append(name)
