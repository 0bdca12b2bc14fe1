"""Calls to models: what is repeated, for how long, what it counts as, and when no request leaves."""

import asyncio
import time
from collections.abc import Callable, Iterable

import pytest

from compactd.application import model_calls as module
from compactd.application.circuits import Circuits
from compactd.application.deadline import Deadline
from compactd.domain.circuit import CircuitRules
from compactd.domain.compactions import Usage
from compactd.domain.model_failures import (
    ProviderFailure,
    ProviderRateLimited,
    ProviderRejected,
    ProviderUnauthenticated,
    ProviderUnavailable,
)
from compactd.ports.model import ModelAnswer, ModelRequest, PromptTooLong
from compactd.ports.observer import CircuitChange
from tests.builders.model_requests import transcript_request
from tests.builders.model_sessions import model_calls

REQUEST = transcript_request("openai/gpt-test")
ANSWER = ModelAnswer("a summary", "stop", Usage(100, 10, 40, 1, 0.5))


class ScriptedModel:
    """Raises or answers what it is given, in order, and the last of it again and again."""

    def __init__(self, *script: Exception | ModelAnswer | float) -> None:
        self.script = list(script)
        self.timeouts: list[float | None] = []

    async def ask(self, request: ModelRequest) -> ModelAnswer:
        self.timeouts.append(request.timeout)
        step = self.script.pop(0) if len(self.script) > 1 else self.script[0]
        if isinstance(step, float):
            await asyncio.sleep(step)
            return ANSWER
        if isinstance(step, Exception):
            raise step
        return step


def down(*, transient: bool = True, outage: bool = True, pause: float | None = None, calls: int = 1) -> ProviderFailure:
    failure = ProviderUnavailable(model=REQUEST.handle)
    failure.transient, failure.outage, failure.provider_pause = transient, outage, pause
    failure.usage = Usage(5, 1, 0, calls, 0.25)
    return failure


def limited(pause: float | None = None) -> ProviderFailure:
    failure = ProviderRateLimited(model=str(REQUEST.handle), retry_after_seconds=pause or 1.0)
    failure.transient, failure.provider_pause, failure.usage = True, pause, Usage(calls=1)
    return failure


def sent(failure: ProviderFailure) -> ProviderFailure:
    failure.usage = Usage(calls=1)
    return failure


@pytest.mark.parametrize("retries", [0, 1, 2, 3])
async def test_what_fails_for_a_moment_is_repeated_so_often_and_no_more(retries: int) -> None:
    model = ScriptedModel(down())
    caller = model_calls(model, retries).caller(None)
    with pytest.raises(ProviderUnavailable):
        await caller.ask(REQUEST)
    assert len(model.timeouts) == caller.usage.calls == 1 + retries


@pytest.mark.parametrize(
    "failure",
    [
        down(transient=False),
        sent(ProviderRejected(model=REQUEST.handle, status=400)),
        sent(ProviderUnauthenticated(model=REQUEST.handle)),
        PromptTooLong(8_000),
    ],
)
async def test_what_fails_for_good_is_not_repeated(failure: Exception) -> None:
    model = ScriptedModel(failure)
    with pytest.raises(type(failure)):
        await model_calls(model).caller(None).ask(REQUEST)
    assert len(model.timeouts) == 1


async def test_an_answer_after_failures_costs_all_of_them() -> None:
    caller = model_calls(ScriptedModel(down(), limited(), ANSWER)).caller(None)
    assert await caller.ask(REQUEST) == ANSWER
    assert caller.usage == Usage(105, 11, 40, 3, 0.75)


async def test_one_unknown_price_makes_the_sum_unknown() -> None:
    unpriced = ModelAnswer("a summary", "stop", Usage(100, 10, 0, 1, None))
    caller = model_calls(ScriptedModel(down(), unpriced)).caller(None)
    await caller.ask(REQUEST)
    await caller.ask(REQUEST)
    assert (caller.usage.calls, caller.usage.cost_usd) == (3, None)


async def test_the_provider_says_how_long_to_wait(monkeypatch: pytest.MonkeyPatch) -> None:
    pauses: list[float] = []

    async def sleep(seconds: float) -> None:
        pauses.append(seconds)

    monkeypatch.setattr("compactd.application.model_calls.asyncio.sleep", sleep)
    await model_calls(ScriptedModel(limited(7.0), ANSWER)).caller(None).ask(REQUEST)
    assert pauses == [7.0]


