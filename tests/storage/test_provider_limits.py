"""Permits over a real store: processes that share a provider's limits, on both databases."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import pytest
from structlog.testing import capture_logs

from compactd.application import provider_line
from compactd.application.deadline import Deadline
from compactd.application.provider_line import Permit, Spent
from compactd.application.provider_permits import Asker, ProviderPermits
from compactd.domain import permit_grants
from compactd.domain.allowance import Grant, Report
from compactd.domain.errors import StoreUnavailable
from compactd.domain.model_failures import MinuteExceeded, PermitTooLate
from compactd.domain.provider_limits import ProviderLimits, Providers
from compactd.ports.model import ModelRequest
from compactd.ports.provider_limits import CredentialKey
from compactd.storage.store import SqlStore
from tests.builders.model_requests import transcript_request
from tests.builders.model_sessions import provider_permits
from tests.builders.recording_observer import RecordingObserver

PATIENCE = 30
"""Seconds, where many tests share few cores; what is waited for takes fewer."""

SENT = Spent(sent=True, tokens=None)
JOB = Asker("acme", background=True)


class Rules:
    """What the operator may change."""

    def __init__(self, **limits: float) -> None:
        self.limits: ProviderLimits | None = ProviderLimits.model_validate(limits)

    def of(self, provider: str) -> ProviderLimits | None:
        return Providers({"openai": self.limits}).of(provider) if self.limits else None


def request_of(tokens: int = 100) -> ModelRequest:
    request = transcript_request("openai/gpt-test")
    return ModelRequest(request.handle, None, request.messages, None, most_tokens=tokens)


@asynccontextmanager
async def processes(store: SqlStore, rules: Rules, count: int = 1) -> AsyncIterator[list[ProviderPermits]]:
    """As many as there are: each has lines of its own, and all have one store."""
    made = [provider_permits(rules, store) for _ in range(count)]
    yield made
    for one in made:
        await one.close()


async def taken(permits: ProviderPermits, asker: Asker = Asker("acme"), tokens: int = 100) -> Permit:  # noqa: B008
    return await permits.permit(request_of(tokens), asker, Deadline(time.monotonic() + 30))


async def until(is_so: Callable[[], bool]) -> None:
    async with asyncio.timeout(PATIENCE):
        while not is_so():  # noqa: ASYNC110 - the line tells nobody
            await asyncio.sleep(0.01)


def noted_reports(store: SqlStore, monkeypatch: pytest.MonkeyPatch) -> list[Report]:
    """Of all processes, as the database has taken them in."""
    reports: list[Report] = []
    take_permits = store.take_permits

    async def noted(key: CredentialKey, limits: ProviderLimits, report: Report) -> Grant:
        grant = await take_permits(key, limits, report)
        reports.append(report)
        return grant

    monkeypatch.setattr(store, "take_permits", noted)
    return reports


def waiting(permits: ProviderPermits) -> int:
    return sum(int(str(line["waiting"])) for line in permits.told)


async def test_calls_at_once_are_those_of_all_processes_together(sql_store: SqlStore) -> None:
    async with processes(sql_store, Rules(calls_at_once=3), 2) as made:
        at_once = most = 0
        full = asyncio.Event()

        async def one(number: int) -> None:
            nonlocal at_once, most
            permit = await taken(made[number % 2])
            at_once += 1
            most = max(most, at_once)
            if at_once == 3:
                full.set()
            await asyncio.wait_for(full.wait(), PATIENCE)
            await asyncio.sleep(0.02)
            at_once -= 1
            permit.end(SENT)

        await asyncio.gather(*(one(number) for number in range(16)))
        assert most == 3


async def test_namespaces_take_turns_however_much_of_them_waits(sql_store: SqlStore) -> None:
    async with processes(sql_store, Rules(calls_at_once=1)) as [permits]:
        first = await taken(permits)
        served: list[str] = []

        async def one(namespace: str) -> None:
            permit = await taken(permits, Asker(namespace))
            served.append(namespace)
            permit.end(SENT)

        crowd = [asyncio.create_task(one("many")) for _ in range(10)]
        await until(lambda: waiting(permits) == 10)
        others = [asyncio.create_task(one(name)) for name in ("one", "two")]
        await until(lambda: waiting(permits) == 12)
        first.end(SENT)
        await asyncio.gather(*crowd, *others)
        assert set(served[:3]) == {"many", "one", "two"}
        assert served[3:] == ["many"] * 9


async def test_calls_go_before_jobs_that_came_first_also_in_another_process(
    sql_store: SqlStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    taken_in = noted_reports(sql_store, monkeypatch)
    # However long a process of a busy machine says nothing.
    monkeypatch.setattr(permit_grants, "WAIT_SECONDS", 60.0)
    async with processes(sql_store, Rules(calls_at_once=1, jobs_share=1.0), 2) as [mine, others]:
        first = await taken(mine)
        served: list[str] = []

        async def one(permits: ProviderPermits, asker: Asker) -> None:
            permit = await taken(permits, asker)
            served.append("job" if asker.background else "call")
            permit.end(SENT)

        jobs = [asyncio.create_task(one(mine, JOB)) for _ in range(3)]
        await until(lambda: waiting(mine) == 3)
        calls = [asyncio.create_task(one(permits, Asker("acme"))) for permits in (mine, others)]
        await until(lambda: waiting(mine) == 4)
        await until(lambda: sorted({report.holder: len(report.asks) for report in taken_in}.values()) == [1, 4])
        first.end(SENT)
        await asyncio.gather(*jobs, *calls)
        assert served == ["call", "call", "job", "job", "job"]


async def test_jobs_have_at_most_their_share_and_leave_the_rest_to_calls(sql_store: SqlStore) -> None:
    async with processes(sql_store, Rules(calls_at_once=4)) as [permits]:
        jobs = [asyncio.create_task(taken(permits, JOB)) for _ in range(4)]
        await until(lambda: sum(job.done() for job in jobs) == 2)
        for _ in range(2):
            await taken(permits)
        assert sum(job.done() for job in jobs) == 2
        for job in jobs:
            job.cancel()
        await asyncio.gather(*jobs, return_exceptions=True)


async def test_who_gives_up_leaves_the_place_to_the_next(sql_store: SqlStore) -> None:
    async with processes(sql_store, Rules(calls_at_once=1)) as [permits]:
        first = await taken(permits)
        gives_up, stays = asyncio.create_task(taken(permits)), asyncio.create_task(taken(permits))
        await until(lambda: waiting(permits) == 2)
        gives_up.cancel()
        await asyncio.gather(gives_up, return_exceptions=True)
        assert waiting(permits) == 1
        first.end(SENT)
        (await stays).end(SENT)
        await taken(permits)


async def test_who_gives_up_when_its_turn_comes_has_taken_nothing(sql_store: SqlStore) -> None:
    async with processes(sql_store, Rules(calls_at_once=1)) as [permits]:
        for _ in range(20):
            task = asyncio.create_task(taken(permits))
            await until(lambda: sum(int(str(line["in_hand"])) for line in permits.told) == 1)
            task.cancel()
            [ended] = await asyncio.gather(task, return_exceptions=True)
            if isinstance(ended, Permit):
                ended.end(SENT)
        await taken(permits)


async def test_a_permit_that_would_come_after_the_deadline_is_refused_at_once(sql_store: SqlStore) -> None:
    async with processes(sql_store, Rules(requests_per_minute=1)) as [permits]:
        (await taken(permits)).end(SENT)
        # Nobody would wait for that long here.
        deadline = Deadline(time.monotonic() + 25)
        with pytest.raises(PermitTooLate) as raised:
            await asyncio.wait_for(permits.permit(request_of(), Asker(), deadline), 20)
        assert raised.value.retry_after is not None
        assert 25 < raised.value.retry_after <= 60
        assert not raised.value.transient


async def test_a_place_that_does_not_come_is_refused_before_the_deadline(sql_store: SqlStore) -> None:
    async with processes(sql_store, Rules(calls_at_once=1)) as [permits]:
        await taken(permits)
        deadline = Deadline(time.monotonic() + 1)
        with pytest.raises(PermitTooLate):
            await asyncio.wait_for(permits.permit(request_of(), Asker(), deadline), PATIENCE)


async def test_a_deadline_that_is_put_off_is_waited_for(sql_store: SqlStore) -> None:
    async with processes(sql_store, Rules(calls_at_once=1)) as [permits]:
        first = await taken(permits)
        now = time.monotonic()
        deadline = Deadline(now + 2, now + 60)
        waits = asyncio.create_task(permits.permit(request_of(), Asker(), deadline))
        await until(lambda: waiting(permits) == 1)
        deadline.extend(now + 60)
        await asyncio.sleep(2.2)
        first.end(SENT)
        await asyncio.wait_for(waits, PATIENCE)


async def test_what_no_minute_has_room_for_is_refused(sql_store: SqlStore) -> None:
    async with processes(sql_store, Rules(tokens_per_minute=1_000)) as [permits]:
        with pytest.raises(MinuteExceeded, match=r"more tokens than the 1000 a minute"):
            await taken(permits, tokens=1_001)
        await taken(permits, tokens=1_000)


async def test_tokens_that_were_not_used_are_there_for_the_next(sql_store: SqlStore) -> None:
    async with processes(sql_store, Rules(tokens_per_minute=6_000), 2) as [mine, others]:
        first = await taken(mine, tokens=2_500)
        waits = asyncio.create_task(taken(others, tokens=100))
        await until(lambda: waiting(others) == 1)
        await asyncio.sleep(3 * provider_line.REPORT_SECONDS)
        assert not waits.done()
        first.end(Spent(sent=True, tokens=50))
        # Without them it would be 25 s.
        await asyncio.wait_for(waits, 20)


async def test_a_provider_that_wants_to_be_left_alone_is_by_all_processes(
    sql_store: SqlStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    reports = noted_reports(sql_store, monkeypatch)
    async with processes(sql_store, Rules(), 2) as [mine, others]:
        permit, began = await taken(mine), time.monotonic()
        permit.end(Spent(sent=True, tokens=0, pause=1.0))
        await until(lambda: any(report.hold_seconds for report in reports))
        await taken(others)
        assert time.monotonic() - began > 0.9
        (await taken(mine)).end(Spent(sent=True, tokens=0, pause=90.0))
        await until(lambda: bool(mine.told[0]["held_seconds"]))
        with pytest.raises(PermitTooLate) as raised:
            await others.permit(request_of(), Asker(), None)
        assert raised.value.retry_after is not None
        assert 60 < raised.value.retry_after <= 90


async def test_the_calls_of_a_process_that_has_died_are_free_when_its_lease_ends(
    sql_store: SqlStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    rules = Rules(calls_at_once=2)
    monkeypatch.setattr(permit_grants, "LEASE_SECONDS", 1.0)
    assert rules.limits is not None
    key = CredentialKey("openai", b"one for all")
    dead, began = Report("dead", 2, 0, []), time.monotonic()
    await sql_store.take_permits(key, rules.limits, dead)
    async with processes(sql_store, rules) as [permits]:
        await taken(permits)
    assert time.monotonic() - began > 0.9


async def test_a_server_that_stops_leaves_nothing_in_hand(sql_store: SqlStore) -> None:
    rules = Rules(calls_at_once=1)
    async with processes(sql_store, rules) as [permits]:
        permit = await taken(permits)
        # Together with its end, so that no report is on its way yet.
        permit.end(SENT)
    async with processes(sql_store, rules) as [permits]:
        await asyncio.wait_for(taken(permits), 10)


async def test_limits_that_are_taken_away_keep_nobody_waiting(sql_store: SqlStore) -> None:
    rules = Rules(requests_per_minute=1)
    async with processes(sql_store, rules) as [permits]:
        await taken(permits)
        waits = asyncio.create_task(permits.permit(request_of(), Asker(), None))
        await until(lambda: waiting(permits) == 1)
        rules.limits = None
        await asyncio.wait_for(waits, PATIENCE)
        assert not permits.limited(request_of().handle)


async def test_many_requests_are_few_writes(sql_store: SqlStore) -> None:
    observer = RecordingObserver()
    sql_store._database._observer = observer
    async with processes(sql_store, Rules(requests_per_minute=1_000_000, calls_at_once=500)) as [permits]:

        async def one() -> None:
            (await taken(permits)).end(SENT)

        await asyncio.gather(*(one() for _ in range(300)))
    writes = [unit for unit in observer.units if unit.name == "take_permits"]
    assert len(writes) < 12


async def test_a_database_that_is_away_is_told_to_those_who_wait_and_what_has_ended_is_counted_later(
    sql_store: SqlStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with processes(sql_store, Rules(calls_at_once=1)) as [permits]:
        first = await taken(permits)

        async def away(*_: object) -> None:
            raise StoreUnavailable

        with capture_logs() as lines, monkeypatch.context() as patched:
            patched.setattr(sql_store, "take_permits", away)
            first.end(SENT)
            with pytest.raises(StoreUnavailable):
                await taken(permits)
            with pytest.raises(StoreUnavailable):
                await taken(permits)
        assert [line["event"] for line in lines] == ["provider limits not counted"]
        await asyncio.wait_for(taken(permits), PATIENCE)


async def test_credentials_are_stored_as_hashes_that_this_database_alone_can_make(sql_store: SqlStore) -> None:
    secret = await sql_store.credential_secret()
    assert len(secret) == 32
    assert await sql_store.credential_secret() == secret


async def test_how_long_requests_wait_is_told(sql_store: SqlStore) -> None:
    observer = RecordingObserver()
    permits = provider_permits(Rules(calls_at_once=1), sql_store, observer)
    first = await taken(permits)
    waits = asyncio.create_task(taken(permits))
    await until(lambda: waiting(permits) == 1)
    waits.cancel()
    await asyncio.gather(waits, return_exceptions=True)
    first.end(SENT)
    await permits.close()
    assert [(wait.provider, wait.begins) for wait in observer.provider_waits] == [
        ("openai", True),
        ("openai", False),
        ("openai", True),
        ("openai", False),
    ]
    assert all(wait.seconds > 0 for wait in observer.provider_waits if not wait.begins)