async def test_pauses_double_up_to_the_longest_and_are_by_chance(monkeypatch: pytest.MonkeyPatch) -> None:
    pauses: list[float] = []

    async def sleep(seconds: float) -> None:
        pauses.append(seconds)

    monkeypatch.setattr("compactd.application.model_calls.asyncio.sleep", sleep)
    monkeypatch.setattr("compactd.application.model_calls.random.random", lambda: 0.5)
    with pytest.raises(ProviderUnavailable):
        await model_calls(ScriptedModel(down()), retries=6, pause_seconds=1.0).caller(None).ask(REQUEST)
    assert pauses == [0.5, 1.0, 2.0, 4.0, 4.0, 4.0]


async def test_a_pause_that_would_end_behind_the_deadline_is_not_begun() -> None:
    model = ScriptedModel(limited(60.0))
    started = time.monotonic()
    with pytest.raises(ProviderRateLimited) as raised:
        await model_calls(model).caller(Deadline(started + 30)).ask(REQUEST)
    assert raised.value.retry_after == 60.0
    assert len(model.timeouts) == 1
    assert time.monotonic() - started < 10


async def test_nobody_waits_longer_than_a_minute_for_a_provider() -> None:
    model = ScriptedModel(limited(61.0))
    with pytest.raises(ProviderRateLimited) as raised:
        await model_calls(model).caller(None).ask(REQUEST)
    assert raised.value.retry_after == 61.0
    assert len(model.timeouts) == 1


async def test_each_try_has_the_time_that_is_left() -> None:
    model = ScriptedModel(down(pause=0.02), down(pause=0.02), ANSWER)
    await model_calls(model).caller(Deadline(time.monotonic() + 30)).ask(REQUEST)
    first, second, third = model.timeouts
    assert first is not None
    assert second is not None
    assert third is not None
    assert 30 >= first > second > third > 0


async def test_no_request_leaves_after_the_deadline() -> None:
    model = ScriptedModel(ANSWER)
    with pytest.raises(ProviderUnavailable):
        await model_calls(model).caller(Deadline(time.monotonic())).ask(REQUEST)
    assert model.timeouts == []


@pytest.mark.parametrize("script", [(20.0,), (limited(20.0),)], ids=["in a request", "in a pause"])
async def test_a_cancelled_call_ends_at_once_and_what_it_sent_is_counted(script: Iterable[Exception | float]) -> None:
    model = ScriptedModel(*script)
    caller = model_calls(model).caller(None)
    asking = asyncio.create_task(caller.ask(REQUEST))
    await until(lambda: len(model.timeouts) == 1)
    await asyncio.sleep(0)
    asking.cancel()
    with pytest.raises(asyncio.CancelledError):
        await asyncio.wait_for(asking, 15)
    assert caller.usage.calls == 1


async def until(is_so: Callable[[], bool]) -> None:
    async with asyncio.timeout(15):
        while not is_so():  # noqa: ASYNC110 - the model tells nobody
            await asyncio.sleep(0)


class Watched:
    """Circuits that open after two compactions in a row, for as long as the test says, and what they told."""

    def __init__(self, seconds: float = 300.0) -> None:
        self.told: list[CircuitChange] = []
        self.circuits = Circuits(CircuitRules(2, seconds), lambda handle: b"")
        self.circuits.watch(self.told.append)

    async def compaction(self, model: ScriptedModel, asks: int = 1) -> list[Exception]:
        """One attempt that asks so often; what it was told."""
        caller = model_calls(model, circuits=self.circuits).caller(Deadline(time.monotonic() + 60))
        failures: list[Exception] = []
        for _ in range(asks):
            try:
                await caller.ask(REQUEST)
            except (ProviderFailure, PromptTooLong) as failure:
                failures.append(failure)
        return failures


async def test_after_failed_compactions_in_a_row_no_request_leaves() -> None:
    watched, model = Watched(), ScriptedModel(down())
    await watched.compaction(model)
    await watched.compaction(model)
    assert [change.is_open for change in watched.told] == [True]
    assert len(model.timeouts) == 6
    [failure] = await watched.compaction(model)
    assert isinstance(failure, ProviderUnavailable)
    assert failure.retry_after is not None
    assert 200 < failure.retry_after <= 300
    assert len(model.timeouts) == 6


async def test_one_compaction_opens_no_circuit_however_many_of_its_requests_fail() -> None:
    watched = Watched()
    await watched.compaction(ScriptedModel(down()), asks=5)
    assert watched.told == []


@pytest.mark.parametrize(
    "failure",
    [
        limited(),
        down(outage=False),
        sent(ProviderRejected(model=REQUEST.handle, status=400)),
        PromptTooLong(),
        ProviderUnauthenticated(model=REQUEST.handle),
    ],
)
async def test_a_provider_that_says_no_is_there(failure: Exception) -> None:
    watched = Watched()
    for _ in range(5):
        await watched.compaction(ScriptedModel(failure))
    assert watched.told == []


async def test_an_answer_between_failures_starts_the_count_anew() -> None:
    watched = Watched()
    await watched.compaction(ScriptedModel(down()))
    await watched.compaction(ScriptedModel(ANSWER))
    await watched.compaction(ScriptedModel(down()))
    assert watched.told == []


async def test_a_probe_is_one_request_and_its_answer_closes_the_circuit() -> None:
    watched = Watched(seconds=0.001)
    for _ in range(2):
        await watched.compaction(ScriptedModel(down()))
    await asyncio.sleep(0.01)
    failing = ScriptedModel(down())
    await watched.compaction(failing)
    assert len(failing.timeouts) == 1
    await asyncio.sleep(0.01)
    assert await watched.compaction(ScriptedModel(ANSWER)) == []
    assert [change.is_open for change in watched.told] == [True, False]


async def test_a_model_that_hangs_counts_only_where_it_was_given_time(monkeypatch: pytest.MonkeyPatch) -> None:
    watched = Watched()

    async def hang(seconds: float, patience: float) -> None:
        monkeypatch.setattr(module, "PATIENCE", patience)
        late = sent(down(transient=False, outage=False))
        caller = model_calls(LateModel(late), circuits=watched.circuits).caller(Deadline(time.monotonic() + seconds))
        with pytest.raises(ProviderUnavailable):
            await caller.ask(REQUEST)

    for _ in range(3):
        await hang(0.02, patience=30.0)
    assert watched.told == []
    for _ in range(2):
        await hang(0.3, patience=0.01)
    assert [change.is_open for change in watched.told] == [True]


class Clock:
    """Steps instead of waiting."""

    def __init__(self) -> None:
        self.now = 1_000.0

    def monotonic(self) -> float:
        return self.now

    async def sleep(self, seconds: float) -> None:
        self.now += seconds


@pytest.mark.parametrize(("pause", "silent", "told"), [(25.0, 29.0, []), (1.0, 30.0, [True])])
async def test_a_pause_that_the_provider_asked_for_is_no_silence(
    monkeypatch: pytest.MonkeyPatch, pause: float, silent: float, told: list[bool]
) -> None:
    clock, watched = Clock(), Watched()
    monkeypatch.setattr(module, "time", clock)
    monkeypatch.setattr("compactd.application.deadline.time", clock)
    monkeypatch.setattr("compactd.application.model_calls.asyncio.sleep", clock.sleep)
    for _ in range(2):
        late = sent(down(transient=False, outage=False))
        caller = model_calls(SlowModel(clock, limited(pause), late, silent), circuits=watched.circuits).caller(
            Deadline(clock.now + pause + silent)
        )
        with pytest.raises(ProviderUnavailable):
            await caller.ask(REQUEST)
        assert caller.usage.calls == 2
    assert [change.is_open for change in watched.told] == told


class SlowModel:
    """Fails at once, and then again after so many seconds."""

    def __init__(self, clock: Clock, first: ProviderFailure, second: ProviderFailure, seconds: float) -> None:
        self._clock = clock
        self._steps = [(0.0, first), (seconds, second)]

    async def ask(self, request: ModelRequest) -> ModelAnswer:
        seconds, failure = self._steps.pop(0)
        await self._clock.sleep(seconds)
        raise failure


class LateModel:
    """Fails when its time is over."""

    def __init__(self, failure: ProviderFailure) -> None:
        self._failure = failure

    async def ask(self, request: ModelRequest) -> ModelAnswer:
        await asyncio.sleep(request.timeout or 0.0)
        raise self._failure
